"""Claims that a simple function makes false at some numbers for their parameters.

A search looks at few numbers, and a claim that holds there may fail at others, as for long steps or
steps in the other direction where no hypothesis says the sign.  Quadratics are tried at many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables, number
from plproof.search.counterexamples.witness import WorstCase, witness
from plproof.search.statements.parameters import (
    constants,
    holds,
    is_number,
    parameters_of,
    region,
    samples,
)
from plproof.search.statements.unrolled import goes_on, step_counts, unrolled

#: numbers that are tried, the likeliest first: of one size, larger, smaller, and of the other sign
_SPREAD = tuple(map(Fraction, ("1", "2", "1/2", "-1", "4", "1/4", "8", "1/8", "-2")))
#: of how many parameters, how many choices are looked at, and how many that fit are tried
_FREE, _LOOKED_AT, _TRIED = 4, 600, 16
#: how many numbers of steps, and how many choices at each
_STEPS, _EACH = 4, 2


def simple_counterexample(
    hypotheses: Sequence[Term], claim: Term, given: Mapping[Term, Fraction] | None = None
) -> WorstCase | None:
    """Return a quadratic for which a claim is false, at numbers for its parameters, or None.

    ``given`` are numbers for some of the parameters.  None says nothing about the claim.
    """
    inner, _ = at_variables(claim, hypotheses, kind="Vec")
    for counts, told, asked in _at_steps(hypotheses, inner):
        known = {**counts, **(given or {})}
        free = [v for v in free_numbers([*told, asked]) if v not in known]
        most = _EACH if counts else _TRIED
        for values in islice(_spread(free, told, given or {}), most):
            case = witness(told, asked, values, violated=True, simple=True)
            if case is not None:
                return replace(case, parameters={**counts, **case.parameters})
    return None


def _at_steps(
    hypotheses: Sequence[Term], claim: Term
) -> Iterator[tuple[dict[Term, Fraction], list[Term], Term]]:
    """Yield a statement at numbers of steps, and these, its sequences as points of their own.

    Nothing where a sequence with a few members that fit may not go on.
    """
    naturals = [v for v in free_variables([*hypotheses, claim]) if v.sort == NAT]
    if not goes_on(hypotheses):
        return
    for counts in islice(step_counts(naturals, {}), _STEPS):
        written = unrolled(hypotheses, claim, counts)
        if written is None:
            continue
        told, asked, _ = written
        if all(free_variables(h) or holds(h) for h in told):
            yield counts, told, asked


def _spread(
    free: Sequence[Term], hypotheses: Sequence[Term], given: Mapping[Term, Fraction]
) -> Iterator[dict[Term, Fraction]]:
    """Yield numbers with which the hypotheses about the parameters hold, the likeliest first.

    Where none of the simple ones does, as for L ≥ 1000, they are of the size that is asked for.
    """
    if len(free) > _FREE:
        return
    about = region(hypotheses, [*free, *given])
    choices = sorted(product(range(len(_SPREAD)), repeat=len(free)), key=lambda c: (sum(c), c))
    fitting = False
    for chosen in choices[:_LOOKED_AT]:
        values = {**given, **{v: _SPREAD[n] for v, n in zip(free, chosen, strict=True)}}
        terms = {v: number(c, v.sort) for v, c in values.items()}
        if all(holds(substitute(h, terms)) for h in about):
            fitting = True
            yield values
    if not fitting and free and not given:
        for terms in samples(free, about):
            yield {v: Fraction(t.data) for v, t in terms.items()}


def free_numbers(terms: Sequence[Term]) -> list[Term]:
    """Return the numbers of a statement that need a value: coefficients, and what no comparison
    puts beside a function or a point.
    """
    compared = [c for t in terms for c in _comparisons_in(canonical(t))]
    beside = {v for c in compared for v in free_variables(c) if not is_number(c)}
    steps = [c for c in compared if c.args[0].sort.kind == "Vec"]  # of these all are coefficients
    known = list(dict.fromkeys([*constants(compared), *parameters_of(steps)]))
    return [*known, *(v for v in parameters_of(compared) if v not in beside and v not in known)]


def _comparisons_in(t: Term) -> Iterator[Term]:
    """Yield the comparisons that a proposition is made of."""
    if t.op in ("le", "lt", "eq"):
        yield t
    elif t.sort.kind == "Prop":
        for arg in t.args:
            yield from _comparisons_in(arg)
