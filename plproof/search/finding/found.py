"""A proof of a claim, of whatever form it is: by its parts, by induction, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT
from plproof.language.syntax import forall, sq
from plproof.language.terms import FALSE, Term, as_real
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.search.all_steps.claim import read
from plproof.search.all_steps.lead import by_all_steps, least_multiple
from plproof.search.claims.advice import unspoken
from plproof.search.claims.find import find
from plproof.search.counterexamples.evidence import Evidence, NoProof
from plproof.search.fields.symbolic_roots import NotFitted
from plproof.search.finding.induction import (
    added_step,
    by_induction,
    one_step,
    potentials,
)
from plproof.search.finding.strict import strictly
from plproof.search.finding.weaker import from_the_best, may_be_weaker
from plproof.search.finding.why_not_all_steps import not_one_of_them, why_not_for_all
from plproof.search.potentials.lead import by_potentials
from plproof.search.statements.any_step import (
    any_steps,
    for_every,
    is_step,
    labelled,
    members_at,
    members_by_number,
    of_any_step,
)
from plproof.search.statements.first_member import of_first_member
from plproof.search.statements.instances import body_of
from plproof.search.statements.shifted import Shifted, Way, by_shift
from plproof.search.statements.squares import lengths

#: how near to the least bound a claim may be that has no room to spare, relative to it
_EQUAL = 1e-6
_COMPARISONS = "comparisons are searched for, and what is made of them by and, if and for all"
#: what to do about claims of other kinds
_NOT_SEARCHED = {
    "ex": "name a value: p.exhibit(claim, value, by=[…]) proves that it is one; that of the values "
    "for k ≤ N one is small is searched for as forall(N, exists(k, conj(k <= N, A <= B)))",
    "or": "state the side that holds, or write the proof with p.cases()",
}


def found(
    p: Proof,
    goal: Term,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
    tried: bool = False,
) -> Fact:
    """Prove a comparison as :func:`plproof.search.claims.find.find` does, or from the best rate.

    The multipliers of a rate with a root that is weaker than need be are not unique, and no
    functions of the parameters; those of the best one are, and what is larger follows from it.  A
    claim about all members of a sequence follows from one step, by induction, and one about lengths
    from their squares.  ``tried`` says that it was tried as a claim for all numbers of steps.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    open_ = for_every(goal, hypotheses)
    if open_ is not None:
        return p.have(goal, by=[found(p, forall(open_, goal), using, points)(open_)])
    told: NoProof | None = None
    for first in of_first_member(p, goal):
        given, others = p.given, first.others(p)
        try:
            about = found(Proof(p.theorem, others, first.goal), first.goal, using, points)
            first.proved(Proof(p.theorem, given, goal), goal, about)
        except (NotFound, ProofError) as error:
            if isinstance(error, NoProof) and others != given:  # the claims say the same
                error.hint = f"{first.bound} is read as what {first.known.label} says it bounds"
                told = error
            continue
        return first.proved(p, goal, p.have(first.goal, by=[p.fact(about.thm, FOUND)]))

    def search(q: Proof, claim: Term) -> Fact:
        prove = _found if claim == goal else found  # the goal itself without induction
        return prove(q, claim, using, points)

    step = one_step(goal, hypotheses)
    try:
        if step is None:
            fact = None if tried or is_step(goal) else _for_all_numbers(p, goal, using)
            if fact is None:
                fact = by_shift(p, goal, _of_last(using, points))
            if fact is not None:
                return fact
            added = added_step(goal, hypotheses)
            if added is not None:
                with suppress(NoProof):
                    return by_induction(p, goal, added, search)
            inner, fixed = at_variables(goal, hypotheses)
            if inner.op in _NOT_SEARCHED:
                small = not_one_of_them(p, goal, using)
                if small is not None:
                    raise small
                failure = NoProof(Evidence(_COMPARISONS, {}))
                failure.hint = _NOT_SEARCHED[inner.op]
                raise failure
            if _has_parts(inner):
                tried = tried or read(goal, hypotheses) is not None
                return _of_parts(p, inner, fixed, using, points, tried)
            fact = _at_any_number(p, inner, fixed, using, points)
            return _found(p, goal, using, points) if fact is None else fact

        try:
            return by_induction(p, goal, step, search)
        except NoProof as error:
            may_hold = error.evidence.example is None
            fact = _for_all_numbers(p, goal, using) if may_hold else None
            if fact is None and may_hold:
                fact = _of_differences(p, goal, using, points)
            if fact is None:
                raise
            return fact
    except NotFound as error:
        if told is not None and not (isinstance(error, NoProof) and error.evidence.example):
            raise told from None
        if step is None and not (isinstance(error, NoProof) and error.evidence.example):
            known = (tried and goal.op != "all") or is_step(goal)
            seen = None if known else why_not_for_all(p, goal, using)
            if seen is not None:
                seen.hint = unspoken(goal, p.hypotheses())
                raise seen from None
            error.hint = unspoken(goal, p.hypotheses()) or potentials(goal) or error.hint
        raise


def _for_all_numbers(p: Proof, goal: Term, using: Sequence[Any]) -> Fact | None:
    """Prove a claim for every number of steps; None if it is not found.

    Where there is room to spare a potential that does not know how many steps there are is likely,
    and simpler.
    """
    factor = least_multiple(p, goal, using)
    if factor is not None and factor > 1 + _EQUAL:
        return by_all_steps(p, goal, using)
    room = factor is not None and factor < 1 - _EQUAL
    ways = (by_potentials, by_all_steps) if room else (by_all_steps, by_potentials)
    return next((fact for way in ways if (fact := way(p, goal, using)) is not None), None)


