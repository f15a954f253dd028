"""Maps that agree near a point have the same derivative there."""

from plproof import (
    DERIVATIVE,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    implies,
    jac,
    norm,
)
from theorems.functions.below import below_two

E, Y = Space("E"), Space("Y")
F, G = Function("F", E, Y), Function("G", E, Y)
x, v, h = Vectors("x v h", E)
r, b, eps, delta = Reals("r b epsilon delta")

equal_near = Lemma(
    "A map that agrees near x with one differentiable at x is so too, with the same derivative",
    given=dict(
        smooth=DifferentiableMapAt(F, x),
        same=exists(r, conj(r > 0, forall(v, implies(norm(v - x) <= r, eq(G(v), F(v)))))),
    ),
    claim=conj(DifferentiableMapAt(G, x), eq(jac(G, x), jac(F, x))),
)


@equal_near.proof
def _(p):
    here = p.norm(x - x)
    zero = p.compare_squares(norm(x - x), 0, by=here[1])

    def linear(A, by):
        """Prove that A approximates G at x, given that A h = DF(x) h as the reasons say."""
        error = G(x + h) - G(x) - A @ h
        with (
            p.obtain(p.same, r) as near,
            p.fix(eps),
            p.suppose(eps > 0),
            p.obtain(p.smooth(eps), b) as close,
            p.obtain(p.use(below_two, a=r), delta) as small,
        ):
            p.have(norm(x - x) <= r, by=[zero, near[0]])
            with p.fix(h), p.suppose(norm(h) <= delta) as short:
                p.have(norm(x + h - x) <= r, by=[short, small[1][0]])
                p.have(norm(h) <= b, by=[short, small[1][1]])
                shown = F(x + h) - F(x) - jac(F, x) @ h
                alike = p.have(eq(error, shown), by=[near[1](x + h), near[1](x), *by(h)])
                p.have(norm(error) <= eps * norm(h), by=[alike, close[1](h)])
            p.exhibit(near_claim(error), delta, by=p.last)
        return p.last

    def near_claim(error):
        within = forall(h, implies(norm(h) <= delta, norm(error) <= eps * norm(h)))
        return exists(delta, conj(delta > 0, within))

    linear(jac(F, x), lambda h: [])
    value = p.have(eq(jac(G, x), jac(F, x)), by=p.axiom(DERIVATIVE, G, x, jac(F, x)))
    with p.fix(h):
        p.have(eq(jac(G, x) @ h, jac(F, x) @ h), by=value)
    along = p.last
    smooth = linear(jac(G, x), lambda h: [along(h)])
    p.have(DifferentiableMapAt(G, x), by=smooth)
