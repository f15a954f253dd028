"""The repaired Proposition needs a second derivative: a system of two outputs that has only one.

F(w) = (w₁ + ‖w‖², ‖w‖√(4‖w‖ − 2w₁)) from ℝ³ to ℝ² is differentiable, its first component has the
Hessian 2I, and its square loss at 0 is ½w₁² + ½‖w‖⁴ + 2‖w‖³, which is convex.
"""

from plproof import (
    DERIVATIVE,
    Convex,
    ConvexOn,
    DifferentiableMapAt,
    Function,
    Lemma,
    PositiveIndexAbove,
    Reals,
    Space,
    SquareLoss,
    Subspace,
    Vectors,
    conj,
    dim,
    disj,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    member,
    norm,
    rational,
    sq,
    sqrt,
)
from theorems.functions.convex_on_balls import convex_on_balls
from theorems.over_parameterised.not_convex_hypotheses import square_of_a_mean
from theorems.over_parameterised.not_convex_near_minimum import W, Y, not_convex_near_minimum
from theorems.over_parameterised.quadratic_system import quadratic, quadratic_system_derivative

R2, R3 = Space.coordinates(2), Space.coordinates(3)
first, second, e1, origin = R2.basis(1), R2.basis(2), R3.basis(1), R3.zero
F, N = Function("F", R3, R2), Subspace("N", R3)
w, a, b, x, h = Vectors("w a b x h", R3)
eps, delta, t, i, j, m = Reals("epsilon delta t i j m")
half = rational(1, 2)

#: what is used of F: its first component, and the square of its second
components = dict(
    first=forall(w, eq(ip(first, F(w)), ip(e1, w) + sq(w))),
    second=forall(w, eq(ip(second, F(w)) ** 2, 4 * norm(w) * sq(w) - 2 * ip(e1, w) * sq(w))),
)
linear = quadratic(R3, e1, first, R2.zero)
A = jac(linear, origin)
error = F(origin + h) - F(origin) - A @ h

derivative_at_zero = Lemma(
    "A map with these components vanishes at 0 and has the derivative h ↦ h₁e₁ there",
    given=components,
    claim=conj(
        eq(F(origin), 0),
        DifferentiableMapAt(F, origin),
        forall(h, eq(jac(F, origin) @ h, ip(e1, h) * first)),
    ),
)


@derivative_at_zero.proof
def _(p):
    slope = p.use(quadratic_system_derivative, a=e1, e=first, c=R2.zero)(origin)[1]
    planar = p.coordinates(2)[1]
    none, top = p.second(origin), p.first(origin)
    zero = p.zero_vector(
        F(origin), by=[F(origin) * planar(F(origin)), none, ip(first, F(origin)) * top]
    )
    with p.fix(eps), p.suppose(eps > 0):
        short = eps**2 / (7 + eps**2)
        p.have(7 + eps**2 > 0)
        p.have(short <= 1)
        p.have(7 * short <= eps**2)
        small = forall(h, implies(norm(h) <= delta, norm(error) <= eps * norm(h)))
        with p.fix(h), p.suppose(norm(h) <= short) as near:
            n = norm(h)
            n0, nn = p.norm(h)
            whole, image = p.have(eq(error, F(h) - ip(e1, h) * first), by=[zero, slope(h)]), F(h)
            split = p.have(
                eq(sq(image), ip(first, image) ** 2 + ip(second, image) ** 2),
                by=image * planar(image),
            )
            size = p.have(
                eq(sq(image - ip(e1, h) * first), sq(h) ** 2 + ip(second, image) ** 2),
                by=[split, (ip(first, image) + sq(h) - ip(e1, h)) * p.first(h)],
            )
            axis = p.have(ip(e1, h) ** 2 <= sq(h), squares=[h - ip(e1, h) * e1])
            side = p.compare_squares(-ip(e1, h), n, by=[nn, axis])
            p.have(sq(h) >= 0)
            below = p.have(n <= 1, by=[near])
            steep = p.have(n * n + 6 * n <= eps**2, by=[n0 * below, 7 * near])
            square = p.have(
                sq(image - ip(e1, h) * first) <= eps**2 * sq(h),
                by=[size, p.second(h), 2 * (sq(h) * side), sq(h) * steep, sq(h) * nn],
            )
            gap = p.norm(image - ip(e1, h) * first)[1]
            p.compare_squares(
                norm(image - ip(e1, h) * first), eps * n, by=[square, gap, eps**2 * nn]
            )
            p.have(norm(error) <= eps * n, by=[whole, p.last])
        p.exhibit(exists(delta, conj(delta > 0, small)), short, by=p.last)
    near = p.last
    same = p.have(eq(jac(F, origin), A), by=p.axiom(DERIVATIVE, F, origin, A))
    p.have(eq(A, jac(F, origin)), by=same)
    p.have(DifferentiableMapAt(F, origin), by=p.rewrite(near, by=p.last))
    p.have(forall(h, eq(jac(F, origin) @ h, ip(e1, h) * first)), by=lambda h: [same, slope(h)])


