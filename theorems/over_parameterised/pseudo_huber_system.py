"""The system F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c: Lipschitz, smooth, with a convex square loss.

Its second part is the pseudo-Huber function, which looks like ½‖w‖² near 0 and grows like ‖w‖.
"""

from plproof import (
    C2At,
    Convex,
    DifferentiableMapAt,
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
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    norm,
    sq,
    sqrt,
)

W, Y = Space("W"), Space("Y")
a, w, v, x, y, z, h = Vectors("a w v x y z h", W)
e, c, u = Vectors("e c u", Y)
r, s, t, eps, delta, bound = Reals("r s t epsilon delta b")


def sides(fact):
    """Return the four sides of a conjunction."""
    return fact[0], fact[1][0], fact[1][1][0], fact[1][1][1]


def root(w):
    """Return √(1 + ‖w‖²), the length of (1, w)."""
    return sqrt(1 + sq(w))


def pseudo_huber(a, e, c):
    """Return the system F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c."""
    return mapsto(w, ip(a, w) * e + (root(w) - 1) * c)


F = pseudo_huber(a, e, c)

root_is_at_least_one = Lemma(
    "√(1 + ‖w‖²) is at least 1 and its square is 1 + ‖w‖²",
    claim=conj(1 <= root(w), eq(root(w) * root(w), 1 + sq(w))),
)


@root_is_at_least_one.proof
def _(p):
    p.have(1 + sq(w) >= 0)
    square = p.root(1 + sq(w))[1]
    p.have(eq(root(w) * root(w), 1 + sq(w)), by=square)
    p.compare_squares(1, root(w), by=square)


roots_multiply = Lemma(
    "1 + ⟨x, y⟩ ≤ √(1 + ‖x‖²)·√(1 + ‖y‖²)",
    claim=1 + ip(x, y) <= root(x) * root(y),
    note="Cauchy–Schwarz for (1, x) and (1, y)",
)


@roots_multiply.proof
def _(p):
    s, r = p.use(root_is_at_least_one, w=x), p.use(root_is_at_least_one, w=y)
    xx, yy = p.norm(x)[1], p.norm(y)[1]
    p.have(0 <= root(x) * root(y), by=[s[0] * r[0], s[0], r[0]])
    apart = p.have((norm(x) - norm(y)) ** 2 >= 0, squares=[norm(x) - norm(y)])
    long = p.compare_squares(
        1 + norm(x) * norm(y),
        root(x) * root(y),
        by=[root(y) ** 2 * s[1], (1 + sq(x)) * r[1], sq(y) * xx, norm(x) ** 2 * yy, xx, yy, apart],
    )
    p.have(roots_multiply.claim, by=[p.cauchy_schwarz(x, y), long])


pseudo_huber_derivative = Lemma(
    "The derivative of F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c is h ↦ ⟨a, h⟩e + ⟨w, h⟩/√(1 + ‖w‖²)·c",
    claim=forall(
        w,
        conj(
            DifferentiableMapAt(F, w),
            forall(h, eq(jac(F, w) @ h, ip(a, h) * e + ip(w, h) / root(w) * c)),
        ),
    ),
)


@pseudo_huber_derivative.proof
def _(p):
    with p.fix(w):
        p.have(1 <= root(w), by=p.use(root_is_at_least_one)[0])
        p.have(0 < 1 + sq(w))
        rules = p.differentiate(F, w)
        p.have(DifferentiableMapAt(F, w), by=rules[0])
        with p.fix(h):
            p.have(eq(jac(F, w) @ h, ip(a, h) * e + ip(w, h) / root(w) * c), by=rules[1](h))
        p.have(
            conj(
                DifferentiableMapAt(F, w),
                forall(h, eq(jac(F, w) @ h, ip(a, h) * e + ip(w, h) / root(w) * c)),
            )
        )


pulled_back = mapsto(w, jac(F, w).T @ u)


def curved(w, z):
    """Return the Hessian of √(1 + ‖w‖²) at w applied to z."""
    return z / root(w) - ip(w, z) / root(w) ** 3 * w


pseudo_huber_hessian = Lemma(
    "The Hessian of ⟨u, F⟩ for F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c",
    claim=forall(
        w,
        conj(
            DifferentiableMapAt(pulled_back, w),
            forall(z, eq(hess_along(F, w, u) @ z, ip(u, c) * curved(w, z))),
        ),
    ),
)


