"""Gradient descent with any step γ ≤ 2/(L + μ) on strongly convex functions: rate (1 − γμ)²."""

from plproof import (
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
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    sq,
)
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.functions.interpolation import interpolation

E = Space("E")
f = Function("f", E)
x, xs = Vectors("x x*", E)
iterates = Sequence("x", E)
mu, L, gamma = Reals("mu L gamma")
k = Natural("k")
q = 1 - gamma * mu
source = Source(
    "Exact worst-case convergence rates of the proximal gradient method for composite convex "
    "minimization",
    label="Theorems 3.1–3.3",
    references=("Taylor, Hendrickx and Glineur, 2018",),
)
given = dict(
    mu_pos=mu > 0,
    order=mu < L,
    gamma_pos=gamma > 0,
    short=gamma * (L + mu) <= 2,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, mu),
)
minimum = dict(minimum=Minimiser(f, xs))


def step(v):
    return v - gamma * grad(f, v)


def distance(v):
    return sq(v - xs)


def gap(v):
    return f(v) - f(xs)


def steepness(v):
    return sq(grad(f, v))


def one_step(measure):
    """Say that a step shrinks a measure of the point by (1 − γμ)²."""
    return forall(x, measure(step(x)) <= q**2 * measure(x))


distance_any_step = Theorem(
    "A step γ ≤ 2/(L + μ) multiplies the squared distance to the minimiser by (1 − γμ)²",
    source=source,
    given=given | minimum,
    claim=one_step(distance),
)


@distance_any_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(interpolation, alpha=mu, beta=L)
    p.have(gamma * mu < 1, by=[p.short, gamma * p.order])
    both = 2 * gamma * (1 - gamma * mu)
    p.have(
        distance_any_step.claim,
        by=lambda x: [both * meets(x, xs), both * meets(xs, x), stationary],
    )


gap_any_step = Theorem(
    "A step γ ≤ 2/(L + μ) multiplies the gap to the minimum by (1 − γμ)²",
    source=source,
    given=given | minimum,
    claim=one_step(gap),
)


@gap_any_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(interpolation, alpha=mu, beta=L)
    p.have(gamma * mu < 1, by=[p.short, gamma * p.order])
    p.have(
        gap_any_step.claim,
        by=lambda x: [
            q * meets(x, step(x)),
            gamma * mu * q * meets(xs, x),
            gamma * mu * meets(xs, step(x)),
            stationary,
        ],
    )


gradient_any_step = Theorem(
    "A step γ ≤ 2/(L + μ) multiplies the squared norm of the gradient by (1 − γμ)²",
    source=source,
    given=given,
    claim=one_step(steepness),
)


@gradient_any_step.proof
def _(p):
    meets = p.use(interpolation, alpha=mu, beta=L)
    p.have(gamma * mu < 1, by=[p.short, gamma * p.order])
    both = 2 * q / gamma
    p.have(
        gradient_any_step.claim,
        by=lambda x: [both * meets(x, step(x)), both * meets(step(x), x)],
    )


def decays(measure):
    """Say that a measure of the iterates decays like (1 − γμ)^(2k)."""
    return forall(k, measure(iterates[k]) <= q ** (2 * k) * measure(iterates[0]))


def by_steps(p, measure, theorem):
    """Prove the decay by induction from what one step does."""
    shrinks = p.use(theorem)
    p.have(q**2 >= 0, squares=[q])
    with p.induction(decays(measure)), p.step(k) as ih:
        here, there = measure(iterates[k]), measure(iterates[k + 1])
        one = p.have(there <= q**2 * here, by=[shrinks(iterates[k]), p.gd(k)])
        p.have(there <= q ** (2 * (k + 1)) * measure(iterates[0]), by=[one, q**2 * ih])


method = dict(gd=GradientDescent(f, iterates, gamma))

distance_decay = Corollary(
    "With a step γ ≤ 2/(L + μ) the squared distance to the minimiser decays like (1 − γμ)^(2k)",
    source=source,
    given=given | minimum | method,
    claim=decays(distance),
)
gap_decay = Corollary(
    "With a step γ ≤ 2/(L + μ) the gap to the minimum decays like (1 − γμ)^(2k)",
    source=source,
    given=given | minimum | method,
    claim=decays(gap),
)
gradient_decay = Corollary(
    "With a step γ ≤ 2/(L + μ) the squared norm of the gradient decays like (1 − γμ)^(2k)",
    source=source,
    given=given | method,
    claim=decays(steepness),
)


@distance_decay.proof
def _(p):
    by_steps(p, distance, distance_any_step)


@gap_decay.proof
def _(p):
    by_steps(p, gap, gap_any_step)


@gradient_decay.proof
def _(p):
    by_steps(p, steepness, gradient_any_step)
