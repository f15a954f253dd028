"""Sharpness: n positive eigenvalues do not make the loss non-convex.

F(w) = w₁ + w₁²/2 from ℝ³ to ℝ has a Hessian with one positive eigenvalue at 0, and its square loss,
a polynomial in w₁ of degree 4, is convex on the ball of radius ¼.
"""

from plproof import (
    FALSE,
    ConvexOn,
    DifferentiableMapAt,
    Lemma,
    Onto,
    Proposition,
    Reals,
    Space,
    SquareLoss,
    Subspace,
    TwiceDifferentiableMapAt,
    Vectors,
    conj,
    dim,
    eq,
    exists,
    forall,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    member,
    norm,
    ran,
    rational,
    sq,
)
from theorems.over_parameterised.not_convex_near_minimum import F as S
from theorems.over_parameterised.not_convex_near_minimum import H as form
from theorems.over_parameterised.not_convex_near_minimum import (
    W,
    Y,
    not_convex_near_minimum,
    source,
    ws,
)
from theorems.over_parameterised.onto_a_line import multiples, multiples_have_rank_one

R1, R3 = Space.coordinates(1), Space.coordinates(3)
e, e1 = R1.basis(1), R3.basis(1)
a, b, v, w, z, h = Vectors("a b v w z h", R3)
k, q, u = Vectors("k q u", R1)
c, r, t, x, y = Reals("c r t x y")
zero, half, quarter = R3.zero, rational(1, 2), rational(1, 4)


def index_at_least(B, n, space):
    """Say that B is positive definite on a subspace of dimension at least n."""
    N, z = Subspace("N", space), Vectors("z", space)[0]
    definite = forall(z, implies(member(z, N), c * sq(z) <= ip(B @ z, z)))
    return exists([N, c], conj(n <= dim(N), c > 0, definite))


index_n_is_not_enough = Proposition(
    "Where DF(w*) is onto and at least n eigenvalues of ∇²⟨u, F⟩(w*) are positive, the square loss "
    "is convex on no ball around w*",
    source=source,
    given={name: h for name, h in not_convex_near_minimum.given.items() if name != "index"}
    | dict(onto=Onto(jac(S, ws)), index=index_at_least(form, Y.dim, W), over=2 * Y.dim < W.dim),
    claim=not_convex_near_minimum.claim,
    expect="refuted",
    repaired=not_convex_near_minimum,
    spaces={W: R3, Y: R1},
    note="with more than n it is true",
)


def quartic(s):
    """Return ½(s + s²/2)², the square loss where w₁ = s."""
    return (s + s**2 / 2) ** 2 / 2


quartic_is_convex = Lemma(
    "The polynomial ½(s + s²/2)² is convex for s ≥ −¼",
    given=dict(x_low=x >= -quarter, y_low=y >= -quarter, t_nonneg=t >= 0, t_small=t <= 1),
    claim=quartic((1 - t) * x + t * y) <= (1 - t) * quartic(x) + t * quartic(y),
)


@quartic_is_convex.proof
def _(p):
    with p.fix(c):
        p.have(c**2 >= 0)
    square = p.last
    s = (1 - t) * x + t * y
    t1 = p.have(1 - t >= 0, by=p.t_small)
    low = p.have(s >= -quarter, by=[t1 * p.x_low, p.t_nonneg * p.y_low])
    cubic = p.have(half + half * (x + y + s) >= 0, by=[p.x_low, p.y_low, low])
    weight = p.t_nonneg * t1 * square(x - y)
    rest = [rational(1, 16) * (weight * square(d)) for d in (x + y, x + s, y + s)]
    p.have(p.goal, by=[weight * cubic, *rest])


F = mapsto(w, (ip(e1, w) + ip(e1, w) ** 2 / 2) * e)
H, L = hess_along(F, zero, e), SquareLoss(F, R1.zero)


