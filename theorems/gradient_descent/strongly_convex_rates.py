"""Gradient descent on strongly convex functions: three measures, each with rate (1 − α/β)^(2k)."""

from plproof import (
    Corollary,
    Function,
    GradientDescent,
    Minimiser,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Vector,
    forall,
    grad,
    sq,
)
from theorems.gradient_descent.strongly_convex_step import (
    distance_step,
    gradient_step,
    value_step,
)

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
xs = Vector("x*", E)
alpha, beta = Reals("alpha beta")
k = Natural("k")
q = 1 - alpha / beta
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Taylor, Hendrickx and Glineur, 2018, Theorems 3.1–3.3",),
)
given = dict(
    beta_pos=beta > 0,
    smooth=Smooth(f, beta),
    convex=StronglyConvex(f, alpha),
    minimum=Minimiser(f, xs),
    gd=GradientDescent(f, x, 1 / beta),
)


def decays(measure):
    """Say that a measure of the iterate decays like (1 − α/β)^(2k)."""
    return forall(k, measure(x[k]) <= q ** (2 * k) * measure(x[0]))


def by_steps(p, measure, one_step):
    """Prove the decay by induction from what one step does."""
    shrinks = p.use(one_step)
    with p.induction(decays(measure)), p.step(k) as ih:
        one = p.have(measure(x[k + 1]) <= q**2 * measure(x[k]), by=[shrinks(x[k]), p.gd(k)])
        p.have(measure(x[k + 1]) <= q ** (2 * (k + 1)) * measure(x[0]), by=[one, ih])


def distance(v):
    return sq(v - xs)


def gap(v):
    return f(v) - f(xs)


def steepness(v):
    return sq(grad(f, v))


distance_rate = Corollary(
    "The squared distance to the minimiser decays like (1 − α/β)^(2k)",
    source=source,
    given=given,
    claim=decays(distance),
)
value_rate = Corollary(
    "The gap to the minimum decays like (1 − α/β)^(2k)",
    source=source,
    given=dict(alpha_pos=alpha > 0) | given,
    claim=decays(gap),
)
gradient_rate = Corollary(
    "The squared norm of the gradient decays like (1 − α/β)^(2k)",
    source=source,
    given=given,
    claim=decays(steepness),
)


@distance_rate.proof
def _(p):
    by_steps(p, distance, distance_step)


@value_rate.proof
def _(p):
    by_steps(p, gap, value_step)


@gradient_rate.proof
def _(p):
    by_steps(p, steepness, gradient_step)
