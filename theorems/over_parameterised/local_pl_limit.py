"""Under PL where the iterates come, gradient descent converges to a point where f vanishes."""

from plproof import (
    COMPLETENESS,
    FALSE,
    ContinuousOn,
    Converges,
    Corollary,
    Function,
    GradientDescent,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Source,
    Space,
    Theorem,
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
from theorems.over_parameterised.local_pl import (
    LocalPL,
    Reached,
    ReachedPL,
    local_pl_rate,
    local_step,
    reached_from_ball,
    reached_pl_rate,
    step,
)
from theorems.sequences.naturals import difference
from theorems.sequences.powers import powers_vanish

W = Space("W")
f = Function("f", W)
w = Sequence("w", W)
u, v = Vectors("u v", W)
mu, beta, R, eps, delta = Reals("mu beta R epsilon delta")
i, j, k, n = Naturals("i j k n")
q = 1 - mu / beta
c = sqrt(8 / mu)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 6",),
)
positive = dict(mu_pos=mu > 0, beta_pos=beta > 0, nonnegative=forall(v, f(v) >= 0))
descent = dict(local=ReachedPL(f, mu, beta, w[0]), gd=GradientDescent(f, w, 1 / beta))


def fall(a, b):
    """Return √(8/μ) times the decrease of √f from a to b."""
    return c * (sqrt(f(a)) - sqrt(f(b)))


def later(n, k):
    """Say that w_k is no further from w_n than √f has fallen, and f not larger there."""
    return conj(norm(w[k] - w[n]) <= fall(w[n], w[k]), f(w[k]) <= f(w[n]))


path_length = Lemma(
    "Two iterates are at most √(8/μ) times the decrease of √f between them apart",
    source=source,
    given=positive | descent,
    claim=forall([n, k], implies(n <= k, later(n, k))),
)


@path_length.proof
def _(p):
    near = p.use(reached_pl_rate)
    with p.fix(k):
        v = w[k]
        p.have(Reached(f, mu, w[0], v), by=near(k)[0])
        here = p.local(v)
        p.have(sq(grad(f, v)) / 2 >= mu * f(v), by=here[0])
        p.have(f(step(v)) <= f(v) - sq(grad(f, v)) / (2 * beta), by=here[1])
        length = p.use(local_step, v=v)
        short = p.norm_of_multiple(1 / beta, -grad(f, v))
        moved = p.have(norm(w[k + 1] - v) <= fall(v, w[k + 1]), by=[short, length, p.gd(k)])
        lower = p.have(f(w[k + 1]) <= f(v), by=[here[1], p.gd(k)])
        p.have(conj(moved.claim, lower.claim))
    one = p.last
    with p.fix(n):
        with p.induction(forall(i, later(n, n + i))):
            with p.base():
                p.compare_squares(norm(w[n] - w[n]), 0, by=p.norm(w[n] - w[n])[1])
                p.have(later(n, n + 0), by=p.last)
            with p.step(i) as ih:
                both = p.triangle(w[n + i + 1] - w[n + i], w[n + i] - w[n])
                p.have(later(n, n + (i + 1)), by=[both, one(n + i)[0], one(n + i)[1], ih[0], ih[1]])
        shifted = p.last
        with p.fix(k), p.suppose(n <= k), p.obtain(p.use(difference)(k, n), i) as rest:
            p.have(later(n, n + i), by=shifted(i))
            p.have(later(n, k), by=[rest, p.last[0], p.last[1]])


values_vanish = Lemma(
    "Under PL where iterates come f becomes small along gradient descent",
    source=source,
    given=positive | descent,
    claim=forall(eps, implies(eps > 0, exists(n, f(w[n]) <= eps))),
)


@values_vanish.proof
def _(p):
    rate = p.use(reached_pl_rate)
    start = f(w[0])
    with p.fix(eps), p.suppose(eps > 0), p.cases():
        with p.case(mu <= beta):
            small = p.use(powers_vanish, q=q)
            with p.obtain(small(start, eps), n) as power:
                p.exhibit(exists(n, f(w[n]) <= eps), n, by=[rate(n)[1], power])
        with p.case(beta < mu):
            once = p.have(f(w[1]) <= q * start, by=rate(1)[1])
            p.have((mu / beta - 1) * start <= 0, by=[once, p.nonnegative(w[1])])
            p.have(start <= 0, by=1 / (mu / beta - 1) * p.last)
            p.exhibit(exists(n, f(w[n]) <= eps), 0, by=p.last)


def distance(a):
    """Return √(8f(a)/μ), how far from a the limit can be."""
    return sqrt(8 * f(a) / mu)


def limit(v):
    """Say that the iterates converge to v, how fast, and that f vanishes there."""
    return conj(
        Converges(w, v),
        norm(v - w[0]) <= distance(w[0]),
        forall(k, norm(w[k] - v) <= distance(w[k])),
        eq(f(v), 0),
    )


reached_pl_limit = Theorem(
    "Under PL where iterates come gradient descent converges to a point where f vanishes",
    source=source,
    given=positive | descent | dict(continuous=ContinuousOn(f, w[0], distance(w[0]))),
    claim=exists(v, limit(v)),
)


