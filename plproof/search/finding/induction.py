"""Rates for every k: A(x_k) ≤ qᵏ·B from one step, A(x_{k+1}) ≤ q·A(x_k), by induction.

[untrusted: the kernel's ``induction`` checks what comes back]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plproof.language.binding import fresh_variable, open_binder
from plproof.language.sorts import NAT
from plproof.language.terms import Term, as_real, free_variables, number, rebuild
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.proof.shortened import short
from plproof.search.all_steps.claim import sides_of
from plproof.search.counterexamples.evidence import Evidence, NoProof
from plproof.search.finding.worst import falsified
from plproof.search.statements.members import members_of
from plproof.search.statements.parameters import constants, evaluated, region

Search = Callable[[Proof, Term], Fact]


@dataclass(frozen=True)
class OneStep:
    """The step of a claim A(k) ≤ B(k) with B(k + 1) = ``factor``·B(k), None for the factor 1.

    ``base`` is the claim at 0, ``start`` that with x₁ for x[0 + 1]; ``claim`` says that A(k + 1) is
    at most factor·A(k), and ``following`` is the claim at k + 1.  ``alone`` says that B speaks of
    no member, as a bound of all values may.
    """

    k: Term
    factor: Term | None
    base: Term
    start: Term
    claim: Term
    following: Term
    alone: bool


def one_step(goal: Term, others: Sequence[Term] = ()) -> OneStep | None:
    """Return the step of a claim ∀k. A(k) ≤ B(k) about members x_k of sequences, or None.

    B is to be the same for all k, or something times a power qᵏ; ``others`` are kept apart.
    """
    if goal.op != "all" or goal.data.sort != NAT:
        return None
    k = fresh_variable(goal.data.name, NAT, [goal, *others])
    now, then = sides_of(open_binder(goal, k)), sides_of(open_binder(goal, k + 1))
    if now is None or then is None:
        return None
    here, bound = now
    if not speaks_of(here, k) or speaks_of(bound, k):
        return None
    factor = _factor(bound, k)
    if factor is None:
        return None
    same = factor == number(1)
    claim = then[0] <= (here if same else factor * here)
    base, following = open_binder(goal, number(0, NAT)), open_binder(goal, k + 1)
    alone = same and not members_of(bound)
    return OneStep(k, None if same else factor, base, worked_out(base), claim, following, alone)


def added_step(goal: Term, others: Sequence[Term] = ()) -> OneStep | None:
    """Return the step A(k + 1) ≤ A(k) + (B(k + 1) − B(k)) of ∀k. A(k) ≤ B(k), or None.

    What depends on k in B is to be summands of numbers, as k·γ²·c in ‖x_0 − x*‖² + k·γ²·c.
    """
    if goal.op != "all" or goal.data.sort != NAT:
        return None
    k = fresh_variable(goal.data.name, NAT, [goal, *others])
    now, then = sides_of(open_binder(goal, k)), sides_of(open_binder(goal, k + 1))
    if now is None or then is None or not speaks_of(now[0], k):
        return None
    pairs = [(a, b) for a, b in zip(*map(_summands, (now[1], then[1])), strict=True) if a != b]
    if not pairs or any(members_of(a) for a, _ in pairs):
        return None
    bound = now[0]
    for before, after in pairs:
        bound = bound + (as_real(after) - as_real(before))
    base, following = open_binder(goal, number(0, NAT)), open_binder(goal, k + 1)
    claim = then[0] <= bound
    return OneStep(k, None, base, worked_out(base), claim, following, alone=False)


def _summands(t: Term) -> tuple[Term, ...]:
    return t.args if t.op == "add" else (t,)


def worked_out(claim: Term) -> Term:
    """Return a claim with sums and products of natural numbers as numbers."""

    def value(t: Term, depth: int) -> Term | None:
        if t.sort != NAT or t.op not in ("add", "mul") or t.loose:
            return None
        known = evaluated(as_real(t))
        return None if known is None else number(known, NAT)

    return rebuild(claim, value)


def by_induction(p: Proof, goal: Term, step: OneStep, search: Search) -> Fact:
    """Prove the goal by induction; ``search`` proves a comparison.

    Raises NoProof, which says what part was not found, and whether a few steps of the method
    already contradict the claim.
    """
    given = p.given
    apart = Proof(p.theorem, given, goal)  # what fails there leaves nothing behind
    try:
        if step.alone:  # it may be so of all points
            with suppress(NoProof):
                return p.have(goal, by=[p.fact(search(apart, goal).thm, FOUND)])
            apart = Proof(p.theorem, given, goal)
        start = _part(apart, "start", step.start, search)
        once = _part(apart, "step", step.claim, search)
        sign = None if step.factor is None else _sign(apart, step.factor, search)
    except NoProof as error:
        raise refuted(given, goal) or error from None
    with p.induction(goal):
        with p.base():
            p.have(step.base, by=[p.fact(start.thm, FOUND)])
        with p.step(step.k) as before:
            one = p.have(step.claim, by=[p.fact(once.thm, FOUND)])
            kept = before if sign is None else p.have(sign.claim, by=[sign]) * before
            p.have(step.following, by=[one, kept])
    assert p.last is not None
    return p.last


def _sign(p: Proof, factor: Term, search: Search) -> Fact:
    """Return that the factor is not negative, from what is said of numbers if that will do."""
    claim = factor >= 0
    known = region([h.claim for h in p.hypotheses()], constants([claim]))
    about = [h for h in p.hypotheses() if h.claim in known]
    return _part(p, "factor", claim, search, about)


def _part(
    p: Proof,
    what: str,
    claim: Term,
    search: Search,
    about: Sequence[Fact] = (),
) -> Fact:
    """Prove a part of the induction as it stands, else by the search.

    What is said of the part where it is not found is not said of the claim.
    """
    for by in ([], about) if about else ([],):
        try:
            return p.quiet(claim, by)
        except ProofError:
            continue
    try:
        return search(p, claim)
    except NoProof as error:
        failure = NoProof(
            Evidence(f"by induction, whose {what} is not found, {short(claim)}: {error}", {})
        )
        failure.hint = error.hint
        raise failure from None


def refuted(
    given: Mapping[str, Term],
    goal: Term,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
) -> NoProof | None:
    """Return the failure that names a function with which the claim is false, if one is found."""
    case = falsified(list(given.values()), goal, using, points)
    if case is None:
        return None
    shown = {f"{v}": f"{Fraction(c)}" for v, c in case.parameters.items()}
    return NoProof(Evidence("", shown, example=case))


def speaks_of(t: Term, k: Term) -> bool:
    """Say whether a term speaks of the k-th member of a sequence."""
    return any(k in free_variables(m) for m in members_of(t))


def _factor(bound: Term, k: Term) -> Term | None:
    """Return q where the bound at k + 1 is q times the bound at k, as qᵏ·c or q²ᵏ·c; or None."""
    if k not in free_variables(bound):
        return number(1)
    if bound.op == "pow":
        base, exponent = bound.args
        if k in free_variables(base):
            return None
        if exponent == k:
            return as_real(base)
        times = [a for a in exponent.args if a != k] if exponent.op == "mul" else []
        if len(times) == 1 and len(exponent.args) == 2 and times[0].op == "num":
            return as_real(base) ** times[0]
    if bound.op == "mul":
        found = [q for a in bound.args if (q := _factor(a, k)) != number(1)]
        if len(found) <= 1:  # 1ᵏ·c is the same for all k
            return found[0] if found else number(1)
    if bound.op == "div" and k not in free_variables(bound.args[1]):
        return _factor(bound.args[0], k)
    return None


def potentials(goal: Term) -> str:
    """Return a hint for a claim about all members of a sequence of which one step says nothing."""
    if goal.op != "all" or goal.data.sort != NAT:
        return ""
    k = fresh_variable(goal.data.name, NAT, [goal])
    if not speaks_of(open_binder(goal, k), k):
        return ""
    return (
        "for all k what follows from one step is tried: a bound q**k * c, or one that is the same "
        "for all k, as of a potential, k*(f(x[k]) - f(xs)) + L/2*sq(x[k] - xs) <= L/2*sq(x[0] - xs)"
    )
