"""Closed forms in the parameters through answers at numbers: the loop over samples.

What comes of it is a guess, and the proof made with it is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from plproof.language.terms import Term
from plproof.search.programs.fitting import samples_needed
from plproof.search.statements.parameters import samples

#: degrees of rational functions that are tried: few samples are enough for most
DEGREES = (2, 3, 4)
#: samples without an answer, more than those with one, after which it is given up
_LOST = 5
#: samples that tell nothing, after which it is given up
_IN_VAIN = 200

Values = Mapping[Term, Term]
Points = Sequence[Mapping[Term, Fraction]]
_Answer = TypeVar("_Answer")
_Form = TypeVar("_Form")


class TellsNothing(Exception):
    """The answer at these numbers would tell nothing: others are tried, and it does not count."""


class Lost(Exception):
    """At too many samples there is no answer."""


def through_samples(
    parameters: Sequence[Term],
    about: Sequence[Term],
    answer: Callable[[Values], _Answer | None],
    fitted: Callable[[Points, Sequence[_Answer]], _Form | None],
    *,
    degrees: Sequence[int] = DEGREES,
    simple_only: bool = False,
) -> _Form | None:
    """Return what fits the answers at samples, None when nothing does.

    ``answer`` gives one for numbers with which the hypotheses ``about`` the parameters hold, None
    where there is none, or raises TellsNothing; ``fitted`` is asked as soon as there are as many
    answers as a function of each degree needs.  ``simple_only`` as for
    :func:`plproof.search.statements.parameters.samples`.  Raises Lost when too many samples have
    no answer, and what there are do not fit.
    """
    points: list[dict[Term, Fraction]] = []
    answers: list[_Answer] = []
    seen: list[dict[Term, Fraction]] = []
    lost = in_vain = 0
    stream = samples(parameters, about, simple_only=simple_only)
    for degree in degrees:
        wanted, goes_on = samples_needed(len(parameters), degree), False
        for values in stream:
            point = {v: Fraction(t.data) for v, t in values.items()}
            if point in seen:
                continue
            seen.append(point)
            try:
                here = answer(values)
            except TellsNothing:
                in_vain += 1
                if in_vain > _IN_VAIN:
                    break
                continue
            if here is None:
                lost += 1
                if lost > _LOST + len(points):
                    break
            else:
                points.append(point)
                answers.append(here)
                if len(points) == wanted:
                    goes_on = True
                    break
        form = fitted(points, answers) if points else None
        if form is not None:
            return form
        if lost > _LOST + len(points):
            raise Lost
        if not goes_on:  # there are no more samples
            return None
    return None
