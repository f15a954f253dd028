"""A unit among the parameters, squares from the ends of a range: rates with a symbolic step."""

from fractions import Fraction
from random import Random

import pytest

pytest.importorskip("clarabel")

from plproof import Function, Reals, Space, Vector, Vectors, eq, forall, grad, ip, rational, sq
from plproof.language.binding import substitute
from plproof.proof.script import Proof
from plproof.search.many_points.in_units import _in_order
from plproof.search.many_points.parametric import attempt_with_parameters
from plproof.search.programs.ends import split, squares_between_ends
from plproof.search.statements.parameters import evaluated
from plproof.search.statements.units import exponent, unit_of

E = Space("E")
f = Function("f", E)
a, b, xs = Vectors("a b x*", E)
mu, L, gamma = Reals("mu L gamma")
x = [Vector(f"x{k}", E) for k in range(8)]
CONVEX = f(a) >= f(b) + ip(grad(f, b), a - b)
SMOOTH = CONVEX.args[1] + sq(grad(f, a) - grad(f, b)) / (2 * L)


def descent(bound, step=gamma, steps=6, **changes):
    given = dict(
        L_pos=L > 0,
        gamma_pos=gamma > 0,
        short=gamma * L <= 1,
        convex=forall([a, b], CONVEX),
        smooth=forall([a, b], f(a) >= SMOOTH),
        still=eq(grad(f, xs), 0),
        **changes,
    )
    given |= {f"step{k}": eq(x[k + 1], x[k] - step * grad(f, x[k])) for k in range(steps)}
    return Proof("t", given, f(x[steps]) - f(xs) <= bound * sq(x[0] - xs))


def attempted(p):
    return attempt_with_parameters(p, p.goal, p.hypotheses(), ())


def test_the_tight_rate_with_a_symbolic_step():
    p = descent(L / (2 * (12 * gamma * L + 1)))
    thm = attempted(p).thm
    assert thm.conclusion == p.goal and not thm.admits and not thm.axioms
    assert set(thm.hypotheses) <= {fact.claim for fact in p.hypotheses()}


@pytest.mark.parametrize(
    "bound",
    [
        L / (2 * (12 * gamma * L + 1 + rational("1e-6"))),
        L / (2 * (14 * gamma * L + 1)),
        L / (2 * (12 * gamma**2 * L**2 + 1)) * (1 - rational("1e-6")),
    ],
    ids=["a hair", "a step more", "at the end"],
)
def test_what_is_too_good_is_not_proved(bound):
    assert attempted(descent(bound)) is None


def test_nor_is_it_with_steps_in_the_other_direction():
    assert attempted(descent(L / (2 * (12 * gamma * L + 1)), step=-gamma)) is None


def test_a_unit_is_what_the_region_does_not_see():
    found = unit_of([mu, L, gamma], [mu > 0, mu < L, gamma * (L + mu) <= 2])
    assert [found.weights[v] for v in (mu, L, gamma)] == [1, 1, -1]
    assert found.lifted(gamma) == gamma * found.parameter and found.lifted(L) == L / mu
    assert unit_of([mu, L], [mu > 0, mu < 1, L > mu]) is None
    assert unit_of([mu, L], [mu > 0, L > 0]) is None  # two would be
    assert [exponent(Fraction(2) ** n, 2) for n in (-3, 0, 5)] == [-3, 0, 5]
    assert exponent(Fraction(3, 2), 2) is None


def random_form(draw, size, rank):
    """A sum of squares of given rank, as entries."""
    lines = [[Fraction(draw.randint(-3, 3)) for _ in range(size)] for _ in range(rank)]
    return {(i, j): sum(v[i] * v[j] for v in lines) for i in range(size) for j in range(i, size)}


def test_a_form_is_split_into_what_it_needs():
    draw = Random(4)
    for _ in range(20):
        form = random_form(draw, 4, 2)
        found = split(form, 4)
        v = [Fraction(draw.randint(-9, 9)) for _ in range(4)]

        def value(entries, w):
            return sum(c * w[i] * w[j] * (1 if i == j else 2) for (i, j), c in entries.items())

        y = {i: v[i] - sum(c * v[j] for j, c in found.others[i].items()) for i in found.kept}
        assert value(found.matrix, y) == value(form, v)


def at(t, h):
    return evaluated(substitute(t, {gamma: rational(h.numerator, h.denominator)}))


def test_squares_between_ends_add_up_and_there_are_none_for_what_is_negative():
    low, high = ({(0, 0): 2, (0, 1): -1, (1, 1): 3}, {(0, 0): 1, (0, 1): 2, (1, 1): 5})
    points = [{gamma: Fraction(k, 23)} for k in range(1, 20)]

    def form(h, end):
        return {e: Fraction(low[e] * (1 - h) + end[e] * h, 1) / h**2 for e in low}

    def found(end):
        matrices = [form(p[gamma], end) for p in points]
        return squares_between_ends([gamma], points, matrices, lambda h, end: end >= 1)

    parts = found(high)
    h = Fraction(3, 7)
    for i, j in low:
        total = Fraction(0)
        for part in parts:
            c = [part.line.get(k, (Fraction(0), rational(1))) for k in (i, j)]
            sides = [size * at(scale, h) for size, scale in c]
            total += part.size * at(part.above, h) / at(part.below, h) * sides[0] * sides[1]
        assert total == form(h, high)[i, j]
    assert found({(0, 0): 1, (0, 1): 3, (1, 1): 5}) is None


def test_squares_are_not_written_with_what_is_0_at_the_numbers_that_tell_the_unit():
    unit = unit_of([L, gamma], [L > 0, gamma * L <= 1])
    points = [{gamma: Fraction(k, 23)} for k in range(1, 20)]

    def proof(size, c):
        made = {("square", 0): size, ("in square", 0, a): Fraction(1), ("in square", 0, b): c}
        return {key: value for key, value in made.items() if value}

    def found(c):
        proofs = [proof(1 + p[gamma], p[gamma]) for p in points]
        sizes = proof(Fraction(1), c), proof(Fraction(1), c / 2)
        return _in_order([gamma], points, proofs, sizes, unit, {a: a, b: b}, lambda h, end: True)

    assert {key[2] for key in found(Fraction(1, 2)) if key[0] == "in square"} == {a + gamma * b}
    assert found(Fraction(0)) is None
