"""Gradient descent on smooth convex functions: ‖∇f(x_N)‖² ≤ L²‖x₀ − x*‖²/(N + 1)² for every N."""

from plproof import (
    Function,
    GradientDescent,
    Minimiser,
    Natural,
    Real,
    Sequence,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Theorem,
    Vector,
    forall,
    grad,
    searched,
    sq,
)
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
xs = Vector("x*", E)
L = Real("L")
N = Natural("N")

gradient_norm_rate = Theorem(
    "Gradient descent with step 1/L on smooth convex functions: ‖∇f‖ ≤ L‖x₀ − x*‖/(N + 1)",
    source=Source(
        "Smooth strongly convex interpolation and exact worst-case performance of first-order "
        "methods",
        references=("Taylor, Hendrickx and Glineur, 2017",),
    ),
    given=dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, 0),
        minimum=Minimiser(f, xs),
        gd=GradientDescent(f, x, 1 / L),
    ),
    claim=forall(N, sq(grad(f, x[N])) <= L**2 * sq(x[0] - xs) / (N + 1) ** 2),
    note="the best possible constant, for every N; potential and multipliers found by search",
)
gradient_norm_rate.proof(searched(using=[convex_interpolation]))
