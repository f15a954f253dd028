"""Rows too close to equality for rounded arithmetic, looked at with more digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.certification.certified import VIOLATED, recheck
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.models import Assignment
from plproof.laboratory.testing.screening import narrowed, screened
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.terms import Term, free_variables

CLOSE = 1e-9
"""A relative slack above 0 and below this is looked at."""

_TRIED = 3
_LOOKED_AT = 64


def below_rounding(
    given: tuple[Term, ...],
    proposition: Term,
    model: Model,
    proposal: Assignment,
    setting: tuple[Term, ...],
) -> Case | None:
    """Return a case that arb or rationals show to be a violation, among the rows nearest equality.

    Arguments: ``proposition`` should follow from ``given``; ``proposal`` is the batch of which
    ``model`` is the model, built from the hypotheses ``setting``.  Leading quantifiers take the
    sampled values with the least slack above 0: what is exactly 0 needs no second look.
    """
    rows = np.ones(model.batch, dtype=bool)
    for h in given:
        rows &= certify(model, h)
    plain = screened(model, proposition)
    if plain is not None:  # the careful evaluation of those that are closest by the plain one
        near = np.flatnonzero(rows & (plain < CLOSE) & (plain != 0.0))
        rows = np.zeros(model.batch, dtype=bool)
        rows[near[np.argsort(plain[near], kind="stable")[:_LOOKED_AT]]] = True
        if not near.size:
            return None
        model, proposal, rows = narrowed(model, proposal, rows)
    names, sorts, body = [], [], proposition
    while body.op == "all":
        names.append(body.data.name)
        sorts.append(body.data.sort)
        body = body.args[0]
    try:
        drawn = model.samples(tuple(sorts), 0) if sorts else []
        high = model.truth(body, tuple(drawn), 1 if sorts else 0)[1]
        high = np.broadcast_to(np.atleast_2d(high), (np.atleast_2d(high).shape[0], model.batch))
        high = np.where(rows & (high > 0), high, np.inf)
        sample = np.argmin(high, axis=0)
        least = high[sample, np.arange(model.batch)]
        for row in np.argsort(least, kind="stable")[:_TRIED].tolist():
            if not least[row] < CLOSE:
                return None
            case = Case(setting, given, proposition, proposal.take([row]))
            for name, value in zip(names, drawn, strict=True):
                if not isinstance(value, Tracked):
                    return None
                at = value.value[sample[row] if value.value.shape[0] > 1 else 0]
                case = _opened(case, name, at[row if at.shape[0] > 1 else 0])
            if recheck(case, (128, None)).kind == VIOLATED:
                return case
    except NotEvaluated:
        pass
    return None


def _opened(
    case: Case, name: str, value: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> Case:
    """Return the case with the outermost bound variable set to a value."""
    conclusion, a = case.conclusion, case.assignment
    avoid = [*free_variables([*case.setting, *case.given, conclusion]), *a.numbers, *a.points]
    v = fresh_variable(name, conclusion.data.sort, avoid)
    part = "points" if v.sort.kind == "Vec" else "numbers"
    changed: dict[str, Any] = {part: {**getattr(a, part), v: np.asarray(value)[None]}}
    return replace(case, conclusion=open_binder(conclusion, v), assignment=replace(a, **changed))
