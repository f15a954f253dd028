"""Linear maps as worst examples of monotone, nonexpansive and cocoercive ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import realise
from plproof.laboratory.modelling.operators import OPERATOR, has_operators
from plproof.laboratory.worst_case.candidates import Candidate, Certified
from plproof.laboratory.worst_case.constrained import Constrained

_BATCHES, _ROWS = 8, 128
_CERTIFIED = 3  # of a batch, the rows that are decided exactly at most


def linear_examples(
    problem: Constrained, rng: np.random.Generator
) -> Iterator[tuple[Certified, Candidate]]:
    """Yield what is certain of linear maps, and of points that solve the equations of a method."""
    plan, comparison = problem.plan, problem.comparison
    if comparison.some is not None or not has_operators(plan):
        return
    for _ in range(_BATCHES):
        proposal = draw(plan, rng, OPERATOR, 2, 4.0, _ROWS, max(1, problem.last))
        naturals = {v: np.full(_ROWS, float(n)) for v, n in problem.naturals.items()}
        proposal = replace(proposal, numbers={**proposal.numbers, **naturals})
        try:
            model = realise(plan, proposal)
            rows = np.all([certify(model, p) for p in plan.parts], axis=0)
            small, large = (model.value(t) for t in (comparison.small, comparison.large))
        except NotEvaluated:
            return
        assert isinstance(small, Tracked) and isinstance(large, Tracked)
        with np.errstate(all="ignore"):
            ratios = np.broadcast_to(small.value / large.value, rows.shape)
        ratios = np.where(rows & (large.value > 0) & np.isfinite(ratios), ratios, -np.inf)
        for row in np.argsort(-ratios, kind="stable")[:_CERTIFIED]:
            if ratios[row] == -np.inf:
                break
            one = proposal.take([int(row)])
            candidate = Candidate(replace(one, members={}), dict(one.members))
            known = problem.setting.certified(candidate)
            if known is not None:
                yield known, candidate
                break
