"""Hypothesis strategies that draw whole batches of functions: one example is hundreds of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from plproof.laboratory.families import FAMILY_KINDS, Family, draw_family, draw_starts
from plproof.laboratory.rounding import Floats


@dataclass(frozen=True)
class FamilySpec:
    """What determines a batch of functions: arguments as in ``draw_family``, and a seed >= 0."""

    kind: str
    dimension: int
    conditioning: float
    seed: int
    batch: int = 256

    def build(self) -> Family:
        """Return the batch, always the same for the same specification."""
        rng = np.random.default_rng([self.seed, 0])
        return draw_family(self.kind, self.batch, self.dimension, self.conditioning, rng)

    def starts(self, family: Family, spread: float = 1.0) -> Floats:
        """Return starting points (B, d) for the batch, always the same."""
        return draw_starts(family, np.random.default_rng([self.seed, 1]), spread)


def family_specs(
    kinds: tuple[str, ...] = FAMILY_KINDS,
    max_dimension: int = 12,
    conditionings: tuple[float, ...] = (1.0, 2.0, 3.0, 10.0, 100.0, 1000.0),
    batch: int = 256,
) -> st.SearchStrategy[FamilySpec]:
    """Return a strategy of specifications: kind, dimension 1..max_dimension, conditioning, seed.

    Arguments: ``kinds``, some of ``FAMILY_KINDS``; ``max_dimension`` >= 1; ``conditionings``, each
    in [1, 2**20]; ``batch`` >= 1, the number of functions per example (256 to 1024 pays best).
    Raises ValueError on an unknown kind or an empty choice.
    """
    unknown = sorted(set(kinds) - set(FAMILY_KINDS))
    if unknown or not kinds:
        raise ValueError(f"kinds must be some of {FAMILY_KINDS}, got {kinds!r}")
    if max_dimension < 1 or batch < 1 or not conditionings:
        raise ValueError("max_dimension and batch are at least 1, conditionings not empty")
    return st.builds(
        FamilySpec,
        kind=st.sampled_from(kinds),
        dimension=st.integers(1, max_dimension),
        conditioning=st.sampled_from(conditionings),
        seed=st.integers(0, 2**32 - 1),
        batch=st.just(batch),
    )
