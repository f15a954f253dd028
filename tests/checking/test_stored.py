"""Stored proofs: written all or nothing, read with suspicion, never believed."""

import copy
import json
import os

import pytest

from plproof.checking import stored
from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.language.wire import WireError

pytestmark = pytest.mark.usefixtures("forked_workers")

BLOCKS = """
from plproof import Lemma, Reals
a, b = Reals("a b")
good = Lemma("the sum of two positives", given=dict(a_pos=a > 0, b_pos=b > 0), claim=a + b > 0)
@good.proof
def _(p):
    with p.cases():
        with p.case(a <= 1):
            p.have(a + b > 0, by=[p.a_pos, p.b_pos])
        with p.case(a > 1):
            p.have(a + b > 0, by=[p.a_pos, p.b_pos])
"""
PROOFS_ONLY = Options(budget="none")


def checked(options=PROOFS_ONLY):
    (result,) = check(theorem_files(["good.py"]), options)
    return result


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """Return the folder of a file that was checked once, with its stored proof."""
    folder = tmp_path_factory.mktemp("proved")
    (folder / "good.py").write_text(BLOCKS)
    (result,) = check(theorem_files([folder / "good.py"]), PROOFS_ONLY)
    assert result.outcome == "proved"
    return folder


@pytest.fixture
def store(proved, tmp_path, monkeypatch):
    """Return where the proof of a checked file is stored, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("good.py", "good.proof.json"):
        (tmp_path / name).write_bytes((proved / name).read_bytes())
    return tmp_path / "good.proof.json"


def test_what_is_written_is_read_again(tmp_path):
    source = tmp_path / "a.py"
    proofs = {"one": {"steps": [1, "≤"]}, "two": {}}
    stored.write_text(stored.proof_path(source), stored.render("sha256:0", proofs))
    assert stored.read(source) == ("sha256:0", proofs)
    assert stored.read(tmp_path / "b.py") == ("", {}), "no file: no proofs"


@pytest.mark.parametrize("junk", [[1, 2], "steps", None, 3], ids=repr)
@pytest.mark.parametrize("of", ["sha256:0", "sha256:1"])
def test_what_is_no_proof_is_not_kept_beside_a_new_one(junk, of):
    older = stored.by_age(of, {"junk": junk, "kept": {"steps": [1]}})
    text = stored.merged("sha256:0", dict.fromkeys(["junk", "kept"]) | {"new": {}}, older)
    proofs = json.loads(text)["proofs"]
    assert list(proofs) == ["kept", "new"]
    assert proofs["kept"].get("of", "sha256:0") == of


def test_a_fingerprint_does_not_depend_on_line_ends(tmp_path):
    (tmp_path / "unix.py").write_bytes(b"a\nb\n")
    (tmp_path / "dos.py").write_bytes(b"a\r\nb\r\n")
    assert stored.digest(tmp_path / "unix.py") == stored.digest(tmp_path / "dos.py")


@pytest.mark.parametrize("broken", ["chmod", "replace", "fdopen"])
def test_a_crash_while_writing_leaves_the_old_file(tmp_path, monkeypatch, broken):
    path = tmp_path / "a.proof.json"
    stored.write_text(path, "old")

    def crash(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(stored.os, broken, crash)
        with pytest.raises(OSError, match="No space left"):
            stored.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.proof.json"], "nothing half-written stays behind"


def test_writing_keeps_the_rights_of_the_file(tmp_path):
    path = tmp_path / "a.proof.json"
    stored.write_text(path, "old")
    path.chmod(0o640)
    stored.write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_stored_proof_is_replayed_and_its_script_not_run(store):
    assert checked().stored == "replayed"
    assert checked(Options(budget="none", prove=False)).outcome == "proved"


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1, "proofs": {}}', "\x00"])
def test_a_malformed_file_is_reported_and_the_theorem_proved_again(store, text):
    whole = store.read_text()
    store.write_text(text)
    result = checked()
    assert result.outcome == "proved" and result.as_declared
    assert result.remarks and "stored proofs could not be read" in result.remarks[0]
    assert store.read_text() == whole, "the good proof is stored again"
    assert checked().remarks == []


def changed(whole, change):
    data = json.loads(whole)
    change(data["proofs"]["good"])
    return json.dumps(data)


OUTLINES = {
    "no list": None,
    "no objects": ["x"],
    "no fields": [{}],
    "a step that is not there": [dict(step=999, label="", why="", kind="have", depth=0)],
    "a step before the first": [dict(step=-1, label="", why="", kind="have", depth=0)],
    "a step that is no number": [dict(step="1", label="", why="", kind="have", depth=0)],
    "a label that is no text": [dict(step=0, label=None, why="", kind="have", depth=0)],
    "a negative depth": [dict(step=0, label="", why="", kind="have", depth=-1)],
    "an enormous depth": [dict(step=0, label="", why="", kind="have", depth=10**30)],
}


@pytest.mark.parametrize("name", OUTLINES)
def test_an_outline_that_is_none_is_refused(name):
    with pytest.raises(WireError, match="outline"):
        stored.outline({"outline": OUTLINES[name]}, 5)


def test_a_proof_whose_outline_is_none_is_reported_and_made_again(store):
    whole = store.read_text()
    store.write_text(changed(whole, lambda proof: proof.update(outline=[{}])))
    result = checked()
    assert result.outcome == "proved" and result.as_declared
    assert "outline" in result.remarks[0]
    assert store.read_text() == whole, "the good proof is stored again"


def test_without_the_script_a_damaged_proof_is_a_failure_in_words(store):
    store.write_text(changed(store.read_text(), lambda proof: proof.update(steps=[])))
    result = checked(Options(budget="none", prove=False))
    assert result.outcome == "failed"
    assert result.failure["message"].startswith("the proof does not replay")


def places(data, at=()):
    yield at
    inside = data.items() if isinstance(data, dict) else ()
    for key, value in enumerate(data) if isinstance(data, list) else inside:
        yield from places(value, (*at, key))


def test_no_change_of_one_entry_crashes_replay_or_the_transcript(store):
    """Whatever stands in a stored proof, the answer is a proof of the statement or an error."""
    from plproof.kernel.normal import KernelError
    from plproof.kernel.replay import replay

    result = checked()
    whole = json.loads(json.dumps(result.document))
    for number, place in enumerate(places(whole)):
        for value in (None, -1, 99, 1.5, "", [], {}, "1/0") if place and number % 3 == 0 else ():
            document = copy.deepcopy(whole)
            inner = document
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = value
            try:
                replayed = replay(document, result.statement, {})
                stored.outline(document, len(replayed.steps))
            except (KernelError, WireError):
                continue
            assert replayed.outcome == "proved", (place, value)
            assert replayed.theorem.conclusion == result.statement.claim, (place, value)
