"""Terms evaluated in batches agree with an exact interpreter that works one row at a time."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.families import Quadratic
from plproof.laboratory.gradient_descent.orbits import descend, function_at
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.language import (
    FALSE,
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Term,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    mapsto,
    neg,
    rational,
    sqrt,
)

E = Space("E")
f, s = Function("f", E), Sequence("s", E)
a, b = Reals("a b")
u, w = Vectors("u w", E)
n, k = Naturals("n k")
B, D, K = 5, 2, 4
DIGITS = 10**60


def exact_model():
    """Return (model, rows): the batch, and for each row the exact values of the variables."""
    rng = np.random.default_rng(7)
    reals = {v: rng.choice([0.0, 1.0, -1.5, 0.25, 3.0, 1 / 3], size=B) for v in (a, b)}
    vectors = {v: rng.choice([0.0, 1.0, -0.5, 2.0, 0.1], size=(B, D)) for v in (u, w)}
    numbers = np.array([0.0, 1.0, 2.0, 3.0, 0.0])
    root = rng.integers(-2, 3, size=(B, D, D)) / 4.0
    hessian = root @ root.swapaxes(1, 2) + np.eye(D)
    centre = rng.integers(-2, 3, size=(B, D)) / 2.0
    family = Quadratic(hessian, centre, np.arange(B) / 2.0)
    orbit = descend(family, vectors[u], total.exact(np.full(B, 0.1)), K)
    values = {v: total.exact(x) for v, x in {**reals, **vectors, n: numbers}.items()}
    model = Model(B, {"E": D}, {**values, f: family, s: orbit}, horizon=K)
    rows = []
    for i in range(B):
        exactly = {v: Fraction(float(x[i])) for v, x in {**reals, n: numbers}.items()}
        exactly |= {v: [Fraction(float(c)) for c in x[i]] for v, x in vectors.items()}
        matrix = [[Fraction(float(c)) for c in row] for row in hessian[i]]
        middle, least = [Fraction(float(c)) for c in centre[i]], Fraction(i, 2)
        path = [exactly[u]]
        for _ in range(K):
            g = slope(matrix, middle, path[-1])
            path.append([c - Fraction(0.1) * d for c, d in zip(path[-1], g, strict=True)])
        rows.append((exactly, (matrix, middle, least), path))
    return model, rows


def slope(matrix, middle, point):
    offset = [c - m for c, m in zip(point, middle, strict=True)]
    return [sum(h * o for h, o in zip(row, offset, strict=True)) for row in matrix]


def root_of(t):
    if t <= 0:
        return Fraction(0)
    whole = t.numerator * t.denominator
    exactly = isqrt(whole)
    if exactly * exactly == whole:
        return Fraction(exactly, t.denominator)
    return Fraction(isqrt(whole * DIGITS**2), t.denominator * DIGITS)


def interpret(term: Term, row):
    """Return the exact value of a term (square roots to 60 digits) or truth of a proposition."""
    values, (matrix, middle, least), path = row
    op = term.op
    if op == "var":
        return values[term]
    if op == "num":
        return [Fraction(0)] * D if term.sort.kind == "Vec" else term.data
    if op == "false":
        return False
    if op in ("app", "grad"):
        x = interpret(term.args[1], row)
        if term.args[0] == s:
            return path[int(x)]
        g = slope(matrix, middle, x)
        if op == "grad":
            return g
        return sum((c - m) * d for c, m, d in zip(x, middle, g, strict=True)) / 2 + least
    args = [interpret(arg, row) for arg in term.args]
    first, second = args[0], args[-1]
    vector = term.sort.kind == "Vec"
    if op == "add":
        return [sum(c) for c in zip(*args, strict=True)] if vector else sum(args)
    if op == "neg":
        return [-c for c in first] if vector else -first
    if op == "div":
        if vector:
            return [c / second if second else Fraction(0) for c in first]
        return first / second if second else Fraction(0)
    results = {
        "mul": lambda: first * second,
        "smul": lambda: [first * c for c in second],
        "ip": lambda: sum(p * q for p, q in zip(first, second, strict=True)),
        "pow": lambda: first ** int(second),
        "sqrt": lambda: root_of(first),
        "real": lambda: first,
        "le": lambda: first <= second,
        "lt": lambda: first < second,
        "ge": lambda: first >= second,
        "gt": lambda: first > second,
        "eq": lambda: first == second,
        "and": lambda: first and second,
        "or": lambda: first or second,
        "imp": lambda: (not first) or second,
    }
    return results[op]()


LEAVES = [a, b, rational(0), rational(1), rational(1, 3), rational(-2), n + 0 * a]
REAL_FORMS = [
    (lambda p, q: p + q, "rr"),
    (lambda p, q: p - q, "rr"),
    (lambda p, q: p * q, "rr"),
    (lambda p, q: p / q, "rr"),
    (lambda p: -p, "r"),
    (lambda p: p**n, "r"),
    (lambda p: p**0, "r"),
    (lambda p: p**3, "r"),
    (sqrt, "r"),
    (ip, "vv"),
    (f, "v"),
]
VECTOR_FORMS = [
    (lambda p, q: p + q, "vv"),
    (lambda p, q: p - q, "vv"),
    (lambda t, p: t * p, "rv"),
    (lambda t, p: p / t, "rv"),
    (lambda p: grad(f, p), "v"),
]
VECTOR_LEAVES = [u, w, E.zero, s[n], s[0], s[n + 1]]


@st.composite
def terms(draw, kind="r", depth=3):
    """Draw a real ("r") or vector ("v") term."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(LEAVES if kind == "r" else VECTOR_LEAVES))
    form, kinds = draw(st.sampled_from(REAL_FORMS if kind == "r" else VECTOR_FORMS))
    return form(*[draw(terms(part, depth - 1)) for part in kinds])


