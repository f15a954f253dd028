"""Fast gradient for every number of steps: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N² + 5N + 6)."""

from plproof import (
    Lemma,
    Minimiser,
    Natural,
    Theorem,
    eq,
    forall,
    grad,
    implies,
    rational,
    sq,
)
from plproof.language.sorts import NAT
from plproof.language.terms import number
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.rates.fast_gradient_coefficients import (
    A,
    B,
    C,
    Coefficients,
    at_most_what_is_at_most,
    coefficients_fit,
    denominators,
    last_coefficients_fit,
    parts,
    positive_all,
)
from theorems.rates.fast_gradient_potential import (
    D,
    L,
    Z,
    ahead,
    alpha,
    alpha_,
    at_hand,
    beta,
    beta_,
    end_of_potential,
    f,
    gamma,
    gamma_,
    gap,
    given,
    i,
    j,
    k,
    k_,
    method,
    p_,
    p_of,
    potential_of,
    q,
    q_,
    s,
    source,
    step,
    step_of_potential,
    t,
    total,
    w,
    xk,
    xs,
    yk,
)
from theorems.rates.smooth_interpolation import convex_interpolation

N = Natural("N")
X0, Z1 = (total + 2) * (total + 3) / 4, (total**2 + 5 * total + 2) / 4


def potential(k, N, u, x, y):
    """Return the potential before the k-th of N steps, k ≥ 2; u gave x by a gradient step."""
    return potential_of(k, Coefficients(k, N).q, *Coefficients(k, N).all()[:3], u, x, y)


start_of_potential = Lemma(
    "The potential after two of N steps is at most 2L‖x₀ − x*‖²/((N + 2)(N + 3))",
    source=source,
    given=given | dict(stationary=eq(grad(f, xs), 0), start=eq(i, 0)) | method,
    claim=potential(k, total, *at_hand) <= L / (2 * X0) * sq(xk[0] - xs),
    note="N = j + 2",
)


@start_of_potential.proof
def _(p):
    meets = p.use(convex_interpolation)
    now = Coefficients(rational(2), total)
    once = 1 / Z1  # the weight of the first gradient
    alpha1 = (1 - once) / (2 * Z1)
    twice = 1 - once - 2 * now.q
    weights = [p.have(t >= 0) for t in (once, twice, 1 / (2 * X0) - alpha1, alpha1 - now.alpha)]
    moves = p.method[1]
    second = p.have(eq(xk[1], step(yk[0])), by=moves(0)[0])
    still = p.have(eq(yk[1], xk[1]), by=moves(0)[1])
    ready = p.have(eq(yk[i + 1], xk[1]), by=[p.start, still])
    moved = p.have(eq(xk[i + 2], step(yk[1])), by=[p.start, moves(1)[0]])
    ahead_ = p.have(eq(yk[i + 2], ahead(rational(1), xk[1], xk[i + 2])), by=[p.start, moves(1)[1]])
    equations = [ahead_, moved, ready, still, second]
    y, x = yk[0], step(yk[0])
    reach = L / (2 * X0)
    same = p.have(reach * sq(y - xs) <= reach * sq(xk[0] - xs), by=p.method[0])
    far = p.have(0 <= sq(y - xs - X0 * grad(f, y) / L))
    near = p.have(0 <= sq(x - xs - Z1 * grad(f, x) / L))
    p.have(start_of_potential.claim, by=[
        once * meets(xs, y), once * meets(y, x), twice * meets(xs, x), p.stationary,
        L * (weights[2] * far), L * (weights[3] * near), same, *equations, p.start,
    ])  # fmt: skip


def reached(i):
    """Return the potential at the step i + 2 of j + 2."""
    return potential(i + 2, total, yk[i + 1], xk[i + 2], yk[i + 2])


after_two_steps = Lemma(
    "Fast gradient on smooth convex functions after two steps or more",
    source=source,
    given=given | dict(minimum=Minimiser(f, xs)) | method,
    claim=gap(xk[j + 2]) <= L / (2 * X0) * sq(xk[0] - xs),
)


@after_two_steps.proof
def _(p):
    p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    bound, none = L / (2 * X0) * sq(xk[0] - xs), number(0, NAT)
    with p.induction(forall(i, implies(i <= j, reached(i) <= bound))):
        with p.base():
            p.have(eq(none, 0))
            start = p.use(start_of_potential, i=none)
            p.have(start.claim, by=start)
        with p.step(i) as ih, p.suppose(i + 1 <= j) as more:
            p.have(i <= j, by=more)
            now, then = Coefficients(k, total), Coefficients(k_, total)
            defined = p.use(denominators, a=i, b=j - i - 1)
            for claim, part in zip(positive_all(k, k_, total), parts(defined, 12), strict=True):
                p.have(claim, by=part)
            p.have(coefficients_fit.claim, by=coefficients_fit)
            p.have(3 / now.n >= 0)
            values = dict(zip((alpha, beta, gamma, p_of, q), now.all(), strict=True))
            values |= dict(zip((alpha_, beta_, gamma_, p_, q_), then.all(), strict=True))
            values |= {Z: now.z / 4, D: now.d / 8, w: 3 / now.n, s: k / now.m, t: 2 / (k + 2)}
            one = p.use(step_of_potential, values)
            before = ih()
            p.have(one.claim, by=one)
            p.have(before.claim, by=before)
            both = p.use(
                at_most_what_is_at_most, {A: one.claim.args[0], B: one.claim.args[1], C: bound}
            )
            p.have(both.claim, by=both)
    every = p.last
    p.have(j <= j)
    here = every(j)
    p.have(here.claim, by=here)
    last = Coefficients(total, total)
    values = dict(zip((alpha, beta, gamma, p_of, q), last.all(), strict=True))
    values |= {Z: last.z / 4, D: last.d / 8, i: j}
    p.have(last_coefficients_fit.claim, by=last_coefficients_fit)
    end = p.use(end_of_potential, values)
    p.have(end.claim, by=end)
    both = p.use(at_most_what_is_at_most, {A: end.claim.args[0], B: end.claim.args[1], C: bound})
    p.have(both.claim, by=both)


fast_gradient_sharp_rate = Theorem(
    "Fast gradient on smooth convex functions: f(x_N) − f* ≤ 2L‖x₀ − x*‖²/(N² + 5N + 6), N ≥ 1",
    source=source,
    given=given | dict(minimum=Minimiser(f, xs)) | method,
    claim=forall(N, gap(xk[N + 1]) <= 2 * L * sq(xk[0] - xs) / ((N + 3) * (N + 4))),
    note="stated for x_{N+1}; attained by a Huber function, so the best possible constant",
)


@fast_gradient_sharp_rate.proof
def _(p):
    stationary = p.have(eq(grad(f, xs), 0), by=gradient_vanishes)
    meets = p.use(convex_interpolation)
    with p.induction():
        with p.base():
            y, x = yk[0], step(yk[0])
            half = rational(1, 2)
            moved = p.have(eq(xk[1], x), by=p.method[1](0)[0])
            first = p.have(
                gap(xk[1]) <= L / 6 * sq(y - xs),
                by=[
                    half * meets(xs, y), half * meets(y, x), half * meets(xs, x),
                    stationary, moved,
                ],
            )  # fmt: skip
            same = p.have(L / 6 * sq(y - xs) <= L / 6 * sq(xk[0] - xs), by=p.method[0])
            p.have(gap(xk[1]) <= L / 6 * sq(xk[0] - xs), by=[first, same])
        with p.step(N):
            later = p.use(after_two_steps, j=N)
            p.have(later.claim, by=later)
