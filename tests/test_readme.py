"""The README's code is run: files check, commands exist, and its table links to theorems."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.cli import main
from plproof.theory.axioms import AXIOMS

pytestmark = pytest.mark.usefixtures("forked_workers")

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python file=(\S+)\n(.*?)```", README, re.S))


THEOREM_FILES = [name for name, text in BLOCKS.items() if "\n@" in text and ".proof" in text]
#: theorem objects of which the README shows a part of the transcript, and how that part begins
ENDS = [
    ("quotient", "quotients.py", "Which hypotheses are needed"),
    ("any_minimum", "minima.py", "refuted: the kernel"),
]


def test_the_experiment_prints_what_the_readme_says():
    script = BLOCKS["watch.py"]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout in README, done.stdout


@pytest.mark.parametrize("name", THEOREM_FILES)
def test_a_file_of_the_readme_checks(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(BLOCKS[name], encoding="utf-8")
    results = list(check(theorem_files([name]), Options(budget="small")))
    assert results and all(r.as_declared for r in results), [r.failure for r in results]
    proved = [r for r in results if r.expected == "proved"]
    assert all(r.witness for r in proved), "the laboratory finds a model of the hypotheses"


def printed(*args):
    """Return what a command prints, lines without the blanks at their ends."""
    output = CliRunner().invoke(main, list(args)).output
    return "\n".join(line.rstrip() for line in output.strip().splitlines())


def rounded(text):
    """Return the text with figures as far as every computer draws the same ones."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def in_readme(first, last):
    """Return the block of the README that begins and ends so."""
    begin = README.index(f"```text\n{first}") + len("```text\n")
    return README[begin : README.index(f"{last}\n```", begin) + len(last)]


def test_the_first_theorem_fails_as_the_readme_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = BLOCKS["first.py"].replace("(2 * alpha)", "(3 * alpha)")
    (tmp_path / "first.py").write_text(wrong, encoding="utf-8")
    output, last = printed("check", "first.py"), "see the counterexample"
    shown = output[output.index("first.py:") : output.index(last) + len(last)]
    assert rounded(shown) == rounded(in_readme("first.py:", last))


def test_the_table_of_statements_links_to_theorems_that_are_there():
    rows = re.findall(r"\[`(\w+)`\]\((theorems/\S+?\.py)\)", README)
    assert len(rows) >= 22, "the document's statements are all in the table"
    for name, path in rows:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^{name} = ", text, re.M), f"{path} has no theorem object {name}"


def test_the_number_of_axioms_is_right():
    assert f"There are {len(AXIOMS)} axioms" in README


def test_every_command_is_in_the_table_of_commands():
    for command in main.commands:
        assert f"plproof {command}" in README, f"{command} is not in the README"


def test_the_transcript_in_the_readme_is_what_show_prints(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.py").write_text(BLOCKS["first.py"], encoding="utf-8")
    shown = printed("show", "first", "first.py")
    assert rounded(shown) == rounded(
        in_readme("Lemma first", "−ε·‖h‖ ≤ f(x + h) − f(x) − ⟨∇f(x), h⟩))")
    )


@pytest.mark.parametrize(("name", "file", "first"), ENDS)
def test_a_transcript_has_the_lines_that_the_readme_shows_of_it(
    name, file, first, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / file).write_text(BLOCKS[file], encoding="utf-8")
    shown = README[README.index(f"```text\n{first}") + len("```text\n") :]
    assert shown[: shown.index("```")] in printed("show", name, file, "--budget", "none") + "\n"


def test_a_document_is_covered_as_the_readme_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "minima.py").write_text(BLOCKS["minima.py"], encoding="utf-8")
    notes = "# My notes\n\n## Minima\n\n> **Theorem 1** Convex functions.\n"
    (tmp_path / "notes.md").write_text(notes, encoding="utf-8")
    covered = printed("coverage", "notes.md", "minima.py")
    assert "1 of 1 labelled" in covered and "convex_minimum: proved" in covered, covered


def test_a_rate_is_found_as_the_readme_says(tmp_path, monkeypatch):
    pytest.importorskip("clarabel")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "rate.py").write_text(BLOCKS["rate.py"], encoding="utf-8")
    printed = CliRunner().invoke(main, ["prove", "rate.py", "--explain"]).output
    explained = printed[printed.index("rate: The rate") : printed.index("  worst case")]
    assert explained in README
