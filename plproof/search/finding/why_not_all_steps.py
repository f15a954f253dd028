"""Why no proof for every N was found: what the inequalities carry after a few steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.terms import Term, free_variables, number
from plproof.proof.script import Proof
from plproof.search.all_steps.best import least_factor
from plproof.search.all_steps.claim import Claim, read_smallest
from plproof.search.all_steps.lead import in_numbers, stated_at
from plproof.search.counterexamples.evidence import Evidence, NoProof
from plproof.search.finding.induction import refuted
from plproof.search.many_points.reading import NotSuited
from plproof.search.statements.shifted import shifted

#: after how many steps it is told what is carried, and what is no more than the solver's mistake
_SHOWN, _EQUAL = 4, 1e-6
#: what to do about claims that are not read as numbers
_NOT_READ = (
    "bounds that are numbers alone, as G² in sq(grad(f, y)) <= G**2, are not used in such claims: "
    "write the proof"
)


def why_not_for_all(p: Proof, goal: Term, using: Sequence[Any]) -> NoProof | None:
    """Return what is seen of a claim for every N that is not found, None for another claim.

    It is a function with which the claim is false, or the least multiples of the right side that
    the inequalities allow after a few steps.
    """
    given = p.given
    asked = _asked(p, goal)
    if asked is None:
        return None
    false = refuted(given, goal)
    if false is not None:
        return false
    p, claim, count, by = asked
    told = [(n - by, near) for n, _, near, _ in _carried(p, claim, using, None)]
    if not told:
        return None
    missed = next(((n, near) for n, near in told if near > 1 + _EQUAL), None)
    if missed is not None:
        why = (
            f"for {count} = {missed[0]} they carry no less than {missed[1]:.6g} times the right "
            "side"
        )
    else:
        numbers = ", ".join(f"{n}" for n, _ in told)
        least = ", ".join(f"{near:.6g}" for _, near in told)
        why = (
            f"for {count} = {numbers} they carry it, as the solver sees it (the left side is at "
            f"most {least} times the right one), so that it may be true; but for all {count} the "
            "multipliers and the potentials that were tried, rational functions of the step and of "
            f"{count} or polynomials in the step, do not prove it"
        )
    return NoProof(Evidence(why, {}))


def no_rate_for_all(p: Proof, goal: Term, unknown: Term, using: Sequence[Any]) -> NoProof | None:
    """Return what is seen of a claim for every N with an unknown of which no function of N is
    found, None for another claim.
    """
    asked, told = _asked(p, goal), best_at_few_steps(p, goal, unknown, using)
    if not told or asked is None:
        return None
    count = asked[2]
    shown = ", ".join(f"{near:.6g} at {count} = {n}" for n, _, near, _ in told)
    why = (
        f"the best {unknown}, {shown} with simple numbers for all parameters, is no rational "
        f"function of {count} as it seems; a larger one can be stated and proved"
    )
    return NoProof(Evidence(why, {}))


def best_at_few_steps(
    p: Proof, goal: Term, unknown: Term, using: Sequence[Any]
) -> list[tuple[int, dict[Term, Term], float, Fraction | None]]:
    """Return the best values of an unknown in a claim for every N at a few N, as numbers show.

    Each with N, the numbers that are taken for all parameters, the value and the rational number
    that it seems to be.  The claim is to be affine in the unknown; for another there are none.
    """
    asked = _asked(p, goal)
    if asked is None or unknown not in free_variables(asked[1].upper):
        return []
    p, claim, _, by = asked
    upper, rest = (substitute(claim.upper, {unknown: number(c)}) for c in (1, 0))
    told = _carried(p, replace(claim, upper=upper), using, rest)
    return [(n - by, taken, near, exact) for n, taken, near, exact in told]


def not_one_of_them(p: Proof, goal: Term, using: Sequence[Any]) -> NoProof | None:
    """Return why a claim that of the values for k ≤ N one is at most B is not tried in numbers.

    None for another claim.
    """
    smallest = read_smallest(goal, [fact.claim for fact in p.hypotheses()])
    asked = None if smallest is None else in_numbers(p, goal)
    if smallest is None or asked is None:
        return None
    count, k, (p, claim) = smallest.claim.count, smallest.index, asked
    stated = stated_at(p, claim, using)
    reason, hint = "as the solver sees it, no multiple of the right side is carried", ""
    try:
        if stated is None or not stated.counts():
            reason = "there are no numbers for what is open in the hypotheses"
        else:
            n, taken, _ = stated.counts()[0]
            stated.at(n, taken)
    except (KernelError, NotSuited) as error:
        reason, hint = f"the claim is not one for that ({error})", _NOT_READ
    why = (
        f"that of the values for {k} ≤ {count} one is at most the right side is searched for by "
        f"multipliers for all of them at once, and {reason}"
    )
    failure = NoProof(Evidence(why, {}))
    failure.hint = hint
    return failure


def _asked(p: Proof, goal: Term) -> tuple[Proof, Claim, Term, int] | None:
    """Return what is known, and the claim about x_M that a goal makes, with its N and c = M − N."""
    asked = in_numbers(p, goal)
    if asked is not None:
        return *asked, asked[1].count, 0
    moved = shifted(goal, [fact.claim for fact in p.hypotheses()])
    asked = None if moved is None else in_numbers(p, moved.goal)
    return None if asked is None or moved is None else (*asked, moved.count, moved.by)


def _carried(
    p: Proof, claim: Claim, using: Sequence[Any], rest: Term | None
) -> list[tuple[int, dict[Term, Term], float, Fraction | None]]:
    """Return numbers of steps and values of the parameters, with the least multiple of the right
    side that is carried then and the rational number that it seems to be.

    What the right side is without an unknown, ``rest``, is not multiplied.
    """
    for beyond in (1, 0):
        stated = stated_at(p, claim, using, beyond)
        if stated is None:
            return []
        try:
            counts = stated.counts()[:_SHOWN]
            return [(n, at, *least_factor(stated.at(n, at), rest)) for n, at, _ in counts]
        except (KernelError, NoProof, NotSuited):
            continue
    return []
