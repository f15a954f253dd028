"""Claims for every number N of steps, with multipliers that depend on the step and on N.

[untrusted: the kernel's ``combine`` and ``induction`` check what comes back]

A proof is an induction on i ≤ N for a fixed N: a potential V(i, N) that is at most the upper side
at 0, does not increase at a step and is at least the lower side at N.  The potential and all
multipliers are closed forms in i, N and the parameters that :mod:`all_steps_guess` reads off proofs
at a few N; with wrong ones there is no proof.  A claim that is weaker than need be follows from the
least bound, whose multipliers are mostly unique.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.terms import Term, as_real, free_variables, number
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.search.all_steps_best import best_factor, best_upper, least_factor
from plproof.search.all_steps_claim import Claim, read
from plproof.search.all_steps_guess import Guess, guesses
from plproof.search.all_steps_numbers import Stated
from plproof.search.all_steps_proof import for_one
from plproof.search.find import NoProof, find
from plproof.search.offered import known_facts
from plproof.search.reading import NotSuited

#: after how many steps it is seen whether a claim is carried, and how far from the least bound
_SEEN, _EQUAL = 3, 1e-6


def by_all_steps(p: Proof, goal: Term, using: Sequence[Any] = ()) -> Fact | None:
    """Prove ∀N. A(x_N) ≤ B(x_0, N), perhaps for N from a number on; None if it is not found.

    Without the quantifier N is a variable of the goal.  None says nothing of the claim.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    claim = read(goal, hypotheses)
    stated = None if claim is None else _stated(p, claim, using)
    if stated is None:
        return None
    factor = _factor(stated)
    if factor is None or factor > 1 + _EQUAL:
        return None
    if factor < 1 - _EQUAL:
        upper = best_upper(stated)
        if upper is not None:
            tight = _stated(p, replace(stated.claim, upper=upper), using)
            fact = None if tight is None else _by_guesses(p, goal, stated, tight, using)
            if fact is not None:
                return fact
    return _by_guesses(p, goal, stated, stated, using)


def rate_for_all_steps(
    p: Proof, goal: Term, unknown: Term, using: Sequence[Any]
) -> tuple[Term, Term] | None:
    """Return the best value of an unknown in a claim for every N, a function of N, and N; or None.

    The claim is to be affine in the unknown.
    """
    claim = read(goal, [fact.claim for fact in p.hypotheses()])
    if claim is None or unknown not in free_variables(claim.upper):
        return None
    with_one, with_none = (substitute(claim.upper, {unknown: number(n)}) for n in (1, 0))
    stated = _stated(p, replace(claim, upper=with_one), using)
    found = None if stated is None else best_factor(stated, with_none)
    return None if found is None else (found, claim.count)


def _stated(p: Proof, claim: Claim, using: Sequence[Any]) -> Stated | None:
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    apart = Proof(p.theorem, given, claim.goal)
    facts = [
        apart.fact(opened(part), fact.label)
        for fact in known_facts(apart, using, claim.goal)
        for part in parts_of(fact.thm)
        if opened(part).conclusion.op != "and"
    ]
    stated = Stated(claim, facts)
    return None if stated.others else stated


def _factor(stated: Stated) -> float | None:
    """Return the least multiple of the upper side that bounds the lower one after some steps."""
    try:
        n, taken, _ = stated.counts()[_SEEN]
        return least_factor(stated.at(n, taken))[0]
    except (IndexError, NoProof, NotSuited):
        return None


def _by_guesses(
    p: Proof, goal: Term, stated: Stated, tight: Stated, using: Sequence[Any]
) -> Fact | None:
    """Prove the goal from a guess for a claim that is as strong; None when there is none."""
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    for guess in guesses(tight):

        def prove(proof: Proof, guess: Guess = guess) -> None:
            fact = for_one(proof, tight, guess)
            if tight is not stated:
                _weakened(proof, stated.claim, tight.claim, fact, using)

        try:
            _for_all(Proof(p.theorem, given, goal), stated.claim, prove)
        except (KernelError, NoProof, NotSuited, ProofError):
            continue
        _for_all(p, stated.claim, prove)  # what fails leaves nothing behind
        return p.last
    return None


def _for_all(p: Proof, claim: Claim, prove: Callable[[Proof], None]) -> None:
    if claim.for_all:
        with p.fix(claim.count):
            _for_all(p, replace(claim, for_all=False), prove)
    elif claim.condition is not None:
        with p.suppose(claim.condition):
            prove(p)
    else:
        prove(p)


def _weakened(p: Proof, claim: Claim, tight: Claim, fact: Fact, using: Sequence[Any]) -> None:
    """Prove A ≤ B from A ≤ B′, where B′ ≤ B."""
    less = as_real(tight.upper) <= as_real(claim.upper)
    try:
        p.quiet(less)
    except ProofError:
        known = find(p, less, using)
    else:
        known = p.have(less, name="a smaller bound")
    p.have(claim.goal, by=[fact, known], name=f"for {claim.count} steps")
