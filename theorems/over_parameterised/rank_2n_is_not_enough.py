"""Sharpness: a component Hessian of rank 2n does not make the loss non-convex.

F(w) = w₁/√(1 − w₂) from ℝ³ to ℝ has a Hessian of rank 2 at 0, and its square loss w₁²/(2(1 − w₂))
is convex where w₂ < 1: a quadratic over a linear function.
"""

from plproof import (
    DIMENSION_FORMULA,
    DIMENSION_MONOTONE,
    FALSE,
    RANK_NULLITY,
    UNIT_VECTOR,
    ConvexOn,
    DifferentiableMapAt,
    Onto,
    Proposition,
    Reals,
    Space,
    SquareLoss,
    TwiceDifferentiableMapAt,
    Vectors,
    cap,
    conj,
    dim,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    member,
    norm,
    ran,
    rank,
    rational,
    sq,
    sqrt,
)
from theorems.functions.quadratic_over_linear import (
    quadratic_over_linear,
    square_of_a_quotient_by_a_root,
)
from theorems.over_parameterised.not_convex_by_rank import F as S
from theorems.over_parameterised.not_convex_by_rank import (
    W,
    Y,
    not_convex_by_a_component,
    source,
    ws,
)
from theorems.over_parameterised.not_convex_by_rank import u as d

R1, R3 = Space.coordinates(1), Space.coordinates(3)
e, e1, e2, e3 = R1.basis(1), R3.basis(1), R3.basis(2), R3.basis(3)
a, b, v, w, x, z, h = Vectors("a b v w x z h", R3)
k, q, u = Vectors("k q u", R1)
r, t = Reals("r t")
half, zero = rational(1, 2), R3.zero

F = mapsto(w, ip(e1, w) / sqrt(1 - ip(e2, w)) * e)
H, L = hess_along(F, zero, e), SquareLoss(F, R1.zero)

rank_2n_is_not_enough = Proposition(
    "Where DF(w*) is onto and a component ⟨u, F⟩ has a Hessian of rank at least 2n at w*, the "
    "square loss is convex on no ball around w*",
    source=source,
    given=not_convex_by_a_component.given
    | dict(large=2 * Y.dim <= rank(hess_along(S, ws, d)), over=2 * Y.dim < W.dim),
    claim=not_convex_by_a_component.claim,
    expect="refuted",
    repaired=not_convex_by_a_component,
    spaces={W: R3, Y: R1},
    note="with > in place of ≥ it is true",
)


def derivatives(p):
    """Prove that F is twice differentiable at 0, and what its derivatives are there."""
    with p.fix(v), p.suppose(norm(v - zero) <= half) as short:
        n0, nn = p.norm(v - zero)
        small = p.have(sq(v) <= rational(1, 4), by=[nn, short * n0, half * short])
        p.have(
            0 < 1 - ip(e2, v),
            by=small,
            squares=[v - ip(e2, v) * e2, ip(e2, v) - half],
        )
        p.have(DifferentiableMapAt(F, v), by=p.differentiate(F, v)[0])
    once = forall(v, implies(norm(v - zero) <= r, DifferentiableMapAt(F, v)))
    p.exhibit(exists(r, conj(r > 0, once)), half, by=p.last)
    p.have(0 < 1 - ip(e2, zero))
    with p.fix(z):
        along = mapsto(w, jac(F, w) @ z)
        p.have(DifferentiableMapAt(along, zero), by=p.differentiate(along, zero)[0])
    with p.fix(u):
        along = mapsto(w, jac(F, w).T @ u)
        p.have(DifferentiableMapAt(along, zero), by=p.differentiate(along, zero)[0])
    p.have(TwiceDifferentiableMapAt(F, zero))
    root = sqrt(1 - ip(e2, zero))
    square = p.root(1 - ip(e2, zero))[1]
    upper, lower = p.compare_squares(root, 1, by=square), p.compare_squares(1, root, by=square)
    one = p.equal(root, 1, by=(upper, lower))
    first = p.rewrite(p.differentiate(F, zero)[1], by=one)
    along = p.have(forall(h, eq(jac(F, zero) @ h, ip(e1, h) * e)), by=lambda h: first(h))
    second = p.rewrite(p.differentiate(mapsto(w, jac(F, w).T @ e), zero)[1], by=one)
    rows = p.have(
        forall(z, eq(H @ z, ip(e2, z) / 2 * e1 + ip(e1, z) / 2 * e2)), by=lambda z: second(z)
    )
    return along, rows


