"""PL on a ball is enough: gradient descent stays in the ball and converges linearly."""

from plproof import (
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
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 6",),
)


def step(v):
    return v - grad(f, v) / beta


#: PL and sufficient decrease where f is at most its start, on the ball of radius R around w0
LocalPL = Definition(
    "LocalPL",
    [f, mu, beta, w0, R],
    forall(
        v,
        implies(
            conj(norm(v - w0) <= R, f(v) <= f(w0)),
            conj(
                sq(grad(f, v)) / 2 >= mu * f(v),
                f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta),
            ),
        ),
    ),
    words="{0} is {1}-PL and decreases sufficiently with step 1/{2} on the ball B({3}, {4})",
)

c = sqrt(8 / mu)

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


local_pl_rate = Theorem(
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
    start = w[0]
    p.have(f(start) >= 0, by=p.nonnegative(start))
    s0, cc = p.root(f(start)), p.root(8 / mu)
    whole = p.root(8 * f(start) / mu)
    reach = p.compare_squares(
        c * sqrt(f(start)),
        sqrt(8 * f(start) / mu),
        by=[whole[1], f(start) * cc[1], c**2 * s0[1]],
    )

    def near(v):
        return conj(
            norm(v - start) <= c * (sqrt(f(start)) - sqrt(f(v))),
            f(v) <= f(start),
        )

    def inside(v, close):
        root = p.have(sqrt(f(v)) >= 0)
        return p.have(norm(v - start) <= R, by=[close[0], c * root, reach, p.radius])

    with p.induction(forall(k, near(w[k]))):
        with p.base():
            here = p.compare_squares(norm(start - start), 0, by=p.norm(start - start)[1])
            p.have(near(start), by=here)
        with p.step(k) as ih:
            v = w[k]
            inside(v, ih)
            local = p.local(v)
            p.have(sq(grad(f, v)) / 2 >= mu * f(v), by=local[0])
            decrease = p.have(f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta), by=local[1])
            length = p.use(local_step, v=v)
            short = p.norm_of_multiple(1 / beta, -grad(f, v))
            moved = p.triangle(v - start, 1 / beta * -grad(f, v))
            p.have(
                norm(w[k + 1] - start) <= c * (sqrt(f(start)) - sqrt(f(w[k + 1]))),
                by=[moved, short, length, ih[0], p.gd(k)],
            )
            p.have(f(w[k + 1]) <= f(start), by=[decrease, ih[1], p.gd(k)])
            p.have(near(w[k + 1]))
    close = p.last
    with p.fix(k):
        inside(w[k], close(k))
    stays = p.last
    with p.fix(k):
        v = w[k]
        p.have(f(v) <= f(start), by=close(k)[1])
        p.have(norm(v - start) <= R, by=stays(k))
        local = p.local(v)
        p.have(f(w[k + 1]) <= q * f(v), by=[local[1], local[0], p.gd(k)])
    shrinks = p.last
    with p.cases():
        with p.case(mu <= beta):
            with p.induction(forall(k, f(w[k]) <= q**k * f(start))), p.step(k) as ih:
                p.have(f(w[k + 1]) <= q ** (k + 1) * f(start), by=[shrinks(k), ih])
        with p.case(beta < mu):  # q < 0: f vanishes at the start, and stays zero
            p.have(f(start) <= 0, by=[shrinks(0), p.nonnegative(w[1])])
            zero = p.equal(f(start), 0, by=(p.last, p.nonnegative(start)))
            p.have(
                forall(k, f(w[k]) <= q**k * f(start)),
                by=lambda k: [close(k)[1], zero, q**k * zero],
            )
    rate = p.last
    p.have(local_pl_rate.claim, by=lambda k: [stays(k), close(k)[0], rate(k)])
