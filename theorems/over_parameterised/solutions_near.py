"""Solutions of F(w) = y near one where DF is onto: they reach out along the kernel of DF.

Where the square loss is convex the solutions are a convex set, so that F is constant on segments.
"""

from plproof import (
    BOUNDED_MAP,
    BROUWER,
    FALSE,
    RIGHT_INVERSE,
    ConvexOn,
    DifferentiableAt,
    DifferentiableMapAt,
    DifferentiableMapNear,
    Function,
    Lemma,
    LinearMap,
    Onto,
    Reals,
    Space,
    SquareLoss,
    TwiceDifferentiableAt,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    hess,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    ne,
    norm,
    sq,
)
from theorems.functions.below import below_four, below_two, short_enough
from theorems.functions.equal_near import equal_near
from theorems.functions.map_is_continuous import map_is_continuous
from theorems.functions.second_order_taylor import taylor
from theorems.over_parameterised.second_order import component_gradient

W, Y = Space("W"), Space("Y")
F, f = Function("F", W, Y), Function("f", W)
S, B = LinearMap("S", Y, W), LinearMap("B", W, W)
w, ws, v, x, z, d = Vectors("w w* v x z d", W)
y, u = Vectors("y u", Y)
r, s, t, eps, delta, b, c, e = Reals("r s t epsilon delta b c e")
t0, t1, t2 = Reals("t0 t1 t2")
A = jac(F, ws)
near = DifferentiableMapNear(F, ws)


def solution_at(t, d):
    """Say that w* + d solves the system as w* does, and that d is nearly tz and short."""
    return conj(t > 0, norm(d - t * z) <= eps * t, norm(d) <= r, eq(F(ws + d), F(ws)))


def nearly(t):
    """Say that there is such a d."""
    return exists(d, solution_at(t, d))


reached = exists(t, nearly(t))

solutions_along_the_kernel = Lemma(
    "Where DF(w*) is onto there are points w* + d with F(w* + d) = F(w*) in nearly any direction "
    "of its kernel",
    given=dict(near=near, onto=Onto(A), kernel=eq(A @ z, 0)),
    claim=forall([eps, r], implies(eps > 0, r > 0, reached)),
    note="x ↦ tz + S(DF(w*)x − F(w* + x) + F(w*)), where DF(w*)S = 1, sends the ball of radius εt "
    "around tz into itself for small t, and F(w* + x) = F(w*) where x is a fixed point",
)


