"""The proof of a claim for every N from a potential in closed form, as the kernel checks it.

[untrusted: the kernel's ``combine`` and ``induction`` check every part]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.syntax import forall, implies
from plproof.language.terms import FALSE, Term, number
from plproof.proof.facts import FOUND, Fact, Product, opened
from plproof.proof.script import Proof
from plproof.search.all_steps.guess import Forms
from plproof.search.all_steps.numbers import Family, Key, Stated
from plproof.search.all_steps.proof import instance_at, part_at, theorem_from
from plproof.search.claims.find import find
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.closed import OPEN, Closed
from plproof.search.potentials.windows import GENERIC, Values, Windows
from plproof.search.statements.premises import with_sums


class ByPotential:
    """The proof of a claim from a potential that is found; what goes wrong raises ProofError or
    KernelError: the potential is none, or a sign is not known.
    """

    def __init__(
        self, windows: Windows, values: Values, found: Closed, using: Sequence[Any]
    ) -> None:
        """Say what is to be proved with what; ``using`` are theorems that are offered."""
        self.using = using
        self.windows, self.values, self.found = windows, values, found
        self.stated = windows.stated
        self.step = self.stated.claim.step
        #: what is proved by multipliers, for a second proof with the same hypotheses
        self._made: dict[Term, Thm] = {}

    def prove(self, p: Proof, goal: Term) -> Fact:
        """Prove the goal, ∀N. A(x_N) ≤ B(x_0, N), perhaps for N ≥ 1 or for an N that is given."""
        claim, i, first = self.stated.claim, self.step, self.found.first
        below = self._invariant(p)
        if first == 0:
            if claim.for_all:
                with p.fix(claim.count):
                    self._conditional(p, below, claim.count)
            else:
                self._at(p, below, claim.count)
        else:
            with p.fix(i):
                self._at(p, below, i)
            general = p.last
            with p.induction(goal):
                with p.base():
                    self._without_steps(p, open_binder(goal, number(0, NAT)))
                with p.step(i):
                    p.have(open_binder(goal, i + first), by=general(i), name="for more")
        assert p.last is not None
        return p.last

    def for_one(self, p: Proof) -> Fact:
        """Prove A(x_N) < B(x_0, N) for an N of which the hypotheses speak, as of k ≤ N."""
        i, found, count, zero = self.step, self.found, self.stated.claim.count, number(0, NAT)
        if found.first:
            raise NotSuited("a potential from the first point on is wanted")
        early = any(self._is_strict(key) for key in found.at_start or ())

        def bounded(at: Term) -> Term:
            v = self._potential(at)
            return v < found.start if early else v <= found.start

        below = forall(i, implies(i <= count, bounded(i)))
        with p.induction(below):
            with p.base():
                self._begin(p, with_sums(bounded(zero)))
                p.have(open_binder(below, zero), by=[p.last], name="for i = 0")
            with p.step(i) as before, p.suppose(i + 1 <= count) as more:
                p.have(i <= count, by=more, name=f"{i <= count}")
                step = self._potential(i + 1) <= self._potential(i)
                one = self._have(p, step, found.step, i, "one step")
                p.have(bounded(i + 1), by=[one, before()], name="after it")
        every = p.last
        assert every is not None
        p.have(count <= count, name=f"{count <= count}")
        self._at(p, every, count, strict=True, early=early)
        assert p.last is not None
        return p.last

    def _is_strict(self, key: Key) -> bool:
        """Say whether a key is that of a strict inequality."""
        if key[0] != "instance":
            return False
        said = opened(self.stated.facts[cast(Family, key[1])[0]].thm).conclusion
        while said.op in ("all", "imp"):
            said = said.args[-1]
        return said.op in ("lt", "gt")

    def _conditional(self, p: Proof, below: Fact, at: Term) -> None:
        if self.stated.claim.condition is None:
            self._at(p, below, at)
        else:
            with p.suppose(self.stated.claim.condition):
                self._at(p, below, at)

    def _without_steps(self, p: Proof, goal: Term) -> None:
        if goal.op == "imp":
            with p.suppose(goal.args[0]) as false, p.by_contradiction(goal.args[1]):
                p.have(FALSE, by=[false])
        else:
            given = p.given
            p.have(
                goal, by=[p.fact(find(Proof(p.theorem, given, goal), goal, self.using).thm, FOUND)]
            )

    # ---- the parts
    def _invariant(self, p: Proof) -> Fact:
        """Prove ∀i. V(i) ≤ D, where k = i + first."""
        i, found, zero = self.step, self.found, number(0, NAT)
        below = forall(i, self._potential(i) <= found.start)
        with p.induction(below):
            with p.base():
                self._begin(p, with_sums(self._potential(zero) <= found.start))
            with p.step(i) as before:
                step = self._potential(i + 1) <= self._potential(i)
                one = self._have(p, step, found.step, i, "one step")
                p.have(open_binder(below, i + 1), by=[one, before], name="after it")
        assert p.last is not None
        return p.last

    def _begin(self, p: Proof, begin: Term) -> None:
        """Prove V(0) ≤ D; of points with two names, as y_0 = x_0, by a search of its own."""
        if self.found.at_start is not None:
            self._have(p, begin, self.found.at_start, number(0, NAT), "at the start")
            return
        if begin not in self._made:
            given = {fact.label: fact.claim for fact in p.hypotheses()}
            self._made[begin] = find(Proof(p.theorem, given, begin), begin, self.using).thm
        p.have(begin, by=[p.fact(self._made[begin], FOUND)], name="at the start")

    def _at(
        self, p: Proof, below: Fact, i: Term, strict: bool = False, early: bool = False
    ) -> None:
        """Prove the claim for N = i + first, or with < for ≤; ``early``, V is less than D."""
        claim, found = self.stated.claim, self.found
        at = with_sums(i + found.first) if found.first else i
        lower, upper = (
            with_sums(substitute(t, {claim.count: at})) for t in (claim.lower, claim.upper)
        )
        inverse, weight, alone = (
            substitute(t, {self.step: i}) for t in (found.inverse, found.weight, found.alone)
        )
        least = inverse * lower if alone == number(0) else inverse * lower - alone
        last = least < self._potential(i) if strict and not early else least <= self._potential(i)
        end = self._have(p, last, found.end, i, "in the end")
        by: list[Fact | Product] = [weight * end, weight * below(i), *self._at_the_start(p)]
        p.have(lower < upper if strict else lower <= upper, by=by, name=f"for {at} steps")

    def _potential(self, i: Term) -> Term:
        return with_sums(substitute(self.found.potential, {self.step: i}))

    def _have(self, p: Proof, goal: Term, forms: Forms, at: Term, name: str) -> Fact:
        if goal not in self._made:
            make = self._completed if OPEN in forms else theorem_from
            self._made[goal] = make(p, self.stated, goal, forms, at)
        return p.have(goal, by=[p.fact(self._made[goal], FOUND)], name=name)

    def _completed(self, p: Proof, stated: Stated, goal: Term, forms: Forms, at: Term) -> Thm:
        """Return ⊢ the goal from weights of inequalities; the rest is found by the prover."""

        def here(t: Term) -> Term:
            return with_sums(substitute(t, {self.step: at}))

        by: list[Fact | Product] = []
        for key, c in forms.items():
            if key[0] == "instance":
                thm = instance_at(p, stated, cast(Family, key[1]), at, here)
                by.append(here(c) * p.fact(thm, f"{thm.conclusion}"))
        at_start = at == number(0, NAT)
        place, span = (0, self.found.first) if at_start else (GENERIC, 1)
        k = at if at_start or not self.found.first else with_sums(at + self.found.first)
        return p.quiet(goal, [*by, *self._equations(p, place, span, k)]).thm

    def _at_the_start(self, p: Proof) -> list[Fact]:
        """Return the equations between what is known at the start, as y_0 = x_0."""
        return self._equations(p, 0, 0, number(0, NAT))

    def _equations(self, p: Proof, place: int, span: int, k: Term) -> list[Fact]:
        """Return the equations of a window of steps, at k in place of its own number."""
        window = self.windows.at(place, span, self.values)
        found = []
        for thm in reversed(window.setting.equations):
            q, r, at = window.theorems[thm]
            here = part_at(p, self.stated, q, r, None if at is None else at - place, k)
            found.append(p.quiet(with_sums(here.conclusion), [p.fact(here, "")]))
        return found
