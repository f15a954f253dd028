"""One step of gradient descent with step 1/β decreases a β-smooth function sufficiently."""

from plproof import Function, Lemma, Real, Smooth, Source, Space, Vector, forall, grad, sq
from theorems.functions.descent_lemma import descent_lemma

E = Space("E")
f = Function("f", E)
x = Vector("x", E)
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
