"""The rounding model of the laboratory: how far a float64 result may be from the exact one.

Everything here is IEEE 754 binary64 with round to nearest.  The bounds are the standard ones of
N. J. Higham, *Accuracy and Stability of Numerical Algorithms* (2nd ed., 2002), chapters 2 to 4:

* one operation: ``fl(a op b) = (a op b)(1 + e)`` with ``|e| <= UNIT``;
* a sum or inner product of n terms, added in any order, with or without fused multiply-add:
  error at most ``gamma(n)`` times the sum of the absolute values of the terms;
* an elementary function of NumPy (sin, cos, tanh, expm1, log1p): at most 4 units in the last place,
  NumPy's own documented limit for its vectorised loops, taken here as ``8 * UNIT`` relative.

:class:`Tracked` carries a value together with a running bound on its error (J. H. Wilkinson, 1963;
Higham 2002, section 3.3), so that a formula written once yields both its result and its tolerance.
The directed operations ``add_up``, ``multiply_down``, ... return the exact result when it is
representable and otherwise a float on the stated side of it, by the error-free transformations
of T. J. Dekker (1971).
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.recordings.recording import Recorded

Floats: TypeAlias = NDArray[np.float64]
Numeric: TypeAlias = Union[Floats, "Tracked"]
Operand: TypeAlias = Numeric | float | NDArray[np.bool_]
# the plain for the plain, what is tracked for what is tracked
_Numbers = TypeVar("_Numbers", Floats, "Tracked", Numeric)

UNIT = 2.0**-53
"""The unit roundoff of binary64: half the distance from 1 to the next larger float."""

FUNCTION_UNITS = 8.0
"""Relative error allowed to one elementary function of NumPy, in multiples of ``UNIT``."""

SAFETY = 2.0
"""The constant c of the promise ``|computed - exact| <= c * UNIT * error`` of ``Tracked``.

It pays for the rounding of the running bound itself and for products of two relative errors.
"""

_UNDERFLOW = 2.0**-1015  # in multiples of UNIT; far above what one underflowing operation loses


def gamma(count: ArrayLike) -> Floats:
    """Return n u / (1 - n u), the relative error of n chained roundings (Higham 2002, lemma 3.1).

    Arguments: ``count``: number of roundings, at least 0 and below 2**52; any shape.
    Raises ValueError outside that range.
    """
    n = np.asarray(count, dtype=np.float64)
    if not np.all((n >= 0) & (n < 2.0**52)):
        raise ValueError(f"a count of roundings lies in [0, 2**52), got {count!r}")
    return n * UNIT / (1.0 - n * UNIT)


def round_up(values: ArrayLike, ulps: int = 1) -> Floats:
    """Return ``values`` moved ``ulps`` floats towards +infinity (0 leaves them unchanged)."""
    return _nudge(values, ulps, np.inf)


def round_down(values: ArrayLike, ulps: int = 1) -> Floats:
    """Return ``values`` moved ``ulps`` floats towards -infinity (0 leaves them unchanged)."""
    return _nudge(values, ulps, -np.inf)


def _nudge(values: ArrayLike, ulps: int, direction: float) -> Floats:
    if ulps < 0:
        raise ValueError(f"a number of units in the last place is at least 0, got {ulps}")
    result = np.array(values, dtype=np.float64)
    for _ in range(ulps):
        result = np.nextafter(result, direction)
    return result


def add_up(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return a float at least a + b, equal to it whenever a + b is representable."""
    total, rest = _two_sum(a, b)
    return np.where(rest > 0, np.nextafter(total, np.inf), total)


