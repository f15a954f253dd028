"""Claims for every number N of steps, with multipliers that depend on the step and on N.

[untrusted: the kernel's ``combine`` and ``induction`` check what comes back]

A proof is an induction on i ≤ N for a fixed N: a potential V(i, N) that is at most the upper side
at 0, does not increase at a step and is at least the lower side at N.  The potential and all
multipliers are closed forms in i, N and the parameters that :mod:`guess` reads off proofs
at a few N; with wrong ones there is no proof.  A claim that is weaker than need be follows from the
least bound, whose multipliers are mostly unique.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.terms import FALSE, Term, free_variables, number
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.proof.unknown import number_of
from plproof.search.all_steps.best import best_factor, best_upper, least_factor
from plproof.search.all_steps.claim import Claim, Smallest, read, read_smallest
from plproof.search.all_steps.facts import facts_for_all_steps
from plproof.search.all_steps.guess import Guess, guesses
from plproof.search.all_steps.numbers import Stated
from plproof.search.all_steps.proof import for_one
from plproof.search.claims.find import find
from plproof.search.counterexamples.evidence import NoProof
from plproof.search.many_points.reading import NotSuited

#: after how many steps it is seen whether a claim is carried, and how far from the least bound
_SEEN, _EQUAL = 3, 1e-6

#: proves a claim for one N in a proof
One: TypeAlias = Callable[[Proof], Fact]
_ForAll: TypeAlias = Callable[[Proof, Term, Claim, One], None]


def by_all_steps(p: Proof, goal: Term, using: Sequence[Any] = ()) -> Fact | None:
    """Prove ∀N. A(x_N) ≤ B(x_0, N), perhaps for N from a number on; None if it is not found.

    Without the quantifier N is a variable of the goal.  Also that of N + 1 values A(x_k) one is at
    most B.  None says nothing of the claim.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    claim = read(goal, hypotheses)
    if claim is not None:
        return for_all(p, goal, claim, using, lambda q: _candidates(q, claim, using))
    smallest = read_smallest(goal, hypotheses)
    if smallest is not None:
        return for_all(p, goal, smallest.claim, using, lambda q: _small_ones(q, smallest, using))
    return None


def _candidates(
    p: Proof, claim: Claim, using: Sequence[Any], strict: bool = False
) -> Iterator[One]:
    """Yield what may prove a claim for one N that is arbitrary, ``strict`` with < for ≤."""
    for factor, stated in carried(p, claim, using):
        if factor > 1 + _EQUAL:
            continue
        if factor > 1 - _EQUAL:
            for guess in guesses(stated):
                yield partial(for_one, stated=stated, guess=guess, strict=strict, made={})
            continue
        upper = best_upper(stated)  # of what is weaker the multipliers are not unique
        less = (
            None
            if upper is None
            else stated_at(p, replace(claim, upper=upper), using, stated.beyond)
        )
        if less is not None:
            for guess in guesses(less):
                yield partial(_weaker, less, guess, claim, using, strict, {})


def rate_for_all_steps(p: Proof, goal: Term, unknown: Term, using: Sequence[Any]) -> Term | None:
    """Return the best value of an unknown in a claim for every N, a function of N, or None.

    The claim is to be affine in the unknown; its N is named as by :func:`number_of`.  A value that
    is the same for all N ≥ 1 may be too small for N = 0.
    """
    asked = in_numbers(p, goal)
    if asked is None or unknown not in free_variables(asked[1].upper):
        return None
    p, claim = asked
    with_one, with_none = (substitute(claim.upper, {unknown: number(n)}) for n in (1, 0))
    for _, stated in carried(p, replace(claim, upper=with_one), using, with_none):
        found = best_factor(stated, with_none)
        if found is not None:
            count = number_of(goal) if claim.for_all else claim.count
            return found if count is None else substitute(found, {claim.count: count})
    return None


