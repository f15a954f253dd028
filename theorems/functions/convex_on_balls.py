"""A convex function is convex on every ball."""

from plproof import (
    Convex,
    ConvexOn,
    Function,
    Lemma,
    Reals,
    Space,
    Vectors,
    conj,
    norm,
)

E = Space("E")
f = Function("f", E)
c, x, y = Vectors("c x y", E)
r, t = Reals("r t")

convex_on_balls = Lemma(
    "A convex function is convex on every ball",
    given=dict(convex=Convex(f)),
    claim=ConvexOn(f, c, r),
)


@convex_on_balls.proof
def _(p):
    within = conj(norm(x - c) <= r, norm(y - c) <= r, t >= 0, t <= 1)
    with p.fix(x, y, t), p.suppose(within):
        p.have(f((1 - t) * x + t * y) <= (1 - t) * f(x) + t * f(y), by=p.convex(x, y, t))
