"""Multipliers for a sum of premises, by linear algebra over the field of the parameters.

[untrusted: proposed only; signs are proved and the kernel's ``combine`` checks]

What a square cannot absorb (function values, products) fixes multipliers by a linear system.  Where
it leaves one free, T − λC is a pencil of quadratic forms: of one quadratic inequality that follows
from another, which is strict somewhere, there is a λ ≥ 0 for which it is positive semidefinite (the
S-lemma: Yakubovich, 1971; Pólik and Terlaky, 2007, Theorem 2.2), and where just one λ will do, the
determinant has a double root there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import Any, TypeAlias

from plproof.kernel.normal import Monomial, NormalForm, Poly
from plproof.proof.algebra import Reader, atoms_of, split_by_data
from plproof.proof.field import Field
from plproof.proof.pencils import edges

#: coefficients, in the field of the parameters, by monomials of the data; multipliers of premises
Column: TypeAlias = dict[Monomial, Any]
Weights: TypeAlias = list[Any]

MAX_ORDERS = 24
#: of pencils: how many are looked at, and what is tried of one
MAX_PENCILS, MAX_VALUES = 3, 6


class System:
    """A target and what premises offer, by monomials of the atoms ``data``; the rest are numbers.

    For an ``equation`` nothing may be left over, else what is a square or a number may.
    """

    def __init__(
        self, reader: Reader, slack: Poly, values: Sequence[Poly], data: set[int], equation: bool
    ) -> None:
        self._reader = reader
        split = [split_by_data(p, data) for p in [slack, *values]]
        params = sorted({a for d in split for p in d.values() for m in p for a, _ in m})
        self.algebra = Field(reader.form, params)
        self.target: Column
        self.target, *self.columns = [{m: self.algebra.of(p) for m, p in d.items()} for d in split]
        self.rows = sorted({m for d in split for m in d})
        self._grams = [m for m in self.rows if is_gram(reader.form, m)]
        self.forced = [m for m in self.rows if m and m not in self._grams]
        if equation:
            self.forced = self.rows

    def equations(
        self, chosen: Sequence[int], rows: Sequence[Monomial]
    ) -> tuple[list[Weights], Weights]:
        """Return the matrix and the right side for multipliers of the chosen premises."""
        zero = self.algebra.zero
        matrix = [[self.columns[j].get(m, zero) for j in chosen] for m in rows]
        return matrix, [self.target.get(m, zero) for m in rows]

    def left(self, weights: Weights) -> Column:
        """Return the target minus the premises with their multipliers."""
        residual = dict(self.target)
        for m, c in self._sum(weights).items():
            residual[m] = residual.get(m, self.algebra.zero) - c
        return {m: c for m, c in residual.items() if c}

    def candidates(self, as_said: bool) -> Iterator[Weights]:
        """Yield multipliers to try: those forced, then those that need no squares, then fewer.

        The author's own, all 1, come first where they add up or where one is ``as_said``.
        """
        seen: list[Weights] = []
        ones = [self.algebra.one] * len(self.columns)
        if as_said or not self.left(ones):
            seen.append(ones)
            yield ones
        for weights in self._solutions():
            if weights not in seen and not self._says_nothing(weights):
                seen.append(weights)
                yield weights

    def _solutions(self) -> Iterator[Weights]:
        """Yield multipliers for which the rows that are forced, or all of them, vanish.

        Where they leave some free, premises are taken in other orders, and fewer of them.
        """
        every = tuple(range(len(self.columns)))
        orders = [every[::-1]]
        if len(self.rows) == 1:  # which is first is all that matters
            orders += [(j, *(i for i in every if i != j)) for j in every]
        elif len(every) <= 4:
            orders += list(permutations(every))[:MAX_ORDERS]
        fewer: list[tuple[int, ...]] = []
        for rows in (self.forced, self.rows):
            start, directions = self.algebra.solutions(*self.equations(every, rows), len(every))
            if start is None:
                continue
            yield start
            for order in orders if directions else ():
                yield from self._solution(order, rows)
            if directions and rows is self.forced and len(every) <= 6:
                fewer = [c for size in every[:0:-1] for c in combinations(every, size)]
        for chosen in fewer:
            yield from self._solution(chosen, self.forced)

    def _solution(self, chosen: Sequence[int], rows: Sequence[Monomial]) -> Iterator[Weights]:
        found = self.algebra.solve(*self.equations(chosen, rows), len(chosen))
        if found is not None:
            weights = [self.algebra.zero] * len(self.columns)
            for j, w in zip(chosen, found, strict=True):
                weights[j] = w
            yield weights

    def _says_nothing(self, weights: Weights) -> bool:
        """Say whether a multiplier is the target over a premise, where no data tell them apart."""
        used = [(w, c[()]) for w, c in zip(weights, self.columns, strict=True) if w and () in c]
        return self.rows == [()] and any(
            len(c.numer) > 1 and not w.denom.rem(c.numer) for w, c in used
        )

    def on_edges(self) -> Iterator[Weights]:
        """Yield multipliers where what is left over may be a form at the edge of being positive."""
        if not self._grams:
            return
        count = len(self.columns)
        pairs = {m: self._reader.pair(m[0][0]) for m in self._grams}
        squares = {a for a, b in pairs.values() if a == b}
        alone = [m for m, pair in pairs.items() if not {*pair} <= squares]  # no square absorbs it
        equations = self.equations(range(count), [*self.forced, *alone])
        start, directions = self.algebra.solutions(*equations, count)
        if start is None:
            return
        if alone:  # else it is a candidate already
            yield start
        pairs[()] = (-1, -1)  # a number is the square of a vector apart

        def quadratic(column: Column) -> dict[tuple[int, int], Any]:
            return {pairs[m]: c for m, c in column.items() if m in pairs}

        def along(point: Weights, line: Weights) -> list[Weights]:
            values = edges(self.algebra, quadratic(self.left(point)), quadratic(self._sum(line)))
            tried = values[:MAX_VALUES]
            return [[w + t * step for w, step in zip(point, line, strict=True)] for t in tried]

        lines = [line for line in directions if self._sum(line).keys() & {*self._grams}]
        for line in lines[:MAX_PENCILS]:
            yield from along(start, line)
        point = start
        for line in lines[:MAX_PENCILS] if len(lines) > 1 else ():  # one after another
            point = next(iter(along(point, line)), point)
        if point is not start:
            yield point

    def _sum(self, weights: Weights) -> Column:
        """Return the sum of the premises with multipliers."""
        total: Column = {}
        for column, weight in zip(self.columns, weights, strict=True):
            for m, c in column.items() if weight else ():
                total[m] = total.get(m, self.algebra.zero) + weight * c
        return total


def with_scalars(form: NormalForm, polynomials: Sequence[Poly], data: set[int]) -> set[int]:
    """Return the data with real variables that may count among them: no monomial has two.

    What is a factor of few others comes first: in (1 − μ/L)·r ≤ s those are s and r, and μ is not.
    """
    below = {a for p in form.inverses().values() for a in atoms_of(p)}
    monomials = [dict(m) for m in dict.fromkeys(m for p in polynomials for m in p)]
    once = {a for m in monomials for a in m} - {a for m in monomials for a, e in m.items() if e > 1}
    scalars = {a for a in once - data - below if form.atoms[a][0] == "var"}
    beside = {a: {b for m in monomials if a in m for b in m} - {a} for a in scalars}
    found = set(data)
    for a in sorted(scalars, key=lambda a: (len(beside[a] & (scalars | data)), a)):
        if not beside[a] & found:
            found.add(a)
    return found


def is_gram(form: NormalForm, m: Monomial) -> bool:
    """Say whether a monomial of the data is a Gram entry, which squares of vectors make up."""
    return len(m) == 1 and m[0][1] == 1 and form.atoms[m[0][0]][0] == "ip"
