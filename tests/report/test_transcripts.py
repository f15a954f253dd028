"""Transcripts: complete, as the golden files in the repository, wide enough, the same each time."""

import io
import json
import os
import re
from pathlib import Path

import pytest
from report_statements import MADE, result_of, with_figures
from rich.console import Console

from plproof import Function, Natural, Sequence, Space, Theorem, Vector, forall
from plproof.language.printing import show
from plproof.report.data import to_json
from plproof.report.html import to_html
from plproof.report.latex import to_latex_document
from plproof.report.markdown import to_markdown
from plproof.report.model import Figures
from plproof.report.result import Result
from plproof.report.terminal import render
from plproof.report.transcript import VERDICTS, transcript

FOLDER = Path(__file__).resolve().parent / "golden"
REGENERATE = bool(os.environ.get("PLPROOF_REGENERATE"))


def printed(made, width=80, **options):
    file = io.StringIO()
    render(made, Console(file=file, width=width, **options))
    return file.getvalue()


FORMS = {
    "md": to_markdown,
    "txt": printed,
    "html": to_html,
    "tex": to_latex_document,
    "json": lambda made: json.dumps(to_json(made), ensure_ascii=False, indent=1) + "\n",
}


@pytest.mark.parametrize("form", ["md", "txt", "json"])
def test_the_transcript_is_the_golden_one(golden, form):
    """Regenerate with PLPROOF_REGENERATE=1 and read what changed."""
    text, file = FORMS[form](transcript(golden)), FOLDER / f"{golden.name}.{form}"
    if REGENERATE:
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_step_appears_once_and_is_numbered(result):
    made = transcript(result)
    positions = [i for line in made.steps for i in line.outline]
    assert sorted(positions) == list(range(len(result.outline)))
    numbers = [line.number for line in made.steps if line.kind not in ("end", "conclusion")]
    assert len(set(numbers)) == len(numbers) and "" not in numbers
    for line in made.steps:
        for position in line.outline if line.kind in ("have", "admit", "close") else ():
            thm = result.replayed.steps[result.outline[position].number]
            assert line.formula.text == show(thm.conclusion)
    text = printed(made, 2000)
    for line in made.steps:
        if line.formula is not None and not (line.is_claim and line.kind != "conclusion"):
            assert line.formula.text in text


def test_a_block_ends_with_what_it_gives(result):
    for line in transcript(result).steps:
        if line.kind == "end":
            thm = result.replayed.steps[result.outline[line.outline[0]].number]
            assert line.formula.text == show(thm.conclusion)


@pytest.mark.parametrize("form", FORMS)
def test_what_it_rests_on_appears(result, form):
    made = transcript(result)
    assert [h.name for h in made.hypotheses] == [n for n, _ in result.statement.hypotheses]
    assert [axiom.name for axiom in made.axioms] == list(result.axioms())
    text = FORMS[form](made)
    if form != "tex":
        for axiom in made.axioms:
            assert axiom.name in text and "Rudin" in text
        for _ in made.admits:
            assert "ADMITTED WITHOUT PROOF" in text or form == "json"
        if form != "json" and made.steps and not made.axioms:
            assert "no axiom" in text


def test_every_outcome_is_said_in_words():
    for outcome, words in VERDICTS.items():
        made = transcript(Result(name="n", file="a.py", outcome=outcome))
        assert words in to_markdown(made) and made.to_json()["outcome"] == outcome
    assert "does not make it false" in VERDICTS["not found"]


SEARCHED = "not found: no proof found: the claim is false: f(x) = x²: f(x) is 1, above 0"
VIOLATED = {"items": [{"label": "claim", "violations": 1}], "counterexample": {"text": "b = 0"}}


