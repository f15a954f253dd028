"""Axioms of analysis: facts about functions and sequences taken without proof.  [trusted]"""

from __future__ import annotations

from plproof.language import (
    Function,
    LinearMap,
    Naturals,
    Predicate,
    Reals,
    Sequence,
    Source,
    Space,
    Term,
    Vector,
    Vectors,
    conj,
    cos,
    eq,
    exists,
    forall,
    grad,
    hess,
    implies,
    ip,
    jac,
    mapsto,
    norm,
    sin,
    sq,
)
from plproof.theory.axiom import Axiom
from plproof.theory.functions import DifferentiableAt, linear_near
from plproof.theory.limits import ContinuouslyDifferentiable, Converges, Null
from plproof.theory.systems import DifferentiableMapAt, Onto, StrictDerivative

_E, _Y = Space("E"), Space("Y")
_f = Function("f", _E)
_F = Function("F", _E, _Y)
_x, _v, _w, _g, _h = Vectors("x v w g h", _E)
_y = Vector("y", _Y)
_a, _b, _t, _r, _eps, _delta, _q = Reals("a b t r epsilon delta q")
_seq = Sequence("x", _E)
_j, _k, _n = Naturals("j k n")
_RUDIN = "Principles of Mathematical Analysis"


def _segment() -> Term:
    at = _x + _t * _v
    inside = conj(_t >= 0, _t <= 1)
    smooth = forall(_t, implies(inside, DifferentiableAt(_f, at)))
    slope = forall(_t, implies(inside, ip(grad(_f, at), _v) <= _a + _b * _t))
    bound = _f(_x + _v) <= _f(_x) + _a + _b / 2
    return forall([_f, _x, _v, _a, _b], implies(smooth, slope, bound))


SEGMENT = Axiom(
    "segment",
    _segment,
    Source(
        _RUDIN,
        "Differentiation",
        "Theorem 5.10, mean value theorem, for t ↦ f(x + tv) − at − bt²/2",
        ("Rudin, 1976",),
    ),
)


def _gradient() -> Term:
    linear = linear_near(_f(_x + _h) - _f(_x) - ip(_g, _h), _h)
    return forall([_f, _x, _g], implies(linear, eq(grad(_f, _x), _g)))


GRADIENT = Axiom(
    "gradient",
    _gradient,
    Source(
        _RUDIN,
        "Functions of several variables",
        "Theorem 9.12, the derivative is unique: what ∇f(x) means where f is differentiable",
        ("Rudin, 1976",),
    ),
)


def _derivative() -> Term:
    A = LinearMap("A", _E, _Y)
    linear = linear_near(_F(_x + _h) - _F(_x) - A @ _h, _h)
    return forall([_F, _x, A], implies(linear, eq(jac(_F, _x), A)))


DERIVATIVE = Axiom(
    "derivative",
    _derivative,
    Source(
        _RUDIN,
        "Functions of several variables",
        "Theorem 9.12, the derivative is unique: what DF(x) means where F is differentiable",
        ("Rudin, 1976",),
    ),
)


def _symmetric() -> Term:
    near = exists(
        _r, conj(_r > 0, forall(_v, implies(norm(_v - _x) <= _r, DifferentiableAt(_f, _v))))
    )
    twice = DifferentiableMapAt(mapsto(_w, grad(_f, _w)), _x)
    return forall([_f, _x], implies(near, twice, eq(hess(_f, _x).T, hess(_f, _x))))


SYMMETRIC_HESSIAN = Axiom(
    "symmetric_hessian",
    _symmetric,
    Source(
        "Foundations of Modern Analysis",
        "Higher derivatives",
        "8.12.2, second derivatives are symmetric",
        ("Dieudonné, 1960",),
    ),
)


def _local_surjectivity() -> Term:
    A = LinearMap("A", _E, _Y)
    reached = exists(_v, conj(norm(_v - _x) <= _r, eq(_F(_v), _y)))
    ball = exists(
        _delta, conj(_delta > 0, forall(_y, implies(norm(_y - _F(_x)) <= _delta, reached)))
    )
    return forall(
        [_F, _x, A],
        implies(StrictDerivative(_F, _x, A), Onto(A), forall(_r, implies(_r > 0, ball))),
    )


LOCAL_SURJECTIVITY = Axiom(
    "local_surjectivity",
    _local_surjectivity,
    Source(
        "Some mapping theorems",
        label="Theorem 1: where the strict derivative is onto, balls are mapped onto "
        "neighbourhoods; for dim E = dim Y part of the inverse function theorem",
        references=("Graves, 1950", "Rudin, 1976, Theorem 9.24"),
    ),
)


def _completeness() -> Term:
    close = forall([_j, _k], implies(_n <= _j, _n <= _k, norm(_seq[_j] - _seq[_k]) <= _eps))
    cauchy = forall(_eps, implies(_eps > 0, exists(_n, close)))
    near = forall(_k, implies(_n <= _k, norm(_seq[_k] - _v) <= _eps))
    limit = exists(_v, forall(_eps, implies(_eps > 0, exists(_n, near))))
    return forall(_seq, implies(cauchy, limit))


COMPLETENESS = Axiom(
    "completeness",
    _completeness,
    Source(_RUDIN, "Numerical sequences and series", "Theorem 3.11, Cauchy sequences converge",
               ("Rudin, 1976",)),
)  # fmt: skip


def _archimedes() -> Term:
    return forall(_t, exists(_n, _t <= _n))


