"""Gradient descent on an over-parameterised system reaches zero loss: explicit constants."""

from plproof import (
    Converges,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Source,
    Space,
    SquareLoss,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    jac,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.language.binding import substitute
from theorems.functions.map_mean_value import map_mean_value
from theorems.over_parameterised.conditioning import (
    adjoint_bound,
    conditioned_is_pl,
    stays_conditioned,
)
from theorems.over_parameterised.local_pl_smooth import local_pl_smooth_limit
from theorems.over_parameterised.systems_and_losses import gradient_of_the_square_loss

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
w = Sequence("w", W)
u, v, w0, z = Vectors("u v w0 z", W)
y, r = Vectors("y r", Y)
eps, sigma, S, t = Reals("epsilon sigma S t")
k = Natural("k")
loss = SquareLoss(F, y)
mu = sigma**2 / 4
steepest = S + sigma / 2
beta = steepest**2 + sigma**2 / 8
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "",
    "introduction: gradient descent reaches near-zero training loss",
    ("Liu, Zhu and Belkin, 2022", "Chizat, Oyallon and Bach, 2019"),
)


def error(a):
    """Return the residual F(a) − y."""
    return F(a) - y


def radius(start):
    """Return the radius of the ball in which everything happens."""
    return 4 * norm(error(start)) / sigma


def inside(a, start):
    """Say that a point is in the ball around the start."""
    return norm(a - start) <= radius(start)


def given(start):
    """Return the hypotheses: DF well conditioned at the start and ε-Lipschitz on the ball."""
    change = (jac(F, u) - jac(F, v)) @ z
    return dict(
        sigma_pos=sigma > 0,
        eps_nonnegative=eps >= 0,
        differentiable=forall(v, implies(inside(v, start), DifferentiableMapAt(F, v))),
        lipschitz=forall(
            [v, u, z],
            implies(
                inside(v, start),
                inside(u, start),
                norm(change) <= eps * norm(u - v) * norm(z),
            ),
        ),
        conditioned=forall(r, sigma * norm(r) <= norm(jac(F, start).T @ r)),
        bounded=forall(z, norm(jac(F, start) @ z) <= S * norm(z)),
        small=8 * eps * norm(error(start)) <= sigma**2,
    )


derivative_in_ball = Lemma(
    "On the ball DF(v) stays between σ/2 and S + σ/2",
    source=source,
    given={name: h for name, h in given(w0).items() if name != "differentiable"},
    claim=forall(
        v,
        implies(
            inside(v, w0),
            conj(
                forall(r, sigma / 2 * norm(r) <= norm(jac(F, v).T @ r)),
                forall(z, norm(jac(F, v) @ z) <= steepest * norm(z)),
            ),
        ),
    ),
)


@derivative_in_ball.proof
def _(p):
    R = radius(w0)
    p.have(norm(error(w0)) >= 0, by=p.norm(error(w0))[0])
    p.have(R >= 0)
    at_start = p.compare_squares(norm(w0 - w0), 0, by=p.norm(w0 - w0)[1])
    p.have(inside(w0, w0), by=at_start)
    drift = p.have(eps * R <= sigma / 2, by=1 / (2 * sigma) * p.small)
    with p.fix(v), p.suppose(inside(v, w0)) as near:
        with p.fix(z):
            p.have(
                norm((jac(F, v) - jac(F, w0)) @ z) <= eps * norm(v - w0) * norm(z),
                by=p.lipschitz(w0, v, z),
            )
        change = p.last
        kept = p.use(stays_conditioned, w=v, R=R)
        with p.fix(r):
            n0 = p.norm(r)[0]
            p.have(sigma / 2 * norm(r) <= norm(jac(F, v).T @ r), by=[kept(r), drift * n0])
        lower = p.last
        with p.fix(z):
            n0 = p.norm(z)[0]
            both = p.triangle(jac(F, w0) @ z, (jac(F, v) - jac(F, w0)) @ z)
            p.have(
                norm(jac(F, v) @ z) <= steepest * norm(z),
                by=[both, p.bounded(z), change(z), eps * (near * n0), drift * n0],
            )
        upper = p.last
        p.have(conj(lower.claim, upper.claim))


