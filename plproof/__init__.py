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
from plproof.theory.axioms import AXIOMS, GRADIENT, SEGMENT
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


def check(theorem: Theorem, budget: str = "small", seed: int = 0) -> object:
    """Prove, replay and test a theorem object here; a notebook shows the transcript.

    Arguments: the theorem object; ``budget``, none, small, normal or large; ``seed`` of the
    laboratory.  The verdict of the command line, reached in a process of its own, weighs more.
    """
    # imported here: reports and the laboratory are not needed to state theorems
    from plproof.checking.notebook import check_here

    return check_here(theorem, budget, seed)


__all__ = [
    "AXIOMS",
    "GRADIENT",
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
    "check",
    *_language,
]