@solutions_along_the_kernel.proof
def _(p):
    zero = p.compare_squares(norm(ws - ws), 0, by=p.norm(ws - ws)[1])
    with (
        p.fix(eps, r),
        p.suppose(eps > 0) as positive,
        p.suppose(r > 0),
        p.obtain(p.near, s) as smooth,
        p.obtain(p.axiom(RIGHT_INVERSE, A), S) as inverse,
        p.obtain(p.axiom(BOUNDED_MAP, S), c) as bounded,
    ):
        c0, z0 = p.have(c >= 0, by=bounded[0]), p.norm(z)[0]
        reach = norm(z) + eps
        far = p.have(reach > 0, by=[z0, positive])
        room = eps / ((c + 1) * reach)
        p.have(room > 0)
        fits = p.have(c * room * reach <= eps)
        p.have(norm(ws - ws) <= s, by=[zero, smooth[0]])
        p.have(DifferentiableMapAt(F, ws), by=smooth[1](ws))
        with (
            p.obtain(p.have(DifferentiableMapAt(F, ws), by=p.last)(room), delta) as linear,
            p.obtain(p.use(short_enough, a=delta, b=reach), t0) as one,
            p.obtain(p.use(short_enough, a=s, b=reach), t1) as two,
            p.obtain(p.use(short_enough, a=r, b=reach), t2) as three,
            p.obtain(p.use(below_four, a=t0, b=t1, c=t2, d=1), t) as least,
        ):
            below = least[1]
            small = {
                delta: p.have(t * reach <= delta, by=[far * below[0], one[1]]),
                s: p.have(t * reach <= s, by=[far * below[1][0], two[1]]),
                r: p.have(t * reach <= r, by=[far * below[1][1][0], three[1]]),
            }
            p.have(t > 0, by=least[0])
            centre = ws + t * z
            T = mapsto(x, centre + S @ (A @ (x - ws) - F(x) + F(ws)))
            inside = norm(x - centre) <= eps * t
            with p.fix(x), p.suppose(inside) as close:
                along = p.norm_of_multiple(t, z)
                short = p.have(
                    norm(x - ws) <= t * reach, by=[p.triangle(x - centre, t * z), along, close]
                )
                bounds = [norm(x - ws) <= bound for bound in (t * reach, *small)]
                p.have(conj(*bounds), by=[short, *small.values()])
            stays = p.last
            with p.fix(x), p.suppose(inside):
                error = F(ws + (x - ws)) - F(ws) - A @ (x - ws)
                size = p.have(norm(x - ws) <= t * reach, by=stays(x)[0])
                p.have(norm(x - ws) <= delta, by=stays(x)[1][0])
                moved = p.have(norm(error) <= room * norm(x - ws), by=linear[1](x - ws))
                p.have(
                    norm(T(x) - centre) <= eps * t,
                    by=[bounded[1](-error), c * moved, c0 * room * size, t * fits],
                )
            with p.fix(x, e), p.suppose(inside), p.suppose(e > 0):
                p.have(norm(x - ws) <= s, by=stays(x)[1][1][0])
                p.have(DifferentiableMapAt(F, x), by=smooth[1](x))
                p.have(DifferentiableMapAt(T, x), by=p.differentiate(T, x)[0])
                with p.obtain(p.use(map_is_continuous, F=T)(e), b) as steady:
                    with p.fix(v), p.suppose(norm(v - centre) <= eps * t):
                        with p.suppose(norm(v - x) <= b):
                            p.have(norm(T(v) - T(x)) <= e, by=steady[1](v))
                    p.exhibit(exists(b, conj(b > 0, p.last.claim)), b, by=[steady[0], p.last])
            p.have(eps * t >= 0)
            with p.obtain(p.axiom(BROUWER, T, centre, eps * t), v) as fixed:
                d, miss = v - ws, F(v) - F(ws)
                with p.fix(u):
                    p.zero_vector((A @ S) @ u - u, by=inverse)
                    p.have(eq((A @ S) @ u, u), by=p.last)
                same = p.last
                image = A @ d - miss
                p.zero_vector(
                    miss,
                    by=[(A.T @ miss) * fixed[1], miss * same(image), t * miss * p.kernel],
                )
                solves = p.have(eq(F(ws + d), F(ws)), by=p.last)
                direct = p.have(norm(d - t * z) <= eps * t, by=fixed[0])
                p.have(norm(d) <= r, by=stays(v)[1][1][1])
                p.have(solution_at(t, d), by=[direct, p.last, solves])
                p.exhibit(nearly(t), d, by=p.last)
            p.exhibit(reached, t, by=p.last)


solutions_are_convex = Lemma(
    "Where the square loss is convex, points between solutions are solutions",
    given=dict(
        convex=ConvexOn(SquareLoss(F, y), ws, r),
        solution=eq(F(ws), y),
        another=eq(F(ws + d), y),
        near=norm(d) <= r,
        low=t >= 0,
        high=t <= 1,
    ),
    claim=eq(F(ws + t * d), y),
)


