"""How a block of C functions lies in memory: in columns (d, C), in rows (C, d), or one alone (d,).

In columns the inner loops of NumPy run along the functions, in rows each product with a matrix is
a call of BLAS, and one function alone is spared the loops over blocks of length 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Call = Callable[..., Any]


class Columns:
    """The functions along the last axis: (B, ...) becomes (..., C)."""

    sums_over = 0

    def shape(self, inner: tuple[int, ...], width: int) -> tuple[int, ...]:
        """Return the shape in memory of results that are ``inner`` for one function."""
        return (*inner, width)

    def seen(self, rows: Array) -> Array:
        """Return a view of an array (C, ...) in this layout."""
        return rows.transpose(*range(1, rows.ndim), 0)

    def columns(self, place: Array) -> Array:
        """Return a view of numbers (B,), in this layout, as (B, 1)."""
        return place[None]

    def call(self, name: str, operands: list[Any], **into: Array) -> Call:
        """Return an operation of a recording as a call, which writes to ``out`` if given."""
        if name in _REDUCTIONS:
            options = {"keepdims": True} if name == "largest" else {}
            return partial(_REDUCTIONS[name], *operands, axis=self.sums_over, **options, **into)
        return self._product(name, operands, into)

    def _product(self, name: str, operands: list[Any], into: dict[str, Array]) -> Call:
        indices = {"matvec": "ijb,jb->ib", "vecmat": "ib,ijb->jb", "dot": "ib,ib->b"}[name]
        return partial(np.einsum, indices, *operands, **into)


class Rows(Columns):
    """The functions along the first axis, as in a formula."""

    sums_over = -1

    def shape(self, inner: tuple[int, ...], width: int) -> tuple[int, ...]:
        """Return the shape in memory of results that are ``inner`` for one function."""
        return (width, *inner)

    def seen(self, rows: Array) -> Array:
        """Return the array itself."""
        return rows

    def columns(self, place: Array) -> Array:
        """Return a view of numbers (C,) as (C, 1)."""
        return place[:, None]

    def _product(self, name: str, operands: list[Any], into: dict[str, Array]) -> Call:
        first, second = operands
        if name == "dot":
            return partial(np.vecdot, first, second, **into)
        out = into["out"]  # a product with a matrix is never the last operation
        if name == "matvec":
            return partial(np.matmul, first, second[..., None], out=out[..., None])
        return partial(np.matmul, first[:, None, :], second, out=out[:, None, :])


class Single(Rows):
    """One function, without an axis for it."""

    def shape(self, inner: tuple[int, ...], width: int) -> tuple[int, ...]:
        """Return the shape in memory of results that are ``inner`` for one function."""
        return inner

    def seen(self, rows: Array) -> Array:
        """Return a view of the only row, also of a number."""
        return rows.reshape(rows.shape[1:])


_REDUCTIONS: dict[str, Call] = {"total": np.add.reduce, "largest": np.maximum.reduce}
