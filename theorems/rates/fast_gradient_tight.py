"""Fast gradient after 1, 2, 3, 4 steps: the best constant 2/(N² + 5N + 6), found by search."""

from plproof import (
    Function,
    Real,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Theorem,
    Vector,
    eq,
    grad,
    rational,
    searched,
    sq,
)
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
xs = Vector("x*", E)
L = Real("L")


def after(steps):
    """Return the theorem about that many steps with momentum k/(k + 3)."""
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    given = dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, 0),
        stationary=eq(grad(f, xs), 0),
    )
    y = x[0]
    for k in range(steps):
        given[f"step{k + 1}"] = eq(x[k + 1], y - grad(f, y) / L)
        y = x[k + 1] + rational(k, k + 3) * (x[k + 1] - x[k])
    constant = rational(2, steps**2 + 5 * steps + 6)
    theorem = Theorem(
        f"Fast gradient: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N² + 5N + 6) for N = {steps}",
        source=Source(
            "A method for solving a convex programming problem with convergence rate O(1/k²)",
            references=("Nesterov, 1983",),
        ),
        given=given,
        claim=f(x[steps]) - f(xs) <= constant * L * sq(x[0] - xs),
        note="attained by a Huber function; for every N in fast_gradient_sharp_rate",
    )
    theorem.proof(searched(using=[convex_interpolation]))
    return theorem


fast_gradient_one_step = after(1)
fast_gradient_two_steps = after(2)
fast_gradient_three_steps = after(3)
fast_gradient_four_steps = after(4)
