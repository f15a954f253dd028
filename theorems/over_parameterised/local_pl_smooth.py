"""Local PL with a gradient that is Lipschitz on the ball: the decrease of a step follows."""

from plproof import (
    FALSE,
    ContinuousOn,
    Corollary,
    DifferentiableAt,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Source,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    norm,
    sq,
    sqrt,
)
from theorems.functions.descent_on_segment import descent_on_segment
from theorems.functions.differentiable_is_continuous import differentiable_is_continuous
from theorems.over_parameterised.local_pl import (
    Reached,
    ReachedPL,
    good,
    reach,
    reached_pl_rate,
    step,
)
from theorems.over_parameterised.local_pl_limit import distance, limit, reached_pl_limit

W = Space("W")
f = Function("f", W)
w = Sequence("w", W)
u, v, w0 = Vectors("u v w0", W)
mu, beta, R, t, s, delta = Reals("mu beta R t s delta")
k = Natural("k")
c = sqrt(8 / mu)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 6",),
)

stationary_zero = Lemma(
    "Where a function that is nowhere negative is zero, its gradient vanishes",
    source=Source("Methodus ad disquirendam maximam et minimam", references=("Fermat, 1638",)),
    given=dict(
        differentiable=DifferentiableAt(f, v),
        nonnegative=forall(u, f(u) >= 0),
        zero=f(v) <= 0,
    ),
    claim=eq(grad(f, v), 0),
)


@stationary_zero.proof
def _(p):
    g, n = grad(f, v), norm(grad(f, v))
    n0, nn = p.norm(g)
    with p.cases():
        with p.case(n <= 0) as small:
            p.zero_vector(g, by=[small * n0, nn])
        with p.case(0 < n) as steep, p.by_contradiction(eq(g, 0)):
            with p.obtain(p.differentiable(n / 2), delta) as near:
                h = delta / n * -g
                p.have(delta > 0, by=near[0])
                short = p.have(norm(h) <= delta, by=p.norm_of_multiple(delta / n, -g))
                p.have(
                    FALSE,
                    by=[
                        near[1](h)[0],
                        p.nonnegative(v + h),
                        p.zero,
                        n / 2 * short,
                        near[0] * steep,
                        delta / n * nn,
                    ],
                )


def good_step(v):
    """Say that a step from v decreases f by ‖∇f‖²/(2β)."""
    return f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta)


def given(start):
    """Return the hypotheses: f ≥ 0, PL and a Lipschitz gradient on the ball around the start."""
    below = conj(norm(v - start) <= R, f(v) <= f(start))
    change = norm(grad(f, u) - grad(f, v))
    return dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        nonnegative=forall(v, f(v) >= 0),
        radius=R >= sqrt(8 * f(start) / mu),
        differentiable=forall(v, implies(norm(v - start) <= R, DifferentiableAt(f, v))),
        lipschitz=forall(
            [v, u], implies(below, norm(u - start) <= R, change <= beta * norm(u - v))
        ),
        pl=forall(v, implies(below, sq(grad(f, v)) / 2 >= mu * f(v))),
    )


smooth_is_reached = Lemma(
    "PL and a Lipschitz gradient on the ball give a sufficient decrease where iterates come",
    source=source,
    given=given(w0),
    claim=ReachedPL(f, mu, beta, w0),
    note="f ≥ 0 keeps the segment from v to the next iterate within the ball",
)


