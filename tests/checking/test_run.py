"""Checking files: what an author's code does stays in its process, and every result stands."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import plproof.checking.run
from plproof.checking.apart import Laboratory
from plproof.checking.budgets import BUDGETS
from plproof.checking.discovery import UsageError, theorem_files
from plproof.checking.run import Disagreement, Options, check, listing
from plproof.checking.stored import stale_proofs
from plproof.cli import main
from plproof.faults import Fault
from plproof.laboratory.testing.stress import CHECKS

pytestmark = pytest.mark.usefixtures("forked_workers")

GOOD = """
from plproof import Lemma, Reals
a, b = Reals("a b")
{name} = Lemma("positive, so not negative", given=dict(pos=a > 0), claim=a >= 0)
@{name}.proof
def _(p):
    {before}
    p.have(a >= 0, by=p.pos)
"""
PROOFS_ONLY = Options(budget="none")


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    return write


def good(name, before="pass"):
    return GOOD.format(name=name, before=before)


def run(*paths, options=PROOFS_ONLY):
    return {r.name: r for r in check(theorem_files(paths), options)}


@pytest.mark.parametrize(
    ("deed", "message"),
    [
        ("import os; os._exit(7)", "ended with code 7"),
        ("while True: pass", "the proof took longer than 2 seconds"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("input()", "EOFError"),
        ("raise KeyboardInterrupt", "ended with code 1"),
    ],
)
def test_what_a_proof_does_to_its_process_leaves_the_next_proof_alone(put, deed, message):
    put("two.py", good("bad", deed) + good("fine"))
    results = run("two.py", options=Options(budget="none", proof_limit=2.0))
    assert message in results["bad"].failure["message"]
    assert results["bad"].outcome in ("failed", "error")
    assert results["fine"].outcome == "proved", results["fine"].failure


def test_a_file_that_asks_for_input_does_not_wait_for_it(put):
    put("asks.py", "name = input('who are you? ')\n" + good("asks"))
    assert "EOFError" in run("asks.py")["asks.py"].failure["message"]


def test_a_line_that_never_ends_is_not_collected(put):
    put("loud.py", "print('x' * 5_000_000, end='')\n" + good("loud") + "import os; os._exit(3)")
    message = run("loud.py")["loud.py"].failure["message"]
    assert "ended with code 3" in message and len(message) < 500


def test_files_of_two_folders_each_find_their_own_helper(put):
    for folder in ("one", "two"):
        put(f"{folder}/helper.py", f"WHO = '{folder}'\n")
        own = f"from helper import WHO\nassert WHO == '{folder}'\n"
        put(f"{folder}/{folder}.py", own + good(folder))
    results = run("one", "two")
    assert {name: r.outcome for name, r in results.items()} == {"one": "proved", "two": "proved"}


@pytest.mark.real_start
def test_a_file_may_be_called_like_a_module_of_python(put):
    put("queue.py", good("queue"))
    put("json.py", good("json"))
    assert [r.outcome for r in run("json.py", "queue.py").values()] == ["proved", "proved"]


def test_a_syntax_error_in_an_imported_file_is_placed_there(put):
    put("helper.py", "\n\nx = (\n")
    put("uses.py", "from plproof import *\nimport helper\n")
    failure = run("uses.py")["uses.py"].failure
    assert failure["file"] == "helper.py" and failure["line"] == 3, failure


def test_an_exception_is_placed_at_the_authors_line(put):
    put("helper.py", "def f():\n    raise ValueError('no such rate')\n")
    put("uses.py", "from plproof import *\nfrom helper import f\n\nf()\n")
    failure = run("uses.py")["uses.py"].failure
    assert (failure["file"], failure["line"]) == ("uses.py", 4)
    assert failure["message"] == "ValueError: no such rate (helper.py:2)"


def test_a_theorem_counts_where_it_is_defined_not_where_it_is_imported(put):
    put("first.py", good("first"))
    put("second.py", "from first import *\n" + good("second"))
    assert list(run(".")) == ["first", "second"]


def test_one_theorem_under_two_names_is_one_theorem(put):
    put("a.py", good("one") + "also = one\n")
    assert list(run("a.py")) == ["one"]


def test_files_without_any_theorem_object_are_refused(put):
    put("none.py", "from plproof import *\nkept = [Lemma('t', given={}, claim=eq(Real('a'), 1))]")
    with pytest.raises(UsageError, match=r"no theorem object in none\.py.*top level"):
        run("none.py")
    put("helper.py", "from plproof import *\na = Real('a')\n")
    put("good.py", good("good"))
    assert list(run("helper.py", "good.py")) == ["good"], "a helper beside theorems is fine"


def test_a_name_that_is_not_there_is_refused_with_the_nearest_ones(put):
    put("a.py", good("pl_linear_rate"))
    with pytest.raises(UsageError, match=r"called pl_rate; did you mean pl_linear_rate\?"):
        run("a.py", options=Options(only=("pl_rate",), budget="none"))
    with pytest.raises(UsageError, match="--budget huge: choose none, tiny, small, normal, large"):
        run("a.py", options=Options(budget="huge"))


def test_the_budgets_are_those_of_the_laboratory():
    assert BUDGETS == ("none", *CHECKS)


def test_what_is_not_as_declared_says_what_to_declare(put):
    text = good("vac").replace("given=dict(pos=a > 0)", "given=dict(pos=a > 0, neg=a < 0)")
    text = text.replace("p.have(a >= 0, by=p.pos)", "p.have(FALSE, by=[p.pos, p.neg])")
    text = text.replace("Lemma, Reals", "Lemma, Reals, FALSE")
    put("vac.py", text)
    result = run("vac.py")["vac"]
    assert result.outcome == "vacuous" and not result.as_declared
    assert result.failure["hint"] == 'declare expect="vacuous" if that is what you mean'
    put("vac.py", text.replace("claim=a >= 0)", 'claim=a >= 0, expect="vacuous")'))
    assert run("vac.py")["vac"].as_declared


def test_a_gap_is_not_a_proof(put):
    put("gap.py", good("gap").replace("p.have(a >= 0, by=p.pos)", "p.admit(a >= 0)"))
    result = run("gap.py")["gap"]
    assert result.outcome == "failed" and "1 admitted gap" in result.failure["message"]
    assert result.failure["missing"] == ["a ≥ 0"]


def test_a_lab_that_contradicts_a_proof_makes_the_theorem_fail(put, monkeypatch):
    """As when an axiom is wrong: the proof stands, and is not as declared."""
    put("a.py", good("a_is_there"))
    report = {"stress": {"items": []}, "witness": {"text": "a = 1"}, "consistency": "a model"}
    found = {**report, "violated": "claim"}
    monkeypatch.setattr("plproof.checking.run.test_proof", lambda *args: found)
    result = run("a.py", options=Options(budget="small"))["a_is_there"]
    assert result.outcome == "proved" and not result.as_declared
    assert "the laboratory contradicts the proof: claim" in result.failure["message"]


@pytest.mark.parametrize(
    ("part", "said"),
    [("test_proof", "the laboratory could not test it"), ("replay", "it could not be checked")],
)
def test_what_raises_at_a_theorem_is_an_error_of_it_alone(put, monkeypatch, part, said):
    put("one.py", good("bad"))
    put("two.py", good("fine"))
    real, calls = getattr(plproof.checking.run, part), []

    def first_raises(*given):
        calls.append(given)
        if len(calls) == 1:
            raise ValueError("too deep")
        return real(*given)

    monkeypatch.setattr(plproof.checking.run, part, first_raises)
    found = CliRunner().invoke(
        main, ["check", "one.py", "two.py", "-v", "--budget", "tiny", "--json", "found.json"]
    )
    assert found.exit_code == 1 and found.exception.args == (1,), found.output
    bad, fine = json.loads(Path("found.json").read_text())["theorems"]
    assert (bad["outcome"], fine["outcome"]) == ("error", "proved")
    message = bad["failure"]["message"]
    assert message.startswith(said) and message.endswith(": ValueError: too deep")
    assert "in first_raises" in bad["failure"]["traceback"].splitlines()[-2]
    assert "in first_raises" in found.stdout and "Traceback" not in found.output


def test_a_step_that_fails_is_said_also_where_the_laboratory_raises(put, monkeypatch):
    def raises(*_):
        raise ValueError("too deep")

    monkeypatch.setattr(plproof.checking.run, "counterexample_to", raises)
    put("one.py", good("bad").replace("by=p.pos", "by=[]").replace("a >= 0", "a >= 1"))
    bad = run("one.py", options=Options(budget="tiny"))["bad"]
    assert bad.outcome == "not found" and bad.failure["goal"] == "a ≥ 1"
    assert [r for r in bad.remarks if r.startswith("the laboratory could not test it")]


def test_a_process_of_the_laboratory_that_dies_leaves_the_other_calls_alone():
    laboratory = Laboratory(1)
    dead = laboratory.start(os._exit, 3, apart=True)
    alive = laboratory.start(abs, -2, apart=True)
    try:
        with pytest.raises(Fault, match="its process died"):
            dead()
        assert alive() == 2 and laboratory.start(abs, -3, apart=True)() == 3
    finally:
        laboratory.close()


def test_two_engines_that_disagree_stop_the_run(put, monkeypatch):
    from plproof.proof import second_opinion

    def disagree(*args):
        raise second_opinion.Disagreement("a + 1 = 0")

    monkeypatch.setattr(second_opinion, "recheck_all", disagree)
    put("a.py", good("one"))
    with pytest.raises(Disagreement, match=r"one: sympy contradicts the kernel.*Nothing this run"):
        run("a.py")


def test_a_changed_file_makes_its_stored_proofs_stale_and_unreadable_ones_are(put, tmp_path):
    put("a.py", good("one"))
    files = theorem_files(["a.py"])
    results = list(check(files, PROOFS_ONLY))
    assert stale_proofs(files, results) == []
    for damage in ("", "{}", (tmp_path / "a.proof.json").read_text() + " "):
        put("a.proof.json", damage)
        assert stale_proofs(files, results) == ["a.py"], damage
    (tmp_path / "a.proof.json").unlink()
    assert stale_proofs(files, results) == ["a.py"]
    (tmp_path / "a.proof.json").mkdir()
    assert stale_proofs(files, results) == ["a.py"]


def test_a_listing_runs_no_proof_and_reports_what_it_cannot_read(put):
    put("a.py", good("one", "raise SystemExit"))
    put("b.py", "from plproof import *\n1 / 0\n")
    found, errors = listing(theorem_files(["a.py", "b.py"]))
    assert found == [("one", "lemma", "proved", "a.py", "positive, so not negative")]
    assert errors == ["b.py:2: ZeroDivisionError: division by zero"]
