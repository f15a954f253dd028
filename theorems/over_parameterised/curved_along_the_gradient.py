"""Where ∇ℓ(F(w)) is not zero: negative curvature of ⟨∇ℓ(F(w)), F⟩ on the kernel of DF(w)."""

from plproof import (
    FALSE,
    ConvexOn,
    DifferentiableAt,
    Function,
    Lemma,
    Loss,
    Reals,
    Space,
    TwiceDifferentiableMapAt,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    neg,
    norm,
    rational,
    sq,
)
from theorems.functions.below import below_four, short_enough
from theorems.over_parameterised.second_order import component_taylor, remainder_is_quadratic

W, Y = Space("W"), Space("Y")
F, loss, f = Function("F", W, Y), Function("l", Y), Function("f", W)
w, c, z, x, y = Vectors("w c z x y", W)
r, s, t, eps, b, e, delta, C1, C2, t1, t2, t3, t4, x0 = Reals(
    "r s t epsilon b e delta C1 C2 t1 t2 t3 t4 x0"
)
half = rational(1, 2)

convex_on_smaller_balls = Lemma(
    "A function that is convex on a ball is convex on the balls inside",
    given=dict(convex=ConvexOn(f, c, r), inside=norm(w - c) + s <= r),
    claim=ConvexOn(f, w, s),
)


@convex_on_smaller_balls.proof
def _(p):
    within = conj(norm(x - w) <= s, norm(y - w) <= s, t >= 0, t <= 1)
    with p.fix(x, y, t), p.suppose(within) as both:
        p.have(norm(x - c) <= r, by=[p.triangle(x - w, w - c), both[0], p.inside])
        p.have(norm(y - c) <= r, by=[p.triangle(y - w, w - c), both[1][0], p.inside])
        p.have(f((1 - t) * x + t * y) <= (1 - t) * f(x) + t * f(y), by=p.convex(x, y, t))
    p.have(p.goal, by=p.last)


g = grad(loss, F(w))
H = ip(hess_along(F, w, g) @ z, z)

curved_along_the_gradient = Lemma(
    "Where ⟨∇²⟨u, F⟩(w)z, z⟩ < 0 for u = ∇ℓ(F(w)) and z in the kernel of DF(w), ℓ(F) is "
    "convex on no ball around w",
    given=dict(
        smooth=TwiceDifferentiableMapAt(F, w),
        smooth_loss=DifferentiableAt(loss, F(w)),
        kernel=eq(jac(F, w) @ z, 0),
        negative=H < 0,
    ),
    claim=forall(r, implies(r > 0, neg(ConvexOn(Loss(loss, F), w, r)))),
)


@curved_along_the_gradient.proof
def _(p):
    p.have(-H / 8 > 0, by=p.negative)
    z0 = p.norm(z)[0]
    p.have(sq(z) >= 0)
    plus, minus = w + t * z, w + t * -z
    with (
        p.fix(r),
        p.suppose(r > 0),
        p.suppose(ConvexOn(Loss(loss, F), w, r)) as convex,
        p.obtain(p.use(short_enough, a=-H / 8, b=sq(z)), eps) as small,
        p.obtain(p.use(component_taylor, u=g)(eps), b) as taylor,
        p.obtain(p.use(remainder_is_quadratic, k=z), C1) as rest,
        p.obtain(rest, t1) as rest1,
        p.obtain(p.use(remainder_is_quadratic, k=-z), C2) as rest,
        p.obtain(rest, t2) as rest2,
    ):
        C = C1 + C2
        C0 = p.have(C >= 0, by=[rest1[0], rest2[0]])
        with (
            p.obtain(p.use(short_enough, a=-H / 8, b=C), e) as slow,
            p.obtain(p.smooth_loss(e), delta) as near,
            p.obtain(p.use(short_enough, a=b, b=norm(z)), s) as one,
            p.obtain(p.use(short_enough, a=r, b=norm(z)), t3) as two,
            p.obtain(p.use(short_enough, a=delta, b=C), t4) as three,
            p.obtain(p.use(below_four, a=t1, b=t2, c=s, d=t3), x0) as four,
            p.obtain(p.use(below_four, a=x0, b=t4, c=1, d=1), t) as least,
        ):
            within = four[1]
            t0 = p.have(t >= 0, by=least[0])
            p.have(t <= t1, by=[least[1][0], within[0]])
            p.have(t <= t2, by=[least[1][0], within[1][0]])
            t_b = p.have(t * norm(z) <= b, by=[z0 * least[1][0], z0 * within[1][1][0], one[1]])
            t_r = p.have(t * norm(z) <= r, by=[z0 * least[1][0], z0 * within[1][1][1], two[1]])
            t_d = p.have(t * C <= delta, by=[C0 * least[1][1][0], three[1]])
            square = p.have(t**2 >= 0, by=t0 * t0)

            def moved(k, sign, rest, other):
                """Prove that w + tk is near, and how much ℓ(F) rises there."""
                there = w + t * k
                d = F(there) - F(w)
                same = p.have(eq(d, d - t * (jac(F, w) @ k)), by=t * p.kernel)
                length = p.have(norm(d) <= C * t**2, by=[same, rest(t), square * other])
                p.have(norm(d) <= delta, by=[length, t_d, C0 * t0 * least[1][1][1][0]])
                scaled = p.have(norm(t * k) <= t * norm(z), by=p.norm_of_multiple(t, k))
                p.have(norm(t * k) <= b, by=[scaled, t_b])
                p.have(norm(there - w) <= r, by=[scaled, t_r])
                rise = p.have(
                    loss(F(there)) <= loss(F(w)) + ip(g, d) + e * C * t**2,
                    by=[near[1](d)[0], slow[0] * length],
                )
                return p.have(
                    loss(F(there)) <= loss(F(w)) + (H / 2 + eps * sq(z) + e * C) * t**2,
                    by=[rise, taylor[1](t * k)[0], sign * t * g * p.kernel],
                )

            up = moved(z, 1, rest1[1][1], rest2[0])
            down = moved(-z, -1, rest2[1][1], rest1[0])
            mean = p.have(
                2 * loss(F(w)) <= loss(F(plus)) + loss(F(minus)), by=2 * convex(plus, minus, half)
            )
            p.have(
                FALSE,
                by=[
                    mean,
                    up,
                    down,
                    2 * (square * small[1]),
                    2 * (square * slow[1]),
                    half * (least[0] * least[0] * p.negative),
                ],
            )
