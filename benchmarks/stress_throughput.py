"""Measures how many functions a second hypothesis can put through a claim about gradient descent.

    python benchmarks/stress_throughput.py [--batch 512] [--starts 8] [--examples 60] [--largest 10]

One example of hypothesis is a batch: a kind of quadratics, a dimension up to 10, a conditioning and
a seed.  Its functions are drawn and certified, run from several starts each for K = 20 steps of
length 1/β, and the rate f(x_k) - min f <= (1 - μ/β)^k (f(x_0) - min f) is checked for k <= 20.
Rows that break it in floats are run again with error bounds (``orbits.descend``), and only what is
beyond them counts.

Printed: trajectories per second of processor time, first from several starts and then with one,
where every trajectory is of another function; where the time goes; the time hypothesis itself takes
for an example; how the time grows with the number of steps that are checked; and the engine of
campaigns on library theorems about gradient descent, in trials per second: a trial is a function of
any kind with a start, four of them to a function drawn, and its hypotheses and claim are decided
from the statement alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from machine import interleaved, one_thread, peak_memory

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked, round_down
from plproof.laboratory.campaigns import units
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.descent import Outcome, descent_values
from plproof.laboratory.gradient_descent.orbits import descend
from plproof.laboratory.testing.strategies import FamilySpec, family_specs

QUADRATICS = ("diagonal_quadratic", "quadratic", "rank_deficient_quadratic")
STEPS = 20


def broken(family: Family, start: np.ndarray, step: np.ndarray, run: Outcome) -> int:
    """Return how many rows certainly break the rate, beyond their error bounds."""
    constants = family.constants
    factor = 1.0 - step * np.where(constants.constant, 0.0, constants.pl)
    bound, gap = run.values[0] - constants.minimum, np.empty(family.batch)
    above = np.zeros(family.batch, dtype=bool)
    for values in run.values[1:]:
        bound *= factor
        np.subtract(values, constants.minimum, out=gap)
        above |= gap > bound
    doubtful = np.flatnonzero(above)
    if not doubtful.size:
        return 0
    part = family.take(doubtful)
    orbit = descend(part, start[doubtful], Tracked(step[doubtful]), len(run.values) - 1)
    index = np.arange(len(run.values))[:, None]
    value, _ = orbit.function(part, np.broadcast_to(index, (len(index), len(doubtful))))
    low = value.value - SAFETY * UNIT * value.error - constants.minimum[doubtful]
    high = value.value[0] + SAFETY * UNIT * value.error[0] - constants.minimum[doubtful]
    wide = 1.0 + 8.0 * (index + 1) * UNIT
    return int((low > factor[doubtful] ** index * high * wide).any(axis=0).sum())


def claim(spent: Counter[str], starts: int) -> Callable[[FamilySpec], None]:
    """Return the property that hypothesis tests; ``spent`` gathers where the time goes."""

    def rate(spec: FamilySpec) -> None:
        begin = time.process_time()
        family = spec.build()
        if starts > 1:
            family = family.take(np.repeat(np.arange(family.batch), starts))
        start = spec.starts(family)
        drawn = time.process_time()
        step = round_down(1.0 / family.constants.smooth, 2)
        run = descent_values(family, start, step, STEPS)
        made = time.process_time()
        assert broken(family, start, step, run) == 0
        spent["draw"] += drawn - begin
        spent["descent"] += made - drawn
        spent["check"] += time.process_time() - made
        spent["functions"] += family.batch

    return rate


def engine(test: Callable[[FamilySpec], None], examples: int, batch: int, largest: int) -> float:
    """Return the processor time that hypothesis takes to run a test on so many examples."""
    run = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )(given(family_specs(QUADRATICS, largest, batch=batch))(test))
    begin = time.process_time()
    run()
    return time.process_time() - begin


def campaigns(rounds: int) -> None:
    """Print how fast units of campaigns are on rates of gradient descent, the best of some."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from theorems.gradient_descent.pl_linear_rate import pl_linear_rate
    from theorems.gradient_descent.strongly_convex_rates import distance_rate, value_rate
    from theorems.gradient_descent.sufficient_decrease import sufficient_decrease
    from theorems.rates.smooth_convex_rate import smooth_convex_rate

    for theorem in (pl_linear_rate, sufficient_decrease, distance_rate, value_rate,
                    smooth_convex_rate):  # fmt: skip
        statement, best, checks = theorem.statement, 0.0, 0
        yields = units.survey(statement, 0)["yields"]
        for number in range(rounds + 1):  # the first is a warm-up
            begin = time.process_time()
            found = units.check(statement, 0, number, yields)
            assert not found["violations"]
            if number:
                best = max(best, found["functions"] / (time.process_time() - begin))
                checks += found["checks"]
        print(f"{best:12,.0f} trials a second and core: {theorem.name} ({checks:,} checks in all)")


def main() -> None:
    one_thread()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=512, help="functions an example")
    parser.add_argument("--starts", type=int, default=8, help="of each function")
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--largest", type=int, default=10, help="dimensions 1 to this")
    parser.add_argument("--rounds", type=int, default=3)
    given_ = parser.parse_args()
    print(f"hypothesis, quadratics, K = {STEPS}, d = 1 to {given_.largest}, every step checked")
    for batch, starts in ((given_.batch, given_.starts), (given_.batch * given_.starts, 1)):
        best, where = 0.0, Counter()
        for _ in range(given_.rounds):
            spent: Counter[str] = Counter()
            seconds = engine(claim(spent, starts), given_.examples, batch, given_.largest)
            if spent["functions"] / seconds > best:
                best, where = spent["functions"] / seconds, spent
        print(f"{best:12,.0f} trajectories a second and core ({batch} functions, {starts} starts)")
        for part in ("draw", "descent", "check"):
            print(f"{where[part] / where['functions'] * 1e9:12,.0f} ns a trajectory: {part}")
    idle = min(engine(lambda spec: None, 300, given_.batch, given_.largest) for _ in range(3))
    print(f"{idle / 300 * 1e3:12.2f} ms an example: hypothesis itself")
    spec = FamilySpec("quadratic", 5, 10.0, 0, 4096)
    family = spec.build()
    start, step = spec.starts(family), round_down(1.0 / family.constants.smooth, 2)
    sizes = (20, 40, 80, 160)
    runs = [descent_values(family, start, step, k) for k in sizes]
    times = interleaved([lambda r=r: broken(family, start, step, r) for r in runs], 5)
    power, _ = np.polyfit(np.log(sizes), np.log(times), 1)
    print(f"time of the check ~ K^{power:.2f} for K = {', '.join(map(str, sizes))}")
    campaigns(given_.rounds + 2)
    print(f"peak memory {peak_memory() / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
