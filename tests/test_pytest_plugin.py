"""The pytest plugin in a user's own repository."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from plproof.cli import main
from tests.forked import Forge

GOOD = """
from plproof import Lemma, Reals
a, b = Reals("a b")
good = Lemma("the sum of two positives", given=dict(a_pos=a > 0, b_pos=b > 0), claim=a + b > 0)
@good.proof
def _(p):
    p.have(good.claim, by=[p.a_pos, p.b_pos])
"""
BAD = """
from plproof import Lemma, Reals
a, b = Reals("a b")
wrong = Lemma("too much", given=dict(a_pos=a > 0), claim=a >= 1)
@wrong.proof
def _(p):
    p.have(a >= 1, by=p.a_pos)
"""
UNKNOWN = """
from plproof import Lemma, Space, Subspace, dim

E = Space("E")
N, M = Subspace("N", E), Subspace("M", E)

unknown = Lemma("a subspace", given=dict(small=dim(N) < dim(M)), claim=dim(N) <= dim(M))


@unknown.proof
def _(p):
    p.have(unknown.claim, by=p.small)
"""
VACUOUS = BAD.replace("dict(a_pos=a > 0)", "dict(a_pos=a > 0, neg=a < 0)").replace(
    "by=p.a_pos", "by=[p.a_pos, p.neg]"
)
APART = """
from plproof import FALSE
from mine import good

@good.without("a_pos", note="a = −1, b = 1")
def needs_a_pos(p):
    p.have(FALSE, by=p.statement(1, -1))
"""
CRASHES = """
def pytest_runtest_logreport(report):
    if report.failed:
        crash = report.longrepr.reprcrash
        with open("crashes", "a") as out:
            print(report.nodeid, f"{crash.path}:{crash.lineno}", file=out)
