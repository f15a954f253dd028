"""Gradient descent on families compiled by jax, an optional extra: ``pip install plproof[jax]``.

The operations of a recorded formula are handed to jax as they stand, so values and gradients are
those of the family's own formula, in float64.  jax fuses them and is free to round otherwise: what
is found this way is to be evaluated again where rounding matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.gradient_descent.descent import Objective, Outcome, descent_values
from plproof.laboratory.recordings.fusing import Program, program_of

_sum = np.add.reduce


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
        self._double = jax.enable_x64
        recording = getattr(objective, "recording", None)
        recording = None if recording is None else recording()
        self._run: Callable[..., Any] | None = None
        if recording is not None:
            program, held = program_of(recording)
            self._rows = program.rows
            with self._double(True):
                self._held = tuple(jax.device_put(array) for array in held)
            self._run = _compiled(program)

    def run(self, start: ArrayLike, step: ArrayLike, iterations: int) -> Outcome:
        """Make the run of :func:`~plproof.laboratory.gradient_descent.descent.descent_values`.

        Arguments and errors as there.
        """
        begin, lengths = np.asarray(start, dtype=np.float64), np.asarray(step, dtype=np.float64)
        batch, dimension = self.objective.batch, self.objective.dimension
        fine = begin.shape == (batch, dimension) and lengths.shape in ((), (batch,))
        if self._run is None or not fine or iterations < 0:
            return descent_values(self.objective, start, step, iterations)
        lengths = np.full(batch, lengths)
        with self._double(True):
            ends = self._run(iterations, begin if self._rows else begin.T, lengths, self._held)
            values, point, gradient = map(np.asarray, ends)
        # a sum is finite only if all numbers are; steps that are not are refused by NumPy's run
        if not math.isfinite(sum(_sum(x.reshape(-1)) for x in (lengths, values, point, gradient))):
            return descent_values(self.objective, start, step, iterations)
        if not self._rows:
            point, gradient = point.T.copy(), gradient.T.copy()
        sound = np.zeros(batch, dtype=bool)
        valid = np.full(batch, iterations, dtype=np.int64)
        return Outcome(values, point, gradient, lengths, sound, valid)


def jax_descent_values(
    objective: Objective, start: ArrayLike, step: ArrayLike, iterations: int
) -> Outcome:
    """Make one run of :class:`JaxDescent`; arguments and errors as those of its parts."""
    return JaxDescent(objective).run(start, step, iterations)


@lru_cache(maxsize=256)
def _compiled(program: Program) -> Callable[..., Any]:
    """Return the runs of a program as a function that jax compiles."""
    import jax

    put = jax.lax.dynamic_update_index_in_dim

    def run(iterations: int, start: Any, step: Any, held: tuple[Any, ...]) -> tuple[Any, Any, Any]:
        length = step[:, None] if program.rows else step

        def one_step(k: Any, carry: tuple[Any, Any]) -> tuple[Any, Any]:
            x, values = carry
            value, gradient = _evaluate(program, x, held)
            values = put(values, value, k, 0, allow_negative_indices=False)
            return x - length * gradient, values

        # points alone go from step to step: a gradient that did would be written and read again
        values = jax.numpy.zeros((iterations + 1, len(step)))
        x, values = jax.lax.fori_loop(0, iterations, one_step, (start, values))
        value, gradient = _evaluate(program, x, held)
        values = put(values, value, iterations, 0)
        return values, x, gradient

    compiled: Callable[..., Any] = jax.jit(run, static_argnums=0)
    return compiled


def _evaluate(program: Program, points: Any, held: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return values (B,) and gradients at points, (B, d) in rows or (d, B)."""
    import jax.numpy as jnp

    rows, results = program.rows, {0: points}
    axis = -1 if rows else 0

    def get(operand: tuple[str, Any]) -> Any:
        kind, what = operand
        return results[what] if kind == "result" else held[what] if kind == "held" else what

    for name, ufunc, operands, number in program.lines:
        x = [get(operand) for operand in operands]
        if name == "elementwise":
            found = getattr(jnp, ufunc)(*x)
        elif name == "where":
            found = jnp.where(*x)
        elif name == "columns":
            # jax divides once and spreads the quotient; other numbers, sines for one, it would
            # compute again for every variable, unless those are next to each other
            found = x[0][:, None] if rows else (x[0] / held[-1])[None]
        elif name == "largest":
            found = jnp.max(x[0], axis=axis, keepdims=True)
        elif name == "matvec":
            found = _turned(jnp.einsum("bij,bj->bi", x[0], _turned(x[1], rows)), rows)
        elif name == "vecmat":
            left = _turned(x[0], rows)
            if rows:  # a difference before a product is slow in jax, unless it is a sum of halves
                left = 0.5 * left + 0.5 * left
            found = _turned(jnp.einsum("bi,bij->bj", left, x[1]), rows)
        elif name == "sine squared":
            found = jnp.square(jnp.sin(x[0]))
        elif name == "sine cosine":
            found = jnp.sin(x[0]) * jnp.cos(x[0])
        else:
            found = _added(x[0] if name == "total" else x[0] * x[1], rows)
        results[number] = found
    value, gradient = (get(operand) for operand in program.ends)
    batch = points.shape[:1] if rows else points.shape[1:]
    return jnp.broadcast_to(value, batch), jnp.broadcast_to(gradient, points.shape)


def _added(terms: Any, rows: bool) -> Any:
    """Return sums over the variables; in rows as products with ones, which jax can vectorise."""
    import jax.numpy as jnp

    return jnp.dot(terms, jnp.ones(terms.shape[-1])) if rows else jnp.sum(terms, axis=0)


def _turned(x: Any, rows: bool) -> Any:
    return x if rows else x.T
