"""Five steps of the fast gradient method with numbers: a proof by weights of inequalities."""

from plproof import (
    Function,
    Minimiser,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    grad,
    rational,
    searched,
    sq,
)
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
x0, x1, x2, x3, x4, x5, y1, y2, y3, y4, xs = Vectors("x0 x1 x2 x3 x4 x5 y1 y2 y3 y4 x*", E)

five_fast_steps = Theorem(
    "Five steps of the fast gradient method on 1-smooth convex functions",
    source=Source(
        "Performance of first-order methods for smooth convex minimization: a novel approach",
        references=("Drori and Teboulle, 2014",),
    ),
    given=dict(
        smooth=Smooth(f, 1),
        convex=StronglyConvex(f, 0),
        minimum=Minimiser(f, xs),
        first=eq(x1, x0 - grad(f, x0)),
        ahead1=eq(y1, x1 + rational(0) * (x1 - x0)),
        second=eq(x2, y1 - grad(f, y1)),
        ahead2=eq(y2, x2 + rational(1, 4) * (x2 - x1)),
        third=eq(x3, y2 - grad(f, y2)),
        ahead3=eq(y3, x3 + rational(2, 5) * (x3 - x2)),
        fourth=eq(x4, y3 - grad(f, y3)),
        ahead4=eq(y4, x4 + rational(3, 6) * (x4 - x3)),
        fifth=eq(x5, y4 - grad(f, y4)),
    ),
    claim=f(x5) - f(xs) <= sq(x0 - xs) / 28,
    note="2/(N² + 5N + 6) at N = 5; weights found by search",
)
five_fast_steps.proof(searched(using=[convex_interpolation]))
