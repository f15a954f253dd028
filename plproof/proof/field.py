"""The field of rational functions in the parameters of a certificate.  [untrusted]"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel.normal import NormalForm, Poly
from plproof.language.terms import Term, number
from plproof.proof.algebra import Reader


class Field:
    """The field of rational functions in the parameters, with terms for its elements."""

    def __init__(self, form: NormalForm, params: Sequence[int]) -> None:
        # sympy takes half a second to import and is needed only when a proof is searched
        from sympy import QQ
        from sympy.polys.fields import field

        self.form, self._rational = form, QQ
        inverses = form.inverses()
        inner = {a for i in params if i in inverses for m in inverses[i] for a, _ in m}
        self.params = sorted(({*params} | inner) - {*inverses})
        names = [f"p{a}" for a in self.params] or ["unused"]
        self.field, *generators = field(names, QQ)
        self._generators = dict(zip(self.params, generators, strict=False))
        for atom, q in sorted(inverses.items()):
            if atom in params:
                self._generators[atom] = 1 / self.of(q)
        self.zero, self.one = self.field(0), self.field(1)

    def of(self, p: Poly) -> Any:
        """Return the element of the field that a polynomial in the parameters is."""
        total = self.field(0)
        for monomial, c in p.items():
            value = self.field(self._rational(c.numerator, c.denominator))
            for atom, e in monomial:
                value = value * self._generators[atom] ** e
            total = total + value
        return total

    def rational(self, value: Any) -> Fraction | None:
        """Return the number that an element is, or None where parameters occur in it."""
        if value.numer.is_ground and value.denom.is_ground:
            if not value:
                return Fraction(0)
            top, bottom = value.numer.LC, value.denom.LC
            return Fraction(int(top.numerator), int(top.denominator)) / Fraction(
                int(bottom.numerator), int(bottom.denominator)
            )
        return None

    def is_negative(self, value: Any) -> bool:
        """Say whether a value is written with a minus sign: all coefficients of one sign."""
        top, bottom = value.numer.coeffs(), value.denom.coeffs()
        signs = {c > 0 for c in top}, {c > 0 for c in bottom}
        return all(len(s) == 1 for s in signs) and signs[0] != signs[1]

    def times_vector(self, value: Any, reader: Reader, atom: int) -> Term:
        """Return a term for value·v, as v/d where the value is 1/d."""
        v = reader.vector(atom)
        if value == self.one:
            return v
        t = self.term(value, reader)
        if t.op == "div" and t.args[0] == number(1):
            return v / t.args[1]
        return t * v

    def _poly(self, element: Any) -> Poly:
        result: Poly = {}
        for exponents, c in element.terms():
            monomial = tuple((a, e) for a, e in zip(self.params, exponents, strict=False) if e)
            result[monomial] = Fraction(int(c.numerator), int(c.denominator))
        return result

    def term(self, value: Any, reader: Reader) -> Term:
        """Return a term for a field element, as numerator/denominator."""
        top, bottom = self._poly(value.numer), self._poly(value.denom)
        leading = bottom[max(bottom)]
        if leading < 0 or len(bottom) == 1:
            top = {m: c / leading for m, c in top.items()}
            bottom = {m: c / leading for m, c in bottom.items()}
        numerator = reader.polynomial(top)
        return numerator if bottom == {(): 1} else numerator / reader.polynomial(bottom)

    def solve(self, matrix: list[list[Any]], right: list[Any], count: int) -> list[Any] | None:
        """Return a solution of the system in ``count`` unknowns, free ones zero, or None."""
        return self.solutions(matrix, right, count)[0]

    def solutions(
        self, matrix: list[list[Any]], right: list[Any], count: int
    ) -> tuple[list[Any] | None, list[list[Any]]]:
        """Return a solution of the system, or None, and what spans those of the homogeneous one."""
        if not count or not matrix:
            start = None if any(right) else [self.zero] * count
            return start, [self._unit(j, count) for j in range(count)]
        from sympy.polys.matrices import DomainMatrix

        domain = self.field.to_domain()
        rows = [[*row, r] for row, r in zip(matrix, right, strict=True)]
        reduced, pivots = DomainMatrix(rows, (len(rows), count + 1), domain).rref()
        if count in pivots:
            return None, []
        entries = reduced.to_list()
        solution = [self.zero] * count
        for r, column in enumerate(pivots):
            solution[column] = self.field(entries[r][count])
        directions = []
        for free in sorted({*range(count)} - {*pivots}):
            line = self._unit(free, count)
            for r, column in enumerate(pivots):
                line[column] = -self.field(entries[r][free])
            directions.append(line)
        return solution, directions

    def _unit(self, j: int, count: int) -> list[Any]:
        return [self.one if i == j else self.zero for i in range(count)]
