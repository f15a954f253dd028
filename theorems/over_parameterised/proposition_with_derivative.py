"""The Proposition with DF(w*) ≠ 0 in place of ∇L(w*) ≠ 0 is false for two outputs or more.

F(w) = (w₁, ‖w‖²) from ℝ⁵ to ℝ² satisfies every hypothesis at 0; its loss ½w₁² + ½‖w‖⁴ is convex.
"""

from plproof import (
    FALSE,
    C2At,
    Convex,
    ConvexOn,
    Function,
    Proposition,
    Real,
    Source,
    Space,
    SquareLoss,
    Vector,
    Vectors,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    ne,
    neg,
    rank,
    sq,
)
from theorems.functions.convex_on_balls import convex_on_balls
from theorems.linear_algebra.full_rank import multiple_of_identity_has_full_rank
from theorems.over_parameterised.not_convex_by_rank import (
    not_convex_by_a_component,
    not_convex_with_one_output,
)
from theorems.over_parameterised.not_convex_near_minimum import not_convex_near_minimum
from theorems.over_parameterised.quadratic_system import (
    quadratic,
    quadratic_system_derivative,
    quadratic_system_has_convex_loss,
    quadratic_system_hessian,
    quadratic_system_is_c2,
)

W, Y = Space("W"), Space("Y")
R5, R2 = Space.coordinates(5), Space.coordinates(2)
F = Function("F", W, Y)
w, z, ws = Vectors("w z w*", W)
y, u = Vectors("y u", Y)
r = Real("r")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "Proposition",
)

proposition_with_derivative = Proposition(
    "The square loss is not convex near a solution at which DF is not 0 and one component of F has "
    "a Hessian of rank above 2n",
    source=source,
    given=dict(
        over=2 * Y.dim < W.dim,
        smooth=forall(w, C2At(F, w)),
        solution=eq(F(ws), y),
        derivative=exists(z, ne(jac(F, ws) @ z, 0)),
        unit=eq(sq(u), 1),
        rank=2 * Y.dim < rank(hess_along(F, ws, u)),
    ),
    claim=forall(r, implies(r > 0, neg(ConvexOn(SquareLoss(F, y), ws, r)))),
    expect="refuted",
    spaces={W: R5, Y: R2},
    repaired=[not_convex_near_minimum, not_convex_with_one_output],
    note="the condition must connect the Hessians with the range of DF(w*); for one output, n = 1, "
    "it does, and the statement is true; of this F one component has no curvature and the other no "
    "gradient, of the F of proposition_with_every_component both components have both",
)


def facts(p, a, e, c, components):
    """Prove what the statements speak of for F(w) = ⟨a, w⟩e + ‖w‖²c at 0; return F and DF(0)a."""
    values, system, zero = dict(a=a, e=e, c=c), quadratic(R5, a, e, c), R5.zero
    x, h = Vectors("x h", R5)
    planes, space = p.coordinates(2)[0], p.coordinates(5)[0]
    p.have(2 * R2.dim < R5.dim, by=[planes, space])
    p.have(forall(x, C2At(system, x)), by=p.use(quadratic_system_is_c2, **values))
    p.have(eq(system(zero), R2.zero))
    for u in components:
        hessian = hess_along(system, zero, u)
        multiple = p.use(quadratic_system_hessian, u=u, **values)(zero)[1]
        s = 2 * ip(u, c)
        p.have(ne(s, 0))
        p.have(forall(h, eq(hessian @ h, s * h)), by=multiple)
        full = p.use(multiple_of_identity_has_full_rank, B=hessian, s=s)
        p.have(eq(rank(hessian), 5), by=[full, space])
        p.have(4 < rank(hessian), by=p.last)
        p.have(2 * R2.dim < rank(hessian), by=[p.last, planes])
    p.have(eq(ip(e, c), 0))
    loss = SquareLoss(system, R2.zero)
    p.have(Convex(loss), by=p.use(quadratic_system_has_convex_loss, **values))
    p.have(ConvexOn(loss, zero, 1), by=p.use(convex_on_balls, f=loss, c=zero, r=1))
    return system, p.use(quadratic_system_derivative, **values)(zero)[1](a)


@proposition_with_derivative.proof
def _(p):
    a, e, c = R5.basis(1), R2.basis(1), R2.basis(2)
    system, moved = facts(p, a, e, c, [c])
    zero, h = R5.zero, Vector("h", R5)
    image = jac(system, zero) @ a
    with p.suppose(eq(image, 0)) as still:
        p.have(FALSE, by=[e * still, e * moved])
    p.exhibit(exists(h, ne(jac(system, zero) @ h, 0)), a, by=p.last)
    p.have(eq(sq(c), 1))
    p.contradiction(p.statement(system, zero, R2.zero, c)(1))


F5 = Function("F", R5, R2)
w5, ws5, y2 = Vector("w", R5), Vector("w*", R5), Vector("y", R2)
first, second = R2.basis(1), R2.basis(2)

proposition_with_every_component = Proposition(
    "The square loss of a system of two equations in five unknowns is not convex near a solution "
    "at which both components have a gradient other than 0 and a Hessian of rank 5",
    source=source,
    given=dict(
        smooth=forall(w5, C2At(F5, w5)),
        solution=eq(F5(ws5), y2),
        gradient_1=ne(jac(F5, ws5).T @ first, 0),
        gradient_2=ne(jac(F5, ws5).T @ second, 0),
        rank_1=4 < rank(hess_along(F5, ws5, first)),
        rank_2=4 < rank(hess_along(F5, ws5, second)),
    ),
    claim=forall(r, implies(r > 0, neg(ConvexOn(SquareLoss(F5, y2), ws5, r)))),
    expect="refuted",
    repaired=[not_convex_by_a_component, not_convex_near_minimum],
    note="F(w) = (w₁ + ‖w‖², w₁ − ‖w‖²) with the convex loss w₁² + ‖w‖⁴ refutes it: the two "
    "gradients at 0 are the same, so DF(0) is not onto; where DF(w*) is onto it is true",
)


@proposition_with_every_component.proof
def _(p):
    a, e, c = R5.basis(1), first + second, first - second
    system, moved = facts(p, a, e, c, [first, second])
    zero = R5.zero
    for u in (first, second):
        with p.suppose(eq(jac(system, zero).T @ u, 0)) as flat:
            p.have(FALSE, by=[a * flat, u * moved])
    p.contradiction(p.statement(system, zero, R2.zero)(1))
