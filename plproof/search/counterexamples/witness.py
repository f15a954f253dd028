"""A concrete function with which a claim fails, or which attains it: found numerically, then exact.

The semidefinite program gives points, slopes and values in few dimensions; a function through them
is rounded, the method is run on it in rational numbers, and every hypothesis of the statement is
decided for it.  What fails one of them is never reported, however near it is.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.printing import show
from plproof.language.sorts import REAL, LanguageError
from plproof.language.terms import Term, number, subterms
from plproof.proof.algebra import NoTerm
from plproof.proof.shortened import is_short
from plproof.search.counterexamples.functions.curvature import curvatures
from plproof.search.counterexamples.functions.interpolant import (
    Curvatures,
    Datum,
    interpolants,
    with_choices,
)
from plproof.search.counterexamples.functions.judge import Function, Judge
from plproof.search.counterexamples.functions.piecewise import Piecewise, signed
from plproof.search.counterexamples.functions.polynomials import Undecided
from plproof.search.counterexamples.functions.quadratic import (
    Metric,
    Point,
    QuadraticForm,
    coordinates,
)
from plproof.search.counterexamples.relaxation import relaxed
from plproof.search.counterexamples.selections import selections, with_gradients
from plproof.search.counterexamples.setting import Completed, Numbers, Rounding, Setting
from plproof.search.counterexamples.several import interpolated, quadratic_functions, turned
from plproof.search.counterexamples.sharpened import sharpened
from plproof.search.programs.rounding import decimal_unit, simplest
from plproof.search.statements.norm_squares import with_inner_products

_TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-7, 1e-9)
_0 = Fraction(0)
_STEEP, _STARTS = (Fraction(8), Fraction(64)), 3
_PARTS = (Fraction(1, 2), Fraction(1, 16), Fraction(1, 2**14), Fraction(1, 2**24))
_STEEPEST = Fraction(2**20)
_DISTANCES = (Fraction(1), Fraction(2), Fraction(1, 2))
#: a function is shown when it misses the bound by no more than this part of it
_MISSED = Fraction(1, 10**4)
#: a sentence lists so many points
_POINTS = 9
#: a number with more in its numerator or denominator is no simple one
_LONG = 10**6
#: rationals that are longer are told by so many digits, as ≈0.4998
_SIGNS, _FIGURES = 14, 6
_RATIONAL = re.compile(r"−?\d+(?:/\d+)?")


@dataclass(frozen=True)
class WorstCase:
    """A function of the class, and points, for which every hypothesis holds exactly.

    ``functions``, ``points`` (coordinates for the inner product of ``metric``) and ``numbers``
    give all variables their values, ``parameters`` those that the statement's constants have;
    ``left`` and ``right`` are the sides of the ``claim`` left ≤ right.  ``hypotheses`` are what was
    decided.  ``symbols`` is the function with parameters by name, where that could be told.
    ``slopes`` gives the maps g of the statement that are subgradients of a function f everywhere:
    there ``claim`` and ``hypotheses`` have ∇f, which stands for one of them at a kink too.
    """

    claim: Term
    parameters: Mapping[Term, Fraction]
    functions: Mapping[Term, Function]
    points: Mapping[Term, Point]
    numbers: Mapping[Term, Fraction]
    metric: Metric
    left: Fraction
    right: Fraction
    hypotheses: tuple[Term, ...]
    symbols: str = ""
    slopes: Mapping[Term, Term] = field(default_factory=dict)

    @property
    def violation(self) -> Fraction:
        """By how much the left side is above the right: see :attr:`is_false` for what it means."""
        return self.left - self.right

    @property
    def is_false(self) -> bool:
        """Whether the claim fails here: A ≤ B where A > B, and A < B where A = B too."""
        return _fails(canonical(self.claim), self.left, self.right)

    def evaluate(self, term: Term) -> Fraction | Point:
        """Return the value of a term of the statement, a number or a point, exactly.

        Raises :class:`Undecided` for what is no rational number here.
        """
        judge = self._judge()
        closed = substitute(with_gradients(term, self.slopes), self._terms())
        return judge.point(closed) if term.sort.kind == "Vec" else judge.number(closed)

    def holds(self, proposition: Term) -> bool | None:
        """Say whether a proposition about the variables holds here, None if it is not decided."""
        written = with_gradients(proposition, self.slopes)
        return self._judge().truth(substitute(written, self._terms()))

    def _terms(self) -> dict[Term, Term]:
        return {v: number(c, v.sort) for v, c in self.parameters.items()}

    def _judge(self) -> Judge:
        return Judge(self.metric, {**self.functions, **self.points, **self.numbers})

    def text(self) -> str:
        """Return the worst case in words, several lines, long numbers rounded: ≈0.4998."""
        lines = []
        if self.parameters:
            lines.append("at " + _listed(self.parameters))
        size = self.metric.dimension
        if size > 1:
            dot = self.metric == Metric.standard(size)
            said = "the dot product" if dot else _rounded(_bilinear(self.metric))
            lines.append(f"in ℝ^{size} with {said}")
        for f, function in self.functions.items():
            lines.append(
                f"{show(f)}({'x' if self.metric.dimension == 1 else 'x1, …'}) = "
                f"{_rounded(str(function))}"
            )
            if self.symbols:
                lines.append(f"     = {self.symbols}, at other numbers that were tried too")
        lines += [
            f"{show(g)}(x) = ∇{show(f)}(x), at a kink a subgradient" for g, f in self.slopes.items()
        ]
        lines += [f"{show(v)} = {_rounded(coordinates(p))}" for v, p in self.points.items()]
        lines += [f"{show(v)} = {_rounded(signed(c))}" for v, c in self.numbers.items()]
        claim = canonical(self.claim)
        left, right = claim.args
        if self.violation > 0:
            verdict = f"the claim is false: it fails by {_short(self.violation)}"
        elif self.violation < 0:
            verdict = f"the bound is missed by {_short(-self.violation)}"
        else:
            verdict = "the claim is false: they are equal" if claim.op == "lt" else "attained"
        small, large = _sides(self.left, self.right)
        lines.append(f"{_side(left, 'left')} = {small}")
        lines.append(f"{_side(right, 'right')} = {large}: {verdict}")
        return "\n".join(lines)

    def sentence(self) -> str:
        """Return the worst case in one line, long numbers rounded: ≈0.4998."""
        parts = [
            f"{show(f)}(x) = {_rounded(str(function))}" for f, function in self.functions.items()
        ]
        size = self.metric.dimension
        if size > 1:
            dot = self.metric == Metric.standard(size)
            said = "" if dot else f" with {_rounded(_bilinear(self.metric))}"
            parts = [f"in ℝ^{size}{said} {part}" for part in parts]
        named = [f"{show(v)} = {_rounded(coordinates(p))}" for v, p in self.points.items()]
        if len(named) > _POINTS + 1:
            named[_POINTS:] = [f"and {len(named) - _POINTS} more points"]
        named += [f"{show(v)} = {_rounded(signed(c))}" for v, c in self.numbers.items()]
        left, _ = canonical(self.claim).args
        equal = "not below" if self.is_false else "and"
        relation = "above" if self.violation > 0 else equal
        small, large = _sides(self.left, self.right)
        sides = f"{small}, {relation} {large}"
        return f"{'; '.join([*parts, ', '.join(named)])}: {_side(left, 'left')} is {sides}"

    @property
    def is_simple(self) -> bool:
        """Whether a person can follow it: no number in it, but for the sides, is long."""
        known = [c for p in self.points.values() for c in p]
        known += [*self.numbers.values(), *(c for row in self.metric.matrix for c in row)]
        for f in self.functions.values():
            if isinstance(f, Piecewise):
                known += [*f.knots, *(c for piece in f.pieces for c in piece)]
            elif isinstance(f, QuadraticForm):
                known += [c for row in f.form for c in row]
            else:
                return False
        return all(max(abs(c.numerator), c.denominator) <= _LONG for c in known)

    def to_json(self) -> dict[str, Any]:
        """Return plain data: rationals as strings; ``text`` is the worst case in words."""

        def plain(point: Point) -> list[str]:
            return [str(c) for c in point]

        return {
            "claim": show(self.claim),
            "parameters": {show(v): str(c) for v, c in self.parameters.items()},
            "functions": {show(f): str(function) for f, function in self.functions.items()},
            "points": {show(v): plain(p) for v, p in self.points.items()},
            "numbers": {show(v): str(c) for v, c in self.numbers.items()},
            "metric": [plain(row) for row in self.metric.matrix],
            "left": str(self.left),
            "right": str(self.right),
            "violation": str(self.violation),
            "symbols": self.symbols,
            "hypotheses": [show(h) for h in self.hypotheses],
            "text": self.text(),
        }


def _fails(goal: Term, left: Fraction, right: Fraction) -> bool:
    """Say whether a goal A ≤ B or A < B is false with these sides."""
    return left >= right if goal.op == "lt" else left > right


def _side(t: Term, which: str) -> str:
    """Return a side of a claim as text, and where that is long, which one it is."""
    return show(t) if is_short(t) else f"the {which} side"


def _listed(values: Mapping[Term, Fraction]) -> str:
    return ", ".join(f"{show(v)} = {signed(c)}" for v, c in values.items())


def _bilinear(metric: Metric) -> str:
    """Return an inner product in words, all of it in the plane."""
    if metric.dimension > 2:
        return "the inner product uᵀWv, W a matrix of rational numbers"
    (a, b), (_, c) = metric.matrix
    return f"⟨u, v⟩ = {signed(a)}·u1·v1 + {signed(b)}·(u1·v2 + u2·v1) + {signed(c)}·u2·v2"


def _short(value: Fraction, figures: int = 12) -> str:
    exact = signed(value)
    return exact if len(exact) <= _SIGNS else f"≈{float(value):.{figures}g}".replace("-", "−")


def _sides(left: Fraction, right: Fraction) -> tuple[str, str]:
    """Return the sides of a claim as text, with enough figures to tell them apart."""
    for figures in (_FIGURES, 9, 12, 17):
        told = _short(left, figures), _short(right, figures)
        if told[0] != told[1] or left == right:
            return told
    return signed(left), signed(right)


def _rounded(text: str) -> str:
    """Return a text with its long rationals told in few figures.

    >>> _rounded("519/850·x + 4258267101/8589934592")
    '519/850·x + ≈0.495728'
    """

    def told(found: re.Match[str]) -> str:
        return _short(Fraction(found[0].replace("−", "-")), _FIGURES)

    return _RATIONAL.sub(told, text)


# ---------------------------------------------------------------- finding one
def witness(
    hypotheses: Sequence[Term],
    claim: Term,
    parameters: Mapping[Term, Fraction],
    *,
    extra: Sequence[Term] = (),
    points: Sequence[Term] = (),
    violated: bool = False,
    simple: bool = False,
) -> WorstCase | None:
    """Return a worst case of a claim with numbers for its parameters, None when none is found.

    ``extra`` are comparisons that follow from the hypotheses, with the numbers in them, ``points``
    more points to use the hypotheses at.  With ``violated`` the claim must fail; otherwise the
    claim fails or is attained, nearly at least.  With ``simple`` only the simplest quadratics are
    tried, in a small part of the time.
    """
    try:
        return _witness(hypotheses, claim, parameters, extra, points, violated, simple)
    except (KernelError, LanguageError, NoTerm, Undecided):
        return None  # a statement of another kind than these: nothing is known of it
    except np.linalg.LinAlgError:
        return None  # the numbers found nearby led nowhere


def _witness(
    hypotheses: Sequence[Term],
    claim: Term,
    parameters: Mapping[Term, Fraction],
    extra: Sequence[Term],
    points: Sequence[Term],
    violated: bool,
    simple: bool,
) -> WorstCase | None:
    values = {v: number(c, v.sort) for v, c in parameters.items()}
    hypotheses, claim = list(map(with_inner_products, hypotheses)), with_inner_products(claim)
    slopes = selections([substitute(h, values) for h in hypotheses])
    hypotheses = [with_gradients(h, slopes) for h in hypotheses]
    claim, *extra = (with_gradients(t, slopes) for t in (claim, *extra))
    points = [with_gradients(x, slopes) for x in points]
    setting = Setting([substitute(h, values) for h in hypotheses], substitute(claim, values))
    if not setting.understood or setting.goal.op not in ("le", "lt"):
        return None
    at = [substitute(x, values) for x in points]
    best: Completed | None = None
    for case in _simple_cases(setting) if simple else _cases(setting, extra, at):
        if not _fails(setting.goal, case.left, case.right) and _stands_still(setting, case):
            continue  # a start at a minimiser, say: it shows nothing
        if best is None or case.violation > best.violation:
            best = case
        attained = best.left == best.right and not violated
        if attained or _fails(setting.goal, best.left, best.right):
            break
    if best is not None and best.left < best.right:
        best = sharpened(setting, best) or best
    if best is None or best.right - best.left > _MISSED * abs(best.right):
        return None
    if violated and not _fails(setting.goal, best.left, best.right):
        return None
    known = best.judge.values
    return WorstCase(
        claim,
        dict(parameters),
        {v: f for v, f in known.items() if not isinstance(f, (Fraction, tuple))},
        {v: p for v in setting.in_order() if isinstance(p := known[v], tuple)},
        {v: c for v in setting.in_order() if isinstance(c := known[v], Fraction)},
        best.judge.metric,
        best.left,
        best.right,
        tuple(hypotheses),
        slopes=slopes,
    )


def _stands_still(setting: Setting, case: Completed) -> bool:
    """Say whether the sides are equal since nothing moves: every length in the claim is 0, and its
    values of a function are those of one point, or all the same where the sides are 0.
    """
    if case.left != case.right:
        return False
    met: dict[Term, list[object]] = {}
    for t in subterms(setting.goal):
        if t.loose:
            continue
        if t.op == "ip" and case.judge.number(t) != 0:
            return False
        if t.op == "app" and t.args[0] in setting.functions:
            value = case.judge.number(t) if case.left == 0 else case.judge.point(t.args[1])
            met.setdefault(t.args[0], []).append(value)
    alike = all(value == values[0] for values in met.values() for value in values)
    return alike and (case.left == 0 or any(len(values) > 1 for values in met.values()))


def _cases(setting: Setting, extra: Sequence[Term], at: Sequence[Term]) -> Iterator[Completed]:
    """Yield completed cases, on a line where possible; those that round simply come first."""
    classes = _classes(setting)
    if classes is None:
        return
    yield from _completed(setting, _bowls(setting, classes))
    program = relaxed(setting, classes, extra, at)
    if program is None:
        return
    found = program.numbers()
    if found is None:
        return
    axes = turned(setting, found) if found.dimension > 1 else None
    for tolerance in _TOLERANCES:
        rounded = partial(simplest, tolerance=tolerance)
        if found.dimension == 1:
            choices = _functions(setting, classes, found, rounded)
        elif axes is not None:
            found = axes[0]
            choices = quadratic_functions(setting, classes, axes[1], rounded)
        else:
            break
        metric = Metric.standard(found.dimension)
        for functions in choices:
            case = setting.completed(functions, metric, found, rounded)
            if case is not None:
                yield case
    case = interpolated(setting, classes, program, found)
    if case is not None:
        yield case


def _simple_cases(setting: Setting) -> Iterator[Completed]:
    """Yield completed cases of the simplest quadratics, flat ones too."""
    classes = _classes(setting)
    if classes is None:
        return
    yield from _completed(setting, _bowls(setting, classes))
    flat = {f: _flatter(allowed) for f, allowed in classes.items()}
    yield from _completed(setting, _bowls(setting, flat))


def _classes(setting: Setting) -> dict[Term, Curvatures] | None:
    """Return the curvatures that each function may have, None where that is not known of one."""
    known = {f: curvatures(setting.hypotheses, f) for f in setting.functions}
    classes = {f: allowed for f, allowed in known.items() if allowed is not None}
    return classes if len(classes) == len(known) else None


def _flatter(allowed: Curvatures) -> Curvatures:
    """Return the curvatures with edges between them, near the least one and far from it too."""
    high = allowed.high if allowed.high is not None else allowed.low + _STEEPEST
    between = tuple(allowed.low + (high - allowed.low) * part for part in _PARTS)
    return dataclasses.replace(allowed, edges=between)


def _completed(
    setting: Setting, cases: Iterable[tuple[dict[Term, Function], Numbers]]
) -> Iterator[Completed]:
    one = Metric.standard(1)
    for bowls, simple in cases:
        case = setting.completed(bowls, one, simple, Fraction)
        if case is not None:
            yield case


def _bowls(
    setting: Setting, classes: Mapping[Term, Curvatures]
) -> Iterator[tuple[dict[Term, Function], Numbers]]:
    """Yield the simplest quadratics, at their minimum one point or none, the others at distance 1.

    Other distances too where a hypothesis speaks of a length, which the numeric search cannot read.
    """
    free, homes = setting.free_points(), setting.homes()
    bottoms: list[Term | None] = [*(free[:1] if homes else free[:_STARTS])]
    if not homes:
        bottoms.append(None)  # all of them away from the minimum
    bends, size = [], _size(setting)
    for allowed in classes.values():
        steep: list[Fraction] = []
        if (
            allowed.high is None
        ):  # steeper than a step of the claim allows for, as for 2L in x − g/L
            edge = max([Fraction(1), *allowed.edges])
            steep = list(dict.fromkeys([*(c * edge for c in _STEEP), _STEEP[0] * edge * size]))
        bends.append([Piecewise((), ((c / 2, _0, _0),)) for c in (*allowed.edges, *steep)])
    roots = any(t.op == "sqrt" for p in setting.parts if p.op != "all" for t in subterms(p))
    for distance, bottom in product(_DISTANCES if roots else _DISTANCES[:1], bottoms):
        away = [v for v in free if v != bottom and v not in homes]
        places = {v: np.array([distance if v in away else _0]) for v in free}
        for chosen in product(*bends):
            yield dict(zip(classes, chosen, strict=True)), Numbers(places, {}, 1)
    if setting.goal.op == "lt":  # what stands still makes 0 < 0 of many a claim
        still = Numbers({v: np.array([_0]) for v in free}, {}, 1)
        for chosen in product(*bends):
            yield dict(zip(classes, chosen, strict=True)), still


def _size(setting: Setting) -> Fraction:
    """Return how large the numbers of a claim are, or how small: by how much one is not 1."""
    numbers = [abs(t.data) for t in subterms(setting.goal) if t.op == "num" and t.sort == REAL]
    sizes = [max(Fraction(c), 1 / Fraction(c)) for c in numbers if c]
    return min(max(sizes, default=Fraction(1)), _STEEPEST)


def _functions(
    setting: Setting, classes: Mapping[Term, Curvatures], found: Numbers, rounded: Rounding
) -> Iterator[dict[Term, Function]]:
    """Yield concrete functions for the statement's, near the numbers.

    What is read as simple numbers is a function over a unit of its own.
    """
    choices: list[list[Piecewise]] = []
    for f, allowed in classes.items():
        places = [found.at(v) for v in setting.free_points() if v.sort == f.sort.parts[0]]
        bottoms = dict.fromkeys(rounded(x[0]) for x in places if x is not None)
        plain = [
            Piecewise((), ((c / 2, -c * x, c * x * x / 2),)) for c in allowed.edges for x in bottoms
        ]
        data = setting.data(f, found)
        unit = allowed.unit or decimal_unit(max((abs(g) for _, g, _ in data), default=0.0))
        data = [(x, g / float(unit), v / float(unit)) for x, g, v in data]
        within = allowed.times(1 / unit)
        bent = [*_cones(bottoms, data, within, rounded), *interpolants(data, within, rounded)]
        bent = [with_choices(g, data, rounded).times(unit) for g in dict.fromkeys(bent)]
        bent = [g for g in bent if g not in plain]
        choices.append([*plain, *bent])
    for chosen in product(*choices):
        yield dict(zip(classes, chosen, strict=True))


def _cones(
    bottoms: Iterable[Fraction], data: Sequence[Datum], allowed: Curvatures, rounded: Rounding
) -> Iterator[Piecewise]:
    """Yield multiples of the distance to a point, if kinks are allowed, with slopes of the data."""
    if allowed.high is None and allowed.low <= 0:
        for c in dict.fromkeys(rounded(abs(g)) for _, g, _ in data):
            for x in bottoms if c else ():
                yield Piecewise.bent(x, -c, [x], [0, 0], [2 * c])
