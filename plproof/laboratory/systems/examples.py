"""Systems with few negative or positive directions whose square loss is convex, and neighbours.

``RootSystem`` and the polynomials show that the numbers in the criterion of
:mod:`~plproof.laboratory.systems.convexity` cannot be lowered; ``BowlSystem`` that a Jacobian which
does not vanish is too little in place of one that is onto.
"""

from __future__ import annotations

from typing import Any, Literal

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Numeric,
    columns,
    dot,
    matvec,
    product_is_exact,
    sqrt,
)
from plproof.laboratory.systems.base import Jet, System
from plproof.laboratory.systems.polynomial import PolynomialSystem


class RootSystem(System):
    """F_i(w) - F_i(w*) = ⟨a_i, h⟩ (1 - ⟨b_i, h⟩)^(-p/2), h = w - w*, where every ⟨b_i, h⟩ < 1.

    Arguments: ``heights`` a and ``slopes`` b (B, n, m); ``origin`` w* (B, m); ``power`` p >= 1, a
    whole number, else ValueError.  ½x²g(s)² is convex exactly where g g'' >= 3g'², and for
    g(s) = (1 - s)^(-p/2) the difference of the two is p(1 - p)/2 · (1 - s)^(-p-2).  So p = 1 makes
    L convex, with a Hessian that is nowhere positive definite, and p = 2 does not.  ∇²F_i(w*) has
    rank 2 for linearly independent a_i and b_i.
    """

    name = "root"
    heights: Floats
    slopes: Floats

    def __init__(self, heights: ArrayLike, slopes: ArrayLike, origin: ArrayLike, power: int = 1):
        if power < 1:
            raise ValueError(f"the power is at least 1, got {power}")
        self._store(origin=(origin, "Bm"), heights=(heights, "Bnm"), slopes=(slopes, "Bnm"))
        self.power = power
        self._compare()

    def residual(self, points: Any) -> Any:
        """Return F(w) - F(w*) (..., B, n)."""
        column = (points - self.origin)[..., None]
        height = anp.matmul(self.heights, column)[..., 0]
        room = 1.0 - anp.matmul(self.slopes, column)[..., 0]
        return height * room ** (-0.5 * self.power)

    def jet(self, points: Numeric, direction: Numeric) -> Jet:
        """Return F(w) - F(w*), DF(w)z and D²F(w)[z, z], each (..., B, n)."""
        h, half = points - self.origin, 0.5 * self.power
        height, rise = matvec(self.heights, h), matvec(self.heights, direction)
        room = 1.0 - matvec(self.slopes, h)
        growth = matvec(self.slopes, direction) / room
        root = sqrt(room)
        g: Numeric = 1.0 / root
        for _ in range(self.power - 1):
            g = g / root
        g1 = half * (g * growth)
        g2 = (half * (half + 1.0)) * (g * (growth * growth))
        return height * g, rise * g + height * g1, 2.0 * (rise * g1) + height * g2


class BowlSystem(System):
    """F(w) - F(w*) = ⟨a, h⟩ e + φ(h) c, h = w - w*, with a convex φ >= 0.

    Arguments: ``slope`` a (B, m); ``line`` e and ``bowl`` c (B, n); ``origin`` w* (B, m); ``shape``
    "square" for φ = ‖h‖² or "root" for φ = √(1 + ‖h‖²) - 1.  For ⟨e, c⟩ = 0 the loss
    L = ½‖e‖²⟨a, h⟩² + ½‖c‖²φ² is convex, although no ∇F_i(w*) = e_i a need vanish and
    ∇²F_i(w*) = c_i ∇²φ(0) may have rank m for all i.
    """

    name = "bowl"
    slope: Floats
    line: Floats
    bowl: Floats

    def __init__(
        self,
        slope: ArrayLike,
        line: ArrayLike,
        bowl: ArrayLike,
        origin: ArrayLike,
        shape: Literal["square", "root"] = "square",
    ):
        if shape not in ("square", "root"):
            raise ValueError(f'the shape is "square" or "root", not {shape!r}')
        self._store(
            origin=(origin, "Bm"), slope=(slope, "Bm"), line=(line, "Bn"), bowl=(bowl, "Bn")
        )
        self.shape = shape
        self._compare()

    def residual(self, points: Any) -> Any:
        """Return F(w) - F(w*) (..., B, n)."""
        h = points - self.origin
        square = anp.sum(h * h, axis=-1, keepdims=True)
        phi = square if self.shape == "square" else square / (anp.sqrt(1.0 + square) + 1.0)
        return anp.sum(self.slope * h, axis=-1, keepdims=True) * self.line + phi * self.bowl

    def jet(self, points: Numeric, direction: Numeric) -> Jet:
        """Return F(w) - F(w*), DF(w)z and D²F(w)[z, z], each (..., B, n)."""
        h = points - self.origin
        square, mixed = columns(dot(h, h)), columns(dot(h, direction))
        length = columns(dot(direction, direction))
        if self.shape == "square":
            phi, phi1, phi2 = square, 2.0 * mixed, 2.0 * length
        else:
            root = sqrt(1.0 + square)
            phi, phi1 = square / (root + 1.0), mixed / root
            phi2 = (length - phi1 * phi1) / root
        height, rise = columns(dot(h, self.slope)), columns(dot(direction, self.slope))
        return (
            height * self.line + phi * self.bowl,
            rise * self.line + phi1 * self.bowl,
            phi2 * self.bowl,
        )

    def exact_derivatives(self) -> tuple[Floats, Floats] | None:
        """Return DF(w*) = e a' and ∇²F_i(w*) = c_i φ''(0) I, where no product rounds."""
        column, row = self.line[:, :, None], self.slope[:, None, :]
        if not product_is_exact(column, row).all():
            return None
        curvature = 2.0 if self.shape == "square" else 1.0
        return column * row, curvature * self.bowl[:, :, None, None] * np.eye(self.inputs)


