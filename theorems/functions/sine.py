"""Elementary bounds of sine and cosine, from their addition formulas and the mean value theorem."""

from plproof import (
    SEGMENT,
    SINE_COSINE,
    DifferentiableAt,
    Lemma,
    Reals,
    Space,
    Vector,
    conj,
    cos,
    eq,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    rational,
    sin,
)

R1 = Space.coordinates(1)
e = R1.basis(1)
x = Vector("x", R1)
a, b, r, t = Reals("a b r t")


def addition(p, a, b):
    """Return sin(a + b) = … and cos(a + b) = … as facts."""
    formulas = p.axiom(SINE_COSINE)[1][1][1]
    sine = p.have(eq(sin(a + b), sin(a) * cos(b) + cos(a) * sin(b)), by=formulas[0](a, b))
    cosine = p.have(eq(cos(a + b), cos(a) * cos(b) - sin(a) * sin(b)), by=formulas[1](a, b))
    return sine, cosine


def circle(p, a):
    """Return sin² a + cos² a = 1 as a fact."""
    return p.have(eq(sin(a) ** 2 + cos(a) ** 2, 1), by=p.axiom(SINE_COSINE)[1][1][0](a))


sine_is_odd = Lemma(
    "Sine is odd and cosine is even",
    claim=conj(eq(sin(-t), -sin(t)), eq(cos(-t), cos(t))),
)


@sine_is_odd.proof
def _(p):
    values, unit, (sine, cosine) = p.axiom(SINE_COSINE), circle(p, t), addition(p, t, -t)
    start = p.have(eq(sin(t) * cos(-t) + cos(t) * sin(-t), 0), by=[sine, values[0]])
    turned = p.have(eq(cos(t) * cos(-t) - sin(t) * sin(-t), 1), by=[cosine, values[1][0]])
    odd = p.have(eq(sin(-t), -sin(t)), by=[sin(-t) * unit, cos(t) * start, sin(t) * turned])
    even = p.have(eq(cos(-t), cos(t)), by=[cos(-t) * unit, sin(t) * start, cos(t) * turned])
    p.have(sine_is_odd.claim, by=[odd, even])


inside = conj(r >= 0, r <= 1)

sine_mean_value = Lemma(
    "Bounds of t cos(rt) for 0 ≤ r ≤ 1 are bounds of sin t",
    given=dict(
        slope=forall(r, implies(inside, conj(a <= t * cos(r * t), t * cos(r * t) <= b))),
    ),
    claim=conj(a <= sin(t), sin(t) <= b),
)


#: t ↦ sin t and t ↦ −sin t as functions on the space ℝ¹
wave, mirrored = mapsto(x, sin(ip(e, x))), mapsto(x, -sin(ip(e, x)))


@sine_mean_value.proof
def _(p):
    zero = p.axiom(SINE_COSINE)[0]
    for f, sign, side, bound in ((wave, 1, 1, b), (mirrored, -1, 0, -a)):
        with p.fix(x):
            p.have(DifferentiableAt(f, x), by=p.differentiate(f, x)[0])
        with p.fix(x):
            p.have(eq(grad(f, x), sign * cos(ip(e, x)) * e), by=p.differentiate(f, x)[1])
        gradient = p.last
        with p.fix(r), p.suppose(inside):
            at = R1.zero + r * (t * e)
            steep = p.have(sign * (t * cos(r * t)) <= bound, by=p.slope(r)[side])
            p.have(ip(grad(f, at), t * e) <= bound + 0 * r, by=[t * e * gradient(at), steep])
        p.have(sign * sin(t) <= bound, by=[p.axiom(SEGMENT, f, R1.zero, t * e, bound, 0), zero])
    p.have(sine_mean_value.claim)


sine_below_argument = Lemma(
    "Sine is at most its argument: |sin t| ≤ |t|",
    claim=sin(t) ** 2 <= t**2,
)


