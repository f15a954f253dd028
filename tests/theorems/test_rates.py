"""False neighbours of the rates: a hair better, with longer steps, for functions that differ."""

from fractions import Fraction

import pytest

from plproof import ProofError, StronglyConvex, forall, grad, rational, sq
from tests.theorems.variants import huber, variant
from theorems.rates import exact_line_search as line
from theorems.rates import fast_gradient as fast
from theorems.rates import nonconvex
from theorems.rates import pl_short_step as short
from theorems.rates import proximal_point as prox
from theorems.rates import smooth_convex_descent as descent
from theorems.rates import smooth_convex_rate as tight
from theorems.rates import strongly_convex_any_step as strong

HAIR = 1 - rational("1e-6")


def any_step(measure, factor=1):
    x, q = strong.x, strong.q
    return forall(x, measure(strong.step(x)) <= factor * q**2 * measure(x))


def tight_potential(factor):
    """The tight potential whose last multiple of the gap is larger by the factor."""
    i, v = tight.i, tight.v
    after = tight.potential(i + 1, tight.step(v))
    return forall(v, after <= factor * tight.potential(i, v))


S, F = strong, fast
longer = {"short": S.gamma * (S.L + S.mu) <= 2 + rational("1e-6")}
VARIANTS = {
    "distance, a hair faster": variant(S.distance_any_step, claim=any_step(S.distance, HAIR)),
    "gap, a hair faster": variant(S.gap_any_step, claim=any_step(S.gap, HAIR)),
    "gradient, a hair faster": variant(S.gradient_any_step, claim=any_step(S.steepness, HAIR)),
    "distance, a hair longer": variant(S.distance_any_step, longer),
    "gap, a hair longer": variant(S.gap_any_step, longer),
    "gradient, a hair longer": variant(S.gradient_any_step, longer),
    "distance without strong convexity": variant(
        S.distance_any_step, {"convex": StronglyConvex(S.f, 0)}
    ),
    "line search, a hair faster": variant(
        line.orthogonal_step, claim=line.gap(line.y) <= HAIR * line.rate * line.gap(line.x)
    ),
    "line search without the minimiser": variant(line.orthogonal_step, {"minimum": None}),
    "line search without orthogonal gradients": variant(
        line.orthogonal_step, {"gradients": None, "across": None}
    ),
    "a decrease, a hair larger": variant(
        nonconvex.smooth_decrease,
        claim=forall(
            nonconvex.v,
            HAIR * (nonconvex.f(nonconvex.v) - nonconvex.f(nonconvex.step(nonconvex.v)))
            >= nonconvex.steepness(nonconvex.v) / (2 * nonconvex.L)
            + nonconvex.steepness(nonconvex.step(nonconvex.v)) / (4 * nonconvex.L),
        ),
    ),
    "the smaller potential, a hair smaller": variant(
        descent.value_potential_step,
        claim=forall(
            [descent.k, descent.x],
            descent.value_potential(descent.k + 1, descent.step(descent.x))
            <= HAIR * descent.value_potential(descent.k, descent.x),
        ),
    ),
    "the potential with k + 3/2 in place of k + 1": variant(
        descent.value_potential_step,
        claim=forall(
            [descent.k, descent.x],
            descent.value_potential(descent.k + rational(3, 2), descent.step(descent.x))
            <= descent.value_potential(descent.k, descent.x),
        ),
    ),
    "the larger potential with k(k + 3)": variant(
        descent.gradient_potential_step,
        claim=forall(
            [descent.k, descent.x],
            descent.gradient_potential(descent.k + 1, descent.step(descent.x))
            + sq(grad(descent.f, descent.x))
            <= descent.gradient_potential(descent.k, descent.x),
        ),
    ),
    "the tight potential, a hair smaller": variant(
        tight.tight_potential_step, claim=tight_potential(HAIR)
    ),
    "the tight potential after the last step": variant(
        tight.tight_potential_step, {"more": tight.i <= 2 * tight.N}
    ),
    "momentum that lowers the potential by half the gap": variant(
        F.momentum_step,
        claim=forall(
            [F.k, F.x, F.y],
            F.potential(F.k + 1, F.next_x, F.next_y) + F.gap(F.next_x) / 2
            <= F.potential(F.k, F.x, F.y),
        ),
    ),
    "fast gradient for strongly convex functions, a hair faster": variant(
        F.strongly_convex_fast_step,
        claim=forall(
            [F.x, F.z],
            F.energy(F.advance(F.x, F.z), F.pull(F.x, F.z))
            <= HAIR * (1 - F.q) * F.energy(F.x, F.z),
        ),
    ),
    "fast gradient with q a hair above √(μ/L)": variant(
        F.strongly_convex_fast_step, {"convex": StronglyConvex(F.f, F.q**2 * F.L * HAIR)}
    ),
    "proximal point, a hair faster": variant(
        prox.proximal_potential_step,
        claim=prox.potential(prox.i + 1, prox.y) <= HAIR * prox.potential(prox.i, prox.x),
    ),
    "a short step under PL, a hair faster": variant(
        short.pl_short_step_lemma,
        claim=forall(
            short.x,
            short.gap(short.step(short.x, (1 - short.delta) / short.L))
            <= HAIR * short.rho**2 * short.gap(short.x),
        ),
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_prover_does_not_prove_it(name):
    with pytest.raises((ProofError, AttributeError)) as error:
        VARIANTS[name].derive()
    if isinstance(error.value, AttributeError):
        assert "no hypothesis or method" in str(error.value)


# ---------------------------------------------------------------- every hypothesis is used
WRITTEN = [
    line.gradients_are_orthogonal, line.orthogonal_step, line.line_search_step,
    S.distance_any_step, S.gap_any_step, S.gradient_any_step,
    nonconvex.smooth_decrease, nonconvex.gradients_cannot_all_be_steep,
    nonconvex.smallest_gradient, descent.value_potential_step, descent.gradient_potential_step,
    tight.tight_potential_step, tight.smooth_convex_rate,
    F.momentum_step, F.fast_gradient_rate, F.averaged_step, F.strongly_convex_fast_step,
    prox.proximal_subgradient, prox.proximal_potential_step, prox.proximal_point_rate,
]  # fmt: skip
DROPPED = [(theorem, name) for theorem in WRITTEN for name in theorem.given]


@pytest.mark.parametrize(
    ("theorem", "name"), DROPPED, ids=[f"{theorem.name}-{name}" for theorem, name in DROPPED]
)
def test_the_script_fails_once_a_hypothesis_is_dropped(theorem, name):
    changed = variant(theorem, {name: None})
    with pytest.raises((ProofError, AttributeError)) as error:
        changed.derive()
    if isinstance(error.value, AttributeError):
        assert f"no hypothesis or method {name!r}" in str(error.value)


# ---------------------------------------------------------------- exact worst cases
MU, LL = Fraction(1, 3), Fraction(2)


def test_the_three_rates_are_attained_and_fail_for_longer_steps():
    for curvature, gamma in ((MU, 2 / (LL + MU)), (MU, Fraction(1, 5)), (LL, 2 / (LL + MU))):
        x = Fraction(3)  # of f(x) = curvature·x²/2
        y = x - gamma * curvature * x
        assert y**2 == (1 - gamma * MU) ** 2 * x**2
    gamma = 2 / (LL + MU) * Fraction("1.000001")
    assert (1 - gamma * LL) ** 2 > (1 - gamma * MU) ** 2


def test_the_rate_of_exact_line_search_is_attained():
    x = (1 / MU, 1 / LL)
    g = (Fraction(1), Fraction(1))
    step = sum(a * a for a in g) / (MU * g[0] ** 2 + LL * g[1] ** 2)
    y = tuple(a - step * b for a, b in zip(x, g, strict=True))

    def value(p):
        return (MU * p[0] ** 2 + LL * p[1] ** 2) / 2

    assert value(y) == ((LL - MU) / (LL + MU)) ** 2 * value(x)


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 10])
def test_the_rate_on_smooth_convex_functions_is_attained(steps):
    value, derivative = huber(Fraction(1, 2 * steps + 1))
    x = Fraction(1)
    for _ in range(steps):
        x -= derivative(x)
    assert value(x) == Fraction(1, 4 * steps + 2)


@pytest.mark.parametrize("steps", [1, 2, 5, 10])
def test_the_rate_of_the_proximal_point_method_is_attained(steps):
    slope, gamma = Fraction(1, 2 * steps), Fraction(1)
    x = Fraction(1)
    for _ in range(steps):  # the proximal step of slope·|x| at x ≥ 0
        x = max(x - gamma * slope, Fraction(0))
    assert slope * abs(x) == Fraction(1, 4 * steps)


@pytest.mark.parametrize("steps", [1, 2, 5, 20])
def test_the_worst_of_fast_gradient_is_a_huber_function(steps):
    """Its value is 2/(N² + 5N + 6) exactly, below 2/(N + 1)²."""
    c = Fraction(steps**2 + 5 * steps + 2, 8)
    value, derivative = huber(1 / (2 * c + 1))
    x = y = Fraction(1)
    for k in range(steps):
        new = y - derivative(y)
        y = new + Fraction(k, k + 3) * (new - x)
        x = new
    assert Fraction(2, steps**2 + 5 * steps + 6) == value(x) < Fraction(2, (steps + 1) ** 2)
