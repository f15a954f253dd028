"""A strongly convex function satisfies the Polyak–Łojasiewicz inequality with the same constant."""

from plproof import (
    FALSE,
    PL,
    Differentiable,
    DifferentiableAt,
    Function,
    Lemma,
    Real,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    forall,
    grad,
    ip,
    mapsto,
    rational,
    sq,
)
from theorems.functions.bowl import bowl, bowl_gradient

E, line = Space("E"), Space.coordinates(1)
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


# ---------------------------------------------------------------- which hypotheses are needed
v, w = Vectors("v w", line)
e = line.basis(1)
coordinate = mapsto(v, ip(e, v))


@strongly_convex_is_pl.without(
    "convex",
    instead=dict(differentiable=Differentiable(f)),
    spaces={E: line},
    note="f(x) = x on the real line, with α = 1 and x* = 0: PL fails at 1",
)
def pl_needs_strong_convexity(p):
    with p.fix(v):
        p.have(DifferentiableAt(coordinate, v), by=p.differentiate(coordinate, v)[0])
    p.have(Differentiable(coordinate), by=p.last)
    pl = p.have(PL(coordinate, 1, line.zero), by=p.statement(1, coordinate, line.zero))
    p.have(FALSE, by=[pl(e), p.differentiate(coordinate, e)[1]])


@strongly_convex_is_pl.without(
    "alpha_pos",
    spaces={E: line},
    note="f(x) = x²/2 on the real line, with α = −1 and x* = 1: PL fails at 0",
)
def pl_needs_a_positive_constant(p):
    f, g = bowl(1, line), p.use(bowl_gradient, spaces={E: line}, c=1)
    p.have(Differentiable(f), by=g[0])
    p.have(
        forall([v, w], f(w) >= f(v) + ip(grad(f, v), w - v) + rational(-1) / 2 * sq(w - v)),
        by=lambda v, w: g[1](v),
    )
    p.have(StronglyConvex(f, -1), by=p.last)
    pl = p.have(PL(f, -1, e), by=p.statement(f, -1, e))
    p.have(FALSE, by=[pl(line.zero), g[1](line.zero)])


@strongly_convex_is_pl.without(
    "alpha_pos", instead=dict(alpha_nonnegative=alpha >= 0), redundant=True
)
def convex_is_pl_with_constant_zero(p):
    p.have(Differentiable(f), by=p.convex[0])
    with p.cases():
        with p.case(0 < alpha):
            p.have(PL(f, alpha, xs), by=strongly_convex_is_pl)
        with p.case(alpha <= 0) as low:
            zero = p.equal(alpha, 0, by=(low, p.alpha_nonnegative))
            p.have(
                forall(x, sq(grad(f, x)) / 2 >= alpha * (f(x) - f(xs))),
                by=lambda x: zero * (f(x) - f(xs)),
            )
            p.have(PL(f, alpha, xs), by=p.last)
