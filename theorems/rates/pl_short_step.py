"""The rate of one gradient step under PL with a step shorter than 1/L: a root of a quadratic."""

from plproof import (
    PL,
    Function,
    Lemma,
    Reals,
    Smooth,
    Source,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    sqrt,
)
from theorems.rates.smooth_interpolation import smooth_interpolation

E = Space("E")
f = Function("f", E)
x, xs = Vectors("x x*", E)
mu, L, gamma, rho, delta = Reals("mu L gamma rho delta")
Q = 2 + rho**2 - 2 * delta * rho - delta**2
T = 3 * rho - delta - delta * rho**2 - delta**2 * rho
source = Source(
    "Conditions for linear convergence of the gradient method for non-convex optimization",
    label="Theorem 3",
    references=("Abbaszadehpeivasti, de Klerk and Zamani, 2023",),
)


def gap(v):
    return f(v) - f(xs)


def step(v, length):
    return v - length * grad(f, v)


pl_short_step_lemma = Lemma(
    "A step (1 − δ)/L multiplies the gap by ρ² when μ(2 + ρ² − 2δρ − δ²) = 2L(1 − ρ²)",
    source=source,
    given=dict(
        L_pos=L > 0,
        delta_nonnegative=delta >= 0,
        order=delta <= rho,
        delta_below=delta < 1,
        rho_pos=rho > 0,
        rho_at_most=rho <= 1,
        smooth=Smooth(f, L),
        pl=PL(f, mu, xs),
        balance=eq(mu * Q, 2 * L * (1 - rho**2)),
    ),
    claim=forall(x, gap(step(x, (1 - delta) / L)) <= rho**2 * gap(x)),
)


@pl_short_step_lemma.proof
def _(p):
    meets = p.use(smooth_interpolation)
    short = p.delta_below
    product = p.have(1 - delta * rho > 0, by=[short, delta * p.rho_at_most])
    square = p.have(1 - delta**2 > 0, by=[short, delta * short])
    p.have(2 - delta * rho - delta**2 > 0, by=[product, square])
    p.have(Q > 0, by=[2 * square], squares=[rho - delta])
    rest = p.have((rho - delta) * (1 + delta * rho) >= 0)
    p.have(T > 0, by=[2 * rho * product, rest])
    before = rho * (2 - delta * rho - delta**2) / (2 * L * T)
    after = (rho - delta) / (2 * L * T)
    for factor in (rho * Q / T, before * Q, after * Q, delta * Q / (4 * L * T)):
        p.have(factor >= 0)
    p.have(
        pl_short_step_lemma.claim,
        by=lambda x: [
            rho * Q / T * meets(x, step(x, (1 - delta) / L)),
            before * Q * p.pl(x),
            after * Q * p.pl(step(x, (1 - delta) / L)),
            -before * gap(x) * p.balance,
            -after * gap(step(x, (1 - delta) / L)) * p.balance,
        ],
    )


slack = 1 - L * gamma
inside = 4 * L**2 * slack**2 + 2 * (1 - slack**2) * (L - mu) * (2 * L + mu)
root = (mu * slack + sqrt(inside)) / (2 * L + mu)

pl_short_step = Theorem(
    "A gradient step γ ≤ 1/L multiplies the gap by ρ² under PL, ρ the larger root of a quadratic",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        order=mu < L,
        gamma_pos=gamma > 0,
        short=L * gamma <= 1,
        smooth=Smooth(f, L),
        pl=PL(f, mu, xs),
    ),
    claim=forall(x, gap(step(x, gamma)) <= root**2 * gap(x)),
    note="for γ = 1/L the factor is (2L − 2μ)/(2L + μ), as in pl_sharp_rate; the best that the "
    "inequalities at the two points give, where the class allows (1 − γμ)²: pl_tight_rate",
)


@pl_short_step.proof
def _(p):
    below = p.have(slack < 1, by=L * p.gamma_pos)
    p.have(slack >= 0, by=p.short)
    positive = p.have(1 - slack**2 > 0, by=[below, slack * below])
    rest = 2 * (2 * L + mu) * (positive * p.order)
    square = p.root(inside)[1]
    low = p.compare_squares(2 * L * slack, sqrt(inside), by=[-1 * square, rest])
    wide = 2 * L + mu * (1 - slack)
    p.have(wide >= 0)
    high = p.compare_squares(
        sqrt(inside),
        wide,
        by=[
            square,
            4 * L * mu * below,
            mu**2 * (1 - slack) * below,
            2 * mu * (L + mu) * positive,
        ],
    )
    p.have(2 * L + mu > 0)
    p.have(inside > 0)
    p.have(sqrt(inside) > 0)
    p.have(root > 0)
    p.have(slack <= root, by=1 / (2 * L + mu) * low)
    p.have(root <= 1, by=1 / (2 * L + mu) * high)
    quadratic = 2 + root**2 - 2 * slack * root - slack**2
    p.have(eq(mu * quadratic, 2 * L * (1 - root**2)), by=-1 / (2 * L + mu) * square)
    p.have(pl_short_step.claim, by=p.use(pl_short_step_lemma, delta=slack, rho=root))
