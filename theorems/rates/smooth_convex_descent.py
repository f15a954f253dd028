"""Gradient descent with step 1/L on smooth convex functions: potentials, and rates for every N."""

from plproof import (
    Corollary,
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
    Vectors,
    eq,
    forall,
    grad,
    implies,
    sq,
)
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
x, xs = Vectors("x x*", E)
iterates = Sequence("x", E)
L = Real("L")
k, N = Natural("k"), Natural("N")
source = Source(
    "Potential-function proofs for gradient methods",
    references=("Bansal and Gupta, 2019", "Taylor and Bach, 2019"),
)
given = dict(
    L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0), minimum=Minimiser(f, xs)
)


def step(v):
    return v - grad(f, v) / L


def gap(v):
    return f(v) - f(xs)


def value_potential(k, v):
    return k * gap(v) + L / 2 * sq(v - xs)


def gradient_potential(k, v):
    return (2 * k + 1) * gap(v) + k * (k + 2) * sq(grad(f, v)) / L + L * sq(v - xs)


def decreases(potential):
    """Say that the potential falls from k at a point to k + 1 after a step."""
    return forall([k, x], potential(k + 1, step(x)) <= potential(k, x))


value_potential_step = Theorem(
    "The potential k·(f(x) − f*) + (L/2)‖x − x*‖² does not increase when k grows by one",
    source=source,
    given=given,
    claim=decreases(value_potential),
)


@value_potential_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    p.have(
        value_potential_step.claim,
        by=lambda k, x: [(k + 1) * meets(x, step(x)), meets(xs, x), stationary],
    )


gradient_potential_step = Theorem(
    "The potential (2k + 1)(f(x) − f*) + k(k + 2)‖∇f(x)‖²/L + L‖x − x*‖² does not increase either",
    source=source,
    given=given,
    claim=decreases(gradient_potential),
)


@gradient_potential_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    p.have(
        gradient_potential_step.claim,
        by=lambda k, x: [
            2 * (k + 1) * (k + 3) * meets(x, step(x)),
            (2 * k**2 + 6 * k + 3) * meets(step(x), x),
            2 * meets(xs, x),
            stationary,
        ],
    )


method = dict(gd=GradientDescent(f, iterates, 1 / L))


def falls(potential):
    """Say that the potential of the iterates never exceeds its value at the start."""
    return forall(k, potential(k, iterates[k]) <= potential(0, iterates[0]))


def by_steps(p, potential, theorem):
    """Prove by induction that the potential of the iterates stays below its start."""
    one_step = p.use(theorem)
    with p.induction(falls(potential)), p.step(k) as ih:
        here, there = iterates[k], iterates[k + 1]
        one = p.have(potential(k + 1, there) <= potential(k, here), by=[one_step(k, here), p.gd(k)])
        p.have(potential(k + 1, there) <= potential(0, iterates[0]), by=[one, ih])
    return p.last


smooth_convex_value_rate = Corollary(
    "Gradient descent on smooth convex functions: f(x_N) − f* ≤ L‖x₀ − x*‖²/(2N) for every N ≥ 1",
    source=source,
    given=given | method,
    claim=forall(N, implies(N >= 1, gap(iterates[N]) <= L * sq(iterates[0] - xs) / (2 * N))),
    note="not the best constant: L/(4N + 2), in smooth_convex_rate",
)


@smooth_convex_value_rate.proof
def _(p):
    below = by_steps(p, value_potential, value_potential_step)
    with p.fix(N), p.suppose(N >= 1):
        far = p.have(sq(iterates[N] - xs) >= 0)
        p.have(
            gap(iterates[N]) <= L * sq(iterates[0] - xs) / (2 * N),
            by=[1 / N * below(N), L / (2 * N) * far],
        )


steepness = sq(grad(f, iterates[N]))
far = sq(iterates[0] - xs)

smooth_convex_gradient_rate = Corollary(
    "Gradient descent on smooth convex functions: ‖∇f(x_N)‖² ≤ 3L²‖x₀ − x*‖²/(2N² + 6N + 3)",
    source=source,
    given=given | method,
    claim=forall(N, steepness <= 3 * L**2 * far / (2 * N**2 + 6 * N + 3)),
)


@smooth_convex_gradient_rate.proof
def _(p):
    below = by_steps(p, gradient_potential, gradient_potential_step)
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    with p.fix(N):
        end, start = iterates[N], iterates[0]
        gap_above = p.have(steepness / (2 * L) <= gap(end), by=[meets(end, xs), stationary])
        far_above = p.have(
            steepness / L <= L * sq(end - xs),
            by=[2 * meets(end, xs), 2 * meets(xs, end), stationary],
        )
        gap_below = p.have(gap(start) <= L / 2 * far, by=[meets(xs, start), stationary])
        whole = p.have(
            (2 * N**2 + 6 * N + 3) / (2 * L) * steepness <= 3 * L / 2 * far,
            by=[below(N), (2 * N + 1) * gap_above, far_above, gap_below],
        )
        p.have(
            steepness <= 3 * L**2 * far / (2 * N**2 + 6 * N + 3),
            by=2 * L / (2 * N**2 + 6 * N + 3) * whole,
        )
