"""Steepest descent with exact line search: the gap shrinks by ((L − μ)/(L + μ))² in every step."""

from plproof import (
    Corollary,
    Definition,
    Function,
    Lemma,
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
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    sq,
)
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.functions.interpolation import interpolation
from theorems.gradient_descent.strongly_convex_step import arrival

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
steps = Sequence("x", E)
mu, L, gamma, t = Reals("mu L gamma t")
k = Natural("k")
rate = ((L - mu) / (L + mu)) ** 2
source = Source(
    "On the worst-case complexity of the gradient method with exact line search for smooth "
    "strongly convex functions",
    label="Theorem 1.2",
    references=("De Klerk, Glineur and Taylor, 2017",),
)
given = dict(mu_pos=mu > 0, L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, mu))


def gap(v):
    return f(v) - f(xs)


#: y is the best point on the line from x along the gradient
LineSearch = Definition(
    "LineSearch",
    [f, x, y],
    conj(
        exists(gamma, eq(y, x - gamma * grad(f, x))),
        forall(t, f(y) <= f(x - t * grad(f, x))),
    ),
    words="{2} is the best point of {0} along its gradient at {1}",
)

gradients_are_orthogonal = Lemma(
    "At the best point along the gradient the new gradient is orthogonal to the old one",
    given=dict(L_pos=L > 0, smooth=Smooth(f, L), best=LineSearch(f, x, y)),
    claim=eq(ip(grad(f, x), grad(f, y)), 0),
)


@gradients_are_orthogonal.proof
def _(p):
    g, h = grad(f, x), grad(f, y)
    slope, short = ip(g, h), 1 / (L * (sq(g) + 1))
    with p.obtain(p.best[0], gamma) as on_the_line:
        size = p.have(sq(g) >= 0, squares=[g])
        more = p.have(sq(g) + 1 > 0, by=size)
        p.have(L * (sq(g) + 1) > 0, by=p.L_pos * more)
        upper = p.use(descent_lemma, beta=L)(y, -(short * slope) * g)
        best = p.have(
            f(y) <= f(y - short * slope * g),
            by=[p.best[1](gamma + short * slope), on_the_line],
        )
        small = p.have(slope**2 * (short - L / 2 * short**2 * sq(g)) <= 0, by=[best, upper])
        whole = p.have((slope * short) ** 2 >= 0, squares=[slope * short])
        inverse = p.have(forall(t, implies(t > 0, eq(1 / t * t, 1))))
        unit = inverse(L * (sq(g) + 1))
        half = p.have(
            slope**2 * short / 2 <= 0, by=[small, L / 2 * whole, slope**2 * short / 2 * unit]
        )
        none = p.have(slope**2 <= 0, by=[2 * L * (sq(g) + 1) * half, slope**2 * unit])
        low, high = p.compare_squares(slope, 0, by=none), p.compare_squares(-slope, 0, by=none)
        p.equal(slope, 0, by=(low, high))


orthogonal_step = Lemma(
    "A step from x to y that ends where ∇f(y) is orthogonal to ∇f(x) and to y − x",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        order=mu < L,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, mu),
        minimum=Minimiser(f, xs),
        gradients=eq(ip(grad(f, x), grad(f, y)), 0),
        across=eq(ip(grad(f, y), y - x), 0),
    ),
    claim=gap(y) <= rate * gap(x),
    note="however y was found",
)


@orthogonal_step.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(interpolation, alpha=mu, beta=L)
    p.have(
        orthogonal_step.claim,
        by=[
            (L - mu) / (L + mu) * meets(x, y),
            2 * mu * (L - mu) / (L + mu) ** 2 * meets(xs, x),
            2 * mu / (L + mu) * meets(xs, y),
            2 / (L + mu) * p.gradients,
            p.across,
            stationary,
        ],
    )


line_search_step = Theorem(
    "One step of exact line search multiplies the gap by at most ((L − μ)/(L + μ))²",
    source=source,
    given=given | dict(minimum=Minimiser(f, xs)),
    claim=forall([x, y], implies(LineSearch(f, x, y), gap(y) <= rate * gap(x))),
    note="best possible; μ > L is allowed, where only the space {0} has such functions",
)


@line_search_step.proof
def _(p):
    with p.fix(x, y), p.suppose(LineSearch(f, x, y)) as best, p.cases():
        with p.case(mu < L):
            gradients = p.have(eq(ip(grad(f, x), grad(f, y)), 0), by=gradients_are_orthogonal)
            with p.obtain(best[0], gamma) as on_the_line:
                moved = p.have(
                    eq(ip(grad(f, y), y - x), -gamma * ip(grad(f, x), grad(f, y))),
                    by=grad(f, y) * on_the_line,
                )
                p.have(eq(ip(grad(f, y), y - x), 0), by=[moved, -gamma * gradients])
            p.have(gap(y) <= rate * gap(x), by=orthogonal_step)
        with p.case(L <= mu):
            there = p.use(arrival, alpha=mu, beta=L)(x)
            short = p.have(f(y) <= f(x - grad(f, x) / L), by=best[1](1 / L))
            lower = p.have(f(y) <= f(xs), by=[short, there])
            p.have(rate >= 0, squares=[(L - mu) / (L + mu)])
            p.have(gap(y) <= rate * gap(x), by=[lower, rate * p.minimum(x)])


line_search_rate = Corollary(
    "Exact line search converges linearly with rate ((L − μ)/(L + μ))²",
    source=source,
    given=given
    | dict(
        minimum=Minimiser(f, xs),
        method=forall(k, LineSearch(f, steps[k], steps[k + 1])),
    ),
    claim=forall(k, gap(steps[k]) <= ((L - mu) / (L + mu)) ** (2 * k) * gap(steps[0])),
)


@line_search_rate.proof
def _(p):
    one_step = p.use(line_search_step)
    q = (L - mu) / (L + mu)
    with p.induction(), p.step(k) as ih:
        p.have(LineSearch(f, steps[k], steps[k + 1]), by=p.method(k))
        one = p.have(gap(steps[k + 1]) <= rate * gap(steps[k]), by=one_step(steps[k], steps[k + 1]))
        p.have(rate >= 0, squares=[q])
        p.have(gap(steps[k + 1]) <= q ** (2 * (k + 1)) * gap(steps[0]), by=[one, rate * ih])
