"""Corollaries of the repaired Proposition about ranks, as the document's hypothesis is."""

from plproof import (
    INERTIA,
    Corollary,
    Lemma,
    LinearMap,
    Natural,
    Onto,
    PositiveIndexAbove,
    Proposition,
    Real,
    Subspace,
    TwiceDifferentiableMapAt,
    conj,
    dim,
    disj,
    eq,
    exists,
    forall,
    implies,
    ip,
    jac,
    member,
    ne,
    rank,
    sq,
)
from theorems.over_parameterised.not_convex_near_minimum import (
    F,
    H,
    W,
    Y,
    not_convex,
    not_convex_along_the_kernel,
    not_convex_near_minimum,
    source,
    u,
    v,
    ws,
    y,
    z,
)
from theorems.over_parameterised.onto_a_line import onto_a_line
from theorems.over_parameterised.second_order import hessian_along_is_symmetric

A, B = LinearMap("A", W, Y), LinearMap("B", W, W)
M, N = Subspace("M", W), Subspace("N", W)
n, c = Natural("n"), Real("c")

large_rank_gives_large_index = Lemma(
    "A symmetric map of rank above 2n has more than n positive or more than n negative eigenvalues",
    given=dict(symmetric=eq(B.T, B), large=2 * n < rank(B)),
    claim=disj(PositiveIndexAbove(B, n), PositiveIndexAbove(-B, n)),
)


@large_rank_gives_large_index.proof
def _(p):
    def above(form, space):
        """Conclude the claim from what is known: the form is definite on a large subspace."""

        def on(space):
            definite = forall(z, implies(member(z, space), c * sq(z) <= ip(form @ z, z)))
            return exists(c, conj(n < dim(space), c > 0, definite))

        with p.fix(z), p.suppose(member(z, space)):
            p.have(c * sq(z) <= ip(form @ z, z), by=[definite[space](z)])
        p.exhibit(on(space), c, by=p.last)
        p.exhibit(exists(N, on(N)), space, by=p.last)
        p.have(PositiveIndexAbove(form, n), by=p.last)
        p.have(p.goal, by=p.last)

    with (
        p.obtain(p.axiom(INERTIA, B), M) as some,
        p.obtain(some, N) as some,
        p.obtain(some, c) as split,
    ):
        definite = {M: split[1][1][0], N: split[1][1][1]}
        with p.cases():
            with p.case(n < dim(M)):
                above(B, M)
            with p.case(dim(M) <= n) as small:
                p.have(n < dim(N), by=[small, split[0], p.large])
                above(-B, N)


smooth, solution = TwiceDifferentiableMapAt(F, ws), eq(F(ws), y)
large = 2 * Y.dim < rank(H)

not_convex_by_rank = Proposition(
    "Where the rank of ∇²⟨u, F⟩(w*), u = DF(w*)v, is above 2n, the square loss is convex on no "
    "ball around w*",
    source=source,
    given=dict(smooth=smooth, solution=solution, direction=eq(u, jac(F, ws) @ v), large=large),
    claim=not_convex,
    note="rank 2n is not enough: rank_2n_is_not_enough",
)


@not_convex_by_rank.proof
def _(p):
    p.have(eq(H.T, H), by=p.use(hessian_along_is_symmetric, w=ws))
    large = p.use(large_rank_gives_large_index, B=H, n=Y.dim)
    p.have(disj(PositiveIndexAbove(H, Y.dim), PositiveIndexAbove(-H, Y.dim)), by=large)
    p.have(p.goal, by=not_convex_near_minimum)


not_convex_by_a_component = Corollary(
    "Where DF(w*) is onto and a component ⟨u, F⟩ has a Hessian of rank above 2n at w*, the square "
    "loss is convex on no ball around w*",
    source=source,
    given=dict(smooth=smooth, solution=solution, onto=Onto(jac(F, ws)), large=large),
    claim=not_convex,
    note="the second condition of the Proposition, with DF(w*) onto in place of the first",
)


@not_convex_by_a_component.proof
def _(p):
    with p.obtain(p.onto(u), v) as reached:
        p.have(eq(u, jac(F, ws) @ v), by=reached)
        p.have(p.goal, by=not_convex_by_rank)


not_convex_where_onto = Corollary(
    "Where DF(w*) is onto and ⟨∇²⟨u, F⟩(w*)z, z⟩ ≠ 0 for one u and one z in its kernel, the square "
    "loss is convex on no ball around w*",
    source=source,
    given=dict(
        smooth=smooth,
        solution=solution,
        onto=Onto(jac(F, ws)),
        kernel=eq(jac(F, ws) @ z, 0),
        curved=ne(ip(H @ z, z), 0),
    ),
    claim=not_convex,
    note="no rank is needed: rank above 2n is one way to know that there is such a z",
)


@not_convex_where_onto.proof
def _(p):
    with p.obtain(p.onto(u), v) as reached:
        p.have(eq(u, jac(F, ws) @ v), by=reached)
        p.have(p.goal, by=not_convex_along_the_kernel)


not_convex_with_one_output = Corollary(
    "With one output, DF(w*) ≠ 0 and a Hessian of rank above 2, the square loss is convex on no "
    "ball around w*",
    source=source,
    given=dict(
        smooth=smooth,
        solution=solution,
        one=eq(Y.dim, 1),
        nonzero=ne(jac(F, ws) @ v, 0),
        large=rank(H) > 2,
    ),
    claim=not_convex,
    note="the Proposition with DF(w*) ≠ 0 in place of ∇L(w*) ≠ 0 is true for n = 1; it is false "
    "for every n ≥ 2",
)


@not_convex_with_one_output.proof
def _(p):
    p.have(Onto(jac(F, ws)), by=p.use(onto_a_line, A=jac(F, ws)))
    p.have(2 * Y.dim < rank(H), by=[p.large, 2 * p.one])
    p.have(p.goal, by=not_convex_by_a_component)
