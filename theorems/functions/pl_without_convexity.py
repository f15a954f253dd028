"""PL without convexity: x² + 3 sin² x satisfies the PL inequality and is not convex."""

from plproof import (
    ARB,
    FALSE,
    PL,
    SINE_COSINE,
    Convex,
    Differentiable,
    DifferentiableAt,
    Lemma,
    Minimiser,
    Proposition,
    Reals,
    Source,
    Space,
    StronglyConvex,
    Vector,
    conj,
    cos,
    eq,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    neg,
    rational,
    sin,
    sq,
)
from theorems.functions.sine import (
    circle,
    sine_below_argument,
    sine_is_odd,
    sine_times_cosine,
)
from theorems.functions.strongly_convex_is_convex import strongly_convex_is_convex

R1 = Space.coordinates(1)
e = R1.basis(1)
x = Vector("x", R1)
t, alpha = Reals("t alpha")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Karimi, Nutini and Schmidt, 2016, Section 2",),
)

#: the function x² + 3 sin² x on the space ℝ¹, where x is ⟨e₁, x⟩e₁
f = mapsto(x, sq(x) + 3 * sin(ip(e, x)) ** 2)


def value(t):
    """Return the value at the number t."""
    return t**2 + 3 * sin(t) ** 2


def slope(t):
    """Return the derivative at the number t."""
    return 2 * t + 6 * sin(t) * cos(t)


def inequality(t, mu):
    """Say that the PL inequality with constant μ holds at the number t."""
    return mu * value(t) <= slope(t) ** 2 / 2


mu = rational(7, 40)

wave_derivative = Lemma(
    "The derivative of x² + 3 sin² x is 2x + 6 sin x cos x",
    claim=conj(
        Differentiable(f),
        forall(x, conj(eq(grad(f, x), slope(ip(e, x)) * e), eq(sq(x), ip(e, x) ** 2))),
    ),
)


@wave_derivative.proof
def _(p):
    with p.fix(x):
        p.have(DifferentiableAt(f, x), by=p.differentiate(f, x)[0])
    smooth = p.have(Differentiable(f), by=p.last)
    with p.fix(x):
        coordinate = p.have(eq(x, ip(e, x) * e), by=p.coordinates(1)[1](x))
        square = p.have(eq(sq(x), ip(e, x) ** 2), by=x * coordinate)
        gradient = p.have(
            eq(grad(f, x), slope(ip(e, x)) * e), by=[p.differentiate(f, x)[1], 2 * coordinate]
        )
        p.have(
            conj(eq(grad(f, x), slope(ip(e, x)) * e), eq(sq(x), ip(e, x) ** 2)),
            by=[gradient, square],
        )
    p.have(wave_derivative.claim, by=[smooth, p.last])


wave_inequality = Lemma(
    "(2t + 6 sin t cos t)²/2 ≥ (7/40)(t² + 3 sin² t) for every t",
    source=source,
    claim=inequality(t, mu),
)


@wave_inequality.proof
def _(p):
    with p.fix(t), p.suppose(t >= 0):
        with p.cases():
            with p.case(t <= rational(3, 2)):
                steep = p.have(slope(t) >= 2 * t, by=6 * p.use(sine_times_cosine))
                below = p.have(value(t) <= 4 * t**2, by=3 * p.use(sine_below_argument))
                p.have(inequality(t, mu), by=[steep * steep, 2 * t * steep, below], squares=[t])
            with p.case(rational(3, 2) < t):
                with p.cases():
                    with p.case(t <= rational(12, 5)):
                        middle = p.oracle(
                            ARB,
                            forall(
                                t,
                                implies(
                                    rational(3, 2) <= t,
                                    t <= rational(12, 5),
                                    inequality(t, mu),
                                ),
                            ),
                        )
                        p.have(rational(3, 2) <= t)
                        p.have(inequality(t, mu), by=middle(t))
                    with p.case(rational(12, 5) < t) as far:
                        unit = circle(p, t)
                        steep = p.have(
                            slope(t) >= 2 * t - 3, by=3 * unit, squares=[sin(t) + cos(t)]
                        )
                        below = p.have(value(t) <= t**2 + 3, by=3 * unit, squares=[cos(t)])
                        p.have(2 * t - 3 >= 0, by=far)
                        p.have(
                            inequality(t, mu),
                            by=[steep * steep, (2 * t - 3) * steep, below, far * far, far],
                        )
    right = p.last
    with p.cases():
        with p.case(t >= 0):
            p.have(wave_inequality.claim, by=right(t))
        with p.case(t < 0):
            odd, even = p.use(sine_is_odd)[0], p.use(sine_is_odd)[1]
            turned = p.have(eq(slope(-t), -slope(t)), by=[6 * cos(-t) * odd, -(6 * sin(t)) * even])
            same = p.have(eq(value(-t), value(t)), by=3 * (sin(-t) - sin(t)) * odd)
            mirrored = p.have(inequality(-t, mu), by=right(-t))
            p.have(
                wave_inequality.claim,
                by=[mirrored, mu * same, (slope(-t) - slope(t)) / 2 * turned],
            )


