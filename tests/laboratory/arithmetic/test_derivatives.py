"""Derivatives of terms are those of autograd, and within their error; wrong ones are caught."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad as agrad
from autograd import hessian as ahessian
from autograd import jacobian as ajacobian

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.families import SineBumps, draw_family
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.hessians import hessian
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.systems.draw import draw_networks, draw_polynomials
from plproof.laboratory.systems.examples import convex_bowls
from plproof.language import (
    Function,
    LinearMap,
    Reals,
    Space,
    Vectors,
    cos,
    eq,
    forall,
    grad,
    hess,
    hess_along,
    ip,
    jac,
    mapsto,
    norm,
    sin,
    sq,
    sqrt,
)
from plproof.language.terms import free_variables
from plproof.theory.systems import SquareLoss

W, Y = Space("W"), Space("Y")
F, f = Function("F", W, Y), Function("f", W)
A = LinearMap("A", W, Y)
w, v, z = Vectors("w v z", W)
y, u = Vectors("y u", Y)
t = Reals("t")[0]
B, M, N = 4, 3, 2


def systems():
    rng = np.random.default_rng(5)
    polynomial = draw_polynomials(B, N, M, 2, 1, rng)[0]
    return {
        "polynomial": polynomial,
        "bowl": convex_bowls(B, N, M, rng),
        "network": draw_networks(B, N, M, 1, 0, rng)[0],
    }


SYSTEMS = systems()


def model(kind="polynomial", home=False):
    rng = np.random.default_rng(6)
    system = SYSTEMS[kind]
    draw = {x: rng.standard_normal((B, M)) for x in (w, v, z)}
    draw |= {x: rng.standard_normal((B, N)) for x in (y, u)}
    if home:
        draw[w] = system.origin
    values = {x: total.exact(a) for x, a in draw.items()}
    values[A] = total.exact(rng.standard_normal((B, N, M)))
    values[t] = total.exact(rng.standard_normal(B))
    offset = rng.integers(-4, 5, (B, N)) / 2.0
    ones = np.ones((B, M))
    values[f] = SineBumps(np.ones(B), ones, 1.5 * ones, 0.25 * ones, np.zeros(B))
    values[F] = SystemMap(system, offset)
    return Model(B, {"W": M, "Y": N}, values)


def row_map(m, i):
    """Return F of one row for autograd."""
    system = m.values[F]

    def F_(x):
        spread = anp.concatenate([anp.reshape(x, (1, -1))] * B)
        return system.system.residual(spread)[i] + system.offset[i]

    return F_


def bump(x):
    d = x - 0.25
    return anp.sum(d**2 + anp.sin(1.5 * d) ** 2)


CASES = {
    "jac": (jac(F, w), lambda F_, q: ajacobian(F_)(q[w])),
    "adjoint": (jac(F, w).T @ u, lambda F_, q: ajacobian(F_)(q[w]).T @ q[u]),
    "loss": (
        grad(SquareLoss(F, y), w),
        lambda F_, q: agrad(lambda x: anp.sum((F_(x) - q[y]) ** 2) / 2)(q[w]),
    ),
    "loss hessian": (
        hess(SquareLoss(F, y), w),
        lambda F_, q: ahessian(lambda x: anp.sum((F_(x) - q[y]) ** 2) / 2)(q[w]),
    ),
    "hess_along": (
        hess_along(F, w, u),
        lambda F_, q: ahessian(lambda x: anp.dot(F_(x), q[u]))(q[w]),
    ),
    "along a direction": (
        jac(mapsto(w, jac(F, w) @ z), v),
        lambda F_, q: ajacobian(lambda x: ajacobian(F_)(x) @ q[z])(q[v]),
    ),
    "composed": (
        grad(mapsto(z, f(w + t * z) * cos(ip(v, z))), v),
        lambda F_, q: agrad(lambda x: bump(q[w] + q[t] * x) * anp.cos(anp.dot(q[v], x)))(q[v]),
    ),
    "quotients and roots": (
        hess(mapsto(z, sqrt(1 + sq(z)) / (2 + sin(ip(v, z)))), w),
        lambda F_, q: ahessian(
            lambda x: anp.sqrt(1 + anp.dot(x, x)) / (2 + anp.sin(anp.dot(q[v], x)))
        )(q[w]),
    ),
    "powers": (
        hess(mapsto(z, ip(v, z) ** 3 * ip(w, z) ** 1), w),
        lambda F_, q: ahessian(lambda x: anp.dot(q[v], x) ** 3 * anp.dot(q[w], x))(q[w]),
    ),
    "linear": (jac(mapsto(z, A @ z - F(w)), v), lambda F_, q: q[A]),
    "hessian of a family": (hess(f, w), lambda F_, q: ahessian(bump)(q[w])),
    "gradient at the gradient": (
        grad(mapsto(z, f(z - grad(f, z) / 4)), w),
        lambda F_, q: agrad(lambda x: bump(x - agrad(bump)(x) / 4))(q[w]),
    ),
}


def agreement(term, truth, m):
    found = m.value(term)
    worst = 0.0
    for i in range(B):
        q = {x: a.value[i] for x, a in m.values.items() if isinstance(a, Tracked)}
        want = truth(row_map(m, i), q)
        value, error = (np.broadcast_to(a, (B, *want.shape))[i] for a in (found.value, found.error))
        assert np.isfinite(error).all() and np.all(SAFETY * UNIT * error <= 1e-9)
        worst = max(worst, float(np.max(np.abs(value - want) / (1 + np.abs(want)))))
    return worst


PAIRS = [
    (name, kind) for name, (t, _) in CASES.items() for kind in SYSTEMS
    if kind == "polynomial" or F in free_variables(t)
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_derivative_is_that_of_autograd(name, kind):
    for home in (False, True):
        assert agreement(*CASES[name], model(kind, home)) <= 1e-8


def test_a_transposed_or_turned_derivative_is_caught():
    m = model()
    square = m.value(jac(mapsto(z, jac(F, w).T @ (jac(F, w) @ z) + ip(v, z) * w), v)).value
    assert np.max(np.abs(square - square.swapaxes(1, 2))) > 0.1, "the test needs an asymmetric map"
    truth = eq(jac(F, w).T @ u, -(jac(F, w).T @ -u))
    assert not np.any(m.truth(truth)[1] < 0)
    wrong = {
        "sign": eq(grad(SquareLoss(F, y), w), -(jac(F, w).T @ (F(w) - y))),
        "transposed": eq(
            jac(mapsto(z, ip(v, z) * w), v) @ z, jac(mapsto(z, ip(v, z) * w), v).T @ z
        ),
        "factor": eq(jac(F, w) @ (2 * z), jac(F, w) @ z),
        "another point": eq(jac(F, w), jac(F, v)),
        "half": eq(hess_along(F, w, u), hess_along(F, w, u / 2)),
    }
    for name, proposition in wrong.items():
        assert np.all(m.truth(proposition)[1] < 0), name
    right = eq(grad(SquareLoss(F, y), w), jac(F, w).T @ (F(w) - y))
    assert np.all(m.truth(right)[1] >= 0)


def test_sampled_points_have_their_own_derivatives():
    m = model()
    bent = forall([w, z], eq(jac(mapsto(v, grad(SquareLoss(F, y), v)), w) @ z, 0))
    assert np.all(m.truth(bent)[1] < 0)
    chain = forall(
        [w, z],
        eq(
            hess(SquareLoss(F, y), w) @ z,
            jac(F, w).T @ (jac(F, w) @ z) + hess_along(F, w, F(w) - y) @ z,
        ),
    )
    low, high = m.truth(chain)
    assert np.all(low == -np.inf) and np.all((high >= 0) & (high < np.inf))
    assert np.all(high >= -1e-9) and np.all(m.tried(chain) < 0), "an equation is never certain"


def test_where_there_is_no_derivative_nothing_is_said():
    m = model()
    low, high = m.truth(eq(grad(mapsto(z, norm(z)), W.zero), 0))
    assert np.all(low == -np.inf) and np.all(high == np.inf)
    low, high = m.truth(eq(grad(mapsto(z, 1 / ip(v, z)), W.zero), 0))
    assert np.all(low == -np.inf) and np.all(high == np.inf)
    with pytest.raises(NotEvaluated, match="higher order"):
        m.value(hess(mapsto(v, ip(hess_along(F, v, u) @ z, z)), w))


@pytest.mark.parametrize("kind", ["sine_bumps", "rotated_sines", "egg_carton", "quartic"])
def test_second_derivatives_of_families_are_those_of_autograd(kind):
    family = draw_family(kind, 3, 3, 10.0, np.random.default_rng(5))
    points = family.centre + np.random.default_rng(6).standard_normal((3, 3))
    found = hessian(family, Tracked(points))
    for row in range(3):
        one = family.take([row])
        theirs = ahessian(lambda p, one=one: one.value(p[None])[0])(points[row])
        error = SAFETY * UNIT * found.error[row]
        assert (np.abs(found.value[row] - theirs) <= error + 1e-13).all() and error.max() < 1e-10
