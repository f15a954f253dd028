"""Statements declared to be refuted are refuted by a function that was found."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Differentiable,
    Function,
    ProofError,
    Real,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    implies,
    ip,
    rational,
    searched,
    sq,
)
from plproof.proof.script import Proof
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric
from plproof.search.counterexamples.piecewise_script import PiecewiseScript
from plproof.search.counterexamples.quadratic_script import QuadraticScript
from plproof.search.counterexamples.witness import WorstCase
from tests.thorough import THOROUGH

E, LINE = Space("E"), Space.coordinates(1)
f = Function("f", E)
x, x1, xs = Vectors("x x1 x*", E)
mu, L = Reals("mu L")
HAIR = rational("0.999999")
STRONG = dict(
    mu_pos=mu > 0,
    order=mu < L,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, mu),
    stationary=eq(grad(f, xs), 0),
    descent=eq(x1, x - grad(f, x) / L),
)


def refuted(claim, spaces=None, **changes):
    theorem = Theorem(
        "one step", given=STRONG | changes, claim=claim, expect="refuted", spaces=spaces
    )
    theorem.proof(searched())
    return theorem.derive()


def distance(factor):
    return sq(x1 - xs) <= factor * (1 - mu / L) ** 2 * sq(x - xs)


def test_a_rate_too_good_is_refuted_by_the_kernel():
    thm = refuted(distance(HAIR), {E: LINE}).theorem
    assert not thm.axioms and not thm.admits and not thm.hypotheses


def test_the_space_has_to_be_declared():
    with pytest.raises(ProofError, match=r"false in ℝ\^1: f\(x\) = .*Space.coordinates\(1\)"):
        refuted(distance(HAIR))


def test_what_is_true_is_not_refuted():
    with pytest.raises(ProofError, match="no function was found with which"):
        refuted(distance(1), {E: LINE})


def test_a_function_with_a_kink_is_named():
    a, b = Vectors("a b", E)
    given = dict(
        convex=forall([a, b], f(a) >= f(b) + ip(grad(f, b), a - b)),
        slopes=forall(a, sq(grad(f, a)) <= 1),
        minimum=forall(a, f(xs) <= f(a)),
        near=sq(x - xs) <= 1,
    )
    theorem = Theorem(
        "how high", given=given, claim=f(x) - f(xs) <= HAIR, expect="refuted", spaces={E: LINE}
    )
    theorem.proof(searched())
    with pytest.raises(ProofError, match=r"not by a quadratic, .* without kinks, .* = \|x\|"):
        theorem.derive()


def of_huber(hypothesis):
    """Prove what is said of f where f is Huber's function, its bounds and its gradient given."""
    huber = Piecewise.bent(Fraction(0), Fraction(0), [Fraction(-1, 3), Fraction(1, 3)], [0, 1, 0])
    line, one, zero = Metric.standard(1), (Fraction(1),), (Fraction(0),)
    case = WorstCase(
        f(x) <= 0, {}, {f: huber}, {x: one, xs: zero}, {}, line, Fraction(1), Fraction(0), ()
    )
    theorem = Theorem("it", given=dict(said=hypothesis, still=eq(xs, 0 * xs)), claim=f(x) <= 0)
    script = PiecewiseScript(theorem.statement, {"E": LINE.name}, case, huber)
    u, v = script.x, script.y
    s = ip(script.axes[0], v - u)
    beyond = script.f(v) - script.f(u) - script._along(u) * s
    bounds = forall([u, v], conj(0 * s**2 <= beyond, beyond <= rational(1, 2) * s**2))
    gradient = forall(u, eq(grad(script.f, u), script._slope(u)))
    smooth = Differentiable(script.f)
    p = Proof("it", dict(bounds=bounds, gradient=gradient, smooth=smooth), script.given[0])
    script.bounds, script.at, script.told = p.bounds, {}, []
    script._established(p, script.given[0], p.gradient)
    assert p.last.claim == script.given[0]


