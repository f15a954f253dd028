"""Two points of a function of a class: the theorems about it, with proofs.

Interpolation inequalities (Taylor, Hendrickx and Glineur, 2017, Theorem 4) and tangents.  Those of
the library about this are for readers, and these are at hand wherever a search is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from plproof.language.binding import substitute
from plproof.language.syntax import (
    Function,
    Reals,
    Space,
    Vectors,
    conj,
    exists,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from plproof.language.terms import FALSE, Term, number
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem
from plproof.theory.analysis import SEGMENT
from plproof.theory.functions import Convex, Differentiable, Smooth, StronglyConvex

E = Space("E")
f = Function("f", E)
x, y, v = Vectors("x y v", E)
L, mu, t, n, delta = Reals("L mu t n delta")
change = grad(f, x) - grad(f, y)


# ---------------------------------------------------------------- tangents
@cache
def _part() -> Theorem:
    theorem = Theorem(
        "Some positive part of n ≥ 0 is at most δ > 0",
        given={"positive": delta > 0, "sign": n >= 0},
        claim=exists(t, conj(t > 0, t <= 1, t * n <= delta)),
    )

    @theorem.proof
    def _(p: Proof) -> None:
        whole = delta + n + 1
        p.have(whole > 0, by=[p.positive, p.sign])
        p.have(delta / whole > 0)
        p.have(delta / whole <= 1, by=1 / whole * p.sign)
        p.have(delta / whole * n <= delta, by=delta / whole * p.positive)
        p.exhibit(theorem.claim, delta / whole)

    return theorem


@cache
def above_tangents() -> Theorem:
    """Return that f(x + tv) − f(x) ≤ t(f(x + v) − f(x)), which is t⟨∇f(x), v⟩ for small t."""
    theorem = Theorem(
        "A differentiable convex function lies above its tangents",
        given={"differentiable": Differentiable(f), "convex": Convex(f)},
        claim=StronglyConvex(f, 0),
    )

    @theorem.proof
    def _(p: Proof) -> None:
        with p.fix(x, y):
            way = y - x
            slope = ip(grad(f, x), way)
            missing = f(x) + slope - f(y)
            above = f(y) >= f(x) + slope + number(0) / 2 * sq(way)
            with p.cases():
                with p.case(missing <= 0) as small:
                    p.have(above, by=small)
                with p.case(0 < missing) as wrong, p.by_contradiction(above):
                    _not_below(p, way, missing, wrong)
        p.have(theorem.claim, by=[p.differentiable, p.last])

    return theorem


def _not_below(p: Proof, way: Term, missing: Term, wrong: Fact) -> None:
    """Prove ⊥ from 0 < missing, by what f does near x, less than half of that away."""
    long, _ = p.norm(way)
    size = norm(way) + 1
    p.have(size > 0, by=long)
    allowed = missing / (2 * size)
    p.have(allowed > 0, by=wrong)
    with p.obtain(p.differentiable(x, allowed), delta) as near:
        p.have(delta > 0, by=near[0])
        with p.obtain(p.use(_part(), {n: norm(way)}), t) as part:
            ahead = p.have(t > 0, by=part[0])
            short = p.have(norm(t * way) <= t * norm(way), by=p.norm_of_multiple(t, way))
            close = p.have(norm(t * way) <= delta, by=[short, part[1][1]])
            linear = near[1](t * way)[1]
            linear = p.have(linear.claim, by=[linear, close])
            most = (1 - t) * f(x) + t * f(y)
            inside: list[Any] = [p.convex(x, y, t), ahead, part[1][0]]
            between = p.have(f((1 - t) * x + t * y) <= most, by=inside)
            low = p.have(f(x + t * way) <= most, by=between)
            known: list[Any] = [low, linear, allowed * short]
            gap = p.have(t * missing <= allowed * (t * norm(way)), by=known)
            share = (norm(way) + 2) / (2 * size)
            p.have(share > 0, by=long)
            half = p.have(allowed * norm(way) < missing, by=share * wrong)
            p.have(FALSE, by=[gap, t * half])


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
def of_smooth() -> Theorem:
    """Return what is true of two points of an L-smooth function, convex or not."""
    claim = f(x) - f(y) >= (
        ip(grad(f, x) + grad(f, y), x - y) / 2 + sq(change) / (4 * L) - L / 4 * sq(x - y)
    )
    return _between({}, claim, -L, lambda p: p.use(_lower()))


@cache
def of_convex() -> Theorem:
    """Return what is true of two points of an L-smooth, convex function: μ ≥ 0 is enough."""
    claim = f(x) >= f(y) + ip(grad(f, y), x - y) + sq(change) / (2 * L)
    given = {"curvature": mu >= 0, "convex": StronglyConvex(f, mu)}
    return _between(given, claim, number(0), lambda p: p.convex)


@cache
def of_segments() -> Theorem:
    """Return the same of a function that is convex as segments say it."""
    theorem = Theorem(
        "Two points of a smooth function that is convex satisfy the interpolation inequality",
        given={"positive": L > 0, "smooth": Smooth(f, L), "convex": Convex(f)},
        claim=of_convex().claim,
    )

    @theorem.proof
    def _(p: Proof) -> None:
        p.have(StronglyConvex(f, 0), by=p.use(above_tangents()))
        p.have(theorem.claim, by=p.use(of_convex(), {mu: number(0)}))

    return theorem


@cache
def of_strongly_convex() -> Theorem:
    """Return what is true of two points of an L-smooth, μ-strongly convex function, μ < L."""
    rest = sq(change) + mu * L * sq(x - y) - 2 * mu * ip(change, x - y)
    claim = f(x) >= f(y) + ip(grad(f, y), x - y) + rest / (2 * (L - mu))
    given = {"order": mu < L, "convex": StronglyConvex(f, mu)}
    return _between(given, claim, mu, lambda p: p.convex)
