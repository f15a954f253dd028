"""Which hypotheses the repaired Proposition needs: systems ⟨a, w⟩e + ‖w‖²c from ℝ³ to ℝ."""

from plproof import (
    Convex,
    ConvexOn,
    DifferentiableMapAt,
    Lemma,
    Onto,
    PositiveIndexAbove,
    Reals,
    Space,
    SquareLoss,
    Subspace,
    TwiceDifferentiableMapAt,
    Vectors,
    conj,
    dim,
    disj,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    member,
    ne,
    norm,
    rank,
    rational,
    sq,
)
from theorems.functions.convex_on_balls import convex_on_balls
from theorems.linear_algebra.full_rank import multiple_of_identity_has_full_rank
from theorems.over_parameterised.not_convex_by_rank import not_convex_by_a_component
from theorems.over_parameterised.not_convex_near_minimum import W, Y, not_convex_near_minimum
from theorems.over_parameterised.quadratic_system import (
    F,
    quadratic,
    quadratic_system_derivative,
    quadratic_system_has_convex_loss,
    quadratic_system_hessian,
)
from theorems.over_parameterised.quadratic_system import W as V

R1, R3 = Space.coordinates(1), Space.coordinates(3)
one, e1, origin = R1.basis(1), R3.basis(1), R3.zero
spaces = {W: R3, Y: R1}
w, v, x, z, h = Vectors("w v x z h", V)
a, b, s, g = Vectors("a b s g", R3)
(q,) = Vectors("q", R1)
N = Subspace("N", R3)
r, t, c, m = Reals("r t c m")
u = Vectors("u", Space("Y"))[0]

twice_differentiable = Lemma(
    "F(w) = ⟨a, w⟩e + ‖w‖²c is twice differentiable everywhere",
    claim=forall(w, TwiceDifferentiableMapAt(F, w)),
)


@twice_differentiable.proof
def _(p):
    derivative = p.use(quadratic_system_derivative)
    with p.fix(w):
        with p.fix(v), p.suppose(norm(v - w) <= 1):
            p.have(DifferentiableMapAt(F, v), by=derivative(v)[0])
        near = forall(v, implies(norm(v - w) <= r, DifferentiableMapAt(F, v)))
        p.exhibit(exists(r, conj(r > 0, near)), 1, by=p.last)
        with p.fix(z):
            along = mapsto(x, jac(F, x) @ z)
            p.have(DifferentiableMapAt(along, w), by=p.differentiate(along, w)[0])
        with p.fix(u):
            along = mapsto(x, jac(F, x).T @ u)
            p.have(DifferentiableMapAt(along, w), by=p.differentiate(along, w)[0])
        p.have(TwiceDifferentiableMapAt(F, w))


def system(p, a, e, c):
    """Return F(w) = ⟨a, w⟩e + ‖w‖²c and DF(0); note that it is twice differentiable at 0."""
    F, values = quadratic(R3, a, e, c), dict(a=a, e=e, c=c)
    p.have(TwiceDifferentiableMapAt(F, origin), by=p.use(twice_differentiable, **values)(origin))
    return F, p.use(quadratic_system_derivative, **values)(origin)[1]


def convex_loss(p, a, e, c):
    """Prove that the square loss at 0 is convex on the unit ball, for orthogonal e and c."""
    F, values = quadratic(R3, a, e, c), dict(a=a, e=e, c=c)
    p.have(eq(ip(e, c), 0))
    loss = SquareLoss(F, R1.zero)
    p.have(Convex(loss), by=p.use(quadratic_system_has_convex_loss, **values))
    p.have(ConvexOn(loss, origin, 1), by=p.use(convex_on_balls, f=loss, c=origin, r=1))


def twice_identity(p, a, e, c):
    """Return the Hessian of F at 0 along 1, for c = 1, and that it is twice the identity."""
    H = hess_along(quadratic(R3, a, e, c), origin, one)
    multiple = p.use(quadratic_system_hessian, u=one, a=a, e=e, c=c)(origin)[1]
    p.have(forall(s, eq(H @ s, 2 * s)), by=lambda s: multiple(s))
    return H, p.last


def large_index(p, a, e, c):
    """Prove that more than one eigenvalue of the Hessian is positive: all three are 2."""
    H, double = twice_identity(p, a, e, c)
    with p.fix(s), p.suppose(member(s, R3.whole)):
        p.have(2 * sq(s) <= ip(H @ s, s), by=s * double(s))
    definite = p.last
    p.have(R1.dim < dim(R3.whole), by=[p.coordinates(1)[0], p.coordinates(3)[0]])

    def on(space, bound):
        below = forall(s, implies(member(s, space), bound * sq(s) <= ip(H @ s, s)))
        return conj(R1.dim < dim(space), bound > 0, below)

    p.exhibit(exists(m, on(R3.whole, m)), 2, by=definite)
    p.exhibit(exists(N, exists(m, on(N, m))), R3.whole, by=p.last)
    p.have(PositiveIndexAbove(H, R1.dim), by=p.last)
    p.have(disj(PositiveIndexAbove(H, R1.dim), PositiveIndexAbove(-H, R1.dim)), by=p.last)


def full_rank(p, a, e, c):
    """Prove that the rank of the Hessian, three, is above 2n."""
    H = twice_identity(p, a, e, c)[0]
    p.have(ne(rational(2), 0))
    full = p.use(multiple_of_identity_has_full_rank, B=H, s=2)
    p.have(2 * R1.dim < rank(H), by=[full, 2 * p.coordinates(1)[0], p.coordinates(3)[0]])


