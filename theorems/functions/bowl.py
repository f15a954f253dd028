"""The function c·‖x‖²/2: its gradient, for which β it is smooth, for which μ it is PL, and descent.

A bowl for c > 0, a dome for c < 0: the counterexamples of other files are made from it.
"""

from plproof import (
    PL,
    Differentiable,
    DifferentiableAt,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Smooth,
    Space,
    Vector,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    mapsto,
    norm,
    sq,
)

E = Space("E")
x, y, v = Vectors("x y v", E)
beta, mu, eta, c = Reals("beta mu eta c")
k = Natural("k")


def bowl(c, space=E):
    """Return the function x ↦ c·‖x‖²/2 of a space."""
    x = Vector("x", space)
    return mapsto(x, c * sq(x) / 2)


bowl_gradient = Lemma(
    "The gradient of c·‖x‖²/2 is c·x",
    claim=conj(Differentiable(bowl(c)), forall(x, eq(grad(bowl(c), x), c * x))),
)


@bowl_gradient.proof
def _(p):
    with p.fix(x):
        slope = p.differentiate(bowl(c), x)
        at = p.have(DifferentiableAt(bowl(c), x), by=slope[0])
        value = p.have(eq(grad(bowl(c), x), c * x), by=slope[1])
        p.have(conj(DifferentiableAt(bowl(c), x), eq(grad(bowl(c), x), c * x)), by=[at, value])
    both = p.last
    p.have(forall(x, DifferentiableAt(bowl(c), x)), by=lambda x: both(x)[0])
    p.have(forall(x, eq(grad(bowl(c), x), c * x)), by=lambda x: both(x)[1])


bowl_is_smooth = Lemma(
    "c·‖x‖²/2 is β-smooth for −β ≤ c ≤ β",
    given=dict(low=-beta <= c, high=c <= beta),
    claim=Smooth(bowl(c), beta),
)


@bowl_is_smooth.proof
def _(p):
    gradient = p.use(bowl_gradient)
    p.have(beta >= 0, by=[p.low, p.high])
    bounded = p.have(c**2 <= beta**2, by=p.low * p.high)
    with p.fix(x, y):
        change = grad(bowl(c), x) - grad(bowl(c), y)
        apart = p.have(eq(change, c * (x - y)), by=[gradient[1](x), gradient[1](y)])
        (_, cc), (_, dd) = p.norm(change), p.norm(x - y)
        p.compare_squares(
            norm(change),
            beta * norm(x - y),
            by=[cc, beta**2 * dd, (change + c * (x - y)) * apart, sq(x - y) * bounded],
        )
    lipschitz = p.last
    p.have(Differentiable(bowl(c)), by=gradient[0])
    p.have(bowl_is_smooth.claim, by=lipschitz)


bowl_is_pl = Lemma(
    "c·‖x‖²/2 is μ-PL relative to 0 when c·(c − μ) ≥ 0",
    given=dict(steep=c * (c - mu) >= 0),
    claim=PL(bowl(c), mu, E.zero),
)


@bowl_is_pl.proof
def _(p):
    gradient = p.use(bowl_gradient)
    p.have(Differentiable(bowl(c)), by=gradient[0])
    p.have(
        forall(x, sq(grad(bowl(c), x)) / 2 >= mu * (bowl(c)(x) - bowl(c)(E.zero))),
        by=lambda x: [gradient[1](x), sq(x) / 2 * p.steep],
    )


def descent(c, eta, v):
    """Return the sequence k ↦ (1 − η·c)^k·v."""
    return mapsto(k, (1 - eta * c) ** k * v)


bowl_descent = Lemma(
    "Gradient descent on c·‖x‖²/2 multiplies by 1 − η·c",
    claim=GradientDescent(bowl(c), descent(c, eta, v), eta),
)


@bowl_descent.proof
def _(p):
    gradient = p.use(bowl_gradient)
    at = descent(c, eta, v)
    with p.fix(k):
        p.have(eq(at[k + 1], at[k] - eta * grad(bowl(c), at[k])), by=eta * gradient[1](at[k]))
