"""What is shown of a case: counterexamples to a claim, and witnesses that its hypotheses agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.certification.certified import recheck
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.testing.snippets import comparisons, script
from plproof.language.printing import show
from plproof.language.sorts import NAT
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables

Plain = float | list[float]
NO_HYPOTHESES = "there are no hypotheses"
"""What is said of the consistency of a statement without hypotheses."""


@dataclass(frozen=True)
class Counterexample:
    """A model in which the hypotheses certainly hold and the conclusion certainly does not.

    ``label`` is the claim or step contradicted; ``dimensions`` by space; ``functions`` by variable,
    as expressions over ``plproof.laboratory.families``, ``systems`` and ``maps``; ``values`` of
    numbers, vectors, linear maps (row by row) and sequences that are no runs (as far as they
    matter) by variable (a natural number k is the iterate at which it fails); ``starts`` of runs
    by sequence;
    ``hypotheses`` with the certified lower bound of their slack (inf: true by construction);
    ``conclusion`` and the values ``left`` and ``right`` of its sides; ``excess``, how far the
    relative slack is below 0; ``snippet``, a Python script that prints both sides; ``verdict`` of
    the re-check and ``certificate``, the arithmetic that decided it or what stood in the way.
    """

    label: str
    dimensions: dict[str, int]
    functions: dict[str, str]
    values: dict[str, Plain]
    starts: dict[str, list[float]]
    iterations: int
    hypotheses: dict[str, float]
    conclusion: str
    left: Plain | None
    right: Plain | None
    excess: float
    snippet: str
    verdict: str = ""
    certificate: str = ""

    def __str__(self) -> str:
        lines = [f"{self.label} fails: {self.conclusion}"]
        lines += _described(self.dimensions, self.functions, self.values, self.starts)
        if self.left is not None:
            lines += [f"  left side  {self.left}", f"  right side {self.right}"]
        lines += [f"  {self.verdict}: {self.certificate}"] if self.verdict else []
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return plain data; ``text`` is the counterexample in words."""
        data = asdict(self) | {"text": str(self)}
        data["hypotheses"] = {h: _finite(s) for h, s in self.hypotheses.items()}
        data["excess"] = _finite(self.excess)
        return data


@dataclass(frozen=True)
class Witness:
    """A model of all hypotheses of a statement: they do not contradict each other.

    Fields as in :class:`Counterexample`; ``snippet`` rebuilds the model and prints both sides of
    the comparisons in the claim.  Of a statement without hypotheses every field is empty where the
    laboratory has no values for its variables.
    """

    dimensions: dict[str, int]
    functions: dict[str, str]
    values: dict[str, Plain]
    starts: dict[str, list[float]]
    hypotheses: dict[str, float]
    snippet: str

    def __str__(self) -> str:
        if not self.hypotheses:
            return NO_HYPOTHESES
        title = "the hypotheses hold together"
        if self.dimensions and not any(self.dimensions.values()):
            title += " in the space {0}, in no other that was tried"
        lines = _described(self.dimensions, self.functions, self.values, self.starts)
        return "\n".join([f"{title}:" if lines else title, *lines])

    def named(self) -> str:
        """Return what everything is, in one line."""
        lines = _described(self.dimensions, self.functions, self.values, self.starts)
        return ", ".join(line.strip() for line in lines)

    def to_json(self) -> dict[str, Any]:
        """Return plain data; ``text`` is the witness in words."""
        data = asdict(self) | {"text": str(self)}
        data["hypotheses"] = {h: _finite(s) for h, s in self.hypotheses.items()}
        return data


def describe(statement: Statement, label: str, case: Case) -> Counterexample:
    """Return a failing case as it is shown, with the verdict of its certified re-check."""
    verdict = recheck(case)
    model, assignment, plan = case.model(), case.assignment, case.plan()
    sides: list[Plain | None] = [None, None]
    compared = comparisons(case.conclusion)
    if len(compared) == 1:
        sides = [_plain(model.value(side).value) for side in compared[0].args]
    return Counterexample(
        label,
        *_parts(model, assignment, (*case.given, case.conclusion)),
        iterations=assignment.iterations,
        hypotheses={_name(statement, h): float(model.truth(h)[0][0]) for h in case.given},
        conclusion=show(case.conclusion),
        left=sides[0],
        right=sides[1],
        excess=float(-model.truth(case.conclusion)[1][0]),
        snippet=script(plan, assignment, 0, case.conclusion),
        verdict=verdict.kind,
        certificate=verdict.how,
    )


def witness(statement: Statement, plan: Plan, assignment: Assignment) -> Witness:
    """Return a model of one row, known to satisfy all hypotheses, as it is shown."""
    model = realise(plan, assignment)
    given = [h for _, h in statement.hypotheses]
    return Witness(
        *_parts(model, assignment, (*given, statement.claim)),
        hypotheses={name: float(model.truth(h)[0][0]) for name, h in statement.hypotheses},
        snippet=script(plan, assignment, 0, statement.claim),
    )


def _parts(
    model: Model, assignment: Assignment, terms: tuple[Term, ...]
) -> tuple[dict[str, int], dict[str, str], dict[str, Plain], dict[str, list[float]]]:
    values: dict[str, Plain] = {}
    for v in free_variables(terms):
        value = model.values.get(v)
        if isinstance(value, Tracked):
            plain = _plain(value.value)
            values[show(v)] = int(plain) if isinstance(plain, float) and v.sort == NAT else plain
    for v, path in assignment.paths.items():
        values[show(v)] = path[:, 0].tolist()
    return (
        dict(assignment.dimensions),
        {show(f): family.literal(0) for f, family in assignment.families.items()}
        | {show(f): system.literal(0) for f, system in assignment.systems.items()},
        values,
        {show(v): start[0].tolist() for v, start in assignment.starts.items()}
        | {
            show(v) if i == 0 else f"{show(v)}[{i}]": np.ravel(x[0]).tolist()
            for (v, i), x in assignment.members.items()
        },
    )


def _name(statement: Statement, proposition: Term) -> str:
    for name, h in statement.hypotheses:
        if h == proposition:
            return name
    return show(proposition)


def _plain(values: Floats) -> Plain:
    found = np.asarray(values).ravel().tolist()
    return found if np.ndim(values) > 1 else found[0]


def _finite(number: float) -> float | str:
    return number if np.isfinite(number) else str(number)


def _described(
    dimensions: Mapping[str, int],
    functions: Mapping[str, str],
    values: Mapping[str, Plain],
    starts: Mapping[str, list[float]],
) -> list[str]:
    lines = [f"  {space} = R^{d}" for space, d in dimensions.items() if space != f"R^{d}"]
    lines += [f"  {name} = {literal}" for name, literal in functions.items()]
    lines += [f"  {name} = {value}" for name, value in values.items()]
    lines += [f"  {name}[0] = {start}" for name, start in starts.items()]
    return lines
