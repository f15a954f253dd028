"""The Proposition repaired: the square loss is not convex near a solution, for every W and Y."""

from plproof import (
    DIMENSION_FORMULA,
    DIMENSION_MONOTONE,
    FALSE,
    RANK_NULLITY,
    UNIT_VECTOR,
    ConvexOn,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    LinearMap,
    Loss,
    PositiveIndexAbove,
    Proposition,
    Reals,
    Source,
    Space,
    SquareLoss,
    Subspace,
    Theorem,
    TwiceDifferentiableAt,
    TwiceDifferentiableMapAt,
    Vectors,
    cap,
    conj,
    dim,
    disj,
    eq,
    exists,
    forall,
    grad,
    hess,
    hess_along,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    neg,
    norm,
    ran,
    rank,
    sq,
)
from theorems.over_parameterised.negative_curvature import form_on_the_kernel_breaks_convexity

W, Y = Space("W"), Space("Y")
F, N = Function("F", W, Y), Subspace("N", W)
A, B = LinearMap("A", W, Y), LinearMap("B", W, W)
w, ws, v, z, a, b = Vectors("w w* v z a b", W)
y, u, q = Vectors("y u q", Y)
r, t, c = Reals("r t c")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "Proposition",
)

kernel_meets_large_subspaces = Lemma(
    "A subspace of dimension above dim Y contains a unit vector of the kernel of A: W → Y",
    given=dict(large=Y.dim < dim(N)),
    claim=exists(z, conj(member(z, N), eq(A @ z, 0), eq(sq(z), 1))),
)


@kernel_meets_large_subspaces.proof
def _(p):
    both = cap(N, ker(A))
    with p.fix(q), p.suppose(member(q, ran(A))):
        p.have(implies(FALSE, FALSE))
        p.have(member(q, Y.whole), by=p.last)
    p.have(rank(A) <= Y.dim, by=p.axiom(DIMENSION_MONOTONE, ran(A), Y.whole))
    p.have(
        1 <= dim(both),
        by=[
            p.last,
            p.successor(p.large),
            p.axiom(RANK_NULLITY, A),
            p.axiom(DIMENSION_FORMULA, N, ker(A)),
        ],
    )
    with p.obtain(p.axiom(UNIT_VECTOR, both), z) as unit:
        p.have(conj(member(z, N), eq(A @ z, 0)), by=unit[0])
        p.have(conj(member(z, N), eq(A @ z, 0), eq(sq(z), 1)), by=unit[1])
        p.exhibit(kernel_meets_large_subspaces.claim, z, by=p.last)


positive, negative = PositiveIndexAbove(B, Y.dim), PositiveIndexAbove(-B, Y.dim)

large_index_meets_the_kernel = Lemma(
    "More than dim Y eigenvalues of one sign: the form is not zero on the kernel of A: W → Y",
    given=dict(index=disj(positive, negative)),
    claim=exists(z, conj(eq(A @ z, 0), ne(ip(B @ z, z), 0))),
)


@large_index_meets_the_kernel.proof
def _(p):
    with p.cases(p.index):
        for form, sign in ((B, 1), (-B, -1)):
            with (
                p.case(PositiveIndexAbove(form, Y.dim)) as index,
                p.obtain(index, N) as large,
                p.obtain(large, c) as definite,
                p.obtain(p.use(kernel_meets_large_subspaces), z) as unit,
            ):
                p.have(member(z, N), by=unit[0])
                value = sign * ip(B @ z, z)
                curve = p.have(value >= c, by=[definite[1][1](z), c * unit[1][1]])
                with p.suppose(eq(ip(B @ z, z), 0)) as flat:
                    p.have(FALSE, by=[curve, definite[1][0], sign * flat])
                p.have(conj(eq(A @ z, 0), ne(ip(B @ z, z), 0)), by=unit[1][0])
                p.exhibit(p.goal, z, by=p.last)


half_square = mapsto(q, sq(q - y) / 2)
inside = conj(norm(a - ws) <= r, norm(b - ws) <= r, t >= 0, t <= 1)
not_convex = forall(r, implies(r > 0, neg(ConvexOn(SquareLoss(F, y), ws, r))))
H = hess_along(F, ws, u)
given = dict(
    smooth=TwiceDifferentiableMapAt(F, ws),
    solution=eq(F(ws), y),
    direction=eq(u, jac(F, ws) @ v),
)

not_convex_along_the_kernel = Theorem(
    "Where ⟨∇²⟨u, F⟩(w*)z, z⟩ ≠ 0 for u = DF(w*)v and one z in the kernel of DF(w*), the square "
    "loss is convex on no ball around w*",
    source=source,
    given=given | dict(kernel=eq(jac(F, ws) @ z, 0), curved=ne(ip(H @ z, z), 0)),
    claim=not_convex,
)


@not_convex_along_the_kernel.proof
def _(p):
    here, slope = F(ws), mapsto(q, grad(half_square, q))
    with p.fix(q):
        p.have(DifferentiableAt(half_square, q), by=p.differentiate(half_square, q)[0])
    smooth = p.last
    with p.fix(q), p.suppose(norm(q - here) <= 1):
        p.have(DifferentiableAt(half_square, q), by=smooth(q))
    near = forall(q, implies(norm(q - here) <= r, DifferentiableAt(half_square, q)))
    p.exhibit(exists(r, conj(r > 0, near)), 1, by=p.last)
    second = p.differentiate(slope, here)
    p.have(DifferentiableMapAt(slope, here), by=second[0])
    p.have(TwiceDifferentiableAt(half_square, here))
    first = p.differentiate(half_square, here)[1]
    p.have(eq(grad(half_square, here), 0), by=[first, p.solution])
    p.have(
        eq(hess(half_square, here) @ (jac(F, ws) @ v), u),
        by=[second[1](jac(F, ws) @ v), p.direction],
    )
    general = p.use(form_on_the_kernel_breaks_convexity, {w: ws}, l=half_square)
    L, M = Loss(half_square, F), SquareLoss(F, y)
    with p.fix(r), p.suppose(r > 0), p.suppose(ConvexOn(M, ws, r)) as convex:
        with p.fix(a, b, t), p.suppose(inside):
            middle = (1 - t) * a + t * b
            p.have(L(middle) <= (1 - t) * L(a) + t * L(b), by=convex(a, b, t))
        p.have(ConvexOn(L, ws, r), by=p.last)
        p.contradiction(general(r))


not_convex_near_minimum = Proposition(
    "Where more than dim Y eigenvalues of ∇²⟨u, F⟩(w*), u = DF(w*)v, have one sign, the square "
    "loss is convex on no ball around w*",
    source=source,
    given=given | dict(index=disj(PositiveIndexAbove(H, Y.dim), PositiveIndexAbove(-H, Y.dim))),
    claim=not_convex,
    note="the Proposition, repaired: as printed its hypotheses contradict each other, and with "
    "DF(w*) ≠ 0 in place of ∇L(w*) ≠ 0 it is false; what counts is the Hessian of F along a "
    "direction u = DF(w*)v in the range of DF(w*), and that more than n of its eigenvalues have "
    "one sign, which rank above 2n implies (not_convex_by_rank)",
)


@not_convex_near_minimum.proof
def _(p):
    some = p.use(large_index_meets_the_kernel, A=jac(F, ws), B=H)
    with p.obtain(some, z) as found:
        p.have(eq(jac(F, ws) @ z, 0), by=found[0])
        p.have(ne(ip(H @ z, z), 0), by=found[1])
        p.have(p.goal, by=not_convex_along_the_kernel)
