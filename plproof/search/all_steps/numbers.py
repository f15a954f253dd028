"""Claims for every number N of steps, at numbers: multipliers, and the potentials they make.

[untrusted: nothing here is believed, the kernel checks what is made of it]

With a number for N the steps are written out and a proof is a list of weights and squares.  Cut
between the steps i and i + 1 it is a potential V(i, N), a quadratic form in the few vectors that
the method knows at its i-th point: what the steps before use up, with the vectors that nothing
later speaks of eliminated.  It is the partial Schur complement of a banded matrix (Haynsworth,
1968), computed exactly; that each step does not increase it is a proof of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from typing import NamedTuple, TypeAlias

from flint import fmpq

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, number, rebuild, subterms
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.forms import Combination, Line
from plproof.search.all_steps.claim import Claim
from plproof.search.many_points.generation import generated
from plproof.search.many_points.multipliers import fewest
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Instance, Setting
from plproof.search.statements.instances import body_of
from plproof.search.statements.parameters import constants, holds, region, samples
from plproof.search.statements.premises import with_sums
from plproof.search.statements.units import unit_of

#: of an inequality: the number of its theorem, the part of that, the k at which a theorem for all
#: k is used (None for another) less the step's number, and its points at the step i
Family: TypeAlias = tuple[int, int, int | None, tuple[Term, ...]]
#: a family, and whether it is used at the start, in a step or in the end: −1, 0 or 1
Role: TypeAlias = tuple[Family, int]
#: of a number in a proof of a step: a family; a square, or a vector in it; a vector in an equation
Key: TypeAlias = tuple[object, ...]
#: numbers for N, i and parameters
Point: TypeAlias = dict[Term, Fraction]

#: up to which N proofs are looked for, and with other values of the parameters than the first
_STEPS, _FEW = 9, 5
#: values of the parameters
_VALUES = 8
#: how large a unit is made
_SIZE = 2


class Cut(NamedTuple):
    """Which step uses what speaks of one point only: the one that leaves it, if ``late``, or the
    one that leads there; the families ``ends`` are left for after the last step.
    """

    late: bool
    ends: frozenset[Family] = frozenset()


class Stated:
    """A claim with theorems, those of conjunctions apart, and its parameters."""

    def __init__(self, claim: Claim, facts: Sequence[Fact], beyond: int = 0) -> None:
        """Read it; points are met up to the N-th, or some ``beyond`` it."""
        self.claim, self.facts, self.beyond = claim, list(facts), beyond
        goal = claim.goal
        conclusions = [opened(fact.thm).conclusion for fact in facts]
        bodies = [body_of(c) for c in conclusions]
        known = constants([goal, *bodies])
        vectors = [t for t in bodies if t.op == "eq" and t.args[0].sort.kind == "Vec"]
        known += [v for v in free_variables(vectors) if v.sort == REAL and v not in known]
        self.parameters = [v for v in known if v.sort != NAT]
        self.others = [v for v in known if v.sort == NAT and v != claim.count]
        self.region = region(conclusions, self.parameters)
        self.unit = unit_of(self.parameters, self.region)
        #: numbers that are no parameters, as m in m ≤ f(x), stand for values at points of their own
        self.scalars: dict[Term, Term] = {}
        free = free_variables([goal, *conclusions])
        functions = [f for f in free if f.sort.kind == "Fun" and f.sort.parts[1] == REAL]
        home = next((f for f in functions if f.sort.parts[0].kind == "Vec"), None)
        if home is not None:
            for v in (v for v in free if v.sort == REAL and v not in self.parameters):
                point = fresh_variable(v.data, home.sort.parts[0], free)
                self.scalars[v] = make("app", (home, point))
        self._read: dict[tuple[int, tuple[Term, ...]], AtNumber] = {}

    def values(self) -> list[dict[Term, Term]]:
        """Return values of the parameters, the simplest first: all are 1 where that is allowed.

        The last are the first in another unit, where there is one.
        """
        found: list[dict[Term, Term]] = []
        for values in samples(self.parameters, self.region, simple_only=True):
            if values not in found:
                found.append(values)
            if not values or len(found) == _VALUES:
                break
        found = sorted(found, key=lambda v: sum(abs(Fraction(t.data) - 1) for t in v.values()))
        if self.unit is not None and len(found) == _VALUES:
            found[-1] = self.unit.resized(found[0], _SIZE)
        return found

    def counts(self) -> list[tuple[int, dict[Term, Term], Point]]:
        """Return numbers of steps with values of the parameters, and both as numbers: many with the
        first values, few with the others.
        """
        low = max(self.claim.first, 1)
        return [
            (n, taken, theta | {self.claim.count: Fraction(n)})
            for place, taken in enumerate(self.values())
            for theta in [{v: Fraction(t.data) for v, t in taken.items()}]
            for n in range(low, low + (_FEW if place else _STEPS))
        ]

    def at(self, n: int, values: Mapping[Term, Term]) -> AtNumber:
        """Return the statement at a number of steps and values of the parameters, each read once.

        Raises NotSuited where it is of another kind.
        """
        asked = n, tuple(values[v] for v in self.parameters)
        if asked not in self._read:
            self._read[asked] = self._at(n, values)
        return self._read[asked]

    def _at(self, n: int, values: Mapping[Term, Term]) -> AtNumber:
        claim, taken = self.claim, {**values, **self.scalars, self.claim.count: number(n, NAT)}
        sides = [with_sums(substitute(t, taken)) for t in (claim.lower, claim.upper)]
        theorems: dict[Thm, tuple[int, int, int | None]] = {}
        for q, fact in enumerate(self.facts):
            whole = with_sums(substitute(opened(fact.thm).conclusion, taken))
            for k, instance in instances_up_to(whole, n + self.beyond):
                for r, part in enumerate(parts_of(rules.assume(proposition=instance))):
                    th = opened(part)
                    if th.conclusion.op != "and":
                        theorems.setdefault(th, (q, r, k))
        return AtNumber(self, n, taken, sides, theorems)


def instances_up_to(claim: Term, n: int, low: int = 0) -> Iterator[tuple[int | None, Term]]:
    """Yield what a theorem says of the points up to the n-th, and at which k, from ``low`` on."""
    if claim.op != "all" or claim.data.sort != NAT:
        yield None, claim
        return
    for k in range(low, n + 1):
        instance = with_sums(open_binder(claim, number(k, NAT)))
        while instance.op == "imp" and holds(instance.args[0]):
            instance = instance.args[1]
        for_all = instance.op == "all" and instance.data.sort == NAT
        if max(indices(instance), default=0) <= n and instance.op != "imp" and not for_all:
            yield k, instance


def indices(t: Term) -> list[int]:
    """Return the numbers at which sequences are taken in a term."""
    members = (s for s in subterms(t) if s.op == "app" and s.args[1].sort == NAT)
    return [int(s.args[1].data) for s in members if s.args[1].op == "num"]


def _later(i: Term, by: int) -> Term:
    """Return i + by.  NotSuited: it is before i."""
    if by < 0:
        raise NotSuited("what a step uses is before it")
    return i if by == 0 else i + by


def at_step(t: Term, i: Term, now: int) -> Term:
    """Return a term about members of sequences with i in place of the number ``now``."""

    def moved(s: Term, depth: int) -> Term | None:
        if s.op == "app" and s.args[1].sort == NAT and s.args[1].op == "num":
            return make("app", (s.args[0], _later(i, int(s.args[1].data) - now)))
        return None

    return rebuild(t, moved)


def with_number(t: Term, i: Term, now: int) -> Term:
    """Return a term with a number in place of i: the opposite of :func:`at_step`."""
    return with_sums(substitute(t, {i: number(now, NAT)}))


class AtNumber:
    """A statement with numbers for N and the parameters, read as numbers."""

    def __init__(
        self,
        stated: Stated,
        n: int,
        taken: Mapping[Term, Term],
        sides: Sequence[Term],
        theorems: Mapping[Thm, tuple[int, int, int | None]],
        more: Sequence[Term] = (),
    ) -> None:
        """Read it; ``more`` are points beside those at which functions are met."""
        self.n, self.beyond, self.step = n, stated.beyond, stated.claim.step
        self.theorems = theorems
        self._taken, self.scalars = taken, stated.scalars
        self._named = {t.args[1]: v for v, t in stated.scalars.items()}
        places = [
            make("app", (x, number(n + k + 1, NAT)))
            for k in range(stated.beyond)
            for x in free_variables([th.conclusion for th in theorems])
            if x.sort.kind == "Fun" and x.sort.parts[0] == NAT and x.sort.parts[1].kind == "Vec"
        ]
        self.setting = Setting(sides[0] <= sides[1], list(theorems), [*places, *more])
        for place in self.setting.points:
            member = place.op == "app" and place.args[1].op == "num"
            if not (member or place.op == "var"):
                raise NotSuited("a point that is no member of a sequence")
        self.lower, self.upper = (self.scalar(side) for side in sides)
        self._lines: dict[Term, tuple[Line, Line] | None] = {}
        self._with_number: dict[tuple[Term, int], Term] = {}

    # ---- reading
    def scalar(self, t: Term) -> Combination:
        """Return a scalar by atoms."""
        found = self.setting.reading.slack(number(0), substitute(t, self.scalars))
        if () in found:
            raise NotSuited("a number that is neither a Gram entry nor a value")
        return found

    def numbers_in(self, t: Term) -> Combination:
        """Return a scalar that speaks of N and the parameters, with the numbers for these."""
        return self.scalar(with_sums(substitute(t, self._taken)))

    def at_point(self, t: Term, i: int) -> Term:
        """Return a term about the step with a number for it."""
        if (t, i) not in self._with_number:
            self._with_number[t, i] = with_number(t, self.step, i)
        return self._with_number[t, i]

    def vector(self, t: Term) -> tuple[Line, Line] | None:
        """Return a vector by atoms and in the basis, None when the basis does not have it."""
        if t not in self._lines:
            try:
                atoms = self.setting.reading.read(t)
                self._lines[t] = atoms, self.shown(atoms)
            except (NotSuited, KernelError):
                self._lines[t] = None
        return self._lines[t]

    def shown(self, atoms: Line) -> Line:
        """Return a vector by atoms in the basis.  NotSuited: it is not in its span."""
        setting = self.setting
        short = setting.elimination.reduced(atoms)
        if any(a not in setting.place and a != setting.origin for a in short):
            raise NotSuited("a vector that is not in the basis")
        return {setting.place[a]: c for a, c in short.items() if a in setting.place}

    def value(self, place: int) -> Term:
        """Return f(x) for a place, or the number for which it stands."""
        setting = self.setting
        if setting.points[place] in self._named:
            return self._named[setting.points[place]]
        f = next(f for f, places in setting.places.items() if place in places)
        return make("app", (f, setting.points[place]))

    def known(self) -> tuple[list[Term], list[Term]]:
        """Return the vectors known at a step: members of sequences less x*, and slopes there.

        Where it makes a difference that all points are moved alike x* is one of them.
        """
        setting, found, slopes = self.setting, dict[Term, None](), dict[Term, None]()
        fixed = [t for t in setting.points if t.op == "var" and t not in self._named]
        moved = setting.origin is not None  # nothing changes when all points are moved alike
        home = setting.reading.term(setting.origin) if setting.origin is not None else None
        if home is None or indices(home):
            home = fixed[0] if moved and fixed else None
        terms = list(setting.points)
        terms += [setting.reading.term(a) for a in setting.basis]
        sequences = dict.fromkeys(
            t.args[0] for t in terms if t.op == "app" and t.args[1].sort == NAT
        )
        for x in sequences:
            v = make("app", (x, self.step))
            found[v if home is None or home.sort != v.sort else v - home] = None
        if not moved:
            found |= dict.fromkeys(fixed)
        for place, point in enumerate(setting.points):
            line, shown = setting.lines[2 * place + 1], setting.shown[2 * place + 1]
            if len(line) == 1 and shown and point not in self._named:
                (atom,) = line  # at a point that does not move it may not vanish either
                slope = setting.reading.term(atom)
                at = indices(point)
                slopes[at_step(slope, self.step, at[0]) if at else slope] = None
        return list(found), list(slopes)

    # ---- multipliers
    def weights(
        self, only: Collection[Role] | None, cut: Cut
    ) -> dict[tuple[Family, int], fmpq] | None:
        """Return weights that carry the claim, by family and step, None when none are found.

        ``only`` are the families that may be used, and where.
        """
        setting = self.setting
        if only is not None:
            wanted = set(only)
            chosen = [
                inst for inst in self.neighbours() if self.role(self.placed(inst, cut)) in wanted
            ]
            found = generated(setting, chosen, thorough=False) if chosen else None
        else:
            found = None if self._named else generated(setting, thorough=False)
            if found is None or not all(self._near(found[0][j]) for j in found[1].weights):
                found = generated(setting, list(self.neighbours()), thorough=False)
        if found is None:
            return None
        instances, multipliers = found
        less = fewest(setting, instances, multipliers)
        found = generated(setting, less, thorough=False) or found
        instances, multipliers = found
        return {self.placed(instances[j], cut): w for j, w in multipliers.weights.items()}

    def role(self, placed: tuple[Family, int]) -> Role:
        """Return the role of a family at a step."""
        family, used = placed
        return family, -1 if used < 0 else int(used == self.n)

    def neighbours(self) -> Iterator[Instance]:
        """Yield the instances at places that are neighbours, or fixed."""
        setting = self.setting
        for template in setting.templates:
            places = () if template.function is None else setting.places[template.function]
            places = [n for n in places if setting.points[n] not in self._named]
            for chosen in permutations(places, template.arity):
                slack = setting.slots((template, chosen))
                if (slack.grams or slack.values) and self._near((template, chosen)):
                    yield template, chosen

    def _near(self, instance: Instance) -> bool:
        """Say whether an instance is at neighbours."""
        at = self.indices_of(instance)
        return max(at, default=0) - min(at, default=0) <= 1

    def indices_of(self, instance: Instance) -> list[int]:
        """Return the numbers at which sequences are taken in an instance."""
        template, places = instance
        found = [k for place in places for k in indices(self.setting.points[place])]
        if self.theorems[template.thm][2] is not None:
            found += indices(template.thm.conclusion)
        return found

    def placed(self, instance: Instance, cut: Cut) -> tuple[Family, int]:
        """Return the family of an instance, and the step that uses it: −1 for the start."""
        at = self.indices_of(instance)
        low, high = min(at, default=self.n), max(at, default=self.n)
        leaving = cut.late or not at or (low == high and self.family(instance, low) in cut.ends)
        used = min(low if leaving else high - 1, self.n)
        return self.family(instance, max(used, 0)), used

    def family(self, instance: Instance, now: int) -> Family:
        """Return the family of an instance that a step uses."""
        template, places = instance
        q, r, k = self.theorems[template.thm]
        points = tuple(at_step(self.setting.points[place], self.step, now) for place in places)
        return q, r, None if k is None else k - now, points

    def ending(self, used: Iterable[tuple[Family, int]]) -> frozenset[Family]:
        """Return the families about one point that are used at the last point only."""
        found: dict[Family, set[int]] = {}
        for family, step in used:
            instance = self.instance(family, step)
            at = set(self.indices_of(instance))
            if len(at) == 1:
                found.setdefault(self.family(instance, *at), set()).update(at)
        return frozenset(family for family, at in found.items() if at == {self.n})

    def instance(self, family: Family, used: int) -> Instance:
        """Return the instance of a family at a step.  NotSuited: there is none."""
        q, r, shift, points = family
        now = max(used, 0)
        wanted = (q, r, None if shift is None else shift + now)
        (thm,) = (th for th, key in self.theorems.items() if key == wanted)
        places = []
        template = next((t for t in self.setting.templates if t.thm == thm), None)
        if template is None:
            raise NotSuited("a theorem that is not used there")
        for point in points:
            here = self.at_point(point, now)
            own = () if template.function is None else self.setting.places[template.function]
            places += [n for n in own if self.setting.points[n] == here]
        return template, tuple(places)
