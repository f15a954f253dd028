"""Inequalities for all vectors on quadratics: what is said to hold does, also in two points."""

import numpy as np
import pytest

from plproof import Function, Reals, Space, Vectors, forall, grad, ip, norm, sq
from plproof.laboratory.arithmetic import total
from plproof.laboratory.families.quadratic import Quadratic
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.modelling.quadratics import quadratic_inequality

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
L, mu = Reals("L mu")
ROWS, D = 60, 3


@pytest.fixture(scope="module")
def drawn() -> tuple[Model, np.ndarray]:
    """Quadratics with L and μ near the ends of their spectra, and the spectra."""
    rng = np.random.default_rng(5)
    ends = np.sort(rng.uniform(0.2, 4.0, (ROWS, D)), axis=1)
    turned = np.linalg.qr(rng.standard_normal((ROWS, D, D)))[0]
    hessian = np.einsum("bij,bj,bkj->bik", turned, ends, turned)
    hessian = (hessian + hessian.swapaxes(1, 2)) / 2
    family = Quadratic(hessian, rng.standard_normal((ROWS, D)), rng.standard_normal(ROWS))
    near = rng.choice([0.8, 0.99, 1.01, 1.2], (2, ROWS))
    values = {L: near[0] * ends[:, -1], mu: near[1] * ends[:, 0]}
    model = Model(ROWS, {"E": D}, {f: family, **{v: total.exact(n) for v, n in values.items()}})
    return model, np.stack([values[L] > ends[:, -1], values[mu] < ends[:, 0]])


d, g = x - y, grad(f, x) - grad(f, y)
UPPER = {
    "squares of gradients": sq(g) <= L**2 * sq(d),
    "turned round": L**2 * sq(d) >= sq(g),
    "divided": sq(g) / L**2 <= sq(d),
    "norms": norm(g) <= L * norm(d),
    "values": f(x) <= f(y) + ip(grad(f, y), d) + L / 2 * sq(d),
    "a difference of values": f(x) - f(y) <= ip(grad(f, y), d) + L / 2 * sq(d),
    "products": ip(g, d) <= L * sq(d),
}
LOWER = {
    "products": ip(g, d) >= mu * sq(d),
    "values": f(x) >= f(y) + ip(grad(f, y), d) + mu / 2 * sq(d),
    "from the other point": f(y) >= f(x) - ip(grad(f, x), d) + mu / 2 * sq(d),
}


@pytest.mark.parametrize(
    ("p", "which"),
    [*((p, 0) for p in UPPER.values()), *((p, 1) for p in LOWER.values())],
    ids=[*(f"smooth, {n}" for n in UPPER), *(f"strongly convex, {n}" for n in LOWER)],
)
@pytest.mark.parametrize("order", [(x, y), (y, x)], ids=["x first", "y first"])
def test_a_class_stated_in_two_points_is_decided_by_the_spectrum(drawn, p, which, order):
    model, truth = drawn
    found = quadratic_inequality(model, forall(list(order), p))
    assert truth[which].any() and not truth[which].all()
    assert not (found & ~truth[which]).any(), "a function outside the class was let in"
    assert (found == truth[which]).all(), "a function of the class was left out"


@pytest.mark.parametrize(
    "p",
    [
        ip(g, x + y) >= 0,
        ip(g, d) >= mu * sq(x),
        f(x) - f(y) <= L / 2 * sq(d),
        f(x) <= f(y) + ip(grad(f, x), d) - L * sq(d),
        sq(grad(f, x)) <= L**2 * sq(d),
        sq(g) <= L**2 * sq(d) - 1,
    ],
    ids=str,
)
def test_what_fails_somewhere_is_not_said_to_hold(drawn, p):
    model, _ = drawn
    assert not quadratic_inequality(model, forall([x, y], p)).any()
