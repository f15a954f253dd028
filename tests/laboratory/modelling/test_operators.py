"""Statements about monotone, nonexpansive and cocoercive maps, met by linear ones."""

from fractions import Fraction

import numpy as np
import pytest

from plproof import (
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    eq,
    forall,
    ip,
    norm,
    rational,
    sq,
)
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.equations import solved
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.laboratory.testing.stress import consistency, refute, stress_test
from plproof.laboratory.worst_case.adversary import best_ratio

E = Space("E")
g, s = Function("g", E, E), Function("s", E, E)
x, y, u, v, x0, x1, x2, y0, y1, xs = Vectors("x y u v x0 x1 x2 y0 y1 x*", E)
X, (k, N), (L, mu) = Sequence("X", E), Naturals("k N"), Reals("L mu")
half, third = rational(1, 2), rational(1, 3)


def monotone(h, at_least=0):
    return forall([x, y], ip(h(x) - h(y), x - y) >= at_least * sq(x - y))


NONEXPANSIVE = {"map": forall([x, y], sq(g(x) - g(y)) <= sq(x - y)), "fixed": eq(g(xs), xs)}
RESOLVENTS = {"a": eq(x0, u - g(x0)), "b": eq(x1, v - g(x1))}
SPLITTING = {  # J. Douglas and H. H. Rachford (1956): the reflected resolvents of two maps
    "g": monotone(g), "s": monotone(s), **RESOLVENTS,
    "c": eq(y0, 2 * x0 - u - s(y0)), "d": eq(y1, 2 * x1 - v - s(y1)),
}  # fmt: skip
HALPERN = {
    **NONEXPANSIVE,
    "one": eq(x1, half * x0 + half * g(x0)),
    "two": eq(x2, third * x0 + 2 * third * g(x1)),
}
MEANS = {**NONEXPANSIVE, "means": forall(k, eq(X[k + 1], X[k] / 2 + g(X[k]) / 2))}
LIPSCHITZ = {
    "mu": mu > 0, "order": mu <= L, "monotone": monotone(g, mu), "zero": eq(g(xs), 0),
    "lipschitz": forall([x, y], norm(g(x) - g(y)) <= L * norm(x - y)),
}  # fmt: skip


def residual(point):
    return sq(point - g(point))


#: hypotheses, a claim with a factor, the least factor with which it is true, one that is too small
CLAIMS = {
    "resolvent": (
        {"g": monotone(g), **RESOLVENTS}, lambda c: sq(x0 - x1) <= c * sq(u - v), 1, half,
    ),
    "splitting": (
        SPLITTING, lambda c: sq(u + y0 - x0 - (v + y1 - x1)) <= c * sq(u - v), 1, rational(9, 10),
    ),
    "Halpern": (
        HALPERN, lambda c: residual(x2) <= c * sq(x0 - xs), rational(4, 9), rational(44, 100),
    ),
    "means": (
        MEANS, lambda c: forall(N, residual(X[N]) <= c * sq(X[0] - xs)), 4, rational(39999, 10000),
    ),
    "forward": (
        LIPSCHITZ, lambda c: sq(x - g(x) - xs) <= (1 - 2 * mu + c * L**2) * sq(x - xs), 1, half,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_true_is_exercised_and_what_is_a_hair_too_good_is_refuted(name):
    given, claim, least, less = CLAIMS[name]
    true = Statement.of(given, claim(least))
    assert consistency(true)[1] == "a model found"
    if name != "means":  # of runs there is enough elsewhere
        report = stress_test(true, budget="tiny")
        assert report.items[0].functions > 20 and report.passed
    found = refute(Statement.of(given, claim(less)), budget="small")
    assert found is not None and found.verdict == VIOLATED and "linear=" in found.functions["g"]


@pytest.mark.parametrize("name", ["resolvent", "splitting", "Halpern"])
def test_linear_maps_attain_what_is_sharp(name):
    given, claim, least, less = CLAIMS[name]
    assert best_ratio(Statement.of(given, claim(least)), 0, None).ratio == 1
    assert best_ratio(Statement.of(given, claim(less)), 0, None).violation is not None


@pytest.mark.parametrize("said", [sq(g(x)) <= L**2, norm(g(x)) <= L])
def test_maps_that_are_bounded_have_a_model(said):
    given = {"L": L > 0, "bounded": forall(x, said)}
    assert consistency(Statement.of(given, sq(g(u)) <= L**2))[1] == "a model found"
    other = {"L": L > 0, "bounded": forall(x, sq(x) <= L**2), "two": sq(u - v) >= 1}
    assert consistency(Statement.of(other, sq(g(u)) <= L**2))[0] is None


def test_what_no_map_satisfies_has_no_model():
    turned = forall([x, y], ip(g(x) - g(y), x - y) <= -sq(x - y))
    apart = {"g": monotone(g), "turned": turned, "two": sq(u - v) >= 1}
    assert consistency(Statement.of(apart, sq(u) >= 0))[0] is None


@pytest.mark.parametrize("size", [1, 3])
def test_equations_are_decided_as_by_rational_numbers(size):
    rng = np.random.default_rng(size)
    matrix = rng.integers(-4, 5, size=(64, size, size)) / 8.0
    points = {p: rng.integers(-9, 10, size=(64, size)) * 1.0 for p in (x0, u)}
    factor = rng.choice([0.5, 3.0, 0.1], size=64)
    image = np.einsum("bij,bj->bi", matrix, points[x0] + points[u])
    points[v] = 3 * factor[:, None] * image - 2 * points[u]
    points[v][::2] += rng.choice([0.0, 1.0, 2.0**-30], size=(32, size))
    maps = {g: SystemMap(PolynomialSystem(matrix), np.zeros((64, size)))}
    found = solved(eq((v + 2 * u) / 3, L * g(x0 + u)), maps, points, {L: factor}, 64)

    def exact(b):
        def fractions(values):
            return np.array([Fraction(c) for c in np.ravel(values)], dtype=object)

        rows = [fractions(row) for row in matrix[b]]
        at = fractions(points[x0][b]) + fractions(points[u][b])
        right = [3 * Fraction(factor[b]) * row.dot(at) for row in rows]
        return list(fractions(points[v][b]) + 2 * fractions(points[u][b])) == right

    assert found.tolist() == [exact(b) for b in range(64)]
    assert 10 < found.sum() < 60
