"""A refutation's transcript shows the counterexample, where it lives, and what holds instead."""

import pytest

from plproof import Function, LanguageError, Proposition, Space, Vector
from plproof.checking.discovery import as_module
from plproof.checking.run import Options, check
from plproof.report.html import to_html
from plproof.report.latex import to_latex_document as to_latex
from plproof.report.markdown import to_markdown
from plproof.report.terminal import render
from plproof.report.transcript import transcript

AUTHOR = """
from plproof import FALSE, Function, Lemma, Proposition, Space, Vector, mapsto, sq

E, R1 = Space("E"), Space.coordinates(1)
f, x, y = Function("f", E), Vector("x", E), Vector("y", R1)
holds = Lemma("A square is at least 0", claim=sq(x) >= 0)

@holds.proof
def _(p):
    p.have(holds.claim)

below = Proposition(
    "A function is at most 0", claim=f(x) <= 0, expect="refuted", spaces={E: R1}, repaired=holds
)

@below.proof
def _(p):
    g = mapsto(y, 1 + sq(y))
    p.have(FALSE, by=p.statement(g, R1.zero))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The transcripts by name of a file with a refuted statement."""
    path = tmp_path_factory.mktemp("author") / "below.py"
    path.write_text(AUTHOR, encoding="utf-8")
    results = check([as_module(path)], Options(budget="none"))
    return {r.name: transcript(r) for r in results}


def test_the_values_are_shown_with_coordinates_and_space(made):
    below = made["below"]
    assert below.outcome == "refuted", below.failure
    assert [(v.variable.text, v.coordinates) for v in below.counterexample] == [
        ("f", "y₁² + 1"),
        ("x", "(0)"),
    ]
    assert below.spaces == ("E = R^1",)


def test_what_holds_instead_is_named_with_its_file(made):
    (link,) = made["below"].repaired
    assert link["name"] == "holds" and link["file"].endswith("below.py")


def test_a_proved_statement_has_no_counterexample(made):
    assert made["holds"].counterexample == () and made["holds"].repaired == ()


def test_every_format_says_it(made, capsys):
    from rich.console import Console

    render(made["below"], Console(width=100))
    for text in (capsys.readouterr().out, to_markdown(made["below"]), to_html(made["below"])):
        assert "in coordinates" in text and "what holds instead: holds" in text, text
    assert "what holds instead" in to_latex(made["below"])


def test_repaired_is_for_what_does_not_hold():
    E = Space("E")
    f, x = Function("f", E), Vector("x", E)
    whole = Proposition("nothing", claim=f(x) <= f(x))
    with pytest.raises(LanguageError, match="refuted or vacuous"):
        Proposition("something", claim=f(x) <= 0, repaired=whole)
    assert Proposition("x", claim=f(x) <= 0, expect="refuted", repaired=whole).repaired == (whole,)
