"""Gradient descent with step 1/β converges linearly on smooth, strongly convex functions."""

from plproof import (
    PL,
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
)
from theorems.functions.strongly_convex_is_pl import strongly_convex_is_pl
from theorems.gradient_descent.pl_linear_rate import pl_linear_rate

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
xs = Vector("x*", E)
alpha, beta = Reals("alpha beta")
k = Natural("k")

strongly_convex_linear_rate = Corollary(
    "Gradient descent with step 1/β converges linearly on α-strongly convex, β-smooth functions",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "When is GD Effective?",
        "last paragraph",
    ),
    given=dict(
        alpha_pos=alpha > 0,
        beta_pos=beta > 0,
        smooth=Smooth(f, beta),
        convex=StronglyConvex(f, alpha),
        minimum=Minimiser(f, xs),
        gd=GradientDescent(f, x, 1 / beta),
    ),
    claim=forall(k, f(x[k]) - f(xs) <= (1 - alpha / beta) ** k * (f(x[0]) - f(xs))),
)


@strongly_convex_linear_rate.proof
def _(p):
    p.have(PL(f, alpha, xs), by=strongly_convex_is_pl)
    p.have(strongly_convex_linear_rate.claim, by=p.use(pl_linear_rate, mu=alpha))
