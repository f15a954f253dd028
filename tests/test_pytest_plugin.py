"""The pytest plugin in a user's own repository."""

import pytest
from click.testing import CliRunner

from plproof.cli import main

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


@pytest.fixture
def repository(pytester):
    pytester.makepyfile(mine=GOOD)
    return pytester


def run(repository, *arguments):
    return repository.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_a_theorem_object_is_three_tests(repository):
    done = run(repository, "-v", "mine.py")
    done.assert_outcomes(passed=3)
    for aspect in ("proof", "consistency", "stress"):
        done.stdout.fnmatch_lines([f"*mine.py::good::{aspect} PASSED*"])


def test_a_file_that_only_leaves_hypotheses_out_is_collected(repository):
    repository.makepyfile(
        apart="""
        from plproof import FALSE
        from mine import good

        @good.without("a_pos", note="a = −1, b = 1")
        def needs_a_pos(p):
            p.have(FALSE, by=p.statement(1, -1))
        """
    )
    done = run(repository, "-v", "apart.py", "--plproof-budget", "none")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["*apart.py::needs_a_pos::proof PASSED*"])


def test_proofs_alone_without_the_laboratory(repository):
    run(repository, "mine.py", "--plproof-budget", "none").assert_outcomes(passed=1)


def test_theorem_objects_can_be_left_alone(repository):
    run(repository, "mine.py", "--no-plproof").assert_outcomes()


def test_a_failing_step_shows_the_command_lines_message_and_its_place(repository):
    repository.makepyfile(bad=BAD)
    done = run(repository, "bad.py", "-rf")
    assert done.ret == 1
    text = done.stdout.str()
    assert "not found" in text and "goal      a ≥ 1" in text and "bad.py:6" in text
    assert "false at" in text, "the counterexample is shown"
    assert "Traceback" not in text and "site-packages" not in text
    done.stdout.fnmatch_lines(["FAILED bad.py::wrong::proof - *bad.py:6: wrong: not found*"])


def test_the_message_is_the_command_lines_word_for_word(repository, monkeypatch):
    repository.makepyfile(bad=BAD)
    shown = run(repository, "bad.py").stdout.str()
    monkeypatch.chdir(repository.path)
    command = CliRunner().invoke(main, ["check", "bad.py", "--budget", "small", "--quiet"])
    message = command.output[command.output.index("bad.py:") :].strip()
    assert message.count("\n") > 3 and message in shown, f"{message}\n--- not in ---\n{shown}"


def test_the_crash_location_is_the_failing_line_for_editors_to_jump_to(repository):
    repository.makepyfile(bad=BAD)
    repository.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.failed:
                crash = report.longrepr.reprcrash
                with open("crashes", "a") as out:
                    print(report.nodeid, f"{crash.path}:{crash.lineno}", file=out)
        """
    )
    run(repository, "bad.py")
    assert (repository.path / "crashes").read_text().splitlines() == [
        "bad.py::wrong::proof bad.py:6",  # the failing step
        "bad.py::wrong::stress bad.py:3",  # the statement
    ]


UNKNOWN = """
from plproof import Lemma, Space, Subspace, dim

E = Space("E")
N, M = Subspace("N", E), Subspace("M", E)

unknown = Lemma("a subspace", given=dict(small=dim(N) < dim(M)), claim=dim(N) <= dim(M))


@unknown.proof
def _(p):
    p.have(unknown.claim, by=p.small)
"""


def test_a_statement_the_laboratory_has_no_values_for_skips_its_consistency_test(repository):
    repository.makepyfile(unknown=UNKNOWN)
    done = run(repository, "unknown.py", "-rs")
    done.assert_outcomes(passed=2, skipped=1)
    done.stdout.fnmatch_lines(["SKIPPED*not exercised: *"])


def test_a_statement_without_a_model_fails_its_consistency_test_alone(repository):
    text = BAD.replace("dict(a_pos=a > 0)", "dict(a_pos=a > 0, neg=a < 0)")
    repository.makepyfile(vacuous=text.replace("by=p.a_pos", "by=[p.a_pos, p.neg]"))
    done = run(repository, "vacuous.py", "-rf")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["FAILED vacuous.py::wrong::consistency - *: no model found: *"])


def test_a_syntax_error_is_a_collection_error_in_words(repository):
    repository.makepyfile(broken="from plproof import Lemma\nx = (\n")
    done = run(repository, "broken.py", "mine.py")
    done.assert_outcomes(errors=1)
    text = done.stdout.str()
    assert "broken.py:2: syntax error: '(' was never closed" in text, text
    assert "Traceback" not in text and "site-packages" not in text


def test_a_file_that_changes_while_tests_run_is_a_failure_in_words(repository):
    text = "import pathlib\nmark = pathlib.Path('ran')\nif mark.exists(): 1 / 0\nmark.touch()\n"
    repository.makepyfile(moody=text + GOOD)
    done = run(repository, "moody.py", "--plproof-budget", "none")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*moody.py:3: moody.py: ZeroDivisionError: division by zero*"])
    assert "Traceback" not in done.stdout.str()


def test_files_that_do_not_import_plproof_are_left_alone(repository):
    repository.makepyfile(script="raise SystemExit('this file must not be run')")
    repository.makepyfile(remark="# not plproof's\nraise SystemExit('nor this one')")
    repository.makepyfile(helper="import plproof\nraise SystemExit('it has no theorem object')")
    repository.makepyfile(test_own="def test_one():\n    pass\n")
    run(repository).assert_outcomes(passed=4)


def test_a_file_that_cannot_be_read_is_a_collection_error_in_words(repository):
    repository.makepyfile(broken="from plproof import Lemma\n1 / 0\nx = Lemma('t', claim=None)\n")
    done = run(repository, "broken.py")
    assert done.ret != 0
    text = done.stdout.str()
    assert "broken.py:2" in text and "division by zero" in text and "Traceback" not in text


def test_the_outcome_and_the_axioms_are_recorded(repository):
    run(repository, "mine.py", "--junitxml=out.xml").assert_outcomes(passed=3)
    written = (repository.path / "out.xml").read_text()
    assert 'name="plproof.outcome" value="proved"' in written
    assert 'name="plproof.seed" value="0"' in written


def test_a_named_theorem_file_is_not_imported_by_pytest_itself(repository):
    repository.makepyfile(mine="import os\nprint(os.getpid(), file=open('pids', 'a'))\n" + GOOD)
    run(repository, "mine.py", "--plproof-budget", "none").assert_outcomes(passed=1)
    pids = (repository.path / "pids").read_text().split()
    assert len(pids) == 2, f"once to list, once to prove, never in pytest's process: {pids}"


def test_tests_beside_a_theorem_object_still_run(repository):
    repository.makepyfile(mine=GOOD + "def test_own():\n    assert good.kind == 'lemma'\n")
    run(repository, "mine.py", "--plproof-budget", "none").assert_outcomes(passed=2)
