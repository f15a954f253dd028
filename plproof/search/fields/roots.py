"""Certificates with one square root: s = √q enters the kernel as a term with 0 ≤ s and s·s = q.

[untrusted: the kernel's ``combine`` checks what comes out]

The kernel's arithmetic is rational.  A multiplier a + b·s is a premise of its own, 0 ≤ a + b·s,
proved from rational bounds of s, and what is left of the identity is a multiple of q − s·s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Protocol

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import NormalForm, Poly, plus, times
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.terms import Term, as_real, make, number
from plproof.proof.algebra import Reader
from plproof.proof.lemmas import ONE, ZERO, equation, product, root_facts
from plproof.search.programs.exact import Found
from plproof.search.programs.surd import Exact, Surd

_BITS = (8, 16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Root:
    """The term s = √q of a positive rational q that is no square; ``value`` is s exactly."""

    term: Term
    square: Fraction
    value: Surd

    @classmethod
    def of(cls, d: int) -> Root:
        """Return √d for a whole number without square factors."""
        return cls(make("sqrt", (number(d),)), Fraction(d), Surd(Fraction(0), ONE, d))

    def in_terms(self, exact: Exact) -> tuple[Fraction, Fraction]:
        """Return a, b with the number a + b·s."""
        if isinstance(exact, Surd) and exact.b:
            return exact.a, exact.b / self.value.b
        return (exact.a if isinstance(exact, Surd) else exact), Fraction(0)

    def written(self, exact: Exact) -> Term:
        """Return a term for a number: (A + B·√q)/C with whole numbers."""
        a, b = self.in_terms(exact)
        below = lcm(a.denominator, b.denominator)
        root = as_real(self.term)
        if not b:
            return number(a)
        top = root if abs(b) * below == 1 else number(abs(b) * below) * root
        if a:
            top = number(a * below) + top if b > 0 else number(a * below) - top
        elif b < 0:
            top = -top
        return top if below == 1 else top / number(below)


def written(exact: Exact) -> Term:
    """Return a term for a number, with its square root if it has one."""
    if isinstance(exact, Surd) and exact.b:
        return Root.of(exact.d).written(exact)
    return number(exact.a if isinstance(exact, Surd) else exact)


def proof_with_root(made: Premises, found: Found, goal: Term, root: Root) -> Thm:
    """Return ⊢ goal from the translation's premises by the certificate, as the kernel checks it.

    ``goal`` is that of the translation with the root put in.
    """
    facts = RootFacts(root)
    used = sorted(found.weights)
    premises = [made.premises[j] for j in used]
    summands: list[Summand] = []

    def factor(exact: Exact) -> tuple[Fraction, tuple[int, ...]]:
        """Return a rational and premises whose product is the number."""
        a, b = root.in_terms(exact)
        if not b:
            return a, ()
        premises.append(facts.nonnegative(exact))
        return ONE, (len(premises) - 1,)

    for place, j in enumerate(used):
        weight = found.weights[j]
        if canonical(made.premises[j].conclusion).op == "eq":
            summands.append(Summand(ONE, (place,), (), root.written(weight)))
            continue
        c, more = factor(weight)
        summands.append(Summand(c, (place, *more)))
    for d, line in found.squares:
        c, more = factor(d)
        summands.append(Summand(c, more, (_vector(made, line, root),)))
    premises.append(facts.square)
    multiplier = _left_over(goal, premises, summands, root)
    if multiplier is not None:
        summands.append(equation(len(premises) - 1, multiplier))
    return combine(*premises, goal=goal, summands=summands)


class Premises(Protocol):
    """Theorems and vectors to which the numbers of a certificate belong."""

    @property
    def premises(self) -> tuple[Thm, ...]:
        """The theorems, in the order of the weights."""

    @property
    def vectors(self) -> tuple[Term, ...]:
        """The vectors, in the order of the squares' coefficients."""


