"""A strict local minimum, tilted a little: near it the gradient takes every direction."""

from plproof import (
    EXTREME_VALUE,
    FALSE,
    DifferentiableAt,
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
    mapsto,
    ne,
    norm,
    rational,
    sq,
)
from theorems.functions.below import below_two, short_enough

E = Space("E")
f = Function("f", E)
x, y, v, h, q, a = Vectors("x y v h q a", E)
half = rational(1, 2)
r, s, b, m, eps, delta, R = Reals("r s b m epsilon delta R")

close = conj(f(v) - f(x) <= eps, -eps <= f(v) - f(x))
near = exists(delta, conj(delta > 0, forall(v, implies(norm(v - x) <= delta, close))))

continuous_where_differentiable = Lemma(
    "A function is continuous where it is differentiable",
    given=dict(smooth=DifferentiableAt(f, x)),
    claim=forall(eps, implies(eps > 0, near)),
)


@continuous_where_differentiable.proof
def _(p):
    g = grad(f, x)
    g0 = p.norm(g)[0]
    steep = p.have(norm(g) + 1 >= 0, by=g0)
    with (
        p.fix(eps),
        p.suppose(eps > 0),
        p.obtain(p.smooth(1), b) as linear,
        p.obtain(p.use(short_enough, a=eps, b=norm(g) + 1), s) as one,
        p.obtain(p.use(below_two, a=b, b=s), delta) as small,
    ):
        with p.fix(v), p.suppose(norm(v - x) <= delta) as short:
            p.have(norm(v - x) <= b, by=[short, small[1][0]])
            length = p.have(norm(v - x) <= s, by=[short, small[1][1]])
            reach = p.have((norm(g) + 1) * norm(v - x) <= eps, by=[steep * length, one[1]])
            error = linear[1](v - x)
            up = p.cauchy_schwarz(g, v - x)
            down = p.cauchy_schwarz(-g, v - x)
            p.have(f(v) - f(x) <= eps, by=[error[0], up, reach])
            p.have(-eps <= f(v) - f(x), by=[error[1], down, reach])
            p.have(close)
        p.exhibit(near, delta, by=p.last)


gradient_vanishes_inside = Lemma(
    "The gradient vanishes at a local minimum",
    source=Source("Methodus ad disquirendam maximam et minimam", references=("Fermat, 1638",)),
    given=dict(
        smooth=DifferentiableAt(f, x),
        r_pos=r > 0,
        least=forall(v, implies(norm(v - x) <= r, f(x) <= f(v))),
    ),
    claim=eq(grad(f, x), 0),
)


@gradient_vanishes_inside.proof
def _(p):
    g = grad(f, x)
    size = norm(g)
    nonnegative, square = p.norm(g)
    with p.cases():
        with p.case(size <= 0) as small:
            p.zero_vector(g, by=[small * nonnegative, square])
        with p.case(0 < size) as positive, p.by_contradiction(eq(g, 0)):
            # a short step against the gradient would go below the minimum
            p.have(size / 2 > 0, by=positive)
            with (
                p.obtain(p.smooth(size / 2), b) as linear,
                p.obtain(p.use(below_two, a=b, b=r), s) as within,
                p.obtain(p.use(short_enough, a=s, b=size), delta) as step,
            ):
                p.have(delta >= 0, by=step[0])
                short = p.norm_of_multiple(delta, -g)
                p.have(norm(delta * -g) <= b, by=[short, step[1], within[1][0]])
                p.have(norm(x + delta * -g - x) <= r, by=[short, step[1], within[1][1]])
                p.have(
                    FALSE,
                    by=[
                        linear[1](delta * -g)[0],
                        p.least(x + delta * -g),
                        size / 2 * short,
                        delta * square,
                        half * (step[0] * positive * positive),
                    ],
                )


smooth = forall(q, implies(norm(q - y) <= R, DifferentiableAt(f, q)))
strict = forall(q, implies(norm(q - y) <= R, ne(q, y), f(y) < f(q)))

