"""The search for the worst function: how close to equality the inequalities of a claim come.

With the constants of the class held fixed, the functions, the starts and the points are chosen to
make the ratio small/large as large as possible: the best of many random starts, then ascent through
the whole run of the method.  What is reported is evaluated again with error bounds, on functions
whose membership in the class is certified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np

from plproof.laboratory.bfgs import maximise
from plproof.laboratory.cases import Case
from plproof.laboratory.certify import certify, is_known
from plproof.laboratory.counterexamples import Counterexample, describe
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.families import Family, NormHuber, SpectralQuadratic
from plproof.laboratory.models import Assignment, Plan, realise
from plproof.laboratory.ratios import Comparison, comparisons, is_trivial
from plproof.laboratory.rounding import SAFETY, UNIT, Floats
from plproof.laboratory.shapes import Requirements, Shape, shapes
from plproof.laboratory.unrolled import Unrolled
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables
from plproof.theory.functions import PL, Convex, Smooth, StronglyConvex

INDICES = (1, 5, 20)
"""The values given to the natural numbers of a claim: how many steps a run makes."""

TIGHT = 1e-6
"""A ratio within this of 1 is called tight."""

_SMALLEST = 1e-10  # right sides below it are left alone: there is only rounding to be found
_UP = (1.0, 2.0, 4.0, 0.5, 0.25, 8.0)
_DOWN = (1.0, 0.5, 0.25, 0.125, 0.0, 2.0)


@dataclass(frozen=True)
class Best:
    """The largest ratio found for one comparison of a claim.

    ``comparison`` as text; ``index``, the value of its natural numbers (None without any);
    ``ratio``, a lower bound of small/large at what was found; ``words``, the function in words, or
    its literal; ``literal``, ``starts`` and ``points`` rebuild it; ``numbers``, the constants held
    fixed; ``note``, why there was no search ("" when there was).
    """

    comparison: str
    index: int | None
    ratio: float | None
    words: str = ""
    literal: str = ""
    starts: dict[str, list[float]] | None = None
    points: dict[str, list[float]] | None = None
    numbers: dict[str, str] | None = None
    note: str = ""
    violation: dict[str, Any] | None = None

    @property
    def tight(self) -> bool:
        """Whether equality is reached, up to ``TIGHT``."""
        return self.ratio is not None and self.ratio >= 1.0 - TIGHT

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def search_list(statement: Statement) -> list[tuple[int, int | None]]:
    """Return what there is to search: (number of a comparison, value of its natural numbers)."""
    found: list[tuple[int, int | None]] = []
    for number, comparison in enumerate(comparisons(statement)):
        if not is_trivial(comparison):
            counted = any(v.sort == NAT for v in _variables(statement, comparison))
            found += [(number, k) for k in (INDICES if counted else (None,))]
    return found


def best_ratio(
    statement: Statement,
    number: int,
    index: int | None,
    seed: int = 0,
    starts: int = 24,
    iterations: int = 150,
) -> Best:
    """Search for the largest ratio of a comparison, as :func:`search_list` numbers them.

    ``index`` is the value of the natural numbers; for each shape of function the best ``starts`` of
    four times as many random ones are improved in ``iterations`` of ascent (0: they are not);
    functions that are merely drawn are tried as they are.  The same arguments, the same
    answer.
    """
    comparison = comparisons(statement)[number]
    text = show(comparison.proposition)
    try:
        problem = Problem.of(statement, comparison, index)
    except NotEvaluated as error:
        return Best(text, index, None, note=str(error))
    rng = np.random.default_rng([seed, 21, number, index or 0])
    best: tuple[float, Assignment] | None = None
    for shape in shapes(problem.required, 4 * starts, rng):
        try:
            found = problem.climb(shape, starts, iterations, rng)
        except NotEvaluated as error:
            return Best(text, index, None, note=str(error))
        for ratio, assignment in found:
            if best is None or ratio > best[0] + 1e-9 * abs(best[0]):
                best = ratio, assignment
        if best is not None and 1.0 - 1e-9 <= best[0] <= 1.0:
            break  # equality: there is no more to reach but a violation, which `check` looks for
    if best is None:
        return Best(text, index, None, note="no function at hand satisfies the hypotheses")
    return problem.report(text, index, *best)


def _variables(statement: Statement, comparison: Comparison) -> tuple[Term, ...]:
    hypotheses = [h for _, h in statement.hypotheses]
    return free_variables([*hypotheses, *comparison.given, comparison.proposition])


@dataclass(frozen=True)
class Problem:
    """What is held fixed during a search, and for what: one comparison of a statement.

    ``numbers`` by variable; ``required``, the class of the ``function``; ``fixed``, the points that
    stay at the minimiser, 0.
    """

    statement: Statement
    comparison: Comparison
    plan: Plan
    function: Term
    required: Requirements
    numbers: dict[Term, float]
    fixed: tuple[Term, ...]

    @classmethod
    def of(cls, statement: Statement, comparison: Comparison, index: int | None) -> Problem:
        """Choose the constants; NotEvaluated, with the reason, where there can be no search."""
        hypotheses = tuple(h for _, h in statement.hypotheses)
        plan = Plan.of((*hypotheses, *comparison.given), (comparison.proposition,))
        if len(plan.functions) != 1:
            raise NotEvaluated("the search is for statements about one function")
        if any(v not in plan.descents for v in plan.sequences):
            raise NotEvaluated("the search is for runs of gradient descent")
        (f,) = plan.functions
        fixed = tuple(p.args[-1] for p in plan.parts if p.op == "def" and p.args[-1] in plan.points)
        numbers, required = _constants(plan, f, index)
        return cls(statement, comparison, plan, f, required, numbers, fixed)

    # ------------------------------------------------------------ climbing
    @property
    def free(self) -> list[Term]:
        """The starts of runs and the points that are searched for."""
        return [v for v in (*self.plan.descents, *self.plan.points) if v not in self.fixed]

    def starts(self, shape: Shape, count: int, rng: np.random.Generator) -> Floats:
        """Draw parameters, starts and points (count, n), in a row each, at several scales."""
        theta = rng.standard_normal((count, shape.size)) * 1.5
        places = rng.standard_normal((count, shape.dimension * len(self.free)))
        places *= np.exp2(rng.integers(-2, 4, (count, 1)))
        return np.concatenate([theta, places], axis=1)

    def unrolled(self, shape: Shape, z: Any) -> Unrolled:
        """Return what gives terms their values for rows like those of :meth:`starts`."""
        d, n = shape.dimension, shape.size
        at = {v: z[:, n + i * d : n + (i + 1) * d] for i, v in enumerate(self.free)}
        zero = np.zeros((len(z), d))
        return Unrolled(
            {self.function: shape.functions(z[:, :n])},
            {v: at.get(v, zero) for v in self.plan.points},
            {v: at[v] for v in self.plan.descents},
            self.numbers,
            self.plan.descents,
            d,
        )

    def objective(self, shape: Shape) -> Callable[[Any], Any]:
        """Return log(small/large) as a function of such rows, -inf where nothing is to be seen."""

        def objective(z: Any) -> Any:
            unrolled = self.unrolled(shape, z)
            small = unrolled.value(self.comparison.small)
            large = unrolled.value(self.comparison.large)
            sound = large > _SMALLEST
            safe = anp.where(sound, large, 1.0)
            above = small > 0
            climbing = anp.log(anp.where(above, small, 1.0)) - anp.log(safe)
            ratio = anp.where(above, climbing, small / safe - 800.0)
            return anp.where(sound, ratio, -np.inf) + 0.0 * anp.sum(z, axis=-1)

        return objective

    def climb(
        self, shape: Shape, rows: int, iterations: int, rng: np.random.Generator
    ) -> list[tuple[float, Assignment]]:
        """Return certified ratio and assignment of the best row: tidied, and as it was found."""
        start, objective = self.starts(shape, 4 * rows, rng), self.objective(shape)
        with np.errstate(all="ignore"):
            values = np.asarray(objective(start))
        values = np.where(np.isfinite(values), values, -np.inf)
        order = np.argsort(-values, kind="stable")
        if not start.shape[1] or values[order[0]] == -np.inf:
            return []
        row, found = int(order[0]), start
        if not shape.drawn:
            found, values = maximise(objective, start[order[:rows]], iterations)
            row = int(np.argmax(values))
        last = self.unrolled(shape, found)
        last.value(self.comparison.small), last.value(self.comparison.large)
        results = []
        for scale in self._scales(shape, found[row]):
            proposal = self._assignment(shape, found[row], row, max(1, last.longest), scale)
            ratio = None if proposal is None else self.certified(proposal)
            if proposal is not None and ratio is not None:
                results.append((ratio, proposal))
        return results

    def _scales(self, shape: Shape, z: Floats) -> Iterator[float]:
        """Yield the factors by which to shrink what was found: to the first start at 1, and 1."""
        if self.free and shape.dimension == 1:
            first = z[shape.size]
            if first:
                yield float(1.0 / abs(first))
        yield 1.0

    def _assignment(
        self, shape: Shape, z: Floats, row: int, longest: int, scale: float
    ) -> Assignment | None:
        d, n = shape.dimension, shape.size
        sign = -1.0 if d == 1 and self.free and z[n] < 0 else 1.0
        at = {
            v: np.where(np.abs(x) < 1e-9, 0.0, x)
            for i, v in enumerate(self.free)
            for x in [sign * scale * z[None, n + i * d : n + (i + 1) * d]]
        }
        if scale != 1.0:  # the first is exactly 1
            at = {v: np.where(np.abs(x - 1.0) < 1e-12, 1.0, x) for v, x in at.items()}
        try:
            family = shape.family(z[:n], row, scale)
        except ValueError:
            return None
        (space,) = self.function.sort.parts[0].spaces
        return Assignment(
            {space: d},
            {self.function: family},
            {v: np.array([x]) for v, x in self.numbers.items() if v not in self.plan.definitions},
            {v: at.get(v, np.zeros((1, d))) for v in self.plan.points},
            {v: at[v] for v in self.plan.descents},
            {},
            longest,
        )

    def certified(self, proposal: Assignment) -> float | None:
        """Return a lower bound of the ratio, None where the hypotheses are not certified."""
        try:
            model = realise(self.plan, proposal)
            given = [h for _, h in self.statement.hypotheses]
            if not all(certify(model, h)[0] for h in (*given, *self.comparison.given)):
                return None
            small = model.value(self.comparison.small)
            large = model.value(self.comparison.large)
        except NotEvaluated:
            return None
        low = float(np.min(small.value - SAFETY * UNIT * small.error))
        high = float(np.max(large.value + SAFETY * UNIT * large.error))
        if not (high > 0 and np.isfinite(low) and np.isfinite(high)):
            return None
        return low / high if low > 0 else low / max(float(np.min(large.value)), 1e-300)

    # ------------------------------------------------------------ what is said of it
    def report(self, text: str, index: int | None, ratio: float, proposal: Assignment) -> Best:
        """Return the best case in words; where it fails, with a counterexample."""
        given = (*(h for _, h in self.statement.hypotheses), *self.comparison.given)
        case = Case(given, given, self.comparison.proposition, proposal)
        violation: Counterexample | None = None
        if case.fails():
            violation = describe(self.statement, "claim", case)
        family = proposal.families[self.function]
        starts = {show(v): x[0].tolist() for v, x in proposal.starts.items()}
        points = {show(v): x[0].tolist() for v, x in proposal.points.items()}
        shown = {v: x for v, x in self.numbers.items() if v.sort == REAL}
        return Best(
            comparison=text,
            index=index,
            ratio=float(f"{ratio:.12g}"),
            words=_in_words(family, shown, proposal, show(self.function)),
            literal=family.literal(0),
            starts=starts,
            points=points,
            numbers={show(v): str(Fraction(x)) for v, x in shown.items()},
            violation=None if violation is None else violation.to_json(),
        )


def _constants(plan: Plan, f: Term, index: int | None) -> tuple[dict[Term, float], Requirements]:
    """Choose the numbers that fit functions with 1/4 ≤ f'' ≤ 1, and describe the class.

    All products of a few candidates are tried at once; the first that satisfies the hypotheses is
    taken, smoothness constants from below, the others from above.
    """
    upwards = {
        v
        for p in plan.parts
        if p.op == "def" and p.data == Smooth
        for v in free_variables(p.args[1])
    }
    free = [v for v in plan.free_numbers() if v.sort == REAL]
    ladders = [sorted(_UP) if v in upwards else sorted(_DOWN, reverse=True) for v in free]
    bound = {
        v for p in plan.parts if p.op == "def" and p.data in (Smooth, PL, StronglyConvex)
        for v in free_variables(p.args[1])
    }  # fmt: skip
    ladders = [lad if v in bound else list(_DOWN) for v, lad in zip(free, ladders, strict=True)]
    rows = np.array(list(product(*ladders)), dtype=np.float64).reshape(-1, len(free))
    if len(rows) > 20_000:
        raise NotEvaluated("there are too many constants to hold fixed")
    naturals = {v: float(index or 1) for v in plan.numbers if v.sort == NAT}
    count = len(rows)
    family: Family = SpectralQuadratic([[1.0, 0.25]], [np.eye(2)], np.zeros((1, 2)), [0.0])
    (space,) = f.sort.parts[0].spaces
    zero = np.zeros((count, 2))
    proposal = Assignment(
        {space: 2},
        {f: family.take([0] * count)},
        {v: rows[:, i] for i, v in enumerate(free)}
        | {v: np.full(count, k) for v, k in naturals.items()},
        dict.fromkeys(plan.points, zero),
        dict.fromkeys(plan.descents, zero + 1.0),
        {},
        1,
        batch=count,
    )
    model = realise(plan, proposal)
    good = np.ones(count, dtype=bool)
    for p in plan.parts:
        if not any(v in plan.sequences for v in free_variables(p)):
            good &= certify(model, p)
    if not good.any():
        raise NotEvaluated("no constants were found that fit the hypotheses")
    first = int(np.argmax(good))
    numbers = {v: float(rows[first, i]) for i, v in enumerate(free)} | naturals
    single = realise(plan, replace(proposal.take([first]), batch=1))
    for v in plan.definitions:
        numbers[v] = float(np.ravel(single.value(v).value)[0])
    return numbers, _requirements(plan, f, single)


def _requirements(plan: Plan, f: Term, model: Any) -> Requirements:
    """Return the class in terms of constants; of a user's own class, a part where they fit."""
    found = Requirements()
    for p in plan.parts:
        if not is_known(p) and f in free_variables(p):
            found = Requirements(min(found.smooth, 1.0), max(found.strongly_convex, 0.25))
    for p in plan.parts:
        if p.op != "def" or not p.args or p.args[0] != f:
            continue
        if p.data == Convex:
            found = replace(found, convex=True)
        if p.data not in (Smooth, StronglyConvex, PL):
            continue
        number = float(np.ravel(model.value(p.args[1]).value)[0])
        if p.data == Smooth:
            found = replace(found, smooth=min(found.smooth, number))
        elif p.data == StronglyConvex:
            found = replace(found, strongly_convex=max(found.strongly_convex, number))
        else:
            found = replace(found, pl=max(found.pl, number))
    return found


