"""Labels, titles and sections: what is read from a document, and what agrees with a citation."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plproof.report.document import read_document
from plproof.report.labels import (
    KINDS,
    Label,
    cited_label,
    normalised,
    read_label,
    same_section,
    same_title,
)

NUMBERS = st.one_of(
    st.just(""), st.from_regex(r"(?:[A-C]\.)?[1-9][0-9]?(?:\.[1-9]){0,2}a?'?", fullmatch=True)
)
WORDS = st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=4)
LABELS = st.builds(
    Label,
    st.sampled_from(KINDS),
    NUMBERS,
    st.one_of(st.just(""), WORDS.map(lambda words: " ".join(words).capitalize())),
)
MARKS = ["", "*", "**", "***", "_", "__"]


def found(text):
    """Return (line, label) of every statement of a document."""
    return [(s.line, str(s.label)) for s in read_document(text, "name").statements]


def sections(text):
    return [(str(s.label), s.section) for s in read_document(text, "name").statements]


# ---------------------------------------------------------------- where a label is one
STATEMENTS = {
    "> **Lemma** Let x be": "Lemma",
    ">**Lemma** no space": "Lemma",
    "> _Theorem 2.1._ Let": "Theorem 2.1",
    "> ***Theorem 2.1 (PL)*** Let": "Theorem 2.1 (PL)",
    "> **Theorem 2.1** (PL): Let": "Theorem 2.1 (PL)",
    "> **Theorem** 2.1 Let": "Theorem 2.1",
    "> Claim: it holds": "Claim",
    "> **Definition** (f(x) of $x$) For": "Definition (f(x) of $x$)",
    "> COROLLARY 3. Let": "Corollary 3",
    "> **Lemma A.1'** Let": "Lemma A.1'",
    "> **Theorem A** Let": "Theorem A",
    "> Theorem IV. Let": "Theorem IV",
    "> **Theorem** A function is": "Theorem",
    "> **Lemma** 0 is a fixed point": "Lemma",
    "> **Lemma** 1-Lipschitz functions": "Lemma",
    "> <a name='l'></a>**Lemma 2** Let": "Lemma 2",
    "> [**Lemma 2**](#l) Let": "Lemma 2",
    "> ### Lemma 2 (descent)": "Lemma 2 (descent)",
    "> > **Lemma** inside": "Lemma",
    "- > **Lemma** in an item": "Lemma",
    "> 1. **Lemma** in a quoted item": "Lemma",
    "### Theorem 2.1": "Theorem 2.1",
    "### *Theorem 2.1*: rates": "Theorem 2.1",
    "## Proposition — a dash": "Proposition",
    "Theorem 3\n---------": "Theorem 3",
    "Theorem 3 (PL)\n===": "Theorem 3 (PL)",
    "<div>\n\n> **Lemma** in HTML\n\n</div>": "Lemma",
}
NOT_STATEMENTS = [
    "Theorem 2.1 in a paragraph",
    "**Theorem 2.1** in a paragraph",
    "> the Lemma above",
    "> **Lemmas** and more",
    "> **Lemma's** proof",
    "> **Lemma-like** things",
    "> a claim",
    "> claim this",
    "> **Proof.** By the Lemma.",
    "> `Lemma` is code",
    "## Definitions",
    "## Definition of convexity",
    "## 2 Theorem",
    "    > **Lemma** in indented code",
    "```\n> **Lemma** in code\n## Theorem 2\n```",
    "~~~~\n```\n> **Lemma**\n~~~\n~~~~",
    "> ```\n> **Lemma** in quoted code\n> ```",
    "```\n> **Lemma** in code that never ends",
    "<!--\n> **Lemma** in a comment\n-->",
    "$$\n> **Lemma**\n$$",
    "$$\na\n\n> **Lemma** after an empty line\n$$",
    "where $$\nx\n=\n> **Lemma**\n$$ holds",
    "---\ntitle: A\nnote: |\n  > **Lemma** in front matter\n---",
    "\\> **Lemma** is no quote",
    "",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_quote_or_heading_that_begins_with_a_label_is_a_statement(text):
    assert [label for _, label in found(f"Words.\n\n{text}\n")] == [STATEMENTS[text]]


@pytest.mark.parametrize("text", NOT_STATEMENTS)
def test_nothing_else_is_one(text):
    assert found(text) == []
    assert found(f"{text}\n\n$$\n\n> **Lemma**")[-1:] or "never ends" in text, "nor hides the next"


@given(LABELS, st.sampled_from(MARKS), st.sampled_from(["", ".", ":"]), st.integers(0, 3))
def test_every_label_is_read_as_it_is_written(label, mark, stop, above):
    text = f"{'words' * bool(above)}\n" * above + f"\n> {mark}{label}{stop}{mark} Let x be given.\n"
    assert found(text) == [(above + 2, str(label))]
    assert found(f"## {mark}{label}{mark}") == [(1, str(label))]
    assert str(cited_label(f"{mark}{label}{mark}, first part")) == str(label)


@given(LABELS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_line_ends_and_a_byte_order_mark_change_nothing(label, end, marked):
    text = f"---\ntitle: A\n---\n## B\n\n> **{label}** Let\n"
    document = read_document("\ufeff" * marked + text.replace("\n", end), "name")
    assert document == read_document(text, "name")
    assert document.title == "A" and document.headings == ("B",)
    assert document.statements[0].line == 6


@given(st.text(alphabet="> #*_-=$`~ab1.\n\t\\[]()<!", max_size=60))
def test_any_text_is_read_and_the_lines_are_in_order(text):
    text = text.replace("ab", "Lemma")
    lines = [line for line, _ in found(text)]
    assert lines == sorted(lines)
    for line in lines:
        assert "emma" in text.split("\n")[line - 1]


@given(st.lists(LABELS, max_size=5), st.lists(WORDS, min_size=6, max_size=6))
def test_words_around_statements_change_only_lines(labels, words):
    quotes = [f"> **{label}** Let" for label in labels]
    plain = [label for _, label in found("\n\n".join(quotes))]
    between = ["$$\n=\n$$\n\n" + " ".join(w) for w in words]
    mixed = "\n\n".join(x for pair in zip(between, [*quotes, ""], strict=False) for x in pair)
    assert [label for _, label in found(mixed)] == plain == [str(label) for label in labels]


def test_a_quote_may_hold_several_statements():
    text = (
        "> **Lemma 1** a\n> **Lemma 2** the same paragraph\n>\n> **Lemma 3** b\n>\n"
        "> Lemma 4 in plain words\n>\n> - **Lemma 5** in a list\n>\n> ## Lemma 6\n> $$\n> x\n"
        "> $$\n> **Lemma 7** no empty line above\n> > **Lemma 8** inside\n"
    )
    assert found(text) == [(1, "Lemma 1"), (4, "Lemma 3"), (10, "Lemma 6"), (15, "Lemma 8")]


def test_mathematics_in_a_quote_may_leave_the_quote_marks_out():
    text = "> **Lemma 1** a\n>\n> $$\nx\n=\ny\n> $$\n>\n> where\n\n> **Lemma 2** b\n"
    assert found(text) == [(1, "Lemma 1"), (11, "Lemma 2")]


def test_a_stray_sign_hides_nothing_of_other_paragraphs():
    assert found("it costs $$\n\n> **Lemma 1** a\n\n$$\nx\n$$\n") == [(3, "Lemma 1")]
    assert found("$$ begins\n\n## A\n\n> **Lemma 1** a\n\n$$\n") == [(5, "Lemma 1")]
    assert found("`$$` and \\$$\n> **Lemma 1** a\n") == [(2, "Lemma 1")]


# ---------------------------------------------------------------- sections and titles
def test_the_section_is_the_nearest_heading_outside_quotes():
    text = "# T\n> **Claim 1**\n\n> ## Heard\n> said\n\nSetext\n--\n\n"
    text += "> **Claim 2**\n### B *c*\n> Claim 3"
    assert sections(text) == [("Claim 1", "T"), ("Claim 2", "Setext"), ("Claim 3", "B c")]
    assert read_document(text, "n").statements[2].sections == ("T", "Setext", "B c")
    assert sections("> **Claim**") == [("Claim", "")]


def test_labelled_headings_are_no_sections_of_each_other():
    text = "## A\n### Theorem 1\n#### Proof\n### Lemma 2\n> **Claim 3**\n"
    text += "## Theorem 4\n## B\n## Claim 5"
    assert sections(text) == [
        ("Theorem 1", "A"), ("Lemma 2", "A"), ("Claim 3", "Lemma 2"), ("Theorem 4", "A"),
        ("Claim 5", "B"),
    ]  # fmt: skip


TITLES = {
    "---\ntitle: A b\n---\n# C": "A b",
    '---\nx: 1\ntitle: "A: \\"b\\"" # c\n...\n# C': 'A: "b"',
    "---\ntitle: 'It''s'\n---": "It's",
    "---\ntitle: A # remark\n---": "A",
    "---\ntitle: A\n  b\ndate: 1\n---": "A b",
    "---\ntitle: >-\n  A\n  b\n\ndate: 1\n---": "A b",
    "---\ntitle:\n---\n# C": "C",
    "---\nsubtitle: A\n---\n# C": "C",
    "---\ntitle: never closed\n": "name",
    "---\n\na rule, then text\n\n---\n# C": "C",
    "## B\n# *C* `d`\n# E": "C `d`",
    "C\n=": "C",
    "# Theorem 1\n# C": "C",
    "> # C\n\n## D": "name",
    "```\n# C\n```": "name",
    "$$\n# C\n$$\n": "name",
    "$$\n\n# C\n$$\n": "C",
}


@pytest.mark.parametrize("text", TITLES)
def test_the_title_is_found(text):
    assert read_document(text, "name").title == TITLES[text]


# ---------------------------------------------------------------- what agrees
NO_CITATIONS = [
    "the sentence after the Proposition", "last paragraph", "proof of the Theorem", "[3]", "",
    "Theorems 3.1–3.3", "Lemma's proof", "equation (2)", "2.1", "a Lemma",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_CITATIONS)
def test_a_citation_that_begins_with_other_words_names_no_label(text):
    assert cited_label(text) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Theorem", "Theorem"),
        ("Proposition, as printed", "Proposition"),
        ("lemma 2", "Lemma 2"),
        ("**Lemma** 2", "Lemma 2"),
        ("Theorem 2.1, second part", "Theorem 2.1"),
        ("Theorem 2.1 (PL), second part", "Theorem 2.1 (PL)"),
        ("Theorem 3.1–3.3", "Theorem 3.1–3.3"),
        ("Theorem A", "Theorem A"),
        ("Corollary.", "Corollary"),
    ],
)
def test_a_citation_names_a_label(text, label):
    assert str(cited_label(text)) == label


def test_labels_agree_by_kind_and_number():
    assert Label("Lemma", "2′", "a").key == Label("Lemma", "2'", "b").key
    assert Label("Lemma", "a.1").key == Label("Lemma", "A.1").key
    different = [Label("Lemma"), Label("Lemma", "2"), Label("Lemma", "2.1"), Label("Claim", "2")]
    assert len({label.key for label in different}) == 4


SAME = [
    ("Notes on Optimization", "notes  on *optimization*."),
    ("Deep Networks In Optimiziation", "Deep networks in Optimization"),
    ("Over-parameterised Systems", "Overparameterised systems"),
    ("Overparametrization of networks", "Overparameterization of networks"),
    ("The gradient method: a survey", "The gardient method – a survey"),
    ("Optimisation of models", "Optimization of models"),
    ("∇", " ∇ "),
]
DIFFERENT = [
    ("Notes on Optimization, part I", "Notes on Optimization, part II"),
    ("Lectures on Convex Optimization 1", "Lectures on Convex Optimization 2"),
    ("Lectures on Convex Optimization 2021", "Lectures on Convex Optimization 2022"),
    ("Lectures on Convex Optimization", "Lectures on Nonconvex Optimization"),
    ("Constrained optimization of models", "Unconstrained optimization of models"),
    ("Minimization of smooth functions", "Maximization of smooth functions"),
    ("Cyclic monotonicity of operators", "Acyclic monotonicity of operators"),
    ("Lectures on Optimization", "More Lectures on Optimization"),
    ("Norms on spaces of functions", "Forms in spaces of functions"),
    ("Optimization for A and B together", "Optimization for A and C together"),
    ("Part XVII of the collected notes", "Part XVIII of the collected notes"),
    ("∇", "∂"),
    ("", "Notes"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_titles_agree_up_to_marks_and_small_misspellings(one, other):
    assert same_title(one, other) and same_title(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_titles_of_other_documents_do_not(one, other):
    assert not same_title(one, other) and not same_title(other, one)


@given(WORDS, WORDS)
def test_titles_agree_both_ways_or_neither_way(one, other):
    one, other = " ".join(one), " ".join(other)
    assert same_title(one, one) and same_section(one, one)
    assert same_title(one, other) == same_title(other, one)
    assert same_section(one, other) == same_section(other, one)


@given(WORDS, st.data())
def test_a_slip_in_a_long_word_of_a_title_is_forgiven(words, data):
    slipped = data.draw(st.from_regex(r"[a-z]{12,16}", fullmatch=True))
    place = data.draw(st.integers(1, len(slipped) - 2))
    wrong = slipped[:place] + data.draw(st.sampled_from("aeo")) + slipped[place + 1 :]
    assume(not re.fullmatch("[ivxlc]+", wrong) and not re.fullmatch("[ivxlc]+", slipped))
    assert same_title(" ".join([*words, slipped]), " ".join([*words, wrong]))
    assert not same_title(" ".join([*words, slipped]), " ".join([*words, wrong, "again"]))


@given(st.text(max_size=20))
def test_normalising_again_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)
    assert same_section(text, text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rates: the PL case", "rates – the *PL* Case", True),
        ("1.2 Smooth functions", "Smooth functions", True),
        ("1.2. Smooth functions", "1.2", True),
        ("1.2 Smooth functions", "§ 1.2", True),
        ("1.2 Smooth functions", "1.3 Smooth functions", False),
        ("1.2 Smooth functions", "1.3", False),
        ("1.2 Smooth functions", "1.2 Convex functions", False),
        ("1.2 Smooth functions", "functions", False),
        ("Smooth functions", "Nonsmooth functions", False),
        ("Smooth functions", "", False),
        ("1.2", "", False),
        ("∇", "∂", False),
    ],
)
def test_sections_agree_up_to_marks_and_their_number(one, other, same):
    assert same_section(one, other) is same and same_section(other, one) is same


def test_reading_a_label_needs_a_capital_but_citing_it_does_not():
    assert read_label("lemma 2") is None and str(cited_label("lemma 2")) == "Lemma 2"
