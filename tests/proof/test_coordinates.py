"""sympy differentiates in coordinates what the kernel differentiated, and finds what is wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.kernel.calculus import conditions, differentiate
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import (
    Function,
    LinearMap,
    Natural,
    Real,
    Space,
    Vectors,
    cos,
    eq,
    forall,
    grad,
    hess_along,
    ip,
    jac,
    mapsto,
    rational,
    sin,
    sq,
    sqrt,
)
from plproof.language.terms import make
from plproof.proof.coordinates import agrees, display
from plproof.proof.second_opinion import Disagreement, recheck_all

E, Y = Space("E"), Space("Y")
x, a, b, h = Vectors("x a b h", E)
u, e = Vectors("u e", Y)
t = Real("t")
f, F = Function("f", E), Function("F", E, Y)
A, C = LinearMap("A", E, E), LinearMap("C", E, Y)


def derived(function, point=x):
    """Differentiate with everything it needs assumed."""
    premises = [assume(proposition=c[0]) for c in conditions(function, point)]
    return differentiate(*premises, function=function, point=point)


def saying(step, conclusion) -> Thm:
    """Return a forged copy of a step with another conclusion: what a wrong kernel would make."""
    forged = object.__new__(Thm)
    for name in Thm.__slots__:
        object.__setattr__(forged, name, getattr(step, name))
    object.__setattr__(forged, "conclusion", conclusion)
    return forged


leaves = st.sampled_from(
    [ip(a, x), sq(x), ip(A @ x, x), f(x), f(A @ x + b), ip(grad(f, x), a), t, rational(3), sq(F(x))]
)


def compound(inner):
    """Return what one operation makes of the inner terms."""
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: p[0] / (2 + p[1] ** 2)),
        inner.map(sin),
        inner.map(cos),
        inner.map(lambda s: sqrt(1 + s**2)),
        inner.map(lambda s: s**3),
        inner.map(lambda s: -s),
    )


scalars = st.recursive(leaves, compound, max_leaves=2)
vectors = st.one_of(
    st.tuples(scalars, st.sampled_from([x, A @ x, grad(f, x), jac(F, x).T @ u, C.T @ F(x)])).map(
        lambda p: p[0] * p[1]
    ),
    st.tuples(scalars, st.sampled_from([x, b])).map(lambda p: p[1] / (1 + p[0] ** 2)),
)


@given(scalars)
@settings(max_examples=15, deadline=None)
def test_the_gradient_of_a_function_is_sympys(value):
    assert agrees(derived(mapsto(x, value))) is not False


@given(vectors)
@settings(max_examples=6, deadline=None)
def test_the_derivative_of_a_map_is_sympys(value):
    assert agrees(derived(mapsto(x, value))) is not False


@given(st.sampled_from([sq(x) * ip(a, x), sin(ip(a, x)) * sq(x), 1 / (1 + sq(x)), sqrt(1 + sq(x))]))
@settings(max_examples=4, deadline=None)
def test_second_derivatives_are_sympys(value):
    inner = mapsto(x, value)
    assert agrees(derived(mapsto(x, grad(inner, x)))) is True
    system = mapsto(x, value * e + ip(b, x) * u)
    assert agrees(derived(hess_along(system, x, u).args[0])) is True


@pytest.mark.parametrize(
    "function, wrong",
    [
        (mapsto(x, sq(x)), x),
        (mapsto(x, sq(x)), -2 * x),
        (mapsto(x, ip(A @ x, x)), 2 * (A @ x)),
        (mapsto(x, sin(ip(a, x))), sin(ip(a, x)) * a),
        (mapsto(x, 1 / (1 + sq(x))), 2 * x / (1 + sq(x)) ** 2),
        (mapsto(x, sq(F(x))), jac(F, x).T @ F(x)),
        (mapsto(x, sq(x)), (2 + rational("1e-9")) * x),
    ],
    ids=["half", "sign", "not symmetric", "sine for cosine", "sign of a quotient", "2", "1e-9"],
)
def test_a_wrong_gradient_is_found(function, wrong):
    step = derived(function)
    assert agrees(step) is True
    forged = saying(step, make("and", (step.conclusion.args[0], eq(grad(function, x), wrong))))
    assert agrees(forged) is False, f"{wrong} passes as the gradient of {function}"
    with pytest.raises(Disagreement, match="sympy differentiates otherwise"):
        recheck_all([forged])


def test_a_wrong_derivative_of_a_map_is_found():
    function = mapsto(x, sq(x) * e)
    step = derived(function)
    wrong = forall(h, eq(jac(function, x) @ h, ip(x, h) * e))
    assert agrees(step) is True
    assert agrees(saying(step, make("and", (step.conclusion.args[0], wrong)))) is False


def test_a_counterexample_is_shown_in_coordinates():
    W, R2 = Space.coordinates(3), Space.coordinates(2)
    w = Vectors("w", W)[0]
    system = mapsto(w, ip(W.basis(1), w) * R2.basis(1) + sq(w) * R2.basis(2))
    assert display(system) == "(w₁, w₁² + w₂² + w₃²)"
    assert display(W.basis(2)) == "(0, 1, 0)"
    k = Natural("k")
    assert display(mapsto(k, rational(2) ** k * W.basis(3))) == "(0, 0, 2^k)"
    assert display(mapsto(x, sq(x))) == "", "a space of any dimension has no coordinates"
