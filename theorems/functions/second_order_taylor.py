"""Second-order Taylor expansion of a function whose gradient is differentiable at the point."""

from plproof import (
    SEGMENT,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    jac,
    mapsto,
    norm,
    sq,
)
from theorems.functions.below import below_two

E = Space("E")
f, g = Function("f", E), Function("g", E, E)  # g(x) is the gradient of f at the points near x
x, v, h = Vectors("x v h", E)
a, b, r, t, eps, delta = Reals("a b r t epsilon delta")

gradient_near = exists(
    r,
    conj(
        r > 0,
        forall(v, implies(norm(v - x) <= r, conj(DifferentiableAt(f, v), eq(grad(f, v), g(v))))),
    ),
)
quadratic = f(x) + ip(g(x), h) + ip(jac(g, x) @ h, h) / 2


def close(within, *parts):
    """Say that for h of length at most within the parts hold."""
    return conj(within > 0, forall(h, implies(norm(h) <= within, conj(*parts))))


above = f(x + h) <= quadratic + eps * sq(h)
below = quadratic - eps * sq(h) <= f(x + h)
given = dict(gradient=gradient_near, twice=DifferentiableMapAt(g, x))
source = Source("Foundations of Modern Analysis", "8.14", references=("Dieudonné, 1960",))

taylor_above = Lemma(
    "A function is at most its second-order expansion plus ε‖h‖²",
    source=source,
    given=given,
    claim=forall(eps, implies(eps > 0, exists(delta, close(delta, above)))),
)


@taylor_above.proof
def _(p):
    with (
        p.fix(eps),
        p.suppose(eps > 0) as positive,
        p.obtain(p.gradient, r) as near,
        p.obtain(p.twice(eps), b) as linear,
        p.obtain(p.use(below_two, a=r, b=b), delta) as small,
    ):
        with p.fix(h), p.suppose(norm(h) <= delta) as short:
            n0, nn = p.norm(h)
            slope = ip(jac(g, x) @ h, h) + 2 * eps * sq(h)
            at = x + t * h
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)) as inside:
                short = p.have(
                    norm(t * h) <= delta, by=[p.norm_of_multiple(t, h), inside[1] * n0, short]
                )
                near_x = p.have(norm(at - x) <= r, by=[short, small[1][0]])
                near_0 = p.have(norm(t * h) <= b, by=[short, small[1][1]])
                p.have(conj(near_x.claim, near_0.claim))
            stays = p.last
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
                p.have(norm(at - x) <= r, by=stays(t)[0])
                p.have(DifferentiableAt(f, at), by=near[1](at)[0])
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)) as inside:
                p.have(conj(norm(at - x) <= r, norm(t * h) <= b), by=stays(t))
                error = g(at) - g(x) - jac(g, x) @ (t * h)
                off = p.have(norm(error) <= eps * norm(t * h), by=linear[1](t * h))
                scaled = p.norm_of_multiple(t, h)
                grown = p.have(
                    ip(g(at), h) <= ip(g(x), h) + slope * t,
                    by=[
                        p.cauchy_schwarz(error, h),
                        off * n0,
                        positive * scaled * n0,
                        eps * t * nn,
                        positive * inside[0] * p.have(sq(h) >= 0),
                    ],
                )
                p.have(
                    ip(grad(f, at), h) <= ip(g(x), h) + slope * t, by=[grown, h * near[1](at)[1]]
                )
            p.have(above, by=p.axiom(SEGMENT, f, x, h, ip(g(x), h), slope))
        p.exhibit(exists(delta, close(delta, above)), delta, by=p.last)


taylor = Lemma(
    "A function differs from its second-order expansion by at most ε‖h‖²",
    source=source,
    given=given,
    claim=forall(eps, implies(eps > 0, exists(delta, close(delta, above, below)))),
)


@taylor.proof
def _(p):
    minus, minus_g = mapsto(x, -f(x)), mapsto(x, -g(x))
    turned = p.differentiate(minus_g, x)
    p.have(DifferentiableMapAt(minus_g, x), by=turned[0])
    with p.obtain(p.gradient, r) as near:
        with p.fix(v), p.suppose(norm(v - x) <= r):
            p.have(DifferentiableAt(f, v), by=near[1](v)[0])
            slope = p.differentiate(minus, v)
            smooth = p.have(DifferentiableAt(minus, v), by=slope[0])
            value = p.have(eq(grad(minus, v), minus_g(v)), by=[slope[1], near[1](v)[1]])
            p.have(conj(smooth.claim, value.claim))
        here = p.last.claim
        p.exhibit(exists(r, conj(r > 0, here)), r, by=p.last)
    with (
        p.fix(eps),
        p.suppose(eps > 0),
        p.obtain(p.use(taylor_above)(eps), a) as over,
        p.obtain(p.use(taylor_above, {f: minus, g: minus_g})(eps), b) as under,
        p.obtain(p.use(below_two), delta) as small,
    ):
        with p.fix(h), p.suppose(norm(h) <= delta) as short:
            p.have(norm(h) <= a, by=[short, small[1][0]])
            p.have(norm(h) <= b, by=[short, small[1][1]])
            p.have(above, by=over[1](h))
            p.have(below, by=[under[1](h), h * turned[1](h)])
            p.have(conj(above, below))
        p.exhibit(exists(delta, close(delta, above, below)), delta, by=p.last)
