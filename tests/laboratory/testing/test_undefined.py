"""Statements that mean nothing at an edge of their hypotheses: said, with an example."""

import pytest

from plproof.laboratory.campaigns.units import survey
from plproof.laboratory.testing.undefined import undefined
from plproof.language import (
    Function,
    Natural,
    Reals,
    Sequence,
    Space,
    Statement,
    Vector,
    conj,
    forall,
    grad,
    implies,
    ne,
    norm,
    sqrt,
)
from plproof.theory.functions import Smooth

E = Space("E")
f, x, s, k = Function("f", E), Vector("x", E), Sequence("s"), Natural("k")
mu, L, a, b = Reals("mu L a b")
order = {"positive": mu > 0, "order": mu <= L}
slope = norm(grad(f, x))
UNDEFINED = {
    "a difference": (order, mu / (L - mu) >= 0, "L − μ = 0 (in the claim)"),
    "a root": ({"small": a <= 1}, sqrt(a) ** 2 >= a, "a < 0 (in the claim)"),
    "a root below": ({"small": a <= 1}, sqrt(1 - a - b) >= 0, "1 − a − b < 0 (in the claim)"),
    "a slope": (
        {"L": L > 0, "smooth": Smooth(f, L)},
        slope / slope <= 1,
        "‖∇f(x)‖ = 0 (in the claim)",
    ),
    "a hypothesis": ({"bound": 1 / a >= 0, "a": a > 0}, a >= 0, "a = 0 (in bound)"),
    "quantified": ({}, forall([a, b], implies(a > 0, 1 / b <= a)), "b = 0 (in the claim)"),
}
DEFINED = {
    "a difference": ({"positive": mu > 0, "order": mu < L}, mu / (L - mu) >= 0),
    "guarded": ({}, implies(a > 0, 1 / a >= 0)),
    "in order": ({"a": a > 0, "bound": 1 / a >= 0}, a >= 0),
    "a root": ({"small": a <= 1, "a": a >= 0}, sqrt(a) * sqrt(1 - a) <= 1),
    "never zero": ({"a": a <= 1}, 1 / (1 + a**2) <= 1),
    "a conjunction": ({}, forall(a, implies(conj(ne(a, 0), a <= 1), 1 / a <= 1))),
    "indices": ({"s": forall(k, s[k] > 0)}, forall(k, s[k] / s[k + 1] >= 0)),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_an_edge_at_which_a_statement_means_nothing_is_named(name):
    given, claim, where = UNDEFINED[name]
    found = undefined(Statement.of(given, claim))
    assert [words for words, _ in found] == [where]
    assert any(v in found[0][1].named() for v in ("μ = ", "a = ", "b = ", "x = "))


@pytest.mark.parametrize("name", DEFINED)
def test_nothing_is_said_of_statements_that_are_always_defined(name):
    assert undefined(Statement.of(*DEFINED[name])) == []


def test_a_survey_says_it_in_one_line():
    given, claim, _ = UNDEFINED["a difference"]
    (words,) = survey(Statement.of(given, claim), 0)["undefined"]
    assert words.startswith("L − μ = 0 (in the claim), as with ") and "\n" not in words
