"""A map between Euclidean spaces is continuous at a point where it is differentiable."""

from plproof import (
    BOUNDED_MAP,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    exists,
    forall,
    implies,
    jac,
    norm,
)
from theorems.functions.below import below_two

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
x, v, h = Vectors("x v h", W)
eps, delta, b, c = Reals("epsilon delta b c")

steady = forall(v, implies(norm(v - x) <= delta, norm(F(v) - F(x)) <= eps))

map_is_continuous = Lemma(
    "A map that is differentiable at a point is continuous there",
    source=Source(
        "Principles of Mathematical Analysis",
        "Functions of several variables",
        "9.13",
        ("Rudin, 1976",),
    ),
    given=dict(differentiable=DifferentiableMapAt(F, x)),
    claim=forall(eps, implies(eps > 0, exists(delta, conj(delta > 0, steady)))),
)


@map_is_continuous.proof
def _(p):
    A = jac(F, x)
    with (
        p.fix(eps),
        p.suppose(eps > 0),
        p.obtain(p.differentiable(1), b) as near,
        p.obtain(p.axiom(BOUNDED_MAP, A), c) as bounded,
    ):
        p.have(c >= 0, by=bounded[0])
        p.have(eps / (1 + c) > 0)
        with p.obtain(p.use(below_two, a=b, b=eps / (1 + c)), delta) as small:
            with p.fix(v), p.suppose(norm(v - x) <= delta) as close:
                h = v - x
                p.have(norm(h) <= b, by=[close, small[1][0]])
                error = p.have(norm(F(v) - F(x) - A @ h) <= norm(h), by=near[1](h))
                p.have(
                    norm(F(v) - F(x)) <= eps,
                    by=[
                        p.triangle(F(v) - F(x) - A @ h, A @ h),
                        error,
                        bounded[1](h),
                        (1 + c) * close,
                        (1 + c) * small[1][1],
                    ],
                )
            p.exhibit(exists(delta, conj(delta > 0, steady)), delta, by=[small[0], p.last])
