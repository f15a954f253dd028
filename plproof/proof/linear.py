"""Exact linear programming for the search for certificates: small, dense, rational.  [untrusted]"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def nonnegative_solution(
    columns: Sequence[Sequence[Fraction]],
    target: Sequence[Fraction],
    wanted: Sequence[bool] | None = None,
) -> list[Fraction] | None:
    """Return c ≥ 0 with Σ cⱼ·columnⱼ = target, or None when there is none.

    With ``wanted`` (one flag a column), Σ of the wanted coefficients must be positive.  Two-phase
    simplex with Bland's rule on exact fractions: it ends and never rounds.
    """
    rows, count = len(target), len(columns)
    table = []
    for r in range(rows):
        sign = -1 if target[r] < 0 else 1
        row = [sign * columns[j][r] for j in range(count)]
        row += [Fraction(int(i == r)) for i in range(rows)] + [sign * target[r]]
        table.append(row)
    basis = list(range(count, count + rows))
    cost = [Fraction(0)] * count + [Fraction(1)] * rows
    _minimise(table, basis, cost, count + rows)
    if any(table[r][-1] for r in range(rows) if basis[r] >= count):
        return None
    for r in range(rows):  # artificial variables at zero leave the basis where they can
        if basis[r] >= count:
            entering = next((j for j in range(count) if table[r][j]), None)
            if entering is not None:
                _pivot(table, basis, r, entering)
    solution = _read(table, basis, count)
    if wanted is None or _score(solution, wanted) > 0:
        return solution
    cost = [Fraction(-int(flag)) for flag in wanted] + [Fraction(0)] * rows
    ray = _minimise(table, basis, cost, count)
    solution = _read(table, basis, count)
    if ray is not None:
        for r, j in enumerate(basis):
            if j < count:
                solution[j] -= table[r][ray]
        solution[ray] += 1
    return solution if _score(solution, wanted) > 0 else None


def _score(solution: Sequence[Fraction], wanted: Sequence[bool]) -> Fraction:
    return sum((c for c, flag in zip(solution, wanted, strict=True) if flag), Fraction(0))


def _read(table: list[list[Fraction]], basis: list[int], count: int) -> list[Fraction]:
    solution = [Fraction(0)] * count
    for r, j in enumerate(basis):
        if j < count:
            solution[j] = table[r][-1]
    return solution


def _minimise(
    table: list[list[Fraction]], basis: list[int], cost: Sequence[Fraction], usable: int
) -> int | None:
    """Pivot to the least cost over the first ``usable`` columns; return an unbounded column."""
    while True:
        entering = None
        in_basis = set(basis)
        for j in range(usable):
            if j in in_basis:
                continue
            reduced = cost[j] - sum(
                (cost[b] * table[r][j] for r, b in enumerate(basis) if cost[b]), Fraction(0)
            )
            if reduced < 0:
                entering = j
                break
        if entering is None:
            return None
        best: tuple[Fraction, int, int] | None = None
        for r, row in enumerate(table):
            if row[entering] > 0:
                candidate = (row[-1] / row[entering], basis[r], r)
                best = candidate if best is None or candidate < best else best
        if best is None:
            return entering
        _pivot(table, basis, best[2], entering)


def _pivot(table: list[list[Fraction]], basis: list[int], r: int, j: int) -> None:
    scale = table[r][j]
    table[r] = [x / scale for x in table[r]]
    for i, row in enumerate(table):
        if i != r and row[j]:
            factor = row[j]
            table[i] = [x - factor * y if y else x for x, y in zip(row, table[r], strict=True)]
    basis[r] = j
