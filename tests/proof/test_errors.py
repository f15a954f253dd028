"""What an author is told when a step fails."""

import inspect

import pytest

from plproof import (
    FALSE,
    Function,
    LinearMap,
    Naturals,
    ProofError,
    Reals,
    Space,
    StronglyConvex,
    Theorem,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
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


def test_under_a_quantifier_the_condition_to_write_is_shown():
    (n,) = Naturals("n")
    for variable, least in ((n, "n >= 1"), (beta, "…")):
        claim = forall(variable, 1 / (4 * variable) <= 1 / (4 * variable))
        error = failing(claim, lambda p, claim=claim: p.have(claim))
        assert f"forall({variable if variable == n else 'beta'}, implies({least}, …))" in error.hint


def test_the_error_is_plain_data_too():
    error = failing(alpha >= 1, lambda p: p.have(alpha >= 1))
    data = error.to_json()
    assert data["line"] > 0 and data["goal"] == "α ≥ 1" and data["message"].startswith("not found")


def test_not_found_is_never_called_false():
    error = failing(alpha >= 1, lambda p: p.have(alpha >= 1))
    assert "false" not in str(error).lower()


F = Space("F")
A, u = LinearMap("A", E, F), Vector("u", E)


@pytest.mark.parametrize("turned", [False, True])
def test_a_square_that_is_said_to_be_negative_contradicts(turned):
    square = -sq(A @ u) if turned else sq(A @ u)
    absurd = Theorem("x", given=dict(c=eq(square, 1 if turned else -1)), claim=alpha > 0)
    absurd.proof(lambda p: p.have(FALSE, by=p.c))
    assert absurd.derive().theorem.conclusion == FALSE
    possible = dict(c=eq(square, -1 if turned else 1))
    error = failing(alpha > 0, lambda p: p.have(FALSE, by=p.c), **possible)
    assert "no contradiction was found" in error.message


def test_no_contradiction_is_not_put_on_premises_that_are_strict():
    error = failing(alpha >= 0, lambda p: p.have(FALSE, by=p.pos), pos=alpha > 0)
    assert "strict" not in str(error) and "no contradiction was found" in error.message
    error = failing(beta < alpha, lambda p: p.have(beta < alpha, by=p.le), le=beta <= alpha)
    assert "only ≤ was found" in error.message


MISUSES = {  # a script, and what its author is told
    "facts in a list": (lambda p: p.have(norm(u) >= 0, by=[p.norm(u)]), "by=[*p.norm(v)]"),
    "a fact for a vector": (lambda p: p.have(alpha > 0, by=ip(u, p.c)), "a fact: u * p.c"),
    "a fact for a claim": (lambda p: p.have(p.c), "fact.claim"),
    "no statement": (lambda p: p.have(FALSE, by=p.statement(1)), 'expect="refuted"'),
}


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_is_named_at_its_line_with_what_to_write(name):
    script, said = MISUSES[name]
    error = failing(alpha > 0, script, c=eq(x, y))
    assert said in str(error), str(error)
    assert error.place.file == __file__
    assert error.place.line == inspect.getsourcelines(script)[1]


@pytest.mark.parametrize("use", [lambda last: [last], lambda last: last(x)])
def test_before_the_first_step_there_is_no_last_fact(use):
    error = failing(
        alpha <= beta, lambda p: p.have(alpha <= beta, by=use(p.last)), known=alpha <= beta
    )
    assert "no step before it" in str(error)
    assert f"{__file__}:" in str(error)
