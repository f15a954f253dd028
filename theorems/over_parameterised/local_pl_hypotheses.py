"""Which hypotheses local PL needs: counterexamples on the real line."""

from plproof import (
    FALSE,
    Function,
    GradientDescent,
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
    implies,
    ip,
    mapsto,
    ne,
    norm,
    rational,
    sq,
    sqrt,
)
from theorems.functions.bowl import bowl, bowl_descent, bowl_gradient, descent
from theorems.over_parameterised.local_pl import LocalPL, local_pl_rate

W, line = Space("W"), Space.coordinates(1)
f, w = Function("f", W), Sequence("w", W)
mu, beta, R = Reals("mu beta R")
k = Natural("k")
e, v = line.basis(1), Vector("v", line)
one, half = rational(1), rational(1, 2)


# ---------------------------------------------------------------- x²/2 and x²
def good(f, mu, beta, v):
    """Say that PL and the decrease of a step hold at v."""
    step = f(v - grad(f, v) / beta)
    return conj(sq(grad(f, v)) / 2 >= mu * f(v), step <= f(v) - sq(grad(f, v)) / (2 * beta))


def never_negative(p, f):
    """Note that f is nowhere negative, which a square shows."""
    p.have(forall(v, f(v) >= 0))


def within(p, radius, f, start, mu):
    """Note radius ≥ √(8f(start)/μ)."""
    reach = 8 * f(start) / mu
    p.compare_squares(sqrt(reach), radius, by=p.root(reach)[1])


half_square = bowl(1, line)


def half_square_is_pl(p, start, radius):
    """Prove LocalPL of x²/2 with μ = β = 1, on whatever ball."""
    slope = p.use(bowl_gradient, spaces={Space("E"): line}, c=1)[1]
    with p.fix(v):
        p.have(good(half_square, 1, one, v), by=slope(v))
    p.have(LocalPL(half_square, 1, 1, start, radius), by=p.last)


@local_pl_rate.without(
    "gd",
    spaces={W: line},
    note="f(x) = x²/2 on the real line, with μ = β = 1, R = 2 and w_k = 1, which does not move",
)
def local_pl_rate_needs_gd(p):
    w = mapsto(k, e)
    never_negative(p, half_square)
    half_square_is_pl(p, w[0], 2)
    within(p, 2, half_square, w[0], 1)
    p.have(FALSE, by=p.statement(1, 1, half_square, 2, w)(1)[1][1])


@local_pl_rate.without(
    "radius",
    instead=dict(smaller=R >= rational(99, 100) * sqrt(2 * f(w[0]) / mu)),
    spaces={W: line},
    note="f(x) = x²/2 on the real line, with μ = β = 1, w_0 = 1 and R = 0.99: w_1 = 0 is outside",
)
def local_pl_rate_needs_radius(p):
    w, R = descent(1, 1, e), rational(99, 100)
    never_negative(p, half_square)
    half_square_is_pl(p, w[0], R)
    p.have(GradientDescent(half_square, w, one / 1), by=p.use(bowl_descent, c=1, v=e, eta=1))
    reach = 2 * half_square(w[0]) / 1
    unit = p.compare_squares(sqrt(reach), 1, by=p.root(reach)[1])
    p.have(R >= R * sqrt(reach), by=R * unit)
    apart = p.norm(w[1] - w[0])
    inside = p.statement(1, 1, half_square, R, w)(1)[0]
    p.have(FALSE, by=[apart[1], inside * apart[0], R * inside])


@local_pl_rate.without(
    "local",
    spaces={W: line},
    note="f(x) = x² on the real line, with μ = β = 1, R = 3: w_k = (−1)^k comes no closer",
)
def local_pl_rate_needs_local_pl(p):
    f, w = bowl(2, line), descent(2, 1, e)
    never_negative(p, f)
    p.have(GradientDescent(f, w, one / 1), by=p.use(bowl_descent, c=2, v=e, eta=1))
    within(p, 3, f, w[0], 1)
    p.have(FALSE, by=p.statement(1, 1, f, 3, w)(1)[1][1])


