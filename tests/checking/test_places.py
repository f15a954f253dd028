"""Where a check says that something failed: always a line of the author's file."""

import json
from pathlib import Path

import pytest

import plproof
from plproof import FALSE, Lemma, Reals
from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.faults import told
from plproof.kernel.normal import KernelError
from plproof.proof.errors import Place, author_place, place_in

pytestmark = pytest.mark.usefixtures("forked_workers")

HEAD = "from plproof import *\na, b = Reals('a b')\n"
PROOFS_ONLY = Options(budget="none")


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Write a theorem file with a proof, check it, and return the result."""
    monkeypatch.chdir(tmp_path)

    def run(*script, given="dict(low=a >= 0)", claim="a >= 0", options=PROOFS_ONLY):
        lines = [f"t = Lemma('t', given={given}, claim={claim})", "@t.proof", "def _(p):"]
        lines += [f"    {line}" for line in script]
        (tmp_path / "t.py").write_text(HEAD + "\n".join(lines) + "\n")
        (result,) = check(theorem_files(["t.py"]), options)
        return result

    return run


WRONG = {
    "a step that is not found": ("p.have(a >= 1, by=p.low)", "not found"),
    "a fact that cannot be instantiated": ("p.have(a >= 0, by=p.low(1))", "has no quantifier"),
    "a hypothesis that is misspelt": ("p.have(a >= 0, by=p.lwo)", "hypotheses: low"),
    "an exception": ("1 / 0", "ZeroDivisionError"),
    "a reason that is none": ("p.have(a >= 0, by=[3])", "lists facts and theorems"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_step_that_fails_is_placed_at_its_line(checked, name):
    step, message = WRONG[name]
    result = checked("p.have(a**2 >= 0)", step)
    assert result.outcome in ("failed", "not found")
    assert (result.failure["file"], result.failure["line"]) == ("t.py", 7), result.failure
    assert message in result.failure["message"]


def test_a_proof_that_ends_too_early_is_placed_in_the_authors_file(checked):
    result = checked("p.have(a**2 >= 0)", claim="a >= 1")
    assert "without proving the claim" in result.failure["message"]
    assert result.failure["file"] == "t.py" and result.failure["line"] >= 3, result.failure


LEAK = [
    "with p.cases():",
    "    with p.case(a <= b) as low:",
    "        p.have(a**2 >= 0)",
    "    with p.case(b < a):",
    "        p.have(a**2 >= 0)",
    "p.have(a <= b, by=low)",
]


def test_a_proof_that_keeps_the_assumption_of_a_case_fails_at_the_step_that_uses_it(checked):
    result = checked(*LEAK, given="{}", claim="a <= b")
    assert result.outcome == "failed" and not result.as_declared
    assert "a ≤ b" in result.failure["message"]
    assert (result.failure["file"], result.failure["line"]) == ("t.py", 11), result.failure


def test_what_does_not_replay_is_not_stored(checked, tmp_path, monkeypatch):
    def refuse(*args):
        raise KernelError("it is no proof")

    monkeypatch.setattr("plproof.checking.run.replay", refuse)
    result = checked("p.have(a >= 0, by=p.low)")
    assert result.outcome == "failed" and "does not replay" in result.failure["message"]
    path = tmp_path / "t.proof.json"
    assert not path.exists() or json.loads(path.read_text())["proofs"] == {}


a, b = Reals("a b")


def misspelt(p):
    p.have(a >= 0, by=p.lwo)


def uninstantiable(p):
    p.have(a >= 0, by=p.low(1))


def test_a_notebook_shows_a_step_that_is_not_found():
    theorem = Lemma("t", given=dict(low=a >= 0), claim=a >= 1)
    theorem.proof(lambda p: p.have(a >= 1, by=p.low))
    shown = plproof.check(theorem, budget="none")
    assert shown.outcome == "not found" and "a ≥ 1" in repr(shown)


@pytest.mark.parametrize("script", [misspelt, uninstantiable], ids=lambda s: s.__name__)
def test_a_notebook_shows_every_failure_as_the_command_line_does(script):
    theorem = Lemma("t", given=dict(low=a >= 0), claim=a >= 0)
    theorem.proof(script)
    assert plproof.check(theorem, budget="none").outcome == "failed"


def test_a_notebook_is_told_what_was_shown_without_a_hypothesis():
    a, b = Reals("a b")
    sure = Lemma("sure", given=dict(low=a > 0, high=b > 0), claim=a + b > 0)
    sure.proof(lambda p: p.have(sure.claim, by=[p.low, p.high]))

    @sure.without("low", note="a = −1 and b = 1")
    def needs_low(p):
        p.have(FALSE, by=p.statement(1, -1))

    @sure.without("high", note="not so")
    def needs_high(p):
        p.have(FALSE, by=p.statement(1, 1))

    shown = plproof.check(sure, budget="none").transcript.needs
    assert {need.hypothesis: need.status for need in shown} == {
        "low": "needed", "high": "not examined",
    }  # fmt: skip
    made = plproof.check(needs_low, budget="none").transcript
    assert made.outcome == "refuted" and made.omits["hypothesis"] == "low"
    assert made.repaired[0]["name"] == "sure", "what holds instead"


def test_a_directory_beside_the_package_with_a_name_that_begins_like_its_own_is_an_authors():
    file = f"{Path(plproof.__file__).resolve().parent}_of_mine/theorems.py"
    known = {"here": author_place}
    exec(compile("place = here()\ndef fail():\n    raise ValueError\n", file, "exec"), known)
    assert known["place"] == Place(file, 1)
    with pytest.raises(ValueError) as raised:
        known["fail"]()
    assert told(raised.value).endswith("plproof_of_mine/theorems.py:3: ValueError")
    assert place_in([(raised.tb.tb_next.tb_frame, 3)]) == Place(file, 3)
