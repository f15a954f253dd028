"""Whether answers at numbers may be a rational function: seen on a line, where few are enough.

A function of many parameters needs hundreds of samples; between two of them it is one of a single
number, of no higher degree.  What is none there is none at all, and no more samples are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from plproof.language.binding import fresh_variable, substitute
from plproof.language.sorts import REAL
from plproof.language.terms import Term, number
from plproof.search.programs.fitting import (
    ON_A_LINE,
    Exponents,
    points_for,
    polynomials_through,
)
from plproof.search.statements.parameters import holds, samples

#: where so many times as many samples are wanted as a line needs, it is asked first
_DEARER = 2
#: places between the ends of a line, the ends first
_PLACES = tuple(
    dict.fromkeys(Fraction(n, d) for d in (1, 2, 3, 4, 6, 12, 24) for n in range(d + 1))
)


class Line:
    """Answers for numbers on the line between two samples of the parameters.

    ``answer`` gives some numbers for values with which the hypotheses ``about`` the parameters
    hold, None where there are none; it is asked for the first sample first.
    """

    def __init__(
        self,
        parameters: Sequence[Term],
        about: Sequence[Term],
        answer: Callable[[Mapping[Term, Term]], Sequence[Fraction] | None],
    ) -> None:
        self._parameters, self._about, self._answer = parameters, about, answer
        self._place = fresh_variable("t", REAL, parameters)
        self._asked = False

    def excludes(self, wanted: int, at_most: int) -> bool:
        """Say whether one of the answers is no rational function that samples would show.

        ``wanted`` is how many samples are asked for next otherwise, ``at_most`` how many in the
        end.  It is told once, where that saves many: False also when it is not asked, and when it
        is not seen, as where there are few answers on the line.
        """
        if self._asked or wanted <= _DEARER * ON_A_LINE:
            return False
        self._asked = True
        count = len(self._parameters)
        at, answers = self._answers()
        if len(at) < ON_A_LINE:
            return False
        for column in dict.fromkeys(zip(*answers, strict=True)):
            found = polynomials_through([self._place], at, column)
            if found is None or points_for(count, *map(_degree, found)) > at_most:
                return True
        return False

    def _answers(self) -> tuple[list[Mapping[Term, Fraction]], list[Sequence[Fraction]]]:
        """Return places between the ends and the answers there, as many as are needed or found."""
        at: list[Mapping[Term, Fraction]] = []
        answers: list[Sequence[Fraction]] = []
        ends = list(islice(samples(self._parameters, self._about), 2))
        whole = any(v.sort != REAL for v in self._parameters)  # few places between whole numbers
        if whole or len(ends) < 2 or ends[0] == ends[1]:
            return at, answers
        first, second = ends
        for t in _PLACES:
            values = {v: number((1 - t) * c.data + t * second[v].data) for v, c in first.items()}
            fits = all(holds(substitute(h, values)) for h in self._about)
            here = self._answer(values) if fits else None
            if here is not None:
                at.append({self._place: t})
                answers.append(here)
                if len(at) == ON_A_LINE:
                    break
        return at, answers


def _degree(p: Mapping[Exponents, Fraction]) -> int:
    return max(map(sum, p), default=0)
