"""Bounds lb ≤ slack ≤ ub of propositions: certainly true for lb ≥ 0, certainly false for ub < 0."""

from __future__ import annotations

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked

Bounds = tuple[Floats, Floats]

LEAST = 5e-324
"""The smallest positive float: a strict inequality misses by it where both sides are equal."""


def slack(a: Tracked, b: Tracked) -> Bounds:
    """Return bounds of the relative slack (b - a)/(|a| + |b|) of a ≤ b."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is unknown
        difference = total.add(b, total.negative(a))
        tolerance = SAFETY * UNIT * difference.error
        size = np.abs(a.value) + np.abs(b.value)
        return between(difference.value - tolerance, difference.value + tolerance, size)


def equality(a: Tracked, b: Tracked, axes: int) -> Bounds:
    """Return bounds of minus the relative distance of a and b, arrays over their last ``axes``."""
    difference = total.add(a, total.negative(b))
    distance, tolerance = np.abs(difference.value), SAFETY * UNIT * difference.error
    size = np.abs(a.value) + np.abs(b.value)
    if axes:
        distance, tolerance, size = (_length(x, axes) for x in (distance, tolerance, size))
    return between(-distance - tolerance, -np.maximum(distance - tolerance, 0.0), size)


def _length(values: Floats, axes: int) -> Floats:
    flat = values.reshape(*values.shape[: values.ndim - axes], -1)
    return total.length(flat)


def between(low: Floats, high: Floats, size: Floats) -> Bounds:
    """Return low and high relative to ``size``; unknown where any of them is not finite."""
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(size)
    divisor = np.where(known & (size > 0), size, 1.0)
    return np.where(known, low / divisor, -np.inf), np.where(known, high / divisor, np.inf)


def strict(bounds: Bounds) -> Bounds:
    """Return the bounds of a < b from those of a ≤ b."""
    low, high = (np.where(s <= 0, np.minimum(s, -LEAST), s) for s in bounds)
    return low, high


def negated(bound: Floats) -> Floats:
    """Return a bound of the slack of "not p" from the other bound of p."""
    return np.where(bound >= 0, np.minimum(-bound, -LEAST), -bound)


def everywhere(value: float | None) -> Bounds:
    """Return bounds that are one number on all rows; None for unknown."""
    if value is None:
        return np.asarray(-np.inf), np.asarray(np.inf)
    return np.asarray(value), np.asarray(value)


def decision(true: object, false: object = False) -> Bounds:
    """Return bounds certain where the mask ``true`` or the mask ``false`` holds, else unknown."""
    yes, no = np.asarray(true, dtype=bool), np.asarray(false, dtype=bool)
    yes, no = np.broadcast_arrays(yes, no)
    return np.where(yes, np.inf, -np.inf), np.where(no, -np.inf, np.inf)
