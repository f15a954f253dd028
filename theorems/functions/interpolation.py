"""The interpolation inequality of smooth strongly convex functions, without any further axiom."""

from plproof import (
    Function,
    Lemma,
    Reals,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    forall,
    grad,
    ip,
    sq,
)
from theorems.functions.descent_lemma import descent_lemma

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
alpha, beta = Reals("alpha beta")


def change(x, y):
    return grad(f, x) - grad(f, y)


interpolation = Lemma(
    "Two points of an α-strongly convex, β-smooth function satisfy the interpolation inequality",
    source=Source(
        "Smooth strongly convex interpolation and exact worst-case performance of first-order "
        "methods",
        label="Theorem 4",
        references=("Taylor, Hendrickx and Glineur, 2017",),
    ),
    given=dict(
        beta_pos=beta > 0,
        order=alpha < beta,
        smooth=Smooth(f, beta),
        convex=StronglyConvex(f, alpha),
    ),
    claim=forall(
        [x, y],
        f(x)
        >= f(y)
        + ip(grad(f, y), x - y)
        + (sq(change(x, y)) + alpha * beta * sq(x - y) - 2 * alpha * ip(change(x, y), x - y))
        / (2 * (beta - alpha)),
    ),
    note="the upper bound from x and the lower bound from y meet at one well-chosen point z",
)


@interpolation.proof
def _(p):
    upper = p.use(descent_lemma)

    def z(x, y):
        return (beta * x - alpha * y - change(x, y)) / (beta - alpha)

    p.have(
        interpolation.claim,
        by=lambda x, y: [upper(x, z(x, y) - x), p.convex(y, z(x, y))],
    )
