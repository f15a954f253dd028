"""The command line as a user meets it: outcomes, exit codes, bad input, determinism."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.cli import main
from plproof.report import data, transcript

pytestmark = pytest.mark.usefixtures("forked_workers")

ROOT = Path(__file__).resolve().parent.parent
GOOD = """
from plproof import *
a, b = Reals("a b")
{name} = Lemma("the sum of two positives", given=dict(a_pos=a > 0, b_pos=b > 0), claim=a + b > 0)
@{name}.proof
def _(p):
    p.have({name}.claim, by=[p.a_pos, p.b_pos])
"""
BAD = """
from plproof import *
a, b = Reals("a b")
wrong = Lemma("too much", given=dict(a_pos=a > 0), claim=a >= 1)
@wrong.proof
def _(p):
    p.have(a >= 1, by=p.a_pos)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(GOOD.format(name="good"))
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.mark.real_start
def test_a_good_file_gives_exit_code_0_and_a_row(folder):
    done = run("check", "good.py", "--budget", "small")
    assert done.exit_code == 0, done.output
    assert "good" in done.output and "proved" in done.output
    assert "1 of 1 as declared" in done.output
    assert (folder / "good.proof.json").exists()


def test_a_failing_step_gives_exit_code_1_its_place_and_a_counterexample(folder):
    (folder / "bad.py").write_text(BAD)
    done = run("check", ".", "--budget", "small")
    assert done.exit_code == 1, done.output
    assert "bad.py:7: wrong: not found" in done.output
    assert "false at" in done.output and "a = " in done.output
    assert "good" in done.output, "the other file's result stands"


BROKEN = {
    "a syntax error": "from plproof import *\nx = (\n",
    "an exception at import": "from plproof import *\n1 / 0\n",
    "an exit at import": "from plproof import *\nimport sys\nsys.exit(3)\n",
    "a crash at import": "from plproof import *\nimport os\nos._exit(9)\n",
    "a trap of Python": "from plproof import *\na = Real('a')\nclaim = 0 < a < 1\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_unreadable_file_gives_exit_code_2_and_leaves_the_others_alone(folder, name):
    (folder / "broken.py").write_text(BROKEN[name])
    done = run("check", "broken.py", "good.py", "--budget", "none")
    assert done.exit_code == 2, done.output
    assert "broken.py" in done.output and "Traceback" not in done.output
    assert "1 of 2 as declared" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere.py"], "does not exist"),
        (["check", "empty"], "contains no theorem file"),
        (["check", "good.py", "--only", "god"], "did you mean good"),
        (["check", "good.py", "--budget", "huge"], "huge"),
        (["check", "notes.txt"], "not a Python file"),
        (["show", "nothing", "good.py"], "no theorem object called nothing"),
        (["new", "good.py"], "exists already"),
        (["new", "not-a-name.py"], "like a Python module"),
        (["new", "class.py"], "class is a word of Python"),
        (["new", "json.py"], "json is a module of Python"),
        (["new", "x.py"], "uses the name x for something else"),
        (["check", "none.py"], "no theorem object in none.py"),
        (["check", "good.py", "--jobs", "0"], "0 is not in the range"),
        (["check", "good.py", "--json", "empty"], "empty cannot be written"),
        (["check", "good.py", "--transcripts", "notes.txt"], "cannot be written to notes.txt"),
    ],
)
def test_bad_usage_gives_exit_code_2_and_says_what_to_do(folder, arguments, message):
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("plproof")
    (folder / "none.py").write_text("from plproof import *\n")
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output


def test_a_file_that_hangs_is_stopped_and_the_others_stand(folder):
    (folder / "hangs.py").write_text("import time\nfrom plproof import *\ntime.sleep(99)\n")
    options = Options(budget="none", import_limit=3.0)
    results = list(check(theorem_files(["hangs.py", "good.py"]), options))
    assert [r.outcome for r in results] == ["error", "proved"]
    assert "took longer than 3 seconds" in results[0].failure["message"]