hessian_of_the_first = Lemma(
    "The first component has the Hessian 2I at 0 where F is differentiable",
    given=dict(first=components["first"], differentiable=forall(w, DifferentiableMapAt(F, w))),
    claim=forall(h, eq(hess_along(F, origin, first) @ h, 2 * h)),
)


@hessian_of_the_first.proof
def _(p):
    component, known = mapsto(x, ip(first, F(x))), mapsto(x, ip(e1, x) + sq(x))
    same = p.extensional(p.first)
    with p.fix(w):
        p.have(DifferentiableMapAt(F, w), by=p.differentiable(w))
        here = p.differentiate(component, w)[1]
        explicit = p.differentiate(known, w)[1]
        p.have(eq(grad(component, w), jac(F, w).T @ first), by=here)
        pulled = p.last
        p.have(eq(grad(component, w), e1 + 2 * w), by=[same, explicit])
        p.have(eq(jac(F, w).T @ first, e1 + 2 * w), by=[pulled, p.last])
    slopes = p.extensional(p.last)
    line = mapsto(w, e1 + 2 * w)
    second = p.differentiate(line, origin)[1]
    p.have(forall(h, eq(jac(line, origin) @ h, 2 * h)), by=lambda h: second(h))
    twice = p.last
    p.have(forall(h, eq(hess_along(F, origin, first) @ h, 2 * h)), by=lambda h: [slopes, twice(h)])


cube_of_a_mean = Lemma(
    "A cube is at most the mean of two cubes when the number is at most their mean",
    given=dict(
        low=t >= 0,
        high=t <= 1,
        i_pos=i >= 0,
        j_pos=j >= 0,
        m_pos=m >= 0,
        below=m <= (1 - t) * i + t * j,
    ),
    claim=m**3 <= (1 - t) * i**3 + t * j**3,
)


@cube_of_a_mean.proof
def _(p):
    def tangent(n, known):
        """Prove that n³ lies above its tangent at m."""
        above = p.have(n + 2 * m >= 0, by=[known, 2 * p.m_pos])
        square = p.have((n - m) ** 2 >= 0)
        return p.have(n**3 >= m**3 + 3 * m**2 * (n - m), by=square * above)

    left, right = tangent(i, p.i_pos), tangent(j, p.j_pos)
    p.have(cube_of_a_mean.claim, by=[(1 - t) * left, t * right, 3 * m**2 * p.below])


loss = SquareLoss(F, R2.zero)

loss_is_convex = Lemma(
    "The square loss of a map with these components is convex: ½w₁² + ½‖w‖⁴ + 2‖w‖³",
    given=components,
    claim=ConvexOn(loss, origin, 1),
)


