"""Sharper rates of one gradient step under PL: (2L − 2μ)/(2L + μ) is better than 1 − μ/L."""

from plproof import (
    PL,
    Function,
    Reals,
    Smooth,
    Source,
    Space,
    Theorem,
    Vectors,
    grad,
    searched,
)
from theorems.rates.smooth_interpolation import smooth_interpolation

E = Space("E")
f = Function("f", E)
x, xs = Vectors("x x*", E)
mu, L, gamma = Reals("mu L gamma")
source = Source(
    "Conditions for linear convergence of the gradient method for non-convex optimization",
    label="Theorem 3",
    references=("Abbaszadehpeivasti, de Klerk and Zamani, 2023",),
)


def gap(v):
    return f(v) - f(xs)


def after(step):
    return x - step * grad(f, x)


pl_sharp_rate = Theorem(
    "One gradient step with step 1/L multiplies the gap by at most (2L − 2μ)/(2L + μ) under PL",
    source=source,
    given=dict(mu_pos=mu > 0, order=mu < L, smooth=Smooth(f, L), pl=PL(f, mu, xs)),
    claim=gap(x - grad(f, x) / L) <= (2 * L - 2 * mu) / (2 * L + mu) * gap(x),
    note="better than the factor 1 − μ/L of pl_linear_rate; the best that the inequalities of "
    "smoothness and PL at the two points give; the class allows (1 − μ/L)²: pl_tight_rate",
)

pl_sharp_rate.proof(searched(using=[smooth_interpolation]))


longer = after(gamma)
factor = (L**2 * gamma**3 * mu - 3 * gamma * mu + 2) / (gamma * mu + 2)

pl_longer_step = Theorem(
    "The rate of one gradient step under PL with a step γ from 1/L to √3/L",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        order=mu < L,
        gamma_pos=gamma > 0,
        long=L * gamma >= 1,
        short=L**2 * gamma**2 <= 3,
        smooth=Smooth(f, L),
        pl=PL(f, mu, xs),
    ),
    claim=gap(longer) <= factor * gap(x),
)

pl_longer_step.proof(searched(using=[smooth_interpolation]))

excess = L * gamma - 1
rate = excess**2 / (excess**2 + gamma * mu * (2 - L * gamma))

pl_longest_step = Theorem(
    "The rate of one gradient step under PL with a step γ from √3/L to 2/L",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        order=mu < L,
        gamma_pos=gamma > 0,
        long=L**2 * gamma**2 >= 3,
        short=L * gamma < 2,
        smooth=Smooth(f, L),
        pl=PL(f, mu, xs),
    ),
    claim=gap(longer) <= rate * gap(x),
)

pl_longest_step.proof(searched(using=[smooth_interpolation]))
