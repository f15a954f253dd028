"""Exact linear programming for the search for certificates: small, sparse.  [untrusted]"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Row = dict[int, Any]  # the entries of a row that are not zero; an entry is an fmpq
RIGHT = -1  # where the right-hand side stands in a row


def nonnegative_solution(
    columns: Sequence[Sequence[Fraction]],
    target: Sequence[Fraction],
    wanted: Sequence[bool] | None = None,
) -> list[Fraction] | None:
    """Return c ≥ 0 with Σ cⱼ·columnⱼ = target, or None when there is none.

    With ``wanted`` (one flag a column), Σ of the wanted coefficients must be positive.  Two-phase
    simplex with Bland's rule (Bland, 1977) on exact fractions: it ends and never rounds.
    """
    from flint import fmpq  # here, so that what proves nothing need not load it

    rows, count = len(target), len(columns)
    table: list[Row] = []
    for r in range(rows):
        sign = -1 if target[r] < 0 else 1
        row = {j: _number(sign * column[r]) for j, column in enumerate(columns) if column[r]}
        row[count + r] = fmpq(1)
        if target[r]:
            row[RIGHT] = _number(sign * target[r])
        table.append(row)
    basis = list(range(count, count + rows))
    _minimise(table, basis, dict.fromkeys(range(count, count + rows), fmpq(1)), count + rows)
    if any(RIGHT in row for row, j in zip(table, basis, strict=True) if j >= count):
        return None
    for r in range(rows):  # artificial variables at zero leave the basis where they can
        if basis[r] >= count:
            entering = min((j for j in table[r] if 0 <= j < count), default=None)
            if entering is not None:
                _pivot(table, basis, r, entering)
    solution = _read(table, basis, count)
    if wanted is None or _score(solution, wanted) > 0:
        return solution
    ray = _minimise(table, basis, {j: fmpq(-1) for j, flag in enumerate(wanted) if flag}, count)
    solution = _read(table, basis, count)
    if ray is not None:
        for row, j in zip(table, basis, strict=True):
            if j < count and ray in row:
                solution[j] -= _fraction(row[ray])
        solution[ray] += 1
    return solution if _score(solution, wanted) > 0 else None


def _number(value: Fraction) -> Any:
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _score(solution: Sequence[Fraction], wanted: Sequence[bool]) -> Fraction:
    return sum((c for c, flag in zip(solution, wanted, strict=True) if flag), Fraction(0))


def _read(table: list[Row], basis: list[int], count: int) -> list[Fraction]:
    solution = [Fraction(0)] * count
    for row, j in zip(table, basis, strict=True):
        if j < count and RIGHT in row:
            solution[j] = _fraction(row[RIGHT])
    return solution


def _minimise(table: list[Row], basis: list[int], cost: Row, usable: int) -> int | None:
    """Pivot to the least cost over the first ``usable`` columns; return an unbounded column."""
    reduced = dict(cost)
    for row, b in zip(table, basis, strict=True):
        if b in cost:
            _subtract(reduced, cost[b], row)
    while True:
        entering = min((j for j, c in reduced.items() if 0 <= j < usable and c < 0), default=None)
        if entering is None:
            return None
        best: tuple[Any, int, int] | None = None
        for r, row in enumerate(table):
            if entering in row and row[entering] > 0:
                candidate = (row.get(RIGHT, 0) / row[entering], basis[r], r)
                best = candidate if best is None or candidate < best else best
        if best is None:
            return entering
        _pivot(table, basis, best[2], entering)
        _subtract(reduced, reduced[entering], table[best[2]])


def _pivot(table: list[Row], basis: list[int], r: int, j: int) -> None:
    scale = table[r][j]
    table[r] = {column: x / scale for column, x in table[r].items()}
    for i, row in enumerate(table):
        if i != r and j in row:
            _subtract(row, row[j], table[r])
    basis[r] = j


def _subtract(row: Row, factor: Any, other: Row) -> None:
    """Take factor·other from the row, in place."""
    for column, y in other.items():
        left = row[column] - factor * y if column in row else -factor * y
        if left:
            row[column] = left
        else:
            del row[column]
