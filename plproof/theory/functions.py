"""Definitions about one function on a Euclidean space: minimisers, convexity, smoothness, PL.

A gradient term means something only where ``Differentiable`` says so, which every definition that
speaks of a gradient includes.
"""

from plproof.language import (
    Definition,
    Function,
    Reals,
    Source,
    Space,
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
_alpha, _beta, _mu, _t, _eps, _delta = Reals("alpha beta mu t epsilon delta")
_x, _y, _h, _xs = Vectors("x y h x*", _E)

_error = _f(_x + _h) - _f(_x) - ip(grad(_f, _x), _h)

#: f is differentiable with gradient ∇f at every point (Fréchet)
Differentiable = Definition(
    "Differentiable",
    [_f],
    forall(
        [_x, _eps],
        implies(
            _eps > 0,
            exists(
                _delta,
                conj(
                    _delta > 0,
                    forall(
                        _h,
                        implies(
                            norm(_h) <= _delta,
                            conj(_error <= _eps * norm(_h), -(_eps * norm(_h)) <= _error),
                        ),
                    ),
                ),
            ),
        ),
    ),
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
