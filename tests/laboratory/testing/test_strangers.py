"""Statements as users write them: what is drawn meets their hypotheses, and false ones fall."""

import pytest

from plproof.laboratory.campaigns.units import check, survey
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.testing.stress import consistency, stress_test
from plproof.laboratory.worst_case.adversary import best_ratio
from plproof.language import (
    Definition,
    Function,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    rational,
    sq,
)
from plproof.theory.functions import PL, Convex, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

E = Space("E")
f, F = Function("f", E), Function("F", E, E)
plane = Space.coordinates(2)
g, corner = Function("g", plane), rational(1, 3) * plane.basis(1)  # rounded, on all rows the same
xs, y, z, w, u = Vectors("x* y z w u", E)
alpha, beta, gamma, mu, L = Reals("alpha beta gamma mu L")
third = rational(1, 3)
strong = {"smooth": Smooth(f, rational(1)), "convex": StronglyConvex(f, third),
          "minimum": Minimiser(f, xs)}  # fmt: skip
ten = {"pos": alpha > 0, "smooth": Smooth(f, 10 * alpha), "convex": StronglyConvex(f, alpha),
       "minimum": Minimiser(f, xs)}  # fmt: skip
smooth = {"pos": beta > 0, "smooth": Smooth(f, beta)}
Monotone = Definition("Monotone", [F], forall([y, z], ip(F(y) - F(z), y - z) >= 0))
Restricted = Definition(
    "Restricted", [f, mu, xs], forall(y, ip(grad(f, y), y - xs) >= mu * sq(y - xs))
)


def contracts(step, factor):
    return sq(y - step * grad(f, y) - xs) <= factor * sq(y - xs)


