"""Exact vectors and quadratic forms by atoms: elimination along equations, sums of squares.

[untrusted: the kernel checks what is made of it]

Rational numbers are flint's, which reckons with them a dozen times as fast as Python does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat

from plproof.language.terms import Term, make, number

#: numbers that are not zero: of a vector by atoms, of a scalar by Gram entries (a, b) with a ≤ b,
#: by the atoms of values, and by () for 1
Combination: TypeAlias = dict[Any, fmpq]
Line: TypeAlias = dict[int, fmpq]
Entries: TypeAlias = dict[tuple[int, int], fmpq]

ZERO, ONE = fmpq(0), fmpq(1)


def exactly(value: Fraction) -> fmpq:
    """Return a rational number as flint's."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """Return a rational number of flint's as Python's."""
    return Fraction(int(value.p), int(value.q))


def add(total: Combination, other: Mapping[Any, fmpq], factor: fmpq = ONE) -> None:
    """Add factor·other in place; what becomes zero is left out."""
    for key, c in other.items():
        value = c if factor is ONE else factor * c
        if key in total:
            value = value + total[key]
        if value:
            total[key] = value
        else:
            total.pop(key, None)


def add_gram(total: Entries, u: Mapping[int, fmpq], v: Mapping[int, fmpq], factor: fmpq) -> None:
    """Add factor·⟨u, v⟩ to Gram entries in place; what becomes zero may stay."""
    for a, c in u.items():
        scaled = factor * c
        for b, d in v.items():
            key = (a, b) if a <= b else (b, a)
            total[key] = total[key] + scaled * d if key in total else scaled * d


class Elimination:
    """Line atoms in terms of others, by equations, and which multiples of them say so."""

    def __init__(self, equations: Sequence[Line], preferred: Callable[[int], bool]) -> None:
        self.rows: dict[int, tuple[Line, Line]] = {}  # pivot: (row, multiples of equations)
        for number_, equation in enumerate(equations):
            row, used = dict(equation), {number_: ONE}
            for pivot in [a for a in row if a in self.rows]:
                theirs, steps = self.rows[pivot]
                c = -row[pivot]
                add(row, theirs, c)
                add(used, steps, c)
            if not row:
                continue
            pivot = min(row, key=lambda a: (not preferred(a), -a))
            if row[pivot] != 1:
                scale = 1 / row[pivot]
                row = {a: c * scale for a, c in row.items()}
                used = {e: c * scale for e, c in used.items()}
            for theirs, steps in self.rows.values():
                if pivot in theirs:
                    c = -theirs[pivot]
                    add(steps, used, c)
                    add(theirs, row, c)
            self.rows[pivot] = (row, used)

    def reduced(self, v: Line) -> Line:
        """Return the vector without the pivots; it is not to be changed."""
        pivots = [a for a in v if a in self.rows]
        if not pivots:
            return v
        found = dict(v)
        for a in pivots:
            add(found, self.rows[a][0], -v[a])
        return found

    def multiples(self, a: int) -> Line:
        """Return how often each equation's slack makes up an atom minus its reduction."""
        return self.rows[a][1] if a in self.rows else {}


def multiples(elimination: Elimination, form: Entries) -> dict[int, Line]:
    """Return vectors m by equation with Σ ⟨m, slack⟩ the form, which vanishes by the equations."""
    found: dict[int, Line] = {}
    short = {a: elimination.reduced({a: ONE}) for a in {a for pair in form for a in pair}}
    for (a, b), c in form.items():
        if not c or (a not in elimination.rows and b not in elimination.rows):
            continue
        if len(short[a]) <= len(short[b]):  # the shorter takes the place of its atom first
            a, b = b, a
        for e, times in elimination.multiples(b).items():
            add(found.setdefault(e, {}), {a: ONE}, c * times)
        for e, times in elimination.multiples(a).items():
            add(found.setdefault(e, {}), short[b], c * times)
    return {e: found[e] for e in sorted(found) if found[e]}


def whole(v: Line, term_of: Callable[[int], Term]) -> tuple[fmpq, Term]:
    """Return c > 0 and w with c·w the vector of atoms: w has whole coefficients without a common
    divisor, those that are positive first.
    """
    below = math.lcm(*(int(c.q) for c in v.values()))
    sizes = {a: int(c.p) * (below // int(c.q)) for a, c in sorted(v.items())}
    above = math.gcd(*sizes.values())
    pieces = [_multiple(term_of(a), c // above) for a, c in sizes.items() if c > 0]
    for a, c in sizes.items():
        if c < 0:
            pieces.append(make("neg", (_multiple(term_of(a), -c // above),)))
    return fmpq(above, below), make("add", tuple(pieces)) if len(pieces) > 1 else pieces[0]


def _multiple(v: Term, c: int) -> Term:
    return v if c == 1 else make("smul", (number(c), v))


def sum_of_squares(grams: Entries) -> list[tuple[fmpq, Line]] | None:
    """Return d > 0 and vectors v with Σ d·⟨v, ·⟩² the quadratic form, None when it is not positive
    semidefinite: LDLᵀ, the sparsest rows first.
    """
    rows: dict[int, Line] = {}
    for (i, j), c in grams.items():
        if c:
            rows.setdefault(i, {})[j] = c if i == j else c / 2
            rows.setdefault(j, {})[i] = c if i == j else c / 2
    heap = [(len(row), i) for i, row in rows.items()]
    heapify(heap)
    found: list[tuple[fmpq, Line]] = []
    while heap:
        length, k = heappop(heap)
        row = rows.get(k)
        if row is None or length != len(row):
            continue
        del rows[k]
        if not row:
            continue
        pivot = row.pop(k, ZERO)
        if not pivot > 0:
            return None
        line = {j: c / pivot for j, c in sorted(row.items())}
        found.append((pivot, {k: ONE, **line}))
        for i, c in line.items():
            theirs = rows[i]
            del theirs[k]
            add(theirs, row, -c)
            heappush(heap, (len(theirs), i))
    return found


def annihilated(lines: Sequence[Line], size: int) -> list[Line]:
    """Return vectors that span those on which all the lines vanish."""
    table = fmpq_mat(len(lines), size)
    for n, line in enumerate(lines):
        for i, c in line.items():
            table[n, i] = c
    reduced, rank = table.rref()
    pivots = [next(i for i in range(size) if reduced[n, i]) for n in range(rank)]
    found = []
    for free in sorted(set(range(size)) - set(pivots)):
        line = {pivot: -reduced[n, free] for n, pivot in enumerate(pivots) if reduced[n, free]}
        found.append({**line, free: ONE})
    return found
