"""Classes stated with a map of subgradients: the worst case is a function with a choice of them."""

from fractions import Fraction

import pytest

from plproof import (
    Definition,
    Function,
    Lemma,
    Real,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.checking.worst_runs import laboratory_run
from plproof.search.counterexamples.functions.interpolant import with_choices
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.selections import selections, with_gradients
from plproof.search.finding.worst import worst_case

F = Fraction
E = Space("E")
f = Function("f", E)
g = Function("g", E, E)
x0, x1, xs, v, w = Vectors("x0 x1 x* v w", E)
rho = Real("rho")
convex = forall([v, w], f(v) >= f(w) + ip(g(w), v - w))
strong = forall([v, w], f(v) >= f(w) + ip(g(w), v - w) + sq(v - w) / 6)
PROXIMAL = dict(stationary=eq(g(xs), 0), move=eq(x1, x0 - 2 * g(x1)))


def gap(v):
    return f(v) - f(xs)


def test_a_map_of_subgradients_is_recognised_by_what_is_said_of_it():
    Subgradients = Definition("Subgradients", [f, g], convex)
    smooth = forall([v, w], f(v) >= f(w) + ip(g(w), v - w) + sq(g(v) - g(w)) / 2)
    for said in (convex, strong, smooth, Subgradients(f, g), Subgradients(f, g) & eq(g(xs), 0)):
        assert selections([eq(g(xs), 0), said]) == {g: f}
    assert with_gradients(Subgradients(f, g), {g: f}) == forall(
        [v, w], f(v) >= f(w) + ip(grad(f, w), v - w)
    )
    twice = with_gradients(g(x0 - g(x0)), {g: f})
    assert twice == grad(f, x0 - grad(f, x0))


@pytest.mark.parametrize(
    "said",
    [
        forall([v, w], ip(g(v) - g(w), v - w) >= 0),
        forall([v, w], f(v) >= f(w) - ip(g(w), v - w)),
        forall([v, w], f(v) >= f(w) + ip(g(v), v - w)),
        forall([v, w], f(v) >= f(w) + 2 * ip(g(w), v - w)),
        forall(v, f(v) >= f(xs) + ip(g(xs), v - xs)),
    ],
    ids=["monotone", "turned round", "at the other point", "twice", "at one point"],
)
def test_other_maps_are_left_alone(said):
    assert selections([said]) == {}


@pytest.mark.parametrize("hair", ["0.99", "0.999999"])
def test_the_proximal_point_method_fails_on_a_cone(hair):
    """Taylor, Hendrickx and Glineur, 2017: the best constant is 1/(4γ)."""
    given = dict(convex=convex, **PROXIMAL)
    bound = rational(hair) / 8
    case = worst_case(Lemma("it", given=given, claim=gap(x1) <= bound * sq(x0 - xs)))
    (cone,) = case.functions.values()
    assert case.violation > 0 and cone.knots == (F(0),) and cone.curvature() == (0, None)
    assert all(case.holds(h) is True for h in given.values())
    assert case.evaluate(g(xs)) == (F(0),), "at the kink the subgradient that is wanted"
    assert case.evaluate(g(x1)) == (cone.slopes(F(1))[0],)
    true = worst_case(Lemma("it", given=given, claim=gap(x1) <= sq(x0 - xs) / 8))
    assert true is None or true.violation == 0


def test_the_laboratory_runs_implicit_steps():
    """Rockafellar, 1976: the distance shrinks by 1 + γμ in every step."""
    given = dict(convex=strong, **PROXIMAL)
    claim = sq(x1 - xs) <= rho * sq(x0 - xs)
    case = worst_case(Lemma("it", given=given, claim=claim), unknown=rho)
    assert case.violation == 0 and case.parameters[rho] == F(9, 25)
    found = laboratory_run(case)
    assert found.left == pytest.approx(float(case.left)) and found.left > 0
    assert found.right == pytest.approx(float(case.right))


def test_only_subgradients_are_chosen():
    cone = Piecewise.bent(F(0), F(-1), [F(0)], [0, 0], [2])
    data = [(0.0, 0.5, 0.0), (1.0, 1.0, 1.0)]
    assert with_choices(cone, data, F).slope(F(0)) == F(1, 2)
    assert with_choices(cone, [(0.0, 1.5, 0.0)], F) == cone
    assert with_choices(cone, data[1:], F) == cone
