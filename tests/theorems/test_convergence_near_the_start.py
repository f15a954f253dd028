"""Local PL, near-zero loss and saddles: what is false nearby is not proved, and is false."""

from fractions import Fraction

import pytest

from plproof import (
    ProofError,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    jac,
    norm,
    rational,
    sq,
    sqrt,
)
from tests.theorems.variants import restated as neighbour
from theorems.gradient_descent import quadratic_saddle as quadratic
from theorems.gradient_descent import saddle_steps as saddles
from theorems.gradient_descent import step_is_onto as onto
from theorems.gradient_descent.avoids_saddles import avoids_strict_saddles
from theorems.over_parameterised import conditioning, local_pl, near_zero_loss
from theorems.sequences import powers, small

percent = rational("1.01")
k, f, v, w, w0, mu = local_pl.k, local_pl.f, local_pl.v, local_pl.w, local_pl.w0, local_pl.mu
A, r, c, z = conditioning.A, conditioning.r, conditioning.c, conditioning.z

NEIGHBOURS = {
    "a step as long as √f decreases, one percent less": (
        local_pl.local_step,
        {},
        norm(grad(f, v)) / local_pl.beta
        <= local_pl.c / percent * (sqrt(f(v)) - sqrt(f(local_pl.step(v)))),
    ),
    "reach turned around": (
        local_pl.reach,
        {},
        forall(v, implies(local_pl.Reached(f, mu, w0, v), f(v) >= f(w0))),
    ),
    "the radius √(f/μ)": (
        local_pl.local_pl_rate,
        {"radius": local_pl.R >= sqrt(f(w[0]) / mu)},
        None,
    ),
    "a rate one percent faster": (
        local_pl.reached_pl_rate,
        {},
        forall(k, f(w[k]) <= (1 - percent * mu / local_pl.beta) ** k * f(w[0])),
    ),
    "Bernoulli one percent stronger": (
        powers.bernoulli,
        {},
        forall(k, (1 + powers.a) ** k >= 1 + percent * k * powers.a),
    ),
    "powers of a number at most 1": (powers.powers_vanish, {"q_below": powers.q <= 1}, None),
    "an adjoint with half the bound": (
        conditioning.adjoint_bound,
        {},
        forall(r, norm(A.T @ r) <= c / 2 * norm(r)),
    ),
    "PL with twice the constant": (
        conditioning.conditioned_is_pl,
        {},
        sq(grad(conditioning.loss, conditioning.w)) / 2
        >= 2 * conditioning.mu * conditioning.loss(conditioning.w),
    ),
    "conditioning without loss": (
        conditioning.stays_conditioned,
        {},
        forall(
            r,
            conditioning.sigma * norm(r) <= norm(jac(conditioning.F, conditioning.w).T @ r),
        ),
    ),
    "near-zero loss with 7ε‖r₀‖ ≤ σ²": (
        near_zero_loss.derivative_in_ball,
        {
            "small": 7 * near_zero_loss.eps * norm(near_zero_loss.error(near_zero_loss.w0))
            <= near_zero_loss.sigma**2
        },
        None,
    ),
    "onto for a step of length 1/L": (
        onto.step_is_onto,
        {"short": onto.eta * onto.L <= 1},
        None,
    ),
    "a spectrum of at least 1": (
        saddles.positive_spectrum,
        {},
        forall(z_ := saddles.z, ip(jac(saddles.step, saddles.x) @ z_, z_) >= sq(z_)),
    ),
    "a saddle that contracts": (
        saddles.saddle_expands,
        {},
        exists(z_, sq(z_) > ip(jac(saddles.step, saddles.xs) @ z_, z_) + sq(z_)),
    ),
    "measure zero with a step of length 1/L": (
        avoids_strict_saddles,
        {"short": onto.eta * onto.L <= 1},
        None,
    ),
    "a coordinate that grows by 1 + ηλ": (
        quadratic.coordinate_powers,
        {},
        forall(
            quadratic.k,
            eq(
                quadratic.along(quadratic.k),
                (1 + quadratic.eta * quadratic.lam) ** quadratic.k * quadratic.along(0),
            ),
        ),
    ),
    "a hyperplane also for λ > 0": (
        quadratic.saddle_hyperplane,
        {"negative": quadratic.lam > 0},
        None,
    ),
    "a bounded growth of 1": (
        small.bounded_growth,
        {"a_pos": small.a >= 0},
        None,
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_prover_does_not_find_a_false_step(name):
    original, changed, claim = NEIGHBOURS[name]
    with pytest.raises(ProofError):
        neighbour(original, original.given | changed, claim).derive()


def test_the_radius_that_is_too_small_is_left_in_one_step():
    """On x²/2 with μ = β = 1 the first iterate is 0, at distance √(2f(w₀)), not √f(w₀)."""
    start = Fraction(3)
    value, iterate = start**2 / 2, start - start
    assert (iterate - start) ** 2 == 2 * value > value


def test_a_step_of_length_one_over_L_is_neither_onto_nor_injective():
    """The step of Lx²/2 with η = 1/L takes every point to 0."""
    L = Fraction(5)
    assert {x - L * x / L for x in (Fraction(1), Fraction(2), Fraction(-7))} == {Fraction(0)}


def test_a_positive_eigenvalue_lets_every_start_converge():
    """With λ > 0 the factor 1 − ηλ is below 1, and the coordinate of the start need not vanish."""
    eta, lam, coordinate = Fraction(1, 2), Fraction(1), Fraction(3)
    for _ in range(40):
        coordinate *= 1 - eta * lam
    assert 0 < coordinate < Fraction(1, 10**9)


def test_the_identity_has_no_better_constants():
    """For F(w) = w, y = 0 and r = F(w): ½‖∇L‖² = L and ‖DFᵀr‖ = ‖r‖."""
    r = Fraction(3)
    assert r**2 / 2 < 2 * r**2 / 2  # PL with twice the constant
    assert r > r / 2  # an adjoint with half the bound
    assert Fraction(1) ** 10**6 * 1 > Fraction(1, 2)  # powers of 1 do not become small


def test_the_radius_of_near_zero_loss_is_enough_where_its_hypotheses_hold():
    """F(w) = w + w²/16 from 0 with y = 1/2: σ = S = 1, ε = 1/8, 8ε‖r₀‖ = 1/2 ≤ σ²."""
    y, point = Fraction(1, 2), 0.0
    step = 1 / ((1 + 1 / 2) ** 2 + 1 / 8)
    rate = 1 - step / 4
    loss = first = float(y) ** 2 / 2
    for count in range(1, 200):
        residual = point + point**2 / 16 - float(y)
        point -= step * (1 + point / 8) * residual
        loss = (point + point**2 / 16 - float(y)) ** 2 / 2
        assert abs(point) <= 4 * float(y)
        assert loss <= rate**count * first + 1e-15
    assert loss < 1e-20
