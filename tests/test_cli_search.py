"""The command line of the search: a theorem is stated, its rate and proof are found and stored."""

import json

import pytest
from click.testing import CliRunner

pytest.importorskip("clarabel")

from plproof import ProofError, Real, Space, Theorem, Vector, searched, sq
from plproof.checking import client
from plproof.checking.discovery import theorem_files
from plproof.checking.run import Options, check
from plproof.cli import main

FILE = """
from plproof import *
E = Space("E")
f = Function("f", E)
x, y, xs, x1 = Vectors("x y x* x1", E)
rho = Real("rho")
given = dict(
    convex=forall([x, y], f(x) >= f(y) + ip(grad(f, y), x - y) + sq(grad(f, x) - grad(f, y)) / 2),
    minimum=eq(grad(f, xs), 0),
    gd=eq(x1, x - grad(f, x)),
)
best = Theorem("One step", given=given, claim=f(x1) - f(xs) <= rho * sq(x - xs), unknown=rho)
told = Theorem("One step, told", given=given, claim=f(x1) - f(xs) <= rational(1, 5) * sq(x - xs))
"""


def run(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """Return a folder with a file whose proofs are found, and what was printed."""
    folder = tmp_path_factory.mktemp("search")
    (folder / "rate.py").write_text(FILE)
    return folder, run("prove", folder / "rate.py", "--explain")


def replayed(folder):
    """Return the results by name of the stored proofs, with no solver and no proof script."""
    files = theorem_files([folder / "rate.py"])
    return {r.name: r for r in check(files, Options(budget="none", prove=False))}


def test_a_rate_is_found_and_explained_from_the_command_line(proved):
    _, done = proved
    assert done.exit_code == 0, done.output
    assert "best: One step: ρ = 1/6" in done.output
    assert "convex(x, x₁):  f(x) ≥ f(x₁) + ⟨∇f(x₁), x − x₁⟩ + ‖∇f(x) − ∇f(x₁)‖²/2" in done.output
    assert "where x₁ = x − ∇f(x)" in done.output
    assert ", gd⟩\n" in done.output, "what a point is, is said once"
    assert "f(x) = 1/2·x² if |x| ≤ 1/3; 1/3·|x| − 1/18 otherwise" in done.output, "the worst case"
    assert "1/6: attained" in done.output


def test_a_notebook_is_told_the_same(proved, capsys):
    folder, done = proved
    stated: dict = {}
    exec(compile(FILE, str(folder / "rate.py"), "exec"), stated)
    found = stated["best"].find_proof(explain=True)
    assert found.title == "One step: ρ = 1/6"
    told = capsys.readouterr().out.strip()
    assert "1/6: attained" in told and told in done.output


def test_a_notebook_tests_a_claim_with_the_rate_that_is_found():
    x, rho = Vector("x", Space("E")), Real("rho")
    claim = 2 * sq(x) <= rho * sq(x)  # false of most ρ
    twice = Theorem("twice", given=dict(some=sq(x) > 0), claim=claim, unknown=rho)
    with pytest.raises(ProofError, match="there is no proof"):
        twice.stress()
    twice.proof(searched())
    found = repr(twice.stress(functions=256, adversary=False))
    assert found.startswith("twice: no violation; "), found


def test_what_is_found_is_checked_without_a_search(proved, monkeypatch):
    folder, _ = proved
    found = replayed(folder)
    assert [r.outcome for r in found.values()] == ["proved", "proved"]
    assert found["best"].title == "One step: ρ = 1/6"
    assert "1/6·‖x − x*‖²" in str(found["best"].statement.claim)


def test_a_stored_rate_that_is_changed_is_no_proof(proved):
    folder, _ = proved
    where = folder / "rate.proof.json"
    text = where.read_text()
    document = json.loads(text)
    assert '"1/6"' in text
    try:
        where.write_text(text.replace('"1/6"', '"1/7"'))
        forged = replayed(folder)["best"]
        assert forged.outcome != "proved" and forged.title == "One step", "no value is shown"
        document["proofs"]["best"] = document["proofs"]["told"]
        where.write_text(json.dumps(document))
        result = replayed(folder)["best"]
        assert result.outcome == "proved" and result.title == "One step: ρ = 1/5", "true, not best"
    finally:
        where.write_text(text)


def test_only_the_named_theorem_is_proved_again_and_the_others_stay(proved, monkeypatch):
    folder, _ = proved
    source, where = folder / "rate.py", folder / "rate.proof.json"
    before = json.loads(where.read_text())
    asked = []
    prove = client.Client.prove
    monkeypatch.setattr(
        client.Client, "prove", lambda self, *a, **k: asked.append(a[1]) or prove(self, *a, **k)
    )
    source.write_text(FILE.replace("rational(1, 5)", "rational(1, 4)"))
    done = run("prove", source, "--only", "told")
    assert done.exit_code == 0 and asked == ["told"], done.output
    after = json.loads(where.read_text())
    kept = dict(after["proofs"]["best"])
    assert kept.pop("of") == before["file"] != after["file"]
    assert kept == before["proofs"]["best"]
    assert "of" not in after["proofs"]["told"]
    assert {r.outcome for r in replayed(folder).values()} == {"proved"}, "no script, so none stale"
    assert run("prove", source, "--only", "told", "--verify").exit_code == 2
