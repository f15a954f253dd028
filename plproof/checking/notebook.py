"""Checking one theorem object where it is, in a notebook or a script, without a file."""

from __future__ import annotations

import json
import os
from typing import Any

from plproof.checking.stored import outline
from plproof.checking.testing import counterexample_to, test_proof
from plproof.checking.worker import explain, failure_of
from plproof.kernel.replay import replay
from plproof.language.wire import parse
from plproof.proof.errors import ProofError
from plproof.proof.storage import statement_document
from plproof.proof.theorem import Theorem
from plproof.proof.unknown import titled, value_in
from plproof.report.html import to_html
from plproof.report.markdown import to_markdown
from plproof.report.result import Result
from plproof.report.transcript import Transcript, transcript
from plproof.theory.axioms import statements
from plproof.theory.oracles import deciders


class Checked:
    """A checked theorem as a notebook shows it; ``transcript`` is its data."""

    def __init__(self, made: Transcript) -> None:
        self.transcript = made
        self.outcome = made.outcome

    def __repr__(self) -> str:
        return to_markdown(self.transcript)

    def _repr_markdown_(self) -> str:
        return to_markdown(self.transcript)

    def _repr_html_(self) -> str:
        return to_html(self.transcript)


def check_here(theorem: Theorem, budget: str, seed: int) -> Checked:
    """Prove, replay and test a theorem object in this process; see :func:`plproof.check`."""
    result, step = proved_here(theorem)
    result.weakened = [proved_here(part)[0] for part in theorem.weakened.values()]
    if budget != "none":
        if step is not None:
            example = counterexample_to(step, seed) or ""
            result.failure = {**(result.failure or {}), "counterexample": example}
        document = None if result.document is None else dict(result.document)
        statement = result.statement or theorem.statement
        result.tested(test_proof(statement_document(statement), document, budget, seed))
    return Checked(transcript(result))


def proved_here(theorem: Theorem) -> tuple[Result, Any]:
    """Prove a theorem object in this process and replay the proof.

    Return the replayed result, and the step that failed if one did, as a statement.
    """
    omission, step = theorem.omission, None
    result = Result(
        name=theorem.name,
        file=theorem.place.file,
        line=theorem.place.line,
        kind=theorem.kind,
        title=theorem.title,
        note=theorem.note,
        expected=theorem.expect,
        source=theorem.source,
        repaired=tuple((t.name, t.place.file, t.title) for t in theorem.repaired),
        statement=theorem.statement,
        omits=None if omission is None else (omission.theorem.name, omission.hypothesis),
    )
    try:
        derivation = theorem.derive()
        document, statement = parse(json.dumps(derivation.document())), derivation.statement
        result.replayed = replay(document, statement, statements(), deciders())
        result.statement = statement  # with what was found, when something was
        if theorem.unknown is not None:
            value = value_in(theorem.claim, theorem.unknown, statement.claim)
            assert value is not None
            result.title = titled(theorem.title, theorem.unknown, value, derivation.remark)
        result.remarks += [derivation.remark] if derivation.remark else []
        result.document = document
        result.outcome = "failed" if result.admits() else result.replayed.outcome
        result.outline = outline(document, len(result.replayed.steps))
    except ProofError as error:
        failure = failure_of(error)
        step = failure.pop("step", None)
        result.outcome = "not found" if error.message.startswith("not found") else "failed"
        result.failure = failure
    except Exception as error:  # whatever the author's script raises is reported
        result.outcome = "failed"
        result.failure = explain(error, os.path.realpath(theorem.place.file))
    return result, step
