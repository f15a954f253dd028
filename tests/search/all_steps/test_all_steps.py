"""Claims for every number of steps: found, with closed forms in the step and in N, and no more."""

from dataclasses import replace
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
    rational,
    searched,
    sq,
)
from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.sorts import LanguageError
from plproof.language.terms import as_real, number
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.proof.unknown import value_in, with_value
from plproof.search.all_steps.claim import read
from plproof.search.all_steps.fit import NoForm, Samples
from plproof.search.all_steps.guess import guesses
from plproof.search.all_steps.lead import stated_at
from plproof.search.all_steps.proof import for_one
from plproof.search.statements.parameters import evaluated
from tests.thorough import slow

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
v, w, xs = Vectors("v w x*", E)
x = Sequence("x", E)
gamma, rho, m, L = Reals("gamma rho m L")
i, k, N = Naturals("i k N")
#: what interpolation says of convex functions that are 1-smooth, and of all that are 1-smooth
CONVEX = f(v) >= f(w) + ip(grad(f, w), v - w) + sq(grad(f, v) - grad(f, w)) / 2
SMOOTH = f(v) - f(w) >= (
    ip(grad(f, v) + grad(f, w), v - w) / 2 + sq(grad(f, v) - grad(f, w)) / 4 - sq(v - w) / 4
)
DESCENT = dict(
    convex=forall([v, w], CONVEX),
    stationary=eq(grad(f, xs), 0),
    method=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]))),
)
PROXIMAL = dict(
    gamma_pos=gamma > 0,
    convex=forall([v, w], f(v) >= f(w) + ip(g(w), v - w)),
    stationary=eq(g(xs), 0),
    method=forall(k, eq(x[k + 1], x[k] - gamma * g(x[k + 1]))),
)
WITHOUT_CONVEXITY = dict(
    smooth=forall([v, w], SMOOTH), method=DESCENT["method"], below=forall(v, m <= f(v))
)


def gap(v):
    return f(v) - f(xs)


def far(c=1):
    return c * sq(x[0] - xs)


def derived(given, claim, **more):
    lemma = Lemma("for all N", given=given, claim=claim, **more)
    lemma.proof(searched())
    return lemma.derive()


def proved(given, claim):
    theorem = derived(given, claim).theorem
    return theorem.conclusion == claim and set(theorem.hypotheses) <= set(given.values())


def test_what_is_weaker_than_the_best_is_proved_for_every_number_of_steps():
    assert proved(DESCENT, forall(N, gap(x[N]) <= far() / (3 * N + 2)))


@slow
def test_shorter_steps_have_potentials_without_a_product():
    half = rational(1, 2) * grad(f, x[k])
    given = DESCENT | dict(method=forall(k, eq(x[k + 1], x[k] - half)))
    assert proved(given, forall(N, gap(x[N]) <= far() / (2 * N + 2)))


def test_multipliers_that_are_not_unique_are_polynomials_in_the_step():
    given = PROXIMAL | dict(method=forall(k, eq(x[k + 1], x[k] - g(x[k + 1]))))
    assert proved(given, forall(N, implies(N >= 1, sq(g(x[N])) <= far() / N**2)))


@slow
def test_a_step_may_be_a_symbol():
    given = DESCENT | dict(
        positive=gamma > 0,
        short=gamma <= 1,
        method=forall(k, eq(x[k + 1], x[k] - gamma * grad(f, x[k]))),
    )
    assert proved(given, forall(N, gap(x[N]) <= far() / (4 * N * gamma + 2)))


@slow
def test_a_step_and_a_constant_of_the_class_may_be_symbols():
    convex = f(v) >= f(w) + ip(grad(f, w), v - w) + sq(grad(f, v) - grad(f, w)) / (2 * L)
    given = dict(
        L_pos=L > 0,
        positive=gamma > 0,
        short=gamma * L <= 1,
        convex=forall([v, w], convex),
        stationary=DESCENT["stationary"],
        method=forall(k, eq(x[k + 1], x[k] - gamma * grad(f, x[k]))),
    )
    best = derived(given, forall(N, gap(x[N]) <= far(rho)), unknown=rho)
    bound = L / (2 * (1 + 2 * L * gamma * as_real(N)))
    assert best.statement.claim == forall(N, gap(x[N]) <= far(bound))


def test_one_of_the_gradients_is_small_for_every_number_of_steps():
    small = sq(grad(f, x[k])) <= 4 * (f(x[0]) - m) / (3 * N + 2)
    assert proved(WITHOUT_CONVEXITY, forall(N, exists(k, conj(k <= N, small))))


def test_the_best_rate_is_found_as_a_function_of_the_number_of_steps():
    claim = forall(N, implies(N >= 1, gap(x[N]) <= far(rho)))
    best = derived(PROXIMAL, claim, unknown=rho)
    assert best.statement.claim == forall(N, implies(N >= 1, gap(x[N]) <= far(1 / (4 * gamma * N))))


