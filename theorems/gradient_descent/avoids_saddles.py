"""Gradient descent avoids a strict saddle: the starts that lead to it have measure zero."""

from plproof import (
    STABLE_MANIFOLD,
    SYMMETRIC_HESSIAN,
    ContinuouslyDifferentiable,
    Converges,
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Null,
    Predicate,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    hess,
    implies,
    ip,
    jac,
    mapsto,
    norm,
    sq,
)
from theorems.gradient_descent.saddle_steps import (
    StrictSaddle,
    positive_spectrum,
    saddle_expands,
    step_derivative,
)

E = Space("E")
f = Function("f", E)
s = Sequence("s", E)
S = Predicate("S", E)
x, xs, z, v, u, w = Vectors("x x* z v u w", E)
L, eta, delta, eps, r = Reals("L eta delta epsilon r")
k = Natural("k")
gradient = mapsto(x, grad(f, x))
step = mapsto(x, x - eta * grad(f, x))
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "References",
    "[3]",
    ("Lee, Simchowitz, Jordan and Recht, 2016, Theorem 4",),
)

step_is_c1 = Lemma(
    "A gradient step on a function with continuous Hessian is continuously differentiable",
    source=source,
    given=dict(eta_pos=eta > 0, twice=ContinuouslyDifferentiable(gradient)),
    claim=ContinuouslyDifferentiable(step),
)


@step_is_c1.proof
def _(p):
    def near(map_, u, factor):
        changed = norm((jac(map_, v) - jac(map_, u)) @ z) <= factor * norm(z)
        return forall([v, z], implies(norm(v - u) <= delta, changed))

    with p.fix(x):
        p.have(DifferentiableMapAt(gradient, x), by=p.twice(x)[0])
    everywhere = p.last
    with p.fix(x):
        p.have(DifferentiableMapAt(gradient, x), by=everywhere(x))
        p.have(p.use(step_derivative).claim, by=p.use(step_derivative))
    derivative = p.last
    with p.fix(u):
        with p.fix(eps), p.suppose(eps > 0):
            with p.obtain(p.twice(u)[1](eps / eta), delta) as close:
                with p.fix(v, z), p.suppose(norm(v - u) <= delta):
                    change = (hess(f, v) - hess(f, u)) @ z
                    short = p.norm_of_multiple(eta, -change)
                    both = p.have(
                        eq((jac(step, v) - jac(step, u)) @ z, eta * -change),
                        by=[derivative(v)[1](z), derivative(u)[1](z)],
                    )
                    p.have(
                        norm((jac(step, v) - jac(step, u)) @ z) <= eps * norm(z),
                        by=[both, short, eta * close[1](v, z)],
                    )
                p.exhibit(
                    exists(delta, conj(delta > 0, near(step, u, eps))),
                    delta,
                    by=[close[0], p.last],
                )
        continuous = p.last
        p.have(DifferentiableMapAt(step, u), by=derivative(u)[0])
        p.have(conj(DifferentiableMapAt(step, u), continuous.claim))


avoids_strict_saddles = Theorem(
    "Only a set of measure zero of starts leads gradient descent to a given strict saddle",
    source=source,
    given=dict(
        eta_pos=eta > 0,
        short=eta * L < 1,
        smooth=Smooth(f, L),
        twice=ContinuouslyDifferentiable(gradient),
        saddle=StrictSaddle(f, xs),
        starts=forall(
            x,
            implies(
                S(x),
                exists(s, conj(eq(s[0], x), GradientDescent(f, s, eta), Converges(s, xs))),
            ),
        ),
    ),
    claim=Null(S),
    note="S is any set of starts from which gradient descent converges to the one saddle x*; for "
    "countably many saddles together it follows, since such a union of sets of measure zero has "
    "measure zero, but that is not stated here",
)


@avoids_strict_saddles.proof
def _(p):
    g = step
    p.have(ContinuouslyDifferentiable(g), by=p.use(step_is_c1))
    with p.fix(x):
        p.have(DifferentiableMapAt(gradient, x), by=p.twice(x)[0])
    twice = p.last
    with p.fix(x, v), p.suppose(eq(jac(g, x) @ v, 0)) as flat:
        p.have(DifferentiableMapAt(gradient, x), by=twice(x))
        spread = p.use(positive_spectrum)
        p.zero_vector(v, by=[1 / (1 - eta * L) * spread(v), 1 / (1 - eta * L) * v * flat])
    p.have(eq(g(xs), xs), by=p.saddle[0])
    p.have(DifferentiableMapAt(gradient, xs), by=twice(xs))
    with p.fix(w), p.suppose(norm(w - xs) <= 1):
        p.have(DifferentiableAt(f, w), by=p.smooth[0](w))
    p.exhibit(
        exists(r, conj(r > 0, forall(w, implies(norm(w - xs) <= r, DifferentiableAt(f, w))))),
        1,
        by=p.last,
    )
    turned = p.axiom(SYMMETRIC_HESSIAN, f, xs)
    derivative = p.use(step_derivative, x=xs)[1]
    with p.fix(x, v):
        first = p.have(eq(ip(hess(f, xs) @ x, v), ip(x, hess(f, xs).T @ v)))
        same = p.have(eq(ip(hess(f, xs) @ x, v), ip(x, hess(f, xs) @ v)), by=[turned, first])
        p.have(
            eq(ip(jac(g, xs) @ x, v), ip(x, jac(g, xs) @ v)),
            by=[derivative(x), derivative(v), -eta * same],
        )
    p.have(exists(z, sq(z) < ip(jac(g, xs) @ z, z)), by=p.use(saddle_expands))
    with p.fix(x), p.suppose(S(x)):
        with p.obtain(p.starts(x), s) as orbit:
            with p.fix(k):
                p.have(eq(s[k + 1], g(s[k])), by=orbit[1][0](k))
            p.exhibit(
                exists(s, conj(eq(s[0], x), forall(k, eq(s[k + 1], g(s[k]))), Converges(s, xs))),
                s,
                by=[orbit[0], p.last, orbit[1][1]],
            )
    p.have(Null(S), by=p.axiom(STABLE_MANIFOLD, g, xs, S))