class RootFacts:
    """0 ≤ s, s·s = q, and signs of numbers a + b·s, from rational bounds of s that are near enough.

    >>> facts = RootFacts(Root.of(2))
    >>> facts.nonnegative(Surd(Fraction(3), Fraction(-2), 2)), facts.square
    (⊢ 0 ≤ 3 − 2·√2, ⊢ √2·√2 = 2)
    """

    def __init__(self, root: Root) -> None:
        self._root = root
        positive = combine(goal=ZERO <= root.term.args[0], summands=[product(by=root.square)])
        self.zero, self.square = root_facts(root.term.args[0], positive)
        self._bounds: dict[int, tuple[Fraction, Thm, Fraction, Thm]] = {}

    def nonnegative(self, exact: Exact) -> Thm:
        """Return ⊢ 0 ≤ a + b·s."""
        return self._sign(ZERO <= self._root.written(exact), exact)

    def strict(self, exact: Exact) -> Thm:
        """Return ⊢ 0 < a + b·s, or ⊢ a + b·s < 0 for such a number."""
        term = self._root.written(exact)
        if exact < 0:
            return self._sign(term < ZERO, -exact)
        return self._sign(ZERO < term, exact)

    def _sign(self, goal: Term, size: Exact) -> Thm:
        """Return the goal, whose slack is a number a + b·s ≥ 0, or > 0 for a strict goal."""
        a, b = self._root.in_terms(size)
        for bits in _BITS:
            low, lower, high, upper = self._near(bits)
            rest = a + b * (low if b > 0 else high)
            if rest > 0 or (rest == 0 and goal.op == "le"):
                break
        summands = [product(0, by=abs(b))] if b else []
        summands += [product(by=rest)] if rest else []
        return combine(lower if b > 0 else upper, goal=goal, summands=summands)

    def _near(self, bits: int) -> tuple[Fraction, Thm, Fraction, Thm]:
        """Return rational bounds of s with that many binary digits, and ⊢ low ≤ s, ⊢ s ≤ high."""
        if bits not in self._bounds:
            root, q, s = self._root, self._root.square, as_real(self._root.term)
            high = root.value.near(bits) + Fraction(1, 1 << bits) * (abs(root.value.b) + 1)
            low = q / high
            # high − s = ((high − s)² + (high² − q) + (q − s²))/(2·high)
            half = 1 / (2 * high)
            upper = combine(
                self.square,
                goal=s <= number(high),
                summands=[
                    Summand(half, (), (number(high) - s,)),
                    product(by=half * (high**2 - q)),
                    equation(0, by=half),
                ],
            )
            # s − q/high = (s·(high − s) − (q − s²))/high
            lower = combine(
                self.zero,
                upper,
                self.square,
                goal=number(low) <= s,
                summands=[product(0, 1, by=1 / high), equation(2, by=-1 / high)],
            )
            self._bounds[bits] = low, lower, high, upper
        return self._bounds[bits]


def _vector(made: Premises, line: Mapping[int, Exact], root: Root) -> Term:
    total: Term | None = None
    for index, c in line.items():
        size = -c if c < 0 else c
        piece = made.vectors[index]
        if size != 1:
            piece = root.written(size) * piece
        if total is None:
            total = -piece if c < 0 else piece
        else:
            total = total - piece if c < 0 else total + piece
    assert total is not None
    return total


def _left_over(goal: Term, premises: list[Thm], summands: list[Summand], root: Root) -> Term | None:
    """Return m with goal's slack = Σ summands + m·(q − s·s), None for m = 0."""
    form = NormalForm()
    conclusions = [canonical(th.conclusion) for th in premises]
    parts = [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    reader = Reader(form, [canonical(goal), *conclusions, *parts])
    left, right = (as_real(side) for side in canonical(goal).args)
    rest = plus(form.scalar(right), form.scalar(left), -1)
    for summand in summands:
        value: Poly = {(): summand.coefficient}
        for i in summand.premises:
            low, high = (as_real(side) for side in conclusions[i].args)
            value = times(value, plus(form.scalar(high), form.scalar(low), -1))
        for v in summand.squares:
            value = times(value, form.scalar(make("ip", (v, v))))
        if summand.multiplier is not None:
            value = times(value, form.scalar(summand.multiplier))
        rest = plus(rest, value, -1)
    return multiple_of_square(rest, reader, root)


def multiple_of_square(p: Poly, reader: Reader, root: Root) -> Term | None:
    """Return m with p = m·(q − s·s) + what is of degree at most 1 in s, None for m = 0."""
    ((monomial, _),) = reader.form.scalar(root.term).items()
    ((atom, _),) = monomial
    quotient = _quotient(p, atom, root.square)
    return reader.polynomial(quotient) if quotient else None


def _quotient(p: Poly, atom: int, square: Fraction) -> Poly:
    """Return m with p = m·(q − s²) + what is of degree at most 1 in s."""
    quotient: Poly = {}
    waiting = list(p.items())
    while waiting:
        monomial, c = waiting.pop()
        powers = dict(monomial)
        if powers.get(atom, 0) < 2:
            continue
        powers[atom] -= 2
        lower = tuple(sorted((a, e) for a, e in powers.items() if e))
        quotient = plus(quotient, {lower: -c})
        waiting.append((lower, c * square))
    return quotient
