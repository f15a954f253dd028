"""Gradient descent with step 1/β converges linearly on β-smooth, μ-PL functions."""

from plproof import (
    PL,
    Function,
    GradientDescent,
    Minimiser,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    Theorem,
    Vectors,
    forall,
    grad,
    sq,
)
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
xs, y = Vectors("x* y", E)
mu, beta = Reals("mu beta")
k = Natural("k")
q = 1 - mu / beta


def gap(v):
    return f(v) - f(xs)


def step(v):
    return v - grad(f, v) / beta


pl_linear_rate = Theorem(
    "Gradient descent with step 1/β converges linearly under the PL inequality",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "When is GD Effective?",
        "Theorem",
        ("Polyak, 1963", "Karimi, Nutini and Schmidt, 2016, Theorem 1"),
    ),
    given=dict(
        beta_pos=beta > 0,
        smooth=Smooth(f, beta),
        pl=PL(f, mu, xs),
        minimum=Minimiser(f, xs),
        gd=GradientDescent(f, x, 1 / beta),
    ),
    claim=forall(k, gap(x[k]) <= q**k * gap(x[0])),
    note="the document leaves out the case μ > β, in which f is constant",
)


@pl_linear_rate.proof
def _(p):
    decrease = p.have(
        forall(y, f(step(y)) <= f(y) - sq(grad(f, y)) / (2 * beta)), by=sufficient_decrease
    )
    contract = p.have(forall(y, gap(step(y)) <= q * gap(y)), by=lambda y: [decrease(y), p.pl(y)])
    with p.cases():
        with p.case(mu <= beta):  # q ≥ 0
            with p.induction(), p.step(k) as ih:
                one = p.have(gap(x[k + 1]) <= q * gap(x[k]), by=[contract(x[k]), p.gd(k)])
                p.have(gap(x[k + 1]) <= q ** (k + 1) * gap(x[0]), by=[one, ih])
        with p.case(beta < mu):  # q < 0: f is constant
            flat = p.have(forall(y, gap(y) <= 0), by=lambda y: [contract(y), p.minimum(step(y))])
            start = p.equal(gap(x[0]), 0, by=(flat(x[0]), p.minimum(x[0])))
            p.have(pl_linear_rate.claim, by=lambda k: [flat(x[k]), q**k * start])
