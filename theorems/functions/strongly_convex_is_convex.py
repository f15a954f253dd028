"""Strong convexity implies convexity, so that what is not convex is not strongly convex."""

from plproof import (
    Convex,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    conj,
    grad,
    ip,
)

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
alpha, t = Reals("alpha t")

strongly_convex_is_convex = Lemma(
    "A strongly convex function is convex",
    source=Source(
        "Introductory Lectures on Convex Optimization",
        "2.1.3",
        "Theorem 2.1.9",
        ("Nesterov, 2004",),
    ),
    given=dict(alpha_nonnegative=alpha >= 0, convex=StronglyConvex(f, alpha)),
    claim=Convex(f),
)


@strongly_convex_is_convex.proof
def _(p):
    with p.fix(x, y, t), p.suppose(conj(t >= 0, t <= 1)) as between:
        z = (1 - t) * x + t * y
        low, high = p.have(t >= 0, by=between[0]), p.have(1 - t >= 0, by=between[1])
        at_x = p.have(f(x) >= f(z) + ip(grad(f, z), x - z), by=p.convex(z, x), squares=[x - z])
        at_y = p.have(f(y) >= f(z) + ip(grad(f, z), y - z), by=p.convex(z, y), squares=[y - z])
        p.have(f(z) <= (1 - t) * f(x) + t * f(y), by=[high * at_x, low * at_y])
