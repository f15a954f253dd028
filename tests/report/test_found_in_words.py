"""A rate that a search finds, as a reader sees it: the sum of inequalities, squares, equations."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from report_statements import result_of

from plproof import (
    Function,
    Naturals,
    Real,
    Sequence,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.proof.storage import steps_of
from plproof.report.certificates import certificate
from plproof.report.explanation import explained
from plproof.report.latex import to_latex_document
from plproof.report.steps import proof_names
from plproof.report.stepwise import lines_of
from plproof.report.transcript import transcript

pytest.importorskip("clarabel")

E = Space("E")
f = Function("f", E)
u, v, x0, x1, x2, xs = Vectors("u v x0 x1 x2 x*", E)


@pytest.fixture(scope="module")
def found():
    """Two steps of gradient descent: the weights are the only ones (Drori and Teboulle 2014)."""
    curve = f(u) >= f(v) + ip(grad(f, v), u - v) + sq(grad(f, u) - grad(f, v)) / 2
    given = dict(
        curve=forall([u, v], curve),
        least=eq(grad(f, xs), E.zero),
        first=eq(x1, x0 - grad(f, x0)),
        second=eq(x2, x1 - grad(f, x1)),
    )
    theorem = Theorem("Two steps", given=given, claim=f(x2) - f(xs) <= sq(x0 - xs) / 10)
    result = result_of(theorem.find_proof(), name="two_steps")
    assert any(th.rule == "gram" for th in steps_of([result.replayed.theorem]))
    return result


WEIGHTS = {
    "curve(x₀, x₁)": "1/4", "curve(x₁, x₂)": "2/3",
    "curve(x*, x₀)": "1/4", "curve(x*, x₁)": "5/12", "curve(x*, x₂)": "1/3",
}  # fmt: skip


def test_the_explanation_names_every_part(found):
    why = explained(found)
    kinds = {kind: [p for p in why.parts if p.kind == kind]
             for kind in ("inequality", "equation", "square")}  # fmt: skip
    assert {p.name: p.multiplier for p in kinds["inequality"]} == WEIGHTS
    assert "curve(x₀, x₁):  f(x₀) ≥ f(x₁) + ⟨∇f(x₁), x₀ − x₁⟩" in "\n".join(why.lines())
    assert kinds["square"] and all(p.name.endswith("‖²") for p in kinds["square"])
    assert all(p.multiplier == "" or Fraction(p.multiplier) > 0 for p in kinds["square"])
    spoken = [re.search(r"(least|first|second)⟩$", p.name) for p in kinds["equation"]]
    assert {m[1] for m in spoken} == {"least", "first", "second"}
    assert why.equations == ("x₁ = x₀ − ∇f(x₀)", "x₂ = x₁ − ∇f(x₁)")
    assert list(why.lines()) == list(explained(found).lines())


def test_the_transcript_says_the_same_sum_in_every_form(found):
    names = proof_names(found)
    (step,) = [th for th in steps_of([found.replayed.theorem]) if th.rule == "gram"]
    text = certificate(step, names, own=step)
    assert text.startswith("slack = ") and text.endswith(" ≥ 0")
    for name, weight in WEIGHTS.items():
        assert f"{weight}·{name}" in text
    whole = [line.certificate.text for line in transcript(found).steps if line.certificate]
    assert any(text in line for line in whole)
    latex = to_latex_document(transcript(found))
    assert r"\frac{2}{3}" in latex or "2/3" in latex
    assert latex.count("{") == latex.count("}")


def test_the_points_of_a_run_have_the_names_of_its_members():
    """Fast gradient steps, at the first of which the momentum is 0/3."""
    x, y = Sequence("x", E), Sequence("y", E)
    (k,), L = Naturals("k"), Real("L")
    apart = sq(grad(f, u) - grad(f, v)) / (2 * L)
    given = dict(
        positive=L > 0,
        curve=forall([u, v], f(u) >= f(v) + ip(grad(f, v), u - v) + apart),
        least=eq(grad(f, xs), 0),
        start=eq(y[0], x[0]),
        move=forall(k, eq(x[k + 1], y[k] - grad(f, y[k]) / L)),
        momentum=forall(k, eq(y[k + 1], x[k + 1] + k / (k + 3) * (x[k + 1] - x[k]))),
    )
    theorem = Theorem("Fast", given=given, claim=f(x[2]) - f(xs) <= L / 10 * sq(x[0] - xs))
    why = explained(result_of(theorem.find_proof(), name="fast"))
    assert why.equations == (
        "y₀ = x₀", "x₁ = y₀ − ∇f(y₀)/L", "y₁ = x₁", "x₂ = y₁ − ∇f(y₁)/L",
    )  # fmt: skip
    lines = list(why.lines())
    assert not any("0/3" in line for line in lines) and max(map(len, lines)) < 120
    assert any("curve(y₁, x₂):  f(y₁) ≥ f(x₂) + ⟨∇f(x₂), y₁ − x₂⟩" in line for line in lines)


def test_a_proof_by_induction_is_told_by_its_step():
    x, (k,) = Sequence("x", E), Naturals("k")
    given = dict(
        descent=forall([u, v], f(v) <= f(u) + ip(grad(f, u), v - u) + sq(v - u) / 2),
        pl=forall(u, sq(grad(f, u)) >= f(u) - f(xs)),
        gd=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]))),
    )
    claim = forall(k, f(x[k]) - f(xs) <= rational(1, 2) ** k * (f(x[0]) - f(xs)))
    result = result_of(Theorem("Rate", given=given, claim=claim).find_proof(), name="rate")
    assert not any(step.label == "result" for step in result.outline)  # nobody called a step so
    text = "\n".join(lines_of(result))
    assert "  by induction on k\n" in text and "step 4" not in text
    assert "f(x[k + 1]) − f(x*) ≤ 1/2·(f(x_k) − f(x*))\n" in text
    assert "descent(x_k, x[k + 1])" in text and "1/2 · pl(x_k)" in text
    assert "gd(k)⟩:  x[k + 1] = x_k − ∇f(x_k)" in text
