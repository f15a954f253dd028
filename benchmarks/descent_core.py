"""Measures the batched gradient-descent core against autograd on one function at a time.

Run ``python benchmarks/descent_core.py [batch] [dimension]`` (4096 and 10 by default).  Three ways
to evaluate value and gradient are timed in one run, on the same functions, as evaluations per
second of processor time: the core with hand-written gradients, the same batch through autograd, and
the naive loop ``autograd.value_and_grad`` per function (on a subset, scaled).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad

from plproof.laboratory.descent import gradient_descent
from plproof.laboratory.families import Family, draw_family, draw_starts

KINDS = ("rotated_quadratic", "least_squares", "logistic", "sine_bumps")
ITERATIONS = 50
NAIVE_FUNCTIONS = 64
NAIVE_STEPS = 20


def single(family: Family, row: int) -> Callable:
    """Return function ``row`` as a user would write it for one vector x (d,)."""
    p = {name: getattr(family, name)[row] for name in family.parameters}
    match type(family).__name__:
        case "Quadratic":
            h, c, m = p["hessian"], p["centre"], p["minimum"]
            return lambda x: 0.5 * anp.dot(x - c, anp.dot(h, x - c)) + m
        case "LeastSquares":
            a, b = p["matrix"], p["target"]
            return lambda x: 0.5 * anp.sum((anp.dot(a, x) - b) ** 2)
        case "LogisticRidge":
            a, q, w, r = p["matrix"], p["chance"], p["weight"], p["ridge"]
            c, m, shift = p["centre"], p["minimum"], np.log(q) - np.log1p(-q)

            def logistic(x: np.ndarray) -> float:
                z = anp.dot(a, x - c)
                soft = anp.logaddexp(0.0, z + shift) + np.log1p(-q) - q * z
                return w * anp.sum(soft) + 0.5 * r * anp.dot(x - c, x - c) + m

            return logistic
        case "SineBumps":
            w, a, b, c, m = (p[name] for name in family.parameters)
            return lambda x: w * anp.sum((x - c) ** 2 + a * anp.sin(b * (x - c)) ** 2) + m
    raise ValueError(f"no single-function form of {family!r}")


def naive(family: Family, start: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (evaluations per second, final points) of the loop over single functions."""
    rows, ends = min(NAIVE_FUNCTIONS, family.batch), []
    steps = 1.0 / family.constants.smooth
    begin = time.process_time()
    for row in range(rows):
        evaluate, x = value_and_grad(single(family, row)), start[row]
        for _ in range(NAIVE_STEPS):
            _, gradient = evaluate(x)
            x = x - steps[row] * gradient
        ends.append(x)
    return rows * NAIVE_STEPS / (time.process_time() - begin), np.array(ends)


def batched(family: Family, start: np.ndarray) -> float:
    """Return evaluations per second of the core, trajectories stored; the best of three runs."""
    best = np.inf
    for _ in range(3):
        begin = time.process_time()
        gradient_descent(family, start, 1.0 / family.constants.smooth, ITERATIONS)
        best = min(best, time.process_time() - begin)
    return family.batch * (ITERATIONS + 1) / best


def automatic(family: Family, start: np.ndarray) -> float:
    """Return evaluations per second of value and gradient by autograd on the whole batch."""
    begin = time.process_time()
    for _ in range(20):
        family.automatic_value_and_gradient(start)
    return 20 * family.batch / (time.process_time() - begin)


def main() -> None:
    arguments = [int(a) for a in sys.argv[1:3]]
    batch, dimension = (*arguments, *(4096, 10)[len(arguments) :])
    print(f"B = {batch}, d = {dimension}, evaluations of value and gradient per second")
    print(f"{'family':20}{'core':>14}{'batch autograd':>16}{'naive loop':>12}{'core/naive':>12}")
    for kind in KINDS:
        rng = np.random.default_rng(0)
        family = draw_family(kind, batch, dimension, 10.0, rng)
        start = draw_starts(family, rng)
        slow, ends = naive(family, start)
        rows = np.arange(len(ends))
        part = family.take(rows)
        run = gradient_descent(part, start[rows], 1.0 / part.constants.smooth, NAIVE_STEPS)
        if not np.allclose(run.points[-1], ends, rtol=1e-6, atol=1e-9):
            raise SystemExit(f"{kind}: the two ways disagree")
        fast, middle = batched(family, start), automatic(family, start)
        print(f"{kind:20}{fast:14,.0f}{middle:16,.0f}{slow:12,.0f}{fast / slow:12,.0f}")


if __name__ == "__main__":
    main()
