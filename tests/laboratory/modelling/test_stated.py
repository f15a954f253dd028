"""Hypotheses that state the inequality of a class of functions without naming the class."""

import numpy as np
import pytest

from plproof import (
    PL,
    Function,
    Reals,
    Smooth,
    Space,
    Statement,
    StronglyConvex,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    implies,
    ip,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.laboratory.certification.certified import VIOLATED, recheck
from plproof.laboratory.families import ConstantFunction, OnePoint
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.modelling.stated import implied, stated
from plproof.laboratory.modelling.stated import lipschitz as steepest
from plproof.laboratory.testing.stress import find_model, stress_test

E = Space("E")
f, g = Function("f", E), Function("g", E)
u, v, c = Vectors("u v c", E)
beta, mu, R, t = Reals("beta mu R t")
near = conj(norm(v - c) <= R, f(v) <= f(c))
turn = norm(grad(f, u) - grad(f, v))
lipschitz = forall([v, u], implies(near, norm(u - c) <= R, turn <= beta * norm(u - v)))
slope = sq(grad(f, v))

READ = {
    "Lipschitz on a part": (lipschitz, Smooth, beta),
    "points exchanged": (forall([u, v], turn <= norm(v - u) * beta), Smooth, beta),
    "half the constant": (forall([u, v], turn <= beta / 2 * norm(v - u)), Smooth, beta / 2),
    "PL on a part": (forall(v, implies(near, slope / 2 >= mu * f(v))), PL, mu),
    "above its tangents": (
        forall([u, v], f(v) >= f(u) + ip(grad(f, u), v - u)),
        StronglyConvex,
        rational(0),
    ),
    "above them, written otherwise": (
        forall([u, v], 2 * ip(grad(f, v), u - v) + mu * sq(u - v) <= 2 * f(u) - 2 * f(v)),
        StronglyConvex,
        mu,
    ),
    "above one tangent": (
        forall(v, f(c) + ip(grad(f, c), v - c) <= f(v)),
        StronglyConvex,
        rational(0),
    ),
    "its tangents at one point": (
        forall(v, ip(grad(f, v), v - c) >= f(v) - f(c) + mu / 2 * sq(v - c)),
        StronglyConvex,
        mu,
    ),
    "PL above a level": (forall(v, 2 * mu * (f(v) - t) <= slope), PL, mu),
}
OTHER = {
    "another function": forall([u, v], norm(grad(f, u) - grad(g, v)) <= beta * norm(u - v)),
    "a sum of gradients": forall([u, v], norm(grad(f, u) + grad(f, v)) <= beta * norm(u - v)),
    "the other side": forall([u, v], turn >= beta * norm(u - v)),
    "another point": forall([u, v], turn <= beta * norm(u - c)),
    "a constant that moves": forall([u, v], turn <= norm(c - v) * norm(u - v)),
    "a fixed point": forall(v, norm(grad(f, c) - grad(f, v)) <= beta * norm(c - v)),
    "PL turned": forall(v, slope / 2 <= mu * f(v)),
    "PL elsewhere": forall(v, sq(grad(f, c)) / 2 >= mu * f(v)),
    "PL of another": forall(v, slope / 2 >= mu * g(v)),
    "a sum of values": forall(v, slope / 2 >= mu * (f(v) + t)),
    "below its tangents": forall([u, v], f(v) <= f(u) + ip(grad(f, u), v - u)),
    "beside its tangents": forall([u, v], f(v) >= f(u) + ip(grad(f, u), u - v)),
    "tangents at one point, turned": forall(v, ip(grad(f, v), c - v) >= f(v) - f(c)),
    "tangents at one point, twice as steep": forall(v, ip(grad(f, v), v - c) >= 2 * (f(v) - f(c))),
    "tangents at one point and another": forall(v, ip(grad(f, v), v - c) >= f(v) - f(u)),
    "tangents elsewhere": forall([u, v], f(v) >= f(u) + ip(grad(f, c), v - u)),
    "tangents of another": forall([u, v], f(v) >= f(u) + ip(grad(g, u), v - u)),
    "far above its tangents": forall(
        [u, v], f(v) >= f(u) + ip(grad(f, u), v - u) + mu * norm(v - u)
    ),
    "a negative number of slopes apart": forall([u, v], -2 * turn <= beta * norm(u - v)),
    "a negative number of squares": forall(v, rational(-1, 2) * slope >= mu * f(v)),
    "no quantifier": slope / 2 >= mu * f(v),
}


@pytest.mark.parametrize("name", READ)
def test_an_inequality_is_read_as_its_class(name):
    proposition, definition, constant = READ[name]
    found = stated(proposition)
    assert found is not None and found.definition == definition and found.function == f
    values = {beta: 3.0, mu: 5.0}
    assert _number(found.constant, values) == _number(constant, values)


def _number(term, values):
    """Return the value of a product of numbers and variables."""
    if term.op == "num":
        return float(term.data)
    if term.op == "var":
        return values[term]
    left, right = (_number(arg, values) for arg in term.args)
    return left * right if term.op == "mul" else left / right


def interpolation(low, high, more=0, factor=1):
    """Return the inequality between two points of functions of curvature from low to high."""
    a, apart = grad(f, u) - grad(f, v), u - v
    curved = sq(a) / high + low * sq(apart) - 2 * low / high * ip(a, apart)
    rest = curved / (2 * (1 - low / high))
    return forall([u, v], f(u) >= f(v) + ip(grad(f, v), apart) + factor * rest + more * sq(apart))


@pytest.mark.parametrize(("low", "high"), [(mu, beta), (rational(1), rational(4)), (mu, 3 * mu)])
def test_interpolation_inequalities_are_read_as_both_classes(low, high):
    found = implied(interpolation(low, high))
    assert [one.definition for one in found] == [StronglyConvex, Smooth]
    values = {beta: 3.0, mu: 5.0}
    read = [_number(one.constant, values) for one in found]
    assert read == [_number(low, values), _number(high, values)]
    assert all({*one.given} == {high > low, low >= 0} for one in found) or low != mu


def test_of_convex_functions_they_are_too_however_they_are_written():
    a = grad(f, u) - grad(f, v)
    other = forall([v, u], f(u) - f(v) - sq(a) / (2 * beta) - ip(grad(f, v), u - v) >= 0)
    assert [one.constant for one in implied(other)] == [rational(0), beta]


@pytest.mark.parametrize(
    "stronger", [interpolation(mu, beta, more=1), interpolation(mu, beta, factor=2)]
)
def test_what_is_stronger_than_an_interpolation_inequality_is_not_read(stronger):
    assert implied(stronger) == []


def test_functions_that_are_no_quadratics_meet_an_interpolation_inequality():
    given = dict(positive=beta > 0, pair=interpolation(rational(0), beta), low=eq(grad(f, c), 0))
    half = f(u) - f(c) <= ip(grad(f, u), u - c) / 2
    assert not stress_test(Statement.of(given, half), budget="tiny").passed
    whole = f(u) - f(c) <= ip(grad(f, u), u - c)
    assert stress_test(Statement.of(given, whole), budget="tiny").passed


@pytest.mark.parametrize("name", OTHER)
def test_what_states_something_else_is_not_read(name):
    assert stated(OTHER[name]) is None


def test_bounds_of_gradients_are_read_as_lipschitz_constants():
    size = norm(grad(f, v))
    assert steepest(forall(v, size <= R)) == (f, R)
    assert steepest(forall(v, implies(near, R**2 >= sq(grad(f, v))))) == (f, R)
    assert steepest(forall(v, sq(grad(f, v)) <= R)) == (f, sqrt(R))
    for other in (size >= R, size <= norm(v), norm(grad(f, c)) <= R, norm(v) <= R, size <= f(v)):
        assert steepest(forall(v, other)) is None
    assert steepest(size <= R) is None
    assert steepest(forall([u, v], f(u) - f(v) <= R * norm(u - v))) == (f, R)
    assert steepest(forall([u, v, c], f(u) - f(v) <= R * norm(u - c))) is None


def test_gaps_above_a_level_need_a_constant_and_a_level_that_are_not_too_low():
    said = forall(v, slope / 2 >= mu * (f(v) - t))
    family = ConstantFunction(np.zeros((3, 1)), np.zeros(3))
    numbers = {mu: np.array([-1.0, 1.0, 1.0]), t: np.array([1.0, -1.0, 1.0])}
    given = Assignment({"E": 1}, {f: family}, numbers, {}, {}, {}, 1, batch=3)
    assert certify(realise(Plan.of([said]), given), said).tolist() == [False, False, True]
    kinds = [recheck(Case((said,), (said,), mu > 1, given.take([row]))).kind for row in range(3)]
    assert kinds == ["", "", VIOLATED]


@pytest.mark.parametrize("square", [slope, (f(u) - f(v)) ** 2])
def test_no_square_is_below_a_negative_number(square):
    """The constant √t is 0 for t < 0, and constant functions are 0-Lipschitz."""
    said = forall([u, v], square <= (t if square is slope else t * sq(u - v)))
    assert steepest(said) == (f, sqrt(t))
    family = ConstantFunction(np.zeros((2, 1)), np.zeros(2))
    given = Assignment({"E": 1}, {f: family}, {t: np.array([-1.0, 0.0])}, {}, {}, {}, 1, batch=2)
    assert certify(realise(Plan.of([said]), given), said).tolist() == [False, True]
    kinds = [recheck(Case((said,), (said,), t > 0, given.take([row]))).kind for row in (0, 1)]
    assert kinds == ["", VIOLATED]


@pytest.mark.parametrize("kind", ["logistic", "sine_bumps", "diagonal_quadratic", "constant"])
def test_an_inequality_holds_exactly_where_the_constants_say(kind):
    """The class named, with the same constants, is decided by the families' own constants."""
    level = forall(v, slope / 2 >= mu * (f(v) - t))
    plan = Plan.of((lipschitz, level, Smooth(f, beta)))
    rng = np.random.default_rng(3)
    model = realise(plan, draw(plan, rng, kind, 2, 4.0, 64, 4))
    constants, values = model.values[f].constants, model.values
    assert (certify(model, lipschitz) == certify(model, Smooth(f, beta))).all()
    found = certify(model, level)
    number, bottom = values[mu].value, values[t].value
    sure = (number >= 0) & (number <= constants.pl) & (bottom >= constants.minimum)
    assert (found >= sure).all() and sure.any()
    if kind != "diagonal_quadratic":  # there the inequality itself is decided
        assert (found == sure).all()


LOCAL = {
    "nonnegative": forall(v, f(v) >= 0),
    "positive": mu > 0,
    "radius": R >= 1,
    "lipschitz": lipschitz,
    "pl": READ["PL on a part"][0],
}


def test_models_of_unnamed_classes_are_found():
    found = find_model(Statement.of(LOCAL, f(c) <= 1))
    assert found is not None and found.values["β"] >= found.values["μ"] > 0
    steeper = LOCAL | {"steep": mu > beta}
    none = find_model(Statement.of(steeper | {"slope": ip(grad(f, c), grad(f, c)) > 0}, f(c) <= 1))
    assert none is None, "a PL constant above the Lipschitz constant makes ∇f(c) = 0"


def test_the_space_of_one_point_is_tried_last():
    below = {"negative": beta <= rational(-1, 2), "smooth": Smooth(f, beta)}
    statement = Statement.of(below, forall([u, v], eq(u, v)))
    found = find_model(statement)
    assert found is not None and found.dimensions == {"E": 0} and "OnePoint" in found.functions["f"]
    (claim,) = stress_test(statement, budget="tiny").items
    assert claim.exercised and not claim.violations
    false = Statement.of(below, forall([u, v], f(u) > f(v)))
    assert not stress_test(false, budget="tiny").passed
    point = OnePoint([1.0, 2.0])
    assert (
        point.take([1]).constants.minimum == [2.0] and point.literal(0) == "OnePoint(minimum=[1.0])"
    )


def test_star_convex_functions_that_are_no_quadratics_are_met():
    """f(v) − f(c) ≤ ½⟨∇f(v), v − c⟩ holds for quadratics, and fails for Huber's function."""
    star = forall(v, ip(grad(f, v), v - c) >= f(v) - f(c))
    half = f(u) - f(c) <= ip(grad(f, u), u - c) / 2
    assert not stress_test(Statement((("star", star),), half), budget="tiny").passed