def derivatives(p):
    """Prove that F is twice differentiable at 0, and what its derivatives are there."""
    with p.fix(v), p.suppose(norm(v - zero) <= 1):
        p.have(DifferentiableMapAt(F, v), by=p.differentiate(F, v)[0])
    once = forall(v, implies(norm(v - zero) <= r, DifferentiableMapAt(F, v)))
    p.exhibit(exists(r, conj(r > 0, once)), 1, by=p.last)
    with p.fix(z):
        along = mapsto(w, jac(F, w) @ z)
        p.have(DifferentiableMapAt(along, zero), by=p.differentiate(along, zero)[0])
    with p.fix(u):
        along = mapsto(w, jac(F, w).T @ u)
        p.have(DifferentiableMapAt(along, zero), by=p.differentiate(along, zero)[0])
    p.have(TwiceDifferentiableMapAt(F, zero))
    first = p.differentiate(F, zero)[1]
    along = p.have(forall(h, eq(jac(F, zero) @ h, ip(e1, h) * e)), by=lambda h: first(h))
    second = p.differentiate(mapsto(w, jac(F, w).T @ e), zero)[1]
    rows = p.have(forall(z, eq(H @ z, ip(e1, z) * e1)), by=lambda z: second(z))
    return along, rows


def one_positive_eigenvalue(p, rows):
    """Prove that H is positive definite on the multiples of e₁."""
    line = multiples(e1)
    with p.suppose(eq(e1, 0)) as no:
        p.have(FALSE, by=e1 * no)
    value, one = (p.use(multiples_have_rank_one, a=e1)[side] for side in (0, 1))
    with p.fix(z), p.suppose(member(z, ran(line))):
        some = p.have(exists(k, eq(line @ k, z)))
        with p.obtain(some, k) as hit:
            same = p.have(eq(z, ip(e, k) * e1), by=[value(k), hit])
            p.have(1 * sq(z) <= ip(H @ z, z), by=[z * rows(z), z * same, ip(e1, z) * e1 * same])
    definite = p.last
    large = p.have(R1.dim <= dim(ran(line)), by=[one, p.coordinates(1)[0]])
    inner = conj(
        R1.dim <= dim(ran(line)),
        c > 0,
        forall(z, implies(member(z, ran(line)), c * sq(z) <= ip(H @ z, z))),
    )
    p.exhibit(exists(c, inner), 1, by=[large, definite])
    p.exhibit(index_at_least(H, R1.dim, R3), ran(line), by=p.last)


def loss_is_convex(p):
    """Prove that the square loss is convex on the ball of radius ¼ around 0."""
    inside = conj(norm(a - zero) <= quarter, norm(b - zero) <= quarter, t >= 0, t <= 1)
    with p.fix(a, b, t), p.suppose(inside) as both:
        m = (1 - t) * a + t * b
        bounds = []
        for point, short in ((a, both[0]), (b, both[1][0])):
            n0, nn = p.norm(point - zero)
            small = p.have(sq(point) <= quarter**2, by=[nn, short * n0, quarter * short])
            squares = [point - ip(e1, point) * e1, ip(e1, point) + quarter]
            bounds.append(p.have(ip(e1, point) >= -quarter, by=2 * small, squares=squares))
        x, y = ip(e1, a), ip(e1, b)
        convex = p.use(quartic_is_convex, x=x, y=y)
        p.have(L(m) <= (1 - t) * L(a) + t * L(b), by=convex)
    p.have(ConvexOn(L, zero, quarter), by=p.last)


@index_n_is_not_enough.proof
def _(p):
    along, rows = derivatives(p)
    one_positive_eigenvalue(p, rows)
    p.have(eq(F(zero), R1.zero))
    with p.fix(q):
        start = ip(e, q) * e1
        hit = p.have(eq(jac(F, zero) @ start, q), by=[along(start), p.coordinates(1)[1](q)])
        p.exhibit(exists(v, eq(jac(F, zero) @ v, q)), start, by=hit)
    p.have(Onto(jac(F, zero)), by=p.last)
    p.have(eq(e, jac(F, zero) @ e1), by=along(e1))
    p.have(2 * R1.dim < R3.dim, by=[2 * p.coordinates(1)[0], p.coordinates(3)[0]])
    loss_is_convex(p)
    order = index_n_is_not_enough.statement.variables()
    values = dict(zip(["F", "w*", "v", "y", "u"], (F, zero, e1, R1.zero, e), strict=True))
    p.contradiction(p.statement(*(values[v.data] for v in order))(quarter))
