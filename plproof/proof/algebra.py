"""Reading normal forms back: from atoms and polynomials to terms.  [untrusted]"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from plproof.kernel.normal import KernelError, Monomial, NormalForm, Poly
from plproof.kernel.rules import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, as_real, make, number, subterms


class NoTerm(Exception):
    """An atom of a normal form stands for no term that was met."""


class Reader:
    """Finds terms for the atoms of a normal form among the parts of the terms it was shown."""

    def __init__(self, form: NormalForm, roots: Iterable[Term]) -> None:
        self.form = form
        self.scalars: dict[int, Term] = {}
        self.vectors: dict[int, Term] = {}
        for root in roots:
            for t in subterms(canonical(root)):
                if not t.loose:
                    self._note(t)

    def _note(self, t: Term) -> None:
        try:
            if t.sort.kind == "Vec":
                v = self.form.vector(t)
                if len(v) == 1 and next(iter(v.values())) == {(): 1}:
                    self.vectors.setdefault(next(iter(v)), t)
            elif t.sort in (REAL, NAT):
                atom = _single(self.form.scalar(t))
                if atom is not None:
                    self.scalars.setdefault(atom, t)
                if t.op == "pow":
                    self._note_power(t)
        except KernelError:
            return

    def _note_power(self, t: Term) -> None:
        base, exponent = t.args
        for monomial in self.form.scalar(exponent):
            if monomial:
                factors = [self.scalars[a] for a, e in monomial for _ in range(e)]
                power = factors[0]
                for factor in factors[1:]:
                    power = power * factor
                atom = _single(self.form.scalar(base**power))
                if atom is not None:
                    self.scalars.setdefault(atom, base**power)

    def vector(self, atom: int) -> Term:
        """Return the term of a vector atom."""
        if atom not in self.vectors:
            raise NoTerm(f"vector atom {self.form.atoms[atom][0]}")
        return self.vectors[atom]

    def scalar(self, atom: int) -> Term:
        """Return the real term of a scalar atom."""
        key = self.form.atoms[atom]
        if key[0] == "ip":
            _, a, b = key
            assert isinstance(a, int) and isinstance(b, int)
            return make("ip", (self.vector(a), self.vector(b)))
        if atom not in self.scalars:
            raise NoTerm(f"atom {key[0]}")
        return as_real(self.scalars[atom])

    def polynomial(self, p: Poly) -> Term:
        """Return a term with normal form p, positive summands first."""
        if not p:
            return number(0)
        total: Term | None = None
        ordered = sorted(p.items(), key=lambda item: (item[1] < 0, len(item[0]), item[0]))
        for monomial, c in ordered:
            piece = self._monomial(monomial, abs(c))
            if total is None:
                total = piece if c > 0 else -piece
            else:
                total = total + piece if c > 0 else total - piece
        assert total is not None
        return total

    def _monomial(self, monomial: Monomial, c: Fraction) -> Term:
        above = [self._power(a, e) for a, e in monomial if e > 0]
        below = [self._power(a, -e) for a, e in monomial if e < 0]
        if c.numerator != 1 or not above:
            above.insert(0, number(c.numerator))
        if c.denominator != 1:
            below.insert(0, number(c.denominator))
        top = _product(above)
        return top / _product(below) if below else top

    def _power(self, atom: int, exponent: int) -> Term:
        base = self.scalar(atom)
        return base if exponent == 1 else base**exponent


def _product(factors: list[Term]) -> Term:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total


def _single(p: Poly) -> int | None:
    """Return the atom when p is exactly one atom."""
    if len(p) == 1:
        ((monomial, c),) = p.items()
        if c == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


def denominators(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield the closed denominators that are not numbers, inner ones first, each once."""
    seen: set[Term] = set()
    for root in terms:
        for t in subterms(root):
            if t.op == "div":
                d = t.args[1]
                if d.op != "num" and not d.loose and d not in seen:
                    seen.add(d)
                    yield d


def atoms_of(p: Poly) -> set[int]:
    """Return the atoms that occur in the polynomial."""
    return {atom for monomial in p for atom, _ in monomial}
