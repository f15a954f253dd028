"""Zeros of functions of a number that rise, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats

_WIDTH = 2.0**-20
_FLAT = 2.0**-50  # a slope this much smaller than at 0 is none
_BISECTIONS = 60


def root(slope: Callable[[Floats], Floats], batch: int) -> Floats:
    """Return where a slope (B,) of a number (B,) is about 0: between two signs, where it rises.

    Where no two signs are found, the point tried where the slope was least; 0 where none is finite.
    False position with halved weights (M. Dowell and P. Jarratt, 1971), every fourth step to the
    middle: a slope that is linear in pieces has its zero after few steps, unless at a sharp bend,
    where it is found to few digits; a jump is enclosed all the same.  All rows move until the last
    is done, so that the last digits of one may depend on the others.
    """
    with np.errstate(all="ignore"):
        left, right = np.zeros(batch), np.zeros(batch)
        low = high = slope(left)
        enough = _FLAT * np.abs(low)
        bend = (slope(left + _WIDTH) - low) / _WIDTH
        reach = np.where(bend > 0, np.abs(low) / bend, 1.0)
        reach = np.where(np.isfinite(reach) & (reach > 0), reach, 1.0)
        for _ in range(_BISECTIONS):
            up, down = high < 0, low > 0
            if not (up | down).any():
                break
            new_right, new_left = right + reach, left - reach
            there, here = slope(new_right), slope(new_left)
            left, low = np.where(up, right, left), np.where(up, high, low)
            right, high = np.where(up, new_right, right), np.where(up, there, high)
            right, high = np.where(down, left, right), np.where(down, low, high)
            left, low = np.where(down, new_left, left), np.where(down, here, low)
            reach = reach * 2.0
        open_ = np.isfinite(low) & np.isfinite(high) & (low <= 0) & (high >= 0)
        enough = np.where(open_, enough, np.inf)
        best = np.where(np.abs(low) <= np.abs(high), left, right)
        size = np.minimum(np.abs(low), np.abs(high))
        side = np.zeros(batch)
        weight_low, weight_high = low.copy(), high.copy()
        for turn in range(_BISECTIONS):
            if turn % 4 == 3:
                middle = 0.5 * (left + right)
            else:  # false position, the weight of an end that stays halved (Illinois)
                middle = (left * weight_high - right * weight_low) / (weight_high - weight_low)
            outside = ~((middle >= left) & (middle <= right))
            middle = np.where(outside, 0.5 * (left + right), middle)
            there = slope(middle)
            error = np.abs(there)
            closer = (error < size) | ((error == size) & (size > 0))  # beside a jump: nearer to it
            best, size = np.where(closer, middle, best), np.where(closer, error, size)
            below = there <= 0
            weight_high = np.where(below & (side > 0), 0.5 * weight_high, weight_high)
            weight_low = np.where(~below & (side < 0), 0.5 * weight_low, weight_low)
            left, weight_low = np.where(below, middle, left), np.where(below, there, weight_low)
            right = np.where(below, right, middle)
            weight_high = np.where(below, weight_high, there)
            side = np.where(below, 1.0, -1.0)
            if np.all((size <= enough) | (right - left <= 2.0**-52 * np.abs(best))):
                break
    return np.where(np.isfinite(best), best, 0.0)


__all__ = ["root"]
