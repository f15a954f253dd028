"""Stored proofs: a theorem's rule applications as a JSON document.  [untrusted: replay decides]"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from plproof.kernel.replay import SCHEMA
from plproof.kernel.thm import RULES, Thm
from plproof.language.statement import Statement
from plproof.language.wire import TermReader, TermWriter, shaped


class OutlineStep(Protocol):
    """What is stored of a step the author wrote."""

    @property
    def thm(self) -> Thm | None:
        """The theorem of the step; None for a block without an assumption."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def why(self) -> str:
        """Its justification in words."""

    @property
    def kind(self) -> str:
        """have, admit, close, or the kind of block it opens."""

    @property
    def depth(self) -> int:
        """How many blocks it stands in."""


def steps_of(roots: Sequence[Thm]) -> list[Thm]:
    """Return all steps the theorems rest on, each once, premises first."""
    order: list[Thm] = []
    seen: set[int] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        th, ready = stack.pop()
        if ready:
            order.append(th)
        elif id(th) not in seen:
            seen.add(id(th))
            stack.append((th, True))
            stack += [(p, False) for p in reversed(th.premises)]
    return order


def store(
    statement: Statement,
    theorem: Thm,
    defined: Thm | None = None,
    outline: Sequence[OutlineStep] = (),
    spaces: Mapping[str, str] | None = None,
    remark: str = "",
) -> dict[str, Any]:
    """Return the proof document; equal proofs give equal documents.

    ``outline`` is the author's order of the steps, for the reader: replay takes no notice of it;
    ``spaces`` says where a counterexample lives, ``remark`` is about the value of an unknown.
    """
    writer = TermWriter()
    shown = [s.thm for s in outline if s.thm is not None]
    roots = [theorem] if defined is None else [theorem, defined]
    order = steps_of([*shown, *roots])
    numbers = {id(th): number for number, th in enumerate(order)}
    steps = []
    for th in order:
        kinds = RULES[th.rule].kinds
        data = {name: _encode(writer, kinds[name], value) for name, value in th.data.items()}
        steps.append([th.rule, [numbers[id(p)] for p in th.premises], data])
    trusted = {(n, a): None for th in roots for n, a in (*th.axioms, *th.oracles)}
    head = {
        "schema": SCHEMA,
        "hypotheses": [[name, writer.term(h)] for name, h in statement.hypotheses],
        "claim": writer.term(statement.claim),
        "axioms": [[name, writer.term(a)] for name, a in trusted],
    }
    if spaces:
        head["spaces"] = dict(spaces)
    if remark:
        head["remark"] = remark
    tail = {
        "steps": steps,
        "proved": numbers[id(theorem)],
        "defined": None if defined is None else numbers[id(defined)],
        "outline": [
            {
                "step": None if s.thm is None else numbers[id(s.thm)],
                "label": s.label,
                "why": s.why,
                "kind": s.kind,
                "depth": s.depth,
            }
            for s in outline
        ],
    }
    return {**head, **writer.document(), **tail}


def statement_document(statement: Statement) -> dict[str, Any]:
    """Return the statement alone as a document, the form replay compares proofs with."""
    writer = TermWriter()
    head = {
        "hypotheses": [[name, writer.term(h)] for name, h in statement.hypotheses],
        "claim": writer.term(statement.claim),
    }
    return {**head, **writer.document()}


def read_statement(document: Any) -> Statement:
    """Return the statement of a document; WireError when it is malformed."""
    reader = TermReader(document)
    hypotheses = []
    for entry in document.get("hypotheses", []):
        name, number = shaped(entry, str, int)
        hypotheses.append((name, reader.term(number)))
    return Statement(tuple(hypotheses), reader.term(document.get("claim")))


def _encode(writer: TermWriter, kind: str, value: Any) -> Any:
    if kind == "term":
        return writer.term(value)
    if kind == "summands":
        return [
            [
                str(s.coefficient),
                list(s.premises),
                [writer.term(t) for t in s.squares],
                None if s.multiplier is None else writer.term(s.multiplier),
            ]
            for s in value
        ]
    if kind == "uses":
        return [[str(u.weight), u.premise, [writer.term(t) for t in u.values]] for u in value]
    if kind == "indices":
        return list(value)
    return dict(value) if kind == "spaces" else value
