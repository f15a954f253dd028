"""A strongly convex function satisfies the Polyak–Łojasiewicz inequality with the same constant."""

from plproof import PL, Function, Lemma, Real, Source, Space, StronglyConvex, Vectors, grad, sq

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
alpha = Real("alpha")

strongly_convex_is_pl = Lemma(
    "An α-strongly convex function satisfies the α-PL inequality",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "When is GD Effective?",
        "Lemma",
    ),
    given=dict(alpha_pos=alpha > 0, convex=StronglyConvex(f, alpha)),
    claim=PL(f, alpha, xs),
)


@strongly_convex_is_pl.proof
def _(p):
    with p.fix(x):
        lower = p.minimise(p.convex(x), over=y)
        p.have(sq(grad(f, x)) / 2 >= alpha * (f(x) - f(xs)), by=lower(xs))