def onto(p, F, slope):
    """Prove that DF(0) is onto the line, since DF(0)e₁ = 1."""
    with p.fix(q):
        hit = p.have(
            eq(jac(F, origin) @ (ip(one, q) * e1), q),
            by=[slope(ip(one, q) * e1), p.coordinates(1)[1](q)],
        )
        p.exhibit(exists(g, eq(jac(F, origin) @ g, q)), ip(one, q) * e1, by=hit)
    p.have(Onto(jac(F, origin)), by=p.last)


i, j = Reals("i j")

square_of_a_mean = Lemma(
    "A square is at most the mean of two squares when the number is at most their mean",
    given=dict(low=t >= 0, high=t <= 1, positive=m >= 0, below=m <= (1 - t) * i + t * j),
    claim=m**2 <= (1 - t) * i**2 + t * j**2,
)


@square_of_a_mean.proof
def _(p):
    mean = (1 - t) * i + t * j
    both = p.have(mean + m >= 0, by=[p.below, 2 * p.positive])
    weight = p.have(t * (1 - t) >= 0)
    uneven = p.have((i - j) ** 2 >= 0)
    p.have(square_of_a_mean.claim, by=[p.below * both, weight * uneven])


shifted = SquareLoss(quadratic(R3, e1, one, one), -one)

shifted_loss = Lemma(
    "The square of w₁ + ‖w‖² + 1 is convex: w₁ + ‖w‖² + 1 is convex and positive",
    claim=ConvexOn(shifted, origin, 1),
)


@shifted_loss.proof
def _(p):
    def height(w):
        return ip(e1, w) + sq(w) + 1

    with p.fix(s):
        p.have(height(s) >= 0, squares=[s + e1 / 2])
    positive = p.last
    value = p.have(forall(s, eq(shifted(s), height(s) ** 2 / 2)))
    with p.fix(a, b, t), p.suppose(conj(t >= 0, t <= 1)):
        at, rest = (1 - t) * a + t * b, 1 - t
        weight = p.have(t * rest >= 0)
        apart = p.have(sq(a - b) >= 0)
        p.have(height(at) <= rest * height(a) + t * height(b), by=weight * apart)
        p.have(height(at) >= 0, by=positive(at))
        square = p.use(square_of_a_mean, m=height(at), i=height(a), j=height(b))
        p.have(
            shifted(at) <= rest * shifted(a) + t * shifted(b),
            by=[value(at), rest * value(a), t * value(b), rational(1, 2) * square],
        )
    p.have(Convex(shifted), by=p.last)
    p.have(ConvexOn(shifted, origin, 1), by=p.use(convex_on_balls, f=shifted, c=origin, r=1))


@not_convex_near_minimum.without(
    "index", spaces=spaces, note="F(w) = w₁ from ℝ³ to ℝ, with the convex loss w₁²/2"
)
def not_convex_needs_curvature(p):
    F, slope = system(p, e1, one, R1.zero)
    p.have(eq(F(origin), 0))
    p.have(eq(one, jac(F, origin) @ e1), by=slope(e1))
    convex_loss(p, e1, one, R1.zero)
    p.contradiction(p.statement(F, origin, R1.zero, one, e1)(1))


@not_convex_near_minimum.without(
    "direction",
    spaces=spaces,
    note="F(w) = ‖w‖² from ℝ³ to ℝ, where DF(0) = 0, with the convex loss ‖w‖⁴/2 and u = 1",
)
def not_convex_needs_a_direction(p):
    F = system(p, origin, R1.zero, one)[0]
    p.have(eq(F(origin), 0))
    large_index(p, origin, R1.zero, one)
    convex_loss(p, origin, R1.zero, one)
    p.contradiction(p.statement(F, origin, R1.zero, one)(1))


@not_convex_near_minimum.without(
    "solution",
    spaces=spaces,
    note="F(w) = w₁ + ‖w‖² from ℝ³ to ℝ with y = −1 ≠ F(0), and the convex loss (F(w) + 1)²/2",
)
def not_convex_needs_a_solution(p):
    F, slope = system(p, e1, one, one)
    large_index(p, e1, one, one)
    p.have(eq(one, jac(F, origin) @ e1), by=slope(e1))
    p.have(shifted_loss.claim, by=shifted_loss)
    p.contradiction(p.statement(F, origin, one, e1, -one)(1))


@not_convex_by_a_component.without(
    "large", spaces=spaces, note="F(w) = w₁ from ℝ³ to ℝ, with the convex loss w₁²/2"
)
def not_convex_by_a_component_needs_rank(p):
    F, slope = system(p, e1, one, R1.zero)
    p.have(eq(F(origin), 0))
    onto(p, F, slope)
    convex_loss(p, e1, one, R1.zero)
    p.contradiction(p.statement(F, origin, R1.zero)(1))


@not_convex_by_a_component.without(
    "onto",
    spaces=spaces,
    note="F(w) = ‖w‖² from ℝ³ to ℝ, where DF(0) = 0, with the convex loss ‖w‖⁴/2",
)
def not_convex_by_a_component_needs_onto(p):
    F = system(p, origin, R1.zero, one)[0]
    p.have(eq(F(origin), 0))
    full_rank(p, origin, R1.zero, one)
    convex_loss(p, origin, R1.zero, one)
    p.contradiction(p.statement(F, origin, R1.zero, one)(1))


@not_convex_by_a_component.without(
    "solution",
    spaces=spaces,
    note="F(w) = w₁ + ‖w‖² from ℝ³ to ℝ with y = −1 ≠ F(0), and the convex loss (F(w) + 1)²/2",
)
def not_convex_by_a_component_needs_a_solution(p):
    F, slope = system(p, e1, one, one)
    onto(p, F, slope)
    full_rank(p, e1, one, one)
    p.have(shifted_loss.claim, by=shifted_loss)
    p.contradiction(p.statement(F, origin, one, -one)(1))