"""
PIDS = "import os\nprint(os.getpid(), file=open('pids', 'a'))\n"
MOODY = "import pathlib\nmark = pathlib.Path('ran')\nif mark.exists(): 1 / 0\nmark.touch()\n"


class Run:
    """What pytest said of a folder: text, outcomes by test, the files it wrote.

    It runs in a process that is forked where there is a forge, else started as the user does.
    """

    def __init__(
        self, folder: Path, files: dict[str, str], *arguments: str, forge: Forge | None = None
    ):
        self.folder = folder
        for name, text in files.items():
            (folder / name).write_text(text.lstrip())
        command = ["-p", "no:cacheprovider", *arguments]
        if forge is not None:
            command += ["-W", "ignore:Module already imported"]
            code = f"import pytest, sys\nsys.path.insert(0, '')\nsys.exit(pytest.main({command!r}))"
            done = forge.run(code, folder)
        else:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *command],
                cwd=folder, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
        self.code, self.text = done.returncode, done.stdout + done.stderr

    def outcomes(self, file: str) -> dict[str, str]:
        """Return what became of each test of a file, as ``pytest -v`` lists it."""
        rows = [line.split() for line in self.text.splitlines() if line.startswith(f"{file}::")]
        return {row[0].removeprefix(f"{file}::"): row[1] for row in rows}


@pytest.fixture(scope="module")
def forge():
    """A server that has imported what the plugin imports, but not the plugin."""
    forge = Forge(
        "pytest", "hypothesis", "sympy", "plproof.checking.run", "plproof.laboratory.testing.stress"
    )
    yield forge
    forge.close()


@pytest.fixture(scope="module")
def tested(tmp_path_factory, forge):
    """A repository run with the laboratory."""
    files = {
        "mine.py": GOOD, "bad.py": BAD, "unknown.py": UNKNOWN, "vacuous.py": VACUOUS,
        "conftest.py": CRASHES,
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("tested")
    return Run(folder, files, "-v", "-rfs", "--junitxml=out.xml", forge=forge)


@pytest.fixture(scope="module")
def proved(tmp_path_factory, forge):
    """A repository run without the laboratory."""
    files = {
        "mine.py": GOOD,
        "moody.py": MOODY + GOOD,
        "script.py": "raise SystemExit('this file must not be run')",
        "remark.py": "# not plproof's\nraise SystemExit('nor this one')",
        "helper.py": "import plproof\nraise SystemExit('it has no theorem object')",
        "test_other.py": "def test_one():\n    pass\n",
    }
    folder = tmp_path_factory.mktemp("proved")
    return Run(folder, files, "-v", "--plproof-budget", "none", forge=forge)


@pytest.fixture(scope="module")
def named(tmp_path_factory, forge):
    """A run of two named files, one with a test of its own."""
    own = GOOD + "def test_own():\n    assert good.kind == 'lemma'\n"
    files = {"mine.py": GOOD, "apart.py": APART, "own.py": own}
    folder = tmp_path_factory.mktemp("named")
    arguments = ("-v", "apart.py", "own.py", "--plproof-budget", "none")
    return Run(folder, files, *arguments, forge=forge)


@pytest.fixture(scope="module")
def broken(tmp_path_factory, forge):
    """A repository with files that cannot be read."""
    files = {
        "mine.py": GOOD,
        "syntax.py": "from plproof import Lemma\nx = (\n",
        "division.py": "from plproof import Lemma\n1 / 0\nx = Lemma('t', claim=None)\n",
    }
    return Run(tmp_path_factory.mktemp("broken"), files, forge=forge)


def test_a_theorem_object_is_three_tests(tested):
    assert tested.outcomes("mine.py") == {
        "good::proof": "PASSED",
        "good::consistency": "PASSED",
        "good::stress": "PASSED",
    }, tested.text


def test_a_file_that_only_leaves_hypotheses_out_is_collected(named):
    assert named.outcomes("apart.py") == {"needs_a_pos::proof": "PASSED"}, named.text


def test_proofs_alone_without_the_laboratory(proved):
    assert proved.outcomes("mine.py")["good::proof"] == "PASSED"
    assert not any(
        name.endswith(("stress", "consistency")) for name in proved.outcomes("mine.py")
    ), proved.text


def test_tests_beside_a_theorem_object_still_run(named):
    outcomes = named.outcomes("own.py")
    assert outcomes == {"good::proof": "PASSED", "test_own": "PASSED"}, named.text


def test_theorem_objects_can_be_left_alone(tmp_path, forge):
    alone = Run(tmp_path, {"mine.py": GOOD}, "--no-plproof", forge=forge)
    assert "no tests ran" in alone.text and alone.code == 5, alone.text


def test_a_file_of_families_without_any_says_what_to_write(tmp_path, forge):
    arguments = ("mine.py::good::proof", "--plproof-families", "mine.py")
    done = Run(tmp_path, {"mine.py": GOOD}, *arguments, forge=forge)
    assert "mine.py has no kind of functions: bind one" in done.text and done.code == 1, done.text
    assert "Traceback" not in done.text


def test_a_failing_step_shows_the_command_lines_message_and_its_place(tested):
    assert tested.code == 1
    text = tested.text
    assert "not found" in text and "goal      a ≥ 1" in text and "bad.py:6" in text
    assert "false at" in text, "the counterexample is shown"
    assert "Traceback" not in text and "site-packages" not in text.split("rootdir", 1)[1]
    failed = [line for line in text.splitlines() if line.startswith("FAILED bad.py::wrong::proof")]
    assert len(failed) == 1 and "bad.py:6: wrong: not found" in failed[0], failed


def test_the_message_is_the_command_lines_word_for_word(tested, monkeypatch):
    monkeypatch.chdir(tested.folder)
    command = CliRunner().invoke(main, ["check", "bad.py", "--budget", "small", "--quiet"])
    message = command.output[command.output.index("bad.py:") :].strip()
    assert message.count("\n") > 3 and message in tested.text, f"{message}\n---\n{tested.text}"


def test_the_crash_location_is_the_failing_line_for_editors_to_jump_to(tested):
    crashes = (tested.folder / "crashes").read_text().splitlines()
    assert [line for line in crashes if line.startswith("bad.py")] == [
        "bad.py::wrong::proof bad.py:6",  # the failing step
        "bad.py::wrong::stress bad.py:3",  # the statement
    ]


def test_a_statement_the_laboratory_has_no_values_for_skips_its_consistency_test(tested):
    assert sorted(tested.outcomes("unknown.py").values()) == ["PASSED", "PASSED", "SKIPPED"]
    assert any(
        line.startswith("SKIPPED") and "not exercised: " in line
        for line in tested.text.splitlines()
    ), tested.text


def test_a_statement_without_a_model_fails_its_consistency_test_alone(tested):
    assert tested.outcomes("vacuous.py") == {
        "wrong::proof": "PASSED",
        "wrong::consistency": "FAILED",
        "wrong::stress": "PASSED",
    }
    failed = [line for line in tested.text.splitlines() if line.startswith("FAILED vacuous.py")]
    assert len(failed) == 1 and "no model found: " in failed[0], failed


def test_the_outcome_and_the_axioms_are_recorded(tested):
    written = (tested.folder / "out.xml").read_text()
    assert 'name="plproof.outcome" value="proved"' in written
    assert 'name="plproof.seed" value="0"' in written


def test_a_syntax_error_is_a_collection_error_in_words(broken):
    assert broken.code == 2
    assert "syntax.py:2: syntax error: '(' was never closed" in broken.text, broken.text
    assert "Traceback" not in broken.text and "site-packages" not in broken.text


def test_a_file_that_cannot_be_read_is_a_collection_error_in_words(broken):
    assert "division.py:2" in broken.text and "division by zero" in broken.text, broken.text


def test_a_file_that_changes_while_tests_run_is_a_failure_in_words(proved):
    assert "moody.py:3: moody.py: ZeroDivisionError: division by zero" in proved.text, proved.text
    assert "Traceback" not in proved.text
    assert "1 failed" in proved.text, proved.text


def test_files_that_do_not_import_plproof_are_left_alone(proved):
    assert proved.outcomes("test_other.py") == {"test_one": "PASSED"}
    for name in ("script.py", "remark.py", "helper.py"):
        assert name not in proved.text


def test_a_named_theorem_file_is_not_imported_by_pytest_itself(tmp_path):
    files = {"mine.py": PIDS + GOOD}
    named = Run(tmp_path, files, "-v", "mine.py", "--plproof-budget", "none")
    assert named.outcomes("mine.py") == {"good::proof": "PASSED"}, named.text
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2, f"once to list, once to prove, never in pytest's process: {pids}"
