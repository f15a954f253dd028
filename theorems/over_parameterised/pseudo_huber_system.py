"""The system F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c: Lipschitz, smooth, with a convex square loss.

Its second part is the pseudo-Huber function, which looks like ½‖w‖² near 0 and grows like ‖w‖.
"""

from plproof import (
    C2At,
    Convex,
    DifferentiableAt,
    DifferentiableMapAt,
    Lemma,
    Reals,
    Space,
    SquareLoss,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    hess,
    hess_along,
    ip,
    jac,
    mapsto,
    norm,
    sq,
)
from theorems.functions.root_of_the_square import (
    bend,
    directions_are_close,
    form_of_the_root,
    root,
    root_at_zero,
    root_is_at_least_one,
    roots_are_close,
    roots_multiply,
)
from theorems.over_parameterised.two_part_system import (
    K,
    M,
    phi,
    two_part_system_has_convex_loss,
    two_part_system_is_c2,
)

W, Y = Space("W"), Space("Y")
a, w, v, x, y, z, h = Vectors("a w v x y z h", W)
e, c, u = Vectors("e c u", Y)
s, t = Reals("s t")


def pseudo_huber(a, e, c):
    """Return the system F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c."""
    return mapsto(w, ip(a, w) * e + (root(w) - 1) * c)


F, bowl = pseudo_huber(a, e, c), mapsto(w, root(w) - 1)

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
        steep = p.have(rise**2 <= sq(d), by=p.use(roots_are_close, x=w, y=v))
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
        p.have(1 <= s, by=p.use(root_is_at_least_one, w=w)[0])
        p.have(1 <= t, by=p.use(root_is_at_least_one, w=v)[0])
        nearer = p.have(sq(q) <= sq(d), by=p.use(directions_are_close, x=w, y=v))
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
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * x + t * y, 1 - t
        weight = p.have(t * s >= 0)
        rx, ry, rat = (p.use(root_is_at_least_one, w=point) for point in (x, y, at))
        p.have(conj(1 <= root(x), 1 <= root(y)), by=[rx[0], ry[0]])
        mean = s * root(x) + t * root(y)
        p.have(0 <= mean)
        below = p.compare_squares(
            root(at),
            mean,
            by=[rat[1], -(s**2) * rx[1], -(t**2) * ry[1], 2 * (weight * p.use(roots_multiply))],
        )
        p.have(bowl(at) <= s * bowl(x) + t * bowl(y), by=below)
    p.have(Convex(bowl), by=p.last)
    with p.fix(w):
        p.have(bowl(w) >= 0, by=p.use(root_is_at_least_one)[0])
    p.have(p.goal, by=p.use(two_part_system_has_convex_loss, phi=bowl))


pseudo_huber_is_c2 = Lemma(
    "F(w) = ⟨a, w⟩e + (√(1 + ‖w‖²) − 1)c is twice continuously differentiable everywhere",
    claim=forall(w, C2At(F, w)),
)


@pseudo_huber_is_c2.proof
def _(p):
    slope, known = mapsto(w, grad(bowl, w)), p.use(form_of_the_root)
    with p.fix(w):
        p.have(0 < 1 + sq(w))
        p.have(DifferentiableAt(bowl, w), by=p.differentiate(bowl, w)[0])
    with p.fix(w):
        p.have(0 < 1 + sq(w))
        p.have(1 <= root(w), by=p.use(root_is_at_least_one)[0])
        p.have(DifferentiableMapAt(slope, w), by=p.differentiate(slope, w)[0])

    def form(w, z):
        return ip(hess(bowl, w) @ z, z)

    with p.fix(w, z):
        p.have(0 < 1 + sq(w))
        p.have(1 <= root(w), by=p.use(root_is_at_least_one)[0])
        p.have(eq(form(w, z), bend(w, z)), by=z * p.differentiate(slope, w)[1](z))
    value = p.last
    with p.fix(w, z):
        p.have(sq(z) >= 0)
        above = p.have(form(w, z) <= 1 * sq(z), by=[value(w, z), known(w, w, z)[1][0]])
        below = p.have(-(1 * sq(z)) <= form(w, z), by=[value(w, z), known(w, w, z)[0]])
        p.have(conj(above.claim, below.claim))
    with p.fix(w, v, z):
        p.have(
            form(w, z) - form(v, z) <= 3 * norm(w - v) * sq(z),
            by=[value(w, z), value(v, z), known(w, v, z)[1][1]],
        )
    with p.fix(w):
        p.have(eq(ip(a, w) * e + bowl(w) * c, ip(a, w) * e + (root(w) - 1) * c))
    same = p.extensional(p.last)
    p.have(p.goal, by=p.rewrite(p.use(two_part_system_is_c2, {phi: bowl, M: 1, K: 3}), by=same))