@solutions_are_convex.proof
def _(p):
    loss, e = SquareLoss(F, y), F(ws + t * d) - y
    zero = p.compare_squares(norm(ws - ws), 0, by=p.norm(ws - ws)[1])
    p.have(norm(ws - ws) <= r, by=[zero, p.norm(d)[0], p.near])
    p.have(norm(ws + d - ws) <= r, by=p.near)
    between = p.have(
        loss(ws + t * d) <= (1 - t) * loss(ws) + t * loss(ws + d), by=p.convex(ws, ws + d, t)
    )
    here, there = F(ws) - y, F(ws + d) - y
    p.zero_vector(e, by=[2 * between, (1 - t) * here * p.solution, t * there * p.another])
    p.have(p.goal, by=p.last)


component = mapsto(x, ip(u, F(x)))
pulled_back = mapsto(x, jac(F, x).T @ u)

hessian_of_a_component = Lemma(
    "Where F is differentiable near w*, ∇²⟨u, F⟩(w*) is the Hessian of the function ⟨u, F⟩",
    given=dict(near=near, component=TwiceDifferentiableAt(component, ws)),
    claim=eq(hess_along(F, ws, u), hess(component, ws)),
)


@hessian_of_a_component.proof
def _(p):
    gradient = mapsto(x, grad(component, x))
    with p.obtain(p.near, r) as close:
        with p.fix(v), p.suppose(norm(v - ws) <= r):
            p.have(DifferentiableMapAt(F, v), by=close[1](v))
            p.have(eq(pulled_back(v), gradient(v)), by=p.use(component_gradient, x=v)[1])
        same = forall(v, implies(norm(v - ws) <= r, eq(pulled_back(v), gradient(v))))
        p.exhibit(exists(r, conj(r > 0, same)), r, by=p.last)
    p.have(DifferentiableMapAt(gradient, ws), by=p.component[1])
    found = p.use(equal_near, F=gradient, G=pulled_back, x=ws)
    p.have(p.goal, by=found[1])


flat_along_a_segment = Lemma(
    "A function that is twice differentiable at w* and constant on a segment from w* has no "
    "curvature along it",
    given=dict(
        smooth=TwiceDifferentiableAt(f, ws),
        constant=forall(t, implies(t >= 0, t <= 1, eq(f(ws + t * d), f(ws)))),
    ),
    claim=eq(ip(hess(f, ws) @ d, d), 0),
)


@flat_along_a_segment.proof
def _(p):
    gradient = mapsto(x, grad(f, x))
    p.have(DifferentiableMapAt(gradient, ws), by=p.smooth[1])
    with p.obtain(p.smooth[0], r) as close:
        with p.fix(v), p.suppose(norm(v - ws) <= r):
            smooth = p.have(DifferentiableAt(f, v), by=close[1](v))
            same = p.have(eq(grad(f, v), gradient(v)))
            p.have(conj(smooth.claim, same.claim))
        p.exhibit(exists(r, conj(r > 0, p.last.claim)), r, by=p.last)
    expansion = p.use(taylor, f=f, g=gradient, x=ws)
    bend, n = ip(hess(f, ws) @ d, d), sq(d)
    p.have(n >= 0)
    d0, bound = p.norm(d)[0], conj(bend <= 6 * eps * n, -bend <= 6 * eps * n)
    # the expansions at td and td/2 cancel the slope along d
    with (
        p.fix(eps),
        p.suppose(eps > 0),
        p.obtain(expansion(eps), delta) as near_w,
        p.obtain(p.use(short_enough, a=delta, b=norm(d)), s) as short,
        p.obtain(p.use(below_two, a=s, b=1), t) as small,
    ):
        p.have(t > 0, by=small[0])
        whole = p.have(t * norm(d) <= delta, by=[d0 * small[1][0], short[1]])
        steps = []
        for part in (t, t / 2):
            length = p.norm_of_multiple(part, d)
            p.have(norm(part * d) <= delta, by=[length, part / t * whole, d0 * small[0]])
            p.have(part <= 1, by=small[1][1])
            steps.append((near_w[1](part * d), p.constant(part)))
        (one, same_one), (half, same_half) = steps
        p.have(
            bend <= 6 * eps * n,
            by=[4 / t**2 * one[1], 8 / t**2 * half[0], 4 / t**2 * same_one, 8 / t**2 * same_half],
        )
        p.have(
            -bend <= 6 * eps * n,
            by=[4 / t**2 * one[0], 8 / t**2 * half[1], 4 / t**2 * same_one, 8 / t**2 * same_half],
        )
        p.have(bound)
    all_eps = p.last

    def at_most_zero(value, side):
        with p.cases():
            with p.case(value <= 0):
                p.have(value <= 0)
            with p.case(0 < value):
                room = value / (12 * (n + 1))
                p.have(room > 0)
                p.have(12 * room * n <= value)
                p.have(value <= 0, by=[2 * all_eps(room)[side], p.last])
        return p.last

    p.equal(bend, 0, by=(at_most_zero(bend, 0), at_most_zero(-bend, 1)))


