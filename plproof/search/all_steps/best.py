"""The least bound that inequalities allow after N steps, as a function of N.

Nothing is proved here: the proof of the claim with the bound put in is what counts.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction

from flint import fmpq

from plproof.kernel.normal import KernelError
from plproof.language.terms import Term
from plproof.proof.forms import ONE, exactly
from plproof.search.all_steps.cut import Ledger, potential
from plproof.search.all_steps.fit import NoForm, Samples, at_place
from plproof.search.all_steps.guess import Potential, numbers_of
from plproof.search.all_steps.numbers import AtNumber, Key, Stated, with_number
from plproof.search.claims.least_rates import best_of
from plproof.search.counterexamples.evidence import NoProof
from plproof.search.many_points.generation import program_of_least
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Slack
from plproof.search.programs.program import Program

#: up to how many numbers of steps are enough for most closed forms
_ENOUGH = 7


def least_factor(here: AtNumber, rest: Term | None = None) -> tuple[float, Fraction | None]:
    """Return the least ρ such that A ≤ ρ·(B − D) + D follows at a number of steps, D = ``rest``.

    It is near the first number, and seems to be the second.  Raises NoProof where there is none.
    """
    bound, target = Ledger(here).scalar(here.upper), Ledger(here).scalar(here.lower, -ONE)
    if rest is not None:
        value = here.numbers_in(rest)
        bound, target = bound.scalar(value, -ONE), target.scalar(value)
    sides = Slack(bound.grams, bound.values), Slack(target.grams, target.values)
    program = program_of_least(here.setting, *sides)
    if program is None:  # of few inequalities it finds none
        setting = here.setting
        columns = tuple(setting.column(at).form() for at in here.neighbours())
        free, forms = (False,) * len(columns), [side.form() for side in sides]
        program = Program(len(setting.basis), len(setting.points), columns, free, *forms)
    near, exact = best_of(program)
    return near, exact if isinstance(exact, Fraction) else None


def best_factor(stated: Stated, rest: Term) -> Term | None:
    """Return the least ρ with A ≤ ρ·(B − D) + D as a function of N, or None; D is ``rest``.

    Of a claim that is affine in an unknown B is the right side with 1 for it, and D with 0.
    """

    def answer(here: AtNumber) -> dict[Key, fmpq] | None:
        factor = least_factor(here, rest)[1]
        return None if factor is None else {("factor",): exactly(factor)}

    found = _through(stated, answer)
    return None if found is None else found.get(("factor",))


def best_upper(stated: Stated) -> Term | None:
    """Return the least multiple of the upper side that bounds the lower one, or None."""

    def answer(here: AtNumber) -> dict[Key, fmpq] | None:
        factor = least_factor(here)[1]
        known = [v for vectors in here.known() for v in vectors]
        whole = potential(Ledger(here).scalar(here.upper), known, 0, None)
        if factor is None or whole is None:
            return None
        return {key: exactly(factor) * c for key, c in numbers_of(whole[0])}

    found = _through(stated, answer)
    if found is None:
        return None
    return with_number(Potential.of(found).written(), stated.claim.step, 0)


def _through(
    stated: Stated, answer: Callable[[AtNumber], dict[Key, fmpq] | None]
) -> dict[Key, Term] | None:
    """Return closed forms in N and the parameters through answers at numbers, or None."""
    points, table = Samples([stated.claim.count], stated.parameters, stated.unit), {}
    counts = stated.counts()
    enough = counts[0][0] + _ENOUGH
    try:
        for more in (False, True):
            for n, taken, point in counts:
                if (n >= enough) == more:
                    numbers = answer(stated.at(n, taken))
                    if numbers is None:
                        return None
                    points.add(point)
                    table[at_place(point)] = numbers
            with suppress(NoForm):
                return points.all_fitted(table)
    except (KernelError, NoProof, NotSuited):
        pass
    return None
