"""The README's code is run: files check, commands exist, and its table links to theorems."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.cli import main
from plproof.theory.axioms import AXIOMS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python file=(\S+)\n(.*?)```", README, re.S))


THEOREM_FILES = [name for name, text in BLOCKS.items() if "\n@" in text and ".proof" in text]


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
    assert all(r.witness for r in results), "the laboratory finds a model of the hypotheses"


def test_the_first_theorem_fails_as_the_readme_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = BLOCKS["first.py"].replace("(2 * alpha)", "(3 * alpha)")
    (tmp_path / "first.py").write_text(wrong, encoding="utf-8")
    (result,) = check(theorem_files(["first.py"]), Options(budget="small"))
    assert result.outcome == "not found" and result.failure["counterexample"]
    shown = re.search(r"first\.py:(\d+): first: not found", README)
    assert shown and int(shown[1]) == result.failure["line"]


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
    from click.testing import CliRunner

    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.py").write_text(BLOCKS["first.py"], encoding="utf-8")
    shown = CliRunner().invoke(main, ["show", "first", "first.py"]).output
    figures = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")  # what the laboratory draws may change
    lines = [figures.sub("#", line.strip()) for line in shown.splitlines() if line.strip()]
    readme = figures.sub("#", README)
    missing = [line for line in lines if line not in readme]
    assert not missing, "\n".join(missing)


def test_a_rate_is_found_as_the_readme_says(tmp_path, monkeypatch):
    from click.testing import CliRunner

    pytest.importorskip("clarabel")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "rate.py").write_text(BLOCKS["rate.py"], encoding="utf-8")
    printed = CliRunner().invoke(main, ["prove", "rate.py", "--explain"]).output
    explained = printed[printed.index("rate: The rate") : printed.index("  worst case")]
    assert explained in README
