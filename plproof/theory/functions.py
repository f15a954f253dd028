"""Definitions about one function on a Euclidean space: minimisers, convexity, smoothness, PL, ….

A gradient term means something only where ``Differentiable`` says so, which every definition that
speaks of a gradient includes.
"""

from plproof.language import (
    Definition,
    Function,
    Real,
    Reals,
    Source,
    Space,
    Term,
    Vectors,
    conj,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
    sq,
)

_E = Space("E")
_f = Function("f", _E)
_alpha, _beta, _mu, _t, _eps, _delta, _r = Reals("alpha beta mu t epsilon delta r")
_M = Real("M")
_x, _y, _h, _xs, _c = Vectors("x y h x* c", _E)

_error = _f(_x + _h) - _f(_x) - ip(grad(_f, _x), _h)


def linear_near(error: Term, h: Term) -> Term:
    """Return “for every ε > 0 there is δ > 0 with |error| ≤ ε‖h‖ for ‖h‖ ≤ δ”.

    ``error`` is a real term in the vector variable ``h``, or a vector, of which the norm is meant.
    """
    bound = _eps * norm(h)
    if error.sort.kind == "Real":
        close = conj(error <= bound, -bound <= error)
    else:
        close = norm(error) <= bound
    near = conj(_delta > 0, forall(h, implies(norm(h) <= _delta, close)))
    return forall(_eps, implies(_eps > 0, exists(_delta, near)))


#: f is differentiable with gradient ∇f(x) at x (Fréchet)
DifferentiableAt = Definition(
    "DifferentiableAt", [_f, _x], linear_near(_error, _h), words="{0} is differentiable at {1}"
)

#: f is differentiable with gradient ∇f at every point
Differentiable = Definition(
    "Differentiable",
    [_f],
    forall(_x, DifferentiableAt(_f, _x)),
    words="{0} is differentiable",
)

#: x* is a global minimiser of f
Minimiser = Definition(
    "Minimiser", [_f, _xs], forall(_x, _f(_xs) <= _f(_x)), words="{1} minimises {0}"
)

#: f is convex (on segments, no derivative needed)
Convex = Definition(
    "Convex",
    [_f],
    forall(
        [_x, _y, _t],
        implies(
            conj(_t >= 0, _t <= 1), _f((1 - _t) * _x + _t * _y) <= (1 - _t) * _f(_x) + _t * _f(_y)
        ),
    ),
    words="{0} is convex",
)

#: f is convex on the closed ball of radius r around c
ConvexOn = Definition(
    "ConvexOn",
    [_f, _c, _r],
    forall(
        [_x, _y, _t],
        implies(
            conj(norm(_x - _c) <= _r, norm(_y - _c) <= _r, _t >= 0, _t <= 1),
            _f((1 - _t) * _x + _t * _y) <= (1 - _t) * _f(_x) + _t * _f(_y),
        ),
    ),
    words="{0} is convex on the ball B({1}, {2})",
)

#: x* is a local minimiser of f
LocalMinimiser = Definition(
    "LocalMinimiser",
    [_f, _xs],
    exists(_r, conj(_r > 0, forall(_x, implies(norm(_x - _xs) <= _r, _f(_xs) <= _f(_x))))),
    words="{1} is a local minimiser of {0}",
)

#: f is differentiable and α-strongly convex (first-order form)
StronglyConvex = Definition(
    "StronglyConvex",
    [_f, _alpha],
    conj(
        Differentiable(_f),
        forall([_x, _y], _f(_y) >= _f(_x) + ip(grad(_f, _x), _y - _x) + _alpha / 2 * sq(_y - _x)),
    ),
    words="{0} is {1}-strongly convex",
    source=Source("Introductory Lectures on Convex Optimization", "2.1.3", "Definition 2.1.3",
                  ("Nesterov, 2004",)),
)  # fmt: skip

#: f is differentiable and its gradient is β-Lipschitz
Smooth = Definition(
    "Smooth",
    [_f, _beta],
    conj(
        Differentiable(_f),
        forall([_x, _y], norm(grad(_f, _x) - grad(_f, _y)) <= _beta * norm(_x - _y)),
    ),
    words="{0} is {1}-smooth",
)

#: f is Lipschitz continuous with constant M, differentiable or not
Lipschitz = Definition(
    "Lipschitz",
    [_f, _M],
    forall([_x, _y], _f(_x) - _f(_y) <= _M * norm(_x - _y)),
    words="{0} is {1}-Lipschitz",
)

#: the Polyak–Łojasiewicz inequality with constant μ, relative to the value at x*
PL = Definition(
    "PL",
    [_f, _mu, _xs],
    conj(
        Differentiable(_f),
        forall(_x, sq(grad(_f, _x)) / 2 >= _mu * (_f(_x) - _f(_xs))),
    ),
    words="{0} is {1}-PL relative to {2}",
    source=Source("Gradient methods for minimizing functionals", references=("Polyak, 1963",)),
)
