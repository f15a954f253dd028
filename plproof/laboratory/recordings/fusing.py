"""Recorded formulas as plain data for a compiler that fuses operations, as that of jax does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from plproof.laboratory.recordings.layouts import Array, Columns
from plproof.laboratory.recordings.recording import Operation, Recorded, Recording
from plproof.laboratory.recordings.stacking import Plan, Stack, Sum, plan_of

Operand = tuple[str, Any]
"""A kind, ``result``, ``held`` or ``number``, and the number of that result or array, or itself;
or ``row``, and the number of a result and that of one of its rows."""

Line = tuple[str, str, tuple[Operand, ...], int]
"""The name of an operation, that of its ufunc if any, its operands and the number of its result.

To the names of ``Operation`` come ``sine squared``, ``sine cosine``, ``sum of rows``, of rows or of
rows times the factors of each, and ``repeated``, one row so many times.
"""


_LONG = 32  # variables: sums along rows are then as fast as sums of columns


class Program(NamedTuple):
    """A recorded formula, the same for all batches of one shape; compares and hashes by content.

    ``lines`` are its operations, ``ends`` are the value and the gradient as operands; ``rows`` says
    that vectors are (B, d), the functions along the first axis, and not (d, B).  What is done once
    for each of n data of one function is one line: its results have n rows.
    """

    lines: tuple[Line, ...]
    ends: tuple[Operand, ...]
    rows: bool


def program_of(recording: Recording) -> tuple[Program, tuple[Array, ...]]:
    """Return a recording as a program, and the arrays it holds, in its layout.

    Matrices stay (B, r, d).  Without ``rows`` a last array (B,) is of ones.
    """
    written = _Lines(recording, _in_rows(recording))
    for o in recording.operations:
        written.emit(o.result.number)
    ends = written.operand(recording.value, 1), written.operand(recording.gradient, 2)
    ones = [] if written.rows else [np.ones(recording.batch)]
    return Program(tuple(written.lines), ends, written.rows), (*written.held, *ones)


class _Lines:
    """The lines of a recording, written after those of all that they need.

    For one function alone, operations that do the same for each of n data are one: with a row of
    results for each, and with the constants of all.
    """

    def __init__(self, recording: Recording, rows: bool) -> None:
        self.rows = rows
        self.lines: list[Line] = []
        self.held: list[Array] = []
        self._waves = _waves(recording)
        self._made = {o.result.number: o for o in recording.operations}
        alone = recording.batch == 1
        self._plan = plan_of(recording) if alone else Plan({}, {}, {}, frozenset())
        self._negatives = {} if alone else _negatives(recording)
        self._places: dict[int, Operand] = {0: ("result", 0)}
        self._numbers: dict[tuple[Any, ...], int] = {}

    def emit(self, number: int) -> None:
        """Write the lines of a result, unless they are there or nothing else needs them."""
        if number in self._places or number in self._plan.inside:
            return
        o, stack = self._made[number], self._plan.stacks.get(number)
        if number in self._plan.sums:
            self._sum(o, self._plan.sums[number])
        elif stack is not None:
            self._stack(stack)
        elif number in self._negatives:
            self._bound(o, self._negatives[number])
        else:
            name, operands = self._waves.get(number, (o.name, o.operands))
            axes = _axes(o)
            places = (self.operand(x, max(axes, np.ndim(x))) for x in operands)
            self._write(number, o, name, *places)

    def operand(self, x: Any, axes: int) -> Operand:
        """Return where a result is, or a constant, of which an array has at least so many axes."""
        if isinstance(x, Recorded):
            self.emit(x.number)
            return self._places[x.number]
        array = np.asarray(x)
        if array.ndim == 0:
            return "number", float(array)
        key = (array.__array_interface__["data"][0], array.shape, array.strides, axes)
        if key not in self._numbers:
            spread = array.reshape((1,) * (axes - array.ndim) + array.shape)
            if not self.rows and axes < 3:
                spread = np.ascontiguousarray(Columns().seen(spread))
            self._numbers[key] = self._hold(spread)
        return "held", self._numbers[key]

    def _hold(self, array: Array) -> int:
        self.held.append(array)
        return len(self.held) - 1

    def _write(self, number: int, o: Operation, name: str, *places: Operand) -> None:
        ufunc = o.ufunc.__name__ if o.ufunc is not None and name == o.name else ""
        self.lines.append((name, ufunc, places, number))
        self._places[number] = "result", number

    def _bound(self, o: Operation, negative: Array) -> None:
        """Write max(x, −a) as −min(−x, a), or min as max: there is one array less to be read."""
        number, opposite = o.result.number, -2 * o.result.number
        (x,) = (x for x in o.operands if isinstance(x, Recorded))
        bound = "minimum" if o.ufunc is np.maximum else "maximum"
        held = self.operand(negative, o.result.ndim)
        self.lines += [
            ("elementwise", "negative", (self.operand(x, 2),), opposite),
            ("elementwise", bound, (("result", opposite), held), opposite - 1),
            ("elementwise", "negative", (("result", opposite - 1),), number),
        ]
        self._places[number] = "result", number

    def _stack(self, stack: Stack) -> None:
        """Write the operations of a stack as one; each result is a row of its results."""
        first, numbers = stack.members[0], [o.result.number for o in stack.members]
        name, ways = first.name, [o.operands for o in stack.members]
        waves = [self._waves.get(n, ("", ())) for n in numbers]
        if numbers[0] in self._plan.dots:
            rows, vector = self._plan.dots[numbers[0]]
            name, ways = "dot", [(o.result, vector) for o in rows.members]
        elif waves[0][0] and all(wave == waves[0][0] for wave, _ in waves):
            name, ways = waves[0][0], [operands for _, operands in waves]
        columns = list(zip(*ways, strict=True))
        whole = self._whole(stack)
        self._write(whole, first, name, *(self._across(x, _axes(first)) for x in columns))
        if all(x is column[0] for column in columns for x in column):
            count = len(numbers)  # what is the same for all data is in a formula twice
            self.lines.append(("repeated", "", (("result", whole), ("number", count)), whole))
        self._places |= {n: ("row", (whole, i)) for i, n in enumerate(numbers)}

    def _whole(self, stack: Stack) -> int:
        """Return the number of all results of a stack together, which no single result has."""
        return -stack.members[0].result.number

    def _across(self, operands: tuple[Any, ...], axes: int) -> Operand:
        """Return where the rows of one operand of all operations of a stack are."""
        first = operands[0]
        if all(x is first for x in operands):
            return self.operand(first, axes)
        if isinstance(first, Recorded):
            self.emit(first.number)
            return "result", self._whole(self._plan.stacks[first.number])
        rows = [np.reshape(x, (1, -1)) for x in operands]
        entries = max(row.size for row in rows)
        return "held", self._hold(np.concatenate([np.broadcast_to(r, (1, entries)) for r in rows]))

    def _sum(self, o: Operation, added: Sum) -> None:
        """Write a sum of rows, of which each may be multiplied by a number."""
        number = o.result.number
        parts = [added.rows] if added.factors is None else [added.rows, added.factors]
        for part in parts:
            self.emit(part.members[0].result.number)
        places = tuple(("result", self._whole(part)) for part in parts)
        if added.base is None:
            self.lines.append(("sum of rows", "", places, number))
        else:
            base = self.operand(added.base, 2)
            self.lines.append(("sum of rows", "", places, -number))
            self.lines.append(("elementwise", "add", (base, ("result", -number)), number))
        self._places[number] = "result", number


def _axes(o: Operation) -> int:
    return o.result.ndim if o.name in ("elementwise", "where") else 2


def evaluate(program: Program, xp: Any, points: Any, held: Sequence[Any]) -> tuple[Any, Any]:
    """Return values (B,) and gradients at ``points``, (B, d) in rows or (d, B).

    Arguments: ``xp``, the NumPy of the compiler, ``jax.numpy`` for one; ``held``, the arrays that
    come with the program.
    """
    rows, results = program.rows, {0: points}
    axis, alone = -1 if rows else 0, rows and len(points) == 1
    products = any(name in ("matvec", "vecmat") for name, *_ in program.lines)

    def get(operand: tuple[str, Any]) -> Any:
        kind, what = operand
        if kind == "row":
            return results[what[0]][what[1] : what[1] + 1]
        return results[what] if kind == "result" else held[what] if kind == "held" else what

    for name, ufunc, operands, number in program.lines:
        x = [get(operand) for operand in operands]
        if name == "elementwise":
            found = getattr(xp, ufunc)(*x)
        elif name == "where":
            found = xp.where(*x)
        elif name == "columns":
            # jax divides once and spreads the quotient; other numbers, sines for one, it would
            # compute again for every variable, unless those are next to each other
            found = x[0][:, None] if rows else (x[0] / held[-1])[None]
        elif name == "largest":
            found = xp.max(x[0], axis=axis, keepdims=True)
        elif name == "matvec":
            found = _turned(xp.einsum("bij,bj->bi", x[0], _turned(x[1], rows)), rows)
        elif name == "vecmat":
            left = _turned(x[0], rows)
            if rows:  # a difference before a product is slow in jax, unless it is a sum of halves
                left = 0.5 * left + 0.5 * left
            found = _turned(xp.einsum("bi,bij->bj", left, x[1]), rows)
        elif name == "sum of rows":
            found = xp.sum(math.prod(x), axis=0, keepdims=True)
        elif name == "repeated":
            found = xp.repeat(x[0], x[1], axis=0)
        elif name == "sine squared":
            found = xp.square(xp.sin(x[0]))
        elif name == "sine cosine":
            found = xp.sin(x[0]) * xp.cos(x[0])
        else:
            terms = x[0] if name == "total" else x[0] * x[1]
            if rows and not products and terms.shape[-1] >= _LONG:
                # jax can vectorise that; next to products with matrices a sum costs little, and had
                # better be fused with what comes before, as sums of few
                found = xp.dot(terms, xp.ones(terms.shape[-1]))
            else:
                found = _added(xp, terms, rows, alone)
        results[number] = found
    value, gradient = (get(operand) for operand in program.ends)
    batch = points.shape[:1] if rows else points.shape[1:]
    return xp.broadcast_to(value, batch), xp.broadcast_to(gradient, points.shape)


def _added(xp: Any, terms: Any, rows: bool, alone: bool) -> Any:
    """Return sums over the variables; of one function ``alone`` in pairs.

    It waits for every addition, and in pairs for fewer.
    """
    entries = terms.shape[-1]
    if not alone or entries >= _LONG:
        return xp.sum(terms, axis=-1 if rows else 0)
    odd = []
    while entries > 1:
        if entries % 2:
            odd.append(terms[:, -1])
        entries //= 2
        terms = terms[:, :entries] + terms[:, entries : 2 * entries]
    return sum(odd, terms[:, 0])


def _turned(x: Any, rows: bool) -> Any:
    return x if rows else x.T


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


def _negatives(recording: Recording) -> dict[int, Array]:
    """Return the results max(x, −a) and min(x, −a) of which the array a is needed anyway."""
    arrays = [
        (o, x)
        for o in recording.operations
        for x in o.operands
        if isinstance(x, np.ndarray) and x.ndim
    ]
    found: dict[int, Array] = {}
    for o, x in arrays:
        if o.ufunc not in (np.maximum, np.minimum) or any(x is kept for kept in found.values()):
            continue
        for other, kept in arrays:
            free = other is not o and other.result.number not in found
            if free and kept.shape == x.shape and np.array_equal(x, -kept):
                found[o.result.number] = kept
                break
    return found


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
