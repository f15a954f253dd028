"""A gradient step shorter than 1/L is injective: different points do not meet."""

from plproof import (
    Function,
    Proposition,
    Reals,
    Smooth,
    Source,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    implies,
    norm,
)

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
L, eta = Reals("L eta")


def step(v):
    return v - eta * grad(f, v)


step_is_injective = Proposition(
    "A gradient step of length below 1/L is injective on L-smooth functions",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "References",
        "[3]",
        ("Lee, Simchowitz, Jordan and Recht, 2016, Proposition 8",),
    ),
    given=dict(eta_pos=eta > 0, short=eta * L < 1, smooth=Smooth(f, L)),
    claim=forall([x, y], implies(eq(step(x), step(y)), eq(x, y))),
    note="the first step of the proof that gradient descent avoids strict saddles",
)


@step_is_injective.proof
def _(p):
    with p.fix(x, y), p.suppose(eq(step(x), step(y))) as meet:
        change = grad(f, x) - grad(f, y)
        apart = p.have(eq(x - y, eta * change), by=meet)
        far, close = norm(x - y), norm(change)
        (far0, far_square), (_, close_square) = p.norm(x - y), p.norm(change)
        same = p.compare_squares(
            far, eta * close, by=[far_square, eta**2 * close_square, (x - y + eta * change) * apart]
        )
        none = p.have(far <= 0, by=[1 / (1 - eta * L) * same, eta / (1 - eta * L) * p.smooth(x, y)])
        still = p.zero_vector(x - y, by=[none * far0, far_square])
        p.have(eq(x, y), by=still)
