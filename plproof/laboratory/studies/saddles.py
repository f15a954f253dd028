"""How often gradient descent ends at a strict saddle: never from random starts, with 0 < η < 1/L.

A strict saddle is a stationary point whose Hessian has a negative eigenvalue.  For 0 < η < 1/L the
starts that lead to one form a set of measure 0 (J. D. Lee, M. Simchowitz, M. I. Jordan and
B. Recht, 2016; I. Panageas and G. Piliouras, 2017), which is not empty: it holds at least the
point itself.  All functions here are stationary at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families.arrays import checked_arrays
from plproof.laboratory.gradient_descent.descent import segments

Profile = Literal["quadratic", "cosine", "well", "flat"]


class Landscape(Protocol):
    """A batch of B functions on R^d with Hessians; ``smooth`` L (B,) bounds their norms."""

    batch: int
    dimension: int
    smooth: Floats

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, d) at ``points`` (B, d)."""

    def hessian(self, points: Floats) -> Floats:
        """Return the Hessians (B, d, d) at ``points`` (B, d)."""


class Separable:
    """f(x) = Σ φ(λ_i, y_i) with y = Q'x and φ of one of four profiles.

    Each has φ'(λ, 0) = 0, curvature λ at 0 and at most |λ| anywhere:

    * ``quadratic``: ½λy²;
    * ``cosine``: λ(1 - cos y), stationary at the multiples of π;
    * ``well``: ½λy² for λ >= 0, and |λ|(½y² - 2 log cosh y) below, with minima at y = ±1.915...;
    * ``flat``: ½λy² for λ >= 0, and |λ|(y - sin y) below, for which 0 is stationary, no minimum,
      and not strict: its curvature there is 0.

    Arguments: ``strengths`` λ (B, d); ``basis`` Q (B, d, d), orthogonal, by default the identity;
    ``profile``, else ValueError.
    """

    strengths: Floats
    basis: Floats

    def __init__(
        self,
        strengths: ArrayLike,
        profile: Profile = "quadratic",
        basis: ArrayLike | None = None,
    ):
        if profile not in ("quadratic", "cosine", "well", "flat"):
            raise ValueError(f"unknown profile {profile!r}")
        shape = np.shape(strengths)
        identity = np.broadcast_to(np.eye(shape[-1] if shape else 1), (*shape[:1], *shape[-1:] * 2))
        arrays, sizes = checked_arrays(
            {
                "strengths": (strengths, "Bd"),
                "basis": (identity if basis is None else basis, "Bdd"),
            }
        )
        self.strengths, self.basis = arrays["strengths"], arrays["basis"]
        self.profile, self.straight = profile, basis is None
        self.batch, self.dimension = sizes["B"], sizes["d"]
        self.smooth = np.max(np.abs(self.strengths), axis=1)

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, d) at ``points`` (B, d)."""
        value, slope, _ = self._parts(self._inside(points))
        return np.sum(value, axis=1), self._outside(slope)

    def hessian(self, points: Floats) -> Floats:
        """Return the Hessians (B, d, d) at ``points`` (B, d)."""
        bend = self._parts(self._inside(points))[2]
        return np.asarray(np.matmul(self.basis * bend[:, None, :], self.basis.swapaxes(1, 2)))

    def _inside(self, x: Floats) -> Floats:
        return x if self.straight else np.matmul(x[:, None, :], self.basis)[:, 0]

    def _outside(self, y: Floats) -> Floats:
        return y if self.straight else np.matmul(self.basis, y[:, :, None])[:, :, 0]

    def _parts(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Return φ, φ' and φ'', each (B, d)."""
        strength = self.strengths
        size = np.abs(strength)
        bowl = 0.5 * strength * y * y, strength * y, np.broadcast_to(strength, y.shape)
        if self.profile == "quadratic":
            return bowl
        other: tuple[Any, Any, Any]
        if self.profile == "cosine":
            s, c = np.sin(y), np.cos(y)
            return strength * (1.0 - c), strength * s, strength * c
        if self.profile == "well":
            t = np.tanh(y)
            log_cosh = np.logaddexp(y, -y) - np.log(2.0)
            other = 0.5 * y * y - 2.0 * log_cosh, y - 2.0 * t, 2.0 * t * t - 1.0
        else:
            other = y - np.sin(y), 1.0 - np.cos(y), np.sin(y)
        down = strength < 0
        value, slope, bend = (np.where(down, size * o, b) for o, b in zip(other, bowl, strict=True))
        return value, slope, bend


