"""Recorded formulas as plain data for a compiler that fuses operations, as that of jax does."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from plproof.laboratory.recordings.layouts import Array, Columns
from plproof.laboratory.recordings.recording import Operation, Recorded, Recording

Operand = tuple[str, Any]
"""A kind, ``result``, ``held`` or ``number``, and the number of that result or array, or itself."""

Line = tuple[str, str, tuple[Operand, ...], int]
"""The name of an operation, that of its ufunc if any, its operands and the number of its result.

To the names of ``Operation`` come ``sine squared`` and
``sine cosine``.
"""


_LONG = 32  # variables: sums along rows are then as fast as sums of columns


class Program(NamedTuple):
    """A recorded formula, the same for all batches of one shape; compares and hashes by content.

    ``lines`` are its operations, ``ends`` are the value and the gradient as operands; ``rows`` says
    that vectors are (B, d), the functions along the first axis, and not (d, B).
    """

    lines: tuple[Line, ...]
    ends: tuple[Operand, ...]
    rows: bool


def program_of(recording: Recording) -> tuple[Program, tuple[Array, ...]]:
    """Return a recording as a program, and the arrays it holds, in its layout.

    Matrices stay (B, r, d).  Without ``rows`` a last array (B,) is of ones.
    """
    held: list[Array] = []
    layout, rows = Columns(), _in_rows(recording)
    numbers: dict[tuple[Any, ...], int] = {}

    def operand(x: Any, axes: int) -> Operand:
        if isinstance(x, Recorded):
            return "result", x.number
        array = np.asarray(x)
        if array.ndim == 0:
            return "number", float(array)
        key = (array.__array_interface__["data"][0], array.shape, array.strides, axes)
        if key not in numbers:
            numbers[key] = len(held)
            spread = array.reshape((1,) * (axes - array.ndim) + array.shape)
            held.append(spread if rows or axes == 3 else np.ascontiguousarray(layout.seen(spread)))
        return "held", numbers[key]

    waves, lines = _waves(recording), []
    for o in recording.operations:
        axes = o.result.ndim if o.name in ("elementwise", "where") else 2
        name, operands = waves.get(o.result.number, (o.name, o.operands))
        places = tuple(operand(x, max(axes, np.ndim(x))) for x in operands)
        ufunc = o.ufunc.__name__ if o.ufunc is not None and name == o.name else ""
        lines.append((name, ufunc, places, o.result.number))
    ends = (operand(recording.value, 1), operand(recording.gradient, 2))
    ones = [] if rows else [np.ones(recording.batch)]
    return Program(tuple(lines), ends, rows), (*held, *ones)


def _in_rows(recording: Recording) -> bool:
    """Whether vectors are better in rows, as products with matrices want them.

    So it is for one function alone, where there is less else to do than such products, and for long
    vectors unless numbers are spread over them: those would be computed again for each entry.
    """
    products = sum(o.name in ("matvec", "vecmat") for o in recording.operations)
    others = sum(o.name == "elementwise" and o.result.ndim > 1 for o in recording.operations)
    spread = any(o.name == "columns" for o in recording.operations)
    long = recording.dimension >= _LONG and (products > 0 or not spread)
    return recording.batch == 1 or long or products > others


def _waves(recording: Recording) -> dict[int, tuple[str, tuple[Any, ...]]]:
    """Return the results that are sin² x or sin x cos x, made from t = tan x, and that x.

    NumPy is fast at tangents: sin x cos x is t/(1 + t²), and sin² x is t times that.  A compiler
    does not compute a quotient twice, so that what comes after it is not fused.
    """
    made: dict[int, Operation] = {o.result.number: o for o in recording.operations}

    def operation(x: Any, ufunc: np.ufunc) -> Operation | None:
        o = made.get(x.number) if isinstance(x, Recorded) else None
        return o if o is not None and o.ufunc is ufunc else None

    found: dict[int, tuple[str, tuple[Any, ...]]] = {}
    for o in recording.operations:
        first, last = o.operands[0], o.operands[-1]
        tangent = operation(first, np.tan)
        if tangent is None:
            continue
        if o.ufunc is np.divide and (under := operation(last, np.add)) is not None:
            square = operation(under.operands[1], np.multiply)
            one = under.operands[0]
            is_one = isinstance(one, (int, float)) and one == 1  # not an array
            if is_one and square is not None and all(x is first for x in square.operands):
                found[o.result.number] = ("sine cosine", tangent.operands)
        elif o.ufunc is np.multiply and isinstance(last, Recorded):
            name, operands = found.get(last.number, ("", ()))
            if name == "sine cosine" and operands[0] is tangent.operands[0]:
                found[o.result.number] = ("sine squared", tangent.operands)
    return found
