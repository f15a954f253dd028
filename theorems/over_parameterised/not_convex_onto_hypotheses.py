"""Which hypotheses the corollaries about a DF(w*) that is onto need, and that about one output."""

from plproof import (
    FALSE,
    Convex,
    ConvexOn,
    Space,
    SquareLoss,
    TwiceDifferentiableMapAt,
    Vectors,
    eq,
    forall,
    hess_along,
    ip,
    jac,
    ne,
    rank,
    rational,
)
from theorems.functions.convex_on_balls import convex_on_balls
from theorems.linear_algebra.full_rank import multiple_of_identity_has_full_rank
from theorems.over_parameterised import index_n_is_not_enough as bent
from theorems.over_parameterised.not_convex_by_rank import (
    not_convex_where_onto,
    not_convex_with_one_output,
)
from theorems.over_parameterised.not_convex_hypotheses import (
    R1,
    R3,
    W,
    Y,
    convex_loss,
    e1,
    one,
    onto,
    origin,
    shifted_loss,
    spaces,
    system,
    twice_differentiable,
    twice_identity,
)
from theorems.over_parameterised.quadratic_system import (
    quadratic,
    quadratic_system_derivative,
    quadratic_system_has_convex_loss,
    quadratic_system_hessian,
)

R2, e2 = Space.coordinates(2), R3.basis(2)
first, second = R2.basis(1), R2.basis(2)
(s,) = Vectors("s", R3)


def is_not_zero(p, value, by):
    """Prove that a number or vector is not 0, for reasons that contradict that it is."""
    with p.suppose(eq(value, 0)) as zero:
        p.have(FALSE, by=by(zero))


def curved(p, a, e, c, z):
    """Prove that the form of the Hessian of F(w) = ⟨a, w⟩e + ‖w‖²c along 1 is not 0 at z."""
    H, double = twice_identity(p, a, e, c)
    value = p.have(eq(ip(H @ z, z), 2), by=z * double(z))
    is_not_zero(p, ip(H @ z, z), lambda zero: [zero, value])


@not_convex_where_onto.without(
    "solution",
    spaces=spaces,
    note="F(w) = w₁ + ‖w‖² from ℝ³ to ℝ with y = −1 ≠ F(0), and the convex loss (F(w) + 1)²/2",
)
def not_convex_where_onto_needs_a_solution(p):
    F, slope = system(p, e1, one, one)
    onto(p, F, slope)
    p.have(eq(jac(F, origin) @ e2, 0), by=slope(e2))
    curved(p, e1, one, one, e2)
    p.have(shifted_loss.claim, by=shifted_loss)
    p.contradiction(p.statement(F, origin, e2, one, -one)(1))


@not_convex_where_onto.without(
    "onto",
    spaces=spaces,
    note="F(w) = ‖w‖² from ℝ³ to ℝ, where DF(0) = 0, with the convex loss ‖w‖⁴/2",
)
def not_convex_where_onto_needs_onto(p):
    F, slope = system(p, origin, R1.zero, one)
    p.have(eq(F(origin), 0))
    p.have(eq(jac(F, origin) @ e2, 0), by=slope(e2))
    curved(p, origin, R1.zero, one, e2)
    convex_loss(p, origin, R1.zero, one)
    p.contradiction(p.statement(F, origin, R1.zero, e2, one)(1))


@not_convex_where_onto.without(
    "kernel",
    spaces=spaces,
    note="F(w) = w₁ + w₁²/2 from ℝ³ to ℝ, curved along e₁ only, where DF(0)e₁ = 1",
)
def not_convex_where_onto_needs_the_kernel(p):
    along, rows = bent.derivatives(p)
    p.have(eq(bent.F(bent.zero), R1.zero))
    onto(p, bent.F, along)
    value = p.have(eq(ip(bent.H @ e1, e1), 1), by=e1 * rows(e1))
    is_not_zero(p, ip(bent.H @ e1, e1), lambda zero: [zero, value])
    bent.loss_is_convex(p)
    p.contradiction(p.statement(bent.F, bent.zero, R1.zero, one, e1)(bent.quarter))


