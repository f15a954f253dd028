"""Systems F(w) = ⟨a, w⟩e + φ(w)c: their derivatives, and when their square loss is convex.

The counterexamples to the Proposition are of this form, with φ(w) = ‖w‖² or √(1 + ‖w‖²) − 1.
"""

from plproof import (
    C2At,
    Convex,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Space,
    SquareLoss,
    TwiceDifferentiableNear,
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
    norm,
    sq,
)

W, Y = Space("W"), Space("Y")
phi = Function("phi", W)
a, w, v, x, y, z, h = Vectors("a w v x y z h", W)
e, c, u = Vectors("e c u", Y)
r, s, t, eps, delta, bound, K, M = Reals("r s t epsilon delta b K M")


F = mapsto(w, ip(a, w) * e + phi(w) * c)
gradient = mapsto(w, grad(phi, w))
pulled_back = mapsto(w, jac(F, w).T @ u)
smooth = dict(
    differentiable=forall(w, DifferentiableAt(phi, w)),
    twice=forall(w, DifferentiableMapAt(gradient, w)),
)

two_part_derivative = Lemma(
    "The derivative of F(w) = ⟨a, w⟩e + φ(w)c is h ↦ ⟨a, h⟩e + ⟨∇φ(w), h⟩c",
    given=dict(differentiable=DifferentiableAt(phi, w)),
    claim=conj(
        DifferentiableMapAt(F, w),
        forall(h, eq(jac(F, w) @ h, ip(a, h) * e + ip(grad(phi, w), h) * c)),
    ),
)


@two_part_derivative.proof
def _(p):
    rules = p.differentiate(F, w)
    p.have(DifferentiableMapAt(F, w), by=rules[0])
    p.have(
        forall(h, eq(jac(F, w) @ h, ip(a, h) * e + ip(grad(phi, w), h) * c)),
        by=lambda h: rules[1](h),
    )
    p.have(two_part_derivative.claim)


two_part_hessian = Lemma(
    "The Hessian of ⟨u, F⟩ for F(w) = ⟨a, w⟩e + φ(w)c is ⟨u, c⟩ times that of φ",
    given=smooth,
    claim=forall(
        w,
        conj(
            DifferentiableMapAt(pulled_back, w),
            forall(z, eq(hess_along(F, w, u) @ z, ip(u, c) * (hess(phi, w) @ z))),
        ),
    ),
)


@two_part_hessian.proof
def _(p):
    def slopes(w):
        return ip(u, e) * a + ip(u, c) * grad(phi, w)

    plain = mapsto(w, slopes(w))
    with p.fix(w):
        p.have(DifferentiableAt(phi, w), by=p.differentiable(w))
        d = pulled_back(w) - plain(w)
        p.zero_vector(d, by=u * p.use(two_part_derivative)[1](d))
        p.have(eq(jac(F, w).T @ u, slopes(w)), by=p.last)
    equal = p.last
    same = p.extensional(equal)
    with p.fix(w):
        p.have(eq(slopes(w), jac(F, w).T @ u), by=equal(w))
    back = p.extensional(p.last)
    with p.fix(w):
        p.have(DifferentiableMapAt(gradient, w), by=p.twice(w))
        rules = p.differentiate(plain, w)
        p.have(DifferentiableMapAt(plain, w), by=rules[0])
        smooth = p.have(DifferentiableMapAt(pulled_back, w), by=p.rewrite(p.last, by=back))
        p.have(
            forall(z, eq(hess_along(F, w, u) @ z, ip(u, c) * (hess(phi, w) @ z))),
            by=lambda z: [same, rules[1](z)],
        )
        p.have(conj(smooth.claim, p.last.claim))


product_is_at_most = Lemma(
    "⟨u, c⟩t is at most b‖c‖‖u‖ in absolute value where t is at most b",
    given=dict(above=t <= bound, below=-t <= bound),
    claim=conj(
        ip(u, c) * t <= bound * norm(c) * norm(u), -(bound * norm(c) * norm(u)) <= ip(u, c) * t
    ),
)


@product_is_at_most.proof
def _(p):
    over, under = p.cauchy_schwarz(u, c), p.cauchy_schwarz(-u, c)
    above = p.have(ip(u, c) * t <= bound * norm(c) * norm(u), by=[over * p.below, under * p.above])
    below = p.have(
        -(bound * norm(c) * norm(u)) <= ip(u, c) * t, by=[over * p.above, under * p.below]
    )
    p.have(conj(above.claim, below.claim))


def form(w, z):
    """Return the quadratic form of the Hessian of φ."""
    return ip(hess(phi, w) @ z, z)


def near(w):
    """Say that F and its derivative are differentiable on the ball of radius r around w."""
    smooth = conj(DifferentiableMapAt(F, v), forall(u, DifferentiableMapAt(pulled_back, v)))
    return forall(v, implies(norm(v - w) <= r, smooth))


two_part_system_is_c2 = Lemma(
    "F(w) = ⟨a, w⟩e + φ(w)c is twice continuously differentiable where the Hessian of φ is bounded "
    "and Lipschitz",
    given=smooth
    | dict(
        bounded=forall([w, z], conj(form(w, z) <= M * sq(z), -(M * sq(z)) <= form(w, z))),
        K_pos=K >= 0,
        lipschitz=forall([w, v, z], form(w, z) - form(v, z) <= K * norm(w - v) * sq(z)),
    ),
    claim=forall(w, C2At(F, w)),
)


