"""What an author is told when a step fails."""

import inspect

import pytest

from plproof import (
    Function,
    ProofError,
    Reals,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    grad,
    sq,
)

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
alpha, beta = Reals("alpha beta")


def failing(claim, script, **given):
    theorem = Theorem("claim", given=given, claim=claim)
    theorem.proof(script)
    with pytest.raises(ProofError) as error:
        theorem.derive()
    return error.value


def test_the_message_names_place_goal_hypotheses_and_what_is_left_over():
    claim = f(x) - f(y) <= sq(grad(f, x)) / (3 * alpha)

    def script(p):
        p.have(claim, by=p.convex(x, y))

    error = failing(claim, script, positive=alpha > 0, convex=StronglyConvex(f, alpha))
    line = inspect.getsourcelines(script)[1] + 1
    text = str(error)
    assert text.startswith(f"{__file__}:{line}: not found"), text
    for piece in ("goal", "positive", "convex", "StronglyConvex(f, α)", "left over", "hint"):
        assert piece in text, f"{piece!r} is missing from\n{text}"


def test_the_premise_that_is_missing_is_named():
    claim = f(x) <= alpha
    error = failing(
        claim, lambda p: p.have(claim, by=p.bound), bound=f(2 * y) <= alpha, same=eq(x, 2 * y)
    )
    assert error.hint == "it follows if same is added to by=[…]"


def test_the_line_to_add_is_shown_for_a_denominator():
    claim = 1 / alpha <= 1 / alpha
    error = failing(claim, lambda p: p.have(claim))
    assert error.missing == ["α ≠ 0"]
    assert "positive=alpha > 0" in error.hint


def test_the_error_is_plain_data_too():
    error = failing(alpha >= 1, lambda p: p.have(alpha >= 1))
    data = error.to_json()
    assert data["line"] > 0 and data["goal"] == "α ≥ 1" and data["message"].startswith("not found")


def test_not_found_is_never_called_false():
    error = failing(alpha >= 1, lambda p: p.have(alpha >= 1))
    assert "false" not in str(error).lower()