@reached_pl_limit.proof
def _(p):
    near, vanish = p.use(path_length), p.use(values_vanish)
    cc = p.root(8 / mu)[1]

    def far(k):
        """Note √f(w_k) and the distance at w_k, both in one form."""
        p.have(f(w[k]) >= 0, by=p.nonnegative(w[k]))
        root, square = p.root(f(w[k]))
        whole = p.root(8 * f(w[k]) / mu)[1]
        p.compare_squares(
            c * sqrt(f(w[k])), distance(w[k]), by=[whole, f(w[k]) * cc, c**2 * square]
        )
        return p.last, root, square

    with p.fix(n, k), p.suppose(n <= k):
        reach = far(n)[0]
        root = far(k)[1]
        p.have(norm(w[k] - w[n]) <= distance(w[n]), by=[near(n, k)[0], reach, c * root])
    within = p.last

    close = forall([j, k], implies(n <= j, n <= k, norm(w[j] - w[k]) <= eps))
    with p.fix(eps), p.suppose(eps > 0):
        with p.obtain(vanish(mu * eps**2 / 32), n) as small:
            p.have(f(w[n]) >= 0, by=p.nonnegative(w[n]))
            square = p.root(8 * f(w[n]) / mu)[1]
            half = p.compare_squares(distance(w[n]), eps / 2, by=[square, 8 / mu * small])
            with p.fix(j, k), p.suppose(n <= j), p.suppose(n <= k):
                both = p.triangle(w[j] - w[n], w[n] - w[k])
                p.have(norm(w[j] - w[k]) <= eps, by=[both, within(n, j), within(n, k), 2 * half])
            p.exhibit(exists(n, close), n, by=p.last)

    with p.obtain(p.axiom(COMPLETENESS, w), v) as converges:
        p.have(Converges(w, v), by=converges)
        with p.fix(k), p.cases():
            claim, beyond = norm(w[k] - v) <= distance(w[k]), distance(w[k]) < norm(w[k] - v)
            with p.case(claim):
                p.have(claim)
            with p.case(beyond) as outside, p.by_contradiction(claim):
                rest = (norm(w[k] - v) - distance(w[k])) / 2
                with p.obtain(converges(rest), n) as close_after:
                    both = p.triangle(w[k] - w[k + n], w[k + n] - v)
                    p.have(FALSE, by=[both, within(k, k + n), close_after(k + n), outside])
        rate = p.last
        there = p.have(norm(v - w[0]) <= distance(w[0]), by=rate(0))
        with p.cases():
            with p.case(f(v) <= 0):
                p.have(f(v) <= 0)
            with p.case(0 < f(v)) as above, p.by_contradiction(f(v) <= 0):
                with p.obtain(p.continuous(v, f(v) / 2), delta) as continuity:
                    p.have(delta > 0, by=continuity[0])
                    with p.obtain(converges(delta), n) as close_after:
                        with p.obtain(vanish(f(v) / 4), i) as small:
                            p.have(within(0, i + n).claim, by=within(0, i + n))
                            p.have(norm(w[i + n] - v) <= delta, by=close_after(i + n))
                            p.have(
                                FALSE,
                                by=[near(i, i + n)[1], small, continuity[1](w[i + n])[1], above],
                            )
        zero = p.equal(f(v), 0, by=(p.last, p.nonnegative(v)))
        p.exhibit(exists(v, limit(v)), v, by=[converges, there, rate, zero])


local_pl_limit = Corollary(
    "Under PL on a ball gradient descent converges to a point of the ball where f vanishes",
    source=source,
    given=positive
    | dict(
        radius=R >= distance(w[0]),
        local=LocalPL(f, mu, beta, w[0], R),
        continuous=ContinuousOn(f, w[0], R),
        gd=GradientDescent(f, w, 1 / beta),
    ),
    claim=conj(
        forall(k, conj(norm(w[k] - w[0]) <= R, f(w[k]) <= q**k * f(w[0]))),
        exists(v, conj(norm(v - w[0]) <= R, limit(v))),
    ),
    note="convergence to a minimiser needs PL only on a ball around the start, not globally; f "
    "need not be differentiable: where it is, ∇f is its gradient, elsewhere ∇f may be any vector "
    "with which local and gd hold",
)


@local_pl_limit.proof
def _(p):
    reached_from_ball(p)
    near = forall(
        u,
        implies(
            norm(u - w[0]) <= distance(w[0]),
            norm(u - v) <= delta,
            conj(f(u) - f(v) <= eps, -eps <= f(u) - f(v)),
        ),
    )
    with p.fix(v, eps), p.suppose(norm(v - w[0]) <= distance(w[0])) as close, p.suppose(eps > 0):
        p.have(norm(v - w[0]) <= R, by=[close, p.radius])
        with p.obtain(p.continuous(v, eps), delta) as known:
            with p.fix(u), p.suppose(norm(u - w[0]) <= distance(w[0])) as inside:
                with p.suppose(norm(u - v) <= delta):
                    p.have(norm(u - w[0]) <= R, by=[inside, p.radius])
                    p.have(conj(f(u) - f(v) <= eps, -eps <= f(u) - f(v)), by=known[1](u))
            p.exhibit(exists(delta, conj(delta > 0, near)), delta, by=[known[0], p.last])
    p.have(ContinuousOn(f, w[0], distance(w[0])), by=p.last)
    rate, found = p.use(local_pl_rate), p.use(reached_pl_limit)
    with p.obtain(found, v) as there:
        p.have(norm(v - w[0]) <= R, by=[there[1][0], p.radius])
        p.exhibit(local_pl_limit.claim.args[1], v, by=there)
    limit_in_ball = p.last
    p.have(local_pl_limit.claim.args[0], by=lambda k: [rate(k)[0], rate(k)[1][1]])
    p.have(local_pl_limit.claim, by=[limit_in_ball])
