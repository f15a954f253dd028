"""Which hypotheses are needed, in every form of a transcript, and what is no evidence for it."""

import copy
import io
import json

import pytest
from report_statements import MADE, result_of
from rich.console import Console

from plproof import FALSE, Lemma, Reals, Statement
from plproof.language.source import Source
from plproof.report.coverage import citations, cover, coverage_document
from plproof.report.data import check_document, to_json
from plproof.report.document import read_document
from plproof.report.html import to_html
from plproof.report.latex import to_latex_document
from plproof.report.markdown import to_markdown
from plproof.report.model import Evidence, Formula, Need
from plproof.report.needs import needs
from plproof.report.terminal import render, render_coverage
from plproof.report.transcript import transcript
from plproof.report.wording import as_text, need

a, b, c = Reals("a b c")
NAMES = (
    "quotient_needs_order", "quotient_needs_below", "quotient_above_one", "quotient_unspared",
)  # fmt: skip


@pytest.fixture
def whole():
    return result_of(MADE["quotient"](), name="quotient")


def printed(made, width=100):
    file = io.StringIO()
    render(made, Console(file=file, width=width))
    return file.getvalue()


def part(result, name):
    return next(r for r in result.weakened if r.name == name)


def shown(result):
    return [e.name for n in needs(result) for e in n.shown_by]


def test_every_hypothesis_has_a_verdict_in_the_order_of_the_statement(whole):
    found = {n.hypothesis: n.status for n in needs(whole)}
    assert list(found) == ["below", "order", "spare", "half"]
    assert list(found.values()) == ["needed", "needed", "redundant", "not examined"]
    assert sorted(shown(whole)) == sorted(NAMES)


def test_it_reads_as_a_person_would_say_it(whole):
    said = {n.hypothesis: as_text(need(n)) for n in needs(whole)}
    assert said["below"] == (
        "needed even when b ≠ 0, by a = −2 and b = −1 (quotient_needs_below, refuted by the "
        "kernel); redundant when b ≥ 1 (quotient_above_one, proved by the kernel)"
    )
    assert said["spare"] == (
        "redundant: a may be any number (quotient_unspared, proved by the kernel)"
    )
    assert said["half"] == "not examined"


def test_what_the_evidence_rests_on_is_said():
    condition, refuted = Formula("a ≥ 1", r"a \ge 1"), ("n", "refuted", "")
    assert as_text(need(Need("h", "needed", (Evidence(*refuted, (), ("segment", "o")),)))) == (
        "needed (n, refuted by the kernel with the axiom segment and the oracle o)"
    )
    axioms = ("segment", "derivative")
    assert as_text(need(Need("h", "needed", (Evidence(*refuted, (), axioms),)))) == (
        "needed (n, refuted by the kernel with the axioms segment, derivative)"
    )
    two = Evidence("n", "vacuous", "so", (condition, condition), ())
    assert as_text(need(Need("h", "redundant when", (two,)))) == (
        "redundant when a ≥ 1 and a ≥ 1: so (n, vacuous by the kernel)"
    )


@pytest.mark.parametrize("form", [to_markdown, printed, to_html, to_latex_document])
def test_every_form_has_the_block(whole, form):
    text = " ".join(form(transcript(whole)).replace(r"\_", "_").split())
    assert "Which hypotheses are needed" in text and "not examined" in text
    for name in NAMES:
        assert f"{name}, " in text and "by the kernel" in text
    before, after = text.split("Which hypotheses are needed")
    assert "not examined" not in before and after.index("below") < after.index("order")
    whole.weakened = []
    assert "Which hypotheses" not in form(transcript(whole)), "nothing was examined"


def test_words_of_the_author_are_escaped(whole):
    part(whole, "quotient_unspared").note = "<b>a</b> & $x_1$ *all* `code` {x} %"
    made = transcript(whole)
    assert "<b>a" not in to_html(made) and "&lt;b&gt;a&lt;/b&gt; &amp;" in to_html(made)
    assert r"\*all\*" in to_markdown(made) and r"\`code\`" in to_markdown(made)
    assert r"\& \$x\_1\$" in to_latex_document(made) and r"\{x\} \%" in to_latex_document(made)


def test_a_note_of_the_golden_file_is_escaped_for_latex(whole):
    assert r"a\_b\textasciicircum{}2 \& 100 \%" in to_latex_document(transcript(whole))


