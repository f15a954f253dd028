"""Where DF(w*) is onto, the repaired Proposition asks for one second derivative of F only.

With L convex near w* the solutions would be convex; they reach out from w* along the kernel of
DF(w*), and along a segment of solutions no component is curved.
"""

from plproof import (
    SYMMETRIC_HESSIAN,
    ConvexOn,
    DifferentiableMapNear,
    Onto,
    PositiveIndexAbove,
    Reals,
    SquareLoss,
    TwiceDifferentiableAt,
    Vectors,
    disj,
    eq,
    hess,
    ip,
    jac,
    mapsto,
    ne,
    norm,
    rank,
)
from theorems.over_parameterised.not_convex_by_rank import (
    large_rank_gives_large_index,
    not_convex_by_a_component,
    not_convex_where_onto,
    not_convex_with_one_output,
)
from theorems.over_parameterised.not_convex_near_minimum import (
    F,
    H,
    W,
    Y,
    large_index_meets_the_kernel,
    u,
    ws,
    y,
    z,
)
from theorems.over_parameterised.onto_a_line import onto_a_line
from theorems.over_parameterised.solutions_near import (
    flat_along_a_segment,
    form_near_a_ray,
    hessian_of_a_component,
    solutions_along_the_kernel,
    solutions_are_convex,
)

x, d = Vectors("x d", W)
r, s, t, eps = Reals("r s t epsilon")
component = mapsto(x, ip(u, F(x)))
less = dict(near=DifferentiableMapNear(F, ws), component=TwiceDifferentiableAt(component, ws))


@not_convex_where_onto.without(
    "smooth",
    redundant=True,
    instead=less,
    note="for a ball on which L is convex F = y on a segment that is nearly in the direction z",
)
def not_convex_where_onto_with_less(p):
    B, same = hess(component, ws), p.use(hessian_of_a_component)
    p.have(ne(ip(B @ z, z), 0), by=p.rewrite(p.curved, by=same))
    with (
        p.fix(r),
        p.suppose(r > 0),
        p.suppose(ConvexOn(SquareLoss(F, y), ws, r)),
        p.obtain(p.use(form_near_a_ray, B=B), eps) as away,
        p.obtain(p.use(solutions_along_the_kernel)(eps, r), s) as some,
        p.obtain(some, d) as found,
    ):
        p.have(norm(d) <= r, by=found[1][1][0])
        p.have(eq(F(ws + d), y), by=[found[1][1][1], p.solution])
        with p.fix(t), p.suppose(t >= 0), p.suppose(t <= 1):
            solves = p.have(eq(F(ws + t * d), y), by=p.use(solutions_are_convex))
            p.have(eq(component(ws + t * d), component(ws)), by=[u * solves, u * p.solution])
        flat = p.use(flat_along_a_segment, f=component)
        p.have(eq(ip(B @ d, d), 0), by=flat)
        p.have(s > 0, by=found[0])
        p.have(norm(d - s * z) <= eps * s, by=found[1][0])
        p.contradiction(away[1](s, d))


@not_convex_by_a_component.without(
    "smooth",
    redundant=True,
    instead=less,
    note="∇²⟨u, F⟩(w*) means something only where F is differentiable near w* and ⟨u, F⟩ twice "
    "differentiable at w*; of the other components no second derivative is asked",
)
def not_convex_by_a_component_with_less(p):
    B, same = hess(component, ws), p.use(hessian_of_a_component)
    symmetric = p.axiom(SYMMETRIC_HESSIAN, component, ws)
    p.have(eq(B.T, B), by=symmetric)
    p.have(2 * Y.dim < rank(B), by=p.rewrite(p.large, by=same))
    back = p.have(eq(B, H), by=same)
    large = p.use(large_rank_gives_large_index, B=B, n=Y.dim)
    p.have(disj(PositiveIndexAbove(B, Y.dim), PositiveIndexAbove(-B, Y.dim)), by=large)
    with p.obtain(p.use(large_index_meets_the_kernel, A=jac(F, ws), B=B), z) as found:
        p.have(eq(jac(F, ws) @ z, 0), by=found[0])
        p.have(ne(ip(B @ z, z), 0), by=found[1])
        p.have(ne(ip(H @ z, z), 0), by=p.rewrite(p.last, by=back))
        p.have(p.goal, by=not_convex_where_onto_with_less)


@not_convex_with_one_output.without(
    "smooth",
    redundant=True,
    instead=less,
    note="the one output is twice differentiable where ⟨u, F⟩ is and u ≠ 0",
)
def not_convex_with_one_output_with_less(p):
    p.have(Onto(jac(F, ws)), by=p.use(onto_a_line, A=jac(F, ws)))
    p.have(2 * Y.dim < rank(H), by=[p.large, 2 * p.one])
    p.have(p.goal, by=not_convex_by_a_component_with_less)
