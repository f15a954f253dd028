"""The PL constant is at most the smoothness constant, unless the function is constant."""

from plproof import (
    PL,
    Function,
    Minimiser,
    Proposition,
    Reals,
    Smooth,
    Source,
    Space,
    Vectors,
    eq,
    forall,
    grad,
)
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease

E = Space("E")
f = Function("f", E)
y, xs = Vectors("y x*", E)
mu, beta = Reals("mu beta")


def gap(v):
    return f(v) - f(xs)


def step(v):
    return v - grad(f, v) / beta


pl_constant = Proposition(
    "A β-smooth, μ-PL function has μ ≤ β, or it is constant",
    source=Source(
        "Linear Convergence of Gradient and Proximal-Gradient Methods Under the "
        "Polyak–Łojasiewicz Condition",
        references=("Karimi, Nutini and Schmidt, 2016",),
    ),
    given=dict(
        beta_pos=beta > 0,
        smooth=Smooth(f, beta),
        pl=PL(f, mu, xs),
        minimum=Minimiser(f, xs),
    ),
    claim=(mu <= beta) | forall(y, eq(f(y), f(xs))),
)


@pl_constant.proof
def _(p):
    decrease = p.use(sufficient_decrease)
    with p.cases():
        with p.case(mu <= beta) as small:
            p.have(pl_constant.claim, by=small)
        with p.case(beta < mu):
            flat = p.have(
                forall(y, gap(y) <= 0),
                by=lambda y: [decrease(y), p.pl(y), p.minimum(step(y))],
            )
            with p.fix(y):
                p.equal(f(y), f(xs), by=(flat(y), p.minimum(y)))
            constant = p.last
            p.have(pl_constant.claim, by=constant)
