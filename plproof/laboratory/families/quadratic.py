"""Quadratic families: dense, with a prescribed exact spectrum, and least squares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Numeric,
    dot,
    finest_bit,
    matvec,
    product_is_exact,
    vecmat,
)
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.spectra import SpectrumBounds, of_diagonal, of_gram, of_symmetric


class Quadratic(Family):
    """Convex quadratics f(x) = (x - c)'H(x - c)/2 + m.

    Arguments: ``hessian`` H (B, d, d), exactly symmetric and certified positive semidefinite, else
    ValueError; ``centre`` c (B, d); ``minimum`` m (B,).  The constants are the extreme eigenvalues
    of H: exact for diagonal H, rounded outwards by a few tens of units in the last place otherwise.
    """

    name = "quadratic"
    infinitely_differentiable = True
    parameters: ClassVar[tuple[str, ...]] = ("hessian", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"hessian": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"hessian": (0, 1), "centre": (0,)}
    hessian: Floats
    centre: Floats
    minimum: Floats

    def __init__(self, hessian: ArrayLike, centre: ArrayLike, minimum: ArrayLike):
        self._set("centre", hessian=(hessian, "Bdd"), centre=(centre, "Bd"), minimum=(minimum, "B"))
        self._certify_spectrum(of_symmetric(self.hessian))

    def _certify_spectrum(self, bounds: SpectrumBounds) -> None:
        if np.any(bounds.smallest < 0):
            worst = int(np.argmin(bounds.smallest))
            raise ValueError(
                f"hessian {worst} is not certified positive semidefinite: "
                f"its smallest eigenvalue may be {bounds.smallest[worst]!r}"
            )
        self._certify(
            smooth=bounds.largest,
            strongly_convex=bounds.smallest,
            pl=bounds.smallest_positive,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=bounds.exact,
            constant=bounds.largest == 0,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        image = anp.matmul(self.hessian, offset[:, :, None])[:, :, 0]
        return 0.5 * anp.sum(offset * image, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        gradient = matvec(self.hessian, offset)
        return 0.5 * dot(offset, gradient) + self.minimum, gradient


class SpectralQuadratic(Quadratic):
    """Quadratics (x - c)'Q diag(s) Q'(x - c)/2 + m whose constants are exact.

    Arguments: ``spectrum`` s (B, d), at least 0; ``basis`` Q (B, d, d), exactly orthogonal with
    entries of so few bits that Q'Q and Q diag(s) Q' are free of rounding (for example products of
    permutations and Hadamard blocks of order 4), else ValueError; ``centre`` (B, d); ``minimum``
    (B,).  ``smooth`` is max s, ``strongly_convex`` min s, ``pl`` the smallest positive s: a
    quadratic with some zeros in s is PL and not strongly convex (H. Karimi, J. Nutini and
    M. Schmidt, 2016); with all zeros it is constant.
    """

    name = "quadratic of exact spectrum"
    parameters: ClassVar[tuple[str, ...]] = ("spectrum", "basis", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"spectrum": 1, "minimum": 1}
    derived = ("hessian",)
    derived_powers: ClassVar[dict[str, float]] = {"hessian": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {
        "spectrum": (0,),
        "basis": (0, 1),
        "centre": (0,),
    }
    spectrum: Floats
    basis: Floats

    def __init__(
        self, spectrum: ArrayLike, basis: ArrayLike, centre: ArrayLike, minimum: ArrayLike
    ):
        self._set(
            "centre",
            spectrum=(spectrum, "Bd"),
            basis=(basis, "Bdd"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        if np.any(self.spectrum < 0):
            raise ValueError("a spectrum has entries of at least 0")
        identity = np.eye(self.dimension)
        if np.all(self.basis == identity):
            self.hessian = self.spectrum[:, None, :] * identity
        else:
            self.hessian = self._turned()
        self.hessian.setflags(write=False)
        self._certify_spectrum(of_diagonal(self.spectrum))

    def _turned(self) -> Floats:
        """Return Q diag(s) Q', free of rounding, with Q orthogonal; else ValueError."""
        bits = finest_bit(self.basis)
        if not is_orthogonal(self.basis, bits):
            raise ValueError("the basis must be exactly orthogonal, with short binary entries")
        scaled = self.basis * self.spectrum[:, None, :]
        transposed = self.basis.swapaxes(-1, -2)
        grid = bits + finest_bit(self.spectrum)
        each = np.max(np.abs(scaled), axis=(1, 2)) <= np.exp2(np.minimum(grid, 900.0) + 52.0)
        if not np.all(each & product_is_exact(scaled, transposed, grid + bits)):
            raise ValueError("spectrum and basis have too many digits for an exact hessian")
        return np.asarray(np.matmul(scaled, transposed))

    def _simpler_parameters(self) -> Iterator[dict[str, Floats]]:
        identity = np.eye(self.dimension)[None]
        if not np.array_equal(self.basis, identity):
            yield {"basis": identity}
        yield from super()._simpler_parameters()


