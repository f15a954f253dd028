"""Proving signs of scalars from the comparisons in scope.  [untrusted: the kernel checks]

A polynomial is written as a combination, with non-negative rational coefficients, of products of
known inequalities and squares (Krivine, 1964; Handelman, 1988), found by an exact linear program; a
quotient follows from its numerator and denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError, NormalForm, Poly, constant, plus, power, times
from plproof.kernel.rules import natural
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import FALSE, Term, as_real
from plproof.proof.algebra import NoTerm, Reader, atoms_of, denominators
from plproof.proof.factors import factors_of
from plproof.proof.lemmas import (
    ZERO,
    nonzero_of_multiple,
    nonzero_of_strict,
    positive_square,
    power_nonnegative,
    product,
    quotient_sign,
    root_nonnegative,
    root_positive,
    square_nonnegative,
)
from plproof.proof.linear import nonnegative_solution
from plproof.proof.screen import fails_somewhere

MAX_COLUMNS = 220
MAX_NESTING = 4
MAX_FACTS = 8
#: facts that are combined linearly, without products
MAX_LINEAR = 40


@dataclass(frozen=True)
class Column:
    """One possible summand of a certificate, its value, and what it may be used for."""

    summand: Summand
    value: Poly
    strict: bool
    equation: bool = False


def as_le(th: Thm) -> tuple[str, Term] | None:
    """Return (relation, slack) of a comparison of reals, or None."""
    c = canonical(th.conclusion)
    if c.op in ("le", "lt", "eq") and c.args[0].sort in (REAL, NAT):
        return c.op, as_real(c.args[1]) - as_real(c.args[0])
    return None


def says_unequal(th: Thm) -> bool:
    """Say whether the theorem is that two vectors differ, u ≠ v."""
    c = canonical(th.conclusion)
    return (
        c.op == "imp"
        and c.args[1] == FALSE
        and c.args[0].op == "eq"
        and c.args[0].args[0].sort.kind == "Vec"
    )


def says_nonzero(th: Thm) -> Term | None:
    """Return the term that the theorem says is not zero, or None."""
    c = canonical(th.conclusion)
    if c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq":
        left, right = c.args[0].args
        return left - right if left.sort == REAL else None
    return None


class Signs:
    """Proves 0 ≤ t, 0 < t and t ≠ 0 from the theorems given, newest last.

    Where u ≠ v is given for vectors, ‖u − v‖² may be divided by.
    """

    def __init__(self, facts: Sequence[Thm], nesting: int = 0, degrees: int = 3) -> None:
        self.facts = list(facts)
        self._nesting = nesting
        self._degrees = degrees  # of the products of facts that are tried
        self._comparisons = [(th, got) for th in self.facts if (got := as_le(th)) is not None]
        self._found: dict[tuple[Term, bool], Thm | None] = {}
        self._nonzero: dict[Term, Thm | None] = {}
        self._plain = NormalForm()  # with nothing known of what is not zero

    def nonzero(self, term: Term) -> Thm | None:
        """Return ⊢ t ≠ 0, or None when it is not found."""
        if term not in self._nonzero:
            self._nonzero[term] = None  # a term is no help for itself
            self._nonzero[term] = self._find_nonzero(term)
        return self._nonzero[term]

    def _find_nonzero(self, term: Term) -> Thm | None:
        form = NormalForm()
        try:
            p = form.scalar(term)
            for th in self.facts:
                t = says_nonzero(th)
                if t is not None:
                    ratio = _ratio(form.scalar(t), p)
                    if ratio is not None:
                        return th if abs(ratio) == 1 else nonzero_of_multiple(th, ratio, term)
        except KernelError:
            return None
        positive = self.prove(term, strict=True) or self._of_unequal(term)
        if positive is not None:
            return nonzero_of_strict(positive, term)
        negative = self.prove(-term, strict=True)
        if negative is None:
            return None
        below = combine(negative, goal=term < ZERO, summands=[product(0)])
        return nonzero_of_strict(below, term)

    def prove(self, term: Term, strict: bool) -> Thm | None:
        """Return ⊢ 0 ≤ t (0 < t when strict), or None when it is not found."""
        key = (term, strict)
        if key not in self._found:
            self._found[key] = None
            try:
                self._found[key] = self._prove(term, strict)
            except (KernelError, NoTerm):
                self._found[key] = None
        return self._found[key]

    def _of_unequal(self, term: Term) -> Thm | None:
        """Return ⊢ 0 < t for a positive multiple t of ‖u − v‖², where u ≠ v is given, or None."""
        for fact in filter(says_unequal, self.facts):
            positive = positive_square(fact)
            square = positive.conclusion.args[1]
            try:
                ratio = _ratio(self._plain.scalar(term), self._plain.scalar(square))
            except KernelError:
                continue
            if ratio is not None and ratio > 0:
                return combine(positive, goal=ZERO < term, summands=[product(0, by=ratio)])
        return None

    def denominators_nonzero(self, terms: Sequence[Term]) -> list[Thm]:
        """Return theorems that the denominators in the terms are non-zero, where found.

        Products of variables come first where it matters: to the kernel 1/(μ·L + μ²) is the same as
        1/μ·1/(μ + L) when it reads μ ≠ 0 before μ·L + μ² ≠ 0, and not when it does so after.
        """
        found = (self.nonzero(d) for d in denominators(map(canonical, terms)))
        known = list(dict.fromkeys(th for th in found if th is not None))
        if len(known) > 1:
            read = [self._plain.scalar(term_of_nonzero(th)) for th in known]
            before: set[int] = set()  # what a product that comes after would be taken out of
            for p in read:
                if len(p) == 1 and atoms_of(p) & before:
                    return sorted(known, key=lambda th: len(read[known.index(th)]) > 1)
                before |= _shared(self._plain, p) if len(p) > 1 else set()
        return known

    def _prove(self, term: Term, strict: bool) -> Thm | None:
        if self._nesting > MAX_NESTING:
            return None
        if term.op == "ip" and term.args[0] == term.args[1] and not strict:
            return square_nonnegative(term.args[0])
        known = self.denominators_nonzero([term])
        form = NormalForm(term_of_nonzero(th) for th in known)
        p = form.scalar(term)
        if set(p) <= {()}:
            value = p.get((), Fraction(0))
            if value < 0 or (strict and not value):
                return None
            summands = [product(by=value)] if value else []
            goal = ZERO < term if strict else ZERO <= term
            numbers = range(len(known))
            return combine(*known, goal=goal, summands=summands, nonzero=list(numbers))
        reader = Reader(form, [term, *(term_of_nonzero(th) for th in known)])
        numerator, denominator = self._split(form, p)
        if denominator == constant(1):
            return self._polynomial(term, form, p, known, strict, reader)
        divisor = reader.polynomial(denominator)
        below = self.prove(divisor, True) or self._of_unequal(divisor)
        if below is None and (told := self._told(term, form, p, known, strict)) is not None:
            return told
        if below is None:
            numerator, denominator = plus({}, numerator, -1), plus({}, denominator, -1)
            below = self.prove(reader.polynomial(denominator), True)
        above = self.prove(reader.polynomial(numerator), strict)
        if above is None or below is None:
            return None
        return quotient_sign(above, below, term, known)

    def _told(
        self, term: Term, form: NormalForm, p: Poly, known: list[Thm], strict: bool
    ) -> Thm | None:
        """Return the sign of t from a fact about a multiple of t: a quotient may be given one."""
        goal = ZERO < term if strict else ZERO <= term
        for th, (relation, slack) in self._comparisons:
            try:
                ratio = _ratio(p, form.scalar(slack))
            except KernelError:
                continue
            if ratio is not None and ratio > 0 and (relation == "lt" or not strict):
                numbers = list(range(1, len(known) + 1))
                return combine(
                    th, *known, goal=goal, summands=[product(0, by=ratio)], nonzero=numbers
                )
        return None

    @staticmethod
    def _split(form: NormalForm, p: Poly) -> tuple[Poly, Poly]:
        """Return numerator and denominator polynomials of a normal form."""
        denominator = constant(1)
        for atom, q in sorted(form.inverses().items(), reverse=True):
            degree = max((dict(m).get(atom, 0) for m in p), default=0)
            denominator = times(denominator, power(q, degree))
        numerator = form.cleared(p)
        lowest: dict[int, int] = {}
        for monomial in [*numerator, *denominator]:
            for atom, e in monomial:
                lowest[atom] = min(lowest.get(atom, 0), e)
        scale = {tuple((a, -e) for a, e in sorted(lowest.items()) if e): Fraction(1)}
        return times(numerator, scale), times(denominator, scale)

    def _polynomial(
        self,
        term: Term,
        form: NormalForm,
        p: Poly,
        known: list[Thm],
        strict: bool,
        reader: Reader,
    ) -> Thm | None:
        choices, connected = self._relevant(form, p, reader)
        slacks = self._slacks(form, connected)
        few = slice(-MAX_LINEAR, None)
        found = self._from(connected[few], slacks[few], term, form, p, known, strict, reader, 1)
        if found is not None:
            return found
        if self._degrees == 1 or fails_somewhere(slacks, p, strict):
            return None
        parts = self._by_shape(term, known, strict)
        parts = parts or self._by_factors(term, p, known, strict, reader)
        if parts is not None:
            return parts
        for premises in choices:
            slacks = self._slacks(form, premises)
            for degree in range(2, self._degrees + 1):
                found = self._from(premises, slacks, term, form, p, known, strict, reader, degree)
                if found is not None:
                    return found
        return None

    def _by_shape(self, term: Term, known: list[Thm], strict: bool) -> Thm | None:
        """Return the sign of a sum or product as it is written from the signs of its parts."""
        if term.op not in ("add", "mul") or term.sort != REAL:
            return None
        product_ = term.op == "mul"
        parts: list[Thm] = []
        wanted = strict  # of a sum one strict part is enough
        for place, part in enumerate(term.args):
            last = place == len(term.args) - 1
            found = self.prove(part, True) if wanted else None
            if found is not None and not product_:
                wanted = False
            if found is None and not (wanted and (product_ or last)):
                found = self.prove(part, False)
            if found is None:
                return None
            parts.append(found)
        goal = ZERO < term if strict else ZERO <= term
        places = range(len(parts))
        summands = [product(*places)] if product_ else [product(i) for i in places]
        numbers = list(range(len(parts), len(parts) + len(known)))
        return combine(*parts, *known, goal=goal, summands=summands, nonzero=numbers)

    def _by_factors(
        self, term: Term, p: Poly, known: list[Thm], strict: bool, reader: Reader
    ) -> Thm | None:
        """Return the sign of a product from the signs of its irreducible factors, or None."""
        split = factors_of(p)
        if split is None:
            return None
        coefficient, factors = split
        premises: list[Thm] = []
        places: list[int] = []
        squares: list[Term] = []
        for q, exponent in factors:
            factor = reader.polynomial(q)
            if not strict:
                squares += [factor] * (exponent // 2)
                exponent %= 2
            if not exponent:
                continue
            found = self.prove(factor, strict)
            if found is None:
                found = self.prove(reader.polynomial(plus({}, q, -1)), strict)
                coefficient *= (-1) ** exponent
            if found is None:
                return None
            places += [len(premises)] * exponent
            premises.append(found)
        if coefficient < 0:
            return None
        numbers = list(range(len(premises), len(premises) + len(known)))
        summand = Summand(coefficient, tuple(places), tuple(squares))
        goal = ZERO < term if strict else ZERO <= term
        return combine(*premises, *known, goal=goal, summands=[summand], nonzero=numbers)

    def _from(
        self,
        premises: list[Thm],
        slacks: list[tuple[Poly, str]],
        term: Term,
        form: NormalForm,
        p: Poly,
        known: list[Thm],
        strict: bool,
        reader: Reader,
        degree: int,
    ) -> Thm | None:
        """Return ⊢ 0 ≤ t (0 < t) as a combination of products of the premises, or None."""
        columns = self._columns(form, slacks, degree, reader)
        if len(columns) > MAX_COLUMNS:
            return None
        found = solve(columns, p, strict)
        if found is None:
            return None
        goal = ZERO < term if strict else ZERO <= term
        numbers = list(range(len(premises), len(premises) + len(known)))
        return combine(*premises, *known, goal=goal, summands=found, nonzero=numbers)

    @staticmethod
    def _slacks(form: NormalForm, premises: Sequence[Thm]) -> list[tuple[Poly, str]]:
        slacks: list[tuple[Poly, str]] = []
        for th in premises:
            got = as_le(th)
            assert got is not None
            slacks.append((form.scalar(got[1]), got[0]))
        return slacks

    def _relevant(
        self, form: NormalForm, p: Poly, reader: Reader
    ) -> tuple[list[list[Thm]], list[Thm]]:
        """Return choices of comparisons that share atoms with p, directly or through each other:
        the newest, and, where these leave some out, those about p's atoms alone, newest or of
        lowest degree.  And all such comparisons.
        """
        reach = atoms_of(p)
        pool = []
        for th, (_, slack) in self._comparisons:
            try:
                q = form.scalar(slack)
            except KernelError:
                continue
            if atoms_of(q) and all(e > 0 for m in q for _, e in m):
                pool.append((th, q))
        chosen: list[Thm] = []
        growing = True
        while growing:
            growing = False
            for th, q in pool:
                if th not in chosen and atoms_of(q) & reach and len(atoms_of(q)) <= 6:
                    chosen.append(th)
                    growing = growing or not atoms_of(q) <= reach
                    reach = reach | atoms_of(q)
        chosen = [th for th in self.facts if th in chosen]
        newest = chosen[-MAX_FACTS:]
        everywhere = self._built_in(sorted(reach), reader)
        choices = [everywhere + newest]
        own = [th for th, q in pool if th in chosen and atoms_of(q) <= atoms_of(p)]
        if any(th not in newest for th in own):
            built_in = self._built_in(sorted(atoms_of(p)), reader)
            choices.append(built_in + own[-MAX_FACTS:])
            if len(own) > MAX_FACTS:
                degrees = {th: max(sum(e for _, e in m) for m in q) for th, q in pool}
                choices.append(built_in + sorted(own, key=degrees.__getitem__)[:MAX_FACTS])
        return choices, everywhere + chosen

    def _built_in(self, atoms: Sequence[int], reader: Reader) -> list[Thm]:
        """Return signs that need no hypothesis: naturals, squares, roots, some powers."""
        result = []
        for atom in atoms:
            t = reader.scalars.get(atom)
            if t is None:
                continue
            if t.sort == NAT:
                result.append(natural(term=t))
            elif t.op == "ip" and t.args[0] == t.args[1]:
                result.append(square_nonnegative(t.args[0]))
            elif t.op == "sqrt":
                simple = Signs(self.facts, self._nesting + 1, degrees=1)
                inside = simple.prove(t.args[0], True)
                known = inside and root_positive(t.args[0], inside)
                result.append(known or root_nonnegative(t.args[0]))
            elif t.op == "pow":
                base = Signs(self.facts, self._nesting + 1).prove(t.args[0], False)
                if base is not None:
                    result.append(power_nonnegative(t.args[0], t.args[1], base))
        return result

    @staticmethod
    def _columns(
        form: NormalForm, slacks: list[tuple[Poly, str]], degree: int, reader: Reader
    ) -> list[Column]:
        columns = [Column(Summand(Fraction(1)), constant(1), True)]
        for size in range(1, degree + 1):
            for chosen in combinations_with_replacement(range(len(slacks)), size):
                value = constant(1)
                for i in chosen:
                    value = times(value, slacks[i][0])
                relations = [slacks[i][1] for i in chosen]
                columns.append(Column(product(*chosen), value, all(r == "lt" for r in relations)))
                if "eq" in relations:
                    minus = Summand(Fraction(-1), chosen)
                    columns.append(Column(minus, plus({}, value, -1), False))
        if degree > 1:
            scalars = [t for a, t in sorted(reader.scalars.items()) if t.sort == REAL][:5]
            for i, s in enumerate(scalars):
                for square in [s, *(s - t for t in scalars[:i]), *(s + t for t in scalars[:i])]:
                    value = form.scalar(square)
                    summand = Summand(Fraction(1), (), (square,))
                    columns.append(Column(summand, times(value, value), False))
        return columns


def solve(columns: Sequence[Column], target: Poly, strict: bool) -> list[Summand] | None:
    """Return summands with non-negative weights that add up to the target, or None."""
    rows = sorted({m for c in columns for m in c.value} | set(target))
    matrix = [[c.value.get(m, Fraction(0)) for m in rows] for c in columns]
    wanted = [c.strict for c in columns] if strict else None
    weights = nonnegative_solution(matrix, [target.get(m, Fraction(0)) for m in rows], wanted)
    if weights is None:
        return None
    return [
        Summand(
            w * c.summand.coefficient,
            c.summand.premises,
            c.summand.squares,
            c.summand.multiplier,
        )
        for w, c in zip(weights, columns, strict=True)
        if w
    ]


def _ratio(q: Poly, p: Poly) -> Fraction | None:
    """Return the number r other than 0 with q = r·p, or None."""
    if not q or q.keys() != p.keys():
        return None
    ratios = {q[m] / p[m] for m in q}
    return ratios.pop() if len(ratios) == 1 else None


def _shared(form: NormalForm, p: Poly) -> set[int]:
    """Return atoms of all monomials of p, and of what is divided by in it."""
    inside = [form.atoms[a][1] for a in atoms_of(p) if form.atoms[a][0] == "inverse"]
    everywhere = set.intersection(*({a for a, _ in m} for m in p))
    return everywhere.union(*(atoms_of(dict(key)) for key in inside))


def term_of_nonzero(th: Thm) -> Term:
    """Return the term that a theorem t ≠ 0 is about."""
    term = says_nonzero(th)
    assert term is not None
    return term
