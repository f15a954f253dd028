"""Inequalities for all vectors, decided up to rounding when everything is quadratic.

On quadratic functions, values are quadratic and gradients affine, so the slack of many inequalities
is a polynomial of degree at most 2 in the quantified vectors, stacked into one z.  It is recovered
from its values at 0, ±e_i and e_i + e_j, checked to be quadratic at further points, and holds for
all z when its matrix [[Q, b/2], [b'/2, c]] is positive semidefinite, here with a margin.  Where it
depends on two points by their difference alone, one of them stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from plproof.kernel.normal import KernelError, NormalForm
from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.families import ConstantFunction, LeastSquares, Quadratic
from plproof.laboratory.meaning.evaluate import Mask, Model
from plproof.laboratory.meaning.maps import SystemMap
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conclusions
from plproof.language.sorts import REAL, function
from plproof.language.terms import Term, free_variables, make, rebuild, subterms

MARGIN = 1e-9
"""The least eigenvalue of Q, relative to its largest entry, that counts as positive."""

LARGEST_STACK = 12
"""Quantified vectors with more coordinates than this in all are not tried."""


def quadratic_inequality(model: Model, proposition: Term) -> Mask:
    """Return the rows (B,) on which "for all vectors, P" certainly holds.

    P is built from comparisons by "and", and by implications, of which the conclusion alone is
    decided, without the help of the hypothesis.  False everywhere when a quantifier is not over
    vectors, some function is not quadratic, or the vectors have too many coordinates.  The
    polynomial is taken around the minimiser of the first function; there, b and c within rounding
    of 0 count as 0.  Raises NotEvaluated for a term without numbers.
    """
    nothing = np.zeros(model.batch, dtype=bool)
    spaces, body = [], proposition
    while body.op == "all" and body.data.sort.kind == "Vec":
        spaces.append(body.data.sort.spaces[0])
        body = body.args[0]
    sizes = [model.dimension(s) for s in spaces]
    n = sum(sizes)
    quadratic = (Quadratic, LeastSquares, ConstantFunction)
    if not all(isinstance(f, quadratic) for _, f in model.families()) or not 0 < n <= LARGEST_STACK:
        return nothing
    if not _algebraic(model, body):
        return nothing
    base = np.concatenate([_base(model, s) for s in spaces], axis=-1)
    if len(spaces) == 2 and spaces[0] == spaces[1] and _of_a_difference(proposition):
        sizes = sizes[:1]
    n = sum(sizes)
    offsets, pairs = _offsets(n)
    rng = np.random.default_rng(n)
    probes = np.round(16 * rng.standard_normal((3, n))) / 16
    offsets = np.concatenate([offsets, probes])
    moves = np.zeros((len(offsets), base.shape[-1]))
    moves[:, :n] = offsets
    ends = np.cumsum([model.dimension(s) for s in spaces])[:-1]
    parts = np.split(base[None] + moves[:, None, :], ends, axis=-1)
    scope = tuple(total.exact(part) for part in parts)
    rows = ~nothing
    for comparison in conclusions(body):
        if comparison.op not in ("le", "ge", "lt", "gt", "eq"):
            return nothing
        if comparison.args[0].sort != REAL:
            return nothing
        with np.errstate(all="ignore"):
            plain = _above_zero(model, comparison, scope)
            found = None if plain.all() else _slack(model, comparison, scope)
        if found is None:
            rows &= plain
            continue
        slack, sound = found
        shape = (len(offsets), model.batch)
        value = np.broadcast_to(slack.value, shape)
        error = SAFETY * UNIT * np.broadcast_to(slack.error, shape)
        rows &= plain | (sound & _decide(value, error, offsets, pairs, comparison.op))
        if not rows.any():
            break
    return rows


def _algebraic(model: Model, body: Term) -> bool:
    """Say whether a proposition is free of waves and sums, and of maps that are not affine."""
    unfolded = unfold_all(body)
    if any(t.op in ("sin", "cos", "sum") for t in subterms(unfolded)):
        return False
    maps = {v: model.values.get(v) for v in free_variables(unfolded)}
    bent = {v for v, f in maps.items() if isinstance(f, SystemMap) and not f.affine}
    if not bent:
        return True
    # at one point, as in DF(w₀)z, a map may be any: there is one linear map
    fixed = [t for t in subterms(unfolded) if t.op in ("app", "jac") and not t.loose]
    rest = rebuild(unfolded, lambda t, _: make("var", (), "a!", t.sort) if t in fixed else None)
    return not bent & {*free_variables(rest)}


@lru_cache(maxsize=256)  # asked for each batch of one statement
def _of_a_difference(proposition: Term) -> bool:
    """Say whether "for all x and y, P" speaks of x - y alone where every function is quadratic.

    With d = x - y and a quadratic f, ∇f(x) is ∇f(y) + g and f(x) is f(y) + ⟨∇f(y), d⟩ + b, where g
    and b depend on d only; F(x) is F(y) + h of an affine map F.  Written so, the comparisons must
    be the same for all y, f(y), ∇f(y), F(y).
    """
    sort = proposition.data.sort
    x, y, d = (make("var", (), name, sort) for name in ("x!", "y!", "d!"))
    body = unfold_all(open_binder(open_binder(proposition, x), y))
    functions = [t for t in free_variables(body) if t.sort == function(sort, REAL)]
    maps = [t for t in free_variables(body) if t.sort == function(sort, sort)]

    def written(label: str) -> dict[Term, Term]:
        there = make("var", (), f"y{label}!", sort)
        put = {x: there + d, y: there}
        for number, f in enumerate(functions):
            name = f"{number}!"
            level, more = (make("var", (), kind + name, REAL) for kind in ("v" + label, "b"))
            slope, turn = (make("var", (), kind + name, sort) for kind in ("s" + label, "g"))
            put |= {make("app", (f, y)): level, make("grad", (f, y)): slope}
            put[make("app", (f, x))] = level + make("ip", (slope, d)) + more
            put[make("grad", (f, x))] = slope + turn
        for number, f in enumerate(maps):  # affine ones
            image, turn = (make("var", (), f"{kind}{number}!", sort) for kind in ("m" + label, "h"))
            put |= {make("app", (f, y)): image, make("app", (f, x)): image + turn}
        return put

    form = NormalForm()
    for comparison in conclusions(body):
        one, other = (rebuild(comparison, _given(values)) for values in map(written, "01"))
        if any(side.sort.kind not in ("Real", "Nat") for side in comparison.args):
            return False
        try:
            alike = all(
                form.scalar(a) == form.scalar(b) for a, b in zip(one.args, other.args, strict=True)
            )
            if not alike and form.difference(*one.args) != form.difference(*other.args):
                return False
        except KernelError:
            return False
    return True


def _given(values: Mapping[Term, Term]) -> Callable[[Term, int], Term | None]:
    return lambda t, _: values.get(t)


def _base(model: Model, space: str) -> Floats:
    for v, family in model.families():
        if v.sort.parts[0].spaces[0] == space:
            return family.constants.minimiser
    return np.zeros((model.batch, model.dimension(space)))


def _offsets(n: int) -> tuple[Floats, list[tuple[int, int]]]:
    unit = np.eye(n)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    mixed = np.array([unit[i] + unit[j] for i, j in pairs]).reshape(len(pairs), n)
    return np.concatenate([np.zeros((1, n)), unit, -unit, mixed]), pairs


def _above_zero(model: Model, body: Term, scope: tuple[Tracked, ...]) -> Mask:
    """Return where the smaller side is 0 for all vectors and the larger a number that is not below.

    So is ‖F(x)‖ ≤ G for F = 0.  What is 0 at all points that are looked at is 0 everywhere.
    """
    nothing = np.zeros(model.batch, dtype=bool)
    if body.op not in ("le", "ge"):
        return nothing
    small, large = body.args if body.op == "le" else body.args[::-1]
    if large.loose:
        return nothing
    bound, value = model.value(large), model.value(small, scope)
    vanishes = np.all((value.value == 0) & (value.error == 0), axis=0)
    return np.asarray(vanishes & (bound.value - SAFETY * UNIT * bound.error >= 0) | nothing)


def _slack(
    model: Model, body: Term, scope: tuple[Tracked, ...]
) -> tuple[Tracked, Mask | bool] | None:
    """Return right minus left, or the difference of their squares, and where that decides."""
    left, right = body.args if body.op in ("le", "lt", "eq") else reversed(body.args)
    one, other = (_square_of_norm(model, side) for side in (left, right))
    sound: Mask | bool = True
    if one is not None and other is not None:
        (left, first), (right, second) = one, other
        sound = first & second
    elif any(t.op == "sqrt" and t.loose for side in (left, right) for t in subterms(side)):
        return None
    a, b = model.value(left, scope), model.value(right, scope)
    return total.add(b, total.negative(a)), sound


def _square_of_norm(model: Model, side: Term) -> tuple[Term, Mask | bool] | None:
    """Return the square of a product of numbers and one norm, and the rows where it is >= 0."""
    if side.op == "sqrt":
        inner = side.args[0]
        fits = inner.op == "ip" and inner.args[0] == inner.args[1]
        return (inner, True) if fits else None
    if side.op not in ("mul", "div"):
        return None
    a, b = side.args
    norm, factor = (a, b) if not b.loose else (b, a)
    found = _square_of_norm(model, norm)
    if found is None or factor.loose or (side.op == "div" and norm is b):
        return None
    number = model.value(factor)
    sound = number.value - SAFETY * UNIT * number.error >= 0
    return make(side.op, (found[0], make("mul", (factor, factor)))), found[1] & sound


def _decide(
    value: Floats,
    error: Floats,
    points: Floats,
    pairs: list[tuple[int, int]],
    op: str,
) -> Mask:
    batch, n = value.shape[1], points.shape[1]
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
        nowhere: Mask = known & flat
        return nowhere
    weight = np.max(np.abs(q), axis=(1, 2))
    convex = np.linalg.eigvalsh(q)[:, 0] > MARGIN * weight + 8 * n * largest
    whole = np.zeros((batch, n + 1, n + 1))
    whole[:, :n, :n], whole[:, n, n] = q, c
    whole[:, :n, n] = whole[:, n, :n] = linear.T / 2
    heavy = np.max(np.abs(whole), axis=(1, 2))
    positive = np.linalg.eigvalsh(whole)[:, 0] > MARGIN * heavy + 8 * n * largest
    weak = op in ("le", "ge")
    sound: Mask = known & (positive | (weak & (flat | (nought & convex & (weight > 0)))))
    return sound
