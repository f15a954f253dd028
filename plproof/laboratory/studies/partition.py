"""Partitions as zeros of f(x) = (a'x)² + Σ (x_i² - 1)²: exhaustive for small whole numbers a.

f >= 0, and f(x) = 0 exactly if x is a vector of signs with a'x = 0, so f has a zero exactly if a
can be split into two parts of equal sum (PARTITION of R. M. Karp, 1972).  If it cannot, then
f >= 1/(1 + ‖a‖²) everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.gradient_descent.descent import segments

Whole = NDArray[np.int64]

LARGEST_LENGTH = 16
_SUMS_AT_ONCE = 2**20
_MARGIN = 1e-9


def can_partition(numbers: Sequence[int]) -> bool:
    """Say whether whole numbers split into two parts of equal sum, by the set of all sums.

    The sums of parts are the bits of one large integer.
    """
    sizes = [abs(int(a)) for a in numbers]
    half, odd = divmod(sum(sizes), 2)
    reached = 1
    for size in sizes:
        reached |= reached << size
    return not odd and bool(reached >> half & 1)


def least_sums(vectors: ArrayLike) -> Whole:
    """Return the least |a's| over all vectors s of signs, (N,), for ``vectors`` a (N, n).

    Exact, by all 2^(n-1) sums.  Raises ValueError unless 1 <= n <= 16 and the entries are whole
    numbers below 2**40 in size.
    """
    a = np.asarray(vectors)
    if a.ndim != 2 or not 1 <= a.shape[1] <= LARGEST_LENGTH:
        raise ValueError(f"vectors of length 1 to {LARGEST_LENGTH} are rows, got {a.shape}")
    if not np.issubdtype(a.dtype, np.integer) or np.any(np.abs(a) >= 2**40):
        raise ValueError("the entries are whole numbers below 2**40 in size")
    rows = max(1, _SUMS_AT_ONCE >> (a.shape[1] - 1))
    parts = [_least(a[k : k + rows].astype(np.int64)) for k in range(0, len(a), rows)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _least(a: Whole) -> Whole:
    sums = a[:, :1]
    for entry in a.T[1:]:
        sums = np.concatenate([sums + entry[:, None], sums - entry[:, None]], axis=1)
    return np.asarray(np.min(np.abs(sums), axis=1))


def sorted_vectors(length: int, largest: int) -> Whole:
    """Return all a with 0 <= a_1 <= ... <= a_n <= ``largest``, n = ``length`` >= 1, one per row.

    Up to the order and the signs of the entries, which do not matter, that is all of them.
    """
    if length < 1 or largest < 0:
        raise ValueError(f"need length >= 1 and largest >= 0, got {length} and {largest}")
    rows = combinations_with_replacement(range(largest + 1), length)
    return np.array(list(rows), dtype=np.int64)


class PartitionObjective:
    """The functions (a'x)² + Σ (x_i² - 1)², for ``gradient_descent``; ``vectors`` a (B, n)."""

    def __init__(self, vectors: ArrayLike):
        self.vectors = np.asarray(vectors, dtype=np.float64)
        if self.vectors.ndim != 2 or 0 in self.vectors.shape:
            raise ValueError(f"vectors are rows, got shape {self.vectors.shape}")
        self.batch, self.dimension = self.vectors.shape

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, n) at ``points`` (B, n)."""
        along = np.vecdot(self.vectors, points)
        off = points * points - 1.0
        gradient = (2.0 * along)[:, None] * self.vectors + 4.0 * off * points
        return along * along + np.vecdot(off, off), gradient

    def step(self, reach: float = 1.25) -> Floats:
        """Return a step (B,) below 1/L for the points with |x_i| <= ``reach``."""
        step: Floats = 1.0 / (2.0 * np.vecdot(self.vectors, self.vectors) + 12.0 * reach**2)
        return step


@dataclass(frozen=True)
class PartitionReport:
    """What was found for all sorted vectors of one length.

    ``vectors`` how many there were, ``partitionable`` how many of them split; ``disagreements``:
    vectors where "has a zero among the corners" and "splits" differ; ``below_at_corners``: corners
    of vectors that do not split where f < 1/(1 + ‖a‖²), in whole numbers; ``descents`` how many
    runs were made from corners of vectors that do not split, ``least_ratio`` the least
    f(x) (1 + ‖a‖²) met on them (infinite without any) and ``below_in_descent`` how many went below
    the bound by more than rounding.
    """

    length: int
    largest: int
    vectors: int
    partitionable: int
    disagreements: int
    below_at_corners: int
    descents: int
    least_ratio: float
    below_in_descent: int


def check_partitions(
    length: int,
    largest: int,
    *,
    descents: int = 1000,
    iterations: int = 200,
    bound: float = 1.0,
    seed: int = 0,
) -> PartitionReport:
    """Compare f with the partitions of all sorted vectors a of one length.

    Arguments: n = ``length``, 1..16; ``largest`` entry >= 0; ``descents`` runs of ``iterations``
    steps, each for an a that does not split, from a corner or between corners; ``bound`` c: the
    values are compared with c/(1 + ‖a‖²), c = 1 being the claim.
    """
    vectors = sorted_vectors(length, largest)
    least = least_sums(vectors)
    splits = np.array([can_partition(a) for a in vectors.tolist()])
    square = 1 + np.sum(vectors * vectors, axis=1)
    rest = np.flatnonzero(~splits)
    rng = np.random.default_rng([seed, length, largest])
    # f is a whole number at corners, so f(1 + ‖a‖²) >= c is compared without rounding
    low = least[rest] ** 2 * square[rest] < bound
    ratios = np.full(0, np.inf)
    if rest.size and descents:
        chosen = vectors[rng.choice(rest, size=descents)]
        ratios = _descend(chosen, iterations, rng)
    return PartitionReport(
        length=length,
        largest=largest,
        vectors=len(vectors),
        partitionable=int(splits.sum()),
        disagreements=int(np.sum((least == 0) != splits)),
        below_at_corners=int(low.sum()),
        descents=len(ratios),
        least_ratio=float(np.min(ratios, initial=np.inf)),
        below_in_descent=int(np.sum(ratios < bound * (1.0 - _MARGIN))),
    )


def _descend(vectors: Whole, iterations: int, rng: np.random.Generator) -> Floats:
    """Return the least f(x)(1 + ‖a‖²) on one run of descent per row, from its better corners."""
    objective = PartitionObjective(vectors)
    start = np.array([_good_corner(a, rng) for a in vectors], dtype=np.float64)
    inside = rng.random(len(vectors)) < 0.25
    start[inside] *= rng.uniform(-1.0, 1.0, size=start[inside].shape)
    least = np.full(len(vectors), np.inf)
    for run in segments(objective, start, objective.step(), iterations):
        least = np.minimum(least, run.values.min(axis=0))
    return np.asarray(least * (1.0 + np.vecdot(objective.vectors, objective.vectors)))


def _good_corner(a: Whole, rng: np.random.Generator) -> Whole:
    """Return a vector of signs with a small |a's|: the best of some random ones."""
    signs = rng.choice(np.array([-1, 1]), size=(64, len(a)))
    return np.asarray(signs[np.argmin(np.abs(signs @ a))])
