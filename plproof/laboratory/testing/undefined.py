"""Where a statement means nothing: divisions by 0 and roots of negative numbers at its edges.

Functions are total, t/0 = 0, so a test of a statement passes in silence where it says nothing.
What a statement needs to be defined is asked of the kernel, hypotheses taken in order; each
demand is turned round and its models are searched for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from plproof.laboratory.families import FamilyKind
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.modelling.opened import opened
from plproof.laboratory.testing.counterexamples import Witness, witness
from plproof.laboratory.testing.stress import kinds_of
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definedness import definedness
from plproof.language.printing import show
from plproof.language.propositions import conjuncts
from plproof.language.sorts import LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, make, number

_MOST = 8  # demands of one statement that are looked at
_KINDS = 2  # kinds of functions tried for each, in two dimensions
_ROWS = 32


def undefined(
    statement: Statement, seed: int = 0, families: Sequence[FamilyKind] = ()
) -> list[tuple[str, Witness]]:
    """Return where a statement is not defined: “L − μ = 0 (in the claim)”, with a model of it.

    [] where nothing is found.  In the model what stands before, the hypotheses or those that come
    earlier, certainly holds.  ``families``, kinds of functions of your own to draw from as well.
    """
    found: list[tuple[str, Witness]] = []
    seen: set[Term] = set()
    given: list[Term] = []
    for name, p in (*statement.hypotheses, ("the claim", statement.claim)):
        needed = definedness(p)
        demands = () if needed is None else _edges(needed, (), [*statement.variables()])
        for context, edge in demands:
            if edge in seen or len(seen) >= _MOST:
                continue
            seen.add(edge)
            model = _model([*given, *context], edge, seed, families)
            if model is not None:
                found.append((f"{show(edge)} (in {name})", model))
        given.append(p)
    return found


def _edges(
    p: Term, context: tuple[Term, ...], avoid: list[Term]
) -> Iterator[tuple[tuple[Term, ...], Term]]:
    """Yield the opposite of each demand, with what is given besides."""
    if p.op == "and":
        yield from _edges(p.args[0], context, avoid)
        yield from _edges(p.args[1], context, avoid)
    elif p.op == "all":
        v = fresh_variable(p.data.name, p.data.sort, avoid)
        yield from _edges(open_binder(p, v), context, [*avoid, v])
    elif p.op == "imp" and p.args[1] != FALSE:
        yield from _edges(p.args[1], (*context, *conjuncts(p.args[0])), avoid)
    elif p.op == "or":
        yield from _edges(p.args[1], (*context, make("imp", (p.args[0], FALSE))), avoid)
    elif p.op == "imp":
        yield context, p.args[0]
    elif p.op == "le" and p.args[0] == number(0):
        yield context, make("lt", (p.args[1], p.args[0]))


def _model(
    given: Sequence[Term], edge: Term, seed: int, families: Sequence[FamilyKind]
) -> Witness | None:
    """Return a model of the edge in which certainly holds what is given."""
    try:
        parts = dict.fromkeys([edge, *given])  # the edge first: it may determine a variable
        names = ((f"h{i}", p) for i, p in enumerate(parts))
        statement = opened(Statement(tuple(names), make("eq", (number(0), number(0)))))
        hypotheses = [p for _, p in statement.hypotheses]
        plan = Plan.of(hypotheses, ())
        kinds = kinds_of(plan, families)[:_KINDS]
        for turn, kind in enumerate((*kinds, *kinds)):
            rng = np.random.default_rng([seed, 43, turn])
            dimension = 2 - (turn < len(kinds))
            proposal = draw(plan, rng, kind, dimension, 4.0, _ROWS, 4)
            model = realise(plan, proposal)
            rows = np.ones(model.batch, dtype=bool)
            for p in hypotheses:
                rows &= certify(model, p)
            if rows.any():
                row = proposal.take([int(np.argmax(rows))])
                return witness(statement, plan, row)
    except (NotEvaluated, LanguageError, np.linalg.LinAlgError):
        pass
    return None


__all__ = ["undefined"]
