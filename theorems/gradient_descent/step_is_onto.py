"""A gradient step shorter than 1/L is onto: every point is where some step leads."""

from plproof import (
    CONTRACTION,
    Function,
    Proposition,
    Reals,
    Smooth,
    Source,
    Space,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    mapsto,
    norm,
)

E = Space("E")
f = Function("f", E)
x, y, v = Vectors("x y v", E)
L, eta = Reals("L eta")


def step(v):
    return v - eta * grad(f, v)


step_is_onto = Proposition(
    "A gradient step of length below 1/L is onto for L-smooth functions",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "References",
        "[3]",
        ("Lee, Simchowitz, Jordan and Recht, 2016, Proposition 8",),
    ),
    given=dict(eta_pos=eta > 0, short=eta * L < 1, smooth=Smooth(f, L)),
    claim=forall(y, exists(x, eq(step(x), y))),
    note="y + η∇f contracts, and a fixed point of it is a point that the step takes to y",
)


@step_is_onto.proof
def _(p):
    with p.fix(y):
        T = mapsto(x, y + eta * grad(f, x))

        def contracts(q):
            return forall([x, v], norm(T(x) - T(v)) <= q * norm(x - v))

        def fixed(q):
            with p.obtain(p.axiom(CONTRACTION, T, q), x) as same:
                p.exhibit(exists(x, eq(step(x), y)), x, by=same)

        with p.cases():
            with p.case(L >= 0):
                with p.fix(x, v):
                    change = grad(f, x) - grad(f, v)
                    moved = p.norm_of_multiple(eta, change)
                    p.have(
                        norm(T(x) - T(v)) <= eta * L * norm(x - v), by=[moved, eta * p.smooth(x, v)]
                    )
                p.have(contracts(eta * L))
                fixed(eta * L)
            with p.case(L < 0) as negative:
                with p.fix(x, v):
                    change = grad(f, x) - grad(f, v)
                    moved = p.norm_of_multiple(eta, change)
                    far = p.norm(x - v)[0]
                    p.have(
                        norm(T(x) - T(v)) <= 0 * norm(x - v),
                        by=[moved, eta * p.smooth(x, v), eta * (negative * far)],
                    )
                p.have(contracts(0))
                fixed(0)
