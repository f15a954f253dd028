"""Searches in rounds: composite steps reach their tight bounds, and what still rises goes on."""

import numpy as np
import pytest

from plproof.laboratory.arithmetic.roots import root
from plproof.laboratory.modelling.ratios import comparisons
from plproof.laboratory.worst_case.adversary import best_ratio
from plproof.laboratory.worst_case.bfgs import Ascent, maximise, minimise
from plproof.laboratory.worst_case.problems import Problem
from plproof.language import Function, Statement, eq, forall, grad, ip, show, sq
from plproof.theory.functions import Convex
from tests.laboratory import statements as the

f, y, z, xs, v, beta = the.f, the.y, the.z, the.xs, the.v, the.beta
g = Function("g", the.E)


def total(p):
    return f(p) + g(p)


def model(p):
    return g(p) + ip(grad(f, z), p) + beta / 2 * sq(p - z)


def test_a_proximal_gradient_step_reaches_its_tight_bound():
    """L‖z − x*‖²/4 (A. Taylor, J. Hendrickx and F. Glineur, 2017), so a fifth is false."""
    given = {
        **the.positive,
        "convex": Convex(f) & Convex(g),
        "minimum": forall(v, total(xs) <= total(v)),
        "proximal": forall(v, model(y) <= model(v)),
    }
    claim = total(y) - total(xs) <= beta * sq(z - xs) / 5
    found = best_ratio(Statement.of(given, claim), 0, None, starts=4, iterations=50)
    assert 1.25 * (1 - 1e-4) < found.ratio <= 1.25
    assert found.violation is not None and found.violation["verdict"] == "violated (certified)"


def test_a_point_where_gradients_add_up_to_0_is_solved_for():
    given = {**the.positive, "convex": Convex(f) & Convex(g)}

    def rule(**said):
        statement = Statement.of({**given, **said}, total(y) - total(xs) <= beta * sq(z - xs))
        return Problem.of(statement, comparisons(statement)[0], None).method.rule(xs)

    field = grad(f, xs) + grad(g, xs)
    for side in (field, -field):
        found = rule(best=eq(side, 0))
        assert found.critical and show(found.objective) == "f(x*') + g(x*')"
    assert rule(best=eq(grad(f, xs), 0)) is None  # there f has its minimiser
    assert rule(best=eq(grad(f, xs) + grad(g, y), 0)).target == xs
    assert rule(best=eq(grad(f, xs) + ip(xs, xs) * xs, 0)) is None


def test_an_ascent_that_is_interrupted_ends_where_it_would_have():
    def hill(w):
        return -((1 - w[:, 0]) ** 2) - 10 * (w[:, 1] - w[:, 0] ** 2) ** 2

    start = np.array([[-1.2, 1.0], [2.0, -3.0], [0.5, 0.0]])
    ascent = Ascent(hill, start)
    ascent.climb(7)
    ascent.climb(9)
    points, values = maximise(hill, start, 16)
    assert np.array_equal(ascent.points, points) and np.array_equal(ascent.values, values)
    ascent.keep([2])
    ascent.climb(4)
    assert np.array_equal(ascent.points, maximise(hill, start, 20)[0][2:])


def test_functions_of_a_number_are_minimised_across_flat_slopes():
    """Two functions of absolute value, blunted by little, and one that falls for ever."""
    knot, place = np.array([1e-7, 1e-3, 1.0]), np.array([5.0, -300.0, 0.0])
    falls = np.array([0.0, 0.0, 2.0])

    def slope(x):
        return np.clip((x - place[:, None]) / knot[:, None], -1.0, 1.0) - falls[:, None]

    found = minimise(lambda x: np.zeros(3), slope, np.zeros((3, 1)))[:, 0]
    np.testing.assert_allclose(found[:2], place[:2], rtol=1e-12)
    assert np.isnan(found[2])
    assert root(lambda x: np.sign(x - 0.3), 1)[0] == pytest.approx(0.3, abs=1e-9)