@sine_below_argument.proof
def _(p):
    with p.fix(t), p.suppose(t >= 0) as positive:
        with p.fix(r), p.suppose(inside):
            square = p.have(cos(r * t) ** 2 <= 1, by=circle(p, r * t), squares=[sin(r * t)])
            above = p.compare_squares(cos(r * t), 1, by=square)
            below = p.compare_squares(-cos(r * t), 1, by=square)
            low = p.have(-t <= t * cos(r * t), by=positive * below)
            high = p.have(t * cos(r * t) <= t, by=positive * above)
            p.have(conj(-t <= t * cos(r * t), t * cos(r * t) <= t), by=[low, high])
        both = p.use(sine_mean_value, a=-t, b=t)
        p.have(sin(t) ** 2 <= t**2, by=(both[1]) * (both[0]))
    right = p.last
    with p.cases():
        with p.case(t >= 0):
            p.have(sine_below_argument.claim, by=right(t))
        with p.case(t < 0):
            odd = p.have(eq(sin(-t), -sin(t)), by=p.use(sine_is_odd)[0])
            turned = p.have(sin(-t) ** 2 <= (-t) ** 2, by=right(-t))
            p.have(sine_below_argument.claim, by=[turned, (sin(t) - sin(-t)) * odd])


cosine_above_parabola = Lemma(
    "Cosine lies above its parabola: cos t ≥ 1 − t²/2",
    claim=cos(t) >= 1 - t**2 / 2,
)


@cosine_above_parabola.proof
def _(p):
    double = p.have(
        eq(cos(t), 1 - 2 * sin(t / 2) ** 2), by=[addition(p, t / 2, t / 2)[1], circle(p, t / 2)]
    )
    half = p.have(sin(t / 2) ** 2 <= (t / 2) ** 2, by=p.use(sine_below_argument, t=t / 2))
    p.have(cosine_above_parabola.claim, by=[double, 2 * half])


cosine_positive = Lemma(
    "Cosine is positive from 0 to 3/2",
    given=dict(low=t >= 0, high=t <= rational(3, 2)),
    claim=cos(t) > 0,
)


@cosine_positive.proof
def _(p):
    double = p.have(
        eq(cos(t), 2 * cos(t / 2) ** 2 - 1), by=[addition(p, t / 2, t / 2)[1], circle(p, t / 2)]
    )
    half = p.have(cos(t / 2) >= 1 - t**2 / 8, by=p.use(cosine_above_parabola, t=t / 2))
    short = p.have(t**2 <= rational(9, 4), by=[p.low * p.high, rational(3, 2) * p.high])
    large = p.have(cos(t / 2) >= rational(23, 32), by=[half, short])
    p.have(cosine_positive.claim, by=[double, large * large, large])


sine_times_cosine = Lemma(
    "Sine and cosine have a product that is not negative from 0 to 3/2",
    given=dict(low=t >= 0, high=t <= rational(3, 2)),
    claim=sin(t) * cos(t) >= 0,
)


@sine_times_cosine.proof
def _(p):
    with p.fix(r), p.suppose(inside) as within:
        p.have(r * t >= 0, by=within[0] * p.low)
        p.have(r * t <= rational(3, 2), by=[within[1] * p.low, p.high])
        positive = p.use(cosine_positive, t=r * t)
        square = p.have(cos(r * t) ** 2 <= 1, by=circle(p, r * t), squares=[sin(r * t)])
        above = p.compare_squares(cos(r * t), 1, by=square)
        low = p.have(0 <= t * cos(r * t), by=p.low * positive)
        high = p.have(t * cos(r * t) <= t, by=p.low * above)
        p.have(conj(0 <= t * cos(r * t), t * cos(r * t) <= t), by=[low, high])
    sine = p.use(sine_mean_value, a=0, b=t)[0]
    p.have(sine_times_cosine.claim, by=sine * p.use(cosine_positive))
