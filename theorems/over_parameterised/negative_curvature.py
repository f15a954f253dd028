"""A loss is not convex near a solution where a form on the kernel of DF is not zero.

The points w + tv and w + t(v ± z), with DF(w)z = 0, lie on a line with the first in the middle; for
small t the value in the middle is larger than the mean of the other two, by an amount of order t³.
"""

from plproof import (
    BOUNDED_MAP,
    FALSE,
    ConvexOn,
    DifferentiableAt,
    Function,
    Lemma,
    Loss,
    Real,
    Reals,
    Source,
    Space,
    Theorem,
    TwiceDifferentiableAt,
    TwiceDifferentiableMapAt,
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
    ne,
    neg,
    norm,
    rational,
    sq,
)
from theorems.functions.below import below_four, short_enough
from theorems.functions.mean_value import mean_value
from theorems.over_parameterised.second_order import (
    component_taylor,
    hessian_of_the_opposite,
    remainder_is_quadratic,
)

W, Y = Space("W"), Space("Y")
F, loss = Function("F", W, Y), Function("l", Y)
w, v, z = Vectors("w v z", W)
y, a, u, q, x, d = Vectors("y a u q x d", Y)
r, s, t, eps, delta, b, c, C = Reals("r s t epsilon delta b c C")
C0, C1, C2, t0, t1, t2, t3 = Reals("C0 C1 C2 t0 t1 t2 t3")
sigma = Real("sigma")
half = rational(1, 2)

P = hess(loss, y)
near_line = conj(norm(q - y - t * a) <= C * t**2, norm(x - y - t * a) <= C * t**2)
change = loss(x) <= loss(q) + t * ip(P @ a, x - q) + eps * t**3
on_line = forall([t, q, x], implies(t >= 0, t <= delta, near_line, change))

loss_near_a_line = Lemma(
    "Near the line y + ta, where ∇ℓ(y) = 0, ℓ changes by at most t⟨∇²ℓ(y)a, x − q⟩ + εt³",
    given=dict(
        smooth=TwiceDifferentiableAt(loss, y),
        critical=eq(grad(loss, y), 0),
        C_pos=C >= 0,
        eps_pos=eps > 0,
    ),
    claim=exists(delta, conj(delta > 0, on_line)),
)


