"""Claims for all N with what bounds the first member: L·R²/(4N + 2) where ‖x₀ − x*‖² ≤ R² is given.

[untrusted: every step it records is made by rules of the kernel]

The claim with ‖x₀ − x*‖² for R² says more, and is one about members alone, as others read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, as_real, free_variables, number, subterms
from plproof.proof.facts import Fact, opened
from plproof.proof.lemmas import power_nonnegative
from plproof.proof.script import Proof
from plproof.search.statements.any_step import members_by_number
from plproof.search.statements.parameters import about_numbers
from plproof.search.statements.squares import squared


@dataclass(frozen=True)
class OfFirst:
    """A claim ``goal`` in which a measure of the first member is put for its ``bound``.

    ``known`` says that the measure is at most the bound.
    """

    goal: Term
    bound: Term
    known: Fact

    def proved(self, p: Proof, goal: Term, general: Fact) -> Fact:
        """Prove the claim with the bound from that with the measure.

        Raises ProofError where it does not follow, as where the bound is subtracted.
        """
        inner, fixed = at_variables(goal, [fact.claim for fact in p.hypotheses()])
        hole = fresh_variable("bound", REAL, [goal])
        upper = as_real(replace(inner.args[inner.op == "le"], self.bound, hole))
        one, none = (as_real(substitute(upper, {hole: number(n)})) for n in (1, 0))
        weight = one if canonical(none) == number(0) else one - none
        with p.fix(*fixed):
            for power in dict.fromkeys(t for t in subterms(weight) if t.op == "pow"):
                base, exponent = as_real(power.args[0]), power.args[1]
                if exponent.op != "num":
                    sign = p.quiet(base >= 0, about_numbers(p.hypotheses()))
                    known = power_nonnegative(
                        base, exponent, p.quiet(number(0) <= base, [sign]).thm
                    )
                    p.have(power >= 0, by=[p.fact(known, f"{power}")], name=f"{power} >= 0")
            p.have(inner, by=[general(*fixed), weight * self.known])
        assert p.last is not None
        return p.last

    def others(self, p: Proof) -> dict[str, Term]:
        """Return the hypotheses that the claim about members is to be proved from.

        That about the bound is none of them where it says nothing else, as the bound may be
        whatever the measure is.
        """
        own = set(free_variables(self.bound))
        told = p.given
        others = {name: h for name, h in told.items() if name != self.known.label}
        strange = [h for h in others.values() if own & set(free_variables(h)) and not _sign(h)]
        return told if strange else others


def _sign(claim: Term) -> bool:
    """Say whether a claim says of what sign something is."""
    c = canonical(claim)
    return c.op in ("le", "lt") and number(0) in c.args


def of_first_member(p: Proof, goal: Term) -> Iterator[OfFirst]:
    """Yield readings of a claim ∀N. A(x_N) ≤ B, where numbers in B bound measures of members."""
    if goal.op != "all" or goal.data.sort != NAT or members_by_number([goal]):
        return
    inner, _ = at_variables(goal, [fact.claim for fact in p.hypotheses()])
    if inner.op not in ("le", "ge") or inner.args[0].sort != REAL:
        return
    upper = inner.args[inner.op == "le"]
    for fact in (*p.hypotheses(), *squared(p)):
        thm = opened(fact.thm)
        claim = thm.conclusion
        if claim.op not in ("le", "ge") or claim.args[0].sort != REAL:
            continue
        measure, bound = claim.args if claim.op == "le" else claim.args[::-1]
        if members_by_number([measure]) and _is_number(bound) and bound in set(subterms(upper)):
            yield OfFirst(replace(goal, bound, measure), bound, p.fact(thm, fact.label))


def _is_number(t: Term) -> bool:
    return bool(free_variables(t)) and all(v.sort == REAL for v in free_variables(t))