@not_convex_where_onto.without(
    "curved", spaces=spaces, note="F(w) = w₁ from ℝ³ to ℝ, with the convex loss w₁²/2"
)
def not_convex_where_onto_needs_curvature(p):
    F, slope = system(p, e1, one, R1.zero)
    p.have(eq(F(origin), 0))
    onto(p, F, slope)
    p.have(eq(jac(F, origin) @ e2, 0), by=slope(e2))
    convex_loss(p, e1, one, R1.zero)
    p.contradiction(p.statement(F, origin, R1.zero, e2)(1))


# ---------------------------------------------------------------- one output
def rank_above_two(p, H, double):
    """Prove that a Hessian on ℝ³ that is twice the identity has a rank above 2."""
    p.have(ne(rational(2), 0))
    full = p.use(multiple_of_identity_has_full_rank, B=H, s=2)
    p.have(rank(H) > 2, by=[full, p.coordinates(3)[0]])


@not_convex_with_one_output.without(
    "solution",
    spaces=spaces,
    note="F(w) = w₁ + ‖w‖² from ℝ³ to ℝ with y = −1 ≠ F(0), and the convex loss (F(w) + 1)²/2",
)
def not_convex_with_one_output_needs_a_solution(p):
    F, slope = system(p, e1, one, one)
    p.have(eq(R1.dim, 1), by=p.coordinates(1)[0])
    is_not_zero(p, jac(F, origin) @ e1, lambda zero: [one * slope(e1), one * zero])
    rank_above_two(p, *twice_identity(p, e1, one, one))
    p.have(shifted_loss.claim, by=shifted_loss)
    p.contradiction(p.statement(F, origin, e1, one, -one)(1))


@not_convex_with_one_output.without(
    "one",
    spaces={W: R3, Y: R2},
    note="F(w) = (w₁, ‖w‖²) from ℝ³ to ℝ², with the convex loss w₁²/2 + ‖w‖⁴/2",
)
def not_convex_with_one_output_needs_one(p):
    F, values = quadratic(R3, e1, first, second), dict(a=e1, e=first, c=second)
    p.have(TwiceDifferentiableMapAt(F, origin), by=p.use(twice_differentiable, **values)(origin))
    slope = p.use(quadratic_system_derivative, **values)(origin)[1]
    p.have(eq(F(origin), 0))
    is_not_zero(p, jac(F, origin) @ e1, lambda zero: [first * slope(e1), first * zero])
    H = hess_along(F, origin, second)
    double = p.use(quadratic_system_hessian, u=second, **values)(origin)[1]
    p.have(forall(s, eq(H @ s, 2 * s)), by=lambda s: double(s))
    rank_above_two(p, H, p.last)
    p.have(eq(ip(first, second), 0))
    loss = SquareLoss(F, R2.zero)
    p.have(Convex(loss), by=p.use(quadratic_system_has_convex_loss, **values))
    p.have(ConvexOn(loss, origin, 1), by=p.use(convex_on_balls, f=loss, c=origin, r=1))
    p.contradiction(p.statement(F, origin, R2.zero, e1, second)(1))


@not_convex_with_one_output.without(
    "nonzero",
    spaces=spaces,
    note="F(w) = ‖w‖² from ℝ³ to ℝ, where DF(0) = 0, with the convex loss ‖w‖⁴/2",
)
def not_convex_with_one_output_needs_a_derivative(p):
    F = system(p, origin, R1.zero, one)[0]
    p.have(eq(F(origin), 0))
    p.have(eq(R1.dim, 1), by=p.coordinates(1)[0])
    rank_above_two(p, *twice_identity(p, origin, R1.zero, one))
    convex_loss(p, origin, R1.zero, one)
    p.contradiction(p.statement(F, origin, R1.zero, one)(1))


@not_convex_with_one_output.without(
    "large", spaces=spaces, note="F(w) = w₁ from ℝ³ to ℝ, with the convex loss w₁²/2"
)
def not_convex_with_one_output_needs_rank(p):
    F, slope = system(p, e1, one, R1.zero)
    p.have(eq(F(origin), 0))
    p.have(eq(R1.dim, 1), by=p.coordinates(1)[0])
    is_not_zero(p, jac(F, origin) @ e1, lambda zero: [one * slope(e1), one * zero])
    convex_loss(p, e1, one, R1.zero)
    p.contradiction(p.statement(F, origin, R1.zero, e1)(1))
