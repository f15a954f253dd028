"""PL is weaker than strong convexity: half the square of one coordinate shows it."""

from plproof import (
    FALSE,
    GRADIENT,
    PL,
    Differentiable,
    Proposition,
    Reals,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    neg,
    norm,
    sq,
)

E = Space("E")
a, u, x, h = Vectors("a u x h", E)
alpha, eps, delta = Reals("alpha epsilon delta")
size = sq(a)
f = mapsto(x, ip(a, x) ** 2 / 2)


def close(g, delta):
    """Say that f is linear with gradient g at x, up to ε‖h‖, for steps h no longer than δ."""
    error = f(x + h) - f(x) - ip(g, h)
    bound = eps * norm(h)
    return forall(h, implies(norm(h) <= delta, conj(error <= bound, -bound <= error)))


pl_without_strong_convexity = Proposition(
    "Half the square of ⟨a, x⟩ is ‖a‖²-PL but not strongly convex",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "When is GD Effective?",
        "last paragraph",
    ),
    given=dict(a_nonzero=size > 0, u_nonzero=sq(u) > 0, orthogonal=eq(ip(a, u), 0)),
    claim=conj(
        PL(f, size, E.zero), forall(alpha, implies(alpha > 0, neg(StronglyConvex(f, alpha))))
    ),
    note="orthogonal a, u other than 0 exist as soon as the dimension is at least 2",
)


@pl_without_strong_convexity.proof
def _(p):
    slope = ip(a, x) * a
    with p.fix(x, eps), p.suppose(eps > 0):
        with p.fix(h), p.suppose(norm(h) <= 2 * eps / size) as short:
            n0, nn = p.norm(h)
            rest = p.have(sq(size * h - ip(a, h) * a) >= 0)
            part = p.have(ip(a, h) ** 2 <= size * sq(h), by=1 / size * rest)
            error = f(x + h) - f(x) - ip(slope, h)
            above = p.have(
                error <= eps * norm(h), by=[part, size / 2 * nn, size / 2 * (short * n0)]
            )
            below = p.have(-(eps * norm(h)) <= error, by=eps * n0, squares=[ip(a, h)])
            p.have(conj(error <= eps * norm(h), -(eps * norm(h)) <= error), by=[above, below])
        within = p.have(close(slope, 2 * eps / size), by=p.last)
        p.exhibit(exists(delta, conj(delta > 0, close(slope, delta))), 2 * eps / size, by=within)
    linear = p.last
    with p.fix(x):
        p.have(
            forall(eps, implies(eps > 0, exists(delta, conj(delta > 0, close(slope, delta))))),
            by=linear(x),
        )
        p.have(eq(grad(f, x), slope), by=p.axiom(GRADIENT, f, x, slope))
    gradient = p.last
    with p.fix(x):
        p.have(eq(grad(f, x), slope), by=gradient(x))
        with p.fix(eps), p.suppose(eps > 0):
            with p.obtain(linear(x, eps), delta) as near:
                with p.fix(h), p.suppose(norm(h) <= delta):
                    error = f(x + h) - f(x) - ip(grad(f, x), h)
                    above = p.have(error <= eps * norm(h), by=[near[1](h)[0], gradient(x)])
                    below = p.have(-(eps * norm(h)) <= error, by=[near[1](h)[1], gradient(x)])
                    p.have(
                        conj(error <= eps * norm(h), -(eps * norm(h)) <= error), by=[above, below]
                    )
                within = p.have(close(grad(f, x), delta), by=p.last)
                p.have(delta > 0, by=near[0])
                p.exhibit(
                    exists(delta, conj(delta > 0, close(grad(f, x), delta))), delta, by=within
                )
    smooth = p.have(Differentiable(f), by=p.last)
    inequality = p.have(
        forall(x, sq(grad(f, x)) / 2 >= size * (f(x) - f(E.zero))), by=lambda x: gradient(x)
    )
    p.have(PL(f, size, E.zero), by=[smooth, inequality])
    with p.fix(alpha), p.suppose(alpha > 0), p.suppose(StronglyConvex(f, alpha)) as convex:
        p.have(
            FALSE,
            by=[
                convex(E.zero, u),
                gradient(E.zero),
                alpha / 2 * p.u_nonzero,
                ip(a, u) / 2 * p.orthogonal,
            ],
        )
