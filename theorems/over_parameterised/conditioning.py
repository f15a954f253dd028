"""A well-conditioned derivative makes the square loss PL, and stays well conditioned nearby."""

from plproof import (
    DifferentiableMapAt,
    Function,
    Lemma,
    LinearMap,
    Proposition,
    Reals,
    Source,
    Space,
    SquareLoss,
    Vectors,
    forall,
    grad,
    jac,
    norm,
    sq,
)
from theorems.over_parameterised.systems_and_losses import gradient_of_the_square_loss

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
A = LinearMap("A", W, Y)
w, w0, z = Vectors("w w0 z", W)
y, r = Vectors("y r", Y)
mu, sigma, eps, R, c = Reals("mu sigma epsilon R c")
loss = SquareLoss(F, y)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Liu, Zhu and Belkin, 2022, Theorem 4",),
)

conditioned_is_pl = Proposition(
    "Where ‖DF(w)ᵀr‖² ≥ μ‖r‖² the square loss satisfies the PL inequality with constant μ",
    source=source,
    given=dict(
        differentiable=DifferentiableMapAt(F, w),
        conditioned=forall(r, mu * sq(r) <= sq(jac(F, w).T @ r)),
    ),
    claim=sq(grad(loss, w)) / 2 >= mu * loss(w),
    note="the condition says that the tangent kernel DF(w)DF(w)ᵀ has no eigenvalue below μ",
)


@conditioned_is_pl.proof
def _(p):
    slope = p.use(gradient_of_the_square_loss)[1]
    p.have(conditioned_is_pl.claim, by=[slope, p.conditioned(F(w) - y)])


adjoint_bound = Lemma(
    "The adjoint of a linear map has the same bound",
    source=Source("Functional Analysis", label="Theorem 4.10", references=("Rudin, 1991",)),
    given=dict(bounded=forall(z, norm(A @ z) <= c * norm(z)), c_nonnegative=c >= 0),
    claim=forall(r, norm(A.T @ r) <= c * norm(r)),
)


@adjoint_bound.proof
def _(p):
    with p.fix(r):
        u = A.T @ r
        nn, m0 = p.norm(u)[1], p.norm(r)[0]
        both = p.have(
            norm(u) * norm(u) <= c * norm(u) * norm(r),
            by=[nn, p.cauchy_schwarz(A @ u, r), p.bounded(u) * m0],
        )
        with p.cases():
            with p.case(norm(u) <= 0) as flat:
                p.have(norm(u) <= c * norm(r), by=[flat, c * m0])
            with p.case(0 < norm(u)):
                p.have(norm(u) <= c * norm(r), by=1 / norm(u) * both)


stays_conditioned = Proposition(
    "‖DF(w)ᵀr‖ ≥ (σ − εR)‖r‖ on the ball of radius R, when DF is ε-Lipschitz from its centre",
    source=source,
    given=dict(
        eps_nonnegative=eps >= 0,
        lipschitz=forall(z, norm((jac(F, w) - jac(F, w0)) @ z) <= eps * norm(w - w0) * norm(z)),
        conditioned=forall(r, sigma * norm(r) <= norm(jac(F, w0).T @ r)),
        near=norm(w - w0) <= R,
    ),
    claim=forall(r, (sigma - eps * R) * norm(r) <= norm(jac(F, w).T @ r)),
)


@stays_conditioned.proof
def _(p):
    change = jac(F, w) - jac(F, w0)
    p.have(eps * norm(w - w0) >= 0, by=eps * p.norm(w - w0)[0])
    turned = p.use(adjoint_bound, A=change, c=eps * norm(w - w0))
    with p.fix(r):
        both = p.triangle(jac(F, w).T @ r, -(change.T @ r))
        p.have(
            (sigma - eps * R) * norm(r) <= norm(jac(F, w).T @ r),
            by=[both, turned(r), p.conditioned(r), eps * (p.near * p.norm(r)[0])],
        )
