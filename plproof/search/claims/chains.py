"""Claims about steps that are not alike: A(x_N) ≤ q_0·…·q_{N−1}·A(x_0) from what each step does.

[untrusted: every step it records is made by rules of the kernel]

Which factor of a claim belongs to which step is told by the parameters that this step alone speaks
of, else by the least factor of each step at numbers.  It is a guess: the lemmas made of it count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import prod
from typing import Any, TypeAlias

from scipy.optimize import linear_sum_assignment

from plproof.kernel.normal import KernelError
from plproof.language.binding import fresh_variable, substitute
from plproof.language.sorts import REAL
from plproof.language.terms import Term, as_real, free_variables
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.claims.composition import Composer, Measure, Search, alike, bounds
from plproof.search.claims.least_rates import best_value
from plproof.search.claims.offered import known_facts
from plproof.search.claims.telescoped import contracted, kinds_of
from plproof.search.counterexamples.evidence import NoProof
from plproof.search.fields.number_field import SeveralRoots, approximated
from plproof.search.programs.bridge import NotNumeric
from plproof.search.programs.rounding import simplest
from plproof.search.statements.parameters import (
    constants,
    evaluated,
    parameters_of,
    region,
    samples,
)
from plproof.search.statements.powers import Powers
from plproof.search.statements.premises import gather
from plproof.search.statements.recursions import Step

#: at how many numbers it is seen what a step does, and what is no more than the solver's mistake
_SEEN, _EQUAL = 3, 1e-6

_Fits: TypeAlias = Callable[[float, float], bool]
#: numbers for parameters, and the least factors there: near one, and the rational that it may be
_Seen: TypeAlias = tuple[Mapping[Term, Term], list[tuple[float, Fraction]]]


def by_chain(
    p: Proof,
    goal: Term,
    facts: Sequence[Fact],
    using: Sequence[Any],
    points: Sequence[Term],
    search: Search,
) -> Fact | None:
    """Prove A(x_N) ≤ c·q_0·…·q_{N−1}·B(x_0) where a step multiplies A or B by its q; None if not.

    The steps are not all alike.  Where A is not B, A ≤ c·B at every point.
    """
    for bound in bounds(goal, facts):
        if alike(bound.steps):
            return None
        composer = Composer(p, goal, bound, using, points, search)
        for measure in (bound.left,) if bound.contracts() else (bound.right, bound.left):
            factors = _Factors(composer, measure).found()
            if factors is not None:
                fact = contracted(composer, measure, *factors)
                if fact is not None:
                    return fact
        return None
    return None


class _Question:
    """What is the least q in A(y) ≤ q·B(z), after a step, or at a point without one?"""

    def __init__(
        self,
        composer: Composer,
        larger: Measure,
        smaller: Measure,
        step: Step | None,
    ) -> None:
        unknown = fresh_variable("factor", REAL, composer.known)
        part = composer.part(lambda z, y: smaller(y) <= unknown * larger(z), step)
        known = known_facts(part.proof, part.using, part.claim)
        premises, _, self.stated = gather(part.proof, part.claim, known, part.points)
        self.conclusions = [fact.claim for fact in premises]
        said = constants([self.stated, *self.conclusions])
        self.unknown, self.parameters = unknown, [v for v in said if v != unknown]

    def least(self, values: Mapping[Term, Term]) -> tuple[float, Fraction] | None:
        """Return it at numbers, and the rational that it is or is near, from above; or None."""
        numeric = [substitute(c, values) for c in self.conclusions]
        try:
            stated, *numeric = approximated([substitute(self.stated, values), *numeric])
            near, exact = best_value(stated, self.unknown, numeric)
        except (KernelError, NoProof, NotNumeric, SeveralRoots):
            return None
        if isinstance(exact, Fraction):
            return near, exact
        room = _EQUAL * abs(near)
        return near, simplest(near + room, room / 2)


class _Factors:
    """What the steps of a bound multiply a measure by, and c with A ≤ c·B where A is not B."""

    def __init__(self, composer: Composer, measure: Measure) -> None:
        self._composer, self._measure, self._bound = composer, measure, composer.bound
        self._kinds, _ = kinds_of(composer.bound.steps)
        self._factor, self._same = self._bound.factor, self._bound.contracts()
        questions = [_Question(composer, measure, measure, kind.first) for kind in self._kinds]
        if not self._same:
            questions.append(_Question(composer, self._bound.right, self._bound.left, None))
        self._counts = [kind.count for kind in self._kinds] + [1] * (not self._same)
        self._least = self._answers(questions)

    def found(self) -> tuple[list[Powers], Powers | None] | None:
        """Return the factors that make up that of the bound, None where they are not told."""
        if not self._least:
            return None
        whole = evaluated(self._factor.term())  # None of roots, too
        found = self._shared_out() if whole is None else self._computed(whole)
        if found is None:
            return None
        return (found, None) if self._same else (found[:-1], found[-1])

    def _answers(self, questions: Sequence[_Question]) -> list[_Seen]:
        """Return the least factors, c the last where A is not B, at some numbers."""
        parameters = dict.fromkeys(free_variables(self._factor.term()))
        for question in questions:
            parameters |= dict.fromkeys(question.parameters)
        about = region(self._composer.claims, list(parameters))
        found: list[_Seen] = []
        for values in islice(samples(list(parameters), about), _SEEN):
            least = [question.least(values) for question in questions]
            known = [q for q in least if q is not None]
            if len(known) < len(least):
                return []
            found.append((values, known))
        return found

    # ------------------------------------------------------------ a factor that is a number
    def _computed(self, whole: Fraction) -> list[Powers] | None:
        """Return the least factors; what room there is is given to the last one of its kind."""
        least = [exact for _, exact in self._least[0][1]]
        reached = prod(q**n for q, n in zip(least, self._counts, strict=True))
        if reached > whole:
            return None
        alone = [j for j, n in enumerate(self._counts) if n == 1]
        if alone and reached:
            least[alone[-1]] *= whole / reached
        return [Powers(q) for q in least]

    # ------------------------------------------------------------ a factor with parameters
    def _shared_out(self) -> list[Powers] | None:
        """Return the factors of the bound's, each given to a kind of steps; what is left is c.

        What a kind is given is made the least by a number, as (10 − 3·μ)² by 1/100, where one does.
        """
        each: list[Powers | None] = [None] * len(self._kinds)
        open_: list[Powers] = []
        for base, e in self._factor.exponents.items():
            whole, owner = Powers(exponents={base: e}), self._owner(base)
            if owner is None:
                open_.append(whole)
                continue
            part, known = whole.root(self._counts[owner]), each[owner]
            if part is None:
                return None
            each[owner] = part if known is None else known.times(part)
        least = [q if q is None else self._least_multiple(q, j) or q for j, q in enumerate(each)]
        open_ = self._matched(least, open_, self._least_multiple)
        if self._same:
            open_ = self._matched(least, open_, self._as_it_is)
        found, c = [Powers() if q is None else q for q in least], Powers()
        for part in open_:
            every = part.root(len(self._bound.steps))
            if every is None:
                c = c.times(part)
            else:
                found = [q.times(every) for q in found]
        left = self._factor.number
        for q, kind in zip(found, self._kinds, strict=True):
            left /= q.number**kind.count
        alone = [j for j, kind in enumerate(self._kinds) if kind.count == 1]
        if not self._same:
            found.append(c.times(Powers(left)))
        elif left != 1 and alone:
            found[alone[-1]] = found[alone[-1]].times(Powers(left))
        if self._same and c != Powers():
            return None
        enough = (self._compares(q, j, _at_least) for j, q in enumerate(found))
        return found if all(enough) else None

    def _least_multiple(self, q: Powers, place: int) -> Powers | None:
        """Return the multiple of a factor that is the least of a kind of steps, None if none is."""
        sizes = [_size(q, values) for values, _ in self._least]
        if not all(sizes):
            return None
        (first, *others) = (
            least[place][0] / (size or 1.0)
            for size, (_, least) in zip(sizes, self._least, strict=True)
        )
        times = Powers(simplest(first, _EQUAL * abs(first)))
        alike = all(_equal(other, first) for other in others)
        return times.times(q) if alike and times.number > 0 else None

    def _as_it_is(self, q: Powers, place: int) -> Powers | None:
        return q if self._compares(q, place, _at_least) else None

    def _owner(self, base: Term) -> int | None:
        """Return the only kind of steps that speaks of a parameter in a factor; None if none is."""
        spoken = [
            set(parameters_of(kind.first.laws(kind.first.of_any([])))) for kind in self._kinds
        ]
        said = set(free_variables(base))
        owners = [
            j
            for j, numbers in enumerate(spoken)
            if said & numbers - set().union(*spoken[:j], *spoken[j + 1 :])
        ]
        return owners[0] if len(owners) == 1 else None

    def _matched(
        self,
        each: list[Powers | None],
        parts: Sequence[Powers],
        fitting: Callable[[Powers, int], Powers | None],
    ) -> list[Powers]:
        """Give parts to kinds of steps that have none yet, as they fit; return what is left."""
        if not parts or all(each):
            return list(parts)
        fits: dict[tuple[int, int], Powers] = {}
        for n, part in enumerate(parts):
            for j, kind in enumerate(self._kinds):
                root = part.root(kind.count) if each[j] is None else None
                fit = None if root is None else fitting(root, j)
                if fit is not None:
                    fits[n, j] = fit
        misfits = [[(n, j) not in fits for j in range(len(self._kinds))] for n in range(len(parts))]
        left = list(parts)
        for n, j in zip(*linear_sum_assignment(misfits), strict=True):
            if (n, j) in fits:
                each[j] = fits[n, j]
                left.remove(parts[n])
        return left

    def _compares(self, q: Powers, place: int, fits: _Fits) -> bool:
        """Say whether a factor compares so with what is least of a kind of steps, or of c."""
        for values, least in self._least:
            size = _size(q, values)
            if size is None or not fits(size, least[place][0]):
                return False
        return True


def _size(q: Powers, values: Mapping[Term, Term]) -> float | None:
    """Return about how large a factor is at numbers, None where that is not known."""
    try:
        (near,) = approximated([substitute(q.term(), values)])
    except (NotNumeric, SeveralRoots):
        return None
    size = evaluated(as_real(near))
    return None if size is None else float(size)


def _equal(size: float, least: float) -> bool:
    return abs(size - least) <= _EQUAL * abs(least)


def _at_least(size: float, least: float) -> bool:
    return size >= least - _EQUAL * abs(least)
