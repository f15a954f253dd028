"""“The gradient does not vanish at a local minimum” is false: it always vanishes there."""

from plproof import (
    GRADIENT,
    Differentiable,
    Function,
    Proposition,
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
)
from theorems.functions.gradient_vanishes import (
    LocalMinimiser,
    gradient_vanishes_at_a_local_minimum,
)

E = Space("E")
f = Function("f", E)
x, y, h = Vectors("x y h", E)
r, eps, delta, t = Reals("r epsilon delta t")

gradient_at_a_minimum = Proposition(
    "The gradient of a differentiable function does not vanish at a local minimum",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "Non-Convexity of Loss Landscapes",
        "the sentence after the Proposition",
    ),
    given=dict(differentiable=Differentiable(f), minimum=LocalMinimiser(f, x)),
    claim=ne(grad(f, x), 0),
    expect="refuted",
    repaired=gradient_vanishes_at_a_local_minimum,
    note="a constant function refutes it; what holds is Fermat's theorem, the opposite",
)

zero = mapsto(x, 0)


def close(g, delta):
    """Say that the zero function is linear with gradient g at x, up to ε‖h‖, within δ."""
    error = zero(x + h) - zero(x) - ip(g, h)
    bound = eps * norm(h)
    return forall(h, implies(norm(h) <= delta, conj(error <= bound, -bound <= error)))


@gradient_at_a_minimum.proof
def _(p):
    with p.fix(x, eps), p.suppose(eps > 0):
        with p.fix(h), p.suppose(norm(h) <= 1):
            error = zero(x + h) - zero(x) - ip(E.zero, h)
            n0 = p.norm(h)[0]
            above = p.have(error <= eps * norm(h), by=eps * n0)
            below = p.have(-(eps * norm(h)) <= error, by=eps * n0)
            p.have(conj(error <= eps * norm(h), -(eps * norm(h)) <= error), by=[above, below])
        within = p.have(close(E.zero, 1), by=p.last)
        p.exhibit(exists(delta, conj(delta > 0, close(E.zero, delta))), 1, by=within)
    linear = p.last
    with p.fix(x):
        p.have(
            forall(eps, implies(eps > 0, exists(delta, conj(delta > 0, close(E.zero, delta))))),
            by=linear(x),
        )
        p.have(eq(grad(zero, x), 0), by=p.axiom(GRADIENT, zero, x, E.zero))
    flat = p.last
    with p.fix(x, eps), p.suppose(eps > 0):
        with p.fix(h), p.suppose(norm(h) <= 1):
            error = zero(x + h) - zero(x) - ip(grad(zero, x), h)
            n0 = p.norm(h)[0]
            above = p.have(error <= eps * norm(h), by=[flat(x), eps * n0])
            below = p.have(-(eps * norm(h)) <= error, by=[flat(x), eps * n0])
            p.have(conj(error <= eps * norm(h), -(eps * norm(h)) <= error), by=[above, below])
        within = p.have(close(grad(zero, x), 1), by=p.last)
        p.exhibit(exists(delta, conj(delta > 0, close(grad(zero, x), delta))), 1, by=within)
    p.have(Differentiable(zero), by=p.last)
    level = p.have(forall(y, implies(norm(y - E.zero) <= 1, zero(E.zero) <= zero(y))))
    some = exists(
        r, conj(r > 0, forall(y, implies(norm(y - E.zero) <= r, zero(E.zero) <= zero(y))))
    )
    low = p.exhibit(some, 1, by=level)
    p.have(LocalMinimiser(zero, E.zero), by=low)
    p.have(eq(grad(zero, E.zero), 0), by=flat(E.zero))
    p.contradiction(p.statement(zero, E.zero))