@pseudo_huber_hessian.proof
def _(p):
    with p.fix(w):
        p.have(1 <= root(w), by=p.use(root_is_at_least_one)[0])
        p.have(0 < 1 + sq(w))
        rules = p.differentiate(pulled_back, w)
        p.have(DifferentiableMapAt(pulled_back, w), by=rules[0])
        with p.fix(z):
            p.have(eq(hess_along(F, w, u) @ z, ip(u, c) * curved(w, z)), by=rules[1](z))
        second = p.last
        p.have(conj(DifferentiableMapAt(pulled_back, w), second.claim))


root_at_zero = Lemma("√(1 + ‖0‖²) = 1", claim=eq(root(W.zero), 1))


@root_at_zero.proof
def _(p):
    start = p.use(root_is_at_least_one, w=W.zero)
    low = p.compare_squares(root(W.zero), 1, by=start[1])
    p.equal(root(W.zero), 1, by=(low, start[0]))


pseudo_huber_hessian_at_zero = Lemma(
    "For F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c the Hessian of ⟨u, F⟩ at 0 is ⟨u, c⟩ times the "
    "identity",
    claim=forall(z, eq(hess_along(F, W.zero, u) @ z, ip(u, c) * z)),
)


@pseudo_huber_hessian_at_zero.proof
def _(p):
    zero, level = W.zero, p.use(root_at_zero)
    p.have(root(zero) > 0, by=level)
    with p.fix(z):
        image = hess_along(F, zero, u) @ z
        value = p.use(pseudo_huber_hessian)(zero)[1](z)
        d = image - ip(u, c) * z
        p.zero_vector(d, by=[d * value, -(ip(u, c) * ip(d, z) / root(zero)) * level])
        p.have(eq(image, ip(u, c) * z), by=p.last)


orthonormal = dict(
    a_unit=eq(sq(a), 1), e_unit=eq(sq(e), 1), c_unit=eq(sq(c), 1), orthogonal=eq(ip(e, c), 0)
)


def along(p, d):
    """Prove ⟨a, d⟩² ≤ ‖d‖²."""
    rest = p.have(sq(d - ip(a, d) * a) >= 0)
    return p.have(ip(a, d) ** 2 <= sq(d), by=[rest, ip(a, d) ** 2 * p.a_unit])


pseudo_huber_is_lipschitz = Lemma(
    "F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c is 2-Lipschitz, for unit vectors with e and c orthogonal",
    given=orthonormal,
    claim=forall([w, v], norm(F(w) - F(v)) <= 2 * norm(w - v)),
)


@pseudo_huber_is_lipschitz.proof
def _(p):
    with p.fix(w, v):
        d, rise, turn = w - v, root(w) - root(v), ip(a, w - v)
        ww, vv = (p.use(root_is_at_least_one, w=at)[1] for at in (w, v))
        steep = p.have(rise**2 <= sq(d), by=[2 * p.use(roots_multiply, x=w, y=v), ww, vv])
        total = p.have(
            eq(sq(F(w) - F(v)), turn**2 + rise**2),
            by=[turn**2 * p.e_unit, rise**2 * p.c_unit, 2 * turn * rise * p.orthogonal],
        )
        far, close = p.norm(F(w) - F(v))[1], p.norm(d)[1]
        long = p.have(sq(d) >= 0)
        p.compare_squares(
            norm(F(w) - F(v)), 2 * norm(d), by=[far, 4 * close, total, steep, along(p, d), 2 * long]
        )


pseudo_huber_is_smooth = Lemma(
    "The derivative of F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c is 1-Lipschitz, if c is a unit vector",
    given=dict(c_unit=eq(sq(c), 1)),
    claim=forall([w, v, h], norm(jac(F, w) @ h - jac(F, v) @ h) <= norm(w - v) * norm(h)),
)


@pseudo_huber_is_smooth.proof
def _(p):
    derivative = p.use(pseudo_huber_derivative)
    with p.fix(w, v, h):
        s, t, d, q = root(w), root(v), w - v, w / root(w) - v / root(v)
        here, there = (p.use(root_is_at_least_one, w=at) for at in (w, v))
        p.have(conj(1 <= s, 1 <= t), by=[here[0], there[0]])
        p.have(1 <= s * t, by=[here[0] * there[0], here[0], there[0]])
        weight = p.have(0 <= 1 - 1 / (s * t))
        apart = p.have((s - t) ** 2 >= 0, squares=[s - t])
        inverse = p.have((1 / s - 1 / t) ** 2 >= 0, squares=[1 / s - 1 / t])
        nearer = p.have(
            sq(q) <= sq(d),
            by=[
                2 * (weight * p.use(roots_multiply, x=w, y=v)),
                apart,
                inverse,
                (1 - 1 / s**2) * here[1],
                (1 - 1 / t**2) * there[1],
            ],
        )
        change = jac(F, w) @ h - jac(F, v) @ h
        value = p.have(eq(change, ip(q, h) * c), by=[derivative(w)[1](h), derivative(v)[1](h)])
        length = p.have(
            eq(sq(change), ip(q, h) ** 2),
            by=[change * value, ip(q, h) * c * value, ip(q, h) ** 2 * p.c_unit],
        )
        (_, qq), (_, hh), (_, dd) = p.norm(q), p.norm(h), p.norm(d)
        part = p.have(
            ip(q, h) ** 2 <= sq(q) * sq(h),
            by=[
                p.cauchy_schwarz(q, h) * p.cauchy_schwarz(-q, h),
                norm(h) ** 2 * qq,
                sq(q) * hh,
            ],
        )
        wide = p.have(sq(h) >= 0)
        p.compare_squares(
            norm(change),
            norm(d) * norm(h),
            by=[p.norm(change)[1], length, part, wide * nearer, norm(h) ** 2 * dd, sq(d) * hh],
        )


