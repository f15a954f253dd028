"""Records a formula for values and gradients once, and replays it on small blocks of functions.

A family states its formula for a whole batch, row by row.  Evaluated as it stands, every operation
makes a new array as large as the batch, which leaves the caches before it is used again, and the
inner loops run over the few coordinates of one function.  A :class:`Recording` keeps the operations
instead, and a ``Block`` carries them out in place, on so many
functions as fit into the cache.

How a block is laid out depends on the batch alone, and no function's result on its neighbours: so
the size of the blocks changes nothing, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from plproof.laboratory.recordings.layouts import Array, Columns, Rows, Single

_FLOAT = np.dtype(np.float64)

Formula = Callable[[Any], tuple[Any, Any]]

ROWS_FROM = 256
"""Matrices of so many entries go to BLAS one by one; smaller ones are summed along the batch."""

COLUMNS_FROM = 24
"""Batches of fewer functions are laid out in rows: the loops along them would be too short."""


class NotRecorded(Exception):
    """The formula does something with its points that cannot be replayed; it says what."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: its name, the ufunc if it is one, and its operands.

    The operands are :class:`Recorded` results and constants, arrays or numbers; ``result`` is the
    number of the result.  Names: ``elementwise``, ``where``, ``matvec``, ``vecmat``, ``dot``,
    ``total``, ``largest``, ``columns``.
    """

    name: str
    operands: tuple[Any, ...]
    result: Recorded
    ufunc: np.ufunc | None = None


class Recorded(NDArrayOperatorsMixin):
    """A result inside a formula that is being recorded: a shape, and no numbers.

    Takes part in arithmetic, ufuncs and ``np.where`` as an array of that shape would, whose first
    axis is the batch.
    """

    def __init__(self, recorder: Recorder, shape: tuple[int, ...], dtype: Any, number: int) -> None:
        self.recorder = recorder
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self.number = number

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.nout != 1 or ufunc.signature is not None:
            raise NotRecorded(f"{ufunc.__name__} with options, or of vectors")
        kinds = tuple(getattr(x, "dtype", _FLOAT) for x in inputs)
        dtype = _result_type(ufunc, kinds)
        return self.recorder.record("elementwise", inputs, _spread(inputs), dtype, ufunc)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function is np.where and len(args) == 3 and not options:
            return self.recorder.record("where", args, _spread(args), _FLOAT)
        if function in (np.shape, np.ndim):
            return self.shape if function is np.shape else self.ndim
        raise NotRecorded(f"np.{function.__name__}")

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise NotRecorded("a conversion to an array")

    def __bool__(self) -> NoReturn:
        raise NotRecorded("a branch that depends on the points")

    def __iter__(self) -> NoReturn:
        raise NotRecorded("a loop over the rows")

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Recorded:
        last = (Ellipsis, None)
        if key == last or (isinstance(key, tuple) and key == (slice(None),) * self.ndim + (None,)):
            return self.columns()
        raise NotRecorded(f"the entries {key!r}")

    def columns(self) -> Recorded:
        """Return (B,) as (B, 1)."""
        return self.recorder.record("columns", (self,), (*self.shape, 1), self.dtype)

    def matvec(self, matrix: Array) -> Recorded:
        """Return the product of each matrix (B, r, d) with its vector (B, d), this one."""
        self._check_matrices(matrix, -1)
        return self.recorder.record("matvec", (matrix, self), matrix.shape[:-1], np.float64)

    def vecmat(self, matrix: Array) -> Recorded:
        """Return the product of each vector (B, r), this one, with its matrix (B, r, d)."""
        self._check_matrices(matrix, -2)
        shape = (*matrix.shape[:-2], matrix.shape[-1])
        return self.recorder.record("vecmat", (self, matrix), shape, np.float64)

    def _check_matrices(self, matrix: Array, axis: int) -> None:
        wanted = (self.shape[0], self.shape[-1])
        if np.ndim(matrix) != 3 or (matrix.shape[0], matrix.shape[axis]) != wanted:
            raise NotRecorded(f"matrices of shape {np.shape(matrix)} with vectors {self.shape}")

    def total(self) -> Recorded:
        """Return the sums (B,) of the rows (B, d)."""
        return self.recorder.record("total", (self,), self.shape[:-1], np.float64)

    def dot(self, other: Any) -> Recorded:
        """Return the inner products (B,) with the rows of another array (B, d)."""
        return self.recorder.record("dot", (self, other), self.shape[:-1], np.float64)

    def largest(self) -> Recorded:
        """Return the largest entry of each row, (B, 1)."""
        return self.recorder.record("largest", (self,), (*self.shape[:-1], 1), np.float64)


class Recorder:
    """Writes operations down in the order in which the formula asks for them."""

    def __init__(self, batch: int) -> None:
        self.batch = batch
        self.operations: list[Operation] = []

    def record(
        self, name: str, operands: Sequence[Any], shape: Any, dtype: Any, ufunc: Any = None
    ) -> Recorded:
        """Note an operation and return its result; NotRecorded where the batch is no longer first.

        A result is an operand of just as many axes as the operation works on: NumPy spreads one
        of fewer axes along the variables, which is no other shape where there are as many of them
        as functions.
        """
        axes = len(shape) if name in ("elementwise", "where") else 1 if name == "columns" else 2
        for x in operands:
            if isinstance(x, Recorded):
                if x.recorder is not self:
                    raise NotRecorded("a result of another formula")
                if x.ndim != axes:
                    raise NotRecorded("numbers of the batch along another axis")
        if not shape or shape[0] != self.batch or len(shape) > 2:
            raise NotRecorded(f"a result of shape {shape}")
        result = Recorded(self, tuple(shape), dtype, len(self.operations) + 1)
        self.operations.append(Operation(name, tuple(operands), result, ufunc))
        return result


@dataclass(frozen=True)
class Recording:
    """A formula as a list of operations on points (B, d), for B functions of d variables.

    ``value`` and ``gradient`` are the results, or arrays where the formula does not look at the
    points at all.
    """

    batch: int
    dimension: int
    operations: tuple[Operation, ...]
    points: Recorded
    value: Any
    gradient: Any

    @classmethod
    def of(cls, formula: Formula, batch: int, dimension: int) -> Recording:
        """Record a formula, which takes points (B, d) and returns values (B,) and gradients (B, d).

        Raises NotRecorded where it does what cannot be replayed.
        """
        recorder = Recorder(batch)
        points = Recorded(recorder, (batch, dimension), np.float64, 0)
        try:
            value, gradient = formula(points)
        except (TypeError, AttributeError) as error:
            raise NotRecorded(str(error)) from error
        for x, shape in ((value, (batch,)), (gradient, (batch, dimension))):
            if np.shape(x) != shape or x is points:
                raise NotRecorded(f"a result of shape {np.shape(x)} instead of {shape}")
        used = _needed(recorder.operations, (value, gradient))
        return cls(batch, dimension, used, points, value, gradient)

    @property
    def layout(self) -> Columns:
        """How blocks of these functions are best laid out."""
        if self.batch == 1:
            return Single()
        sizes = [
            math.prod(x.shape[1:])
            for o in self.operations
            if o.name in ("matvec", "vecmat")
            for x in o.operands
            if not isinstance(x, Recorded)
        ]
        small = self.batch >= COLUMNS_FROM and max(sizes, default=0) < ROWS_FROM
        return Columns() if small else Rows()

    def split(self) -> tuple[tuple[Operation, ...], tuple[Operation, ...]]:
        """Return the operations of every evaluation, and those that can wait to the end.

        The latter make the value from one result (B,) by arithmetic with constants: they are done
        for the values of all steps at once.
        """
        kept = list(self.operations)
        late: list[Operation] = []
        value = self.value
        while isinstance(value, Recorded):
            o = next((o for o in kept if o.result is value), None)
            if o is None or o.name != "elementwise" or _reads(kept, value):
                break
            inside = [x for x in o.operands if isinstance(x, Recorded)]
            if len(inside) != 1 or value.dtype != inside[0].dtype or inside[0] is self.points:
                break
            kept.remove(o)
            late.insert(0, o)
            value = inside[0]
        return tuple(kept), tuple(late)

    def numbers_per_function(self) -> int:
        """Return how many numbers one function needs in the cache: constants, results, points."""
        constants = {id(_base(x)): x for x in self._constants()}
        held = sum(x.size // self.batch for x in constants.values() if np.ndim(x))
        widest = max((math.prod(o.result.shape[1:]) for o in self.operations), default=1)
        return int(held) + 3 * self.dimension + 2 * widest

    def _constants(self) -> list[Any]:
        found = [x for o in self.operations for x in o.operands if not isinstance(x, Recorded)]
        return found + [x for x in (self.value, self.gradient) if not isinstance(x, Recorded)]


@lru_cache(maxsize=512)
def _result_type(ufunc: np.ufunc, kinds: tuple[Any, ...]) -> Any:
    return ufunc.resolve_dtypes((*kinds, None))[-1]


def _spread(inputs: Sequence[Any]) -> tuple[int, ...]:
    """Return the shape of the result of an operation on entries."""
    arrays = (Recorded, np.ndarray)  # asked at once: a recorded result answers np.shape slowly
    shapes: set[tuple[int, ...]] = {
        x.shape if isinstance(x, arrays) else np.shape(x) for x in inputs
    } - {()}
    return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)


def _needed(operations: Sequence[Operation], results: Sequence[Any]) -> tuple[Operation, ...]:
    """Return the operations that the results need, in order."""
    wanted = {x.number for x in results if isinstance(x, Recorded)}
    kept = []
    for o in reversed(operations):
        if o.result.number in wanted:
            kept.append(o)
            wanted |= {x.number for x in o.operands if isinstance(x, Recorded)}
    return tuple(reversed(kept))


def _reads(operations: Sequence[Operation], result: Recorded) -> bool:
    return any(x is result for o in operations for x in o.operands)


def _base(x: Any) -> Any:
    return x if getattr(x, "base", None) is None else x.base
