"""Plain floats first: what they settle is what the careful evaluation says, and nothing is lost."""

import numpy as np
import pytest

from plproof.laboratory.campaigns.units import LARGEST_BATCH, SMALL_BATCH, _kind, _largest
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.testing import stress
from plproof.laboratory.testing.screening import closer, screened
from plproof.laboratory.testing.stress import refute, stress_test
from tests.laboratory import statements as the

STATEMENTS = {**the.TRUE, **the.FALSE}
KINDS = ("worst_quadratic", "quadratic", "constant", "logistic", "huber", "quartic")


def batches(statement, starts=1):
    """Yield models of the statement with their proposals, and the rows to be tested."""
    hypotheses = tuple(h for _, h in statement.hypotheses)
    plan = Plan.of(hypotheses, (statement.claim,))
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([7, number])
        proposal = draw(plan, rng, kind, 1 + number % 3, 10.0, 48, 6, starts)
        model = realise(plan, proposal)
        rows = np.ones(model.batch, dtype=bool)
        for h in hypotheses:
            rows &= certify(model, h)
        yield model, rows


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_is_settled_is_not_false_and_what_is_false_is_looked_at(name):
    statement = STATEMENTS[name]
    for model, rows in batches(statement):
        slack = screened(model, statement.claim)
        if slack is None:
            bounded = all(np.isfinite(f.constants.smooth).all() for _, f in model.families())
            assert not (bounded and name in ("PL rate", "sufficient decrease", "rate without PL"))
            continue
        high = model.truth(statement.claim)[1]
        settled, rest = closer(slack, rows)
        assert np.all((high[settled] >= 0) & (high[settled] < np.inf))
        assert np.all(rest[rows & (high < 0)])
        assert np.array_equal(np.isinf(slack[rows]), np.isinf(high[rows]))
        np.testing.assert_allclose(slack[settled], high[settled], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["PL rate", "sufficient decrease", "rate twice as fast"])
def test_rows_of_a_model_are_what_they_were_in_the_whole(name):
    statement = STATEMENTS[name]
    for model, _ in batches(statement, starts=4):
        chosen = np.array([3, 4, 17, 40])
        screened(model, statement.claim)  # the samples are drawn, as they are before rows are taken
        low, high = model.truth(statement.claim)
        part = model.take(chosen)
        low4, high4 = part.truth(statement.claim)
        np.testing.assert_allclose(low4, low[chosen], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(high4, high[chosen], rtol=1e-9, atol=1e-12)
        for h, mask in model.facts.items():
            assert np.array_equal(part.facts[h], mask[chosen])


def test_rows_in_turn_are_one_function_from_different_starts():
    statement = the.TRUE["PL rate"]
    plan = Plan.of(tuple(h for _, h in statement.hypotheses), (statement.claim,))
    proposal = draw(plan, np.random.default_rng(1), "quadratic", 3, 10.0, 22, 6, 4)
    (family,), (start,) = proposal.families.values(), proposal.starts.values()
    for row in range(0, 20, 4):
        assert len({family.literal(r) for r in range(row, row + 4)}) == 1
        assert len({tuple(x) for x in start[row : row + 4]}) > 1
    assert family.batch == 22 and family.literal(0) != family.literal(4)


@pytest.mark.parametrize("name", ["PL rate", "sufficient decrease"])
def test_a_report_is_the_same_without_plain_floats(name, monkeypatch):
    with_plain = stress_test(STATEMENTS[name], budget="tiny", seed=3)
    monkeypatch.setattr(stress, "screened", lambda model, proposition: None)
    without = stress_test(STATEMENTS[name], budget="tiny", seed=3)
    assert (with_plain.checks, with_plain.functions) == (without.checks, without.functions)
    (one,), (two,) = with_plain.items, without.items
    assert one.worst == pytest.approx(two.worst, abs=1e-9) and one.functions == two.functions


@pytest.mark.parametrize("name", [*the.FALSE][::3])
def test_what_is_refuted_is_refuted_without_plain_floats(name, monkeypatch):
    found = refute(STATEMENTS[name], seed=2, budget="tiny")
    monkeypatch.setattr(stress, "screened", lambda model, proposition: None)
    assert (found is None) == (refute(STATEMENTS[name], seed=2, budget="tiny") is None)


def test_kinds_that_fit_come_by_turns_and_others_seldom():
    yields = {"a": 1.0, "b": 0.0, "c": 0.5, "d": 1.0}
    drawn = [_kind(yields, 3, turn, np.random.default_rng([3, turn])) for turn in range(600)]
    counts = {kind: drawn.count(kind) for kind in yields}
    assert 0 < counts["b"] < 30
    assert all(abs(counts[kind] - 200) < 25 for kind in "acd")
    first = {drawn[turn] for turn in range(12)}
    assert first >= {"a", "c", "d"}
    assert drawn == [
        _kind(yields, 3, turn, np.random.default_rng([3, turn])) for turn in range(600)
    ]


def test_batches_are_large_where_no_quantifier_takes_many_samples():
    sizes = {}
    for name, statement in {**the.TRUE, **the.ON_OWN_CLASS}.items():
        plan = Plan.of(tuple(h for _, h in statement.hypotheses), (statement.claim,))
        sizes[name] = _largest(plan)
    assert sizes["PL rate"] == sizes["sufficient decrease"] == LARGEST_BATCH
    assert all(sizes[name] == SMALL_BATCH for name in the.ON_OWN_CLASS)
