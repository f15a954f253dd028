"""A search that fails says what is missing, where, and what to do."""

import re
import time

import pytest

pytest.importorskip("clarabel")

from plproof import (
    PL,
    Convex,
    Function,
    GradientDescent,
    Lemma,
    Naturals,
    ProofError,
    Real,
    Reals,
    Sequence,
    Smooth,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    searched,
    sq,
    sqrt,
)
from plproof.language.sorts import LanguageError
from plproof.proof.script import Proof
from plproof.search.claims.advice import about_equations, advice, no_signs
from tests.inequalities import smooth_and_convex

E = Space("E")
f = Function("f", E)
x, y, xs, x1 = Vectors("x y x* x1", E)
mu, L, rho = Reals("mu L rho")
(k,) = Naturals("k")
convex = forall([x, y], smooth_and_convex(f, x, y))
step = eq(x1, x - grad(f, x))
by_distance = f(x1) - f(xs) <= rho * sq(x - xs)
by_gradient = sq(grad(f, x1)) <= rho * (f(x) - f(xs))


@pytest.mark.parametrize(
    ("given", "claim", "message"),
    [
        (dict(s=step), by_distance, "no hypothesis speaks of f: say of which class it is"),
        (dict(c=convex, s=step), by_gradient, r"no hypothesis speaks of x\*: if it minimises"),
        (
            dict(order=mu < L, back=L < mu, pl=mu * sq(grad(f, x)) >= L * (f(x) - f(xs)), s=step),
            by_gradient,
            "no numbers for the parameters .*\n(.*\n)*.*order, back contradict each other",
        ),
        (
            dict(smooth=Smooth(f, L), pl=PL(f, mu, xs), s=step),
            f(x1) - f(xs) <= rho * (f(x) - f(xs)),
            "no multiple of the right side bounds the left(.*\n)*.*used where L > 0 is known",
        ),
        (dict(s=eq(x1, x)), sq(x1) <= rho * sq(x1 - x), "no hypothesis says anything about"),
        (
            dict(c=convex, m=eq(grad(f, xs), 0), s=eq(x1, x - sqrt(2) * sqrt(3) * grad(f, x))),
            f(x1) - f(xs) <= rho * sq(x - xs),
            r"one square root are read(.*\n)*.*numbers with names will do",
        ),
        (
            dict(order=mu <= L, c=convex & forall([x, y], f(x) >= f(y) / (L - mu)), s=step),
            by_gradient,
            r"not defined everywhere(.*\n)*  open      L − μ ≠ 0\n  hint      add",
        ),
    ],
    ids=["no class", "no minimiser", "no region", "a norm", "no function", "a root", "undefined"],
)
def test_what_is_missing_is_said(given, claim, message):
    with pytest.raises(ProofError, match=message) as raised:
        Lemma("nothing", given=given, claim=claim).find_proof(unknown=rho)
    assert raised.value.place.file == __file__


below = eq(grad(f, xs), 0)


@pytest.mark.parametrize(
    ("given", "claim", "said"),
    [
        (dict(c=convex), f(x) - f(xs) <= sq(x - xs) / 4, r"speaks of x\*: if it minimises"),
        (dict(c=convex, m=below), f(x) - f(xs) <= sq(x - xs) / 4, ""),
        (dict(c=convex), f(x) <= f(y), "speaks of x and y, and for any points the claim says too"),
        (dict(c=convex), sq(x - y) <= f(x), "speaks of y: if it minimises"),
        (dict(c=convex), sq(x - y) <= 1, "speaks of x, y: if one minimises"),
        (dict(c=convex, m=below), sq(xs - y) <= sq(y - grad(f, y)), ""),
    ],
)
def test_points_are_called_minimisers_where_they_may_be_meant_to_be(given, claim, said):
    known = Proof("these", given, claim).hypotheses()
    hint = advice(known, claim, known)
    assert re.search(said, hint) if said else "minimises" not in hint and "any point" not in hint


s = Sequence("s", E)
members = GradientDescent(f, s, 1)
falls = f(s[2]) <= f(s[0])
for_all = forall(k, f(s[k + 1]) - f(xs) <= f(s[k]) - f(xs))


@pytest.mark.parametrize("claim", [falls, for_all], ids=["at a number", "for all k"])
def test_what_a_sequence_is_is_missing_and_no_class_of_it(claim):
    """Every member may be any point: nobody asks for an inequality between two sequences."""
    with pytest.raises(ProofError) as raised:
        Lemma("any", given=dict(c=convex), claim=claim).find_proof()
    assert "says what the members of s are" in raised.value.hint
    assert "gd=GradientDescent(f, s, 1 / L)" in raised.value.hint
    with pytest.raises(ProofError) as raised:
        Lemma("any", given=dict(gd=members), claim=claim).find_proof()
    assert "speaks of f: say of which class" in raised.value.hint
    assert Lemma("known", given=dict(c=convex, gd=members), claim=claim).find_proof().derive()


