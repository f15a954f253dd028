"""Worst cases with the parameters as symbols: the same knots, the curvatures by name.

A function whose curvatures are the two extreme ones of its class is the same function for other
parameters where its knots may stay; that is tried exactly at other numbers, and said of no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from plproof.language.binding import substitute
from plproof.language.printing import show
from plproof.language.terms import Term, number
from plproof.search.counterexamples.functions.curvature import curvatures
from plproof.search.counterexamples.functions.piecewise import Piecewise, joined
from plproof.search.counterexamples.functions.quadratic import Metric
from plproof.search.counterexamples.setting import Numbers, Setting
from plproof.search.statements.parameters import evaluated

#: how many other choices of the parameters are tried
_TRIED = 2

Values = Mapping[Term, Fraction]


def in_symbols(
    hypotheses: Sequence[Term],
    claim: Term,
    f: Term,
    function: Piecewise,
    points: Mapping[Term, Fraction],
    parameters: Values,
    attained: bool,
    others: Iterable[Values],
) -> str | None:
    """Return the function in words with parameters by name, or None.

    ``points`` are those that no equation defines; ``others`` further values of the parameters, at
    which the claim must be attained, or fail, as it does at ``parameters``.
    """
    bottom = next((x for x in points.values() if _still(function, x)), None)
    if bottom is None or not parameters:
        return None
    bends = _bends(function, _class(hypotheses, f, parameters), parameters)
    if bends is None:
        return None
    tried = 0
    for values in others:
        if all(values[v] == c for v, c in parameters.items()):
            continue
        if not _does(hypotheses, claim, function, points, bottom, bends, values, attained):
            return None
        tried += 1
        if tried == _TRIED:
            return _words(function, bottom, bends)
    return None


def _still(f: Piecewise, x: Fraction) -> bool:
    return not any(f.slopes(x)) and not f.value(x)


def _class(hypotheses: Sequence[Term], f: Term, values: Values) -> tuple[Fraction, Fraction] | None:
    terms = {v: number(c, v.sort) for v, c in values.items()}
    allowed = curvatures([substitute(h, terms) for h in hypotheses], f)
    return None if allowed is None or allowed.high is None else (allowed.low, allowed.high)


def _bends(
    f: Piecewise, allowed: tuple[Fraction, Fraction] | None, values: Values
) -> list[Term] | None:
    """Return the curvatures as terms: 0, a parameter or minus one, an end of the class each."""
    if allowed is None:
        return None
    names = [number(0), *values, *(-v for v in values)]
    found = []
    for a, _, _ in f.pieces:
        terms = {v: number(c, v.sort) for v, c in values.items()}
        fits = [t for t in names if evaluated(substitute(t, terms)) == 2 * a]
        if 2 * a not in allowed or not fits:
            return None
        found.append(fits[0])
    return found


def _does(
    hypotheses: Sequence[Term],
    claim: Term,
    function: Piecewise,
    points: Mapping[Term, Fraction],
    bottom: Fraction,
    bends: Sequence[Term],
    values: Values,
    attained: bool,
) -> bool:
    """Say whether with these values the function does what it did with the first ones."""
    terms = {v: number(c, v.sort) for v, c in values.items()}
    curved = [evaluated(substitute(t, terms)) for t in bends]
    known = [c for c in curved if c is not None]
    if len(known) < len(curved):
        return False
    other = Piecewise.bent(bottom, Fraction(0), function.knots, known)
    setting = Setting([substitute(h, terms) for h in hypotheses], substitute(claim, terms))
    (f,) = setting.functions
    numbers = Numbers({v: np.array([x], dtype=object) for v, x in points.items()}, {}, 1)
    case = setting.completed({f: other}, Metric.standard(1), numbers, Fraction)
    return case is not None and (case.left == case.right if attained else case.left > case.right)


def _words(f: Piecewise, bottom: Fraction, bends: Sequence[Term]) -> str:
    """Return the function in words: its coefficients are sums of curvatures, times rationals."""
    distinct = [t for t in dict.fromkeys(bends) if t != number(0)]
    units = [
        Piecewise.bent(
            bottom, Fraction(0), f.knots, [Fraction(t == b) for b in bends], merged=False
        )
        for t in distinct
    ]

    def said(place: int, name: str) -> str:
        coefficients = []
        for power in range(3):
            total: Term | None = None
            for t, unit in zip(distinct, units, strict=True):
                c = unit.pieces[place][power]
                if c:
                    part = _times(t, c)
                    total = part if total is None else total + part
            words = "" if total is None else show(total)
            several = total is not None and total.op == "add" and power < 2
            coefficients.append(f"({words})" if several else words)
        return joined(coefficients, name)

    words = f.described(said)
    return "" if words == str(f) else words


def _times(t: Term, c: Fraction) -> Term:
    if t.op == "neg":
        t, c = t.args[0], -c
    part = t if abs(c.numerator) == 1 else number(abs(c.numerator)) * t
    part = part if c.denominator == 1 else part / number(c.denominator)
    return part if c > 0 else -part