@loss_is_convex.proof
def _(p):
    planar = p.coordinates(2)[1]

    def level(w):
        return ip(e1, w) ** 2 / 2 + sq(w) ** 2 / 2 + 2 * norm(w) ** 3

    with p.fix(w):
        image, (_, ww) = F(w), p.norm(w)
        split = p.have(
            eq(sq(image), ip(first, image) ** 2 + ip(second, image) ** 2), by=image * planar(image)
        )
        top = (ip(first, image) + ip(e1, w) + sq(w)) * p.first(w)
        p.have(eq(loss(w), level(w)), by=[split, top, p.second(w), 2 * (norm(w) * ww)])
    value = p.last
    with p.fix(a, b, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * a + t * b, 1 - t
        p.have(conj(norm(a) >= 0, norm(b) >= 0, norm(at) >= 0))
        p.have(conj(sq(a) >= 0, sq(b) >= 0, sq(at) >= 0))
        parts = [p.norm_of_multiple(s, a), p.norm_of_multiple(t, b)]
        p.have(norm(at) <= s * norm(a) + t * norm(b), by=[p.triangle(s * a, t * b), *parts])
        cube = p.use(cube_of_a_mean, m=norm(at), i=norm(a), j=norm(b))
        weight = p.have(t * s >= 0)
        apart = p.have(sq(a - b) >= 0)
        p.have(sq(at) <= s * sq(a) + t * sq(b), by=weight * apart)
        fourth = p.use(square_of_a_mean, m=sq(at), i=sq(a), j=sq(b))
        spread = p.have((ip(e1, a) - ip(e1, b)) ** 2 >= 0, squares=[ip(e1, a) - ip(e1, b)])
        linear = p.have(
            ip(e1, at) ** 2 <= s * ip(e1, a) ** 2 + t * ip(e1, b) ** 2, by=weight * spread
        )
        mean = s * level(a) + t * level(b)
        p.have(level(at) <= mean, by=[half * linear, half * fourth, 2 * cube])
        p.have(
            loss(at) <= s * loss(a) + t * loss(b),
            by=[value(at), s * value(a), t * value(b), p.last],
        )
    p.have(Convex(loss), by=p.last)
    p.have(ConvexOn(loss, origin, 1), by=p.use(convex_on_balls, f=loss, c=origin, r=1))


# ---------------------------------------------------------------- the system
def inner(w):
    """Return 4‖w‖ − 2w₁, which is positive for w ≠ 0."""
    return 4 * norm(w) - 2 * ip(e1, w)


system = mapsto(w, (ip(e1, w) + sq(w)) * first + norm(w) * sqrt(inner(w)) * second)


def has_components(p):
    """Prove what the lemmas ask of the system's components."""
    with p.fix(w):
        n0, nn = p.norm(w)
        axis = p.have(ip(e1, w) ** 2 <= sq(w), squares=[w - ip(e1, w) * e1])
        side = p.compare_squares(ip(e1, w), norm(w), by=[nn, axis])
        p.have(inner(w) >= 2 * norm(w), by=2 * side)
    large = p.last
    with p.fix(w):
        n0, nn = p.norm(w)
        p.have(inner(w) >= 0, by=[large(w), 2 * n0])
        root = p.root(inner(w))[1]
        value = 4 * norm(w) * sq(w) - 2 * ip(e1, w) * sq(w)
        p.have(eq(ip(second, system(w)) ** 2, value), by=[norm(w) ** 2 * root, inner(w) * nn])
    p.have(forall(w, eq(ip(first, system(w)), ip(e1, w) + sq(w))))
    return large


def is_differentiable(p, large, zero):
    """Prove that the system is differentiable, at 0 because its derivative there is known."""
    with p.fix(w), p.cases():
        with p.case(sq(w) <= 0) as null:
            none = p.zero_vector(w, by=null)
            same = p.have(eq(origin, w), by=none)
            p.have(DifferentiableMapAt(system, w), by=p.rewrite(zero, by=same))
        with p.case(0 < sq(w)):
            p.have(norm(w) > 0)
            p.have(inner(w) > 0, by=large(w))
            p.have(DifferentiableMapAt(system, w), by=p.differentiate(system, w)[0])
    p.have(forall(w, DifferentiableMapAt(system, w)), by=p.last)


def has_index(p, double):
    """Prove that more than two eigenvalues of the first component's Hessian are positive."""
    H = hess_along(system, origin, first)
    with p.fix(w), p.suppose(member(w, R3.whole)):
        p.have(2 * sq(w) <= ip(H @ w, w), by=w * double(w))
    definite = p.last
    p.have(R2.dim < dim(R3.whole), by=[p.coordinates(2)[0], p.coordinates(3)[0]])

    def on(space, bound):
        below = forall(w, implies(member(w, space), bound * sq(w) <= ip(H @ w, w)))
        return conj(R2.dim < dim(space), bound > 0, below)

    p.exhibit(exists(m, on(R3.whole, m)), 2, by=definite)
    p.exhibit(exists(N, exists(m, on(N, m))), R3.whole, by=p.last)
    p.have(PositiveIndexAbove(H, R2.dim), by=p.last)
    p.have(disj(PositiveIndexAbove(H, R2.dim), PositiveIndexAbove(-H, R2.dim)), by=p.last)


@not_convex_near_minimum.without(
    "smooth",
    spaces={W: R3, Y: R2},
    note="F(w) = (w₁ + ‖w‖², ‖w‖√(4‖w‖ − 2w₁)) from ℝ³ to ℝ², differentiable once only, with the "
    "convex loss w₁²/2 + ‖w‖⁴/2 + 2‖w‖³",
)
def not_convex_needs_a_second_derivative(p):
    large = has_components(p)
    zero = p.use(derivative_at_zero, F=system)
    is_differentiable(p, large, zero[1][0])
    has_index(p, p.use(hessian_of_the_first, F=system))
    p.have(eq(first, jac(system, origin) @ e1), by=zero[1][1](e1))
    p.have(eq(system(origin), R2.zero), by=zero[0])
    convex = p.use(loss_is_convex, F=system)
    p.have(convex.claim, by=convex)
    p.contradiction(p.statement(system, origin, R2.zero, first, e1)(1))
