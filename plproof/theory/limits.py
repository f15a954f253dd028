"""Definitions about limits: continuity on a ball, convergence, C¹ maps, sets of measure zero."""

from plproof.language import (
    Definition,
    Function,
    Naturals,
    Predicate,
    Reals,
    Sequence,
    Source,
    Space,
    Vectors,
    conj,
    exists,
    forall,
    implies,
    jac,
    norm,
    total,
)
from plproof.theory.systems import DifferentiableMapAt

_E, _Y = Space("E"), Space("Y")
_f = Function("f", _E)
_F = Function("F", _E, _Y)
_S = Predicate("S", _E)
_x, _centre = Sequence("x", _E), Sequence("c", _E)
_radius = Sequence("r")
_u, _v, _z, _c = Vectors("u v z c", _E)
_r, _eps, _delta = Reals("r epsilon delta")
_i, _k, _n = Naturals("i k n")

_close = conj(_f(_u) - _f(_v) <= _eps, -_eps <= _f(_u) - _f(_v))
_near = implies(norm(_u - _c) <= _r, norm(_u - _v) <= _delta, _close)

#: f is continuous on the closed ball of radius r around c (as a function on the ball)
ContinuousOn = Definition(
    "ContinuousOn",
    [_f, _c, _r],
    forall(
        [_v, _eps],
        implies(norm(_v - _c) <= _r, _eps > 0, exists(_delta, conj(_delta > 0, forall(_u, _near)))),
    ),
    words="{0} is continuous on the ball B({1}, {2})",
)

#: the sequence x converges to v
Converges = Definition(
    "Converges",
    [_x, _v],
    forall(
        _eps,
        implies(_eps > 0, exists(_n, forall(_k, implies(_n <= _k, norm(_x[_k] - _v) <= _eps)))),
    ),
    words="{0} converges to {1}",
)

#: F is differentiable everywhere and its derivative is continuous
ContinuouslyDifferentiable = Definition(
    "ContinuouslyDifferentiable",
    [_F],
    forall(
        _u,
        conj(
            DifferentiableMapAt(_F, _u),
            forall(
                _eps,
                implies(
                    _eps > 0,
                    exists(
                        _delta,
                        conj(
                            _delta > 0,
                            forall(
                                [_v, _z],
                                implies(
                                    norm(_v - _u) <= _delta,
                                    norm((jac(_F, _v) - jac(_F, _u)) @ _z) <= _eps * norm(_z),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    words="{0} is continuously differentiable",
)

#: the set S has measure zero: countably many balls of arbitrarily small total volume cover it
Null = Definition(
    "Null",
    [_S],
    forall(
        _eps,
        implies(
            _eps > 0,
            exists(
                [_centre, _radius],
                conj(
                    forall(_i, _radius[_i] >= 0),
                    forall(
                        _u,
                        implies(_S(_u), exists(_i, norm(_u - _centre[_i]) <= _radius[_i])),
                    ),
                    forall(_n, total(_i, _n, _radius[_i] ** _E.dim) <= _eps),
                ),
            ),
        ),
    ),
    words="the set {0} has measure zero",
    source=Source(
        "Real and Complex Analysis",
        "Lebesgue measure on Rᵏ, for dimension at least 1; in dimension 0 no set is null",
        references=("Rudin, 1987, Chapter 2",),
    ),
)
