"""Definitions: part of the term, schematic in spaces, closed, the same when they say the same."""

import pytest

from plproof.language import (
    FALSE,
    Definition,
    Function,
    LanguageError,
    Natural,
    Reals,
    Source,
    Space,
    Vectors,
    exists,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.language.definitions import definitions_of, unfold_all
from plproof.language.sorts import PROP, REAL
from plproof.language.terms import make, subterms

E, G = Space("E"), Space("G")
a, b, c = Reals("a b c")
u, v, xs = Vectors("u v x*", E)
w = Vectors("w", G)[0]
f, g = Function("f", E), Function("g", G)
k = Natural("k")

Minimiser = Definition("Minimiser", [f, xs], forall(u, f(xs) <= f(u)), "{1} minimises {0}")
Gap = Definition("Gap", [f, u, xs], f(u) - f(xs))
PL = Definition("PL", [f, a, xs], forall(u, 2 * a * Gap(f, u, xs) <= sq(grad(f, u))))
Sure = Definition("Sure", [], ~FALSE)


def test_a_definition_is_a_term_of_the_sort_of_its_body():
    assert Minimiser(f, u).sort == PROP
    assert Gap(f, u, v).sort == REAL
    assert Sure().sort == PROP
    assert Minimiser(f, u) == Minimiser(f, u) != Minimiser(f, v)


def test_unfolding_puts_the_arguments_in():
    assert unfold_all(Minimiser(f, v)) == forall(u, f(v) <= f(u))
    assert unfold_all(Minimiser(f, u)) == forall(v, f(u) <= f(v)), "u is not captured"
    assert unfold_all(PL(f, b, v)) == forall(u, 2 * b * (f(u) - f(v)) <= sq(grad(f, u)))
    assert unfold_all(Sure() & Sure()) == ~FALSE & ~FALSE


def test_a_definition_fits_every_space():
    assert unfold_all(Minimiser(g, w)) == forall(Vectors("z", G)[0], g(w) <= g(Vectors("z", G)[0]))
    both = Minimiser(g, w) & Minimiser(f, u)
    assert "def" not in {t.op for t in subterms(unfold_all(both))}


def test_numbers_are_lifted_to_the_parameters():
    assert PL(f, 2, u) == PL(f, rational(2), u)
    assert PL(f, k, u).args[1].sort == REAL
    assert Minimiser(f, 0) == Minimiser(f, E.zero)


@pytest.mark.parametrize(
    "arguments",
    [(), (f,), (f, u, u), (u, f), (f, w), (g, u), (f, a), (f, 1), (f, 0.5), (f, True), (f, "u")],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(arguments):
    with pytest.raises(LanguageError):
        Minimiser(*arguments)


def test_floats_are_refused_as_arguments():
    with pytest.raises(LanguageError, match="rational"):
        PL(f, 0.5, u)


@pytest.mark.parametrize(
    ("name", "parameters", "body", "words", "why"),
    [
        ("", [a], a <= 1, "", "not a name"),
        ("two words", [a], a <= 1, "", "not a name"),
        (None, [a], a <= 1, "", "not a name"),
        ("D", [a + b], a <= 1, "", "variables"),
        ("D", ["a"], a <= 1, "", "variables"),
        ("D", [a, a], a <= 1, "", "same name"),
        ("D", [u, Vectors("u", G)[0]], a <= a, "", "same name"),
        ("D", [a], a <= b, "", "b is used in the body"),
        ("D", [a], a <= make("bound", (), 0, REAL), "", "closed"),
        ("D", [a], True, "", "closed"),
        ("D", [a], forall(u, sq(u) >= a), "", "no parameter lives in the space E"),
        ("D", [a], a <= 1, "{1} is small", "do not fit"),
        ("D", [a], a <= 1, "{a} is small", "do not fit"),
        ("D", [a], a <= 1, "{0!r} is small", "do not fit"),
        ("D", [a], a <= 1, "{ is small", "do not fit"),
        ("D", [a], a <= 1, "{0.__class__}", "do not fit"),
        ("D", [a], a <= 1, None, "do not fit"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(name, parameters, body, words, why):
    with pytest.raises(LanguageError, match=why):
        Definition(name, parameters, body, words)


def test_definitions_are_the_same_when_they_say_the_same():
    again = Definition("Minimiser", [f, xs], forall(v, f(xs) <= f(v)), "{1} minimises {0}")
    assert again == Minimiser
    assert hash(again) == hash(Minimiser)
    assert again(f, u) == Minimiser(f, u)


@pytest.mark.parametrize(
    "other",
    [
        Definition("Minimizer", [f, xs], forall(u, f(xs) <= f(u)), "{1} minimises {0}"),
        Definition("Minimiser", [f, xs], forall(u, f(xs) < f(u)), "{1} minimises {0}"),
        Definition("Minimiser", [f, xs], forall(u, f(xs) <= f(u)), "{1} maximises {0}"),
        Definition("Minimiser", [f, v], forall(u, f(v) <= f(u)), "{1} minimises {0}"),
    ],
    ids=["name", "body", "words", "parameter"],
)
def test_definitions_that_differ_make_different_terms(other):
    assert other != Minimiser
    assert other(f, u) != Minimiser(f, u)


def test_the_source_is_for_the_reader_only():
    cited = Definition("Sure", [], ~FALSE, "", Source("A book"))
    assert cited == Sure


def test_definitions_do_not_change():
    for name in ("body", "name", "parameters", "anything"):
        with pytest.raises(AttributeError):
            setattr(Minimiser, name, None)


def test_definitions_are_found_also_inside_definitions():
    assert definitions_of([PL(f, a, u)]) == (PL, Gap)
    assert definitions_of([Sure() & Minimiser(f, u), Sure()]) == (Sure, Minimiser)
    assert definitions_of([a <= b]) == ()


def test_long_chains_of_definitions_need_no_recursion():
    body, made = a, []
    for i in range(1_500):
        made.append(Definition(f"D{i}", [a], body + 1))
        body = made[-1](a)
    plain = unfold_all(body <= b)
    assert sum(t.op == "num" for t in subterms(plain)) == 1
    assert len(definitions_of([body])) == 1_500


def test_a_definition_inside_a_quantifier_may_speak_of_what_is_bound():
    assert unfold_all(exists(u, Minimiser(f, u))) == exists(v, forall(u, f(v) <= f(u)))
    assert unfold_all(forall(a, PL(f, a, u))) == forall(
        c, forall(v, 2 * c * (f(v) - f(u)) <= ip(grad(f, v), grad(f, v)))
    )
