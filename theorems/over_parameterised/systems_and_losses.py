"""Over-parameterised systems F(w) = y and their losses: solutions are global minimisers.

``OverParameterised``, ``SquareLoss`` and ``Loss`` are definitions of plproof; the statements here
show that they say what they should, and give the derivatives.
"""

from plproof import (
    DifferentiableAt,
    DifferentiableMapAt,
    Function,
    Lemma,
    Loss,
    Minimiser,
    Proposition,
    Source,
    Space,
    SquareLoss,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    jac,
    mapsto,
    sq,
)

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
ell = Function("l", Y)
w, v, x = Vectors("w v x", W)
y, u = Vectors("y u", Y)
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "second paragraph",
)


def solutions_are_minimisers(loss):
    """Say that the solutions of F(w) = y are exactly the global minimisers of the loss."""
    solves, least = eq(F(w), y), Minimiser(loss, w)
    return forall(w, conj(implies(solves, least), implies(least, solves)))


square = SquareLoss(F, y)

minimisers_of_the_square_loss = Proposition(
    "If F(w) = y has a solution, the solutions are exactly the global minimisers of the square "
    "loss",
    source=source,
    given=dict(solvable=exists(v, eq(F(v), y))),
    claim=solutions_are_minimisers(square),
)


@minimisers_of_the_square_loss.proof
def _(p):
    with p.obtain(p.solvable, v) as solution:
        none = p.have(eq(sq(F(v) - y), 0), by=(F(v) - y) * solution)
        with p.fix(w):
            with p.suppose(eq(F(w), y)) as solves:
                zero = p.have(eq(sq(F(w) - y), 0), by=(F(w) - y) * solves)
                with p.fix(x):
                    p.have(square(w) <= square(x), by=[zero], squares=[F(x) - y])
                p.have(Minimiser(square, w), by=p.last)
            there = p.last
            with p.suppose(Minimiser(square, w)) as least:
                p.zero_vector(F(w) - y, by=[2 * least(v), none])
                p.have(eq(F(w), y), by=p.last)
            p.have(conj(there.claim, p.last.claim), by=[there, p.last])


general = Loss(ell, F)

minimisers_of_a_loss = Proposition(
    "If F(w) = y has a solution and y alone minimises l, the solutions are exactly the global "
    "minimisers of the loss l(F(w))",
    source=source,
    given=dict(
        solvable=exists(v, eq(F(v), y)),
        least=Minimiser(ell, y),
        only=forall(u, implies(ell(u) <= ell(y), eq(u, y))),
    ),
    claim=solutions_are_minimisers(general),
)


@minimisers_of_a_loss.proof
def _(p):
    with p.obtain(p.solvable, v) as solution:
        with p.fix(w):
            with p.suppose(eq(F(w), y)) as solves:
                with p.fix(x):
                    p.have(ell(F(w)) <= ell(F(x)), by=[solves, p.least(F(x))])
                    p.have(general(w) <= general(x), by=p.last)
                p.have(Minimiser(general, w), by=p.last)
            there = p.last
            with p.suppose(Minimiser(general, w)) as least:
                low = p.have(ell(F(w)) <= ell(F(v)), by=least(v))
                p.have(ell(F(w)) <= ell(y), by=[solution, low])
                p.have(eq(F(w), y), by=p.only(F(w)))
            p.have(conj(there.claim, p.last.claim), by=[there, p.last])


gradient_of_the_square_loss = Lemma(
    "The gradient of the square loss is DF(w)ᵀ(F(w) − y)",
    source=source,
    given=dict(differentiable=DifferentiableMapAt(F, w)),
    claim=conj(DifferentiableAt(square, w), eq(grad(square, w), jac(F, w).T @ (F(w) - y))),
)


@gradient_of_the_square_loss.proof
def _(p):
    loss = mapsto(w, sq(F(w) - y) / 2)
    rules = p.differentiate(loss, w)
    smooth = p.have(DifferentiableAt(loss, w), by=rules[0])
    slope = p.have(eq(grad(loss, w), jac(F, w).T @ (F(w) - y)), by=rules[1])
    p.have(gradient_of_the_square_loss.claim, by=[smooth, slope])


gradient_of_a_loss = Lemma(
    "The gradient of the loss l(F(w)) is DF(w)ᵀ∇l(F(w))",
    source=source,
    given=dict(
        differentiable=DifferentiableMapAt(F, w), differentiable_loss=DifferentiableAt(ell, F(w))
    ),
    claim=conj(DifferentiableAt(general, w), eq(grad(general, w), jac(F, w).T @ grad(ell, F(w)))),
)


@gradient_of_a_loss.proof
def _(p):
    loss = mapsto(w, ell(F(w)))
    rules = p.differentiate(loss, w)
    smooth = p.have(DifferentiableAt(loss, w), by=rules[0])
    slope = p.have(eq(grad(loss, w), jac(F, w).T @ grad(ell, F(w))), by=rules[1])
    p.have(gradient_of_a_loss.claim, by=[smooth, slope])
