"""Fermat's theorem: the gradient vanishes at a local minimum.  No axiom is needed."""

from plproof import (
    FALSE,
    Definition,
    Differentiable,
    Function,
    Lemma,
    Minimiser,
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
    norm,
)
from theorems.functions.below import below_two

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
r, delta, t = Reals("r delta t")

LocalMinimiser = Definition(
    "LocalMinimiser",
    [f, x],
    exists(r, conj(r > 0, forall(y, implies(norm(y - x) <= r, f(x) <= f(y))))),
    words="{1} is a local minimiser of {0}",
)

gradient_vanishes_at_a_local_minimum = Lemma(
    "The gradient of a differentiable function vanishes at a local minimum",
    source=Source("Methodus ad disquirendam maximam et minimam", references=("Fermat, 1638",)),
    given=dict(differentiable=Differentiable(f), minimum=LocalMinimiser(f, x)),
    claim=eq(grad(f, x), 0),
)


@gradient_vanishes_at_a_local_minimum.proof
def _(p):
    g = grad(f, x)
    size = norm(g)
    nonnegative, square = p.norm(g)
    with p.cases():
        with p.case(size <= 0) as small:
            p.zero_vector(g, by=[small * nonnegative, square])
        with p.case(0 < size) as positive, p.by_contradiction(eq(g, 0)):
            # a step against the gradient, short enough for both, would go below the minimum
            with (
                p.obtain(p.minimum, r) as ball,
                p.obtain(p.differentiable(x, size / 2), delta) as near,
            ):
                p.have(r > 0, by=ball[0])
                p.have(delta > 0, by=near[0])
                with p.obtain(p.use(below_two, a=r, b=delta), t) as both:
                    p.have(t > 0, by=both[0])
                    step = t / size * -g
                    short = p.have(norm(step) <= t, by=p.norm_of_multiple(t / size, -g))
                    inside = p.have(norm(step) <= delta, by=[short, both[1][1]])
                    p.have(norm(x + step - x) <= r, by=[short, both[1][0]])
                    lower = p.have(f(x) <= f(x + step), by=ball[1](x + step))
                    linear = p.have(near[1](step)[0].claim, by=[near[1](step)[0], inside])
                    p.have(
                        FALSE,
                        by=[linear, lower, size / 2 * short, both[0] * positive, t / size * square],
                    )


gradient_vanishes = Lemma(
    "The gradient of a differentiable function vanishes at a minimiser",
    source=Source("Methodus ad disquirendam maximam et minimam", references=("Fermat, 1638",)),
    given=dict(differentiable=Differentiable(f), minimum=Minimiser(f, xs)),
    claim=eq(grad(f, xs), 0),
)


@gradient_vanishes.proof
def _(p):
    ball = exists(r, conj(r > 0, forall(y, implies(norm(y - xs) <= r, f(xs) <= f(y)))))
    with p.fix(y), p.suppose(norm(y - xs) <= 1):
        p.have(f(xs) <= f(y), by=p.minimum(y))
    p.exhibit(ball, 1, by=p.last)
    p.have(LocalMinimiser(f, xs), by=p.last)
    p.have(gradient_vanishes.claim, by=p.use(gradient_vanishes_at_a_local_minimum, x=xs))
