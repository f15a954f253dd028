"""Numbers for parameters are found where the hypotheses say what they are, or of what size."""

from itertools import islice

import pytest

from plproof import Reals, eq
from plproof.language.binding import substitute
from plproof.search.statements.parameters import holds, samples

mu, L, kappa, gamma = Reals("mu L kappa gamma")


@pytest.mark.parametrize(
    "about",
    [
        [eq(mu, 1), eq(10, L)],
        [L >= 100, mu > 0, mu <= 1],
        [mu > 0, L > mu, eq(gamma, 2 / (L * kappa)), eq(kappa, L / mu), kappa >= 50],
        [eq(mu, L), eq(L, mu), eq(mu, 7)],
    ],
    ids=str,
)
def test_numbers_of_any_size_and_equations_are_met(about):
    found = list(islice(samples([mu, L, kappa, gamma], about), 5))
    assert len(found) == 5
    assert all(holds(substitute(h, values)) for values in found for h in about)
