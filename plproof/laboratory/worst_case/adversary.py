"""The search for the worst function: how close to equality the inequalities of a claim come.

With the constants of the class held fixed, the best of many random starts is improved by ascent
through the whole run of the method.  What is reported is computed again in balls of arb, on
functions whose membership in the class is certified.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from plproof.laboratory import families as catalogue
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.families import Family, FamilyKind
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.opened import with_gradients
from plproof.laboratory.modelling.ratios import Comparison, comparisons, index_name, is_trivial
from plproof.laboratory.testing.counterexamples import Counterexample, describe
from plproof.laboratory.testing.snippets import identifier
from plproof.laboratory.worst_case.candidates import Candidate, Certified
from plproof.laboratory.worst_case.constrained import Constrained
from plproof.laboratory.worst_case.functions_in_words import in_words, map_in_words, values_in_words
from plproof.laboratory.worst_case.linear_maps import linear_examples
from plproof.laboratory.worst_case.plain import plain_examples, simplified
from plproof.laboratory.worst_case.problems import Problem, Start
from plproof.laboratory.worst_case.ranges import independent, variations
from plproof.laboratory.worst_case.tournament import tournament
from plproof.laboratory.worst_case.unrolled import Member
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables

Found: TypeAlias = tuple[Certified, Candidate]

INDICES = (1, 5, 20)
"""The values given to the natural numbers of a claim: how many steps a run makes."""

TIGHT = 1e-6
"""A ratio within this of 1 is called tight."""

_ATTAINED = 1e-9
_PATIENCE = 3  # costly climbs without a gain before the search ends
_GAIN = 1e-3
_DRAWN = 16  # random rows for each that is to climb: they cost little beside a climb
_CERTIFIED, _DOUBTED = 4, 12  # of what rounds have reached: certain ones, and doubtful ones
_VALUES = 2  # of numbers free in a range, values searched beside the first
_FALSE = 2.0  # a certified ratio above this ends a search


@dataclass(frozen=True)
class Best:
    """The largest ratio found for one comparison of a claim.

    ``comparison`` as text; ``index``, the value of its natural numbers (None without any);
    ``ratio``, a lower bound of small/large at what was found; ``words``, the function in words, or
    its literal; ``literal``, ``starts`` and ``points`` rebuild it; ``numbers``, the constants held
    fixed; ``note``, why there was no search, or what to know of it ("" when there is nothing);
    ``once``, those of the numbers that are no constants of a class and had this value only;
    ``tried``, the values of the others.
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
    counter: str = "k"
    violation: dict[str, Any] | None = None
    once: list[str] = field(default_factory=list)
    tried: dict[str, list[str]] = field(default_factory=dict)

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
    families: Sequence[FamilyKind] = (),
) -> Best:
    """Search for the largest ratio of a comparison, as :func:`search_list` numbers them.

    ``index`` is the value of the natural numbers; for each shape of function the best ``starts`` of
    four times as many random ones are improved in ``iterations`` of ascent (0: they are not);
    functions that are merely drawn are tried as they are.  Where equality is not reached, numbers
    that the hypotheses leave free in a range get other values.  Of ``families``, kinds of functions
    of the user's own, the parameters are searched where functions are in the class.  The same
    arguments, the same answer.
    """
    statement = with_gradients(statement)
    comparison = comparisons(statement)[number]
    text = show(comparison.proposition)
    rng = np.random.default_rng([seed, 21, number, index or 0])
    try:
        problem: Problem | Constrained = Problem.of(statement, comparison, index, families)
    except NotEvaluated as reason:
        try:
            problem = Constrained.of(statement, comparison, index)
        except NotEvaluated as error:
            about = free_variables(_given(statement, comparison))
            functions = any(_is_function(v) for v in about)
            note = str(reason if functions else error)
            return Best(text, index, None, note=note)
    doubtful: list[Term] = []
    try:
        if isinstance(problem, Problem):
            best = _in_classes(problem, starts, iterations, rng)
        else:
            best = _within_barriers(problem, starts, iterations, rng, doubtful)
    except NotEvaluated as error:
        return Best(text, index, None, note=str(error))
    if best is None:
        return Best(text, index, None, note=_nothing(problem, doubtful))
    if best[0].ratio == best[0].left == 0:
        return Best(text, index, None, note=_no_ratio(comparison))
    if not isinstance(problem, Problem):
        return _report(problem, text, index, best)
    best = simplified(problem, best)  # simple fractions may reach what an ascent comes near to
    if best[0].ratio >= 1.0 - TIGHT:
        return _report(problem, text, index, best)
    first = problem
    varied = _varied(problem, starts, iterations, [seed, 22, number, index or 0])
    for other, found in varied:
        if found is not None and _is_better(found, best):
            problem, best = other, found
    report = _report(problem, text, index, simplified(problem, best))
    tried = {}
    for v in independent(first.plan, first.method, first.numbers):
        had = (str(each.numbers[v]) for each in (first, *(other for other, _ in varied)))
        tried[show(v)] = list(dict.fromkeys(had))
    once = [v for v, had in tried.items() if len(had) == 1]
    return replace(report, once=once, tried={v: had for v, had in tried.items() if v not in once})