@loss_near_a_line.proof
def _(p):
    a0 = p.norm(a)[0]
    K = norm(a) + C + 1
    k1 = p.have(K >= 1, by=[a0, p.C_pos])
    with (
        p.obtain(p.axiom(BOUNDED_MAP, P), c) as bounded,
        p.obtain(p.smooth[0], r) as near,
    ):
        c0 = bounded[0]
        M = 4 * (c + 1) * K**2
        steep = p.have(
            M - K >= 0, by=[4 * (c0 * k1 * k1), 8 * (c0 * k1), 4 * c0, 4 * (k1 * k1), 7 * k1]
        )
        p.have(M >= 0, by=[steep, k1])
        p.have(4 * K**2 >= 0)
        with (
            p.obtain(p.use(short_enough, a=eps, b=4 * K**2), s) as rate,
            p.obtain(p.smooth[1](s), b) as linear,
            p.obtain(p.use(short_enough, a=r, b=M), t0) as one,
            p.obtain(p.use(short_enough, a=b, b=M), t1) as two,
            p.obtain(p.use(short_enough, a=eps, b=M), t2) as three,
            p.obtain(p.use(below_four, a=t0, b=t1, c=t2, d=1), t3) as least,
        ):
            below = least[1]
            M0 = p.have(M >= 0)
            with (
                p.fix(t, q, x),
                p.suppose(t >= 0) as positive,
                p.suppose(t <= t3) as short,
                p.suppose(near_line) as close,
            ):
                e, A, B = x - q, q - y - t * a, x - y - t * a
                tM = p.have(t * M <= r, by=[M0 * short, M0 * below[0], one[1]])
                tb = p.have(t * M <= b, by=[M0 * short, M0 * below[1][0], two[1]])
                te = p.have(t * M <= eps, by=[M0 * short, M0 * below[1][1][0], three[1]])
                t_1 = p.have(1 - t >= 0, by=[short, below[1][1][1]])
                tK = p.have(t * K <= t * M, by=positive * steep)
                apart = p.have(norm(e) <= 2 * C * t**2, by=[p.triangle(B, -A), close[0], close[1]])
                mean = t * ip(P @ a, e) + eps * t**3
                at = q + sigma * e
                k0, e0 = p.have(K >= 0, by=k1), p.norm(e)[0]

                t_3 = p.have(t**3 >= 0, by=positive * positive * positive)
                KC = p.have(K - C >= 0, by=a0)
                part = p.have(
                    s * t * K * norm(e) <= half * eps * t**3,
                    by=[
                        rate[0] * positive * k0 * apart,
                        2 * (rate[0] * k0 * KC * t_3),
                        half * (t_3 * rate[1]),
                    ],
                )
                small = p.have(
                    s * t * K * norm(e) + c * C * t**2 * norm(e) <= eps * t**3,
                    by=[
                        part,
                        c0 * p.C_pos * positive * positive * apart,
                        half * (t_3 * te),
                        2 * (k0 * k0 * positive * t_3),
                        2 * (c0 * KC * k0 * positive * t_3),
                        2 * (c0 * KC * p.C_pos * positive * t_3),
                    ],
                )

                def inside(s0, s1):
                    """Prove that the point between q and x is near y + ta, and near y."""
                    parts = p.norm_of_multiple(1 - sigma, A), p.norm_of_multiple(sigma, B)
                    near_a = p.have(
                        norm(at - y - t * a) <= C * t**2,
                        by=[
                            p.triangle((1 - sigma) * A, sigma * B),
                            *parts,
                            s1 * close[0],
                            s0 * close[1],
                        ],
                    )
                    size = p.have(
                        norm(at - y) <= t * K,
                        by=[
                            p.triangle(at - y - t * a, t * a),
                            p.norm_of_multiple(t, a),
                            near_a,
                            p.C_pos * positive * t_1,
                            positive,
                        ],
                    )
                    return near_a, size

                with p.fix(sigma), p.suppose(conj(sigma >= 0, sigma <= 1)) as between:
                    s1 = p.have(1 - sigma >= 0, by=between[1])
                    _, size = inside(between[0], s1)
                    p.have(norm(at - y) <= r, by=[size, tK, tM])
                    p.have(DifferentiableAt(loss, at), by=near[1](at))
                with p.fix(sigma), p.suppose(conj(sigma >= 0, sigma <= 1)) as between:
                    s1 = p.have(1 - sigma >= 0, by=between[1])
                    near_a, size = inside(between[0], s1)
                    p.have(norm(at - y) <= b, by=[size, tK, tb])
                    g = grad(loss, at)
                    error, bend = g - grad(loss, y) - P @ (at - y), P @ (at - y - t * a)
                    off = p.have(norm(error) <= s * norm(at - y), by=linear[1](at - y))
                    off = p.have(norm(error) <= s * t * K, by=[off, rate[0] * size])
                    turn = p.have(
                        norm(bend) <= c * C * t**2, by=[bounded[1](at - y - t * a), c0 * near_a]
                    )
                    p.have(
                        ip(g, e) <= t * ip(P @ a, e) + s * t * K * norm(e) + c * C * t**2 * norm(e),
                        by=[
                            p.cauchy_schwarz(error, e),
                            p.cauchy_schwarz(bend, e),
                            off * e0,
                            turn * e0,
                            e * p.critical,
                        ],
                    )
                    p.have(ip(g, e) <= mean, by=[p.last, small])
                p.have(loss(x) <= loss(q) + mean, by=p.use(mean_value, f=loss, x=q, v=e, a=mean))
                p.have(change)
            p.have(conj(t3 > 0, p.last.claim))
            p.exhibit(loss_near_a_line.claim, t3, by=p.last)


H = ip(hess_along(F, w, u) @ z, z)
straight = jac(F, w) @ v
given = dict(
    smooth=TwiceDifferentiableMapAt(F, w),
    smooth_loss=TwiceDifferentiableAt(loss, F(w)),
    critical=eq(grad(loss, F(w)), 0),
    kernel=eq(jac(F, w) @ z, 0),
    direction=eq(hess(loss, F(w)) @ straight, u),
)

negative_form_breaks_convexity = Lemma(
    "Where ⟨∇²⟨u, F⟩(w)z, z⟩ < 0 for u = ∇²ℓ(F(w))DF(w)v and z in the kernel, ℓ(F) is not convex",
    given=given | dict(negative=H < 0),
    claim=forall(r, implies(r > 0, neg(ConvexOn(Loss(loss, F), w, r)))),
)


