"""The laboratory, called with data and answering with data, so that it can run apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from plproof.checking.own_families import loaded
from plproof.language.wire import TermReader
from plproof.proof.storage import read_statement

if TYPE_CHECKING:
    from plproof.laboratory.testing.stress import Budget


def test_proof(
    statement: dict[str, Any],
    proof: dict[str, Any] | None,
    budget: str,
    seed: int,
    families: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Test a statement and the steps of its proof; look for a model of its hypotheses.

    ``families`` says where to find kinds of functions of the user's own: their files are imported.

    Returns ``stress`` and ``witness`` as plain data, ``consistency`` in words, and ``violated``,
    the label of something proved that the laboratory found false ("" when all is well).
    """
    # imported here: numpy and autograd are not needed for proofs alone
    from plproof.laboratory.testing.stress import Step, consistency, stress_test

    stated = read_statement(statement)
    steps = []
    if proof is not None:
        for label, hypotheses, conclusion in outlined_steps(proof):
            steps.append(Step(label, hypotheses, conclusion))
    kinds = loaded(families)
    much = cast("Budget", budget)  # the laboratory refuses any other
    report = stress_test(stated, steps, budget=much, seed=seed, families=kinds).to_json()
    witness, words = consistency(stated, seed, kinds)
    violated = [item["label"] for item in report["items"] if item.get("violations")]
    return {
        "stress": report,
        "witness": None if witness is None else witness.to_json(),
        "consistency": words,
        "violated": violated[0] if violated else "",
    }


def counterexample_to(
    step: dict[str, Any], seed: int, families: Sequence[Mapping[str, str]] = ()
) -> str | None:
    """Return a counterexample to a step, as text, or None when none is found.

    What random functions do not show, the worst function may: by a hair.  ``families`` as above.
    """
    from plproof.checking.worst_runs import worst_counterexample
    from plproof.laboratory.testing.stress import refute

    statement = read_statement(step)
    found = refute(statement, seed=seed, budget="small", families=loaded(families))
    return worst_counterexample(statement) if found is None else str(found)


def outlined_steps(proof: dict[str, Any]) -> list[tuple[str, tuple[Any, ...], Any]]:
    """Return (label, hypotheses, conclusion) of the steps the author wrote.

    The sequents are those of a fresh replay's steps, found by running the rules.
    """
    from plproof.kernel.replay import run_steps

    steps = run_steps(proof, TermReader(proof))
    found = []
    for entry in proof.get("outline", []):
        if entry["step"] is not None and entry["kind"] in ("have", "close"):
            thm = steps[entry["step"]]
            found.append((entry["label"], thm.hypotheses, thm.conclusion))
    return found
