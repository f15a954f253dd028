"""False neighbours of the statements about the document's Proposition and about isolated minima."""

import math
from fractions import Fraction

import numpy as np
import pytest

from plproof import (
    DifferentiableMapAt,
    DifferentiableMapNear,
    Onto,
    ProofError,
    StrictDerivative,
    conj,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    ip,
    jac,
    mapsto,
    ne,
    norm,
    rank,
    rational,
    sq,
)
from plproof.language.sorts import LanguageError
from tests.theorems.variants import variant
from theorems.functions import polyak_lojasiewicz as lower
from theorems.functions import root_of_the_square as roots
from theorems.functions import strict_derivative as strict
from theorems.linear_algebra import full_rank, kernels
from theorems.over_parameterised import isolated_minima as isolated
from theorems.over_parameterised import no_isolated_minimum as onto
from theorems.over_parameterised import proposition_as_printed as printed
from theorems.over_parameterised import proposition_fails_in_every_dimension as every
from theorems.over_parameterised import proposition_with_derivative as derivative
from theorems.over_parameterised import pseudo_huber_system as huber
from theorems.over_parameterised import quadratic_system as quadratic
from theorems.over_parameterised import systems_and_losses as losses
from theorems.over_parameterised import two_part_system as two

P, Q, H, N, L, R = printed, quadratic, huber, onto, losses, roots
VARIANTS = {
    "vacuous with a derivative other than 0 in place of the gradient": variant(
        P.proposition_as_printed,
        {"slope": exists(P.w, ne(jac(P.F, P.ws) @ P.w, 0))},
    ),
    "vacuous where the loss is not 0": variant(
        P.proposition_as_printed, {"solution": ne(P.F(P.ws), P.y)}
    ),
    "vacuous for a loss below 0 elsewhere": variant(
        P.proposition_as_printed_general_loss,
        {"nonnegative": forall(P.w, P.general(P.w) >= -1)},
    ),
    "half the derivative": variant(
        Q.quadratic_system_derivative,
        claim=forall(
            [Q.w, Q.h],
            eq(jac(Q.F, Q.w) @ Q.h, ip(Q.a, Q.h) * Q.e + ip(Q.w, Q.h) * Q.c),
        ),
    ),
    "half the Hessian": variant(
        Q.quadratic_system_hessian,
        claim=forall([Q.w, Q.z], eq(hess_along(Q.F, Q.w, Q.u) @ Q.z, ip(Q.u, Q.c) * Q.z)),
    ),
    "a convex loss with e = −c": variant(
        Q.quadratic_system_has_convex_loss, {"orthogonal": eq(ip(Q.e, Q.c), -1)}
    ),
    "a convex loss for a φ that may be negative": variant(
        two.two_part_system_has_convex_loss,
        {"nonnegative": forall(two.w, two.phi(two.w) >= -1)},
    ),
    "the refutation where DF(w*) is onto": variant(
        derivative.proposition_with_derivative,
        {"derivative": Onto(jac(derivative.F, derivative.ws))},
    ),
    "a Hessian of rank 6 in five dimensions": variant(
        derivative.proposition_with_derivative,
        {
            "rank": 3 * derivative.Y.dim
            <= rank(hess_along(derivative.F, derivative.ws, derivative.u))
        },
    ),
    "an isolated minimum where DF(w*) is onto": variant(
        isolated.no_isolated_minimum_with_derivative,
        {"derivative": Onto(jac(isolated.F, isolated.ws))},
    ),
    "no isolated minimum in equal dimensions": variant(
        N.no_isolated_minimum, {"over": N.Y.dim <= N.W.dim}
    ),
    "no isolated minimum with a derivative other than 0": variant(
        N.no_isolated_minimum, {"onto": exists(N.v, ne(jac(N.F, N.ws) @ N.v, 0))}
    ),
    "a strict derivative without a continuous one": variant(
        strict.c1_is_strictly_differentiable,
        {
            "smooth": conj(
                DifferentiableMapNear(strict.F, strict.w),
                DifferentiableMapAt(strict.F, strict.w),
            )
        },
    ),
    "the identity as derivative of twice the correction": variant(
        N.corrected_map,
        claim=StrictDerivative(
            mapsto(N.w, 2 * (N.S @ N.F(N.w)) + N.w - N.S @ (N.A @ N.w)), N.ws, N.W.identity
        ),
    ),
    "a kernel in equal dimensions": variant(
        kernels.kernel_of_a_map_to_fewer_dimensions, {"over": kernels.Y.dim <= kernels.W.dim}
    ),
    "orthogonal vectors on the line": variant(
        kernels.orthogonal_unit_vector, {"plane": 1 <= kernels.W.dim}
    ),
    "full rank of zero": variant(
        full_rank.multiple_of_identity_has_full_rank, {"nonzero": full_rank.s >= 0}
    ),
    "the root above 1 by more": variant(
        R.root_is_at_least_one, claim=R.root(R.w) >= rational("1.01")
    ),
    "products of roots by one percent": variant(
        R.roots_multiply, claim=rational("1.01") + ip(R.x, R.y) <= R.root(R.x) * R.root(R.y)
    ),
    "Lipschitz with 7/5": variant(
        H.pseudo_huber_is_lipschitz,
        claim=forall([H.w, H.v], norm(H.F(H.w) - H.F(H.v)) <= rational(7, 5) * norm(H.w - H.v)),
    ),
    "smooth with 99/100": variant(
        H.pseudo_huber_is_smooth,
        claim=forall(
            [H.w, H.v, H.h],
            norm(jac(H.F, H.w) @ H.h - jac(H.F, H.v) @ H.h)
            <= rational(99, 100) * (norm(H.w - H.v) * norm(H.h)),
        ),
    ),
    "forms a third as far apart": variant(
        R.forms_are_close,
        claim=R.s * (sq(R.z) - ip(R.x, R.z) ** 2) - R.t * (sq(R.z) - ip(R.y, R.z) ** 2)
        <= R.bound * sq(R.z),
    ),
    "every dimension, for one output": variant(
        every.proposition_fails_in_every_dimension, {"many": 1 <= every.Y.dim}
    ),
    "every dimension, m = 2n": variant(
        every.proposition_fails_in_every_dimension, {"over": 2 * every.Y.dim <= every.W.dim}
    ),
    "twice the gradient of the square loss": variant(
        L.gradient_of_the_square_loss,
        claim=eq(grad(L.square, L.w), 2 * (jac(L.F, L.w).T @ (L.F(L.w) - L.y))),
    ),
    "minimisers of an l with other minimisers": variant(
        L.minimisers_of_a_loss, {"only": forall(L.u, L.ell(L.u) >= L.ell(L.y))}
    ),
    "a critical point above the bound": variant(
        lower.critical_points_under_pl, claim=eq(lower.f(lower.x), lower.fs + 1)
    ),
    "a bound in place of a minimiser": variant(
        lower.pl_at_a_minimiser, {"minimum": lower.f(lower.xs) >= 0}
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_script_does_not_prove_it(name):
    with pytest.raises((ProofError, LanguageError, AttributeError)):  # the last: p.dropped
        VARIANTS[name].derive()


def gap(loss, x, y):
    """Return the mean of the loss at two points minus the loss in the middle, exactly."""
    return (loss(x) + loss(y)) / 2 - loss((x + y) / 2)


def rise(w, v):
    """Return ‖F(w) − F(v)‖ for the pseudo-Huber system along a."""
    return math.hypot(w - v, math.hypot(1, w) - math.hypot(1, v))


#: why a variant is false: an exact or a clearly decided numerical counterexample in one dimension
POINTS = {
    "half the derivative": lambda: 2 * Fraction(3) * 1 != Fraction(3) * 1,
    "a convex loss with e = −c": lambda: (
        gap(lambda w: (w - w * w) ** 2 / 2, Fraction(0), Fraction(1)) < 0
    ),
    "a convex loss for a φ that may be negative": lambda: (
        gap(lambda w: (w * w - 1) ** 2 / 2, Fraction(-1), Fraction(1)) < 0
    ),
    "Lipschitz with 7/5": lambda: rise(10, 9) > 1.403,
    "smooth with 99/100": lambda: 0.01 / math.hypot(1, 0.01) > 0.0099 + 1e-6,
    "the root above 1 by more": lambda: math.hypot(1, 0) < 1.01,
    "products of roots by one percent": lambda: 1.01 + 0 > 1,
    # s = t = 1, x = 9/10, y = 1, b = 1/10
    "forms a third as far apart": lambda: (1 - Fraction(9, 10) ** 2) - (1 - 1**2) > Fraction(1, 10),
}


@pytest.mark.parametrize("name", POINTS)
def test_it_is_false_at_a_point(name):
    assert name in VARIANTS and POINTS[name]()


def test_the_counterexample_is_one_by_computation_too():
    """F(w) = (w₁ + ‖w‖², w₁ − ‖w‖²): both Hessians have rank 5, and that of the loss is ≥ 0."""
    rng = np.random.default_rng(0)
    for sign in (1, -1):
        assert np.linalg.matrix_rank(sign * 2 * np.eye(5)) == 5
    for w in rng.normal(size=(200, 5)):
        # L = w₁² + ‖w‖⁴
        hessian = 4 * (w @ w) * np.eye(5) + 8 * np.outer(w, w)
        hessian[0, 0] += 2
        assert np.linalg.eigvalsh(hessian)[0] >= 0
        values = np.array([w[0] + w @ w, w[0] - w @ w])
        assert values @ values / 2 == pytest.approx(w[0] ** 2 + (w @ w) ** 2)


def test_the_pseudo_huber_loss_is_convex_by_computation_too():
    rng = np.random.default_rng(1)

    def loss(w):
        return w[0] ** 2 / 2 + (np.sqrt(1 + w @ w) - 1) ** 2 / 2

    for x, y in rng.normal(size=(500, 2, 5)) * 3:
        assert gap(loss, x, y) >= -1e-12
