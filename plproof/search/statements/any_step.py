"""Claims about x_k, x_{k+1}, … for any number k: these members become points of their own.

[untrusted: the kernel checks what comes back]

What is proved of any points that are linked as the steps link them is true of the members of the
sequence from the k-th on.  So one step of a method, or a few, is a statement about points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables, rebuild, subterms
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.search.statements.instances import parts
from plproof.search.statements.members import is_point

#: members more than this many steps apart are not written out
_FAR = 12
#: what to do about members that are not written out
SOME_STEPS = "with a number of steps, x[3] in place of x[N], it is seen what a few steps carry"


@dataclass(frozen=True)
class AnyStep:
    """A claim about points; ``members`` says which members of sequences they stand for.

    ``proof`` has the hypotheses, and those for all k at the steps between the members, about the
    points; ``told`` are these about the members.
    """

    proof: Proof
    claim: Term
    members: dict[Term, Term]
    told: dict[Term, Fact]

    def of_members(self, p: Proof, thm: Thm) -> Thm:
        """Return what a theorem about the points says of the members."""
        used = [claim for claim in self.told if claim in thm.hypotheses]
        for claim in reversed(used):
            thm = rules.discharge(thm, hypothesis=claim)
        for point in reversed(list(self.members)):
            thm = rules.generalise(thm, variable=point)
        for member in self.members.values():
            thm = rules.instantiate(thm, value=member)
        for claim in used:
            wanted, known = thm.conclusion.args[0], self.told[claim].thm
            if known.conclusion != wanted:  # x[k + 1 + 1] for x[k + 2]
                known = p.quiet(wanted, [self.told[claim]]).thm
            thm = rules.modus_ponens(thm, known)
        return thm


def any_steps(p: Proof, goal: Term) -> Iterator[AnyStep]:
    """Yield readings of a claim about members x_{k+a}, …, x_{k+b}, k a variable, as one of points.

    First with the steps between them alone, then with those from the k-th point on.
    """
    numbers = _counts(goal)
    if len(numbers) != 1:
        return
    (k,) = numbers
    places = [offset(m.args[1], k) for m in members_at(goal, k)]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return
    low, high = min(known), max(known)
    for first in dict.fromkeys((low, 0)):
        if high - first <= _FAR:
            read = _read(p, goal, k, range(first, max(high, first + 1)))
            if any(said != fact.claim for said, fact in read.told.items()):
                yield read


def is_step(goal: Term) -> bool:
    """Say whether a claim compares x_k with x_{k+1} or a later member, for any k, and no other."""
    inner, _ = at_variables(goal)
    numbers = _counts(inner)
    places = {offset(m.args[1], k) for k in numbers for m in members_at(inner, k)}
    return len(numbers) == 1 and len(places) > 1 and not members_by_number([inner])


def for_every(goal: Term, others: Sequence[Term]) -> Term | None:
    """Return k where a claim about x_k and members as x₀ leaves k open, and the others say nothing
    of it: it is the claim for all k.  None for another claim.
    """
    if goal.op == "all" or not members_by_number([goal]):
        return None
    known = free_variables(others)
    numbers = _counts(goal)
    return numbers[0] if len(numbers) == 1 and numbers[0] not in known else None


def not_written_out(goal: Term, others: Sequence[Term]) -> str:
    """Return which members of sequences are not written out as points, their number being open.

    What the other hypotheses say of these is not seen then; "" where there are none.
    """
    inner, _ = at_variables(goal)
    known = free_variables(others)
    for v in _counts(inner):
        far = [m for m in members_at(inner, v) if m.args[0] in known]
        if far:
            return (
                f"{far[0]} is as many steps from the first member as {v} says, and the members "
                f"between are not written out; tried are a few steps from any {far[0].args[0]}, "
                f"induction, and multipliers and bounds that are functions of {v}"
            )
    return ""


def _counts(t: Term) -> list[Term]:
    """Return the natural variables that numbers of members of sequences speak of."""
    return [v for v in free_variables(t) if v.sort == NAT and members_at(t, v)]


def members_at(t: Term, k: Term) -> list[Term]:
    """Return the members of sequences of points at a number that speaks of k."""
    return [s for s in subterms(t) if is_point(s) and k in free_variables(s.args[1])]


def members_by_number(terms: Sequence[Term]) -> list[Term]:
    """Return the members of sequences of points at numbers, as x₀."""
    found = (s for t in terms for s in subterms(t) if is_point(s))
    return [s for s in found if s.args[1].op == "num"]


def of_any_step(using: Sequence[Any]) -> list[Any]:
    """Return what is offered but for facts about members of sequences, which are told anew."""
    return [u for u in using if not (isinstance(u, Fact) and any(map(is_point, subterms(u.claim))))]


def offset(index: Term, k: Term) -> int | None:
    """Return c where a natural number is written as k + c, None for another."""
    if index == k:
        return 0
    if index.op != "add":
        return None
    others = [t for t in index.args if t.op != "num"]
    within = offset(others[0], k) if len(others) == 1 else None
    added = sum(int(t.data) for t in index.args if t.op == "num")
    return None if within is None else within + added


def _read(p: Proof, goal: Term, k: Term, steps: Sequence[int]) -> AnyStep:
    given = p.given
    taken, members = [goal, *given.values()], dict[Term, Term]()
    if not members_by_number([goal]):  # what is said of x₀ is nothing about x_k
        given = {name: h for name, h in given.items() if not members_by_number([h])}
    points: dict[tuple[Term, int], Term] = {}

    def point(t: Term, depth: int) -> Term | None:
        place = offset(t.args[1], k) if is_point(t) else None
        if place is None:
            return None
        key = (t.args[0], place)
        if key not in points:
            points[key] = fresh_variable(f"{t.args[0].data}{place}", t.sort, [*taken, *members])
            members[points[key]] = t
        return points[key]

    claim = rebuild(goal, point)
    told: dict[Term, Fact] = {}
    for n in steps:
        for fact in told_at(p, k if n == 0 else k + n):
            if k in free_variables(fact.claim):
                told.setdefault(rebuild(fact.claim, point), fact)
    return AnyStep(Proof(p.theorem, labelled(given, told), claim), claim, members, told)


def labelled(given: Mapping[str, Term], claims: Iterable[Term]) -> dict[str, Term]:
    """Return hypotheses and more, under labels that are none of theirs."""
    found = dict(given)
    for claim in claims:
        label = f"{claim}"
        while label in found:  # two variables may have one name
            label += "'"
        found[label] = claim
    return found


def told_at(p: Proof, k: Term) -> list[Fact]:
    """Return what the hypotheses for all natural numbers say at one of them."""
    found = []
    for fact in (part for h in p.hypotheses() for part in parts(h)):
        claim = opened(fact.thm).conclusion
        if claim.op == "all" and claim.data.sort == NAT:
            found += parts(fact(k))
    return found