def sharp_roots(outputs: int, inputs: int, *, batch: int = 1, power: int = 1) -> RootSystem:
    """Return F_i(w) = w_i (1 - w_{n+i})^(-p/2) near 0, the same ``batch`` times.

    Arguments: n = ``outputs`` >= 1, m = ``inputs`` >= 2n, else ValueError; ``power`` p.  With p = 1
    and u = DF(0)v, B = Σ u_i ∇²F_i(0) has at most n positive and n negative eigenvalues.
    """
    if outputs < 1 or inputs < 2 * outputs:
        raise ValueError(f"need n >= 1 and m >= 2n, got {outputs} and {inputs}")
    units = np.broadcast_to(np.eye(inputs), (batch, inputs, inputs))
    origin = np.zeros((batch, inputs))
    return RootSystem(units[:, :outputs], units[:, outputs : 2 * outputs], origin, power)


def sharp_polynomial(inputs: int = 3) -> PolynomialSystem:
    """Return F(w) = w₁(1 + w₂ + 2w₂²) near 0, a batch of one; ``inputs`` m >= 2.

    ½w₁²g(w₂)² is convex where g g'' >= 3g'², here where 1 - 20w₂ - 40w₂² >= 0, that is within
    √35/20 of -1/4: for w₂ from -0.5458 to 0.0458.
    """
    if inputs < 2:
        raise ValueError(f"at least two inputs, got {inputs}")
    quadratic = np.zeros((1, 1, inputs, inputs))
    quadratic[0, 0, 0, 1] = quadratic[0, 0, 1, 0] = 1.0
    forms = np.zeros((1, 3, inputs))
    forms[0, :, :2] = [[1.0, 1.0], [1.0, -1.0], [1.0, 0.0]]
    cubic = [[[2.0, 2.0, -4.0]]]  # 12ab² = 2(a + b)³ + 2(a - b)³ - 4a³
    return PolynomialSystem(
        np.eye(inputs)[None, :1], quadratic, forms, cubic, np.zeros((1, inputs))
    )


def one_positive_direction(inputs: int = 1) -> PolynomialSystem:
    """Return F(w) = w₁ + w₁²/2 near 0, a batch of one; ``inputs`` m >= 1.

    L = ½F² has L'' = 1 + 3w₁ + 3w₁²/2, which is positive for w₁ > -0.42, although n₊ = n = 1.
    """
    quadratic = np.zeros((1, 1, inputs, inputs))
    quadratic[0, 0, 0, 0] = 1.0
    return PolynomialSystem(
        np.eye(inputs)[None, :1],
        quadratic,
        np.zeros((1, 1, inputs)),
        [[[0.0]]],
        np.zeros((1, inputs)),
    )


def convex_bowls(
    batch: int,
    outputs: int,
    inputs: int,
    rng: np.random.Generator,
    shape: Literal["square", "root"] = "root",
) -> BowlSystem:
    """Draw bowls with ⟨e, c⟩ = 0 exactly and no e_i zero; small whole numbers, w* = 0.

    Arguments: n = ``outputs`` >= 2, else ValueError; m = ``inputs`` >= 1.  c is the image of e
    under an antisymmetric matrix, hence orthogonal to it.
    """
    if outputs < 2:
        raise ValueError(f"with one output ⟨e, c⟩ = 0 leaves nothing, got {outputs}")
    line = rng.choice([-2.0, -1.0, 1.0, 2.0], size=(batch, outputs))
    skew = np.triu(rng.integers(-1, 2, size=(batch, outputs, outputs)), 1).astype(np.float64)
    skew[:, 0, 1] = rng.choice([-1.0, 1.0], size=batch)
    bowl = np.matmul(skew - skew.swapaxes(1, 2), line[:, :, None])[:, :, 0]
    flat = ~bowl.any(axis=1)
    bowl[flat, 0], bowl[flat, 1] = line[flat, 1], -line[flat, 0]
    slope = rng.choice([-2.0, -1.0, 1.0, 2.0], size=(batch, inputs))
    return BowlSystem(slope, line, bowl, np.zeros((batch, inputs)), shape)
