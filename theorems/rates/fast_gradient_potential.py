"""A potential of the fast gradient method, whatever its coefficients are, if only they fit."""

from plproof import (
    Function,
    Lemma,
    Naturals,
    Real,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from theorems.rates.fast_gradient import FastGradient
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f = Function("f", E)
u, y, xs = Vectors("u y x*", E)
xk, yk = Sequence("x", E), Sequence("y", E)
L = Real("L")
i, j = Naturals("i j")
#: the number of a step from the third on, that of the next one, and that of all
k, k_, total = i + 2, i + 1 + 2, j + 2
source = Source(
    "A method for solving a convex programming problem with convergence rate O(1/k²)",
    references=("Nesterov, 1983",),
)
method = dict(method=FastGradient(f, xk, yk, L))
given = dict(L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0))


def gap(v):
    return f(v) - f(xs)


def step(v):
    return v - grad(f, v) / L


def ahead(k, x, after):
    """Return where momentum takes the step from x to the point after it."""
    return after + k / (k + 3) * (after - x)


def form(alpha, beta, gamma, z, d):
    return alpha * sq(z) + 2 * beta * ip(z, d) + gamma * sq(d)


def states(k, x, y):
    """Return z, the averaged point, and how far x is ahead of it; y = z + k/(k + 2)·(x − z)."""
    return y - k / 2 * (x - y), (k + 2) / 2 * (x - y)


def potential_of(k, q, alpha, beta, gamma, u, x, y):
    """Return 1 − 2q times what a step from u leaves of the gap, plus L times a quadratic form.

    x is where the step from u leads, and y is where the next gradient is taken.
    """
    z, d = states(k, x, y)
    below = gap(u) - sq(grad(f, u)) / (2 * L)
    return (1 - 2 * q) * below + L * form(alpha, beta, gamma, z - xs, d)


alpha, beta, gamma, p_of, q = Reals("alpha beta gamma p q")
alpha_, beta_, gamma_, p_, q_ = Reals("alpha' beta' gamma' p' q'")
Z, D, w, s, t = Reals("Z D w s t")


def matching(k, Z, D, now, then, w, s, t):
    """Say that coefficients now and then fit: the worst case, at Z, D, loses nothing."""
    alpha, beta, gamma, p, q = now
    alpha_, beta_, gamma_, p_, q_ = then
    Z_, D_ = Z - (k + 2) / 2, k / (k + 2) * D + k / 2
    return dict(
        at_z=eq(alpha * Z + beta * D, q),
        at_d=eq(beta * Z + gamma * D, p),
        then_at_z=eq(alpha_ * Z_ + beta_ * D_, q_),
        then_at_d=eq(beta_ * Z_ + gamma_ * D_, p_),
        across=eq(1 - 2 * q - k * (q - q_) + (k + 2) * p, k * p_),
        along=eq(1 - 2 * q_, q * Z + p * D - q_ * Z_ - p_ * D_ - q_ * (k + 2) + p_ * k),
        small=q <= rational(1, 2),
        falling=q_ <= q,
        middle=eq(beta - k / (k + 2) * beta_, -w * s * t),
        falls=alpha - alpha_ >= w * s**2,
        shrinks=gamma - k**2 / (k + 2) ** 2 * gamma_ >= w * t**2,
    )


now, then = (alpha, beta, gamma, p_of, q), (alpha_, beta_, gamma_, p_, q_)

matched_step = Lemma(
    "Coefficients that fit make a potential of the fast gradient method",
    source=source,
    given=given
    | dict(stationary=eq(grad(f, xs), 0), w_nonneg=w >= 0)
    | matching(k, Z, D, now, then, w, s, t),
    claim=forall(
        [u, y],
        potential_of(
            k_, q_, alpha_, beta_, gamma_, y, step(y), ahead(k, step(u), step(y))
        ) <= potential_of(k, q, alpha, beta, gamma, u, step(u), y),
    ),
)  # fmt: skip


