"""Values for quantified variables: where a sampled "for all" or "there is" looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.arithmetic.total import exact
from plproof.laboratory.families import Family
from plproof.language.sorts import NAT, REAL, LanguageError, Sort, coordinates_of

_SPECIAL = (0.0, 1.0, 0.5, -1.0, 2.0)
_NESTED = 8  # natural numbers tried inside two other quantifiers
_CLOSE = (2.0**-2, 2.0**-6, 2.0**-20)


class Sampler:
    """Draws joint samples for a block of quantified variables; the same seed, the same samples.

    Arguments: ``batch`` B; ``dimensions`` of the spaces by name; ``horizon`` K: natural numbers run
    through 0..K; ``anchors``, points (B, d) around which vectors are drawn, by space; ``count``,
    how many samples a block gets; ``seed``.
    """

    def __init__(
        self,
        batch: int,
        dimensions: dict[str, int],
        horizon: int,
        anchors: dict[str, list[Floats]],
        count: int,
        seed: Sequence[int],
    ) -> None:
        self.batch = batch
        self.dimensions = dimensions
        self.horizon = horizon
        self.anchors = anchors
        self.count = count
        self._rng = np.random.default_rng(list(seed))
        self._pools: dict[tuple[object, ...], list[Tracked]] = {}
        self._part_of: tuple[Sampler, NDArray[np.intp]] | None = None

    def take(self, rows: NDArray[np.intp]) -> Sampler:
        """Return what gives the chosen rows the samples that they have here."""
        anchors = {space: [at[rows] for at in found] for space, found in self.anchors.items()}
        part = Sampler(len(rows), self.dimensions, self.horizon, anchors, self.count, (0,))
        part._part_of = (self, rows)
        return part

    def block(self, sorts: Sequence[Sort], axes: int, exists: bool = False) -> list[Tracked]:
        """Return one value per sort, samples along a new first axis, for ``axes`` axes inside.

        Reals and naturals have shape (S, 1, …, B or 1), vectors (S, 1, …, B, d).  The first natural
        number of a block runs through all of 0..K, inside two quantifiers through some of them.
        What ``exists`` is looked for in more places: vectors also among coordinate vectors and
        close to the anchors.  Raises LanguageError for other sorts.
        """
        key = (tuple(sorts), axes, exists)
        if key not in self._pools and self._part_of is not None:
            whole, rows = self._part_of
            pool = zip(sorts, whole.block(sorts, axes, exists), strict=True)
            self._pools[key] = [_taken(value, rows, sort.kind == "Vec") for sort, value in pool]
        if key not in self._pools:
            count = self.horizon + 1 if NAT in sorts else self.count + 4 * (len(sorts) - 1)
            if axes and NAT not in sorts:
                count = max(6, count // 2)
            if axes > 1 and NAT in sorts:
                count = min(count, _NESTED)
            values: list[Tracked] = []
            more = exists and NAT not in sorts
            largest = max((self._closest(s) for s in sorts), default=0) if more else 0
            for place, sort in enumerate(sorts):
                drawn = self._draw(sort, count, place, NAT in sorts[:place])
                if largest:
                    drawn = np.concatenate([drawn, self._close(sort, largest, place)])
                inner = (1,) * axes
                values.append(exact(drawn.reshape(drawn.shape[:1] + inner + drawn.shape[1:])))
            self._pools[key] = values
        return self._pools[key]

    def _draw(self, sort: Sort, count: int, place: int, counted: bool) -> Floats:
        rng = self._rng
        if sort == NAT:
            spread = np.round(np.linspace(0, self.horizon, count))
            order = spread if not counted else rng.integers(0, self.horizon + 1, count)
            return order.astype(np.float64)[:, None]
        if sort == REAL:
            return self._reals(count, place)
        if sort.kind != "Vec":
            raise LanguageError(f"no samples of {sort.words()} are drawn")
        return self._vectors(sort.spaces[0], count, place)

    def _closest(self, sort: Sort) -> int:
        """Return how many further places there are for what exists."""
        if sort.kind != "Vec":
            return 6
        dimension = self._size(sort.spaces[0])
        return dimension * (1 + len(_CLOSE) * min(2, len(self.anchors.get(sort.spaces[0], ()))))

    def _close(self, sort: Sort, count: int, place: int) -> Floats:
        """Return further places for what exists, vectors or small and large positive numbers."""
        if sort.kind != "Vec":
            sizes = np.exp2([-10.0, -20.0, -5.0, 3.0, 8.0, 12.0])
            return np.broadcast_to(np.resize(sizes, count)[:, None], (count, self.batch))
        space = sort.spaces[0]
        dimension = self._size(space)
        if not dimension:
            return np.zeros((count, self.batch, 0))
        units = np.broadcast_to(np.eye(dimension)[:, None], (dimension, self.batch, dimension))
        found = [units]
        for anchor in self.anchors.get(space, [])[:2]:
            found += [anchor + size * units for size in _CLOSE]
        stacked = np.concatenate(found)
        return np.asarray(stacked[np.resize(np.arange(len(stacked)), count)])

    def _size(self, space: str) -> int:
        fixed = coordinates_of(space)
        return self.dimensions[space] if fixed is None else fixed

    def _reals(self, count: int, place: int) -> Floats:
        rng = self._rng
        shape = (count, self.batch)
        wide = rng.choice([-1.0, 1.0], shape) * np.exp2(rng.uniform(-8.0, 6.0, shape))
        unit = rng.uniform(0.0, 1.0, shape)
        drawn = np.where(rng.random(shape) < 0.6, unit, wide)
        for offset, value in enumerate(_SPECIAL):
            drawn[(offset + 2 * place) % count] = value
        return drawn

    def _vectors(self, space: str, count: int, place: int) -> Floats:
        rng, dimension = self._rng, self._size(space)
        if not dimension:
            return np.zeros((count, self.batch, 0))
        offset = rng.standard_normal((count, self.batch, dimension))
        lone = rng.random((count, self.batch)) < 0.3
        chosen = rng.integers(dimension, size=(count, self.batch))
        offset[lone] *= np.arange(dimension) == chosen[lone][:, None]
        offset *= rng.choice([1.0, 1.0, 0.05, 20.0], (count, self.batch, 1))
        anchors = self.anchors.get(space) or [np.zeros((self.batch, dimension))]
        for sample in range(count):
            if (sample + place) % 5 == 1:
                offset[sample] = 0.0
            if (sample + 3 * place) % 7 != 6:
                offset[sample] += anchors[sample % len(anchors)]
        return offset

    def family(self, sort: Sort, families: Sequence[tuple[Sort, Family]]) -> Family:
        """Return a function of the sort among those at hand; LanguageError when there is none."""
        for known, family in families:
            if known == sort:
                return family
        raise LanguageError(f"no samples of {sort.words()} are drawn")


def _taken(samples: Tracked, rows: NDArray[np.intp], vectors: bool) -> Tracked:
    """Return samples (..., B) or (..., B, d) on the chosen rows, one row for all as it is."""
    axis = -2 if vectors else -1
    if samples.value.shape[axis] == 1:
        return samples
    return exact(np.take(samples.value, rows, axis=axis))
