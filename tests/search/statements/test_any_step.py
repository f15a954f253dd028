"""Claims about x_k, x_{k+1}, … for any k, and about x_{N+c} for all N."""

from fractions import Fraction

import pytest

from plproof import (
    Function,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
    rational,
    searched,
    sq,
)
from plproof.language.binding import open_binder
from plproof.language.notation import canonical
from plproof.language.sorts import NAT
from plproof.language.terms import as_real, free_variables, number
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.proof.unknown import value_in
from plproof.search.finding.induction import added_step
from plproof.search.statements.any_step import (
    any_steps,
    for_every,
    is_step,
    not_written_out,
    offset,
)
from plproof.search.statements.parameters import evaluated
from plproof.search.statements.shifted import linear, shifted
from tests.thorough import slow

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
v, w, xs = Vectors("v w x*", E)
x = Sequence("x", E)
L, rho, c = Reals("L rho c")
k, N = Naturals("k N")
#: a step of gradient descent, with what is needed for a factor of 3/4 and no more
CONTRACTING = dict(
    secant=forall(v, ip(grad(f, v), v - xs) >= sq(v - xs)),
    bound=forall(v, sq(grad(f, v)) <= 4 * sq(v - xs)),
    method=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]) / 4)),
)
Q = rational(3, 4)
PROXIMAL = dict(
    convex=forall([v, w], f(v) >= f(w) + ip(g(w), v - w)),
    stationary=eq(g(xs), 0),
    method=forall(k, eq(x[k + 1], x[k] - g(x[k + 1]))),
)
BOUNDED = dict(
    convex=forall([v, w], f(v) >= f(w) + ip(g(w), v - w)),
    lowest=forall(v, f(xs) <= f(v)),
    lipschitz=forall(v, sq(g(v)) <= c),
    method=forall(k, eq(x[k + 1], x[k] - g(x[k]))),
)


def far(y):
    return sq(y - xs)


def gap(y):
    return f(y) - f(xs)


def lemma(given, claim, **more):
    found = Lemma("members", given=given, claim=claim, **more)
    found.proof(searched())
    return found


def proved(given, claim):
    theorem = lemma(given, claim).derive().theorem
    return theorem.conclusion == claim and set(theorem.hypotheses) <= set(given.values())


def message(given, claim, **more):
    with pytest.raises(ProofError) as error:
        lemma(given, claim, **more).derive()
    return f"{error.value}"


# ---------------------------------------------------------------- steps from any member
@pytest.mark.parametrize(
    ("true", "false"),
    [
        (far(x[k + 2]) <= Q**2 * far(x[k]), far(x[k + 2]) <= Q**3 * far(x[k])),
        (norm(x[k + 3] - xs) <= Q * norm(x[k + 1] - xs), far(x[k + 3]) <= Q**3 * far(x[k + 1])),
        (far(x[k + 1]) <= Q**k * far(x[1]), far(x[k + 1]) <= Q ** (k + 1) * far(x[1])),
        (far(x[k + 1]) <= Q ** (k + 1) * far(x[0]), far(x[k + 1]) <= Q ** (k + 2) * far(x[0])),
    ],
    ids=["two steps", "not from x_k on", "from x_1 on", "a power of k + 1"],
)
def test_steps_from_any_member_are_proved_and_false_neighbours_are_not(true, false):
    assert proved(CONTRACTING, forall(k, true))
    assert "no proof found" in message(CONTRACTING, forall(k, false))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (far(x[k + 2]) <= rho * far(x[k]), far(x[k + 2]) <= rational(9, 16) * far(x[k])),
        (far(x[k + 1]) <= rho ** (k + 1) * far(x[0]), far(x[k + 1]) <= Q ** (k + 1) * far(x[0])),
        (far(x[k]) <= rho**k * far(x[0]), far(x[k]) <= Q**k * far(x[0])),
    ],
)
def test_the_best_factor_of_steps_from_any_member_is_found(asked, found):
    claim = lemma(CONTRACTING, forall(k, asked), unknown=rho).derive().statement.claim
    assert canonical(claim) == canonical(forall(k, found))


@pytest.mark.parametrize("claim", [far(x[k]) <= Q**k * far(x[0]), far(x[k + 1]) <= far(x[0])])
def test_a_claim_that_leaves_k_open_is_one_for_all_k(claim):
    assert for_every(claim, list(CONTRACTING.values())) == k
    assert proved(CONTRACTING, claim)
    assert for_every(claim, [k >= 1]) is None  # then it is about that k
    assert for_every(far(x[k + 1]) <= far(x[k]), ()) is None  # as it stands it is about a step


def test_a_bound_that_grows_with_k_follows_from_one_step():
    assert proved(BOUNDED, forall(k, far(x[k]) <= far(x[0]) + k * c))
    assert added_step(forall(k, far(x[k]) <= far(x[0]) / (k + 1))) is None  # no sum


