"""Batches of functions R^d -> R whose constants are certified, not estimated.

The names below are those that :meth:`Family.literal` uses.  A family of your own is a subclass of
:class:`Formula`, and :func:`family_kind` looks for mistakes in it.
"""

from plproof.laboratory.families.base import ConstantFunction, Constants, Family, FamilyKind
from plproof.laboratory.families.checks import WrongFamily, check_family, family_kind
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
from plproof.laboratory.families.formula import Formula
from plproof.laboratory.families.kinks import HingeSum, LargestAffine, Norm
from plproof.laboratory.families.networks import TwoLayerLoss
from plproof.laboratory.families.point import OnePoint
from plproof.laboratory.families.quadratic import LeastSquares, Quadratic, SpectralQuadratic
from plproof.laboratory.families.quartic import Quartic
from plproof.laboratory.families.sine import sine_pl_bound, sine_pl_holds
from plproof.laboratory.families.spline import QuadraticSpline, worst_sawtooth
from plproof.laboratory.families.unattained import Falling, Linear
from plproof.laboratory.families.waves import RadialProduct, SineComposition, Spiral

__all__ = [
    "FAMILY_KINDS",
    "Composition",
    "ConstantFunction",
    "Constants",
    "Falling",
    "Family",
    "FamilyKind",
    "Formula",
    "HingeSum",
    "Huber",
    "LargestAffine",
    "LeastSquares",
    "Linear",
    "LogSumExpRidge",
    "LogisticRidge",
    "Norm",
    "NormHuber",
    "OnePoint",
    "Quadratic",
    "QuadraticSpline",
    "Quartic",
    "RadialProduct",
    "SineBumps",
    "SineComposition",
    "SpectralQuadratic",
    "Spiral",
    "TwoLayerLoss",
    "WrongFamily",
    "check_family",
    "draw_family",
    "draw_starts",
    "family_kind",
    "sine_pl_bound",
    "sine_pl_holds",
    "worst_huber",
    "worst_quadratic",
    "worst_sawtooth",
]
