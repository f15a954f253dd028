"""Points that refute a claim are checked exactly, and a point that is changed does not pass."""

from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof.search.programs.program import Form, Program
from plproof.search.programs.refuting import refutation, satisfies

half = Fraction(1, 2)


def program(rate):
    """One vector x and a value f: from f ≤ ‖x‖²/2 conclude f ≤ rate·‖x‖²."""
    column = Form({(0, 0): half}, {0: Fraction(-1)})
    return Program(1, 1, (column,), (False,), Form(), Form({(0, 0): rate}, {0: Fraction(-1)}))


@pytest.mark.parametrize("hair", ["0.1", "1e-3", "1e-6"])
def test_a_claim_that_is_too_strong_is_refuted_exactly(hair):
    asked = program(half - Fraction(hair))
    point = refutation(asked)
    assert point is not None and satisfies(asked, point) and point.violation > 0


@pytest.mark.parametrize("rate", [half, half + Fraction(1, 10**6)])
def test_a_claim_that_holds_is_not(rate):
    assert refutation(program(rate)) is None


def test_a_changed_point_does_not_pass():
    asked = program(Fraction(1, 4))
    point = refutation(asked)
    assert not satisfies(asked, replace(point, violation=point.violation + 1))
    assert not satisfies(asked, replace(point, values=(point.values[0] * 10,)))
    assert not satisfies(asked, replace(point, gram=((Fraction(-1),),)))


def test_equations_hold_exactly():
    """f = ‖x‖²/3 exactly, and the claim f ≤ ‖x‖²/4."""
    column = Form({(0, 0): Fraction(1, 3)}, {0: Fraction(-1)})
    target = Form({(0, 0): Fraction(1, 4)}, {0: Fraction(-1)})
    asked = Program(1, 1, (column,), (True,), Form(), target)
    point = refutation(asked)
    assert point is not None and point.of(column) == 0 and satisfies(asked, point)


def test_the_value_of_one_is_one():
    """From ‖x‖² ≤ 1 conclude ‖x‖² ≤ 9/10: value 0 stands for 1."""
    column = Form({(0, 0): Fraction(-1)}, {0: Fraction(1)})
    target = Form({(0, 0): Fraction(-1)}, {0: Fraction(9, 10)})
    asked = Program(1, 1, (column,), (False,), Form(), target)
    point = refutation(asked, constant=0)
    assert point is not None and point.values == (1,) and Fraction(9, 10) < point.gram[0][0] <= 1


def test_an_inequality_that_says_nothing_is_no_obstacle():
    """f(x*) ≤ f(x*), say, among the instances: its slack is 0 everywhere."""
    asked = program(Fraction(1, 4))
    asked = replace(asked, columns=(*asked.columns, Form()), free=(False, False))
    point = refutation(asked)
    assert point is not None and satisfies(asked, point)
