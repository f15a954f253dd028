"""A user's own kinds are searched among: their parameters, in their class, with their constants."""

import re
from typing import ClassVar

import numpy as np
import pytest

from plproof.faults import told
from plproof.laboratory.families import FamilyKind, Formula
from plproof.laboratory.families.formula import sqrt, total
from plproof.laboratory.modelling.ratios import comparisons
from plproof.laboratory.worst_case.adversary import best_ratio, summary
from plproof.laboratory.worst_case.envelope import envelopes
from plproof.laboratory.worst_case.own import own_shapes
from plproof.laboratory.worst_case.problems import Problem
from plproof.laboratory.worst_case.shapes import Requirements
from plproof.language import (
    Function,
    Space,
    Statement,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.theory.functions import Minimiser, Smooth
from tests.laboratory import statements as the

f, xs, v, beta = the.f, the.xs, the.v, the.beta
CONVEX = Requirements(1.0, 0.0, convex=True)


class PseudoHuber(Formula):
    numbers: ClassVar = {"width": "B"}

    def g(self, y):
        t = self.width
        return t * t * (sqrt(1 + total(y * y) / (t * t)) - 1)

    def bounds(self):
        return {"smooth": 1.0, "strongly_convex": 0.0}


class Opaque(PseudoHuber):
    """The same, in a way that autograd does not see through."""

    numbers: ClassVar = {"width": "B"}

    def g(self, y):
        t = np.array([abs(w) for w in self.width])
        return t * t * (sqrt(1 + total(y * y) / (t * t)) - 1)


class Leaning(Formula):
    """Steeper on one side: y² + a y³/√(1 + y²), |(y³/√(1 + y²))''| < 3."""

    numbers: ClassVar = {"lean": "Bd"}

    def g(self, y):
        return total(y * y * (1 + self.lean * y / sqrt(1 + y * y)))

    def bounds(self):
        return {"smooth": 2 + 3 * np.max(self.lean, axis=1)}


def width(rng, shape):
    return 2.0 ** rng.integers(-2, 3, shape)


@pytest.fixture(scope="module")
def pseudo_huber():
    return FamilyKind("pseudo_huber", PseudoHuber.drawn(width=width))


@pytest.fixture(scope="module")
def leaning():
    return FamilyKind("leaning", Leaning.drawn(lean=lambda rng, s: 0.5 * rng.random(s)))


def reached(kind, index=3):
    statement = the.TRUE["convex rate"]
    problem = Problem.of(statement, comparisons(statement)[0], index, [kind])
    rng = np.random.default_rng(0)
    shape = next(c for c in problem.choices(16, rng) if not c.even)
    start = problem.begin(shape, 16, rng)
    (known, _), *_ = problem.climb(start, 2, 40)
    return known.ratio, start.ratio


def test_parameters_are_searched_with_and_without_gradients(pseudo_huber):
    opaque = FamilyKind("opaque", Opaque.drawn(width=width))
    ratio, before = reached(pseudo_huber)
    assert ratio > before + 1e-3 and ratio <= 1.0
    assert reached(opaque)[0] == pytest.approx(ratio, rel=1e-6)
    (smooth,) = (s for s in own_shapes([pseudo_huber], CONVEX, 4, the_rng()) if s.dimension == 1)
    (blunt,) = (s for s in own_shapes([opaque], CONVEX, 4, the_rng()) if s.dimension == 1)
    assert smooth.steep and not blunt.steep


def the_rng():
    return np.random.default_rng(1)


class Faulty(PseudoHuber):
    """The same with a mistake that shows late, in balls of arb or in floats as well."""

    numbers: ClassVar = {"width": "B"}
    awake, mistake, in_floats = False, TypeError, False

    def g(self, y):
        if self.awake and (self.in_floats or self.width.dtype == object):
            raise self.mistake("a slip of the pen")
        return super().g(y)


def test_a_mistake_of_an_author_is_no_lack_of_arithmetic(monkeypatch):
    kind = FamilyKind("faulty", Faulty.drawn(width=width))
    statement = the.TRUE["convex rate"]
    problem = Problem.of(statement, comparisons(statement)[0], 3, [kind])
    rng = np.random.default_rng(0)
    shape = next(c for c in problem.choices(4, rng) if not c.even)
    row = problem.begin(shape, 4, rng).rows[0]
    assert problem.certain(shape, row, 0)
    certified = type(problem.setting).certified

    def late(setting, candidate):
        monkeypatch.setattr(Faulty, "awake", True)
        return certified(setting, candidate)

    monkeypatch.setattr(type(problem.setting), "certified", late)
    for mistake, in_floats in ((IndexError, False), (TypeError, True)):
        monkeypatch.setattr(Faulty, "mistake", mistake)
        monkeypatch.setattr(Faulty, "in_floats", in_floats)
        monkeypatch.setattr(Faulty, "awake", False)
        with pytest.raises(mistake, match="slip of the pen") as raised:
            problem.certain(shape, row, 0)
        assert re.match(r".*test_own\.py:\d+: \w+Error: a slip of the pen$", told(raised.value))
    monkeypatch.setattr(Faulty, "in_floats", False)
    monkeypatch.setattr(Faulty, "awake", False)
    assert problem.certain(shape, row, 0) == [], "what balls cannot follow is not certain"


def test_members_are_in_the_class_and_within_what_was_drawn(pseudo_huber):
    for shape in own_shapes([pseudo_huber], CONVEX, 2, the_rng()):
        theta = 3.0 * the_rng().standard_normal((2, shape.size))
        points = the_rng().standard_normal((2, shape.dimension))
        values, slopes = shape.functions(theta).value(points), shape.functions(theta).gradient
        for row in range(2):
            member = shape.family(theta[row], row, 1.0)
            assert member.constants.smooth[0] <= 1.0 and 0.25 <= member.width[0] <= 4.0 + 1e-12
            value, gradient = member.value_and_gradient(points[row : row + 1])
            assert values[row] == pytest.approx(value[0], rel=1e-8)
            np.testing.assert_allclose(slopes(points)[row], gradient[0], rtol=1e-8)
    assert not own_shapes([pseudo_huber], Requirements(1.0, 0.25, convex=True), 8, the_rng())


def test_a_function_of_a_users_own_is_the_worst_where_it_is(leaning):
    """How much steeper it is on one side of a minimiser: not at all for even functions."""
    given = {**the.positive, "minimum": Minimiser(f, xs)}
    claim = f(xs + v) - f(xs - v) <= beta * the.sq(v)
    statement = Statement.of(given, claim)
    options = {"starts": 2, "iterations": 20}
    found = best_ratio(statement, 0, None, families=[leaning], **options)
    assert "Leaning(" in found.words, "functions of the catalogue reach 0.24"
    assert 0.26 < found.ratio <= 2 * 0.5 / 3.5, "β = 2 + 3a, and no more than 2a‖v‖²"
    assert "not seen to be tight" in summary([found])
    (plot,) = envelopes(statement, families=[leaning])
    assert max(plot.observed) > 0.26


def test_what_has_no_constant_of_its_own_is_in_no_class_that_asks_for_one():
    class Quartic(Formula):
        numbers: ClassVar = {"weight": "B"}

        def g(self, y):
            return total(y * y) + self.weight * total(y * y * y * y)

        def bounds(self):
            return {"strongly_convex": 2.0}

    class Unsaid(Quartic):
        numbers: ClassVar = {"weight": "B"}

        def bounds(self):
            return {"smooth": 4.0}

    steep = FamilyKind("steep", Quartic.drawn(weight=width))
    assert not own_shapes([steep], CONVEX, 4, the_rng())
    assert len(own_shapes([steep], Requirements(pl=0.5, convex=True), 4, the_rng())) == 2
    unsaid = FamilyKind("unsaid", Unsaid.drawn(weight=width))
    assert not own_shapes([unsaid], Requirements(1.0, -0.5), 4, the_rng())


def test_constants_that_are_seen_to_be_wrong_where_the_search_ends_are_not_believed():
    class Wrong(Leaning):
        numbers: ClassVar = {"lean": "Bd"}

        def bounds(self):
            return {"smooth": 2.0}

    made = Wrong(lean=[[0.0], [0.4]], scale=[1.0] * 2, centre=[[0.0]] * 2, minimum=[0.0] * 2)
    kind = FamilyKind("wrong", lambda *_: made)
    shape = own_shapes([kind], Requirements(1.0), 2, the_rng())[0]
    with pytest.raises(ValueError, match="smoothness constant"):
        shape.family(np.array([1.5, 1.5]), 0, 1.0)


def test_a_class_of_the_authors_on_a_space_of_known_dimension_is_searched():
    line = Space.coordinates(1)
    g = Function("g", line)
    u, w, least = Vectors("u w u*", line)
    given = {
        "strong": forall([u, w], ip(grad(g, u) - grad(g, w), u - w) >= sq(u - w) / 4),
        "steep": forall([u, w], sq(grad(g, u) - grad(g, w)) <= 4 * sq(u - w)),
        "flat": eq(grad(g, least), 0),
    }
    statement = Statement(tuple(given.items()), g(u) - g(least) <= 2 * sq(u - least))
    found = best_ratio(statement, 0, None, starts=2, iterations=20)
    assert found.ratio == pytest.approx(0.5, rel=1e-9)


def test_curvatures_in_a_class_of_the_authors_are_in_the_other_classes_too():
    line = Space.coordinates(1)
    g = Function("g", line)
    u, w, least = Vectors("u w u*", line)
    given = {
        "smooth": Smooth(g, rational(1, 2)),
        "strong": forall([u, w], ip(grad(g, u) - grad(g, w), u - w) >= 3 * sq(u - w) / 10),
        "flat": eq(grad(g, least), 0),
    }
    statement = Statement.of(given, g(u) - g(least) <= sq(u - least))
    problem = Problem.of(statement, comparisons(statement)[0], None)
    (required,) = problem.required.values()
    assert 0.3 <= required.least <= required.smooth <= 0.5
    found = best_ratio(statement, 0, None, starts=2, iterations=20)
    assert found.ratio == pytest.approx(0.25, rel=1e-9)
