"""The lines of a proof: each step with what it says, why, its certificate and its test figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plproof.kernel.thm import Thm
from plproof.report.certificates import Names, certificate, is_sign
from plproof.report.model import Figures, Formula, Line, Opening, Styles
from plproof.report.outline import Row, arranged, is_automatic, reasons, unsaid
from plproof.report.result import Result, Step


def proof_lines(result: Result) -> list[Line]:
    """Return the lines of a replayed proof, in reading order; none when nothing was replayed."""
    if result.replayed is None or result.statement is None:
        return []
    return list(_Proof(result).lines())


def proof_names(result: Result) -> Names:
    """Return what the theorems of a replayed proof are called in its transcript."""
    return _Proof(result).names


class _Proof:
    """A replayed proof with the author's outline and what its theorems are called."""

    def __init__(self, result: Result) -> None:
        assert result.replayed is not None and result.statement is not None
        self.replayed, self.statement = result.replayed, result.statement
        self.styles = Styles.beside(result.statement)
        self.outline, self.rows = result.outline, arranged(result.outline)
        self.tests = _figures(result)
        self.known = {name for name, _ in self.statement.hypotheses} | {
            step.label for step in self.outline if step.label.isidentifier()
        }
        self.numbers: dict[str, str] = {}
        called: dict[int, str] = {}
        assumed = {self.statement.closed(): "statement"}
        assumed |= {h: name for name, h in self.statement.hypotheses}
        for row in self.rows:
            for position in row.steps if row.kind == "open" else row.steps[:1]:
                step, thm = self.outline[position], self._thm(position)
                if row.kind == "open":
                    name = _block_label(step)
                    if thm is not None and name:
                        called.setdefault(id(thm), name)
                        assumed.setdefault(thm.conclusion, name)
                elif thm is not None:
                    auto = is_automatic(step.label)
                    called.setdefault(id(thm), f"({row.number})" if auto else step.label)
                    self.numbers.setdefault(step.label, row.number)
        self.names = Names(called, assumed)
        self.signs = {
            name
            for claim, name in [
                *assumed.items(),
                *((t.conclusion, called.get(id(t), "")) for t in self.replayed.steps),
            ]
            if is_sign(claim)
        }
        self.unnamed = {
            id(self._thm(row.steps[0])): row.number
            for row in self.rows
            if row.kind in ("end", "close")
        }

    def _thm(self, position: int) -> Thm | None:
        number = self.outline[position].number
        return None if number is None else self.replayed.steps[number]

    def lines(self) -> Iterator[Line]:
        for row in self.rows:
            yield self._opening(row) if row.kind == "open" else self._step(row)
        last = self._thm(self.rows[-1].steps[0]) if self.rows else None
        theorem = self.replayed.theorem
        ends = last is not None and last.conclusion == theorem.conclusion
        if self.replayed.outcome == "proved" and not ends:
            formula = Formula.of(theorem.conclusion, self.styles)
            how = self._certificate(theorem, theorem if id(theorem) not in self.unnamed else None)
            yield Line("", 0, "conclusion", "", formula, True, certificate=how)

    def _opening(self, row: Row) -> Line:
        opens = tuple(self._opened(position) for position in row.steps)
        return Line(row.number, row.depth, "open", opens=opens, outline=tuple(row.steps))

    def _opened(self, position: int) -> Opening:
        step, thm = self.outline[position], self._thm(position)
        words = ", ".join(reasons(step.why, self.numbers, "")) or step.why
        words = re.sub(r" from \(.*", "", words)  # what stands there is a block without a name
        if thm is None:
            return Opening(words)
        formula, label = Formula.of(thm.conclusion, self.styles), _block_label(step)
        if step.kind == "obtain" and formula.text in step.why:  # it was taken from a formula
            words = re.sub(r" from .*", "", step.why)
        elif formula.text in step.why:
            return Opening(step.why.replace(formula.text, "").strip(), formula, label)
        return Opening(words, formula if step.kind == "obtain" else None, label)

    def _step(self, row: Row) -> Line:
        step, thm = self.outline[row.steps[0]], self._thm(row.steps[0])
        assert thm is not None
        why, how, also = [step.why] if step.why else [], None, []
        if row.kind in ("have", "admit"):
            why = reasons(step.why, self.numbers, self._block_used(thm))
            how = self._certificate(thm, thm) if row.kind == "have" else None
            also = unsaid(why, how.text if how is not None else "", self.known, self.signs)
        return Line(
            row.number,
            row.depth,
            row.kind,
            "" if is_automatic(step.label) else step.label,
            Formula.of(thm.conclusion, self.styles),
            thm.conclusion == self.statement.claim,
            why=", ".join(why),
            also=", ".join(also),
            certificate=how,
            tests=self.tests.get(row.steps[0]),
            outline=tuple(row.steps),
        )

    def _certificate(self, thm: Thm, own: Thm | None) -> Formula | None:
        styles = (self.styles.text, self.styles.latex)
        text, latex = (certificate(thm, self.names, style, own) for style in styles)
        return Formula(text, latex) if text else None

    def _block_used(self, thm: Thm) -> str:
        """Return the number of the last unnamed block that a step uses directly, "" if none."""
        stack, seen = list(thm.premises), {id(thm)}
        used: set[int] = set()
        while stack:
            t = stack.pop()
            if id(t) not in seen:
                seen.add(id(t))
                used |= {id(t)} & set(self.unnamed)
                stack += () if id(t) in self.unnamed else t.premises
        return next((n for i, n in reversed(self.unnamed.items()) if i in used), "")


def _block_label(step: Step) -> str:
    """Return what the assumption of a block is called, "" when its author gave it no name."""
    named = step.label.isidentifier() or step.label == "induction hypothesis"
    return step.label if named else ""


def _figures(result: Result) -> dict[int, Figures]:
    """Return the laboratory's figures by position in the outline.

    The laboratory lists the claim and then the steps in their order; figures that do not fit that
    order are matched by label.
    """
    items = list((result.stress or {}).get("items") or [])
    steps = [i for i, s in enumerate(result.outline) if _is_tested(s)]
    own = items[1:] if items and items[0].get("label") == "claim" else items
    labels = [result.outline[i].label for i in steps]
    if [item.get("label") for item in own] != labels:
        by_label: dict[str, Mapping[str, Any]] = {}
        for item in own:
            if item.get("label"):
                by_label.setdefault(item["label"], item)
        pairs = [(i, by_label[n]) for i, n in zip(steps, labels, strict=True) if n in by_label]
    else:
        pairs = list(zip(steps, own, strict=True))
    return {i: _tests(item) for i, item in pairs}


def _is_tested(step: Step) -> bool:
    return step.number is not None and step.kind in ("have", "close")


def _tests(item: Mapping[str, Any]) -> Figures:
    functions, worst = int(item.get("functions") or 0), item.get("worst")
    exercised = item.get("exercised", functions > 0)
    return Figures(
        functions if exercised else 0,
        None if worst is None else float(worst),
        int(item.get("violations") or 0),
    )
