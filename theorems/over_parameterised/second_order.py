"""Second-order behaviour of a map between spaces near a point where it is twice differentiable."""

from plproof import (
    SEGMENT,
    SYMMETRIC_HESSIAN,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    Reals,
    Source,
    Space,
    TwiceDifferentiableMapAt,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    norm,
    rational,
    sq,
)
from theorems.functions.below import below_two, short_enough
from theorems.functions.equal_near import equal_near
from theorems.functions.second_order_taylor import taylor

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
w, v, x, h, k = Vectors("w v x h k", W)
u = Vectors("u", Y)[0]
r, s, t, eps, delta, b, C = Reals("r s t epsilon delta b C")
source = Source("Foundations of Modern Analysis", "8.14", references=("Dieudonné, 1960",))

pulled_back = mapsto(x, jac(F, x).T @ u)

hessian_of_the_opposite = Lemma(
    "The Hessian of ⟨−u, F⟩ is minus that of ⟨u, F⟩",
    given=dict(smooth=TwiceDifferentiableMapAt(F, w)),
    claim=forall(h, eq(hess_along(F, w, -u) @ h, -(hess_along(F, w, u) @ h))),
)


@hessian_of_the_opposite.proof
def _(p):
    p.have(DifferentiableMapAt(pulled_back, w), by=p.smooth[1][1](u))
    opposite = mapsto(x, -(jac(F, x).T @ u))
    with p.fix(x):
        p.have(eq(jac(F, x).T @ -u, -(jac(F, x).T @ u)))
    same = p.extensional(p.last)
    slope = p.differentiate(opposite, w)[1]
    p.have(hessian_of_the_opposite.claim, by=lambda h: [same, slope(h)])


hessian_of_a_multiple = Lemma(
    "The Hessian of ⟨tu, F⟩ is t times that of ⟨u, F⟩",
    given=dict(smooth=TwiceDifferentiableMapAt(F, w)),
    claim=forall(h, eq(hess_along(F, w, t * u) @ h, t * (hess_along(F, w, u) @ h))),
)


@hessian_of_a_multiple.proof
def _(p):
    p.have(DifferentiableMapAt(pulled_back, w), by=p.smooth[1][1](u))
    multiple = mapsto(x, t * (jac(F, x).T @ u))
    with p.fix(x):
        p.have(eq(jac(F, x).T @ (t * u), t * (jac(F, x).T @ u)))
    same = p.extensional(p.last)
    slope = p.differentiate(multiple, w)[1]
    p.have(hessian_of_a_multiple.claim, by=lambda h: [same, slope(h)])


component = mapsto(x, ip(u, F(x)))

component_gradient = Lemma(
    "The gradient of ⟨u, F⟩ is DF(x)ᵀu",
    given=dict(smooth=DifferentiableMapAt(F, x)),
    claim=conj(DifferentiableAt(component, x), eq(grad(component, x), jac(F, x).T @ u)),
)


@component_gradient.proof
def _(p):
    slope = p.differentiate(component, x)
    p.have(DifferentiableAt(component, x), by=slope[0])
    p.have(eq(grad(component, x), jac(F, x).T @ u), by=slope[1])


remainder = F(w + h) - F(w) - jac(F, w) @ h
half = ip(hess_along(F, w, u) @ h, h) / 2
bounds = conj(ip(u, remainder) <= half + eps * sq(h), half - eps * sq(h) <= ip(u, remainder))

expanded = exists(delta, conj(delta > 0, forall(h, implies(norm(h) <= delta, bounds))))

component_taylor = Lemma(
    "⟨u, F⟩ differs from its second-order expansion by at most ε‖h‖²",
    source=source,
    given=dict(smooth=TwiceDifferentiableMapAt(F, w)),
    claim=forall(
        eps,
        implies(
            eps > 0,
            expanded,
        ),
    ),
)


@component_taylor.proof
def _(p):
    p.have(DifferentiableMapAt(pulled_back, w), by=p.smooth[1][1](u))
    with p.obtain(p.smooth[0], r) as near:
        with p.fix(v), p.suppose(norm(v - w) <= r):
            p.have(DifferentiableMapAt(F, v), by=near[1](v))
            slope = p.use(component_gradient, x=v)
            smooth = p.have(DifferentiableAt(component, v), by=slope[0])
            value = p.have(eq(grad(component, v), pulled_back(v)), by=slope[1])
            p.have(conj(smooth.claim, value.claim))
        p.exhibit(exists(r, conj(r > 0, p.last.claim)), r, by=p.last)
    expansion = p.use(taylor, f=component, g=pulled_back, x=w)
    with p.fix(eps), p.suppose(eps > 0), p.obtain(expansion(eps), delta) as close:
        with p.fix(h), p.suppose(norm(h) <= delta):
            p.have(bounds.args[0], by=close[1](h)[0])
            p.have(bounds.args[1], by=close[1](h)[1])
            p.have(bounds)
        p.exhibit(expanded, delta, by=p.last)


along = mapsto(x, jac(F, x) @ k)
rest = F(w + t * k) - F(w) - t * (jac(F, w) @ k)

remainder_is_quadratic = Lemma(
    "Along a ray F differs from its first-order expansion by at most Ct²",
    source=source,
    given=dict(smooth=TwiceDifferentiableMapAt(F, w)),
    claim=exists(
        [C, delta],
        conj(
            C >= 0,
            delta > 0,
            forall(t, implies(t >= 0, t <= delta, norm(rest) <= C * t**2)),
        ),
    ),
)


