"""Gradient descent on networks beside the rate claimed for it when the start is well conditioned.

The claim: let DF be ε-Lipschitz, σ > 0 the smallest singular value of DF(w₀)', S = ‖DF(w₀)‖,
r₀ = F(w₀) - y and 8ε‖r₀‖ <= σ².  Then gradient descent on L = ½‖F - y‖² with step 1/β keeps
L(w_k) <= (1 - μ/β)^k L(w₀) and ‖w_k - w₀‖ <= R, where μ = σ²/4, β = (S + σ/2)² + σ²/8 and
R = 4‖r₀‖/σ.  Here both are measured.  Compare C. Liu, L. Zhu and M. Belkin (2022) on the
Polyak-Lojasiewicz condition of wide networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.gradient_descent.descent import segments
from plproof.laboratory.systems.draw import unit_vectors
from plproof.laboratory.systems.networks import BEND, TanhNetwork

MARGIN = 1e-9
"""The relative room left for rounding where measured numbers are compared."""


class TrainingLoss:
    """The losses ½‖F(w) - y‖² of a batch of networks, for ``gradient_descent``.

    Arguments: ``network`` of B networks with k units in R^d; ``target`` (B, n), y - F(w*): with a
    network that vanishes at its origin w*, the targets themselves.  Raises ValueError for another
    shape.
    """

    def __init__(self, network: TanhNetwork, target: ArrayLike):
        wanted = np.array(target, dtype=np.float64)
        if wanted.shape != (network.batch, network.outputs):
            raise ValueError(
                f"target needs shape {(network.batch, network.outputs)}, got {wanted.shape}"
            )
        self.network, self.target = network, wanted
        self.batch, self.dimension = network.batch, network.inputs
        self._weights = (network.scale[:, None] * network.outer)[:, None, :]
        home = np.tanh(network.activations(network.origin))
        self._shift = np.matmul(self._weights, home)[:, 0] + wanted

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the losses (B,) and their gradients (B, kd) at ``points`` (B, kd)."""
        network = self.network
        units = np.tanh(network.activations(points))
        apart = np.matmul(self._weights, units)[:, 0] - self._shift
        slope = (1.0 - units * units) * apart[:, None, :]
        slope *= self._weights.swapaxes(1, 2)
        gradient = np.matmul(slope, network.data).reshape(points.shape)
        return 0.5 * np.vecdot(apart, apart), gradient