@pytest.mark.parametrize(
    ("given", "claim", "why"),
    [
        (DESCENT, gap(x[N]) <= far() / (4 * N + 3), "the claim is false at N = "),
        (DESCENT, gap(x[N]) <= far(rational("0.999999")) / (4 * N + 2), "the claim is false at"),
        (
            DESCENT | dict(method=forall(k, eq(x[k + 1], x[k] - rational(9, 4) * grad(f, x[k])))),
            gap(x[N]) <= far() / (4 * N + 2),
            "the claim is false at N = ",
        ),
        (
            WITHOUT_CONVEXITY,
            exists(k, conj(k <= N, sq(grad(f, x[k])) <= 4 * (f(x[0]) - m) / (3 * N + 3))),
            r"for N = 1 they carry no less than 1\.2 times the right side",
        ),
    ],
    ids=["a step more", "a hair", "too long a step", "the smallest"],
)
def test_what_is_too_good_is_not_proved(given, claim, why):
    with pytest.raises(ProofError, match=why):
        derived(given, forall(N, claim))


@pytest.fixture(scope="module")
def guess():
    goal = forall(N, gap(x[N]) <= far() / (4 * N + 2))
    p = Proof("lemma", DESCENT, goal)
    claim = read(goal, list(DESCENT.values()))
    stated = stated_at(p, claim, ())
    return p, stated, next(guesses(stated))


def test_the_closed_forms_are_those_of_drori_and_teboulle(guess):
    _, stated, found = guess
    weights = {key[1][3]: c for key, c in found.step.items() if key[0] == "instance"}
    at, count = stated.claim.step, stated.claim.count
    for steps in range(1, 12):
        for now in range(steps):
            numbers = {at: number(now, at.sort), count: number(steps, at.sort)}
            values = {evaluated(substitute(c, numbers)) for c in weights.values()}
            between = Fraction(now + 1, 2 * steps - now)
            home = Fraction(2 * steps + 1, (2 * steps - now) * (2 * steps + 1 - now))
            assert values == {between, home}


@pytest.mark.parametrize("where", ["potential", "start", "step", "end"])
def test_a_wrong_guess_proves_nothing(guess, where):
    p, stated, found = guess
    broken = []
    if where == "potential":
        for pair, c in found.potential.grams.items():
            grams = found.potential.grams | {pair: c * rational("1.000001")}
            broken.append(replace(found, potential=replace(found.potential, grams=grams)))
    else:
        forms = getattr(found, where)
        for key, c in forms.items():
            broken.append(replace(found, **{where: forms | {key: c + rational(1, 10**9)}}))
    for wrong in broken[:3]:
        apart = Proof(p.theorem, DESCENT, p.goal)
        with pytest.raises((KernelError, ProofError)), apart.fix(stated.claim.count):
            for_one(apart, stated, wrong)


def test_a_fit_needs_more_points_than_it_has_coefficients():
    samples = Samples([i, N], [])
    for steps in range(1, 10):
        for now in range(steps):
            samples.add({N: Fraction(steps), i: Fraction(now)})
    found = samples.fitted(lambda p: p[i] / (2 * p[N] - p[i]))
    assert found == as_real(i) / (2 * as_real(N) - i)
    with pytest.raises(NoForm):
        samples.fitted(lambda p: Fraction(2) ** int(p[i]))


def test_equal_values_at_other_points_are_another_form():
    samples = Samples([i], [])
    for now in range(9):
        samples.add({i: Fraction(now)})
    assert samples.fitted(lambda p: p[i] + 1 if p[i] < 8 else None) == 1 + as_real(i)
    assert samples.fitted(lambda p: p[i] if p[i] > 0 else None) == as_real(i)


def test_a_value_may_speak_of_the_number_of_steps_and_of_nothing_else():
    lemma = Lemma("it", given=DESCENT, claim=forall(N, gap(x[N]) <= far(rho)), unknown=rho)
    whole = with_value(lemma.statement, rho, 1 / (4 * as_real(N) + 2))
    assert whole.claim == forall(N, gap(x[N]) <= far(1 / (4 * as_real(N) + 2)))
    assert value_in(lemma.claim, rho, whole.claim) == 1 / (4 * as_real(N) + 2)
    with pytest.raises(LanguageError, match="speaks of k"):
        with_value(lemma.statement, rho, as_real(k))


def test_the_best_bound_is_proved_and_explained_in_closed_form():
    goal = forall(N, gap(x[N]) <= far() / (4 * N + 2))
    found = Lemma("Gradient descent", given=DESCENT, claim=goal).find_proof()
    assert found.derive().theorem.conclusion == goal
    shown = repr(found.explain())
    assert "(1 + 2·N)/((2·N − i)·(1 + 2·N − i)) · convex(x*, x_i)" in shown
    assert "(1 + i)/(2·N − i) · convex(x_i, x[i + 1])" in shown
    assert "at N = 2" in shown and ": attained" in shown