def in_numbers(p: Proof, goal: Term) -> tuple[Proof, Claim] | None:
    """Return a proof with what is known, and the claim for all N that is looked at in numbers.

    That of N + 1 values one is at most B is B ≥ t for a number t that is less than all of them.
    None: the goal is another claim.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    claim = read(goal, hypotheses)
    if claim is not None:
        return p, claim
    smallest = read_smallest(goal, hypotheses)
    if smallest is None:
        return None
    return with_larger(p, smallest), smallest.claim


def stated_at(p: Proof, claim: Claim, using: Sequence[Any], beyond: int = 0) -> Stated | None:
    """Return a claim with all that is known, None when the search is not for it."""
    given = p.given
    apart = Proof(p.theorem, given, claim.goal)
    stated = Stated(claim, facts_for_all_steps(apart, using, claim.goal), beyond)
    return None if stated.others else stated


def least_multiple(p: Proof, goal: Term, using: Sequence[Any]) -> float | None:
    """Return the least multiple of the right side of a claim for all N that is carried after a few
    steps, as numbers show; None where that is not known.
    """
    claim = read(goal, [fact.claim for fact in p.hypotheses()])
    known = [] if claim is None else carried(p, claim, using)
    return known[0][0] if known else None


def carried(
    p: Proof, claim: Claim, using: Sequence[Any], rest: Term | None = None
) -> list[tuple[float, Stated]]:
    """Return the claim with what is known, and the least multiple of the upper side, but for
    ``rest``, that bounds the lower one after some steps: with the points up to the N-th, and where
    more follows from the point after it with that, which comes first then.
    """
    found: list[tuple[float, Stated]] = []
    for beyond in (0, 1):
        stated = stated_at(p, claim, using, beyond)
        if stated is None:
            continue
        try:
            n, taken, _ = stated.counts()[_SEEN]
            factor = least_factor(stated.at(n, taken), rest)[0]
        except (IndexError, KernelError, NoProof, NotSuited):
            continue
        if not found or factor < found[0][0] - _EQUAL * abs(found[0][0]):
            found.insert(0, (factor, stated))
    return found


def for_all(
    p: Proof,
    goal: Term,
    claim: Claim,
    using: Sequence[Any],
    candidates: Callable[[Proof], Iterator[One]],
) -> Fact | None:
    """Prove a goal for all N by the first that proves it for one; None when none does."""
    given = p.given
    ways: list[_ForAll] = [_quantified]
    ways += [partial(_from_one_on, using)] if claim.from_zero else []
    for prove in candidates(p):
        for way in ways:
            try:
                way(Proof(p.theorem, given, goal), goal, claim, prove)
            except (KernelError, NotFound, NotSuited, ProofError):
                continue
            way(p, goal, claim, prove)  # what fails leaves nothing behind
            return p.last
    return None


def _from_one_on(using: Sequence[Any], p: Proof, goal: Term, claim: Claim, prove: One) -> None:
    """Prove a goal for N ≥ 1, and for N = 0 apart."""
    _quantified(p, goal, replace(claim, condition=claim.count >= 1), prove)
    general = p.last
    start = open_binder(goal, number(0, NAT))
    apart = Proof(p.theorem, p.given, start)
    known = find(apart, start, using)
    with p.induction(goal):
        with p.base():
            p.have(start, by=[p.fact(known.thm, FOUND)], name="for 0 steps")
        with p.step(claim.step):
            p.have(claim.step + 1 >= 1, name=f"{claim.step + 1 >= 1}")
            p.have(open_binder(goal, claim.step + 1), by=general(claim.step + 1), name="for more")


def _quantified(p: Proof, goal: Term, claim: Claim, prove: One) -> None:
    if claim.for_all:
        with p.fix(claim.count):
            _quantified(p, goal, replace(claim, for_all=False), prove)
    elif claim.condition is not None:
        with p.suppose(claim.condition):
            prove(p)
    else:
        prove(p)


def _weaker(
    stated: Stated,
    guess: Guess,
    claim: Claim,
    using: Sequence[Any],
    strict: bool,
    made: dict[str, Thm],
    p: Proof,
) -> Fact:
    """Prove A ≤ B from A ≤ B′, where B′ ≤ B."""
    fact = for_one(p, stated, guess, strict, made)
    less = stated.claim.upper <= claim.upper
    try:
        p.quiet(less)
    except ProofError:
        known = find(p, less, using)
    else:
        known = p.have(less, name="a smaller bound")
    whole = claim.lower < claim.upper if strict else claim.goal
    return p.have(whole, by=[fact, known], name=f"for {claim.count} steps")


# ---------------------------------------------------------------- the smallest of some values
def _small_ones(p: Proof, smallest: Smallest, using: Sequence[Any]) -> Iterator[One]:
    """Yield what may prove that of A(x_0), …, A(x_N) one is at most B, for N that is arbitrary.

    If all were larger than a number t, then t < B: and all are larger than B if none is small.
    """
    for prove in _candidates(with_larger(p, smallest), smallest.claim, using, strict=True):
        yield partial(one_is_small, smallest, prove)


def with_larger(p: Proof, smallest: Smallest) -> Proof:
    """Return a proof in which all the values are larger than the number that is their bound."""
    larger = smallest.larger_than(smallest.bound)
    given = p.given | {f"{larger}": larger}
    return Proof(p.theorem, given, smallest.claim.goal)


def one_is_small(smallest: Smallest, prove: One, p: Proof) -> Fact:
    """Prove that one of the values is small, where t < B is proved of a t less than all of them."""
    t, k, bound, value = smallest.bound, smallest.index, smallest.claim.upper, smallest.value
    with p.fix(t), p.suppose(smallest.larger_than(t)):
        prove(p)
    general = p.last
    with p.by_contradiction(smallest.some) as none:
        with (
            p.fix(k),
            p.suppose(k <= smallest.claim.count),
            p.by_contradiction(bound < value) as not_larger,
            p.cases(),
        ):
            with p.case(bound < value):
                p.contradiction(not_larger)
            with p.case(value <= bound):
                p.exhibit(smallest.some, k)
                p.contradiction(none)
        p.have(FALSE, by=general(bound))
    return p.last
