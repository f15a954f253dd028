"""The descent lemma: a Lipschitz gradient bounds the function by a quadratic from above."""

from plproof import (
    SEGMENT,
    Function,
    Lemma,
    Reals,
    Smooth,
    Source,
    Space,
    Vectors,
    conj,
    forall,
    grad,
    ip,
    norm,
    sq,
)

E = Space("E")
f = Function("f", E)
x, v = Vectors("x v", E)
beta, t = Reals("beta t")

descent_lemma = Lemma(
    "A β-smooth function lies below its quadratic upper bound",
    source=Source(
        "Introductory Lectures on Convex Optimization", "1.2", "Lemma 1.2.3", ("Nesterov, 2004",)
    ),
    given=dict(beta_pos=beta > 0, smooth=Smooth(f, beta)),
    claim=forall([x, v], f(x + v) <= f(x) + ip(grad(f, x), v) + beta / 2 * sq(v)),
    note="smooth means a Lipschitz gradient; the upper bound is what proofs use",
)


@descent_lemma.proof
def _(p):
    with p.fix(x, v):
        with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
            change = grad(f, x + t * v) - grad(f, x)
            lipschitz = p.have(norm(change) <= beta * norm(t * v), by=p.smooth(x + t * v, x))
            nonnegative, square = p.norm(v)
            growth = p.have(
                ip(change, v) <= beta * t * sq(v),
                by=[
                    p.cauchy_schwarz(change, v),
                    lipschitz * nonnegative,
                    beta * p.norm_of_multiple(t, v) * nonnegative,
                    beta * t * square,
                ],
            )
            p.have(ip(grad(f, x + t * v), v) <= ip(grad(f, x), v) + beta * sq(v) * t, by=growth)
        p.have(
            f(x + v) <= f(x) + ip(grad(f, x), v) + beta / 2 * sq(v),
            by=p.axiom(SEGMENT, f, x, v, ip(grad(f, x), v), beta * sq(v)),
        )
