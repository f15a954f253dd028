"""A pencil of forms is seen where it is positive semidefinite, also where that is at one point."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from plproof.kernel.normal import NormalForm
from plproof.language import Reals
from plproof.proof.field import Field
from plproof.proof.pencils import edges

s, t = Reals("s t")
FORM = NormalForm()
S = FORM.scalar(s)
FIELD = Field(FORM, sorted({a for m in S for a, _ in m}))
small = st.integers(-3, 3)


def form(entries):
    """Return a form over the field with the numbers as coefficients."""
    return {pair: c * FIELD.one for pair, c in entries.items() if c}


def value(q, v):
    return sum(c * v[i] * v[j] for (i, j), c in q.items())


WHERE = [(Fraction(x), Fraction(y)) for x in range(-3, 4) for y in range(-3, 4)]


@given(st.tuples(small, small, small), st.tuples(small, small), small, st.booleans())
def test_a_bounded_interval_is_met_also_where_it_is_one_point(c, v, t0, wide):
    if c[1] ** 2 <= 4 * c[0] * c[2]:
        return  # B is semidefinite: what holds for some t holds for all larger, or all smaller
    b = dict(zip(((0, 0), (0, 1), (1, 1)), c, strict=True))
    square = {(0, 0): v[0] ** 2 + wide, (0, 1): 2 * v[0] * v[1], (1, 1): v[1] ** 2 + wide}
    if not value(b, v[::-1]):
        return  # the square may be no edge
    a = {p: square[p] + t0 * b[p] for p in square}
    found = [FIELD.rational(x) for x in edges(FIELD, form(a), form(b))]
    left = [{p: a[p] - x * b[p] for p in square} for x in found]
    assert any(all(value(q, w) >= 0 for w in WHERE) for q in left)


def test_an_edge_may_depend_on_parameters():
    x, one = FIELD.of(S), FIELD.one
    # s·‖v‖² − ⟨u, v⟩ − t·(s²·‖v‖² − ‖u‖²) is a square at t = 1/(2s) alone
    a, b = {(0, 0): x, (0, 1): -one}, {(0, 0): x**2, (1, 1): -one}
    assert edges(FIELD, a, b) == [1 / (2 * x)]


def test_forms_that_share_no_vector_are_looked_at_apart():
    x = FIELD.of(S)
    one = FIELD.one
    a = {(0, 0): x * one, (5, 5): one, (5, 6): 2 * one, (6, 6): one}
    b = {(0, 0): one, (8, 9): one, (8, 8): one, (9, 9): one}
    assert edges(FIELD, a, b)[0] == 0  # of the vectors 8 and 9: −t·(v² + v·w + w²)
    assert x in edges(FIELD, a, b)


def test_large_forms_are_left_alone():
    many = {(i, j): FIELD.one for i in range(9) for j in range(i, 9)}
    assert edges(FIELD, many, {(i, i): FIELD.one for i in range(9)}) == []
