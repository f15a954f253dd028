"""plproof: state a theorem about optimisation, prove it exactly, test every step, read the result.

Everything an author needs comes from here: the language, the definitions of the field, and the
theorem objects.
"""

from typing import TYPE_CHECKING

from plproof.language import *  # noqa: F403
from plproof.language import __all__ as _language
from plproof.proof.arguments import check_kind
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.proof.theorem import Corollary, Lemma, Proposition, Theorem
from plproof.search.finding.script import searched
from plproof.theory.analysis import (
    ARCHIMEDES,
    BROUWER,
    COMPLETENESS,
    CONTRACTION,
    DERIVATIVE,
    EXTREME_VALUE,
    GRADIENT,
    LOCAL_SURJECTIVITY,
    SEGMENT,
    SINE_COSINE,
    STABLE_MANIFOLD,
    SYMMETRIC_HESSIAN,
)
from plproof.theory.axioms import AXIOMS
from plproof.theory.functions import (
    PL,
    Convex,
    ConvexOn,
    Differentiable,
    DifferentiableAt,
    Lipschitz,
    LocalMinimiser,
    Minimiser,
    Smooth,
    StronglyConvex,
    linear_near,
)
from plproof.theory.limits import ContinuouslyDifferentiable, ContinuousOn, Converges, Null
from plproof.theory.linear_algebra import (
    BOUNDED_MAP,
    DIMENSION_FORMULA,
    DIMENSION_MONOTONE,
    INERTIA,
    RANK_NULLITY,
    RIGHT_INVERSE,
    UNIT_VECTOR,
)
from plproof.theory.methods import GradientDescent
from plproof.theory.oracles import ARB
from plproof.theory.systems import (
    C1At,
    C2At,
    DifferentiableMap,
    DifferentiableMapAt,
    DifferentiableMapNear,
    Loss,
    Onto,
    OverParameterised,
    PositiveIndexAbove,
    SquareLoss,
    StrictDerivative,
    TwiceDifferentiableAt,
    TwiceDifferentiableMapAt,
    TwiceDifferentiableNear,
)

if TYPE_CHECKING:  # heavy imports wait until they are needed
    from plproof.checking.notebook import Checked
    from plproof.proof.theorem import Searching

__version__ = "0.1.0"


def check(theorem: Theorem, budget: str = "small", seed: int = 0) -> "Checked":
    """Prove, replay and test a theorem object here; a notebook shows the transcript.

    Arguments: the theorem object; ``budget``, none, tiny, small, normal or large; ``seed`` of the
    laboratory.  The verdict of the command line, reached in a process of its own, weighs more.
    Raises LanguageError for what is no theorem object, ValueError for what is no budget.
    """
    check_kind("what is checked", theorem, Theorem, "a theorem object")
    check_kind("budget=", budget, str, "none, tiny, small, normal or large, as text")
    check_kind("seed=", seed, int, "a whole number")
    # imported here: reports and the laboratory are not needed to state theorems
    from plproof.checking.notebook import check_here

    return check_here(theorem, budget, seed)


def _workshop() -> object:
    # imported here, as in check
    from plproof.checking import workshop

    return workshop


def _searching() -> "Searching":
    # imported here, as in check
    from plproof.checking import searching

    return searching


Theorem.workshop = staticmethod(_workshop)
Theorem.searching = staticmethod(_searching)

__all__ = [
    "ARB",
    "ARCHIMEDES",
    "AXIOMS",
    "BOUNDED_MAP",
    "BROUWER",
    "COMPLETENESS",
    "CONTRACTION",
    "DERIVATIVE",
    "DIMENSION_FORMULA",
    "DIMENSION_MONOTONE",
    "EXTREME_VALUE",
    "GRADIENT",
    "INERTIA",
    "LOCAL_SURJECTIVITY",
    "PL",
    "RANK_NULLITY",
    "RIGHT_INVERSE",
    "SEGMENT",
    "SINE_COSINE",
    "STABLE_MANIFOLD",
    "SYMMETRIC_HESSIAN",
    "UNIT_VECTOR",
    "C1At",
    "C2At",
    "ContinuousOn",
    "ContinuouslyDifferentiable",
    "Converges",
    "Convex",
    "ConvexOn",
    "Corollary",
    "Differentiable",
    "DifferentiableAt",
    "DifferentiableMap",
    "DifferentiableMapAt",
    "DifferentiableMapNear",
    "Fact",
    "GradientDescent",
    "Lemma",
    "Lipschitz",
    "LocalMinimiser",
    "Loss",
    "Minimiser",
    "Null",
    "Onto",
    "OverParameterised",
    "PositiveIndexAbove",
    "Proof",
    "ProofError",
    "Proposition",
    "Smooth",
    "SquareLoss",
    "StrictDerivative",
    "StronglyConvex",
    "Theorem",
    "TwiceDifferentiableAt",
    "TwiceDifferentiableMapAt",
    "TwiceDifferentiableNear",
    "check",
    "linear_near",
    "searched",
    *_language,
]
