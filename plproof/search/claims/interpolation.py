"""What classes of functions say of any two points: inequalities that need not be offered.

A Lipschitz gradient is said with norms and convexity with segments, of which a semidefinite program
can make nothing; what it can use follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from plproof.language.printing import to_ascii
from plproof.language.terms import Term, number
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, parts_of
from plproof.proof.script import Proof
from plproof.search.claims.class_theorems import (
    L,
    above_tangents,
    f,
    mu,
    of_convex,
    of_segments,
    of_smooth,
    of_strongly_convex,
)
from plproof.theory.functions import Convex, Differentiable, Smooth, StronglyConvex


def interpolated(p: Proof, using: Sequence[Any] = ()) -> list[Fact]:
    """Return the interpolation inequalities of the functions that the hypotheses call smooth, and
    that others lie above their tangents which they call convex and differentiable.

    Where theorems about smooth functions are offered, those count, and there are none.
    """
    if is_told(using):
        return []
    hypotheses, found = p.hypotheses(), []
    smooth = {g for _, (g, _) in _members(hypotheses, Smooth)}
    for label, (g, beta) in _members(hypotheses, Smooth):
        fact = _strongest(p, g, beta)
        if fact is not None:
            found.append(p.fact(fact.thm, label))
    for label, (g,) in _members(hypotheses, Convex):
        if g not in smooth and _is_differentiable(hypotheses, g):
            found.append(p.fact(p.use(above_tangents(), {f: g}).thm, label))
    return found


def used_by_itself(hypotheses: Sequence[Fact]) -> set[str]:
    """Return the labels of hypotheses that say more of two points than they seem to."""
    smooth = {label for label, _ in _members(hypotheses, Smooth)}
    convex = _members(hypotheses, Convex)
    return smooth | {label for label, (g,) in convex if _is_differentiable(hypotheses, g)}


def _is_differentiable(hypotheses: Sequence[Fact], g: Term) -> bool:
    return any(h == g for _, (h,) in _members(hypotheses, Differentiable))


def is_told(using: Sequence[Any]) -> bool:
    """Say whether a theorem about smooth functions is among those offered."""
    stated = (u.statement.hypotheses for u in using if not isinstance(u, Fact))
    return any(h.op == "def" and h.data == Smooth for told in stated for _, h in told)


def not_interpolated(hypotheses: Sequence[Fact], goal: Term) -> str:
    """Return a hint where something about constants is lacking, without which nothing, or less, is
    said of two points; "" where nothing is.
    """
    p = Proof("classes", {fact.label: fact.claim for fact in hypotheses}, goal)
    for label, (g, beta) in _members(hypotheses, Smooth):
        if not is_known(p, 0 < beta):
            return (
                f"what {label} says of any two points is used where {beta} > 0 is known: add it to "
                f"the hypotheses, as in positive={to_ascii(0 < beta)}"
            )
        for _, (h, low) in _members(hypotheses, StronglyConvex):
            if h == g and not is_known(p, low <= beta):
                return (
                    f"of {label} and that {g} is {low}-strongly convex more is used where "
                    f"{low} ≤ {beta} is known: add it to the hypotheses, as in "
                    f"order={to_ascii(low <= beta)}"
                )
    return ""


def is_known(p: Proof, claim: Term) -> bool:
    """Say whether a claim about constants follows from the hypotheses about them."""
    try:
        p.quiet(claim)
    except ProofError:
        return False
    return True


def constants_of_classes(hypotheses: Sequence[Fact]) -> list[tuple[Term, ...]]:
    """Return μ and L for the functions that are called strongly convex and smooth with these."""
    return [
        (low, beta)
        for _, (g, beta) in _members(hypotheses, Smooth)
        for _, (h, low) in _members(hypotheses, StronglyConvex)
        if g == h
    ]


def _members(hypotheses: Sequence[Fact], of: object) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """Yield the hypotheses that a function is of a class: their labels and what they speak of."""
    for fact in hypotheses:
        for part in parts_of(fact.thm):
            if part.conclusion.op == "def" and part.conclusion.data == of:
                yield fact.label, part.conclusion.args


def _strongest(p: Proof, g: Term, beta: Term) -> Fact | None:
    """Return the strongest of the inequalities that g, of smoothness β, is known to satisfy."""
    curved = [low for _, (h, low) in _members(p.hypotheses(), StronglyConvex) if h == g]
    tried = [(of_strongly_convex(), low) for low in curved if low != number(0)]
    tried += [(of_convex(), low) for low in curved]
    tried += [(of_segments(), number(0)) for _, (h,) in _members(p.hypotheses(), Convex) if h == g]
    for theorem, low in (*tried, (of_smooth(), number(0))):
        try:
            return p.use(theorem, {f: g, L: beta, mu: low})
        except ProofError:  # as where it is not known that μ < L
            continue
    return None
