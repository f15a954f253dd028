"""Proofs that nobody wrote: the instances and multipliers are found, with numbers and symbols."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    FALSE,
    Function,
    Lemma,
    ProofError,
    Real,
    Reals,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    implies,
    ip,
    rational,
    sq,
)
from plproof.language.sorts import LanguageError
from plproof.search.finding.script import searched

E = Space("E")
f = Function("f", E)
x, y, xs, x1, x2 = Vectors("x y x* x1 x2", E)
mu, L, gamma = Reals("mu L gamma")


def smooth(a, b):
    """The interpolation inequality of L-smooth functions."""
    change = grad(f, a) - grad(f, b)
    between = ip(grad(f, a) + grad(f, b), a - b) / 2
    return f(a) - f(b) >= between + sq(change) / (4 * L) - L / 4 * sq(a - b)


def smooth_convex(a, b):
    return f(a) >= f(b) + ip(grad(f, b), a - b) + sq(grad(f, a) - grad(f, b)) / 2


def pl_rate(rate, **changes):
    """One step of gradient descent under PL, with the claimed rate."""
    given = dict(
        mu_pos=mu > 0,
        order=mu < L,
        smooth=forall([x, y], smooth(x, y)),
        pl=forall(x, sq(grad(f, x)) / 2 >= mu * (f(x) - f(xs))),
        gd=eq(x1, x - grad(f, x) / L),
    )
    given.update(changes)
    claim = f(x1) - f(xs) <= rate * (f(x) - f(xs))
    theorem = Lemma("rate", given={k: h for k, h in given.items() if h is not None}, claim=claim)
    theorem.proof(searched())
    return theorem


def test_the_sharper_rate_under_pl_is_proved_in_symbols():
    rate = (2 * L - 2 * mu) / (2 * L + mu)
    theorem = pl_rate(rate).derive().theorem
    assert not theorem.axioms and not theorem.admits


@pytest.mark.parametrize(
    "rate",
    [
        (2 * L - 2 * mu) / (2 * L + mu) - rational("1e-9"),
        (2 * L - 3 * mu) / (2 * L + mu),
        1 - 2 * mu / L,
    ],
    ids=["a hair", "more", "twice"],
)
def test_a_better_rate_is_not(rate):
    with pytest.raises(ProofError, match="not found: no proof found"):
        pl_rate(rate).derive()


@pytest.mark.parametrize("dropped", ["pl", "smooth", "gd"])
def test_nor_is_the_rate_without_a_hypothesis(dropped):
    with pytest.raises(ProofError):
        pl_rate((2 * L - 2 * mu) / (2 * L + mu), **{dropped: None}).derive()


def two_steps(bound):
    theorem = Lemma(
        "two steps",
        given=dict(
            smooth=forall([x, y], smooth_convex(x, y)),
            minimum=eq(grad(f, xs), 0),
            first=eq(x1, x - grad(f, x)),
            second=eq(x2, x1 - grad(f, x1)),
        ),
        claim=f(x2) - f(xs) <= bound * sq(x - xs),
    )
    theorem.proof(searched())
    return theorem


def test_numbers_alone_are_rounded_exactly():
    two_steps(rational(1, 10)).derive()


def test_a_number_a_hair_too_small_is_not_proved():
    with pytest.raises(ProofError, match="no proof found"):
        two_steps(rational(1, 10) - rational("1e-6")).derive()


@pytest.mark.parametrize("hair", ["1e-2", "1e-4", "1e-6"])
def test_a_rate_too_good_is_refuted_by_a_function(hair):
    with pytest.raises(ProofError, match=r"the claim is false: f\(x\) = "):
        two_steps(rational(1, 10) - rational(hair)).derive()


def test_a_rate_too_good_in_symbols_is_refuted_at_numbers():
    with pytest.raises(ProofError, match=r"the claim is false at μ = 1, L = 2: f\(x\) = 1/2·x²;"):
        pl_rate(1 - 2 * mu / L).derive()


@pytest.mark.parametrize("dropped", ["pl", "smooth"])
def test_without_a_hypothesis_it_is_refuted(dropped):
    with pytest.raises(ProofError, match="the claim is false at"):
        pl_rate((2 * L - 2 * mu) / (2 * L + mu), **{dropped: None}).derive()


rho = Real("rho")


def test_the_best_number_is_discovered_and_proved():
    theorem = two_steps(rho).find_proof(unknown=rho)
    assert theorem.claim == two_steps(rational(1, 10)).claim
    assert not theorem.derive().theorem.axioms


def test_the_best_rate_in_symbols_is_discovered_and_proved():
    theorem = pl_rate(rho).find_proof(unknown=rho)
    assert theorem.title == "rate: ρ = (2·L − 2·μ)/(μ + 2·L)"
    assert not theorem.derive().theorem.axioms


def test_what_has_no_rate_says_so():
    theorem = pl_rate(rho, smooth=None)
    with pytest.raises(ProofError, match="no rate at all"):
        theorem.find_proof(unknown=rho)


def test_an_unknown_must_be_one():
    with pytest.raises(LanguageError, match="does not speak of"):
        two_steps(rational(1, 10)).find_proof(unknown=rho)
    with pytest.raises(LanguageError, match="real variable"):
        two_steps(rho).find_proof(unknown=x)
    with pytest.raises(LanguageError, match="no hypothesis may use it"):
        pl_rate(mu).find_proof(unknown=mu)


def interpolates(a, b):
    """The interpolation inequality of μ-strongly convex, L-smooth functions."""
    change, apart = grad(f, a) - grad(f, b), a - b
    bend = sq(change) + mu * L * sq(apart) - 2 * mu * ip(change, apart)
    return f(a) >= f(b) + ip(grad(f, b), apart) + bend / (2 * (L - mu))


def test_three_parameters_are_no_obstacle():
    after = x - gamma * grad(f, x)
    theorem = Lemma(
        "strongly convex",
        given=dict(
            mu_pos=mu > 0,
            order=mu < L,
            gamma_pos=gamma > 0,
            short=gamma * (L + mu) <= 2,
            class_of_f=forall([x, y], interpolates(x, y)),
            stationary=eq(grad(f, xs), 0),
        ),
        claim=f(after) - f(xs) <= rho * (f(x) - f(xs)),
    )
    found = theorem.find_proof(unknown=rho)
    assert found.title == "strongly convex: ρ = (1 − γ·μ)²"
    assert not found.derive().theorem.axioms


s, t = Reals("s t")
u, v = Vectors("u v", E)
ALONE = {  # claims without any function, with what is given
    "multiple": (dict(pos=t > 0, le=s <= t), s <= 2 * t),
    "strict": (dict(pos=t > 0), 2 * t > 0),
    "contradiction": (dict(pos=t > 0, neg=t < 0), FALSE),
    "square": ({}, 2 * ip(u, v) <= sq(u) + sq(v)),
    "equation": (dict(same=eq(u, v)), eq(sq(u), sq(v))),
    "both": (dict(pos=t > 0), (t >= 0) & (t <= 2 * t)),
    "under a quantifier": (dict(one=t >= 1), forall(s, implies(s >= t, s >= 1))),
}


@pytest.mark.parametrize("name", ALONE)
def test_claims_about_numbers_and_vectors_alone(name):
    given, claim = ALONE[name]
    theorem = Lemma(name, given=given, claim=claim)
    theorem.proof(searched())
    assert theorem.derive().theorem.conclusion == claim


def test_false_ones_are_not_found_and_say_what_a_search_does_not_try():
    for claim in (s <= t / 2, s < t, eq(s, t), eq(s, 2 * t), FALSE, t <= s * t):
        theorem = Lemma("false", given=dict(pos=t > 0, le=s <= t), claim=claim)
        theorem.proof(searched())
        with pytest.raises(ProofError, match="no proof found") as caught:
            theorem.derive()
        assert "products of hypotheses" in caught.value.hint


def test_a_rate_between_numbers_is_found_without_functions():
    rho = Real("rho")
    theorem = Lemma("rho", given=dict(pos=t > 0, le=s <= t), claim=s <= rho * t)
    assert theorem.find_proof(unknown=rho).title == "rho: ρ = 1"


def test_a_rate_is_written_as_a_square_and_a_subgradient_that_vanishes_is_put_in():
    s = Function("s", E, E)
    theorem = Lemma(
        "resolvent",
        given=dict(
            mu_pos=mu > 0,
            monotone=forall([x, y], ip(s(x) - s(y), x - y) >= mu * sq(x - y)),
            zero=eq(s(xs), 0),
            implicit=eq(x1, x - s(x1)),
        ),
        claim=sq(x1 - xs) <= gamma * sq(x - xs),
    )
    assert theorem.find_proof(unknown=gamma).title == "resolvent: γ = 1/(1 + μ)²"
