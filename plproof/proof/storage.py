"""Stored proofs: a theorem's rule applications as a JSON document.  [untrusted: replay decides]"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plproof.kernel.replay import SCHEMA
from plproof.kernel.thm import RULES, Thm
from plproof.language.statement import Statement
from plproof.language.wire import TermWriter


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


def store(statement: Statement, theorem: Thm, defined: Thm | None) -> dict[str, Any]:
    """Return the proof document; equal proofs give equal documents."""
    writer = TermWriter()
    roots = [theorem] if defined is None else [theorem, defined]
    order = steps_of(roots)
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
    tail = {
        "steps": steps,
        "proved": numbers[id(theorem)],
        "defined": None if defined is None else numbers[id(defined)],
    }
    return {**head, **writer.document(), **tail}


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
    if kind == "indices":
        return list(value)
    return dict(value) if kind == "spaces" else value
