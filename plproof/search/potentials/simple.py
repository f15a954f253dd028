"""A potential that is as simple as may be: few unknowns, and each a simple rational number.

[untrusted: nothing here is believed, the kernel checks what is made of it]

What is asked of a potential has mostly many solutions.  Unknowns are left out as long as there is
one without them (Taylor and Bach, 2019, do so by hand), and then are given numbers in turn, each
the simplest that leaves a solution for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from flint import fmpq

from plproof.proof.forms import exactly, fraction
from plproof.search.all_steps.cut import Ledger
from plproof.search.potentials.ansatz import Ansatz, Block, Unknown
from plproof.search.programs.rounding import simplest
from plproof.search.programs.solver import Columns, conic_solver, minimised, triangle

_ROOT2 = 2.0**0.5
#: what is taken for 0, in entries of forms and of unknowns that are much smaller than others
_NOTHING, _TINY = 1e-13, 1e-6
#: how far from what the solver says a simple number may be, relative to it or 1
_TOLERANCES = (0.2, 0.05, 1e-2, 1e-3, 1e-5, 1e-7)
_ACCURACY = 1e-9
#: how many unknowns are left out together at first
_TOGETHER = 8
#: what the squares in a potential cost beside the weights of inequalities
_SQUARES = 0.1

Numbers = dict[Unknown, fmpq]
Floats = dict[Unknown, float]
_Entries = dict[int, float]


class Solver:
    """The program of an ansatz in floats, with some of its unknowns, or numbers for some."""

    def __init__(self, ansatz: Ansatz) -> None:
        self.ansatz = ansatz
        #: of unknowns, None for what is fixed: entries of values, and of the form of each block
        self._values: dict[Unknown | None, _Entries] = {}
        self._forms: dict[Unknown | None, dict[int, _Entries]] = {}
        self._rows = 0
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
        used = dict.fromkeys(place for _, ledger in ledgers for place in ledger.values)
        places = {place: self._rows + r for r, place in enumerate(used)}
        self._rows += len(places)
        for u, ledger in ledgers:
            values = self._values.setdefault(u, {})
            for place, c in ledger.values.items():
                values[places[place]] = float(fraction(c)) / weight
            form = np.zeros((size, size))
            for (a, b), c in ledger.grams.items():
                form[a, b] += float(fraction(c)) / 2
                form[b, a] += float(fraction(c)) / 2
            entries = (change.T @ form @ change)[rows, columns] * twice
            kept = {int(r): float(entries[r]) for r in np.nonzero(np.abs(entries) > _NOTHING)[0]}
            if kept:
                self._forms.setdefault(u, {})[n] = kept

    def solve(self, active: Collection[Unknown], fixed: Numbers | None = None) -> Floats | None:
        """Return numbers for the active unknowns of least cost, None when none are found."""
        clarabel = conic_solver()
        fixed = fixed or {}
        open_ = {n for u in active for n in self._forms.get(u, {})}
        starts, row = {}, self._rows
        cones: list[Any] = [clarabel.ZeroConeT(row)] if row else []
        for n, block in enumerate(self.ansatz.blocks):
            if n in open_:
                starts[n] = row
                row += block.size * (block.size + 1) // 2
                cones.append(clarabel.PSDTriangleConeT(block.size))
            elif not block.is_square(fixed):  # nothing is left to be solved for
                return None
        if not active:
            return {} if self.ansatz.holds(fixed) else None
        right = self._entries(None, starts)
        for u, c in fixed.items():
            for r, d in self._entries(u, starts).items():
                right[r] = right.get(r, 0.0) + d * float(fraction(c))
        columns = [{r: -d for r, d in self._entries(u, starts).items()} for u in active]
        signed = [n for n, u in enumerate(active) if not u.signed]
        for r, n in enumerate(signed):
            columns[n][row + r] = -1.0
        cones += [clarabel.NonnegativeConeT(len(signed))] if signed else []
        row += len(signed)
        answer = minimised(
            [_cost(u) for u in active],
            Columns.of(columns, row),
            [right.get(r, 0.0) for r in range(row)],
            cones,
            _ACCURACY,
            chordal=False,  # the matrices are small
        )
        if str(answer.status) not in ("Solved", "AlmostSolved"):
            return None
        return dict(zip(active, answer.x, strict=True))

    def _entries(self, u: Unknown | None, starts: Mapping[int, int]) -> _Entries:
        """Return the entries of an unknown, the forms of blocks from their starts on."""
        found = dict(self._values.get(u, {}))
        for n, form in self._forms.get(u, {}).items():
            if n in starts:
                found |= {starts[n] + r: d for r, d in form.items()}
        return found


def simplified(ansatz: Ansatz) -> Numbers | None:
    """Return few unknowns with simple numbers that do all that is asked; None: none are found."""
    solver = Solver(ansatz)
    near = _fewest(solver)
    if near is None:
        return None
    fixed: Numbers = {}
    for u in sorted(near, key=_turn):
        rest = [v for v in near if v != u and v not in fixed]
        for tolerance in _TOLERANCES:
            value = exactly(simplest(near[u], tolerance * max(1.0, abs(near[u]))))
            if value < 0 and not u.signed:
                continue
            found = solver.solve(rest, fixed | {u: value})
            if found is not None:
                fixed[u], near = value, near | found
                break
        else:
            return None
    return {u: c for u, c in fixed.items() if c}


def _fewest(solver: Solver) -> Floats | None:
    """Return numbers for unknowns of which none can be left out, None: there are none for all."""
    near = solver.solve(solver.ansatz.unknowns)
    if near is None:
        return None
    size = max(map(abs, near.values()), default=0.0)
    found = solver.solve([u for u in near if u.signed or abs(near[u]) > _TINY * size])
    near = near if found is None else found
    todo = sorted(near, key=_burden, reverse=True)
    parts = [todo[n : n + _TOGETHER] for n in range(0, len(todo), _TOGETHER)]
    while parts:
        without, *parts = parts
        found = solver.solve([u for u in near if u not in without])
        if found is not None:
            near = found
        elif len(without) > 1:
            half = len(without) // 2
            parts = [without[:half], without[half:], *parts]
    return near


def _cost(u: Unknown) -> float:
    """Return the cost of an unknown; of squares the least are mostly squares of one vector."""
    if not u.signed:
        return 1.0 + u.power
    return _SQUARES * float(u.key[0] == "gram" and u.key[1] == u.key[2])


def _burden(u: Unknown) -> tuple[int, int]:
    """Return how much is won when an unknown is left out: it is tried by falling degrees."""
    if u.signed:
        return u.power, 2 if u.key[0] == "gram" else -1
    return u.power, ("step", "start", "end").index(u.part)


def _turn(u: Unknown) -> tuple[bool, bool, int]:
    """Return when an unknown is given a number: squares last, so that they may be least."""
    gram = u.signed and u.key[0] == "gram"
    return gram and u.key[1] == u.key[2], gram, -u.power