@pytest.mark.parametrize("size", [2, 6])
def test_points_that_are_given_by_each_other_come_to_an_end(size):
    """x₁ = x₀ − ∇f(x₂)/2, x₂ = x₀ − ∇f(x₃)/2, …, and the last by the first again."""
    round_ = Vectors(" ".join(f"x{k}" for k in range(1, size + 1)), E)
    steps = {f"s{k}": eq(round_[k], y - grad(f, round_[(k + 1) % size]) / 2) for k in range(size)}
    lemma = Lemma("circle", given=dict(c=convex, m=below, **steps), claim=f(x1) <= f(xs))
    began = time.process_time()
    with pytest.raises(ProofError) as raised:
        lemma.find_proof()
    assert time.process_time() - began < 15
    known = Proof("these", lemma.given, lemma.claim).hypotheses()
    hint = about_equations(known, lemma.claim, known)
    assert "s0, s1" in hint and "by each other: such points are not written out" in hint
    assert "no proof found" in str(raised.value)


def test_a_circle_of_equations_proves_what_follows_from_it():
    """x₁ − x₂ = ∇f(x₁) − ∇f(x₂), and x₁ + x₂ may be anything where f is half the square."""
    x2 = Vectors("x2 x3", E)[0]
    circle = dict(a=eq(x1, y - grad(f, x2)), b=eq(x2, y - grad(f, x1)))
    claim = sq(x1 - x2) <= sq(grad(f, x1) - grad(f, x2))
    assert Lemma("near", given=dict(c=convex, **circle), claim=claim).find_proof().derive()
    hair = sq(x1 - x2) <= rational(999, 1000) * sq(grad(f, x1) - grad(f, x2))
    with pytest.raises(ProofError, match="no proof found"):
        Lemma("near", given=dict(c=convex, **circle), claim=hair).find_proof()


def test_a_script_fails_at_its_own_line():
    lemma = Lemma("too good", given=dict(c=convex, s=step), claim=f(x1) <= f(x) - sq(grad(f, x)))
    lemma.proof(searched())
    with pytest.raises(ProofError, match="no proof found") as raised:
        lemma.derive()
    assert raised.value.place.file == __file__


def test_an_unknown_is_checked_where_it_is_declared():
    for claim, unknown in ((by_distance, mu), (by_distance, x), (sq(x) <= mu, rho)):
        with pytest.raises(LanguageError, match=r"unknown=|does not speak of"):
            Lemma("odd", given=dict(s=step), claim=claim, unknown=unknown)
    with pytest.raises(LanguageError, match="no hypothesis may use it"):
        Lemma("odd", given=dict(pos=rho > 0), claim=by_distance, unknown=rho)
    with pytest.raises(LanguageError, match="to be proved"):
        Lemma("odd", claim=by_distance, unknown=rho, expect="refuted")


def test_what_has_an_unknown_is_proved_by_a_search_alone_and_not_used():
    lemma = Lemma("found", given=dict(c=convex, s=step), claim=by_distance, unknown=rho)
    with pytest.raises(ProofError, match="there is no proof"):
        lemma.derive()
    lemma.proof(lambda p: None)
    with pytest.raises(ProofError, match="only a search finds"):
        lemma.derive()
    lemma = Lemma("found", given=dict(c=convex, s=step), claim=by_distance, unknown=rho)
    lemma.proof(searched())
    with pytest.raises(ProofError, match="stated with an unknown, ρ, and cannot be used"):
        lemma.closed_theorem()
    assert rho not in lemma.derive().statement.variables()
    assert Real("rho") in lemma.statement.variables()


def test_a_claim_for_all_points_is_proved_at_any():
    given = dict(c=convex, minimum=eq(grad(f, xs), 0))

    def claim(rate):
        return forall(x, f(x - grad(f, x)) - f(xs) <= rate * sq(x - xs))

    found = Lemma("all", given=given, claim=claim(rho)).find_proof(unknown=rho)
    assert found.claim == claim(rational(1, 6))


def test_a_rate_that_is_no_factor_is_refused():
    given = dict(c=convex, minimum=eq(grad(f, xs), 0))
    with pytest.raises(ProofError, match="write it as a factor"):
        Lemma("square", given=given, claim=f(x) - f(xs) <= rho**2 * sq(x - xs)).find_proof(
            unknown=rho
        )


