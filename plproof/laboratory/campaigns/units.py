"""The units of work of a campaign: plain data in, plain data out, nothing shared between them.

A unit is named by a statement, a stage and a number, and gives the same answer whenever and
wherever it is done: its random numbers come from the seed, the stage and the number alone.  The
stage ``survey`` (one unit) finds which kinds of functions satisfy the hypotheses, ``check`` tests
the claim on a fixed number of random functions, ``search`` looks for the best ratio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.families import FamilyKind
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.certify import certify, is_known
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.modelling.opened import opened
from plproof.laboratory.testing.counterexamples import describe
from plproof.laboratory.testing.stress import (
    CONDITIONINGS,
    DIMENSIONS,
    KINDS,
    StressReport,
    examine,
    items_of,
    kinds_of,
)
from plproof.laboratory.testing.suspects import below_rounding
from plproof.laboratory.testing.undefined import undefined
from plproof.laboratory.worst_case.adversary import best_ratio, search_list
from plproof.language.definitions import unfold_all
from plproof.language.statement import Statement
from plproof.language.terms import subterms

BATCHES = 8
"""Batches of a unit at least, each of functions of one kind."""

LARGEST_BATCH = 4096
"""Rows of a batch where no quantifier needs many samples; elsewhere ``SMALL_BATCH``: memory."""

SMALL_BATCH = 1024

ROWS = 32_768
"""Trials in one unit of the stage ``check``: a function with a start, points and constants."""

STARTS = 4
"""Trials of each function that is drawn: to draw and certify it takes longer than to try it."""

_CLOSELY = 4  # the rows nearest to equality are looked at in the first and every fourth unit
_SURVEYED = 48
_UNLIKELY = 0.05  # the share of batches of any kind, also of one that gave nothing in the survey
_STREAMS = {"survey": 11, "check": 12, "order": 13}


def survey(statement: Statement, seed: int, families: Sequence[FamilyKind] = ()) -> dict[str, Any]:
    """Say on which share of random functions the hypotheses certainly hold.

    Returns ``yields``, by kind of function; ``passes``, by hypothesis, over all kinds; ``note``,
    why the claim cannot be evaluated ("" when it can); ``undefined``, where the statement means
    nothing, in words with an example each.  ``families`` are kinds of the user.  The same
    arguments, the same answer.
    """
    found = undefined(statement, seed, families)
    edges = [f"{where}, as with {values.named()}" for where, values in found]
    statement = opened(statement)
    hypotheses = dict(statement.hypotheses)
    yields: dict[str, float] = {}
    passes = dict.fromkeys(hypotheses, 0.0)
    kinds: Sequence[str | FamilyKind] = KINDS
    try:
        plan = Plan.of(tuple(hypotheses.values()), (statement.claim,))
        kinds = kinds_of(plan, families)
        for place, kind in enumerate(kinds):
            held = []
            for dimension in (1, 2):
                rng = np.random.default_rng([seed, _STREAMS["survey"], place, dimension])
                proposal = draw(plan, rng, kind, dimension, 4.0, _SURVEYED, 8)
                model = realise(plan, proposal)
                rows = np.ones(model.batch, dtype=bool)
                for name, h in hypotheses.items():
                    mask = certify(model, h)
                    passes[name] += float(mask.mean()) / (2 * len(kinds))
                    rows &= mask
                if place == 0 and dimension == 1:
                    model.truth(statement.claim)
                held.append(float(rows.mean()))
            yields[str(kind)] = sum(held) / len(held)
    except NotEvaluated as error:
        return {"yields": {}, "passes": {}, "note": str(error), "undefined": edges}
    passes = {n: round(p, 6) for n, p in passes.items()}
    return {"yields": yields, "passes": passes, "note": "", "undefined": edges}


def check(
    statement: Statement,
    seed: int,
    number: int,
    yields: Mapping[str, float],
    rows: int = ROWS,
    families: Sequence[FamilyKind] = (),
) -> dict[str, Any]:
    """Test the claim on ``rows`` random functions with starts, those of unit ``number`` >= 0.

    A row is a function with a start, or points, and constants of its own; ``STARTS`` rows in turn
    have the same function.  Returns ``functions``, the rows that were drawn, and ``checks``, those
    on which the hypotheses certainly hold; ``worst``, the least relative slack seen (None without
    checks); ``violations`` in the batch that failed first, and the ``counterexample`` found there,
    with its verdict; ``note``, why nothing could be evaluated.  The unit ends at a violation that
    is certain; after one that is not decided it looks for such a one.  ``families`` as in the
    survey.
    """
    found: dict[str, Any] = {
        "functions": 0,
        "checks": 0,
        "worst": None,
        "violations": 0,
        "counterexample": None,
        "note": "",
    }
    statement = opened(statement)
    hypotheses = tuple(h for _, h in statement.hypotheses)
    (item,) = items_of(statement)
    report = StressReport([item.report], "", seed)
    note, own = "", {kind.name: kind for kind in families}
    given = [name for name in own if yields.get(name, 0.0) > 0]
    try:
        plan = Plan.of(hypotheses, (statement.claim,))
        starts = STARTS if plan.functions else 1
        size = min(_largest(plan), -(-rows // BATCHES))
        batches = -(-rows // size)
        for place, start in enumerate(range(0, rows, size)):
            batch = min(size, rows - start)
            rng = np.random.default_rng([seed, _STREAMS["check"], number, place])
            name = _kind(yields, seed, number * batches + place, rng)
            if given and place % 2 == 0:  # those of the user by turns, whatever the chances
                name = given[(number * (BATCHES // 2) + place // 2) % len(given)]
            kind = own.get(name, name)
            dimension = int(rng.choice(DIMENSIONS))
            conditioning = float(rng.choice(CONDITIONINGS))
            iterations = 60 if rng.random() < 0.125 else 20
            proposal = draw(plan, rng, kind, dimension, conditioning, batch, iterations, starts)
            model = realise(plan, proposal)
            found["functions"] += batch
            failing = examine(item, model, proposal, hypotheses, report)
            close = place < BATCHES if number == 0 else place == 0 and number % _CLOSELY == 0
            if failing is None and close:
                failing = below_rounding(item.given, item.proposition, model, proposal, hypotheses)
                item.report.violations += failing is not None
            if failing is not None:
                example = describe(statement, "claim", failing).to_json()
                certain = example["verdict"] == VIOLATED
                if certain or found["counterexample"] is None:
                    found["violations"] = item.report.violations
                    found["counterexample"] = example
                if certain:
                    break
            if item.report.note:  # perhaps of these functions alone
                note, item.report.note = item.report.note, ""
    except NotEvaluated as error:
        item.report.note = str(error)
    found["checks"], found["worst"] = report.checks, item.report.worst
    found["note"] = item.report.note or ("" if report.checks else note)
    return found


def _largest(plan: Plan) -> int:
    """Return how many rows a batch may have, by what is read over many samples of each row."""
    if plan.systems and plan.method.rules:
        return SMALL_BATCH // 4  # every member of a run keeps its derivatives
    for p in (*plan.parts, *plan.claims):
        if is_known(p):
            continue  # decided by constants
        quantifiers = {t.op for t in subterms(unfold_all(p))} & {"all", "ex"}
        if "ex" in quantifiers or (quantifiers and p in plan.parts):
            return SMALL_BATCH
    return LARGEST_BATCH


def _kind(yields: Mapping[str, float], seed: int, turn: int, rng: np.random.Generator) -> str:
    """Return the kind of a batch: those that fit in turn, in random order, seldom another one."""
    kinds = list(yields)
    likely = [kind for kind in kinds if yields[kind] > 0] or kinds
    if rng.random() < _UNLIKELY:
        return kinds[int(rng.integers(len(kinds)))]
    cycle, place = divmod(turn, len(likely))
    order = np.random.default_rng([seed, _STREAMS["order"], cycle]).permutation(len(likely))
    return likely[int(order[place])]


def search(
    statement: Statement, seed: int, number: int, families: Sequence[FamilyKind] = ()
) -> dict[str, Any]:
    """Search for the best ratio: entry ``number`` of ``search_list``, as ``Best`` in plain data.

    ``families`` as in the survey.
    """
    comparison, index = search_list(statement)[number]
    return best_ratio(statement, comparison, index, seed, families=families).to_json()
