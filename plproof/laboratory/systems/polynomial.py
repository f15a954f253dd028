"""Polynomial systems of degree three, given by their derivatives at the point of interest."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
from numpy.typing import ArrayLike

from plproof.laboratory.rounding import Floats, Numeric, dot, matvec, reshaped, tracked
from plproof.laboratory.systems.base import Jet, System


class PolynomialSystem(System):
    """F(w) - F(w*) = Ah + ½Q[h, h] + (1/6) Σ_k c_k ⟨v_k, h⟩³ with h = w - w*.

    Arguments: ``linear`` A (B, n, m); ``quadratic`` Q (B, n, m, m), each Q_i exactly symmetric,
    else ValueError; ``forms`` v (B, r, m) and ``cubic`` c (B, n, r); ``origin`` w* (B, m).  Every
    cubic form is a sum of cubes of linear ones, for example
    6ab² = (a + b)³ + (a - b)³ - 2a³.  DF(w*) = A and ∇²F_i(w*) = Q_i exactly.
    """

    name = "polynomial"
    linear: Floats
    quadratic: Floats
    forms: Floats
    cubic: Floats

    def __init__(
        self,
        linear: ArrayLike,
        quadratic: ArrayLike,
        forms: ArrayLike,
        cubic: ArrayLike,
        origin: ArrayLike,
    ):
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
        h_row, z_row = _row(h), _row(direction)
        value = matvec(self.linear, h) + 0.5 * dot(bent, h_row)
        value = value + matvec(self.cubic, along * along * along) / 6.0
        first = matvec(self.linear, direction) + dot(bent, z_row)
        first = first + 0.5 * matvec(self.cubic, along * along * ahead)
        second = dot(turned, z_row) + matvec(self.cubic, along * ahead * ahead)
        return value, first, second

    def _bent(self, h: Numeric) -> Numeric:
        """Return the vectors Q_i h, (..., B, n, m)."""
        batch, n, m = self.batch, self.outputs, self.inputs
        flat = matvec(self.quadratic.reshape(batch, n * m, m), h)
        return reshaped(flat, (*tracked(flat).value.shape[:-1], n, m))


def _row(x: Numeric) -> Numeric:
    shape = tracked(x).value.shape
    return reshaped(x, (*shape[:-1], 1, shape[-1]))
