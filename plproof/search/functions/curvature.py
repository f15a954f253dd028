"""Which second derivatives a class of functions allows, found by trying quadratics on it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.language.terms import Term, free_variables, subterms
from plproof.search.functions.interpolant import Curvatures
from plproof.search.functions.judge import Judge
from plproof.search.functions.piecewise import Piecewise
from plproof.search.functions.quadratic import Metric
from plproof.theory.functions import Convex, Smooth, StronglyConvex

_LARGEST = Fraction(2) ** 20
_WIDTH = Fraction(1, 2**40)


def curvatures(hypotheses: Sequence[Term], f: Term) -> Curvatures | None:
    """Return the curvatures c for which ½c·x² has the properties that are assumed of f everywhere.

    They are those between the least and the largest that are found; a property that is not decided
    counts as had, so what is made of the answer is to be checked.  None when no quadratic passes.
    """
    asked = [h for h in hypotheses if _is_of_class(h, f)]
    others = [v for v in free_variables(asked) if v.sort.kind == "Vec"]

    def allowed(c: Fraction) -> bool:
        half = Piecewise((), ((c / 2, Fraction(0), Fraction(0)),))
        judge = Judge(Metric.standard(1), {f: half, **{v: (Fraction(0),) for v in others}})
        return all(judge.truth(h) is not False for h in asked)

    scale = [Fraction(0)]
    for k in range(-6, 12):
        scale += [Fraction(2) ** k, -(Fraction(2) ** k)]
    inside = [c for c in sorted(scale) if allowed(c)]
    if not inside:
        inside = _narrow(allowed)
        if not inside:
            return None
    low = _end(inside[0], -1, allowed)
    high = _end(inside[-1], 1, allowed)
    if low is None:
        low = Fraction(0)  # nothing bounds it below: what is convex is simplest
    return Curvatures(low, high)


def _is_of_class(h: Term, f: Term) -> bool:
    """Say whether a hypothesis is about f everywhere: a class, or "for all" with gradients."""
    if h.op == "def":
        if h.data in (Smooth, StronglyConvex, Convex):
            return bool(h.args[0] == f)
        h = h.data.unfold(h.args)
    if h.op == "and":
        return any(_is_of_class(part, f) for part in h.args)
    return h.op == "all" and any(t.op == "grad" and t.args[0] == f for t in subterms(h))


def _narrow(allowed) -> list[Fraction]:  # type: ignore[no-untyped-def]
    """Return curvatures that pass, looked for on a finer scale: the class may allow few."""
    tried = {Fraction(a, b) for b in range(1, 13) for a in range(-4 * b, 4 * b + 1)}
    return [c for c in sorted(tried) if allowed(c)]


def _end(inside: Fraction, side: int, allowed) -> Fraction | None:  # type: ignore[no-untyped-def]
    """Return the last curvature that is allowed beyond one that is, the simplest that fits."""
    from plproof.search.rounding import simplest

    step, near = Fraction(1, 64), inside
    while allowed(near + side * step):
        near += side * step
        step *= 2
        if step > _LARGEST:
            return None
    far = near + side * step
    while abs(far - near) > _WIDTH:
        middle = (near + far) / 2
        if allowed(middle):
            near = middle
        else:
            far = middle
    guess = simplest(float((near + far) / 2), 1e-9)
    return guess if allowed(guess) else near
