"""Definitions about systems F from a space W (weights) to a space Y (outputs), and their losses.

The Euclidean space Y stands for ℝⁿ, W for ℝᵐ: n is dim Y and m is dim W.  A component of F is
⟨u, F⟩ for a unit vector u; the coordinates Fᵢ are those along an orthonormal basis.
"""

from plproof.language import (
    Definition,
    Function,
    LinearMap,
    Natural,
    Reals,
    Source,
    Space,
    Subspace,
    Vectors,
    conj,
    dim,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    member,
    norm,
    sq,
)
from plproof.theory.functions import DifferentiableAt, linear_near

_W, _Y = Space("W"), Space("Y")
_F = Function("F", _W, _Y)
_f, _loss = Function("f", _W), Function("l", _Y)
_A, _B = LinearMap("A", _W, _Y), LinearMap("B", _W, _W)
_N = Subspace("N", _W)
_w, _v, _z, _h, _a, _b = Vectors("w v z h a b", _W)
_y, _u = Vectors("y u", _Y)
_r, _eps, _delta, _c = Reals("r epsilon delta c")
_n = Natural("n")
_rudin = ("Rudin, 1976, Definition 9.11",)

#: F is differentiable with derivative DF(w) at w (Fréchet)
DifferentiableMapAt = Definition(
    "DifferentiableMapAt",
    [_F, _w],
    linear_near(_F(_w + _h) - _F(_w) - jac(_F, _w) @ _h, _h),
    words="{0} is differentiable at {1}",
    source=Source("Principles of Mathematical Analysis", references=_rudin),
)

#: F is differentiable at every point
DifferentiableMap = Definition(
    "DifferentiableMap", [_F], forall(_w, DifferentiableMapAt(_F, _w)), "{0} is differentiable"
)

#: the half squared distance of F(w) to y, a function of w
SquareLoss = Definition(
    "SquareLoss", [_F, _y], mapsto(_w, sq(_F(_w) - _y) / 2), words="the square loss of {0} at {1}"
)

#: the loss l(F(w)), a function of w
Loss = Definition("Loss", [_loss, _F], mapsto(_w, _loss(_F(_w))), words="{0} of {1}")

#: there are fewer outputs than weights
OverParameterised = Definition(
    "OverParameterised",
    [_F],
    _Y.dim < _W.dim,
    words="{0} has more weights than outputs",
)

#: the linear map A reaches every vector
Onto = Definition("Onto", [_A], forall(_y, exists(_v, eq(_A @ _v, _y))), words="{0} is onto")

_stretch = _F(_a) - _F(_b) - _A @ (_a - _b)

#: F is strictly differentiable at w with derivative A, as every C¹ function is
StrictDerivative = Definition(
    "StrictDerivative",
    [_F, _w, _A],
    forall(
        _eps,
        implies(
            _eps > 0,
            exists(
                _delta,
                conj(
                    _delta > 0,
                    forall(
                        [_a, _b],
                        implies(
                            norm(_a - _w) <= _delta,
                            norm(_b - _w) <= _delta,
                            norm(_stretch) <= _eps * norm(_a - _b),
                        ),
                    ),
                ),
            ),
        ),
    ),
    words="{0} is strictly differentiable at {1} with derivative {2}",
    source=Source("Implicit Functions and Solution Mappings", "1D",
                  references=("Dontchev and Rockafellar, 2009",)),
)  # fmt: skip

_near = conj(_r > 0, forall(_v, implies(norm(_v - _w) <= _r, DifferentiableAt(_f, _v))))

#: the function f is differentiable near w, and its gradient is differentiable at w
TwiceDifferentiableAt = Definition(
    "TwiceDifferentiableAt",
    [_f, _w],
    conj(exists(_r, _near), DifferentiableMapAt(mapsto(_a, grad(_f, _a)), _w)),
    words="{0} is twice differentiable at {1}",
)

_near = conj(_r > 0, forall(_v, implies(norm(_v - _w) <= _r, DifferentiableMapAt(_F, _v))))

#: the map F is differentiable near w, and its derivative is differentiable at w: so is DF(·)z for
#: every z and DF(·)ᵀu for every u, which in finite dimension is the same
TwiceDifferentiableMapAt = Definition(
    "TwiceDifferentiableMapAt",
    [_F, _w],
    conj(
        exists(_r, _near),
        forall(_z, DifferentiableMapAt(mapsto(_a, jac(_F, _a) @ _z), _w)),
        forall(_u, DifferentiableMapAt(mapsto(_a, jac(_F, _a).T @ _u), _w)),
    ),
    words="{0} is twice differentiable at {1}",
    source=Source("Foundations of Modern Analysis", "8.12", references=("Dieudonné, 1960",)),
)

#: the map F is differentiable at the points near w
DifferentiableMapNear = Definition(
    "DifferentiableMapNear",
    [_F, _w],
    exists(_r, _near),
    words="{0} is differentiable near {1}",
)

_turn = norm((jac(_F, _v) - jac(_F, _w)) @ _z) <= _eps * norm(_z)
_steady = forall([_v, _z], implies(norm(_v - _w) <= _delta, _turn))

#: the map F is differentiable near w, with a derivative that is continuous at w
C1At = Definition(
    "C1At",
    [_F, _w],
    conj(
        DifferentiableMapNear(_F, _w),
        forall(_eps, implies(_eps > 0, exists(_delta, conj(_delta > 0, _steady)))),
    ),
    words="{0} is continuously differentiable at {1}",
)

_change = ip(hess_along(_F, _v, _u) @ _z, _z) - ip(hess_along(_F, _w, _u) @ _z, _z)
_size = norm(_u) * sq(_z)

#: near w, F and its derivative are differentiable
TwiceDifferentiableNear = Definition(
    "TwiceDifferentiableNear",
    [_F, _w],
    exists(
        _r,
        conj(
            _r > 0,
            forall(
                _v,
                implies(
                    norm(_v - _w) <= _r,
                    conj(
                        DifferentiableMapAt(_F, _v),
                        forall(_u, DifferentiableMapAt(mapsto(_a, jac(_F, _a).T @ _u), _v)),
                    ),
                ),
            ),
        ),
    ),
    words="{0} is twice differentiable near {1}",
)

#: F is twice differentiable near w, with a second derivative that is bounded and continuous at w
C2At = Definition(
    "C2At",
    [_F, _w],
    conj(
        TwiceDifferentiableNear(_F, _w),
        forall(
            _eps,
            implies(
                _eps > 0,
                exists(
                    _delta,
                    conj(
                        _delta > 0,
                        forall(
                            [_v, _u, _z],
                            implies(
                                norm(_v - _w) <= _delta,
                                conj(_change <= _eps * _size, -(_eps * _size) <= _change),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        exists(
            _c,
            forall(
                [_u, _z],
                conj(
                    ip(hess_along(_F, _w, _u) @ _z, _z) <= _c * _size,
                    -(_c * _size) <= ip(hess_along(_F, _w, _u) @ _z, _z),
                ),
            ),
        ),
    ),
    words="{0} is twice continuously differentiable at {1}",
)

#: the quadratic form of B is positive definite on a subspace of dimension more than n: n₊(B) > n
PositiveIndexAbove = Definition(
    "PositiveIndexAbove",
    [_B, _n],
    exists(
        [_N, _c],
        conj(
            _n < dim(_N),
            _c > 0,
            forall(_z, implies(member(_z, _N), _c * sq(_z) <= ip(_B @ _z, _z))),
        ),
    ),
    words="more than {1} eigenvalues of {0} are positive",
)
