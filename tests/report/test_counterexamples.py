"""A refutation's transcript shows the counterexample, where it lives, and what holds instead."""

import pytest

from plproof import Function, LanguageError, Proposition, Space, Vector
from plproof.checking.discovery import UsageError, as_module
from plproof.checking.run import Options, check
from plproof.cli_support import write_transcripts
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
    assert link["title"] == "A square is at least 0"


def test_a_proved_statement_has_no_counterexample(made):
    assert made["holds"].counterexample == () and made["holds"].repaired == ()


def test_every_format_says_it(made, capsys):
    from rich.console import Console

    render(made["below"], Console(width=100))
    path = made["below"].repaired[0]["file"]
    links = {
        capsys.readouterr().out: "holds (",
        to_markdown(made["below"]): f"[holds]({path}) (",
        to_markdown(made["below"], {("holds", path): "holds.md"}): "[holds](holds.md) (",
        to_html(made["below"]): f'<a href="{path}">holds</a> (',
        to_latex(made["below"]): "holds (",
    }
    for text, link in links.items():
        assert f"what holds instead: {link}" in text, text
        flowing = " ".join(text.split())
        assert "in coordinates" in flowing and "A square is at least 0" in flowing, text


def test_the_link_is_there_when_what_holds_is_in_a_file_outside_the_run(tmp_path, monkeypatch):
    library = tmp_path / "library"
    library.mkdir()
    (library / "__init__.py").write_text('"""A package."""\n', encoding="utf-8")
    first, rest = AUTHOR.split("below = ")
    (library / "squares.py").write_text(first, encoding="utf-8")
    rest = f"from library.squares import *\nfrom plproof import *\nbelow = {rest}"
    (library / "below it.py").write_text(rest, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    files = [as_module(library / "below it.py")]
    results = list(check(files, Options(budget="none", write=False)))
    assert [r.name for r in results] == ["below"]
    assert "[holds](library/squares.py)" in to_markdown(transcript(results[0]))
    write_transcripts(results, tmp_path / "pages" / "deep")
    page = (tmp_path / "pages" / "deep" / "below.md").read_text(encoding="utf-8")
    assert "[holds](../../library/squares.py)" in page
    with pytest.raises(UsageError, match=r"called holds here; it stands in library/squares\.py$"):
        list(check(files, Options(only=("holds",), budget="none")))


def test_repaired_is_for_what_does_not_hold():
    E = Space("E")
    f, x = Function("f", E), Vector("x", E)
    whole = Proposition("nothing", claim=f(x) <= f(x))
    with pytest.raises(LanguageError, match="refuted or vacuous"):
        Proposition("something", claim=f(x) <= 0, repaired=whole)
    assert Proposition("x", claim=f(x) <= 0, expect="refuted", repaired=whole).repaired == (whole,)
