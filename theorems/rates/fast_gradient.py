"""Nesterov's fast gradient method: potentials with symbolic k and the rates for every N."""

from plproof import (
    Corollary,
    Definition,
    Function,
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
    forall,
    grad,
    rational,
    sq,
)
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease

E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
xk, yk, zk = Sequence("x", E), Sequence("y", E), Sequence("z", E)
L, q = Reals("L q")
k, N = Natural("k"), Natural("N")
source = Source(
    "Potential-function proofs for gradient methods",
    references=("Bansal and Gupta, 2019", "Nesterov, 1983"),
)
given = dict(L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0))


def gap(v):
    return f(v) - f(xs)


# ------------------------------------------------ with momentum k/(k + 3)
#: x follows a gradient step from y, and y overshoots x by the momentum k/(k + 3)
FastGradient = Definition(
    "FastGradient",
    [f, xk, yk, L],
    conj(
        eq(yk[0], xk[0]),
        forall(
            k,
            conj(
                eq(xk[k + 1], yk[k] - grad(f, yk[k]) / L),
                eq(yk[k + 1], xk[k + 1] + k / (k + 3) * (xk[k + 1] - xk[k])),
            ),
        ),
    ),
    words="{1}, {2} is the fast gradient method on {0} with step 1/{3}",
)


def potential(k, x, y):
    """k(k + 2)/4 times the gap at x, and where ((k + 2)y − kx)/2 is."""
    z = ((k + 2) * y - k * x) / 2
    return k * (k + 2) / 4 * gap(x) + L / 2 * sq(z - xs)


next_x = y - grad(f, y) / L
next_y = next_x + k / (k + 3) * (next_x - x)

momentum_step = Theorem(
    "A step with momentum k/(k + 3) lowers the potential by a quarter of the new gap",
    source=source,
    given=given,
    claim=forall(
        [k, x, y], potential(k + 1, next_x, next_y) + gap(next_x) / 4 <= potential(k, x, y)
    ),
)


@momentum_step.proof
def _(p):
    falls = p.use(sufficient_decrease, beta=L)
    p.have(
        momentum_step.claim,
        by=lambda k, x, y: [
            k * (k + 2) / 4 * p.convex(y, x),
            (k + 2) ** 2 / 4 * falls(y),
            (k + 2) / 2 * p.convex(y, xs),
        ],
    )


fast_gradient_rate = Corollary(
    "Fast gradient on smooth convex functions: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N + 1)², N ≥ 1",
    source=source,
    given=given | dict(minimum=Minimiser(f, xs), method=FastGradient(f, xk, yk, L)),
    claim=forall(N, gap(xk[N + 1]) <= 2 * L * sq(xk[0] - xs) / (N + 2) ** 2),
    note="stated for x_{N+1}",
)


@fast_gradient_rate.proof
def _(p):
    step = p.use(momentum_step)
    start = L / 2 * sq(xk[0] - xs)

    def here(k):
        return potential(k, xk[k], yk[k])

    def one_step(k):
        moved = p.method[1](k)
        return p.have(
            here(k + 1) + gap(xk[k + 1]) / 4 <= here(k),
            by=[step(k, xk[k], yk[k]), moved[1], moved[0]],
        )

    with p.induction(forall(k, here(k) <= start)):
        with p.base():
            at_start = L / 2 * sq(yk[0] - xs)
            p.have(at_start <= start, by=p.method[0])
        with p.step(k) as ih:
            lower = p.minimum(xk[k + 1])
            p.have(here(k + 1) <= start, by=[one_step(k), ih, rational(1, 4) * lower])
    below = p.last
    with p.fix(N):
        last = one_step(N)
        far = p.have(0 <= sq(((N + 3) * yk[N + 1] - (N + 1) * xk[N + 1]) / 2 - xs))
        whole = p.have(
            (N + 2) ** 2 / 4 * gap(xk[N + 1]) <= L / 2 * sq(xk[0] - xs),
            by=[last, below(N), L / 2 * far],
        )
        p.have(gap(xk[N + 1]) <= 2 * L * sq(xk[0] - xs) / (N + 2) ** 2, by=4 / (N + 2) ** 2 * whole)


