"""Whether an inequality between a point and a minimiser holds in a class, decided exactly.

With d = x − x*, g = ∇f(x) and F = f(x) − f(x*), a form is cF·F + a‖d‖² + b⟨d, g⟩ + c‖g‖².  For a
minimiser x* two forms are at least 0 in each class, one for either direction between x and x*; a
form is so too where it is a non-negative combination of the two and a sum of squares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from plproof.language.rationals import simplest_between

_DIGITS = 40
_ZERO = Fraction(0)


@dataclass(frozen=True)
class Form:
    """The form cF·F + a‖d‖² + b⟨d, g⟩ + c‖g‖² of a point and a minimiser."""

    value: Fraction = _ZERO
    points: Fraction = _ZERO
    mixed: Fraction = _ZERO
    slopes: Fraction = _ZERO

    def plus(self, other: Form, factor: Fraction | int = 1) -> Form:
        """Return the form plus a multiple of another."""
        return Form(
            self.value + factor * other.value,
            self.points + factor * other.points,
            self.mixed + factor * other.mixed,
            self.slopes + factor * other.slopes,
        )


def of_class(low: Fraction | None, high: Fraction | None) -> tuple[Form, Form]:
    """Return two forms that are at least 0 in a class of functions where x* is a minimiser.

    The class: ``low``-strongly convex (``low`` ≥ 0) and ``high``-smooth (``high`` > ``low``), each
    alone where the other is None.  F has the coefficient −1 in the first form, 1 in the second.
    The forms are the conditions for interpolation between x and x* (A. B. Taylor, J. M. Hendrickx,
    F. Glineur, 2017, theorem 4); without convexity the first is that for low = −high, and the
    second the decrease by a step 1/high, which ends no lower than f(x*).
    """
    if high is None:
        assert low is not None
        return Form(Fraction(-1), -low / 2, Fraction(1)), Form(Fraction(1), -low / 2)
    least = -high if low is None else low
    share = 1 / (2 * (1 - least / high))
    rest = Form(_ZERO, share * least, -2 * share * least / high, share / high)
    above = Form(Fraction(1)).plus(rest, -1)
    if low is None:
        above = Form(Fraction(1), slopes=-1 / (2 * high))
    return Form(Fraction(-1), mixed=Fraction(1)).plus(rest, -1), above


def follows(form: Form, low: Fraction | None, high: Fraction | None) -> bool:
    """Say whether a form is a non-negative combination of those of a class, and squares.

    With the multiplier λ of the first form the second has λ + cF, and what is left is a quadratic
    form in (d, g), linear in λ: the λ for which it is at least 0 are a segment, on which its
    determinant is at least 0.
    """
    down, up = of_class(low, high)
    start = max(_ZERO, -form.value)
    base, move = form.plus(up, -form.value), down.plus(up)
    end: Fraction | None = None  # the λ with non-negative coefficients of ‖d‖² and ‖g‖²
    for at, by in ((base.points, move.points), (base.slopes, move.slopes)):
        if by == 0 and at < 0:
            return False
        if by > 0:
            end = at / by if end is None else min(end, at / by)
        elif by < 0:
            start = max(start, at / by)
    if end is not None and end < start:
        return False
    # 4 times the determinant, of degree two in λ
    square = 4 * move.points * move.slopes - move.mixed**2
    slope = -4 * (base.points * move.slopes + base.slopes * move.points)
    slope += 2 * base.mixed * move.mixed
    rest = 4 * base.points * base.slopes - base.mixed**2
    tried = [start] if end is None else [start, end]
    if square < 0:
        tried.append(max(start, -slope / (2 * square)))
        if end is not None:
            tried[-1] = min(end, tried[-1])
    elif end is None and (square > 0 or slope > 0):
        return True
    return any((square * t + slope) * t + rest >= 0 for t in tried)


def least(holds: Callable[[Fraction], bool]) -> Fraction | None:
    """Return a number q > 0 with ``holds(q)``, the least or just above it; None for none found.

    ``holds`` has to be true above a number and false below.
    """
    power = next((n for n in (0, 2, 5, 10, 20) if holds(Fraction(2) ** n)), None)
    if power is None:
        return None
    high = Fraction(2) ** power
    while high > Fraction(1, 2**20) and holds(high / 2):
        high /= 2
    low = high / 2
    if holds(low):
        return low
    for _ in range(_DIGITS):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
    simple = simplest_between(low, high)
    return simple if holds(simple) else high


def largest(holds: Callable[[Fraction], bool]) -> Fraction | None:
    """Return a number q > 0 with ``holds(q)``, the largest or just below it; None for none found.

    ``holds`` has to be true below a number and false above.
    """
    found = least(lambda q: holds(1 / q))
    return None if found is None else 1 / found


__all__ = ["Form", "follows", "largest", "least", "of_class"]
