"""Arithmetic of the statement language on batches: total functions, each with its error bound.

The operations take and give ``Tracked``.  They differ from its
own operators in three ways: they are total (t/0 = 0, √t = 0 for t < 0, 0⁰ = 1); an operation that
cannot round because an operand is exactly 0 adds no error, so that equality attained at a minimiser
is seen as equality; and what is not known at all has the error +inf (or nan), which later
comparisons answer with "unknown".
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic import rounding
from plproof.laboratory.arithmetic.rounding import (
    FUNCTION_UNITS,
    SAFETY,
    UNIT,
    Floats,
    Tracked,
    gamma,
    tracked,
)

_TINY = 2.0**-900
_MOST = float(np.finfo(np.float64).max)
_UNDERFLOW = 2.0**-1015  # in multiples of UNIT, as in rounding
_BOUNDED = 1.0 / UNIT  # two values of a sine are at most 2 apart


def exact(values: Floats | float) -> Tracked:
    """Return numbers taken as exact."""
    return Tracked(np.asarray(values, dtype=np.float64))


def number(value: Fraction) -> Tracked:
    """Return a rational number as the nearest float, of shape (); unknown beyond all floats."""
    try:
        near = np.float64(value.numerator / value.denominator)
    except OverflowError:
        return Tracked(np.asarray(_MOST if value > 0 else -_MOST), np.asarray(np.inf))
    off = 0.0 if Fraction(float(near)) == value else abs(float(near)) + _UNDERFLOW
    return Tracked(np.asarray(near), np.asarray(off))


def add(a: Tracked, b: Tracked) -> Tracked:
    """Return a + b."""
    value = a.value + b.value
    rounded = np.where((a.value != 0) & (b.value != 0), np.abs(value), 0.0)
    return Tracked(value, a.error + b.error + rounded)


def negative(a: Tracked) -> Tracked:
    """Return -a."""
    return Tracked(-a.value, a.error)


def multiply(a: Tracked, b: Tracked) -> Tracked:
    """Return a · b, entry by entry."""
    value = a.value * b.value
    size = np.abs(value)
    error = np.abs(a.value) * b.error + np.abs(b.value) * a.error
    error += SAFETY * UNIT * (a.error * b.error) + size
    small = size < _TINY
    if small.any():
        error += np.where(small & (a.value != 0) & (b.value != 0), _UNDERFLOW, 0.0)
    return Tracked(value, error)


def divide(a: Tracked, b: Tracked) -> Tracked:
    """Return a / b, with t/0 = 0; unknown where b may or may not be 0."""
    size = np.abs(b.value)
    room = size - SAFETY * UNIT * b.error
    safe = room > 0
    value = np.where(safe, a.value / np.where(safe, b.value, 1.0), 0.0)
    error = (a.error + np.abs(value) * b.error) / np.where(safe, room, 1.0) + np.abs(value)
    error = error + np.where((a.value != 0) & (np.abs(value) < _TINY), _UNDERFLOW, 0.0)
    zero = ((b.value == 0) & (b.error == 0)) | ((a.value == 0) & (a.error == 0))
    error = np.where(safe & ~zero, error, np.where(zero, 0.0, np.inf))
    return Tracked(value, error)


def power(a: Tracked, k: Floats) -> Tracked:
    """Return a**k for whole k >= 0, with 0**0 = 1."""
    value = a.value**k
    reach = np.abs(a.value) + SAFETY * UNIT * a.error
    spread = np.where(a.error == 0, 0.0, k * a.error * reach ** np.maximum(k - 1, 0))
    plain = (k <= 1) | ((a.value == 0) | (a.value == 1)) & (a.error == 0)
    rounded = np.where(plain, 0.0, FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return Tracked(value, spread + rounded)


def root(a: Tracked) -> Tracked:
    """Return √a, which is 0 for a < 0."""
    value = np.sqrt(np.maximum(a.value, 0.0))
    near_zero = np.sqrt(a.error / (SAFETY * UNIT))
    # |√s - √t| is at most √|s - t| and at most |s - t|/√t
    spread = np.where(value > 0, a.error / np.where(value > 0, value, 1.0), np.inf)
    return Tracked(value, np.minimum(spread, near_zero) + np.abs(value))


def scale(a: Tracked, v: Tracked) -> Tracked:
    """Return the multiple a·v of a vector (..., d) by a real (...)."""
    return multiply(a.columns(), v)


def divide_vector(v: Tracked, a: Tracked) -> Tracked:
    """Return v / a of a vector (..., d) by a real (...), 0 where a = 0."""
    return divide(v, a.columns())


def scale_map(a: Tracked, m: Tracked) -> Tracked:
    """Return the multiple a·m of a linear map (..., r, c) by a real (...)."""
    return multiply(a.columns().columns(), m)


def divide_map(m: Tracked, a: Tracked) -> Tracked:
    """Return m / a of a linear map (..., r, c) by a real (...), 0 where a = 0."""
    return divide(m, a.columns().columns())


def sine(a: Tracked) -> Tracked:
    """Return sin a; sin 0 = 0 is exact."""
    found = tracked(rounding.sin(a))
    zero = (a.value == 0) & (a.error == 0)
    return Tracked(found.value, np.where(zero, 0.0, np.minimum(found.error, _BOUNDED)))


def cosine(a: Tracked) -> Tracked:
    """Return cos a; cos 0 = 1 is exact."""
    found = tracked(rounding.cos(a))
    zero = (a.value == 0) & (a.error == 0)
    return Tracked(found.value, np.where(zero, 0.0, np.minimum(found.error, _BOUNDED)))


def inner(u: Tracked, v: Tracked) -> Tracked:
    """Return the inner product over the last axis."""
    terms = multiply(u, v)
    count = terms.value.shape[-1]
    rounded = (count - 1) * np.abs(terms.value) if count > 1 else 0.0
    ones = np.ones(count)  # a product with ones is the fastest sum over a short axis
    if count <= 64 and not (u.error.any() or v.error.any()):
        exact = _short(u.value).all(axis=-1) & _short(v.value).all(axis=-1)
        if exact.any():
            error = np.matmul(terms.error + rounded, ones)
            return Tracked(np.matmul(terms.value, ones), np.where(exact, 0.0, error))
    return Tracked(np.matmul(terms.value, ones), np.matmul(terms.error + rounded, ones))


def _short(values: Floats) -> NDArray[np.bool_]:
    """Say which numbers are below 2**10 and whole multiples of 2**-10: sums of products are exact.

    Products are whole multiples of 2**-20 below 2**20, so sums of 2**12 of them need 52 bits.
    """
    scaled = values * 2.0**10
    return np.asarray((np.rint(scaled) == scaled) & (np.abs(scaled) < 2.0**20))


def length(values: Floats) -> Floats:
    """Return a bound, from above up to rounding, of Euclidean norms along the last axis."""
    room = 1.0 + float(gamma(values.shape[-1] + 4))
    with np.errstate(over="ignore"):  # +inf is a bound too
        return np.asarray(np.sqrt(np.vecdot(values, values)) * room)
