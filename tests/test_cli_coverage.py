"""``plproof coverage`` as a user meets it: what is listed, exit codes, bad input, data."""

import json
import re

import pytest
from click.testing import CliRunner

from plproof.checking import run as run_module
from plproof.checking.run import check
from plproof.cli import main
from plproof.report import coverage as module

pytestmark = pytest.mark.usefixtures("forked_workers")

NOTES = """---
title: Notes on Sums
---

## Signs

> **Definition** A sum.

> **Lemma** Positive numbers have a positive sum.

In words.
"""
FILE = """
from plproof import *
from plproof.language import Definition
a, b = Reals("a b")
Total = Definition("Total", [a, b], a + b, source=Source("Notes on Sums", "Signs", "Definition"))
{name} = Lemma(
    "the sum of two positives",
    source=Source("Notes on Sums", "Signs", {label!r}),
    given=dict(a_pos=a > 0, b_pos=b > 0),
    claim=a + b > 0,
)
@{name}.proof
def _(p):
    p.have({name}.claim, by=[p.a_pos, p.b_pos])
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text(NOTES)
    (tmp_path / "theorems").mkdir()
    (tmp_path / "theorems" / "sums.py").write_text(FILE.format(name="sums", label="Lemma"))
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, ["coverage", *map(str, args)])


def test_all_covered_gives_exit_code_0_and_stores_nothing(folder):
    done = run("notes.md")
    assert done.exit_code == 0, done.output
    assert done.output == run("notes.md", "theorems").output
    lines = [line.strip() for line in done.output.splitlines() if line.strip()]
    assert lines == [
        "Notes on Sums",
        "Signs",
        "7  Definition",
        "Total: definition",
        "9  Lemma",
        "sums: proved",
        "2 of 2 labelled statements covered",
    ]
    assert sorted(p.name for p in folder.iterdir()) == ["notes.md", "theorems"]
    assert not (folder / "theorems" / "sums.proof.json").exists()


def test_what_is_not_covered_gives_exit_code_1(folder):
    (folder / "notes.md").write_text(NOTES + "\n> **Theorem 1** More.\n")
    done = run("notes.md")
    assert done.exit_code == 1
    assert "not covered: Theorem 1, line 13" in done.output


@pytest.mark.parametrize("label", ["Lemma 2", "Theorem", "the sentence after the Lemma"])
def test_a_citation_of_something_else_is_listed_apart(folder, label):
    (folder / "theorems" / "sums.py").write_text(FILE.format(name="sums", label=label))
    done = run("notes.md")
    assert done.exit_code == 1
    aside = done.output[done.output.index("also cited") :]
    assert f"sums: proved ({label}" in aside and "not covered: Lemma, line 9" in aside


def test_the_outcome_is_what_a_replay_says_and_not_what_is_declared(folder):
    wrong = FILE.format(name="sums", label="Lemma").replace("claim=a + b > 0", "claim=a + b > 1")
    (folder / "theorems" / "sums.py").write_text(wrong)
    done = run("notes.md")
    assert done.exit_code == 1
    assert "sums: not found (declared proved)" in done.output
    assert "theorems/sums.py:" in done.output, "it says where the proof fails"
    assert "not covered: Lemma" in done.output


def test_a_failing_theorem_of_another_document_does_not_matter(folder):
    other = FILE.format(name="other", label="Lemma").replace("Notes on Sums", "Another book")
    other = other.replace("claim=a + b > 0", "claim=a + b > 1")
    (folder / "theorems" / "other.py").write_text(other)
    done = run("notes.md")
    assert done.exit_code == 0 and "other" not in done.output


def test_a_definition_that_several_files_import_is_listed_once(folder):
    more = "from plproof import *\nfrom sums import Total\nfrom sums import sums as known\n"
    more += FILE.format(name="again", label="Lemma").split("Total")[0].split("import *")[1]
    (folder / "theorems" / "use.py").write_text(more)
    done = run("notes.md")
    assert done.exit_code == 0, done.output
    assert done.output.count("Total: definition") == 1


def test_only_what_cites_the_document_is_replayed(folder, monkeypatch):
    other = FILE.format(name="other", label="Lemma").replace("Notes on Sums", "Another book")
    (folder / "theorems" / "other.py").write_text(other)
    asked = []

    def watched(files, options):
        asked.append(([f.path.name for f in files], options.only))
        return check(files, options)

    monkeypatch.setattr(run_module, "check", watched)
    assert run("notes.md").exit_code == 0
    assert asked == [(["sums.py"], ("sums",))]
    (folder / "plain.md").write_text("# Plain\n\nThe Lemma is elsewhere.\n")
    assert run("plain.md").exit_code == 0 and len(asked) == 1, "nothing cites it"


def test_a_document_without_labels_says_so_and_gives_exit_code_0(folder):
    (folder / "plain.md").write_text("# Plain\n\nThe Lemma is elsewhere.\n")
    done = run("plain.md")
    assert done.exit_code == 0 and "no labelled statement" in done.output


def test_a_theorem_file_that_cannot_be_read_gives_exit_code_2(folder):
    (folder / "theorems" / "broken.py").write_text("from plproof import *\n1 / 0\n")
    done = run("notes.md")
    assert done.exit_code == 2
    assert "theorems/broken.py:2" in done.output and "sums: proved" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["nowhere.md"], "nowhere.md cannot be read: No such file"),
        (["theorems"], "theorems cannot be read: Is a directory"),
        (["latin.md"], "latin.md is not UTF-8 text: see its byte 3"),
        (["notes.md", "nowhere"], "nowhere does not exist"),
        (["notes.md", "notes.md"], "not a Python file"),
        (["notes.md", "--json", "theorems"], "theorems cannot be written"),
        (["notes.md", "empty"], "contains no theorem file"),
    ],
)
def test_bad_usage_gives_exit_code_2_and_says_what_is_wrong(folder, arguments, message):
    (folder / "latin.md").write_bytes(b"caf\xe9")
    (folder / "empty").mkdir()
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output and "Traceback" not in done.output


def test_line_ends_and_a_byte_order_mark_change_nothing(folder):
    plain = run("notes.md").output
    (folder / "notes.md").write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    assert run("notes.md").output == plain


def test_the_file_name_is_the_title_when_there_is_no_other(folder):
    text = NOTES.split("---\n")[2]
    (folder / "2024-05-06-notes-on_sums.md").write_text(text)
    assert run("2024-05-06-notes-on_sums.md").exit_code == 0


def test_the_data_is_documented_and_the_same_each_time(folder):
    texts = []
    for _ in range(2):
        assert run("notes.md", "--json", "out.json").exit_code == 0
        texts.append((folder / "out.json").read_text())
    assert texts[0] == texts[1]
    made = json.loads(texts[0])
    assert made["schema"] == "plproof-coverage/1" and made["complete"] is True
    documented = set(re.findall(r"``(\w+)``", module.__doc__))
    lists = [made, made["document"], made["statements"][0], made["statements"][0]["cited_by"][0]]
    for fields in lists:
        assert set(fields) <= documented, "a field is not documented"
    done = run("notes.md", "--json", "-")
    assert json.loads(done.stdout) == made and "sums: proved" in done.stderr
