"""The best number for all N at once is said to be one where smaller ones do for larger N."""

from __future__ import annotations

import json

import pytest

from plproof import Function, Natural, Reals, Sequence, Space, Theorem, Vectors, eq, forall, sq
from plproof.checking.notebook import proved_here
from plproof.checking.stated import remark_of
from plproof.language.terms import as_real, number
from plproof.proof.script import Proof
from plproof.search.finding.constant_rates import smaller_ones
from plproof.search.finding.discover import find_proof

E = Space("E")
g = Function("g", E, E)
x, y, xs = Vectors("x y x*", E)
X = Sequence("X", E)
rho, c = Reals("rho c")
k, N = Natural("k"), Natural("N")
AVERAGED = dict(
    nonexpansive=forall([x, y], sq(g(x) - g(y)) <= sq(x - y)),
    fixed=eq(g(xs), xs),
    steps=forall(k, eq(X[k + 1], X[k] / 2 + g(X[k]) / 2)),
)


def found(claim, **given):
    stated = Theorem("Averaged steps", given=AVERAGED | given, claim=claim, unknown=rho)
    return find_proof(stated)


@pytest.fixture(scope="module")
def residual():
    return found(forall(N, sq(X[N + 1] - g(X[N + 1])) <= rho * sq(X[0] - xs)))


def test_it_is_said_that_a_number_is_the_best_for_all_steps_at_once(residual):
    # 4/(n + 1)·(n/(n + 1))ⁿ after n steps (Lieder, 2021), no rational function of n
    said = (
        "the best number for all N at once; at N = 1, 2, 3 smaller ones seem to do, 16/27, 27/64, "
        "1024/3125, but no function of N was found"
    )
    assert residual.remark == said
    assert residual.title == f"Averaged steps: ρ = 1 ({said})"


def test_the_remark_is_stored_with_the_proof_and_read_as_data(residual):
    document = residual.derive().document()
    assert remark_of(json.loads(json.dumps(document))) == residual.remark
    for other in (None, {}, {"remark": 3}, {"remark": "a" * 501}, []):
        assert remark_of(other) == ""
    result, _ = proved_here(residual)
    assert result.remarks == [residual.remark] and result.outcome == "proved"


def said_of(claim, value):
    return smaller_ones(Proof("it", AVERAGED, claim), claim, rho, value, ())


def test_a_claim_about_any_number_of_steps_is_read_as_one_about_all():
    claim = sq(X[N] - g(X[N])) <= rho * sq(X[0] - xs)
    said = said_of(claim, number(4))
    assert "at N = 1, 2, 3, 4 smaller ones seem to do, 1, 16/27, 27/64, 1024/3125" in said
    assert said_of(claim, 4 / (as_real(N) + 1)) == ""
    assert "at N = 2, 3, 4 smaller ones seem to do, 16/27" in said_of(claim, number(1))


def test_nothing_is_said_of_claims_with_powers_of_the_unknown():
    assert said_of(forall(N, sq(X[N] - xs) <= rho**N * sq(X[0] - xs)), number(2)) == ""


def test_nothing_is_said_where_no_smaller_number_does():
    same = found(forall(N, sq(X[N] - xs) <= rho * sq(X[0] - xs)))
    assert same.claim == forall(N, sq(X[N] - xs) <= 1 * sq(X[0] - xs))
    assert same.remark == "" and same.title == "Averaged steps: ρ = 1"
    assert "remark" not in same.derive().document()
