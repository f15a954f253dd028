"""Quadratic functions of several variables, exactly, in coordinates with any inner product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.search.counterexamples.functions.piecewise import signed
from plproof.search.programs.program import squares

Matrix = tuple[tuple[Fraction, ...], ...]
Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class Metric:
    """The inner product ⟨u, v⟩ = uᵀWv of coordinates, W symmetric and positive definite."""

    matrix: Matrix

    @classmethod
    def standard(cls, dimension: int) -> Metric:
        """Return the dot product."""
        rows = [[Fraction(i == j) for j in range(dimension)] for i in range(dimension)]
        return cls(tuple(map(tuple, rows)))

    @property
    def dimension(self) -> int:
        """How many coordinates there are."""
        return len(self.matrix)

    def inner(self, u: Point, v: Point) -> Fraction:
        """Return ⟨u, v⟩."""
        return sum(
            (w * u[i] * v[j] for i, row in enumerate(self.matrix) for j, w in enumerate(row) if w),
            Fraction(0),
        )


@dataclass(frozen=True)
class QuadraticForm:
    """f(x) = ½⟨x, Hx⟩ with ⟨·, ·⟩ the metric's and H symmetric for it; ``form`` is WH.

    >>> half = QuadraticForm(Metric.standard(1), ((Fraction(3),),))
    >>> half.curvature_at_least(Fraction(3)), half.curvature_at_most(Fraction(2))
    (True, False)
    """

    metric: Metric
    form: Matrix

    def operator(self) -> list[list[Fraction]]:
        """Return H."""
        return solved(self.metric.matrix, self.form)

    def curvature_at_least(self, m: Fraction) -> bool:
        """Say whether f − ½m‖·‖² is convex."""
        return squares(self._minus(m)) is not None

    def curvature_at_most(self, m: Fraction) -> bool:
        """Say whether ½m‖·‖² − f is convex."""
        return squares([[-c for c in row] for row in self._minus(m)]) is not None

    def _minus(self, m: Fraction) -> list[list[Fraction]]:
        return [
            [c - m * w for c, w in zip(row, metric, strict=True)]
            for row, metric in zip(self.form, self.metric.matrix, strict=True)
        ]

    def __str__(self) -> str:
        words = ""
        for i, row in enumerate(self.form):
            for j in range(i, len(row)):
                c = row[j] / 2 if i == j else row[j]
                if c:
                    name = f"x{i + 1}²" if i == j else f"x{i + 1}·x{j + 1}"
                    said = name if abs(c) == 1 else f"{abs(c)}·{name}"
                    sign = ("−" if c < 0 else "") if not words else " − " if c < 0 else " + "
                    words += sign + said
        return words or "0"


def solved(
    matrix: Sequence[Sequence[Fraction]], right: Sequence[Sequence[Fraction]]
) -> list[list[Fraction]]:
    """Return matrix⁻¹·right for an invertible matrix."""
    from flint import fmpq, fmpq_mat

    def exact(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
        return fmpq_mat([[fmpq(c.numerator, c.denominator) for c in row] for row in rows])

    found = exact(matrix).solve(exact(right))
    return [
        [Fraction(int(found[i, j].p), int(found[i, j].q)) for j in range(len(right[0]))]
        for i in range(len(matrix))
    ]


def coordinates(point: Point) -> str:
    """Return a point as it is printed."""
    return signed(point[0]) if len(point) == 1 else f"({', '.join(map(signed, point))})"
