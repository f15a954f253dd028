"""Gradient descent on families compiled by jax, an optional extra: ``pip install plproof[jax]``.

The operations of a recorded formula are handed to jax as they stand, so values and gradients are
those of the family's own formula, in float64.  jax fuses them and is free to round otherwise: what
is found this way is to be evaluated again where rounding matters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.descent import Objective, Outcome, descent_values
from plproof.laboratory.layouts import Columns
from plproof.laboratory.recording import Recorded, Recording
from plproof.laboratory.rounding import Floats

Program = tuple[tuple[Any, ...], ...]
"""Operations as (name, ufunc, operands, result), operands as (kind, number of it or the number)."""


def jax_descent_values(
    objective: Objective, start: ArrayLike, step: ArrayLike, iterations: int
) -> Outcome:
    """Make the run of :func:`~plproof.laboratory.descent.descent_values` in jax.

    Arguments and errors as there.  Compiles once for each formula and shape, which takes about half
    a second.  Runs that leave the finite numbers, and objectives that are not recorded, are left
    to NumPy.  Raises ImportError where jax is not installed.
    """
    try:
        import jax
    except ImportError as error:
        raise ImportError("the jax backend needs jax: pip install 'plproof[jax]'") from error
    recording = getattr(objective, "recording", None)
    recording = None if recording is None else recording()
    begin, lengths = np.asarray(start, dtype=np.float64), np.asarray(step, dtype=np.float64)
    shape = (objective.batch, objective.dimension)
    fine = begin.shape == shape and lengths.shape in ((), shape[:1]) and iterations >= 0
    if recording is None or not fine or not np.all(np.isfinite(lengths)):
        return descent_values(objective, start, step, iterations)
    program, held = _program(recording)
    lengths = np.array(np.broadcast_to(lengths, shape[:1]))
    with jax.enable_x64(True):
        run = _compiled()(program, iterations, begin.T, lengths, held)
        values, point, gradient = (np.asarray(x) for x in run)
    if not np.isfinite(np.sum(values) + np.sum(point) + np.sum(gradient)):
        return descent_values(objective, start, step, iterations)
    sound = np.zeros(objective.batch, dtype=bool)
    valid = np.full(objective.batch, iterations, dtype=np.int64)
    return Outcome(values, point.T.copy(), gradient.T.copy(), lengths, sound, valid)


def _program(recording: Recording) -> tuple[Program, tuple[Floats, ...]]:
    """Return a recording as plain data, the same for all batches of one shape, and its arrays."""
    layout, held = Columns(), []
    numbers: dict[tuple[Any, ...], int] = {}

    def operand(x: Any, axes: int) -> tuple[str, Any]:
        if isinstance(x, Recorded):
            return "result", x.number
        array = np.asarray(x)
        if array.ndim == 0:
            return "number", float(array)
        key = (array.__array_interface__["data"][0], array.shape, array.strides, axes)
        if key not in numbers:
            numbers[key] = len(held)
            spread = array.reshape((1,) * (axes - array.ndim) + array.shape)
            # matrices stay as they are, one after another: jax multiplies those faster
            held.append(spread if axes == 3 else np.ascontiguousarray(layout.seen(spread)))
        return "held", numbers[key]

    lines = []
    for o in recording.operations:
        axes = o.result.ndim if o.name in ("elementwise", "where") else 2
        operands = tuple(operand(x, max(axes, np.ndim(x))) for x in o.operands)
        name = None if o.ufunc is None else o.ufunc.__name__
        lines.append((o.name, name, operands, o.result.number))
    ends = (operand(recording.value, 1), operand(recording.gradient, 2))
    return (*lines, ("ends", None, ends, 0)), tuple(held)


@cache
def _compiled() -> Callable[..., Any]:
    import jax

    def run(
        program: Program, iterations: int, start: Any, step: Any, held: tuple[Any, ...]
    ) -> tuple[Any, Any, Any]:
        def one_step(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Any]:
            x = carry[0] - step * carry[1]
            value, gradient = _evaluate(program, x, held)
            return (x, gradient), value

        value, gradient = _evaluate(program, start, held)
        (x, gradient), values = jax.lax.scan(one_step, (start, gradient), None, length=iterations)
        return jax.numpy.concatenate([value[None], values]), x, gradient

    return jax.jit(run, static_argnums=(0, 1))


def _evaluate(program: Program, points: Any, held: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return values (B,) and gradients (d, B) at ``points`` (d, B)."""
    import jax.numpy as jnp

    results: dict[int, Any] = {0: points}

    def get(operand: tuple[str, Any]) -> Any:
        kind, what = operand
        return results[what] if kind == "result" else held[what] if kind == "held" else what

    for name, ufunc, operands, number in program[:-1]:
        x = [get(operand) for operand in operands]
        if name == "elementwise":
            results[number] = getattr(jnp, ufunc)(*x)
        elif name == "where":
            results[number] = jnp.where(*x)
        elif name == "columns":
            results[number] = x[0][None]
        elif name == "largest":
            results[number] = jnp.max(x[0], axis=0, keepdims=True)
        elif name == "matvec":
            results[number] = jnp.einsum("bij,bj->bi", x[0], x[1].T).T
        elif name == "vecmat":
            # not as a sum: jax would compute the vector again for each column
            results[number] = jnp.einsum("bi,bij->bj", x[0].T, x[1]).T
        else:
            results[number] = jnp.sum(x[0] if name == "total" else x[0] * x[1], axis=0)
    value, gradient = (get(operand) for operand in program[-1][2])
    shape = points.shape
    return jnp.broadcast_to(value, shape[1:]), jnp.broadcast_to(gradient, shape)
