"""Terms read as numbers: as the kernel's normal form, and not at all where that has more."""

from random import Random

import pytest
from flint import fmpq

from plproof import (
    Definition,
    Function,
    Real,
    Sequence,
    Space,
    Vectors,
    grad,
    ip,
    mapsto,
    rational,
    sq,
)
from plproof.kernel.normal import NormalForm
from plproof.language.terms import make, number
from plproof.proof.forms import fraction
from plproof.search.many_points.reading import NotSuited, Reading

E = Space("E")
f, T, s = Function("f", E), Function("T", E, E), Sequence("s", E)
x, y, z = Vectors("x y z", E)


def vector(draw, depth):
    """Return a random vector term: its parts may be written in any order."""
    kind = draw.randrange(7) if depth else 0
    if kind < 2:
        return draw.choice([x, y, z, E.zero, s[draw.randrange(2)]])
    if kind == 2:
        return grad(f, vector(draw, depth - 1))
    if kind == 3:
        return T(vector(draw, depth - 1))
    if kind == 4:
        return rational(draw.randint(-3, 3), draw.randint(1, 4)) * vector(draw, depth - 1)
    left, right = vector(draw, depth - 1), vector(draw, depth - 1)
    return left + right if kind == 5 else left - right


def scalar(draw, depth):
    kind = draw.randrange(4) if depth else 0
    if kind == 0:
        return draw.choice([f(vector(draw, 1)), ip(vector(draw, 2), vector(draw, 2)), number(2)])
    if kind == 1:
        return scalar(draw, depth - 1) / draw.randint(0, 3)
    if kind == 2:
        return rational(-2, 3) ** draw.randrange(3) * scalar(draw, depth - 1)
    return scalar(draw, depth - 1) - scalar(draw, depth - 1)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_read_is_the_normal_form(seed):
    draw, reading, form = Random(seed), Reading(), NormalForm()
    v, t = vector(draw, 4), scalar(draw, 4)

    def atom(a):
        ((found, _),) = form.vector(reading.term(a)).items()
        return found

    read = {atom(a): {(): fraction(c)} for a, c in reading.read(v).items()}
    assert read == form.vector(v)
    total = number(0)
    for key, c in reading.read(t).items():
        if key == ():
            part = number(1)
        elif isinstance(key, int):
            part = make("app", reading.evaluated(key))
        else:
            part = ip(*map(reading.term, key))
        total = total + number(fraction(c)) * part
    assert not form.cleared(form.scalar(total - t))


def test_a_point_written_in_two_ways_is_one():
    reading = Reading()
    assert reading.read(grad(f, x + 2 * y) - grad(f, y + x + y)) == {}
    assert reading.read(f(x + y) - f(x)), "and another is another"
    assert reading.read(s[0] - s[1]), "entries of a sequence are told apart"


def test_definitions_and_functions_that_are_written_out_are_read():
    gap = Definition("Gap", [f, x, y], f(x) - f(y))
    reading = Reading()
    assert reading.read(gap(f, z, x)) == reading.read(f(z) - f(x))
    assert reading.read(mapsto(z, f(z) + sq(z))(x)) == reading.read(f(x) + sq(x))


def test_deep_terms_are_read():
    t = x
    for _ in range(5_000):
        t = make("neg", (t,))
    assert Reading().read(t) == {Reading().read(x).popitem()[0]: fmpq(1)}


@pytest.mark.parametrize(
    "term",
    [
        f(x) ** 2,
        f(x) * f(y),
        1 / f(x),
        Real("mu") * x,
        sq(x) * sq(y),
        f(Real("t") * x),
        rational(1, 2) ** 10**5 * f(x),
    ],
    ids=str,
)
def test_what_is_more_is_not_read(term):
    with pytest.raises(NotSuited):
        Reading().read(term)
