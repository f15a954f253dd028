"""Arbitrary sequences that hypotheses bound for all k: drawn, certified for ever, and sharp."""

import numpy as np
import pytest

from plproof.laboratory.certification.certified import Judge
from plproof.laboratory.certification.precise import Field
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.language import (
    Function,
    Natural,
    Reals,
    Sequence,
    Space,
    conj,
    eq,
    forall,
    grad,
    implies,
    norm,
    sq,
)
from plproof.theory.functions import Smooth
from tests.laboratory.one_batch import one_batch

E = Space("E")
f, x, e = Function("f", E), Sequence("x", E), Sequence("e", E)
g, d = Sequence("gamma"), Sequence("d")
L, delta = Reals("L delta")
k = Natural("k")
smooth = {"L_pos": L > 0, "smooth": Smooth(f, L)}
method = forall(k, eq(x[k + 1], x[k] - g[k] * grad(f, x[k])))
noisy = forall(k, eq(x[k + 1], x[k] - (grad(f, x[k]) + e[k]) / L))
descends = forall(k, f(x[k + 1]) <= f(x[k]) - g[k] / 2 * sq(grad(f, x[k])))
positive = forall(k, g[k] > 0)
FITTING = {
    "for all k": ({"steps": forall(k, conj(g[k] > 0, g[k] <= 1 / L)), "gd": method}, descends),
    "scaled": ({"pos": positive, "steps": forall(k, L * g[k] <= 1), "gd": method}, descends),
    "decreasing": (
        {"pos": positive, "steps": forall(k, g[k + 1] <= g[k]), "first": g[0] <= 1 / L,
         "gd": method},
        descends,
    ),
    "diminishing": (
        {"steps": forall(k, conj(0 < g[k], g[k] <= 1 / (L * (k + 1)))), "gd": method},
        descends,
    ),
    "to an index": (
        {"steps": forall(k, implies(k <= 5, conj(g[k] > 0, g[k] <= 1 / L))), "gd": method},
        f(x[4]) <= f(x[0]),
    ),
    "errors": (
        {"steps": forall(k, norm(e[k]) <= delta), "gd": noisy},
        forall(k, f(x[k + 1]) <= f(x[k]) - sq(grad(f, x[k])) / (2 * L) + delta**2 / (2 * L)),
    ),
    "errors of squares": (
        {"pos": forall(k, 0 <= d[k]), "steps": forall(k, sq(e[k]) <= d[k] ** 2), "gd": noisy},
        forall(k, f(x[k + 1]) <= f(x[k]) - sq(grad(f, x[k])) / (2 * L) + d[k] ** 2 / (2 * L)),
    ),
}  # fmt: skip
FALSE_NEIGHBOURS = {
    "for all k": forall(k, f(x[k + 1]) <= f(x[k]) - g[k] * sq(grad(f, x[k]))),
    "scaled": forall(k, 2 * L * g[k] <= 1),
    "decreasing": forall(k, g[k + 1] < g[k]),
    "diminishing": 3 * L * g[1] <= 1,
    "errors": forall(k, f(x[k + 1]) <= f(x[k]) - sq(grad(f, x[k])) / (2 * L) + delta**2 / (3 * L)),
}


def drawn(given, claim):
    return one_batch({**smooth, **given}, claim)


@pytest.mark.parametrize("name", FITTING)
def test_bounded_sequences_are_drawn_and_nothing_true_is_called_false(name):
    found = drawn(*FITTING[name])
    assert found.checks >= 20 and not found.failing


@pytest.mark.parametrize("name", FALSE_NEIGHBOURS)
def test_what_is_false_of_a_bounded_sequence_is_refuted(name):
    found = drawn(FITTING[name][0], FALSE_NEIGHBOURS[name])
    assert found.failing and found.certified


@pytest.mark.parametrize(
    "given",
    [
        {"above": forall(k, g[k] > k), "below": forall(k, g[k] <= 5)},
        {"above": forall(k, 1 <= g[k]), "below": forall(k, g[k] <= 100 / (k + 1))},
        {"steady": forall(k, eq(g[k + 1], g[k]) | (g[k] > 0)), "moving": forall(k, g[k] < -k)},
        {"grows": forall(k, g[k + 1] >= g[k] + 1), "below": forall(k, g[k] <= 100)},
        {"late": forall(k, implies(k >= 100, g[k] >= 1)), "below": forall(k, g[k] <= 0)},
        {
            "above": forall(k, g[k] >= d[k] * k),
            "d": forall(k, d[k] >= 1),
            "to": forall(k, g[k] <= 9),
        },
        {"shrinks": forall(k, norm(e[k]) <= 7 - k)},
    ],
)
def test_a_sequence_that_cannot_go_on_for_ever_does_not_satisfy_its_hypotheses(given):
    """Members 0 to K would fit all of these: what comes after them would not."""
    assert not drawn(given, g[0] <= 1).checks


def test_members_and_the_exact_judge_agree():
    """Row by row, what is certified in floats is certified in arb; a row off its bound is not."""
    given, claim = FITTING["diminishing"]
    hypotheses = [*smooth.values(), *given.values()]
    plan = Plan.of(hypotheses, (claim,))
    a = draw(plan, np.random.default_rng(3), "diagonal_quadratic", 2, 4.0, 12, 6)
    rows = certify(realise(plan, a), given["steps"])
    assert 0 < rows.sum() < 12  # some are at a bound that is rounded, and not certain
    for row in range(12):
        case = Case(tuple(hypotheses), (), claim, a.take([row]))
        with Field(256) as field:
            assert rows[row] <= (given["steps"] in Judge(case, field).for_ever)
    a.paths[g][3, 0] *= -1
    wrong = Case(tuple(hypotheses), (), claim, a.take([0]))
    with Field(256) as field:
        assert given["steps"] not in Judge(wrong, field).for_ever
