"""Leaving a hypothesis out of a statement, and telling what was left out.

[untrusted: what a statement without a hypothesis proves is the kernel's to say]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from plproof.language.printing import to_ascii
from plproof.language.sorts import LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import Term, as_proposition
from plproof.proof.errors import Place


class Whole(Protocol):
    """A theorem object, as one that leaves out a hypothesis of it needs to know it."""

    name: str
    expect: str
    place: Place
    omission: Omission | None

    @property
    def given(self) -> dict[str, Term]:
        """The hypotheses by name."""


@dataclass(frozen=True)
class Omission:
    """What a theorem object leaves out: a hypothesis, by name, of another theorem object."""

    theorem: Whole
    hypothesis: str


def left_out(
    whole: Statement, part: Statement, hypothesis: str
) -> tuple[tuple[str, Term], ...] | None:
    """Return what ``part`` assumes in the place of a hypothesis of ``whole``, often nothing.

    None when ``part`` is not ``whole`` without that hypothesis: another claim, another hypothesis
    changed, or the hypothesis still there.
    """
    names = [name for name, _ in whole.hypotheses]
    if hypothesis not in names or part.claim != whole.claim:
        return None
    position = names.index(hypothesis)
    before, after = whole.hypotheses[:position], whole.hypotheses[position + 1 :]
    end = len(part.hypotheses) - len(after)
    if end < position or part.hypotheses[:position] != before or part.hypotheses[end:] != after:
        return None
    assumed = part.hypotheses[position:end]
    left = whole.hypotheses[position][1]
    return None if any(h == left for _, h in assumed) else assumed


def given_without(theorem: Whole, hypothesis: str, instead: Mapping[str, Term]) -> dict[str, Term]:
    """Return the hypotheses of a theorem with one left out, others in its place.

    Raises LanguageError, worded for the author, when that makes no sense.
    """
    if not isinstance(hypothesis, str):
        raise LanguageError(f'without needs the name of a hypothesis: @{theorem.name}.without("…")')
    given = theorem.given
    if hypothesis not in given:
        raise LanguageError(_not_there(theorem, hypothesis))
    if theorem.expect == "refuted":
        raise LanguageError(
            f"{theorem.name} is refuted as it stands: without {hypothesis} it claims even more"
        )
    put = {name: as_proposition(h) for name, h in instead.items()}
    taken = [name for name in put if name in given and name != hypothesis]
    if taken:
        raise LanguageError(f"instead=: {theorem.name} has a hypothesis {taken[0]} already")
    same = [name for name, h in put.items() if h == given[hypothesis]]
    if same:
        raise LanguageError(f"instead=: {same[0]} is the hypothesis {hypothesis} itself")
    changed: dict[str, Term] = {}
    for name, h in given.items():
        changed |= put if name == hypothesis else {name: h}
    return changed


def _not_there(theorem: Whole, hypothesis: str) -> str:
    above, names = theorem.omission, list(theorem.given)
    while above is not None:
        if above.hypothesis == hypothesis:
            return f"{theorem.name} is already {above.theorem.name} without {hypothesis}"
        above = above.theorem.omission
    near = get_close_matches(hypothesis, names, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    there = f"its hypotheses are {', '.join(names)}" if names else "it has no hypothesis"
    return f"{theorem.name} has no hypothesis {hypothesis!r}: {there}{hint}"


def line_instead(hypothesis: str, obligations: list[Term]) -> str:
    """Return what to write so that a statement stays defined without the hypothesis."""
    wanted: dict[str, None] = {}
    for t in obligations:
        inner = t
        while inner.op == "imp" and inner.args[1].op != "false":
            inner = inner.args[1]
        if inner.op == "imp" and inner.args[0].op == "eq" and not inner.loose:
            denominator = inner.args[0].args[0]
            if denominator.op == "mul" and denominator.args[0].op == "num":
                denominator = denominator.args[1]
            wanted[f"ne({to_ascii(denominator)}, 0)"] = None
        elif inner.op == "le" and not inner.loose:
            wanted[f"{to_ascii(inner.args[1])} >= 0"] = None
    assumed = ", ".join(f'"defined{i or ""}": {text}' for i, text in enumerate(wanted))
    return f"{hypothesis} gave what is open: assume it in its place, instead={{{assumed or '…'}}}"
