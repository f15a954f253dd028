"""What a search for the worst function chooses and what it holds fixed, for one inequality.

With the constants of the class held fixed, the functions, the starts and the points are chosen to
make the ratio small/large as large as possible, through the whole run of the statement's method.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import FamilyKind
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.models import Assignment, Plan
from plproof.laboratory.modelling.ratios import Comparison
from plproof.laboratory.modelling.recursions import Method, Rule
from plproof.laboratory.modelling.stationarity import potential
from plproof.laboratory.worst_case.barriers import Barriers
from plproof.laboratory.worst_case.bfgs import evolve, maximise
from plproof.laboratory.worst_case.candidates import Candidate, Certified, Setting
from plproof.laboratory.worst_case.frames import Opened, unboxed
from plproof.laboratory.worst_case.held import fixed_points, hold
from plproof.laboratory.worst_case.own import own_shapes
from plproof.laboratory.worst_case.shapes import Choice, Requirements, choices
from plproof.laboratory.worst_case.unrolled import Member, Unrolled
from plproof.language.binding import fresh_variable, replace
from plproof.language.sorts import NAT, coordinates_of
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables, number, subterms

_SMALLEST = 1e-10  # right sides below it are left alone: there is only rounding to be found
_LEVEL = 1e-3
_LONGEST = 1_000
_FUNCTIONS = 3
_BARRIER = 1e-8
#: what arithmetic raises that knows no numbers of a kind; of other errors they are not the cause
_NOT_FOLLOWED = (TypeError, AttributeError, ValueError, NotImplementedError)
_SHARPNESS = (10.0, 1e2, 1e4, 1e6)  # of several ratios, the least is approached so


@dataclass(frozen=True)
class Start:
    """Random ``rows`` (S, n) for functions of a shape, their ``order``, and the ``best`` value.

    The value is the logarithm of a ratio; ``least``, that of the rows on which there is any.
    """

    shape: Choice
    rows: Floats
    order: NDArray[np.intp]
    best: float
    least: float

    @property
    def ratio(self) -> float:
        """The best ratio of the rows."""
        return float(np.exp(min(self.best, 700.0)))

    @property
    def flat(self) -> bool:
        """Whether the ratio is the same on all rows, or nearly."""
        return self.best - self.least < _LEVEL

    @property
    def level(self) -> bool:
        """Whether all rows come to equality, or nearly: the inequality says nothing of them."""
        return self.flat and abs(self.best) < _LEVEL


@dataclass(frozen=True)
class Problem:
    """What is held fixed during a search, and for what: one comparison of a statement.

    ``numbers`` by variable; ``required``, the classes of the functions, which are all on ``space``;
    ``method``, where members of sequences are; ``fixed``, the points that stay at 0, where the
    functions have their minimisers but those in ``moved``; ``last``, the last member of sequences
    that no hypothesis gives; ``kinds`` of functions of the user's own, to choose from as well.
    """

    statement: Statement
    comparison: Comparison
    plan: Plan
    method: Method
    space: str
    required: Mapping[Term, Requirements]
    numbers: Mapping[Term, Fraction]
    fixed: tuple[Term, ...]
    moved: tuple[Term, ...]
    last: int
    kinds: tuple[FamilyKind, ...] = ()

    @classmethod
    def of(
        cls,
        statement: Statement,
        comparison: Comparison,
        index: int | None,
        kinds: Sequence[FamilyKind] = (),
    ) -> Problem:
        """Choose the constants; NotEvaluated, with the reason, where there can be no search."""
        hypotheses = tuple(h for _, h in statement.hypotheses)
        given = (*hypotheses, *comparison.given)
        plan = Plan.of(given, (comparison.proposition,))
        spaces = {space for v in plan.functions for space in v.sort.space_names()}
        if not plan.functions or plan.systems or plan.matrices or plan.tables or len(spaces) > 1:
            raise NotEvaluated("the search is for statements about functions on one space")
        if len(plan.functions) > _FUNCTIONS:
            raise NotEvaluated(f"the search is for at most {_FUNCTIONS} functions")
        (space,) = spaces
        method = _balanced(plan, Method.of(given))
        held = hold(plan, method, index)
        fixed = fixed_points(plan, method)
        moved = _moved(plan, method, fixed)
        last = last_member((*given, comparison.proposition), held.numbers)
        return cls(
            statement, comparison, plan, method, space, held.required, held.numbers, fixed, moved,
            last, tuple(kinds),
        )  # fmt: skip

    def at(self, numbers: Mapping[Term, Fraction]) -> Problem:
        """Return the problem with other numbers, the constants of the classes as they are."""
        return dataclasses.replace(self, numbers=numbers)

    def naturals(self, index: int) -> dict[Term, Term]:
        """Return the natural numbers for another index, as terms; NotEvaluated where none fit."""
        held = hold(self.plan, self.method, index)
        return {v: number(x, NAT) for v, x in held.numbers.items() if v.sort == NAT}

    @property
    def setting(self) -> Setting:
        """What examples are judged by."""
        return Setting(self.comparison, self.plan, self.method)

    # ------------------------------------------------------------ choices
    @property
    def free(self) -> list[Member]:
        """The starts of runs and the points that are searched for."""
        starts = [(v, i) for v in self.plan.sequences for i in self._starts(v)]
        rules = self.method.rules
        points = [(v, 0) for v in self.plan.points if v not in self.fixed and v not in rules]
        return [*starts, *points]

    def _starts(self, sequence: Term) -> Sequence[int]:
        """Return the free members: all up to the last where no hypothesis gives any."""
        found = self.method.starts(sequence)
        if found is None:
            found = [i for i in range(self.last + 1) if self.method.rule(sequence, i) is None]
        return found

    def choices(self, rows: int, rng: np.random.Generator) -> list[Choice]:
        """Return the shapes to try, for searches of ``rows`` starts."""
        fixed = coordinates_of(self.space)
        found = choices(
            self.required, self.moved, rows, rng, lambda c: own_shapes(self.kinds, c, rows, rng)
        )
        return [c for c in found if fixed is None or c.dimension == fixed]

    def _sizes(self, dimension: int) -> list[int]:
        """Return how many numbers each of the free ones is."""
        return [
            dimension if v.sort.kind == "Vec" or v.sort.parts[1].kind == "Vec" else 1
            for v, _ in self.free
        ]

    def starts(self, shape: Choice, count: int, rng: np.random.Generator) -> Floats:
        """Draw parameters, starts and points (count, n), in a row each, at several scales."""
        theta = shape.begin(count, rng)
        places = rng.standard_normal((count, sum(self._sizes(shape.dimension))))
        places *= np.exp2(rng.integers(-2, 4, (count, 1)))
        return np.concatenate([theta, places], axis=1)

    def _places(self, shape: Choice, z: Any) -> dict[Member, Any]:
        found, begin = {}, shape.size
        for member, size in zip(self.free, self._sizes(shape.dimension), strict=True):
            at = z[:, begin : begin + size]
            vector = member[0].sort.kind == "Vec" or member[0].sort.parts[1].kind == "Vec"
            found[member] = at if vector else at[:, 0]
            begin += size
        return found

    def unrolled(self, shape: Choice, z: Any, opened: Opened | None = None) -> Unrolled:
        """Return what gives terms their values for rows like those of :meth:`starts`."""
        zero = np.zeros((len(z), shape.dimension))
        free: dict[Member, Any] = {(v, 0): zero for v in self.fixed}
        plain = unboxed(z)
        return Unrolled(
            shape.functions(z[:, : shape.size]),
            free | self._places(shape, z),
            self._floats(),
            self.method,
            {self.space: shape.dimension},
            len(plain),
            self.unrolled(shape, plain, opened) if isbox(z) and self.method.implicit() else None,
            opened,
        )

    def _floats(self) -> dict[Term, float]:
        found = {v: float(x) for v, x in self.numbers.items()}
        todo = dict(self.plan.definitions)
        while todo:
            before = len(todo)
            for v, (term, _) in list(todo.items()):
                try:
                    found[v] = float(Unrolled({}, {}, found, self.method, {}, 1).value(term))
                    del todo[v]
                except NotEvaluated:
                    continue
            if len(todo) == before:
                raise NotEvaluated(f"no number is known for {next(iter(todo))}")
        return found

    def sides(
        self, unrolled: Unrolled, naturals: Mapping[Term, Term] | None = None
    ) -> list[tuple[Any, Any]]:
        """Return small and large, for each number of which it is claimed of some.

        With other values for the ``naturals`` where they are given.
        """
        frame = unrolled.frame
        if naturals:
            frame = frame.with_values({v: int(n.data) for v, n in naturals.items()})
        small, large, some = self.comparison.small, self.comparison.large, self.comparison.some
        if some is None:
            return [(frame.value(small), frame.value(large))]
        frames = [frame.with_values({some[0]: n}) for n in range(int(frame.value(some[1])) + 1)]
        return [(each.value(small), each.value(large)) for each in frames]

    def side_conditions(self) -> list[Term]:
        """Return hypotheses about what is searched for that no class of functions implies."""
        moving = {member[0] for member in self.free}
        return [
            p
            for p in self.method.rest
            if p.op in ("le", "lt", "ge", "gt") and not moving.isdisjoint(free_variables(p))
        ]

    def admitted(self, unrolled: Unrolled) -> NDArray[np.bool_]:
        """Say of each row whether what the hypotheses say of starts and points holds, strictly."""
        barriers, found = Barriers(unrolled.opened, self.last), np.ones(unrolled.rows, dtype=bool)
        for p in self.side_conditions():
            for room in barriers.of(p, unrolled, {}):
                found &= np.asarray(room > 0)
        return found

    def objective(
        self,
        shape: Choice,
        sharpness: float = np.inf,
        naturals: Mapping[Term, Term] | None = None,
    ) -> Callable[[Any], Any]:
        """Return log(small/large) as a function of such rows, -inf where nothing is to be seen.

        Of several ratios it is the least; with a finite ``sharpness`` p > 0, the smooth lower bound
        −log(Σ exp(−p r))/p of it.  What the hypotheses say of starts and points is a barrier.
        """
        opened = Opened()
        barriers, conditions = Barriers(opened, self.last), self.side_conditions()

        def objective(z: Any) -> Any:
            unrolled = self.unrolled(shape, z, opened)
            found = [log_ratio(*sides) for sides in self.sides(unrolled, naturals)]
            least = found[0]
            for other in found[1:]:
                least = anp.minimum(least, other)
            if len(found) > 1 and np.isfinite(sharpness):
                safe = anp.where(np.isfinite(unboxed(least)), least, 0.0)
                above = [anp.exp(-sharpness * anp.minimum(r - safe, 700.0)) for r in found]
                least = least - anp.log(sum(above)) / sharpness
            for room in (b for p in conditions for b in barriers.of(p, unrolled, {})):
                height = _BARRIER * anp.log(anp.where(room > 0, room, 1.0))
                least = least + anp.where(room > 0, height, -np.inf)
            return least + 0.0 * anp.sum(z, axis=-1)

        return objective

    # ------------------------------------------------------------ climbing
    def begin(self, shape: Choice, rows: int, rng: np.random.Generator) -> Start | None:
        """Draw rows and order them, the best first; None where nothing is to be seen on any."""
        rows = 1 if not shape.size and not self.free else rows
        start, objective = self.starts(shape, rows, rng), self.objective(shape)
        with np.errstate(all="ignore"):
            values = np.asarray(objective(start))
        values = np.where(np.isfinite(values), values, -np.inf)
        order = np.argsort(-values, kind="stable")
        if values[order[0]] == -np.inf:
            return None
        least = np.min(values[np.isfinite(values)])
        return Start(shape, start, order, float(values[order[0]]), float(least))

    def climb(self, start: Start, rows: int, iterations: int) -> list[tuple[Certified, Candidate]]:
        """Return what is certain of the best row: tidied, and as it was found."""
        shape, found, row = start.shape, start.rows, int(start.order[0])
        if not shape.drawn and found.shape[1]:
            found = found[start.order[:rows]]
            if shape.steep:
                for sharpness in _SHARPNESS if self.comparison.some else ():
                    found, _ = maximise(self.objective(shape, sharpness), found, iterations)
                found, values = maximise(self.objective(shape), found, iterations, summit=0.0)
            else:
                found, values = evolve(self.objective(shape), found, iterations, summit=0.0)
            row = int(np.argmax(values))
        return self.certain(shape, found[row], row)

    def certain(self, shape: Choice, z: Floats, row: int) -> list[tuple[Certified, Candidate]]:
        """Return what is certain of a row that was found, of its number: tidied, and as it is."""
        results = []
        for scale in self._scales(shape, z):
            candidate = self._candidate(shape, z, row, scale)
            if candidate is None:
                continue
            try:
                known = self.setting.certified(candidate)
            except _NOT_FOLLOWED:
                if shape.even:
                    raise
                candidate.in_floats()  # a mistake in a user's formula is one with floats, too
                break  # balls of arb cannot follow the formula
            if known is not None:
                results.append((known, candidate))
        return results

    def _scales(self, shape: Choice, z: Floats) -> Iterator[float]:
        """Yield the factors by which to shrink what was found: to the first start at 1, and 1."""
        if self.free and shape.dimension == 1 and shape.even:
            first = z[shape.size]
            if first:
                yield float(1.0 / abs(first))
        yield 1.0

    def _candidate(self, shape: Choice, z: Floats, row: int, scale: float) -> Candidate | None:
        d, n = shape.dimension, shape.size
        sign = -1.0 if d == 1 and self.free and shape.even and z[n] < 0 else 1.0
        places = {
            member: np.where(np.abs(x) < 1e-9, 0.0, x)
            for member, at in self._places(shape, z[None]).items()
            for x in [sign * scale * at]
        }
        if scale != 1.0:  # the first is exactly 1
            places = {v: np.where(np.abs(x - 1.0) < 1e-12, 1.0, x) for v, x in places.items()}
        try:
            families = shape.families(z[:n], row, sign * scale)
        except ValueError:
            return None
        assignment = Assignment(
            dict.fromkeys(self.plan.spaces, d),
            families,
            {v: np.array([x], dtype=object) for v, x in self.numbers.items()},
            {v: places.get((v, 0), np.zeros((1, d))) for v in self._own_points()},
            {},
            {},
            1,
        )
        return Candidate(assignment, {m: x for m, x in places.items() if m[0].sort.kind == "Fun"})

    def _own_points(self) -> list[Term]:
        return [v for v in self.plan.points if v not in self.method.rules]


def last_member(terms: Sequence[Term], numbers: Mapping[Term, Fraction | int]) -> int:
    """Return the largest index of a sequence's member that terms speak of, at these numbers.

    Raises NotEvaluated where a run so long is not searched.
    """
    run = Unrolled({}, {}, {v: int(x) for v, x in numbers.items() if v.sort == NAT},
                   Method({}, ()), {}, 1)  # fmt: skip
    found = [0]
    for t in (t for term in terms for t in subterms(term)):
        if t.op == "app" and t.args[1].sort == NAT and not t.args[1].loose:
            try:
                found.append(int(run.value(t.args[1])))
            except NotEvaluated:
                continue
    if max(found) > _LONGEST:
        raise NotEvaluated(f"the search is for runs of at most {_LONGEST} steps")
    return max(found)


def _balanced(plan: Plan, method: Method) -> Method:
    """Return the method with points where gradients add up to 0 as solutions: ∇f(x) + ∇g(x) = 0."""
    for p in method.rest:
        if p.op != "eq" or p.args[0].sort.kind != "Vec":
            continue
        for field, zero in (p.args, p.args[::-1]):
            field = field.args[0] if field.op == "neg" else field
            if zero.op != "num" or field.op != "add":
                continue
            for x in (v for v in plan.points if v not in method.rules):
                chosen = fresh_variable(f"{x.data}'", x.sort, free_variables(method.rest))
                read = potential(replace(field, x, chosen), chosen)
                if read is None or not any(t.op == "grad" and t.args[1] == x for t in subterms(p)):
                    continue
                rule = Rule(x, None, 0, chosen, chosen, read[0], True, read[1])
                rest = tuple(q for q in method.rest if q != p)
                found = {**method.rules, x: (rule,)}, rest, {**method.said, p: (rule,)}
                return _balanced(plan, Method(*found))
    return method


def _moved(plan: Plan, method: Method, fixed: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the functions whose minimisers are free: of several, those not tied to a point."""
    tied = {p.args[0] for p in method.rest if p.op == "def" and p.args and p.args[-1] in fixed}
    tied |= {
        side.args[0] for p in method.rest if p.op == "eq" for side in p.args if side.op == "grad"
    }
    free = [f for f in plan.functions if f not in tied]
    return tuple(free if len(free) < len(plan.functions) else free[1:])


def log_ratio(small: Any, large: Any) -> Any:
    """Return log(small/large), below -700 where small ≤ 0, -inf where large is not positive."""
    sound = large > _SMALLEST
    safe = anp.where(sound, large, 1.0)
    above = small > 0
    climbing = anp.log(anp.where(above, small, 1.0)) - anp.log(safe)
    ratio = anp.where(above, climbing, small / safe - 800.0)
    return anp.where(sound, ratio, -np.inf)
