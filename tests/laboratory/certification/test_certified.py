"""A violation called certified is one, and a tight true claim is never called violated."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from plproof.laboratory.campaigns.units import check, survey
from plproof.laboratory.certification.certified import NOT_DECIDED, VIOLATED, recheck
from plproof.laboratory.certification.precise import Field, Undecided, family_at
from plproof.laboratory.families import (
    FAMILY_KINDS,
    Family,
    Huber,
    NormHuber,
    Quadratic,
    SpectralQuadratic,
    draw_family,
    worst_huber,
)
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.models import Assignment
from plproof.laboratory.testing.stress import refute
from plproof.language import Statement, eq, exists, forall, grad, ip, rational, sq
from plproof.language.binding import open_binder
from plproof.theory.functions import Convex, Minimiser, Smooth
from tests.laboratory import statements as the
from tests.laboratory.families.test_families import precise_value

f, x, xs, y, k, alpha, beta = the.f, the.x, the.xs, the.y, the.k, the.alpha, the.beta


def case_of(statement, family, numbers, points=(), starts=(), conclusion=None, steps=20):
    given = tuple(h for _, h in statement.hypotheses)
    dimension = family.dimension
    assignment = Assignment(
        {"E": dimension},
        {f: family},
        {v: np.array([float(n)]) for v, n in numbers.items()},
        {v: np.array([p], dtype=float) for v, p in dict(points).items()},
        {v: np.array([p], dtype=float) for v, p in dict(starts).items()},
        {},
        steps,
    )
    shown = statement.claim if conclusion is None else conclusion
    return Case(given, given, shown, assignment)


# ---------------------------------------------------------------- the numbers
@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_values_and_gradients_in_balls_contain_the_true_ones(kind):
    family = draw_family(kind, 1, 3, 10.0, np.random.default_rng(3))
    point = np.random.default_rng(4).standard_normal(3)
    values, gradients = family.value_and_gradient(point[None])
    with Field(200) as field, mpmath.workdps(70):
        value, gradient = family_at(family, field, list(field.array(point)))
        true = precise_value(family, [mpmath.mpf(p) for p in point.tolist()])
        assert abs(mpmath.mpf(str(value.value.mid().str(60, radius=False))) - true) < 1e-45
        assert float(value.value.rad()) < 1e-50
        for ball, rounded in zip(gradient, gradients[0].tolist(), strict=True):
            assert float(ball.value.mid()) == pytest.approx(rounded, rel=1e-12, abs=1e-13)
    assert float(true) == pytest.approx(values[0])


def test_a_branch_that_is_not_certain_is_not_taken():
    with Field(64) as field:
        third = field.number(1) / 3
        kink = NormHuber([1.0], [0.125], [[0.0]], [0.0])
        with pytest.raises(Undecided):
            family_at(kink, field, [third * 3 - field.number(Fraction(7, 8))])
        assert third < 0.34 and not third > 0.34 and abs(-third) > 0.33
        with pytest.raises(Undecided):
            assert third * 3 == 1
    with Field(None) as field:
        third = field.number(1) / 3
        assert third * 3 == 1 and third.sqrt is not None
        assert (field.number(Fraction(4, 9))).sqrt() == Fraction(2, 3)
        for doubtful in (third.sqrt, third.sin, lambda: third / 0):
            with pytest.raises(Undecided):
                doubtful()
        value, (slope,) = family_at(kink, field, [third * 3 - Fraction(7, 8)])
        assert (value, slope) == (Fraction(1, 128), Fraction(1, 8))


def test_the_precision_of_arb_is_put_back():
    import flint

    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), Field(777):
        assert flint.ctx.prec == 777
        raise ZeroDivisionError
    assert flint.ctx.prec == before


# ---------------------------------------------------------------- verdicts
def rate(factor):
    """The squared distance times a factor, of which 1 is right and tight."""
    claim = forall(k, factor * sq(x[k] - xs) <= (1 - alpha / beta) ** (2 * k) * sq(x[0] - xs))
    return Statement.of({**the.strong, **the.descent}, claim)


def worst(statement, index, curvature=0.25):
    family = SpectralQuadratic([[curvature]], [[[1.0]]], [[0.0]], [0.0])
    numbers = {alpha: curvature, beta: 1.0, k: index}
    claim = statement.claim
    return case_of(
        statement, family, numbers, {xs: [0.0]}, {x: [1.0]}, open_binder(claim, k), steps=index + 1
    )


def test_a_tight_rate_is_not_violated_and_a_little_more_is():
    assert not recheck(worst(rate(rational(1, 1)), 20)).kind
    for small in (9, 17, 60):
        verdict = recheck(worst(rate(1 + rational(1, 10**small)), 20))
        assert verdict.kind == VIOLATED, small
        assert not recheck(worst(rate(1 - rational(1, 10**small)), 20)).kind


@pytest.mark.parametrize("claim", [sq(grad(f, y)) <= 0, forall(y, sq(grad(f, y)) <= 0)])
def test_functions_without_a_formula_by_hand_are_not_decided(claim):
    class Bare(Quadratic):
        _value_and_gradient = Family._value_and_gradient

    statement = Statement.of({"smooth": Smooth(f, beta)}, claim)
    verdicts = [
        recheck(case_of(statement, kind([[[1.0]]], [[0.0]], [0.0]), {beta: 1.0}, {y: [1.0]}))
        for kind in (Quadratic, Bare)
    ]
    assert [v.kind for v in verdicts] == [VIOLATED, NOT_DECIDED]
    assert verdicts[1].how == "Bare has no hand-written gradient"


def test_the_worst_convex_function_is_exactly_at_the_bound():
    statement = the.TRUE["convex rate"]
    claim = statement.claim
    for steps in (1, 7):  # the knots 1/3 and 1/15 are rounded: equality is missed by their rounding
        for radius in (1.0, float(2 * steps + 1)):
            case = case_of(
                statement,
                worst_huber(steps, 1, radius),
                {beta: 1.0, k: steps},
                {xs: [0.0]},
                {x: [radius]},
                open_binder(claim, k),
                steps,
            )
            assert not recheck(case).kind
            verdict = recheck(case, (128, None))
            assert verdict.how == ("exact rationals" if radius > 1 else "arb, 128 bits")


def test_a_strict_inequality_fails_where_both_sides_are_equal():
    claim = f(y - grad(f, y) / beta) < f(y) - sq(grad(f, y)) / (2 * beta)
    statement = Statement.of(the.positive, claim)
    family = Quadratic([[[0.3]]], [[0.0]], [0.0])
    verdict = recheck(case_of(statement, family, {beta: 0.3}, {y: [0.7]}), (64, None))
    assert (verdict.kind, verdict.how) == (VIOLATED, "exact rationals")


def test_membership_belongs_to_the_verdict():
    statement = Statement.of({"pos": beta > 0, "smooth": Smooth(f, beta)}, f(y) >= 7)
    family = SpectralQuadratic([[1.0]], [[[1.0]]], [[0.0]], [0.0])
    for number, kind in ((1.0, VIOLATED), (np.nextafter(1.0, 0.0), ""), (-1.0, "")):
        verdict = recheck(case_of(statement, family, {beta: number}, {y: [1.0]}))
        assert verdict.kind == kind, number
    not_a_minimiser = Statement.of({"minimum": Minimiser(f, xs)}, f(y) >= 7)
    verdict = recheck(case_of(not_a_minimiser, family, {}, {y: [1.0], xs: [0.5]}))
    assert not verdict.kind  # the hypothesis fails, certainly


def test_what_cannot_be_decided_is_said():
    family = Huber([[1.0]], [[1.0]], [[0.0]], [0.0])
    statement = Statement.of({"convex": Convex(f)}, exists(y, f(y) < -1))
    verdict = recheck(case_of(statement, family, {}))
    assert verdict.kind == NOT_DECIDED and "∃" in verdict.how


@pytest.mark.parametrize("name", the.FALSE)
def test_every_counterexample_to_a_false_statement_is_certified(name):
    found = refute(the.FALSE[name], seed=2, budget="small")
    assert found is not None and found.verdict == VIOLATED
    assert found.verdict in str(found) and found.certificate in str(found)
    assert found.to_json()["verdict"] == VIOLATED


def test_units_find_what_rounding_hides_and_leave_tight_claims_alone():
    def one_step(surplus):
        factor = (1 - (1 + surplus) * alpha / beta) ** 2
        return Statement.of(
            the.strong, forall(y, sq(y - grad(f, y) / beta - xs) <= factor * sq(y - xs))
        )

    for digits in (9, 30):
        statement = one_step(rational(1, 10**digits))
        yields = survey(statement, 0)["yields"]
        found = check(statement, 0, 0, yields, rows=2048)  # four kinds of functions
        assert found["violations"], digits
        assert found["counterexample"]["verdict"] == VIOLATED
    for statement in (one_step(rational(0, 1)), one_step(rational(-1, 10**30))):
        found = check(statement, 0, 0, survey(statement, 0)["yields"], rows=1024)
        assert found["checks"] and not found["violations"]


def test_an_equation_and_a_disjunction_are_decided():
    family = SpectralQuadratic([[1.0]], [[[1.0]]], [[0.0]], [0.0])
    for claim, kind in (
        (eq(f(y), rational(1, 2)), ""),
        (eq(f(y), rational(1, 3)), VIOLATED),
        (eq(grad(f, y), 0), VIOLATED),
        ((f(y) < 0) | (f(y) > 1), VIOLATED),
        ((f(y) < 0) | (f(y) < 1), ""),
        (forall(k, k < 3), VIOLATED),
    ):
        case = case_of(Statement.of({}, claim), family, {}, {y: [1.0]})
        assert recheck(case).kind == kind, claim


def test_membership_in_a_class_of_the_user_is_decided_exactly_on_quadratics():
    found = refute(the.ON_OWN_CLASS["too fast"], seed=3, budget="small")
    assert found.verdict == VIOLATED
    # 3s − 2s ≥ μ for the eigenvalues s of quadratics; no class of functions implies it
    along = 3 * ip(grad(f, y), y - xs) >= 4 * (f(y) - f(xs)) + the.mu * sq(y - xs)
    statement = Statement.of({"own": forall(y, along)}, f(y) >= 7)
    for d, least in ((1, 0.25), (2, 0.25)):
        spectrum = np.full((1, d), 1.0)
        spectrum[0, -1] = least
        family = SpectralQuadratic(spectrum, [np.eye(d)], np.zeros((1, d)), [0.0])
        points = {xs: [0.0] * d, y: [1.0] * d}
        for number, kind in (
            (least, VIOLATED),
            (0.0, VIOLATED),
            (np.nextafter(least, 1.0), NOT_DECIDED),
        ):
            verdict = recheck(case_of(statement, family, {the.mu: number}, points))
            assert verdict.kind in (kind, "") and (verdict.kind == VIOLATED) == (kind == VIOLATED)


def test_a_class_that_is_not_a_quadratic_inequality_is_not_decided():
    # true at -1, 0 and 1, where a quadratic would be seen, and false at 1/2
    odd = Statement.of({"odd": forall(y, f(y) * f(y) * 2 >= f(y))}, f(xs) >= 7)
    family = SpectralQuadratic([[1.0]], [[[1.0]]], [[0.0]], [0.0])
    assert recheck(case_of(odd, family, {}, {xs: [0.0]})).kind != VIOLATED