class Coupled:
    """f(x) = Σ_i h_i (1 - cos x_i) + Σ_{i<j} K_ij (1 - cos(x_i - x_j)): coupled angles.

    Stationary at 0 with Hessian diag(h) + the Laplacian of K.  Arguments: ``fields`` h (B, d);
    ``couplings`` K (B, d, d), symmetric with zero diagonal, else ValueError.  ``smooth`` is
    max_i (|h_i| + 2 Σ_j |K_ij|), by the theorem of S. Gershgorin (1931).
    """

    fields: Floats
    couplings: Floats

    def __init__(self, fields: ArrayLike, couplings: ArrayLike):
        arrays, sizes = checked_arrays({"fields": (fields, "Bd"), "couplings": (couplings, "Bdd")})
        self.fields, self.couplings = arrays["fields"], arrays["couplings"]
        self.batch, self.dimension = sizes["B"], sizes["d"]
        mirrored = self.couplings.swapaxes(1, 2)
        if (self.couplings != mirrored).any() or np.einsum("bii->bi", self.couplings).any():
            raise ValueError("couplings are symmetric with zero diagonal")
        spread = 2.0 * np.sum(np.abs(self.couplings), axis=2)
        self.smooth = np.max(np.abs(self.fields) + spread, axis=1)

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, d) at ``points`` (B, d)."""
        apart = points[:, :, None] - points[:, None, :]
        alone = np.sum(self.fields * (1.0 - np.cos(points)), axis=1)
        together = 0.5 * np.sum(self.couplings * (1.0 - np.cos(apart)), axis=(1, 2))
        gradient = self.fields * np.sin(points) + np.sum(self.couplings * np.sin(apart), axis=2)
        return alone + together, gradient

    def hessian(self, points: Floats) -> Floats:
        """Return the Hessians (B, d, d) at ``points`` (B, d)."""
        apart = points[:, :, None] - points[:, None, :]
        bonds = self.couplings * np.cos(apart)
        diagonal = self.fields * np.cos(points) + np.sum(bonds, axis=2)
        return np.asarray(diagonal[:, :, None] * np.eye(self.dimension) - bonds)


@dataclass(frozen=True)
class SaddleReport:
    """Where B runs of gradient descent ended, as masks (B,) that do not overlap.

    ``saddle``: a nearly stationary point with an eigenvalue of the Hessian certainly below 0;
    ``settled``: one without; ``escaped``: beyond all finite numbers or far away; the rest was
    still moving.  ``last`` (B, d) are the last points.
    """

    saddle: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    escaped: NDArray[np.bool_]
    last: Floats

    @property
    def fraction(self) -> float:
        """The share of the runs that ended at a strict saddle."""
        return float(np.mean(self.saddle))


def find_saddles(
    landscape: Landscape,
    starts: ArrayLike,
    share: float = 0.9,
    iterations: int = 400,
    *,
    tolerance: float = 1e-7,
    strict: float = 1e-3,
    far: float = 1e6,
) -> SaddleReport:
    """Run gradient descent with step η = ``share``/L from ``starts`` (B, d) and say where it ends.

    Arguments: ``share`` ηL > 0; ``tolerance``: stationary means ‖∇f‖ <= tolerance · L; ``strict``:
    a strict saddle has an eigenvalue below -strict · L; ``far``: escaped means ‖x‖ > far.  A run
    that passes a saddle closely needs many steps to leave: with n steps and an eigenvalue -λ it
    is told from one that stays when its distance to the stable set was above about
    tolerance · (1 + ηλ)^-n.  Raises ValueError for a step that is not positive.
    """
    if not (np.isfinite(share) and share > 0):
        raise ValueError(f"the step is positive, got {share!r}/L")
    diverged = np.zeros(landscape.batch, dtype=bool)
    for run in segments(landscape, starts, share / landscape.smooth, iterations):
        diverged |= run.diverged
        last, gradient = run.points[-1], run.gradients[-1]
    with np.errstate(all="ignore"):
        escaped = diverged | (np.linalg.norm(last, axis=1) > far)
        here = np.where(escaped[:, None], 0.0, last)
        lowest = np.linalg.eigvalsh(landscape.hessian(here))[:, 0]
        still = np.linalg.norm(gradient, axis=1) <= tolerance * landscape.smooth
    still &= ~escaped
    saddle = still & (lowest < -strict * landscape.smooth)
    return SaddleReport(saddle, still & ~saddle, escaped, np.asarray(last))
