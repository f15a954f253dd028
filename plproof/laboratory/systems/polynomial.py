"""Polynomial systems of degree three, given by their derivatives at the point of interest."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Numeric,
    Tracked,
    dot,
    matvec,
    plain,
    reshaped,
    tracked,
)
from plproof.laboratory.systems.base import Jet, System

UNDERFLOW = 2.0**-1000  # in multiples of UNIT, far above what underflowing products lose


class PolynomialSystem(System):
    """F(w) - F(w*) = Ah + ½Q[h, h] + (1/6) Σ_k c_k ⟨v_k, h⟩³ with h = w - w*.

    Arguments: ``linear`` A (B, n, m); ``quadratic`` Q (B, n, m, m), each Q_i exactly symmetric,
    else ValueError; ``forms`` v (B, r, m) and ``cubic`` c (B, n, r); ``origin`` w* (B, m).  Every
    cubic form is a sum of cubes of linear ones, for example
    6ab² = (a + b)³ + (a - b)³ - 2a³.  What is not given is 0.  DF(w*) = A and ∇²F_i(w*) = Q_i
    exactly.
    """

    name = "polynomial"
    linear: Floats
    quadratic: Floats
    forms: Floats
    cubic: Floats

    def __init__(
        self,
        linear: ArrayLike,
        quadratic: ArrayLike | None = None,
        forms: ArrayLike | None = None,
        cubic: ArrayLike | None = None,
        origin: ArrayLike | None = None,
    ):
        if np.ndim(linear) != 3:
            raise ValueError(f"linear needs axes Bnm, got shape {np.shape(linear)}")
        batch, n, m = np.shape(linear)
        quadratic = np.zeros((batch, n, m, m)) if quadratic is None else quadratic
        forms = np.zeros((batch, 1, m)) if forms is None else forms
        cubic = np.zeros((batch, n, np.shape(forms)[1])) if cubic is None else cubic
        origin = np.zeros((batch, m)) if origin is None else origin
        self._store(
            origin=(origin, "Bm"),
            linear=(linear, "Bnm"),
            quadratic=(quadratic, "Bnmm"),
            forms=(forms, "Brm"),
            cubic=(cubic, "Bnr"),
        )
        if (self.quadratic != self.quadratic.swapaxes(-1, -2)).any():
            raise ValueError("a quadratic part is given by symmetric matrices")
        self._compare()

    def residual(self, points: Any) -> Any:
        """Return F(w) - F(w*) (..., B, n)."""
        h = points - self.origin
        column = h[..., None]
        bent = anp.matmul(self.quadratic, h[..., None, :, None])[..., 0]
        value = anp.matmul(self.linear, column)[..., 0]
        value = value + 0.5 * anp.sum(bent * h[..., None, :], axis=-1)
        along = anp.matmul(self.forms, column)[..., 0]
        return value + anp.matmul(self.cubic, (along**3)[..., None])[..., 0] / 6.0

    def jet(self, points: Numeric, direction: Numeric) -> Jet:
        """Return F(w) - F(w*), DF(w)z and D²F(w)[z, z], each (..., B, n)."""
        h = points - self.origin
        bent, turned = self._bent(h), self._bent(direction)
        along, ahead = matvec(self.forms, h), matvec(self.forms, direction)
        z_row = _row(direction)
        value = self._value(h, bent, along)
        first = matvec(self.linear, direction) + dot(bent, z_row)
        first = first + 0.5 * matvec(self.cubic, along * along * ahead)
        second = dot(turned, z_row) + matvec(self.cubic, along * ahead * ahead)
        return value, first, second

    def by_hand(self, points: Tracked) -> Tracked:
        """Return F(w) - F(w*) (..., B, n) by hand, with a bound on its error."""
        h = points - self.origin
        return tracked(self._value(h, self._bent(h), matvec(self.forms, h)))

    def _value(self, h: Numeric, bent: Numeric, along: Numeric) -> Numeric:
        value = matvec(self.linear, h) + 0.5 * dot(bent, _row(h))
        return value + matvec(self.cubic, along * along * along) / 6.0

    def second(self, points: Tracked) -> Tracked:
        """Return ∇²F_i(w) = Q_i + Σ_k c_ik ⟨v_k, h⟩ v_k v_k' (..., B, n, m, m), by hand."""
        along = matvec(self.forms, points - self.origin)
        weight = tracked(along)
        weight = Tracked(weight.value[..., None, :], weight.error[..., None, :]) * self.cubic
        batch, m = self.batch, self.inputs
        squares = self.forms[:, :, :, None] * self.forms[:, :, None, :]
        flat = squares.reshape(batch, -1, m * m)
        size, count = np.abs(flat), flat.shape[1] + 2
        value = np.matmul(weight.value, flat)
        error = np.matmul(weight.error + count * np.abs(weight.value) + UNDERFLOW, size)
        shape = (*value.shape[:-1], m, m)
        return Tracked(value.reshape(shape), error.reshape(shape)) + self.quadratic

    def derivatives(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Return F(w) - F(w*), DF(w) and ∇²F_i(w) at ``points`` (..., B, m), without bounds."""
        h = points - self.origin
        along = np.matmul(self.forms, h[..., None])[..., 0]
        weight = along[..., None, :] * self.cubic
        squares = self.forms[:, :, :, None] * self.forms[:, :, None, :]
        bent = np.einsum("...nr,...rij->...nij", weight, squares)
        turned = np.matmul(self.quadratic + 0.5 * bent, h[..., None, :, None])[..., 0]
        return np.asarray(self.residual(points)), self.linear + turned, self.quadratic + bent

    def literal(self, row: int) -> str:
        """Return a Python expression that rebuilds one system exactly; what is 0 is left out."""
        given = {"linear": self.linear, "quadratic": self.quadratic}
        if self.cubic[row].any():
            given |= {"forms": self.forms, "cubic": self.cubic}
        given["origin"] = self.origin
        shown = [
            f"{key}={(array[row : row + 1] + 0.0).tolist()}"  # no -0
            for key, array in given.items()
            if key == "linear" or array[row].any()
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def exact_derivatives(self) -> tuple[Floats, Floats]:
        """Return the linear and the quadratic part."""
        return self.linear, self.quadratic

    def steadiness(self) -> Floats:
        """Return bounds (B,) of the Lipschitz constants of DF: (DF(u) − DF(v))z = Q[u − v, z].

        At most the largest singular value of Q as a map from matrices to outputs, and as one from
        inputs to matrices; inf with a cubic part.
        """
        batch, n, m = self.batch, self.outputs, self.inputs
        unfolded = self.quadratic.reshape(batch, n, m * m), self.quadratic.reshape(batch, n * m, m)
        bounds = [np.linalg.svd(q, compute_uv=False)[:, 0] for q in unfolded]
        bound = np.minimum(*bounds) * (1.0 + 2.0**-40)  # more than a singular value is rounded
        return np.where(self.cubic.any(axis=(1, 2)), np.inf, bound)

    def idle(self) -> NDArray[np.bool_]:
        """Say which coordinates occur in no part."""
        used = self.linear.any(axis=1) | self.quadratic.any(axis=(1, 2)) | self.forms.any(axis=1)
        return np.asarray(~used)

    def _bent(self, h: Numeric) -> Numeric:
        """Return the vectors Q_i h, (..., B, n, m)."""
        batch, n, m = self.batch, self.outputs, self.inputs
        flat = matvec(self.quadratic.reshape(batch, n * m, m), h)
        return reshaped(flat, (*plain(flat).shape[:-1], n, m))


def _row(x: Numeric) -> Numeric:
    shape = plain(x).shape
    return reshaped(x, (*shape[:-1], 1, shape[-1]))
