"""What covers a labelled statement of a document, and what only looks as if it did."""

import io

import pytest
from rich.console import Console

from plproof.language.source import Source
from plproof.report.coverage import DEFINITION, Citation, citations, cover, coverage_document
from plproof.report.document import read_document
from plproof.report.result import Result
from plproof.report.terminal import render_coverage

TITLE = "Notes on Optimiziation"
TEXT = f"""# {TITLE}

## Rates

> **Lemma** One.

> **Theorem 2.1** (PL) Two.

> **Definition** Three.

### Steps

> **Claim** Four.

## Distances

> **Lemma** Five.

> **Claim** (left) Six.

> **Claim** (right) Seven.

> **Theorem 2.2** Eight.
"""
DOCUMENT = read_document(TEXT, "name")
LEMMA, THEOREM, DEFINED, STEP, SECOND, LEFT, RIGHT, LAST = range(8)


def citing(section="", label="", title="Notes on Optimization", name="n", kind="lemma", **more):
    fields = dict(outcome="proved", expected="proved", as_declared=True, file="a.py", line=3)
    return Citation(name, kind, Source(title, section, label), **{**fields, **more})


def covered(*given, document=DOCUMENT):
    """Return the positions of the statements covered."""
    made = cover(document, given)
    return [i for i, entry in enumerate(made.entries) if entry.covered]


def remark(citation):
    ((_, text),) = cover(DOCUMENT, [citation]).also_cited
    return text


@pytest.mark.parametrize(
    ("section", "label", "position"),
    [
        ("Rates", "Lemma", LEMMA),
        ("rates.", "lemma, as printed", LEMMA),
        ("Distances", "Lemma", SECOND),
        ("", "Theorem 2.1", THEOREM),
        ("", "Theorem 2.1 (Polyak), second part", THEOREM),
        ("Elsewhere", "Theorem 2.1", THEOREM),
        ("", "Definition", DEFINED),
        ("Steps", "Claim", STEP),
        ("Rates", "Claim", STEP),
        ("Distances", "Claim (left)", LEFT),
        ("Distances", "Claim (right)", RIGHT),
        ("Distances", "Theorem 2.2", LAST),
    ],
)
def test_a_citation_covers_the_statement_it_names(section, label, position):
    assert covered(citing(section, label)) == [position]
    assert covered(citing(section, label, title=f"*{TITLE.upper()}*")) == [position]


@pytest.mark.parametrize(
    ("section", "label", "why"),
    [
        ("Elsewhere", "Definition", "labels no Definition in this section"),
        ("Distances", "Definition", "labels no Definition in this section"),
        ("Elsewhere", "Lemma", "labels no Lemma in this section"),
        ("", "Lemma", "fits the statements of lines 5, 17"),
        ("Distances", "Claim", "fits the statements of lines 19, 21"),
        ("Rates", "Lemma 1", "labels no Lemma 1"),
        ("Rates", "Theorem", "labels no Theorem"),
        ("Rates", "Theorem 2", "labels no Theorem 2"),
        ("Rates", "Theorem 2.3", "labels no Theorem 2.3"),
        ("Rates", "Theorem 2.11", "labels no Theorem 2.11"),
        ("Rates", "Lemma 2.1", "labels no Lemma 2.1"),
        ("Rates", "Proposition", "labels no Proposition"),
        ("Rates", "the sentence after the Lemma", ""),
        ("Rates", "proof of Theorem 2.1", ""),
        ("Rates", "", ""),
        ("", "", ""),
    ],
)
def test_a_citation_that_names_none_or_several_covers_nothing(section, label, why):
    citation = citing(section, label)
    assert covered(citation) == []
    assert why in remark(citation) and bool(why) == bool(remark(citation))


@pytest.mark.parametrize(
    "title", ["Notes on Optimization II", "Notes", "More Notes on Optimization", "Rates", ""]
)
def test_another_document_is_no_citation(title):
    made = cover(DOCUMENT, [citing("Rates", "Lemma", title=title)])
    assert not made.citations


def test_numbers_that_begin_again_are_told_apart_by_the_section():
    text = "## A\n> **Lemma 1** x\n\n## B\n> **Lemma 1** y\n"
    document = read_document(text, "Notes on Optimization")
    assert covered(citing("B", "Lemma 1"), document=document) == [1]
    assert covered(citing("C", "Lemma 1"), document=document) == []
    assert covered(citing("", "Lemma 1"), document=document) == []