# ---------------------------------------------------------------- a jump, and a negative β
def inside(v):
    """Return x(1 − x), positive between 0 and 1 only."""
    return ip(e, v) * (1 - ip(e, v))


def size(v):
    """Return |x(1 − x)|."""
    return sqrt(inside(v) * inside(v))


g = Function("g", line)
arrived = rational(5, 2) * e
leap = mapsto(k, (rational(5, 2) - 2 * rational(0) ** k) * e)
low, third = rational(-1, 2), rational(1, 3)
#: how far the Theorem allows the first step to go
fall = sqrt(8 / third) * (sqrt(g(leap[0])) - sqrt(g(leap[1])))

leaps_away = Lemma(
    "With step −2 a function that jumps up at 0 and 1 is local PL, and is left for good at once",
    given=dict(
        rise=forall(v, implies(inside(v) > 0, conj(eq(g(v), 1 + ip(e, v)), eq(grad(g, v), e)))),
        level=forall(v, implies(inside(v) <= 0, eq(g(v), 2))),
        flat=eq(grad(g, arrived), 0),
    ),
    claim=conj(
        forall(v, g(v) >= 0),
        rational(6) >= sqrt(8 * g(leap[0]) / third),
        LocalPL(g, third, low, leap[0], 6),
        GradientDescent(g, leap, 1 / low),
        fall < norm(leap[1] - leap[0]),
    ),
    note="g is 1 + x between 0 and 1, and 2 elsewhere",
)


@leaps_away.proof
def _(p):
    x = ip(e, v)
    with p.fix(v), p.cases():
        with p.case(inside(v) <= 0):
            p.have(g(v) >= 0, by=p.level(v))
        with p.case(0 < inside(v)) as s:
            p.have(x >= 0, by=s, squares=[x])
            p.have(g(v) >= 0, by=[p.last, p.rise(v)[0]])
    positive = p.last
    p.have(inside(leap[0]) > 0)
    value, first = p.rise(leap[0])[0], p.rise(leap[0])[1]
    p.have(g(leap[0]) >= 0, by=positive(leap[0]))
    reach = 8 * g(leap[0]) / third
    p.compare_squares(sqrt(reach), 6, by=[p.root(reach)[1], 24 * value])
    with p.fix(v), p.suppose(conj(norm(v - leap[0]) <= 6, g(v) <= g(leap[0]))) as near:
        with p.cases():
            with p.case(inside(v) <= 0), p.by_contradiction(good(g, third, low, v)):
                p.have(FALSE, by=[near[1], p.level(v), value])
            with p.case(0 < inside(v)) as s:
                p.have(x >= 0, by=s, squares=[x])
                here, slope = p.rise(v)[0], p.rise(v)[1]
                p.have(x <= half, by=[near[1], here, value])
                p.have(inside(v + 2 * e) <= 0, squares=[x])
                steps = p.have(eq(v - grad(g, v) / low, v + 2 * e), by=2 * slope)
                p.have(g(v - grad(g, v) / low) <= 2, by=[steps, p.level(v + 2 * e)])
                decrease = p.last
                unit = p.have(eq(sq(grad(g, v)), 1), by=slope)
                p.have(good(g, third, low, v), by=[decrease, unit, here])
    p.have(LocalPL(g, third, low, leap[0], 6), by=p.last)
    with p.induction(forall(k, eq(leap[k + 1], leap[k] - 1 / low * grad(g, leap[k])))):
        with p.base():
            p.have(eq(leap[0 + 1], leap[0] - 1 / low * grad(g, leap[0])), by=2 * first)
        with p.step(k):
            there = p.have(eq(leap[k + 1], arrived))
            p.have(
                eq(leap[k + 1 + 1], leap[k + 1] - 1 / low * grad(g, leap[k + 1])),
                by=[there, p.flat],
            )
    p.have(GradientDescent(g, leap, 1 / low), by=p.last)
    p.have(inside(leap[1]) <= 0)
    after, apart = p.level(leap[1]), p.norm(leap[1] - leap[0])
    p.have(g(leap[1]) >= 0, by=positive(leap[1]))
    roots = [p.root(g(leap[0]))[1], p.root(g(leap[1]))[1]]
    higher = p.compare_squares(sqrt(g(leap[0])), sqrt(g(leap[1])), by=[*roots, value, after])
    far = p.compare_squares(1, norm(leap[1] - leap[0]), by=apart[1])
    factor = p.root(8 / third)[0]
    p.have(fall < norm(leap[1] - leap[0]), by=[factor * higher, far])
    p.have(leaps_away.claim)


