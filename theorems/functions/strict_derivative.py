"""A map that is continuously differentiable at a point is strictly differentiable there."""

from plproof import (
    C1At,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    StrictDerivative,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    implies,
    jac,
    mapsto,
    norm,
)
from theorems.functions.below import below_two
from theorems.functions.map_mean_value import map_mean_value

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
w, a, b, x, h = Vectors("w a b x h", W)
r, s, t, eps, delta = Reals("r s t epsilon delta")
A = jac(F, w)

c1_is_strictly_differentiable = Lemma(
    "A map that is differentiable near w, with a derivative continuous at w, is strictly "
    "differentiable at w",
    source=Source(
        "Implicit Functions and Solution Mappings",
        "1D",
        references=("Dontchev and Rockafellar, 2009",),
    ),
    given=dict(smooth=C1At(F, w)),
    claim=StrictDerivative(F, w, A),
    note="apply the mean value inequality to F − DF(w) on the segment from b to a",
)


@c1_is_strictly_differentiable.proof
def _(p):
    rest = mapsto(x, F(x) - A @ x)
    with p.fix(x), p.suppose(DifferentiableMapAt(F, x)):
        slope = p.differentiate(rest, x)
        smooth = p.have(DifferentiableMapAt(rest, x), by=slope[0])
        value = p.have(
            forall(h, eq(jac(rest, x) @ h, (jac(F, x) - A) @ h)), by=lambda h: slope[1](h)
        )
        p.have(conj(smooth.claim, value.claim))
    derivative = p.last

    def within(delta):
        close = norm(F(a) - F(b) - A @ (a - b)) <= eps * norm(a - b)
        return forall([a, b], implies(norm(a - w) <= delta, norm(b - w) <= delta, close))

    with (
        p.fix(eps),
        p.suppose(eps > 0),
        p.obtain(p.smooth[0], r) as near,
        p.obtain(p.smooth[1](eps), s) as steady,
        p.obtain(p.use(below_two, a=r, b=s), delta) as small,
    ):
        close_a, close_b = norm(a - w) <= delta, norm(b - w) <= delta
        with p.fix(a, b), p.suppose(close_a) as one, p.suppose(close_b) as two:
            at = b + t * (a - b)
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)) as inside:
                p.have(1 - t >= 0, by=inside[1])
                parts = [p.norm_of_multiple(1 - t, b - w), p.norm_of_multiple(t, a - w)]
                short = p.have(
                    norm(at - w) <= delta,
                    by=[
                        p.triangle((1 - t) * (b - w), t * (a - w)),
                        *parts,
                        (1 - t) * two,
                        t * one,
                    ],
                )
                p.have(norm(at - w) <= r, by=[short, small[1][0]])
                first = p.have(DifferentiableMapAt(F, at), by=near[1](at))
                p.have(norm(at - w) <= s, by=[short, small[1][1]])
                turned = (jac(F, at) - A) @ (a - b)
                second = p.have(norm(turned) <= eps * norm(a - b), by=steady[1](at, a - b))
                p.have(conj(first.claim, second.claim))
            along = p.last
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
                p.have(DifferentiableMapAt(F, at), by=along(t)[0])
                p.have(DifferentiableMapAt(rest, at), by=derivative(at)[0])
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
                p.have(DifferentiableMapAt(F, at), by=along(t)[0])
                same = derivative(at)[1](a - b)
                p.have(norm(jac(rest, at) @ (a - b)) <= eps * norm(a - b), by=[same, along(t)[1]])
            change = p.use(map_mean_value, F=rest, x=b, v=a - b, c=eps * norm(a - b))
            p.have(norm(F(a) - F(b) - A @ (a - b)) <= eps * norm(a - b), by=change)
        p.exhibit(exists(delta, conj(delta > 0, within(delta))), delta, by=[small[0], p.last])
