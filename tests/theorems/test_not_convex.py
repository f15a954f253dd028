"""False neighbours of the repaired Proposition and of the lemmas behind it."""

import math
from fractions import Fraction

import numpy as np
import pytest

from plproof import (
    DifferentiableMapAt,
    LanguageError,
    ProofError,
    conj,
    dim,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    ne,
    norm,
    rank,
    sq,
)
from tests.theorems.variants import variant
from theorems.functions import quadratic_over_linear as quotient
from theorems.functions import second_order_taylor as second
from theorems.over_parameterised import index_n_is_not_enough as index_n
from theorems.over_parameterised import negative_curvature as curvature
from theorems.over_parameterised import not_convex_by_rank as by_rank
from theorems.over_parameterised import not_convex_near_minimum as near
from theorems.over_parameterised import not_convex_strict_minimum as strict
from theorems.over_parameterised import onto_a_line as line
from theorems.over_parameterised import rank_2n_is_not_enough as rank_2n
from theorems.over_parameterised import second_order as order
from theorems.over_parameterised import solutions_near as solutions

quadratic = second.f(second.x) + ip(second.g(second.x), second.h)
whole = ip(jac(second.g, second.x) @ second.h, second.h)
eps, delta, h, t = second.eps, second.delta, second.h, order.t
too_curved = exists(
    delta, second.close(delta, second.f(second.x + h) <= quadratic + whole / 4 + eps * sq(h))
)
cubic = exists(
    [order.C, order.delta],
    conj(
        order.C >= 0,
        order.delta > 0,
        forall(t, implies(t >= 0, t <= order.delta, norm(order.rest) <= order.C * t**3)),
    ),
)
H = hess_along(order.F, order.w, order.u)
#: the theorem, what is changed in it
NEIGHBOURS = {
    "half of the second-order term": (
        second.taylor_above,
        {},
        forall(eps, implies(eps > 0, too_curved)),
    ),
    "a remainder of order t³": (order.remainder_is_quadratic, {}, cubic),
    "a skew Hessian": (order.hessian_along_is_symmetric, {}, eq(H.T, -H)),
    "the same Hessian for the opposite direction": (
        order.hessian_of_the_opposite,
        {},
        forall(order.h, eq(hess_along(order.F, order.w, -order.u) @ order.h, H @ order.h)),
    ),
    "a positive form by the negative one's proof": (
        curvature.negative_form_breaks_convexity,
        {"negative": curvature.H >= 0},
        None,
    ),
    "z in the range of the adjoint": (
        curvature.form_on_the_kernel_breaks_convexity,
        {"kernel": ne(jac(curvature.F, curvature.w) @ curvature.z, 0)},
        None,
    ),
    "a subspace of dimension dim Y": (
        near.kernel_meets_large_subspaces,
        {"large": near.Y.dim <= dim(near.N)},
        None,
    ),
    "a direction that is not reached": (
        near.not_convex_near_minimum,
        {"direction": ne(near.u, 0)},
        None,
    ),
    "rank 2n splits": (
        by_rank.large_rank_gives_large_index,
        {"large": 2 * by_rank.n <= rank(by_rank.B)},
        None,
    ),
    "rank 2n along a direction": (
        by_rank.not_convex_by_rank,
        {"large": 2 * by_rank.Y.dim <= rank(by_rank.H)},
        None,
    ),
    "rank 2n of a component": (
        by_rank.not_convex_by_a_component,
        {"large": 2 * by_rank.Y.dim <= rank(by_rank.H)},
        None,
    ),
    "rank 2 with one output": (
        by_rank.not_convex_with_one_output,
        {"large": rank(by_rank.H) >= 2},
        None,
    ),
    "two outputs": (by_rank.not_convex_with_one_output, {"one": eq(by_rank.Y.dim, 2)}, None),
    "solutions near a critical point": (
        solutions.solutions_along_the_kernel,
        {"onto": ne(solutions.A @ solutions.v, 0)},
        None,
    ),
    "the line through two solutions": (solutions.solutions_are_convex, {"high": None}, None),
    "solutions convex without the loss": (solutions.solutions_are_convex, {"convex": None}, None),
    "the Hessian of a component of a map": (
        solutions.hessian_of_a_component,
        {"near": DifferentiableMapAt(solutions.F, solutions.ws)},
        None,
    ),
    "onto a plane": (line.onto_a_line, {"line": eq(line.Y.dim, 2)}, None),
    "tangents of half the curvature": (
        quotient.tangent_of_the_quotient,
        {},
        2 * quotient.s * quotient.a - quotient.s**2 * quotient.b / 2 <= quotient.a**2 / quotient.b,
    ),
    "the quartic convex from −½": (
        index_n.quartic_is_convex,
        {"x_low": index_n.x >= -index_n.half, "y_low": index_n.y >= -index_n.half},
        None,
    ),
    "a minimum that is not strict": (
        strict.not_convex_strict_minimum,
        {
            "strict": exists(
                strict.r,
                conj(
                    strict.r > 0,
                    forall(
                        strict.q,
                        implies(
                            norm(strict.q - strict.F(strict.ws)) <= strict.r,
                            strict.loss(strict.F(strict.ws)) <= strict.loss(strict.q),
                        ),
                    ),
                ),
            )
        },
        None,
    ),
    "a counterexample with rank above 2n": (
        rank_2n.rank_2n_is_not_enough,
        {"large": 2 * rank_2n.Y.dim < rank(hess_along(rank_2n.S, rank_2n.ws, rank_2n.d))},
        None,
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_proof_does_not_prove_a_neighbour(name):
    original, given, claim = NEIGHBOURS[name]
    with pytest.raises((ProofError, AttributeError, LanguageError)):
        variant(original, given, claim).derive()


def test_the_quartic_is_not_convex_from_minus_one_half():
    x, y = Fraction(-1, 2), Fraction(-9, 20)
    middle = index_n.quartic((x + y) / 2)
    assert middle > (index_n.quartic(x) + index_n.quartic(y)) / 2


def test_a_form_of_rank_2_need_not_have_two_eigenvalues_of_one_sign():
    signs = np.sign(np.linalg.eigvalsh(np.diag([1.0, -1.0])))
    assert max((signs > 0).sum(), (signs < 0).sum()) == 1


def midpoint_gap(F, y, a, b):
    """Return L(a) + L(b) − 2L((a + b)/2) for the square loss, exactly."""

    def L(w):
        return sum((f - target) ** 2 for f, target in zip(F(w), y, strict=True)) / 2

    middle = [(s + t) / 2 for s, t in zip(a, b, strict=True)]
    return L(a) + L(b) - 2 * L(middle)


@pytest.mark.parametrize("scale", [4, 10, 1000, 10**6])
def test_the_points_of_the_proof_show_that_the_loss_is_not_convex(scale):
    """F = w₁ + w₂² − w₁³, v = e₁, z = e₂: below w* = 0 on the axis the middle is too high."""
    t = Fraction(-1, scale)
    F = lambda w: [w[0] + w[1] ** 2 - w[0] ** 3]  # noqa: E731
    gap = midpoint_gap(F, [0], [t, t / 2], [t, -t / 2])
    assert gap < 0


@pytest.mark.parametrize("root", [2, 8, 1000])
def test_one_component_with_a_second_derivative_is_enough(root):
    """F = (w₁ + w₃², w₂ + |w₃|√|w₃|) has a second derivative in its first component only; the
    points (−s², −s√s, s) are solutions, s = 1/root², and the loss between them and 0 is not."""

    def F(w):
        bent = Fraction(math.isqrt(w[2].numerator), math.isqrt(w[2].denominator)) ** 3
        assert bent**2 == abs(w[2]) ** 3
        return [w[0] + w[2] ** 2, w[1] + bent]

    s = Fraction(1, root**2)
    there = [-(s**2), -(s * Fraction(1, root)), s]
    assert F(there) == [0, 0]
    assert sum(f**2 for f in F([x / 4 for x in there])) > 0


@pytest.mark.parametrize("scale", [8, 100, 10**4])
def test_the_sharp_example_has_no_such_points(scale):
    """The square of w₁/√(1 − w₂) is w₁²/(1 − w₂), compared exactly at random rational points."""
    rng = np.random.default_rng(scale)
    for _ in range(200):
        a, b = ([Fraction(int(n), 10 * scale) for n in rng.integers(-20, 21, 2)] for _ in "ab")
        m = [(s + t) / 2 for s, t in zip(a, b, strict=True)]
        values = [w[0] ** 2 / (1 - w[1]) for w in (a, b, m)]
        assert values[0] + values[1] >= 2 * values[2]


def test_a_minimum_that_is_not_strict_may_have_a_loss_that_is_convex():
    """With ℓ(q) = max(0, |q| − 1)³ the loss of w₁ + w₂² + w₃² vanishes on a ball."""
    for point in ([0.3, 0.3, 0.3], [-0.5, 0.1, 0.2], [0.0, -0.5, 0.5]):
        value = point[0] + point[1] ** 2 + point[2] ** 2
        assert max(0, abs(value) - 1) ** 3 == 0
