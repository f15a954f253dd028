"""Failing cases are made small: few coordinates, short numbers, and still violations."""

from itertools import islice

import numpy as np
import pytest

from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.meaning.maps import SystemMap, convex_radius
from plproof.laboratory.modelling.system_choices import SYSTEM_KINDS, draw_map
from plproof.laboratory.systems.examples import BowlSystem, convex_bowls
from plproof.laboratory.testing.stress import refute
from plproof.language import Function, Reals, Space, Statement, Vectors, eq, grad, jac, ne, neg, sq
from plproof.theory.functions import ConvexOn
from plproof.theory.systems import C2At, DifferentiableMap, Onto, SquareLoss

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
w, v, z, ws = Vectors("w v z w*", W)
y = Vectors("y", Y)[0]
(r,) = Reals("r")
near = {"solution": eq(F(ws), y), "radius": r > 0, "smooth": C2At(F, ws)}
smooth = {"smooth": DifferentiableMap(F)}
loss = SquareLoss(F, y)

#: false statements about maps, and the largest dimensions that a minimal counterexample has
FALSE = {
    "every loss is convex": (Statement.of(near, ConvexOn(loss, ws, r)), (2, 1)),
    "no loss is convex": (
        Statement.of(near | {"moves": ne(jac(F, ws), 0)}, neg(ConvexOn(loss, ws, r))), (1, 1)
    ),
    "a derivative that is not 0 is onto": (
        Statement.of(smooth | {"moves": ne(jac(F, ws), 0)}, Onto(jac(F, ws))), (1, 2)
    ),
    "the gradient of a loss, twice": (
        Statement.of(smooth, eq(grad(loss, w), 2 * (jac(F, w).T @ (F(w) - y)))), (1, 1)
    ),
    "derivatives are injective": (
        Statement.of(smooth | {"kernel": eq(jac(F, ws) @ z, 0)}, eq(z, 0)), (1, 1)
    ),
    "maps do not expand": (Statement.of(smooth, sq(F(w) - F(v)) <= sq(w - v)), (1, 1)),
    "maps are affine": (Statement.of(smooth, eq(F(w) - F(v), jac(F, v) @ (w - v))), (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_counterexample_with_maps_is_certified_minimal_and_runs(name, capsys):
    statement, (m, n) = FALSE[name]
    found = refute(statement, seed=1, budget="tiny")
    assert found is not None and found.verdict == VIOLATED
    assert found.dimensions["W"] <= m and found.dimensions.get("Y", n) <= n
    numbers = [x for value in found.values.values() for x in np.ravel(value)]
    assert all(1024 * x == round(1024 * x) and abs(x) <= 8 for x in numbers)  # short ones
    scope = {}
    exec(compile(found.snippet, "snippet", "exec"), scope)
    shown = capsys.readouterr().out.splitlines()
    assert shown  # it prints what it shows
    if found.left is not None:
        left, right = (line.split(None, 1)[1] for line in shown[:2])
        read = [np.fromstring(text.strip("[]"), sep=" ") for text in (left, right)]
        assert np.allclose(read[0], found.left, atol=1e-4)
        assert np.allclose(read[1], found.right, atol=1e-4)


@pytest.mark.parametrize("kind", SYSTEM_KINDS)
def test_simpler_maps_are_smaller_and_true_to_their_radius(kind):
    given = draw_map(kind, 1, 2, 4, np.random.default_rng(3))[0]
    for _ in range(2):
        candidates = list(islice(given.simplifications(), 8))
        for simpler in candidates:
            assert (simpler.system.inputs, simpler.system.outputs) == (4, 2)
            kept = (simpler.radius == given.radius).all()
            same = kept and simpler.system.is_moved(given.system)
            assert same or (simpler.radius == convex_radius(simpler.system)).all()
        given = candidates[len(candidates) // 2] if candidates else given


def test_a_restriction_is_the_map_with_a_coordinate_held():
    for kind in ("polynomial", "bowl", "sharp"):
        given = draw_map(kind, 1, 2, 5, np.random.default_rng(4))[0]
        smaller, lower = given.without_input(1), given.without_output(0)
        point = given.system.origin + np.array([[0.25, 0.0, -0.5, 0.125, 0.0]])
        value = given.system.residual(point)
        held = smaller.system.residual(np.delete(point, 1, axis=1))
        assert np.allclose(held, value) and np.allclose(lower.system.residual(point), value[:, 1:])
    network = draw_map("network", 1, 2, 4, np.random.default_rng(4))[0]
    assert network.without_input(0) is None and network.without_output(0) is not None


def test_a_bowl_is_convex_only_where_its_lines_are_orthogonal():
    bowls = convex_bowls(3, 2, 3, np.random.default_rng(0))
    assert np.isinf(convex_radius(bowls)).all()
    line = bowls.line + np.eye(3, 2) * [1.0, 0.0]  # of the first alone
    bowls = BowlSystem(bowls.slope, line, bowls.bowl, bowls.origin)
    assert convex_radius(bowls)[0] == 0 and np.isinf(convex_radius(bowls)[1:]).all()
    assert SystemMap(bowls, np.zeros((3, 2))).radius.max() == 0
