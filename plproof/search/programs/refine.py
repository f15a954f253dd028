"""Many digits of an optimum: Newton's method on the optimality conditions of a program.

The solver gives some eight digits, too few to tell an algebraic number by.  From there the
equations S·U = 0, S the slack and U·Uᵀ the worst case, with the complementary conditions on the
weights, are solved by Newton steps whose residual is computed in long fixed-point numbers and whose
matrix in floats (iterative refinement).  What comes out is a guess, to be recognised and checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from plproof.search.programs.program import Form, Program
from plproof.search.programs.solver import Floats, Solution, least_rate

#: binary digits carried, and how many must agree in the end
BITS, _AGREED = 320, 260
_STEPS = 25
#: from that step on, the digits that each step so far has to have gained
_PATIENCE, _GAINED = 5, 6
#: a worst case has those directions whose weight is above this part of the largest
_RANKS = (1e-5, 1e-3, 1e-7)
_SINGULAR = 1e-7
#: a weight of less may be none, in units in which the numbers of a program are about 1
_ERROR = 1e-6
#: how far the rate may move, relative to its size
_MOVED = 1e-5


@dataclass(frozen=True)
class Refined:
    """An optimum with many digits, numbers times 2^BITS: the rate, the weights of the ``active``
    columns, and vectors that span the range of the worst case, by vector of the program.
    """

    rate: int
    active: tuple[int, ...]
    weights: tuple[int, ...]
    directions: tuple[tuple[int, ...], ...]


def refined(program: Program) -> Refined | None:
    """Return the least rate of the program with many digits, or None when Newton is lost."""
    answer = least_rate(program)
    if not answer.solved:
        return None
    active, tried = _active(program, answer), set()
    for threshold in _RANKS:
        system = _System(program, answer, active, threshold)
        if system.rank in tried:
            continue
        tried.add(system.rank)
        found = system.solved()
        if found is not None and _near(found.rate, answer.first):
            return found
    return None


def _near(rate: int, start: float) -> bool:
    """Say whether Newton's method has stayed with the optimum it was started from."""
    return abs(float(Fraction(rate, 1 << BITS)) - start) <= _MOVED * (1 + abs(start))


def _active(program: Program, answer: Solution) -> list[int]:
    """Return the columns whose weight exceeds its multiplier, both as parts of the largest.

    Where no column is needed the largest is one of the solver's errors, and no measure.
    """
    largest = max(float(np.max(np.abs(answer.weights), initial=0.0)), _ERROR)
    tightest = max(float(np.max(np.abs(answer.tight), initial=0.0)), _ERROR)
    return [
        j
        for j in range(len(program.columns))
        if program.free[j] or answer.weights[j] / largest > answer.tight[j] / tightest
    ]


