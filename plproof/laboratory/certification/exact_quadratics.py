"""Inequalities for all vectors on quadratic functions, decided in exact rational arithmetic.

On a quadratic function, values are quadratic and gradients affine in the point, so the slack of an
inequality whose terms are of degree at most 2 in the quantified vectors z is z'Qz + b'z + c.  Its
values at 0, ±e_i and e_i + e_j give Q, b and c exactly; it is at least 0 everywhere if and only if
[[Q, b/2], [b'/2, c]] is positive semidefinite, which elimination decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plproof.laboratory.certification.precise import Field, Number, Undecided
from plproof.language.propositions import conclusions
from plproof.language.sorts import REAL
from plproof.language.terms import Term, make

LARGEST = 12
"""Quantified vectors with more coordinates than this in all are not tried."""

Evaluate = Callable[[Term, tuple[Any, ...]], Any]
"""The value of a term, Numbers, for values of its loose bound variables."""


def holds_everywhere(p: Term, dimensions: dict[str, int], field: Field, evaluate: Evaluate) -> bool:
    """Say whether "for all vectors, P" is proved; P as for :mod:`.quadratics`.

    All functions in P must be quadratic, and maps affine; ``field`` is that of the rationals.
    False means: not decided here.
    """
    spaces, body = [], p
    while body.op == "all" and body.data.sort.kind == "Vec":
        spaces.append(body.data.sort.spaces[0])
        body = body.args[0]
    sizes = [dimensions[s] for s in spaces]
    if not field.exact or not 0 < sum(sizes) <= LARGEST:
        return False
    comparisons = list(conclusions(body))
    return bool(comparisons) and all(
        _decided(comparison, sizes, field, evaluate) for comparison in comparisons
    )


def _decided(p: Term, sizes: Sequence[int], field: Field, evaluate: Evaluate) -> bool:
    if p.op not in ("le", "ge") or p.args[0].sort != REAL:
        return False
    small, large = p.args if p.op == "le" else reversed(p.args)
    try:
        below, above = (_square(side, evaluate) for side in (small, large))
        if below is not None and above is not None:
            small, large = below, above  # both sides are at least 0
        if max(_degree(small), _degree(large)) > 2:
            return False
        return _positive(*_form(small, large, sizes, field, evaluate))
    except Undecided:
        return False


def _square(side: Term, evaluate: Evaluate) -> Term | None:
    """Return the square of a product of numbers >= 0 and one norm, None for other terms."""
    if (
        side.op == "sqrt"
        and side.args[0].op == "ip"
        and side.args[0].args[0] == side.args[0].args[1]
    ):
        return side.args[0]
    if side.op == "mul":
        for factor, norm in (side.args, side.args[::-1]):
            inner = None if factor.loose else _square(norm, evaluate)
            if inner is not None and evaluate(factor, ()) >= 0:
                return make("mul", (make("mul", (factor, factor)), inner))
    return None


def _degree(term: Term) -> int:
    """Return a bound of the degree in the quantified vectors; Undecided for other functions."""
    op, args = term.op, term.args
    if not term.loose:
        return 0
    if op == "bound":
        return 1
    if op == "def":
        return _degree(term.data.unfold(args))
    if op in ("app", "grad") and args[0].op == "var" and args[0].sort.parts[0].kind == "Vec":
        inner = _degree(args[1])
        if inner > 1:
            raise Undecided("a function at a point that is not affine")
        return 2 * inner if op == "app" and term.sort == REAL else inner
    degrees = [_degree(arg) for arg in args]
    if op in ("add", "neg"):
        return max(degrees)
    if op in ("mul", "smul", "ip", "lapp", "comp"):
        return sum(degrees)
    if op == "adj":
        return degrees[0]
    if op == "div" and not args[1].loose:
        return degrees[0]
    if op == "pow" and args[1].op == "num":
        return degrees[0] * int(args[1].data)
    raise Undecided(f"{op} is not polynomial")


def _form(
    small: Term, large: Term, sizes: Sequence[int], field: Field, evaluate: Evaluate
) -> tuple[list[list[Number]], int]:
    """Return the matrix [[Q, b/2], [b'/2, c]] of the slack, and its order."""
    n, half = sum(sizes), field.number(1) / 2

    def slack(*units: tuple[int, int]) -> Number:
        z = [field.number(0) for _ in range(n)]
        for place, sign in units:
            z[place] = field.number(sign)
        scope, start = [], 0
        for size in sizes:
            scope.append(z[start : start + size])
            start += size
        difference: Number = evaluate(large, tuple(scope)) - evaluate(small, tuple(scope))
        return difference

    matrix = [[field.number(0) for _ in range(n + 1)] for _ in range(n + 1)]
    c = matrix[n][n] = slack()
    plus, minus = ([slack((i, sign)) for i in range(n)] for sign in (1, -1))
    for i in range(n):
        matrix[i][i] = (plus[i] + minus[i]) * half - c
        matrix[i][n] = matrix[n][i] = (plus[i] - minus[i]) * half * half
        for j in range(i):
            mixed = slack((i, 1), (j, 1)) - plus[i] - plus[j] + c
            matrix[i][j] = matrix[j][i] = mixed * half
    return matrix, n + 1


def _positive(matrix: list[list[Number]], order: int) -> bool:
    """Say whether a symmetric matrix of exact numbers is positive semidefinite."""
    rows = [list(row) for row in matrix]
    for k in range(order):
        pivot = rows[k][k]
        if pivot < 0:
            return False
        if pivot == 0:
            if any(rows[k][j] != 0 for j in range(k + 1, order)):
                return False
            continue
        for i in range(k + 1, order):
            factor = rows[i][k] / pivot
            for j in range(k + 1, order):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return True
