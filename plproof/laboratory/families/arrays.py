"""The arrays that parameters of families are: checked, read-only, scaled and made simpler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import Floats

LARGEST_PARAMETER = 2.0**200
"""Parameters stay below this size, so that no certified constant overflows."""


def checked_arrays(
    given: Mapping[str, tuple[ArrayLike, str]],
) -> tuple[dict[str, Floats], dict[str, int]]:
    """Return read-only float64 copies of arrays, by name, and the length of each axis, by letter.

    Argument: names with their array and its axes, as in ``"Brd"``.  Raises ValueError where the
    number of axes is another, lengths of one letter differ, an axis is empty, or a number is not
    finite or 2**200 or more in size.
    """
    arrays: dict[str, Floats] = {}
    sizes: dict[str, int] = {}
    for key, (values, axes) in given.items():
        try:
            array = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"{key} must be an array of numbers with axes {axes}") from None
        if array.ndim != len(axes) or 0 in array.shape:
            raise ValueError(f"{key} needs non-empty axes {axes}, got shape {array.shape}")
        if not np.all(np.abs(array) < LARGEST_PARAMETER):
            raise ValueError(f"{key} must be finite and below 2**200 in size")
        for letter, size in zip(axes, array.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ValueError(
                    f"{key} has shape {array.shape}: axis {letter} should be {sizes[letter]}"
                )
        arrays[key] = frozen(array)
    return arrays, sizes


def check_not_negative(**given: Floats) -> None:
    """Raise ValueError where a number is below 0; arguments: arrays by name."""
    for name, values in given.items():
        if np.any(values < 0):
            raise ValueError(f"{name} must be at least 0")


def times_powers(array: Floats, factor: Floats, power: float) -> Floats | None:
    """Return rows times powers of a power of 4, None where a number leaves the range of floats."""
    if not power:
        return array
    c = (factor**power)[(slice(None),) + (None,) * (array.ndim - 1)]
    found = array * c
    large = (np.abs(found) >= LARGEST_PARAMETER) & np.isfinite(array)
    return sealed(found) if np.array_equal(found / c, array) and not large.any() else None


def frozen(array: Any) -> Any:
    """Return a copy as a read-only array."""
    result = np.array(array)
    result.setflags(write=False)
    return result


def sealed(array: Any) -> Any:
    """Return a new array, owned by nobody else, as read-only."""
    array.setflags(write=False)
    return array


def row_numbers(indices: ArrayLike, batch: int) -> NDArray[np.intp]:
    """Return row numbers given as such or as a mask; ValueError for anything else, and for none."""
    chosen = np.asarray(indices)
    if chosen.ndim != 1 or chosen.size == 0:
        raise ValueError(f"rows are chosen by a non-empty list of numbers, got {indices!r}")
    if chosen.dtype == bool:
        if len(chosen) != batch or not chosen.any():
            raise ValueError(f"a mask of rows has {batch} entries, not all False")
        chosen = np.flatnonzero(chosen)
    if not np.issubdtype(chosen.dtype, np.integer) or np.any((chosen < -batch) | (chosen >= batch)):
        raise ValueError(f"row numbers lie in 0..{batch - 1}, got {indices!r}")
    return chosen.astype(np.intp) % batch


def coarser(array: Any) -> tuple[Floats, ...]:
    """Return the array rounded to 0, 3 and 10 binary places, then to 1 and 8 significant bits."""
    places = [np.round(np.asarray(array) * 2.0**k) / 2.0**k for k in (0, 3, 10)]
    mantissa, exponent = np.frexp(array)
    digits = [np.ldexp(np.round(mantissa * 2.0**k) / 2.0**k, exponent) for k in (1, 8)]
    return tuple(np.asarray(a + 0.0, dtype=np.float64) for a in places + digits)  # no -0


def simplicity(number: float) -> tuple[int, int]:
    """Order numbers for the shrinker: 0, then 1, then by the length of the binary fraction."""
    numerator, denominator = float(number).as_integer_ratio()
    rank = 0 if number == 0 else 1 if number == 1 else 2
    return rank, abs(numerator).bit_length() + denominator.bit_length()
