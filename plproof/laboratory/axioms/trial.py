"""Trials of axioms: the statement itself, read on instances; what exists is found and tested.

An axiom that a trial contradicts is wrong.  One that says a thing exists is contradicted in a
weaker sense, when the thing that should do, found by mathematics, does not do: the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from plproof.laboratory.axioms.instances import DRAWN, Instance
from plproof.laboratory.axioms.pointwise import Pointwise
from plproof.laboratory.axioms.segment import stripped, try_segment
from plproof.language.binding import open_binder
from plproof.language.sorts import Sort
from plproof.language.terms import Term, make
from plproof.theory.axioms import AXIOMS


@dataclass(frozen=True)
class TrialReport:
    """What a trial found: instances on which all hypotheses held, and a failure in words or ""."""

    name: str
    instances: int
    failure: str

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


def try_axiom(
    name: str, statement: Term | None = None, *, instances: int = 200, seed: int = 0
) -> TrialReport:
    """Try the axiom of that name, or a variant of its statement with the same variables.

    Arguments: ``instances``, how many are drawn; ``seed``.  A hypothesis of the variant that the
    axiom does not have is evaluated.  Raises ValueError for a name without trial.
    """
    if name not in AXIOMS:
        raise ValueError(f"there is no trial of an axiom {name!r}; axioms are {', '.join(AXIOMS)}")
    stated = AXIOMS[name].statement if statement is None else statement
    if name == "segment":
        found = try_segment(stated, functions=instances, seed=seed)
        shown = "" if found.counterexample is None else str(found.counterexample)
        return TrialReport(name, found.functions, shown)
    known = stripped(AXIOMS[name].statement)[1]
    variables, hypotheses, conclusion = stripped(stated)
    tried = 0
    for number in range(instances):
        instance = DRAWN[name](Random(f"{seed} {name} {number}"))
        model = _model(instance, variables)
        if all(_holds(h, known, instance, model) for h in hypotheses):
            tried += 1
            if instance.judged is None:
                failure = _failure(conclusion, instance, model, ())
            elif conclusion == stripped(AXIOMS[name].statement)[2]:
                failure = instance.judged
            else:
                raise ValueError(f"only the hypotheses of {name} can be varied in its trial")
            if failure:
                return TrialReport(name, tried, f"{failure}, at instance {number}")
    return TrialReport(name, tried, "")


def _model(instance: Instance, variables: Sequence[Term]) -> Pointwise:
    def samples(sort: Sort) -> Sequence[Any]:
        key = sort.spaces[0] if sort.kind == "Vec" else sort.kind
        return instance.points.get(key, ())

    values = {v: instance.values[v.data] for v in variables if v.data in instance.values}
    return Pointwise(instance.dimensions, values, samples)


def _holds(h: Term, known: Sequence[Term], instance: Instance, model: Pointwise) -> bool:
    if h in known and len(instance.hypotheses) == len(known):
        return instance.hypotheses[known.index(h)]
    return bool(model.read(h))


def _failure(p: Term, instance: Instance, model: Pointwise, given: tuple[Any, ...]) -> str:
    """Return why the proposition fails on the instance, or "" when it does not."""
    if p.op == "def":
        return _failure(p.data.unfold(p.args), instance, model, given)
    if p.op == "and":
        return next((f for part in p.args if (f := _failure(part, instance, model, given))), "")
    if p.op == "imp":
        if not model.read(p.args[0]):
            return ""
        return _failure(p.args[1], instance, model, given)
    if p.op == "all":
        v = _fresh(p, model)
        for value in model.samples(p.data.sort):
            model.values[v] = value
            failure = _failure(open_binder(p, v), instance, model, (*given, value))
            if failure:
                return failure
        return ""
    if p.op == "ex":
        for value in instance.found(given):
            v = _fresh(p, model)
            model.values[v] = value
            p = open_binder(p, v)
            if p.op != "ex":
                break
        return _failure(p, instance, model, given)
    return "" if model.read(p) else f"{p} fails for {_shown(p, model)}"


def _fresh(p: Term, model: Pointwise) -> Term:
    name, number = p.data.name, 0
    names = {v.data for v in model.values}
    while name in names:
        number += 1
        name = f"{p.data.name}_{number}"
    return make("var", (), name, p.data.sort)


def _shown(p: Term, model: Pointwise) -> str:
    parts = [f"{v} = {_plain(x)}" for v, x in model.values.items() if not callable(x)]
    return ", ".join(parts)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_plain, value))})"
    return f"{value}"
