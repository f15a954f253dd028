"""The descent lemma on one segment: only there the gradient has to change slowly."""

from plproof import (
    SEGMENT,
    DifferentiableAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    forall,
    grad,
    implies,
    ip,
    norm,
    sq,
)

E = Space("E")
f = Function("f", E)
x, v = Vectors("x v", E)
beta, t = Reals("beta t")
inside = conj(t >= 0, t <= 1)
at = x + t * v
change = grad(f, at) - grad(f, x)

descent_on_segment = Lemma(
    "Where ∇f changes by at most βt‖v‖ along a segment, f lies below its quadratic upper bound",
    source=Source(
        "Introductory Lectures on Convex Optimization", "1.2", "Lemma 1.2.3", ("Nesterov, 2004",)
    ),
    given=dict(
        differentiable=forall(t, implies(inside, DifferentiableAt(f, at))),
        slow=forall(t, implies(inside, norm(change) <= beta * t * norm(v))),
    ),
    claim=f(x + v) <= f(x) + ip(grad(f, x), v) + beta / 2 * sq(v),
)


@descent_on_segment.proof
def _(p):
    n0, nn = p.norm(v)
    with p.fix(t), p.suppose(inside):
        growth = p.have(
            ip(change, v) <= beta * t * sq(v),
            by=[p.cauchy_schwarz(change, v), p.slow(t) * n0, beta * t * nn],
        )
        p.have(ip(grad(f, at), v) <= ip(grad(f, x), v) + beta * sq(v) * t, by=growth)
    p.have(
        descent_on_segment.claim,
        by=p.axiom(SEGMENT, f, x, v, ip(grad(f, x), v), beta * sq(v)),
    )