def test_the_data_says_it_all(whole):
    data = to_json(transcript(whole))
    assert json.loads(json.dumps(data)) == data
    below = data["needs"][0]
    assert below["hypothesis"] == "below" and below["status"] == "needed"
    assert [e["outcome"] for e in below["shown_by"]] == ["refuted", "proved"]
    assert below["shown_by"][0]["when"] == [{"text": "b ≠ 0", "latex": r"b \ne 0"}]
    assert below["shown_by"][0]["trusted"] == []
    child = to_json(transcript(part(whole, "quotient_unspared")))
    assert child["omits"] == {"theorem": "quotient", "hypothesis": "spare"}
    assert child["needs"] == [] and data["omits"] is None
    entries = check_document([whole, *whole.weakened], "1")["theorems"]
    assert entries[0]["needs"] == data["needs"] and entries[1]["omits"]["theorem"] == "quotient"


# ---------------------------------------------------------------- what is no evidence
def spoil(result, name, **changes):
    for key, value in changes.items():
        setattr(part(result, name), key, value)
    return shown(result)


@pytest.mark.parametrize(
    "changes",
    [
        {"omits": ("quotient", "half")},
        {"omits": ("quotient", "spare")},
        {"omits": ("other", "order")},
        {"omits": None},
        {"replayed": None},
        {"statement": None},
        {"outcome": "proved"},
        {"outcome": "failed"},
        {"outcome": "not found"},
        {"outcome": "error"},
        {"outcome": "vacuous"},
        {"expected": "proved"},
        {"outcome": "vacuous", "expected": "vacuous"},
        {"failure": {"message": "the laboratory contradicts the proof: claim"}},
    ],
)
def test_a_result_that_shows_something_else_is_no_evidence(whole, changes):
    left = spoil(whole, "quotient_needs_order", **changes)
    assert left == [name for name in shown_names() if name != "quotient_needs_order"]


def shown_names():
    return shown(result_of(MADE["quotient"](), name="quotient"))


def test_a_result_about_another_statement_is_no_evidence(whole):
    given = part(whole, "quotient_needs_order").statement
    others = [
        Statement(given.hypotheses, a / b <= 2),
        Statement(given.hypotheses[1:], given.claim),
        Statement((*given.hypotheses, ("more", a > 0)), given.claim),
        Statement((("below", b > 1), *given.hypotheses[1:]), given.claim),
        Statement((("low", b > 0), *given.hypotheses[1:]), given.claim),
        whole.statement,
    ]
    for other in others:
        result = copy.copy(whole)
        result.weakened = [copy.copy(r) for r in whole.weakened]
        assert "quotient_needs_order" not in spoil(result, "quotient_needs_order", statement=other)


def test_nothing_is_said_of_a_theorem_that_is_not_as_declared(whole):
    for change in ({"outcome": "failed"}, {"expected": "refuted"}, {"failure": {"message": "m"}}):
        result = copy.copy(whole)
        for key, value in change.items():
            setattr(result, key, value)
        assert needs(result) == ()
    assert needs(part(whole, "quotient_unspared")) == ()


def test_a_vacuous_statement_may_be_vacuous_without_a_hypothesis_too():
    empty = Lemma("empty", given=dict(low=a < 0, high=a > 0, more=b > 0), claim=a >= 7,
                  expect="vacuous")  # fmt: skip
    empty.name = "empty"
    empty.proof(lambda p: p.have(FALSE, by=[p.low, p.high]))

    @empty.without("more", redundant=True)
    def still_empty(p):
        p.have(FALSE, by=[p.low, p.high])

    @empty.without("low", note="a = 1")
    def not_empty(p):
        p.have(FALSE, by=p.statement(1, 1))

    found = {n.hypothesis: n.status for n in needs(result_of(empty))}
    assert found == {"low": "needed", "high": "not examined", "more": "redundant"}


# ---------------------------------------------------------------- coverage
def test_a_statement_is_not_covered_by_what_leaves_a_hypothesis_out():
    lemma = MADE["quotient"]()
    lemma.source = Source("Notes", "", "Lemma")
    for theorem in lemma.weakened.values():
        theorem.source = lemma.source
    whole = result_of(lemma)
    document = read_document("# Notes\n\n> **Lemma** Quotients.\n", "Notes")
    parts = cover(document, citations(whole.weakened))
    assert len(parts.entries[0].cited_by) == 4 and not parts.complete
    both = cover(document, citations([whole, *whole.weakened]))
    assert both.complete and len(both.entries[0].cited_by) == 5
    data = coverage_document(both, "notes.md", "1")["statements"][0]["cited_by"]
    assert [c["without"] for c in data] == ["", "order", "below", "below", "spare"]
    file = io.StringIO()
    render_coverage(both, Console(file=file, width=100))
    assert "quotient_needs_order: refuted, as declared (without order)" in file.getvalue()
