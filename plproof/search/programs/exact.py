"""Certificates on the boundary, read off many digits: exact weights, rational or with one root.

A claim that is the best possible has no certificate with an interior, and rounding is of no use;
its weights are the solution of equations.  They are recognised by their digits, or solved for once
the vectors that the slack annihilates are; nothing is believed that is not checked exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from plproof.search.programs.program import Form, FormOver, Program, ProgramOver, squares
from plproof.search.programs.refine import BITS, Refined, refined
from plproof.search.programs.surd import Exact, Surd, as_rational, in_field, recognised, row_reduced

#: binary digits of a refined optimum that are relied upon, and of weights that may be chosen
_KNOWN, _CHOSEN = 240, 40
_ON_THE_BOUNDARY = Fraction(1, 1 << 100)


@dataclass(frozen=True)
class Found:
    """An exact certificate: weights by column, and d·‖Σ c·v‖² for each square, by vector."""

    rate: Exact
    weights: dict[int, Exact]
    squares: list[tuple[Exact, dict[int, Exact]]]


def least(program: Program) -> Exact | None:
    """Return the least rate, recognised by many digits of it, or None; nothing is proved."""
    answer = refined(program)
    return None if answer is None else recognised(_number(answer.rate), _KNOWN)


def boundary(program: Program, rate: Exact) -> Found | Fraction | None:
    """Return a certificate for a rate that is the best possible, else how far it is from that.

    The distance has many digits and proves nothing: greater than 0, no weights carry the rate; less
    than 0, there is room to spare.  None when Newton is lost.  The slack may miss being a sum of
    squares by a multiple of Σ‖vᵢ‖², which has an interior; wanted is the least multiple.
    """
    fixed = program.at(rate)
    identity = Form({(i, i): Fraction(1) for i in range(program.size)})
    answer = refined(replace(_approximate(fixed), bound=identity))
    if answer is None:
        return None
    if abs(_number(answer.rate)) > _ON_THE_BOUNDARY:
        return _number(answer.rate)
    root = _root(fixed)
    for weights in (_recognised(answer, root), _solved(fixed, answer, root)):
        if weights is not None:
            found = verified(program, rate, weights)
            if isinstance(found, Found):
                return found
    return None


def verified(program: Program, rate: Exact, weights: Mapping[int, Exact]) -> Found | str:
    """Return the certificate with the weights, checked exactly, or what is wrong with them."""
    if any(w < 0 and not program.free[j] for j, w in weights.items()):
        return "a rounded weight is negative"
    rest = program.residual(rate, weights)
    if rest.linear:
        return "a value is left over"
    parts = squares(rest.matrix(program.size))
    if parts is None:
        return "the rounded slack is not a sum of squares"
    return Found(rate, {j: w for j, w in weights.items() if w}, parts)


def _number(value: int) -> Fraction:
    return Fraction(value, 1 << BITS)


def _recognised(answer: Refined, root: int | None) -> dict[int, Exact] | None:
    found = {}
    for j, w in zip(answer.active, answer.weights, strict=True):
        exact = _exact(_number(w), root)
        if exact is None:
            return None
        found[j] = exact
    return found


def _exact(value: Fraction, root: int | None) -> Exact | None:
    return as_rational(value, _KNOWN) if root is None else in_field(value, _KNOWN, root)


def _solved(
    fixed: ProgramOver[Exact], answer: Refined, root: int | None
) -> dict[int, Exact] | None:
    """Return weights near the refined ones with which the slack annihilates the worst case."""
    kernel = []
    for row in _span(answer, fixed.size):
        line = [_exact(c, root) for c in row]
        if None in line:
            return None
        kernel.append([c for c in line if c is not None])
    scale = 1 << _CHOSEN
    near = {
        j: Fraction(round(_number(w) * scale), scale)
        for j, w in zip(answer.active, answer.weights, strict=True)
    }
    return on_a_face(fixed, kernel, near)


def on_a_face(
    fixed: ProgramOver[Exact], kernel: Sequence[Sequence[Exact]], near: Mapping[int, Exact]
) -> dict[int, Exact] | None:
    """Return weights near the given ones, exactly such that no value is left over and the slack
    annihilates the vectors of ``kernel``; None when there are none.  The rate is fixed.
    """
    order = sorted(near, key=lambda j: -abs(float(near[j])))
    columns = [_demands(fixed, fixed.columns[j], kernel) for j in order]
    columns.append(_demands(fixed, fixed.target, kernel))
    if not columns[-1]:
        return dict(near)
    table, pivots = row_reduced(list(zip(*columns, strict=True)))
    if len(order) in pivots:
        return None
    found = [near[j] for j in order]
    for row, pivot in zip(table, pivots, strict=True):
        value = row[-1]
        for c in range(pivot + 1, len(order)):
            if row[c] and c not in pivots:
                value = value - row[c] * near[order[c]]
        found[pivot] = value
    return dict(zip(order, found, strict=True))


def _span(answer: Refined, size: int) -> list[list[Fraction]]:
    """Return the directions of the worst case with 1 and 0 where each of them is largest."""
    rows = [[_number(c) for c in vector] for vector in answer.directions]
    used: list[int] = []
    for r in range(len(rows)):
        places = [(i, j) for i in range(r, len(rows)) for j in range(size) if j not in used]
        i, j = max(places, key=lambda place: abs(rows[place[0]][place[1]]))
        rows[r], rows[i] = rows[i], rows[r]
        pivot = rows[r][j]
        rows[r] = [_rounded(c / pivot) for c in rows[r]]
        for q, row in enumerate(rows):
            if q != r and row[j]:
                rows[q] = [_rounded(c - row[j] * p) for c, p in zip(row, rows[r], strict=True)]
        used.append(j)
    return rows


def _rounded(value: Fraction) -> Fraction:
    return Fraction(round(value * (1 << BITS)), 1 << BITS)


def _demands(
    fixed: ProgramOver[Exact], form: FormOver[Exact], kernel: Sequence[Sequence[Exact]]
) -> list[Exact]:
    """Return what a form adds to the equations: its values, and its matrix times the kernel."""
    rows: list[Exact] = [form.linear.get(k, Fraction(0)) for k in range(fixed.values)]
    if not kernel:
        return rows
    matrix = form.matrix(fixed.size)
    for v in kernel:
        for row in matrix:
            total: Exact = Fraction(0)
            for c, x in zip(row, v, strict=True):
                if c and x:
                    total = total + c * x
            rows.append(total)
    return rows


def _root(program: ProgramOver[Exact]) -> int | None:
    for form in (program.target, *program.columns):
        for c in (*form.quadratic.values(), *form.linear.values()):
            if isinstance(c, Surd) and c.b:
                return c.d
    return None


def _approximate(program: ProgramOver[Exact]) -> Program:
    """Return the program with numbers near its own that are rational."""

    def near(form: FormOver[Exact]) -> Form:
        quadratic = {e: _near(c) for e, c in form.quadratic.items()}
        return Form(quadratic, {k: _near(c) for k, c in form.linear.items()})

    columns = tuple(map(near, program.columns))
    return Program(
        program.size,
        program.values,
        columns,
        program.free,
        near(program.bound),
        near(program.target),
    )


def _near(value: Exact) -> Fraction:
    return value.near(BITS + 20) if isinstance(value, Surd) else value
