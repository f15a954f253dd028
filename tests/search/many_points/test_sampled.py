"""The loop over samples: as few as do, others where nothing is told, and an end."""

from fractions import Fraction

import pytest

from plproof import Reals
from plproof.search.many_points.sampled import DEGREES, Lost, TellsNothing, through_samples
from plproof.search.programs.fitting import fit, samples_needed

mu, L = Reals("mu L")
ABOUT = [mu > 0, mu < L]


def value(values):
    return Fraction(values[mu].data) / Fraction(values[L].data)


def test_few_samples_are_taken_where_few_will_do():
    asked = []

    def answer(values):
        asked.append(values)
        return value(values)

    found = through_samples([mu, L], ABOUT, answer, lambda p, a: fit([mu, L], p, a))
    assert f"{found}" == "μ/L"
    assert len(asked) == samples_needed(2, DEGREES[0])
    assert all(0 < value(v) < 1 for v in asked)
    assert len({(v[mu], v[L]) for v in asked}) == len(asked)


def test_samples_that_tell_nothing_do_not_count():
    def answer(values):
        if values[mu].data > 1:
            raise TellsNothing
        return value(values)

    def told(points, answers):
        assert all(point[mu] <= 1 for point in points)
        return fit([mu, L], points, answers)

    assert f"{through_samples([mu, L], ABOUT, answer, told)}" == "μ/L"


def test_it_ends_where_nothing_is_told():
    def answer(values):
        raise TellsNothing

    assert through_samples([mu, L], ABOUT, answer, lambda p, a: 1) is None


def test_it_ends_where_too_many_have_no_answer():
    asked = []
    with pytest.raises(Lost):
        through_samples([mu, L], ABOUT, asked.append, lambda p, a: 1)
    assert len(asked) < 10


def test_what_fits_no_function_is_not_fitted():
    def answer(values):
        return value(values) if values[mu].data < 1 else -value(values)

    assert through_samples([mu, L], ABOUT, answer, lambda p, a: fit([mu, L], p, a)) is None
