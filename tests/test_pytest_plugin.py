"""The pytest plugin in a user's own repository."""

import pytest

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


def test_files_that_do_not_import_plproof_are_left_alone(repository):
    repository.makepyfile(script="raise SystemExit('this file must not be run')")
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
