"""Hypotheses about all points near one: decided by enclosures, sharp, and never by samples."""

import numpy as np
import pytest

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.arithmetic.total import exact
from plproof.laboratory.families import SineBumps
from plproof.laboratory.families.draw import FAMILY_KINDS, draw_family
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.meaning.readings import never_below
from plproof.laboratory.meaning.regions import divided, everywhere_near, local
from plproof.laboratory.meaning.terms import function_at
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan
from plproof.laboratory.modelling.stated import implied
from plproof.language import (
    Function,
    Natural,
    Reals,
    Sequence,
    Space,
    Vectors,
    conj,
    cos,
    eq,
    exists,
    forall,
    grad,
    hess,
    implies,
    ip,
    jac,
    norm,
    sin,
    sq,
)
from plproof.theory.functions import Differentiable, DifferentiableAt
from plproof.theory.methods import GradientDescent
from plproof.theory.systems import DifferentiableMapAt
from tests.laboratory.one_batch import one_batch

E, Y = Space("E"), Space("Y")
f, g, F = Function("f", E), Function("g", E, E), Function("F", E, Y)
x, v, y, h = Vectors("x v y h", E)
a, b, c, r, s, t = Reals("a b c r s t")
w, k = Sequence("w", E), Natural("k")
inside, at = conj(t >= 0, t <= 1), x + t * v
smooth = forall(t, implies(inside, DifferentiableAt(f, at)))
slope = forall(t, implies(inside, ip(grad(f, at), v) <= a))
steady = forall(t, implies(inside, norm(grad(f, at) - grad(f, x)) <= b * t * norm(v)))
maps = forall(t, implies(inside, DifferentiableMapAt(F, at)))
slow = forall(t, implies(inside, norm(jac(F, at) @ v) <= c))
waves = forall(r, implies(conj(r >= 0, r <= 1), conj(a <= t * cos(r * t), t * cos(r * t) <= b)))
least = exists(r, conj(r > 0, forall(y, implies(norm(y - x) <= r, f(x) <= f(y)))))
near_x = implies(norm(v - x) <= r, conj(DifferentiableAt(f, v), eq(grad(f, v), g(v))))
field = exists(r, conj(r > 0, forall(v, near_x)))
STATEMENTS = {  # hypotheses, what follows, and a false neighbour of it
    "mean value": ([smooth, slope], f(x + v) <= f(x) + a, f(x + v) <= f(x) + a / 2),
    "of a map": ([maps, slow], norm(F(x + v) - F(x)) <= c, norm(F(x + v) - F(x)) <= c / 2),
    "of sine": ([waves], conj(a <= sin(t), sin(t) <= b), sin(t) <= a),
    "on a segment": (
        [smooth, steady],
        f(x + v) <= f(x) + ip(grad(f, x), v) + b / 2 * sq(v),
        f(x + v) <= f(x) + ip(grad(f, x), v) + b / 3 * sq(v),
    ),
    "local minimum": ([Differentiable(f), least], eq(grad(f, x), 0), f(x) <= 0),
    "values along a run": (
        [Differentiable(f), forall(k, f(w[k]) >= 0), GradientDescent(f, w, c)],
        f(w[1]) >= 0,
        f(w[1]) > 0,
    ),
    "on a ball around 0": (
        [Differentiable(f), forall(v, implies(norm(v) <= r, norm(grad(f, v)) <= a)), r >= 0],
        norm(grad(f, E.zero)) <= a,
        norm(grad(f, x)) <= a,
    ),
    "gradient near": (
        [field, DifferentiableMapAt(g, x)],
        eq(jac(g, x) @ h, hess(f, x) @ h),
        eq(jac(g, x) @ h, 2 * (hess(f, x) @ h)),
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_about_points_near_one_are_tested_and_their_false_neighbours_refuted(name):
    given, claim, wrong = STATEMENTS[name]
    given = {f"h{i}": p for i, p in enumerate(given)}
    kind = "polynomial" if name == "of a map" else "diagonal_quadratic"
    found = one_batch(given, claim, kind)
    assert found.checks >= 10 and not found.failing
    assert one_batch(given, wrong, kind).certified


def bumps():
    """Return f(x) = x² + 2 sin² x on three rows: f'(x) = 2x + 2 sin 2x."""
    return SineBumps(
        weight=np.ones(3), amplitude=[[2.0]] * 3, frequency=[[1.0]] * 3, centre=[[0.0]] * 3,
        minimum=np.zeros(3),
    )  # fmt: skip


def test_what_is_decided_on_an_interval_is_sharp_up_to_its_pieces():
    """The largest slope on [0, 1.5] is 2π/3 + √3 = 3.8264… at π/3: above it, and just below it."""
    values = {f: bumps(), x: exact(np.zeros((3, 1))), v: exact(np.full((3, 1), 1.5))}
    values[a] = exact(1.5 * np.array([4.0, 3.92, 3.82]))
    model = Model(3, {"E": 1}, values)
    assert everywhere_near(model, slope).tolist() == [True, True, False]
    assert not everywhere_near(model, forall(t, implies(inside, ip(grad(f, at), v) >= 0)))[0]


def test_pieces_cover_the_ball():
    rng = np.random.default_rng(0)
    values = {x: exact(rng.standard_normal((4, 3))), r: exact(np.exp2([-30.0, 0.0, 3.0, 40.0]))}
    model = Model(4, {"E": 3}, values)
    p = forall(v, implies(norm(x - v) <= r, norm(v) <= r))
    (pieces,) = divided(model, local(p))
    points = rng.standard_normal((500, 4, 3))
    points /= np.linalg.norm(points, axis=-1, keepdims=True)
    points = values[x].value + points * values[r].value[:, None] * rng.choice(
        [1.0, 0.7], (500, 1, 1)
    )
    width = SAFETY * UNIT * pieces.error
    inside_some = np.zeros((500, 4), dtype=bool)
    for centre, size in zip(pieces.value, width, strict=True):
        inside_some |= (np.abs(points - centre) <= size).all(axis=-1)
    assert inside_some.all() and len(pieces.value) <= 64


@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_values_and_gradients_on_a_piece_lie_where_they_are_said_to(kind):
    """What every decision on a region rests on: also for pieces that are wide, and at kinks."""
    rng = np.random.default_rng(7)
    family = draw_family(kind, 12, 2, 8.0, rng)
    width = np.array([1e-3, 0.1, 1.0, 10.0])[:, None, None]
    home = family.constants.minimiser
    home = np.where(np.isfinite(home), home, 0.0) + rng.choice([0.0, 0.3, 2.0], (4, 12, 1))
    error = np.broadcast_to(width / (SAFETY * UNIT), home.shape)
    with np.errstate(all="ignore"):
        said = function_at(family, Tracked(home, error))
        for _ in range(6):
            off = width * rng.choice([-1.0, 1.0, 0.0, 0.4], home.shape)
            for piece, there in zip(said, function_at(family, exact(home + off)), strict=True):
                room = SAFETY * UNIT * (piece.error + there.error) + 1e-9 * np.abs(there.value)
                apart = np.abs(piece.value - there.value)
                assert not (apart > room + 1e-12).any() and np.isfinite(there.value).all()


@pytest.mark.filterwarnings("error")
def test_a_bound_that_is_nowhere_finite_is_passed_over_in_silence():
    quotient = forall(t, implies(inside, a / t <= b))
    plan = Plan.of([quotient], (b >= 0,))
    proposal = draw(plan, np.random.default_rng(0), "diagonal_quadratic", 2, 4.0, 8, 2)
    assert np.isfinite(proposal.numbers[b]).all()


@pytest.mark.parametrize(
    "p",
    [
        forall(t, implies(t <= 1, ip(grad(f, at), v) <= a)),  # no lower end
        forall(t, implies(conj(0 <= t, t <= 1), forall(y, f(y) <= a))),  # y is anywhere
        forall(v, implies(norm(v - x) >= r, f(v) <= a)),  # outside of a ball
        forall([v, y], implies(norm(v - y) <= r, f(v) <= f(y))),  # a ball around any point
        forall(v, implies(norm(v - x) <= norm(v), f(v) <= a)),  # a half-space
    ],
)
def test_what_is_no_bounded_region_is_not_read_as_one(p):
    assert local(p) is None


@pytest.mark.parametrize(
    "bound",
    [b * t, b * norm(v), b * t * norm(x), b * t**2 * norm(v), b * t * norm(v) + t],
)
def test_only_the_lipschitz_bound_along_the_segment_is_read_as_smoothness(bound):
    change = norm(grad(f, at) - grad(f, x))
    assert implied(steady)
    assert not implied(forall(t, implies(inside, change <= bound)))
    assert not implied(forall(t, implies(t <= 1, change <= b * t * norm(v))))  # t < 0 as well
    assert not implied(
        forall(t, implies(inside, norm(grad(f, at) - grad(f, v)) <= b * t * norm(v)))
    )


def test_a_lower_bound_that_moves_with_what_it_is_said_of_is_not_read_as_one_number():
    assert never_below(forall(k, f(w[k]) >= a)) == (f, a)
    assert never_below(forall(y, implies(norm(y) <= r, f(x) <= f(y)))) == (f, f(x))
    for p in (forall(k, f(w[k]) >= f(w[k + 1])), forall(y, f(y) <= a), forall(k, a >= f(w[k]))):
        assert never_below(p) is None
