"""The counterexample of a refutation: at which values the statement was shown false."""

from __future__ import annotations

from plproof.kernel.thm import Thm
from plproof.language.terms import Term
from plproof.report.model import Formula, Value
from plproof.report.result import Result


def counterexample(result: Result) -> tuple[Value, ...]:
    """Return the values that a refutation puts in place of the statement's variables, in order.

    Read off the replayed proof, where the assumed statement is instantiated; nothing for another
    outcome, or when the statement was not used at any values.
    """
    if result.outcome != "refuted" or result.replayed is None or result.statement is None:
        return ()
    # imported here: sympy, which writes values in coordinates, takes half a second
    from plproof.proof.coordinates import display

    whole = result.replayed.theorem.conclusion.args[0]
    variables = result.statement.variables()
    for step in result.replayed.steps:
        values = _values(step, whole)
        if values is not None and len(values) == len(variables):
            return tuple(
                Value(Formula.of(v), Formula.of(value), _in_coordinates(value, display(value)))
                for v, value in zip(variables, values, strict=True)
            )
    return ()


def _in_coordinates(value: Term, shown: str) -> str:
    """Return the value in coordinates, "" where that says nothing new."""
    return "" if shown == Formula.of(value).text else shown


def spaces(result: Result) -> tuple[str, ...]:
    """Return where the counterexample lives: "W = R^5", for each space that is a particular one."""
    found = (result.document or {}).get("spaces") if result.outcome == "refuted" else None
    return tuple(f"{name} = {new}" for name, new in (found or {}).items())


def _values(step: Thm, whole: Term) -> list[Term] | None:
    """Return the values of a chain of instances that begins with the assumed statement."""
    values: list[Term] = []
    while step.rule == "instantiate":
        values.append(step.data["value"])
        (step,) = step.premises
    if step.rule != "assume" or step.conclusion != whole:
        return None
    return values[::-1]
