"""Rational functions of the parameters through the numbers of proofs: c·p/q, p and q as terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from plproof.language.terms import Term, make, number
from plproof.search.many_points.at_numbers import Key
from plproof.search.programs.fitting import fit_apart


@dataclass(frozen=True)
class Rational:
    """number·above/below, a rational function of the parameters; ``None`` is 1."""

    number: Fraction
    above: Term | None
    below: Term | None

    def positive(self) -> Term | None:
        """Return above/below as a term, None when it is 1."""
        if self.below is None:
            return self.above
        return (number(1) if self.above is None else self.above) / self.below

    def times(self, v: Term, size: Fraction) -> Term:
        """Return |number|·size·above/below·v, where the number times the size is whole."""
        whole, above = abs(self.number * size), self.above
        if whole != 1:
            above = number(whole) if above is None else number(whole) * above
        c = replace(self, above=above).positive()
        return v if c is None else make("smul", (c, v))


#: the numbers of a proof as functions
Fitted: TypeAlias = dict[Key, Rational]


def rationals(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    proofs: Sequence[Mapping[Key, Fraction]],
) -> Fitted | None:
    """Return functions through the numbers of proofs of one shape; many are multiples of one."""
    known: dict[tuple[Fraction, ...], Rational | None] = {}
    found: dict[Key, Rational] = {}
    for key, first in proofs[0].items():
        alike = tuple(proof[key] / first for proof in proofs)
        if alike not in known:
            known[alike] = rational(parameters, points, alike)
        shared = known[alike]
        if shared is None:
            return None
        found[key] = Rational(shared.number * first, shared.above, shared.below)
    return found


def rational(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
) -> Rational | None:
    """Return the simplest function through values at points, none of them 0, or None."""
    found = fit_apart(parameters, points, values)
    if found is None:
        return None
    above, below = (None if t == number(1) else t for t in found[1:])
    return Rational(found[0], above, below)
