"""A potential that is as simple as may be: few unknowns, and each a simple rational number.

[untrusted: nothing here is believed, the kernel checks what is made of it]

What is asked of a potential has mostly many solutions.  Unknowns are left out as long as there is
one without them (Taylor and Bach, 2019, do so by hand), and then are given numbers in turn, each
the simplest that leaves a solution for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

import numpy as np
from flint import fmpq

from plproof.proof.forms import ONE, exactly, fraction
from plproof.search.all_steps.cut import Ledger
from plproof.search.all_steps.numbers import Family, Key
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.ansatz import Ansatz, Block, Unknown
from plproof.search.programs.rounding import simplest
from plproof.search.programs.solver import Columns, conic_solver, minimised, triangle

_ROOT2 = 2.0**0.5
#: what is taken for 0, in entries of forms and of unknowns that are much smaller than others
_NOTHING, _TINY = 1e-13, 1e-6
#: how far from what the solver says a simple number may be, relative to it or 1
_TOLERANCES = (0.2, 0.05, 1e-2, 1e-3, 1e-5, 1e-7)
#: how much more than the least a square may be, relative to it or 1
_LARGER = (0.1, 0.5, 1.0)
_CLOSE, _SIMPLE = 1e-4, 32
_ACCURACY = 1e-8
#: how many unknowns are left out together at first
_TOGETHER = 8
#: what an inequality costs more at a point after the step
_LATER = 0.1
#: what is won by more of what a claim is about in a potential
_GAIN = 20.0
#: what the squares in a potential cost beside the weights of inequalities
_SQUARES = 0.1

#: how many programs are solved for one ansatz
_SOLVES = 150

Numbers = dict[Unknown, fmpq]
Floats = dict[Unknown, float]
#: a block, and a place in the triangle of its form, or a value with a negative number
_Place = tuple[int, int]
_Entries = dict[_Place, float]


class Solver:
    """The program of an ansatz in floats, with some of its unknowns, or numbers for some."""

    def __init__(self, ansatz: Ansatz, gains: Collection[Key] = ()) -> None:
        """Write it down; ``gains`` are what there is to be as much of in potentials as may be."""
        self.ansatz, self.gains, self._left = ansatz, gains, _SOLVES
        #: of unknowns, None for what is fixed: entries of values, and of the form of each block
        self._values: dict[Unknown | None, _Entries] = {}
        self._forms: dict[Unknown | None, dict[int, _Entries]] = {}
        for n, block in enumerate(ansatz.blocks):
            self._read(n, block, ansatz)

    def _read(self, n: int, block: Block, ansatz: Ansatz) -> None:
        """Write a block down in coordinates in which its numbers are about as large as 1."""
        weight = float(1 + block.k) ** ansatz.degree
        size = block.size
        matrix = np.zeros((size, size))
        lines = ansatz.windows.coordinates(block.here, block.k, block.span, ansatz.values)
        for r, line in enumerate(lines):
            for a, c in line.items():
                matrix[r, a] = float(fraction(c))
        scales = np.full(size, weight**-0.5)
        scales[0] = 1.0  # of where the step starts there is about as much at all steps
        change = np.linalg.inv(matrix) * scales
        rows, columns = triangle(size)
        twice = np.where(rows == columns, 1.0, _ROOT2)
        ledgers: list[tuple[Unknown | None, Ledger]] = [(None, block.fixed)]
        ledgers += block.columns.items()
        for u, ledger in ledgers:
            values = self._values.setdefault(u, {})
            for place, c in ledger.values.items():
                values[n, -1 - place] = float(fraction(c)) / weight
            form = np.zeros((size, size))
            for (a, b), c in ledger.grams.items():
                form[a, b] += float(fraction(c)) / 2
                form[b, a] += float(fraction(c)) / 2
            entries = (change.T @ form @ change)[rows, columns] * twice
            there = np.nonzero(np.abs(entries) > _NOTHING)[0]
            kept = {(n, int(r)): float(entries[r]) for r in there}
            if kept:
                self._forms.setdefault(u, {})[n] = kept

    def solve(self, active: Collection[Unknown], fixed: Numbers | None = None) -> Floats | None:
        """Return numbers for the active unknowns of least cost, None when there are none.

        Where the solver breaks down no numbers are returned: as at the boundary of what there is.
        """
        if self._left == 0:
            raise NotSuited("too many programs")
        self._left -= 1
        fixed = fixed or {}
        open_ = {n for u in active for n in self._forms.get(u, {})}
        for n, block in enumerate(self.ansatz.blocks):
            if n not in open_ and not block.is_square(fixed):  # nothing is left to be solved for
                return None
        if not active:
            return {} if self.ansatz.holds(fixed) else None
        right: dict[_Place, float] = {}
        for u, c in ((None, ONE), *fixed.items()):
            for place, d in self._entries(u, open_):
                right[place] = right.get(place, 0.0) + d * float(fraction(c))
        rows, cones = self._rows(active, right, open_)
        columns = [{rows[place]: -d for place, d in self._entries(u, open_)} for u in active]
        signed = [n for n, u in enumerate(active) if not u.signed]
        for r, n in enumerate(signed):
            columns[n][len(rows) + r] = -1.0
        count = len(rows) + len(signed)
        limits = [0.0] * count
        for place, d in right.items():
            limits[rows[place]] = d
        if signed:
            cones.append(conic_solver().NonnegativeConeT(len(signed)))
        cost = [_cost(u) - (_GAIN if u.key in self.gains else 0.0) for u in active]
        matrix = Columns.of(columns, count)
        answer = minimised(cost, matrix, limits, cones, _ACCURACY, chordal=False)  # it is small
        status = str(answer.status)
        if status in ("PrimalInfeasible", "AlmostPrimalInfeasible"):
            return None
        if status not in ("Solved", "AlmostSolved"):
            return {}
        return dict(zip(active, answer.x, strict=True))

    def _rows(
        self, active: Collection[Unknown], right: Mapping[_Place, float], open_: Collection[int]
    ) -> tuple[dict[_Place, int], list[Any]]:
        """Return a row for each place that is used, and the cones that these are in.

        Of a vector whose square is in no form nothing else may be: that are equations.
        """
        clarabel = conic_solver()
        used = dict.fromkeys(place for place, d in right.items() if abs(d) > _NOTHING)
        used |= dict.fromkeys(place for u in active for place, _ in self._entries(u, open_))
        squares: dict[int, list[int]] = {n: [] for n in sorted(open_)}
        for n, numbers in squares.items():
            size = self.ansatz.blocks[n].size
            numbers += [j for j in range(size) if (n, j * (j + 3) // 2) in used]
        inside = {
            (n, b * (b + 1) // 2 + a): None
            for n, numbers in squares.items()
            for b in numbers
            for a in numbers
            if a <= b
        }
        zero = [place for place in {**right, **used} if place not in inside]
        rows = {place: r for r, place in enumerate([*zero, *inside])}
        cones = [clarabel.ZeroConeT(len(zero))] if zero else []
        cones += [
            clarabel.PSDTriangleConeT(len(numbers)) for numbers in squares.values() if numbers
        ]
        return rows, cones

    def _entries(self, u: Unknown | None, open_: Collection[int]) -> Iterator[tuple[_Place, float]]:
        """Yield the entries of an unknown: of values, and of the forms that are not settled."""
        yield from self._values.get(u, {}).items()
        for n, form in self._forms.get(u, {}).items():
            if n in open_:
                yield from form.items()


def simplified(ansatz: Ansatz, largest: bool = False) -> Numbers | None:
    """Return few unknowns with simple numbers that do all that is asked; None: there are none.

    With ``largest`` there is as much of what the claim is about in the potential as may be.

    NotSuited: there are some, as the solver sees it, and no simple ones are found.
    """
    solver = Solver(ansatz, ansatz.gains() if largest else ())
    near = _fewest(solver)
    if near is None:
        return None
    fixed: Numbers = {}
    for u in sorted(near, key=_turn):
        rest = [v for v in near if v != u and v not in fixed]
        for value in _candidates(near[u], larger=u.part == "potential" and _is_square(u)):
            if value < 0 and not u.signed:
                continue
            found = solver.solve(rest, fixed | {u: value})
            if found or (found is not None and (not rest or value.q <= _SIMPLE)):
                fixed[u], near = value, near | found
                break
        else:
            raise NotSuited("no simple numbers")
    return _weakened(ansatz, {u: c for u, c in fixed.items() if c})


def _weakened(ansatz: Ansatz, numbers: Numbers) -> Numbers:
    """Return numbers for weaker inequalities, which speak of less, where these will do."""
    for (part, weaker), stronger in reversed(ansatz.stronger.items()):
        changed = {
            u._replace(key=weaker) if (u.part, u.key) == (part, stronger) else u: c
            for u, c in numbers.items()
        }
        if changed != numbers and ansatz.holds(changed):
            numbers = changed
    return numbers


def _candidates(near: float, larger: bool) -> Iterator[fmpq]:
    """Yield simple numbers near a number: what it seems to be if that is one, else simpler ones;
    ``larger`` ones too where there may be more than the least.
    """
    closest, size = simplest(near, _CLOSE), max(1.0, abs(near))
    if closest.denominator <= _SIMPLE:
        yield exactly(closest)
    for tolerance in _TOLERANCES:
        yield exactly(simplest(near, tolerance * size))
    for more in _LARGER if larger else ():
        yield exactly(simplest(near + more * size, more * size / 2))


def _fewest(solver: Solver) -> Floats | None:
    """Return numbers for unknowns of which none can be left out, None: there are none for all."""
    near = solver.solve(solver.ansatz.unknowns)
    if not near:
        return None
    size = max(map(abs, near.values()), default=0.0)
    found = solver.solve([u for u in near if u.signed or abs(near[u]) > _TINY * size])
    near = found or near
    todo = sorted(near, key=_burden, reverse=True)
    parts = [todo[n : n + _TOGETHER] for n in range(0, len(todo), _TOGETHER)]
    while parts:
        without, *parts = parts
        found = solver.solve([u for u in near if u not in without])
        if found:
            near = found
        elif len(without) > 1:
            half = len(without) // 2
            parts = [without[:half], without[half:], *parts]
    return near


def _cost(u: Unknown) -> float:
    """Return the cost of an unknown; of squares the least are mostly squares of one vector."""
    if not u.signed:
        return 1.0 + u.power + _LATER * _later(u)
    return _SQUARES * float(_is_square(u))


def _burden(u: Unknown) -> tuple[int, int, int]:
    """Return how much is won when an unknown is left out: it is tried by falling degrees."""
    if u.signed:
        return u.power, 2 if u.key[0] == "gram" else -1, 0
    return u.power, ("step", "start", "end").index(u.part), _later(u)


def _later(u: Unknown) -> int:
    """Return at how many points after the step an inequality is used."""
    family = cast(Family, u.key[1])
    return sum(1 for point in family[3] if point.op == "app" and point.args[1].op == "add")


def _turn(u: Unknown) -> tuple[bool, bool, int]:
    """Return when an unknown is given a number: squares last, so that they may be least."""
    gram = u.signed and u.key[0] == "gram"
    return gram and _is_square(u), gram, -u.power


def _is_square(u: Unknown) -> bool:
    """Say whether a coefficient of a potential is that of a square."""
    return u.key[0] == "gram" and u.key[1] == u.key[2]
