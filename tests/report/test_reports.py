"""Transcripts: complete, escaped, the same each time, and as the golden files in the repository."""

import json
import os
from pathlib import Path

import pytest

from plproof import Function, Lemma, Reals, Source, Space, Vectors, ip, sq
from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.checking.worker import load, theorems_of
from plproof.kernel.replay import replay
from plproof.language.wire import parse
from plproof.report.certificates import Names, certificate
from plproof.report.data import check_document, ci_lines
from plproof.report.html import to_html
from plproof.report.latex import to_latex_document
from plproof.report.markdown import to_markdown
from plproof.report.result import Result, Step
from plproof.report.transcript import transcript
from plproof.theory.axioms import statements

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).resolve().parent / "golden"
SHOWN = {
    "strongly_convex_is_pl": "functions",
    "pl_linear_rate": "gradient_descent",
    "gradient_vanishes": "functions",
}


def result_of(theorem):
    """Return the result of proving and replaying a theorem object, without the laboratory."""
    document = parse(json.dumps(theorem.derive().document()))
    replayed = replay(document, theorem.statement, statements())
    return Result(
        name=theorem.name,
        file="a.py",
        kind=theorem.kind,
        title=theorem.title,
        note=theorem.note,
        outcome=replayed.outcome,
        source=theorem.source,
        statement=theorem.statement,
        replayed=replayed,
        document=document,
        outline=tuple(
            Step(e["step"], e["label"], e["why"], e["kind"], e["depth"])
            for e in document["outline"]
        ),
    )


@pytest.fixture(scope="module")
def results():
    found = {}
    for name, folder in SHOWN.items():
        (file,) = theorem_files([ROOT / "theorems" / folder / f"{name}.py"])
        module = load(str(file.path), file.module, str(file.root))
        found[name] = result_of(theorems_of(module, str(file.path))[name])
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_the_transcript_is_the_golden_one(results, name):
    """Regenerate with PLPROOF_REGENERATE=1 and read what changed."""
    text = to_markdown(transcript(results[name]))
    golden = GOLDEN / f"{name}.md"
    if os.environ.get("PLPROOF_REGENERATE"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHOWN)
def test_every_step_hypothesis_and_axiom_appears(results, name):
    result = results[name]
    made = transcript(result)
    assert len(made.steps) == len(result.outline)
    assert [h["name"] for h in made.hypotheses] == [n for n, _ in result.statement.hypotheses]
    assert {a["name"] for a in made.axioms} == set(result.axioms())
    text = to_markdown(made)
    for step in made.steps:
        assert f"**{step.number}**" in text and step.why in text
    for axiom in made.axioms:
        assert axiom["source"] and axiom["text"]


def test_a_certificate_names_the_premises_and_the_square():
    E = Space("E")
    f = Function("f", E)
    x, y = Vectors("x y", E)
    small = f(x) <= f(y)
    lemma = Lemma("c", given=dict(small=small), claim=f(x) + 2 * ip(x, y) <= f(y) + sq(x) + sq(y))
    lemma.proof(lambda p: p.have(lemma.claim, by=p.small))
    result = result_of(lemma)
    thm = result.replayed.theorem
    text = certificate(thm, Names({}, {small: "small"}))
    assert text in ("slack = small + ‖x − y‖² ≥ 0", "slack = small + ‖y − x‖² ≥ 0")


def hostile():
    a = Reals("a")[0]
    source = Source("Notes <b>", "§ & co", "Lemma_1")
    lemma = Lemma("<script>alert(1)</script> | `x` 100%", claim=a <= a, source=source)
    lemma.proof(lambda p: p.have(a <= a))
    return result_of(lemma)


def test_titles_are_escaped_everywhere():
    made = transcript(hostile())
    page = to_html(made, standalone=True)
    assert "<script>" not in page and "&lt;script&gt;" in page and "src=" not in page
    assert "<script>" not in to_markdown(made)
    assert r"100\%" in to_latex_document(made)


def test_a_failure_is_shown_with_its_place_and_as_a_line_for_ci():
    failure = {"message": "not found: x", "file": "b.py", "line": 7, "goal": "a ≥ 1", "hint": "h"}
    result = Result(name="n", file="a.py", outcome="not found", failure=failure)
    assert ci_lines([result]) == ["b.py:7: error: n: not found: x"]
    text = to_markdown(transcript(result))
    assert "b.py:7: n: not found: x" in text and "goal      a ≥ 1" in text
    assert "does not make it false" in text


def test_the_document_of_a_check_has_no_time_and_is_plain_data(tmp_path):
    files = theorem_files([ROOT / "theorems" / "functions" / "strongly_convex_is_pl.py"])
    documents = []
    for _ in range(2):
        found = list(check(files, Options(budget="small", write=False)))
        documents.append(json.dumps(check_document(found, "0")))
    assert documents[0] == documents[1]
    assert "seconds" not in documents[0]
