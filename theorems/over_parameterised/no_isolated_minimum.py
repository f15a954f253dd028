"""Where DF(w*) is onto, a solution w* of an over-parameterised system is not isolated."""

from plproof import (
    BOUNDED_MAP,
    FALSE,
    LOCAL_SURJECTIVITY,
    RIGHT_INVERSE,
    C1At,
    Corollary,
    Function,
    Lemma,
    LinearMap,
    Minimiser,
    Onto,
    OverParameterised,
    Reals,
    Source,
    Space,
    SquareLoss,
    StrictDerivative,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    implies,
    jac,
    mapsto,
    ne,
    norm,
)
from theorems.functions.strict_derivative import c1_is_strictly_differentiable
from theorems.linear_algebra.kernels import kernel_of_a_map_to_fewer_dimensions

W, Y = Space("W"), Space("Y")
F = Function("F", W, Y)
A, S = LinearMap("A", W, Y), LinearMap("S", Y, W)
w, ws, k, v, a, b, x = Vectors("w w* k v a b x", W)
y, u = Vectors("y u", Y)
r, s, eps, delta, bound = Reals("r s epsilon delta c")

#: F corrected by linear maps so that its strict derivative is the identity
corrected = mapsto(w, S @ F(w) + w - S @ (A @ w))

corrected_map = Lemma(
    "If A is the strict derivative of F at w* then w ↦ S F(w) + w − S A w has the identity as its "
    "strict derivative there",
    given=dict(derivative=StrictDerivative(F, ws, A)),
    claim=StrictDerivative(corrected, ws, W.identity),
    note="S is any linear map",
)


@corrected_map.proof
def _(p):
    def stretch(a, b):
        return corrected(a) - corrected(b) - W.identity @ (a - b)

    def within(delta):
        close = norm(stretch(a, b)) <= eps * norm(a - b)
        return forall([a, b], implies(norm(a - ws) <= delta, norm(b - ws) <= delta, close))

    with p.fix(eps), p.suppose(eps > 0), p.obtain(p.axiom(BOUNDED_MAP, S), bound) as bounded:
        p.have(bound >= 0, by=bounded[0])
        share = eps / (bound + 1)
        p.have(share > 0)
        with p.obtain(p.derivative(share), delta) as near:
            p.have(delta > 0, by=near[0])
            with p.fix(a, b), p.suppose(norm(a - ws) <= delta), p.suppose(norm(b - ws) <= delta):
                error = F(a) - F(b) - A @ (a - b)
                small = p.have(norm(error) <= share * norm(a - b), by=near[1](a, b))
                p.have(eq(stretch(a, b), S @ error))
                moved = p.have(norm(stretch(a, b)) <= bound * norm(error), by=bounded[1](error))
                p.have(
                    norm(stretch(a, b)) <= eps * norm(a - b),
                    by=[moved, bound * small, share * p.norm(a - b)[0]],
                )
            p.exhibit(exists(delta, conj(delta > 0, within(delta))), delta, by=p.last)


another = conj(norm(w - ws) <= r, ne(w, ws), eq(F(w), y), Minimiser(SquareLoss(F, y), w))

source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "Non-Convexity of Loss Landscapes",
    "first paragraph",
    ("Graves, 1950",),
)

no_isolated_minimum = Theorem(
    "Where DF(w*) is onto, a solution of an over-parameterised system is not isolated",
    source=source,
    given=dict(
        over=OverParameterised(F),
        derivative=StrictDerivative(F, ws, jac(F, ws)),
        onto=Onto(jac(F, ws)),
        solution=eq(F(ws), y),
    ),
    claim=forall(r, implies(r > 0, exists(w, another))),
    note="for C¹ maps: no_isolated_minimum_of_c1_systems; without “onto” the claim is false: "
    "no_isolated_minimum_as_said, no_isolated_minimum_with_derivative",
)


@no_isolated_minimum.proof
def _(p):
    A = jac(F, ws)
    with p.fix(v):
        p.exhibit(exists(x, eq(W.identity @ x, v)), v)
    p.have(Onto(W.identity), by=p.last)
    with (
        p.obtain(p.axiom(RIGHT_INVERSE, A), S) as inverse,
        p.obtain(p.use(kernel_of_a_map_to_fewer_dimensions, A=A), k) as null,
    ):
        G = mapsto(w, S @ F(w) + w - S @ (A @ w))
        p.have(StrictDerivative(G, ws, W.identity), by=p.use(corrected_map, A=A, S=S))
        with p.fix(u):
            p.zero_vector((A @ S) @ u - u, by=inverse)
            p.have(eq((A @ S) @ u, u), by=p.last)
        right = p.have(forall(u, eq((A @ S) @ u, u)), by=p.last)
        with p.fix(r), p.suppose(r > 0):
            reached = p.axiom(LOCAL_SURJECTIVITY, G, ws, W.identity)(r)
            with p.obtain(reached, delta) as ball:
                p.have(delta > 0, by=ball[0])
                unit = p.compare_squares(norm(k), 1, by=[p.norm(k)[1], null[1]])
                target = G(ws) + delta * k
                p.have(
                    norm(target - G(ws)) <= delta,
                    by=[p.norm_of_multiple(delta, k), delta * unit],
                )
                with p.obtain(ball[1](target), v) as hit:
                    with p.suppose(eq(v, ws)) as same:
                        p.have(FALSE, by=[same, k * hit[1], delta * null[1], ball[0]])
                    d = F(v) - y
                    p.zero_vector(
                        d,
                        by=[
                            (A.T @ d) * hit[1],
                            d * right(F(v)),
                            d * right(A @ v),
                            d * right(F(ws)),
                            d * right(A @ ws),
                            d * null[0],
                            d * p.solution,
                        ],
                    )
                    solves = p.have(eq(F(v), y), by=p.last)
                    with p.fix(x):
                        p.have(
                            SquareLoss(F, y)(v) <= SquareLoss(F, y)(x),
                            by=(F(v) - y) * solves,
                            squares=[F(x) - y],
                        )
                    least = p.have(Minimiser(SquareLoss(F, y), v), by=p.last)
                    p.have(conj(norm(v - ws) <= r, ne(v, ws), eq(F(v), y), least.claim), by=hit[0])
                    p.exhibit(exists(w, another), v, by=p.last)


no_isolated_minimum_of_c1_systems = Corollary(
    "Where F is continuously differentiable at w* and DF(w*) onto, a solution w* of an "
    "over-parameterised system is not isolated",
    source=source,
    given=no_isolated_minimum.given | dict(derivative=C1At(F, ws)),
    claim=no_isolated_minimum.claim,
    note="without “onto” the claim is false: no_isolated_minimum_as_said, "
    "no_isolated_minimum_with_derivative",
)


@no_isolated_minimum_of_c1_systems.proof
def _(p):
    strict = p.use(c1_is_strictly_differentiable, w=ws)
    p.have(StrictDerivative(F, ws, jac(F, ws)), by=strict)
    p.have(p.goal, by=no_isolated_minimum)
