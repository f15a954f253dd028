"""Hypotheses left out, as a check tells a theorem of them: replayed, compared, never believed."""

import json

import pytest

from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check, listing
from plproof.checking.stored import stale_proofs
from plproof.report.transcript import transcript

pytestmark = pytest.mark.usefixtures("forked_workers")

WHOLE = """
from plproof import FALSE, Lemma, Reals, ne, rational
a, b, c = Reals("a b c")
quotient = Lemma(
    "A quotient", given=dict(below=b > 0, order=a <= b, spare=c > 0), claim=a / b <= 1
)
@quotient.proof
def _(p):
    p.have(quotient.claim, by=1 / b * p.order)
"""
PARTS = """
@quotient.without("order", note="a = 2, b = 1")
def needs_order(p):
    p.have(FALSE, by=p.statement(1, 1, 2))

@quotient.without("spare", redundant=True)
def unspared(p):
    p.have(quotient.claim, by=1 / b * p.order)
"""
APART = "from plproof import FALSE\nfrom whole import quotient, a, b\n"
PROOFS_ONLY = Options(budget="none")
BOTH = {"below": "not examined", "order": "needed", "spare": "redundant"}


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def run(*paths, only=(), options=PROOFS_ONLY):
    options = Options(**{**vars(options), "only": only})
    return {r.name: r for r in check(theorem_files(paths), options)}


def needs(result):
    return {need.hypothesis: need.status for need in transcript(result).needs}


def shown_by(result):
    return {e.name: e.outcome for need in transcript(result).needs for e in need.shown_by}