def test_a_better_theorem_is_named_until_it_is_used():
    goal = f(x - grad(f, x)) - f(xs) <= rational(3, 5) * (f(x) - f(xs))
    known = Proof("these", dict(smooth=Smooth(f, L), pl=PL(f, mu, xs)), goal).hypotheses()
    drawn = Lemma("of smoothness", given=dict(smooth=Smooth(f, L)), claim=f(x) <= f(x))
    better = Lemma("under PL", given=dict(pl=PL(f, mu, xs)), claim=f(x) <= f(x))
    better.name = "pl_tight_rate"
    assert "L > 0 is known" in advice(known, goal, known)
    assert "pl_tight_rate (theorems/rates/pl_tight_rate.py)" in advice(known, goal, known, [drawn])
    assert advice(known, goal, known, [drawn, better]) == ""


def test_numbers_of_either_sign_are_named():
    given = dict(mu_pos=mu > 0, order=mu < L, convex=convex, short=rho * L <= 1)
    goal = sq(x - rho * grad(f, x) - xs) <= (1 - rho * mu) * sq(x - xs)
    known = Proof("these", given, goal)
    assert "the sign of ρ, " in no_signs(known, goal, known.hypotheses())
    assert "positive=rho > 0" in no_signs(known, goal, known.hypotheses())
    assert no_signs(known, goal, known.hypotheses(), rho) == ""
    for signed in (dict(step=rho > 0), dict(back=rho <= 0), dict(step=rho > mu)):
        signed_too = Proof("these", given | signed, goal)
        assert no_signs(signed_too, goal, signed_too.hypotheses()) == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(using=["convex_interpolation"]), "'convex_interpolation' is none: import it"),
        (dict(points=[f(x)]), "lists points"),
        (dict(points=["x"]), "lists points"),
    ],
)
def test_what_is_offered_must_be_theorems_and_points(options, message):
    with pytest.raises(LanguageError, match=message):
        searched(**options)


def test_convexity_without_a_derivative_is_told_from_that_with_one():
    from theorems.rates.smooth_interpolation import convex_interpolation

    lemma = Lemma("it", given=dict(smooth=Smooth(f, 1), convex=Convex(f)), claim=f(x) <= f(xs))
    with pytest.raises(ProofError) as raised:
        lemma.find_proof(using=[convex_interpolation])
    assert "StronglyConvex(f, 0)" in raised.value.hint


def test_a_rate_below_0_is_said_to_be_where_it_is():
    """With μ > L only constant functions are left."""
    from theorems.rates.smooth_interpolation import smooth_interpolation

    given = dict(mu_pos=mu > 0, L_pos=L > 0, smooth=Smooth(f, L), pl=PL(f, mu, xs))
    claim = f(x - grad(f, x) / L) - f(xs) <= rho * (f(x) - f(xs))
    with pytest.raises(ProofError) as raised:
        Lemma("it", given=given, claim=claim).find_proof(using=[smooth_interpolation], unknown=rho)
    assert "below 0 at" in f"{raised.value}" and "order=mu < L" in f"{raised.value}"


def test_an_inequality_of_one_pair_of_points_is_asked_whether_it_is_of_all():
    y2, z2 = Vectors("y2 z2", E)
    once = f(y2) >= f(z2) + ip(grad(f, z2), y2 - z2)
    known = Proof("these", dict(c=once, m=below, s=step), falls).hypotheses()
    goal = f(x1) - f(xs) <= sq(x - xs)
    assert "c is about y₂ and z₂ alone" in advice(known, goal, known)
    assert "c=forall([y2, z2], …)" in advice(known, goal, known)
    named = Proof("these", dict(c=once, m=below, at=eq(y2, x), of=eq(z2, x1)), goal).hypotheses()
    assert "alone" not in advice(named, goal, named)


def test_a_convex_function_without_a_derivative_has_subgradients():
    g = Function("g", E)
    known = Proof("these", dict(c=Convex(g), m=below), falls).hypotheses()
    used = [h for h in known if h.label == "c"]
    hint = advice(known, g(x) <= g(xs), used)
    assert "c=forall([x, y], g(x) >= g(y) + ip(s(y), x - y))" in hint


def test_hypotheses_have_names():
    with pytest.raises(LanguageError, match="list has no names"):
        Lemma("a list", given=[L > 0], claim=L >= 0)


def test_points_at_which_no_function_is_taken_are_named():
    known = Proof("these", dict(c=convex, m=below, s=step), falls).hypotheses()
    goal = sq(grad(f, x)) <= f(x) - f(xs)
    assert "searched(points=[x1])" in about_equations(known, goal, known)
    assert about_equations(known, f(x1) <= f(x), known) == ""