class _System:
    """The optimality conditions for a rank of the worst case and a set of active columns."""

    def __init__(
        self, program: Program, answer: Solution, active: list[int], threshold: float
    ) -> None:
        self._program, self._active = program, active
        size = program.size
        spectrum, basis = np.linalg.eigh(answer.dual) if size else (np.zeros(0), np.zeros((0, 0)))
        top = float(spectrum[-1]) if size else 0.0
        large = spectrum > threshold * max(top, 1e-300)
        self.rank = int(large.sum())
        start = basis[:, large] * np.sqrt(spectrum[large])
        self._forms = [program.columns[j] for j in active]
        self._float = [_floats(f, size, program.values) for f in self._forms]
        self._float_bound = _floats(program.bound, size, program.values)
        values = self._start_of_values(start @ start.T)
        x = np.concatenate([[answer.first], answer.weights[active], values, start.ravel()])
        self._x = np.array([_fixed(v) for v in x], dtype=object)

    def _start_of_values(self, gram: Floats) -> Floats:
        rows = [linear for _, linear in [self._float_bound, *self._float]]
        right = [1.0 - float((self._float_bound[0] * gram).sum())]
        right += [-float((matrix * gram).sum()) for matrix, _ in self._float]
        return np.asarray(np.linalg.lstsq(np.array(rows), np.array(right), rcond=1e-9)[0])

    def solved(self) -> Refined | None:
        """Return the optimum when the steps converge to one."""
        if not self.rank:
            return None
        for step in range(_STEPS):
            error = self._residual()
            size = max(map(abs, error))
            if size < 1 << (BITS - _AGREED):
                return self._found()
            if step >= _PATIENCE and size.bit_length() > BITS - _GAINED * step:
                return None
            # the matrix is in floats: the residual is scaled to them, and the step back
            shift = max(0, size.bit_length() - 53)
            scaled = np.array([float(e >> shift) for e in error])
            inverse = np.linalg.pinv(self._matrix(), rcond=_SINGULAR)
            move = inverse @ scaled
            if not np.all(np.isfinite(move)) or np.max(np.abs(move)) > 2.0**200:
                return None
            self._x = self._x - np.array([int(s * 2.0**30) << shift >> 30 for s in move])
        return None

    def _found(self) -> Refined:
        count, values = len(self._active), self._program.values
        vectors = self._x[1 + count + values :].reshape(-1, self.rank)
        directions = tuple(tuple(int(c) for c in column) for column in vectors.T)
        weights = tuple(int(w) for w in self._x[1 : 1 + count])
        return Refined(int(self._x[0]), tuple(self._active), weights, directions)

    def _residual(self) -> list[int]:
        """Return what the conditions miss, times 2^BITS."""
        program, count = self._program, len(self._active)
        rate, weights = int(self._x[0]), self._x[1 : 1 + count]
        values = self._x[1 + count : 1 + count + program.values]
        vectors = self._x[1 + count + program.values :].reshape(-1, self.rank)
        slack = np.zeros((program.size, program.size), dtype=object)
        rest = [0] * program.values
        parts = [(program.target, 1 << BITS), (program.bound, rate)]
        parts += [(f, -int(w)) for f, w in zip(self._forms, weights, strict=True)]
        for form, factor in parts:
            for (i, j), c in form.quadratic.items():
                if i == j:
                    slack[i, i] += factor * c.numerator // c.denominator
                else:
                    half = factor * c.numerator // (2 * c.denominator)
                    slack[i, j] += half
                    slack[j, i] += half
            for k, c in form.linear.items():
                rest[k] += factor * c.numerator // c.denominator
        found = [int(e) >> BITS for e in (slack @ vectors).ravel()] + rest
        gram = vectors @ vectors.T
        found.append(_value(program.bound, gram, values) - (1 << BITS))
        found += [_value(form, gram, values) for form in self._forms]
        return found

    def _matrix(self) -> Floats:
        """Return the derivative of the residual, in floats."""
        program, count, rank = self._program, len(self._active), self.rank
        size, values = program.size, program.values
        x = np.array([float(Fraction(int(v), 1 << BITS)) for v in self._x])
        vectors = x[1 + count + values :].reshape(size, rank)
        target, _ = _floats(program.target, size, values)
        slack = target + x[0] * self._float_bound[0]
        for w, (matrix, _) in zip(x[1 : 1 + count], self._float, strict=True):
            slack = slack - w * matrix
        made = np.zeros((size * rank + values + 1 + count, len(x)))
        at, duals = size * rank, size * rank + values
        for column, sign, (matrix, linear) in (
            (0, 1.0, self._float_bound),
            *((1 + j, -1.0, f) for j, f in enumerate(self._float)),
        ):
            moved = matrix @ vectors
            made[:at, column] = sign * moved.ravel()
            made[at:duals, column] = sign * linear
            made[duals + column, 1 + count + values :] = 2 * moved.ravel()
            made[duals + column, 1 + count : 1 + count + values] = linear
        made[:at, 1 + count + values :] = np.kron(slack, np.eye(rank))
        return made


def _fixed(value: Any) -> int:
    exact = Fraction(float(value))
    return (exact.numerator << BITS) // exact.denominator


def _value(form: Form, gram: Any, values: Any) -> int:
    """Return the value of a form at a worst case; the Gram matrix is times 4^BITS."""
    total = 0
    for (i, j), c in form.quadratic.items():
        total += (int(gram[i, j]) >> BITS) * c.numerator // c.denominator
    for k, c in form.linear.items():
        total += int(values[k]) * c.numerator // c.denominator
    return total


def _floats(form: Form, size: int, values: int) -> tuple[Floats, Floats]:
    matrix, linear = np.zeros((size, size)), np.zeros(values)
    for (i, j), c in form.quadratic.items():
        matrix[i, j] += float(c) / 2
        matrix[j, i] += float(c) / 2
    for k, c in form.linear.items():
        linear[k] = float(c)
    return matrix, linear