def test_a_theorem_is_told_what_was_shown_without_each_hypothesis(put):
    put(whole=WHOLE + PARTS)
    results = run("whole.py")
    assert list(results) == ["quotient", "needs_order", "unspared"]
    assert needs(results["quotient"]) == BOTH
    assert shown_by(results["quotient"]) == {"needs_order": "refuted", "unspared": "proved"}
    assert (
        results["needs_order"].omits == ("quotient", "order") and needs(results["unspared"]) == {}
    )
    assert transcript(results["unspared"]).omits == {"theorem": "quotient", "hypothesis": "spare"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_checking_a_theorem_alone_replays_what_was_shown_but_lists_it_not(put, jobs):
    put(whole=WHOLE + PARTS, other=WHOLE.replace("quotient", "third"))
    results = run(
        "whole.py", "other.py", only=("quotient",), options=Options("", "none", jobs=jobs)
    )
    assert list(results) == ["quotient"] and needs(results["quotient"]) == BOTH
    assert list(run("whole.py", only=("unspared",))) == ["unspared"]


def test_what_stands_in_another_file_counts_when_that_file_is_in_the_run(put):
    put(whole=WHOLE, a_before=APART + PARTS, z_after=APART + PARTS.replace("def ", "def later_"))
    assert needs(run("whole.py")["quotient"]) == {}
    assert shown_by(run("whole.py", "a_before.py")["quotient"]) == {
        "needs_order": "refuted", "unspared": "proved",
    }  # fmt: skip
    results = run(".")
    assert len(results) == 5 and len(shown_by(results["quotient"])) == 4
    alone = run(".", only=("quotient",))
    assert list(alone) == ["quotient"] and len(shown_by(alone["quotient"])) == 4


def test_another_theorem_of_the_same_name_elsewhere_is_not_told(put):
    put(whole=WHOLE + PARTS, other=WHOLE)
    first, *_, last = check(theorem_files(["whole.py", "other.py"]), PROOFS_ONLY)
    assert (first.file, last.file) == ("whole.py", "other.py")
    assert needs(first) == BOTH and last.weakened == []


@pytest.mark.parametrize(
    ("wrong", "by"),
    [
        ("p.have(FALSE, by=p.statement(1, 1, 1))", "not found"),
        ("p.admit(FALSE)", "failed"),
        ("1 / 0", "failed"),
        ("p.have(FALSE, by=p.statement(1, 1, 2)); import os; os._exit(3)", "failed"),
    ],
)
def test_what_is_not_refuted_is_no_evidence(put, wrong, by):
    put(whole=WHOLE + PARTS.replace("p.have(FALSE, by=p.statement(1, 1, 2))", wrong))
    results = run("whole.py")
    assert results["needs_order"].outcome == by
    assert needs(results["quotient"]) == BOTH | {"order": "not examined"}
    alone = run("whole.py", only=("quotient",))["quotient"]
    assert needs(alone) == BOTH | {"order": "not examined"} and alone.as_declared


def test_a_verdict_other_than_the_declared_one_is_no_evidence(put):
    vacuous = (
        WHOLE.replace("spare=c > 0", "spare=c > 0, more=c < 0")
        + """
@quotient.without("order", redundant=True)
def empty(p):
    p.have(FALSE, by=[p.spare, p.more])
"""
    )
    put(whole=vacuous)
    results = run("whole.py")
    assert (results["empty"].outcome, results["empty"].expected) == ("vacuous", "proved")
    assert needs(results["quotient"]) == {}


@pytest.mark.parametrize(
    "lie",
    [
        'object.__setattr__(needs_order.omission, "hypothesis", "below")',
        'object.__setattr__(needs_order.omission, "hypothesis", "spare")',
        'object.__setattr__(needs_order.omission, "theorem", unspared)',
        "from plproof import Statement\n"
        "needs_order.statement = Statement.of(dict(below=b > 0, spare=c >= 0), a / b <= 1)",
        "from plproof import Statement\n"
        "needs_order.statement = Statement.of(dict(below=b > 0, spare=c > 0), a / b + 1 <= 2)",
    ],
)
def test_an_object_that_leaves_out_something_else_than_it_says_is_no_evidence(put, lie):
    put(whole=WHOLE + PARTS + lie + "\n")
    results = run("whole.py")
    result, other = results["quotient"], results["needs_order"]
    assert needs(result) == BOTH | {"order": "not examined"} and result.as_declared
    assert other.as_declared, "what it says of itself is refuted all right"


def test_nothing_is_said_of_a_theorem_that_is_not_proved(put):
    broken = WHOLE.replace("p.have(quotient.claim, by=1 / b * p.order)", "p.admit(quotient.claim)")
    put(whole=broken + PARTS)
    results = run("whole.py")
    assert results["quotient"].outcome == "failed" and results["needs_order"].as_declared
    assert needs(results["quotient"]) == {}


def forge(path, change):
    stored = json.loads(path.read_text(encoding="utf-8"))
    change(stored["proofs"])
    path.write_text(json.dumps(stored), encoding="utf-8")


def swap(proofs):
    proofs["needs_order"], proofs["unspared"] = proofs["unspared"], proofs["needs_order"]


def borrow(proofs):
    proofs["needs_order"] = proofs["unspared"]


def cut(proofs):
    proofs["needs_order"]["steps"] = proofs["needs_order"]["steps"][:-1]


def other_end(proofs):
    proofs["needs_order"]["proved"] = 0


@pytest.mark.parametrize("change", [swap, borrow, cut, other_end])
def test_forged_stored_proofs_are_not_believed(put, change):
    folder = put(whole=WHOLE + PARTS)
    run("whole.py")
    forge(folder / "whole.proof.json", change)
    kept = Options(budget="none", prove=False, write=False)
    assert needs(run("whole.py", options=kept)["quotient"]).get("order") != "needed"
    result = run("whole.py", only=("quotient",), options=kept)["quotient"]
    assert needs(result).get("order") != "needed", "also when it is checked alone"
    assert needs(run("whole.py")["quotient"]) == BOTH, "and proved again where proving is allowed"


def test_stored_proofs_are_complete_and_fresh(put):
    folder = put(whole=WHOLE + PARTS)
    results = [*check(theorem_files(["whole.py"]), PROOFS_ONLY)]
    stored = json.loads((folder / "whole.proof.json").read_text(encoding="utf-8"))
    assert list(stored["proofs"]) == ["quotient", "needs_order", "unspared"]
    assert stale_proofs(theorem_files(["whole.py"]), results) == []
    assert {r.stored for r in run("whole.py").values()} == {"replayed"}


def test_they_are_listed_with_what_they_are_expected_to_be(put):
    put(whole=WHOLE + PARTS)
    found, errors = listing(theorem_files(["whole.py"]))
    assert errors == []
    assert [(row[0], row[2]) for row in found] == [
        ("quotient", "proved"), ("needs_order", "refuted"), ("unspared", "proved"),
    ]  # fmt: skip


def test_a_hypothesis_that_is_not_there_is_an_error_at_its_line(put):
    put(whole=WHOLE + PARTS.replace('"spare"', '"spear"'))
    failure = run("whole.py")["whole.py"].failure
    assert "did you mean spare?" in failure["message"]
    assert failure["line"] == 1 + (WHOLE + PARTS)[: (WHOLE + PARTS).index('"spare"')].count("\n")
