"""Which second derivatives a class of functions allows, found by trying quadratics on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, number, subterms
from plproof.search.counterexamples.functions.classes import class_of
from plproof.search.counterexamples.functions.interpolant import Curvatures
from plproof.search.counterexamples.functions.judge import Judge
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric
from plproof.search.programs.rounding import decimal_unit, simplest
from plproof.search.statements.parameters import evaluated
from plproof.theory.functions import Convex, Smooth, StronglyConvex

_SMALL = Fraction(1, 64)
#: how exactly an edge is found, and with which tolerance it is read, beside its size
_WIDTH, _READ = Fraction(1, 2**40), Fraction(1, 10**9)
#: how far beyond the numbers of a statement curvatures are tried, in binary digits
_BELOW, _ABOVE = 6, 11


def curvatures(hypotheses: Sequence[Term], f: Term) -> Curvatures | None:
    """Return the curvatures c for which ½c·x² has the properties that are assumed of f everywhere.

    They are those between the least and the largest that are found; a property that is not decided
    counts as had, so what is made of the answer is to be checked.  None when no quadratic passes.
    """
    asked: list[Term] = []
    lows, highs = [], []
    for h in hypotheses:
        if _is_of_class(h, f):
            named = _defined(h) or class_of(h, f)
            if named is None:
                asked.append(h)
                continue
            lows.append(named[0])
            highs += [] if named[1] is None else [named[1]]
    if not asked:
        return _between(lows, highs)
    others = [v for v in free_variables(asked) if v.sort.kind == "Vec"]

    def has(function: Piecewise) -> bool:
        low, high = function.curvature()
        if lows and (low is None or low < max(lows)):
            return False
        if highs and (high is None or high > min(highs)):
            return False
        judge = Judge(Metric.standard(1), {f: function, **{v: (Fraction(0),) for v in others}})
        return all(judge.truth(h) is not False for h in asked)

    def allowed(c: Fraction) -> bool:
        return has(Piecewise.bent(Fraction(0), Fraction(0), [], [c]))

    scale = {Fraction(0)}
    first, last = _sizes([*asked, *map(number, (*lows, *highs))])
    for k in range(first - _BELOW, last + _ABOVE + 1):
        scale |= {Fraction(2) ** k, -(Fraction(2) ** k)}
    tried = sorted(scale)
    inside = [allowed(c) for c in tried]
    if not any(inside):  # the class may allow few
        tried = sorted({Fraction(a, b) for b in range(1, 13) for a in range(-4 * b, 4 * b + 1)})
        inside = [allowed(c) for c in tried]
    if not any(inside):
        return None
    changes = [k for k, (a, b) in enumerate(pairwise(inside)) if a != b]
    least = min(abs(c) for c in tried if c)
    edges = [_edge(tried[k], tried[k + 1], inside[k], allowed, least) for k in changes]
    low = edges[0] if not inside[0] else Fraction(0)  # unbounded: what is convex is simplest
    high = edges[-1] if not inside[-1] else None
    if high is not None and has(
        Piecewise.bent(Fraction(0), Fraction(0), [Fraction(1)], [low, low], [_SMALL])
    ):
        high = None  # kinks are allowed, though no quadratic is that steep far out
    return Curvatures(low, high, tuple(edges))


def _defined(h: Term) -> tuple[Fraction, Fraction | None] | None:
    """Return the curvatures that a class known by name allows, None for other hypotheses."""
    if h.op != "def" or h.data not in (Smooth, StronglyConvex, Convex):
        return None
    if h.data == Convex:
        return Fraction(0), None
    c = evaluated(h.args[1])
    if c is None:
        return None
    return (-c, c) if h.data == Smooth else (c, None)


def _between(lows: Sequence[Fraction], highs: Sequence[Fraction]) -> Curvatures | None:
    low, high = max(lows, default=Fraction(0)), min(highs, default=None)
    if high is not None and high < low:
        return None
    ends = [] if not lows else [low] if high is None else [low, high]
    return Curvatures(low, high, tuple(dict.fromkeys(ends)))


def _is_of_class(h: Term, f: Term) -> bool:
    """Say whether a hypothesis is about f everywhere: a class, or "for all" with gradients."""
    if h.op == "def":
        if h.data in (Smooth, StronglyConvex, Convex):
            return h.args[0] == f
        h = h.data.unfold(h.args)
    if h.op == "and":
        return any(_is_of_class(part, f) for part in h.args)
    return h.op == "all" and any(t.op == "grad" and t.args[0] == f for t in subterms(h))


def _sizes(terms: Sequence[Term]) -> tuple[int, int]:
    """Return the least and the largest binary logarithm of numbers other than 0 in the terms, in
    whole numbers; that of 1 is among them.
    """
    numbers = (t for term in terms for t in subterms(term) if t.op == "num" and t.sort == REAL)
    sizes = [0, *(_size(abs(t.data)) for t in numbers if t.data)]
    return min(sizes), max(sizes)


def _size(c: Fraction) -> int:
    return c.numerator.bit_length() - c.denominator.bit_length()


def _edge(
    left: Fraction,
    right: Fraction,
    left_inside: bool,
    allowed: Callable[[Fraction], bool],
    least: Fraction,
) -> Fraction:
    """Return the last curvature that is allowed between one that is and one that is not.

    ``least`` is of the size of the smallest one that counts.
    """

    def size(c: Fraction) -> Fraction:
        return max(abs(c), least)

    while right - left > _WIDTH * size(left + right):
        middle = (left + right) / 2
        if allowed(middle) == left_inside:
            left = middle
        else:
            right = middle
    middle = (left + right) / 2
    unit = decimal_unit(float(size(middle)))
    guess = unit * simplest(middle / unit, float(_READ * size(middle) / unit))
    return guess if allowed(guess) else left if left_inside else right
