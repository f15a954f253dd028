"""Gradient descent on families compiled by jax, an optional extra: ``pip install plproof[jax]``.

The operations of a recorded formula are handed to jax as they stand, so values and gradients are
those of the family's own formula, in float64.  jax fuses them and is free to round otherwise: what
is found this way is to be evaluated again where rounding matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.gradient_descent.descent import Objective, Outcome, descent_values
from plproof.laboratory.recordings.fusing import Program, evaluate, program_of
from plproof.laboratory.recordings.layouts import Array


class JaxDescent:
    """Gradient descent on a batch of functions by jax, prepared once and run as often as wanted.

    Argument: ``objective``, B functions of d variables; their parameters are handed to jax here.
    Raises ImportError where jax is not installed.

    A first run compiles for its number of steps, about half a second, and does so once for each
    formula and shape.  Runs that leave the finite numbers, and objectives that are not recorded,
    are left to NumPy.
    """

    def __init__(self, objective: Objective) -> None:
        try:
            import jax
        except ImportError as error:
            raise ImportError("the jax backend needs jax: pip install 'plproof[jax]'") from error
        self.objective = objective
        self._double, self._failure = jax.enable_x64, jax.errors.JaxRuntimeError
        recording = getattr(objective, "recording", None)
        recording = None if recording is None else recording()
        self._program: Program | None = None
        if recording is not None:
            self._program, held = program_of(recording)
            self._whole = recording.batch == 1
            shapes, self._more = tuple(array.shape for array in held), np.zeros(0)
            if self._whole and all(array.dtype == np.float64 for array in held):
                self._more = np.concatenate([self._more, *(array.reshape(-1) for array in held)])
                held = ()
            with self._double(True):
                self._held = tuple(jax.device_put(array) for array in held)
            self._shape = recording.batch, recording.dimension, () if held else shapes
            self._run = _compiled(self._program, *self._shape, self._whole)

    def run(self, start: ArrayLike, step: ArrayLike, iterations: int) -> Outcome:
        """Make the run of :func:`~plproof.laboratory.gradient_descent.descent.descent_values`.

        Arguments and errors as there.
        """
        begin, lengths = np.asarray(start, dtype=np.float64), np.asarray(step, dtype=np.float64)
        batch, dimension = self.objective.batch, self.objective.dimension
        fine = begin.shape == (batch, dimension) and lengths.shape in ((), (batch,))
        if self._program is None or not fine or iterations < 0:
            return descent_values(self.objective, start, step, iterations)
        # one array in and one out: each takes as long as many steps of one function
        rows = self._program.rows
        size, shape = batch * dimension, begin.shape if rows else begin.shape[::-1]
        given = np.empty(size + batch + len(self._more))
        given[:size].reshape(shape)[...] = begin if rows else begin.T
        given[size : size + batch] = lengths
        given[size + batch :] = self._more
        with self._double(True), np.errstate(all="ignore"):
            found = np.asarray(self._found(iterations, given))
            size_squared = float(found.dot(found)) + float(given.dot(given))
        # it is finite only if all numbers are; NumPy's run knows what to do otherwise
        if not math.isfinite(size_squared):
            return descent_values(self.objective, start, step, iterations)
        place = len(found) - 2 * size
        values = found[:place].reshape(iterations + 1, batch)
        gradient, point = found[place:].reshape(2, *shape)
        if not rows:
            point, gradient = point.T.copy(), gradient.T.copy()
        sound, valid = np.zeros(batch, dtype=bool), np.empty(batch, dtype=np.int64)
        valid.fill(iterations)
        return Outcome(values, point, gradient, given[size : size + batch], sound, valid)

    def _found(self, iterations: int, given: Array) -> Any:
        try:
            return self._run(iterations, given, self._held)
        except self._failure:
            if not self._whole:
                raise
        # XLA does not know how to make what it fused part of one kernel
        self._whole, program = False, self._program
        assert program is not None
        self._run = _compiled(program, *self._shape, False)
        return self._run(iterations, given, self._held)


def jax_descent_values(
    objective: Objective, start: ArrayLike, step: ArrayLike, iterations: int
) -> Outcome:
    """Make one run of :class:`JaxDescent`; arguments and errors as those of its parts."""
    return JaxDescent(objective).run(start, step, iterations)


@lru_cache(maxsize=256)
def _compiled(
    program: Program, batch: int, dimension: int, shapes: Sequence[tuple[int, ...]], whole: bool
) -> Callable[..., Any]:
    """Return the runs of a program as a function that jax compiles, as a ``whole`` if wanted.

    It takes the number of steps; points, lengths of steps and, if ``shapes`` says of which shapes,
    what the program holds in one array; and else that.  It returns values, the last gradients and
    the last points in one array.
    """
    import jax

    shape = (batch, dimension) if program.rows else (dimension, batch)
    size = batch * dimension
    put = partial(jax.lax.dynamic_update_slice, allow_negative_indices=False)

    def run(iterations: int, given: Any, held: tuple[Any, ...]) -> Any:
        start, step, place = given[:size].reshape(shape), given[size : size + batch], size + batch
        length = step[:, None] if program.rows else step
        for inner in shapes:
            place, begin = place + math.prod(inner), place
            held = (*held, given[begin:place].reshape(inner))

        def one_step(k: Any, carry: tuple[Any, Any]) -> tuple[Any, Any]:
            x, found = carry
            value, gradient = evaluate(program, jax.numpy, x, held)
            return x - length * gradient, put(found, value, (k * batch,))

        # points alone go from step to step: a gradient that did would be written and read again
        found = jax.numpy.zeros((iterations + 1) * batch + 2 * size)
        x, found = jax.lax.fori_loop(0, iterations, one_step, (start, found))
        place = iterations * batch
        for end in (*evaluate(program, jax.numpy, x, held), x):
            found = put(found, end.reshape(-1), (place,))
            place += end.size
        return found

    compiled: Callable[..., Any] = jax.jit(_as_a_whole(run) if whole else run, static_argnums=0)
    return compiled


def _as_a_whole(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same runs, of which XLA is told that they are short and better one kernel.

    On a processor XLA calls a kernel for each of the few operations that a step is fused to, which
    takes longer than a step of one function.  It does not do so for loops that it finds small, and
    marks those with these attributes of a call.  Here the run is marked, and its loop, and not the
    operations of a step, which would not be fused.  Elsewhere the marks mean nothing.
    """
    import jax
    from jax.experimental.xla_metadata import set_xla_metadata

    def marked(iterations: int, given: Any, held: tuple[Any, ...]) -> Any:
        def inside(given: Any, held: tuple[Any, ...]) -> Any:
            with set_xla_metadata(xla_cpu_small_call=None, inlineable=None):
                return run(iterations, given, held)

        with set_xla_metadata(xla_cpu_small_call="true", inlineable="false"):
            return jax.jit(inside)(given, held)

    return marked
