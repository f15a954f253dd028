"""The semidefinite program of a statement: what its hypotheses say at all its points.

To the instances of the hypotheses come the interpolation inequalities of the curvatures that the
class allows (Taylor, Hendrickx and Glineur, 2017, Theorem 4), so that a point of the program is, if
the class is no narrower, one of a function.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

import numpy as np

from plproof.language.binding import open_binder, replace
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.syntax import grad, ip, sq
from plproof.language.terms import Term, make, number, subterms
from plproof.search.counterexamples.functions.classes import interpolation
from plproof.search.counterexamples.functions.interpolant import Curvatures
from plproof.search.counterexamples.setting import Numbers, Setting
from plproof.search.programs.balance import balanced
from plproof.search.programs.bridge import NotNumeric, Translation, translate
from plproof.search.programs.low_rank import worst_point
from plproof.search.programs.program import Form, Program
from plproof.search.statements.instances import points_of

_MOST = 1_500


@dataclass(frozen=True)
class Relaxation:
    """The program: maximise A − B over what is said of all points, for the claim A ≤ B.

    ``made`` belongs to the goal (1 + s)·A ≤ B, ``program`` is the one at s = 0, each column once.
    """

    made: Translation
    program: Program
    homes: tuple[Term, ...]

    def movable(self) -> bool:
        """Say whether nothing changes when one vector is added to all points."""
        points = [k for k, v in enumerate(self.made.vectors) if v.op == "var"]
        for form in (*self.program.columns, self.program.target):
            matrix = form.matrix(self.program.size)
            if any(sum((row[k] for k in points), Fraction(0)) for row in matrix):
                return False
        return True

    def numbers(self) -> Numbers | None:
        """Return numbers near a worst case of low rank, None when none is found.

        The larger side A of the claim is 1 there, if it can be.
        """
        made = self.made
        homes = [k for k, v in enumerate(made.vectors) if v in self.homes]
        lows = [k for k, t in enumerate(made.scalars) if t.op == "app" and t.args[1] in self.homes]
        size = Form().plus(made.program.bound, Fraction(-1))
        units = balanced(dataclasses.replace(self.program, bound=size))
        program, large = units.program, units.program.bound
        found = worst_point(program, large, made.constant, homes, lows)
        if found is None:  # A may be as small as one likes beside B
            found = worst_point(program, None, made.constant, homes, lows)
        if found is None:
            return None
        vectors, values = units.coordinates(found.vectors, found.values)
        if made.constant is not None:  # 1 in the new units is another number in the old
            unit = values[made.constant]
            vectors, values = vectors / np.sqrt(unit), values / unit
        return Numbers.of(made, vectors, values, made.constant is None)


def relaxed(
    setting: Setting, classes: Mapping[Term, Curvatures], extra: Sequence[Term], at: Sequence[Term]
) -> Relaxation | None:
    """Return the program of a statement, None when it is none.

    ``classes`` are the curvatures each function may have, ``extra`` further comparisons that hold,
    ``at`` further points.
    """
    goal = setting.expanded(setting.claim)
    scale = make("var", (), "scale!", REAL)
    homes = tuple(setting.expanded(h) for h in setting.homes())
    told = list(dict.fromkeys([*_premises(setting, classes, at), *extra]))[:_MOST]
    still = [(grad(f, h), h) for f in setting.functions for h in homes if h.sort == f.sort.parts[0]]
    stated = [*told, goal]
    for gradient, h in still:
        stated = [replace(c, gradient, number(0, h.sort)) for c in stated]
    told, goal = [c for c in stated[:-1] if not _trivial(c)], stated[-1]
    try:
        made = translate((1 + scale) * goal.args[0] <= goal.args[1], (), scale, told)
    except NotNumeric:
        return None
    if len(made.scalars) != made.program.values:
        return None
    return Relaxation(made, _each_once(made.program.at(Fraction(0))), homes)


def _premises(
    setting: Setting, classes: Mapping[Term, Curvatures], at: Sequence[Term]
) -> Iterator[Term]:
    """Yield comparisons, points that equations define written out."""
    parts = [setting.expanded(p) for p in setting.parts if p not in setting.equations]
    named = [setting.expanded(v) for v in (*setting.homes(), *setting.defined)]
    points = points_of([setting.expanded(setting.claim), *parts])
    points = list(dict.fromkeys([*points, *named, *map(setting.expanded, at)]))
    for p in parts:
        yield from _instances(p, points)
    for f, allowed in classes.items():
        domain = [x for x in points if x.sort == f.sort.parts[0]]
        for y, g in setting.subgradients[f]:
            at_y, slope = setting.expanded(y), setting.expanded(g)
            for x in domain:
                apart = x - at_y
                bent = number(allowed.low / 2) * sq(apart)
                yield canonical(f(x) >= f(at_y) + ip(slope, apart) + bent)
        gradients = any(t.op == "grad" and t.args[0] == f for p in parts for t in subterms(p))
        if gradients:
            low = allowed.low
            high = allowed.high if allowed.high != low else None
            yield from (interpolation(f, a, b, low, high) for a, b in permutations(domain, 2))
            if allowed.high is not None and allowed.high > 0:
                yield from _below(setting, f, domain, allowed.high)


def _instances(p: Term, points: Sequence[Term]) -> Iterator[Term]:
    """Yield what a proposition says at the points, where that is a comparison."""
    sorts, body = [], p
    while body.op == "all" and body.data.sort.kind == "Vec":
        sorts.append(body.data.sort)
        body = body.args[0]
    if body.op not in ("le", "lt", "eq") or body.args[0].sort.kind not in ("Real", "Nat"):
        return
    if len(sorts) > 2 or any(t.op == "sqrt" for t in subterms(body)):
        return
    for chosen in permutations(points, len(sorts)):
        instance = p
        for x, sort in zip(chosen, sorts, strict=True):
            if x.sort != sort:
                break
            instance = open_binder(instance, x)
        else:
            yield canonical(instance)


def _below(setting: Setting, f: Term, points: Sequence[Term], L: Fraction) -> Iterator[Term]:
    """Yield that a step of length 1/L from each point does not fall below a lower bound of f."""
    for bound in setting.lower_bounds(f):
        for x in points:
            yield canonical(setting.expanded(bound) <= f(x) - sq(grad(f, x)) / (2 * number(L)))


def _each_once(program: Program) -> Program:
    """Return the program with each column once."""
    seen: dict[object, int] = {}
    for j, (column, free) in enumerate(zip(program.columns, program.free, strict=True)):
        key = (free, frozenset(column.quadratic.items()), frozenset(column.linear.items()))
        seen.setdefault(key, j)
    kept = [j for j in seen.values() if program.columns[j].quadratic or program.columns[j].linear]
    columns = tuple(program.columns[j] for j in kept)
    return dataclasses.replace(program, columns=columns, free=tuple(program.free[j] for j in kept))


def _trivial(c: Term) -> bool:
    """Say whether a comparison has no variable left."""
    return not any(t.op == "var" for t in subterms(c))