def add_down(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return a float at most a + b, equal to it whenever a + b is representable."""
    return -add_up(-np.asarray(a, dtype=np.float64), -np.asarray(b, dtype=np.float64))


def multiply_up(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return a float at least a * b, equal to it whenever a * b is representable.

    Factors are finite and below 2**500 in size, else ValueError; a product below 2**-900 in size
    that is not zero is moved up in any case.
    """
    product, rest, doubtful = _two_product(a, b)
    return np.where((rest > 0) | doubtful, np.nextafter(product, np.inf), product)


def multiply_down(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return a float at most a * b, equal to it whenever a * b is representable."""
    return -multiply_up(-np.asarray(a, dtype=np.float64), b)


def _two_sum(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)


def _two_product(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if not (np.all(np.abs(x) < 2.0**500) and np.all(np.abs(y) < 2.0**500)):
        raise ValueError("a directed product needs finite factors below 2**500 in size")
    product = x * y
    x_high, y_high = _leading_half(x), _leading_half(y)
    x_low, y_low = x - x_high, y - y_high
    rest = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    doubtful = (np.abs(product) < 2.0**-900) & (x != 0) & (y != 0)
    return product, rest, doubtful


def _leading_half(x: Floats) -> Floats:
    shifted = 134217729.0 * x  # 2**27 + 1, G. W. Veltkamp's splitting
    return shifted - (shifted - x)


def rounds(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    """Say where a float product a * b may have rounded; also where a factor is huge or no number.

    >>> rounds([0.5, 0.1], 3.0).tolist()
    [False, True]
    """
    x, y = np.broadcast_arrays(*(np.asarray(factor, dtype=np.float64) for factor in (a, b)))
    fits = (np.abs(x) < 2.0**500) & (np.abs(y) < 2.0**500)
    _, rest, doubtful = _two_product(np.where(fits, x, 0.0), np.where(fits, y, 0.0))
    found: NDArray[np.bool_] = ~fits | (rest != 0) | doubtful
    return found


def finest_bit(values: ArrayLike) -> Floats:
    """Return, per row, the largest e such that every entry is a whole multiple of 2**e.

    Arguments: ``values``: shape (B, ...), finite.  A row of zeros gives +infinity.
    """
    x = np.asarray(values, dtype=np.float64)
    x = x.reshape(x.shape[0], -1)
    largest = np.max(np.abs(x), initial=0.0)
    if 2.0**-900 < largest < 2.0**61:  # scaling up, so that nothing is lost
        # as whole numbers on one grid for all, where it is fine enough for all
        shift = 61 - int(np.frexp(largest)[1])
        scaled = x * 2.0**shift
        whole = scaled.astype(np.int64)
        if np.array_equal(whole, scaled):
            together = np.bitwise_or.reduce(whole, axis=1)
            lowest = (together & -together).astype(np.float64)
            return np.where(together == 0, np.inf, np.log2(np.maximum(lowest, 1.0)) - shift)
    mantissa, exponent = np.frexp(x)
    whole = np.abs(mantissa * 2.0**53).astype(np.int64)
    lowest = (whole & -whole).astype(np.float64)
    bits = np.where(whole == 0, np.inf, np.log2(np.maximum(lowest, 1.0)) + exponent - 53)
    finest: Floats = np.min(bits, axis=1, initial=np.inf)
    return finest


def product_is_exact(left: Floats, right: Floats, grid: Floats | None = None) -> NDArray[np.bool_]:
    """Say, per row, whether the matrix product ``left @ right`` is free of any rounding.

    Arguments: ``left`` (B, n, k) and ``right`` (B, k, m), finite; ``grid`` (B,), if it is known
    that all products of entries are whole multiples of 2**grid.  The answer is (B,) and True only
    if every partial sum is a whole multiple of 2**e below 2**(e + 53): then the order of the
    additions does not matter either.
    """
    if grid is None:
        grid = finest_bit(left) + finest_bit(right)
    with np.errstate(over="ignore", invalid="ignore"):
        room = np.exp2(np.minimum(grid, 900.0) + 52.0)
        most = left.shape[-1] * np.max(np.abs(left), axis=(1, 2), initial=0.0)
        fits: NDArray[np.bool_] = (
            most * np.max(np.abs(right), axis=(1, 2), initial=0.0) <= 0.5 * room
        )
        if np.all(fits):
            return fits
        sizes = np.matmul(np.abs(left), np.abs(right)).reshape(left.shape[0], -1)
        largest = np.max(sizes, axis=1, initial=0.0)
        fits = (largest == 0) | (largest <= room)
        return fits


def inexact_gradient_floor(
    gradient_error: ArrayLike, pl: ArrayLike, step: ArrayLike, iterations: ArrayLike
) -> Floats:
    """Return how far above ``(1 - step * pl)**k * gap_0`` inexact gradients can lift the gap.

    For a b-smooth function and a step h <= 1/b, one step along g + e instead of g gives
    ``f(x - h(g + e)) <= f(x) - (h/2)|g|**2 + (h/2)|e|**2``; under the PL inequality the second
    term adds up to at most ``|e|**2 / (2 pl)`` for ever and to at most ``k h |e|**2 / 2`` after k
    steps; the smaller of the two is returned (compare O. Devolder, F. Glineur and Y. Nesterov,
    2014).  Valid only for h <= 1/b and for a claimed factor not below ``1 - h * pl``.

    Arguments, broadcast together: ``gradient_error`` largest Euclidean norm of e along the run,
    as :func:`step_error` gives it; ``pl`` in [0, inf]; ``step`` h > 0; ``iterations`` k >= 0.
    Raises ValueError on a negative argument.
    """
    error, constant = np.asarray(gradient_error, float), np.asarray(pl, float)
    h, k = np.asarray(step, float), np.asarray(iterations, float)
    for name, values in (("gradient_error", error), ("pl", constant), ("step", h), ("k", k)):
        if np.any(np.isnan(values)) or np.any(values < 0):
            raise ValueError(f"{name} must be at least 0")
    with np.errstate(divide="ignore", over="ignore"):
        reach = np.minimum(0.5 * k * h, np.divide(0.5, constant))
        return np.where(error == 0, 0.0, round_up(reach * error * error, 4))


def step_error(
    gradient_error: ArrayLike, gradient_norm: ArrayLike, point_norm: ArrayLike, step: ArrayLike
) -> Floats:
    """Return the size of the gradient error that explains one computed step ``x - h * g``.

    The error of the gradient itself, the rounding of h * g and the rounding of the subtraction
    (at most UNIT times the new point), all divided by h.  ``point_norm`` is the larger norm of the
    two ends of the step.  Shapes broadcast.
    """
    g, x = np.asarray(gradient_norm, float), np.asarray(point_norm, float)
    h = np.asarray(step, float)
    explained: Floats = np.asarray(gradient_error, float) + gamma(4) * (g + x / h)
    return explained


class Tracked:
    """An array with a running bound on its error: ``|value - exact| <= SAFETY * UNIT * error``.

    ``value`` and ``error`` (in multiples of ``UNIT``, at least 0) have one shape.  A Tracked made
    from an array alone is exact.  Supports +, -, *, / with arrays and other Tracked, negation and
    the functions of this module (``matvec``, ``dot``, ``sin``, ...), each of which accepts plain
    arrays too and then does nothing but the plain operation.
    """

    __array_ufunc__ = None  # arrays hand their operators over to the methods below

    def __init__(self, value: Floats, error: Floats | None = None):
        self.value = value
        self.error = np.zeros_like(value) if error is None else error

    def __add__(self, other: Operand) -> Tracked:
        that = tracked(other)
        value = self.value + that.value
        return Tracked(value, self.error + that.error + np.abs(value))

    __radd__ = __add__

    def __neg__(self) -> Tracked:
        return Tracked(-self.value, self.error)

    def __sub__(self, other: Operand) -> Tracked:
        return self + (-tracked(other))

    def __rsub__(self, other: Operand) -> Tracked:
        return (-self) + other

    def __mul__(self, other: Operand) -> Tracked:
        that = tracked(other)
        value = self.value * that.value
        spread = np.abs(self.value) * that.error + np.abs(that.value) * self.error
        crossed = SAFETY * UNIT * self.error * that.error
        return Tracked(value, spread + crossed + np.abs(value) + _UNDERFLOW)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Tracked:
        that = tracked(other)
        value = self.value / that.value
        room = np.abs(that.value) - SAFETY * UNIT * that.error
        spread = (self.error + np.abs(value) * that.error) / np.where(room > 0, room, np.nan)
        spread = np.where(room > 0, spread, np.inf)
        return Tracked(value, spread + np.abs(value) + _UNDERFLOW)

    def __rtruediv__(self, other: Operand) -> Tracked:
        return tracked(other) / self

    def columns(self) -> Tracked:
        """Return the same rows with one axis of length 1 added at the end."""
        return Tracked(self.value[..., None], self.error[..., None])


def tracked(x: Operand) -> Tracked:
    """Return an array as an exact Tracked; a Tracked unchanged."""
    return x if isinstance(x, Tracked) else Tracked(np.asarray(x, dtype=np.float64))


def plain(x: Numeric) -> Floats:
    """Return the computed value, without its error bound."""
    return x.value if isinstance(x, Tracked) else x


def columns(x: _Numbers) -> _Numbers:
    """Return (B,) as (B, 1), to combine one number per row with a row of numbers."""
    return x.columns() if isinstance(x, Tracked) else x[..., None]


def matvec(matrix: Floats, x: _Numbers) -> _Numbers:
    """Return the product of each matrix (B, r, d), taken as exact, with its vector (B, d)."""
    if isinstance(x, Tracked):
        size, count = np.abs(matrix), matrix.shape[-1] + 1
        error = matvec(size, x.error + count * np.abs(x.value)) + count * _UNDERFLOW
        return Tracked(matvec(matrix, x.value), error)
    if isinstance(x, Recorded):
        return x.matvec(matrix)
    product: Floats = np.matmul(matrix, x[..., None])[..., 0]
    return product


def vecmat(x: _Numbers, matrix: Floats) -> _Numbers:
    """Return the product of each vector (B, r) with its matrix (B, r, d), taken as exact."""
    if isinstance(x, Tracked):
        size, count = np.abs(matrix), matrix.shape[-2] + 1
        error = vecmat(x.error + count * np.abs(x.value), size) + count * _UNDERFLOW
        return Tracked(vecmat(x.value, matrix), error)
    if isinstance(x, Recorded):
        return x.vecmat(matrix)
    product: Floats = np.matmul(x[..., None, :], matrix)[..., 0, :]
    return product


def matmul(x: _Numbers, matrix: Floats) -> _Numbers:
    """Return the products (..., k, n) of arrays (..., k, d) with matrices (..., d, n), exact."""
    if isinstance(x, Tracked):
        size, count = np.abs(matrix), matrix.shape[-2] + 1
        error = np.matmul(x.error + count * np.abs(x.value), size) + count * _UNDERFLOW
        return Tracked(np.matmul(x.value, matrix), error)
    product: Floats = np.matmul(x, matrix)
    return product


def reshaped(x: _Numbers, shape: tuple[int, ...]) -> _Numbers:
    """Return the same numbers in another shape; no rounding."""
    if isinstance(x, Tracked):
        return Tracked(x.value.reshape(shape), x.error.reshape(shape))
    return x.reshape(shape)


def total(x: _Numbers) -> _Numbers:
    """Return the sum over the last axis, in any order of addition."""
    if isinstance(x, Tracked):
        count = x.value.shape[-1]
        error = np.matmul(x.error + count * np.abs(x.value), np.ones(count))
        return Tracked(np.matmul(x.value, np.ones(count)), error)
    if isinstance(x, Recorded):
        return x.total()
    added: Floats = np.matmul(x, np.ones(x.shape[-1]))  # the fastest sum over a short axis
    return added


def dot(x: _Numbers, y: _Numbers) -> _Numbers:
    """Return the inner product over the last axis of two arrays of one shape."""
    if isinstance(x, Tracked) or isinstance(y, Tracked):
        return total(tracked(x) * y)
    if isinstance(x, Recorded) or isinstance(y, Recorded):
        return x.dot(y) if isinstance(x, Recorded) else y.dot(x)
    product: Floats = np.vecdot(x, y)
    return product


def largest(x: _Numbers) -> _Numbers:
    """Return the largest entry along the last axis, kept as an axis of length 1."""
    if isinstance(x, Tracked):
        top = np.max(x.value, axis=-1, keepdims=True)
        return Tracked(top, np.max(x.error, axis=-1, keepdims=True))
    if isinstance(x, Recorded):
        return x.largest()
    most: Floats = np.max(x, axis=-1, keepdims=True)
    return most


def absolute(x: _Numbers) -> _Numbers:
    """Return the absolute value; no rounding."""
    return Tracked(np.abs(x.value), x.error) if isinstance(x, Tracked) else np.abs(x)


def clipped(x: _Numbers, bound: Floats) -> _Numbers:
    """Return x moved into [-bound, bound], entry by entry; bound >= 0, no rounding.

    The result moves at most as far as x does, and not at all where x is certainly outside.
    """
    value = plain(x)
    result = np.minimum(np.maximum(value, -bound), bound)
    if not isinstance(x, Tracked):
        return result
    near = np.abs(value) <= bound + 2.0 * SAFETY * UNIT * x.error
    return Tracked(result, np.where(near, x.error, 0.0))


def at_least(x: _Numbers, bound: Floats) -> _Numbers:
    """Return the larger of x and the bound, entry by entry; no rounding."""
    value = plain(x)
    result = np.maximum(value, bound)
    if not isinstance(x, Tracked):
        return result
    near = value + 2.0 * SAFETY * UNIT * x.error >= bound
    return Tracked(result, np.where(near, x.error, 0.0))


def choose(mask: NDArray[np.bool_], first: _Numbers, second: _Numbers) -> _Numbers:
    """Return ``first`` where the mask holds and ``second`` elsewhere.

    The caller answers for a mask that depends on rounded values: both choices must agree, up to
    their error bounds, where the mask may go either way.
    """
    if isinstance(first, Tracked) or isinstance(second, Tracked):
        a, b = tracked(first), tracked(second)
        return Tracked(np.where(mask, a.value, b.value), np.where(mask, a.error, b.error))
    return np.where(mask, first, second)


def sin(x: _Numbers) -> _Numbers:
    """Return the sine, entry by entry."""
    if isinstance(x, Tracked):
        value = np.sin(x.value)
        return Tracked(value, x.error + FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return np.sin(x)


def cos(x: _Numbers) -> _Numbers:
    """Return the cosine, entry by entry."""
    if isinstance(x, Tracked):
        value = np.cos(x.value)
        return Tracked(value, x.error + FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return np.cos(x)


def sine_products(x: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Return sin(x)^2 and sin(x)cos(x), as t^2/(1 + t^2) and t/(1 + t^2) with t = tan(x).

    One elementary function instead of two.  A relative error e of t moves sin^2 by at most
    2 cos^2 sin^2 e and sin cos by at most |sin cos| e, so large t do no harm; the other operations
    add at most four roundings.  Neither result moves farther than x does.
    """
    value = plain(x)
    if not isinstance(x, Tracked) and x.dtype == object:  # of a re-check, which needs no speed
        sine, cosine = np.sin(x), np.cos(x)
        return sine * sine, sine * cosine
    slope = np.tan(value)
    product = slope / (1.0 + slope * slope)
    square = slope * product
    if not isinstance(x, Tracked):
        return square, product
    units = 2.0 * FUNCTION_UNITS + 6.0
    return (
        Tracked(square, x.error + units * np.abs(square) + _UNDERFLOW),
        Tracked(product, x.error + units * np.abs(product) + _UNDERFLOW),
    )


def tanh(x: _Numbers) -> _Numbers:
    """Return the hyperbolic tangent, entry by entry."""
    if isinstance(x, Tracked):
        value = np.tanh(x.value)
        return Tracked(value, x.error + FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return np.tanh(x)


def expm1(x: _Numbers) -> _Numbers:
    """Return exp(x) - 1, entry by entry."""
    if isinstance(x, Tracked):
        value = np.expm1(x.value)
        slope = np.exp(x.value + SAFETY * UNIT * x.error)
        return Tracked(value, slope * x.error + FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return np.expm1(x)


def log1p(x: _Numbers) -> _Numbers:
    """Return log(1 + x), entry by entry, for x > -1."""
    if isinstance(x, Tracked):
        value = np.log1p(x.value)
        room = 1.0 + x.value - SAFETY * UNIT * (x.error + 1.0)
        spread = np.where(room > 0, x.error / np.where(room > 0, room, 1.0), np.inf)
        return Tracked(value, spread + FUNCTION_UNITS * np.abs(value) + _UNDERFLOW)
    return np.log1p(x)


def sqrt(x: _Numbers) -> _Numbers:
    """Return the square root, entry by entry, for x >= 0."""
    if isinstance(x, Tracked):
        value = np.sqrt(x.value)
        near_zero = np.sqrt(x.error / UNIT)
        spread = np.where(value > 0, x.error / np.where(value > 0, value, 1.0), near_zero)
        return Tracked(value, np.minimum(spread, near_zero) + np.abs(value))
    return np.sqrt(x)
