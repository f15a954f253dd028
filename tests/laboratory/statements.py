"""Statements written by hand for the tests: true ones, and false variants of them."""

from plproof.language import (
    Definition,
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    conj,
    disj,
    eq,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from plproof.theory.functions import PL, Convex, Differentiable, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
xs, y, z, v = Vectors("x* y z v", E)
alpha, beta, mu, eta = Reals("alpha beta mu eta")
k, m = Naturals("k m")


def gap(point):
    return f(point) - f(xs)


positive = {"beta_pos": beta > 0, "smooth": Smooth(f, beta)}
pl = {"pl": PL(f, mu, xs), "minimum": Minimiser(f, xs)}
strong = {
    "alpha_pos": alpha > 0,
    **positive,
    "convex": StronglyConvex(f, alpha),
    "minimum": Minimiser(f, xs),
}
descent = {"gd": GradientDescent(f, x, 1 / beta)}
decrease = forall(y, f(y - grad(f, y) / beta) <= f(y) - sq(grad(f, y)) / (2 * beta))
rate = forall(k, gap(x[k]) <= (1 - mu / beta) ** k * gap(x[0]))

TRUE = {
    "sufficient decrease": Statement.of(positive, decrease),
    "descent lemma": Statement.of(
        positive, forall([y, v], f(y + v) <= f(y) + ip(grad(f, y), v) + beta / 2 * sq(v))
    ),
    "strongly convex is PL": Statement.of(
        {"alpha_pos": alpha > 0, "convex": StronglyConvex(f, alpha)}, PL(f, alpha, xs)
    ),
    "PL rate": Statement.of({**positive, **pl, **descent}, rate),
    "distance": Statement.of(
        {**strong, **descent},
        forall(k, sq(x[k] - xs) <= (1 - alpha / beta) ** (2 * k) * sq(x[0] - xs)),
    ),
    "PL constant": Statement.of(
        {**positive, **pl}, disj(mu <= beta, forall(y, eq(f(y), f(xs))))
    ),
    "minimiser is critical": Statement.of(
        {"smooth": Smooth(f, beta), "minimum": Minimiser(f, xs)}, eq(grad(f, xs), 0)
    ),
    "any short step": Statement.of(
        {**positive, "eta_pos": eta > 0, "short": eta <= 2 / beta,
         "gd": GradientDescent(f, x, eta)},
        forall(k, f(x[k + 1]) <= f(x[k]) - eta * (1 - beta * eta / 2) * sq(grad(f, x[k]))),
    ),
    "convex rate": Statement.of(
        {**positive, "convex": Convex(f), "minimum": Minimiser(f, xs), **descent},
        forall(k, gap(x[k]) * (4 * k + 2) <= beta * sq(x[0] - xs)),
    ),
}  # fmt: skip

FALSE = {
    "turned": Statement.of(
        positive, forall(y, f(y - grad(f, y) / beta) >= f(y) - sq(grad(f, y)) / (2 * beta))
    ),
    "one per cent": Statement.of(
        positive,
        forall(y, f(y - grad(f, y) / beta) <= f(y) - 101 * sq(grad(f, y)) / (200 * beta)),
    ),
    "strict": Statement.of(
        positive, forall(y, f(y - grad(f, y) / beta) < f(y) - sq(grad(f, y)) / (2 * beta))
    ),
    "wrong power of beta": Statement.of(
        positive,
        forall(y, f(y - grad(f, y) / beta) <= f(y) - sq(grad(f, y)) / (2 * beta**2)),
    ),
    "no smoothness": Statement.of({"beta_pos": beta > 0}, decrease),
    "rate twice as fast": Statement.of(
        {**positive, **pl, **descent}, forall(k, gap(x[k]) <= (1 - 2 * mu / beta) ** k * gap(x[0]))
    ),
    "rate of strong convexity, 1 % too fast": Statement.of(
        {**strong, **descent},
        forall(
            k,
            sq(x[k] - xs) * 100 ** (2 * k) <= (100 - 101 * alpha / beta) ** (2 * k) * sq(x[0] - xs),
        ),
    ),
    "step too long": Statement.of({**positive, **pl, "gd": GradientDescent(f, x, 3 / beta)}, rate),
    "rate without smoothness": Statement.of({"beta_pos": beta > 0, **pl, **descent}, rate),
    "rate without PL": Statement.of({**positive, "minimum": Minimiser(f, xs), **descent}, rate),
    "rate without method": Statement.of({**positive, **pl}, rate),
    "rate, strict": Statement.of(
        {**positive, **pl, **descent}, forall(k, gap(x[k]) < (1 - mu / beta) ** k * gap(x[0]))
    ),
    "PL without strong convexity": Statement.of(
        {"alpha_pos": alpha > 0, **positive}, PL(f, alpha, xs)
    ),
    "PL with a larger constant": Statement.of(
        {"alpha_pos": alpha > 0, "convex": StronglyConvex(f, alpha)}, PL(f, 101 * alpha / 100, xs)
    ),
    "smaller PL constant": Statement.of({**positive, **pl}, mu <= beta),
    "PL implies convex": Statement.of(
        {"mu_pos": mu > 0, **positive, **pl},
        forall([y, z], f(z) >= f(y) + ip(grad(f, y), z - y)),
    ),
    "convex rate, 1 % too fast": Statement.of(
        {**positive, "convex": Convex(f), "minimum": Minimiser(f, xs), **descent},
        forall(k, gap(x[k]) * (4 * k + 2) * 100 <= 99 * beta * sq(x[0] - xs)),
    ),
}

VACUOUS = {
    "strong beyond smooth": Statement.of(
        {"alpha_pos": alpha > 0, "beta_pos": beta > 0, "convex": StronglyConvex(f, alpha),
         "smooth": Smooth(f, beta), "small": beta < alpha},
        decrease,
    ),
    "sign": Statement.of({"sign": conj(mu > 0, mu < 0)}, mu <= 1),
}  # fmt: skip

RestrictedSecant = Definition(
    "RestrictedSecant",
    [f, mu, xs],
    conj(Differentiable(f), forall(y, ip(grad(f, y), y - xs) >= mu * sq(y - xs))),
)
ErrorBound = Definition(
    "ErrorBound", [f, beta, xs], forall(y, norm(grad(f, y)) <= beta * norm(y - xs))
)
own = {
    "mu_pos": mu > 0,
    "beta_pos": beta > 0,
    "secant": RestrictedSecant(f, mu, xs),
    "bound": ErrorBound(f, beta, xs),
    "gd": GradientDescent(f, x, mu / beta**2),
}
ON_OWN_CLASS = {
    "true": Statement.of(
        own, forall(k, sq(x[k] - xs) <= (1 - mu**2 / beta**2) ** k * sq(x[0] - xs))
    ),
    "too fast": Statement.of(
        own, forall(k, sq(x[k] - xs) <= (1 - 2 * mu**2 / beta**2) ** (2 * k) * sq(x[0] - xs))
    ),
}
