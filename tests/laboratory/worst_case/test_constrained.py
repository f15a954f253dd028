"""Statements about maps, numbers and several functions get a best ratio, false ones a violation."""

import autograd.numpy as anp
import numpy as np
import pytest

from plproof import (
    DifferentiableMapAt,
    Function,
    LinearMap,
    Reals,
    Smooth,
    Space,
    SquareLoss,
    Vectors,
    forall,
    grad,
    implies,
    ip,
    jac,
    norm,
    sq,
    sqrt,
)
from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.arithmetic.total import exact
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.ratios import comparisons
from plproof.laboratory.modelling.recursions import Method
from plproof.laboratory.modelling.stated import implied
from plproof.laboratory.systems.networks import TanhNetwork
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.laboratory.worst_case.adversary import best_ratio, summary
from plproof.laboratory.worst_case.barriers import Barriers, spectral_norm
from plproof.laboratory.worst_case.bfgs import maximise
from plproof.laboratory.worst_case.constrained import Constrained
from plproof.laboratory.worst_case.frames import Opened
from plproof.laboratory.worst_case.functions_in_words import map_in_words
from plproof.laboratory.worst_case.unrolled import Unrolled
from plproof.language import Statement, show
from plproof.theory.functions import PL

W, Y = Space("W"), Space("Y")
F, A = Function("F", W, Y), LinearMap("A", W, Y)
f, g = Function("f", W), Function("g", W)
w, w0, u, v, z = Vectors("w w0 u v z", W)
y, r = Vectors("y r", Y)
mu, eps, c, t, s, beta = Reals("mu epsilon c t s beta")
SHORT = {"starts": 9, "iterations": 90}


def best(given, claim, **options):
    return best_ratio(Statement.of(given, claim), 0, None, **(SHORT | options))


def test_functions_are_chosen_together():
    given = {"f": Smooth(f, 1), "g": Smooth(g, 2)}

    def claim(bound):
        slope = ip(grad(f, v) + grad(g, v), u - v)
        return f(u) + g(u) <= f(v) + g(v) + slope + bound * sq(u - v) / 20000

    found = best(given, claim(30000), starts=3, iterations=40)
    assert found.ratio == 1.0 and "f(x) = " in found.words and "; g(x) = " in found.words
    assert found.violation is None and "tight: attained" in summary([found])
    wrong = best(given, claim(29997), starts=3, iterations=40)
    assert wrong.ratio == pytest.approx(30000 / 29997, rel=1e-9)
    assert wrong.violation["verdict"] == "violated (certified)"
    assert set(wrong.violation["functions"]) == {"f", "g"}


def conditioned(factor):
    loss = SquareLoss(F, y)
    given = {
        "differentiable": DifferentiableMapAt(F, w),
        "conditioned": forall(r, mu * sq(r) <= sq(jac(F, w).T @ r)),
    }
    return given, sq(grad(loss, w)) / 2 >= factor * mu * loss(w) / 10000


def test_maps_are_chosen_with_their_constants():
    few = {"starts": 3, "iterations": 60}
    found = best(*conditioned(10000), **few)
    assert found.tight and found.ratio <= 1 and found.violation is None
    assert found.words.startswith("F(w) = ") and "SystemMap(" in found.literal
    assert found == best(*conditioned(10000), **few)
    wrong = best(*conditioned(10001), **few)
    assert 1 + 9e-5 < wrong.ratio <= 1.0001
    assert wrong.violation["verdict"] == "violated (certified)"
    space = {"SystemMap": SystemMap, "PolynomialSystem": PolynomialSystem}
    exec(wrong.violation["snippet"], space)  # what is shown can be run
    assert isinstance(space["F"], SystemMap)


