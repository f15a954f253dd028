"""What a search for multipliers and squares is about: quadratic forms in vectors, exactly.

The goal's slack is ρ·bound + target, each premise has a slack, and all of them are *forms*: linear
in Gram entries ⟨vᵢ, vⱼ⟩ and in values (function values and whatever else a square cannot absorb).
Wanted are weights w ≥ 0 such that ρ·bound + target − Σ wⱼ·columnⱼ has no values left and is a sum
of squares: a positive semidefinite Gram matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

Entry = tuple[int, int]


@dataclass(frozen=True)
class Form:
    """Σ quadratic[i, j]·⟨vᵢ, vⱼ⟩ (i ≤ j, each pair once) + Σ linear[k]·valueₖ."""

    quadratic: Mapping[Entry, Fraction] = field(default_factory=dict)
    linear: Mapping[int, Fraction] = field(default_factory=dict)

    def plus(self, other: Form, factor: Fraction = Fraction(1)) -> Form:
        """Return self + factor·other."""
        return Form(
            _sum(self.quadratic, other.quadratic, factor), _sum(self.linear, other.linear, factor)
        )

    def matrix(self, size: int) -> list[list[Fraction]]:
        """Return the symmetric matrix of the quadratic part."""
        found = [[Fraction(0)] * size for _ in range(size)]
        for (i, j), c in self.quadratic.items():
            if i == j:
                found[i][i] = c
            else:
                found[i][j] = found[j][i] = c / 2
        return found


def _sum(
    a: Mapping[object, Fraction], b: Mapping[object, Fraction], factor: Fraction
) -> dict[object, Fraction]:
    found = dict(a)
    for key, c in b.items():
        value = found.get(key, Fraction(0)) + factor * c
        if value:
            found[key] = value
        else:
            found.pop(key, None)
    return found


@dataclass(frozen=True)
class Program:
    """A search: ``size`` vectors and ``values`` values; ``columns``, the premises' slacks;
    ``free``, which of them are equations, whose weights have any sign; the goal's slack is
    rate·``bound`` + ``target``.
    """

    size: int
    values: int
    columns: tuple[Form, ...]
    free: tuple[bool, ...]
    bound: Form
    target: Form

    def at(self, rate: Fraction) -> Program:
        """Return the program with the rate fixed: nothing is left to minimise."""
        return replace(self, bound=Form(), target=self.target.plus(self.bound, rate))

    def only(self, chosen: Sequence[int]) -> Program:
        """Return the program with the chosen columns alone, in that order."""
        columns = tuple(self.columns[j] for j in chosen)
        return replace(self, columns=columns, free=tuple(self.free[j] for j in chosen))

    def residual(self, rate: Fraction, weights: Mapping[int, Fraction]) -> Form:
        """Return rate·bound + target − Σ weights·columns, exactly."""
        found = self.target.plus(self.bound, rate)
        for j, w in weights.items():
            found = found.plus(self.columns[j], -w)
        return found


def squares(
    matrix: Sequence[Sequence[Fraction]],
) -> list[tuple[Fraction, dict[int, Fraction]]] | None:
    """Return d > 0 and vectors v with Σ d·⟨v, ·⟩² the matrix's form (LDLᵀ), None when it is not
    positive semidefinite.
    """
    rows = [list(row) for row in matrix]
    size = len(rows)
    found = []
    for k in range(size):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k][j] for j in range(k + 1, size))):
            return None
        if pivot == 0:
            continue
        line = {j: rows[k][j] / pivot for j in range(k, size) if rows[k][j]}
        found.append((pivot, line))
        for i in list(line)[1:]:
            for j, c in line.items():
                if j >= i:
                    rows[i][j] -= pivot * line[i] * c
                    rows[j][i] = rows[i][j]
    return found
