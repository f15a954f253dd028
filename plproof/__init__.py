"""plproof: state a theorem about optimisation, prove it exactly, test every step, read the result.

Everything an author needs comes from here: the language, the definitions of the field, and the
theorem objects.
"""

from plproof.language import *  # noqa: F403
from plproof.language import __all__ as _language
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.proof.theorem import Corollary, Lemma, Proposition, Theorem
from plproof.theory.axioms import AXIOMS, SEGMENT
from plproof.theory.functions import (
    PL,
    Convex,
    Differentiable,
    Minimiser,
    Smooth,
    StronglyConvex,
)
from plproof.theory.methods import GradientDescent

__version__ = "0.1.0"

__all__ = [
    "AXIOMS",
    "PL",
    "SEGMENT",
    "Convex",
    "Corollary",
    "Differentiable",
    "Fact",
    "GradientDescent",
    "Lemma",
    "Minimiser",
    "Proof",
    "ProofError",
    "Proposition",
    "Smooth",
    "StronglyConvex",
    "Theorem",
    *_language,
]
