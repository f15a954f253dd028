"""Subspaces as ranges or kernels of exact matrices: dimensions and membership by exact ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plproof.laboratory.arithmetic.matrices import (
    Counts,
    applied,
    composed,
    exact_ranks,
    transposed,
)
from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.arithmetic.slacks import Bounds, decision, equality


@dataclass(frozen=True)
class Span:
    """The subspace that is the range of a matrix (..., d, k), or the kernel of one (..., k, d)."""

    matrix: Tracked
    kernel: bool

    @property
    def ambient(self) -> int:
        """The dimension d of the space."""
        return int(self.matrix.value.shape[-1 if self.kernel else -2])

    def dimension(self) -> Tracked:
        """Return the dimensions (...), whole numbers; unknown where a matrix is not exact."""
        rank = exact_ranks(self.matrix)
        found = np.where(self.kernel, self.ambient - rank, rank)
        return _counted(found, rank < 0)

    def contains(self, v: Tracked) -> Bounds:
        """Return bounds of "v lies in the subspace" for vectors (..., d)."""
        if self.kernel:
            image = applied(self.matrix, v)
            return equality(image, Tracked(np.zeros(image.value.shape)), 1)
        shape = np.broadcast_shapes(v.value.shape[:-1], self.matrix.value.shape[:-2])
        column = _spread(Tracked(v.value[..., None], v.error[..., None]), shape)
        with_v = exact_ranks(_beside(_spread(self.matrix, shape), column))
        rank = exact_ranks(self.matrix)
        known = (with_v >= 0) & (rank >= 0)
        return decision(known & (with_v == rank), known & (with_v > rank))

    def meet(self, other: Span) -> Tracked:
        """Return the dimension of the intersection; unknown where a matrix is not exact."""
        a, b = self, other
        if b.kernel and not a.kernel:
            a, b = b, a
        shape = np.broadcast_shapes(a.matrix.value.shape[:-2], b.matrix.value.shape[:-2])
        left, right = _spread(a.matrix, shape), _spread(b.matrix, shape)
        if a.kernel and b.kernel:
            rank = exact_ranks(_beside(transposed(left), transposed(right)))
            return _counted(self.ambient - rank, rank < 0)
        if a.kernel:  # of the range of b, what a's matrix does not move away from 0
            ranks = exact_ranks(right), exact_ranks(composed(left, right))
            return _counted(ranks[0] - ranks[1], (ranks[0] < 0) | (ranks[1] < 0))
        parts = exact_ranks(left), exact_ranks(right), exact_ranks(_beside(left, right))
        unknown = (parts[0] < 0) | (parts[1] < 0) | (parts[2] < 0)
        return _counted(parts[0] + parts[1] - parts[2], unknown)


@dataclass(frozen=True)
class Meet:
    """The intersection of two subspaces."""

    first: Span
    second: Span

    def dimension(self) -> Tracked:
        """Return the dimensions (...)."""
        return self.first.meet(self.second)

    def contains(self, v: Tracked) -> Bounds:
        """Return bounds of "v lies in both"."""
        (low, high), (low2, high2) = self.first.contains(v), self.second.contains(v)
        return np.minimum(low, low2), np.minimum(high, high2)


def _counted(found: Counts, unknown: object) -> Tracked:
    value: Floats = np.asarray(found, dtype=np.float64)
    return Tracked(value, np.where(np.asarray(unknown), np.inf, 0.0) + 0.0 * value)


def _spread(a: Tracked, shape: tuple[int, ...]) -> Tracked:
    wanted = (*shape, *a.value.shape[-2:])
    return Tracked(np.broadcast_to(a.value, wanted), np.broadcast_to(a.error, wanted))


def _beside(a: Tracked, b: Tracked) -> Tracked:
    return Tracked(
        np.concatenate([a.value, b.value], axis=-1), np.concatenate([a.error, b.error], axis=-1)
    )
