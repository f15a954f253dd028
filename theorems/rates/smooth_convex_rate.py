"""Gradient descent on smooth convex functions: f(x_N) − f* ≤ L‖x₀ − x*‖²/(4N + 2) for every N."""

from plproof import (
    Function,
    GradientDescent,
    Lemma,
    Minimiser,
    Naturals,
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
v, xs = Vectors("v x*", E)
x = Sequence("x", E)
L = Real("L")
i, N = Naturals("i N")
source = Source(
    "Performance of first-order methods for smooth convex minimization: a novel approach",
    label="Theorem 3.1",
    references=("Drori and Teboulle, 2014",),
)
given = dict(
    L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0), minimum=Minimiser(f, xs)
)


def gap(v):
    return f(v) - f(xs)


def step(v):
    return v - grad(f, v) / L


def potential(i, v):
    """What is left of ‖x₀ − x*‖² L/(4N + 2) at the i-th of N steps; at N it exceeds the gap."""
    near = (2 * N + 1 - 2 * i) / (2 * (2 * N + 1 - i) ** 2)
    return i / (2 * N + 1 - i) * (gap(v) + sq(grad(f, v)) / (2 * L)) + near * L * sq(v - xs)


tight_potential_step = Lemma(
    "A potential that knows the number of steps N does not increase at the step i < N",
    source=source,
    given=given | dict(more=i + 1 <= N),
    claim=forall(v, potential(i + 1, step(v)) <= potential(i, v)),
)


@tight_potential_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    p.have(2 * N - i > 0, by=p.more)
    p.have(2 * N + 1 - i > 0, by=p.more)
    p.have(
        tight_potential_step.claim,
        by=lambda v: [
            (i + 1) / (2 * N - i) * meets(v, step(v)),
            (2 * N + 1) / ((2 * N - i) * (2 * N + 1 - i)) * meets(xs, v),
            stationary,
        ],
    )


smooth_convex_rate = Theorem(
    "Gradient descent with step 1/L on smooth convex functions: gap ≤ L‖x₀ − x*‖²/(4N + 2)",
    source=source,
    given=given | dict(gd=GradientDescent(f, x, 1 / L)),
    claim=forall(N, gap(x[N]) <= L * sq(x[0] - xs) / (4 * N + 2)),
    note="the best possible constant, for every N",
)


@smooth_convex_rate.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    start = L * sq(x[0] - xs) / (4 * N + 2)
    with p.fix(N):
        with p.induction(forall(i, implies(i <= N, potential(i, x[i]) <= start))):
            with p.step(i) as ih, p.suppose(i + 1 <= N) as more:
                p.have(i <= N, by=more)
                p.have(2 * N - i > 0, by=more)
                p.have(2 * N + 1 - i > 0, by=more)
                one = p.have(
                    potential(i + 1, x[i + 1]) <= potential(i, x[i]),
                    by=[p.use(tight_potential_step)(x[i]), p.gd(i)],
                )
                p.have(potential(i + 1, x[i + 1]) <= start, by=[one, ih()])
        every = p.last
        p.have(N <= N)
        at_end = p.have(potential(N, x[N]) <= start, by=every(N))
        p.have(gap(x[N]) <= start, by=[at_end, 1 / (N + 1) * meets(xs, x[N]), stationary])
