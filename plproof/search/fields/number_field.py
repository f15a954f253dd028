"""Statements whose numbers have one square root: all of it in the field of a + b·√d, d whole.

[untrusted: the kernel's ``combine`` and ``rewrite`` check what comes out]

Numbers are written anew, 1/√2 as √2/2 and (√10 − 1)/(√10 + 1) as (11 − 2·√10)/9, each with a proof
that it is the same; then coefficients are polynomials in s = √d, and by s² = d in the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import cast

from plproof.kernel import rules
from plproof.kernel.combine import combine
from plproof.kernel.normal import Monomial, NormalForm, Poly, plus
from plproof.kernel.thm import Thm
from plproof.language import binding
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.syntax import eq
from plproof.language.terms import Term, as_real, free_variables, make, number, rebuild, subterms
from plproof.proof.algebra import Reader
from plproof.proof.lemmas import equation, le_of_squares, root_facts
from plproof.search.fields.roots import (
    Root,
    RootFacts,
    multiple_of_square,
    proof_with_root,
    written,
)
from plproof.search.programs.bridge import NotNumeric
from plproof.search.programs.exact import Found
from plproof.search.programs.program import FormOver, Program, ProgramOver
from plproof.search.programs.rounding import Failed, certificate, certificate_from
from plproof.search.programs.surd import Exact, Surd, root_of, root_within

_0 = Fraction(0)
#: powers of numbers up to this one are worked out
_LARGEST = 512
#: premises of a certificate, at most, that are left out one by one where others do
_FEW = 10
_ARITHMETIC = frozenset(("num", "real", "add", "neg", "mul", "div", "pow", "sqrt"))
#: binary digits of a number that stands for one with a root, where many are wanted
_DIGITS = 340
#: where all roots are rational, as √4, any field will do
_ANY = 2


class SeveralRoots(Exception):
    """Numbers of a statement have roots that are not in one field of a + b·√d."""

    def __init__(self, roots: Sequence[Term]) -> None:
        self.roots = list(dict.fromkeys(roots))
        named = ", ".join(f"{t}" for t in self.roots)
        why = "are not of one kind" if len(self.roots) > 1 else "is not of that kind"
        kind = "numbers with one square root are read, a + b·√d with the same whole d"
        super().__init__(f"{kind}, and {named} {why}")


def value_of(t: Term) -> Exact:
    """Return the number that a closed real term is, of rational numbers and square roots.

    Raises SeveralRoots where it is in no field with one root, NotNumeric for another term.

    >>> from plproof import rational, sqrt
    >>> ten = sqrt(rational(10))
    >>> value_of((ten - 1) / (ten + 1)) == (11 - 2 * Surd(Fraction(0), Fraction(1), 10)) / 9
    True
    >>> value_of(1 / (ten - ten)), value_of(sqrt(3 + 2 * sqrt(rational(2))))
    (Fraction(0, 1), Surd(a=Fraction(1, 1), b=Fraction(1, 1), d=2))
    """
    return _values(t)[t]


def _values(t: Term) -> dict[Term, Exact]:
    """Return the numbers that a closed term and its parts are; see :func:`value_of`."""
    known: dict[Term, Exact] = {}
    for part in subterms(t):
        args = [known[arg] for arg in part.args if arg in known]
        if len(args) < len(part.args):
            raise NotNumeric(f"{part} is no number")
        try:
            known[part] = _simple(_computed(part, args))
        except ValueError:  # two roots met
            raise SeveralRoots([s for s in subterms(t) if s.op == "sqrt"]) from None
    return known


def _computed(t: Term, args: Sequence[Exact]) -> Exact:
    if t.op == "num" and t.sort.kind in ("Real", "Nat"):
        return Fraction(t.data)
    if t.op == "real":
        return args[0]
    if t.op == "add":
        return sum(args[1:], args[0])
    if t.op == "neg":
        return -args[0]
    if t.op == "div":
        return args[0] / args[1] if args[1] else _0  # t/0 is 0
    if t.op == "mul":
        return prod(args[1:], start=args[0])
    if t.op == "pow":
        power = Fraction(args[1] if isinstance(args[1], Fraction) else -1)
        if power.denominator != 1 or not 0 <= power <= _LARGEST:
            raise NotNumeric(f"{t} has an exponent that is too large")
        return prod([args[0]] * int(power), start=Fraction(1))
    if t.op == "sqrt":
        q = args[0]
        if q <= 0:
            return _0
        root = root_of(q) if isinstance(q, Fraction) else root_within(q)
        if root is None:
            raise SeveralRoots([t])
        return root
    raise NotNumeric(f"{t} is no number")


def _simple(value: Exact) -> Exact:
    return value.a if isinstance(value, Surd) and not value.b else value


def roots_of_numbers(terms: Sequence[Term]) -> list[Term]:
    """Return the closed numbers with square roots in the terms, the largest that there are."""
    found: dict[Term, None] = {}
    for term in terms:
        rebuild(term, lambda t, _: found.setdefault(t) or t if _has_root(t) else None)
    return list(found)


def _has_root(t: Term) -> bool:
    """Say whether a term is a closed number with a root of a number in it."""
    closed = t.sort == REAL and not t.loose and not free_variables(t)
    return closed and any(s.op == "sqrt" for s in subterms(t)) and _is_number(t)


def _is_number(t: Term) -> bool:
    return all(s.op in _ARITHMETIC for s in subterms(t))


def field_of(terms: Sequence[Term]) -> int | None:
    """Return the d of a field in which all numbers of the terms are, None when none has a root.

    Raises SeveralRoots, also where a number has roots under a root that is no a + b·√d.
    """
    ds: dict[int, Term] = {}
    numbers = roots_of_numbers(terms)
    for t in numbers:
        for value in _values(t).values():
            if isinstance(value, Surd):
                ds.setdefault(value.d, t)
    if len(ds) > 1:
        raise SeveralRoots(list(ds.values()))
    return next(iter(ds), _ANY if numbers else None)


def proved_in_field(goal: Term, premises: Sequence[Thm], d: int) -> Thm | Failed:
    """Return ⊢ the goal A ≤ B from premises, all with numbers a + b·√d, or why it is not found."""
    rewriting = Rewriting(d)
    stated = rewriting.term(goal)
    made = program_of(stated, [rewriting.of(th) for th in premises], rewriting.root)
    # what mypy does not see: a program over the field is solved, and verified, as any other
    program = cast(Program, made.program)
    found = certificate(program, _0)
    if isinstance(found, Failed):
        return found
    found = with_fewer(program, found, _0)
    return rewriting.back(proof_with_root(made, found, stated, rewriting.root), goal)


def with_fewer(program: Program, found: Found, rate: Exact) -> Found:
    """Return a certificate with fewer premises, for the reader, where they are few already."""
    if len(found.weights) > _FEW:
        return found
    for j in sorted(found.weights, key=lambda j: found.weights[j]):
        if j not in found.weights:
            continue
        less = certificate_from(program, rate, set(found.weights) - {j})
        found = less if isinstance(less, Found) else found
    return found


def program_of(goal: Term, premises: Sequence[Thm], root: Root) -> InField:
    """Return the program of a goal A ≤ B and premises, with polynomials in the root for numbers.

    Raises NotNumeric for what is no comparison of numbers.
    """
    stated = [canonical(t) for t in (goal, *(th.conclusion for th in premises))]
    form = NormalForm()
    slacks = []
    for c in stated:
        if c.op not in ("le", "lt", "eq") or c.args[0].sort.kind not in ("Real", "Nat"):
            raise NotNumeric(f"{c} is not a comparison of numbers")
        low, high = (as_real(side) for side in c.args)
        slacks.append(plus(form.scalar(high), form.scalar(low), -1))
    ((monomial, _),) = form.scalar(root.term).items()
    reader = Reader(form, [*stated, root.term])
    shape = _Shape(form, reader, monomial[0][0], root)
    target, *columns = (shape.form(p) for p in slacks)
    free = tuple(c.op == "eq" for c in stated[1:])
    program = ProgramOver(
        len(shape.vectors), len(shape.values), tuple(columns), free, FormOver(), target
    )
    vectors = tuple(reader.vector(a) for a in shape.vectors)
    return InField(goal, tuple(premises), vectors, program)


@dataclass(frozen=True)
class InField:
    """A program over a field, with the terms of its premises and vectors."""

    goal: Term
    premises: tuple[Thm, ...]
    vectors: tuple[Term, ...]
    program: ProgramOver[Exact]


class _Shape:
    """Which atoms are vectors of the Gram matrix, and which monomials without a root are values."""

    def __init__(self, form: NormalForm, reader: Reader, atom: int, root: Root) -> None:
        self._form, self._reader, self._atom, self._root = form, reader, atom, root
        self.vectors: dict[int, int] = {}
        self.values: dict[Monomial, int] = {}

    def form(self, p: Poly) -> FormOver[Exact]:
        """Return a polynomial as a form; what it has that is new is numbered."""
        quadratic: dict[tuple[int, int], Exact] = {}
        linear: dict[int, Exact] = {}
        s = self._root.value
        for monomial, c in p.items():
            powers = dict(monomial)
            degree = powers.pop(self._atom, 0)
            if degree < 0:
                raise NotNumeric("a number is below a root")
            size: Exact = c * self._root.square ** (degree // 2) * (s if degree % 2 else 1)
            rest = tuple(sorted(powers.items()))
            pair = self._pair(rest)
            if pair is None:
                k = self.values.setdefault(rest, len(self.values))
                linear[k] = linear.get(k, _0) + size
            else:
                i, j = sorted(self.vectors.setdefault(a, len(self.vectors)) for a in pair)
                quadratic[i, j] = quadratic.get((i, j), _0) + size
        return FormOver(
            {e: c for e, c in quadratic.items() if c}, {k: c for k, c in linear.items() if c}
        )

    def _pair(self, monomial: Monomial) -> tuple[int, int] | None:
        if len(monomial) == 1 and monomial[0][1] == 1:
            atom = monomial[0][0]
            if self._form.atoms[atom][0] == "ip":
                return self._reader.pair(atom)
        return None


def approximated(terms: Sequence[Term]) -> list[Term]:
    """Return terms with rational numbers of many digits in place of numbers with roots."""

    def near(t: Term, _: int) -> Term | None:
        if not _has_root(t):
            return None
        value = value_of(t)
        return number(value.near(_DIGITS) if isinstance(value, Surd) else value)

    return [rebuild(t, near) for t in terms]


class Rewriting:
    """Theorems with their numbers written as a + b·√d, for one d."""

    def __init__(self, d: int) -> None:
        self.root = Root.of(d)
        self._facts = RootFacts(self.root)
        self._equations: dict[Term, Thm] = {}

    def of(self, th: Thm) -> Thm:
        """Return a theorem with its numbers written so; what is loose in it stays as it is."""
        for equation_ in self._used(th.conclusion):
            target = binding.replace(th.conclusion, *equation_.conclusion.args)
            th = rules.rewrite(equation_, th, target=target)
        return th

    def term(self, t: Term) -> Term:
        """Return a term with its numbers written so."""
        for equation_ in self._used(t):
            t = binding.replace(t, *equation_.conclusion.args)
        return t

    def back(self, th: Thm, target: Term) -> Thm:
        """Return a theorem about a term written so as one about the term itself."""
        stages = [target]
        used = list(self._used(target))
        for equation_ in used:
            stages.append(binding.replace(stages[-1], *equation_.conclusion.args))
        for equation_, before in zip(reversed(used), reversed(stages[:-1]), strict=True):
            th = rules.rewrite(equation_, th, target=before)
        return th

    def _used(self, t: Term) -> Iterator[Thm]:
        """Yield equations that, used in turn, write the numbers of a term anew."""
        while (here := next(self._to_do(t), None)) is not None:
            yield here
            t = binding.replace(t, *here.conclusion.args)

    def _to_do(self, t: Term) -> Iterator[Thm]:
        sites: list[Term] = []

        def met(s: Term, _: int) -> Term | None:
            if _has_root(s):
                sites.append(s)
                return s
            if s.op == "div" and not s.loose and _has_root(s.args[1]):
                sites.append(s)
            return None

        rebuild(t, met)
        for s in sites:
            th = self._equation(s)
            if th.conclusion.args[0] != th.conclusion.args[1]:
                yield th

    def _equation(self, t: Term) -> Thm:
        """Return ⊢ t = t′ for a number or a quotient by one, t′ with the number written anew."""
        if t not in self._equations:
            self._equations[t] = self._number(t) if _has_root(t) else self._quotient(t)
        return self._equations[t]

    def _quotient(self, t: Term) -> Thm:
        """Return ⊢ v/c = (1/c)·v for a number c, written anew as is its inverse."""
        v, c = t.args
        below = self._number(c)
        inside = make("div", (v, below.conclusion.args[1]))
        turned = self._rewritten(rules.reflexive(term=t), below, make("eq", (t, inside)))
        value = value_of(c)
        if not value:
            raise NotNumeric(f"{t} is divided by 0")
        inverse = written(1 / value)
        one = self._number(1 / as_real(below.conclusion.args[1]))
        scaled = make("smul" if v.sort.kind == "Vec" else "mul", (one.conclusion.args[0], v))
        same = combine(
            self._facts.strict(value), goal=make("eq", (inside, scaled)), summands=[], nonzero=[0]
        )
        assert one.conclusion.args[1] == inverse
        turned = self._rewritten(turned, same, make("eq", (t, scaled)))
        whole = make(scaled.op, (inverse, v))
        return self._rewritten(turned, one, make("eq", (t, whole)))

    def _rewritten(self, th: Thm, equation_: Thm, target: Term) -> Thm:
        return th if th.conclusion == target else rules.rewrite(equation_, th, target=target)

    def _number(self, t: Term) -> Thm:
        """Return ⊢ c = a + b·√d for a closed number c."""
        if t in self._equations:
            return self._equations[t]
        wanted = written(value_of(t))
        if t == wanted:
            return rules.reflexive(term=t)
        th, args = rules.reflexive(term=t), []
        for arg in t.args:
            if arg.sort != REAL:
                args.append(arg)
                continue
            inner = self._number(arg)
            args.append(inner.conclusion.args[1])
            now = make(t.op, (*args, *t.args[len(args) :]), t.data)
            th = self._rewritten(th, inner, make("eq", (t, now)))
        simple = make(t.op, tuple(args), t.data)
        if simple != wanted:
            last = self._square_root(simple) if t.op == "sqrt" else self._simplified(simple)
            th = self._rewritten(th, last, make("eq", (t, wanted)))
        self._equations[t] = th
        return th

    def _simplified(self, t: Term) -> Thm:
        """Return ⊢ t = a + b·√d for a sum, product, power or quotient of such numbers."""
        value, square = value_of(t), self._facts.square
        wanted = written(value)
        below = t.args[1] if t.op == "div" else None
        if below is None:
            m = self._left_over(as_real(wanted) - as_real(t))
            summands = [] if m is None else [equation(0, multiplier=m)]
            return combine(square, goal=eq(t, wanted), summands=summands)
        divisor = value_of(below)
        if not divisor:
            return combine(goal=eq(t, wanted), summands=[])
        m = self._left_over(as_real(wanted) * as_real(below) - as_real(t.args[0]))
        summands = [] if m is None else [equation(0, multiplier=m / as_real(below))]
        sign = self._facts.strict(divisor)
        return combine(square, sign, goal=eq(t, wanted), summands=summands, nonzero=[1])

    def _left_over(self, t: Term) -> Term | None:
        """Return m with t = m·(d − s·s), None for m = 0."""
        form = NormalForm()
        reader = Reader(form, [t, self.root.term])
        return multiple_of_square(form.scalar(t), reader, self.root)

    def _square_root(self, t: Term) -> Thm:
        """Return ⊢ √q = a + b·√d, where that is its square root, for q = a' + b'·√d."""
        q, r = value_of(t.args[0]), value_of(t)
        wanted, inside = as_real(written(r)), t.args[0]
        if q < 0:
            raise NotNumeric(f"{t} is the root of a negative number")
        above, square = root_facts(inside, self._facts.nonnegative(q))
        known = self._facts.nonnegative(r)
        m = self._left_over(wanted * wanted - as_real(inside))
        more = [] if m is None else [equation(1, multiplier=m)]
        turned = [] if m is None else [equation(1, multiplier=-m)]
        less = combine(
            square,
            self._facts.square,
            goal=as_real(t) * as_real(t) <= wanted * wanted,
            summands=[equation(0), *more],
        )
        greater = combine(
            square,
            self._facts.square,
            goal=wanted * wanted <= as_real(t) * as_real(t),
            summands=[equation(0, by=Fraction(-1)), *turned],
        )
        return rules.antisymmetry(
            le_of_squares(less, as_real(t), wanted, known),
            le_of_squares(greater, wanted, as_real(t), above),
        )
