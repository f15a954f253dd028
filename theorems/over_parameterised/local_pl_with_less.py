"""Local PL with less: what its hypotheses on signs are for."""

from plproof import (
    FALSE,
    Function,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Space,
    Vector,
    conj,
    eq,
    forall,
    grad,
    ne,
    norm,
    sq,
    sqrt,
)
from theorems.over_parameterised.local_pl import local_pl_rate

W = Space("W")
f, w = Function("f", W), Sequence("w", W)
x = Vector("x", W)
mu, beta, R = Reals("mu beta R")
k = Natural("k")
q, c = 1 - mu / beta, sqrt(8 / mu)
after = x - grad(f, x) / beta


@local_pl_rate.without(
    "mu_pos",
    instead=dict(
        mu_nonzero=ne(mu, 0), root_defined=8 / mu >= 0, radius_defined=8 * f(w[0]) / mu >= 0
    ),
    redundant=True,
    note="μ > 0 is there so that the quotients and roots mean something",
)
def local_pl_rate_without_mu_pos(p):
    with p.cases():
        with p.case(mu < 0), p.by_contradiction(local_pl_rate.claim):
            p.have(FALSE, by=-mu * p.root_defined)
        with p.case(eq(mu, 0)), p.by_contradiction(local_pl_rate.claim):
            p.contradiction(p.mu_nonzero)
        with p.case(0 < mu):
            p.have(local_pl_rate.claim, by=local_pl_rate)


step_between = Lemma(
    "A step is at most √(8/μ) times as long as √f decreases, for f ≥ 0 at its two ends",
    given=dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        here=f(x) >= 0,
        there=f(after) >= 0,
        pl=sq(grad(f, x)) / 2 >= mu * f(x),
        decrease=f(after) <= f(x) - sq(grad(f, x)) / (2 * beta),
    ),
    claim=norm(grad(f, x)) / beta <= c * (sqrt(f(x)) - sqrt(f(after))),
    note="local_step with less: f ≥ 0 where it is used",
)


@step_between.proof
def _(p):
    n, a, b, m = norm(grad(f, x)), sqrt(f(x)), sqrt(f(after)), sqrt(2 * mu)
    n0, nn = p.norm(grad(f, x))
    (a0, aa), (b0, bb) = p.root(f(x)), p.root(f(after))
    (_, mm), (_, cc) = p.root(2 * mu), p.root(8 / mu)
    shorter = p.compare_squares(b, a, by=[aa, bb, p.decrease, nn])
    four = p.compare_squares(4, c * m, by=[m**2 * cc, 8 / mu * mm])
    steep = p.compare_squares(m * a, n, by=[a**2 * mm, 2 * mu * aa, nn, p.pl])
    drop = p.have(n * n <= 2 * beta * (a * a - b * b), by=[aa, bb, nn, p.decrease])
    with p.cases():
        with p.case(a <= 0) as flat:
            still = p.compare_squares(n, 0, by=[drop, 2 * beta * (flat * a0), 2 * beta * (b0 * b0)])
            p.have(step_between.claim, by=[1 / beta * still, c * shorter])
        with p.case(0 < a):
            both = p.have(
                m * a * n <= 4 * beta * a * (a - b),
                by=[steep * n0, drop, 2 * beta * (shorter * shorter)],
            )
            slope = p.have(m * n <= 4 * beta * (a - b), by=1 / a * both)
            p.have(step_between.claim, by=[1 / (4 * beta) * (four * n0), c / (4 * beta) * slope])


@local_pl_rate.without(
    "nonnegative",
    instead=dict(nonnegative_iterates=forall(k, f(w[k]) >= 0)),
    redundant=True,
    note="only the values at the iterates enter, whose roots the claim speaks of",
)
def local_pl_rate_without_nonnegative(p):
    start = w[0]
    p.have(f(start) >= 0, by=p.nonnegative_iterates(0))
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
            decrease = p.have(
                f(v - grad(f, v) / beta) <= f(v) - sq(grad(f, v)) / (2 * beta), by=local[1]
            )
            p.have(f(v) >= 0, by=p.nonnegative_iterates(k))
            p.have(f(v - grad(f, v) / beta) >= 0, by=[p.nonnegative_iterates(k + 1), p.gd(k)])
            length = p.use(step_between, x=v)
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
            p.have(f(start) <= 0, by=[shrinks(0), p.nonnegative_iterates(1)])
            zero = p.equal(f(start), 0, by=(p.last, p.nonnegative_iterates(0)))
            p.have(
                forall(k, f(w[k]) <= q**k * f(start)),
                by=lambda k: [close(k)[1], zero, q**k * zero],
            )
    rate = p.last
    p.have(local_pl_rate.claim, by=lambda k: [stays(k), close(k)[0], rate(k)])