@slow
def test_a_bound_that_grows_too_slowly_with_k_is_not_proved():
    assert "no proof found" in message(BOUNDED, forall(k, far(x[k]) <= far(x[0]) + k * c / 2))


# ---------------------------------------------------------------- what is read
def test_members_are_told_by_how_many_steps_they_are_from_the_kth():
    assert [offset(i, k) for i in (k, k + 1, k + 1 + 2, 2 * k, N + 1)] == [0, 1, 3, None, None]
    assert [linear(t, N) for t in (2 * (N + 1), 3 + N + N, N * N)] == [(2, 2), (2, 3), None]
    assert is_step(forall(k, far(x[k + 2]) <= far(x[k + 1])))
    assert not is_step(forall(k, far(x[k + 1]) <= far(x[0])))


def test_what_is_proved_of_points_is_proved_of_the_members_they_stand_for():
    goal = far(x[k + 3]) <= far(x[k + 1])
    readings = list(any_steps(Proof("t", CONTRACTING, goal), goal))
    assert [len(r.members) for r in readings] == [3, 4]  # from x_{k+1} on, then from x_k on
    for reading in readings:
        assert not any(t in (x, k) for t in free_variables([reading.claim, *reading.told]))
    twice = far(x[k + 1]) + far(x[N]) <= 1
    assert not list(any_steps(Proof("t", CONTRACTING, twice), twice))


def test_a_claim_about_later_members_is_moved_to_the_last_one():
    moved = shifted(forall(N, far(x[N + 2]) <= c * far(x[0]) / (4 * N + 9)))
    assert moved.by == 2
    n = number(3, NAT)
    at = far(x[3]) <= c * far(x[0]) / (4 * as_real(n) + 1)
    assert open_binder(moved.plain, n) == at
    assert open_binder(moved.goal, n) == implies(n >= 2, at)
    count = Naturals("M M_")[0]
    assert moved.value(1 / (4 * as_real(count) + 1), count, N) == 1 / (4 * as_real(N) + 9)
    for other in (far(x[N]) <= 1, far(x[2 * N + 1]) <= 1, far(x[N + 1]) <= Q**N):
        assert shifted(forall(N, other)) is None


# ---------------------------------------------------------------- for all N
def test_bounds_for_all_numbers_of_steps_are_found_of_later_members():
    asked = lemma(PROXIMAL, forall(N, gap(x[N + 1]) <= rho * far(x[0])), unknown=rho)
    found = asked.derive().statement.claim
    assert found == forall(N, gap(x[N + 1]) <= 1 / (4 * as_real(N + 1)) * far(x[0]))


def test_a_bound_that_is_too_good_is_refuted_in_its_own_number_of_steps():
    wrong = message(PROXIMAL, forall(N, gap(x[N + 1]) <= far(x[0]) / (4 * (N + 2))))
    assert "M" not in wrong.split("goal")[0]
    assert "N = " in wrong


@slow
def test_a_rate_that_is_the_same_for_all_n_but_0_is_found():
    asked = lemma(PROXIMAL, forall(N, N * gap(x[N]) <= rho * far(x[0])), unknown=rho)
    value = value_in(asked.claim, rho, asked.derive().statement.claim)
    assert evaluated(value) == Fraction(1, 4)


# ---------------------------------------------------------------- what is not found
def test_members_that_are_not_written_out_are_no_verdict():
    for claim, more in [
        (forall(N, far(x[2 * N]) <= Q ** (2 * N) * far(x[0])), {}),
        (forall(N, sq(grad(f, x[2 * N])) <= rho * far(x[N])), dict(unknown=rho)),
    ]:
        wrong = message(CONTRACTING, claim, **more)
        assert "not written out" in wrong
        assert "not provable" not in wrong
        assert "no rate at all" not in wrong
    assert not not_written_out(forall(k, far(x[k]) <= 1), [sq(v) <= 1])  # nothing links them
    assert not not_written_out(far(x[3]) <= far(x[0]), list(CONTRACTING.values()))


def test_a_claim_about_one_of_some_values_is_not_refused_for_its_form():
    given = BOUNDED | dict(lipschitz=forall(v, sq(g(v)) <= L**2))
    bound = far(x[0]) / (2 * N + 1) ** 2 + L**2 / 2
    for times, more in [(1, {}), (rho, dict(unknown=rho))]:
        small = exists(k, conj(k <= N, gap(x[k]) <= times * bound))
        wrong = message(given, forall(N, small), **more)
        assert "not of the form" not in wrong
        assert "of the values for k ≤ N" in wrong


@slow
def test_what_is_said_of_the_first_member_is_no_verdict_either():
    given = CONTRACTING | dict(near=far(x[0]) <= c)
    wrong = message(given, forall(k, far(x[k + 1]) <= Q ** (k * k) * c))
    assert "not provable" not in wrong
    assert "not written out" in wrong
