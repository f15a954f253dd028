"""From floats to an exact certificate: facial reduction, dyadic rounding, an exact linear solve.

The weights of an interior point are rounded to a common power of two and corrected exactly, so that
no value is left and what must vanish vanishes; where there is no interior, the dual of the centring
problem says which weights are zero and which vectors the slack annihilates (Permenter and Parrilo,
2018), and the search goes on there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plproof.language.rationals import simplest_ratio
from plproof.search.programs.balance import balanced
from plproof.search.programs.exact import Found, boundary, on_a_face, verified
from plproof.search.programs.presolve import reduced
from plproof.search.programs.program import Form, Program, ProgramOver
from plproof.search.programs.solver import centre, least_rate
from plproof.search.programs.surd import Exact

_ROUNDS = 5
#: how far inside is surely inside, worth a try, and surely outside
_INSIDE, _CLOSE, _OUTSIDE, _FAR = 1e-7, 1e-11, -1e-7, -1e-4
_TIGHT = 1e-5
#: with how few premises few binary digits are tried, and up to how many
_FEW, _DIGITS = 40, 30
#: from how many decimal digits on a number is no simple one, but a multiple of a unit
_LONG = 3
OUT_OF_REACH = "out of reach of these inequalities, as the solver sees it"


@dataclass(frozen=True)
class Failed:
    """No certificate: why, and how far the solver is from one."""

    why: str
    distance: float

    @property
    def out_of_reach(self) -> bool:
        """Whether by the numbers no weights do: the claim is false or needs other premises."""
        return self.why == OUT_OF_REACH


def certificate(program: Program, rate: Exact) -> Found | Failed:
    """Return an exact certificate for the rate, or why none was found.

    A claim with room to spare is rounded; one that is the best possible is solved with many digits.
    A solve that stalls or misleads is tried again with other tolerances, also for the vectors that
    are read off it, and with the columns alone that seem to carry the claim; whatever comes of it
    is verified exactly.
    """
    small = reduced(program)
    units = balanced(small.program)
    found = _certificate(units.program, units.new_rate(rate))
    if isinstance(found, Failed):
        return found
    found = units.found(found, rate)
    return replace(found, squares=[(d, small.lifted(line)) for d, line in found.squares])


def certificate_from(program: Program, rate: Exact, premises: Iterable[int]) -> Found | Failed:
    """Return a certificate with some of the premises alone, by the numbers they have."""
    chosen = sorted(premises)
    found = certificate(program.only(chosen), rate)
    if isinstance(found, Failed):
        return found
    return replace(found, weights={chosen[place]: w for place, w in found.weights.items()})


def _certificate(program: Program, rate: Exact) -> Found | Failed:
    everything = list(range(len(program.columns)))
    failure = _attempt(program, rate, 1e-9, everything, _TIGHT, rounds=1)
    if isinstance(failure, Found) or (failure.out_of_reach and failure.distance < _FAR):
        return failure
    sharp = boundary(program, rate)
    if isinstance(sharp, Found):
        return sharp
    if sharp is not None and sharp > 0:
        return Failed(OUT_OF_REACH, -float(sharp))
    few = _carrying(program.at(rate))
    for support, tolerance, coarse in (
        (everything, 1e-9, _TIGHT),
        (few, 1e-9, _TIGHT),
        (everything, 1e-11, _TIGHT),
        (everything, 1e-9, 10 * _TIGHT),
        (few, 1e-9, 10 * _TIGHT),
        (everything, 1e-9, 100 * _TIGHT),
        (few, 1e-7, _TIGHT),
    ):
        found = _attempt(program, rate, tolerance, support, coarse)
        if isinstance(found, Found):
            return found
    if failure.out_of_reach:
        return failure
    if math.isnan(failure.distance):
        return replace(failure, why=f"{failure.why}, and nothing came of other tolerances")
    why = "as near as the solver can tell it is at the limit of these inequalities, and no exact "
    return replace(failure, why=f"{why}multipliers were recognised (margin {failure.distance:.1g})")


def _carrying(fixed: ProgramOver[Exact]) -> list[int]:
    """Return the columns with weight when the slack may miss being a sum of squares by the least
    multiple of Σ‖vᵢ‖²: a problem that has an interior whether or not the claim holds.
    """
    identity = Form({(i, i): Fraction(1) for i in range(fixed.size)})
    answer = least_rate(replace(fixed, bound=identity), tolerance=1e-9)
    largest = float(np.max(np.abs(answer.weights), initial=0.0))
    return [j for j, w in enumerate(answer.weights) if abs(w) > _TIGHT * largest or fixed.free[j]]


def _attempt(
    program: Program,
    rate: Exact,
    tolerance: float,
    support: Sequence[int],
    coarse: float,
    rounds: int = _ROUNDS,
) -> Found | Failed:
    fixed = program.at(rate)
    support = list(support)
    kernel: list[list[Fraction]] = []
    for round_ in range(rounds):
        answer = centre(fixed, support, [[float(c) for c in v] for v in kernel], tolerance)
        if answer.status == "PrimalInfeasible" and round_ == 0:
            return Failed(OUT_OF_REACH, -math.inf)  # no weights make the values cancel
        if not answer.solved:
            return Failed(f"the solver stopped: {answer.status}", math.nan)
        if answer.first < _OUTSIDE:
            lost = OUT_OF_REACH if round_ == 0 else "a wrong face was taken"
            return Failed(lost, answer.first)
        # at the boundary the first attempt leaves it to what solves exactly: see certificate
        few = len(support) <= _FEW and (rounds > 1 or answer.first > _INSIDE)
        digits = list(range(1, _DIGITS, 3)) if few else []
        if answer.first > _CLOSE:
            digits.append(math.ceil(math.log2(100.0 / answer.first)))
        checked: Found | Failed | None = None
        for bits in digits:  # few digits read better, where they are enough
            checked = _rounded(program, rate, answer.weights, support, kernel, bits)
            if isinstance(checked, Found):
                return checked
        if checked is not None and answer.first > _INSIDE:
            return checked
        dropped = {j for j in support if answer.tight[j] > _TIGHT and not program.free[j]}
        forced = rational_range(answer.dual, coarse)
        if not dropped and not forced:
            return Failed("on the boundary, and no face was found", answer.first)
        support = [j for j in support if j not in dropped]
        kernel = kernel + forced
    return Failed("too many rounds of reduction", answer.first)


def _rounded(
    program: Program,
    rate: Exact,
    weights: NDArray[np.float64],
    support: Sequence[int],
    kernel: Sequence[Sequence[Fraction]],
    bits: int,
) -> Found | Failed:
    """Return the certificate with the weights rounded to that many binary digits, corrected."""
    scale = 1 << bits
    near = {j: Fraction(round(float(weights[j]) * scale), scale) for j in support}
    exact = on_a_face(program.at(rate), kernel, near)
    if exact is None:
        return Failed("what must vanish cannot", 0.0)
    return _checked(program, rate, exact)


def _checked(program: Program, rate: Exact, weights: dict[int, Exact]) -> Found | Failed:
    found = verified(program, rate, weights)
    return Failed(found, 0.0) if isinstance(found, str) else found


def rational_range(gram: NDArray[np.float64], tolerance: float) -> list[list[Fraction]]:
    """Return simple rational vectors that span the range of a numerically low-rank matrix."""
    spectrum, basis = np.linalg.eigh(gram)
    if not len(spectrum) or spectrum[-1] < 1e-6:
        return []
    rank = int((spectrum > 1e-3 * spectrum[-1]).sum())
    return [[simplest(x, tolerance) for x in row] for row in echelon(basis[:, -rank:].T)]


def echelon(vectors: NDArray[Any]) -> list[list[Any]]:
    """Return vectors with the span of independent ones, the largest entry of each 1 and 0 in the
    others; of floats, or exactly.
    """
    rows: list[list[Any]] = vectors.tolist()
    pivots: list[int] = []
    for r in range(len(rows)):
        entries = ((abs(c), i, j) for i in range(r, len(rows)) for j, c in enumerate(rows[i]))
        _, i, j = max((e for e in entries if e[2] not in pivots), key=lambda e: e[0])
        rows[r], rows[i] = rows[i], rows[r]
        pivot = rows[r][j]
        rows[r] = [c / pivot for c in rows[r]]
        for q in range(len(rows)):
            if q != r and rows[q][j]:
                factor = rows[q][j]
                rows[q] = [c - factor * d for c, d in zip(rows[q], rows[r], strict=True)]
        pivots.append(j)
    return rows


def simplest(x: float | Fraction, tolerance: float) -> Fraction:
    """Return the rational of least denominator within the tolerance of x (Stern and Brocot).

    >>> simplest(0.3333, 1e-3), simplest(-0.3333, 1e-9), simplest(1e-4, 1e-3)
    (Fraction(1, 3), Fraction(-3333, 10000), Fraction(0, 1))
    """
    (n, d), (t, e) = x.as_integer_ratio(), tolerance.as_integer_ratio()
    whole = d * e
    return simplest_ratio(n * e - t * d, whole, n * e + t * d, whole)


def decimal_unit(size: float) -> Fraction:
    """Return a power of ten of about that size, 1 if it is about 1: what simple numbers multiply.

    >>> decimal_unit(3.3e11), decimal_unit(1 / 3), decimal_unit(0.0)
    (Fraction(1000000000000, 1), Fraction(1, 1), Fraction(1, 1))
    """
    digits = math.log10(size) if size > 0.0 else 0.0
    return Fraction(10) ** round(digits) if abs(digits) > _LONG else Fraction(1)
