"""The document's Proposition as it is printed: no system and no loss fit its hypotheses.

A loss that is at least 0 everywhere and 0 at w* has a minimum there, so its gradient vanishes
(Fermat); the Proposition assumes that it does not.  What follows from that says nothing.
"""

from plproof import (
    ConvexOn,
    Differentiable,
    DifferentiableMap,
    DifferentiableMapAt,
    Function,
    Loss,
    Minimiser,
    Proposition,
    Real,
    Source,
    Space,
    SquareLoss,
    Vectors,
    eq,
    forall,
    grad,
    hess_along,
    implies,
    jac,
    mapsto,
    ne,
    neg,
    rank,
    sq,
)
from theorems.functions.gradient_vanishes import gradient_vanishes
from theorems.over_parameterised.not_convex_by_rank import not_convex_by_rank
from theorems.over_parameterised.not_convex_general_loss import (
    not_convex_general_loss,
    not_convex_general_loss_by_rank,
)
from theorems.over_parameterised.not_convex_near_minimum import not_convex_near_minimum

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
ell = Function("l", Y)
w, ws = Vectors("w w*", W)
y, u = Vectors("y u", Y)
r = Real("r")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "Proposition",
)
wrong = (
    "a loss that is 0 at w* and nowhere below has gradient 0 there, so nothing satisfies the "
    "hypotheses; what is needed in place of the condition on that gradient is one on DF(w*)"
)


def component(u):
    """Say that the component ⟨u, F⟩, u a unit vector, has a Hessian of rank above 2n at w*."""
    return dict(unit=eq(sq(u), 1), rank=2 * Y.dim < rank(hess_along(F, ws, u)))


def nowhere_convex(loss):
    """Say that the loss is not convex in any neighbourhood of w*."""
    return forall(r, implies(r > 0, neg(ConvexOn(loss, ws, r))))


square = SquareLoss(F, y)

proposition_as_printed = Proposition(
    "The square loss is not convex near a minimum at which its gradient does not vanish",
    source=source,
    given=dict(
        over=2 * Y.dim < W.dim,
        differentiable=DifferentiableMap(F),
        solution=eq(F(ws), y),
        slope=ne(grad(square, ws), 0),
        **component(u),
    ),
    claim=nowhere_convex(square),
    expect="vacuous",
    repaired=[not_convex_near_minimum, not_convex_by_rank],
    note=wrong,
)


@proposition_as_printed.proof
def _(p):
    p.have(DifferentiableMapAt(F, ws), by=p.differentiable(ws))
    loss = mapsto(w, sq(F(w) - y) / 2)
    derivative = p.differentiate(loss, ws)
    slope = p.have(eq(grad(loss, ws), jac(F, ws).T @ (F(ws) - y)), by=derivative[1])
    p.zero_vector(grad(loss, ws), by=[slope, p.solution])
    p.have(eq(grad(square, ws), 0), by=p.last)
    p.contradiction(p.slope)


general = Loss(ell, F)

proposition_as_printed_general_loss = Proposition(
    "A loss is not convex near a zero at which its gradient does not vanish",
    source=source,
    given=dict(
        over=2 * Y.dim < W.dim,
        differentiable=Differentiable(general),
        nonnegative=forall(w, general(w) >= 0),
        zero=eq(general(ws), 0),
        slope=ne(grad(general, ws), 0),
        **component(u),
    ),
    claim=nowhere_convex(general),
    expect="vacuous",
    repaired=[not_convex_general_loss, not_convex_general_loss_by_rank],
    note=wrong,
)


@proposition_as_printed_general_loss.proof
def _(p):
    with p.fix(w):
        p.have(general(ws) <= general(w), by=[p.nonnegative(w), p.zero])
    p.have(Minimiser(general, ws), by=p.last)
    p.have(eq(grad(general, ws), 0), by=p.use(gradient_vanishes, f=general, **{"x*": ws}))
    p.contradiction(p.slope)