@smooth_is_reached.proof
def _(p):
    close = p.use(reach)
    p.have(f(w0) >= 0, by=p.nonnegative(w0))
    (_, bb), (c0, cc), (_, mm) = p.root(f(w0)), p.root(8 / mu), p.root(2 * mu)
    whole = p.root(8 * f(w0) / mu)[1]
    radius = p.compare_squares(
        c * sqrt(f(w0)), sqrt(8 * f(w0) / mu), by=[whole, f(w0) * cc, c**2 * bb]
    )
    m = sqrt(2 * mu)
    four = p.compare_squares(4, c * m, by=[m**2 * cc, 8 / mu * mm])
    with p.fix(v), p.suppose(Reached(f, mu, w0, v)) as near:
        p.have(norm(v - w0) <= R, by=close(v)[0])
        p.have(f(v) <= f(w0), by=close(v)[1])
        steep = p.have(sq(grad(f, v)) / 2 >= mu * f(v), by=p.pl(v))
        p.have(f(v) >= 0, by=p.nonnegative(v))
        g, n, a = grad(f, v), norm(grad(f, v)), sqrt(f(v))
        (_, nn), (a0, aa) = p.norm(g), p.root(f(v))
        # a step of length tn ≤ c√f(v) stays in the ball and decreases f
        room = conj(t >= 0, t * n <= c * a, t * beta <= 1)
        with p.fix(t), p.suppose(room) as small:
            x, part = v + s * (t * -g), conj(s >= 0, s <= 1)
            with p.fix(s), p.suppose(part):
                moved = p.triangle(v - w0, s * t * -g)
                short = p.norm_of_multiple(s * t, -g)
                used = p.have(s * t * n <= c * a, by=[s * small[1][0], (1 - s) * (c0 * a0)])
                p.have(norm(x - w0) <= R, by=[moved, short, used, near, radius, p.radius])
            inside = p.last
            with p.fix(s), p.suppose(part):
                p.have(norm(x - w0) <= R, by=inside(s))
                p.have(DifferentiableAt(f, x), by=p.differentiable(x))
            with p.fix(s), p.suppose(part):
                p.have(norm(x - w0) <= R, by=inside(s))
                shorter = p.norm_of_multiple(s, t * -g)
                p.have(
                    norm(grad(f, x) - g) <= beta * s * norm(t * -g),
                    by=[p.lipschitz(v, x), beta * shorter],
                )
            p.have(
                f(v + t * -g) <= f(v) - t / 2 * sq(g),
                by=[p.use(descent_on_segment, x=v, v=t * -g), t / 2 * sq(g) * small[1][1]],
            )
        decrease = p.last
        with p.cases():
            with p.case(n <= c * a * beta) as fits:
                p.have(1 / beta * n <= c * a, by=1 / beta * fits)
                p.have(good_step(v), by=decrease(1 / beta))
            with p.case(c * a * beta < n) as long, p.by_contradiction(good_step(v)):
                some = p.have(n > 0, by=[long, beta * (c0 * a0)])
                with p.cases():
                    with p.case(a <= 0) as flat:
                        p.have(f(v) <= 0, by=[aa, flat * a0])
                        p.have(DifferentiableAt(f, v), by=p.differentiable(v))
                        p.have(eq(g, 0), by=p.use(stationary_zero))
                        still = p.have(n * n <= 0, by=[nn, g * p.last])
                        p.have(FALSE, by=[still, some * some])
                    with p.case(0 < a) as positive:
                        full = c * a / n
                        p.have(full * beta <= 1, by=1 / n * long)
                        lower = decrease(full)
                        slope = p.compare_squares(m * a, n, by=[a**2 * mm, 2 * mu * aa, nn, steep])
                        after = p.have(f(v + full * -g) >= 0, by=p.nonnegative(v + full * -g))
                        gain = p.have(
                            c * a * n <= 2 * a * a, by=[2 * lower, 2 * after, c * a / n * nn, aa]
                        )
                        p.have(FALSE, by=[gain, c * a * slope, four * (positive * positive)])
        p.have(good, by=[steep, p.last])


local_pl_smooth_limit = Corollary(
    "Under PL and a Lipschitz gradient on a ball gradient descent converges to a zero of f in it",
    source=source,
    given=given(w[0]) | dict(gd=GradientDescent(f, w, 1 / beta)),
    claim=conj(
        forall(k, conj(norm(w[k] - w[0]) <= R, f(w[k]) <= (1 - mu / beta) ** k * f(w[0]))),
        exists(v, conj(norm(v - w[0]) <= R, limit(v))),
    ),
)


@local_pl_smooth_limit.proof
def _(p):
    start, radius = w[0], distance(w[0])
    p.have(ReachedPL(f, mu, beta, start), by=p.use(smooth_is_reached, w0=start))
    rate, inside = p.use(reached_pl_rate), p.use(reach, w0=start)
    with p.fix(k):
        p.have(Reached(f, mu, start, w[k]), by=rate(k)[0])
        p.have(norm(w[k] - start) <= R, by=inside(w[k])[0])
    stays = p.last
    p.have(local_pl_smooth_limit.claim.args[0], by=lambda k: [stays(k), rate(k)[1]])
    with p.fix(v), p.suppose(norm(v - start) <= radius) as close:
        p.have(norm(v - start) <= R, by=[close, p.radius])
        p.have(DifferentiableAt(f, v), by=p.differentiable(v))
    continuous = p.use(differentiable_is_continuous, x=start, r=radius)
    p.have(ContinuousOn(f, start, radius), by=continuous)
    with p.obtain(p.use(reached_pl_limit), v) as there:
        p.have(norm(v - start) <= R, by=[there[1][0], p.radius])
        p.exhibit(local_pl_smooth_limit.claim.args[1], v, by=there)
    p.have(local_pl_smooth_limit.claim)
