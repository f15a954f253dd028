"""Enclosures of the values and slopes of a program on a box, rounded outwards by arb.  [trusted]

An interval is a pair of exact arb numbers.  Every operation is done by arb at the ends, which it
encloses rigorously, and rounded outwards: the interval contains the value wherever the arguments
are in theirs.  What is not defined on a whole box — a denominator that may be zero, a root of what
may not be positive, a number beyond bounds — raises Undefined.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plproof.theory.oracles.boxes import Step

Interval = tuple[Any, Any]  # two exact numbers of flint.arb, the first at most the second
Slopes = list[Interval | None]  # by variable; None is zero
Box = Sequence[tuple[Fraction, Fraction]]


class Undefined(Exception):
    """No enclosure: the function may not be defined, or not be smooth, on the whole box."""


class Enclosures:
    """Interval arithmetic by flint; ``steps`` counts the operations done."""

    def __init__(self, flint: Any) -> None:
        self._arb, self._fmpq, self._context = flint.arb, flint.fmpq, flint.ctx
        self._one = self._arb(1)
        self.steps = 0

    def precision(self, bits: int) -> None:
        """Compute with so many bits from now on; rigorous with any number of them."""
        self._context.prec = bits

    def number(self, value: Fraction) -> Interval:
        """Return the narrowest interval around a rational number."""
        return self._around(self._arb(self._fmpq(value.numerator, value.denominator)))

    def box(self, box: Box) -> list[Interval]:
        """Return the box with its ends rounded outwards."""
        return [(self.number(low)[0], self.number(high)[1]) for low, high in box]

    def values(self, program: Sequence[Step], box: Sequence[Interval]) -> Interval:
        """Return an interval that contains the program's values on the box."""
        values: list[Interval] = []
        for step in program:
            values.append(self._step(step, [values[i] for i in step.args], box))
        self.steps += len(program)
        return values[-1]

    def values_and_slopes(
        self, program: Sequence[Step], box: Sequence[Interval]
    ) -> tuple[Interval, Slopes]:
        """Return intervals for the values and the partial derivatives on the box."""
        values: list[Interval] = []
        slopes: list[Slopes] = []
        for step in program:
            args = [values[i] for i in step.args]
            value = self._step(step, args, box)
            factors = self._factors(step, args, value)
            slope: Slopes = []
            for k in range(len(box)):
                total: Interval | None = None
                if step.op == "var" and step.value == k:
                    total = (self._one, self._one)
                for i, factor in zip(step.args, factors, strict=True):
                    inner = slopes[i][k]
                    if inner is not None:
                        part = inner if factor is None else self.times(factor, inner)
                        total = part if total is None else self.plus(total, part)
                slope.append(total)
            values.append(value)
            slopes.append(slope)
        self.steps += len(program) * (2 + len(box))
        return values[-1], slopes[-1]

    # ---------------------------------------------------------------- one operation
    def _step(self, step: Step, args: Sequence[Interval], box: Sequence[Interval]) -> Interval:
        op = step.op
        if op == "num":
            return self.number(step.value)
        if op == "var":
            return box[int(step.value)]
        if op == "add":
            total = args[0]
            for arg in args[1:]:
                total = self.plus(total, arg)
            return total
        if op == "neg":
            return self.minus(args[0])
        if op == "mul":
            same = step.args[0] == step.args[1]
            return self._power(args[0], 2) if same else self.times(*args)
        if op == "div":
            return self.times(args[0], self._inverse(args[1]))
        if op == "pow":
            return self._power(args[0], int(step.value))
        if op == "sqrt":
            return self._root(args[0])
        return self._wave(args[0], op)

    def _factors(
        self, step: Step, args: Sequence[Interval], value: Interval
    ) -> list[Interval | None]:
        """Return the derivative with respect to each argument; None is one."""
        op = step.op
        if op in ("num", "var", "add"):
            return [None] * len(args)
        if op == "neg":
            return [(-self._one, -self._one)]
        if op == "mul":
            return [args[1], args[0]]
        if op == "div":
            inverse = self._inverse(args[1])
            return [inverse, self.minus(self.times(value, inverse))]
        if op == "pow":
            n = int(step.value)
            return [self.times(self.number(Fraction(n)), self._power(args[0], max(n - 1, 0)))]
        if op == "sqrt":
            return [self._inverse(self.plus(value, value))]
        other = self._wave(args[0], "cos" if op == "sin" else "sin")
        return [other if op == "sin" else self.minus(other)]

    def _checked(self, low: Any, high: Any) -> Interval:
        if not (low.is_finite() and high.is_finite() and low <= high):
            raise Undefined
        return low, high

    def _around(self, ball: Any) -> Interval:
        return self._checked(ball.lower(), ball.upper())

    def plus(self, a: Interval, b: Interval) -> Interval:
        """Return a + b."""
        return self._checked((a[0] + b[0]).lower(), (a[1] + b[1]).upper())

    def minus(self, a: Interval) -> Interval:
        """Return −a."""
        return self._checked((-a[1]).lower(), (-a[0]).upper())

    def times(self, a: Interval, b: Interval) -> Interval:
        """Return a·b."""
        products = [x * y for x in a for y in b]
        lows, highs = [p.lower() for p in products], [p.upper() for p in products]
        if not all(p.is_finite() for p in products):
            raise Undefined
        low, high = lows[0], highs[0]
        for x, y in zip(lows[1:], highs[1:], strict=True):
            low = x if x < low else low
            high = y if high < y else high
        return self._checked(low, high)

    def _inverse(self, a: Interval) -> Interval:
        if not (a[0] > 0 or a[1] < 0):
            raise Undefined
        return self._checked((1 / a[1]).lower(), (1 / a[0]).upper())

    def _power(self, a: Interval, n: int) -> Interval:
        if n == 0:
            return self._one, self._one  # also of zero
        low, high = a[0] ** n, a[1] ** n
        if n % 2 or a[0] >= 0:
            return self._checked(low.lower(), high.upper())
        if a[1] <= 0:
            return self._checked(high.lower(), low.upper())
        low, high = low.upper(), high.upper()
        return self._checked(self._arb(0), high if low < high else low)

    def _root(self, a: Interval) -> Interval:
        if not a[0] > 0:
            raise Undefined
        return self._checked(a[0].sqrt().lower(), a[1].sqrt().upper())

    def _wave(self, a: Interval, op: str) -> Interval:
        """Return the sine or cosine: at the ends where it is monotone, and never beyond ±1."""
        hull = a[0].union(a[1])
        ends = [x.sin() if op == "sin" else x.cos() for x in a]
        slope = hull.cos() if op == "sin" else -hull.sin()
        if slope >= 0:
            low, high = ends[0].lower(), ends[1].upper()
        elif slope <= 0:
            low, high = ends[1].lower(), ends[0].upper()
        else:
            whole = hull.sin() if op == "sin" else hull.cos()
            low, high = whole.lower(), whole.upper()
        low = low if low > -1 else -self._one
        high = high if high < 1 else self._one
        return self._checked(low, high)