real_terms, vector_terms = terms("r"), terms("v")
comparisons = st.one_of(
    *[
        st.builds(lambda p, q, c=c: c(p, q), real_terms, real_terms)
        for c in (Term.__le__, Term.__lt__, Term.__ge__, Term.__gt__, eq)
    ],
    st.builds(eq, vector_terms, vector_terms),
)
propositions = st.recursive(
    st.one_of(comparisons, st.just(FALSE)),
    lambda p: st.one_of(
        st.builds(lambda x, y: x & y, p, p),
        st.builds(lambda x, y: x | y, p, p),
        st.builds(lambda x, y: x >> y, p, p),
        st.builds(neg, p),
    ),
    max_leaves=4,
)
MODEL, ROWS = exact_model()


@settings(max_examples=300, deadline=None)
@given(st.one_of(real_terms, vector_terms))
def test_a_term_is_within_its_error_of_the_exact_value(term):
    found = MODEL.value(term)
    shape = (B, D) if term.sort.kind == "Vec" else (B,)
    value, error = (np.broadcast_to(t, shape) for t in (found.value, found.error))
    for i, row in enumerate(ROWS):
        exactly = interpret(term, row)
        parts = exactly if isinstance(exactly, list) else [exactly]
        for part, v, e in zip(parts, np.ravel(value[i]), np.ravel(error[i]), strict=True):
            if np.isfinite(v) and np.isfinite(e):
                room = Fraction(SAFETY * UNIT * e) + Fraction(1, 10**40)
                assert abs(Fraction(float(v)) - part) <= room, (i, float(v), float(part), e)


@settings(max_examples=300, deadline=None)
@given(propositions)
def test_what_is_certain_of_a_proposition_is_right(proposition):
    low, high = MODEL.truth(proposition)
    assert np.all(low <= high)
    for i, row in enumerate(ROWS):
        truth = interpret(proposition, row)
        assert not low[i] >= 0 or truth
        assert not high[i] < 0 or not truth


def test_the_functions_are_total():
    zeros = {a: total.exact(np.zeros(2)), b: total.exact(np.array([-4.0, 9.0]))}
    model = Model(2, {"E": 1}, zeros)
    assert model.value(b / a).value.tolist() == [0.0, 0.0]
    assert model.value(b / a).error.tolist() == [0.0, 0.0]
    assert model.value(sqrt(b)).value.tolist() == [0.0, 3.0]
    assert np.all(model.value(a**0).value == 1)


def test_equality_that_is_attained_refutes_a_strict_inequality_only_where_it_is_exact():
    values = total.exact(np.array([1.0, 2.0]))
    model = Model(2, {}, {a: values, b: values})
    assert np.all(model.holds(a <= b)) and np.all(model.truth(a < b)[1] < 0)
    third = Tracked(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    unsure = Model(2, {}, {a: values, b: third})
    assert np.all(unsure.truth(a < b)[1] > 0) and not unsure.holds(a <= b).any()


def test_quantifiers_are_bounded_on_one_side_only():
    low, high = MODEL.truth(forall(w, ip(w, w) >= 0))
    assert np.all(low == -np.inf) and np.all(high >= 0)
    assert np.all(MODEL.truth(forall(w, ip(w, w) <= 1))[1] < 0)
    low, high = MODEL.truth(exists(w, ip(w, w) > 1))
    assert np.all(low >= 0) and np.all(high == np.inf)


def test_an_implication_does_not_mix_the_slack_of_its_hypothesis_into_its_own():
    barely, clearly = a >= a - rational(1, 10**6), a >= a + 1
    assert np.allclose(MODEL.truth(barely >> clearly)[1], MODEL.truth(clearly)[1])


def test_iterates_beyond_the_last_are_unknown():
    low, high = MODEL.truth(eq(s[K + 1], 0))
    assert np.all(low == -np.inf) and np.all(high == np.inf)
    assert np.all(np.isfinite(MODEL.truth(forall(k, ip(s[k], s[k]) >= -1))[1]))


def test_function_terms_are_applied():
    shifted = mapsto(w, f(w + u))
    np.testing.assert_array_equal(MODEL.value(shifted(u)).value, MODEL.value(f(u + u)).value)
    slope = MODEL.value(grad(shifted, u))
    np.testing.assert_array_equal(slope.value, MODEL.value(grad(f, u + u)).value)


def test_a_missing_variable_is_named():
    with pytest.raises(NotEvaluated, match="x₀"):
        MODEL.value(Reals("x0")[0] + 1)


def test_a_function_at_a_rounded_point_allows_for_the_distance():
    family = MODEL.values[f]
    points = np.ones((B, D)) / 3
    off = Tracked(points, np.full((B, D), 2.0**30))
    value, gradient = function_at(family, off)
    moved = points + SAFETY * UNIT * 2.0**30
    truth = family.value_and_gradient(moved)
    assert np.all(np.abs(truth[0] - value.value) <= SAFETY * UNIT * value.error)
    assert np.all(np.abs(truth[1] - gradient.value) <= SAFETY * UNIT * gradient.error)
    at_home = function_at(family, total.exact(family.constants.minimiser))
    assert not at_home[0].error.any() and not at_home[1].value.any()
