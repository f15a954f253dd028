"""The best rate under PL: a hair faster is false, and the certificate needs its hypotheses."""

import numpy as np
import pytest

from plproof import rational
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.families import draw_family, draw_starts
from plproof.laboratory.testing.stress import refute
from plproof.language.statement import Statement
from theorems.rates import pl_tight_rate as tight

T = tight.pl_tight_rate
PL_KINDS = ("quadratic", "sine_bumps", "rotated_sines", "radial_product", "spiral", "sawtooth",
            "piecewise_quadratic", "distance_from_box", "least_squares")  # fmt: skip


@pytest.mark.parametrize("digits", [3, 12])
def test_a_hair_faster_is_false(digits):
    hair = 1 - rational(1, 10**digits)
    left, right = T.claim.args
    found = refute(Statement.of(T.given, left <= hair * right), budget="tiny")
    assert found is not None and found.verdict == VIOLATED


@pytest.mark.parametrize("dropped", ["short", "pl", "smooth"])
def test_without_a_hypothesis_it_is_false(dropped):
    given = {name: h for name, h in T.given.items() if name != dropped}
    found = refute(Statement.of(given, T.claim), budget="small")
    assert found is not None and found.verdict == VIOLATED


@pytest.mark.parametrize("kind", PL_KINDS)
def test_no_function_of_the_catalogue_is_worse(kind):
    family = draw_family(kind, 256, 3, 10.0, np.random.default_rng(1))
    c, beta = family.constants, family.constants.smooth
    reached = np.zeros(256)
    for spread in (0.1, 1.0, 8.0):
        start = draw_starts(family, np.random.default_rng(2), spread)
        old, slope = family.value_and_gradient(start)
        after = start - slope / beta[:, None]
        new = family.value_and_gradient(after)[0]
        error = SAFETY * UNIT * (family.magnitude(start)[0] + family.magnitude(after)[0])
        error += 8 * UNIT * (np.sum(slope**2, axis=-1) / beta + np.abs(after).sum(axis=-1))
        bound = (1 - c.pl / beta) ** 2 * (old - c.minimum)
        assert (new - c.minimum <= bound + error).all()
        reached = np.fmax(reached, (new - c.minimum) / np.where(bound > 1e-6, bound, np.inf))
    if kind == "quadratic":
        assert reached.max() > 0.999  # along the slowest direction
