"""What an author writes, and the traps of Python: each raises where it happens and says the fix."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    FALSE,
    Function,
    LanguageError,
    Natural,
    Naturals,
    Real,
    Reals,
    Sequence,
    Space,
    Statement,
    Vector,
    Vectors,
    conj,
    disj,
    eq,
    exists,
    forall,
    implies,
    ip,
    mapsto,
    ne,
    neg,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.language.sorts import MAX_PARTS, NAT, PROP, REAL, Sort, function, vector
from plproof.language.terms import make, number

E = Space("E")
a, b, c = Reals("a b c")
k = Natural("k")
u, v = Vectors("u v", E)
f = Function("f", E)
x = Sequence("x", E)
p, q = a <= b, b <= c

FIX_TRUTH = r"write `p & q`"
FIX_FLOAT = r"write rational\(1, 2\)"
FIX_EQ = r"write eq\(a, b\)"


def unpacked(term):
    first, second = term
    return first, second


TRAPS = {
    "and": (lambda: p and q, FIX_TRUTH),
    "or": (lambda: p or q, FIX_TRUTH),
    "not": (lambda: not p, r"neg\(p\)"),
    "if": (lambda: 1 if p else 2, FIX_TRUTH),
    "a < b < c": (lambda: a < b < c, r"\(a < b\) & \(b < c\)"),
    "0 <= a <= 1": (lambda: 0 <= a <= 1, r"\(a < b\) & \(b < c\)"),
    "assert": (lambda: bool(p), FIX_TRUTH),
    "if on a number": (lambda: 1 if a else 2, "compare it"),
    "max": (lambda: max(a, b), FIX_TRUTH),
    "sorted": (lambda: sorted([a, b]), FIX_TRUTH),
    "a float on the right": (lambda: a + 0.5, FIX_FLOAT),
    "a float on the left": (lambda: 0.5 * a, FIX_FLOAT),
    "1/2 before a term": (lambda: 1 / 2 * a, FIX_FLOAT),
    "a comparison with a float": (lambda: a <= 0.5, FIX_FLOAT),
    "an equation with a float": (lambda: eq(a, 0.5), FIX_FLOAT),
    "a float as an exponent": (lambda: a**0.5, FIX_FLOAT),
    "a float for a vector": (lambda: 0.5 * u, FIX_FLOAT),
    "a float under a root": (lambda: sqrt(0.25), FIX_FLOAT),
    "a float as a value": (lambda: mapsto(a, 0.5), FIX_FLOAT),
    "not a number": (lambda: a + float("nan"), FIX_FLOAT),
    "a float made exact": (lambda: rational(0.5), FIX_FLOAT),
    "a bool made exact": (lambda: rational(True), FIX_FLOAT),
    "a numpy float on the right": (lambda: a * np.float64(0.5), FIX_FLOAT),
    "a numpy float on the left": (lambda: np.float64(0.5) * a, FIX_FLOAT),
    "a numpy float compared": (lambda: np.float64(0.5) <= a, FIX_FLOAT),
    "a small numpy float": (lambda: np.float32(0.5) - a, FIX_FLOAT),
    "a numpy array on the left": (lambda: np.array([0.5, 1.0]) * a, FIX_FLOAT),
    "a numpy array added": (lambda: np.array([1, 2]) + u, FIX_FLOAT),
    "a numpy array compared": (lambda: np.array([0.5]) <= a, FIX_FLOAT),
    "a numpy array on the right": (lambda: a / np.ones(2), FIX_FLOAT),
    "== in a conjunction": (lambda: p & (a == b), FIX_EQ),
    "== first": (lambda: (a == b) & p, FIX_EQ),
    "!= in a disjunction": (lambda: p | (a != b), r"ne\(a, b\)"),
    "== as a conclusion": (lambda: p >> (a == b), FIX_EQ),
    "== as a premise": (lambda: implies(a == b, p), FIX_EQ),
    "== negated": (lambda: neg(a == b), FIX_EQ),
    "== under ∀": (lambda: forall(a, a == b), FIX_EQ),
    "== under ∃": (lambda: exists(a, a == b), FIX_EQ),
    "== in conj": (lambda: conj(p, a == b), FIX_EQ),
    "== in disj": (lambda: disj(a == b, p), FIX_EQ),
    "True added": (lambda: a + True, FIX_EQ),
    "in": (lambda: a in b, "compare terms"),
    "in a set": (lambda: u in f, "compare terms"),
    "iteration": (lambda: list(a), "cannot be iterated"),
    "iteration over a sequence": (lambda: next(iter(x)), "cannot be iterated"),
    "a sum over a sequence": (lambda: sum(x), "cannot be iterated"),
    "unpacking": (lambda: unpacked(u), "cannot be iterated or unpacked"),
    "unpacking into a call": (lambda: f(*u), "cannot be iterated or unpacked"),
    "len": (lambda: len(x), "no length"),
    "float()": (lambda: float(a), "nothing is evaluated"),
    "int()": (lambda: int(k), "nothing is evaluated"),
    "complex()": (lambda: complex(a), "nothing is evaluated"),
    "names that are not a string": (lambda: Reals(["a", "b"]), "one string"),
    "no name": (lambda: Reals(" "), "at least one name"),
    "a space by its name": (lambda: Vector("u", "E"), r"Space\('E'\)"),
    "a term that is bound": (lambda: forall(a + b, p), "only a variable"),
    "a number that is bound": (lambda: exists([a, 1], p), "only a variable"),
    "a negative exponent": (lambda: a**-1, r"write 1/a"),
    "eq of no terms": (lambda: eq(1, 1), "needs a term"),
    "ip of no terms": (lambda: ip(1, u), "not a vector"),
    "conj of nothing": (conj, "no propositions"),
    "disj of nothing": (disj, "no propositions"),
    "implies nothing": (implies, "at least one"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_of_python_raises_and_names_the_fix(name):
    run, fix = TRAPS[name]
    with pytest.raises(LanguageError, match=fix):
        run()


@given(st.floats())
def test_no_float_enters_by_any_operator(value):
    for run in (
        lambda: a + value,
        lambda: value - a,
        lambda: value * u,
        lambda: a / value,
        lambda: value / a,
        lambda: value < a,
        lambda: f(u) >= value,
        lambda: number(0) + np.float64(value),
        lambda: rational(value),
        lambda: a ** abs(value),
    ):
        with pytest.raises(LanguageError):
            run()


def test_language_errors_are_type_errors_so_that_python_reports_the_line():
    assert issubclass(LanguageError, TypeError)


# ---------------------------------------------------------------- exact numbers
@given(st.fractions())
def test_rational_is_exact(value):
    assert rational(value).data == value
    assert rational(str(value)).data == value
    assert rational(value.numerator, value.denominator).data == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_are_read_exactly(value):
    assert rational(str(value)).data == Fraction(str(value))


@pytest.mark.parametrize("text", ["", "x", "1/0", "0x10", "1//2", "nan", "1e400000000x"])
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(LanguageError):
        rational(text)


# ---------------------------------------------------------------- variables and sorts
def test_variables_have_the_sorts_one_expects():
    assert Real("a").sort == REAL
    assert Natural("k").sort == NAT
    assert [t.sort for t in Naturals("m, n")] == [NAT, NAT]
    assert Vector("u", E).sort == vector("E")
    assert f.sort == function(vector("E"), REAL)
    assert Function("T", E, E)(u).sort == vector("E")
    assert Sequence("t")[0].sort == REAL
    assert x[k + 1].sort == vector("E")
    assert (a <= b).sort == PROP


def test_a_letter_and_its_name_are_one_variable():
    assert Real("μ") == Real("mu")
    assert Reals("α β") == Reals("alpha, beta")


def test_variables_of_one_name_and_two_sorts_are_two():
    assert Real("k") != Natural("k")
    assert Vector("u", E) != Vector("u", Space("G"))


@pytest.mark.parametrize("kind", ["real", "Vector", "", "Any"])
def test_there_are_no_other_sorts(kind):
    with pytest.raises(LanguageError):
        Sort(kind)


def test_sorts_made_to_be_slow_are_refused():
    sort = REAL
    with pytest.raises(LanguageError, match="parts"):
        for _ in range(MAX_PARTS):
            sort = function(sort, sort)


def test_a_space_called_like_a_sort_is_harmless():
    r = Space("Real")
    assert Vector("u", r).sort != REAL
    with pytest.raises(LanguageError):
        Vector("u", r) + a


# ---------------------------------------------------------------- propositions
def test_connectives_have_their_operators():
    assert (p & q) == conj(p, q)
    assert (p | q) == disj(p, q)
    assert (p >> q) == implies(p, q)
    assert ~p == neg(p) == implies(p, FALSE)
    assert ne(a, b) == neg(eq(a, b))
    assert implies(p, q, p) == p >> (q >> p)
    assert conj(p, q, p) == p & (q & p)
    assert conj(p) == disj(p) == implies(p) == p


def test_squares_and_norms_are_what_they_say():
    assert sq(u) == ip(u, u)
    assert sq(a) == a**2
    assert norm(u) == sqrt(ip(u, u))


def test_quantifiers_take_one_variable_or_several():
    assert forall([a, b], p) == forall(a, forall(b, p))
    assert exists((a,), p) == exists(a, p)
    assert forall([], p) == p


def test_quantifying_a_variable_that_does_not_occur_keeps_the_quantifier():
    assert forall(c, p) != p


# ---------------------------------------------------------------- statements
def test_a_statement_is_closed_in_the_order_of_its_hypotheses():
    s = Statement.of({"first": p, "second": q}, a <= c)
    assert s.closed() == forall([a, b, c], implies(p, q, a <= c))
    assert s.variables() == (a, b, c)


@pytest.mark.parametrize(
    ("hypotheses", "claim"),
    [
        ((("h", p), ("h", q)), p),
        ((("h", a),), p),
        ((), a),
        ((), make("bound", (), 0, REAL) <= a),
        ((("h", True),), p),
    ],
    ids=["one name twice", "no proposition", "no claim", "a free index", "a Python bool"],
)
def test_a_statement_of_other_things_is_refused(hypotheses, claim):
    with pytest.raises(LanguageError):
        Statement(hypotheses, claim)


def test_the_order_of_hypotheses_is_part_of_a_statement():
    one, other = Statement.of({"p": p, "q": q}, p), Statement.of({"q": q, "p": p}, p)
    assert one != other