map_in_ball = Lemma(
    "On the ball F is Lipschitz with constant S + σ/2",
    source=source,
    given=given(w0),
    claim=forall(
        [v, u],
        implies(inside(v, w0), inside(u, w0), norm(F(u) - F(v)) <= steepest * norm(u - v)),
    ),
)


@map_in_ball.proof
def _(p):
    bounds = p.use(derivative_in_ball)
    with p.fix(v, u), p.suppose(inside(v, w0)) as from_v, p.suppose(inside(u, w0)) as from_u:
        at, part = v + t * (u - v), conj(t >= 0, t <= 1)
        at_inside = substitute(inside(z, w0), {z: at})  # as hypotheses about z become at this point
        with p.fix(t), p.suppose(part):
            both = p.triangle((1 - t) * (v - w0), t * (u - w0))
            first = p.norm_of_multiple(1 - t, v - w0)
            second = p.norm_of_multiple(t, u - w0)
            p.have(at_inside, by=[both, first, second, (1 - t) * from_v, t * from_u])
        within = p.last
        with p.fix(t), p.suppose(part):
            p.have(at_inside, by=within(t))
            p.have(DifferentiableMapAt(F, at), by=p.differentiable(at))
        with p.fix(t), p.suppose(part):
            p.have(at_inside, by=within(t))
            p.have(norm(jac(F, at) @ (u - v)) <= steepest * norm(u - v), by=bounds(at)[1](u - v))
        moved = p.use(map_mean_value, x=v, v=u - v, c=steepest * norm(u - v))
        p.have(norm(F(u) - F(v)) <= steepest * norm(u - v), by=moved)


gradient_in_ball = Lemma(
    "On the ball, from points of no larger loss, the gradient of the loss is β-Lipschitz",
    source=source,
    given=dict(S_nonnegative=S >= 0) | given(w0),
    claim=forall(
        [v, u],
        implies(
            conj(inside(v, w0), loss(v) <= loss(w0)),
            inside(u, w0),
            norm(grad(loss, u) - grad(loss, v)) <= beta * norm(u - v),
        ),
    ),
    note="the change is DF(u)ᵀ(F(u) − F(v)) + (DF(u) − DF(v))ᵀ(F(v) − y)",
)


@gradient_in_ball.proof
def _(p):
    bounds, lipschitz = p.use(derivative_in_ball), p.use(map_in_ball)
    p.have(steepest >= 0)
    with p.fix(v, u), p.suppose(conj(inside(v, w0), loss(v) <= loss(w0))) as from_v:
        with p.suppose(inside(u, w0)):
            p.have(inside(v, w0), by=from_v[0])
            for point in (v, u):
                p.have(DifferentiableMapAt(F, point), by=p.differentiable(point))
            at_v, at_u = (
                p.use(gradient_of_the_square_loss, w=v)[1],
                p.use(gradient_of_the_square_loss, w=u)[1],
            )
            far = p.norm(u - v)[0]
            p.have(eps * norm(u - v) >= 0, by=eps * far)
            with p.fix(z):
                p.have(
                    norm((jac(F, u) - jac(F, v)) @ z) <= eps * norm(u - v) * norm(z),
                    by=p.lipschitz(v, u, z),
                )
            turned = p.use(adjoint_bound, A=jac(F, u) - jac(F, v), c=eps * norm(u - v))
            with p.fix(z):
                p.have(norm(jac(F, u) @ z) <= steepest * norm(z), by=bounds(u)[1](z))
            upper = p.use(adjoint_bound, A=jac(F, u), c=steepest)
            (_now0, now), (_first0, first) = p.norm(error(v)), p.norm(error(w0))
            less = p.compare_squares(
                norm(error(v)), norm(error(w0)), by=[now, first, 2 * from_v[1]]
            )
            one = jac(F, u).T @ (F(u) - F(v))
            two = (jac(F, u) - jac(F, v)).T @ error(v)
            both = p.triangle(one, two)
            p.have(
                norm(grad(loss, u) - grad(loss, v)) <= beta * norm(u - v),
                by=[
                    at_u,
                    at_v,
                    both,
                    upper(F(u) - F(v)),
                    steepest * lipschitz(v, u),
                    turned(error(v)),
                    eps * (less * far),
                    rational(1, 8) * (p.small * far),
                ],
            )