def test_a_proof_that_hangs_is_stopped(folder):
    text = GOOD.format(name="slow").replace("def _(p):", "def _(p):\n    while True: pass")
    (folder / "slow.py").write_text(text)
    options = Options(budget="none", proof_limit=2.0)
    results = list(check(theorem_files(["slow.py", "good.py"]), options))
    assert [r.outcome for r in results] == ["failed", "proved"]


def test_two_theorems_of_one_name_are_refused(folder):
    (folder / "other.py").write_text(GOOD.format(name="good"))
    done = run("check", "good.py", "other.py", "--budget", "none")
    assert done.exit_code == 1 and "already used in good.py" in done.output


def test_what_the_authors_file_prints_does_not_disturb(folder):
    (folder / "loud.py").write_text("print('{\"do\": 1}' * 99999)\n" + GOOD.format(name="loud"))
    assert run("check", "loud.py", "--budget", "none").exit_code == 0


def test_a_proof_that_cannot_be_stored_is_still_a_proof(folder):
    (folder / "good.proof.json").mkdir()
    done = run("check", "good.py", "--budget", "none")
    assert done.exit_code == 0 and "could not be stored" in done.output


def test_a_damaged_stored_proof_is_proved_again(folder):
    assert run("check", "good.py", "--budget", "none").exit_code == 0
    stored = folder / "good.proof.json"
    whole = stored.read_text()
    for damaged in (whole[: len(whole) // 2], whole.replace('"combine"', '"assume"'), "[]"):
        stored.write_text(damaged)
        assert run("check", "good.py", "--budget", "none").exit_code == 0
        assert stored.read_text() == whole, "the good proof is stored again"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_keeps_the_results_so_far(folder, jobs):
    """As in a terminal, where Ctrl-C reaches every process of the run."""
    (folder / "zz.py").write_text(
        "import time\nfrom plproof import *\nopen('reached', 'w').close()\ntime.sleep(99)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "plproof", "check", ".", "--budget", "none", "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
    )
    patience = time.monotonic() + 30
    while not (folder / "reached").exists() or not (folder / "good.proof.json").exists():
        assert time.monotonic() < patience, "the run never reached the file that hangs"
        time.sleep(0.05)
    time.sleep(1)  # good.py's result is given out just after its proof is stored
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "proved" in out and "interrupted" in err and "Traceback" not in err + out


def plain_json(text):
    """Read JSON as every reader does: without NaN and infinities."""

    def refuse(word):
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_json_goes_to_standard_output_alone(folder):
    done = run("check", "good.py", "--budget", "small", "--json", "-")
    assert plain_json(done.stdout)["theorems"][0]["name"] == "good"
    assert "1 of 1 as declared" in done.stderr


def documented(start, text):
    """Return the field names that a module's description of its schema lists for a theorem."""
    listed = text[text.index(start) :]
    return re.findall(r"``(\w+)``", listed[listed.index("[") : listed.index("]")])


@pytest.mark.real_start
def test_the_same_check_writes_the_same_bytes(folder):
    (folder / "bad.py").write_text(BAD)
    texts = []
    for jobs in (1, 1, 2):
        run("check", ".", "--budget", "small", "--json", "out.json", "--jobs", jobs)
        texts.append((folder / "out.json").read_text())
    first, again, parallel = map(plain_json, texts)
    assert first == again, "two runs differ"
    assert first == parallel, "--jobs 2 differs"
    assert texts[0] == texts[1] == texts[2]
    assert first["schema"] == "plproof-check/1"
    entry = next(t for t in first["theorems"] if t["name"] == "good")
    assert sorted(documented("Schema ``plproof-check/1``", data.__doc__)) == sorted(entry)
    assert entry["outcome"] == "proved" and entry["admits"] == []


def test_transcripts_are_written_as_markdown_and_json(folder):
    assert run("check", "good.py", "--budget", "none", "--transcripts", "out").exit_code == 0
    assert (folder / "out" / "good.md").read_text().startswith("# Lemma `good`")
    made = json.loads((folder / "out" / "good.json").read_text())
    assert made["schema"] == "plproof-transcript/1" and made["outcome"] == "proved"
    for field in made:
        assert f"``{field}``" in transcript.__doc__, f"{field} is not documented"


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "latex", "json"])
def test_a_transcript_is_shown_in_every_format(folder, form):
    done = run("show", "good", "good.py", "--budget", "none", "--format", form)
    assert done.exit_code == 0 and "sum of two positives" in done.output
    (folder / "broken.py").write_text("from plproof import *\n1 / 0\n")
    done = run("show", "good", ".", "--budget", "none", "--format", form)
    assert done.exit_code == 2 and "broken.py:2: " in done.stderr, "it says what it did not read"
    assert "sum of two positives" in done.stdout


