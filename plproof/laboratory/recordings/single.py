"""Replays a recorded formula on one function, as lines of Python on numbers and prepared vectors.

For a batch of one the time goes into the calls: a ufunc on ten numbers takes ten times as long to
call as to compute.  So numbers are numbers of Python, a sum is a product with ones, vectors are
written where they are needed, and the lines are compiled to one function.  The lines hold nothing
but names made here and operators of a fixed table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from plproof.laboratory.recordings.layouts import Array, Single
from plproof.laboratory.recordings.recording import Operation, Recorded, Recording
from plproof.laboratory.recordings.stacking import Stack, Sum, plan_of

_OPERATORS: Mapping[np.ufunc, str] = {
    np.add: "{0} + {1}",
    np.subtract: "{0} - {1}",
    np.multiply: "{0} * {1}",
    np.divide: "{0} / {1}",
    np.negative: "-{0}",
    np.square: "{0} * {0}",
    np.absolute: "abs({0})",
    np.fabs: "abs({0})",
    np.maximum: "{0} if {0} >= {1} or {0} != {0} else {1}",  # nan is handed on
    np.minimum: "{0} if {0} <= {1} or {0} != {0} else {1}",
    np.less: "{0} < {1}",
    np.less_equal: "{0} <= {1}",
    np.greater: "{0} > {1}",
    np.greater_equal: "{0} >= {1}",
}

_FUNCTIONS: Mapping[np.ufunc, Callable[[float], float]] = {
    np.exp: math.exp,
    np.expm1: math.expm1,
    np.log: math.log,
    np.log1p: math.log1p,
    np.sqrt: math.sqrt,
    np.sin: math.sin,
    np.cos: math.cos,
    np.tan: math.tan,
    np.tanh: math.tanh,
}
"""Functions of numbers of Python for those of NumPy: as accurate, and faster by 100 ns."""


class SingleBlock:
    """A recording of one function, ready to be evaluated again and again.

    Argument: ``recording``, of a batch of one.  The same methods as those of
    ``Block``; ``points`` and ``gradients`` are vectors (d,).
    """

    def __init__(self, recording: Recording) -> None:
        self.layout = Single()
        self.points = np.zeros(recording.dimension)
        self.gradients = np.zeros(recording.dimension)
        self._lines = _Lines(recording, self.points, self.gradients)
        self._fast = self._lines.compiled(careful=False)
        self._careful: Callable[[], float] | None = None

    def load(self, rows: slice) -> None:
        """Take the parameters of the only function; they are in the lines."""

    def evaluate(self, values: Array) -> None:
        """Write the gradient at ``points`` to ``gradients``, and the value to ``values`` (1,)."""
        values[0] = self._value()

    def descend(
        self,
        length: Array,
        values: Array,
        kept: Sequence[tuple[Array, Array]] = (),
    ) -> None:
        """Make steps of one ``length`` from ``points``; arguments as those of a ``Block``."""
        x, g, evaluate, h = self.points, self.gradients, self._value, length.reshape(())
        multiply, subtract, copy = np.multiply, np.subtract, np.copyto
        found = []
        for k in range(len(values)):
            if k:
                multiply(g, h, g)
                subtract(x, g, x)
            found.append(evaluate())
            if kept:
                copy(kept[k][0], x)
                copy(kept[k][1], g)
        values[:, 0] = found

    def finish(self, values: Array) -> None:
        """Leave the values as they are: they are finished."""

    def _value(self) -> float:
        try:
            return self._fast()
        except (ArithmeticError, ValueError):
            # numbers of Python raise where those of NumPy become inf or nan
            if self._careful is None:
                self._careful = self._lines.compiled(careful=True)
            return self._careful()


@dataclass(frozen=True)
class _Place:
    """Where a result is found: ``name`` in the lines, and the array of it if it is a vector."""

    name: str
    dtype: Any
    array: Array | None = None

    @property
    def vector(self) -> Array:
        """The array, where there is one."""
        assert self.array is not None
        return self.array


@dataclass
class _Lines:
    """A recording of one function as lines of Python, and the objects that they name.

    Results of one number for the function are variables ``v``, the others arrays ``a``.
    """

    recording: Recording
    points: Array
    gradients: Array
    lines: list[str] = field(default_factory=list)
    objects: dict[str, Any] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)
    places: dict[int, _Place] = field(default_factory=dict)
    held: dict[str, _Place] = field(default_factory=dict)
    stacked: dict[int, _Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = plan_of(self.recording)
        self.made = {o.result.number: o for o in self.recording.operations}
        self.places[0] = self._vector(self.points)
        for number in self.made:
            self._emit(number)
        slope = self._operand(self.recording.gradient)
        if slope.array is not self.gradients:
            self._call(np.copyto, self._vector(self.gradients).name, self._spread(slope))
        self.lines.append(f"return {self._operand(self.recording.value).name}")

    def compiled(self, careful: bool) -> Callable[[], float]:
        """Return a function that evaluates the formula and returns the value.

        Where its results leave the finite numbers it raises an error, or, if ``careful``, goes on
        as NumPy does, at half the speed.
        """
        functions: dict[np.ufunc, Any] = {} if careful else dict(_FUNCTIONS)
        given = {k: functions.get(v, v) if k[0] == "m" else v for k, v in self.objects.items()}
        number = np.float64 if careful else float
        given |= {k: number(v) if isinstance(v, float) else v for k, v in self.numbers.items()}
        given |= {"number": number, "truth": np.bool_ if careful else bool}
        body = "".join(f"        {line}\n" for line in self.lines)
        source = f"def made({', '.join(given)}):\n    def evaluate():\n{body}    return evaluate\n"
        names: dict[str, Any] = {}
        exec(_code(source), names)
        made: Callable[[], float] = names["made"](**given)
        return made

    # ------------------------------------------------------------ operations
    def _emit(self, number: int) -> None:
        """Write the lines of a result, after those of all that it needs, unless they are there."""
        if number in self.places or number in self.plan.inside:
            return
        stack, added = self.plan.stacks.get(number), self.plan.sums.get(number)
        if added is not None:
            parts = [added.rows] if added.factors is None else [added.rows, added.factors]
            needed: list[Any] = [added.base, *(part.members[0].result for part in parts)]
        elif number in self.plan.dots:
            rows, vector = self.plan.dots[number]
            needed = [rows.members[0].result, vector]
        else:
            members = (self.made[number],) if stack is None else stack.members
            needed = [x for o in members for x in o.operands]
        for x in needed:
            if isinstance(x, Recorded):
                self._emit(x.number)
        if added is not None:
            self.places[number] = self._added(self.made[number], added)
        elif stack is not None:
            self._stack(stack)
        else:
            self.places[number] = self._add(self.made[number])

    def _stack(self, stack: Stack) -> None:
        """Write the lines of a stack: an array with the rows (n, k), or with numbers (n, 1)."""
        first, count = stack.members[0], len(stack.members)
        numbers = [o.result.number for o in stack.members]
        if first.name == "elementwise":
            out = self._vector(np.zeros((count, first.result.shape[-1])))
            inputs = [self._column(operands, out) for operands in _across(stack)]
            self._ufunc(first, inputs, out)
            self.places |= {n: self._vector(out.vector[i]) for i, n in enumerate(numbers)}
        elif first.name == "columns":
            out = self.stacked[first.operands[0].number]
            self.places |= {o.result.number: self._operand(o.operands[0]) for o in stack.members}
        else:
            sums, inner = self._vector(np.zeros(count)), first.operands[0]
            if numbers[0] in self.plan.dots:
                products, factor = self.plan.dots[numbers[0]]
                inner, factors = products.members[0].result, self._operand(factor)
            else:
                factors = self._vector(np.ones(inner.shape[1]))
            rows = self.stacked[inner.number]
            self.lines.append(f"{self._product(rows)}({factors.name}, {sums.name})")
            listed = self._named("l", sums.vector.tolist)
            self.lines.append(f"{', '.join(f'v{n}' for n in numbers)} = map(number, {listed}())")
            self.places |= {n: _Place(f"v{n}", first.result.dtype) for n in numbers}
            out = self._vector(sums.vector[:, None])
        self.stacked |= dict.fromkeys(numbers, out)

    def _column(self, operands: tuple[Any, ...], out: _Place) -> str:
        """Return the name of what one operand is in all operations of a stack."""
        first = operands[0]
        if isinstance(first, Recorded):
            if all(x is first for x in operands):
                return self._spread(self.places[first.number])
            return self.stacked[first.number].name
        if np.size(first) == 1 and len({np.asarray(x).item() for x in operands}) == 1:
            return self._spread(self._operand(first))
        rows = np.stack(
            [np.broadcast_to(np.reshape(x, -1), out.vector.shape[1:]) for x in operands]
        )
        return self._vector(rows).name

    def _added(self, o: Operation, added: Sum) -> _Place:
        """Write the lines of a sum of rows."""
        out, rows = self._out(o), self.stacked[added.rows.members[0].result.number]
        if added.factors is None:
            weights = self._vector(np.ones(len(added.rows.members)))
        else:
            factors = self.stacked[added.factors.members[0].result.number]
            weights = self._vector(factors.vector[:, 0])
        self.lines.append(f"{self._product(weights)}({rows.name}, {out.name})")
        if added.base is not None:
            base = self._spread(self.places[added.base.number])
            self._call(np.add, out.name, base, out.name)
        return out

    def _add(self, o: Operation) -> _Place:
        """Write the lines of an operation and return where its result is."""
        inputs = [self._operand(x) for x in o.operands]
        number = f"v{o.result.number}"
        if o.name == "columns":
            return inputs[0]
        if o.name in ("matvec", "vecmat"):
            left, right = (self._array(x) for x in inputs)
            out = self._out(o)
            self.lines.append(f"{self._product(left)}({right.name}, {out.name})")
            return out
        if o.name == "dot":
            left, right = (self._array(x) for x in inputs)
            self.lines.append(f"{number} = number({self._product(left)}({right.name}))")
        elif o.name in ("total", "largest"):
            (x,) = inputs
            if x.array is None:
                return x
            if o.name == "total":
                ones = self._vector(np.ones(x.array.size))
                self.lines.append(f"{number} = number({self._product(ones)}({x.name}))")
            else:
                self.lines.append(f"{number} = number({x.name}[{x.name}.argmax()])")
        elif any(x.array is not None for x in inputs):
            return self._vectors(o, inputs)
        else:
            self.lines.append(f"{number} = {self._expression(o, inputs)}")
        return _Place(number, o.result.dtype)

    def _vectors(self, o: Operation, inputs: list[_Place]) -> _Place:
        out = self._out(o)
        if o.ufunc is not None:
            self._ufunc(o, [self._spread(x) for x in inputs], out)
            return out
        mask, first, second = inputs
        if mask.array is None:
            chosen = f"{self._spread(first)} if {mask.name} else {self._spread(second)}"
            self._call(np.copyto, out.name, chosen)
        else:
            self._call(np.copyto, out.name, self._spread(second))
            self._call(np.copyto, out.name, self._spread(first), f"where={mask.name}")
        return out

    def _ufunc(self, o: Operation, inputs: list[str], out: _Place) -> None:
        # an output without its name is taken faster, but NumPy is about to refuse it here
        key = "out=" if o.ufunc in (np.maximum, np.minimum) else ""
        self._call(o.ufunc, *inputs, key + out.name)

    def _expression(self, o: Operation, inputs: list[_Place]) -> str:
        """Return an elementwise operation on numbers."""
        names = [x.name for x in inputs]
        if o.ufunc is None:
            return f"{names[1]} if {names[0]} else {names[2]}"
        kinds = {np.dtype(x.dtype).kind for x in inputs}
        floats = "f" in kinds and kinds <= {"f", "i"}
        if floats and o.ufunc in _OPERATORS:
            return _OPERATORS[o.ufunc].format(*names)
        if floats and o.ufunc in _FUNCTIONS:
            return f"{self._named('m', o.ufunc)}({', '.join(names)})"
        kind = {"f": "number", "b": "truth"}.get(o.result.dtype.kind, "")
        return f"{kind}({self._named('u', o.ufunc)}({', '.join(names)}))"

    # ------------------------------------------------------------ operands
    def _operand(self, x: Any) -> _Place:
        """Return where a result or a constant is."""
        if isinstance(x, Recorded):
            return self.places[x.number]
        array = np.asarray(x)
        if array.ndim == 3:  # a matrix
            return self._vector(np.ascontiguousarray(array[0]))
        if array.size > 1:
            return self._vector(np.ascontiguousarray(array.reshape(-1)))
        name = f"c{len(self.numbers)}"
        self.numbers[name] = array.item()
        return _Place(name, array.dtype)

    def _vector(self, array: Array) -> _Place:
        return _Place(self._named("a", array), array.dtype, array)

    def _array(self, x: _Place) -> _Place:
        """Return a place as a vector; a number is one of length 1."""
        if x.array is not None:
            return x
        return self._vector(self._holder(x).vector.reshape(1))

    def _spread(self, x: _Place) -> str:
        """Return the name of a place in an operation on vectors."""
        return x.name if x.array is not None else self._holder(x).name

    def _holder(self, x: _Place) -> _Place:
        """Return a number as an array without axes: NumPy works faster with those."""
        if x.name not in self.held:
            constant = self.numbers.get(x.name)
            holder = self._vector(np.array(0 if constant is None else constant, dtype=x.dtype))
            if constant is None:
                self.lines.append(f"{holder.name}[()] = {x.name}")
            self.held[x.name] = holder
        return self.held[x.name]

    def _out(self, o: Operation) -> _Place:
        if o.result is self.recording.gradient:
            return self._vector(self.gradients)
        size = math.prod(o.result.shape[1:])
        return self._vector(np.zeros(size, dtype=o.result.dtype))

    # ------------------------------------------------------------ names
    def _call(self, function: Any, *arguments: str) -> None:
        self.lines.append(f"{self._named('u', function)}({', '.join(arguments)})")

    def _product(self, left: _Place) -> str:
        """Return the name of the product of an array with others, bound to it beforehand."""
        name = f"d{left.name}"
        self.objects.setdefault(name, left.vector.dot)
        return name

    def _named(self, letter: str, x: Any) -> str:
        """Return the name of an object, which begins with a letter; a new one if it has none."""
        name = self.names.setdefault((letter, id(x)), f"{letter}{len(self.objects)}")
        self.objects[name] = x
        return name


def _across(stack: Stack) -> Iterator[tuple[Any, ...]]:
    """Return, for each operand, what it is in each of the operations of a stack."""
    return zip(*(o.operands for o in stack.members), strict=True)


@lru_cache(maxsize=512)
def _code(source: str) -> CodeType:
    return compile(source, "<formula of one function>", "exec")