# ------------------------------------------------ with an averaged point, as in estimate sequences
def averaged_potential(k, x, z):
    return k * (k + 1) / 4 * gap(x) + L / 2 * sq(z - xs)


middle = (k * x + 2 * z) / (k + 2)

averaged_step = Theorem(
    "The potential k(k + 1)/4·(f(x) − f*) + (L/2)‖z − x*‖² does not increase when k grows by one",
    source=source,
    given=given,
    claim=forall(
        [k, x, z],
        averaged_potential(
            k + 1, middle - grad(f, middle) / L, z - (k + 1) / (2 * L) * grad(f, middle)
        )
        <= averaged_potential(k, x, z),
    ),
    note="y = (kx + 2z)/(k + 2) gives the gradient; x* is any point",
)


@averaged_step.proof
def _(p):
    falls = p.use(sufficient_decrease, beta=L)

    def reasons(k, x, z):
        y = (k * x + 2 * z) / (k + 2)
        return [
            k * (k + 1) / 4 * p.convex(y, x),
            (k + 1) * (k + 2) / 4 * falls(y),
            (k + 1) / 2 * p.convex(y, xs),
        ]

    p.have(averaged_step.claim, by=reasons)


# ------------------------------------------------ strongly convex functions, μ = q²L
strongly_given = dict(
    L_pos=L > 0,
    q_pos=q > 0,
    q_short=q <= 1,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, q**2 * L),
)


def mixed(x, z):
    return (x + q * z) / (1 + q)


def pull(x, z):
    """z moves to the mixed point y and by a long gradient step from it."""
    y = mixed(x, z)
    return (1 - q) * z + q * y - grad(f, y) / (q * L)


def energy(x, z):
    return gap(x) + q**2 * L / 2 * sq(z - xs)


def advance(x, z):
    y = mixed(x, z)
    return y - grad(f, y) / L


strongly_convex_fast_step = Theorem(
    "Fast gradient on strongly convex functions: the energy shrinks by 1 − √(μ/L) in every step",
    source=source,
    given=strongly_given,
    claim=forall([x, z], energy(advance(x, z), pull(x, z)) <= (1 - q) * energy(x, z)),
    note="q stands for √(μ/L): the modulus of convexity is μ = q²L; x* is any point",
)


@strongly_convex_fast_step.proof
def _(p):
    falls = p.use(sufficient_decrease, beta=L)

    def reasons(x, z):
        y = mixed(x, z)
        return [(1 - q) * p.convex(y, x), falls(y), q * p.convex(y, xs)]

    p.have(strongly_convex_fast_step.claim, by=reasons)


#: the two sequences of the fast gradient method for q²L-strongly convex functions
FastGradientStrong = Definition(
    "FastGradientStrong",
    [f, xk, zk, L, q],
    forall(k, conj(eq(xk[k + 1], advance(xk[k], zk[k])), eq(zk[k + 1], pull(xk[k], zk[k])))),
    words="{1}, {2} is the fast gradient method on {0} with step 1/{3} and q = {4}",
)

strongly_convex_fast_rate = Corollary(
    "Fast gradient on strongly convex functions converges linearly with rate 1 − √(μ/L)",
    source=source,
    given=strongly_given | dict(method=FastGradientStrong(f, xk, zk, L, q)),
    claim=forall(k, gap(xk[k]) <= (1 - q) ** k * energy(xk[0], zk[0])),
)


@strongly_convex_fast_rate.proof
def _(p):
    step = p.use(strongly_convex_fast_step)
    p.have(1 - q >= 0)
    start = energy(xk[0], zk[0])
    with p.induction(forall(k, energy(xk[k], zk[k]) <= (1 - q) ** k * start)), p.step(k) as ih:
        moved = p.method(k)
        one = p.have(
            energy(xk[k + 1], zk[k + 1]) <= (1 - q) * energy(xk[k], zk[k]),
            by=[step(xk[k], zk[k]), moved[0], moved[1]],
        )
        p.have(energy(xk[k + 1], zk[k + 1]) <= (1 - q) ** (k + 1) * start, by=[one, (1 - q) * ih])
    whole = p.last
    with p.fix(k):
        far = p.have(0 <= sq(zk[k] - xs))
        p.have(gap(xk[k]) <= (1 - q) ** k * start, by=[whole(k), q**2 * L / 2 * far])
