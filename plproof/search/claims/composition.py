"""Claims about many steps from what one step does, as a person proves them.

[untrusted: every step it records is made by rules of the kernel]

A(x_N) ≤ q^N·A(x_0) follows from A(y) ≤ q·A(z) for any step from z to y, which has two points and
not N + 1.  A lemma about any step is searched for, and used at each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, replace
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import ne
from plproof.language.terms import Term, as_real, free_variables, number, subterms
from plproof.proof.algebra import denominators
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact, Product
from plproof.proof.script import Proof
from plproof.proof.shortened import in_label
from plproof.search.statements.any_step import labelled
from plproof.search.statements.parameters import is_number, parameters_of
from plproof.search.statements.powers import Powers
from plproof.search.statements.recursions import Step, belongs, recursion, states

#: proves a comparison inside a proof with what is offered and more points, or raises NotFound
Search = Callable[[Proof, Term, Sequence[Any], Sequence[Term]], Fact]
#: a number that depends on a point
Measure = Callable[[Term], Term]


@dataclass(frozen=True)
class Bound:
    """A claim ``scale``·A(last) ≤ ``scale``·``factor``·B(first), with the steps between them."""

    lower: Term
    upper: Term
    scale: Powers
    factor: Powers
    steps: list[Step]

    @property
    def first(self) -> Term:
        """The point from which the steps start."""
        return self.steps[0].points[0]

    @property
    def last(self) -> Term:
        """The point to which they lead."""
        return self.steps[-1].points[-1]

    def left(self, point: Term) -> Term:
        """Return A at a point."""
        return replace(self.lower, self.last, point)

    def right(self, point: Term) -> Term:
        """Return B at a point."""
        return replace(self.upper, self.first, point)

    @property
    def claim(self) -> Term:
        """A(last) ≤ factor·B(first)."""
        return self.lower <= scaled(self.factor.term(), self.upper)

    def contracts(self) -> bool:
        """Say whether A and B are the same."""
        return canonical(self.left(self.first)) == canonical(self.upper)


def bounds(goal: Term, facts: Sequence[Fact]) -> Iterator[Bound]:
    """Yield the readings of a claim as a bound after several steps that the facts tell of."""
    if goal.op not in ("le", "ge") or goal.args[0].sort != REAL:
        return
    lower, upper = (_split(side) for side in (goal.args if goal.op == "le" else goal.args[::-1]))
    if lower is None or upper is None or not lower[0].number or not upper[0].number:
        return
    (scale, a), (c, b) = lower, upper
    for last in _points(a):
        hole = fresh_variable("hole", last.sort, [a, b])
        kept = states(replace(a, last, hole)) - {hole}
        for first in _points(b):
            if first == last or first.sort != last.sort:
                continue
            fixed = [*kept, *(states(replace(b, first, hole)) - {hole})]
            if first in fixed or last in fixed:
                continue
            if last not in states(last) and not states(last) <= {first, *fixed}:
                continue  # as x₄ − x*, which is no point that the steps lead to
            steps = recursion(first, last, fixed, facts)
            if steps is not None and len(steps) > 1:
                yield Bound(a, b, scale, c.times(scale.power(-1)), steps)


def _split(side: Term) -> tuple[Powers, Term] | None:
    """Return a number and what it multiplies, which is no number; None where there is no such."""
    whole = Powers.of(side)
    others = [base for base in whole.exponents if not is_number(base)]
    if len(others) != 1 or whole.exponents[others[0]] < 1:
        return None
    (base,) = others
    power = whole.exponents[base]
    rest = {b: e for b, e in whole.exponents.items() if b != base}
    return Powers(whole.number, rest), as_real(base) if power == 1 else base ** number(power, NAT)


def _points(measure: Term) -> list[Term]:
    """Return the points at which a number is taken, those with a name first."""
    found = [t for t in dict.fromkeys(subterms(measure)) if t.sort.kind == "Vec" and not t.loose]
    named = states(measure)
    return sorted(found, key=lambda t: (t not in named, in_label(t)))


def alike(steps: Sequence[Step]) -> bool:
    """Say whether all steps are the same, from other points."""
    names = steps[0].of_any([])
    counts = {len(step.links) for step in steps}
    return len(counts) == 1 and len({tuple(step.laws(names)) for step in steps}) == 1


def scaled(c: Term, t: Term) -> Term:
    """Return c·t, and t where c is 1."""
    return t if c == number(1) else c * t


# ---------------------------------------------------------------- rungs of a ladder
@dataclass(frozen=True)
class Lemma:
    """``claim`` for any points ``names`` of which the ``laws`` are true; ``core`` is its proof."""

    names: list[Term]
    laws: list[Term]
    claim: Term
    core: Thm

    def general(self) -> Thm:
        """Return it for all points."""
        th = self.core
        for law in reversed(self.laws):
            th = rules.discharge(th, hypothesis=law)
        for v in reversed(self.names):
            th = rules.generalise(th, variable=v)
        return th

    def recorded(self, p: Proof) -> Thm:
        """Return it for all points, as a step of a proof."""
        with ExitStack() as blocks:
            blocks.enter_context(p.fix(*self.names))
            for law in self.laws:
                blocks.enter_context(p.suppose(law))
            p.have(self.claim, by=[p.fact(self.core, FOUND)])
        assert p.last is not None
        return p.last.thm


def at_step(general: Thm, step: Step) -> Thm:
    """Return what a lemma about any step says of one."""
    th = rules.instantiate(general, value=step.points[0])
    if th.conclusion.op == "all":  # the other points too, with what is said of them
        for point in step.points[1:]:
            th = rules.instantiate(th, value=point)
        for equation in step.equations:
            th = rules.modus_ponens(th, equation)
        return th
    for equation in step.equations:  # the points are written out in it
        point, written = equation.conclusion.args
        target = replace(th.conclusion, written, point)
        th = rules.rewrite(equation, th, target=target)
    return th


@dataclass(frozen=True)
class Part:
    """A claim about any points ``names`` of which the ``laws`` are true, and what is offered."""

    proof: Proof
    names: list[Term]
    laws: list[Term]
    claim: Term
    using: list[Any]
    points: list[Term]


class Composer:
    """What is proved once of any step and put together for all of them."""

    def __init__(
        self,
        p: Proof,
        goal: Term,
        bound: Bound,
        using: Sequence[Any],
        points: Sequence[Term],
        search: Search,
    ) -> None:
        self._p, self._goal, self.bound, self._search = p, goal, bound, search
        steps = bound.steps
        self._given = {
            fact.label: fact.claim for fact in p.hypotheses() if not belongs(fact.claim, steps)
        }
        self._using = [u for u in using if not (isinstance(u, Fact) and belongs(u.claim, steps))]
        self._points = points
        self.claims = [fact.claim for fact in p.hypotheses()]
        self.known = [goal, *self.claims]

    def lemma(self, claim: Callable[[Term, Term], Term], step: Step | None = None) -> Lemma | None:
        """Return a lemma about the first and the last point of any such step, if found.

        Without a step it is about one point.  What is said of the numbers of other steps is left
        out at first: it is mostly of no use, and of many numbers multipliers are hard to find.
        """
        others = set[Term]() if step is None else self._of_others(step)
        aside = {name for name, h in self._given.items() if others & set(free_variables(h))}
        for left_out in (aside, set[str]()) if aside else (aside,):
            part = self.part(claim, step, left_out)
            try:
                fact = self._search(part.proof, part.claim, part.using, part.points)
            except (NotFound, ProofError):
                continue
            return Lemma(part.names, part.laws, part.claim, fact.thm)
        return None

    def _of_others(self, step: Step) -> set[Term]:
        """Return the parameters that only steps of another kind speak of."""
        names = step.of_any([])
        own = set(parameters_of(step.laws(names)))
        laws = [law for other in self.bound.steps for law in other.laws(names)]
        return set(parameters_of(laws)) - own

    def part(
        self,
        claim: Callable[[Term, Term], Term],
        step: Step | None = None,
        left_out: Container[str] = (),
    ) -> Part:
        """Return what is to be proved of any such step, with a proof of its own.

        Points that are given by the ones before are written out.  Hypotheses may be ``left_out``.
        """
        names = self.bound.steps[0].of_any(self.known)
        names = names[:1] if step is None else names
        laws = [] if step is None else step.laws(names)
        stated = claim(names[0], names[-1])
        points = [_moved(point, step, names) for point in self._points]
        kept = [point for point in points if not belongs(point, self.bound.steps)]
        following = list(zip(laws, names[1:], strict=True))
        if all(_gives(law, v) for law, v in following):
            for law, v in reversed(following):
                stated = replace(stated, v, law.args[1])
                kept = [replace(point, v, law.args[1]) for point in kept]
            names, laws = names[:1], []
        given = {name: h for name, h in self._given.items() if name not in left_out}
        proof = Proof(self._p.theorem, labelled(given, laws), stated)
        return Part(proof, names, laws, stated, self._using, kept)

    def sign(self, c: Term) -> Thm | None:
        """Return 0 ≤ c, or None where it is not known."""
        try:
            return self._p.quiet(number(0) <= c).thm
        except ProofError:
            return None

    def combined(
        self, claim: Term, premises: Sequence[Thm], summands: Sequence[Summand]
    ) -> Thm | None:
        """Return a claim that is the sum of the summands, or None."""
        terms = [claim, *(th.conclusion for th in premises)]
        try:
            below = denominators(dict.fromkeys(map(canonical, terms)))
            nonzero = [self._p.quiet(ne(d, 0)).thm for d in below]
            places = range(len(premises), len(premises) + len(nonzero))
            return combine(*premises, *nonzero, goal=claim, summands=summands, nonzero=[*places])
        except (KernelError, ProofError):
            return None

    def concluded(
        self, lemmas: Sequence[Lemma], put: Callable[[list[Thm]], Thm | None]
    ) -> Fact | None:
        """Prove the goal: what ``put`` makes of the lemmas, recorded as steps of the proof."""
        p = self._p
        whole = put([lemma.general() for lemma in lemmas])
        if whole is None:
            return None
        try:
            p.quiet(self._goal, [self._scaled(whole)])
        except ProofError:
            return None
        whole = put([lemma.recorded(p) for lemma in lemmas])
        assert whole is not None
        return p.have(self._goal, by=[self._scaled(whole)])

    def _scaled(self, thm: Thm) -> Fact | Product:
        """Return the bound without its scale as one with it; ProofError where 0 ≤ scale is open."""
        fact, scale = self._p.fact(thm, FOUND), self.bound.scale.term()
        return fact if scale == number(1) else self._p.quiet(number(0) <= scale) * fact


def _gives(law: Term, v: Term) -> bool:
    """Say whether an equation gives a point by others."""
    return law.op == "eq" and law.args[0] == v and v not in free_variables(law.args[1])


def _moved(point: Term, step: Step | None, names: Sequence[Term]) -> Term:
    """Return a point of the statement's first step in the names of a lemma."""
    for old, new in zip(() if step is None else step.points, names, strict=False):
        point = replace(point, old, new)
    return point
