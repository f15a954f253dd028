"""Batches of differentiable functions R^d -> R whose constants are certified, not estimated.

The names below are those that :meth:`Family.literal` uses.
"""

from plproof.laboratory.families.base import ConstantFunction, Constants, Family
from plproof.laboratory.families.curved import (
    Composition,
    Huber,
    LogisticRidge,
    LogSumExpRidge,
    NormHuber,
    SineBumps,
)
from plproof.laboratory.families.draw import (
    FAMILY_KINDS,
    draw_family,
    draw_starts,
    worst_huber,
    worst_quadratic,
)
from plproof.laboratory.families.quadratic import LeastSquares, Quadratic, SpectralQuadratic
from plproof.laboratory.families.sine import sine_pl_bound, sine_pl_holds
from plproof.laboratory.families.spline import QuadraticSpline, worst_sawtooth

__all__ = [
    "FAMILY_KINDS",
    "Composition",
    "ConstantFunction",
    "Constants",
    "Family",
    "Huber",
    "LeastSquares",
    "LogSumExpRidge",
    "LogisticRidge",
    "NormHuber",
    "Quadratic",
    "QuadraticSpline",
    "SineBumps",
    "SpectralQuadratic",
    "draw_family",
    "draw_starts",
    "sine_pl_bound",
    "sine_pl_holds",
    "worst_huber",
    "worst_quadratic",
    "worst_sawtooth",
]
