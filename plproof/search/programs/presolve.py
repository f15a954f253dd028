"""Directions that no form of a program sees: they are taken out before it is solved, exactly.

Points enter inequalities through differences, so that moving all of them changes nothing; the
slack then annihilates that direction whatever the weights are, and no program with it has an
interior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from plproof.search.programs.program import Form, Program
from plproof.search.programs.surd import Exact, row_reduced

_COMBINATIONS, _WEIGHTS = 3, 1_000

Line = dict[int, Exact]


@dataclass(frozen=True)
class Reduced:
    """A program without the directions that none of its forms sees.

    ``kept`` lists the vectors that are left, by number in the old program; ``unseen`` gives for
    each vector left out the direction in which it has 1 and the others left out have 0.
    """

    program: Program
    kept: tuple[int, ...]
    unseen: Mapping[int, Line]

    def lifted(self, line: Mapping[int, Exact]) -> dict[int, Exact]:
        """Return the vector in the old numbers that a square of the reduced program belongs to."""
        found = {self.kept[i]: c for i, c in line.items()}
        for index, direction in self.unseen.items():
            c = -sum((found[i] * d for i, d in direction.items() if i in found), Fraction(0))
            if c:
                found[index] = c
        return dict(sorted(found.items()))


def reduced(program: Program) -> Reduced:
    """Return the program without the directions that bound, target and columns all annihilate."""
    forms = [program.target, program.bound, *program.columns]
    unseen = _unseen(forms, program.size)
    kept = tuple(i for i in range(program.size) if i not in unseen)
    if not unseen:
        return Reduced(program, kept, {})
    place = {i: new for new, i in enumerate(kept)}

    def restricted(form: Form) -> Form:
        quadratic = {
            (place[i], place[j]): c
            for (i, j), c in form.quadratic.items()
            if i in place and j in place
        }
        return Form(quadratic, form.linear)

    small = replace(
        program,
        size=len(kept),
        columns=tuple(map(restricted, program.columns)),
        bound=restricted(program.bound),
        target=restricted(program.target),
    )
    return Reduced(small, kept, unseen)


def _unseen(forms: Sequence[Form], size: int) -> dict[int, Line]:
    """Return a basis of the common kernel, by the vectors that can be left out.

    A few combinations of the forms almost always have that kernel; the forms that contradict it
    are added until none does.
    """
    draw = Random(0)
    rows: list[Line] = []
    for _ in range(_COMBINATIONS):
        mixed = Form()
        for form in forms:
            mixed = mixed.plus(form, Fraction(draw.randint(1, _WEIGHTS)))
        rows += _rows(mixed)
    while True:
        basis = _kernel(rows, size)
        seen = [row for form in forms for row in _rows(form) if _meets(row, basis)]
        if not seen:
            return basis
        rows += seen[:size]


def _rows(form: Form) -> list[Line]:
    """Return the rows of the matrix of a form that are not zero, times two."""
    found: dict[int, Line] = {}
    for (i, j), c in form.quadratic.items():
        found.setdefault(i, {})[j] = 2 * c if i == j else c
        found.setdefault(j, {})[i] = 2 * c if i == j else c
    return list(found.values())


def _meets(row: Line, basis: Mapping[int, Line]) -> bool:
    """Say whether a row is not orthogonal to some direction."""
    for direction in basis.values():
        if sum((c * direction[i] for i, c in row.items() if i in direction), Fraction(0)):
            return True
    return False


def _kernel(rows: Sequence[Line], size: int) -> dict[int, Line]:
    """Return a basis of the vectors orthogonal to all rows, by the place where only one has 1."""
    if not rows:
        return {i: {i: Fraction(1)} for i in range(size)}
    solved, pivots = row_reduced([[row.get(i, Fraction(0)) for i in range(size)] for row in rows])
    basis: dict[int, Line] = {}
    for free in sorted(set(range(size)) - set(pivots)):
        basis[free] = {free: Fraction(1)}
        for row, pivot in zip(solved, pivots, strict=True):
            if row[free]:
                basis[free][pivot] = -row[free]
    return basis
