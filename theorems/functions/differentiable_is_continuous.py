"""A function that is differentiable at the points of a ball is continuous on the ball."""

from plproof import (
    ContinuousOn,
    DifferentiableAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    exists,
    forall,
    grad,
    implies,
    norm,
)
from theorems.sequences.minimum import below_both

E = Space("E")
f = Function("f", E)
u, v, x = Vectors("u v x", E)
r, eps, delta, d = Reals("r epsilon delta d")
near_v = forall(
    u,
    implies(
        norm(u - x) <= r,
        norm(u - v) <= delta,
        conj(f(u) - f(v) <= eps, -eps <= f(u) - f(v)),
    ),
)

differentiable_is_continuous = Lemma(
    "A function that is differentiable at the points of a ball is continuous on it",
    source=Source(
        "Principles of Mathematical Analysis", "Differentiation", "Theorem 5.2", ("Rudin, 1976",)
    ),
    given=dict(differentiable=forall(v, implies(norm(v - x) <= r, DifferentiableAt(f, v)))),
    claim=ContinuousOn(f, x, r),
)


@differentiable_is_continuous.proof
def _(p):
    with p.fix(v, eps), p.suppose(norm(v - x) <= r), p.suppose(eps > 0):
        g = grad(f, v)
        steep = norm(g)
        p.have(steep >= 0, by=p.norm(g)[0])
        room = eps / (1 + steep)
        p.have(room > 0)
        fills = p.have((1 + steep) * room <= eps)
        with p.obtain(p.differentiable(v)(1), delta) as near:
            p.have(delta > 0, by=near[0])
            with p.obtain(p.use(below_both)(delta, room), d) as small:
                with p.fix(u), p.suppose(norm(u - x) <= r), p.suppose(norm(u - v) <= d) as close:
                    h = u - v
                    p.have(norm(h) <= delta, by=[close, small[1][0]])
                    reach = p.have(
                        (1 + steep) * norm(h) <= eps,
                        by=[(1 + steep) * close, (1 + steep) * small[1][1], fills],
                    )
                    above, below = p.cauchy_schwarz(g, h), p.cauchy_schwarz(g, -h)
                    p.have(f(u) - f(v) <= eps, by=[near[1](h)[0], above, reach])
                    p.have(-eps <= f(u) - f(v), by=[near[1](h)[1], below, reach])
                    p.have(conj(f(u) - f(v) <= eps, -eps <= f(u) - f(v)))
                p.exhibit(exists(delta, conj(delta > 0, near_v)), d, by=[small[0], p.last])
