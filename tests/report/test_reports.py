"""What is written for others: pages, CI lines, the document of a check, tables and failures."""

import io
import json
from pathlib import Path

from report_statements import MADE, result_of
from rich.console import Console

from plproof import Lemma, Reals, Source
from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.report.data import check_document, ci_lines
from plproof.report.html import to_html
from plproof.report.latex import to_latex_document
from plproof.report.markdown import to_markdown
from plproof.report.result import Result
from plproof.report.terminal import failure_text, render, show_failure, summary_table
from plproof.report.transcript import transcript

ROOT = Path(__file__).resolve().parent.parent.parent
FAILURE = {
    "message": "not found: what is left over is not a sum of squares",
    "file": "b.py",
    "line": 7,
    "goal": "a ≥ 1",
    "facts": [["order", "a ≤ b"], ["one", "b ≤ 1"]],
    "residual": "a − 1",
    "missing": ["a ≠ 0"],
    "counterexample": "a = 0\nb = 0",
    "hint": "add a hypothesis",
}
LAID_OUT = """\
b.py:7: n: not found: what is left over is not a sum of squares
  goal      a ≥ 1
  from      order  a ≤ b
            one    b ≤ 1
  left over a − 1
  open      a ≠ 0
  false at  a = 0
            b = 0
  hint      add a hypothesis"""


def failed():
    return Result(name="n", file="a.py", line=3, outcome="not found", failure=FAILURE)


def hostile():
    a = Reals("a")[0]
    source = Source("Notes <b>", "§ & co", "Lemma_1")
    lemma = Lemma("<script>alert(1)</script> | `x` 100%", claim=a <= a, source=source)
    lemma.proof(lambda p: p.have(a <= a))
    return result_of(lemma)


def test_titles_are_escaped_everywhere():
    made = transcript(hostile())
    page = to_html(made, standalone=True)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "src=" not in page and "href=" not in page
    assert "<script>" not in to_markdown(made)
    assert r"100\%" in to_latex_document(made)
    file = io.StringIO()
    render(made, Console(file=file, width=80))
    assert "<script>alert(1)</script> | `x` 100%." in file.getvalue()


def test_a_failure_is_laid_out_as_the_error_is():
    assert failure_text(failed()) == LAID_OUT
    assert LAID_OUT in to_markdown(transcript(failed()))
    file = io.StringIO()
    show_failure(failed(), Console(file=file, width=80))
    assert file.getvalue().strip() == LAID_OUT
    assert "does not make it false" in to_markdown(transcript(failed()))


def test_a_failure_is_one_line_for_ci():
    assert ci_lines([failed()]) == [f"b.py:7: error: n: {FAILURE['message']}"]
    torn = Result(name="n", file="a.py", line=3, failure={"message": "two\nlines"})
    assert ci_lines([torn]) == ["a.py:3: error: n: two lines"]
    good = result_of(MADE["rate"]())
    assert ci_lines([good]) == []


def test_the_document_of_a_check_has_no_time_and_is_plain_data():
    files = theorem_files([ROOT / "theorems" / "functions" / "strongly_convex_is_pl.py"])
    documents = []
    for _ in range(2):
        found = list(check(files, Options(budget="tiny", write=False)))
        documents.append(json.dumps(check_document(found, "0")))
    assert documents[0] == documents[1]
    assert "seconds" not in documents[0]


def test_the_table_has_a_row_for_each_result():
    results = [result_of(MADE["rate"](), name="rate", seconds=1.24), failed()]
    file = io.StringIO()
    Console(file=file, width=80).print(summary_table(results))
    head, first, second = file.getvalue().splitlines()[:3]
    for column in ("name", "kind", "outcome", "steps", "axioms", "functions", "worst", "time"):
        assert column in head
    assert first.startswith("rate") and "proved" in first and "1.2 s" in first
    assert "not found" in second
