"""The system F(w) = ⟨a, w⟩e + ‖w‖²c: its derivatives, and when its square loss is convex.

Of such systems are the counterexamples to the Proposition and to the claim about isolated minima.
"""

from plproof import (
    C2At,
    Convex,
    DifferentiableMapAt,
    Lemma,
    LinearMap,
    Reals,
    Space,
    SquareLoss,
    TwiceDifferentiableNear,
    Vector,
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
)

W, Y = Space("W"), Space("Y")
a, w, v, x, y, z, h = Vectors("a w v x y z h", W)
e, c, u = Vectors("e c u", Y)
B = LinearMap("B", W, W)
r, s, t, eps, delta, bound = Reals("r s t epsilon delta c")


def quadratic(space, a, e, c):
    """Return the system F(w) = ⟨a, w⟩e + ‖w‖²c on the space."""
    w = Vector("w", space)
    return mapsto(w, ip(a, w) * e + sq(w) * c)


F = quadratic(W, a, e, c)

quadratic_system_derivative = Lemma(
    "The derivative of F(w) = ⟨a, w⟩e + ‖w‖²c is h ↦ ⟨a, h⟩e + 2⟨w, h⟩c",
    claim=forall(
        w,
        conj(
            DifferentiableMapAt(F, w),
            forall(h, eq(jac(F, w) @ h, ip(a, h) * e + 2 * ip(w, h) * c)),
        ),
    ),
)


@quadratic_system_derivative.proof
def _(p):
    with p.fix(w):
        rules = p.differentiate(F, w)
        p.have(DifferentiableMapAt(F, w), by=rules[0])
        p.have(
            forall(h, eq(jac(F, w) @ h, ip(a, h) * e + 2 * ip(w, h) * c)), by=lambda h: rules[1](h)
        )
        p.have(
            conj(
                DifferentiableMapAt(F, w),
                forall(h, eq(jac(F, w) @ h, ip(a, h) * e + 2 * ip(w, h) * c)),
            )
        )


pulled_back = mapsto(w, jac(F, w).T @ u)

quadratic_system_hessian = Lemma(
    "The Hessian of ⟨u, F⟩ for F(w) = ⟨a, w⟩e + ‖w‖²c is 2⟨u, c⟩ times the identity",
    claim=forall(
        w,
        conj(
            DifferentiableMapAt(pulled_back, w),
            forall(z, eq(hess_along(F, w, u) @ z, 2 * ip(u, c) * z)),
        ),
    ),
)


@quadratic_system_hessian.proof
def _(p):
    with p.fix(w):
        rules = p.differentiate(pulled_back, w)
        smooth = p.have(DifferentiableMapAt(pulled_back, w), by=rules[0])
        second = p.have(
            forall(z, eq(hess_along(F, w, u) @ z, 2 * ip(u, c) * z)), by=lambda z: rules[1](z)
        )
        p.have(conj(smooth.claim, second.claim))


quadratic_system_is_c2 = Lemma(
    "F(w) = ⟨a, w⟩e + ‖w‖²c is twice continuously differentiable everywhere",
    claim=forall(w, C2At(F, w)),
)