@negative_form_breaks_convexity.proof
def _(p):
    S, K, e = norm(v) + norm(z), sq(v + z) + sq(v - z) + 2 * sq(v), -H / 8
    v0, z0 = p.norm(v)[0], p.norm(z)[0]
    S0 = p.have(S >= 0, by=[v0, z0])
    p.have(K >= 0)
    p.have(e > 0, by=p.negative)
    p.have(-H / 4 > 0, by=p.negative)

    middle, plus, minus = w + t * v, w + t * (v + z), w + t * (v - z)
    with (
        p.fix(r),
        p.suppose(r > 0),
        p.suppose(ConvexOn(Loss(loss, F), w, r)) as convex,
        p.obtain(p.use(short_enough, a=-H / 4, b=K), eps) as small,
        p.obtain(p.use(component_taylor)(eps), b) as taylor,
        p.obtain(p.use(remainder_is_quadratic, k=v), C0) as rest,
        p.obtain(rest, t0) as rest0,
        p.obtain(p.use(remainder_is_quadratic, k=v + z), C1) as rest,
        p.obtain(rest, t1) as rest1,
        p.obtain(p.use(remainder_is_quadratic, k=v - z), C2) as rest,
        p.obtain(rest, t2) as rest2,
    ):
        D = C0 + C1 + C2
        p.have(D >= 0, by=[rest0[0], rest1[0], rest2[0]])
        with (
            p.obtain(
                p.use(loss_near_a_line, {loss: loss, y: F(w), a: straight, C: D, eps: e}), t3
            ) as line,
            p.obtain(p.use(below_four, a=t0, b=t1, c=t2, d=t3), c) as four,
            p.obtain(p.use(short_enough, a=b, b=S), s) as one,
            p.obtain(p.use(short_enough, a=r, b=S), C) as two,
            p.obtain(p.use(below_four, a=c, b=s, c=C, d=1), t) as least,
        ):
            below, within = least[1], four[1]
            positive = p.have(t >= 0, by=least[0])
            t_c, t_b = below[0], p.have(t * S <= b, by=[S0 * below[1][0], one[1]])
            t_r = p.have(t * S <= r, by=[S0 * below[1][1][0], two[1]])
            p.have(t <= t0, by=[t_c, within[0]])
            p.have(t <= t1, by=[t_c, within[1][0]])
            p.have(t <= t2, by=[t_c, within[1][1][0]])
            p.have(t <= t3, by=[t_c, within[1][1][1]])
            square = p.have(t**2 >= 0)

            def reached(k, length, rest, others, sign):
                """Prove that w + tk is near, and F there near the line; return its expansion."""
                image = F(w + t * k) - F(w) - t * straight
                same = p.have(
                    eq(image, F(w + t * k) - F(w) - t * (jac(F, w) @ k)), by=sign * t * p.kernel
                )
                p.have(norm(image) <= D * t**2, by=[same, rest(t), *(square * f for f in others)])
                scaled = p.have(
                    norm(t * k) <= t * S, by=[p.norm_of_multiple(t, k), positive * length]
                )
                p.have(norm(t * k) <= b, by=[scaled, t_b])
                p.have(norm(w + t * k - w) <= r, by=[scaled, t_r])
                return taylor[1](t * k)

            one0 = p.have(norm(v) <= S, by=z0)
            one1 = p.have(norm(v + z) <= S, by=p.triangle(v, z))
            one2 = p.have(norm(v - z) <= S, by=p.triangle(v, -z))
            taylor0 = reached(v, one0, rest0[1][1], (rest1[0], rest2[0]), 0)
            taylor1 = reached(v + z, one1, rest1[1][1], (rest0[0], rest2[0]), 1)
            taylor2 = reached(v - z, one2, rest2[1][1], (rest0[0], rest1[0]), -1)
            up, down = F(plus) - F(middle), F(minus) - F(middle)
            second = p.have(
                ip(u, up + down) <= t**2 * (H + eps * K),
                by=[taylor1[0], taylor2[0], 2 * taylor0[1]],
            )
            rise = p.have(
                loss(F(plus)) <= loss(F(middle)) + t * ip(u, up) + e * t**3,
                by=[line[1](t, F(middle), F(plus)), t * up * p.direction],
            )
            fall = p.have(
                loss(F(minus)) <= loss(F(middle)) + t * ip(u, down) + e * t**3,
                by=[line[1](t, F(middle), F(minus)), t * down * p.direction],
            )
            mean = p.have(
                2 * loss(F(middle)) <= loss(F(plus)) + loss(F(minus)),
                by=2 * convex(plus, minus, half),
            )
            cube = p.have(t**3 > 0, by=least[0] * least[0] * least[0])
            p.have(
                FALSE,
                by=[
                    mean,
                    rise,
                    fall,
                    least[0] * second,
                    cube * small[1],
                    half * (cube * p.negative),
                ],
            )


form_on_the_kernel_breaks_convexity = Theorem(
    "Where ⟨∇²⟨u, F⟩(w)z, z⟩ ≠ 0 for u = ∇²ℓ(F(w))DF(w)v and z in the kernel, ℓ(F) is not convex",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "Non-Convexity of Loss Landscapes",
        "Proposition",
    ),
    given=given | dict(curved=ne(H, 0)),
    claim=negative_form_breaks_convexity.claim,
    note="of the loss only ∇ℓ(F(w)) = 0 is asked: it may be a saddle; the Proposition speaks of "
    "ranks, not_convex_near_minimum says how they enter",
)


@form_on_the_kernel_breaks_convexity.proof
def _(p):
    with p.cases():
        with p.case(H < 0):
            p.have(p.goal, by=negative_form_breaks_convexity)
        with p.case(eq(H, 0)), p.by_contradiction(p.goal):
            p.contradiction(p.curved)
        with p.case(0 < H) as high:
            opposite = p.use(hessian_of_the_opposite)
            p.have(eq(hess(loss, F(w)) @ (jac(F, w) @ -v), -u), by=p.direction)
            p.have(ip(hess_along(F, w, -u) @ z, z) < 0, by=[z * opposite(z), high])
            p.have(p.goal, by=p.use(negative_form_breaks_convexity, {v: -v, u: -u}))
