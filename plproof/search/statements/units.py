"""Units: a statement that is the same in other units has one parameter less.

With L for a unit, γ is γL and μ is μ/L: functions of the parameters are found for L = 1, and the
power of L that each of them has is read off one more sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.terms import Term, as_real, number


@dataclass(frozen=True)
class Unit:
    """A parameter, and of which powers of it the others are multiples: −1 for γ where it is L."""

    parameter: Term
    weights: Mapping[Term, int]

    def others(self, parameters: Sequence[Term]) -> list[Term]:
        """Return the other parameters."""
        return [v for v in parameters if v != self.parameter]

    def at(self, values: Mapping[Term, Term], size: int = 1) -> dict[Term, Term]:
        """Return values of all parameters, where the unit has a size, from those for size 1."""
        found = {self.parameter: number(size)}
        for v, t in values.items():
            found[v] = number(Fraction(t.data) * Fraction(size) ** self.weights[v])
        return found

    def resized(self, values: Mapping[Term, Term], size: int) -> dict[Term, Term]:
        """Return the values of all parameters where the unit is ``size`` times as large."""
        return {
            v: number(Fraction(t.data) * Fraction(size) ** self.weights[v])
            for v, t in values.items()
        }

    def lifted(self, t: Term) -> Term:
        """Return a term that is for unit size 1 as one for any."""
        values = {}
        for v, w in self.weights.items():
            if w and v != self.parameter:
                power = self.power(abs(w))
                values[v] = v / power if w > 0 else v * power
        return substitute(t, values)

    def power(self, n: int) -> Term:
        """Return a power of the unit, n > 0."""
        u = as_real(self.parameter)
        return u if n == 1 else u**n


def unit_of(parameters: Sequence[Term], about: Sequence[Term]) -> Unit | None:
    """Return a parameter that may be a unit by what is said of the parameters alone, or None.

    >>> from plproof import Reals
    >>> mu, L, gamma = Reals("mu L gamma")
    >>> found = unit_of([L, gamma, mu], [L > 0, mu < L, gamma * (L + mu) <= 2])
    >>> print(found.parameter, found.weights[gamma], found.weights[mu])
    L -1 1
    """
    from flint import fmpq, fmpq_mat

    if len(parameters) < 2 or any(v.sort != REAL for v in parameters):
        return None
    rows: list[list[int]] = []
    for claim in about:
        slack = canonical(claim)
        if slack.op not in ("le", "lt", "eq"):
            return None
        form = NormalForm()
        try:
            atoms = {next(iter(form.scalar(v)))[0][0]: n for n, v in enumerate(parameters)}
            p = form.scalar(as_real(slack.args[1]) - as_real(slack.args[0]))
        except KernelError:
            return None
        if any(a not in atoms for monomial in p for a, _ in monomial):
            return None
        degrees = []
        for monomial in p:
            degree = [0] * len(parameters)
            for a, e in monomial:
                degree[atoms[a]] = e
            degrees.append(degree)
        rows += [[x - y for x, y in zip(d, degrees[0], strict=True)] for d in degrees[1:]]
    table = fmpq_mat(max(1, len(rows)), len(parameters))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            table[r, c] = fmpq(value)
    reduced, rank = table.rref()
    if len(parameters) - rank != 1:
        return None
    pivots = [next(c for c in range(len(parameters)) if reduced[r, c]) for r in range(rank)]
    (free,) = set(range(len(parameters))) - set(pivots)
    weights = [Fraction(0)] * len(parameters)
    weights[free] = Fraction(1)
    for r, pivot in enumerate(pivots):
        entry = -reduced[r, free]
        weights[pivot] = Fraction(int(entry.p), int(entry.q))
    for v, w in zip(parameters, weights, strict=True):
        scaled = [x / w for x in weights] if w else []
        if scaled and all(x.denominator == 1 for x in scaled):
            return Unit(v, {t: int(x) for t, x in zip(parameters, scaled, strict=True)})
    return None


def exponent(ratio: Fraction, size: int) -> int | None:
    """Return n with sizeⁿ the ratio, or None."""
    n = 0
    while ratio.numerator > 1 and ratio.denominator == 1:
        ratio, n = ratio / size, n + 1
    while ratio.numerator == 1 and ratio.denominator > 1:
        ratio, n = ratio * size, n - 1
    return n if ratio == 1 else None