def test_a_definition_covers_definitions_only():
    own = dict(kind=DEFINITION, outcome=DEFINITION, expected=DEFINITION, name="PL")
    assert covered(citing("Rates", "Definition", **own)) == [DEFINED]
    assert covered(citing("Rates", "Lemma", **own)) == []
    assert remark(citing("Rates", "Lemma", **own)) == "a definition covers no Lemma"


def test_an_outcome_that_is_not_declared_covers_nothing():
    bad = citing("Rates", "Lemma", outcome="failed", as_declared=False)
    made = cover(DOCUMENT, [bad])
    assert made.entries[LEMMA].cited_by == (bad,) and not made.entries[LEMMA].covered
    assert covered(bad, citing("Rates", "Lemma", name="m")) == [LEMMA]


def everything():
    labels = [("Rates", "Lemma"), ("", "Theorem 2.1"), ("Rates", "Definition"), ("Steps", "Claim")]
    labels += [("Distances", "Lemma"), ("Distances", "Claim (left)")]
    labels += [("Distances", "Claim (right)"), ("", "Theorem 2.2")]
    return [citing(*where, name=f"n{i}") for i, where in enumerate(labels)]


def test_complete_means_all_covered_and_all_as_declared():
    assert cover(DOCUMENT, everything()).complete
    assert not cover(DOCUMENT, everything()[1:]).complete
    aside = citing("Rates", "last paragraph", outcome="failed", as_declared=False)
    assert not cover(DOCUMENT, [*everything(), aside]).complete
    elsewhere = citing("Rates", "Lemma", title="B", outcome="failed", as_declared=False)
    assert cover(DOCUMENT, [*everything(), elsewhere]).complete
    assert cover(read_document("no label", "name"), []).complete


def test_results_without_a_source_cite_nothing():
    source = Source("Notes", "Rates", "Lemma")
    results = [Result("a", "a.py"), Result("b", "b.py", 7, source=source, outcome="refuted")]
    (made,) = citations(results)
    assert (made.name, made.line, made.outcome, made.as_declared) == ("b", 7, "refuted", False)


def printed(made, width=80):
    stream = io.StringIO()
    render_coverage(made, Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_it_is_printed_by_section_and_fits_the_width():
    given = [
        citing("Distances", "last paragraph", name="last"),
        citing("Steps", "Claim", name="a_name_of_a_theorem_that_is_rather_long_for_a_name"),
        citing("Rates", "Lemma", name="no", outcome="refuted", expected="refuted"),
        citing("Rates", "Lemma", name="bad", outcome="not found", as_declared=False),
        citing("Elsewhere", "Lemma", name="lost"),
        citing("Rates", "[3]", name="third"),
        citing(name="bare"),
    ]
    text = printed(cover(DOCUMENT, given))
    assert max(map(len, text.splitlines())) <= 80
    assert text.splitlines()[:9] == [
        "Notes on Optimiziation",
        "",
        "  Rates",
        "     5  Lemma",
        "          no: refuted, as declared",
        "          bad: not found (declared proved)",
        "     7  Theorem 2.1 (PL)",
        "          not covered",
        "     9  Definition",
    ]
    aside = text[text.index("also cited") : text.index("2 of 8")]
    assert [line.strip() for line in aside.splitlines() if line.strip()] == [
        "also cited",
        "(no section)",
        "bare: proved (no label)",
        "Rates",
        "third: proved ([3])",
        "Distances",
        "last: proved (last paragraph)",
        "Elsewhere",
        "lost: proved (Lemma; the document labels no Lemma in this section)",
    ]
    assert "2 of 8 labelled statements covered" in text
    assert "not covered: Theorem 2.1 (PL), line 7" in text
    narrow = printed(cover(DOCUMENT, given), 64)
    assert narrow.split() == text.split(), "nothing is cut off"


def test_a_document_without_labels_says_so():
    text = printed(cover(read_document("# A\n\nThe Lemma.", "name"), []))
    assert "no labelled statement" in text and "Corollary" in text


def test_the_data_holds_what_is_printed():
    aside = citing("Rates", "last paragraph", name="last")
    data = coverage_document(cover(DOCUMENT, [*everything()[1:], aside]), "notes.md", "1")
    assert data["document"] == {"file": "notes.md", "title": TITLE}
    assert [s["covered"] for s in data["statements"]] == [False] + [True] * 7
    second = data["statements"][THEOREM]
    assert (second["line"], second["section"], second["label"]) == (7, "Rates", "Theorem 2.1 (PL)")
    assert (second["kind"], second["number"], second["called"]) == ("Theorem", "2.1", "PL")
    assert [c["name"] for c in second["cited_by"]] == ["n1"]
    assert [c["name"] for c in data["also_cited"]] == ["last"] and not data["complete"]
