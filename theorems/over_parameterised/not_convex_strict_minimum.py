"""The repaired Proposition for a loss that need not have a second derivative: strict minima.

Near F(w*) there are points where ∇ℓ is a small multiple of ±u, minima of a tilted loss; F takes
these values near w*, as DF(w*) is onto, and there ⟨∇ℓ, F⟩ has negative curvature on the kernel.
"""

from plproof import (
    LOCAL_SURJECTIVITY,
    ConvexOn,
    DifferentiableAt,
    Function,
    Loss,
    Onto,
    PositiveIndexAbove,
    Proposition,
    Reals,
    StrictDerivative,
    Subspace,
    TwiceDifferentiableMapAt,
    Vectors,
    conj,
    disj,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    member,
    ne,
    neg,
    norm,
    rational,
    sq,
)
from theorems.functions.below import below_four
from theorems.functions.tilted_minimum import R as tilted_R
from theorems.functions.tilted_minimum import a, f, tilted_minimum, y
from theorems.over_parameterised.curved_along_the_gradient import (
    convex_on_smaller_balls,
    curved_along_the_gradient,
)
from theorems.over_parameterised.not_convex_near_minimum import (
    F,
    W,
    Y,
    kernel_meets_large_subspaces,
    source,
    u,
    ws,
    z,
)
from theorems.over_parameterised.second_order import (
    hessian_of_a_multiple,
    hessian_of_the_opposite,
)

loss = Function("l", Y)
w = Vectors("w", W)[0]
q = Vectors("q", Y)[0]
N = Subspace("N", W)
r, c, eps, delta, b, r1, r2, d, s, R = Reals("r c epsilon delta b r1 r2 d s R")
half = rational(1, 2)


def form(at, u):
    """Return the form ⟨∇²⟨u, F⟩(at)z, z⟩."""
    return ip(hess_along(F, at, u) @ z, z)


change = form(w, u) - form(ws, u)
steady = conj(change <= eps * sq(z), -(eps * sq(z)) <= change)
continuous = forall(
    eps,
    implies(
        eps > 0,
        exists(delta, conj(delta > 0, forall([w, z], implies(norm(w - ws) <= delta, steady)))),
    ),
)
twice_near = exists(
    r, conj(r > 0, forall(w, implies(norm(w - ws) <= r, TwiceDifferentiableMapAt(F, w))))
)
near = implies(norm(q - F(ws)) <= r, ne(q, F(ws)), loss(F(ws)) < loss(q))
strict = exists(r, conj(r > 0, forall(q, near)))
smooth_near = exists(
    r, conj(r > 0, forall(q, implies(norm(q - F(ws)) <= r, DifferentiableAt(loss, q))))
)
H = hess_along(F, ws, u)
not_convex = forall(r, implies(r > 0, neg(ConvexOn(Loss(loss, F), ws, r))))
common = dict(
    smooth=twice_near,
    continuous=continuous,
    derivative=StrictDerivative(F, ws, jac(F, ws)),
    onto=Onto(jac(F, ws)),
    smooth_loss=smooth_near,
    strict=strict,
)


not_convex_strict_minimum = Proposition(
    "At a strict local minimum of ℓ, where DF(w*) is onto and more than dim Y eigenvalues of one "
    "∇²⟨u, F⟩(w*) have one sign, the loss ℓ(F) is convex on no ball around w*",
    source=source,
    given=common | dict(index=disj(PositiveIndexAbove(H, Y.dim), PositiveIndexAbove(-H, Y.dim))),
    claim=not_convex,
    note="of ℓ only a gradient near F(w*) is asked, of F what every C² map has; ⟨u, F⟩ may be a "
    "component of F",
)


