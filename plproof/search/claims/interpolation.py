"""What smooth classes say of any two points: their interpolation inequalities, with proofs.

A Lipschitz gradient is said with norms, of which a semidefinite program can make nothing; what it
can use follows (Taylor, Hendrickx and Glineur, 2017, Theorem 4).  The theorems of the library about
this are for readers, and these are at hand wherever a search is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from plproof.language.binding import substitute
from plproof.language.printing import to_ascii
from plproof.language.syntax import (
    Function,
    Reals,
    Space,
    Vectors,
    conj,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from plproof.language.terms import Term, number
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, parts_of
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem
from plproof.theory.analysis import SEGMENT
from plproof.theory.functions import Smooth, StronglyConvex

E = Space("E")
f = Function("f", E)
x, y, v = Vectors("x y v", E)
L, mu, t = Reals("L mu t")
change = grad(f, x) - grad(f, y)


def interpolated(p: Proof, using: Sequence[Any] = ()) -> list[Fact]:
    """Return the interpolation inequalities of the functions that the hypotheses call smooth.

    Where theorems about smooth functions are offered, those count, and there are none.
    """
    if is_told(using):
        return []
    return [
        p.fact(fact.thm, label)
        for label, (g, beta) in _members(p.hypotheses(), Smooth)
        if (fact := _strongest(p, g, beta)) is not None
    ]


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
        if not _is_known(p, 0 < beta):
            return (
                f"what {label} says of any two points is used where {beta} > 0 is known: add it to "
                f"the hypotheses, as in positive={to_ascii(0 < beta)}"
            )
        for _, (h, low) in _members(hypotheses, StronglyConvex):
            if h == g and not _is_known(p, low <= beta):
                return (
                    f"of {label} and that {g} is {low}-strongly convex more is used where "
                    f"{low} ≤ {beta} is known: add it to the hypotheses, as in "
                    f"order={to_ascii(low <= beta)}"
                )
    return ""


def _is_known(p: Proof, claim: Term) -> bool:
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
    tried = [(_of_strongly_convex(), low) for low in curved if low != number(0)]
    tried += [(_of_convex(), low) for low in curved]
    for theorem, low in (*tried, (_of_smooth(), number(0))):
        try:
            return p.use(theorem, {f: g, L: beta, mu: low})
        except ProofError:  # as where it is not known that μ < L
            continue
    return None


# ---------------------------------------------------------------- quadratic bounds
def _lipschitz(p: Proof, start: Term, way: Term, point: Term, share: Term, bound: Term) -> None:
    """Prove ⟨∇f(start + t·way), way⟩ ≤ bound for 0 ≤ t ≤ 1, at the share of the way from a point.

    There ⟨∇f(·) − ∇f(point), way⟩ ≤ L·share·‖way‖².
    """
    with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
        here = start + t * way
        changed = grad(f, here) - grad(f, point)
        slow = p.have(norm(changed) <= L * norm(here - point), by=p.smooth(here, point))
        near = p.have(norm(here - point) <= share * norm(way), by=p.norm_of_multiple(share, way))
        long, square = p.norm(way)
        by: list[Any] = [
            p.cauchy_schwarz(changed, way),
            slow * long,
            L * near * long,
            L * share * square,
        ]
        growth = p.have(ip(changed, way) <= L * share * sq(way), by=by)
        p.have(ip(grad(f, here), way) <= bound, by=growth)


@cache
def _upper() -> Theorem:
    theorem = Theorem(
        "A smooth function lies below its quadratic upper bound",
        given={"positive": L > 0, "smooth": Smooth(f, L)},
        claim=forall([x, v], f(x + v) <= f(x) + ip(grad(f, x), v) + L / 2 * sq(v)),
    )

    @theorem.proof
    def _(p: Proof) -> None:
        with p.fix(x, v):
            slope, size = ip(grad(f, x), v), L * sq(v)
            _lipschitz(p, x, v, x, t, slope + size * t)
            by = p.axiom(SEGMENT, f, x, v, slope, size)
            p.have(f(x + v) <= f(x) + slope + L / 2 * sq(v), by=by)

    return theorem


@cache
def _lower() -> Theorem:
    below = f(y) >= f(x) + ip(grad(f, x), y - x) - L / 2 * sq(y - x)
    theorem = Theorem(
        "A smooth function lies above its quadratic lower bound",
        given={"positive": L > 0, "smooth": Smooth(f, L)},
        claim=forall([x, y], below),
    )

    @theorem.proof
    def _(p: Proof) -> None:
        with p.fix(x, y):  # the segment is run through backwards, from y to x
            back, size = x - y, L * sq(x - y)
            slope = ip(grad(f, x), back) + size
            _lipschitz(p, y, back, x, 1 - t, slope + (-size) * t)
            p.have(below, by=p.axiom(SEGMENT, f, y, back, slope, -size))

    return theorem


# ---------------------------------------------------------------- between two points
Lower = Callable[[Proof], Callable[[Term, Term], Any]]


def _between(given: dict[str, Term], claim: Term, low: Term, lower: Lower) -> Theorem:
    """Return the theorem: the upper bound from x and the lower one from y meet at a point z, where
    f has the curvature L and ``low``.
    """
    theorem = Theorem(
        "Two points of a smooth function satisfy the interpolation inequality",
        given={"positive": L > 0, "smooth": Smooth(f, L), **given},
        claim=forall([x, y], claim),
    )

    @theorem.proof
    def _(p: Proof) -> None:
        upper, below = p.use(_upper()), lower(p)
        z = (L * x - low * y - change) / (L - low)

        def by(a: Term, b: Term) -> list[Any]:
            there = substitute(z, {x: a, y: b})
            return [upper(a, there - a), below(b, there)]

        p.have(theorem.claim, by=by)

    return theorem


@cache
def _of_smooth() -> Theorem:
    claim = f(x) - f(y) >= (
        ip(grad(f, x) + grad(f, y), x - y) / 2 + sq(change) / (4 * L) - L / 4 * sq(x - y)
    )
    return _between({}, claim, -L, lambda p: p.use(_lower()))


@cache
def _of_convex() -> Theorem:
    claim = f(x) >= f(y) + ip(grad(f, y), x - y) + sq(change) / (2 * L)
    given = {"curvature": mu >= 0, "convex": StronglyConvex(f, mu)}
    return _between(given, claim, number(0), lambda p: p.convex)


@cache
def _of_strongly_convex() -> Theorem:
    rest = sq(change) + mu * L * sq(x - y) - 2 * mu * ip(change, x - y)
    claim = f(x) >= f(y) + ip(grad(f, y), x - y) + rest / (2 * (L - mu))
    given = {"order": mu < L, "convex": StronglyConvex(f, mu)}
    return _between(given, claim, mu, lambda p: p.convex)
