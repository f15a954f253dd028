"""Gradients that vanish: a differentiable function has none at its minimiser (Fermat, 1638).

The interpolation inequalities of a class speak of ∇f(x*), and carry its rates only where it is
known to be 0; a hypothesis ``Minimiser(f, xs)`` says so in other words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.syntax import eq, grad, norm
from plproof.language.terms import FALSE, Term
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.theory.functions import Differentiable, Minimiser


def stationary(p: Proof) -> list[Fact]:
    """Return ∇f(x*) = 0 for the minimisers x* that the hypotheses name, f differentiable.

    What a hypothesis says itself is left out.
    """
    parts = [(fact.claim, part) for fact in p.hypotheses() for part in parts_of(fact.thm)]
    told = {canonical(part.conclusion) for _, part in parts}
    smooth = {
        part.conclusion.args[0]: whole
        for whole, part in reversed(parts)
        if part.conclusion.op == "def" and part.conclusion.data == Differentiable
    }
    found: dict[Term, Fact] = {}
    for whole, part in parts:
        for f, xs in _minimised(part.conclusion):
            claim = eq(grad(f, xs), 0)
            if f in smooth and claim not in found and canonical(claim) not in told:
                found[claim] = p.fact(_vanishes(f, xs, smooth[f], whole), f"{claim}")
    return list(found.values())


def _minimised(claim: Term) -> Iterator[tuple[Term, Term]]:
    """Yield f and x* where a claim says that x* minimises f, in whatever words."""
    body = claim.data.unfold(claim.args) if claim.op == "def" else claim
    if body.op != "all" or body.data.sort.kind != "Vec":
        return
    for t in body.args[0].args[:2]:
        if t.op == "app" and not t.loose and t.sort == REAL and t.args[1].sort == body.data.sort:
            f, xs = t.args
            meant = Minimiser(f, xs)
            if canonical(meant.data.unfold(meant.args)) == canonical(body):
                yield f, xs


@lru_cache(maxsize=64)
def _vanishes(f: Term, xs: Term, smooth: Term, minimum: Term) -> Thm:
    """Return ∇f(x*) = 0 from two hypotheses, of which one says that f is differentiable.

    A short enough step against the gradient would go below the minimum.
    """
    p = Proof("stationary", {"smooth": smooth, "minimum": minimum}, eq(grad(f, xs), 0))
    differentiable = _part(p, p.smooth, Differentiable(f))
    lowest = _part(p, p.minimum, Minimiser(f, xs))
    delta = fresh_variable("delta", REAL, [smooth, minimum])
    g = grad(f, xs)
    size = norm(g)
    nonnegative, square = p.norm(g)
    with p.cases():
        with p.case(size <= 0) as small:
            p.zero_vector(g, by=[small * nonnegative, square])
        with (
            p.case(0 < size) as positive,
            p.by_contradiction(p.goal),
            p.obtain(differentiable(xs, size / 2), delta) as near,
        ):
            p.have(delta > 0, by=near[0])
            step = delta / size * -g
            short = p.have(norm(step) <= delta, by=p.norm_of_multiple(delta / size, -g))
            lower = p.have(f(xs) <= f(xs + step), by=lowest(xs + step))
            near_linear = near[1](step)[0]
            linear = p.have(near_linear.claim, by=[near_linear, short])
            rest = [size / 2 * short, near[0] * positive, delta / size * square]
            p.have(FALSE, by=[linear, lower, *rest])
    return p.conclude()


def _part(p: Proof, fact: Fact, wanted: Term) -> Fact:
    """Return the part of a fact that says what is wanted."""
    meant = canonical(wanted.data.unfold(wanted.args))
    thm = next(part for part in parts_of(fact.thm) if canonical(opened(part).conclusion) == meant)
    return p.fact(thm, fact.label)
