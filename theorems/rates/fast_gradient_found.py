"""Fast gradient for every number of steps N ≥ 1: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N + 1)², found."""

from plproof import (
    Function,
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
    implies,
    searched,
    sq,
)
from theorems.rates.fast_gradient import FastGradient
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
x, y = Sequence("x", E), Sequence("y", E)
xs = Vector("x*", E)
L = Real("L")
N = Natural("N")

fast_gradient_found = Theorem(
    "Fast gradient on smooth convex functions: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N + 1)² for N ≥ 1",
    source=Source(
        "Potential-function proofs for gradient methods",
        references=("Bansal and Gupta, 2019", "Nesterov, 1983"),
    ),
    given=dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, 0),
        minimum=Minimiser(f, xs),
        method=FastGradient(f, x, y, L),
    ),
    claim=forall(N, implies(N >= 1, f(x[N]) - f(xs) <= 2 * L * sq(x[0] - xs) / (N + 1) ** 2)),
    note="momentum k/(k + 3); the potential, in which N is not, and the multipliers are found by "
    "search, where fast_gradient_rate has them by hand",
)
fast_gradient_found.proof(searched(using=[convex_interpolation]))
