"""Inequalities for all vectors, decided exactly up to rounding when everything is quadratic.

On quadratic functions, values are quadratic and gradients affine, so the slack of many inequalities
is a polynomial of degree at most 2 in the quantified vectors, stacked into one z.  It is recovered
from its values at 0, ±e_i and e_i + e_j, checked to be quadratic at further points, and holds for
all z when its matrix [[Q, b/2], [b'/2, c]] is positive semidefinite, here with a margin.

"""

from __future__ import annotations

import numpy as np

from plproof.laboratory import total
from plproof.laboratory.evaluate import Mask, Model
from plproof.laboratory.families import ConstantFunction, LeastSquares, Quadratic
from plproof.laboratory.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.language.terms import Term, make

MARGIN = 1e-9
"""The least eigenvalue of Q, relative to its largest entry, that counts as positive."""

LARGEST_STACK = 12
"""Quantified vectors with more coordinates than this in all are not tried."""


def quadratic_inequality(model: Model, proposition: Term) -> Mask:
    """Return the rows (B,) on which "for all vectors, a ≤ b" certainly holds.

    False everywhere when a quantifier is not over vectors, the body is not a comparison, some
    function is not quadratic, or the vectors have too many coordinates.  The polynomial is taken
    around the minimiser of the first function; there, b and c within rounding of 0 are 0.
    Raises NotEvaluated for a term without numbers.
    """
    nothing = np.zeros(model.batch, dtype=bool)
    spaces, body = [], proposition
    while body.op == "all" and body.data.sort.kind == "Vec":
        spaces.append(body.data.sort.spaces[0])
        body = body.args[0]
    families = [f for _, f in model.families()]
    if not spaces or body.op not in ("le", "ge", "lt", "gt", "eq"):
        return nothing
    if not all(isinstance(f, Quadratic | LeastSquares | ConstantFunction) for f in families):
        return nothing
    sizes = [model.dimensions[s] for s in spaces]
    n = sum(sizes)
    if n > LARGEST_STACK or body.args[0].sort.kind == "Vec":
        return nothing
    base = np.concatenate([_base(model, s) for s in spaces], axis=-1)
    offsets, pairs = _offsets(n)
    rng = np.random.default_rng(n)
    probes = np.round(16 * rng.standard_normal((3, n))) / 16
    everything = np.concatenate([offsets, probes])
    points = base[None] + everything[:, None, :]
    cuts = np.cumsum(sizes)[:-1]
    scope = tuple(total.exact(part) for part in np.split(points, cuts, axis=-1))
    with np.errstate(all="ignore"):
        slack = _slack(model, body, scope)
    if slack is None:
        return nothing
    shape = (len(everything), model.batch)
    value = np.broadcast_to(slack.value, shape)
    error = SAFETY * UNIT * np.broadcast_to(slack.error, shape)
    return _decide(value, error, everything, pairs, n, body.op)


def _base(model: Model, space: str) -> Floats:
    for v, family in model.families():
        if v.sort.parts[0].spaces[0] == space:
            return family.constants.minimiser
    return np.zeros((model.batch, model.dimensions[space]))


def _offsets(n: int) -> tuple[Floats, list[tuple[int, int]]]:
    unit = np.eye(n)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    mixed = np.array([unit[i] + unit[j] for i, j in pairs]).reshape(len(pairs), n)
    return np.concatenate([np.zeros((1, n)), unit, -unit, mixed]), pairs


def _slack(model: Model, body: Term, scope: tuple[Tracked, ...]) -> Tracked | None:
    left, right = body.args if body.op in ("le", "lt", "eq") else reversed(body.args)
    squares = [_square_of_norm(model, side) for side in (left, right)]
    if squares[0] is not None and squares[1] is not None:  # norms: compare the squares
        left, right = squares
    elif any(t.op == "sqrt" and t.loose for side in (left, right) for t in _inside(side)):
        return None
    a, b = model.value(left, scope), model.value(right, scope)
    return total.add(b, total.negative(a))


def _inside(term: Term) -> list[Term]:
    todo, found = [term], []
    while todo:
        t = todo.pop()
        found.append(t)
        todo += t.args
    return found


def _square_of_norm(model: Model, side: Term) -> Term | None:
    """Return the square of a side that is a product of nonnegative numbers and one norm."""
    if side.op == "sqrt":
        inner = side.args[0]
        return inner if inner.op == "ip" and inner.args[0] == inner.args[1] else None
    if side.op in ("mul", "div") and side.sort.kind == "Real":
        a, b = side.args
        norm, factor = (a, b) if not b.loose else (b, a)
        if factor.loose or (side.op == "div" and norm is b):
            return None
        square = _square_of_norm(model, norm)
        low = model.value(factor)
        if square is None or not np.all(low.value - SAFETY * UNIT * low.error >= 0):
            return None
        return make(side.op, (square, make("mul", (factor, factor))))
    return None


def _decide(
    value: Floats, error: Floats, points: Floats, pairs: list[tuple[int, int]], n: int, op: str
) -> Mask:
    batch = value.shape[1]
    known = np.all(np.isfinite(value) & np.isfinite(error), axis=0)
    value = np.where(known, value, 0.0)
    c, plus, minus, mixed = value[0], value[1 : n + 1], value[n + 1 : 2 * n + 1], value[2 * n + 1 :]
    linear = (plus - minus) / 2
    q = np.zeros((batch, n, n))
    for i in range(n):
        q[:, i, i] = (plus[i] + minus[i]) / 2 - c
    for place, (i, j) in enumerate(pairs):
        q[:, i, j] = q[:, j, i] = (mixed[place] - plus[i] - plus[j] + c) / 2
    predicted = c + points @ linear + np.einsum("si,bij,sj->sb", points, q, points)
    size = np.max(np.abs(value), axis=0) + 1e-300
    known &= np.max(np.abs(predicted - value), axis=0) <= 1e-9 * size
    largest = np.max(error, axis=0)
    nought = (np.abs(c) <= error[0]) & np.all(np.abs(linear) <= largest, axis=0)
    flat = np.all((value == 0) & (error == 0), axis=0)
    if op == "eq":
        return known & flat
    weight = np.max(np.abs(q), axis=(1, 2))
    convex = np.linalg.eigvalsh(q)[:, 0] > MARGIN * weight + 8 * n * largest
    whole = np.zeros((batch, n + 1, n + 1))
    whole[:, :n, :n], whole[:, n, n] = q, c
    whole[:, :n, n] = whole[:, n, :n] = linear.T / 2
    heavy = np.max(np.abs(whole), axis=(1, 2))
    positive = np.linalg.eigvalsh(whole)[:, 0] > MARGIN * heavy + 8 * n * largest
    weak = op in ("le", "ge")
    return known & (positive | (weak & (flat | (nought & convex & (weight > 0)))))
