"""Claims that are weaker than need be: weights that are not unique, and rates above the best."""

import pytest

pytest.importorskip("clarabel")

import plproof.search.finding.closed_form as closed_forms
from plproof import (
    Function,
    ProofError,
    Reals,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
    sqrt,
)
from plproof.language.sorts import REAL
from plproof.language.terms import as_real, number
from plproof.proof.certificates import NotFound
from plproof.proof.script import Proof
from plproof.search.claims.least_rates import best_value
from plproof.search.claims.weights import in_closed_form
from plproof.search.counterexamples.evidence import (
    NO_LEAST,
    NO_RATE,
    NO_SMALLEST,
    Evidence,
    NoProof,
)
from plproof.search.finding import weaker
from plproof.search.finding.weaker import _beside, _measure, _with_that_root, from_the_best
from tests.inequalities import smooth_and_convex
from tests.thorough import THOROUGH

E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
mu, L, c, rho = Reals("mu L c rho")
HAIR = rational(1, 10**6)
#: ⟨∇f(y), y − x*⟩ ≥ μ‖y − x*‖² + c‖∇f(y)‖²: a step c contracts by 1 − 2μc, by 2c times this
aiming = forall(y, ip(grad(f, y), y - xs) >= mu * sq(y - xs) + c * sq(grad(f, y)))
AIMING = dict(m=mu > 0, c=c > 0, mc=4 * mu * c <= 1, a=aiming)
curved = forall(
    [y, z],
    f(y)
    >= f(z)
    + ip(grad(f, z), y - z)
    + mu / 2 * sq(y - z)
    + sq(grad(f, y) - grad(f, z) - mu * (y - z)) / (2 * (L - mu)),
)
CURVED = dict(m=mu > 0, o=mu < L, convex=curved, lowest=eq(grad(f, xs), 0))
step = x - grad(f, x) / L


def gap(v):
    return f(v) - f(xs)


def test_the_least_weights_are_functions_of_the_parameters():
    claim = sq(x - c * grad(f, x) - xs) <= (1 - 2 * mu * c) * sq(x - xs)
    p = Proof("aiming", AIMING, claim)
    found = in_closed_form(p, claim, [p.a(x).claim], [c, mu], lightest=True)
    assert found == [2 * c]
    assert Theorem("aiming", given=AIMING, claim=claim).find_proof().derive()


def test_what_is_not_carried_has_no_weights():
    claim = sq(x - c * grad(f, x) - xs) <= (rational(9, 10) - 2 * mu * c) * sq(x - xs)
    p = Proof("aiming", AIMING, claim)
    assert in_closed_form(p, claim, [p.a(x).claim], [c, mu], lightest=True) is None


def test_a_claim_with_room_follows_from_the_best_rate():
    smooth = forall([y, z], smooth_and_convex(f, y, z, L))
    given = dict(positive=L > 0, smooth=smooth, lowest=eq(grad(f, xs), 0))
    claim = gap(step) <= (L / 6 + 1) * sq(x - xs)
    proved = Theorem("room", given=given, claim=claim).find_proof().derive()
    assert proved.outline[0].thm.conclusion == (gap(step) <= L / 6 * sq(x - xs))


@pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH is not set")
def test_a_rate_a_little_above_the_best_follows_from_it():
    claim = gap(step) <= ((1 - mu / L) ** 2 + HAIR) * gap(x)
    assert Theorem("above", given=CURVED, claim=claim).find_proof().derive()


@pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH is not set")
@pytest.mark.parametrize("rate", [(1 - mu / L) ** 2 - HAIR, (1 - HAIR) * (1 - mu / L) ** 2])
def test_a_rate_a_little_below_the_best_is_false(rate):
    with pytest.raises(ProofError, match="the claim is false"):
        Theorem("below", given=CURVED, claim=gap(step) <= rate * gap(x)).find_proof()


def test_what_the_rate_multiplies_may_be_negative(monkeypatch):
    """From f(x) ≤ c·f(y) follows f(x) ≤ (c + h)·f(y) only where f(y) ≥ 0."""
    bound = dict(c=c > 0, a=forall(y, f(x) <= c * f(y)))
    claim = f(x) <= (c + HAIR) * f(z)
    given = dict(bound, low=f(z) >= 0)
    assert Theorem("positive", given=given, claim=claim).find_proof().derive()
    p = Proof("of any sign", bound, claim)
    with pytest.raises(ProofError):
        Theorem("of any sign", given=bound, claim=claim).find_proof()
    monkeypatch.setattr(weaker, "closed_form", lambda *_: c)
    with pytest.raises((NotFound, ProofError)):
        from_the_best(p, claim, (), ())


