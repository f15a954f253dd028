"""The theorem library: stored proofs replay, are fresh, and rest on what the list says."""

import functools
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plproof.checking.discovery import theorem_files
from plproof.checking.stored import digest, proof_path, read, render
from plproof.checking.worker import load, theorems_of
from plproof.kernel.replay import replay
from plproof.language.statement import Statement
from plproof.language.wire import parse
from plproof.proof.defined import OpenObligations, prove_defined
from plproof.theory.axioms import statements
from plproof.theory.oracles import deciders
from tests.thorough import THOROUGH

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = theorem_files([ROOT / "theorems"])
TRUST = Path(__file__).with_name("trust.txt")


@pytest.fixture(params=FILES, ids=[file.module for file in FILES])
def file(request):
    return request.param


def objects(file):
    return theorems_of(load(str(file.path), file.module, str(file.root)), str(file.path))


@functools.cache
def replayed_proofs(path):
    """Return the replayed stored proofs of a theorem file by name, and its theorem objects."""
    (file,) = (f for f in FILES if f.path == path)
    _, stored = read(path)
    theorems = objects(file)
    done = {
        name: replay(stored[name], theorem.statement, statements(), deciders())
        for name, theorem in theorems.items()
    }
    return done, theorems


def test_every_stored_proof_belongs_to_its_file_and_replays(file):
    fingerprint, _ = read(file.path)
    assert fingerprint == digest(file.path), f"{file.path.name} changed: run plproof prove"
    replayed, theorems = replayed_proofs(file.path)
    assert theorems, f"{file.path} defines no theorem object"
    for name, theorem in theorems.items():
        assert replayed[name].outcome == theorem.expect, f"{name} is {replayed[name].outcome}"
        assert not replayed[name].theorem.admits, f"{name} has a gap"


@pytest.mark.skipif(not THOROUGH, reason="minutes; CI does it as `prove theorems/ --verify`")
def test_every_theorem_is_proved_from_scratch_and_its_stored_proof_is_fresh(file):
    documents = {name: t.derive().document() for name, t in objects(file).items()}
    written = proof_path(file.path).read_text(encoding="utf-8")
    expected = render(digest(file.path), json.loads(json.dumps(documents)))
    assert written == expected, f"the stored proof of {file.path.name} is stale: plproof prove"


def test_what_every_theorem_rests_on_is_what_the_list_says():
    """Regenerate the list with PLPROOF_REGENERATE=1 and read what changed."""
    lines = []
    for file in FILES:
        replayed, _ = replayed_proofs(file.path)
        for name, found in replayed.items():
            theorems = [found.theorem, *([found.definedness] if found.definedness else [])]
            trusted = {n for th in theorems for n, _ in (*th.axioms, *th.oracles)}
            lines.append(f"{name}: {', '.join(sorted(trusted)) or 'nothing'}\n")
    text = "".join(lines)
    if os.environ.get("PLPROOF_REGENERATE"):
        TRUST.write_text(text, encoding="utf-8")
    assert TRUST.read_text(encoding="utf-8") == text


def test_every_hypothesis_is_needed_by_the_proof_or_for_definedness(file):
    replayed, theorems = replayed_proofs(file.path)
    for name, theorem in theorems.items():
        if theorem.expect != "proved":  # a contradiction may need some of the hypotheses only
            continue
        used = set(replayed[name].theorem.hypotheses)
        unused = [
            n for n, h in theorem.given.items() if h not in used and defined_without(theorem, n)
        ]
        assert not unused, f"{name} does not use {unused}"


def test_what_does_not_hold_says_in_words_why_and_links_to_what_does(file):
    for name, theorem in objects(file).items():
        if theorem.expect != "proved":
            assert theorem.note, f"{name} does not say what is wrong"
            assert theorem.repaired, f"{name} does not say what holds instead"
            assert all(other.expect == "proved" for other in theorem.repaired), name


def defined_without(theorem, name):
    """Say whether the statement still means something without a hypothesis."""
    given = {n: h for n, h in theorem.given.items() if n != name}
    try:
        prove_defined(Statement.of(given, theorem.claim))
    except OpenObligations:
        return False
    return True


def test_a_stored_proof_does_not_prove_another_statement():
    decrease = importlib.import_module("theorems.gradient_descent.sufficient_decrease")
    descent = importlib.import_module("theorems.functions.descent_lemma")
    document = parse(json.dumps(decrease.sufficient_decrease.derive().document()))
    with pytest.raises(Exception, match=r"another claim|other hypotheses"):
        replay(document, descent.descent_lemma.statement, statements())


def test_nothing_is_proved_at_import():
    code = (
        "import plproof.kernel.thm as t, sys\n"
        "made = []\n"
        "import plproof.kernel.rules as r\n"
        "import theorems.gradient_descent.strongly_convex_rates as m\n"
        "assert m.distance_rate._derivation is None\n"
        "assert 'sympy' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
