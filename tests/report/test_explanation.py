"""Explanations of what a search finds: long roots of parameters have names."""

from plproof import Reals, eq, sqrt
from plproof.report.explanation import Part, _with_names


def test_a_root_of_a_parameter_has_a_name_that_the_statement_does_not_use():
    s, q = Reals("s q")
    roots = [eq(sqrt(t) * sqrt(t), t) for t in (1 + s, 1 + q)]
    parts = (Part("2·√(1 + s)", "(x − √(1 + q)·y)", "", "square"),)
    equations = tuple(map(str, roots))
    parts, where = _with_names(parts, equations, roots, {"s", "q"})
    assert [(part.multiplier, part.name) for part in parts] == [("2·r", "(x − t·y)")]
    assert where == ("r = √(1 + s)", "t = √(1 + q)")