def _of_last(using: Sequence[Any], points: Sequence[Term]) -> Way:
    """Return how claims about x_M are proved, by induction or for M from a number on."""

    def prove(p: Proof, moved: Shifted) -> Fact | None:
        if one_step(moved.plain, [fact.claim for fact in p.hypotheses()]) is not None:
            return found(p, moved.plain, using, points)
        return _for_all_numbers(p, moved.goal, using)

    return prove


def _at_any_number(
    p: Proof, goal: Term, fixed: Sequence[Term], using: Sequence[Any], points: Sequence[Term]
) -> Fact | None:
    """Prove a claim about x_k, x_{k+1}, …, for any k, from the steps between them; None if not.

    ``fixed`` are the variables, k among them, for all values of which it is to be proved.  Raises
    NoProof where no more is known of these members than what links them.
    """
    failure: NoProof | None = None
    for read_as in any_steps(p, goal):
        try:
            proved = _found(read_as.proof, read_as.claim, of_any_step(using), points)
        except NoProof as error:
            failure = error
            continue
        if not fixed:
            return p.have(goal, by=[p.fact(read_as.of_members(p, proved.thm), FOUND)])
        with p.fix(*fixed):
            p.have(goal, by=[p.fact(read_as.of_members(p, proved.thm), FOUND)])
        return p.last
    if failure is None or members_by_number([goal, *(fact.claim for fact in p.hypotheses())]):
        return None
    whole = forall(fixed, goal) if fixed else goal
    fact = _for_all_numbers(p, whole, using) if is_step(goal) else None
    if fact is None:
        raise failure
    return fact


def _of_differences(
    p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]
) -> Fact | None:
    """Prove a claim about x_k and x_{k+1} that bounds them by what is the same for all k, if any k
    does; None if not.
    """
    inner, fixed = at_variables(goal, [fact.claim for fact in p.hypotheses()])
    indices = {m.args[1] for v in fixed if v.sort == NAT for m in members_at(inner, v)}
    if len(indices) < 2:
        return None
    try:
        return _at_any_number(p, inner, fixed, using, points)
    except NoProof:
        return None


def _has_parts(goal: Term) -> bool:
    conditional = goal.op == "imp" and goal.args[1] != FALSE
    equation = goal.op == "eq" and goal.args[0].sort.kind in ("Real", "Vec")
    return goal.op == "and" or conditional or equation or lengths(goal) is not None


def _of_parts(
    p: Proof,
    goal: Term,
    fixed: Sequence[Term],
    using: Sequence[Any],
    points: Sequence[Term],
    tried: bool,
) -> Fact:
    """Prove P ∧ Q, "if P then Q", A = B and ‖u‖ ≤ c·‖v‖, for all values of the variables fixed."""
    if fixed:
        with p.fix(*fixed):
            _of_parts(p, goal, (), using, points, tried)
    elif goal.op == "and":
        p.have(goal, by=[found(p, part, using, points) for part in goal.args])
    elif goal.op == "imp":
        condition, claim = goal.args
        given = p.given
        apart = Proof(p.theorem, labelled(given, [condition]), claim)
        known = found(apart, claim, using, points, tried)
        with p.suppose(condition):
            p.have(claim, by=[p.fact(known.thm, FOUND)])
    elif goal.op == "eq":
        _of_equation(p, goal, using, points)
    else:
        _of_lengths(p, goal, using, points)
    assert p.last is not None
    return p.last


def _of_equation(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    """Prove A = B from the equations that are given, or from A ≤ B and B ≤ A, or ‖A − B‖² ≤ 0."""
    given = [h for h in p.hypotheses() if canonical(h.claim).op == "eq"]
    try:
        p.quiet(goal, given)
    except ProofError:
        known = p.given

        def proved(claim: Term) -> list[Fact]:
            apart = found(Proof(p.theorem, known, claim), claim, using, points, tried=True)
            return [p.fact(apart.thm, FOUND)]

        left, right = goal.args
        if left.sort.kind == "Vec":
            zero = p.zero_vector(left - right, by=proved(sq(left - right) <= 0))
            return p.have(goal, by=[zero])
        left, right = as_real(left), as_real(right)
        return p.equal(left, right, by=(proved(left <= right), proved(right <= left)))
    return p.have(goal, by=given)


def _of_lengths(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    """Prove ‖u‖ ≤ c·‖v‖ from what is given as it stands, or from what is found for the squares."""
    asked = lengths(goal)
    assert asked is not None
    given = [h for h in p.hypotheses() if canonical(h.claim).op in ("le", "lt", "eq")]
    try:
        p.quiet(goal, given)
    except ProofError:
        fact = _at_any_number(p, asked.goal, (), using, points)
        if fact is None:
            fact = _found(p, asked.goal, using, points)
        return asked.proved(p, fact)
    return p.have(goal, by=given)


def _found(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    if canonical(body_of(goal)).op == "lt":
        return strictly(p, goal, using, points)
    try:
        return find(p, goal, using, points)
    except (NotFitted, NoProof) as error:
        if isinstance(error, NoProof) and not may_be_weaker(error.evidence):
            raise
        try:
            fact = from_the_best(p, goal, using, points)
        except (NotFound, ProofError):
            fact = None
        if fact is None:
            raise error from None
        return fact
