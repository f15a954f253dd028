"""Replays a recorded formula in place on a block of functions, a block that fits into the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from plproof.laboratory.recording import Array, Operation, Recorded, Recording

LEAST_WIDTH = 8
"""Blocks have at least so many functions, where the batch has.

NumPy adds in another order along an axis of length 1.
"""

_USUAL_CACHE = 2**19
_LARGEST_WIDTH = 2048


def cache_size() -> int:
    """Return the size of the second-level cache in bytes; half a megabyte where it is not told."""
    try:
        size = os.sysconf("SC_LEVEL2_CACHE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _USUAL_CACHE
    return size if size > 0 else _USUAL_CACHE


def block_width(recording: Recording, width: int | None = None) -> int:
    """Return how many functions a block takes, so that what it works on fills most of the cache.

    Blocks are equally wide, at least 8 and at most the batch.  Argument: ``width``, how many are
    wanted, by default what fits into :func:`cache_size`.
    """
    if width is None:
        width = int(0.75 * cache_size()) // (8 * recording.numbers_per_function())
    fit = min(max(width, LEAST_WIDTH), _LARGEST_WIDTH, recording.batch)
    count = -(-recording.batch // fit)
    return min(recording.batch, max(LEAST_WIDTH, -(-recording.batch // count)))


def blocks(batch: int, width: int) -> Iterator[slice]:
    """Yield the rows of blocks of one width that cover a batch; the last two may overlap."""
    for low in range(0, batch, width):
        low = min(low, batch - width)
        yield slice(low, low + width)


class Block:
    """Some functions of a recording, ready to be evaluated again and again without allocation.

    Arguments: ``recording``; ``width`` C, how many functions.  ``points`` and ``gradients`` are
    arrays (d, C) where the recording is laid out in columns and (C, d) otherwise: put the points
    in, call :meth:`evaluate`, take the gradients out.  :meth:`load` chooses the functions.
    """

    def __init__(self, recording: Recording, width: int) -> None:
        self.recording = recording
        self.width = width
        self.in_columns = recording.in_columns
        self.points = self._array((recording.batch, recording.dimension), np.float64)
        self.gradients = np.zeros_like(self.points)
        self.allocated = 2
        """How many arrays the block holds, for its points, gradients and results."""
        self._places: dict[int, Array] = {0: self.points}
        self._constants: dict[tuple[Any, ...], tuple[Array, Array]] = {}
        self._calls: list[Callable[[], Any]] = []
        self._last: Callable[..., Any] = self._compile()

    def load(self, rows: slice) -> None:
        """Take the parameters of some functions, as many as the block is wide."""
        for source, held in self._constants.values():
            part = source[rows]
            np.copyto(held, np.moveaxis(part, 0, -1) if self.in_columns else part)

    def evaluate(self, values: Array) -> None:
        """Write the values at ``points`` to ``values`` (C,) and the gradients to ``gradients``."""
        for call in self._calls:
            call()
        self._last(out=values)

    # ------------------------------------------------------------ from operations to calls
    def _compile(self) -> Callable[..., Any]:
        """Turn the operations into calls; return the one that gives the values, the last."""
        recording, final = self.recording, self._final()
        operations = [o for o in recording.operations if o is not final]
        ends = self._last_uses(operations, final)
        free: list[Array] = []
        for number, o in enumerate(operations):
            self._add(o, free, [r for r, end in ends.items() if end == number])
        gradient = self._operand(recording.gradient, 2)
        if gradient is not self.gradients:
            self._calls.append(partial(np.copyto, self.gradients, gradient))
        if final is not None:
            return self._call(final, None)
        return partial(_copy, self._operand(recording.value, 1))

    def _final(self) -> Operation | None:
        """Return the operation that may write the values where the caller wants them."""
        found = None
        for o in self.recording.operations:
            if o.result is self.recording.value and o.name not in ("where", "columns"):
                found = o
            if any(x is self.recording.value for x in o.operands):
                return None
        return found

    def _last_uses(self, operations: list[Operation], final: Operation | None) -> dict[int, int]:
        """Return, for each result that owns an array, the number of the last operation to read it.

        The points, the value and the gradient are read to the end.
        """
        owner = {o.result.number: o.result.number for o in operations}
        for o in operations:
            if o.name == "columns":
                owner[o.result.number] = owner.get(o.operands[0].number, 0)
        ends: dict[int, int] = {}
        forever = len(operations)
        for number, o in enumerate(operations):
            ends.setdefault(owner[o.result.number], number)
            for x in o.operands:
                if isinstance(x, Recorded) and x.number:
                    ends[owner[x.number]] = number
        kept = [*(final.operands if final is not None else ())]
        for x in (*kept, self.recording.value, self.recording.gradient):
            if isinstance(x, Recorded) and x.number in owner:
                ends[owner[x.number]] = forever
        ends.pop(0, None)
        return ends

    def _add(self, o: Operation, free: list[Array], ending: list[int]) -> None:
        if o.name == "columns":
            place = self._places[o.operands[0].number]
            self._places[o.result.number] = place[None] if self.in_columns else place[:, None]
            free += [self._places[number] for number in ending]
            return
        shape = self._shape(o.result.shape)
        dying = [self._places[n] for n in ending if n != o.result.number]
        fits = [a for a in dying if a.shape == shape and a.dtype == o.result.dtype]
        spare = [a for a in free if a.shape == shape and a.dtype == o.result.dtype]
        if o.result is self.recording.gradient:
            out = self.gradients
        elif o.name == "elementwise" and fits:
            out = fits[0]
        elif spare:
            out = spare[0]
            free[:] = [a for a in free if a is not out]
        else:
            out = np.zeros(shape, dtype=o.result.dtype)
            self.allocated += 1
        self._places[o.result.number] = out
        if o.name == "where":
            mask, first, second = (self._operand(x, o.result.ndim) for x in o.operands)
            self._calls.append(partial(np.copyto, out, second))
            self._calls.append(partial(np.copyto, out, first, where=mask))
        else:
            self._calls.append(self._call(o, out))
        free += [a for a in dying if a is not out and a is not self.gradients]

    def _call(self, o: Operation, out: Array | None) -> Callable[..., Any]:
        """Return an operation as a call without arguments, or with ``out`` if that is None."""
        operands = [self._operand(x, 3 if np.ndim(x) == 3 else _axes(o)) for x in o.operands]
        into = {} if out is None else {"out": out}
        if o.name == "elementwise":
            assert o.ufunc is not None
            return partial(o.ufunc, *operands, **into)
        if self.in_columns:
            return self._in_columns(o.name, operands, into)
        return self._in_rows(o.name, operands, into, out)

    @staticmethod
    def _in_columns(name: str, operands: list[Any], into: dict[str, Array]) -> Callable[..., Any]:
        if name == "total":
            return partial(np.add.reduce, *operands, axis=0, **into)
        if name == "largest":
            return partial(np.maximum.reduce, *operands, axis=0, keepdims=True, **into)
        indices = {"matvec": "ijb,jb->ib", "vecmat": "ib,ijb->jb", "dot": "ib,ib->b"}[name]
        return partial(np.einsum, indices, *operands, **into)

    def _in_rows(
        self, name: str, operands: list[Any], into: dict[str, Array], out: Array | None
    ) -> Callable[..., Any]:
        if name == "total":
            return partial(np.add.reduce, *operands, axis=-1, **into)
        if name == "largest":
            return partial(np.maximum.reduce, *operands, axis=-1, keepdims=True, **into)
        if name == "dot":
            return partial(np.vecdot, *operands, **into)
        assert out is not None  # the values are no vectors
        first, second = operands
        if self.width == 1:
            return partial(np.dot, first[0], second[0], out=out[0])
        if name == "matvec":
            return partial(np.matmul, first, second[..., None], out=out[..., None])
        return partial(np.matmul, first[:, None, :], second, out=out[:, None, :])

    # ------------------------------------------------------------ arrays
    def _shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        inner = shape[1:]
        return (*inner, self.width) if self.in_columns else (self.width, *inner)

    def _array(self, shape: tuple[int, ...], dtype: Any) -> Array:
        return np.zeros(self._shape(shape), dtype=dtype)

    def _operand(self, x: Any, axes: int) -> Any:
        """Return where an operand of a result with so many axes is found in the block."""
        if isinstance(x, Recorded):
            return self._places[x.number]
        array = np.asarray(x)
        if array.ndim == 0:
            return array
        if array.ndim < axes or array.shape[0] != self.recording.batch:
            spread = array.reshape((1,) * (axes - array.ndim) + array.shape)
            return np.ascontiguousarray(np.moveaxis(spread, 0, -1)) if self.in_columns else spread
        key = (array.__array_interface__["data"][0], array.shape, array.strides)
        if key not in self._constants:
            self._constants[key] = (array, self._array(array.shape, array.dtype))
        return self._constants[key][1]


def _axes(o: Operation) -> int:
    """Return the number of axes of the operands that are no matrices."""
    return o.result.ndim if o.name == "elementwise" else 2


def _copy(source: Array, out: Array) -> None:
    np.copyto(out, source)
