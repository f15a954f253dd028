"""One step of a method at numbers: the points from the k-th on, and what is known of them.

[untrusted: nothing here is believed, the kernel checks what is made of it]

A potential is compared with the next one, so that the run before does not matter: a step is read
by itself, with its few points for a basis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.sorts import NAT
from plproof.language.syntax import sq
from plproof.language.terms import Term, free_variables, make, number, rebuild, subterms
from plproof.proof.facts import opened, parts_of
from plproof.proof.forms import ONE, Combination, Elimination, Line
from plproof.search.all_steps.cut import independent, known_at
from plproof.search.all_steps.numbers import (
    AtNumber,
    Stated,
    at_step,
    indices,
    instances_up_to,
)
from plproof.search.many_points.reading import NotSuited, Reading, key_of
from plproof.search.potentials.constants import COMPARED, homogeneous, with_square
from plproof.search.statements.members import is_sequence_of_points
from plproof.search.statements.premises import with_sums

Values = Mapping[Term, Term]


class Window(AtNumber):
    """A step at numbers; of two names for one point, as y_0 = x_0, one stands for both."""

    def __init__(
        self,
        stated: Stated,
        last: int,
        taken: Values,
        sides: Sequence[Term],
        theorems: Mapping[Thm, tuple[int, int, int | None]],
        members: Sequence[Term],
        places: Sequence[Term],
    ) -> None:
        """Read it; ``members`` are the points by name, ``places`` those at which functions are."""
        self.same = _same(theorems, members)
        here = {
            rules.assume(proposition=self.named(th.conclusion)): k for th, k in theorems.items()
        }
        more = dict.fromkeys(map(self.named, places))
        super().__init__(stated, last, taken, list(map(self.named, sides)), here, list(more))

    def named(self, t: Term) -> Term:
        """Return a term with the names that are used."""
        for left, right in self.same.items():
            t = replace(t, left, right)
        return t

    def at_point(self, t: Term, i: int) -> Term:
        """Return a term about the step with a number for it."""
        return self.named(super().at_point(t, i))


class Windows:
    """The steps of a claim for all N, each read once.  Slopes are known at points if ``slopes``."""

    def __init__(self, stated: Stated, slopes: bool) -> None:
        self.stated, self.slopes = stated, slopes
        self._read: dict[tuple[int, int, bool, tuple[Term, ...]], Window] = {}
        self._known: list[Term] | None = None
        #: the vector for the square of which numbers alone are multiples, where there are some
        self.one = self._one()

    def _one(self) -> Term | None:
        stated = self.stated
        values = next(iter(stated.values()), None)
        about = [stated.claim.goal, *(opened(fact.thm).conclusion for fact in stated.facts)]
        spaces = [v.sort.parts[1] for v in free_variables(about) if is_sequence_of_points(v)]
        if values is None or not spaces:
            return None
        one = fresh_variable("e", spaces[0], about)
        taken = {**values, **stated.scalars, stated.claim.count: number(GENERIC, NAT)}
        there = [substitute(t, taken) for t in about]
        return one if any(homogeneous(t, one) != t for t in there) else None

    def at(self, k: int, span: int, values: Values, own: bool = False) -> Window:
        """Return what is said of the points from the k-th to that ``span`` after it; with ``own``
        each by its own name.

        Raises NotSuited where the statement is of another kind.
        """
        asked = k, span, own, tuple(values[v] for v in self.stated.parameters)
        if asked not in self._read:
            self._read[asked] = self._at(k, span, values, own)
        return self._read[asked]

    def _at(self, k: int, span: int, values: Values, own: bool) -> Window:
        stated, last = self.stated, k + span
        claim = stated.claim
        taken = {**values, **stated.scalars, claim.count: number(last, NAT)}
        sides = [with_sums(substitute(t, taken)) for t in (claim.lower, claim.upper)]
        sides[1] = _moved(sides[1], k)
        theorems: dict[Thm, tuple[int, int, int | None]] = {}
        for q, fact in enumerate(stated.facts):
            whole = with_sums(substitute(opened(fact.thm).conclusion, taken))
            for at, instance in instances_up_to(whole, last, k):
                met = indices(instance)
                if met and min(met) < k:
                    continue
                for r, part in enumerate(parts_of(rules.assume(proposition=instance))):
                    th = opened(part)
                    if self.one is not None and th.conclusion.op in ("all", *COMPARED):
                        said = homogeneous(th.conclusion, self.one)
                        th = th if said == th.conclusion else rules.assume(proposition=said)
                    if th.conclusion.op != "and":
                        theorems.setdefault(th, (q, r, at))
        if self.one is not None:
            sides = [with_square(t, self.one) for t in sides]
            sides[1] = sides[1] + sq(self.one)  # so that it is in the basis
        steps = range(k, last + 1)
        conclusions = [opened(fact.thm).conclusion for fact in stated.facts]
        runs = [v for v in free_variables(conclusions) if is_sequence_of_points(v)]
        claimed = set(subterms(claim.goal))
        runs.sort(key=lambda v: v not in claimed)  # x_0, of which the claim speaks, stands for y_0
        members = [make("app", (x, number(j, NAT))) for j in steps for x in runs]
        for m in members[1:]:  # so that all of them are in the basis
            if m.sort == members[0].sort:
                sides[1] = sides[1] + sq(m - members[0])
        ends = {t.args[0] for t in subterms(claim.lower) if t.op == "app"}
        more = [m for m in members if self.slopes or m.args[0] in ends]
        names = () if own else members
        return Window(stated, last, taken, sides, theorems, names, more)

    def vectors(self, values: Values) -> list[Term]:
        """Return vectors that are known at a step and independent, as a potential is made of them:
        of two points of the same space the second is taken less the first.
        """
        if self._known is None:
            here = self.at(GENERIC, 1, values)
            members, slopes = here.known()
            claimed = set(subterms(self.stated.claim.goal))
            members.sort(
                key=lambda v: not any(s in claimed for s in subterms(v) if is_sequence_of_points(s))
            )
            first: dict[object, Term] = {}
            found = list[Term]()
            for v in members:
                point = next((t for t in (v, *v.args) if t.op in ("app", "var")), v)
                home = first.setdefault(point.sort, point)
                found.append(v if home == point else point - home)
            known = known_at(here, [*found, *(slopes if self.slopes else ())], GENERIC)
            known += [] if self.one is None else [self.one]
            self._known = [at_step(v, here.step, GENERIC) for v in known]
        return self._known

    def values(self, values: Values) -> list[Term]:
        """Return the values that are known at a step, and those at points that do not move."""
        here = self.at(GENERIC, 1, values)
        known = [here.value(place) for place in range(len(here.setting.points))]
        return [
            at_step(t, here.step, GENERIC) for t in known if all(j == GENERIC for j in indices(t))
        ]

    def scalar(self, here: AtNumber, t: Term) -> Combination:
        """Return a scalar with numbers for what is open in it by atoms."""
        t = here.named(t) if isinstance(here, Window) else t
        return here.scalar(t if self.one is None else with_square(t, self.one))

    def coordinates(self, here: AtNumber, k: int, span: int, values: Values) -> list[Line]:
        """Return independent vectors that span all of a window, in its basis.

        The first is where the step starts, as x_k − x*; the others are small where steps are.
        """
        members, slopes = here.known()
        home, *steps = self.vectors(values)
        moving = [*steps, *slopes]
        names = [here.at_point(home, k)]
        names += [here.at_point(v, j) for j in range(k, k + span + 1) for v in moving]
        names += [here.at_point(v, k + span) - here.at_point(v, k) for v in members if span]
        lines = [pair[1] for v in names if (pair := here.vector(v)) is not None]
        size = len(here.setting.basis)
        lines += [{n: ONE} for n in range(size)]
        return [lines[n] for n in independent(lines, size)]


#: the number of a step at which nothing vanishes by accident
GENERIC = 4


def _same(theorems: Iterable[Thm], members: Sequence[Term]) -> dict[Term, Term]:
    """Return points that are others by the equations between vectors, with these."""
    reading, slacks = Reading(), list[Line]()
    try:
        for th in theorems:
            if th.conclusion.op == "eq" and th.conclusion.args[0].sort.kind == "Vec":
                slacks.append(reading.slack(*th.conclusion.args))
        elimination = Elimination(slacks, lambda a: reading.kinds[a] in ("grad", "app"))
        first: dict[object, Term] = {}
        found: dict[Term, Term] = {}
        for m in members:
            other = first.setdefault(key_of(elimination.reduced(reading.read(m))), m)
            if other != m:
                found[m] = other
    except (KernelError, NotSuited):
        return {}
    return found


def _moved(t: Term, k: int) -> Term:
    """Return a term about members of sequences with the k-th for the first."""

    def moved(s: Term, depth: int) -> Term | None:
        first = s.op == "app" and s.args[1] == number(0, NAT)
        return make("app", (s.args[0], number(k, NAT))) if first else None

    return rebuild(t, moved)
