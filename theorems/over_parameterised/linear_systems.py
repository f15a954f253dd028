"""Linear systems are the simplest case of near-zero loss: gradient descent solves A w = y."""

from plproof import (
    Converges,
    Corollary,
    DifferentiableMapAt,
    GradientDescent,
    LinearMap,
    Reals,
    Sequence,
    Source,
    Space,
    SquareLoss,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    jac,
    mapsto,
    norm,
)
from theorems.over_parameterised.near_zero_loss import beta, near_zero_loss

W, Y = Space("W"), Space("Y")
A = LinearMap("A", W, Y)
w = Sequence("w", W)
u, v, z = Vectors("u v z", W)
y, r = Vectors("y r", Y)
sigma, S = Reals("sigma S")
F = mapsto(v, A @ v)

linear_system_solved = Corollary(
    "Gradient descent on ½‖Aw − y‖² converges to a solution of Aw = y when A is onto",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "",
        "introduction: gradient descent reaches near-zero training loss",
    ),
    given=dict(
        sigma_pos=sigma > 0,
        S_nonnegative=S >= 0,
        conditioned=forall(r, sigma * norm(r) <= norm(A.T @ r)),
        bounded=forall(z, norm(A @ z) <= S * norm(z)),
        gd=GradientDescent(SquareLoss(F, y), w, 1 / beta),
    ),
    claim=exists(v, conj(Converges(w, v), eq(A @ v, y))),
    note="near_zero_loss with ε = 0; singular values of A lie between σ and S",
)


@linear_system_solved.proof
def _(p):
    with p.fix(v):
        slope = p.differentiate(F, v)
        smooth = p.have(DifferentiableMapAt(F, v), by=slope[0])
        along = p.have(forall(z, eq(jac(F, v) @ z, A @ z)), by=slope[1])
        p.have(conj(smooth.claim, along.claim))
    derivative = p.last
    radius = 4 * norm(F(w[0]) - y) / sigma
    with p.fix(v), p.suppose(norm(v - w[0]) <= radius):
        p.have(DifferentiableMapAt(F, v), by=derivative(v)[0])
    change = norm((jac(F, u) - jac(F, v)) @ z)
    with p.fix(v, u, z), p.suppose(norm(v - w[0]) <= radius), p.suppose(norm(u - w[0]) <= radius):
        still = p.have(
            eq((jac(F, u) - jac(F, v)) @ z, 0), by=[derivative(u)[1](z), derivative(v)[1](z)]
        )
        nn = p.norm((jac(F, u) - jac(F, v)) @ z)[1]
        p.have(change * change <= 0, by=[nn, (jac(F, u) - jac(F, v)) @ z * still])
        p.compare_squares(change, 0, by=p.last)
        p.have(change <= 0 * norm(u - v) * norm(z), by=p.last)
    start = w[0]
    with p.fix(r):
        off = jac(F, start).T @ r - A.T @ r
        same = p.zero_vector(off, by=r * derivative(start)[1](off))
        nn, mm = p.norm(A.T @ r)[1], p.norm(jac(F, start).T @ r)[1]
        p.compare_squares(
            norm(A.T @ r),
            norm(jac(F, start).T @ r),
            by=[nn, mm, (jac(F, start).T @ r + A.T @ r) * same],
        )
        p.have(sigma * norm(r) <= norm(jac(F, start).T @ r), by=[p.last, p.conditioned(r)])
    with p.fix(z):
        p.have(norm(jac(F, start) @ z) <= S * norm(z), by=[derivative(start)[1](z), p.bounded(z)])
    p.have(8 * 0 * norm(F(start) - y) <= sigma**2)
    found = p.use(near_zero_loss, F=F, epsilon=0)
    with p.obtain(found[1], v) as there:
        p.have(eq(A @ v, y), by=there[1][1])
        p.exhibit(linear_system_solved.claim, v, by=[there[1][0], p.last])
