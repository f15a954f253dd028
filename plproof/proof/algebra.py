"""Reading normal forms back: from atoms and polynomials to terms.  [untrusted]"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from plproof.kernel.normal import KernelError, Monomial, NormalForm, Poly
from plproof.language.notation import canonical
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
        self.maps: dict[int, Term] = {}
        self._pairs: dict[int, tuple[int, int]] = {}
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
            elif t.sort.kind == "Lin":
                v = self.form.vector(t)
                word = self.form.atoms[next(iter(v))][1] if len(v) == 1 else ()
                if isinstance(word, tuple) and len(word) == 1 and v[next(iter(v))] == {(): 1}:
                    ((letter, flipped),) = word
                    self.maps.setdefault(letter, make("adj", (t,)) if flipped else t)
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
        key = self.form.atoms[atom]
        if atom not in self.vectors and key[0] == "at":
            _, word, base = key
            assert isinstance(word, tuple) and isinstance(base, int)
            v = self.vector(base)
            for letter, flipped in reversed(word):
                if letter not in self.maps:
                    raise NoTerm("a linear map")
                a = self.maps[letter]
                v = make("lapp", (make("adj", (a,)) if flipped else a, v))
            self.vectors[atom] = v
        if atom not in self.vectors:
            raise NoTerm(f"vector atom {key[0]}")
        return self.vectors[atom]

    def pair(self, entry: int) -> tuple[int, int]:
        """Return vector atoms a, b with ⟨a, b⟩ the Gram entry, equal ones where there are any.

        ⟨A v, A v⟩ and ⟨v, AᵀA v⟩ are one entry: here it is the square it is.
        """
        if entry not in self._pairs:
            found = [
                (a, b)
                for a in self.vectors
                for b in self.vectors
                if a <= b and self._alike(a, b) and _single(self._gram(a, b)) == entry
            ]
            found.sort(key=lambda pair: pair[0] != pair[1])
            _, a, b = self.form.atoms[entry]
            assert isinstance(a, int) and isinstance(b, int)
            self._pairs[entry] = found[0] if found else (a, b)
        return self._pairs[entry]

    def _alike(self, a: int, b: int) -> bool:
        return self.vectors[a].sort == self.vectors[b].sort

    def _gram(self, a: int, b: int) -> Poly:
        return self.form.gram({a: {(): Fraction(1)}}, {b: {(): Fraction(1)}})

    def scalar(self, atom: int) -> Term:
        """Return the real term of a scalar atom."""
        key = self.form.atoms[atom]
        if key[0] == "ip":
            a, b = self.pair(atom)
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


def split_by_data(p: Poly, data: set[int]) -> dict[Monomial, Poly]:
    """Split a polynomial into monomials of the atoms ``data`` with coefficients in the others."""
    result: dict[Monomial, Poly] = {}
    for monomial, c in p.items():
        outer = tuple((a, e) for a, e in monomial if a in data)
        inner = tuple((a, e) for a, e in monomial if a not in data)
        result.setdefault(outer, {})[inner] = c
    return result


def atoms_of(p: Poly) -> set[int]:
    """Return the atoms that occur in the polynomial."""
    return {atom for monomial in p for atom, _ in monomial}
