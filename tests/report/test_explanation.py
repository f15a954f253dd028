"""Explanations of what a search finds: long roots of parameters have names."""

from fractions import Fraction

from report_statements import result_of

from plproof import (
    Function,
    Lemma,
    Reals,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sqrt,
)
from plproof.kernel.combine import Summand, combine
from plproof.kernel.rules import assume
from plproof.report.certificates import Names
from plproof.report.explanation import Part, Sum, _parts, _with_names, explained


def test_a_root_of_a_parameter_has_a_name_that_the_statement_does_not_use():
    s, q = Reals("s q")
    roots = [eq(sqrt(t) * sqrt(t), t) for t in (1 + s, 1 + q)]
    parts = (Part("2·√(1 + s)", "(x − √(1 + q)·y)", "", "square"),)
    equations = tuple(map(str, roots))
    (named,), where = _with_names((Sum("", parts),), equations, roots, {"s", "q"})
    assert [(part.multiplier, part.name) for part in named.parts] == [("2·r", "(x − t·y)")]
    assert where == ("r = √(1 + s)", "t = √(1 + q)")


def test_a_number_that_is_left_over_is_one_of_the_summands():
    a, b = Reals("a b")
    one = Fraction(1)
    sum_ = (Summand(one, (0,)), Summand(Fraction(3, 2)))
    thm = combine(assume(proposition=a <= b), goal=a <= b + rational(3, 2), summands=sum_)
    parts = list(_parts(thm, Names({}, {a <= b: "known"}), {}))
    assert [(part.multiplier, part.name) for part in parts] == [("", "known"), ("3/2", "")]


def test_a_name_of_the_authors_is_given_to_no_other_point_of_a_long_run():
    E, (L,) = Space("E"), Reals("L,")
    f, (u, v, x, x1, x2) = Function("f", E), Vectors("u v x x1 x2", E)
    points = [x]
    for _ in range(5):
        points.append(points[-1] - grad(f, points[-1]) / L)
    *_, before, last = points
    given = dict(
        positive=L > 0,
        convex=forall([u, v], f(u) >= f(v) + ip(grad(f, v), u - v)),
        half=eq(x1, x - grad(f, x) / (2 * L)),
        low=f(x2) >= 0,
    )
    lemma = Lemma("", given=given, claim=f(last) >= f(before) + ip(grad(f, before), last - before))
    lemma.proof(lambda p: p.have(lemma.claim, by=p.convex(last, before)))
    why = explained(result_of(lemma))
    assert [part.name for part in why.parts] == ["convex(x₇, x₆)"]
    assert why.equations[:3] == (
        "x₁ = x − ∇f(x)/(2·L)", "x₃ = x − ∇f(x)/L", "x₄ = x₃ − ∇f(x₃)/L",
    )  # fmt: skip