pseudo_huber_has_convex_loss = Lemma(
    "If e and c are orthogonal, the square loss of F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c at 0 is "
    "convex",
    given=dict(orthogonal=eq(ip(e, c), 0)),
    claim=Convex(SquareLoss(F, Y.zero)),
    note="it is ½‖e‖²⟨a, w⟩² + ½‖c‖²(√(1 + ‖w‖²) − 1)², a sum of convex functions",
)


@pseudo_huber_has_convex_loss.proof
def _(p):
    loss = SquareLoss(F, Y.zero)

    def level(w):
        return sq(e) / 2 * ip(a, w) ** 2 + sq(c) / 2 * (root(w) - 1) ** 2

    value = p.have(
        forall(w, eq(loss(w), level(w))), by=lambda w: ip(a, w) * (root(w) - 1) * p.orthogonal
    )
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * x + t * y, 1 - t
        weight = p.have(t * s >= 0)
        spread = p.have(ip(a, x - y) ** 2 >= 0, squares=[ip(a, x - y)])
        linear = p.have(ip(a, at) ** 2 <= s * ip(a, x) ** 2 + t * ip(a, y) ** 2, by=weight * spread)
        rx, ry, rat = (p.use(root_is_at_least_one, w=point) for point in (x, y, at))
        p.have(conj(1 <= root(x), 1 <= root(y), 1 <= root(at)), by=[rx[0], ry[0], rat[0]])
        mean = s * root(x) + t * root(y)
        p.have(0 <= mean)
        below = p.compare_squares(
            root(at),
            mean,
            by=[rat[1], -(s**2) * rx[1], -(t**2) * ry[1], 2 * (weight * p.use(roots_multiply))],
        )
        high = p.have(0 <= mean + root(at) - 2, by=[2 * rat[0], below])
        uneven = p.have((root(x) - root(y)) ** 2 >= 0, squares=[root(x) - root(y)])
        curved = p.have(
            (root(at) - 1) ** 2 <= s * (root(x) - 1) ** 2 + t * (root(y) - 1) ** 2,
            by=[below * high, weight * uneven],
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


inverse_of_a_root = Lemma(
    "For s ≥ 1 the inverse cube of s is between 0 and 1, and 1 − 1/s between 0 and s² − 1",
    given=dict(large=s >= 1),
    claim=conj(0 <= 1 / s**3, 1 / s**3 <= 1, 0 <= 1 - 1 / s, 1 - 1 / s <= s**2 - 1),
)


@inverse_of_a_root.proof
def _(p):
    p.have(inverse_of_a_root.claim)


pseudo_huber_is_c2 = Lemma(
    "F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c is twice continuously differentiable at 0",
    given=dict(c_unit=eq(sq(c), 1)),
    claim=C2At(F, W.zero),
)


@pseudo_huber_is_c2.proof
def _(p):
    derivative = p.use(pseudo_huber_derivative)
    with p.fix(u):
        p.have(pseudo_huber_hessian.claim, by=pseudo_huber_hessian)
    hessian = p.last
    zero = W.zero

    def form(v, u, z):
        return ip(hess_along(F, v, u) @ z, z)

    def twice_near(r):
        smooth = conj(DifferentiableMapAt(F, v), forall(u, DifferentiableMapAt(pulled_back, v)))
        return forall(v, implies(norm(v - zero) <= r, smooth))

    def close_within(delta):
        change, size = form(v, u, z) - form(zero, u, z), eps * (norm(u) * sq(z))
        close = conj(change <= size, -size <= change)
        return forall([v, u, z], implies(norm(v - zero) <= delta, close))

    def bounded_by(b):
        size = b * (norm(u) * sq(z))
        return forall([u, z], conj(form(zero, u, z) <= size, -size <= form(zero, u, z)))

    with p.fix(v), p.suppose(norm(v - zero) <= 1):
        once = p.have(DifferentiableMapAt(F, v), by=derivative(v)[0])
        with p.fix(u):
            p.have(DifferentiableMapAt(pulled_back, v), by=hessian(u)(v)[0])
        p.have(conj(once.claim, p.last.claim))
    p.exhibit(exists(r, conj(r > 0, twice_near(r))), 1, by=p.last)
    twice = p.have(TwiceDifferentiableNear(F, zero), by=p.last)

    # ⟨u, c⟩ is at most ‖u‖ in absolute value, and the Hessian at 0 is ⟨u, c⟩ times the identity
    one = p.compare_squares(norm(c), 1, by=[p.norm(c)[1], p.c_unit])
    with p.fix(u):
        above = p.have(ip(u, c) <= norm(u), by=[p.cauchy_schwarz(u, c), p.norm(u)[0] * one])
        below = p.have(-norm(u) <= ip(u, c), by=[p.cauchy_schwarz(-u, c), p.norm(u)[0] * one])
        p.have(conj(above.claim, below.claim))
    slope = p.last
    with p.fix(u, z):
        curve = p.use(pseudo_huber_hessian_at_zero)
        p.have(eq(form(zero, u, z), ip(u, c) * sq(z)), by=z * curve(z))
    at_zero = p.last

    with p.fix(eps), p.suppose(eps > 0):
        radius = eps / (1 + eps)
        p.have(radius > 0)
        with p.fix(v, u, z), p.suppose(norm(v - zero) <= radius) as near:
            s = root(v)
            here = p.use(root_is_at_least_one, w=v)
            p.have(1 <= s, by=here[0])
            (n0, nn) = p.norm(v - zero)
            squared = p.have(sq(v) <= radius**2, by=[near * near, 2 * (n0 * near), nn])
            small = p.have(2 * sq(v) <= eps, by=[2 * squared, p.have(2 * radius**2 <= eps)])
            long = p.have(sq(z) >= 0)
            # the form of √(1 + ‖v‖²) differs from ‖z‖² by no more than 2‖v‖²‖z‖²
            bent = sq(z) / s - ip(v, z) ** 2 / s**3
            same = p.have(eq(form(v, u, z), ip(u, c) * bent), by=z * hessian(u)(v)[1](z))
            (_, vv), (_, zz) = p.norm(v), p.norm(z)
            part = p.have(
                ip(v, z) ** 2 <= sq(v) * sq(z),
                by=[
                    p.cauchy_schwarz(v, z) * p.cauchy_schwarz(-v, z),
                    norm(z) ** 2 * vv,
                    sq(v) * zz,
                ],
            )
            inverse_cube, cube, flatter, small_rise = sides(p.use(inverse_of_a_root, s=s))
            little = p.have(1 - 1 / s <= sq(v), by=[small_rise, here[1]])
            other = p.have(ip(v, z) ** 2 >= 0, squares=[ip(v, z)])
            gap = sq(z) - bent
            low = p.have(0 <= gap, by=[sq(z) * flatter, inverse_cube * other])
            twist = p.have(
                gap <= 2 * sq(v) * sq(z), by=[sq(z) * little, part, ip(v, z) ** 2 * cube]
            )
            tiny = p.have(2 * sq(v) * sq(z) <= eps * sq(z), by=sq(z) * small)
            high = p.have(gap <= eps * sq(z), by=[1 * twist, tiny])
            change, size = form(v, u, z) - form(zero, u, z), eps * (norm(u) * sq(z))
            turned = p.have(eq(change, -(ip(u, c) * gap)), by=[at_zero(u, z), same])
            positive = p.norm(u)[0]
            above = p.have(change <= size, by=[turned, slope(u)[1] * low, positive * high])
            below = p.have(-size <= change, by=[turned, slope(u)[0] * low, positive * high])
            p.have(conj(above.claim, below.claim))
        p.exhibit(exists(delta, conj(delta > 0, close_within(delta))), radius, by=p.last)
    continuous = p.last
    with p.fix(u, z):
        size = 1 * (norm(u) * sq(z))
        long = p.have(sq(z) >= 0)
        above = p.have(form(zero, u, z) <= size, by=[at_zero(u, z), long * slope(u)[0]])
        below = p.have(-size <= form(zero, u, z), by=[at_zero(u, z), long * slope(u)[1]])
        p.have(conj(above.claim, below.claim))
    p.exhibit(exists(bound, bounded_by(bound)), 1, by=p.last)
    p.have(C2At(F, zero), by=[twice, continuous, p.last])
