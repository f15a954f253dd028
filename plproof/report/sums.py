"""The sums that a proof comes from: of its claim, of what that follows from, of steps it uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.printing import UNICODE
from plproof.language.terms import Term
from plproof.proof.written import NotWritten, written_out
from plproof.report.certificates import (
    Names,
    carries,
    compared_squares,
    factored,
    is_premise,
    slack_of,
)
from plproof.report.detours import direct

#: so many steps without a name are explained beside the claim that uses them
_STEPS = 4
#: what a fact that stands for itself ends in
_FACTS = ("assume", "axiom", "instantiate", "conjunct", "modus_ponens")


@dataclass(frozen=True)
class Certificate:
    """A sum, ``top``, that proves the comparison ``goal`` once ``equations`` are put into it.

    What is equal by an equation is replaced from the left to the right.  ``says`` is what is shown
    of it, None for the claim itself, and ``lead`` how that comes in.  ``itself`` is the fact that
    the sum is, where it is one alone.
    """

    top: Thm
    goal: Term
    equations: tuple[Term, ...] = ()
    says: Term | None = None
    lead: str = ""
    itself: Thm | None = None

    def names(self, names: Names) -> Names:
        """Return the names for its facts: one that stands for itself is not called as the claim."""
        return names if self.itself is None else names.without(self.itself)


def certificates(thm: Thm, names: Names) -> tuple[list[Certificate], tuple[str, ...]]:
    """Return the sums that a theorem comes from, then those of steps without a name they use.

    With them the names of such steps that are none of these, being too many or no sums.  No sums
    where the theorem is proved in another way, as by induction.
    """
    found = list(_reached(thm))
    seen: dict[int, str] = {}
    waiting = list(found)
    left: dict[str, None] = {}
    while waiting:
        c = waiting.pop(0)
        for name, step in _steps_in(c, c.names(names)):
            if id(step) in seen:
                continue
            seen[id(step)] = name
            sums = list(_reached(step))
            if len(sums) != 1 or len(seen) > _STEPS:
                left[name] = None
                continue
            found.append(replace(sums[0], says=step.conclusion, lead=f"{name}: "))
            waiting.append(found[-1])
    return found, tuple(left)


def _steps_in(c: Certificate, names: Names) -> Iterator[tuple[str, Thm]]:
    """Yield the steps without a name of their own that a sum shows, with what they are called."""
    for s in c.top.data["summands"]:
        _, factors = factored(c.top, s, names, UNICODE)
        for _, fact, _ in factors:
            called = None if fact is None else names.step(fact)
            if called is not None and called[0].startswith("("):
                yield called


def _reached(thm: Thm) -> Iterator[Certificate]:
    """Yield the sums that a theorem comes from by rewriting and rearranging alone, if it does."""
    goal, equations = None, list[Term]()
    while True:
        thm = direct(thm)
        if goal is None and _is_comparison(thm.conclusion):
            goal = thm.conclusion
        if thm.rule == "rewrite":
            equations.append(thm.premises[0].conclusion)
            thm = thm.premises[1]
            continue
        if thm.rule == "convert" and thm.conclusion.op == "def":
            yield from _from(thm.premises, ["that is, "])
            return
        if carries(thm):
            thm = thm.premises[0]
            continue
        break
    if thm.rule in ("antisymmetry", "conjunction"):
        first = "since " if thm.rule == "antisymmetry" else "first "
        yield from _from(thm.premises, [first, "and "])
        return
    smaller = thm.premises[0] if thm.rule == "definite" else compared_squares(thm)
    if smaller is not None:
        yield from _from([_of_squares(smaller)], ["since "])
        return
    if goal is None:
        return
    top = _sum(thm)
    if top is None:
        return
    only = None if thm.rule in _FACTS else _rearranged(top)
    inner = [] if only is None else list(_reached(only))
    if len(inner) == 1 and inner[0].says is None:
        yield replace(inner[0], goal=goal, equations=(*equations, *inner[0].equations))
    elif inner and not equations:
        yield from inner
    else:
        itself = thm if thm.rule in _FACTS else None
        yield Certificate(top, goal, tuple(equations), itself=itself)


def _from(premises: Sequence[Thm], leads: Sequence[str]) -> Iterator[Certificate]:
    """Yield the sums of premises that a claim follows from, all of them or none."""
    sums = [list(_reached(p)) for p in premises]
    if all(sums):
        for premise, lead, found in zip(premises, leads, sums, strict=False):
            first, *others = found
            says = premise.conclusion if first.says is None else first.says
            yield replace(first, says=says, lead=lead)
            yield from others


def _sum(thm: Thm) -> Thm | None:
    """Return a theorem as one by ``combine``: a sum, or a fact that stands for itself."""
    if thm.rule == "combine":
        return thm
    try:
        if thm.rule == "gram":
            return written_out(thm)
        if thm.rule in _FACTS:
            return combine(thm, goal=thm.conclusion, summands=(Summand(Fraction(1), (0,)),))
    except (NotWritten, KernelError):
        return None
    return None


def _is_comparison(t: Term) -> bool:
    return canonical(t).op in ("le", "lt", "eq")


def _rearranged(top: Thm) -> Thm | None:
    """Return the premise that a sum only writes in another way, None where it adds to it."""
    summands = top.data["summands"]
    if len(summands) != 1 or not is_premise(summands[0]):
        return None
    only = top.premises[summands[0].premises[0]]
    same = canonical(only.conclusion).op == canonical(top.conclusion).op == "eq"
    return only if same or canonical(only.conclusion).op in ("le", "lt") else None


def _of_squares(smaller: Thm) -> Thm:
    """Return ‖u‖² ≤ c²·‖v‖² for ‖u‖·‖u‖ ≤ (c·‖v‖)·(c·‖v‖): what roots are is left out."""
    summands: Sequence[Summand] = smaller.data["summands"] if smaller.rule == "combine" else ()
    rest = [s for s in summands if not _is_root(s, smaller.premises)]
    if len(rest) != 1 or not is_premise(rest[0]):
        return smaller
    return smaller.premises[rest[0].premises[0]]


def _is_root(s: Summand, premises: Sequence[Thm]) -> bool:
    return len(s.premises) == 1 and is_root(premises[s.premises[0]])


def is_root(thm: Thm) -> bool:
    """Say whether a theorem is √t·√t = t, for t ≥ 0."""
    while thm.rule in ("conjunct", "modus_ponens"):
        thm = thm.premises[0]
    return thm.rule == "square_root"


__all__ = ["Certificate", "certificates", "is_root", "slack_of"]
