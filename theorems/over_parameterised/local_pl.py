"""PL on a ball is enough: gradient descent stays in the ball and converges linearly."""

from plproof import (
    Corollary,
    Definition,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Source,
    Space,
    Theorem,
    Vectors,
    conj,
    forall,
    grad,
    implies,
    norm,
    sq,
    sqrt,
)

W = Space("W")
f = Function("f", W)
w = Sequence("w", W)
v, w0 = Vectors("v w0", W)
mu, beta, R = Reals("mu beta R")
k = Natural("k")
q = 1 - mu / beta
c = sqrt(8 / mu)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 6",),
)


def step(v):
    return v - grad(f, v) / beta


#: v is as near to w0 as an iterate with its value can be
Reached = Definition(
    "Reached",
    [f, mu, w0, v],
    norm(v - w0) <= c * (sqrt(f(w0)) - sqrt(f(v))),
    words="{3} is within √(8/{1}) times the decrease of √{0} of {2}",
)

good = conj(sq(grad(f, v)) / 2 >= mu * f(v), f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta))

#: PL and sufficient decrease at the points that iterates from w0 can reach
ReachedPL = Definition(
    "ReachedPL",
    [f, mu, beta, w0],
    forall(v, implies(Reached(f, mu, w0, v), good)),
    words="{0} is {1}-PL and decreases sufficiently with step 1/{2} where iterates from {3} come",
)

#: PL and sufficient decrease where f is at most its start, on the ball of radius R around w0
LocalPL = Definition(
    "LocalPL",
    [f, mu, beta, w0, R],
    forall(v, implies(conj(norm(v - w0) <= R, f(v) <= f(w0)), good)),
    words="{0} is {1}-PL and decreases sufficiently with step 1/{2} on the ball B({3}, {4})",
)

local_step = Lemma(
    "A step is at most √(8/μ) times as long as the square root of f decreases",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        nonnegative=forall(v, f(v) >= 0),
        pl=sq(grad(f, v)) / 2 >= mu * f(v),
        decrease=f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta),
    ),
    claim=norm(grad(f, v)) / beta <= c * (sqrt(f(v)) - sqrt(f(step(v)))),
)


@local_step.proof
def _(p):
    g, n = grad(f, v), norm(grad(f, v))
    p.have(f(v) >= 0, by=p.nonnegative(v))
    p.have(f(step(v)) >= 0, by=p.nonnegative(step(v)))
    a, b, m = sqrt(f(v)), sqrt(f(step(v))), sqrt(2 * mu)
    n0, nn = p.norm(g)
    (a0, aa), (b0, bb) = p.root(f(v)), p.root(f(step(v)))
    (_, mm), (_, cc) = p.root(2 * mu), p.root(8 / mu)
    shorter = p.compare_squares(b, a, by=[aa, bb, p.decrease, nn])
    four = p.compare_squares(4, c * m, by=[m**2 * cc, 8 / mu * mm])
    steep = p.compare_squares(m * a, n, by=[a**2 * mm, 2 * mu * aa, nn, p.pl])
    drop = p.have(n * n <= 2 * beta * (a * a - b * b), by=[aa, bb, nn, p.decrease])
    with p.cases():
        with p.case(a <= 0) as flat:
            still = p.compare_squares(n, 0, by=[drop, 2 * beta * (flat * a0), 2 * beta * (b0 * b0)])
            p.have(local_step.claim, by=[1 / beta * still, c * shorter])
        with p.case(0 < a):
            both = p.have(
                m * a * n <= 4 * beta * a * (a - b),
                by=[steep * n0, drop, 2 * beta * (shorter * shorter)],
            )
            slope = p.have(m * n <= 4 * beta * (a - b), by=1 / a * both)
            p.have(local_step.claim, by=[1 / (4 * beta) * (four * n0), c / (4 * beta) * slope])


reached_pl_rate = Theorem(
    "Under PL where iterates come gradient descent converges linearly and not far from its start",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        nonnegative=forall(v, f(v) >= 0),
        local=ReachedPL(f, mu, beta, w[0]),
        gd=GradientDescent(f, w, 1 / beta),
    ),
    claim=forall(k, conj(Reached(f, mu, w[0], w[k]), f(w[k]) <= q**k * f(w[0]))),
    note="no radius occurs: where the iterates come is bounded by the decrease of √f",
)


