"""Hypothesis strategies that draw whole batches of functions: one example is hundreds of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import FAMILY_KINDS, Family, draw_family, draw_starts
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.language.statement import Statement


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


@dataclass(frozen=True)
class ModelSpec:
    """What determines a batch of models of a statement: the functions, and K of the runs."""

    statement: Statement
    functions: FamilySpec
    iterations: int = 20

    def plan(self) -> Plan:
        """Return what there is to choose for the statement."""
        return Plan.of((h for _, h in self.statement.hypotheses), (self.statement.claim,))

    def assignment(self) -> Assignment:
        """Return the chosen values, always the same for the same specification."""
        spec, rng = self.functions, np.random.default_rng([self.functions.seed, 2])
        return draw(
            self.plan(),
            rng,
            spec.kind,
            spec.dimension,
            spec.conditioning,
            spec.batch,
            self.iterations,
        )

    def build(self) -> Model:
        """Return the models; the facts say on which rows the hypotheses hold."""
        return realise(self.plan(), self.assignment())


def models(
    statement: Statement, functions: st.SearchStrategy[FamilySpec] | None = None
) -> st.SearchStrategy[ModelSpec]:
    """Return a strategy of batches of models for a statement: one example is hundreds of functions.

    Arguments: ``functions``, where the first function comes from (default :func:`family_specs`).
    """
    return st.builds(
        ModelSpec,
        statement=st.just(statement),
        functions=family_specs() if functions is None else functions,
        iterations=st.integers(1, 40),
    )
