"""Replays a recorded formula in place on a block of functions, a block that fits into the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from plproof.laboratory.recordings.layouts import Array
from plproof.laboratory.recordings.recording import Operation, Recorded, Recording
from plproof.laboratory.recordings.single import SingleBlock

LEAST_WIDTH = 8
"""Blocks have at least so many functions, where the batch has.

NumPy adds in another order along an axis of length 1.
"""

_USUAL_CACHE = 2**20
_CACHE_FILE = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
_SHARE = 3
_LARGEST_WIDTH = 4096


@cache
def cache_size() -> int:
    """Return the size of the second-level cache in bytes; a megabyte where it cannot be read.

    Asked once in a process: it does not change, and no result depends on it.
    """
    try:
        return 1024 * int(_CACHE_FILE.read_text().strip().removesuffix("K"))
    except (OSError, ValueError):
        return _USUAL_CACHE


def block_width(recording: Recording, width: int | None = None) -> int:
    """Return how many functions a block takes: what it works on is a few times the cache.

    Every operation runs through a part of it in order, which is fetched ahead, and costs the more
    to call the smaller the blocks are: the time is least between twice and five times the size of
    the second-level cache, measured for vectors and for matrices.  Blocks are equally wide, at
    least 8 and at most the batch.  Argument: ``width``, how many functions are wanted instead.
    """
    if width is None:
        width = _SHARE * cache_size() // (8 * recording.numbers_per_function())
    fit = min(max(width, LEAST_WIDTH), _LARGEST_WIDTH, recording.batch)
    count = -(-recording.batch // fit)
    return min(recording.batch, max(LEAST_WIDTH, -(-recording.batch // count)))


def blocks(batch: int, width: int) -> Iterator[slice]:
    """Yield the rows of blocks of one width that cover a batch; the last two may overlap."""
    for low in range(0, batch, width):
        low = min(low, batch - width)
        yield slice(low, low + width)


def prepared(recording: Recording, width: int) -> Block | SingleBlock:
    """Return a recording ready to be evaluated for blocks of ``width`` functions."""
    return SingleBlock(recording) if recording.batch == 1 else Block(recording, width)


class Block:
    """Some functions of a recording, ready to be evaluated again and again without allocation.

    Arguments: ``recording``, of several functions; ``width`` C, how many.  ``points`` and
    ``gradients`` are arrays (C, d) in the ``layout`` of the recording: put the points in, call
    :meth:`evaluate`, take the gradients out, and :meth:`finish` the values.  :meth:`load` chooses
    the functions.
    """

    def __init__(self, recording: Recording, width: int) -> None:
        self.recording = recording
        self.width = width
        self.layout = recording.layout
        self.points = np.zeros(self.layout.shape((recording.dimension,), width))
        self.gradients = np.zeros_like(self.points)
        self._places: dict[int, Array] = {0: self.points}
        self._constants: dict[tuple[Any, ...], tuple[Array, Array]] = {}
        self._calls: list[Callable[[], Any]] = []
        self._steps, self._late = recording.split()
        self._last = self._compile()

    def load(self, rows: slice) -> None:
        """Take the parameters of some functions, as many as the block is wide."""
        for source, held in self._constants.values():
            np.copyto(held, self.layout.seen(source[rows]))

    def evaluate(self, values: Array) -> None:
        """Write the gradients at ``points`` to ``gradients``, and unfinished ``values`` (C,)."""
        for call in self._calls:
            call()
        self._last(out=values)

    def descend(
        self, length: Array, values: Array, kept: Sequence[tuple[Array, Array]] = ()
    ) -> None:
        """Make K steps of a ``length`` from ``points``, and write unfinished ``values`` (K+1, C).

        Arguments: ``length``, in the layout, for each function; ``kept``, where points and
        gradients of every evaluation are copied to, arrays in the layout.
        """
        x, g = self.points, self.gradients
        for k, value in enumerate(values):
            if k:
                np.multiply(g, length, g)
                np.subtract(x, g, x)
            self.evaluate(value)
            if kept:
                np.copyto(kept[k][0], x)
                np.copyto(kept[k][1], g)

    def finish(self, values: Array) -> None:
        """Turn unfinished values (..., C) into values, in place."""
        for o in self._late:
            inputs = (
                values if isinstance(x, Recorded) else self._operand(x, 1) for x in o.operands
            )
            assert o.ufunc is not None
            o.ufunc(*inputs, out=values)

    # ------------------------------------------------------------ from operations to calls
    def _compile(self) -> Callable[..., Any]:
        """Turn the operations into calls; return the one that gives the values, the last."""
        value, gradient = self.recording.value, self.recording.gradient
        if self._late:
            value = next(x for x in self._late[0].operands if isinstance(x, Recorded))
        final = self._final(value)
        operations = [o for o in self._steps if o is not final]
        ends = self._last_uses(operations, final, value)
        ending: dict[int, list[int]] = {}
        for result, end in ends.items():
            ending.setdefault(end, []).append(result)
        free: list[Array] = []
        for number, o in enumerate(operations):
            self._add(o, free, ending.get(number, []))
        slope = self._operand(gradient, 2)
        if slope is not self.gradients:
            self._calls.append(partial(np.copyto, self.gradients, slope))
        for o in self._late:
            for x in o.operands:
                self._operand(x, 1)  # the constants are loaded with the others
        return partial(_copy, self._operand(value, 1)) if final is None else self._call(final)

    def _final(self, value: Any) -> Operation | None:
        """Return the operation that may write the values where the caller wants them."""
        found = None
        for o in self._steps:
            if o.result is value and o.name not in ("where", "columns"):
                found = o
            if any(x is value for x in o.operands):
                return None
        return found

    def _last_uses(
        self, operations: list[Operation], final: Operation | None, value: Any
    ) -> dict[int, int]:
        """Return, for each result that owns an array, the number of the last operation to read it.

        The points, the value and the gradient are read to the end.
        """
        owner = {o.result.number: o.result.number for o in operations}
        for o in operations:
            if o.name == "columns":
                owner[o.result.number] = owner.get(o.operands[0].number, 0)
        ends: dict[int, int] = {}
        for number, o in enumerate(operations):
            ends.setdefault(owner[o.result.number], number)
            for x in o.operands:
                if isinstance(x, Recorded) and x.number:
                    ends[owner[x.number]] = number
        for x in (*(final.operands if final else ()), value, self.recording.gradient):
            if isinstance(x, Recorded) and x.number in owner:
                ends[owner[x.number]] = len(operations)
        ends.pop(0, None)
        return ends

    def _add(self, o: Operation, free: list[Array], ending: list[int]) -> None:
        """Add an operation, given the arrays that are free and the results that end with it."""
        if o.name == "columns":
            self._places[o.result.number] = self.layout.columns(self._places[o.operands[0].number])
            free += [self._places[number] for number in ending]
            return
        shape, dtype = self.layout.shape(o.result.shape[1:], self.width), o.result.dtype
        dying = [self._places[n] for n in ending if n != o.result.number]
        fits = [a for a in dying if a.shape == shape and a.dtype == dtype]
        spare = [a for a in free if a.shape == shape and a.dtype == dtype]
        if o.result is self.recording.gradient:
            out = self.gradients
        elif o.name == "elementwise" and fits:
            out = fits[0]
        elif spare:
            out = spare[0]
            free[:] = [a for a in free if a is not out]
        else:
            out = np.zeros(shape, dtype=dtype)
        self._places[o.result.number] = out
        if o.name == "where":
            mask, first, second = (self._operand(x, o.result.ndim) for x in o.operands)
            self._calls.append(partial(np.copyto, out, second))
            self._calls.append(partial(np.copyto, out, first, where=mask))
        else:
            self._calls.append(self._call(o, out=out))
        free += [a for a in dying if a is not out]

    def _call(self, o: Operation, **into: Array) -> Callable[..., Any]:
        """Return an operation as a call, which writes to ``out`` if given."""
        axes = o.result.ndim if o.name == "elementwise" else 2
        operands = [self._operand(x, axes) for x in o.operands]
        if o.ufunc is not None:
            return partial(o.ufunc, *operands, **into)
        return self.layout.call(o.name, operands, **into)

    def _operand(self, x: Any, axes: int) -> Any:
        """Return where an operand of a result with so many axes is found in the block."""
        if isinstance(x, Recorded):
            return self._places.get(x.number)
        array = np.asarray(x)
        axes = max(axes, array.ndim)
        if array.ndim == 0:
            return array
        if array.ndim < axes or array.shape[0] != self.recording.batch:
            spread = array.reshape((1,) * (axes - array.ndim) + array.shape)
            return np.ascontiguousarray(self.layout.seen(spread))
        key = (array.__array_interface__["data"][0], array.shape, array.strides)
        if key not in self._constants:
            held = np.zeros(self.layout.shape(array.shape[1:], self.width), dtype=array.dtype)
            self._constants[key] = (array, held)
        return self._constants[key][1]


def _copy(source: Array, out: Array) -> None:
    np.copyto(out, source)