@reached_pl_rate.proof
def _(p):
    start = w[0]

    def near(v):
        return norm(v - start) <= c * (sqrt(f(start)) - sqrt(f(v)))

    def local(v):
        """Note PL and decrease at v."""
        here = p.local(v)
        p.have(sq(grad(f, v)) / 2 >= mu * f(v), by=here[0])
        p.have(f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta), by=here[1])

    p.have(f(start) >= 0, by=p.nonnegative(start))
    with p.induction(forall(k, Reached(f, mu, start, w[k]))):
        with p.base():
            p.compare_squares(norm(start - start), 0, by=p.norm(start - start)[1])
            p.have(near(start), by=p.last)
        with p.step(k) as ih:
            v = w[k]
            local(v)
            length = p.use(local_step, v=v)
            short = p.norm_of_multiple(1 / beta, -grad(f, v))
            moved = p.triangle(v - start, 1 / beta * -grad(f, v))
            p.have(near(w[k + 1]), by=[moved, short, length, ih, p.gd(k)])
    close = p.last
    with p.fix(k):
        v = w[k]
        p.have(Reached(f, mu, start, v), by=close(k))
        here = p.local(v)
        p.have(f(w[k + 1]) <= q * f(v), by=[here[1], here[0], p.gd(k)])
    shrinks = p.last
    with p.cases():
        with p.case(mu <= beta):
            with p.induction(forall(k, f(w[k]) <= q**k * f(start))), p.step(k) as ih:
                p.have(f(w[k + 1]) <= q ** (k + 1) * f(start), by=[shrinks(k), ih])
        with p.case(beta < mu):  # q < 0: f vanishes at the start, and stays zero
            p.have(f(start) <= 0, by=[shrinks(0), p.nonnegative(w[1])])
            zero = p.equal(f(start), 0, by=(p.last, p.nonnegative(start)))
            with p.induction(forall(k, f(w[k]) <= 0)):
                with p.base():
                    p.have(f(start) <= 0, by=zero)
                with p.step(k):
                    p.have(
                        f(w[k + 1]) <= 0,
                        by=[shrinks(k), (mu / beta - 1) * p.nonnegative(w[k])],
                    )
            p.have(forall(k, f(w[k]) <= q**k * f(start)), by=lambda k: [p.last(k), q**k * zero])
    rate = p.last
    p.have(reached_pl_rate.claim, by=lambda k: [close(k), rate(k)])


reach = Lemma(
    "A point within reach of w₀ is in the ball of radius √(8f(w₀)/μ), and f is not larger there",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        nonnegative=forall(v, f(v) >= 0),
        radius=R >= sqrt(8 * f(w0) / mu),
    ),
    claim=forall(v, implies(Reached(f, mu, w0, v), conj(norm(v - w0) <= R, f(v) <= f(w0)))),
)


@reach.proof
def _(p):
    p.have(f(w0) >= 0, by=p.nonnegative(w0))
    (s0, ss), cc = p.root(f(w0)), p.root(8 / mu)[1]
    whole = p.root(8 * f(w0) / mu)[1]
    radius = p.compare_squares(
        c * sqrt(f(w0)), sqrt(8 * f(w0) / mu), by=[whole, f(w0) * cc, c**2 * ss]
    )
    with p.fix(v), p.suppose(Reached(f, mu, w0, v)) as near:
        p.have(f(v) >= 0, by=p.nonnegative(v))
        root, square = p.root(f(v))
        inside = p.have(norm(v - w0) <= R, by=[near, c * root, radius, p.radius])
        far, fall = p.norm(v - w0)[0], sqrt(f(w0)) - sqrt(f(v))
        lower = p.have(0 <= fall, by=[mu * c / 8 * near, mu * c / 8 * far, mu / 8 * fall * cc])
        below = p.have(f(v) <= f(w0), by=[square, ss, lower * root, lower * s0])
        p.have(conj(inside.claim, below.claim))


def reached_from_ball(p):
    """Prove PL where iterates from w_0 come from PL on the ball; returns what keeps them in it."""
    inside = p.use(reach, w0=w[0])
    with p.fix(v), p.suppose(Reached(f, mu, w[0], v)):
        p.have(conj(norm(v - w[0]) <= R, f(v) <= f(w[0])), by=inside(v))
        p.have(good, by=p.local(v))
    p.have(ReachedPL(f, mu, beta, w[0]), by=p.last)
    return inside


local_pl_rate = Corollary(
    "Under PL on a ball gradient descent stays in the ball and converges linearly",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        nonnegative=forall(v, f(v) >= 0),
        radius=R >= sqrt(8 * f(w[0]) / mu),
        local=LocalPL(f, mu, beta, w[0], R),
        gd=GradientDescent(f, w, 1 / beta),
    ),
    claim=forall(
        k,
        conj(
            norm(w[k] - w[0]) <= R,
            norm(w[k] - w[0]) <= c * (sqrt(f(w[0])) - sqrt(f(w[k]))),
            f(w[k]) <= q**k * f(w[0]),
        ),
    ),
    note="the radius √(8f(w₀)/μ) does not depend on β",
)


@local_pl_rate.proof
def _(p):
    inside = reached_from_ball(p)
    both = p.use(reached_pl_rate)
    with p.fix(k):
        p.have(Reached(f, mu, w[0], w[k]), by=both(k)[0])
        p.have(norm(w[k] - w[0]) <= R, by=inside(w[k])[0])
    stays = p.last
    p.have(local_pl_rate.claim, by=lambda k: [stays(k), both(k)[0], both(k)[1]])