def _in_classes(
    problem: Problem, starts: int, iterations: int, rng: np.random.Generator
) -> Found | None:
    """Search in classes of functions, with constants held fixed; simple examples too.

    Where hypotheses speak of points these come first: the ascent stays inside of what is allowed.
    """
    plain: Found | None = None
    first = bool(problem.side_conditions())
    if first:
        plain = _best_of(plain_examples(problem, rng), None)
        if plain is not None and _is_enough(plain):
            return plain
    best = _climbed(problem, starts, iterations, rng)
    if not first and best is not None and best[0].ratio < 1.0 - TIGHT:
        plain = _best_of(plain_examples(problem, rng), None)
    return best if plain is None else _best_of([plain], best)


def _best_of(found: Iterable[Found], best: Found | None) -> Found | None:
    for one in found:
        if best is None or _is_better(one, best):
            best = one
    return best


def _climbed(
    problem: Problem, starts: int, iterations: int, rng: np.random.Generator
) -> Found | None:
    """Search by ascent from random examples."""
    some = problem.comparison.some is not None
    if not some and (problem.method.implicit() or len(problem.required) > 1):
        return _in_rounds(problem, starts, iterations, rng)
    if some:
        starts, iterations = max(4, starts // 2), iterations // 2
    best: Found | None = None
    idle = 0
    for start in _starts(problem, 4 * starts, rng, sort=some):
        if start.shape.drawn and best is not None and start.ratio <= best[0].ratio * (1 + 1e-9):
            continue  # what is drawn is not improved
        before = -np.inf if best is None else best[0].ratio
        best = _best_of(problem.climb(start, starts, iterations), best)
        if best is not None and _is_enough(best):
            break
        gained = best is not None and best[0].ratio > before + _GAIN * abs(before)
        idle = 0 if gained else idle + 1
        if some and best is not None and idle >= _PATIENCE:
            break
    return best


def _varied(
    problem: Problem, starts: int, iterations: int, seed: Sequence[int]
) -> list[tuple[Problem, Found | None]]:
    """Search at other values of the numbers that are free in a range, the most promising first.

    All of it takes about as long as the search at one value.  Where a value makes the claim the
    same for all functions, as a step of size 0 does, equality is no news: it is left out.
    """
    numbers = variations(problem.plan, problem.method, problem.numbers)
    promising: list[tuple[float, Problem]] = []
    shapeless = False  # at the first value the ratio is the same for all functions, too
    for place, given in enumerate([problem.numbers, *numbers] if numbers else []):
        other = problem.at(given)
        begun = _starts(other, 4 * starts, np.random.default_rng(seed))
        flat = all(s.flat for s in begun)
        if place == 0:
            shapeless = flat
        elif begun and not (flat and (not shapeless or all(s.level for s in begun))):
            promising.append((max(s.best for s in begun), other))
    promising.sort(key=lambda one: -one[0])
    fewer, shorter = max(4, starts // 2), iterations // (3 * _VALUES)
    found: list[tuple[Problem, Found | None]] = []
    for _, other in promising[:_VALUES]:
        one = _in_classes(other, fewer, shorter, np.random.default_rng(seed))
        found.append((other, one))
        if one is not None and (_is_enough(one) or one[0].ratio >= 1.0 - TIGHT):
            break
    return found


def _in_rounds(
    problem: Problem, starts: int, iterations: int, rng: np.random.Generator
) -> Found | None:
    """Search where steps are minimisations or shapes are many: all of them, in rounds."""
    best: Found | None = None
    begun = _starts(problem, _DRAWN * starts, rng)
    tried, doubted = 0, 0
    for start in (s for s in begun if not s.shape.steep):
        best = _best_of(problem.climb(start, max(4, starts // 3), iterations), best)
    begun = [s for s in begun if s.shape.steep]
    for reached in tournament(problem, begun, max(4, starts // 3), iterations):
        if best is not None and (tried >= _CERTIFIED or np.exp(reached.value) < best[0].ratio):
            break
        found = problem.certain(reached.shape, reached.row, 0)
        tried, doubted = tried + bool(found), doubted + (not found)
        best = _best_of(found, best)
        if doubted >= _DOUBTED or (best is not None and _is_enough(best)):
            break
    return best


def _within_barriers(
    problem: Constrained,
    starts: int,
    iterations: int,
    rng: np.random.Generator,
    doubtful: list[Term],
) -> Found | None:
    """Search among numbers, points and maps, with the hypotheses as barriers."""
    best = _best_of(linear_examples(problem, rng), None)
    if best is not None:  # of maps of other kinds not even the equations are solved
        return best
    starts, iterations = max(1, starts // 3), 1 + iterations // 3
    if problem.plan.systems:  # the steps of a run are costly: the more, the fewer are improved
        iterations //= 1 + problem.last // 4
    for layout in problem.layouts():
        best = _best_of(problem.climb(layout, starts, iterations, rng, doubtful), best)
        if best is not None and (_is_enough(best) or best[0].ratio >= 1.0 - TIGHT / 10):
            break
    return best


def _is_enough(best: Found) -> bool:
    """Say whether there is nothing more to reach: equality, or that a claim is quite false.

    A violation beyond equality is found by `check`.
    """
    if best[0].violated:
        return best[0].ratio > _FALSE
    return 1.0 - 1e-9 <= best[0].ratio <= 1.0 and not _is_flat(best)


def _given(statement: Statement, comparison: Comparison) -> list[Term]:
    return [*(h for _, h in statement.hypotheses), *comparison.given]


def _is_function(v: Term) -> bool:
    """Say whether a variable is a function of vectors with real values."""
    return v.sort.kind == "Fun" and v.sort.parts[0].kind == "Vec" and v.sort.parts[1] == REAL


def _nothing(problem: Problem | Constrained, doubtful: Sequence[Term]) -> str:
    if isinstance(problem, Problem):
        return "no function at hand satisfies the hypotheses"
    if not doubtful:
        return "nothing was found that satisfies the hypotheses"
    most = max(dict.fromkeys(doubtful), key=doubtful.count)
    return f"nothing at hand is known to satisfy {show(most)}"


def _no_ratio(comparison: Comparison) -> str:
    if comparison.small.op == "num":
        return "there is no ratio to 0"
    return f"there is no ratio: {show(comparison.small)} was 0 wherever it was tried"


def _starts(
    problem: Problem, rows: int, rng: np.random.Generator, sort: bool = False
) -> list[Start]:
    """Return random rows of each shape; with ``sort`` those that promise most first."""
    found = []
    for shape in problem.choices(rows, rng):
        if not (shape.drawn and problem.method.implicit()):
            start = problem.begin(shape, rows, rng)
            if start is not None:
                found.append(start)
    return sorted(found, key=lambda s: -s.best) if sort else found


def _is_flat(found: Found) -> bool:
    """Say whether all functions are constant."""
    families = found[1].assignment.families.values()
    return bool(families) and all(f.constants.constant[0] for f in families)


def _is_better(one: Found, other: Found) -> bool:
    """Say whether a ratio is larger; of equal ones, a function that is not constant is better."""
    gain = one[0].ratio - other[0].ratio
    close = 1e-9 * abs(other[0].ratio)
    return gain > close or (gain > -close and _is_flat(other) and not _is_flat(one))


def _variables(statement: Statement, comparison: Comparison) -> tuple[Term, ...]:
    hypotheses = [h for _, h in statement.hypotheses]
    return free_variables([*hypotheses, *comparison.given, comparison.proposition])


def _report(problem: Problem | Constrained, text: str, index: int | None, found: Found) -> Best:
    """Return the best case in words; where it fails, with a counterexample."""
    known, candidate = found
    a = candidate.assignment
    held: dict[str, Fraction] = {}
    home = "the start's distance from it"
    if isinstance(problem, Problem):
        held = {show(v): x for v, x in problem.numbers.items() if v.sort == REAL}
        home = f"‖x₀ − {show(problem.fixed[0])}‖" if problem.fixed else home
    starts = {_named(m): np.ravel(x).tolist() for m, x in candidate.starts.items()}
    points = {show(v): x[0].tolist() for v, x in a.points.items()}
    reach = next((float(np.sqrt(np.sum(x**2))) for x in candidate.starts.values()), None)
    words = [in_words(g, show(f), held, reach, home) for f, g in a.families.items()]
    words += [map_in_words(F, show(v)) for v, F in a.systems.items()]
    if isinstance(problem, Constrained):
        words += values_in_words(a, starts)
    literals = [g.literal(0) for g in a.families.values()]
    literals += [F.literal(0) for F in a.systems.values()]
    return Best(
        comparison=text,
        index=index,
        ratio=float(f"{known.ratio:.12g}"),
        words="; ".join(words),
        literal="; ".join(literals),
        starts=starts,
        points=points,
        numbers={v: str(x) for v, x in held.items()},
        counter=index_name(problem.comparison),
        violation=_violation(problem, found).to_json() if known.violated else None,
        note=_without_gradients(problem),
    )


def _without_gradients(problem: Problem | Constrained) -> str:
    """Name the kinds of the user's own that are searched without gradients, "" without any."""
    if not isinstance(problem, Problem) or not problem.kinds:
        return ""
    every = problem.choices(8, np.random.default_rng(0))
    blunt = [s.name.partition(",")[0] for c in every for s in c.parts.values() if not s.steep]
    names = ", ".join(dict.fromkeys(blunt))
    return f"autograd does not follow {names}: searched by random steps" if names else ""


def _named(member: Member) -> str:
    target, i = member
    return show(target) if i == 0 else f"{show(target)}[{i}]"


def _violation(problem: Problem | Constrained, found: Found) -> Counterexample:
    """Return the counterexample: described alone where the method is gradient descent."""
    known, candidate = found
    statement, plan, a = problem.statement, problem.plan, candidate.assignment
    given = tuple(_given(statement, problem.comparison))
    last = 1 + max((int(x[0]) for v, x in a.numbers.items() if v.sort == NAT), default=0)
    if all(m[0] in plan.descents for m in candidate.starts) and problem.comparison.some is None:
        alone = replace(
            a,
            numbers={
                v: np.array([float(x[0])])
                for v, x in a.numbers.items()
                if v not in plan.definitions
            },
            starts={v: x for (v, _), x in candidate.starts.items()},
            iterations=last,
        )
        case = Case(given, given, problem.comparison.proposition, alone)
        if case.fails():
            return describe(statement, "claim", case)
    functions: dict[Term, Family | SystemMap] = {**a.families, **a.systems}
    made = {type(g).__name__: _home(type(g)) for g in a.families.values()}
    if a.systems:
        made |= {"SystemMap": "plproof.laboratory.meaning.maps"}
        made |= {type(F.system).__name__: type(F.system).__module__ for F in a.systems.values()}
    values: dict[str, float | list[float]] = {}
    for v, x in (*a.numbers.items(), *a.points.items(), *a.matrices.items()):
        values[show(v)] = float(x[0]) if v.sort in (NAT, REAL) else x[0].tolist()
    starts = {_named(m): np.ravel(x).tolist() for m, x in candidate.starts.items()}
    lines = [f"from {module} import {name}" for name, module in sorted(made.items())]
    lines += ["", *(f"{identifier(f)} = {g.literal(0)}" for f, g in functions.items())]
    lines += [f"{identifier(v)} = {values[show(v)]}" for v in (*a.numbers, *a.points, *a.matrices)]
    lines += [f"# {name} starts at {x}" for name, x in starts.items()]
    return Counterexample(
        "claim",
        dict(a.dimensions),
        {show(f): g.literal(0) for f, g in functions.items()},
        values,
        starts,
        last,
        {name: float("inf") for name, _ in statement.hypotheses},
        show(problem.comparison.proposition),
        known.left,
        known.right,
        (known.ratio - 1.0) / (known.ratio + 1.0),
        "\n".join([*lines, ""]),
        VIOLATED,
        "the run of the method, in balls of arb",
    )


def _home(kind: type) -> str:
    """Return the module to import a class of functions from: of the catalogue, its package."""
    return "plproof.laboratory.families" if kind in vars(catalogue).values() else kind.__module__


def summary(found: Sequence[Best]) -> str:
    """Return in a line how tight a comparison is, from the best of it at each index."""
    searched = [b for b in found if b.ratio is not None]
    if not searched:
        return f"{found[0].comparison}: not searched: {found[0].note}"
    best = max(searched, key=lambda b: (b.ratio or 0.0, -(b.index or 0)))
    said = ", ".join(f"{n} = {x}" for n, x in (best.numbers or {}).items())
    held = f" ({said})" if said else ""
    at = f" at {best.counter} = {best.index}" if best.index is not None else ""
    held += f"; {best.note}" if best.note else ""
    if best.violation is not None:
        return f"{best.comparison}: violated{at} by {best.words}{held}"
    tight = [b for b in searched if b.tight]
    if tight:
        indices = [str(b.index) for b in tight if b.index is not None]
        at = f" at {best.counter} = {', '.join(indices)}" if indices else ""
        least = 1.0 - _ATTAINED if tight[-1].literal else 1.0
        reached = "attained" if (tight[-1].ratio or 0.0) >= least else "approached"
        rest = [f"{b.ratio:.6g} at {b.index}" for b in searched if not b.tight]
        held += f"; no better than {', '.join(rest)} found" if rest else ""
        return f"{best.comparison}: tight{at}: {reached} by {tight[-1].words}{held}"
    share = f"{best.ratio:.4g}"
    if share == "1":  # not quite
        share = f"{best.ratio:.8g}"
    within = ""
    if best.once:  # at other values the claim may be tight
        held, within = held.removeprefix(f" ({said})"), f" for {said}"
    tried = "; ".join(f"{v} = {', '.join(values)}" for v, values in best.tried.items())
    tried = f"; tried {tried}" if tried else ""
    reached = f"{share} of the bound{at}, by {best.words}{held}{tried}"
    return f"{best.comparison}: not seen to be tight{within}: no better than {reached}"