def rank_of(p, rows):
    """Prove that the Hessian has rank at least 2: its kernel has dimension at most 1."""
    C = jac(mapsto(x, ip(e3, x) * e), zero)
    third = p.differentiate(mapsto(x, ip(e3, x) * e), zero)[1]
    with p.fix(q), p.suppose(member(q, ran(C))):
        p.have(implies(FALSE, FALSE))
        p.have(member(q, R1.whole), by=p.last)
    line = p.have(rank(C) <= R1.dim, by=p.axiom(DIMENSION_MONOTONE, ran(C), R1.whole))
    both = cap(ker(H), ker(C))
    with p.cases():
        with p.case(dim(both) <= 0) as none:
            none = p.have(dim(both) <= 0, by=none)
        with p.case(0 < dim(both)) as some, p.by_contradiction(dim(both) <= 0):
            p.have(1 <= dim(both), by=p.successor(some))
            with p.obtain(p.axiom(UNIT_VECTOR, both), z) as unit:
                inside = p.have(conj(eq(H @ z, 0), eq(C @ z, 0)), by=unit[0])
                whole = p.coordinates(3)[1](z)
                z1 = p.have(eq(ip(e1, z), 0), by=[2 * e2 * rows(z), 2 * e2 * inside[0]])
                z2 = p.have(eq(ip(e2, z), 0), by=[2 * e1 * rows(z), 2 * e1 * inside[0]])
                z3 = p.have(eq(ip(e3, z), 0), by=[e * third(z), e * inside[1]])
                p.have(
                    FALSE,
                    by=[
                        unit[1],
                        z * whole,
                        ip(e1, z) * z1,
                        ip(e2, z) * z2,
                        ip(e3, z) * z3,
                    ],
                )
    none = p.last
    return p.have(
        2 <= rank(H),
        by=[
            none,
            line,
            p.axiom(RANK_NULLITY, H),
            p.axiom(RANK_NULLITY, C),
            p.axiom(DIMENSION_FORMULA, ker(H), ker(C)),
            p.coordinates(1)[0],
            p.coordinates(3)[0],
        ],
    )


def loss_is_convex(p):
    """Prove that the square loss is convex on the ball of radius ½ around 0."""
    with p.fix(x), p.suppose(0 < 1 - ip(e2, x)):
        top, below = ip(e1, x), 1 - ip(e2, x)
        quotient = p.use(square_of_a_quotient_by_a_root, a=top, b=below)
        p.have(eq(L(x), top**2 / below / 2), by=half * quotient)
    value = p.last
    inside = conj(norm(a - zero) <= half, norm(b - zero) <= half, t >= 0, t <= 1)
    with p.fix(a, b, t), p.suppose(inside) as both:
        t0, t1 = both[1][1][0], p.have(1 - t >= 0, by=both[1][1][1])
        m = (1 - t) * a + t * b
        A, B, C = 1 - ip(e2, a), 1 - ip(e2, b), 1 - ip(e2, m)
        bounds = []
        for point, short in ((a, both[0]), (b, both[1][0])):
            n0, nn = p.norm(point - zero)
            small = p.have(sq(point) <= rational(1, 4), by=[nn, short * n0, half * short])
            squares = [point - ip(e2, point) * e2, ip(e2, point) - half]
            bounds.append(p.have(1 - ip(e2, point) >= half, by=small, squares=squares))
        p.have(0 < A, by=bounds[0])
        p.have(0 < B, by=bounds[1])
        p.have(0 < C, by=[t1 * bounds[0], t0 * bounds[1]])
        p.have((1 - t) * A + t * B > 0, by=[t1 * bounds[0], t0 * bounds[1]])
        convex = p.use(quadratic_over_linear, a=ip(e1, a), b=A, c=ip(e1, b), d=B)
        p.have(
            L(m) <= (1 - t) * L(a) + t * L(b),
            by=[value(m), (1 - t) * value(a), t * value(b), half * convex],
        )
    p.have(ConvexOn(L, zero, half), by=p.last)


@rank_2n_is_not_enough.proof
def _(p):
    along, rows = derivatives(p)
    rank_of_H = rank_of(p, rows)
    loss_is_convex(p)
    p.have(eq(F(zero), R1.zero))
    with p.fix(q):
        hit = p.have(
            eq(jac(F, zero) @ (ip(e, q) * e1), q), by=[along(ip(e, q) * e1), p.coordinates(1)[1](q)]
        )
        p.exhibit(exists(v, eq(jac(F, zero) @ v, q)), ip(e, q) * e1, by=hit)
    p.have(Onto(jac(F, zero)), by=p.last)
    p.have(2 * R1.dim <= rank(H), by=[rank_of_H, 2 * p.coordinates(1)[0]])
    p.have(2 * R1.dim < R3.dim, by=[2 * p.coordinates(1)[0], p.coordinates(3)[0]])
    p.contradiction(p.statement(F, zero, R1.zero, e)(half))
