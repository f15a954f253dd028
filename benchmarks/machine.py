"""What this machine can do at best, measured with NumPy: memory, cache and multiplication."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


def one_thread() -> None:
    """Keep libraries on one core: they read how many to use when they are loaded.

    To be called first in ``main``: where the environment says anything else, the program begins
    anew with it put right.
    """
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
    wanted = dict.fromkeys(names, "1")
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    wanted["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", flags)
    if not wanted.items() <= os.environ.items():
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


SHORTEST = 0.004  # seconds: what takes less is done several times over for one measurement


def interleaved(tasks: Sequence[Callable[[], Any]], rounds: int) -> list[float]:
    """Return the least processor time of each task, in seconds; a round does every task in turn.

    Other programs slow all tasks of a round alike, and the least time is the least disturbed.
    """
    best = [np.inf] * len(tasks)
    repeats = [1] * len(tasks)
    for turn in range(rounds + 1):
        for place, task in enumerate(tasks):
            begin = time.process_time()
            for _ in range(repeats[place]):
                task()
            each = (time.process_time() - begin) / repeats[place]
            if turn:
                best[place] = min(best[place], each)
            else:  # the first round says how long they take
                repeats[place] = max(1, min(100, int(SHORTEST / max(each, 1e-9))))
                best[place] = each if repeats[place] == 1 else np.inf
    return best


@dataclass(frozen=True)
class Machine:
    """Rates of one core: ``memory`` and ``cache`` in bytes, ``dgemm`` in operations a second."""

    memory: float
    cache: float
    dgemm: float

    @classmethod
    def measured(cls) -> Machine:
        """Measure dgemm and a triad a = b + s c, as two NumPy calls, in memory and in the cache."""
        large, small = 4_000_000, 16_000
        memory = _triad(large, 1)
        cache = _triad(small, 200)
        a = np.random.default_rng(0).standard_normal((768, 768))
        out = np.empty_like(a)
        (dgemm,) = interleaved([lambda: np.matmul(a, a, out=out)], 12)
        return cls(memory, cache, 2.0 * 768**3 / dgemm)

    def __str__(self) -> str:
        return (
            f"memory {self.memory / 1e9:.1f} GB/s, cache {self.cache / 1e9:.1f} GB/s (triad), "
            f"dgemm {self.dgemm / 1e9:.1f} GFlop/s, one core"
        )


def _triad(size: int, repeats: int) -> float:
    b, c, a = np.ones(size), np.ones(size), np.ones(size)

    def run() -> None:
        for _ in range(repeats):
            np.multiply(c, 3.0, out=a)
            np.add(a, b, out=a)

    (best,) = interleaved([run], 12)
    return 5 * 8 * size * repeats / best  # c, a; a, b, a


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