def test_points_of_a_claim_that_no_variable_names_are_what_they_are():
    step = x - grad(f, x)
    claim = f(step - grad(f, step)) - f(xs) <= sq(x - xs) / 100
    huber = Piecewise.bent(Fraction(0), Fraction(0), [Fraction(-1, 3), Fraction(1, 3)], [0, 1, 0])
    points = {x: (Fraction(1),), xs: (Fraction(0),)}
    case = WorstCase(
        claim, {}, {f: huber}, points, {}, Metric.standard(1), Fraction(1), Fraction(0), ()
    )
    stated = Theorem("it", given=dict(still=eq(xs, 0 * xs)), claim=claim)
    script = PiecewiseScript(stated.statement, {"E": LINE.name}, case, huber)
    gradient = forall(script.x, eq(grad(script.f, script.x), script._slope(script.x)))
    p = Proof("it", dict(gradient=gradient), script.goal)
    script.at = {v: script._at_number(p, v, p.gradient) for v in script.numeric}
    e = script.axes[0]
    found = [fact.claim for fact in script._placed(p)]
    once, place = e - grad(script.f, e), rational(2, 3) * e
    again = e - grad(script.f, e) - grad(script.f, place)
    assert found == [eq(once, place), eq(again, rational(1, 3) * e)]


def test_a_simple_quadratic_comes_before_a_function_of_two_pieces():
    claim = f(x - 2 * grad(f, x)) <= f(x) - sq(grad(f, x)) / 100
    theorem = Theorem(
        "it", given=dict(smooth=Smooth(f, 1)), claim=claim, expect="refuted", spaces={E: LINE}
    )
    theorem.proof(searched())
    assert not theorem.derive().theorem.axioms


def test_a_script_that_fails_is_told_in_a_sentence(monkeypatch):
    def fails(self, p):
        p.have(mu > 0)

    monkeypatch.setattr(QuadraticScript, "__call__", fails)
    message = r"^[^\n]*the statement is false, but the kernel was not shown[^\n]*f\(x\) = "
    with pytest.raises(ProofError, match=message) as told:
        refuted(distance(HAIR), {E: LINE})
    assert "step " not in str(told.value).partition("\n")[2]


a, b, c = Vectors("a b c", E)
t = Real("t")


@pytest.mark.parametrize(
    "said",
    [
        Smooth(f, rational(1, 3) + rational(2, 3)),
        forall([a, b, c], sq(a - b) + sq(c) >= 0),
        forall([a, b], forall(t, t**2 * sq(a - b) >= 0)),
        forall([a, b], forall(t, implies(t >= 0, t * sq(a - b) >= 0))),
    ],
    ids=["a sum", "three points", "a number", "a condition"],
)
def test_hypotheses_of_other_forms_are_shown_of_hubers_function(said):
    of_huber(said)


@pytest.mark.parametrize(
    "said", [Smooth(f, rational(1, 3) + rational(1, 3)), forall([a, b, c], sq(a - b) >= sq(c))]
)
def test_what_is_not_so_of_hubers_function_is_not_shown(said):
    with pytest.raises(ProofError):
        of_huber(said)


@pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH=1: seconds for every step")
@pytest.mark.parametrize("named", [True, False])
def test_hubers_function_is_shown_to_the_kernel(named):
    a, b = Vectors("a b", E)
    apart, slopes = a - b, grad(f, a) - grad(f, b)
    bent = (sq(slopes) + sq(apart) / 100 - ip(slopes, apart) / 50) * rational(50, 99)
    if named:
        given, bound = dict(convex=StronglyConvex(f, 0)), HAIR * L / 6
        thm = refuted(f(x1) - f(xs) <= bound * sq(x - xs), {E: LINE}, **given).theorem
    else:
        given = dict(
            smooth=forall([a, b], f(a) >= f(b) + ip(grad(f, b), apart) + bent),
            still=eq(grad(f, xs), 0),
            descent=eq(x1, x - grad(f, x)),
        )
        claim = f(x1) - f(xs) <= sq(x - xs) / 7
        theorem = Theorem("step", given=given, claim=claim, expect="refuted", spaces={E: LINE})
        theorem.proof(searched())
        thm = theorem.derive().theorem
    assert [name for name, _ in thm.axioms] == ["gradient"]
    assert not thm.admits and not thm.hypotheses
