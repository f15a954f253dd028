"""Least squares ½‖Ax − b‖² satisfies the PL inequality, also where it is not strongly convex."""

from plproof import (
    FALSE,
    PL,
    Differentiable,
    DifferentiableAt,
    LinearMap,
    Minimiser,
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
    mapsto,
    member,
    neg,
    ran,
    sq,
)

E, Y = Space("E"), Space("Y")
A = LinearMap("A", E, Y)
x, xs, v = Vectors("x x* v", E)
b, r = Vectors("b r", Y)
mu, alpha = Reals("mu alpha")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "last paragraph",
    ("Karimi, Nutini and Schmidt, 2016, Section 2.3",),
)

#: half the squared error of Ax as an approximation of b
f = mapsto(x, sq(A @ x - b) / 2)

pl_of_least_squares = Proposition(
    "½‖Ax − b‖² is μ-PL where μ bounds AAᵀ below on the range of A",
    source=source,
    given=dict(
        below=forall(r, implies(member(r, ran(A)), mu * sq(r) <= sq(A.T @ r))),
        normal=eq(A.T @ (A @ xs - b), 0),
    ),
    claim=conj(Minimiser(f, xs), PL(f, mu, xs)),
    note="the least eigenvalue of AAᵀ other than 0 is such a μ; A need not be injective",
)


@pl_of_least_squares.proof
def _(p):
    with p.fix(x):
        p.have(DifferentiableAt(f, x), by=p.differentiate(f, x)[0])
    smooth = p.have(Differentiable(f), by=p.last)
    with p.fix(x):
        p.have(eq(grad(f, x), A.T @ (A @ x - b)), by=p.differentiate(f, x)[1])
    gradient = p.last
    with p.fix(x):
        gap = p.have(eq(f(x) - f(xs), sq(A @ (x - xs)) / 2), by=(x - xs) * p.normal)
        p.have(f(xs) <= f(x), by=gap, squares=[A @ (x - xs)])
    least = p.have(Minimiser(f, xs), by=p.last)
    with p.fix(x):
        reached = A @ (x - xs)
        gap = p.have(eq(f(x) - f(xs), sq(reached) / 2), by=(x - xs) * p.normal)
        short = p.have(eq(grad(f, x), A.T @ reached), by=[gradient(x), p.normal])
        hit = p.exhibit(exists(v, eq(A @ v, reached)), x - xs)
        p.have(member(reached, ran(A)), by=hit)
        bound = p.have(mu * sq(reached) <= sq(A.T @ reached), by=p.below(reached))
        p.have(sq(grad(f, x)) / 2 >= mu * (f(x) - f(xs)), by=[short, bound, mu * gap])
    p.have(pl_of_least_squares.claim, by=[least, smooth, p.last])


least_squares_without_strong_convexity = Proposition(
    "½‖Ax − b‖² is not strongly convex where A is not injective",
    source=source,
    given=dict(vanishes=eq(A @ v, 0), nonzero=sq(v) > 0),
    claim=forall(alpha, implies(alpha > 0, neg(StronglyConvex(f, alpha)))),
)


@least_squares_without_strong_convexity.proof
def _(p):
    with p.fix(x):
        p.have(eq(grad(f, x), A.T @ (A @ x - b)), by=p.differentiate(f, x)[1])
    gradient = p.last
    with p.fix(alpha), p.suppose(alpha > 0), p.suppose(StronglyConvex(f, alpha)) as convex:
        flat = p.have(eq(grad(f, E.zero), A.T @ (-b)), by=gradient(E.zero))
        same = p.have(eq(f(v), f(E.zero)), by=((A @ v - 2 * b) / 2) * p.vanishes)
        p.have(FALSE, by=[convex(E.zero, v), flat, same, b * p.vanishes, alpha / 2 * p.nonzero])
