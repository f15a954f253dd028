"""Long terms in messages: points by name, the same in all lines, and never without an end."""

import time

import pytest

from plproof import (
    FALSE,
    Function,
    LanguageError,
    Lemma,
    Naturals,
    Proof,
    Real,
    Sequence,
    Space,
    Vector,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    sq,
)
from plproof.kernel.normal import NormalForm
from plproof.language.binding import substitute
from plproof.language.terms import free_variables
from plproof.proof.errors import ProofError
from plproof.proof.shortened import Shortened, cut, in_label, short

E = Space("E")
f = Function("f", E)
x, y, z, x0, xs = Vectors("x y z x0 x*", E)
L = Real("L")


def run(start, steps):
    """Return the points of gradient descent, each written out by the start."""
    points = [start]
    for _ in range(steps):
        points.append(points[-1] - grad(f, points[-1]) / L)
    return points


@pytest.mark.parametrize(("start", "last"), [(x0, "x₃₀"), (x, "x₃₀"), (xs, "x₃₀")])
def test_a_point_of_many_steps_is_told_by_name(start, last):
    claim = f(run(start, 30)[-1]) - f(y) <= L * sq(start - y)
    began = time.process_time()
    names = Shortened([claim])
    said = names.text(claim)
    assert said == f"f({last}) − f(y) ≤ L·‖{start} − y‖²"
    first, *_, end = names.where()
    assert first == f"x₁ = {start} − ∇f({start})/L" and end == "x₃₀ = x₂₉ − ∇f(x₂₉)/L"
    assert time.process_time() - began < 1


def test_names_mean_what_they_say():
    """What is said with names is the claim again, when the names are put back one by one."""
    points = run(x0, 7)
    claim = f(points[7]) - f(points[4]) <= ip(grad(f, points[6]), points[7] - xs) + sq(points[5])
    names = Shortened([claim])
    written = names._fold(claim)
    assert written != claim
    while any(v in names._made for v in free_variables(written)):
        written = substitute(written, names._made)
    assert str(written) == str(claim)


def test_names_that_are_taken_stay_with_the_author():
    taken = Vector("x1", E)
    claim = f(run(x0, 9)[-1]) <= f(taken)
    names = Shortened([claim])
    assert names.text(claim) == "f(x₁₀) ≤ f(x₁)"
    assert names.where()[0] == "x₂ = x₀ − ∇f(x₀)/L"


def test_equations_give_their_own_names():
    a, b = Vectors("a b", E)
    steps = [eq(a, x0 - grad(f, x0) / L), eq(b, a - grad(f, a) / L)]
    claim = f(run(x0, 6)[-1]) <= f(x0)
    names = Shortened([claim, *steps], steps)
    assert names.text(claim) == "f(b₄) ≤ f(x₀)"
    assert names.where()[0] == "b₁ = b − ∇f(b)/L"
    assert names.text(steps[1]) == "b = a − ∇f(a)/L"


def test_what_is_short_is_as_it_was_written():
    claim = f(x - grad(f, x) / L) - f(xs) <= L * sq(x - xs) / 2
    assert short(claim) == str(claim) and in_label(x - y) == "x − y"


def test_a_failure_says_what_its_points_are():
    point = run(x, 12)[-1]
    convex = forall([y, z], f(y) >= f(z) + ip(grad(f, z), y - z))
    lemma = Lemma("too much", given=dict(L_pos=L > 0, convex=convex), claim=f(point) <= f(x))
    lemma.proof(lambda p: p.have(lemma.claim, by=[p.convex(x, point), p.convex(point, x)]))
    with pytest.raises(ProofError) as failure:
        lemma.derive()
    error = failure.value
    assert error.goal == "f(x₁₂) ≤ f(x)" and error.where[0] == "x₁ = x − ∇f(x)/L"
    assert len(str(error)) < 5_000 and "\n  where     x₁ = " in str(error)
    assert error.to_json()["where"] == error.where


def test_reasons_for_a_contradiction_are_shown_once_by_the_same_names():
    low = f(run(x0, 12)[-1]) <= 0
    lemma = Lemma("none", given=dict(L_pos=L > 0, low=low, high=forall(y, f(y) >= 1)), claim=FALSE)
    lemma.proof(lambda p: p.have(FALSE, by=[p.low, p.low, p.high(run(x0, 11)[-1])]))
    with pytest.raises(ProofError) as failure:
        lemma.derive()
    shown = [text for _, text in failure.value.facts]
    assert shown == ["L > 0", "f(x₁₂) ≤ 0", "∀y. f(y) ≥ 1", "f(x₁₁) ≥ 1"]
    assert len(str(failure.value)) < 5_000