@pytest.mark.parametrize(
    ("outcome", "failure", "stress", "said"),
    [
        ("not found", {"message": SEARCHED}, None, "the claim is false"),
        ("not found", {"message": "not found"}, VIOLATED, "the claim is false"),
        ("failed", {"message": "1 gap", "counterexample": "b = 0", "goal": "a ≤ 2·b"}, None,
         "the claim is false"),
        ("not found", {"message": "not found", "counterexample": "b = 0", "goal": "b ≥ 0"}, None,
         "a step is false as it stands"),
        ("not found", {"message": "not found: no rate; the claim is false at ρ = 2"}, None,
         "which does not make it false"),
        ("not found", {"message": "not found", "goal": "a ≤ 2·b"}, None, "does not make it false"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["md", "txt", "html", "json"])
def test_the_verdict_denies_nothing_that_is_shown_below_it(form, outcome, failure, stress, said):
    statement = result_of(MADE["gap"]()).statement
    made = transcript(
        Result("n", "a.py", statement=statement, outcome=outcome, failure=failure, stress=stress)
    )
    text = FORMS[form](made)
    assert said in " ".join(text.split()) and made.outcome == outcome
    assert made.verdict.startswith(outcome)
    if "not make" not in said:
        assert "does not make it false" not in text


def test_refuted_and_vacuous_statements_are_declared_as_such():
    vacuous = transcript(result_of(MADE["vacuous"]()))
    assert vacuous.outcome == "vacuous" and vacuous.steps[-1].formula.text == "⊥"
    assert vacuous.steps[-1].certificate.text == "a contradiction: 0 = less + more > 0"
    refuted = transcript(result_of(MADE["refuted"]()))
    assert refuted.outcome == "refuted"
    assert "statement(0)" in refuted.steps[-1].certificate.text


@pytest.mark.parametrize("form", ["md", "txt", "html"])
def test_a_statement_proved_vacuous_is_not_called_possibly_so(form):
    stress = {"functions": 64, "items": [{"label": "claim", "functions": 0}]}
    report = {"stress": stress, "witness": None, "consistency": "no model found: possibly vacuous"}
    said = {}
    for name in ("vacuous", "refuted", "rate"):
        result = result_of(MADE[name]())
        result.tested(report)
        said[name] = " ".join(FORMS[form](transcript(result)).split())
    assert "possibly" not in said["vacuous"] and "possibly" not in said["refuted"]
    assert "consistency: none: the proof shows that the hypotheses contradict" in said["vacuous"]
    assert "none of 64 functions was found to satisfy the hypotheses" in said["vacuous"]
    assert "the values in the refutation satisfy the hypotheses" in said["refuted"]
    assert "possibly vacuous" in said["rate"] and "exercised on none of 64" in said["rate"]


def test_hypotheses_that_are_not_needed_are_named():
    assert transcript(result_of(MADE["split"]())).unused == ("spare",)
    assert "does not need: spare" in to_markdown(transcript(result_of(MADE["split"]())))


def test_definedness_names_what_must_not_vanish():
    made = transcript(result_of(MADE["rate"]()))
    assert [formula.text for formula in made.definedness] == ["β ≠ 0"]


def test_a_claim_that_no_step_states_is_concluded():
    last = transcript(result_of(MADE["pl_of_convex"]())).steps[-1]
    assert last.kind == "conclusion" and last.formula.text == "PL(f, α, x*)"
    assert last.certificate.text == "by convex and (1)"


def test_blocks_in_blocks_open_together():
    made = transcript(result_of(MADE["descent"]()))
    opened = [line for line in made.steps if len(line.opens) == 2]
    assert [o.words for o in opened[0].opens] == ["let t be arbitrary", "suppose"]
    assert max(line.depth for line in made.steps) == 2


def test_figures_are_matched_in_order_or_by_label():
    result = with_figures(result_of(MADE["rate"]()))
    tests = [line.tests for line in transcript(result).steps if line.tests is not None]
    assert [t.functions for t in tests] == [101, 102, 103, 104]
    result.stress = {"items": [{"label": "one", "functions": 7, "violations": 2}]}
    made = transcript(result)
    (line,) = [line for line in made.steps if line.tests is not None]
    assert line.label == "one" and line.tests == Figures(7, None, 2)
    assert "found false on 2 functions" in to_markdown(made)


@pytest.mark.parametrize("stress", [{}, {"functions": 3}, {"items": [{}], "counterexample": None}])
def test_every_key_of_the_laboratory_is_optional(stress):
    result = result_of(MADE["rate"](), stress=stress, witness={})
    for form in FORMS.values():
        assert form(transcript(result))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_are_not_too_long(golden, width):
    for line in printed(transcript(golden), width).splitlines():
        assert len(line) <= width


def test_without_colour_nothing_is_lost(golden):
    made = transcript(golden)
    plain, coloured = printed(made), printed(made, color_system="truecolor", force_terminal=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("form", FORMS)
def test_the_same_statement_gives_the_same_text(golden, form):
    again = with_figures(result_of(MADE[golden.name](), name=golden.name))
    assert FORMS[form](transcript(golden)) == FORMS[form](transcript(again))


def test_the_json_is_plain_and_versioned(result):
    made = transcript(result).to_json()
    assert made["schema"] == "plproof-transcript/1"
    assert json.loads(json.dumps(made)) == made


def test_brackets_match_in_latex(result):
    text = to_latex_document(transcript(result))
    unescaped = re.sub(r"\\[{}\\]", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    assert text.count(r"\left") - text.count(r"\leftrightarrow") == text.count(r"\right") - (
        text.count(r"\rightarrow")
    )
    assert unescaped.replace(r"\$", "").count("$") % 2 == 0
    assert re.sub(r"[–“”μβα]", "", text).isascii()


def test_a_member_of_a_sequence_and_a_variable_are_told_apart_throughout():
    space = Space("E")
    f, x, x0 = Function("f", space), Sequence("x", space), Vector("x0", space)
    y, k = Vector("y", space), Natural("k")
    given = dict(start=f(x[0]) <= f(x0), low=forall(y, f(y) >= 1), fall=forall(k, f(x[k]) <= 3))
    theorem = Theorem("Two points that look alike", given=given, claim=f(x[0]) <= 3 * f(x0))

    @theorem.proof
    def _(p):
        p.have(f(x[0]) >= 0, by=p.low(x[0]))
        p.have(f(x0) >= 0, by=p.low(x0))
        p.have(theorem.claim, by=[p.start, p.low(x0)])

    made = transcript(result_of(theorem))
    said = [f.formula for f in (*made.hypotheses, made.claim, *made.steps)]
    assert [f.text for f in said if "0]" in f.text or "₀" in f.text] == [
        "f(x[0]) ≤ f(x₀)", "f(x[0]) ≤ 3·f(x₀)",
        "f(x[0]) ≥ 0", "f(x₀) ≥ 0", "f(x[0]) ≤ 3·f(x₀)",
    ]  # fmt: skip
    assert [f.latex.count("x_{0}") for f in said] == [1, 0, 0, 1, 0, 1, 1]
    assert [line.certificate.text for line in made.steps[:2]] == [
        "slack = low(x[0]) + 1 ≥ 0", "slack = low(x₀) + 1 ≥ 0",
    ]  # fmt: skip