def test_two_layer_networks_are_chosen_with_certified_constants():
    """‖F(u) − F(v) − DF(v)(u − v)‖ ≤ ε‖u − v‖²/2 is tight for them, where |tanh″| is largest."""
    change = norm((jac(F, u) - jac(F, v)) @ z)
    given = {
        "smooth": forall(w, DifferentiableMapAt(F, w)),
        "steady": forall([u, v, z], change <= eps * norm(u - v) * norm(z)),
    }
    for quarters in (2, 1):
        claim = norm(F(w) - F(w0) - jac(F, w0) @ (w - w0)) <= quarters * eps / 4 * sq(w - w0)
        statement = Statement.of(given, claim)
        problem = Constrained.of(statement, comparisons(statement)[0], None)
        network = next(p for p in problem.layouts() if p.form == "network")
        found = problem.climb(network, 2, 40, np.random.default_rng(0), [])
        known, candidate = found[-1]
        assert isinstance(candidate.assignment.systems[F].system, TanhNetwork)
        assert 1 - 1e-4 < known.ratio * quarters / 2 <= 1 and known.violated == (quarters == 1)
        assert "tanh⟨w₁, xᵢ⟩" in map_in_words(candidate.assignment.systems[F], "F")
    forms = [layout.form for layout in problem.layouts()]
    assert forms == ["affine", "quadratic", "affine", "quadratic", "network", "network"]


def test_bounds_of_networks_hold_and_are_attained_for_one_datum():
    rng = np.random.default_rng(0)
    for data, wide in ((1, False), (3, True)):
        outer = rng.choice([-1.0, 1.0], (40, 2))
        scale, origin = rng.standard_normal(40), np.zeros((40, 4))
        network = TanhNetwork(rng.standard_normal((40, data, 2)), outer, scale, origin)
        bound = network.steadiness()
        a, h = rng.standard_normal((2, 300, 40, 4))
        if not wide:  # near where the second derivative of one unit is largest, along its datum
            x = network.data[:, 0]
            place = np.arctanh(1 / np.sqrt(3)) / np.vecdot(x, x)[:, None]
            a[0], h[0] = np.tile(place * x, 2), np.concatenate([1e-4 * x, 0 * x], axis=1)
        b = a + h
        z = rng.standard_normal((300, 40, 4))
        z[0] = h[0]
        turned = np.matmul(network.jacobian(a) - network.jacobian(b), z[..., None])[..., 0]
        size = np.linalg.norm(h, axis=-1) * np.linalg.norm(z, axis=-1)
        ratio = np.max(np.linalg.norm(turned, axis=-1) / size, axis=0) / bound
        assert np.all(ratio <= 1 + 1e-9) and (wide or np.all(ratio > 0.999))


def test_linear_maps_and_numbers_are_chosen():
    bounded = {"bounded": forall(z, norm(A @ z) <= c * norm(z)), "c": c >= 0}
    assert best(bounded, norm(A.T @ r) <= c * norm(r)).ratio == 1.0
    assert best({}, 1 + ip(u, v) <= sqrt(1 + sq(u)) * sqrt(1 + sq(v))).ratio == 1.0
    loose = best({"t": t > 0, "s": s > t}, 4 * t <= 5 * s)
    assert loose.ratio == pytest.approx(0.8, rel=1e-8) and not loose.tight
    wrong = best({"t": t > 0, "s": s > t}, 10001 * t <= 10000 * s)
    assert wrong.violation is not None and wrong.ratio < 1.0001
    assert "no ratio" in best({}, sq(u) >= 0).note


def test_what_nothing_satisfies_is_named():
    a, b = Vectors("a b", W)
    found = best({"apart": forall(t, implies(t > 0, t * ip(a, b) <= 1))}, ip(a, b) <= 0)
    assert found.ratio is None and "t·⟨a, b⟩ ≤ 1" in found.note


