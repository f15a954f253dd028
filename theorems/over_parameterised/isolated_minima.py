"""“An over-parameterised model has no isolated global minimum” is false without a condition on DF.

F(w) = ‖w‖² has an isolated zero, and so has F(w) = (w₁, ‖w‖²), whose derivative at 0 is not 0.
"""

from plproof import (
    FALSE,
    C2At,
    Function,
    Minimiser,
    OverParameterised,
    Proposition,
    Real,
    Source,
    Space,
    SquareLoss,
    Vector,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    implies,
    ip,
    jac,
    ne,
    norm,
    sq,
)
from theorems.over_parameterised.no_isolated_minimum import (
    no_isolated_minimum,
    no_isolated_minimum_of_c1_systems,
)
from theorems.over_parameterised.quadratic_system import (
    quadratic,
    quadratic_system_derivative,
    quadratic_system_is_c2,
)

W, Y = Space("W"), Space("Y")
R1, R2, R3 = map(Space.coordinates, (1, 2, 3))
F = Function("F", W, Y)
w, z, ws = Vectors("w z w*", W)
y = Vector("y", Y)
r = Real("r")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "first paragraph",
)


def not_isolated(F, y, ws, w):
    """Say that near w* there are other global minimisers of the square loss."""
    other = conj(norm(w - ws) <= r, ne(w, ws), Minimiser(SquareLoss(F, y), w))
    return forall(r, implies(r > 0, exists(w, other)))


system = dict(over=OverParameterised(F), smooth=forall(w, C2At(F, w)), solution=eq(F(ws), y))

no_isolated_minimum_as_said = Proposition(
    "An over-parameterised system has no isolated global minimum",
    source=source,
    given=system,
    claim=not_isolated(F, y, ws, w),
    expect="refuted",
    spaces={W: R2, Y: R1},
    repaired=[no_isolated_minimum_of_c1_systems, no_isolated_minimum],
    note="F(w) = ‖w‖² from ℝ² to ℝ refutes it: 0 is its only zero; it holds where DF(w*) is onto",
)

no_isolated_minimum_with_derivative = Proposition(
    "An over-parameterised system whose derivative at a solution is not 0 has no isolated global "
    "minimum there",
    source=source,
    given=system | dict(derivative=exists(z, ne(jac(F, ws) @ z, 0))),
    claim=not_isolated(F, y, ws, w),
    expect="refuted",
    spaces={W: R3, Y: R2},
    repaired=[no_isolated_minimum_of_c1_systems, no_isolated_minimum],
    note="F(w) = (w₁, ‖w‖²) from ℝ³ to ℝ² refutes it: 0 is its only zero; it holds where DF(w*) is "
    "onto",
)


def facts(p, domain, codomain, a, e, c):
    """Prove what the statements ask of F(w) = ⟨a, w⟩e + ‖w‖²c at 0; return F."""
    F, x = quadratic(domain, a, e, c), Vector("x", domain)
    p.have(forall(x, C2At(F, x)), by=p.use(quadratic_system_is_c2, a=a, e=e, c=c))
    p.have(eq(F(domain.zero), codomain.zero))
    return F


def clash(p, F, domain, codomain, a):
    """Derive ⊥ from the statement: F is 0 at no point but 0."""
    zero, v = domain.zero, Vector("v", domain)
    loss = SquareLoss(F, codomain.zero)
    with p.obtain(p.statement(F, zero, codomain.zero)(1), v) as other:
        p.have(loss(v) <= loss(zero), by=other[1][1](zero))
        small = p.have(sq(v) ** 2 <= 0, by=p.last, squares=[ip(a, v)])
        p.compare_squares(sq(v), 0, by=small)
        p.zero_vector(v - zero, by=p.last)
        p.have(eq(v, zero), by=p.last)
        p.contradiction(other[1][0])


@no_isolated_minimum_as_said.proof
def _(p):
    p.have(R1.dim < R2.dim, by=[p.coordinates(1)[0], p.coordinates(2)[0]])
    F = facts(p, R2, R1, R2.zero, R1.zero, R1.basis(1))
    clash(p, F, R2, R1, R2.zero)


@no_isolated_minimum_with_derivative.proof
def _(p):
    a, e, c = R3.basis(1), R2.basis(1), R2.basis(2)
    p.have(R2.dim < R3.dim, by=[p.coordinates(2)[0], p.coordinates(3)[0]])
    F = facts(p, R3, R2, a, e, c)
    image, h = jac(F, R3.zero) @ a, Vector("h", R3)
    moved = p.use(quadratic_system_derivative, a=a, e=e, c=c)(R3.zero)[1](a)
    with p.suppose(eq(image, 0)) as still:
        p.have(FALSE, by=[e * still, e * moved])
    p.exhibit(exists(h, ne(jac(F, R3.zero) @ h, 0)), a, by=p.last)
    clash(p, F, R3, R2, a)
