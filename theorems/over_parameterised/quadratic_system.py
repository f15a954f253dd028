"""The system F(w) = ⟨a, w⟩e + ‖w‖²c: its derivatives, and when its square loss is convex.

Of such systems are the counterexamples to the Proposition and to the claim about isolated minima.
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
    Vector,
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
    rational,
    sq,
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


def quadratic(space, a, e, c):
    """Return the system F(w) = ⟨a, w⟩e + ‖w‖²c on the space."""
    w = Vector("w", space)
    return mapsto(w, ip(a, w) * e + sq(w) * c)


F, bowl, zero = quadratic(W, a, e, c), mapsto(w, sq(w)), rational(0)

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
    slope = mapsto(w, grad(bowl, w))
    with p.fix(w):
        p.have(DifferentiableAt(bowl, w), by=p.differentiate(bowl, w)[0])
    p.have(forall(w, DifferentiableAt(bowl, w)), by=p.last)
    with p.fix(w):
        p.have(DifferentiableMapAt(slope, w), by=p.differentiate(slope, w)[0])
    p.have(forall(w, DifferentiableMapAt(slope, w)), by=p.last)

    def form(w, z):
        return ip(hess(bowl, w) @ z, z)

    with p.fix(w, z):
        p.have(eq(form(w, z), 2 * sq(z)), by=z * p.differentiate(slope, w)[1](z))
    value = p.last
    with p.fix(w, z):
        p.have(sq(z) >= 0)
        p.have(form(w, z) <= 2 * sq(z), by=value(w, z))
        above = p.last
        p.have(-(2 * sq(z)) <= form(w, z), by=value(w, z))
        p.have(conj(above.claim, p.last.claim))
    with p.fix(w, v, z):
        change = form(w, z) - form(v, z)
        p.have(change <= zero * norm(w - v) * sq(z), by=[value(w, z), value(v, z)])
    with p.fix(w):
        p.have(eq(ip(a, w) * e + bowl(w) * c, ip(a, w) * e + sq(w) * c))
    same = p.extensional(p.last)
    p.have(p.goal, by=p.rewrite(p.use(two_part_system_is_c2, {phi: bowl, M: 2, K: zero}), by=same))


quadratic_system_has_convex_loss = Lemma(
    "If e and c are orthogonal, the square loss of F(w) = ⟨a, w⟩e + ‖w‖²c at 0 is convex",
    given=dict(orthogonal=eq(ip(e, c), 0)),
    claim=Convex(SquareLoss(F, Y.zero)),
    note="it is ½‖e‖²⟨a, w⟩² + ½‖c‖²‖w‖⁴, a sum of convex functions",
)


@quadratic_system_has_convex_loss.proof
def _(p):
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)):
        at, s = (1 - t) * x + t * y, 1 - t
        weight, apart = p.have(t * s >= 0), p.have(sq(x - y) >= 0)
        p.have(bowl(at) <= s * bowl(x) + t * bowl(y), by=weight * apart)
    p.have(Convex(bowl), by=p.last)
    p.have(forall(w, bowl(w) >= 0))
    p.have(p.goal, by=p.use(two_part_system_has_convex_loss, phi=bowl))
