"""Weights read off the coefficients of a claim that is weaker than need be."""

from __future__ import annotations

import pytest

pytest.importorskip("clarabel")

from plproof import Function, Lemma, Proof, ProofError, Reals, Space, Vectors, eq, forall, ip, sq
from plproof.language.terms import number
from plproof.search.claims.coefficients import with_coefficients
from plproof.search.finding.script import searched
from tests.thorough import THOROUGH

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
x, y, z, xs, x0, x1 = Vectors("x y z x* x0 x1", E)
gamma, delta, mu, L, R, G = Reals("gamma delta mu L R G")
UNIT = dict(x_=sq(x) <= 1, y_=sq(y) <= 1, z_=sq(z) <= 1)


def proved(claim, **given):
    lemma = Lemma("it", given=given, claim=claim)
    lemma.proof(searched())
    return lemma.derive().theorem.conclusion == claim


def test_the_weights_of_two_balls_are_those_of_young_s_inequality():
    given = dict(pos=gamma > 0, x_=UNIT["x_"], y_=UNIT["y_"])
    claim = ip(x, y) <= 1 / (2 * gamma) + gamma / 2
    premises = [given["x_"], given["y_"], number(0) <= number(1)]
    found = list(with_coefficients(Proof("it", given, claim), claim, premises, [gamma]))
    assert [1 / (2 * gamma), gamma / 2, number(0)] in found
    assert [gamma / 2, 1 / (2 * gamma), number(0)] in found
    assert proved(claim, **given)


def test_denominators_that_are_sums_are_kept():
    given = dict(pos=mu > 0, L_pos=L > 0, x_=sq(x) <= R**2, y_=sq(y) <= G**2)
    assert proved(ip(x, y) <= R**2 / (2 * (mu + L)) + (mu + L) * G**2 / 2, **given)


@pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH=1: seconds for a search")
def test_two_weights_are_read_off_where_one_is_not_enough():
    sides = 1 / (2 * gamma) + gamma / 2 + 1 / (2 * delta) + delta / 2
    assert proved(ip(x, y) + ip(x, z) <= sides, pos=gamma > 0, delta_pos=delta > 0, **UNIT)


def test_the_bound_of_two_subgradient_steps_is_proved_for_every_step_length():
    given = dict(
        pos=gamma > 0,
        sub=forall([x, y], f(y) >= f(x) + ip(g(x), y - x)),
        bounded=forall(x, sq(g(x)) <= G**2),
        descent=eq(x1, x0 - gamma * g(x0)),
        near=sq(x0 - xs) <= R**2,
    )
    mean = (f(x0) + f(x1)) / 2 - f(xs)
    assert proved(mean <= R**2 / (4 * gamma) + gamma * G**2 / 2, **given)


@pytest.mark.parametrize(
    "bound", [1 / (2 * gamma) + gamma / 3, gamma / 2 + 1 / (4 * gamma), 1 / gamma], ids=str
)
def test_what_is_too_good_for_some_length_is_not_proved(bound):
    with pytest.raises(ProofError):
        proved(ip(x, y) <= bound, pos=gamma > 0, x_=UNIT["x_"], y_=UNIT["y_"])
