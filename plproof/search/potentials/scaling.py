"""Claims A(x_N) ≤ B(x_0, N) whose right sides are one and the same start: a(N)·A(x_N) ≤ D(x_0).

[untrusted: the kernel checks what is made of it]
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, number
from plproof.proof.forms import ZERO, fraction
from plproof.search.all_steps.cut import Ledger, potential
from plproof.search.all_steps.fit import Samples
from plproof.search.all_steps.guess import numbers_of
from plproof.search.all_steps.numbers import Key
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.constants import apart
from plproof.search.potentials.windows import Values, Windows
from plproof.search.statements.premises import with_sums

#: at how many N the right side is looked at
_NUMBERS = 12


class Scaling:
    """The right side is ``start``/a(N), where a is 1 at the ``first`` N and grows as N**``degree``,
    and a number alone.

    ``numbers`` are the N at which it is looked at.
    """

    def __init__(self, windows: Windows, values: Values) -> None:
        """Read it.  NotSuited: the right side depends on N in another way."""
        self._windows, self._values = windows, values
        self._ratios: dict[int, fmpq] = {}
        self._alone: dict[int, fmpq] = {}
        self.first = windows.stated.claim.first
        self.start, _ = self._upper(self.first)
        if not self.start:
            raise NotSuited("the right side is 0")
        self.numbers = range(self.first, self.first + _NUMBERS)
        low, high = self.numbers[_NUMBERS // 2], self.numbers[-1]
        growth = float(fraction(self.ratio(low) / self.ratio(high)))
        self.degree = 1
        while (high / low) ** (self.degree + 0.5) < growth:
            self.degree += 1

    def ratio(self, n: int) -> fmpq:
        """Return 1/a(n).  NotSuited: it is no positive number."""
        if n not in self._ratios:
            found, alone = self._upper(n)
            key = next(iter(self.start))
            ratio = found.get(key, ZERO) / self.start[key]
            if ratio <= 0 or found != {k: c * ratio for k, c in self.start.items()}:
                raise NotSuited("the right side is not the same for all N but for a factor")
            self._ratios[n], self._alone[n] = ratio, alone / ratio
        return self._ratios[n]

    def alone(self, n: int) -> fmpq:
        """Return the number alone in a(n) times the right side."""
        self.ratio(n)
        return self._alone[n]

    def weight(self, i: Term, shift: int, power: int) -> Term:
        """Return a power of a at N = i + ``shift`` in closed form.  NoForm: it has none."""
        samples = Samples([i], [])
        for n in self.numbers:
            samples.add({i: Fraction(n - shift)})
        return samples.fitted(lambda point: fraction(self.ratio(int(point[i]) + shift) ** -power))

    def _upper(self, n: int) -> tuple[dict[Key, fmpq], fmpq]:
        """Return the right side at a number of steps by what is known at the start, and the number
        alone in it.
        """
        windows = self._windows
        here, claim = windows.at(0, 0, self._values), windows.stated.claim
        taken = {**self._values, **here.scalars, claim.count: number(n, NAT)}
        read = windows.scalar(here, with_sums(substitute(claim.upper, taken)))
        found = potential(Ledger(here).scalar(read), windows.vectors(self._values), 0, None)
        if found is None:
            raise NotSuited("the right side does not speak of the start alone")
        return apart(dict(numbers_of(found[0])), windows.one)
