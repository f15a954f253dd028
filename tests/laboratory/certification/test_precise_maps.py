"""Maps between spaces in certified arithmetic: derivatives, ranks and signatures are true."""

from fractions import Fraction

import numpy as np
import pytest

from plproof.laboratory.arithmetic.matrices import exact_ranks, positive_eigenvalues
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.certification.nilpotent import coefficient, moved
from plproof.laboratory.certification.precise import Field, Number, Undecided, family_at
from plproof.laboratory.certification.precise_maps import PreciseMap, Subspace, positive_index, rank
from plproof.laboratory.families import draw_family
from plproof.laboratory.meaning.hessians import hessian
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.system_choices import SYSTEM_KINDS, draw_map
from plproof.laboratory.systems.examples import sharp_roots


def second(given, point):
    """Return D²F(w) (n, m, m) by a nilpotent part for every direction."""
    columns = []
    for j in range(len(point)):
        lifted = [moved(x, 1) if i == j else x for i, x in enumerate(point)]
        columns.append([[coefficient(x, 1) for x in row] for row in given.jacobian(lifted)])
    return [[[column[i][k] for column in columns] for k in range(len(point))]
            for i in range(len(columns[0]))]  # fmt: skip


def close(ball, rounded):
    """Say whether a ball of high precision lies within the bound of a rounded number."""
    value, error = rounded
    return abs(ball - float(value)) <= SAFETY * UNIT * float(error) + 2.0**-150


@pytest.mark.parametrize("kind", SYSTEM_KINDS)
def test_values_and_derivatives_lie_within_the_bounds_of_the_rounded_ones(kind):
    rng = np.random.default_rng(5)
    m, n = (4, 2) if kind != "one positive direction" else (3, 1)
    given = draw_map(kind, 1, n, m, rng)[0]
    point = given.system.origin + 0.1 * rng.standard_normal((1, m))
    at = Tracked(point)
    rounded = given.value(at), given.jacobian(at), given.second(at)
    with Field(200) as field:
        precise = PreciseMap(given, field)
        w = list(field.array(point[0]))
        for ours, theirs in zip(
            (precise.value(w), precise.jacobian(w), second(precise, w)), rounded, strict=True
        ):
            flat = np.array(ours, dtype=object).ravel()
            assert theirs.value[0].size == flat.size
            assert all(
                map(close, flat, zip(theirs.value.ravel(), theirs.error.ravel(), strict=True))
            )


def test_polynomials_and_their_derivatives_are_exact_in_rationals():
    given = draw_map("polynomial", 1, 2, 3, np.random.default_rng(1))[0]
    point = [Fraction(1, 3), Fraction(-2, 7), Fraction(5)]
    with Field(None) as field:
        precise = PreciseMap(given, field)
        system = given.system
        h = [p - Fraction(float(o)) for p, o in zip(point, system.origin[0], strict=True)]
        bent = second(precise, [field.number(p) for p in point])
        for i in range(2):
            for j in range(3):
                for k in range(3):
                    true = Fraction(float(system.quadratic[0, i, j, k]))
                    for r, v in enumerate(system.forms[0]):
                        weight = Fraction(float(system.cubic[0, i, r] * v[j] * v[k]))
                        true += weight * sum(
                            Fraction(float(a)) * b for a, b in zip(v, h, strict=True)
                        )
                    assert bent[i][j][k] == true


def test_derivatives_are_refused_where_a_formula_changes():
    with Field(None) as field:
        nought = moved(field.number(0), 1)
        for doubtful in (nought.sqrt, lambda: abs(nought), lambda: nought < 0, lambda: 1 / nought):
            with pytest.raises(Undecided):
                doubtful()
        x = moved(moved(field.number(2), 1), 2)
        third = coefficient(coefficient(1 / x + x**3, 1), 2)
        assert third == Fraction(1, 4) + 12  # 2/x³ + 6x
    with Field(100) as field:
        x = moved(moved(field.number(0.25), 1), 2)
        pairs = (
            (x.tanh(), -2 * np.tanh(0.25) / np.cosh(0.25) ** 2),
            (x.log1p(), -1 / 1.25**2),
            (x.expm1(), np.exp(0.25)),
            (x.cos(), -np.cos(0.25)),
            (x.sqrt(), -0.25 * 0.25**-1.5),
        )
        for found, true in pairs:
            assert abs(coefficient(coefficient(found, 1), 2) - float(true)) < 1e-14


@pytest.mark.parametrize("kind", ("quadratic", "least_squares", "sine_bumps"))
def test_hessians_of_functions_are_those_by_formula(kind):
    family = draw_family(kind, 1, 3, 10.0, np.random.default_rng(2))
    point = np.random.default_rng(3).standard_normal((1, 3))
    rounded = hessian(family, Tracked(point))
    with Field(120) as field:
        for j in range(3):
            w = [moved(x, 1) if i == j else x for i, x in enumerate(field.array(point[0]))]
            column = [coefficient(g, 1) for g in family_at(family, field, w)[1]]
            bounds = zip(rounded.value[0, j], rounded.error[0, j], strict=True)
            assert all(map(close, column, bounds))


def test_roots_are_followed_where_they_are_smooth():
    given = SystemMap(sharp_roots(1, 3), [[0.0]])
    with Field(None) as field:
        w = [field.number(Fraction(p)) for p in (2, Fraction(3, 4), 0)]
        assert PreciseMap(given, field).value(w)[0] == 4  # w₁/√(1 − w₂)
        (row,) = PreciseMap(given, field).jacobian(w)
        assert [Fraction(int(x.value.p), int(x.value.q)) for x in row] == [2, 8, 0]


def test_ranks_and_signatures_agree_with_exact_ones():
    rng = np.random.default_rng(7)
    for size in (1, 2, 3, 5):
        for _ in range(12):
            a = rng.integers(-1, 2, (size, size)).astype(float)
            a = a @ np.diag(rng.integers(0, 2, size)) @ a.T  # of any rank
            form = a * rng.integers(-1, 2) + np.diag(rng.integers(-1, 1, size) * rng.integers(0, 2))
            hollow = form * (1 - np.eye(size))  # only pivots of order two
            for b in (form, hollow):
                exact = int(exact_ranks(Tracked(b[None]))[0])
                low, high = (int(c[0]) for c in positive_eigenvalues(Tracked(b[None])))
                for bits in (None, 64):
                    with Field(bits) as field:
                        rows = [list(row) for row in field.array(b)]
                        assert rank(rows)[0] <= exact <= rank(rows)[1]
                        ours = positive_index(rows)
                        assert max(ours[0], low) <= min(ours[1], high)
                        if bits is None:
                            assert rank(rows) == (exact, exact) and ours[0] == ours[1]


def test_what_is_not_certain_stays_between_bounds():
    with Field(64) as field:
        third = field.number(1) / 3
        doubt = third * 3 - 1
        assert isinstance(doubt, Number)
        assert rank([[doubt]]) == (0, 1) and positive_index([[doubt]]) == (0, 1)
        assert positive_index([[third, doubt], [doubt, doubt]]) == (1, 2)
        with pytest.raises(Undecided):
            Subspace([[doubt]], True).dimension()
        one = field.number(1)
        line = Subspace([[one], [third]], False)
        assert line.dimension() == 1 and not line.contains([one, one])