tilted_minimum = Lemma(
    "Near a strict local minimum the gradient is εa somewhere, for some ε > 0",
    given=dict(R_pos=R > 0, smooth=smooth, strict=strict),
    claim=exists([eps, q], conj(eps > 0, norm(q - y) <= R, eq(grad(f, q), eps * a))),
)


@tilted_minimum.proof
def _(p):
    p.have(R >= 0, by=p.R_pos)

    def least(value):
        """Say where the explicit function is least on the ball."""
        with p.fix(q), p.suppose(norm(q - y) <= R):
            p.have(DifferentiableAt(f, q), by=p.smooth(q))
            p.have(DifferentiableAt(value, q), by=p.differentiate(value, q)[0])
        smooth = p.last
        with p.fix(x, eps), p.suppose(norm(x - y) <= R), p.suppose(eps > 0):
            p.have(DifferentiableAt(value, x), by=smooth(x))
            p.have(near_of(value), by=p.use(continuous_where_differentiable, f=value)(eps))
        return p.axiom(EXTREME_VALUE, value, y, R)

    def near_of(value):
        close = conj(value(v) - value(x) <= eps, -eps <= value(v) - value(x))
        return exists(delta, conj(delta > 0, forall(v, implies(norm(v - x) <= delta, close))))

    raised = mapsto(q, f(q) - f(y) + R**2 - sq(q - y))
    with p.obtain(least(raised), x) as low:
        m = raised(x)
        n0, nn = p.norm(x - y)
        with p.cases():
            with p.case(eq(x, y)) as same:
                p.have(m > 0, by=[same, p.R_pos * p.R_pos])
            with p.case(ne(x, y)):
                inside = p.have(R**2 - sq(x - y) >= 0, by=[nn, low[0] * n0, p.R_pos * low[0]])
                p.have(m > 0, by=[inside, p.strict(x)])
        positive = p.last
        p.have(m / 2 > 0, by=positive)
        a0 = p.norm(a)[0]
        p.have(norm(a) * R >= 0, by=a0 * p.R_pos)
        with p.obtain(p.use(short_enough, a=m / 2, b=norm(a) * R), s) as slope:
            tilted = mapsto(q, f(q) - s * ip(a, q))
            with p.obtain(least(tilted), q) as bottom:
                n0, nn = p.norm(q - y)
                p.have(norm(y - y) <= R, by=p.compare_squares(norm(y - y), 0, by=p.norm(y - y)[1]))
                rise = p.have(
                    f(q) - f(y) <= m / 2,
                    by=[
                        bottom[1](y),
                        s * p.cauchy_schwarz(a, q - y),
                        slope[0] * a0 * bottom[0],
                        slope[1],
                    ],
                )
                p.have(raised(x) <= raised(q), by=low[1](q))
                inner = p.have(
                    norm(q - y) * norm(q - y) < R * R, by=[p.last, rise, half * positive, nn]
                )
                with p.cases():
                    with p.case(R <= norm(q - y)) as far, p.by_contradiction(norm(q - y) < R):
                        p.have(FALSE, by=[inner, far * n0, p.R_pos * far])
                    with p.case(norm(q - y) < R):
                        p.have(norm(q - y) < R)
                room = R - norm(q - y)
                p.have(room > 0, by=p.last)
                with p.fix(v), p.suppose(norm(v - q) <= room) as short:
                    p.have(norm(v - y) <= R, by=[p.triangle(v - q, q - y), short])
                    p.have(tilted(q) <= tilted(v), by=bottom[1](v))
                p.have(DifferentiableAt(f, q), by=p.smooth(q))
                first = p.differentiate(tilted, q)
                p.have(DifferentiableAt(tilted, q), by=first[0])
                flat = p.use(gradient_vanishes_inside, f=tilted, x=q, r=room)
                p.have(eq(grad(f, q), s * a), by=[first[1], flat])
                p.have(conj(s > 0, norm(q - y) <= R, eq(grad(f, q), s * a)))
                here = conj(s > 0, norm(q - y) <= R, eq(grad(f, q), s * a))
                p.exhibit(exists(q, here), q, by=p.last)
            p.exhibit(tilted_minimum.claim, s, by=p.last)