#: the best rate of a step 1/8 has the root √((2 − μ)/8), and its multiplier has it as denominator
eighth = forall(y, ip(grad(f, y), y - xs) >= mu * sq(y - xs) + sq(grad(f, y)) / 8)
rate_of_eighth = sq(x - grad(f, x) / 8 - xs) <= rho * sq(x - xs)


def eighth_step(bound):
    given = dict(m=mu > 0, bound=bound, a=eighth)
    return Theorem("eighth", given=given, claim=rate_of_eighth, unknown=rho)


def test_a_bound_that_may_be_met_is_named_where_multipliers_are_not_bounded():
    assert eighth_step(mu < 2).find_proof().title == "eighth: ρ = (1/2 + √((2 − μ)/8))²"
    with pytest.raises(ProofError, match="no multipliers that are functions") as raised:
        eighth_step(mu <= 2).find_proof()
    assert "bound may hold with equality" in raised.value.hint
    assert f"{raised.value}".count("≥ 0\n") == 2  # the steps about the root, each once


@pytest.mark.parametrize("stalled", [1, 100])
def test_a_solver_that_stalls_at_some_numbers_is_asked_at_others(monkeypatch, stalled):
    asked = []

    def value(*question):
        asked.append(question)
        if len(asked) <= stalled:
            raise NoProof(Evidence(f"{NO_LEAST} (stalled)", {}))
        return best_value(*question)

    monkeypatch.setattr(closed_forms, "best_value", value)
    p = Proof("eighth", dict(m=mu > 0, bound=mu < 2, a=eighth), rate_of_eighth)
    question = (p.hypotheses()[0].claim, p.bound.claim), rho, rate_of_eighth, [p.a(x).claim], [mu]
    if stalled == 1:
        assert f"{closed_forms.closed_form(*question)}" == "(1/2 + √((2 − μ)/8))²"
    else:
        with pytest.raises(NoProof, match="finds no least rate"):
            closed_forms.closed_form(*question)


@pytest.mark.parametrize("verdict", [NO_RATE, NO_SMALLEST])
def test_a_verdict_at_some_numbers_is_one(monkeypatch, verdict):
    asked = []

    def value(*question):
        asked.append(question)
        raise NoProof(Evidence(verdict, {}))

    monkeypatch.setattr(closed_forms, "best_value", value)
    with pytest.raises(NoProof):
        closed_forms.closed_form([mu > 0], rho, rate_of_eighth, [], [mu])
    assert len(asked) == 1


def test_the_points_at_which_hypotheses_were_used_are_named():
    descent = forall([y, z], f(y) <= f(z) + ip(grad(f, z), y - z) + sq(y - z) / 2)
    inner = forall(y, ip(grad(f, y), y - xs) >= (f(y) - f(xs)) / 2)
    given = dict(inner=inner, descent=descent, low=forall(y, f(xs) <= f(y)))
    statement = Theorem("point", given=given, claim=sq(x - grad(f, x) / 2 - xs) <= sq(x - xs))
    with pytest.raises(ProofError) as raised:
        statement.find_proof()
    assert "used at x, x*: if a proof takes another point" in raised.value.hint
    assert "searched(points=[x - t * grad(f, x)])" in raised.value.hint
    assert statement.find_proof(points=[x - grad(f, x)]).derive()


def test_a_multiple_of_a_root_is_written_with_it():
    own, root = sqrt(8 / (2 + mu) ** 2), sqrt(as_real(number(2)))
    told = [mu > 0, L > 0]
    found = _with_that_root(1 - own, root, [mu], told[:1])
    assert f"{found}" == "1 − 2/(2 + μ)·√2"
    assert _with_that_root(1 - own, sqrt(mu * L), [mu, L], told) == 1 - own  # no multiple


def test_what_a_rate_multiplies_is_read_as_it_is_written():
    whole = _beside(rho * sq(y) / 2 - (rho * c - sq(x)), rho)
    assert whole == sq(y) / 2 - c and _beside(sq(x), rho) == number(0, REAL)
    for other in (rho * rho, c / rho, rho**2 * c, sqrt(rho)):
        assert _beside(other, rho) is None
    measure = _measure(sq(x) <= rho * sq(y) + c * sq(x), rho)
    assert measure == sq(y)  # and not 1·‖y‖² + … − (0·‖y‖² + …)
    assert _measure(sq(x) - rho * c <= sq(y), rho) == c
