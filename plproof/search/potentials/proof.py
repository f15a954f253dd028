"""The proof of a claim for every N from a potential in closed form, as the kernel checks it.

[untrusted: the kernel's ``combine`` and ``induction`` check every part]
"""

from __future__ import annotations

from typing import cast

from plproof.language.binding import open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.syntax import forall
from plproof.language.terms import FALSE, Term, number
from plproof.proof.facts import Fact, Product
from plproof.proof.script import Proof
from plproof.search.all_steps.guess import Forms
from plproof.search.all_steps.numbers import Family
from plproof.search.all_steps.proof import instance_at, part_at
from plproof.search.claims.find import find
from plproof.search.potentials.closed import Closed
from plproof.search.potentials.windows import GENERIC, Values, Windows
from plproof.search.statements.premises import with_sums


class ByPotential:
    """The proof of a claim from a potential that is found; what goes wrong raises ProofError or
    KernelError: the potential is none, or a sign is not known.
    """

    def __init__(self, windows: Windows, values: Values, found: Closed) -> None:
        self.windows, self.values, self.found = windows, values, found
        self.stated = windows.stated
        self.step = self.stated.claim.step

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
            given = {fact.label: fact.claim for fact in p.hypotheses()}
            p.have(goal, by=[p.fact(find(Proof(p.theorem, given, goal), goal, ()).thm, "found")])

    # ---- the parts
    def _invariant(self, p: Proof) -> Fact:
        """Prove ∀i. V(i) ≤ D, where k = i + first."""
        i, first, found, zero = self.step, self.found.first, self.found, number(0, NAT)
        below = forall(i, self._potential(i) <= found.start)
        with p.induction(below):
            with p.base():
                facts = [*self._weighed(p, found.at_start, zero, zero)]
                facts += self._equations(p, 0, first, zero)
                p.have(self._potential(zero) <= found.start, by=facts, name="at the start")
            with p.step(i) as before:
                facts = [*self._weighed(p, found.step, self._later(i), i)]
                facts += self._equations(p, GENERIC, 1, self._later(i))
                goal = self._potential(i + 1) <= self._potential(i)
                one = p.have(goal, by=facts, name="one step")
                p.have(open_binder(below, i + 1), by=[one, before], name="after it")
        assert p.last is not None
        return p.last

    def _at(self, p: Proof, below: Fact, i: Term) -> None:
        """Prove the claim for N = i + first."""
        claim, found, at = self.stated.claim, self.found, self._later(i)
        lower, upper = (
            with_sums(substitute(t, {claim.count: at})) for t in (claim.lower, claim.upper)
        )
        inverse, weight = (substitute(t, {self.step: i}) for t in (found.inverse, found.weight))
        facts = [*self._weighed(p, found.end, at, i), *self._equations(p, GENERIC, 0, at)]
        end = p.have(inverse * lower <= self._potential(i), by=facts, name="in the end")
        weighed = [weight * end, weight * below(i)]
        start = self._equations(p, 0, 0, number(0, NAT))
        p.have(lower <= upper, by=[*weighed, *start], name=f"for {at} steps")

    def _later(self, i: Term) -> Term:
        return with_sums(i + self.found.first) if self.found.first else i

    def _potential(self, i: Term) -> Term:
        return with_sums(substitute(self.found.potential, {self.step: i}))

    def _weighed(self, p: Proof, forms: Forms, k: Term, i: Term) -> list[Fact | Product]:
        """Return the inequalities that are used at the k-th point, with their weights at i."""
        facts: list[Fact | Product] = []
        for key, c in forms.items():
            family = cast(Family, key[1])

            def here(t: Term) -> Term:
                return with_sums(substitute(t, {self.step: k}))

            thm = instance_at(p, self.stated, family, k, here)
            weight, fact = (
                with_sums(substitute(c, {self.step: i})),
                p.fact(thm, f"{thm.conclusion}"),
            )
            facts.append(fact if weight == number(1) else weight * fact)
        return facts

    def _equations(self, p: Proof, place: int, span: int, k: Term) -> list[Fact]:
        """Return the equations of a window of steps at k."""
        window = self.windows.at(place, span, self.values)
        found = []
        for thm in reversed(window.setting.equations):
            q, r, at = window.theorems[thm]
            here = part_at(p, self.stated, q, r, None if at is None else at - place, k)
            said = with_sums(here.conclusion)
            found.append(p.quiet(said, [p.fact(here, "")]))
        return found