away = forall([t, d], implies(t > 0, norm(d - t * z) <= eps * t, ne(ip(B @ d, d), 0)))

form_near_a_ray = Lemma(
    "A quadratic form that is not zero at z is not zero near the ray of z",
    given=dict(curved=ne(ip(B @ z, z), 0)),
    claim=exists(eps, conj(eps > 0, away)),
)


@form_near_a_ray.proof
def _(p):
    z0 = p.norm(z)[0]

    def with_sign(sign, positive):
        """Conclude the claim where the form has this sign at z."""
        value = sign * ip(B @ z, z)
        with p.obtain(p.axiom(BOUNDED_MAP, B), c) as bounded:
            c0, size = bounded[0], 2 * c * norm(z) + c
            s0 = p.have(size >= 0, by=[c0 * z0, c0])
            p.have(2 * size >= 0, by=s0)
            with (
                p.obtain(p.use(short_enough, a=value, b=2 * size), s) as room,
                p.obtain(p.use(below_two, a=s, b=1), eps) as small,
            ):
                within = p.have(2 * eps * size <= value, by=[s0 * small[1][0], room[1]])
                p.have(eps > 0, by=small[0])
                with (
                    p.fix(t, d),
                    p.suppose(t > 0) as ahead,
                    p.suppose(norm(d - t * z) <= eps * t) as close,
                ):
                    e = d - t * z
                    e0 = p.norm(e)[0]
                    tall = p.have(norm(e) <= t, by=[close, ahead * small[1][1]])
                    mixed = p.have(
                        -sign * ip(B @ z, e) <= c * norm(z) * norm(e),
                        by=[p.cauchy_schwarz(B @ z, -sign * e), e0 * bounded[1](z)],
                    )
                    other = p.have(
                        -sign * ip(B @ e, z) <= c * norm(z) * norm(e),
                        by=[p.cauchy_schwarz(B @ e, -sign * z), z0 * bounded[1](e)],
                    )
                    last = p.have(
                        -sign * ip(B @ e, e) <= c * norm(e) * t,
                        by=[p.cauchy_schwarz(B @ e, -sign * e), e0 * bounded[1](e), c0 * e0 * tall],
                    )
                    with p.suppose(eq(ip(B @ d, d), 0)) as flat:
                        level = p.have(
                            t**2 * value <= t * size * norm(e),
                            by=[sign * flat, t * mixed, t * other, last],
                        )
                        p.have(
                            FALSE,
                            by=[
                                level,
                                ahead * s0 * close,
                                t**2 * within,
                                ahead * ahead * positive,
                            ],
                        )
                p.exhibit(p.goal, eps, by=[small[0], p.last])

    with p.cases():
        with p.case(ip(B @ z, z) < 0) as negative:
            with_sign(-1, negative)
        with p.case(eq(ip(B @ z, z), 0)), p.by_contradiction(p.goal):
            p.contradiction(p.curved)
        with p.case(0 < ip(B @ z, z)) as positive:
            with_sign(1, positive)
