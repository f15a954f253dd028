"""Classes and claims with norms: what is said of their squares is found and proved."""

import pytest

from plproof import (
    Definition,
    Function,
    Lemma,
    Reals,
    Smooth,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    rational,
    searched,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.statements.squares import lengths, squared

E = Space("E")
f = Function("f", E)
T = Function("T", E, E)
x, y, v, w, xs = Vectors("x y v w x*", E)
L, R, rho, mu = Reals("L R rho mu")
Lipschitz = Definition("Lipschitz", [T, L], forall([v, w], norm(T(v) - T(w)) <= L * norm(v - w)))


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (norm(x - xs) <= R, [sq(x - xs) <= R**2]),
        (forall(v, 3 >= norm(T(v))), [forall(v, sq(T(v)) <= rational(3) ** 2)]),
        (Lipschitz(T, L), [forall([v, w], sq(T(v) - T(w)) <= L**2 * sq(v - w))]),
        (
            forall(v, norm(T(v)) <= norm(v) / L) & (norm(x) <= 1),
            [forall(v, sq(T(v)) <= (1 / L) ** 2 * sq(v)), sq(x) <= rational(1) ** 2],
        ),
        (
            (norm(v) <= R) & forall(v, norm(T(v)) <= L * norm(v)),
            [sq(v) <= R**2, forall(v, sq(T(v)) <= L**2 * sq(v))],
        ),
    ],
    ids=["number", "turned round", "definition", "conjunction", "one name for two"],
)
def test_norms_are_squared_whatever_the_sign_of_the_factor(given, claims):
    found = squared(Proof("it", dict(given=given), f(x) <= 0))
    assert [fact.claim for fact in found] == claims
    assert all(fact.thm.hypotheses == (given,) and not fact.thm.axioms for fact in found)


@pytest.mark.parametrize(
    "given",
    [
        norm(x) >= L,
        norm(x) + norm(y) <= 1,
        norm(x) <= norm(y) + 1,
        norm(x) <= f(x),
        norm(x) <= ip(x, y),
        forall(v, L * norm(v) <= norm(T(v))),
        norm(x) >= f(x),
        norm(y) + 1 <= norm(x),
        Smooth(f, L),
    ],
)
def test_other_norms_are_left_alone(given):
    assert squared(Proof("it", dict(given=given), f(x) <= 0)) == []


CONTRACTION = dict(contracts=Lipschitz(T, rational(3, 5)), still=eq(T(xs), xs))


def far(c):
    return norm(T(T(x)) - xs) <= c * norm(x - xs)


def test_the_best_factor_of_a_length_is_found():
    lemma = Lemma("two steps", given=CONTRACTION, claim=far(rho), unknown=rho)
    assert lemma.find_proof().claim == far(rational(9, 25))
    half = dict(CONTRACTION, contracts=forall([v, w], sq(T(v) - T(w)) <= sq(v - w) / 2))
    claim = norm(T(x) - xs) <= rho * norm(x - xs)
    found = Lemma("a root", given=half, claim=claim, unknown=rho).find_proof()
    assert str(found.claim) == "‖T(x) − x*‖ ≤ √2/2·‖x − x*‖"


@pytest.mark.parametrize("c", [rational("0.35999"), -rational(9, 25), R])
def test_what_is_too_small_or_of_no_sign_is_not_proved(c):
    lemma = Lemma("two steps", given=CONTRACTION | dict(R=R**2 >= 1), claim=far(c))
    lemma.proof(searched())
    with pytest.raises(ProofError):
        lemma.derive()


def test_lengths_are_read():
    assert lengths(norm(x) <= 2).goal == (sq(x) <= rational(2) ** 2)
    assert lengths(R * norm(y) >= norm(x)).c == R and lengths(norm(x) <= norm(y)).v == y
    for claim in (norm(x) < 2, norm(x) >= 2, sq(x) <= 2, norm(x) <= norm(y) + 1):
        assert lengths(claim) is None


def test_lengths_are_compared_as_they_stand_where_that_will_do():
    """No product of a ≤ R is tried for a² ≤ R²."""
    lemma = Lemma("it", given=dict(near=norm(x) <= L, order=L <= R), claim=norm(x) <= R)
    assert lemma.find_proof().derive().theorem.conclusion == lemma.claim


LOWER = forall(x, mu * norm(x - xs) <= norm(grad(f, x)))


def squares_of(**given):
    """Return what is said with squares in place of the norms of the hypotheses."""
    return [fact.claim for fact in squared(Proof("squares", given, mu >= 0))]


def test_lower_bounds_of_norms_are_squared_where_their_sign_is_known():
    """The error bound of a convex function gives the PL inequality (Karimi et al., 2016)."""
    convex = forall([x, y], f(x) >= f(y) + ip(grad(f, y), x - y))
    given = dict(mu_pos=mu > 0, convex=convex, bound=LOWER)
    assert squares_of(**given) == [forall(x, mu**2 * sq(x - xs) <= sq(grad(f, x)))]
    claim = forall(x, mu * (f(x) - f(xs)) <= sq(grad(f, x)))
    assert Lemma("error bound", given=given, claim=claim).find_proof().derive()
    more = forall(x, mu * (f(x) - f(xs)) <= rational(999999, 1000000) * sq(grad(f, x)))
    with pytest.raises(ProofError, match="no proof found"):
        Lemma("too much", given=given, claim=more).find_proof()


def test_lower_bounds_of_any_sign_say_nothing():
    """With μ < 0 they are true of all functions."""
    assert squares_of(bound=LOWER) == squares_of(mu_neg=mu < 0, bound=LOWER) == []
    assert squares_of(far=norm(x) >= -1) == []


@pytest.mark.parametrize(
    ("far", "said"),
    [
        (norm(x) > 2, rational(2) ** 2 < sq(x)),
        (mu <= norm(x), mu**2 <= sq(x)),
        (mu * norm(y) < norm(x), mu**2 * sq(y) < sq(x)),
        (
            (f(x) <= 0) & forall(x, mu * norm(x) <= norm(grad(f, x))),
            forall(x, mu**2 * sq(x) <= sq(grad(f, x))),
        ),
    ],
)
def test_points_are_far_with_squares_too(far, said):
    assert squares_of(mu_pos=mu >= 0, far=far) == [said]