def _in_words(family: Family, numbers: dict[Term, float], proposal: Assignment, name: str) -> str:
    if isinstance(family, SpectralQuadratic) and family.dimension == 1:
        curvature = float(family.spectrum[0, 0])
        for v, x in numbers.items():
            if x == curvature and x:
                return f"{name}(x) = {show(v)}x²/2"
        return f"{name}(x) = {curvature / 2:.6g}x²"
    if isinstance(family, NormHuber):
        reach = [float(np.abs(x).max()) for x in proposal.starts.values()]
        if reach and reach[0]:
            knot = float(family.threshold[0]) / reach[0]
            whole = round(1.0 / knot)
            if abs(knot * whole - 1.0) < 1e-5:
                return f"Huber's function with knot ‖x₀ − x*‖/{whole} ({knot:.9g})"
            return f"Huber's function with knot {knot:.6g}·‖x₀ − x*‖"
        return f"Huber's function with knot {float(family.threshold[0]):.6g}"
    return family.literal(0)


def summary(found: Sequence[Best]) -> str:
    """Return in a line how tight a comparison is, from the best of it at each index."""
    searched = [b for b in found if b.ratio is not None]
    if not searched:
        return f"{found[0].comparison}: not searched: {found[0].note}"
    best = max(searched, key=lambda b: (b.ratio or 0.0, -(b.index or 0)))
    held = ", ".join(f"{n} = {x}" for n, x in (best.numbers or {}).items())
    held = f" ({held})" if held else ""
    at = f" at k = {best.index}" if best.index is not None else ""
    if best.violation is not None:
        return f"{best.comparison}: violated{at} by {best.words}{held}"
    tight = [b for b in searched if b.tight]
    if tight:
        indices = [str(b.index) for b in tight if b.index is not None]
        at = f" at k = {', '.join(indices)}" if indices else ""
        return f"{best.comparison}: tight{at}: attained by {tight[-1].words}{held}"
    found_at = f"best {best.ratio:.4g} of the bound{at} by {best.words}{held}"
    return f"{best.comparison}: not tight: {found_at}"
