"""One step of gradient descent on a strongly convex function, in three measures."""

from plproof import (
    Function,
    Lemma,
    Minimiser,
    Reals,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.functions.interpolation import interpolation

E = Space("E")
f = Function("f", E)
x, xs = Vectors("x x*", E)
alpha, beta = Reals("alpha beta")
q = 1 - alpha / beta
source = Source(
    "Exact worst-case convergence rates of the proximal gradient method for composite convex "
    "minimization",
    references=("Taylor, Hendrickx and Glineur, 2018",),
)
given = dict(
    beta_pos=beta > 0,
    smooth=Smooth(f, beta),
    convex=StronglyConvex(f, alpha),
    minimum=Minimiser(f, xs),
)


def step(v):
    return v - grad(f, v) / beta


arrival = Lemma(
    "When β ≤ α, a step of length 1/β arrives at the minimiser",
    source=source,
    given=given | dict(order=beta <= alpha),
    claim=forall(x, eq(step(x), xs)),
    note="α = β makes f a multiple of ‖x − x*‖²; α > β is possible only in the space {0}",
)


@arrival.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    with p.fix(x):
        g, d = grad(f, x), x - xs
        small = p.have(norm(g) <= beta * norm(d), by=[p.smooth(x, xs), stationary])
        (g0, gg), (d0, dd) = p.norm(g), p.norm(d)
        bounded = p.have(
            sq(g) <= beta**2 * sq(d), by=[small * g0, beta * (small * d0), gg, beta**2 * dd]
        )
        steep = p.have(alpha * sq(d) <= ip(g, d), by=[p.convex(x, xs), p.convex(xs, x), stationary])
        there = p.zero_vector(step(x) - xs, by=[1 / beta**2 * bounded, 2 / beta * steep])
        p.have(eq(step(x), xs), by=there)


distance_step = Lemma(
    "A step of length 1/β brings the minimiser nearer by the factor 1 − α/β",
    source=source,
    given=given,
    claim=forall(x, sq(step(x) - xs) <= q**2 * sq(x - xs)),
)


@distance_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    with p.cases():
        with p.case(alpha < beta):
            meets = p.use(interpolation)
            both = 2 * q / beta
            p.have(
                distance_step.claim,
                by=lambda x: [both * meets(x, xs), both * meets(xs, x), stationary],
            )
        with p.case(beta <= alpha):
            there = p.use(arrival)
            p.have(distance_step.claim, by=lambda x: (step(x) - xs) * there(x))


value_step = Lemma(
    "A step of length 1/β decreases the gap by the factor (1 − α/β)²",
    source=source,
    given=dict(alpha_pos=alpha > 0) | given,
    claim=forall(x, f(step(x)) - f(xs) <= q**2 * (f(x) - f(xs))),
)


@value_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    with p.cases():
        with p.case(alpha < beta):
            meets = p.use(interpolation)
            p.have(
                value_step.claim,
                by=lambda x: [
                    q * meets(x, step(x)),
                    q * alpha / beta * meets(xs, x),
                    alpha / beta * meets(xs, step(x)),
                    stationary,
                ],
            )
        with p.case(beta <= alpha):
            there = p.use(arrival)
            p.have(value_step.claim, by=lambda x: [there(x), q**2 * p.minimum(x)])


gradient_step = Lemma(
    "A step of length 1/β shrinks the gradient by the factor 1 − α/β",
    source=source,
    given=given,
    claim=forall(x, sq(grad(f, step(x))) <= q**2 * sq(grad(f, x))),
)


@gradient_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    with p.cases():
        with p.case(alpha < beta):
            meets = p.use(interpolation)
            both = 2 * q * beta
            p.have(
                gradient_step.claim,
                by=lambda x: [both * meets(x, step(x)), both * meets(step(x), x)],
            )
        with p.case(beta <= alpha):
            there = p.use(arrival)
            with p.fix(x):
                still = p.have(sq(grad(f, xs)) <= q**2 * sq(grad(f, x)), by=stationary)
                p.have(sq(grad(f, step(x))) <= q**2 * sq(grad(f, x)), by=[there(x), still])
