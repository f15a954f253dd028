"""Numbers that are free in a range are tried at its ends, and reports say which values they had."""

from fractions import Fraction

import pytest

from plproof.laboratory.modelling.ratios import comparisons
from plproof.laboratory.worst_case import adversary
from plproof.laboratory.worst_case.adversary import best_ratio, summary
from plproof.laboratory.worst_case.problems import Problem
from plproof.laboratory.worst_case.ranges import independent, variations
from plproof.language import Reals, Statement, eq, grad, rational, sq
from plproof.theory.functions import Convex, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent
from tests.laboratory import statements as the

f, x, xs, y = the.f, the.x, the.xs, the.y
mu, L, g, b = Reals("mu L g b")

SMOOTH = {"L_pos": L > 0, "smooth": Smooth(f, L)}
STRONG = {
    "mu_pos": mu > 0,
    "order": mu <= L,
    "smooth": Smooth(f, L),
    "convex": StronglyConvex(f, mu),
    "minimum": Minimiser(f, xs),
}
DESCENT = f(y - grad(f, y) / L) <= f(y) - b * sq(grad(f, y))
END = 2 / (mu + L)


def contraction(rate):
    return sq(y - g * grad(f, y) - xs) <= rate * sq(y - xs)


KNOWN = contraction(1 - 2 * g * mu * L / (mu + L))  # equality at the end alone: for μx²/2 and Lx²/2


def search(given, claim, iterations=40):
    return best_ratio(Statement.of(given, claim), 0, None, starts=2, iterations=iterations)


def values(given, claim=DESCENT):
    """Return what is tried of the numbers that are free, the first value among them."""
    statement = Statement.of(given, claim)
    problem = Problem.of(statement, comparisons(statement)[0], None)
    args = problem.plan, problem.method, problem.numbers
    free = independent(*args)
    return free, [tuple(n[v] for v in free) for n in (problem.numbers, *variations(*args))]


def test_an_inequality_that_is_tight_at_an_end_of_a_range_is_tight():
    at_end = search({**STRONG, "low": g >= 0, "high": g <= END}, KNOWN)
    assert at_end.tight and at_end.ratio <= 1
    assert at_end.numbers == {"L": "1", "μ": "1/4", "g": "8/5"} and not at_end.once
    assert ": tight: attained by f(x) = " in summary([at_end])
    assert summary([at_end]).endswith("x²/2 (L = 1, μ = 1/4, g = 8/5)")
    strictly = search({**STRONG, "low": g >= 0, "high": g < END}, KNOWN)
    assert strictly.tight and Fraction(strictly.numbers["g"]) < Fraction(8, 5)


def test_claims_a_hair_from_tight_at_an_end_are_told_apart():
    at_most = {**STRONG, "low": g >= 0, "high": g <= END}
    stronger = search(at_most, contraction(1 - rational(1001, 1000) * 2 * g * mu * L / (mu + L)))
    assert stronger.violation["verdict"] == "violated (certified)"
    assert stronger.numbers["g"] == "8/5"
    weaker = search(at_most, contraction(1 - rational(999, 1000) * 2 * g * mu * L / (mu + L)))
    assert not weaker.tight and 0.99 < weaker.ratio < 0.999


def test_equality_where_a_step_does_nothing_is_not_tightness():
    loose = contraction(1 - g * mu)  # the rate is (1 − gμ)²: equality for g = 0 alone
    found = search({**STRONG, "low": g >= 0, "high": g <= 1 / L}, loose)
    assert not found.tight and found.tried == {"g": ["1/2", "1"]}
    assert found.numbers["g"] == "1/2" and found.ratio == pytest.approx(7 / 8)
    assert summary([found]).endswith(
        "not seen to be tight: no better than 0.875 of the bound, by f(x) = μx²/2 "
        "(L = 1, μ = 1/4, g = 1/2); tried g = 1/2, 1"
    )


def test_what_was_not_searched_was_not_tried(monkeypatch):
    searched, search_in = [], adversary._in_classes

    def watched(problem, *rest):
        searched.append(problem.numbers)
        return search_in(problem, *rest)

    monkeypatch.setattr(adversary, "_in_classes", watched)
    given = {**STRONG, "p": 4 * L * g >= 1, "q": L * g <= 1, "r": b >= 0, "s": 4 * b <= 1}
    found = search(given, contraction(1 - g * mu * b), iterations=4)
    assert not found.tight and len(searched) == 3
    for v in (g, b):
        assert {*found.tried[v.data]} == {str(numbers[v]) for numbers in searched}


def test_not_tight_says_so_of_a_number_that_had_one_value():
    found = search({**STRONG, "low": g > 0}, contraction(1 + 3 * g**2 * L**2))
    assert found.once == ["g"] and not found.tried
    assert "tight for L = 1, μ = 1/4, g = 1: no better than 0.1406 of the bound, by" in summary(
        [found]
    )
    constants = search(STRONG, sq(y - grad(f, y) / L - xs) <= (1 - mu / L) * sq(y - xs))
    assert not constants.once and "tight: no better than 0.75 of the bound" in summary([constants])


def test_a_method_with_a_free_step_is_searched_at_the_longest():
    given = {
        **SMOOTH,
        "convex": Convex(f),
        "minimum": Minimiser(f, xs),
        "gd": GradientDescent(f, x, g),
        "low": g > 0,
        "high": g <= 1 / L,
    }
    bound = sq(x[0] - xs) / (8 * g + 2 / L)  # Drori and Teboulle (2014): tight for every g
    found = search(given, f(x[2]) - f(xs) <= (2 - g * L) * bound, iterations=90)
    assert found.tight and found.numbers["g"] == "1" and "Huber" in found.words


def test_the_ends_of_a_range_are_found_whatever_its_form():
    half = Fraction(1, 2)
    assert values({**SMOOTH, "p": b <= 1 / (2 * L)})[1][1:] == [(half,)]
    assert values({**SMOOTH, "p": b > 0, "q": 1 / b >= 2 * L})[1][1] == (half,)
    assert values({**SMOOTH, "p": (2 * L * b - 1) * (L * b + 3) <= 0})[1][1:3] == [(half,), (-3,)]
    _, tried = values({**SMOOTH, "p": b > 0, "q": 2 * L**2 * b**2 <= 1})
    assert 0 < half - tried[1][0] ** 2 < Fraction(1, 10**6)  # the end is no rational
    _, tried = values({**SMOOTH, "p": b > 0, "q": b < 1 / (2 * L)})
    assert 0 < half - tried[1][0] < Fraction(1, 10**6) and 0 < tried[2][0] < Fraction(1, 10**6)
    free, tried = values({**SMOOTH, "p": b >= 0, "q": b <= g, "r": 2 * L * g <= 1})
    assert {*free} == {b, g} and {(half, half), (0, 0)} <= {*tried}
    assert len(tried) == len({*tried}) <= 9 and all(0 <= min(t) for t in tried)


def test_constants_of_classes_signs_and_what_equations_say_are_no_ranges():
    assert values({**STRONG, "more": L <= 3 * mu}, KNOWN)[1] == [(1,)]  # g is free, but unbounded
    assert values({**SMOOTH, "sign": b > 0})[1] == [(1,)]
    scaled = {"p": g > 0, "q": g <= 1, "smooth": Smooth(f, 1 / g)}
    assert values(scaled, f(y - g * grad(f, y)) <= f(y))[0] == []
    known = {**SMOOTH, "p": b >= 0, "q": b <= 1, "r": eq(b, 1 / (4 * L))}
    assert values(known)[0] == []
