"""Signs: what is proved holds at every point where the facts do, also where a denominator is 0."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import assume as consistent
from hypothesis import given
from hypothesis import strategies as st

from plproof.kernel.normal import NormalForm
from plproof.kernel.rules import assume
from plproof.language import Natural, Reals, Space, Vectors, eq, ip, ne, norm, sq, sqrt
from plproof.language.terms import number
from plproof.proof.algebra import Reader
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.proof.signs import Signs
from tests.proof.scripts import proves

a, b, c, mu, L = Reals("a b c mu L")
k = Natural("k")
x, y = Vectors("x y", Space("E"))
#: points tried for every sign that is proved: small, zero, equal and opposite numbers among them
VALUES = [Fraction(n, 2) for n in (-5, -2, -1, 0, 1, 2, 5)]
GRID = [dict(zip((a, b, c), at, strict=True)) for at in itertools.product(VALUES, repeat=3)]


def value(term, at):
    """Evaluate a rational term exactly, with 1/0 = 0 as the kernel reads it."""
    args = [value(arg, at) for arg in term.args]
    match term.op:
        case "num":
            return Fraction(term.data)
        case "var":
            return at[term]
        case "add":
            return sum(args, Fraction(0))
        case "neg":
            return -args[0]
        case "mul":
            return args[0] * args[1]
        case "pow":
            return args[0] ** int(args[1])
        case "div":
            return args[0] / args[1] if args[1] else Fraction(0)
    raise AssertionError(f"the test cannot evaluate {term.op}")


HOLDS = {
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "eq": lambda left, right: left == right,
}


def holds(proposition, at):
    if proposition.op == "imp":  # t ≠ 0
        return not holds(proposition.args[0], at)
    return HOLDS[proposition.op](*(value(side, at) for side in proposition.args))


coefficients = st.integers(-2, 2)
linear = st.tuples(coefficients, coefficients, coefficients, coefficients).map(
    lambda n: n[0] + n[1] * a + n[2] * b + n[3] * c
)
products = st.tuples(linear, linear).map(lambda pair: pair[0] * pair[1])
terms = st.recursive(
    linear | products,
    lambda inner: st.tuples(inner, inner, st.sampled_from("+-*/")).map(
        lambda n: {"+": n[0] + n[1], "-": n[0] - n[1], "*": n[0] * n[1], "/": n[0] / n[1]}[n[2]]
    ),
    max_leaves=3,
)
facts = st.lists(
    st.tuples(linear, st.sampled_from(["gt", "ge", "lt", "le", "eq", "ne"])).map(
        lambda n: {
            "gt": n[0] > 0, "ge": n[0] >= 0, "lt": n[0] < 0, "le": n[0] <= 0,
            "eq": eq(n[0], 0), "ne": ne(n[0], 0),
        }[n[1]]
    ),
    max_size=3,
)  # fmt: skip


def known(propositions):
    return Signs([assume(proposition=p) for p in propositions])


def points(propositions):
    return [at for at in GRID if all(holds(p, at) for p in propositions)]


@given(terms, facts, st.booleans())
def test_a_sign_that_is_proved_is_right_on_the_whole_grid(term, given_facts, strict):
    thm = known(given_facts).prove(term, strict)
    for at in points(given_facts) if thm is not None else ():
        found = value(term, at)
        assert found > 0 if strict else found >= 0, f"{thm} is {found} at {at}"


@given(
    st.lists(linear, min_size=1, max_size=3),
    st.lists(st.integers(-1, 2), min_size=3, max_size=3),
    st.integers(-1, 1),
    st.booleans(),
    st.booleans(),
)
def test_a_near_miss_of_a_combination_is_proved_only_where_it_holds(
    slacks, multipliers, shift, divided, strict
):
    """Terms made from the facts themselves, a little off: most can be proved, or almost."""
    propositions = [s > 0 if strict else s >= 0 for s in slacks]
    term = sum((m * s for m, s in zip(multipliers, slacks, strict=False)), number(shift))
    term = term / slacks[0] if divided else term * slacks[0]
    thm = known(propositions).prove(term, strict)
    for at in points(propositions) if thm is not None else ():
        found = value(term, at)
        assert found > 0 if strict else found >= 0, f"{thm} is {found} at {at}"


@given(terms, facts)
def test_what_is_proved_not_to_vanish_vanishes_nowhere_on_the_grid(term, given_facts):
    thm = known(given_facts).nonzero(term)
    for at in points(given_facts) if thm is not None else ():
        assert value(term, at) != 0, f"{thm} fails at {at}"


@given(linear, st.lists(linear, min_size=1, max_size=3), st.lists(st.integers(0, 3), min_size=3))
def test_a_sum_of_facts_that_hold_together_is_found(start, slacks, multipliers):
    """The search is not only sound: a combination of facts that have a common point is found."""
    propositions = [start > 0, *(s >= 0 for s in slacks)]
    consistent(points(propositions))
    total = sum((m * s for m, s in zip(multipliers, slacks, strict=False)), number(0))
    thm = known(propositions[1:]).prove(total, False)
    assert thm is not None, f"0 ≤ {total} is a combination of {slacks}"
    both = known(propositions).prove(total + start, True)
    assert both is not None, f"0 < {total + start} follows strictly"


@pytest.mark.parametrize(
    ("term", "strict", "given_facts"),
    [
        (a, False, []),
        (a**2, True, []),
        (1 / a, True, [a >= 0]),
        (1 / a, True, [ne(a, 0)]),
        (a / b, False, [a >= 0]),
        (1 - a / b, True, [b > 0, a <= b]),
        (1 - 2 * a / b, False, [b > 0, a <= b]),
        (a * b, False, [a >= 0]),
        (a - b, True, [a >= b]),
        (a**3, False, []),
        (norm(x), True, []),
        (sq(x), True, []),
        (sqrt(a), True, []),
        ((1 - a) ** k, False, [a <= 2]),
        (number(0), True, []),
        (number(-1), False, [a >= 0]),
    ],
    ids=str,
)
def test_a_sign_that_need_not_hold_is_not_proved(term, strict, given_facts):
    thm = known(given_facts).prove(term, strict)
    assert thm is None, f"{thm} was proved from {given_facts}"


@pytest.mark.parametrize(
    ("term", "strict", "given_facts"),
    [
        (norm(x), False, []),
        (sq(x), False, []),
        (sqrt(a), False, []),
        ((1 - a) ** k, False, [a <= 1]),
        (1 / (a + b), True, [a > 0, b >= 0]),
        (1 - a / b, True, [b > 0, a < b]),
        (-1 / a, True, [a < 0]),
        (a / b, False, [a <= 0, b < 0]),
        (a * b * c, False, [a >= 0, b >= 0, c >= 0]),
    ],
    ids=str,
)
def test_its_true_neighbour_is_proved(term, strict, given_facts):
    assert known(given_facts).prove(term, strict) is not None


@pytest.mark.parametrize("fact", [a > 0, a < 0, ne(a, 0), ne(-a, 0)], ids=str)
def test_a_denominator_is_known_from_either_sign_or_from_a_fact(fact):
    assert known([fact]).nonzero(a) is not None


@pytest.mark.parametrize("fact", [a >= 0, a <= 0, ne(b, 0), ne(a, 1), eq(a, b)], ids=str)
def test_a_denominator_is_not_known_from_less(fact):
    assert known([fact]).nonzero(a) is None


@pytest.mark.parametrize(
    ("fact", "term"),
    [(ne(x, 0), sq(x)), (ne(x, y), sq(x - y)), (ne(y, x), sq(x) - 2 * ip(x, y) + sq(y))],
    ids=str,
)
def test_the_square_of_a_vector_that_is_not_zero_may_be_divided_by(fact, term):
    for square in (term, 3 * term):
        unequal = known([fact]).nonzero(square)
        assert unequal is not None and unequal.conclusion == ne(square, 0)
        assert known([fact]).prove(1 / square, strict=True).hypotheses == (fact,)


@pytest.mark.parametrize(
    ("fact", "term"), [(ne(x, y), sq(x)), (eq(x, y), sq(x - y)), (ne(x, 0), ip(x, y))], ids=str
)
def test_the_square_of_another_vector_may_be_zero(fact, term):
    assert known([fact]).nonzero(term) is None
    assert known([fact]).prove(1 / term, strict=True) is None


@pytest.mark.parametrize(
    ("facts", "term", "strict"),
    [
        ([a > 0, b > 0, a < 1], a**3 * b - a**4 * b, True),
        ([a >= 0, b >= 0, a <= 1], a**3 * b - a**4 * b, False),
        ([a > 0, b > 0, a * b < 1], 2 * a * b - a**2 * b**2, True),
        ([a < 0, b < 0, c > 2], a * b * (c**2 - 4), True),
        ([], (a - b) ** 2 * (a + 2 * b) ** 2, False),
        ([c >= 1], (a - b) ** 2 * (c**3 - 1), False),
    ],
)
def test_a_product_has_the_sign_of_its_factors(facts, term, strict):
    theorem = Signs([assume(proposition=p) for p in facts]).prove(expanded(term), strict)
    assert theorem is not None


@pytest.mark.parametrize(
    ("facts", "term", "strict"),
    [
        ([a > 0, b > 0], a**3 * b - a**4 * b, False),
        ([a >= 0, b >= 0, a <= 1], a**3 * b - a**4 * b, True),
        ([a < 0, b > 0, c > 2], a * b * (c**2 - 4), False),
        ([], (a - b) ** 2 * (a + 2 * b) ** 2, True),
        ([], (a - b) ** 3 * (a + 2 * b), False),
    ],
)
def test_a_product_of_unknown_sign_has_none(facts, term, strict):
    assert Signs([assume(proposition=p) for p in facts]).prove(expanded(term), strict) is None


def expanded(term):
    """Return the term multiplied out, so that its factors must be found."""
    form = NormalForm()
    return Reader(form, [term]).polynomial(form.scalar(term))


def test_a_sum_of_products_has_the_sign_of_its_parts_as_written():
    facts = [assume(proposition=p) for p in (a > 0, b > 0, a * b <= 1, c > b)]
    slack = 1 - a * b
    term = 4 * c**2 * slack**2 + 2 * (1 - slack**2) * (c - b) * (2 * c + b)
    for strict in (False, True):
        assert Signs(facts).prove(term, strict) is not None


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))], ids=str)
def test_denominators_may_come_in_any_order(order):
    written = [a / (mu * (mu + L)) * (mu + L), b / mu, c / (1 / mu + 1 / L) * (1 / mu + 1 / L)]
    left = sum((written[i] for i in order[1:]), written[order[0]])
    claim = eq(left, a / mu + b / mu + c)
    alone = {"mu": ne(mu, 0), "L": ne(L, 0)}
    known = {"both": ne(mu * (mu + L), 0), "mean": ne(1 / mu + 1 / L, 0)}
    assert proves(claim, lambda p: p.have(claim), **alone, **known).conclusion == claim
    with pytest.raises(ProofError, match="not found"):  # false where μ + L = 0
        Proof("apart", alone, claim).have(claim)
    for hypotheses in (known | alone, alone | known):  # in the order in which they are found too
        assert Proof("apart", hypotheses, claim).have(claim).claim == claim
