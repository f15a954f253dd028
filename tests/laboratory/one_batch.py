"""One batch of a statement's models, for tests that need no whole stress test."""

from dataclasses import dataclass

import numpy as np

from plproof.laboratory.certification.certified import VIOLATED, recheck
from plproof.laboratory.modelling.cases import Case, extract
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.modelling.opened import opened
from plproof.language import Statement


@dataclass
class Batch:
    """How many rows satisfy the hypotheses, and on which of them the claim certainly fails."""

    checks: int
    failing: list[int]
    certified: bool


def one_batch(given, claim, kind="diagonal_quadratic", rows=64, iterations=6, seed=0):
    """Draw functions in dimension 2; ``certified``: the first failing row is a violation in arb."""
    statement = opened(Statement.of(given, claim))
    hypotheses = tuple(h for _, h in statement.hypotheses)
    plan = Plan.of(hypotheses, (statement.claim,))
    proposal = draw(plan, np.random.default_rng(seed), kind, 2, 4.0, rows, iterations)
    model = realise(plan, proposal)
    held = np.ones(rows, dtype=bool)
    for h in hypotheses:
        held &= certify(model, h)
    failing = np.flatnonzero(held & (model.truth(statement.claim)[1] < 0)).tolist()
    certified = False
    if failing:
        case = extract(Case(hypotheses, hypotheses, statement.claim, proposal), model, failing[0])
        certified = case is not None and recheck(case).kind == VIOLATED
    return Batch(int(held.sum()), failing, certified)
