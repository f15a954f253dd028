"""One step of gradient descent with step 1/β decreases a β-smooth function sufficiently."""

from plproof import (
    FALSE,
    Function,
    Lemma,
    Real,
    Smooth,
    Source,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ne,
    norm,
    sq,
)
from theorems.functions.bowl import bowl, bowl_gradient
from theorems.functions.descent_lemma import descent_lemma

E, line = Space("E"), Space.coordinates(1)
f = Function("f", E)
x, y = Vectors("x y", E)
beta = Real("beta")

sufficient_decrease = Lemma(
    "A step of length 1/β decreases a β-smooth function by ‖∇f‖²/(2β)",
    source=Source(
        "Deep Neural Networks and Overparameterization In Optimization",
        "When is GD Effective?",
        "proof of the Theorem",
    ),
    given=dict(beta_pos=beta > 0, smooth=Smooth(f, beta)),
    claim=forall(x, f(x - grad(f, x) / beta) <= f(x) - sq(grad(f, x)) / (2 * beta)),
)


@sufficient_decrease.proof
def _(p):
    upper = p.use(descent_lemma)
    p.have(sufficient_decrease.claim, by=lambda x: upper(x, -grad(f, x) / beta))


# ---------------------------------------------------------------- which hypotheses are needed
@sufficient_decrease.without(
    "smooth", spaces={E: line}, note="f(x) = x² on the real line, with β = 1: f(−1) = f(1)"
)
def sufficient_decrease_needs_smooth(p):
    f, e = bowl(2, line), line.basis(1)
    slope = p.use(bowl_gradient, spaces={E: line}, c=2)[1](e)
    step = p.statement(1, f)(e)
    p.have(FALSE, by=[step, slope])


one_point = Lemma(
    "A gradient with a negative Lipschitz constant leaves room for one point only",
    given=dict(negative=beta < 0, smooth=Smooth(f, beta)),
    claim=forall([x, y], eq(x, y)),
    note="in the space {0} every function is β-smooth, whatever β",
)


@one_point.proof
def _(p):
    with p.fix(x, y):
        change, d = grad(f, x) - grad(f, y), x - y
        (n0, _), (d0, dd) = p.norm(change), p.norm(d)
        close = p.have(norm(d) <= 0, by=[-1 / beta * p.smooth(x, y), -1 / beta * n0])
        same = p.zero_vector(d, by=[close * d0, dd])
        p.have(eq(x, y), by=same)


@sufficient_decrease.without(
    "beta_pos",
    instead=dict(beta_nonzero=ne(beta, 0)),
    redundant=True,
    note="with β < 0 a function is β-smooth in the space {0} only",
)
def sufficient_decrease_for_nonzero_beta(p):
    with p.cases():
        with p.case(beta < 0):
            same = p.use(one_point)
            with p.fix(x):
                still = p.have(eq(x - grad(f, x) / beta, x), by=same(x - grad(f, x) / beta, x))
                flat = p.have(eq(grad(f, x), 0), by=same(grad(f, x), E.zero))
                p.have(
                    f(x - grad(f, x) / beta) <= f(x) - sq(grad(f, x)) / (2 * beta),
                    by=[still, flat],
                )
        with p.case(eq(beta, 0)), p.by_contradiction(sufficient_decrease.claim):
            p.contradiction(p.beta_nonzero)
        with p.case(0 < beta):
            p.have(sufficient_decrease.claim, by=sufficient_decrease)