pl_without_convexity = Proposition(
    "On ℝ, x² + 3 sin² x is 7/40-PL with minimum 0, and not convex",
    source=source,
    claim=conj(
        eq(f(R1.zero), 0),
        Minimiser(f, R1.zero),
        PL(f, mu, R1.zero),
        neg(Convex(f)),
        forall(alpha, implies(alpha > 0, neg(StronglyConvex(f, alpha)))),
    ),
    note="x is in ℝ¹, where ‖x‖² is x² and ⟨e₁, x⟩ is x; the best constant is about 0.17553, the "
    "literature's 1/32 is far from it",
)


@pl_without_convexity.proof
def _(p):
    zero = p.have(eq(f(R1.zero), 0), by=3 * sin(0) * p.axiom(SINE_COSINE)[0])
    with p.fix(x):
        p.have(f(R1.zero) <= f(x), by=zero, squares=[x, sin(ip(e, x))])
    least = p.have(Minimiser(f, R1.zero), by=p.last)
    facts = p.use(wave_derivative)
    with p.fix(x):
        gradient = p.have(eq(grad(f, x), slope(ip(e, x)) * e), by=facts[1](x)[0])
        square = p.have(eq(sq(x), ip(e, x) ** 2), by=facts[1](x)[1])
        bound = p.use(wave_inequality, t=ip(e, x))
        p.have(sq(grad(f, x)) / 2 >= mu * (f(x) - f(R1.zero)), by=[gradient, square, bound, zero])
    pl = p.have(PL(f, mu, R1.zero), by=[facts[0], p.last])
    bump = p.oracle(ARB, value(rational(1)) + value(rational(2)) < 2 * value(rational(3, 2)))
    with p.suppose(Convex(f)) as convex:
        p.have(FALSE, by=[2 * convex(e, 2 * e, rational(1, 2)), bump])
    bent = p.last
    with p.fix(alpha), p.suppose(alpha > 0), p.suppose(StronglyConvex(f, alpha)):
        p.have(Convex(f), by=p.use(strongly_convex_is_convex, f=f))
        p.contradiction(bent)
    p.have(pl_without_convexity.claim, by=[zero, least, pl, bent, p.last])


larger = rational(35107, 200000)

larger_pl_constant = Proposition(
    "On ℝ, x² + 3 sin² x is PL with the constant 0.175535",
    source=source,
    claim=PL(f, larger, R1.zero),
    expect="refuted",
    repaired=pl_without_convexity,
    note="it fails at x = 11/5, so that 7/40 = 0.175 is nearly the best constant",
)


@larger_pl_constant.proof
def _(p):
    low = rational(11, 5)
    x, facts = low * e, p.use(wave_derivative)
    zero = p.have(eq(f(R1.zero), 0), by=3 * sin(0) * p.axiom(SINE_COSINE)[0])
    gradient = p.have(eq(grad(f, x), slope(low) * e), by=facts[1](x)[0])
    claimed = p.have(sq(grad(f, x)) / 2 >= larger * (f(x) - f(R1.zero)), by=p.statement(x))
    number = p.have(
        slope(low) ** 2 / 2 >= larger * value(low), by=[claimed, gradient, larger * zero]
    )
    below = p.oracle(ARB, slope(low) ** 2 / 2 < larger * value(low))
    p.have(FALSE, by=[number, below])
