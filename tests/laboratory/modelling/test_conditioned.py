"""What is asked of derivatives of maps: constants that fit, residuals that are small enough."""

import numpy as np
import pytest

from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.conditioned import map_bound
from plproof.laboratory.modelling.models import Plan, realise
from plproof.language import (
    Function,
    Natural,
    Reals,
    Sequence,
    Space,
    Vectors,
    forall,
    jac,
    norm,
)
from plproof.theory.methods import GradientDescent
from plproof.theory.systems import SquareLoss
from tests.laboratory.one_batch import one_batch

W, Y = Space("W"), Space("Y")
F, w, k = Function("F", W, Y), Sequence("w", W), Natural("k")
(u, v, z), (y, r) = Vectors("u v z", W), Vectors("y r", Y)
eps, sigma, S = Reals("epsilon sigma S")
loss, start = SquareLoss(F, y), w[0]
beta = (S + sigma / 2) ** 2 + sigma**2 / 8
off = norm(F(start) - y)
change = (jac(F, u) - jac(F, v)) @ z
given = {
    "S_nonnegative": S >= 0,
    "sigma_pos": sigma > 0,
    "eps_nonnegative": eps >= 0,
    "lipschitz": forall([v, u, z], norm(change) <= eps * norm(u - v) * norm(z)),
    "conditioned": forall(r, sigma * norm(r) <= norm(jac(F, start).T @ r)),
    "bounded": forall(z, norm(jac(F, start) @ z) <= S * norm(z)),
    "small": 8 * eps * off <= sigma**2,
    "gd": GradientDescent(loss, w, 1 / beta),
}  # fmt: skip
rate = forall(k, loss(w[k]) <= (1 - sigma**2 / (4 * beta)) ** k * loss(start))


@pytest.mark.parametrize("kind", ["affine", "polynomial"])
def test_descents_on_well_conditioned_systems_are_drawn(kind):
    """Also on maps that bend, where F is ε-Lipschitz and the residual has to be small for it."""
    plan = Plan.of(given.values(), (rate,))
    a = draw(plan, np.random.default_rng(1), kind, 2, 4.0, 64, 6)
    model = realise(plan, a)
    rows = np.ones(64, dtype=bool)
    for h in given.values():
        rows &= certify(model, h)
    assert rows.sum() >= 8 and (kind == "affine" or a.numbers[eps][rows].min() > 0)


def test_the_rate_of_near_zero_loss_is_tested_and_what_is_better_refuted():
    found = one_batch(given, rate, "affine", 32, 3)
    assert found.checks >= 16 and not found.failing
    for wrong in (
        forall(k, norm(w[k] - start) <= off / (8 * S)),
        forall(k, loss(w[k]) <= (1 - 3 * sigma**2 / beta) ** k * loss(start)),
    ):
        assert one_batch(given, wrong, "affine", 32, 3).certified


def test_a_constant_off_its_bound_is_not_certified():
    plan = Plan.of(given.values(), (rate,))
    a = draw(plan, np.random.default_rng(1), "polynomial", 2, 4.0, 32, 4)
    for v, factor, name in ((S, 0.99, "bounded"), (sigma, 1.01, "conditioned")):
        numbers = {**a.numbers, v: a.numbers[v] * factor / (2.0 if v == S else 0.5)}
        moved = realise(plan, type(a)(**{**vars(a), "numbers": numbers}))
        assert not certify(moved, given[name]).any()


def test_only_bounds_of_linear_maps_for_all_vectors_are_read():
    assert map_bound(given["bounded"]).above and not map_bound(given["conditioned"]).above
    for p in (
        forall(z, norm(jac(F, z) @ z) <= S * norm(z)),
        forall(z, norm(jac(F, start) @ z) <= S * norm(z - start)),
        forall(z, norm(jac(F, start) @ start) <= S * norm(z)),
        forall(z, norm(jac(F, start) @ z) <= S),
    ):
        assert map_bound(p) is None
