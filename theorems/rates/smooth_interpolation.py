"""Two points of a smooth function: the lower bound and the interpolation inequality."""

from plproof import (
    SEGMENT,
    Function,
    Lemma,
    Real,
    Reals,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    conj,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.interpolation import interpolation

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
L, t = Reals("L t")
beta = Real("beta")
source = Source(
    "Smooth strongly convex interpolation and exact worst-case performance of first-order methods",
    label="Theorem 4",
    references=("Taylor, Hendrickx and Glineur, 2017",),
)

lower_bound = Lemma(
    "An L-smooth function lies above its quadratic lower bound",
    source=Source(
        "Introductory Lectures on Convex Optimization", "1.2", "Lemma 1.2.3", ("Nesterov, 2004",)
    ),
    given=dict(L_pos=L > 0, smooth=Smooth(f, L)),
    claim=forall([x, y], f(y) >= f(x) + ip(grad(f, x), y - x) - L / 2 * sq(y - x)),
    note="the segment is run through backwards, from y to x",
)


@lower_bound.proof
def _(p):
    with p.fix(x, y):
        back, size = x - y, L * sq(x - y)
        slope = ip(grad(f, x), back) + size  # at y; it falls by size on the way
        with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
            here = y + t * back
            change = grad(f, here) - grad(f, x)
            lipschitz = p.have(norm(change) <= L * norm(here - x), by=p.smooth(here, x))
            near = p.have(
                norm(here - x) <= (1 - t) * norm(back), by=p.norm_of_multiple(1 - t, back)
            )
            long, square = p.norm(back)
            bound = p.have(ip(change, back) <= L * (1 - t) * sq(back), by=[
                p.cauchy_schwarz(change, back), lipschitz * long, L * near * long,
                L * (1 - t) * square,
            ])  # fmt: skip
            p.have(ip(grad(f, here), back) <= slope + (-size) * t, by=bound)
        p.have(
            f(y) >= f(x) + ip(grad(f, x), y - x) - L / 2 * sq(y - x),
            by=p.axiom(SEGMENT, f, y, back, slope, -size),
        )


smooth_interpolation = Lemma(
    "Two points of an L-smooth function satisfy the interpolation inequality",
    source=source,
    given=dict(L_pos=L > 0, smooth=Smooth(f, L)),
    claim=forall(
        [x, y],
        f(x) - f(y)
        >= ip(grad(f, x) + grad(f, y), x - y) / 2
        + sq(grad(f, x) - grad(f, y)) / (4 * L)
        - L / 4 * sq(x - y),
    ),
    note="no convexity: the case of curvature between −L and L",
)


@smooth_interpolation.proof
def _(p):
    upper, lower = p.use(descent_lemma, beta=L), p.use(lower_bound)

    def z(x, y):
        return (x + y) / 2 - (grad(f, x) - grad(f, y)) / (2 * L)

    p.have(
        smooth_interpolation.claim,
        by=lambda x, y: [upper(x, z(x, y) - x), lower(y, z(x, y))],
    )


convex_interpolation = Lemma(
    "Two points of an L-smooth convex function satisfy the interpolation inequality",
    source=source,
    given=dict(L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0)),
    claim=forall(
        [x, y],
        f(x) >= f(y) + ip(grad(f, y), x - y) + sq(grad(f, x) - grad(f, y)) / (2 * L),
    ),
    note="convex is said by the first-order condition, which is strong convexity with modulus 0",
)


@convex_interpolation.proof
def _(p):
    general = p.use(interpolation, alpha=0, beta=L)
    p.have(convex_interpolation.claim, by=lambda x, y: general(x, y))
