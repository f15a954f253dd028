"""Scalars to sympy and back: values are kept, floats and lies are refused."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    Function,
    LanguageError,
    Natural,
    Real,
    Reals,
    Space,
    Vectors,
    ip,
    norm,
    sqrt,
)
from plproof.language.sympy_bridge import from_sympy, to_sympy

a, b = Reals("a b")
small = st.integers(-3, 3)


@given(small, small, small, st.integers(0, 3))
def test_a_round_trip_keeps_the_value(p, q, r, n):
    term = (p * a + q) ** n * b - r * a / 7
    again = from_sympy(to_sympy(term))
    assert sympy.expand(to_sympy(again) - to_sympy(term)) == 0


def test_different_terms_become_different_symbols():
    E = Space("E")
    f = Function("f", E)
    x, y = Vectors("x y", E)
    made = [to_sympy(t) for t in (f(x), f(y), ip(x, y), norm(x), Real("k"), Natural("k") + 0 * a)]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("name", ["pi", "E", "I", "S", "Q", "oo", "lambda"])
def test_a_name_that_sympy_knows_is_only_a_name(name):
    assert to_sympy(Real(name)) == sympy.Symbol(name)


def test_what_sympy_assumes_of_a_symbol_is_ignored():
    liar = sympy.Symbol("a", positive=True)
    assert from_sympy(sympy.sqrt(liar**2) * 0 + liar) == a
    assert from_sympy(sympy.sqrt(liar)) == sqrt(a)


@pytest.mark.parametrize(
    "expression", [sympy.Float(0.5), sympy.pi, sympy.oo, sympy.sin(sympy.Symbol("a")), sympy.I]
)
def test_what_has_no_counterpart_is_refused(expression):
    with pytest.raises(LanguageError):
        from_sympy(expression)
    with pytest.raises(LanguageError):
        from_sympy("a + 1")


def test_sympy_objects_are_not_terms():
    with pytest.raises(LanguageError, match="is not"):
        a + sympy.Symbol("a")


def test_only_scalars_are_converted():
    with pytest.raises(LanguageError, match="only scalars"):
        to_sympy(Vectors("x", Space("E"))[0])
