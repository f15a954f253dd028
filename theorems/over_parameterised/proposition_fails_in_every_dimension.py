"""The Proposition with DF(w*) ≠ 0 fails for all m > 2n ≥ 4, for Lipschitz, smooth systems too.

F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c with unit vectors, e and c orthogonal, has a convex loss, and
the Hessian at 0 of every component ⟨u, F⟩ with ⟨u, c⟩ ≠ 0 has full rank.
"""

from plproof import (
    FALSE,
    UNIT_VECTOR,
    C2At,
    Convex,
    Definition,
    DifferentiableMap,
    DifferentiableMapAt,
    Function,
    Source,
    Space,
    SquareLoss,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    ne,
    norm,
    rank,
    sq,
)
from theorems.functions.root_of_the_square import root, root_at_zero
from theorems.linear_algebra.full_rank import multiple_of_identity_has_full_rank
from theorems.linear_algebra.kernels import orthogonal_unit_vector
from theorems.over_parameterised.pseudo_huber_system import (
    pseudo_huber,
    pseudo_huber_derivative,
    pseudo_huber_has_convex_loss,
    pseudo_huber_hessian_at_zero,
    pseudo_huber_is_c2,
    pseudo_huber_is_lipschitz,
    pseudo_huber_is_smooth,
)

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
a, w, v, z, h = Vectors("a w v z h", W)
u, e, c, d = Vectors("u e c d", Y)


#: F is Lipschitz, smooth and C² everywhere, F(0) = 0, DF(0) ≠ 0, and all components but those
#: orthogonal to c have a Hessian of rank above 2n at 0
SatisfiesTheHypotheses = Definition(
    "SatisfiesTheHypotheses",
    [F, c],
    conj(
        forall([w, v], norm(F(w) - F(v)) <= 2 * norm(w - v)),
        DifferentiableMap(F),
        forall([w, v, h], norm(jac(F, w) @ h - jac(F, v) @ h) <= norm(w - v) * norm(h)),
        forall(w, C2At(F, w)),
        eq(F(W.zero), 0),
        exists(z, ne(jac(F, W.zero) @ z, 0)),
        eq(sq(c), 1),
        forall(u, implies(ne(ip(u, c), 0), 2 * Y.dim < rank(hess_along(F, W.zero, u)))),
    ),
    words="{0} satisfies at 0 what the Proposition asks, with DF(0) ≠ 0, for the components not "
    "orthogonal to {1}",
)

proposition_fails_in_every_dimension = Theorem(
    "For n ≥ 2 and m > 2n there are C² systems, Lipschitz and smooth, with F(0) = 0, DF(0) ≠ 0, "
    "Hessians of rank above 2n and a convex square loss",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "Non-Convexity of Loss Landscapes",
        "Proposition",
    ),
    given=dict(many=1 < Y.dim, over=2 * Y.dim < W.dim),
    claim=exists([F, c], conj(SatisfiesTheHypotheses(F, c), Convex(SquareLoss(F, Y.zero)))),
    note="so DF(w*) ≠ 0 is too weak a condition for every n ≥ 2; for n = 1 it is enough: "
    "not_convex_with_one_output; repaired for every n: not_convex_near_minimum",
)


@proposition_fails_in_every_dimension.proof
def _(p):
    p.have(1 <= W.dim, by=[p.over, p.many])
    p.have(1 <= Y.dim, by=p.many)
    with (
        p.obtain(p.axiom(UNIT_VECTOR, W.whole), a) as first,
        p.obtain(p.axiom(UNIT_VECTOR, Y.whole), e) as second,
        p.obtain(p.use(orthogonal_unit_vector, e=e), c) as third,
    ):
        p.have(conj(eq(sq(a), 1), eq(sq(e), 1), eq(sq(c), 1)), by=[first[1], second[1], third[1]])
        p.have(eq(ip(e, c), 0), by=third[0])
        system, zero = pseudo_huber(a, e, c), W.zero
        derivative = p.use(pseudo_huber_derivative)
        lipschitz = p.use(pseudo_huber_is_lipschitz)
        with p.fix(w):
            p.have(DifferentiableMapAt(system, w), by=derivative(w)[0])
        differentiable = p.have(DifferentiableMap(system), by=p.last)
        smooth = p.use(pseudo_huber_is_smooth)
        twice = p.have(forall(w, C2At(system, w)), by=p.use(pseudo_huber_is_c2))
        level = p.use(root_at_zero)
        p.have(root(zero) > 0, by=level)
        start = p.zero_vector(system(zero), by=(root(zero) - 1) * sq(c) * level)
        with p.suppose(eq(jac(system, zero) @ a, 0)) as still:
            units = p.have(eq(sq(a) * sq(e), 1), by=[sq(a) * second[1], first[1]])
            p.have(FALSE, by=[e * still, e * derivative(zero)[1](a), units])
        moves = p.exhibit(exists(z, ne(jac(system, zero) @ z, 0)), a, by=p.last)
        with p.fix(u), p.suppose(ne(ip(u, c), 0)):
            hessian = hess_along(system, zero, u)
            p.have(forall(z, eq(hessian @ z, ip(u, c) * z)), by=p.use(pseudo_huber_hessian_at_zero))
            full = p.use(multiple_of_identity_has_full_rank, B=hessian, s=ip(u, c))
            p.have(2 * Y.dim < rank(hessian), by=[full, p.over])
        satisfies = p.have(
            SatisfiesTheHypotheses(system, c),
            by=[lipschitz, differentiable, smooth, twice, start, moves, third[1], p.last],
        )
        loss = SquareLoss(system, Y.zero)
        convex = p.have(Convex(loss), by=p.use(pseudo_huber_has_convex_loss))
        p.have(conj(satisfies.claim, convex.claim))
        p.exhibit(exists(d, conj(SatisfiesTheHypotheses(system, d), Convex(loss))), c, by=p.last)
        p.exhibit(proposition_fails_in_every_dimension.claim, system, by=p.last)