@not_convex_strict_minimum.proof
def _(p):
    target, A = F(ws), jac(F, ws)
    p.have(conj(StrictDerivative(F, ws, A), Onto(A)), by=[p.derivative, p.onto])
    with (
        p.fix(r),
        p.suppose(r > 0) as positive,
        p.suppose(ConvexOn(Loss(loss, F), ws, r)),
        p.cases(p.index),
    ):
        for sign in (1, -1):
            form_of_sign, direction = (H, -u) if sign == 1 else (-H, u)
            with (
                p.case(PositiveIndexAbove(form_of_sign, Y.dim)) as index,
                p.obtain(index, N) as large,
                p.obtain(large, c) as definite,
                p.obtain(p.smooth, b) as twice,
                p.obtain(p.continuous(c / 2), delta) as close,
                p.obtain(p.use(below_four, a=r / 2, b=b, c=delta, d=1), d) as small,
                p.obtain(p.axiom(LOCAL_SURJECTIVITY, F, ws, A)(d), s) as ball,
                p.obtain(p.smooth_loss, r1) as slope,
                p.obtain(p.strict, r2) as least,
                p.obtain(p.use(below_four, a=s, b=r1, c=r2, d=1), R) as radius,
            ):
                with p.fix(q), p.suppose(norm(q - target) <= R) as inside:
                    p.have(norm(q - target) <= r1, by=[inside, radius[1][1][0]])
                    p.have(DifferentiableAt(loss, q), by=slope[1](q))
                smooth = p.last
                with p.fix(q), p.suppose(norm(q - target) <= R) as inside, p.suppose(ne(q, target)):
                    p.have(norm(q - target) <= r2, by=[inside, radius[1][1][1][0]])
                    p.have(loss(target) < loss(q), by=least[1](q))
                tilted = p.use(tilted_minimum, {f: loss, y: target, a: direction, tilted_R: R})
                with p.obtain(tilted, eps) as some, p.obtain(some, q) as point:
                    p.have(norm(q - target) <= s, by=[point[1][0], radius[1][0]])
                    with p.obtain(ball[1](q), w) as hit:
                        p.have(norm(w - ws) <= b, by=[hit[0], small[1][1][0]])
                        p.have(norm(w - ws) <= delta, by=[hit[0], small[1][1][1][0]])
                        p.have(TwiceDifferentiableMapAt(F, w), by=twice[1](w))
                        meets = p.use(kernel_meets_large_subspaces, A=jac(F, w))
                        with p.obtain(meets, z) as unit:
                            p.have(member(z, N), by=unit[0])
                            p.have(eq(jac(F, w) @ z, 0), by=unit[1][0])
                            side = close[1](w, z)[0 if sign == -1 else 1]
                            curve = p.have(
                                sign * form(w, u) >= c / 2,
                                by=[definite[1][1](z), side, c / 2 * unit[1][1]],
                            )
                            times = p.use(hessian_of_a_multiple, u=direction, t=eps)(z)
                            turned = [z * times]
                            if sign == 1:
                                turned.append(eps * z * p.use(hessian_of_the_opposite)(z))
                            strong = point[0] * curve
                            p.have(
                                form(w, eps * direction) < 0,
                                by=[*turned, strong, half * (point[0] * definite[1][0])],
                            )
                            bent = p.last
                            here = p.have(eq(q, F(w)), by=hit[1])
                            value = p.rewrite(point[1][1], by=here)
                            back = p.have(eq(eps * direction, grad(loss, F(w))), by=value)
                            p.have(form(w, grad(loss, F(w))) < 0, by=p.rewrite(bent, by=back))
                            p.have(DifferentiableAt(loss, q), by=smooth(q))
                            p.have(DifferentiableAt(loss, F(w)), by=p.rewrite(p.last, by=here))
                            never = p.use(curved_along_the_gradient)
                            p.have(r / 2 > 0, by=positive)
                            p.have(norm(w - ws) + r / 2 <= r, by=[hit[0], small[1][0]])
                            inner = p.use(convex_on_smaller_balls, f=Loss(loss, F), c=ws, s=r / 2)
                            p.have(ConvexOn(Loss(loss, F), w, r / 2), by=inner)
                            p.contradiction(never(r / 2))
