"""Fermat's theorem: the gradient vanishes at a minimiser.  No axiom is needed."""

from plproof import (
    FALSE,
    Differentiable,
    Function,
    Lemma,
    Minimiser,
    Real,
    Source,
    Space,
    Vector,
    eq,
    grad,
    norm,
)

E = Space("E")
f = Function("f", E)
xs = Vector("x*", E)
delta = Real("delta")

gradient_vanishes = Lemma(
    "The gradient of a differentiable function vanishes at a minimiser",
    source=Source("Methodus ad disquirendam maximam et minimam", references=("Fermat, 1638",)),
    given=dict(differentiable=Differentiable(f), minimum=Minimiser(f, xs)),
    claim=eq(grad(f, xs), 0),
)


@gradient_vanishes.proof
def _(p):
    g = grad(f, xs)
    size = norm(g)
    nonnegative, square = p.norm(g)
    with p.cases():
        with p.case(size <= 0) as small:
            p.zero_vector(g, by=[small * nonnegative, square])
        with p.case(0 < size) as positive, p.by_contradiction(eq(g, 0)):
            # a short step against the gradient would go below the minimum
            with p.obtain(p.differentiable(xs, size / 2), delta) as near:
                h = delta / size * -g
                short = p.have(norm(h) <= delta, by=p.norm_of_multiple(delta / size, -g))
                p.have(
                    FALSE,
                    by=[
                        near[1](h)[0],
                        p.minimum(xs + h),
                        size / 2 * short,
                        near[0] * positive,
                        delta / size * square,
                    ],
                )
