"""False neighbours of the library's theorems: the proof fails, and the laboratory refutes them."""

import pytest

from plproof import (
    FALSE,
    PL,
    Function,
    GradientDescent,
    Natural,
    ProofError,
    Reals,
    Sequence,
    Space,
    Statement,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.laboratory.testing.stress import refute
from tests.theorems.variants import without
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.functions.pl_constant import pl_constant
from theorems.functions.strongly_convex_is_pl import strongly_convex_is_pl
from theorems.gradient_descent import strongly_convex_rates as rates
from theorems.gradient_descent.pl_linear_rate import pl_linear_rate
from theorems.gradient_descent.strongly_convex_linear_rate import strongly_convex_linear_rate
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
v, xs = Vectors("v x*", E)
w = Vectors("x", E)[0]
alpha, beta, mu = Reals("alpha beta mu")
k = Natural("k")
percent = rational("1.01")


def gap(p):
    return f(p) - f(xs)


def rate(q):
    return forall(k, gap(x[k]) <= q**k * gap(x[0]))


decrease = forall(w, f(w - grad(f, w) / beta) <= f(w) - percent * sq(grad(f, w)) / (2 * beta))
three = GradientDescent(f, x, 3 / beta)
VARIANTS = {
    "PL with 1.01 α": (
        strongly_convex_is_pl,
        strongly_convex_is_pl.given,
        PL(f, percent * alpha, xs),
    ),
    "PL without strong convexity": (
        strongly_convex_is_pl,
        without(strongly_convex_is_pl, "convex"),
        PL(f, alpha, xs),
    ),
    "PL turned around": (
        strongly_convex_is_pl,
        strongly_convex_is_pl.given,
        forall(w, sq(grad(f, w)) / 2 <= alpha * gap(w)),
    ),
    "a decrease one percent larger": (sufficient_decrease, sufficient_decrease.given, decrease),
    "a decrease without smoothness": (
        sufficient_decrease,
        without(sufficient_decrease, "smooth"),
        sufficient_decrease.claim,
    ),
    "the descent lemma with β/2 one percent smaller": (
        descent_lemma,
        descent_lemma.given,
        forall([w, v], f(w + v) <= f(w) + ip(grad(f, w), v) + beta / (2 * percent) * sq(v)),
    ),
    "the descent lemma turned around": (
        descent_lemma,
        descent_lemma.given,
        forall([w, v], f(w + v) >= f(w) + ip(grad(f, w), v) + beta / 2 * sq(v)),
    ),
    "the rate (1 − 2μ/β)^k": (pl_linear_rate, pl_linear_rate.given, rate(1 - 2 * mu / beta)),
    "the step 3/β": (pl_linear_rate, pl_linear_rate.given | {"gd": three}, pl_linear_rate.claim),
    "the rate without smoothness": (
        pl_linear_rate,
        without(pl_linear_rate, "smooth"),
        pl_linear_rate.claim,
    ),
    "the rate without PL": (pl_linear_rate, without(pl_linear_rate, "pl"), pl_linear_rate.claim),
    "the rate without the recursion": (
        pl_linear_rate,
        without(pl_linear_rate, "gd"),
        pl_linear_rate.claim,
    ),
    "the rate turned around": (
        pl_linear_rate,
        pl_linear_rate.given,
        forall(k, gap(x[k]) >= (1 - mu / beta) ** k * gap(x[0])),
    ),
    "the strongly convex rate (1 − 2α/β)^k": (
        strongly_convex_linear_rate,
        strongly_convex_linear_rate.given,
        rate(1 - 2 * alpha / beta),
    ),
    "the distance with the exponent 3k": (
        rates.distance_rate,
        rates.given,
        forall(k, sq(x[k] - xs) <= (1 - alpha / beta) ** (3 * k) * sq(x[0] - xs)),
    ),
    "μ ≤ β without the constant functions": (pl_constant, pl_constant.given, mu <= beta),
    "a gradient that vanishes anywhere": (
        gradient_vanishes,
        without(gradient_vanishes, "minimum"),
        eq(grad(f, xs), 0),
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_proof_fails_for_a_false_neighbour(name):
    original, given, claim = VARIANTS[name]
    neighbour = Theorem(name, given=given, claim=claim)
    script = original._script

    @neighbour.proof
    def _(p):
        script(p)

    with pytest.raises((ProofError, AttributeError)):
        neighbour.derive()


@pytest.mark.parametrize("name", VARIANTS)
def test_the_laboratory_refutes_a_false_neighbour(name):
    _, given, claim = VARIANTS[name]
    found = refute(Statement.of(given, claim), seed=0, budget="normal")
    assert found is not None, f"{name} was not refuted"
    assert "f = " in str(found), "the counterexample shows the function as code"


@pytest.mark.parametrize(
    "theorem",
    [strongly_convex_is_pl, sufficient_decrease, descent_lemma, pl_linear_rate, pl_constant],
    ids=lambda theorem: theorem.name,
)
def test_the_laboratory_does_not_refute_what_is_proved(theorem):
    assert refute(theorem.statement, seed=0, budget="small") is None


def test_contradictory_hypotheses_are_vacuous_and_not_a_proof():
    nonsense = Theorem(
        "both signs", given={"a": alpha > 0, "b": alpha < 0}, claim=alpha >= 7, expect="vacuous"
    )

    @nonsense.proof
    def _(p):
        p.have(FALSE, by=[p.a, p.b])

    assert nonsense.derive().theorem.conclusion == FALSE


def test_a_minimiser_is_needed_only_where_the_rate_is_negative():
    """Dropped, the hypothesis leaves the script without p.minimum in the case μ > β."""
    smaller = Theorem("no minimum", given=without(pl_linear_rate, "minimum"), claim=rate(1))

    @smaller.proof
    def _(p):
        pl_linear_rate._script(p)

    with pytest.raises((ProofError, AttributeError)):
        smaller.derive()
