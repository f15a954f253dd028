"""Explanations of what a search finds: long roots of parameters have names."""

from fractions import Fraction

from plproof import Reals, eq, rational, sqrt
from plproof.kernel.combine import Summand, combine
from plproof.kernel.rules import assume
from plproof.report.certificates import Names
from plproof.report.explanation import Part, _parts, _with_names


def test_a_root_of_a_parameter_has_a_name_that_the_statement_does_not_use():
    s, q = Reals("s q")
    roots = [eq(sqrt(t) * sqrt(t), t) for t in (1 + s, 1 + q)]
    parts = (Part("2·√(1 + s)", "(x − √(1 + q)·y)", "", "square"),)
    equations = tuple(map(str, roots))
    parts, where = _with_names(parts, equations, roots, {"s", "q"})
    assert [(part.multiplier, part.name) for part in parts] == [("2·r", "(x − t·y)")]
    assert where == ("r = √(1 + s)", "t = √(1 + q)")


def test_a_number_that_is_left_over_is_one_of_the_summands():
    a, b = Reals("a b")
    one = Fraction(1)
    sum_ = (Summand(one, (0,)), Summand(Fraction(3, 2)))
    thm = combine(assume(proposition=a <= b), goal=a <= b + rational(3, 2), summands=sum_)
    parts = list(_parts(thm, Names({}, {a <= b: "known"}), {}))
    assert [(part.multiplier, part.name) for part in parts] == [("", "known"), ("3/2", "")]