@remainder_is_quadratic.proof
def _(p):
    steady = p.have(DifferentiableMapAt(along, w), by=p.smooth[1][0](k))
    turn = jac(along, w) @ k
    c = norm(turn) + norm(k)
    (k0, _), (turn0, _) = p.norm(k), p.norm(turn)
    c0 = p.have(c >= 0, by=[k0, turn0])
    with (
        p.obtain(p.smooth[0], r) as near,
        p.obtain(steady(1), b) as linear,
        p.obtain(p.use(below_two, a=r), C) as small,
        p.obtain(p.use(short_enough, a=C, b=norm(k)), delta) as step,
    ):
        with p.fix(t), p.suppose(t >= 0) as t0, p.suppose(t <= delta) as short:
            length = p.have(t * norm(k) <= C, by=[step[1], k0 * short])
            at = w + s * (t * k)
            n = norm(rest)
            f = mapsto(x, ip(rest, F(x)))
            with p.fix(s), p.suppose(conj(s >= 0, s <= 1)) as inside:
                p.have(s * t >= 0, by=inside[0] * t0)
                within = p.have(
                    norm(s * (t * k)) <= C,
                    by=[p.norm_of_multiple(s * t, k), inside[1] * t0 * k0, length],
                )
                near_w = p.have(norm(at - w) <= r, by=[within, small[1][0]])
                near_0 = p.have(norm(s * (t * k)) <= b, by=[within, small[1][1]])
                p.have(conj(near_w.claim, near_0.claim))
            stays = p.last
            with p.fix(s), p.suppose(conj(s >= 0, s <= 1)):
                p.have(norm(at - w) <= r, by=stays(s)[0])
                p.have(DifferentiableMapAt(F, at), by=near[1](at))
                p.have(DifferentiableAt(f, at), by=p.use(component_gradient, x=at, u=rest)[0])
            with p.fix(s), p.suppose(conj(s >= 0, s <= 1)) as inside:
                p.have(norm(at - w) <= r, by=stays(s)[0])
                p.have(norm(s * (t * k)) <= b, by=stays(s)[1])
                p.have(DifferentiableMapAt(F, at), by=near[1](at))
                slope = p.use(component_gradient, x=at, u=rest)[1]
                p.have(s * t >= 0, by=inside[0] * t0)
                error = along(at) - along(w) - jac(along, w) @ (s * (t * k))
                off = p.have(norm(error) <= norm(s * (t * k)), by=linear[1](s * (t * k)))
                off = p.have(norm(error) <= s * t * norm(k), by=[off, p.norm_of_multiple(s * t, k)])
                n0 = p.norm(rest)[0]
                drift = p.have(
                    ip(rest, error) <= s * t * norm(k) * n,
                    by=[p.cauchy_schwarz(rest, error), off * n0],
                )
                bend = p.have(
                    s * t * ip(rest, turn) <= s * t * (norm(turn) * n),
                    by=s * t * p.cauchy_schwarz(rest, turn),
                )
                p.have(
                    ip(grad(f, at), t * k) <= t * ip(rest, jac(F, w) @ k) + c * t**2 * n * s,
                    by=[t * k * slope, t0 * drift, t0 * bend],
                )
            first = t * ip(rest, jac(F, w) @ k)
            p.have(
                f(w + t * k) <= f(w) + first + c * t**2 * n / 2,
                by=p.axiom(SEGMENT, f, w, t * k, first, c * t**2 * n),
            )
            n0, nn = p.norm(rest)
            square = p.have(n * n <= c * t**2 * n / 2, by=[p.last, nn])
            with p.cases():
                with p.case(n <= 0) as none:
                    p.have(n <= c * t**2, by=[none, c0 * t0 * t0])
                with p.case(0 < n):
                    p.have(n <= c * t**2, by=[1 / n * square, rational(1, 2) * c0 * t0 * t0])
        bound = forall(t, implies(t >= 0, t <= delta, norm(rest) <= c * t**2))
        p.have(conj(c >= 0, delta > 0, bound))
        some = exists(delta, conj(c >= 0, delta > 0, bound))
        p.exhibit(some, delta, by=p.last)
    p.exhibit(remainder_is_quadratic.claim, c, by=p.last)


hessian_along_is_symmetric = Lemma(
    "The Hessian of ⟨u, F⟩ is symmetric",
    given=dict(smooth=TwiceDifferentiableMapAt(F, w)),
    claim=eq(hess_along(F, w, u).T, hess_along(F, w, u)),
)


@hessian_along_is_symmetric.proof
def _(p):
    gradient = mapsto(x, grad(component, x))
    p.have(DifferentiableMapAt(pulled_back, w), by=p.smooth[1][1](u))
    with p.obtain(p.smooth[0], r) as near:
        with p.fix(v), p.suppose(norm(v - w) <= r):
            p.have(DifferentiableMapAt(F, v), by=near[1](v))
            slope = p.use(component_gradient, x=v)
            p.have(DifferentiableAt(component, v), by=slope[0])
        smooth = forall(v, implies(norm(v - w) <= r, DifferentiableAt(component, v)))
        p.exhibit(exists(r, conj(r > 0, smooth)), r, by=p.last)
    with p.obtain(p.smooth[0], r) as near:
        with p.fix(v), p.suppose(norm(v - w) <= r):
            p.have(DifferentiableMapAt(F, v), by=near[1](v))
            p.have(eq(gradient(v), pulled_back(v)), by=p.use(component_gradient, x=v)[1])
        same = forall(v, implies(norm(v - w) <= r, eq(gradient(v), pulled_back(v))))
        p.exhibit(exists(r, conj(r > 0, same)), r, by=p.last)
    found = p.use(equal_near, F=pulled_back, G=gradient, x=w)
    p.have(DifferentiableMapAt(gradient, w), by=found[0])
    p.have(p.goal, by=p.rewrite(p.axiom(SYMMETRIC_HESSIAN, component, w), by=found[1]))
