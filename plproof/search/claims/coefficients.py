"""Weights of premises that are read off the coefficients of a claim, the others found for these.

Where a claim is weaker than need be its weights are not unique, and those found at numbers are no
function of the parameters: of R²/(2γ) + γG²/2 that of ‖x − x*‖² ≤ R² is 1/(2γ), with which the
others are unique.  They are a guess, and the proof made with them is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from plproof.kernel.normal import KernelError, Monomial, NormalForm, Poly
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.terms import Term, as_real
from plproof.proof.algebra import NoTerm, Reader, atoms_of, denominators
from plproof.proof.script import Proof
from plproof.search.claims.weights import in_closed_form
from plproof.search.programs.bridge import translate
from plproof.search.programs.rounding import Failed, certificate
from plproof.search.statements.parameters import evaluated, region, samples

_0 = Fraction(0)
#: choices of one weight that are tried, and at how many numbers it is seen whether one may do
_TRIED, _SEEN = 12, 2
#: how many weights are read off together
_DEPTH = 2


class _Weight(NamedTuple):
    """A weight for the premise with a number, and the claim without what it brings."""

    premise: int
    weight: Term
    rest: Term


def with_coefficients(
    p: Proof,
    stated: Term,
    conclusions: Sequence[Term],
    parameters: Sequence[Term],
    depth: int = _DEPTH,
) -> Iterator[list[Term]]:
    """Yield weights of the premises, one or more of them coefficients of the claim over their own.

    The others are rational functions of the parameters.  At most ``depth`` are read off.
    """
    about = region([fact.claim for fact in p.hypotheses()], parameters)
    places = list(islice(samples(parameters, about), _SEEN))
    fitting = [
        one
        for one in islice(_weights(stated, conclusions, parameters), _TRIED)
        if places and _may_do(one, conclusions, places)
    ]

    def whole(one: _Weight, others: Sequence[Term]) -> list[Term]:
        return [*others[: one.premise], one.weight, *others[one.premise :]]

    for one in fitting:
        for lightest in (False, True):
            found = in_closed_form(p, one.rest, _without(conclusions, one), parameters, lightest)
            if found is not None:
                yield whole(one, found)
    for one in fitting if depth > 1 else ():
        others = _without(conclusions, one)
        for found in with_coefficients(p, one.rest, others, parameters, depth - 1):
            yield whole(one, found)


def _without(conclusions: Sequence[Term], one: _Weight) -> list[Term]:
    return [c for j, c in enumerate(conclusions) if j != one.premise]


def _may_do(one: _Weight, conclusions: Sequence[Term], places: Sequence[dict[Term, Term]]) -> bool:
    """Say whether a weight is positive at some numbers and the claim follows with it there."""
    for values in places:
        weight = evaluated(as_real(substitute(one.weight, values)))
        if weight is None or weight <= 0:
            return False
        others = [substitute(c, values) for c in _without(conclusions, one)]
        program = translate(substitute(one.rest, values), (), None, others).program
        if isinstance(certificate(program, _0), Failed):
            return False
    return True


def _weights(
    stated: Term, conclusions: Sequence[Term], parameters: Sequence[Term]
) -> list[_Weight]:
    """Return weights with which a premise brings a summand of the claim: of numbers first, then of
    values, the simplest first.
    """
    claim = canonical(stated)
    premises = [canonical(c) for c in conclusions]
    below = list(denominators([claim, *premises]))
    form = NormalForm(below)
    try:
        reader = Reader(form, [claim, *premises, *parameters, *below])
        numbers = _Numbers(form, reader, parameters)
        wanted = numbers.by_others(form.scalar(_slack(claim)))
        offered = [numbers.by_others(form.scalar(_slack(c))) for c in premises]
    except KernelError:
        return []
    ranked: dict[tuple[int, Term], tuple[int, int]] = {}
    for others, summands in wanted.items():
        for j, (c, given) in enumerate(zip(premises, offered, strict=True)):
            if c.op == "eq" or len(given.get(others, ())) != 1:
                continue
            ((mine, b),) = given[others].items()
            for monomial, a in summands.items():
                exponents = _over(monomial, mine)
                weight = numbers.written(exponents, a / b)
                if weight is not None:
                    rank = sum(e for _, e in others), sum(map(abs, exponents.values()))
                    ranked[j, weight] = min(rank, ranked.get((j, weight), rank))
    return [
        _Weight(j, w, as_real(claim.args[0]) <= as_real(claim.args[1]) - w * _slack(premises[j]))
        for j, w in sorted(ranked, key=ranked.__getitem__)
    ]


def _over(above: Monomial, below: Monomial) -> dict[int, int]:
    """Return the exponents of a quotient of monomials."""
    found = dict(above)
    for a, e in below:
        found[a] = found.get(a, 0) - e
    return {a: e for a, e in found.items() if e}


def _slack(c: Term) -> Term:
    return as_real(c.args[1]) - as_real(c.args[0])


class _Numbers:
    """The atoms of a normal form that are parameters, or inverses of numbers made of them."""

    def __init__(self, form: NormalForm, reader: Reader, parameters: Sequence[Term]) -> None:
        self._reader, self._inverses = reader, form.inverses()
        self._own = {a for v in parameters for a in atoms_of(form.scalar(v))}
        self._own |= {a for a, q in self._inverses.items() if atoms_of(q) <= self._own}

    def by_others(self, p: Poly) -> dict[Monomial, Poly]:
        """Split a polynomial by the part of its monomials that is no number of parameters."""
        found: dict[Monomial, Poly] = {}
        for monomial, c in p.items():
            others = tuple((a, e) for a, e in monomial if a not in self._own)
            numbers = tuple((a, e) for a, e in monomial if a in self._own)
            found.setdefault(others, {})[numbers] = c
        return found

    def written(self, exponents: Mapping[int, int], c: Fraction) -> Term | None:
        """Return c times a monomial as a term, None where it cannot be written."""
        plain = tuple(sorted((a, e) for a, e in exponents.items() if a not in self._inverses))
        try:
            found = self._reader.polynomial({plain: c})
            for a, e in exponents.items():
                if a in self._inverses:
                    q = self._reader.polynomial(self._inverses[a])
                    power = q if abs(e) == 1 else q ** abs(e)
                    found = found / power if e > 0 else found * power
        except NoTerm:
            return None
        return found
