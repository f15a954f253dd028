"""Why no proof for every N was found: what the inequalities carry after a few steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.terms import Term, free_variables, number
from plproof.proof.script import Proof
from plproof.search.all_steps import in_numbers, stated_at
from plproof.search.all_steps_best import least_factor
from plproof.search.all_steps_claim import Claim
from plproof.search.find import Evidence, NoProof
from plproof.search.induction import refuted
from plproof.search.reading import NotSuited

#: after how many steps it is told what is carried, and what is no more than the solver's mistake
_SHOWN, _EQUAL = 4, 1e-6


def why_not_for_all(p: Proof, goal: Term, using: Sequence[Any]) -> NoProof | None:
    """Return what is seen of a claim for every N that is not found, None for another claim.

    It is a function with which the claim is false, or the least multiples of the right side that
    the inequalities allow after a few steps.
    """
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    asked = in_numbers(p, goal)
    if asked is None:
        return None
    false = refuted(given, goal)
    if false is not None:
        return false
    p, claim = asked
    told = _carried(p, claim, using, None)
    if not told:
        return None
    missed = next(((n, near) for n, near in told if near > 1 + _EQUAL), None)
    shown = _shown(claim, told)
    if missed is not None:
        why = (
            f"for {claim.count} = {missed[0]} they carry no less than {missed[1]:.6g} times the "
            "right side"
        )
    else:
        why = (
            "for all numbers of steps, multipliers and a potential that are rational functions of "
            f"the step and of {claim.count} are tried; what is carried is {shown}, times the right "
            "side"
        )
    return NoProof(Evidence(why, {}))


def no_rate_for_all(p: Proof, goal: Term, unknown: Term, using: Sequence[Any]) -> NoProof | None:
    """Return what is seen of a claim for every N with an unknown of which no function of N is
    found, None for another claim.
    """
    asked = in_numbers(p, goal)
    if asked is None or unknown not in free_variables(asked[1].upper):
        return None
    p, claim = asked
    upper, rest = (substitute(claim.upper, {unknown: number(c)}) for c in (1, 0))
    told = _carried(p, replace(claim, upper=upper), using, rest)
    if not told:
        return None
    why = (
        f"the best {unknown}, {_shown(claim, told)} with simple numbers for all parameters, is no "
        f"rational function of {claim.count} as it seems; a larger one can be stated and proved"
    )
    return NoProof(Evidence(why, {}))


def _shown(claim: Claim, told: Sequence[tuple[int, float]]) -> str:
    return ", ".join(f"{near:.6g} at {claim.count} = {n}" for n, near in told)


def _carried(
    p: Proof, claim: Claim, using: Sequence[Any], rest: Term | None
) -> list[tuple[int, float]]:
    """Return numbers of steps, with the least multiple of the right side that is carried then.

    What the right side is without an unknown, ``rest``, is not multiplied.
    """
    for beyond in (1, 0):
        stated = stated_at(p, claim, using, beyond)
        if stated is None:
            return []
        try:
            counts = stated.counts()[:_SHOWN]
            return [(n, least_factor(stated.at(n, taken), rest)[0]) for n, taken, _ in counts]
        except (KernelError, NoProof, NotSuited):
            continue
    return []
