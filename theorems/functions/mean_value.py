"""The mean value theorem as a bound: where slopes along a segment are at most a, so is the rise."""

from plproof import (
    SEGMENT,
    DifferentiableAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    forall,
    grad,
    implies,
    ip,
    rational,
)

E = Space("E")
f = Function("f", E)
x, v = Vectors("x v", E)
a, t = Reals("a t")

at, inside, zero = x + t * v, conj(t >= 0, t <= 1), rational(0)

mean_value = Lemma(
    "A function rises by at most the largest slope along the segment",
    source=Source(
        "Principles of Mathematical Analysis",
        "Differentiation",
        "Theorem 5.10",
        ("Rudin, 1976",),
    ),
    given=dict(
        smooth=forall(t, implies(inside, DifferentiableAt(f, at))),
        slope=forall(t, implies(inside, ip(grad(f, at), v) <= a)),
    ),
    claim=f(x + v) <= f(x) + a,
)


@mean_value.proof
def _(p):
    with p.fix(t), p.suppose(inside):
        p.have(ip(grad(f, at), v) <= a + zero * t, by=p.slope(t))
    p.have(mean_value.claim, by=p.axiom(SEGMENT, f, x, v, a, zero))
