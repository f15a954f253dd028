"""Why a claim holds that is proved in several steps: each step that a search found, part by part.

A claim for every number of steps is proved by a potential: where it starts, that a step does not
increase it, and what it bounds in the end are sums with multipliers that depend on the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plproof.language.statement import Statement
from plproof.proof.facts import FOUND
from plproof.report.explanation import Explanation, explained
from plproof.report.outline import is_automatic
from plproof.report.result import Result


def lines_of(result: Result, worst: str = "", whole: Explanation | None = None) -> Iterator[str]:
    """Yield the explanation of a result that has a replayed proof, line by line.

    ``worst`` describes its worst case, "" when none is known; ``whole`` is the explanation of the
    claim itself with it, where that is made already.
    """
    whole = explained(result, worst) if whole is None else whole
    steps = list(_found_steps(result))
    if not steps or (whole.sums and all(is_automatic(step.name) for step in steps)):
        yield from whole.lines()
        return
    yield f"{whole.name}: {whole.title}"
    yield f"  {whole.claim}"
    said = result.outline[-1].why
    if said.startswith("induction"):
        yield f"  by {said}"
    for step in steps:
        if not is_automatic(step.name):
            yield f"  {step.name}"
        yield from (f"  {line}" for line in (*step.sum_lines(), *step.notes()))
    yield from replace(whole, equations=()).notes()


def _found_steps(result: Result) -> Iterator[Explanation]:
    """Yield explanations of the steps of a proof whose multipliers a search has found.

    The claim itself counts where it is proved in several cases.
    """
    replayed, statement = result.replayed, result.statement
    assert replayed is not None and statement is not None
    case = ""
    for step in result.outline:
        if step.kind == "case":
            case = step.label
        if step.kind != "have" or step.why != FOUND or step.number is None:
            continue
        thm = replayed.steps[step.number]
        whole = thm.conclusion == statement.claim
        if whole and not (case and step.depth):
            return
        part = replace(
            result,
            name=f"where {case}" if whole else step.label,
            title="",
            statement=Statement(statement.hypotheses, thm.conclusion),
            replayed=replace(replayed, theorem=thm),
        )
        found = explained(part)
        if found.parts:
            yield found
