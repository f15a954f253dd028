"""Random batches of each kind of family, from a NumPy generator: same generator, same batch."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families.base import Builder, ConstantFunction, Family, FamilyKind
from plproof.laboratory.families.chances import (
    data_matrix,
    drawn_centre,
    drawn_chance,
    drawn_from,
    drawn_minimum,
    drawn_ridge,
    drawn_spectrum,
    exact_rotations,
    identities,
    orthogonal_rows,
    short,
)
from plproof.laboratory.families.curved import (
    Composition,
    Huber,
    LogisticRidge,
    LogSumExpRidge,
    NormHuber,
    SineBumps,
)
from plproof.laboratory.families.kinks import (
    absolute,
    elastic_net,
    hinges,
    largest_affine,
    norm,
)
from plproof.laboratory.families.networks import two_layer
from plproof.laboratory.families.quadratic import LeastSquares, Quadratic, SpectralQuadratic
from plproof.laboratory.families.quartic import quartic
from plproof.laboratory.families.spline import (
    distance_from_box,
    piecewise_quadratic,
    sawtooth,
)
from plproof.laboratory.families.unattained import exponential, linear, softplus_like
from plproof.laboratory.families.waves import (
    egg_carton,
    radial_product,
    rotated_sines,
    spiral,
)

LARGEST_CONDITIONING = 2.0**20


def draw_family(
    kind: str | FamilyKind,
    batch: int,
    dimension: int,
    conditioning: float,
    rng: np.random.Generator,
) -> Family:
    """Draw a batch of functions of one kind; the same generator state gives the same batch.

    Arguments: ``kind``, one of ``FAMILY_KINDS`` or a user's own; ``batch`` and ``dimension`` at
    least 1; ``conditioning``, about the ratio of the smoothness to the PL constant, in [1, 2**20]
    (kinds that are not PL, and sine bumps, use it for the spread of their scales).  Smoothness
    constants are 1 or close to 1 in the catalogue.  Raises ValueError for other arguments.
    """
    build = kind.build if isinstance(kind, FamilyKind) else _BUILDERS.get(kind)
    if build is None:
        raise ValueError(f"unknown kind {kind!r}; the kinds are {', '.join(FAMILY_KINDS)}")
    if batch < 1 or dimension < 1:
        raise ValueError(f"batch and dimension are at least 1, got {batch} and {dimension}")
    if not 1 <= conditioning <= LARGEST_CONDITIONING:
        raise ValueError(f"conditioning lies in [1, 2**20], got {conditioning!r}")
    return build(batch, dimension, float(conditioning), rng)


def draw_starts(family: Family, rng: np.random.Generator, spread: float = 1.0) -> Floats:
    """Draw one starting point per function, shape (B, d), around the minimisers.

    A quarter of the rows differ from the minimiser in one random coordinate only, where slow
    directions of separable functions show; the others are normal with deviation ``spread`` > 0,
    else ValueError.
    """
    if not (np.isfinite(spread) and spread > 0):
        raise ValueError(f"spread must be positive, got {spread!r}")
    shape = (family.batch, family.dimension)
    offset = spread * rng.standard_normal(shape)
    lone = rng.random(family.batch) < 0.25
    chosen = rng.integers(family.dimension, size=family.batch)
    offset[lone] *= np.arange(family.dimension) == chosen[lone, None]
    return np.asarray(family.constants.minimiser + offset)


def worst_quadratic(curvature: Floats, dimension: int = 1, smooth: float = 1.0) -> Family:
    """Return curvature |x|^2 / 2, declared as a member of the class of ``smooth`` functions.

    Gradient descent with step h multiplies the gap by exactly (1 - h curvature)^2 per step from
    everywhere: the worst case of strongly convex functions for short steps (E. de Klerk,
    F. Glineur and A. Taylor, 2017).  Arguments: ``curvature`` (B,), in [0, smooth] and of at most
    about 50 significant bits; ``dimension`` >= 1.
    """
    curvature = np.asarray(curvature, dtype=np.float64)
    if curvature.ndim != 1 or not np.all((curvature >= 0) & (curvature <= smooth)):
        raise ValueError(f"curvature is a list of numbers in [0, {smooth}], got {curvature!r}")
    batch = len(curvature)
    spectrum = np.repeat(curvature[:, None], dimension, axis=1)
    zero = np.zeros((batch, dimension))
    family = SpectralQuadratic(spectrum, identities(batch, dimension), zero, zero[:, 0])
    return family.weakened(smooth=smooth)


def worst_huber(iterations: int, dimension: int = 1, radius: float = 1.0) -> Family:
    """Return the worst convex 1-smooth function for a number of unit gradient steps, batch of 1.

    Huber's function of the norm with threshold radius/(2 N + 1): started at distance ``radius``
    from 0 its gap after N steps is radius^2/(4 N + 2) (Y. Drori and M. Teboulle, 2014).
    Arguments: ``iterations`` N >= 0; ``dimension`` >= 1; ``radius`` > 0; else ValueError.
    """
    if iterations < 0 or dimension < 1 or not radius > 0:
        raise ValueError("need iterations >= 0, dimension >= 1 and radius > 0")
    threshold = radius / (2 * iterations + 1)
    return NormHuber([1.0], [threshold], np.zeros((1, dimension)), [0.0])


def _quadratic(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    return SpectralQuadratic(
        drawn_spectrum(batch, dimension, conditioning, rng),
        exact_rotations(batch, dimension, rng),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _diagonal_quadratic(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    return SpectralQuadratic(
        drawn_spectrum(batch, dimension, conditioning, rng),
        identities(batch, dimension),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _rotated_quadratic(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    turn, _ = np.linalg.qr(rng.standard_normal((batch, dimension, dimension)))
    spectrum = drawn_spectrum(batch, dimension, conditioning, rng)
    hessian = np.matmul(turn * spectrum[:, None, :], turn.swapaxes(-1, -2))
    hessian = 0.5 * (hessian + hessian.swapaxes(-1, -2))
    return Quadratic(hessian, drawn_centre(batch, dimension, rng), drawn_minimum(batch, rng))


def _rank_deficient(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    spectrum = drawn_spectrum(batch, dimension, conditioning, rng)
    drop = rng.random((batch, dimension)) < 0.5
    drop[:, 0] = False
    drop[:, -1] = False
    if dimension > 1:
        drop[:, rng.integers(1, dimension)] = True  # at least one direction is flat
    return SpectralQuadratic(
        np.where(drop, 0.0, spectrum),
        exact_rotations(batch, dimension, rng),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _least_squares(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    matrix = orthogonal_rows(batch, dimension, conditioning, rng)
    general = rng.random(batch) < 0.5
    other = data_matrix(matrix.shape[1], batch, dimension, rng)
    matrix = np.where(general[:, None, None], other, matrix)
    minimiser = drawn_centre(batch, dimension, rng)
    return LeastSquares(matrix, np.matmul(matrix, minimiser[:, :, None])[:, :, 0], minimiser)


def _logistic(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    count = int(rng.integers(1, 2 * dimension + 1))
    scale = short(np.exp2(rng.uniform(-1.0, 4.0, batch)))
    matrix = data_matrix(count, batch, dimension, rng) * scale[:, None, None]
    ridge = drawn_ridge(batch, conditioning)
    weight = 4.0 * (1.0 - ridge) / scale**2
    return LogisticRidge(
        matrix,
        drawn_chance(batch, count, rng),
        weight,
        ridge,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _log_sum_exp(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    count = int(rng.integers(2, 2 * dimension + 2))
    scale = short(np.exp2(rng.uniform(-1.0, 4.0, batch)))
    matrix = data_matrix(count, batch, dimension, rng) * scale[:, None, None]
    ridge = drawn_ridge(batch, conditioning)
    weight = 2.0 * (1.0 - ridge) / scale**2
    return LogSumExpRidge(
        matrix, weight, ridge, drawn_centre(batch, dimension, rng), drawn_minimum(batch, rng)
    )


def _composition(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    matrix = orthogonal_rows(batch, dimension, np.sqrt(conditioning), rng)
    curvature = np.full(batch, float(short(np.array(1.0 / np.sqrt(conditioning)))))
    return Composition(
        matrix,
        drawn_chance(batch, matrix.shape[1], rng),
        curvature,
        4.0 * (1.0 - curvature),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _sine_bumps(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    reach = max(1, min(3, round(np.log2(conditioning) / 2)))
    frequency = np.exp2(rng.integers(-reach, reach + 1, size=(batch, dimension)))
    strength = drawn_from([0.5, 1.0, 2.0, 3.0, 4.0], (batch, 1), rng)
    strength = np.where(rng.random((batch, dimension)) < 0.7, strength, 0.5)
    strength[::2] = 3.0
    worst = np.max(strength, axis=1)
    return SineBumps(
        short(1.0 / (2.0 + 2.0 * worst)),
        strength / frequency**2,
        frequency,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _huber(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    return Huber(
        drawn_spectrum(batch, dimension, conditioning, rng),
        short(np.exp2(rng.uniform(-6.0, 1.0, (batch, dimension)))),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _norm_huber(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    return NormHuber(
        np.ones(batch),
        short(np.exp2(rng.uniform(-6.0, 1.0, batch))),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _constant(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    return ConstantFunction(drawn_centre(batch, dimension, rng), drawn_minimum(batch, rng))


def _worst_quadratic(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    low = float(short(np.array(1.0 / conditioning)))
    curvature = np.clip(short(np.exp(rng.uniform(np.log(low), 0.0, batch))), low, 1.0)
    curvature[::2] = low
    return worst_quadratic(curvature, dimension).weakened(strongly_convex=low, pl=low)


def _extreme_quadratic(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw quadratics with eigenvalues from 1 down to 2**-40 and, in some rows, 0."""
    spectrum = np.exp2(-rng.integers(0, 41, size=(batch, dimension)).astype(np.float64))
    spectrum[rng.random((batch, dimension)) < 0.1] = 0.0
    spectrum[:, -1] = 2.0**-40
    spectrum[:, 0] = 1.0
    return SpectralQuadratic(
        spectrum,
        exact_rotations(batch, dimension, rng),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _softplus(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw sums of tilted softplus functions: convex and smooth, not PL."""
    count = int(rng.integers(1, 2 * dimension + 1))
    scale = short(np.exp2(rng.uniform(-1.0, 4.0, batch)))
    return LogisticRidge(
        data_matrix(count, batch, dimension, rng) * scale[:, None, None],
        drawn_chance(batch, count, rng),
        4.0 / scale**2,
        np.zeros(batch),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _soft_maximum(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw tilted log-sum-exp functions without a ridge: convex, smooth and Lipschitz, not PL."""
    count = int(rng.integers(2, 2 * dimension + 2))
    scale = short(np.exp2(rng.uniform(-1.0, 4.0, batch)))
    return LogSumExpRidge(
        data_matrix(count, batch, dimension, rng) * scale[:, None, None],
        2.0 / scale**2,
        np.zeros(batch),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def _sine_wells(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw sine bumps with local minima that are no minima: smooth, one minimiser, not PL."""
    strength = drawn_from([5.0, 8.0, 16.0], (batch, dimension), rng)
    frequency = np.exp2(rng.integers(-1, 2, size=(batch, dimension)))
    return SineBumps(
        short(1.0 / (2.0 + 2.0 * np.max(strength, axis=1))),
        strength / frequency**2,
        frequency,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


_BUILDERS: MappingProxyType[str, Builder] = MappingProxyType(
    {
        "quadratic": _quadratic,
        "diagonal_quadratic": _diagonal_quadratic,
        "rotated_quadratic": _rotated_quadratic,
        "rank_deficient_quadratic": _rank_deficient,
        "least_squares": _least_squares,
        "logistic": _logistic,
        "log_sum_exp": _log_sum_exp,
        "composition": _composition,
        "sine_bumps": _sine_bumps,
        "huber": _huber,
        "norm_huber": _norm_huber,
        "constant": _constant,
        "worst_quadratic": _worst_quadratic,
        "piecewise_quadratic": piecewise_quadratic,
        "distance_from_box": distance_from_box,
        "sawtooth": sawtooth,
        "extreme_quadratic": _extreme_quadratic,
        "softplus": _softplus,
        "sine_wells": _sine_wells,
        "rotated_sines": rotated_sines,
        "egg_carton": egg_carton,
        "radial_product": radial_product,
        "spiral": spiral,
        "two_layer": two_layer,
        "quartic": quartic,
        "soft_maximum": _soft_maximum,
        "softplus_like": softplus_like,
        "exponential": exponential,
        "linear": linear,
        "absolute": absolute,
        "elastic_net": elastic_net,
        "hinges": hinges,
        "largest_affine": largest_affine,
        "norm": norm,
    }
)

FAMILY_KINDS: tuple[str, ...] = tuple(_BUILDERS)
"""The kinds :func:`draw_family` knows."""
