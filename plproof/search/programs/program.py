"""What a search for multipliers and squares is about: quadratic forms in vectors, exactly.

The goal's slack is ρ·bound + target, each premise has a slack, and all of them are *forms*: linear
in Gram entries ⟨vᵢ, vⱼ⟩ and in values (function values and whatever else a square cannot absorb).
Wanted are weights w ≥ 0 such that ρ·bound + target − Σ wⱼ·columnⱼ has no values left and is a sum
of squares: a positive semidefinite Gram matrix.

The numbers are rational; once a rate with a root is put in, they lie in the field with that root.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Generic, TypeVar, overload

from plproof.search.programs.surd import Exact

Entry = tuple[int, int]
_Key = TypeVar("_Key")
_Number = TypeVar("_Number", Fraction, Exact)
_Number_co = TypeVar("_Number_co", bound=Exact, covariant=True)


@dataclass(frozen=True)
class FormOver(Generic[_Number_co]):
    """Σ quadratic[i, j]·⟨vᵢ, vⱼ⟩ (i ≤ j, each pair once) + Σ linear[k]·valueₖ."""

    quadratic: Mapping[Entry, _Number_co] = field(default_factory=dict)
    linear: Mapping[int, _Number_co] = field(default_factory=dict)

    @overload
    def plus(
        self: FormOver[Fraction], other: FormOver[Fraction], factor: Fraction = ...
    ) -> FormOver[Fraction]: ...
    @overload
    def plus(self, other: FormOver[Exact], factor: Exact = ...) -> FormOver[Exact]: ...
    def plus(self, other: FormOver[Exact], factor: Exact = Fraction(1)) -> FormOver[Exact]:
        """Return self + factor·other."""
        return FormOver(
            _sum(self.quadratic, other.quadratic, factor), _sum(self.linear, other.linear, factor)
        )

    @overload
    def matrix(self: FormOver[Fraction], size: int) -> list[list[Fraction]]: ...
    @overload
    def matrix(self, size: int) -> list[list[Exact]]: ...
    def matrix(self, size: int) -> Sequence[Sequence[Exact]]:
        """Return the symmetric matrix of the quadratic part."""
        found: list[list[Exact]] = [[Fraction(0)] * size for _ in range(size)]
        for (i, j), c in self.quadratic.items():
            if i == j:
                found[i][i] = c
            else:
                found[i][j] = found[j][i] = c / 2
        return found


def _sum(a: Mapping[_Key, Exact], b: Mapping[_Key, Exact], factor: Exact) -> dict[_Key, Exact]:
    found = dict(a)
    for key, c in b.items():
        value = found.get(key, Fraction(0)) + factor * c
        if value:
            found[key] = value
        else:
            found.pop(key, None)
    return found


@dataclass(frozen=True)
class ProgramOver(Generic[_Number_co]):
    """A search: ``size`` vectors and ``values`` values; ``columns``, the premises' slacks;
    ``free``, which of them are equations, whose weights have any sign; the goal's slack is
    rate·``bound`` + ``target``.
    """

    size: int
    values: int
    columns: tuple[FormOver[_Number_co], ...]
    free: tuple[bool, ...]
    bound: FormOver[_Number_co]
    target: FormOver[_Number_co]

    @overload
    def at(self: ProgramOver[Fraction], rate: Fraction) -> ProgramOver[Fraction]: ...
    @overload
    def at(self, rate: Exact) -> ProgramOver[Exact]: ...
    def at(self, rate: Exact) -> ProgramOver[Exact]:
        """Return the program with the rate fixed: nothing is left to minimise."""
        target = self.target.plus(self.bound, rate)
        return ProgramOver(self.size, self.values, self.columns, self.free, FormOver(), target)

    def only(self, chosen: Sequence[int]) -> ProgramOver[_Number_co]:
        """Return the program with the chosen columns alone, in that order."""
        columns = tuple(self.columns[j] for j in chosen)
        return replace(self, columns=columns, free=tuple(self.free[j] for j in chosen))

    def residual(self, rate: Exact, weights: Mapping[int, Exact]) -> FormOver[Exact]:
        """Return rate·bound + target − Σ weights·columns, exactly."""
        found = self.target.plus(self.bound, rate)
        for j, w in weights.items():
            found = found.plus(self.columns[j], -w)
        return found


Form = FormOver[Fraction]
Program = ProgramOver[Fraction]


def squares(
    matrix: Sequence[Sequence[_Number]],
) -> list[tuple[_Number, dict[int, _Number]]] | None:
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
