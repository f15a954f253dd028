"""Definitions of methods as recursions that a sequence of iterates satisfies."""

from plproof.language import (
    Definition,
    Function,
    Natural,
    Real,
    Sequence,
    Space,
    eq,
    forall,
    grad,
)

_E = Space("E")
_f = Function("f", _E)
_x = Sequence("x", _E)
_eta, _k = Real("eta"), Natural("k")

#: x is a sequence of gradient descent on f with constant step η
GradientDescent = Definition(
    "GradientDescent",
    [_f, _x, _eta],
    forall(_k, eq(_x[_k + 1], _x[_k] - _eta * grad(_f, _x[_k]))),
    words="{1} is gradient descent on {0} with step {2}",
)