ARCHIMEDES = Axiom(
    "archimedes",
    _archimedes,
    Source(_RUDIN, "The real and complex number systems", "Theorem 1.20(a), every real number "
               "is at most some natural number", ("Rudin, 1976",)),
)  # fmt: skip


def _contraction() -> Term:
    T = Function("T", _E, _E)
    shrinks = forall([_x, _v], norm(T(_x) - T(_v)) <= _q * norm(_x - _v))
    return forall([T, _q], implies(_q >= 0, _q < 1, shrinks, exists(_x, eq(T(_x), _x))))


CONTRACTION = Axiom(
    "contraction",
    _contraction,
    Source(_RUDIN, "Functions of several variables", "Theorem 9.23, contractions have a "
               "fixed point", ("Banach, 1922", "Rudin, 1976")),
)  # fmt: skip


def _brouwer() -> Term:
    T = Function("T", _E, _E)
    close = forall(
        _v,
        implies(norm(_v - _w) <= _r, norm(_v - _x) <= _delta, norm(T(_v) - T(_x)) <= _eps),
    )
    stays = forall(_x, implies(norm(_x - _w) <= _r, norm(T(_x) - _w) <= _r))
    continuous = forall(
        [_x, _eps],
        implies(norm(_x - _w) <= _r, _eps > 0, exists(_delta, conj(_delta > 0, close))),
    )
    fixed = exists(_x, conj(norm(_x - _w) <= _r, eq(T(_x), _x)))
    return forall([T, _w, _r], implies(_r >= 0, stays, continuous, fixed))


BROUWER = Axiom(
    "brouwer",
    _brouwer,
    Source("Topology from the Differentiable Viewpoint", label="§2, a continuous map of a "
               "closed ball into itself has a fixed point",
               references=("Brouwer, 1911", "Milnor, 1965")),
)  # fmt: skip


def _extreme_value() -> Term:
    close = conj(_f(_v) - _f(_x) <= _eps, -_eps <= _f(_v) - _f(_x))
    near = exists(_delta, conj(_delta > 0, forall(_v, implies(norm(_v - _x) <= _delta, close))))
    continuous = forall([_x, _eps], implies(norm(_x - _w) <= _r, _eps > 0, near))
    least = forall(_v, implies(norm(_v - _w) <= _r, _f(_x) <= _f(_v)))
    attained = exists(_x, conj(norm(_x - _w) <= _r, least))
    return forall([_f, _w, _r], implies(_r >= 0, continuous, attained))


EXTREME_VALUE = Axiom(
    "extreme_value",
    _extreme_value,
    Source(_RUDIN, "Continuity", "Theorem 4.16, a continuous function has a minimum on a "
               "closed ball", ("Rudin, 1976",)),
)  # fmt: skip


def _stable_manifold() -> Term:
    g, S, s = Function("g", _E, _E), Predicate("S", _E), Sequence("s", _E)
    derivative = jac(g, _w)
    invertible = forall([_x, _v], implies(eq(jac(g, _x) @ _v, 0), eq(_v, 0)))
    symmetric = forall([_x, _v], eq(ip(derivative @ _x, _v), ip(_x, derivative @ _v)))
    expands = exists(_v, sq(_v) < ip(derivative @ _v, _v))
    orbit = conj(eq(s[0], _x), forall(_k, eq(s[_k + 1], g(s[_k]))), Converges(s, _w))
    return forall(
        [g, _w, S],
        implies(
            ContinuouslyDifferentiable(g),
            invertible,
            eq(g(_w), _w),
            symmetric,
            expands,
            forall(_x, implies(S(_x), exists(s, orbit))),
            Null(S),
        ),
    )


STABLE_MANIFOLD = Axiom(
    "stable_manifold",
    _stable_manifold,
    Source(
        "Global Stability of Dynamical Systems",
        label="Theorem III.7, centre-stable manifold: near a fixed point with an eigenvalue "
        "above 1 the starts that stay near it lie in a C¹ disc of lower dimension; the other "
        "starts are preimages of its points under local diffeomorphisms",
        references=(
            "Shub, 1987",
            "Lee, Simchowitz, Jordan and Recht, 2016, Theorem 9",
            "Panageas and Piliouras, 2017, Theorem 2",
        ),
    ),
)


def _sine_cosine() -> Term:
    s, c = sin(_a + _b), cos(_a + _b)
    return conj(
        eq(sin(0), 0),
        eq(cos(0), 1),
        forall(_a, eq(sin(_a) ** 2 + cos(_a) ** 2, 1)),
        forall([_a, _b], eq(s, sin(_a) * cos(_b) + cos(_a) * sin(_b))),
        forall([_a, _b], eq(c, cos(_a) * cos(_b) - sin(_a) * sin(_b))),
    )


SINE_COSINE = Axiom(
    "sine_cosine",
    _sine_cosine,
    Source(_RUDIN, "Some special functions", "8.20 to 8.23, sine and cosine and their "
               "addition formulas", ("Rudin, 1976",)),
)  # fmt: skip


ANALYSIS = (
    SEGMENT,
    GRADIENT,
    DERIVATIVE,
    SYMMETRIC_HESSIAN,
    LOCAL_SURJECTIVITY,
    COMPLETENESS,
    ARCHIMEDES,
    CONTRACTION,
    BROUWER,
    EXTREME_VALUE,
    STABLE_MANIFOLD,
    SINE_COSINE,
)
