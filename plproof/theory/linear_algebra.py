"""Axioms of linear algebra: dimensions, rank and inertia of linear maps.  [trusted]"""

from __future__ import annotations

from plproof.language import (
    LinearMap,
    Real,
    Source,
    Space,
    Subspace,
    Vector,
    cap,
    conj,
    dim,
    eq,
    exists,
    forall,
    implies,
    ip,
    ker,
    member,
    norm,
    rank,
    sq,
)
from plproof.theory.axiom import Axiom
from plproof.theory.systems import Onto

_E, _Y = Space("E"), Space("Y")
_A, _S = LinearMap("A", _E, _Y), LinearMap("S", _Y, _E)
_B = LinearMap("B", _E, _E)
_M, _N = Subspace("M", _E), Subspace("N", _E)
_z = Vector("z", _E)
_c = Real("c")


def _book(label: str, *references: str) -> Source:
    return Source("Linear Algebra Done Right", label=label, references=references)


RANK_NULLITY = Axiom(
    "rank_nullity",
    lambda: forall(_A, eq(dim(ker(_A)) + rank(_A), _E.dim)),
    _book("3.21, fundamental theorem of linear maps", "Axler, 2024"),
)
DIMENSION_FORMULA = Axiom(
    "dimension_formula",
    lambda: forall([_M, _N], dim(_M) + dim(_N) <= dim(cap(_M, _N)) + _E.dim),
    _book("2.43, dimension of a sum", "Axler, 2024"),
)
DIMENSION_MONOTONE = Axiom(
    "dimension_monotone",
    lambda: forall(
        [_M, _N],
        implies(forall(_z, implies(member(_z, _M), member(_z, _N))), dim(_M) <= dim(_N)),
    ),
    _book("2.37, dimension of a subspace", "Axler, 2024"),
)
UNIT_VECTOR = Axiom(
    "unit_vector",
    lambda: forall(_M, implies(1 <= dim(_M), exists(_z, conj(member(_z, _M), eq(sq(_z), 1))))),
    _book("6.35, orthonormal bases exist", "Axler, 2024"),
)
INERTIA = Axiom(
    "inertia",
    lambda: forall(
        _B,
        implies(
            eq(_B.T, _B),
            exists(
                [_M, _N, _c],
                conj(
                    eq(dim(_M) + dim(_N), rank(_B)),
                    _c > 0,
                    forall(_z, implies(member(_z, _M), _c * sq(_z) <= ip(_B @ _z, _z))),
                    forall(_z, implies(member(_z, _N), ip(_B @ _z, _z) <= -(_c * sq(_z)))),
                ),
            ),
        ),
    ),
    Source("Matrix Analysis", label="Theorem 4.5.8, law of inertia",
           references=("Sylvester, 1852", "Horn and Johnson, 2013")),
)  # fmt: skip
RIGHT_INVERSE = Axiom(
    "right_inverse",
    lambda: forall(_A, implies(Onto(_A), exists(_S, eq(_A @ _S, _Y.identity)))),
    _book("exercise 3B.21: a map that is onto has a right inverse", "Axler, 2024"),
)
BOUNDED_MAP = Axiom(
    "bounded_map",
    lambda: forall(_A, exists(_c, conj(_c >= 0, forall(_z, norm(_A @ _z) <= _c * norm(_z))))),
    Source("Principles of Mathematical Analysis", "Functions of several variables",
           "Theorem 9.7, linear maps are bounded", ("Rudin, 1976",)),
)  # fmt: skip

LINEAR_ALGEBRA = (
    RANK_NULLITY,
    DIMENSION_FORMULA,
    DIMENSION_MONOTONE,
    UNIT_VECTOR,
    INERTIA,
    RIGHT_INVERSE,
    BOUNDED_MAP,
)
