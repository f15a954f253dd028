"""Closed forms in units: L/(4·N·γL + 2) from few values of L and γ."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from plproof import Natural, Reals
from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.terms import number
from plproof.search.all_steps.fit import NoForm, Samples
from plproof.search.all_steps.in_units import fit_in_units
from plproof.search.statements.parameters import evaluated
from plproof.search.statements.units import unit_of

L, gamma = Reals("L gamma")
N = Natural("N")
UNIT = unit_of([L, gamma], [L > 0, gamma > 0, gamma * L <= 1])
#: fewer values of L and γ than a polynomial of degree 3 in both has coefficients
VALUES = [("1", "1/3"), ("2", "1/6"), ("1/2", "1"), ("1/2", "5/4"), ("1/6", "1"), ("3/2", "2/5"),
          ("2", "1/3"), ("3", "1/7")]  # fmt: skip
POINTS = [
    {L: Fraction(a), gamma: Fraction(b), N: Fraction(n)} for (a, b), n in product(VALUES, range(6))
]
FORMS = {
    "a bound": lambda a, b, n: a / (4 * n * a * b + 2),
    "lengths": lambda a, b, n: b / (n + 1 + a * b),
    "no power": lambda a, b, n: (n + 1 + a * b) / (2 * n + 3 * a * b),
    "squares of L": lambda a, b, n: a**2 * (n + a * b) / (1 + a * b),
    "of γ": lambda a, b, n: (n - 3 * a * b) * b**2,
}


def value(form, p):
    return form(p[L], p[gamma], p[N])


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_function_in_units_is_found_from_few_values_and_no_other_one(form):
    values = [value(form, p) for p in POINTS]
    found = fit_in_units(UNIT, [L, gamma], [N], POINTS, values)
    assert found is not None
    c, above, below = found
    for other in ({L: 7, gamma: Fraction(1, 50), N: 11}, {L: 2, gamma: 5, N: 3}):
        at = {v: number(c, v.sort) if v.sort == NAT else number(c) for v, c in other.items()}
        p, q = (evaluated(substitute(t, at)) for t in (above, below))
        assert c * p / q == value(form, {v: Fraction(t) for v, t in other.items()})
    for wrong in (len(values) - 1,):
        changed = [t + Fraction(wrong == n, 10**6) for n, t in enumerate(values)]
        assert fit_in_units(UNIT, [L, gamma], [N], POINTS, changed) is None


def test_what_is_not_the_same_in_other_units_is_not_found():
    values = [1 / (1 + p[L] + p[gamma] * p[N]) for p in POINTS]
    assert fit_in_units(UNIT, [L, gamma], [N], POINTS, values) is None


def test_a_power_that_no_two_points_tell_is_not_guessed():
    apart = [p for p in POINTS if p[L] != 1]
    values = [value(FORMS["a bound"], p) for p in apart]
    assert fit_in_units(UNIT, [L, gamma], [N], apart, values) is None


def test_samples_are_fitted_in_units_where_there_is_one():
    plain, within = Samples([N], [L, gamma]), Samples([N], [L, gamma], UNIT)
    for samples in (plain, within):
        for p in POINTS:
            samples.add(p)
    form = within.fitted(lambda p: value(FORMS["a bound"], p))
    assert f"{form}" == "L/(2·(1 + 2·L·γ·N))"
    with pytest.raises(NoForm):
        plain.fitted(lambda p: value(FORMS["a bound"], p))