near_zero_loss = Theorem(
    "From a well-conditioned start gradient descent on the square loss reaches zero loss",
    source=source,
    given=dict(S_nonnegative=S >= 0) | given(w[0]) | dict(gd=GradientDescent(loss, w, 1 / beta)),
    claim=conj(
        forall(k, conj(inside(w[k], w[0]), loss(w[k]) <= (1 - mu / beta) ** k * loss(w[0]))),
        exists(v, conj(inside(v, w[0]), Converges(w, v), eq(F(v), y))),
    ),
    note="μ = σ²/4, β = (S + σ/2)² + σ²/8; of F everything is asked on a ball around the start "
    "only; conditioned, with σ > 0, says that DF(w₀) is onto, for which there must be at least as "
    "many weights as outputs",
)


@near_zero_loss.proof
def _(p):
    start, R = w[0], radius(w[0])
    bounds = p.use(derivative_in_ball, w0=start)
    p.have(mu > 0)
    p.have(beta > 0)
    with p.fix(v):
        p.have(loss(v) >= 0, squares=[error(v)])
    positive = p.have(loss(start) >= 0, by=p.last(start))
    first0, first = p.norm(error(start))
    p.have(R >= 0, by=4 / sigma * first0)
    p.have(8 * loss(start) / mu >= 0, by=8 / mu * positive)
    p.compare_squares(
        sqrt(8 * loss(start) / mu),
        R,
        by=[p.root(8 * loss(start) / mu)[1], 16 / sigma**2 * first],
    )
    p.have(R >= sqrt(8 * loss(start) / mu), by=p.last)
    with p.fix(v), p.suppose(inside(v, start)):
        p.have(DifferentiableMapAt(F, v), by=p.differentiable(v))
        p.have(DifferentiableAt(loss, v), by=p.use(gradient_of_the_square_loss, w=v)[0])
    below = conj(inside(v, start), loss(v) <= loss(start))
    gradient = p.use(gradient_in_ball, w0=start)
    p.have(
        forall(
            [v, u],
            implies(
                below,
                inside(u, start),
                norm(grad(loss, u) - grad(loss, v)) <= beta * norm(u - v),
            ),
        ),
        by=gradient,
    )
    with p.fix(v), p.suppose(below) as near:
        p.have(inside(v, start), by=near[0])
        p.have(DifferentiableMapAt(F, v), by=p.differentiable(v))
        with p.fix(r):
            n0, nn = p.norm(r)
            m0, mm = p.norm(jac(F, v).T @ r)
            lower = p.have(sigma / 2 * norm(r) <= norm(jac(F, v).T @ r), by=bounds(v)[0](r))
            p.have(
                mu * sq(r) <= sq(jac(F, v).T @ r),
                by=[mu * nn, mm, sigma / 2 * (lower * n0), lower * m0],
            )
        p.have(sq(grad(loss, v)) / 2 >= mu * loss(v), by=p.use(conditioned_is_pl, w=v, mu=mu))
    found = p.use(local_pl_smooth_limit, f=loss, mu=mu, beta=beta, R=R)
    p.have(near_zero_loss.claim.args[0], by=found[0])
    with p.obtain(found[1], v) as there:
        zero = p.zero_vector(F(v) - y, by=2 * there[1][1][1][1])
        p.have(eq(F(v), y), by=zero)
        p.exhibit(near_zero_loss.claim.args[1], v, by=[there[0], there[1][0], p.last])
    p.have(near_zero_loss.claim)