@pytest.mark.parametrize("asked", ["check", "show first", "axioms first", "coverage notes.md"])
def test_what_to_name_is_said_with_the_command_that_was_given(folder, asked):
    (folder / "notes.md").write_text("# Notes")
    done = run(*asked.split())
    assert done.exit_code == 2 and f"as in: plproof {asked} theorems/" in done.output


def test_list_and_axioms(folder):
    assert "the sum of two positives" in run("list", "good.py").output
    assert "rests on no axiom" in run("axioms", "good", "good.py").output
    assert "Rudin" in run("axioms", "descent_lemma", ROOT / "theorems" / "functions").output


def test_a_new_file_checks(folder):
    assert run("new", "first.py").exit_code == 0
    assert len((folder / "first.py").read_text().splitlines()) <= 25
    assert run("check", "first.py", "--budget", "none").exit_code == 0


def test_prove_verify_finds_a_stale_proof(folder):
    assert run("prove", "good.py").exit_code == 0
    assert run("prove", "good.py", "--verify").exit_code == 0
    source = folder / "good.py"
    source.write_text(source.read_text() + "\n# changed\n")
    done = run("prove", "good.py", "--verify")
    assert done.exit_code == 1 and "good.py" in done.output


def test_only_the_named_theorem_is_checked(folder):
    (folder / "bad.py").write_text(BAD)
    done = run("check", ".", "--budget", "none", "--only", "good")
    assert done.exit_code == 0 and "1 of 1 as declared" in done.output


def test_verbose_prints_every_transcript(folder):
    done = run("check", "good.py", "--budget", "none", "--verbose")
    assert "proved: the kernel replayed every step" in done.output


def test_proofs_alone_do_not_start_the_laboratory(folder):
    code = (
        "import sys\nfrom plproof.cli import main\n"
        "main(['check', 'good.py', '--budget', 'none'], standalone_mode=False)\n"
    ).replace("main([", "sys.exit = lambda code: None\nmain([")
    code += "print('plproof.laboratory' in sys.modules, 'autograd' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


def test_a_terminal_without_our_signs_shows_question_marks_and_no_traceback(folder):
    done = subprocess.run(
        [sys.executable, "-m", "plproof", "show", "good", "good.py", "--budget", "none"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert b"a > 0" in done.stdout and b"Traceback" not in done.stderr


def test_replay_runs_no_proof(folder):
    assert run("replay", "good.py").exit_code == 1
    assert run("prove", "good.py").exit_code == 0
    assert run("replay", "good.py").exit_code == 0


def test_quiet_says_only_what_is_wrong(folder):
    assert run("check", "good.py", "--budget", "none", "--quiet").output == ""
    (folder / "bad.py").write_text(BAD)
    done = run("check", ".", "--budget", "none", "--quiet")
    assert done.exit_code == 1 and "wrong" in done.output and "good" not in done.output


def test_fail_fast_stops_at_the_first_surprise(folder):
    (folder / "bad.py").write_text(BAD)
    done = run("check", "bad.py", "good.py", "--budget", "none", "--fail-fast")
    assert done.exit_code == 1 and "good" not in done.output


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself_with_an_example(command):
    done = run(command, "--help")
    assert done.exit_code == 0 and "Example: plproof" in done.output


def test_help_imports_neither_sympy_nor_numpy():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom plproof.cli import main\n"
        "CliRunner().invoke(main, ['--help'])\n"
        "print(sorted({'sympy', 'numpy', 'autograd', 'rich', 'hypothesis'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version():
    assert "plproof" in run("--version").output