#: 1 + x between 0 and 1, else 2: (|s| + s)/(2|s|) is 1 for s > 0, else 0
ramp = mapsto(v, 2 - (size(v) + inside(v)) / (2 * size(v)) * (1 - ip(e, v)))


def signed(p, v, sign):
    """Prove |x(1 − x)| = ±x(1 − x), where the sign of x(1 − x) is known."""
    s, n = inside(v), size(v)
    square = p.root(s * s)[1]
    low = p.compare_squares(n, sign * s, by=square)
    return p.equal(n, sign * s, by=(low, p.compare_squares(sign * s, n, by=square)))


def slope(p, v, same, value, gradient, multiplier):
    """Prove ∇ramp = value·e, the gradient; x(1 − x) ≠ 0 is known, and so is its sign."""
    x, s, n = ip(e, v), inside(v), size(v)
    bend = (1 - 2 * x) * (1 - x) / (2 * n**3)
    steepness = (n + s) / (2 * n) - bend * (n + s) * (n - s)
    found = p.have(eq(grad(ramp, v), steepness * e), by=p.differentiate(ramp, v)[1])
    known = p.have(eq(steepness, value), by=multiplier(n, s, bend) * same)
    rest = grad(ramp, v) - gradient
    zero = p.zero_vector(rest, by=[rest * found, ip(e, rest) * known])
    return p.have(eq(grad(ramp, v), gradient), by=zero)


def between(p, v):
    """Prove that the ramp is 1 + x, with slope 1, where 0 < x(1 − x) is known."""
    s, n = inside(v), size(v)
    known = p.have(s > 0)
    p.have(s * s > 0, by=known * known)
    same = signed(p, v, one)
    p.have(n > 0, by=[same, known])
    value = p.have(eq(ramp(v), 1 + ip(e, v)), by=(1 - ip(e, v)) / (2 * n) * same)
    return value, slope(p, v, same, one, e, lambda n, s, bend: -(1 / (2 * n) + bend * (n + s)))


def outside(p, v):
    """Prove that the ramp is 2 where x(1 − x) ≤ 0 is known."""
    same = signed(p, v, -one)
    return p.have(eq(ramp(v), 2), by=(1 - ip(e, v)) / (2 * size(v)) * same)


def flat(p, v):
    """Prove that the ramp has slope 0 where x(1 − x) < 0 is known."""
    s, n = inside(v), size(v)
    known = p.have(s < 0)
    p.have(s * s > 0, by=known * known)
    same = signed(p, v, -one)
    p.have(n > 0, by=[same, known])
    return slope(
        p, v, same, rational(0), line.zero, lambda n, s, bend: 1 / (2 * n) - bend * (n - s)
    )


@local_pl_rate.without(
    "beta_pos",
    instead=dict(beta_nonzero=ne(beta, 0)),
    spaces={W: line},
    note="f(x) = 1 + x for 0 < x < 1 and 2 elsewhere, with μ = 1/3, β = −1/2, R = 6, w_0 = 1/2: "
    "w_1 = 5/2 is further away and f larger there",
)
def local_pl_rate_needs_beta_pos(p):
    p.have(ne(low, 0))
    with p.fix(v), p.suppose(inside(v) > 0):
        value, slope = between(p, v)
        p.have(conj(value.claim, slope.claim), by=[value, slope])
    with p.fix(v), p.suppose(inside(v) <= 0):
        outside(p, v)
    p.have(inside(arrived) < 0)
    flat(p, arrived)
    facts = p.use(leaps_away, g=ramp)
    p.have(facts.claim, by=facts)
    claim = p.statement(third, low, ramp, 6, leap)(1)
    p.have(FALSE, by=[claim[1][0], facts[1][1][1][1]])