@matched_step.proof
def _(p):
    meets = p.use(convex_interpolation)

    def reasons(u, y):
        z, d = states(k, step(u), y)
        z, g = z - xs, grad(f, y) / L
        Z_, D_ = Z - (k + 2) / 2, k / (k + 2) * D + k / 2
        near, off = z - Z * g, d - D * g  # both vanish in the worst case
        far = p.have(0 <= sq(near))
        wide = p.have(0 <= sq(off))
        apart = p.have(0 <= sq(s * near - t * off))
        return [
            (1 - 2 * q) * meets(u, y),
            2 * (q - q_) * meets(xs, y),
            p.stationary,
            L * (p.falls * far),
            L * (p.shrinks * wide),
            L * w * apart,
            L * (Z * sq(g) - 2 * ip(z, g)) * p.at_z,
            L * (D * sq(g) - 2 * ip(d, g)) * p.at_d,
            L * (2 * ip(z, g) - (Z_ + k + 2) * sq(g)) * p.then_at_z,
            L * (2 * k / (k + 2) * ip(d, g) - (D_ - k) * sq(g)) * p.then_at_d,
            -2 * L / (k + 2) * ip(d, g) * p.across,
            -L * sq(g) * p.along,
            -2 * L * ip(near, off) * p.middle,
        ]

    p.have(matched_step.claim, by=reasons)


step_of_potential = Lemma(
    "The potential does not increase along the method",
    source=source,
    given=matched_step.given | method,
    claim=potential_of(k_, q_, alpha_, beta_, gamma_, yk[i + 1 + 1], xk[i + 1 + 2], yk[i + 1 + 2])
    <= potential_of(k, q, alpha, beta, gamma, yk[i + 1], xk[i + 2], yk[i + 2]),
)


@step_of_potential.proof
def _(p):
    one = p.use(matched_step)(yk[i + 1], yk[i + 2])
    moves = p.method[1]
    here = p.have(eq(xk[i + 2], step(yk[i + 1])), by=moves(i + 1)[0])
    there = p.have(eq(xk[i + 1 + 2], step(yk[i + 1 + 1])), by=moves(i + 2)[0])
    then = p.have(eq(yk[i + 1 + 2], ahead(k, xk[i + 2], xk[i + 1 + 2])), by=moves(i + 2)[1])
    p.have(step_of_potential.claim, by=[one, then, there, here])


at_hand = yk[i + 1], xk[i + 2], yk[i + 2]

end_of_potential = Lemma(
    "The last of the potentials exceeds the gap, when the worst case loses nothing there",
    source=source,
    given=given
    | dict(
        stationary=eq(grad(f, xs), 0), q_nonneg=q >= 0, small=q <= rational(1, 2), Z_pos=Z > 0,
        at_z=eq(alpha * Z + beta * D, q), at_d=eq(beta * Z + gamma * D, q),
        all_of_it=eq(2 * q * (Z + D), 1), last_term=gamma >= 2 * q**2,
    )
    | method,
    claim=gap(xk[i + 2]) <= potential_of(k, q, alpha, beta, gamma, *at_hand),
)  # fmt: skip


@end_of_potential.proof
def _(p):
    meets = p.use(convex_interpolation)
    moved = p.have(eq(xk[i + 2], step(yk[i + 1])), by=p.method[1](i + 1)[0])
    u, y, x = yk[i + 1], yk[i + 2], step(yk[i + 1])
    z, d = states(k, x, y)
    z = z - xs
    off = p.have(0 <= sq(d - D / Z * z))
    flat = p.have(0 <= sq(grad(f, x) / L - 2 * q * (x - xs)))
    p.have(end_of_potential.claim, by=[
        (1 - 2 * q) * meets(u, x), 2 * q * meets(xs, x), p.stationary,
        L * (p.last_term * off), L / 2 * flat,
        -L / Z * sq(z) * p.at_z,
        L * (D / Z**2 * sq(z) - 2 / Z * ip(z, d)) * p.at_d,
        2 * L * q * ((Z - D) / (2 * Z**2) * sq(z) + ip(z, d) / Z) * p.all_of_it,
        moved,
    ])  # fmt: skip