def is_orthogonal(basis: Floats, bits: Floats) -> bool:
    """Say whether all square matrices (B, d, d) are orthogonal, without any rounding.

    ``bits`` (B,): their entries are whole multiples of 2**bits, as ``finest_bit`` says.
    """
    transposed = basis.swapaxes(-1, -2)
    unit = np.matmul(transposed, basis) == np.eye(basis.shape[-1])
    return bool(np.all(product_is_exact(transposed, basis, 2.0 * bits)) and np.all(unit))


class LeastSquares(Family):
    """Consistent least squares f(x) = |Ax - b|^2 / 2 with minimum 0.

    Arguments: ``matrix`` A (B, r, d); ``target`` b (B, r); ``minimiser`` x* (B, d) with A x* = b
    free of rounding (short binary numbers), else ValueError.  PL with the smallest non-zero
    eigenvalue of AA' (H. Karimi, J. Nutini and M. Schmidt, 2016), which is 0 here, saying nothing,
    where the rank cannot be certified; strongly convex only if r >= d.
    """

    name = "least squares"
    infinitely_differentiable = True
    parameters = ("matrix", "target", "minimiser")
    homogeneous: ClassVar[dict[str, float]] = {"matrix": 0.5, "target": 0.5}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"matrix": (1,), "minimiser": (0,)}
    matrix: Floats
    target: Floats
    minimiser: Floats

    def __init__(self, matrix: ArrayLike, target: ArrayLike, minimiser: ArrayLike):
        self._set(
            "minimiser",
            matrix=(matrix, "Brd"),
            target=(target, "Br"),
            minimiser=(minimiser, "Bd"),
        )
        image = matvec(self.matrix, self.minimiser)
        exact = product_is_exact(self.matrix, self.minimiser[..., None])
        if not (np.all(exact) and np.array_equal(image, self.target)):
            raise ValueError("matrix @ minimiser must equal target without any rounding")
        bounds = of_gram(self.matrix)
        tall = self.matrix.shape[1] >= self.dimension
        self._certify(
            smooth=bounds.largest,
            strongly_convex=bounds.smallest if tall else np.zeros(self.batch),
            pl=bounds.smallest_positive,
            minimiser=self.minimiser,
            minimum=np.zeros(self.batch),
            exact=bounds.exact,
            constant=bounds.largest == 0,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        residual = anp.matmul(self.matrix, points[:, :, None])[:, :, 0] - self.target
        return 0.5 * anp.sum(residual * residual, axis=-1)

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        residual = matvec(self.matrix, points) - self.target
        return 0.5 * dot(residual, residual), vecmat(residual, self.matrix)

    def _without(self, coordinate: int) -> dict[str, Floats]:
        changed = super()._without(coordinate)
        return self._consistent(changed)

    def _simpler_parameters(self) -> Iterator[dict[str, Floats]]:
        for row in range(self.target.shape[1]) if self.target.shape[1] > 1 else ():
            yield {
                "matrix": np.delete(self.matrix, row, axis=1),
                "target": np.delete(self.target, row, axis=1),
            }
        for change in super()._simpler_parameters():
            if "target" not in change:
                yield self._consistent(change)

    def _consistent(self, change: dict[str, Floats]) -> dict[str, Floats]:
        matrix = change.get("matrix", self.matrix)
        minimiser = change.get("minimiser", self.minimiser)
        return change | {"target": matvec(matrix, minimiser)}
