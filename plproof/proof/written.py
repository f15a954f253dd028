"""The rule ``gram`` written out: instances, squares and multiples of equations, as a reader asks.

[untrusted: ``combine`` checks what is written out]

The kernel decides by itself that what is left of a sum of inequalities is never negative.  For a
reader, and for the second engine of algebra, the same step is made anew with all that is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import SCALAR, KernelError, NormalForm, Poly, increase
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.sorts import LanguageError
from plproof.language.terms import Term
from plproof.proof.algebra import NoTerm, Reader
from plproof.proof.forms import (
    ONE,
    Elimination,
    Entries,
    Line,
    add_gram,
    exactly,
    fraction,
    multiples,
    sum_of_squares,
    whole,
)


class NotWritten(Exception):
    """A step is not the sum of inequalities, squares and equations that it says it is."""


def written_out(step: Thm) -> Thm:
    """Return a step by ``gram`` as one by ``combine``, from instances of the same premises.

    Raises NotWritten when it can't be written out.
    """
    try:
        return _written(step)
    except (KernelError, LanguageError, NoTerm, TypeError, ValueError, IndexError) as error:
        raise NotWritten(f"{error}") from error


def _written(step: Thm) -> Thm:
    goal, uses = step.data["goal"], step.data["uses"]
    instances = [_instance(step.premises[use.premise], use.values) for use in uses]
    equations = [th for th in step.premises if _is_equation(th)]
    form = NormalForm()
    rest: Poly = {}
    lines = [_line(form, th) for th in equations]  # the first, as their atoms are in the kernel
    increase(rest, _slack(form, goal))
    for use, th in zip(uses, instances, strict=True):
        increase(rest, _slack(form, th.conclusion), -use.weight)
    constant = rest.pop((), Fraction(0))
    elimination = Elimination(lines, lambda atom: form.atoms[atom][0] != "var")
    residual: Entries = {}
    for monomial, c in rest.items():
        (number, _), *more = monomial
        if more or form.atoms[number][0] != "ip":
            raise KernelError(f"what is left of {goal} is no form")
        a, b = form.atoms[number][1:]
        residual[min(a, b), max(a, b)] = exactly(c)
    reduced: Entries = {}
    for (a, b), entry in residual.items():
        add_gram(reduced, elimination.reduced({a: ONE}), elimination.reduced({b: ONE}), entry)
    squares = sum_of_squares(reduced)
    if squares is None:
        raise KernelError(f"what is left of {goal} is no sum of squares")
    terms = [goal, *(th.conclusion for th in (*instances, *equations))]
    reader = Reader(form, terms)
    summands = [Summand(use.weight, (n,)) for n, use in enumerate(uses)]
    for d, line in squares:
        add_gram(residual, line, line, -d)
        size, v = whole(line, reader.vector)
        summands.append(Summand(fraction(d * size * size), (), (v,)))
    for n, line in multiples(elimination, residual).items():
        size, v = whole(line, reader.vector)
        summands.append(Summand(fraction(size), (len(uses) + n,), (), v))
    if constant:
        summands.append(Summand(constant))
    return combine(*instances, *equations, goal=goal, summands=summands)


def _instance(th: Thm, values: Sequence[Term]) -> Thm:
    """Return a premise at the values, its definitions unfolded where they hide a quantifier."""
    for value in values:
        if th.conclusion.op != "all":
            th = rules.convert(th, target=canonical(th.conclusion))
        th = rules.instantiate(th, value=value)
    return th


def _is_equation(th: Thm) -> bool:
    return th.conclusion.op == "eq" and th.conclusion.args[0].sort.kind == "Vec"


def _slack(form: NormalForm, claim: Term) -> Poly:
    return form.difference(*canonical(claim).args).get(SCALAR, {})


def _line(form: NormalForm, th: Thm) -> Line:
    v = form.difference(*th.conclusion.args)
    return {atom: exactly(p[()]) for atom, p in v.items()}
