"""Random systems whose second derivatives have prescribed numbers of positive eigenvalues."""

from __future__ import annotations

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families.chances import exact_rotations
from plproof.laboratory.systems.networks import TanhNetwork
from plproof.laboratory.systems.polynomial import PolynomialSystem


def draw_polynomials(
    batch: int,
    outputs: int,
    inputs: int,
    positive: int,
    negative: int,
    rng: np.random.Generator,
    *,
    onto: bool = True,
    component: int | None = None,
    third: float = 1.0,
) -> tuple[PolynomialSystem, Floats]:
    """Draw polynomial systems and directions v (B, m) with a prescribed form B along v.

    With u = DF(w*)v, B = Σ u_i ∇²F_i(w*) has exactly ``positive`` positive and ``negative``
    negative eigenvalues, all of size ½, 1 or 2, and is otherwise 0; everything is free of
    rounding.  Arguments: B = ``batch``, n = ``outputs``, m = ``inputs``; ``onto``: DF(w*) has rank
    n, and rank 1 otherwise (then n >= 2); ``component`` i: u = e_i, so B = ∇²F_i(w*) (needs
    ``onto``); ``third``: size of the third derivatives.  Raises ValueError where there is no such
    system.
    """
    if min(batch, outputs, inputs) < 1 or min(positive, negative) < 0:
        raise ValueError("batch, outputs and inputs are at least 1, numbers of eigenvalues 0")
    if positive + negative > inputs or (onto and outputs > inputs):
        raise ValueError(f"R^{inputs} has no room for that")
    if not onto and (outputs < 2 or component is not None):
        raise ValueError("a Jacobian of rank 1 needs two outputs and no chosen component")
    rows = exact_rotations(batch, inputs, rng)[:, : outputs if onto else 1]
    if onto:
        image = rng.choice([-1.0, 1.0], size=(batch, outputs))
        if component is not None:
            image = np.broadcast_to(np.eye(outputs)[component], (batch, outputs))
        lengths = rng.choice([0.5, 1.0, 2.0], size=(batch, outputs))
        linear = lengths[:, :, None] * rows
        direction = np.einsum("bn,bnm->bm", image / lengths, rows)
    else:
        image = rng.choice([-1.0, 1.0], size=(batch, outputs))
        linear = image[:, :, None] * rows
        direction = rows[:, 0]
    quadratic = rng.integers(-4, 5, size=(batch, outputs, inputs, inputs)) / 4.0
    quadratic = 0.5 * (quadratic + quadratic.swapaxes(2, 3))
    chosen = 0 if component is None else component
    wanted = _symmetric(batch, inputs, positive, negative, rng)
    rest = np.einsum("bn,bnij->bij", image, quadratic)
    rest -= image[:, chosen, None, None] * quadratic[:, chosen]
    quadratic[:, chosen] = image[:, chosen, None, None] * (wanted - rest)
    forms = rng.integers(-4, 5, size=(batch, 2, inputs)) / 4.0
    cubic = third * rng.integers(-4, 5, size=(batch, outputs, 2)) / 4.0
    origin = rng.integers(-8, 9, size=(batch, inputs)) / 8.0
    return PolynomialSystem(linear, quadratic, forms, cubic, origin), direction


def _symmetric(
    batch: int, size: int, positive: int, negative: int, rng: np.random.Generator
) -> Floats:
    """Draw symmetric matrices RDR' without rounding, R orthogonal, D of given numbers of signs."""
    signs = np.zeros(size)
    signs[:positive] = 1.0
    signs[positive : positive + negative] = -1.0
    spectrum = signs * rng.choice([0.5, 1.0, 2.0], size=(batch, size))
    basis = exact_rotations(batch, size, rng)
    return np.asarray(np.matmul(basis * spectrum[:, None, :], basis.swapaxes(1, 2)))


def draw_networks(
    batch: int,
    outputs: int,
    dimension: int,
    positive: int,
    negative: int,
    rng: np.random.Generator,
    *,
    silent: int = 0,
) -> tuple[TanhNetwork, Floats]:
    """Draw tanh networks and directions v (B, kd) with u = DF(w*)v = e_1 up to rounding.

    Then B is ∇²F_1(w*), which has exactly ``positive`` positive and ``negative`` negative
    eigenvalues, one per unit, and 0 otherwise; ``silent`` further units give none.  Arguments:
    B = ``batch``; n = ``outputs`` unit inputs in R^d, d = ``dimension`` >= n, the first of them
    on an axis; k = positive + negative + silent >= 1.  Raises ValueError for other numbers.
    """
    width = positive + negative + silent
    if min(batch, outputs, width) < 1 or min(positive, negative, silent) < 0:
        raise ValueError("batch, outputs and the number of units are at least 1")
    if dimension < outputs:
        raise ValueError(f"{outputs} inputs are dependent in R^{dimension}")
    data = unit_vectors(batch, outputs, dimension, rng)
    data[:, 0] = np.eye(dimension)[0]
    outer = rng.choice([-1.0, 1.0], size=(batch, width))
    points = rng.standard_normal((batch, width, dimension))
    sign = np.zeros(width)
    sign[:positive] = -1.0
    sign[positive : positive + negative] = 1.0
    points[:, :, 0] = sign * outer * rng.uniform(0.5, 1.5, size=(batch, width))
    origin = points.reshape(batch, width * dimension)
    network = TanhNetwork(data, outer, np.ones(batch), origin)
    back = np.linalg.pinv(network.jacobian(network.origin))
    return network, np.ascontiguousarray(back[:, :, 0])


def unit_vectors(batch: int, count: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Draw vectors (B, count, d) of length 1 up to rounding, uniform on the sphere."""
    vectors = rng.standard_normal((batch, count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
