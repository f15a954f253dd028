"""The proximal point method on convex functions: f(x_N) − f* ≤ ‖x₀ − x*‖²/(4γN) for every N ≥ 1."""

from plproof import (
    FALSE,
    Convex,
    Definition,
    Function,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Source,
    Space,
    Theorem,
    Vectors,
    conj,
    exists,
    forall,
    implies,
    ip,
    sq,
)

E = Space("E")
f = Function("f", E)
x, y, v, xs = Vectors("x y v x*", E)
iterates = Sequence("x", E)
gamma, t, a, b = Reals("gamma t a b")
i, N = Naturals("i N")
source = Source(
    "Exact worst-case performance of first-order methods for composite convex optimization",
    label="Theorem 4.1",
    references=("Taylor, Hendrickx and Glineur, 2017",),
)


def gap(v):
    return f(v) - f(xs)


#: y is a proximal point of x: it minimises f + ‖· − x‖²/(2γ)
Proximal = Definition(
    "Proximal",
    [f, gamma, x, y],
    forall(v, f(y) + sq(y - x) / (2 * gamma) <= f(v) + sq(v - x) / (2 * gamma)),
    words="{3} minimises {0} + ‖· − {2}‖²/(2{1})",
)

short_step = Lemma(
    "A downward slope wins over a curve for some step of length at most 1",
    given=dict(down=a < 0, curve=b >= 0),
    claim=exists(t, conj(t > 0, t <= 1, t * a + t**2 * b < 0)),
)


@short_step.proof
def _(p):
    p.have(b - a > 0, by=[p.down, p.curve])
    best = -a / (b - a)
    positive = p.have(best > 0)
    short = p.have(best <= 1, by=1 / (b - a) * p.curve)
    fall = p.have(best * a + best**2 * b < 0, by=-a / (b - a) ** 2 * (a * p.down))
    p.exhibit(short_step.claim, best, by=[positive, short, fall])


proximal_subgradient = Lemma(
    "(x − y)/γ is a subgradient of a convex function at the proximal point y of x",
    given=dict(gamma_pos=gamma > 0, convex=Convex(f), proximal=Proximal(f, gamma, x, y)),
    claim=forall(v, f(v) >= f(y) + ip(x - y, v - y) / gamma),
    note="no gradient and no continuity: only the comparison with points between y and v",
)


@proximal_subgradient.proof
def _(p):
    with p.fix(v):
        rise = f(v) - f(y) - ip(x - y, v - y) / gamma
        bend = sq(v - y) / (2 * gamma)
        p.have(bend >= 0)
        with p.fix(t), p.suppose(conj(t > 0, t <= 1)):
            between = (1 - t) * y + t * v
            lower = p.proximal(between)
            upper = p.convex(y, v, t)
            p.have(t * rise + t**2 * bend >= 0, by=[lower, upper])
        never_down = p.last
        goal = f(v) >= f(y) + ip(x - y, v - y) / gamma
        with p.cases():
            with p.case(rise >= 0) as there:
                p.have(goal, by=there)
            with p.case(rise < 0):
                with p.by_contradiction(goal), p.obtain(p.use(short_step, a=rise, b=bend), t) as s:
                    p.have(t > 0, by=s[0])
                    p.have(t <= 1, by=s[1][0])
                    p.have(FALSE, by=[never_down(t), s[1][1]])


def potential(i, v):
    """What is left of ‖x₀ − x*‖²/(4γN) at the i-th of N steps; at N it is the gap."""
    return i / (2 * N - i) * gap(v) + (N - i) / (2 * N - i) ** 2 * sq(v - xs) / gamma


proximal_potential_step = Lemma(
    "A potential that knows the number of steps N does not increase at the step i < N",
    source=source,
    given=dict(
        gamma_pos=gamma > 0,
        convex=Convex(f),
        proximal=Proximal(f, gamma, x, y),
        more=i + 1 <= N,
    ),
    claim=potential(i + 1, y) <= potential(i, x),
)


@proximal_potential_step.proof
def _(p):
    below = p.use(proximal_subgradient)
    p.have(2 * N - i > 0, by=p.more)
    p.have(2 * N - i - 1 > 0, by=p.more)
    p.have(
        proximal_potential_step.claim,
        by=[
            i / (2 * N - i) * below(x),
            2 * N / ((2 * N - i) * (2 * N - i - 1)) * below(xs),
        ],
    )


proximal_point_rate = Theorem(
    "The proximal point method on convex functions: gap ≤ ‖x₀ − x*‖²/(4γN)",
    source=source,
    given=dict(
        gamma_pos=gamma > 0,
        convex=Convex(f),
        method=forall(i, Proximal(f, gamma, iterates[i], iterates[i + 1])),
    ),
    claim=forall(N, implies(N >= 1, gap(iterates[N]) <= sq(iterates[0] - xs) / (4 * gamma * N))),
    note="the best possible constant; x* may be any point, a minimiser or not",
)


@proximal_point_rate.proof
def _(p):
    start = sq(iterates[0] - xs) / (4 * gamma * N)
    with p.fix(N), p.suppose(N >= 1):
        with p.induction(forall(i, implies(i <= N, potential(i, iterates[i]) <= start))):
            with p.step(i) as ih, p.suppose(i + 1 <= N) as more:
                p.have(i <= N, by=more)
                p.have(2 * N - i > 0, by=more)
                p.have(2 * N - i - 1 > 0, by=more)
                p.have(Proximal(f, gamma, iterates[i], iterates[i + 1]), by=p.method(i))
                one = p.use(proximal_potential_step, x=iterates[i], y=iterates[i + 1])
                p.have(potential(i + 1, iterates[i + 1]) <= start, by=[one, ih()])
        every = p.last
        p.have(N <= N)
        at_end = p.have(potential(N, iterates[N]) <= start, by=every(N))
        p.have(gap(iterates[N]) <= start, by=at_end)
