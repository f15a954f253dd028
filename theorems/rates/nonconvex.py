"""Gradient descent without convexity: the smallest gradient of N + 1 is at most 4L·gap/(3N + 2)."""

from plproof import (
    FALSE,
    Function,
    GradientDescent,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    Theorem,
    Vector,
    conj,
    exists,
    forall,
    grad,
    implies,
    sq,
)
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease
from theorems.rates.smooth_interpolation import smooth_interpolation

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
v = Vector("v", E)
L, bound, low = Reals("L b m")
k, N = Naturals("k N")
small = 4 * L * (f(x[0]) - low) / (3 * N + 2)
source = Source(
    "The exact worst-case convergence rate of the gradient method with fixed step lengths for "
    "L-smooth functions",
    references=("Abbaszadehpeivasti, de Klerk and Zamani, 2022",),
)


def steepness(v):
    return sq(grad(f, v))


def step(v):
    return v - grad(f, v) / L


smooth_decrease = Lemma(
    "A step of length 1/L decreases an L-smooth function by ‖g‖²/(2L) + ‖g⁺‖²/(4L)",
    given=dict(L_pos=L > 0, smooth=Smooth(f, L)),
    claim=forall(v, f(v) - f(step(v)) >= steepness(v) / (2 * L) + steepness(step(v)) / (4 * L)),
    note="the gradient after the step counts too: half of what the descent lemma leaves out",
)


@smooth_decrease.proof
def _(p):
    meets = p.use(smooth_interpolation)
    p.have(smooth_decrease.claim, by=lambda v: meets(v, step(v)))


gradients_cannot_all_be_steep = Lemma(
    "If N + 1 squared gradients exceed b, then b < 4L(f(x₀) − m)/(3N + 2)",
    given=dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        gd=GradientDescent(f, x, 1 / L),
        below=forall(v, low <= f(v)),
        steep=forall(k, implies(k <= N, bound < steepness(x[k]))),
    ),
    claim=bound < 4 * L * (f(x[0]) - low) / (3 * N + 2),
    source=source,
)


@gradients_cannot_all_be_steep.proof
def _(p):
    falls = p.use(smooth_decrease)
    fallen = forall(k, implies(k <= N, f(x[0]) - f(x[k]) >= 3 * k / (4 * L) * bound))
    with p.induction(fallen), p.step(k) as ih:
        with p.suppose(k + 1 <= N) as more:
            p.have(k <= N, by=more)
            here = p.have(bound < steepness(x[k]), by=p.steep(k))
            there = p.have(bound < steepness(x[k + 1]), by=p.steep(k + 1))
            so_far = p.have(f(x[0]) - f(x[k]) >= 3 * k / (4 * L) * bound, by=ih())
            one = p.have(
                f(x[k]) - f(x[k + 1]) >= steepness(x[k]) / (2 * L) + steepness(x[k + 1]) / (4 * L),
                by=[falls(x[k]), p.gd(k)],
            )
            p.have(
                f(x[0]) - f(x[k + 1]) >= 3 * (k + 1) / (4 * L) * bound,
                by=[so_far, one, 1 / (2 * L) * here, 1 / (4 * L) * there],
            )
    every = p.last
    p.have(N <= N)
    total = p.have(f(x[0]) - f(x[N]) >= 3 * N / (4 * L) * bound, by=every(N))
    last = p.have(bound < steepness(x[N]), by=p.steep(N))
    left = p.have(
        f(x[N]) - low >= steepness(x[N]) / (2 * L),
        by=[p.use(sufficient_decrease, beta=L)(x[N]), p.below(step(x[N]))],
    )
    whole = p.have(
        f(x[0]) - low > (3 * N + 2) / (4 * L) * bound, by=[total, left, 1 / (2 * L) * last]
    )
    p.have(gradients_cannot_all_be_steep.claim, by=4 * L / (3 * N + 2) * whole)


smallest_gradient = Theorem(
    "Among N + 1 gradients one is small: ‖∇f(x_k)‖² ≤ 4L(f(x₀) − m)/(3N + 2) for some k ≤ N",
    source=source,
    given=dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        gd=GradientDescent(f, x, 1 / L),
        below=forall(v, low <= f(v)),
    ),
    claim=forall(N, exists(k, conj(k <= N, steepness(x[k]) <= small))),
    note="no convexity and no minimiser, only a lower bound m",
)


@smallest_gradient.proof
def _(p):
    with p.fix(N):
        some = exists(k, conj(k <= N, steepness(x[k]) <= small))
        with p.by_contradiction(some) as none:
            with p.fix(k), p.suppose(k <= N):
                with p.by_contradiction(small < steepness(x[k])) as not_larger, p.cases():
                    with p.case(small < steepness(x[k])):
                        p.contradiction(not_larger)
                    with p.case(steepness(x[k]) <= small):
                        p.exhibit(some, k)
                        p.contradiction(none)
            steep = p.have(small < small, by=p.use(gradients_cannot_all_be_steep, b=small))
            p.have(FALSE, by=steep)
