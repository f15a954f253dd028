"""Measures the gradient-descent core against a naive loop, hand-written NumPy and jax.

    python benchmarks/descent_core.py [--kinds quadratic,huber] [--sizes 4096x10x200] [--rounds 5]

For each kind of family and each size B x d x K (functions, variables, steps) all ways are timed in
turn, in one run, and the least processor time of each counts:

* ``core``: ``descent_values``, the values of all steps kept; ``all kept``: ``gradient_descent``,
  which also keeps every point and gradient;
* ``hand``: the best hand-written NumPy of ``peers.py``, at its best layout and chunk size;
* ``jax``: the formula of one function under ``vmap``, ``value_and_grad``, ``scan`` and ``jit``, if
  jax is installed, the fastest of four: with the functions along the first axis or the last (one
  function: with ``vmap`` or without), one step or four in a turn of the loop; ``backend``: the core
  with its jax backend; both are given the parameters and compiled beforehand;
* ``naive``: ``autograd.grad`` on one function after another.

``ns`` is the time of one evaluation of value, gradient and step.  ``memory`` and ``dgemm`` say what
share of this machine's measured bandwidth and multiplication rate that is: parameters, points and
gradients read or written once, against a triad in memory; one operation per number and ufunc, two
per entry of a matrix, against dgemm.  A share of memory above 100 % means that the cache was used.

Found on one core of a busy AMD EPYC (1 MiB of cache), in November 2026 with jax 0.10.2, the least
of three rounds, least and largest of the families:

    B x d x K      naive / core   core / hand   core / jax   backend / jax
    1x10x1000       27 ..   84   0.66 .. 1.11   3.6 .. 19.4    0.36 .. 1.25
    256x10x200     484 .. 3285   0.77 .. 1.15   0.6 .. 2.8    0.32 .. 1.18
    4096x10x200    615 .. 9720   0.84 .. 1.28   0.2 .. 0.9    0.28 .. 1.23
    1024x50x200    115 .. 1995   0.90 .. 1.17   0.2 .. 1.4    0.19 .. 1.29

The last column is of a later day than the others, with other programs on the same cores, and beside
the fastest of the four ways of jax; core / jax is beside the first alone.  Of the backend, these
are above 1.1, measured again and again: the Huber function of the norm for one (1.11 .. 1.25, where
a run is 50 microseconds and the call 10 more) and at 4096x10x200 (1.08 .. 1.18); Huber functions at
256x10x200 (1.02 .. 1.28, mostly 1.18) and 4096x10x200 (1.19); quartics at 4096x10x200 (1.15 ..
1.23); log-sum-exp at 1024x50 (1.14, with 30 steps; with 200, 1.20 before the last change); once in
five runs the radial product for one (1.04 .. 1.32).  Least squares at 1024x50x200, 20 MB of
matrices, were at 0.82, 0.84, 1.25 and 1.29 in four runs.  Beside the first way alone (``vmap``,
the first axis, one step in a turn), with nothing else running, these kinds and the network were at
0.40 .. 1.13 at 4096x10x200, 0.34 .. 1.09 at 256x10x200 and 0.46 .. 1.10 for one function.  The 1.28
beside hand-written NumPy is the network, 0.88 with seven rounds and 1.00 with nothing else running.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from formulas import FORMULAS
from machine import Machine, interleaved, one_thread, peak_memory
from peers import KERNELS, Columns, HandWritten, Rows, Single

from plproof.laboratory.families import FAMILY_KINDS, Family, draw_family, draw_starts
from plproof.laboratory.gradient_descent.descent import descent_values, gradient_descent
from plproof.laboratory.recordings.recording import Recorded, Recording

SIZES = "1x10x1000,256x10x200,4096x10x200,1024x50x200"
KINDS = (
    "rotated_quadratic,least_squares,logistic,log_sum_exp,composition,sine_bumps,rotated_sines,"
    "huber,norm_huber,piecewise_quadratic,quartic,radial_product,two_layer"
)
WIDTHS = (64, 128, 256, 512, 1024)


def name_of(family: Family) -> str:
    return next(c.__name__ for c in type(family).__mro__ if c.__name__ in FORMULAS)


def parameters(family: Family) -> list[np.ndarray]:
    """Return the parameters as the peers take them: of a quadratic its matrix."""
    if name_of(family) == "Quadratic":
        return [family.hessian, family.centre, family.minimum]
    return [np.asarray(getattr(family, key)) for key in family.parameters]


def naive(family: Family, start: np.ndarray, step: np.ndarray, steps: int, rows: int) -> Callable:
    """Return the loop over single functions, ``rows`` of them, as a task."""
    formula, given = FORMULAS[name_of(family)], parameters(family)

    def run() -> np.ndarray:
        ends = []
        for row in range(rows):
            p = [a[row] for a in given]
            slope, x = grad(lambda x, p=p: formula(anp, x, *p)), start[row]
            for _ in range(steps):
                x = x - step[row] * slope(x)
            ends.append(x)
        return np.array(ends)

    return run


def by_hand(family: Family, start: np.ndarray, step: np.ndarray, steps: int) -> HandWritten:
    """Return the hand-written descent with the layout and width that are fastest here."""
    given = parameters(family)
    if family.batch == 1:
        return HandWritten(name_of(family), given, Single(), 1)
    widths = sorted({min(w, family.batch) for w in WIDTHS})
    ways = [HandWritten(name_of(family), given, L(), w) for L in (Columns, Rows) for w in widths]
    few = min(steps, 20)
    times = interleaved([lambda w=w: w.run(start, step, few) for w in ways], 2)
    return ways[int(np.argmin(times))]


class PlainJax:
    """Plain jit-compiled jax: the formula of one function, its gradient, vmap and scan.

    ``axis`` of the functions in all arrays, None for one function alone without vmap; ``unroll``,
    how many steps a turn of the loop makes.
    """

    def __init__(
        self, family: Family, start: np.ndarray, step: np.ndarray, axis: int | None, unroll: int
    ) -> None:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        formula = FORMULAS[name_of(family)]
        slope = jax.value_and_grad(lambda x, *p: formula(jnp, x, *p))
        if axis is not None:
            slope = jax.vmap(slope, axis, (axis, axis))

        def placed(array: np.ndarray) -> Any:
            return jnp.asarray(array[0] if axis is None else np.moveaxis(array, 0, axis).copy())

        def run(steps: int, x: Any, h: Any, p: list[Any]) -> Any:
            def body(x: Any, _: None) -> Any:
                v, g = slope(x, *p)
                return x - h * g, v

            return jax.lax.scan(body, x, None, length=steps + 1, unroll=unroll)

        self.compiled = jax.jit(run, static_argnums=0)
        length = placed(step[:, None])
        self.given = (
            placed(start),
            length[0] if axis in (None, -1) else length,
            [placed(p) for p in parameters(family)],
        )

    def run(self, steps: int) -> np.ndarray:
        _, values = self.compiled(steps, *self.given)
        return np.asarray(values.block_until_ready()).reshape(steps + 1, -1)


def in_jax(family: Family, start: np.ndarray, step: np.ndarray, steps: int) -> Callable | None:
    """Return plain jax as a task, compiled, the fastest of its ways here; None without jax."""
    try:
        ways = [
            PlainJax(family, start, step, axis, unroll)
            for axis in ((0, None) if family.batch == 1 else (0, -1))
            for unroll in (1, 4)
        ]
    except ImportError:
        return None
    few = steps if family.batch == 1 else min(steps, 20)
    for way in ways:
        way.run(few)
    times = interleaved([lambda w=w: w.run(few) for w in ways], 3)
    best = ways[int(np.argmin(times))]
    best.run(steps)
    return lambda: best.run(steps)


def with_backend(
    family: Family, start: np.ndarray, step: np.ndarray, steps: int
) -> Callable | None:
    """Return the run of the jax backend as a task, compiled; None without jax."""
    try:
        from plproof.laboratory.gradient_descent.jax_descent import JaxDescent

        descent = JaxDescent(family)
    except ImportError:
        return None
    descent.run(start, step, steps)
    return lambda: descent.run(start, step, steps).values


def work(recording: Recording) -> tuple[float, float]:
    """Return bytes and operations of one evaluation and step of one function."""
    operations = 2.0 * recording.dimension
    for o in recording.operations:
        sizes = [math.prod(np.shape(x)[1:]) for x in o.operands if np.ndim(x)]
        operations += 2 * max(sizes) if o.name in ("matvec", "vecmat", "dot") else max(sizes)
    seen: dict[int, int] = {}
    for o in recording.operations:
        for x in o.operands:
            if not isinstance(x, Recorded) and np.ndim(x):
                seen[id(x if x.base is None else x.base)] = x.size // recording.batch
    return 8.0 * (sum(seen.values()) + 4 * recording.dimension), operations


def measure(kind: str, batch: int, dimension: int, steps: int, rounds: int) -> dict[str, float]:
    """Return the seconds of each way, per evaluation; the ways must agree."""
    rng = np.random.default_rng(0)
    family = draw_family(kind, batch, dimension, 10.0, rng)
    start = draw_starts(family, rng)
    step = np.where(np.isfinite(family.constants.smooth), 0.9, 0.02)
    values = descent_values(family, start, step, steps).values
    rows, few = min(batch, 4), min(steps, 20)
    tasks: dict[str, Callable[[], Any]] = {
        "core": lambda: descent_values(family, start, step, steps),
        "all": lambda: gradient_descent(family, start, step, steps),
        "naive": naive(family, start, step, few, rows),
    }
    ends = gradient_descent(family, start, step, few).points[-1, :rows]
    agree(kind, "naive", tasks["naive"](), ends)
    if name_of(family) in KERNELS:
        hand = by_hand(family, start, step, steps)
        tasks["hand"] = lambda: hand.run(start, step, steps)
        agree(kind, "hand", hand.run(start, step, steps), values)
    for key, task in (
        ("jax", in_jax(family, start, step, steps)),
        ("backend", with_backend(family, start, step, steps)),
    ):
        if task is not None:
            tasks[key] = task
            agree(kind, key, task(), values)
    times = dict(zip(tasks, interleaved(list(tasks.values()), rounds), strict=True))
    per = {key: t / (batch * (steps + 1)) for key, t in times.items()}
    per["naive"] = times["naive"] / (rows * few)
    recording = family.recording()
    assert recording is not None
    per["bytes"], per["operations"] = work(recording)
    return per


def agree(kind: str, way: str, found: np.ndarray, wanted: np.ndarray) -> None:
    if not np.allclose(found, wanted, rtol=1e-6, atol=1e-8):
        raise SystemExit(f"{kind}: {way} and the core disagree")


def row(kind: str, found: dict[str, float], machine: Machine) -> str:
    core = found["core"]

    def ratio(key: str, base: float) -> str:
        return f"{base / found[key]:8.2f}" if key in found else f"{'-':>8}"

    memory = found["bytes"] / core / machine.memory
    dgemm = found["operations"] / core / machine.dgemm
    return (
        f"{kind:20}{core * 1e9:8.0f}{found['all'] * 1e9:9.0f}{found['naive'] / core:9.0f}"
        f"{ratio('hand', core)}{ratio('jax', core)}{ratio('jax', found.get('backend', math.nan))}"
        f"{memory:8.0%}{dgemm:7.0%}"
    )


HEAD = (
    f"{'family':20}{'core ns':>8}{'all kept':>9}{'naive':>9}{'core':>8}{'core':>8}{'backend':>8}"
    f"{'of':>8}{'of':>7}\n"
    f"{'':37}{'/ core':>9}{'/ hand':>8}{'/ jax':>8}{'/ jax':>8}{'memory':>8}{'dgemm':>7}"
)


def linearity(rounds: int) -> list[str]:
    """Return lines that say how the time grows with B and with K: exponents of power laws."""
    lines = []
    for kind in ("rotated_quadratic", "sine_bumps"):
        for letter, sizes in (("B", (2048, 4096, 8192, 16384)), ("K", (100, 200, 400, 800))):
            tasks = []
            for size in sizes:
                batch, steps = (size, 100) if letter == "B" else (2048, size)
                rng = np.random.default_rng(0)
                family = draw_family(kind, batch, 10, 10.0, rng)
                start = draw_starts(family, rng)
                tasks.append(lambda f=family, s=start, k=steps: descent_values(f, s, 0.9, k))
            times = interleaved(tasks, rounds)
            slope, _ = np.polyfit(np.log(sizes), np.log(times), 1)
            shown = ", ".join(f"{s}: {1e3 * t:.0f} ms" for s, t in zip(sizes, times, strict=True))
            lines.append(f"{kind:20} time ~ {letter}^{slope:.2f}   ({shown})")
    return lines


def main() -> None:
    one_thread()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=KINDS, help=f"of {', '.join(FAMILY_KINDS)}")
    parser.add_argument("--sizes", default=SIZES, help="B x d x K, as in 4096x10x200")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    machine = Machine.measured()
    print(machine)
    for size in given.sizes.split(","):
        batch, dimension, steps = (int(n) for n in size.split("x"))
        print(f"\nB = {batch} functions, d = {dimension} variables, K = {steps} steps\n{HEAD}")
        for kind in given.kinds.split(","):
            found = measure(kind, batch, dimension, steps, given.rounds)
            print(row(kind, found, machine))
            sys.stdout.flush()
    print("\nhow the time grows (exponent 1: linear)")
    print("\n".join(linearity(given.rounds)))
    print(f"\npeak memory {peak_memory() / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
