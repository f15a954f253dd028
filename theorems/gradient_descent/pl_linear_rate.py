"""Gradient descent with step 1/β converges linearly on β-smooth, μ-PL functions."""

from plproof import (
    FALSE,
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
    eq,
    forall,
    grad,
    mapsto,
    ne,
    rational,
    sq,
)
from theorems.functions.bowl import bowl, bowl_descent, bowl_is_pl, bowl_is_smooth, descent
from theorems.gradient_descent.sufficient_decrease import one_point, sufficient_decrease

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


# ---------------------------------------------------------------- which hypotheses are needed
line = Space.coordinates(1)
e, origin = line.basis(1), line.zero


@pl_linear_rate.without(
    "pl",
    spaces={E: line},
    note="f(x) = x²/2 on the real line, 1-PL, with μ = β = 2: x_k = 1/2^k does not arrive at once",
)
def pl_linear_rate_needs_pl(p):
    f, x = bowl(1, line), descent(1, rational(1) / 2, e)
    p.have(Smooth(f, 2), by=p.use(bowl_is_smooth, spaces={E: line}, c=1, beta=2))
    p.have(Minimiser(f, origin))
    p.have(
        GradientDescent(f, x, rational(1) / 2),
        by=p.use(bowl_descent, c=1, v=e, eta=rational(1) / 2),
    )
    rate = p.statement(2, f, origin, x, 2)
    p.have(FALSE, by=rate(1))


@pl_linear_rate.without(
    "smooth",
    spaces={E: line},
    note="f(x) = x² on the real line, 2-smooth, with μ = β = 1: x_k = (−1)^k comes no closer",
)
def pl_linear_rate_needs_smooth(p):
    f, x = bowl(2, line), descent(2, 1, e)
    p.have(PL(f, 1, origin), by=p.use(bowl_is_pl, spaces={E: line}, c=2, mu=1))
    p.have(Minimiser(f, origin))
    p.have(GradientDescent(f, x, rational(1) / 1), by=p.use(bowl_descent, c=2, v=e, eta=1))
    p.have(FALSE, by=p.statement(1, f, 1, origin, x)(1))


@pl_linear_rate.without(
    "gd",
    spaces={E: line},
    note="f(x) = x²/2 on the real line, with μ = β = 1, and x_k = 1, which does not move",
)
def pl_linear_rate_needs_gd(p):
    f, x = bowl(1, line), mapsto(k, e)
    p.have(Smooth(f, 1), by=p.use(bowl_is_smooth, spaces={E: line}, c=1, beta=1))
    p.have(PL(f, 1, origin), by=p.use(bowl_is_pl, spaces={E: line}, c=1, mu=1))
    p.have(Minimiser(f, origin))
    p.have(FALSE, by=p.statement(1, f, 1, origin, x)(1))


@pl_linear_rate.without(
    "minimum",
    spaces={E: line},
    note="f(x) = −x²/2 on the real line, x* = 0 its maximum, β = 1 and μ = 6: x_k = 2^k at k = 2",
)
def pl_linear_rate_needs_minimum(p):
    f, x = bowl(-1, line), descent(-1, 1, e)
    p.have(Smooth(f, 1), by=p.use(bowl_is_smooth, spaces={E: line}, c=-1, beta=1))
    p.have(PL(f, 6, origin), by=p.use(bowl_is_pl, spaces={E: line}, c=-1, mu=6))
    p.have(GradientDescent(f, x, rational(1) / 1), by=p.use(bowl_descent, c=-1, v=e, eta=1))
    p.have(FALSE, by=p.statement(1, f, 6, origin, x)(2))


@pl_linear_rate.without("minimum", instead=dict(order=mu <= beta), redundant=True)
def pl_linear_rate_without_minimum(p):
    decrease = p.use(sufficient_decrease)
    with p.induction(), p.step(k) as ih:
        one = p.have(gap(x[k + 1]) <= q * gap(x[k]), by=[decrease(x[k]), p.pl(x[k]), p.gd(k)])
        p.have(gap(x[k + 1]) <= q ** (k + 1) * gap(x[0]), by=[one, ih])


@pl_linear_rate.without(
    "beta_pos",
    instead=dict(beta_nonzero=ne(beta, 0)),
    redundant=True,
    note="with β < 0 a function is β-smooth in the space {0} only",
)
def pl_linear_rate_for_nonzero_beta(p):
    with p.cases():
        with p.case(beta < 0):
            same = p.use(one_point)
            with p.fix(k):
                now = p.have(eq(x[k], xs), by=same(x[k], xs))
                then = p.have(eq(x[0], xs), by=same(x[0], xs))
                p.have(gap(x[k]) <= q**k * gap(x[0]), by=[now, then])
        with p.case(eq(beta, 0)), p.by_contradiction(pl_linear_rate.claim):
            p.contradiction(p.beta_nonzero)
        with p.case(0 < beta):
            p.have(pl_linear_rate.claim, by=pl_linear_rate)
