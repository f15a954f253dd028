"""Gradient descent on a quadratic with a negative eigenvalue: only a hyperplane of starts stays."""

from plproof import (
    Converges,
    GradientDescent,
    LinearMap,
    Naturals,
    Proposition,
    Reals,
    Sequence,
    Source,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    mapsto,
    norm,
    rational,
)
from theorems.sequences.powers import bernoulli
from theorems.sequences.small import below_every_multiple, bounded_growth

E = Space("E")
A = LinearMap("A", E, E)
x = Sequence("x", E)
xs, v, z = Vectors("x* v z", E)
eta, lam, M, eps = Reals("eta lambda M epsilon")
k, n = Naturals("k n")
f = mapsto(z, ip(A @ (z - xs), z - xs) / 2)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "References",
    "[3]",
    ("Lee, Simchowitz, Jordan and Recht, 2016, Section 3",),
)
given = dict(
    symmetric=eq(A.T, A),
    eigenvector=eq(A @ v, lam * v),
    gd=GradientDescent(f, x, eta),
)
negative = dict(eta_pos=eta > 0, negative=lam < 0)


def along(k):
    """Return the coordinate of x_k − x* along v."""
    return ip(v, x[k] - xs)


coordinate_powers = Proposition(
    "On a quadratic a coordinate along an eigenvector is multiplied by 1 − ηλ at every step",
    source=source,
    given=given,
    claim=forall(k, eq(along(k), (1 - eta * lam) ** k * along(0))),
)


@coordinate_powers.proof
def _(p):
    with p.fix(z):
        twice = p.differentiate(f, z)[1]
        turned = p.zero_vector(A.T @ (z - xs) - A @ (z - xs), by=p.symmetric)
        p.have(eq(grad(f, z), A @ (z - xs)), by=[twice, rational(1, 2) * turned])
    gradient = p.last
    with p.induction(), p.step(k) as ih:
        d = x[k] - xs
        moved = p.have(eq(x[k + 1], x[k] - eta * (A @ d)), by=[p.gd(k), gradient(x[k])])
        turned = p.have(eq(ip(A.T @ v, d), ip(A @ v, d)), by=p.symmetric)
        scaled = p.have(eq(ip(v, A @ d), lam * ip(v, d)), by=[turned, d * p.eigenvector])
        p.have(
            eq(along(k + 1), (1 - eta * lam) ** (k + 1) * along(0)),
            by=[v * moved, -eta * scaled, (1 - eta * lam) * ih],
        )


saddle_hyperplane = Proposition(
    "On a quadratic with eigenvalue λ < 0 only starts with ⟨v, x₀ − x*⟩ = 0 lead to x*",
    source=source,
    given=negative | given | dict(converges=Converges(x, xs)),
    claim=eq(along(0), 0),
    note="any step η > 0; for v ≠ 0 the starts that lead to the saddle lie in a hyperplane",
)


@saddle_hyperplane.proof
def _(p):
    powers, grows = p.use(coordinate_powers), p.use(bernoulli, a=-eta * lam)
    n0 = p.norm(v)[0]

    def small(sign):
        """Prove that the coordinate of the start, with the sign, is at most ε‖v‖ for all ε."""
        start = sign * along(0)
        with p.fix(eps), p.suppose(eps > 0), p.obtain(p.converges(eps), k) as near:
            close = p.have(norm(x[k] - xs) <= eps, by=near(k))
            factor = (1 - eta * lam) ** k
            large = p.have(factor >= 1, by=[grows(k), k * eta * p.negative])
            product = p.cauchy_schwarz(sign * v, x[k] - xs)
            p.have(factor * start <= norm(v) * eps, by=[product, n0 * close, powers(k)])
            bounded = p.last
            with p.cases():
                with p.case(start <= 0) as less:
                    p.have(start <= norm(v) * eps, by=[less, eps * n0])
                with p.case(0 < start) as more:
                    p.have(start <= norm(v) * eps, by=[bounded, large * more])
        p.have(norm(v) >= 0, by=n0)
        return p.have(start <= 0, by=p.use(below_every_multiple, t=start, c=norm(v)))

    p.equal(along(0), 0, by=(small(1), small(-1)))


bounded_hyperplane = Proposition(
    "On a quadratic with eigenvalue λ < 0 only starts with ⟨v, x₀ − x*⟩ = 0 stay bounded",
    source=source,
    given=negative | given | dict(bounded=forall(k, norm(x[k] - xs) <= M)),
    claim=eq(along(0), 0),
    note="from any other start the distance to x* grows at least like 1 − kηλ",
)


@bounded_hyperplane.proof
def _(p):
    powers, grows = p.use(coordinate_powers), p.use(bernoulli, a=-eta * lam)
    n0 = p.norm(v)[0]

    def small(sign):
        """Prove that the coordinate of the start, with the sign, is not positive."""
        start = sign * along(0)
        with p.cases():
            with p.case(start <= 0):
                p.have(start <= 0)
            with p.case(0 < start) as more:
                with p.fix(k):
                    product = p.cauchy_schwarz(sign * v, x[k] - xs)
                    p.have(
                        (1 + k * (-eta * lam)) * start <= norm(v) * M,
                        by=[product, n0 * p.bounded(k), powers(k), grows(k) * more],
                    )
                p.have(start <= 0, by=p.use(bounded_growth, t=start, a=-eta * lam, c=norm(v) * M))
        return p.last

    p.equal(along(0), 0, by=(small(1), small(-1)))
