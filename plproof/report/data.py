"""Results as JSON: the document that ``check --json`` writes, and lines for CI logs.

Schema ``plproof-check/1``: {``schema``, ``version``, ``theorems``: [{``name``, ``kind``, ``title``,
``outcome``, ``expected``, ``as_declared``, ``steps``, ``axioms``, ``oracles``, ``admits``,
``source``, ``file``, ``line``, ``unused``, ``omits``, ``needs``, ``definedness`` (a list),
``consistency``, ``witness``, ``stress``, ``failure``, ``remarks``}]}.  ``steps`` is the number of
kernel steps replayed, ``omits`` and ``needs`` are those of the transcript's schema, ``stress`` and
``witness`` are the laboratory's findings.  No time stands in it: equal checks give equal documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plproof.report.result import Result
from plproof.report.transcript import Transcript, transcript

SCHEMA = "plproof-check/1"


def to_json(made: Transcript) -> dict[str, Any]:
    """Return a transcript as a JSON object."""
    return made.to_json()


def check_document(results: Sequence[Result], version: str) -> dict[str, Any]:
    """Return the results of a check as a JSON object."""
    return {
        "schema": SCHEMA,
        "version": version,
        "theorems": [_entry(result) for result in results],
    }


def _entry(result: Result) -> dict[str, Any]:
    source, made = result.source, transcript(result).to_json()
    return {
        "name": result.name,
        "kind": result.kind,
        "title": result.title,
        "outcome": result.outcome,
        "expected": result.expected,
        "as_declared": result.as_declared,
        "steps": 0 if result.replayed is None else len(result.replayed.steps),
        "axioms": list(result.axioms()),
        "oracles": list(result.oracles()),
        "admits": list(result.admits()),
        "source": None
        if source is None
        else {
            "document": source.document,
            "section": source.section,
            "label": source.label,
            "references": list(source.references),
        },
        "file": result.file,
        "line": result.line,
        "unused": list(result.unused_hypotheses()),
        "omits": made["omits"],
        "needs": made["needs"],
        "definedness": [formula["text"] for formula in made["definedness"]],
        "consistency": result.consistency,
        "witness": result.witness,
        "stress": result.stress,
        "failure": None if result.failure is None else dict(result.failure),
        "remarks": list(result.remarks),
    }


def ci_lines(results: Sequence[Result]) -> list[str]:
    """Return ``path:line: error: …`` for everything that is not as declared."""
    lines = []
    for result in results:
        if not result.as_declared:
            failure = result.failure or {}
            where = f"{failure.get('file') or result.file}:{failure.get('line') or result.line}"
            message = " ".join(str(failure.get("message", result.outcome)).split())
            lines.append(f"{where}: error: {result.name}: {message}")
    return lines
