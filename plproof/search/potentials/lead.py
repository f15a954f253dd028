"""Claims for every number N of steps by potentials V(k) that do not know N.

[untrusted: the kernel's ``combine`` and ``induction`` check what comes back]

V(k) is a(k)·(f(x_k) − f*) and a quadratic form, as in k·(f(x_k) − f*) + L/2·‖x_k − x*‖², with
coefficients that are polynomials in k: D(x_0) ≥ V(0) ≥ V(1) ≥ … ≥ V(N) ≥ a(N)·A(x_N) (Bansal and
Gupta, 2019; Taylor and Bach, 2019; d'Aspremont, Scieur and Taylor, 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from flint import fmpq

from plproof.kernel.normal import KernelError
from plproof.language.terms import Term, subterms
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.all_steps.claim import Smallest, read, read_smallest
from plproof.search.all_steps.fit import NoForm
from plproof.search.all_steps.lead import One, for_all, one_is_small, stated_at, with_larger
from plproof.search.all_steps.numbers import Stated
from plproof.search.claims.cleared import clear_bounds
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.ansatz import Ansatz, Unknown
from plproof.search.potentials.closed import closed
from plproof.search.potentials.proof import ByPotential
from plproof.search.potentials.scaling import Scaling
from plproof.search.potentials.simple import simplified
from plproof.search.potentials.units import NoUnit
from plproof.search.potentials.windows import Values, Windows

#: what a potential may begin with: the first point, or the one after it
_FIRST = (0, 1)
#: steps at which what is found has to do, too
_FAR = (10**5, 10**7)
_FAILURES = (KernelError, NoForm, NotFound, NotSuited, NoUnit, ProofError)


def by_potentials(p: Proof, goal: Term, using: Sequence[Any] = ()) -> Fact | None:
    """Prove ∀N. A(x_N) ≤ B(x_0, N), perhaps for N from a number on; None if it is not found.

    Also that of N + 1 values A(x_k) one is at most B.  None says nothing of the claim.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    claim = read(goal, hypotheses)
    if claim is None:
        smallest = read_smallest(goal, hypotheses)
        if smallest is None:
            return None
        return for_all(p, goal, smallest.claim, using, lambda q: _small(q, smallest, using))
    stated = stated_at(p, claim, using)
    if stated is None:
        return None
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    for proof in proofs(stated, using):
        for cleared in (False, True):  # signs may need bounds with denominators multiplied out
            apart = Proof(p.theorem, given, goal)
            if cleared and not clear_bounds(apart):
                break
            try:
                proof.prove(apart, goal)
            except _FAILURES:
                continue
            return proof.prove(p, goal)  # what fails leaves nothing behind
    return None


def _small(p: Proof, smallest: Smallest, using: Sequence[Any]) -> Iterator[One]:
    """Yield what may prove that of A(x_0), …, A(x_N) one is at most B."""
    stated = stated_at(with_larger(p, smallest), smallest.claim, using)
    if stated is not None:
        for proof in proofs(stated, using):
            yield partial(one_is_small, smallest, proof.for_one)


def proofs(stated: Stated, using: Sequence[Any]) -> Iterator[ByPotential]:
    """Yield proofs, the simplest first, that are to be tried."""
    values = stated.values()
    if not values:
        return
    for slopes in (False, True)[: 1 + _speaks_of_slopes(stated.claim.lower)]:
        windows = Windows(stated, slopes)
        for first in _FIRST:
            if first and not stated.claim.for_all:
                continue
            try:
                scaling = Scaling(windows, values[0])
                found = _solved(windows, values[0], scaling, first)
                if found is not None:
                    yield ByPotential(windows, values[0], closed(*found), using)
            except _FAILURES:
                continue


def _solved(
    windows: Windows, values: Values, scaling: Scaling, first: int
) -> tuple[Ansatz, dict[Unknown, fmpq]] | None:
    """Return numbers for the unknowns of an ansatz, which do also after many steps; or None.

    A claim with room to spare may have too many potentials; then the largest is looked for.
    """
    ansatz = Ansatz(windows, values, scaling, first, scaling.degree)
    for largest in (False, True):
        with suppress(NotSuited):
            numbers = simplified(ansatz, largest)
            if numbers is None:
                return None
            far = Ansatz(windows, values, scaling, first, scaling.degree, _FAR)
            if far.holds(numbers):
                return ansatz, numbers
    return None


def _speaks_of_slopes(t: Term) -> bool:
    """Say whether a term speaks of gradients or of the values of a map, as of subgradients."""
    return any(
        s.op == "grad" or (s.op == "app" and s.args[1].sort.kind == "Vec" and s.sort.kind == "Vec")
        for s in subterms(t)
    )
