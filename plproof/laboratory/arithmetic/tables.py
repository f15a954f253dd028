"""Families of reals with two indices, ℕ → ℕ → ℝ, known up to an index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import Floats, Tracked


@dataclass
class Table:
    """The value of a variable a with a(i)(j) real: ``entries`` (K+1, K+1, B), exact.

    ``row`` is the first index, once it is given.
    """

    entries: Floats
    row: Floats | None = None

    def at(self, index: Tracked) -> Table | Tracked:
        """Return a(i), or a(i)(j) when the first index was given; unknown beyond the end."""
        if self.row is None:
            return Table(self.entries, np.where(index.error > 0, np.nan, index.value))
        first, second = np.broadcast_arrays(self.row, index.value)
        top = len(self.entries) - 1
        known = (first >= 0) & (first <= top) & (second >= 0) & (second <= top)
        known &= ~(np.broadcast_to(index.error, known.shape) > 0)
        i, j = (np.where(known, x, 0).astype(np.intp) for x in (first, second))
        if i.ndim == 0 or i.shape[-1] == 1:
            short = (i, j) if i.ndim == 0 else (i[..., 0], j[..., 0])
            value = self.entries[short]
        else:
            value = self.entries[i, j, np.arange(self.entries.shape[-1])]
        return Tracked(value, np.broadcast_to(np.where(known, 0.0, np.inf), value.shape))

    def take(self, rows: NDArray[np.intp]) -> Table:
        """Return the chosen rows."""
        return Table(self.entries[..., rows])