@quadratic_system_is_c2.proof
def _(p):
    derivative = p.use(quadratic_system_derivative)
    with p.fix(u):
        p.have(quadratic_system_hessian.claim, by=quadratic_system_hessian)
    hessian = p.last

    def form(v, u, z):
        return ip(hess_along(F, v, u) @ z, z)

    def twice_near(r):
        smooth = conj(DifferentiableMapAt(F, v), forall(u, DifferentiableMapAt(pulled_back, v)))
        return forall(v, implies(norm(v - w) <= r, smooth))

    def close_within(delta):
        change, size = form(v, u, z) - form(w, u, z), eps * (norm(u) * sq(z))
        close = conj(change <= size, -size <= change)
        return forall([v, u, z], implies(norm(v - w) <= delta, close))

    def bounded_by(b):
        size = b * (norm(u) * sq(z))
        return forall([u, z], conj(form(w, u, z) <= size, -size <= form(w, u, z)))

    with p.fix(w):
        with p.fix(v), p.suppose(norm(v - w) <= 1):
            once = p.have(DifferentiableMapAt(F, v), by=derivative(v)[0])
            with p.fix(u):
                p.have(DifferentiableMapAt(pulled_back, v), by=hessian(u)(v)[0])
            p.have(conj(once.claim, p.last.claim))
        p.exhibit(exists(r, conj(r > 0, twice_near(r))), 1, by=p.last)
        twice = p.have(TwiceDifferentiableNear(F, w), by=p.last)
        with p.fix(eps), p.suppose(eps > 0):
            with p.fix(v, u, z), p.suppose(norm(v - w) <= 1):
                change, size = form(v, u, z) - form(w, u, z), eps * (norm(u) * sq(z))
                same = p.have(eq(change, 0), by=[z * hessian(u)(v)[1](z), z * hessian(u)(w)[1](z)])
                p.have(sq(z) >= 0)
                positive = p.have(0 <= size, by=eps * sq(z) * p.norm(u)[0])
                above = p.have(change <= size, by=[same, positive])
                below = p.have(-size <= change, by=[same, positive])
                p.have(conj(above.claim, below.claim))
            p.exhibit(exists(delta, conj(delta > 0, close_within(delta))), 1, by=p.last)
        continuous = p.last
        with p.fix(u, z):
            p.have(sq(z) >= 0)
            value = p.have(eq(form(w, u, z), 2 * ip(u, c) * sq(z)), by=z * hessian(u)(w)[1](z))
            size = 2 * norm(c) * (norm(u) * sq(z))
            above = p.have(form(w, u, z) <= size, by=[value, 2 * sq(z) * p.cauchy_schwarz(u, c)])
            below = p.have(
                -size <= form(w, u, z),
                by=[value, 2 * sq(z) * p.cauchy_schwarz(-u, c)],
            )
            p.have(conj(above.claim, below.claim))
        p.exhibit(exists(bound, bounded_by(bound)), 2 * norm(c), by=p.last)
        p.have(C2At(F, w), by=[twice, continuous, p.last])


quadratic_system_has_convex_loss = Lemma(
    "If e and c are orthogonal, the square loss of F(w) = ⟨a, w⟩e + ‖w‖²c at 0 is convex",
    given=dict(orthogonal=eq(ip(e, c), 0)),
    claim=Convex(SquareLoss(F, Y.zero)),
    note="it is ½‖e‖²⟨a, w⟩² + ½‖c‖²‖w‖⁴, a sum of convex functions",
)


@quadratic_system_has_convex_loss.proof
def _(p):
    loss = SquareLoss(F, Y.zero)

    def level(w):
        return sq(e) / 2 * ip(a, w) ** 2 + sq(c) / 2 * sq(w) ** 2

    value = p.have(forall(w, eq(loss(w), level(w))), by=lambda w: ip(a, w) * sq(w) * p.orthogonal)
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * x + t * y, 1 - t
        weight = p.have(t * s >= 0)
        spread = p.have(ip(a, x - y) ** 2 >= 0, squares=[ip(a, x - y)])
        linear = p.have(ip(a, at) ** 2 <= s * ip(a, x) ** 2 + t * ip(a, y) ** 2, by=weight * spread)
        apart = p.have(sq(x - y) >= 0)
        mean = s * sq(x) + t * sq(y)
        below = p.have(sq(at) <= mean, by=weight * apart)
        long = p.have(sq(at) >= 0)
        positive = p.have(0 <= mean + sq(at), by=[below, 2 * long])
        uneven = p.have((sq(x) - sq(y)) ** 2 >= 0, squares=[sq(x) - sq(y)])
        quartic = p.have(
            sq(at) ** 2 <= s * sq(x) ** 2 + t * sq(y) ** 2,
            by=[below * positive, weight * uneven],
        )
        p.have(conj(0 <= sq(e) / 2, 0 <= sq(c) / 2))
        sum_ = p.have(
            level(at) <= s * level(x) + t * level(y), by=[sq(e) / 2 * linear, sq(c) / 2 * quartic]
        )
        p.have(
            loss(at) <= s * loss(x) + t * loss(y),
            by=[sum_, value(at), s * value(x), t * value(y)],
        )
    p.have(Convex(loss), by=p.last)
