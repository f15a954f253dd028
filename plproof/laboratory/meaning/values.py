"""What terms stand for in the laboratory, apart from numbers: functions, maps, and what is unknown.

Numbers, vectors and linear maps are ``Tracked`` arrays whose
shapes end in (B,), (B, d) and (B, r, c), or in (), (d,) and (r, c) for constants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.duals import Dual
from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.arithmetic.spans import Meet, Span
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit
from plproof.laboratory.meaning.maps import SystemMap
from plproof.language.terms import Term

if TYPE_CHECKING:
    from plproof.laboratory.arithmetic.tables import Table

Mask: TypeAlias = NDArray[np.bool_]
Bounds: TypeAlias = tuple[Floats, Floats]
Value: TypeAlias = Union[Tracked, Dual, Family, SystemMap, Orbit, Span, Meet, "Table", "Closure"]
Scope: TypeAlias = tuple[Value, ...]

LONGEST_CHAIN = 48
"""Of members each of which is said in terms of the next, as in x_k = y_k, y_k = x_{k+1}."""


class NotEvaluated(Exception):
    """A term the laboratory has no numbers for; the message says which and why."""


class Closure:
    """A function term with the values of the bound variables around it."""

    def __init__(self, term: Term, scope: Scope) -> None:
        self.term = term
        self.scope = scope