#: statements, the share of functions of a unit that must satisfy the hypotheses, and the truth
STATEMENTS = {
    "numbers as constants": (
        Statement.of(strong, contracts(1, rational(4, 9))), 0.2, True
    ),
    "numbers as constants, by a hair": (
        Statement.of(strong, contracts(1, rational(4, 9) - rational(1, 10**6))), 0, False
    ),
    "PL with a number": (
        Statement.of(
            {"smooth": Smooth(f, rational(7, 5)), "pl": PL(f, third, xs),
             "minimum": Minimiser(f, xs)},
            f(y - rational(5, 7) * grad(f, y)) - f(xs) <= rational(16, 21) * (f(y) - f(xs)),
        ), 0.2, True
    ),
    "a condition number": (Statement.of(ten, contracts(1 / (10 * alpha), rational(81, 100))),
                           0.1, True),
    "a condition number, by a hair": (
        Statement.of(ten, contracts(1 / (10 * alpha), rational(80999, 10**5))), 0, False
    ),
    "a product of constants": (
        Statement.of(
            {**smooth, "product": eq(gamma * beta, 1)},
            f(y - gamma * grad(f, y)) <= f(y) - gamma / 2 * sq(grad(f, y)),
        ), 0.9, True
    ),
    "weights": (
        Statement.of(
            {"convex": Convex(f), "a": alpha >= 0, "b": beta >= 0, "one": eq(alpha + beta, 1)},
            f(alpha * y + beta * z) <= alpha * f(y) + beta * f(z),
        ), 0.4, True
    ),
    "weights without convexity": (
        Statement.of(
            {"smooth": Smooth(f, gamma), "a": alpha >= 0, "b": beta >= 0,
             "one": eq(alpha + beta, 1)},
            f(alpha * y + beta * z) <= alpha * f(y) + beta * f(z),
        ), 0, False
    ),
    "two steps by name": (
        Statement.of(
            {**smooth, "one": eq(z, y - grad(f, y) / beta), "two": eq(w, z - grad(f, z) / beta)},
            f(w) <= f(y) - sq(grad(f, y)) / (2 * beta),
        ), 0.9, True
    ),
    "two steps by name, false": (
        Statement.of(
            {**smooth, "one": eq(z, y - grad(f, y) / beta), "two": eq(w, z - grad(f, z) / beta)},
            f(w) <= f(y) - 101 * sq(grad(f, y)) / (200 * beta),
        ), 0, False
    ),
    "a class with a number": (
        Statement.of(
            {"secant": Restricted(f, third, xs), "smooth": Smooth(f, rational(1)),
             "minimum": Minimiser(f, xs)},
            contracts(1, rational(2, 3)),
        ), 0.05, True
    ),
    "a class of maps": (
        Statement.of({"monotone": Monotone(F), "zero": eq(F(y), 0)}, ip(F(z), z - y) >= 0),
        0.02, True
    ),
    "a point by its coordinates": (
        Statement.of(
            {"pos": beta > 0, "smooth": Smooth(g, beta)},
            g(corner - grad(g, corner) / beta) <= g(corner) - sq(grad(g, corner)) / (2 * beta),
        ), 0.5, True
    ),
    "hypotheses on points": (
        Statement.of({"u": eq(sq(u), 1), "y": eq(sq(y), 1), "right": eq(ip(u, y), 0)},
                     eq(sq(u + y), 2)), 0.5, True
    ),
    "hypotheses on points, false": (
        Statement.of({"convex": StronglyConvex(f, alpha), "pos": alpha > 0, "m": Minimiser(f, xs),
                      "near": norm(y - xs) <= 1}, f(y) - f(xs) >= alpha / 2), 0, False
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_of_a_user_is_exercised_and_decided(name):
    statement, share, true = STATEMENTS[name]
    yields = survey(statement, 0)["yields"]
    found = check(statement, 0, 0, yields, rows=768)
    assert not found["note"]
    if true:
        assert not found["violations"], found["counterexample"]["text"]
        assert found["checks"] >= share * 768
    else:
        assert found["counterexample"]["verdict"] == VIOLATED


def test_the_hypothesis_that_excludes_everything_is_named():
    wild = Definition("Wild", [f], forall(y, eq(f(y) ** 2, f(y) + 1)))
    statement = Statement.of({**smooth, "wild": wild(f), "near": norm(y) <= 1}, f(y) <= 2)
    found = survey(statement, 0)
    assert min(found["passes"], key=found["passes"].get) == "wild"
    assert found["passes"]["wild"] == 0 < found["passes"]["near"]


BEYOND = {
    "a claim": Statement.of({}, 10**400 * sq(y) >= 0),
    "a hypothesis": Statement.of({"far": alpha >= 10**400}, alpha * sq(y) >= 0),
    "a constant of a class": Statement.of({"class": Smooth(f, rational(1, 10**400))}, f(y) <= f(z)),
    "a condition on a map": Statement.of(
        {"map": forall([y, z], sq(F(y) - F(z)) <= 10**400 * sq(y - z))}, sq(F(y)) <= 1
    ),
}


@pytest.mark.parametrize("name", BEYOND)
def test_numbers_beyond_floats_are_said_to_be(name):
    statement, told = BEYOND[name], "is beyond those that the laboratory computes with"
    assert stress_test(statement, budget="tiny").items[0].note.endswith(told)
    assert survey(statement, 0)["note"].endswith(told)
    assert best_ratio(statement, 0, None).note.endswith(told)
    least, most = rational(1, 10**300), rational(10**300)
    near = Statement.of({"low": alpha >= least}, (alpha * most + 1) * sq(y) >= 0)
    assert stress_test(near, budget="tiny").items[0].exercised


def test_a_run_that_is_too_long_is_not_searched():
    x = Sequence("x", E)
    given = {"class": Smooth(f, 1), "method": GradientDescent(f, x, 1)}
    for members, note in ((5, ""), (10**8, "the search is for runs of at most 1000 steps")):
        statement = Statement.of(given, f(x[members]) <= f(x[0]))
        assert best_ratio(statement, 0, None, starts=2, iterations=2).note == note


def proximal(factor):
    """A step x = z − γg(x), g a map of subgradients of f, μ-strongly convex: its contraction."""
    more = mu / 2 * sq(y - z)
    given = {"mu": mu > 0, "gamma": gamma > 0, "still": eq(F(xs), 0)}
    given["step"] = eq(w, u - gamma * F(w))
    given["slopes"] = forall([y, z], f(y) >= f(z) + ip(F(z), y - z) + more)
    return Statement.of(given, sq(w - xs) <= factor * sq(u - xs))


def test_maps_of_subgradients_are_gradients_of_functions_that_are_known():
    factor = 1 / (1 + gamma * mu) ** 2
    true, false = proximal(factor), proximal(factor - third / 50)
    assert consistency(true)[1] == "a model found"
    assert stress_test(true, budget="tiny").items[0].exercised
    found = best_ratio(true, 0, None, starts=4, iterations=30)
    assert found.ratio == 1 and found.words == "f(x) = μx²/2"
    assert best_ratio(false, 0, None, starts=4, iterations=30).violation is not None
