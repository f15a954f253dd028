"""How large the ball must be: a radius below √(2f(w₀)/μ) is not enough."""

from plproof import (
    FALSE,
    Function,
    GradientDescent,
    Natural,
    Proposition,
    Reals,
    Sequence,
    Source,
    Space,
    Vector,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    mapsto,
    norm,
    rational,
    sq,
    sqrt,
)
from theorems.over_parameterised.local_pl import LocalPL, local_pl_rate

W = Space("W")
f = Function("f", W)
w = Sequence("w", W)
v, w0 = Vectors("v w0", W)
mu, beta, R, t = Reals("mu beta R t")
k = Natural("k")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 6",),
)
half_square = mapsto(v, sq(v) / 2)

radius_is_reached = Proposition(
    "On half the squared norm gradient descent moves by √(2f(w₀)/μ), where μ = β = 1",
    source=source,
    given=dict(gd=GradientDescent(half_square, w, 1)),
    claim=conj(
        forall(R, LocalPL(half_square, 1, 1, w[0], R)),
        eq(sq(w[1] - w[0]), 2 * half_square(w[0])),
    ),
    note="so no radius below √(2f(w₀)/μ) can be enough; √(8f(w₀)/μ) is, by local_pl_rate",
)


def half_square_is_pl(p, v, w0):
    """Prove that half the squared norm is 1-PL and decreases by enough, on every ball."""
    half_square = mapsto(v, sq(v) / 2)
    with p.fix(v):
        p.have(eq(grad(half_square, v), v), by=p.differentiate(half_square, v)[1])
    gradient = p.last
    with p.fix(w0, R):
        p.have(LocalPL(half_square, 1, 1, w0, R), by=lambda v: [gradient(v)])
    return gradient, p.last


@radius_is_reached.proof
def _(p):
    gradient, local = half_square_is_pl(p, v, w0)
    start = w[0]
    with p.fix(R):
        p.have(LocalPL(half_square, 1, 1, start, R), by=local(start, R))
    every = p.last
    there = p.have(eq(w[1], w[0] - 1 * grad(half_square, w[0])), by=p.gd(0))
    arrived = p.have(eq(w[1], 0), by=[there, gradient(start)])
    far = p.have(eq(sq(w[1] - start), 2 * half_square(start)), by=arrived)
    p.have(radius_is_reached.claim, by=[every, far])


R1 = Space.coordinates(1)
smaller_radius = Proposition(
    "Half the radius √(2f(w₀)/μ) is enough for gradient descent to stay in the ball",
    source=source,
    given=dict(
        mu_pos=mu > 0,
        beta_pos=beta > 0,
        nonnegative=forall(v, f(v) >= 0),
        radius=R >= sqrt(2 * f(w[0]) / mu) / 2,
        local=LocalPL(f, mu, beta, w[0], R),
        gd=GradientDescent(f, w, 1 / beta),
    ),
    claim=forall(k, norm(w[k] - w[0]) <= R),
    expect="refuted",
    repaired=[local_pl_rate],
    spaces={W: R1},
    note="x²/2 and the start 1: the first iterate is 0, at distance 1; local_pl_rate has the "
    "radius √(8f(w₀)/μ), at most twice what is needed",
)


@smaller_radius.proof
def _(p):
    x = Vector("v", R1)
    g, one, half = mapsto(x, sq(x) / 2), R1.basis(1), rational(1, 2)
    path = mapsto(k, rational(0) ** k * one)
    gradient, local = half_square_is_pl(p, x, Vector("w0", R1))
    with p.fix(x):
        p.have(g(x) >= 0, squares=[x])
    start = path[0]
    p.have(LocalPL(g, 1, 1, start, half), by=local(start, half))
    with p.fix(k):
        p.have(eq(path[k + 1], path[k] - rational(1) / 1 * grad(g, path[k])), by=gradient(path[k]))
    p.have(GradientDescent(g, path, rational(1) / 1), by=p.last)
    p.have(2 * g(start) / rational(1) >= 0, squares=[one])
    root = p.root(2 * g(start) / rational(1))[1]
    p.compare_squares(sqrt(2 * g(start) / rational(1)), 1, by=root)
    p.have(half >= sqrt(2 * g(start) / rational(1)) / 2, by=p.last)
    stays = p.statement(1, 1, g, half, path)(1)
    far, square = p.norm(path[1] - start)
    p.have(FALSE, by=[square, stays * far, half * stays])