def test_where_a_barrier_is_positive_the_hypothesis_holds():
    rng = np.random.default_rng(0)
    hypotheses = [
        forall(z, norm(A @ z) <= c * norm(z)),
        forall(r, c * sq(r) <= sq(A.T @ r)),
        forall([u, v], ip(A @ u, A @ v) <= c * sq(u) + sq(v)),
    ]
    maps, bounds = rng.standard_normal((64, 2, 2)), np.exp(rng.standard_normal(64))
    run = Unrolled({}, {}, {A: maps, c: bounds}, Method({}, ()), {"W": 2, "Y": 2}, 64)
    model = Model(64, {"W": 2, "Y": 2}, {A: exact(maps), c: exact(bounds)})
    for p in hypotheses:
        (room,) = Barriers(Opened(), 0).of(p, run, {})
        held = certify(model, p)
        assert 8 < held.sum() < 56
        np.testing.assert_array_equal(room > 1e-6, held)


def test_spectral_norms_have_a_derivative():
    found, _ = maximise(
        lambda x: -((spectral_norm(anp.reshape(x, (-1, 2, 2))) - 3.0) ** 2), np.eye(4)[:2] + 0.1
    )
    norms = np.linalg.norm(found.reshape(2, 2, 2), ord=2, axis=(1, 2))
    np.testing.assert_allclose(norms, 3.0, atol=1e-4)


def test_lipschitz_derivatives_of_maps_are_read_and_decided():
    change = (jac(F, u) - jac(F, v)) @ z
    p = forall([v, u, z], implies(norm(u) <= 1, norm(change) <= 2 * eps * norm(u - v) * norm(z)))
    found = readings.steady(p)
    assert found is not None and found[0] == F and show(found[1]) == "2·ε"
    for other in (
        forall([v, u, z], norm(change) <= eps * norm(u - v)),
        forall([v, u, z], norm(change) <= eps * norm(u + v) * norm(z)),
        forall([v, u, z], norm(change) <= eps * norm(u - v) * norm(u)),
        forall([v, u, w, z], norm(change) <= eps * norm(u - w) * norm(z)),
        forall([v, u, z], norm(change) >= eps * norm(u - v) * norm(z)),
    ):
        assert readings.steady(other) is None
    rng = np.random.default_rng(0)
    form = rng.integers(-2, 3, size=(50, 2, 3, 3)) / 2.0
    system = PolynomialSystem(rng.standard_normal((50, 2, 3)), form + form.swapaxes(-1, -2))
    bound = system.steadiness()
    a, b, h = rng.standard_normal((3, 200, 50, 3))
    turned = np.matmul(system.jacobian(a) - system.jacobian(b), h[..., None])[..., 0]
    ratio = np.linalg.norm(turned, axis=-1) / (
        np.linalg.norm(a - b, axis=-1) * np.linalg.norm(h, axis=-1)
    )
    assert np.all(ratio <= bound) and np.max(ratio / bound) > 0.7
    for factor, holds in ((0.5001, True), (0.4999, False)):
        values = {F: SystemMap(system, np.zeros((50, 2))), eps: Tracked(factor * bound)}
        assert certify(Model(50, {"W": 3, "Y": 2}, values), p).all() == holds
    cubic = PolynomialSystem([[[1.0]]], None, [[[1.0]]], [[[1.0]]])
    assert np.isinf(cubic.steadiness()).all()


def test_classes_stated_under_a_condition_are_read():
    step = u - grad(f, u) / beta
    enough = f(step) <= f(u) - sq(grad(f, u)) / (2 * beta)
    both = forall(u, implies(norm(u - w) <= t, (sq(grad(f, u)) / 2 >= mu * f(u)) & enough))
    assert [(x.definition.name, show(x.constant)) for x in implied(both)] == [
        ("PL", "μ"),
        ("Smooth", "β"),
    ]
    too_much = forall(u, f(step) <= f(u) - sq(grad(f, u)) / beta)
    assert not implied(too_much) and not implied(forall(u, f(step) <= f(u) - 1 / beta))


def test_hypotheses_about_starts_are_kept():
    given = {"smooth": Smooth(f, 1), "pl": PL(f, mu, v), "mu": mu > 0, "near": f(u) <= 2 + f(v)}
    found = best(given, f(u) - f(v) <= 3, starts=2, iterations=40)
    assert found.ratio == pytest.approx(2 / 3, rel=1e-11)
