"""Rational functions through numbers, and what a line rules out before there are many of them."""

from fractions import Fraction
from itertools import islice

import pytest

from plproof import Reals, eq
from plproof.language.binding import substitute
from plproof.language.terms import as_real
from plproof.search.many_points.sampled import DEGREES
from plproof.search.programs.fitting import ON_A_LINE, fit, samples_needed
from plproof.search.statements.on_a_line import Line
from plproof.search.statements.parameters import evaluated, samples

A = list(Reals("a0 a1 a2 a3"))
a0, a1, a2, a3 = A
POSITIVE = [a > 0 for a in A]
WANTED = [samples_needed(4, degree) for degree in DEGREES]


def value(t, values):
    return evaluated(as_real(substitute(t, values)))


def excludes(*answers, about=POSITIVE):
    """Whether functions of the numbers, terms or others, are ruled out; and how many are asked."""
    asked = []

    def answer(values):
        asked.append(values)
        return [value(t, values) if hasattr(t, "op") else t(values) for t in answers]

    return Line(A, about, answer).excludes(WANTED[0], WANTED[-1]), len(asked)


def test_rational_functions_are_not_ruled_out():
    assert excludes((1 - a0 * a1) ** 2 / (a2 + 3 * a3)) == (False, ON_A_LINE)
    assert excludes(a0, 0 * a1, a2 / a3)[0] is False


@pytest.mark.parametrize(
    "other",
    [
        (1 - a0 * a1) ** 2 * (1 - a0 * a2) ** 2,  # of degree 8: too many samples
        lambda values: abs(values[a0].data - values[a1].data),
        lambda values: Fraction(2) ** int(100 * values[a2].data),
    ],
    ids=["of a high degree", "in pieces", "no polynomial"],
)
def test_what_no_samples_would_show_is_ruled_out_by_few(other):
    assert excludes(a0 / a1, other) == (True, ON_A_LINE)


def test_nothing_is_ruled_out_where_nothing_is_seen():
    def other(values):
        return abs(values[a0].data - values[a1].data)

    assert excludes(other, about=[*POSITIVE, eq(a0 * a1, 1)])[0] is False  # no line lies in it
    assert Line(A, POSITIVE, lambda values: None).excludes(WANTED[0], WANTED[-1]) is False
    few = Line(A, POSITIVE, lambda values: [other(values)])
    assert few.excludes(2 * ON_A_LINE, WANTED[-1]) is False  # as many samples cost no more
    assert few.excludes(WANTED[0], WANTED[-1]) is True
    assert few.excludes(WANTED[0], WANTED[-1]) is False  # it was told once


@pytest.mark.parametrize("whole", [1, (1 << 61) - 1, Fraction(1, (1 << 61) - 1)])
def test_a_fit_is_exact_and_a_hair_beside_it_is_none(whole):
    at = list(islice(samples([a0, a1], [a0 > 0, a1 > 0]), 40))
    points = [{v: Fraction(t.data) for v, t in values.items()} for values in at]
    wanted = (a0 + a1) ** 2 / (1 + a0 * a1)
    numbers = [whole * value(wanted, values) for values in at]
    distinct = [n for n, p in enumerate(points) if p not in points[:n]]
    points, numbers = [points[n] for n in distinct], [numbers[n] for n in distinct]
    found = fit([a0, a1], points, numbers)
    assert [value(found, values) for values in (at[n] for n in distinct)] == numbers
    numbers[7] += Fraction(1, 10**30)
    assert fit([a0, a1], points, numbers) is None
