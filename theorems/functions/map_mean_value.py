"""The mean value inequality of maps between Euclidean spaces, along a segment."""

from plproof import (
    SEGMENT,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    implies,
    ip,
    jac,
    mapsto,
    norm,
)

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
x, v, w = Vectors("x v w", W)
c, t = Reals("c t")
inside = conj(t >= 0, t <= 1)
at = x + t * v

map_mean_value = Lemma(
    "A map changes along a segment by at most what its derivative along it allows",
    source=Source(
        "Principles of Mathematical Analysis",
        "Functions of several variables",
        "Theorem 9.19",
        ("Rudin, 1976",),
    ),
    given=dict(
        differentiable=forall(t, implies(inside, DifferentiableMapAt(F, at))),
        slow=forall(t, implies(inside, norm(jac(F, at) @ v) <= c)),
    ),
    claim=norm(F(x + v) - F(x)) <= c,
    note="apply the mean value theorem to ⟨F(x + v) − F(x), F⟩",
)


@map_mean_value.proof
def _(p):
    e = F(x + v) - F(x)
    f = mapsto(w, ip(e, F(w)))
    size = norm(e)
    n0, nn = p.norm(e)
    with p.fix(w), p.suppose(DifferentiableMapAt(F, w)):
        slope = p.differentiate(f, w)
        smooth = p.have(DifferentiableAt(f, w), by=slope[0])
        value = p.have(eq(grad(f, w), jac(F, w).T @ e), by=slope[1])
        p.have(conj(smooth.claim, value.claim))
    derivative = p.last
    with p.fix(t), p.suppose(inside):
        p.have(DifferentiableMapAt(F, at), by=p.differentiable(t))
        p.have(DifferentiableAt(f, at), by=derivative(at)[0])
    with p.fix(t), p.suppose(inside):
        p.have(DifferentiableMapAt(F, at), by=p.differentiable(t))
        p.have(
            ip(grad(f, at), v) <= size * c + 0 * t,
            by=[derivative(at)[1], p.cauchy_schwarz(e, jac(F, at) @ v), p.slow(t) * n0],
        )
    change = p.have(f(x + v) <= f(x) + size * c, by=p.axiom(SEGMENT, f, x, v, size * c, 0))
    square = p.have(size * size <= size * c, by=[nn, change])
    with p.cases():
        with p.case(size <= 0) as flat:
            p.have(norm(jac(F, x) @ v) <= c, by=p.slow(0))
            p.have(size <= c, by=[flat, p.last, p.norm(jac(F, x) @ v)[0]])
        with p.case(0 < size):
            p.have(size <= c, by=1 / size * square)