@two_part_system_is_c2.proof
def _(p):
    with p.fix(u):
        p.have(two_part_hessian.claim, by=two_part_hessian)
    hessian, long = p.last, p.norm(c)[0]

    def along(w, u, z):
        return ip(hess_along(F, w, u) @ z, z)

    with p.fix(w, u, z):
        p.have(eq(along(w, u, z), ip(u, c) * form(w, z)), by=z * hessian(u)(w)[1](z))
    value = p.last
    with p.fix(w):
        with p.fix(v), p.suppose(norm(v - w) <= 1):
            p.have(DifferentiableAt(phi, v), by=p.differentiable(v))
            once = p.have(DifferentiableMapAt(F, v), by=p.use(two_part_derivative, w=v)[0])
            with p.fix(u):
                p.have(DifferentiableMapAt(pulled_back, v), by=hessian(u)(v)[0])
            p.have(conj(once.claim, p.last.claim))
        p.exhibit(exists(r, conj(r > 0, near(w))), 1, by=p.last)
        twice = p.have(TwiceDifferentiableNear(F, w), by=p.last)
        with p.fix(eps), p.suppose(eps > 0):
            p.have(K * norm(c) + 1 > 0, by=p.K_pos * long)
            radius = eps / (K * norm(c) + 1)
            p.have(radius > 0)
            fits = p.have(K * norm(c) * radius <= eps)
            change, size = along(v, u, z) - along(w, u, z), eps * (norm(u) * sq(z))
            close = conj(change <= size, -size <= change)
            with p.fix(v, u, z), p.suppose(norm(v - w) <= radius) as within:
                turn, wide = form(v, z) - form(w, z), p.have(sq(z) >= 0)
                most = K * norm(v - w) * sq(z)
                p.have(turn <= most, by=p.lipschitz(v, w, z))
                p.have(-turn <= most, by=p.lipschitz(w, v, z))
                both = p.use(product_is_at_most, {t: turn, bound: most})
                weight = p.norm(u)[0] * wide
                small = p.have(
                    most * norm(c) * norm(u) <= size,
                    by=[p.K_pos * long * weight * within, weight * fits],
                )
                same = p.have(eq(change, ip(u, c) * turn), by=[value(v, u, z), value(w, u, z)])
                above = p.have(change <= size, by=[same, both[0], small])
                below = p.have(-size <= change, by=[same, both[1], small])
                p.have(conj(above.claim, below.claim))
            inside = forall([v, u, z], implies(norm(v - w) <= delta, close))
            p.exhibit(exists(delta, conj(delta > 0, inside)), radius, by=p.last)
        continuous = p.last
        with p.fix(u, z):
            p.have(form(w, z) <= M * sq(z), by=p.bounded(w, z)[0])
            p.have(-form(w, z) <= M * sq(z), by=p.bounded(w, z)[1])
            both = p.use(product_is_at_most, {t: form(w, z), bound: M * sq(z)})
            size = M * norm(c) * (norm(u) * sq(z))
            above = p.have(along(w, u, z) <= size, by=[value(w, u, z), both[0]])
            below = p.have(-size <= along(w, u, z), by=[value(w, u, z), both[1]])
            p.have(conj(above.claim, below.claim))
        size = bound * (norm(u) * sq(z))
        held = forall([u, z], conj(along(w, u, z) <= size, -size <= along(w, u, z)))
        p.exhibit(exists(bound, held), M * norm(c), by=p.last)
        p.have(C2At(F, w), by=[twice, continuous, p.last])


two_part_system_has_convex_loss = Lemma(
    "If e and c are orthogonal and φ is convex and nowhere negative, the square loss of "
    "F(w) = ⟨a, w⟩e + φ(w)c at 0 is convex",
    given=dict(
        orthogonal=eq(ip(e, c), 0),
        convex=Convex(phi),
        nonnegative=forall(w, phi(w) >= 0),
    ),
    claim=Convex(SquareLoss(F, Y.zero)),
    note="it is ½‖e‖²⟨a, w⟩² + ½‖c‖²φ(w)², a sum of convex functions",
)


@two_part_system_has_convex_loss.proof
def _(p):
    loss = SquareLoss(F, Y.zero)

    def level(w):
        return sq(e) / 2 * ip(a, w) ** 2 + sq(c) / 2 * phi(w) ** 2

    value = p.have(forall(w, eq(loss(w), level(w))), by=lambda w: ip(a, w) * phi(w) * p.orthogonal)
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * x + t * y, 1 - t
        weight = p.have(t * s >= 0)
        spread = p.have(ip(a, x - y) ** 2 >= 0, squares=[ip(a, x - y)])
        linear = p.have(ip(a, at) ** 2 <= s * ip(a, x) ** 2 + t * ip(a, y) ** 2, by=weight * spread)
        mean = s * phi(x) + t * phi(y)
        below = p.have(phi(at) <= mean, by=p.convex(x, y, t))
        positive = p.nonnegative(at)
        high = p.have(0 <= mean + phi(at), by=[below, 2 * positive])
        uneven = p.have((phi(x) - phi(y)) ** 2 >= 0, squares=[phi(x) - phi(y)])
        curved = p.have(
            phi(at) ** 2 <= s * phi(x) ** 2 + t * phi(y) ** 2, by=[below * high, weight * uneven]
        )
        p.have(conj(0 <= sq(e) / 2, 0 <= sq(c) / 2))
        sum_ = p.have(
            level(at) <= s * level(x) + t * level(y), by=[sq(e) / 2 * linear, sq(c) / 2 * curved]
        )
        p.have(
            loss(at) <= s * loss(x) + t * loss(y),
            by=[sum_, value(at), s * value(x), t * value(y)],
        )
    p.have(Convex(loss), by=p.last)
