"""Methods are read from hypotheses as they are said, and what is no method is left alone."""

from plproof.kernel.normal import NormalForm
from plproof.laboratory.modelling.recursions import Method, Rule
from plproof.laboratory.modelling.stationarity import gradient
from plproof.language import (
    Sequence,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
    show,
    sq,
)
from plproof.theory.functions import Minimiser, Smooth
from plproof.theory.methods import GradientDescent
from tests.laboratory import statements as the

f, x, xs, y, z, v, k = the.f, the.x, the.xs, the.y, the.z, the.v, the.k
beta, mu, eta = the.beta, the.mu, the.eta
w = Sequence("w", the.E)


def test_recursions_with_momentum_and_several_sequences():
    step = eq(x[k + 2], x[k + 1] - eta * grad(f, w[k]) + mu * (x[k + 1] - x[k]))
    for same in (eq(x[k + 1], w[k + 1]), eq(w[k + 1], x[k + 1])):
        method = Method.of([Smooth(f, beta), forall(k, conj(step, same)), mu > 0])
        assert method.starts(x) == [0, 1] and method.starts(w) == [0]
        assert method.rest == (Smooth(f, beta), mu > 0)
    assert Method.of([eq(w[0], y)]).rule(w, 0).place == y and Method.of([]).starts(x) is None
    descent = Method.of([GradientDescent(f, x, 1 / beta), Minimiser(f, xs)])
    assert show(descent.rule(x, 3).place) == "x_k − 1/β·∇f(x_k)" and descent.rule(x, 0) is None
    assert descent.rest == (Minimiser(f, xs),) and not descent.implicit()


def test_no_member_is_given_twice():
    step = forall(k, eq(x[k + 1], x[k] - eta * grad(f, x[k])))
    one = eq(x[1], eta * y), eq(x[3], eta * y)
    for other in (forall(k, eq(x[k + 2], x[k])), *one, forall(k, eq(x[k], eta * y))):
        method = Method.of([step, other])
        assert len(method.rules[x]) == 1 and method.rest == (other,)
        double = Method.of([conj(step, forall(k, eq(x[k + 2], eta * x[k])))])
        assert len(double.rules[x]) == 1 and len(double.rest) == 1
    assert not Method.of([step, eq(x[0], y)]).rest and Method.of([step]).starts(x) == [0]
    both = forall(k, conj(eq(x[k + 1], eta * x[k]), eq(x[k + 2], mu * x[k])))
    assert not Method.of([both]).rules, "one equation alone is not what is said"


def test_minimisations_are_read_whatever_they_are_called():
    prox = forall(v, f(y) + sq(y - z) / (2 * eta) <= f(v) + sq(v - z) / (2 * eta))
    rule = Method.of([prox]).rule(y)
    assert rule.place == rule.chosen and show(rule.objective) == "f(v) + ‖v − z‖²/(2·η)"
    assert show(Method.of([forall(v, implies(eta > 0, f(y) <= f(v)))]).rest[0]).startswith("∀v")
    line = exists(mu, eq(y, z - mu * grad(f, z)))
    best = forall(mu, f(y) <= f(z - mu * grad(f, z)))
    rule = Method.of([line, best]).rule(y)  # in two hypotheses, or in one
    assert rule == Method.of([conj(line, best)]).rule(y) and rule.chosen is not None


def test_what_only_looks_like_a_minimisation_is_left_alone():
    for other in (
        forall(v, f(y) + sq(y - z) <= f(v) + 2 * sq(v - z)),
        forall(v, f(y) >= f(v)),
        forall(mu, f(y) <= f(z - mu * grad(f, z))),  # y may be anywhere below
        exists(mu, eq(y, z - mu * grad(f, z))),  # anywhere on the line
    ):
        method = Method.of([other])
        assert not method.rules and method.rest == (other,), show(other)


def test_equations_that_have_to_be_solved():
    implicit = forall(k, eq(x[k] - x[k + 1], eta * grad(f, x[k + 1])))
    rule = Method.of([implicit]).rule(x, 1)
    assert rule.offset == 1 and rule.critical and rule.place == rule.chosen
    slope = gradient(rule.objective, rule.chosen)
    form = NormalForm()
    assert slope is not None
    assert not form.difference(slope, rule.chosen - x[rule.index] + eta * grad(f, rule.chosen))
    # of single points, the one that occurs alone is given by the others
    rules = Method.of([eq(y, z - eta * grad(f, y))]).rules
    assert list(rules) == [z] and show(rules[z][0].place) == "y + η·∇f(y)"
    moved = Method.of([forall(k, eq(x[k + 1] - x[k], -eta * grad(f, x[k])))]).rule(x, 1)
    assert moved.chosen is None
    for other in (
        eq(grad(f, y), 0),  # where y is stationary there is no step to it
        forall(k, eq(x[k + 1] + x[k], norm(x[k + 1]) * grad(f, x[k + 1]))),
    ):
        assert Method.of([other]).rest == (other,)
    assert not Method.of([eq(y, eta * z)], fixed=[y, z]).rules
    assert not Method.of([eq(y, eta * z)], before=[Rule(z, None, 0, mu * y)]).rules, "a circle"


def test_line_searches_by_orthogonal_gradients():
    across = eq(ip(grad(f, y), grad(f, z)), 0)
    line = exists(mu, eq(y, z - mu * grad(f, z)))
    step = eq(y, z - mu * grad(f, z))
    for given in ([line, across], [across, line], [across, eq(ip(grad(f, y), y - z), 0)]):
        method = Method.of(given)
        assert method.rule(y).critical and not method.rest
    for given in ([step, across], [across, step]):  # the length is what is chosen
        method = Method.of(given)
        assert method.rule(mu).critical and method.rule(y).chosen is None and not method.rest
    lengths = Sequence("s")
    every = forall(k, conj(eq(x[k + 1], x[k] - lengths[k] * grad(f, x[k])),
                           eq(ip(grad(f, x[k + 1]), grad(f, x[k])), 0)))  # fmt: skip
    assert set(Method.of([every]).rules) == {x, lengths}
    other = eq(ip(grad(f, y), grad(f, xs)), 0)  # not the direction of the line
    for given in ([line, other], [step, other]):
        assert other in Method.of(given, fixed=[xs, z]).rest
