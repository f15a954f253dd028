"""What an author is told who gives a counterexample values that are none."""

import inspect

import pytest

from plproof import (
    FALSE,
    Function,
    LanguageError,
    Lemma,
    ProofError,
    Real,
    Space,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    implies,
    mapsto,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.proof.evaluated import truth

E, line, plane = Space("E"), Space.coordinates(1), Space.coordinates(2)
f, b, s = Function("f", E), Real("beta"), Real("s")
x, y = Vectors("x y", E)
v, q = Vector("v", line), Vector("q", plane)
bowl = mapsto(v, 2 * sq(v))

#: as of a script of its author: the gradient of 2‖v‖² is 4-Lipschitz
GIVEN = dict(pos=b > 0, smooth=forall(x, sq(grad(f, x)) <= b * sq(x)))


def told(script, spaces=None, given=None):
    statement = Lemma(
        "A gradient is short",
        given=given or GIVEN,
        claim=forall(x, sq(grad(f, x)) <= 0),
        expect="refuted",
        spaces=spaces,
    )
    statement.proof(script)
    with pytest.raises(ProofError) as error:
        statement.derive()
    assert error.value.place.file == __file__
    assert error.value.place.line == inspect.getsourcelines(script)[1] + 1
    return error.value


VALUES = {
    "a float": (0.5, bowl, "value for β: 0.5 is a floating-point number and not exact", "β, f"),
    "exchanged": (bowl, 1, "value for β: v ↦ 2·‖v‖² is a function R^1", "in this order: β, f"),
    "another space": (1, mapsto(q, sq(q)), "value for f: q ↦ ‖q‖² is a function R^2", "β, f"),
    "a Python function": (1, lambda x: x * x, "value for f: a Python function", "mapsto(x, …)"),
    "a number": (1, 2, "value for f: the number 2 where a function R^1 → ℝ", "β, f"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_another_kind_is_named_with_its_variable(name):
    beta, function, message, hint = VALUES[name]

    def script(p):
        p.statement(beta, function)

    error = told(script, {E: line})
    assert message in error.message and hint in error.hint
    assert "0x" not in str(error), "no address of an object is shown"


def test_a_list_is_no_vector_and_the_spaces_of_a_counterexample_are_declared():
    def script(p):
        p.statement([1, 0])

    def other(p):
        p.statement(1, bowl)

    error = told(script, {E: plane}, dict(long=sq(y) >= 1))
    assert "value for y: [1, 0] is not a vector" in error.message and "basis" in error.hint
    assert "spaces={E: Space.coordinates(1)}" in told(other).hint


def test_a_hypothesis_that_is_not_satisfied_is_named_and_goes_to_the_laboratory():
    def script(p):
        p.statement(1, bowl)(v)

    error = told(script, {E: line})
    assert "satisfies the hypothesis smooth is not known" in error.message
    assert error.goal_term == forall(v, sq(grad(bowl, v)) <= 1 * sq(v))
    assert "prove it above" in error.hint

    def negative(p):
        p.statement(-1, bowl)

    assert "hypothesis pos" in told(negative, {E: line}).message


def test_a_claim_that_holds_is_shown_with_the_values():
    def script(p):
        p.have(FALSE, by=p.statement(rational(1, 2)))

    holds = Lemma("x", claim=s**2 >= 0, expect="refuted")
    holds.proof(script)
    with pytest.raises(ProofError) as error:
        holds.derive()
    assert ("statement(1/2)", "(1/2)^2 ≥ 0") in [
        (a, c.replace("²", "^2")) for a, c in error.value.facts
    ]
    assert "(1/2)² ≥ 0 is true here" in error.value.hint


def test_a_counterexample_that_satisfies_the_hypotheses_refutes():
    """β = 16 satisfies the hypothesis: it is proved above the line that uses it."""
    statement = Lemma(
        "A gradient is short",
        given=GIVEN,
        claim=implies(b > 1, forall(x, sq(grad(f, x)) <= 0)),
        expect="refuted",
        spaces={E: line},
    )

    @statement.proof
    def _(p):
        e = line.basis(1)
        with p.fix(v):
            slope = p.differentiate(bowl, v)[1]
            p.have(sq(grad(bowl, v)) <= 16 * sq(v), by=(grad(bowl, v) + 4 * v) * slope)
        slope = p.differentiate(bowl, e)[1]
        p.have(FALSE, by=[p.statement(16, bowl)(e), (grad(bowl, e) + 4 * e) * slope])

    assert statement.derive().theorem.conclusion.args[1] == FALSE


def test_spaces_are_spaces():
    with pytest.raises(LanguageError, match="1 is no space"):
        Lemma("x", claim=sq(x) <= 0, expect="refuted", spaces={E: 1})


dome = mapsto(q, -sq(q))
FALSE_HYPOTHESES = {  # a hypothesis, and values of its variables and of f where it is false
    "sign": (s > 0, [rational(-1, 2), dome]),
    "norm": (norm(y) <= 1, [2 * plane.basis(1), dome]),
    "gradient": (eq(grad(f, y), 0), [dome, plane.basis(1)]),
    "one side": ((s >= 0) & (s > 1), [1, dome]),
    "implication": (implies(s > 0, s >= 2), [1, dome]),
}


@pytest.mark.parametrize("name", FALSE_HYPOTHESES)
def test_a_hypothesis_that_is_false_there_is_called_so(name):
    hypothesis, values = FALSE_HYPOTHESES[name]

    def script(p):
        p.statement(*values)

    error = told(script, {E: plane}, dict(h=hypothesis))
    assert error.message.endswith("does not satisfy the hypothesis h, false there")


def test_a_hypothesis_that_is_true_there_but_not_known_is_to_be_proved():
    def script(p):
        p.statement(2 * plane.basis(1), dome)

    error = told(script, {E: plane}, dict(h=norm(y) >= 1))
    assert "is not known" in error.message and "it is true there: prove it" in error.hint


def test_a_statement_without_all_its_values_asks_for_them():
    def script(p):
        p.have(FALSE, by=p.statement(1))

    error = told(script, {E: plane}, dict(pos=s > 0))
    assert error.hint == "statement(1) is about every f: call it with a value"


def test_values_too_many_are_counted():
    def script(p):
        p.statement(1, dome, plane.basis(1), plane.basis(2))

    error = told(script, {E: plane}, dict(pos=s > 0))
    assert error.message == "p.statement is given 4 values and takes 3"
    assert "the statement's variables, s, f, and then" in error.hint


def test_what_cannot_be_evaluated_is_not_decided():
    zero, less, two = rational(0), rational(-1), rational(2)
    undecided = [
        forall(x, sq(x) >= 0), s > 0, eq(1 / zero, 0), sqrt(less) <= 1, sq(E.zero) >= 0,
        eq(grad(mapsto(q, norm(q)), plane.zero), plane.zero),
    ]  # fmt: skip
    assert [truth(claim) for claim in undecided] == [None] * len(undecided)
    assert truth(eq(sqrt(two) * sqrt(two), 2)) is True
    assert truth(sqrt(two) < rational(14142, 10000)) is False
    assert truth(implies(less > 0, FALSE)) is True
