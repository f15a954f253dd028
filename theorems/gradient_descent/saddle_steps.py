"""The derivative of a gradient step: invertible below 1/L, expanding somewhere at a saddle."""

from plproof import (
    FALSE,
    Definition,
    DifferentiableMapAt,
    Function,
    Lemma,
    Proposition,
    Reals,
    Smooth,
    Source,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    hess,
    ip,
    jac,
    mapsto,
    norm,
    sq,
)

E = Space("E")
f = Function("f", E)
x, xs, z, v = Vectors("x x* z v", E)
L, eta, delta, eps, t = Reals("L eta delta epsilon t")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "References",
    "[3]",
    ("Lee, Simchowitz, Jordan and Recht, 2016",),
)
#: x ↦ ∇f(x), and a gradient step x ↦ x − η∇f(x)
gradient = mapsto(x, grad(f, x))
step = mapsto(x, x - eta * grad(f, x))

#: x* is stationary, and the Hessian is negative along some direction
StrictSaddle = Definition(
    "StrictSaddle",
    [f, xs],
    conj(eq(grad(f, xs), 0), exists(z, ip(hess(f, xs) @ z, z) < 0)),
    words="{1} is a strict saddle of {0}",
    source=Source(
        "Gradient Descent Only Converges to Minimizers",
        label="Definition 1",
        references=("Lee, Simchowitz, Jordan and Recht, 2016",),
    ),
)

hessian_bound = Lemma(
    "The Hessian of an L-smooth function is bounded by L",
    source=source,
    given=dict(smooth=Smooth(f, L), twice=DifferentiableMapAt(gradient, x)),
    claim=forall(z, norm(hess(f, x) @ z) <= L * norm(z)),
)


@hessian_bound.proof
def _(p):
    H = hess(f, x)
    with p.fix(z):
        size, image = norm(z), norm(H @ z)
        (n0, nn), (_m0, mm) = p.norm(z), p.norm(H @ z)
        claim = image <= L * size
        with p.cases():
            with p.case(claim):
                p.have(claim)
            with p.case(L * size < image) as large, p.by_contradiction(claim), p.cases():
                with p.case(size <= 0) as none:  # z = 0
                    zero = p.zero_vector(z, by=[none * n0, nn])
                    no_size = p.equal(size, 0, by=(none, n0))
                    p.have(image * image <= 0, by=[mm, H.T @ (H @ z) * zero])
                    no_image = p.compare_squares(image, 0, by=p.last)
                    p.have(FALSE, by=[large, no_image, L * no_size])
                with p.case(0 < size):
                    # a direction along which ∇f changes faster than L allows
                    too_much, rest = image - L * size, (image - L * size) / (2 * size)
                    enough = exists(eps, conj(eps > 0, 2 * eps * size <= too_much))
                    p.exhibit(enough, rest)
                    with p.obtain(p.last, eps) as slack:
                        p.have(eps > 0, by=slack[0])
                        with p.obtain(p.twice(eps), delta) as near:
                            p.have(delta > 0, by=near[0])
                            short = exists(t, conj(t > 0, t * size <= delta))
                            p.exhibit(short, delta / size)
                            with p.obtain(p.last, t) as small:
                                p.have(t > 0, by=small[0])
                                h = t * z
                                (_h0, hh), (_g0, gg) = p.norm(h), p.norm(H @ h)
                                up = p.norm_of_multiple(t, z)
                                down = p.compare_squares(t * size, norm(h), by=[t**2 * nn, hh])
                                long = p.equal(norm(h), t * size, by=(up, down))
                                wide = p.compare_squares(t * image, norm(H @ h), by=[t**2 * mm, gg])
                                p.have(norm(h) <= delta, by=[long, small[1]])
                                change = grad(f, x + h) - grad(f, x)
                                both = p.triangle(change, H @ h - change)
                                p.have(
                                    FALSE,
                                    by=[
                                        t / 2 * slack[1],
                                        t / 2 * large,
                                        wide,
                                        both,
                                        p.smooth(x + h, x),
                                        near[1](h),
                                        (L + eps) * long,
                                    ],
                                )


step_derivative = Lemma(
    "The derivative of a gradient step is I − η∇²f",
    source=source,
    given=dict(twice=DifferentiableMapAt(gradient, x)),
    claim=conj(
        DifferentiableMapAt(step, x),
        forall(z, eq(jac(step, x) @ z, z - eta * (hess(f, x) @ z))),
    ),
)


@step_derivative.proof
def _(p):
    slope = p.differentiate(step, x)
    p.have(DifferentiableMapAt(step, x), by=slope[0])
    p.have(forall(z, eq(jac(step, x) @ z, z - eta * (hess(f, x) @ z))), by=slope[1])
    p.have(step_derivative.claim)


positive_spectrum = Proposition(
    "The derivative of a gradient step of length below 1/L has a spectrum of at least 1 − ηL",
    source=source,
    given=dict(eta_pos=eta > 0, smooth=Smooth(f, L), twice=DifferentiableMapAt(gradient, x)),
    claim=forall(z, ip(jac(step, x) @ z, z) >= (1 - eta * L) * sq(z)),
)


@positive_spectrum.proof
def _(p):
    bound, derivative = p.use(hessian_bound), p.use(step_derivative)[1]
    with p.fix(z):
        Hz = hess(f, x) @ z
        n0, nn = p.norm(z)
        p.have(
            ip(jac(step, x) @ z, z) >= (1 - eta * L) * sq(z),
            by=[
                derivative(z),
                eta * p.cauchy_schwarz(Hz, z),
                eta * (bound(z) * n0),
                eta * L * nn,
            ],
        )


saddle_expands = Proposition(
    "At a strict saddle a gradient step expands some direction",
    source=source,
    given=dict(
        eta_pos=eta > 0,
        saddle=StrictSaddle(f, xs),
        twice=DifferentiableMapAt(gradient, xs),
    ),
    claim=exists(z, sq(z) < ip(jac(step, xs) @ z, z)),
)


@saddle_expands.proof
def _(p):
    derivative = p.use(step_derivative, x=xs)[1]
    with p.obtain(p.saddle[1], z) as negative:
        grown = p.have(sq(z) < ip(jac(step, xs) @ z, z), by=[derivative(z), eta * negative])
        p.exhibit(saddle_expands.claim, z, by=grown)
