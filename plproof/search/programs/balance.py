"""Programs whose numbers are of very different size, written in other units, exactly.

With L = 10⁸ a gradient is that much longer than a step, and a solver's tolerance means nothing for
one of them.  Vectors, values, premises and the claim get units of their own, powers of two: no
digit is lost, and what is found in them is found in the old ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from plproof.search.programs.exact import Found
from plproof.search.programs.program import Form, Program
from plproof.search.programs.solver import Floats
from plproof.search.programs.surd import Exact, Surd

#: binary digits between the largest and the smallest number up to which a program is left as it is
_SPREAD = 12
_SWEEPS = 200
#: binary digits of a root, where a size is asked for
_DIGITS = 80


@dataclass(frozen=True)
class Balanced:
    """A program in other units, each given by the power of two that it is.

    Old vector i is 2^vectors[i] times the new one, values likewise; the slack of column j is
    2^columns[j] times as large in the new units, that of the claim 2^claim times, and the rate
    2^rate times.
    """

    program: Program
    vectors: tuple[int, ...]
    values: tuple[int, ...]
    columns: tuple[int, ...]
    claim: int = 0
    rate: int = 0

    def found(self, found: Found, rate: Exact) -> Found:
        """Return a certificate of the new program as one of the old, for the rate in old units."""
        weights = {j: w * _power(self.columns[j] - self.claim) for j, w in found.weights.items()}
        squares = [
            (
                d * _power(-self.claim),
                {i: c * _power(-self.vectors[i]) for i, c in line.items()},
            )
            for d, line in found.squares
        ]
        return Found(rate, weights, squares)

    def point(
        self, gram: Sequence[Sequence[Fraction]], values: Sequence[Fraction]
    ) -> tuple[list[list[Fraction]], list[Fraction]]:
        """Return inner products and values of the new program in the old units."""
        sizes = self.vectors
        old = [
            [c * _power(a + b) for c, b in zip(row, sizes, strict=True)]
            for row, a in zip(gram, sizes, strict=True)
        ]
        return old, [v * _power(b) for v, b in zip(values, self.values, strict=True)]

    def coordinates(self, vectors: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Return vectors, a row each, and values of the new program in the old units, in floats."""
        sizes = np.array(self.vectors, dtype=int)[:, None]
        return np.ldexp(vectors, sizes), np.ldexp(values, np.array(self.values, dtype=int))

    def new_rate(self, rate: Exact) -> Exact:
        """Return a rate in the new units."""
        return rate * _power(self.rate) if self.rate else rate

    def old_rate(self, rate: Exact) -> Exact:
        """Return a rate in the old units."""
        return rate * _power(-self.rate) if self.rate else rate


def balanced(program: Program) -> Balanced:
    """Return the program in units in which its numbers are of about the same size.

    One whose numbers are so already is returned as it is.

    >>> long = Form({(0, 0): Fraction(1, 10**9)}, {0: Fraction(1)})
    >>> made = balanced(Program(1, 1, (long,), (False,), Form(), Form({}, {0: Fraction(1)})))
    >>> [abs(round(math.log2(c), 1)) < 1 for c in made.program.columns[0].quadratic.values()]
    [True]
    """
    forms = [*program.columns, program.target, program.bound]
    entries = [
        (place, i, j, _size(c))
        for place, form in enumerate(forms)
        for (i, j), c in form.quadratic.items()
    ]
    entries += [  # a value counts as a vector that stands there twice
        (place, program.size + k, program.size + k, _size(c))
        for place, form in enumerate(forms)
        for k, c in form.linear.items()
    ]
    sizes = [entry[-1] for entry in entries]
    if not sizes or max(sizes) - min(sizes) <= _SPREAD:
        same = (0,) * program.size, (0,) * program.values, (0,) * len(program.columns)
        return Balanced(program, *same)
    weights, units = _units(entries, len(forms), program.size + program.values)
    vectors = tuple(round(u) for u in units[: program.size])
    values = tuple(round(2 * u) for u in units[program.size :])
    scales = [round(w) for w in weights]

    def scaled(form: Form, scale: int) -> Form:
        return Form(
            {
                (i, j): c * _power(scale + vectors[i] + vectors[j])
                for (i, j), c in form.quadratic.items()
            },
            {k: c * _power(scale + values[k]) for k, c in form.linear.items()},
        )

    *columns, target, bound = (scaled(form, s) for form, s in zip(forms, scales, strict=True))
    made = replace(program, columns=tuple(columns), target=target, bound=bound)
    rate = scales[-2] - scales[-1] if bound.quadratic or bound.linear else 0
    return Balanced(made, vectors, values, tuple(scales[:-2]), scales[-2], rate)


def _size(value: Exact) -> float:
    """Return the binary logarithm of the absolute value, of numbers of any size."""
    if isinstance(value, Surd):
        return _size(value.near(_DIGITS))
    return math.log2(abs(value.numerator)) - math.log2(value.denominator) if value else 0.0


def _units(
    entries: Sequence[tuple[int, int, int, float]], forms: int, variables: int
) -> tuple[list[float], list[float]]:
    """Return logarithms of units of forms and variables that make those of entries small.

    Least squares by turns: each form at its best, then all variables half of the way.
    """
    form, one, other = (np.array([entry[k] for entry in entries], dtype=int) for k in range(3))
    size = np.array([entry[3] for entry in entries])
    weights, units = np.zeros(forms), np.zeros(variables)
    of_form = np.maximum(np.bincount(form, minlength=forms), 1)
    both = np.concatenate([one, other])
    of_variable = np.maximum(np.bincount(both, minlength=variables), 1)
    for _ in range(_SWEEPS):
        rest = size + units[one] + units[other]
        weights = -np.bincount(form, rest, forms) / of_form
        rest = rest + weights[form]
        units -= np.bincount(both, np.concatenate([rest, rest]), variables) / of_variable / 2
    rest = size + units[one] + units[other]
    weights = -np.bincount(form, rest, forms) / of_form
    return weights.tolist(), units.tolist()


def _power(exponent: int) -> Fraction:
    """Return that power of two."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)
