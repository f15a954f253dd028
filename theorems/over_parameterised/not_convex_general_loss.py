"""The repaired Proposition for a general loss ℓ with ∇ℓ(F(w*)) = 0."""

from plproof import (
    ConvexOn,
    Function,
    Loss,
    PositiveIndexAbove,
    Proposition,
    TwiceDifferentiableAt,
    TwiceDifferentiableMapAt,
    disj,
    eq,
    forall,
    grad,
    hess,
    implies,
    ip,
    jac,
    ne,
    neg,
    rank,
)
from theorems.over_parameterised.negative_curvature import form_on_the_kernel_breaks_convexity, w
from theorems.over_parameterised.not_convex_by_rank import large_rank_gives_large_index
from theorems.over_parameterised.not_convex_near_minimum import (
    F,
    H,
    Y,
    large_index_meets_the_kernel,
    r,
    source,
    u,
    v,
    ws,
    z,
)
from theorems.over_parameterised.second_order import hessian_along_is_symmetric

loss = Function("l", Y)
given = dict(
    smooth=TwiceDifferentiableMapAt(F, ws),
    smooth_loss=TwiceDifferentiableAt(loss, F(ws)),
    critical=eq(grad(loss, F(ws)), 0),
    direction=eq(u, hess(loss, F(ws)) @ (jac(F, ws) @ v)),
)
not_convex = forall(r, implies(r > 0, neg(ConvexOn(Loss(loss, F), ws, r))))
index = disj(PositiveIndexAbove(H, Y.dim), PositiveIndexAbove(-H, Y.dim))

not_convex_general_loss = Proposition(
    "Where more than dim Y eigenvalues of ∇²⟨u, F⟩(w*), u = ∇²ℓ(F(w*))DF(w*)v, have one sign, the "
    "loss ℓ(F) is convex on no ball around w*",
    source=source,
    given=given | dict(index=index),
    claim=not_convex,
    note="the Proposition, repaired, for a general loss: ∇ℓ(F(w*)) = 0 is all that is used of a "
    "minimum; with the square loss u is DF(w*)v",
)


@not_convex_general_loss.proof
def _(p):
    some = p.use(large_index_meets_the_kernel, A=jac(F, ws), B=H)
    with p.obtain(some, z) as found:
        p.have(eq(jac(F, ws) @ z, 0), by=found[0])
        p.have(ne(ip(H @ z, z), 0), by=found[1])
        p.have(eq(hess(loss, F(ws)) @ (jac(F, ws) @ v), u), by=p.direction)
        p.have(p.goal, by=p.use(form_on_the_kernel_breaks_convexity, {w: ws}))


not_convex_general_loss_by_rank = Proposition(
    "Where the rank of ∇²⟨u, F⟩(w*), u = ∇²ℓ(F(w*))DF(w*)v, is above 2n, the loss ℓ(F) is convex "
    "on no ball around w*",
    source=source,
    given=given | dict(large=2 * Y.dim < rank(H)),
    claim=not_convex,
)


@not_convex_general_loss_by_rank.proof
def _(p):
    p.have(eq(H.T, H), by=p.use(hessian_along_is_symmetric, w=ws))
    p.have(index, by=p.use(large_rank_gives_large_index, B=H, n=Y.dim))
    p.have(p.goal, by=not_convex_general_loss)