def test_a_statement_that_is_not_defined_says_what_its_points_are():
    lemma = Lemma("undefined", claim=f(run(x0, 30)[-1]) <= 0)
    lemma.proof(lambda p: p.have(lemma.claim))
    with pytest.raises(ProofError, match="not defined everywhere") as failure:
        lemma.derive()
    error = failure.value
    assert error.goal == "f(x₃₀) ≤ 0" and error.missing == ["L ≠ 0"]
    assert error.where[0] == "x₁ = x₀ − ∇f(x₀)/L" and len(str(error)) < 5_000


def test_an_equation_of_vectors_without_a_multiplier_is_told_in_short():
    given = dict(L_pos=L > 0, same=eq(run(x0, 12)[-1], y))
    lemma = Lemma("no multiplier", given=given, claim=f(y) <= 0)
    lemma.proof(lambda p: p.have(lemma.claim, by=[p.same * p.L_pos]))
    with pytest.raises(ProofError, match="is an equation of vectors") as failure:
        lemma.derive()
    start, _, end = failure.value.message.partition(" (where x₁ = x₀ − ∇f(x₀)/L, ")
    assert start == "not found: x₁₁ − ∇f(x₁₁)/L = y"
    assert end.endswith(
        "x₁₁ = x₁₀ − ∇f(x₁₀)/L) is an equation of vectors: give it a vector multiplier"
    )


def test_texts_have_an_end():
    long = cut("a" * 5_000)
    assert long.startswith("aaa") and "(3800 more characters)" in long and len(long) < 1_300


def test_members_of_sequences_keep_their_names_and_no_other_point_looks_like_one():
    """Momentum steps written out: what has a name from the equations, and what has none."""
    a, b = Sequence("a", E), Sequence("b", E)
    first = a[0] - grad(f, a[0]) / L
    second = first + (first - a[0]) / 4
    third = second - grad(f, second) / L
    equations = [
        eq(b[0], a[0]),
        eq(a[1], b[0] - grad(f, b[0]) / L),
        eq(b[1], a[1] + (a[1] - a[0]) / 4),
    ]
    names = Shortened([f(third) <= f(a[2])], equations)
    said = names.folded(f(third) <= f(a[2]))
    assert str(said.args[1]) == "f(a₂)"
    (made,) = (v for v in free_variables(said) if v.sort == x.sort)
    assert f"{made}" not in ("a₀", "a₁", "a₂", "b₀", "b₁")
    assert names.where() == [f"{made} = b₁ − ∇f(b₁)/L"]
    back = substitute(said, {made: third})
    assert NormalForm().scalar(back.args[0] - f(third)) == {}
    assert str(names.folded(grad(f, first) + first)) == "∇f(a₁) + a₁"
    (k,) = Naturals("k")
    assert names.folded(f(a[k + 1])) == f(a[k + 1])


LONG = [Real(f"weight_of_{'a_function_in_' * 3}the_sum{i}") for i in range(40)]
TOTAL = sum(LONG[1:], LONG[0])
NEITHER = TOTAL >= 0  # 2,000 characters
STEPS = {
    "no proof": lambda p: p.have(2 * TOTAL >= 1),
    "no value": lambda p: p.have(exists(y, f(y) >= TOTAL)),
    "a term for a fact": lambda p: p.have(f(y) >= 0, by=[NEITHER]),
    "no quantifier": lambda p: p.long(y),
    "no side": lambda p: p.long[0],
    "no premise": lambda p: p.under(y),
    "no truth value": lambda p: bool(p.long),
    "nothing exists": lambda p: p.obtain(p.long, y).__enter__(),
    "nothing denied": lambda p: p.contradiction(p.long),
    "no induction": lambda p: p.induction(NEITHER).__enter__(),
    "no minimum": lambda p: p.minimise(p.long, y),
    "no inequality of numbers": lambda p: p.successor(p.long),
    "no equation": lambda p: p.rewrite(p.long, p.long),
    "no derivative": lambda p: p.differentiate(mapsto(y, 1 / (TOTAL + sq(y))), y),
    "no cases": lambda p: p.case(NEITHER).__enter__(),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_refusal_has_no_line_of_kilobytes(name):
    under = implies(2 * TOTAL >= 1, forall(y, f(y) >= TOTAL))
    p = Proof("claim", {"long": NEITHER, "under": under}, f(y) >= 0)
    with pytest.raises((ProofError, LanguageError)) as error:
        STEPS[name](p)
    text = str(error.value)
    assert max(map(len, text.splitlines())) < 1_450
    assert "more characters" in text or "weight" not in text