@dataclass(frozen=True)
class Conditioning:
    """What the claim needs to know of B networks at their start w₀, each (B,).

    ``lipschitz`` ε, a bound on the Lipschitz constant of DF; ``smallest`` σ and ``largest`` S, the
    extreme singular values of DF(w₀)'; ``distance`` ‖r₀‖.
    """

    lipschitz: Floats
    smallest: Floats
    largest: Floats
    distance: Floats

    @property
    def strain(self) -> Floats:
        """The number 8ε‖r₀‖/σ², which should be at most 1; infinite for σ = 0."""
        with np.errstate(divide="ignore"):
            return np.divide(8.0 * self.lipschitz * self.distance, self.smallest**2)

    @property
    def held(self) -> NDArray[np.bool_]:
        """Whether 8ε‖r₀‖ <= σ² and σ > 0, with some room for rounding."""
        return np.asarray(self.strain <= 1.0 - MARGIN)

    @property
    def pl(self) -> Floats:
        """The constant μ = σ²/4 on the ball."""
        return np.asarray(self.smallest**2 / 4.0)

    @property
    def smooth(self) -> Floats:
        """The constant β = (S + σ/2)² + σ²/8 on the ball."""
        return np.asarray((self.largest + self.smallest / 2.0) ** 2 + self.smallest**2 / 8.0)

    @property
    def radius(self) -> Floats:
        """The radius R = 4‖r₀‖/σ of the ball; infinite for σ = 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.divide(4.0 * self.distance, self.smallest))


@dataclass(frozen=True)
class TrainingReport:
    """What became of gradient descent on B networks, each (B,).

    ``held``: the hypothesis held at the start; ``worst_ratio``: the largest L(w_k) / ((1 - μ/β)^k
    L(w₀)) over k = 1, ..., K, at most 1 if the claim holds; ``displacement``: the largest
    ‖w_k - w₀‖/R; ``first_loss`` and ``final_loss``; ``diverged``: the run left the finite numbers.
    """

    conditioning: Conditioning
    held: NDArray[np.bool_]
    worst_ratio: Floats
    displacement: Floats
    first_loss: Floats
    final_loss: Floats
    diverged: NDArray[np.bool_]

    @property
    def broken(self) -> NDArray[np.bool_]:
        """Where the run did not keep the rate or left the ball, whether or not it should, (B,)."""
        high = 1.0 + MARGIN
        return self.diverged | ~(self.worst_ratio <= high) | ~(self.displacement <= high)


def jacobian_lipschitz(network: TanhNetwork) -> Floats:
    """Return ε = s · max|tanh''| · ‖X‖ · max‖x_i‖ (B,): DF is ε-Lipschitz, for |a_j| <= 1.

    With δ_ij = tanh'⟨w_j, x_i⟩ - tanh'⟨v_j, x_i⟩ one has ‖(DF(w) - DF(v))'r‖² =
    s² Σ_j a_j² ‖X'(δ_ij r_i)_i‖² <= s²‖X‖² Σ_i r_i² Σ_j δ_ij², and Σ_j δ_ij² <= max|tanh''|²
    Σ_j ⟨w_j - v_j, x_i⟩² <= max|tanh''|² ‖x_i‖²‖w - v‖².  For n = 1 no smaller number will do.
    """
    size = np.linalg.norm(network.data, ord=2, axis=(1, 2))
    longest = np.max(np.linalg.norm(network.data, axis=2), axis=1)
    return np.asarray(network.scale * BEND * size * longest)


def conditioning(loss: TrainingLoss) -> Conditioning:
    """Measure the networks of ``loss`` at their origin, taken as the start."""
    network = loss.network
    jacobian = network.jacobian(network.origin)
    if network.inputs < network.outputs:
        smallest: Floats = np.zeros(network.batch)
        largest = np.asarray(np.linalg.norm(jacobian, ord=2, axis=(1, 2)), np.float64)
    else:
        values = np.asarray(np.linalg.svd(jacobian, compute_uv=False), np.float64)
        largest, smallest = values[:, 0], values[:, -1]
    distance = np.linalg.norm(loss.target, axis=1)
    return Conditioning(jacobian_lipschitz(network), smallest, largest, distance)


def train(loss: TrainingLoss, iterations: int, rate: float = 1.0) -> TrainingReport:
    """Run K = ``iterations`` >= 1 gradient steps of length 1/β from the origins, and compare.

    The bound is that of the claim, with μ multiplied by ``rate``: more than 1 asks for more than
    is claimed.  Losses are compared as computed; a bound far below the rounding of L (about
    1e-30) means nothing, so K should not exceed 60 β/μ.
    """
    if iterations < 1:
        raise ValueError(f"at least one step, got {iterations}")
    network, known = loss.network, conditioning(loss)
    step = 1.0 / known.smooth
    factor = np.maximum(1.0 - rate * known.pl * step, 0.0)
    worst, farthest = np.zeros((2, network.batch))
    done, first = 0, np.zeros(network.batch)
    diverged = np.zeros(network.batch, dtype=bool)
    for run in segments(loss, network.origin, step, iterations):
        if done == 0:
            first = run.values[0]
        steps = np.arange(done, done + len(run.points))[:, None]
        with np.errstate(all="ignore"):
            ratio = run.values / (factor**steps * first)
            moved = np.linalg.norm(run.points - network.origin, axis=-1) / known.radius
        worst = np.maximum(worst, np.max(ratio[1:], axis=0, initial=0.0))
        farthest = np.maximum(farthest, np.max(moved, axis=0))
        diverged |= run.diverged
        done += len(run.points) - 1
        last = run.values[-1]
    return TrainingReport(known, known.held, worst, farthest, first, last, diverged)


def draw_training(
    batch: int,
    outputs: int,
    dimension: int,
    width: int,
    rng: np.random.Generator,
    *,
    exponent: float = 0.0,
    size: float = 1.0,
) -> TrainingLoss:
    """Draw training losses of networks that vanish at their start.

    Arguments: B = ``batch``; n = ``outputs`` unit inputs in R^d, d = ``dimension``; k = ``width``
    units, an even number, else ValueError: pairs of equal w_j, normal with deviation 1, with
    a_j = 1 and -1; scale s = k^``exponent``; targets ±``size``.
    """
    if width < 2 or width % 2:
        raise ValueError(f"the width is an even number of units, got {width}")
    data = unit_vectors(batch, outputs, dimension, rng)
    half = rng.standard_normal((batch, width // 2, dimension))
    start = np.concatenate([half, half], axis=1).reshape(batch, width * dimension)
    outer = np.repeat([[1.0, -1.0]], width // 2, axis=1).repeat(batch, axis=0)
    network = TanhNetwork(data, outer, np.full(batch, float(width) ** exponent), start)
    target = size * rng.choice([-1.0, 1.0], size=(batch, outputs))
    return TrainingLoss(network, target)
