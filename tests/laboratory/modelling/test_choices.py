"""Numbers chosen between bounds: bounds that are no numbers bound nothing, and say nothing."""

import warnings
from types import SimpleNamespace

import numpy as np

from plproof.laboratory.modelling.choices import _between
from plproof.laboratory.modelling.models import Assignment

BATCH = 64


def chosen(lower, upper):
    """Return draws between bounds; the model gives every term the bounds themselves."""
    proposal = Assignment({}, {}, {}, {}, {}, {}, 0, kind="numbers", batch=BATCH)
    model = SimpleNamespace(value=lambda bound: SimpleNamespace(value=bound))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return _between(model, lower, upper, proposal, np.random.default_rng(0))


def test_draws_stay_below_their_bound_and_runs_that_overflow_are_no_obstacle():
    high = np.full(BATCH, 3.0)
    high[::2] = -np.inf
    found = chosen([], [high])
    assert found.shape == (BATCH,) and (found[1::2] <= 3.0).all()
    assert len(np.unique(found[1::2])) > 5
    assert not np.isfinite(found[::2]).any()
