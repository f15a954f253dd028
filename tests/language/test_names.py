"""Names: one plain spelling each, shown so that different names look different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import LanguageError, Real
from plproof.language.names import GREEK, latex_name, normalise_name, unicode_name

names = st.from_regex(r"\A[A-Za-z][A-Za-z_]{0,4}[0-9]{0,2}[*'+]{0,3}(_[0-9]{1,2})?\Z")
greek = st.sampled_from(sorted(GREEK))


@given(names)
def test_a_plain_name_is_its_own_spelling(name):
    assert normalise_name(name) == name


@given(names | greek)
def test_what_is_shown_can_be_typed_again(name):
    assert normalise_name(unicode_name(name)) == name


@given(names | greek, names | greek)
def test_different_names_are_shown_differently(one, other):
    assert (unicode_name(one) == unicode_name(other)) == (one == other)


@given(names | greek, names | greek)
def test_different_names_differ_in_latex(one, other):
    assert (latex_name(one) == latex_name(other)) == (one == other)


@pytest.mark.parametrize(("name", "letter"), sorted(GREEK.items()))
def test_greek_letters_have_one_name(name, letter):
    assert normalise_name(letter) == name
    assert Real(letter) == Real(name)
    assert unicode_name(name) == letter


@pytest.mark.parametrize(
    ("written", "spelling"), [("x₀", "x0"), ("x⁺", "x+"), ("β*", "beta*"), ("μ₁₂", "mu12")]
)
def test_signs_that_can_be_typed_have_a_spelling(written, spelling):
    assert normalise_name(written) == spelling


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "1", "a-b", "a.b", "f(x)", "a\n", "é", "a**b", "__x", "*", "_"]
)
def test_what_is_not_a_name_is_refused_with_the_fix(name):
    with pytest.raises(LanguageError, match="use letters"):
        normalise_name(name)


@pytest.mark.parametrize("name", [None, 3, b"a", ["a"]])
def test_a_name_is_a_string(name):
    with pytest.raises(LanguageError, match="is a string"):
        normalise_name(name)


@given(names)
def test_latex_has_balanced_braces_and_one_script_of_each_kind(name):
    text = latex_name(name)
    depth = 0
    scripts = []
    for before, char in zip(" " + text, text, strict=False):
        depth += (char == "{") - (char == "}")
        assert depth >= 0, text
        if char in "_^" and depth == 0 and before != "\\":
            scripts.append(char)
    assert depth == 0, text
    assert len(scripts) == len(set(scripts)), text
