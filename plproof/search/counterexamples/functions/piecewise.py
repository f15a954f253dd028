"""Piecewise quadratic functions of one variable, exactly: values, slopes, curvature, minimum."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.search.counterexamples.functions.polynomials import Interval

#: the coefficients a, b, c of ax² + bx + c
Quadratic = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Piecewise:
    """A continuous function, a quadratic between neighbouring ``knots`` (in order, any number).

    ``pieces`` are one more than knots, from left to right.  Where two slopes meet in a kink,
    ``slope`` is a subgradient: the left one unless ``chosen`` names another, by knot.

    >>> huber = Piecewise.bent(Fraction(0), Fraction(0), [Fraction(-1), Fraction(1)], [0, 1, 0])
    >>> huber.value(Fraction(3)), huber.slope(Fraction(-2)), huber.curvature()
    (Fraction(5, 2), Fraction(-1, 1), (Fraction(0, 1), Fraction(1, 1)))
    >>> print(huber)
    1/2·x² if |x| ≤ 1; |x| − 1/2 otherwise
    """

    knots: tuple[Fraction, ...]
    pieces: tuple[Quadratic, ...]
    chosen: tuple[tuple[Fraction, Fraction], ...] = ()

    def __post_init__(self) -> None:
        if len(self.pieces) != len(self.knots) + 1:
            raise ValueError(f"{len(self.knots)} knots need {len(self.knots) + 1} pieces")
        if any(a >= b for a, b in zip(self.knots, self.knots[1:], strict=False)):
            raise ValueError("knots must increase")
        for knot, left, right in zip(self.knots, self.pieces, self.pieces[1:], strict=False):
            if _value(left, knot) != _value(right, knot):
                raise ValueError(f"not continuous at {knot}")
        for knot, slope in self.chosen:
            if knot not in self.knots or not self.slopes(knot)[0] <= slope <= self.slopes(knot)[1]:
                raise ValueError(f"{slope} is no subgradient at {knot}")

    @classmethod
    def bent(
        cls,
        anchor: Fraction,
        slope: Fraction,
        knots: Sequence[Fraction],
        curvatures: Sequence[Fraction | int],
        jumps: Sequence[Fraction | int] = (),
        value: Fraction = Fraction(0),
        *,
        merged: bool = True,
    ) -> Piecewise:
        """Return the function with second derivatives from left to right and jumps of the slope.

        ``slope`` and ``value`` are those at ``anchor`` (to the left of a jump there).  Pieces of
        one quadratic are joined, unless ``merged`` is False.
        """
        jumps = list(jumps) or [Fraction(0)] * len(knots)
        home = bisect_left(knots, anchor)
        a = Fraction(curvatures[home]) / 2
        b = slope - 2 * a * anchor
        middle = (a, b, value - a * anchor**2 - b * anchor)
        pieces = [middle]
        for k in range(home, len(knots)):
            pieces.append(_continued(pieces[-1], knots[k], curvatures[k + 1], jumps[k]))
        for k in range(home - 1, -1, -1):
            pieces.insert(0, _continued(pieces[0], knots[k], curvatures[k], -jumps[k]))
        kept, shown = [], [pieces[0]]
        for knot, piece in zip(knots, pieces[1:], strict=True):
            if piece != shown[-1] or not merged:
                kept.append(knot)
                shown.append(piece)
        return cls(tuple(kept), tuple(shown))

    def mirrored(self, at: Fraction, side: int) -> Piecewise:
        """Return the function that is this one on one side (1: right) of a point, and symmetric.

        >>> half = Piecewise.bent(Fraction(0), Fraction(0), [Fraction(1)], [1, 0])
        >>> print(half.mirrored(Fraction(0), 1))
        1/2·x² if |x| ≤ 1; |x| − 1/2 otherwise
        """
        if side < 0:
            knots = tuple(2 * at - k for k in reversed(self.knots))
            pieces = tuple(_reflected(q, at) for q in reversed(self.pieces))
        else:
            knots, pieces = self.knots, self.pieces
        first = bisect_right(knots, at)
        right, outer = pieces[first:], knots[first:]
        left = tuple(_reflected(q, at) for q in reversed(right))
        mirror = tuple(2 * at - k for k in reversed(outer))
        if left[-1] == right[0]:
            return Piecewise((*mirror, *outer), (*left, *right[1:]))
        return Piecewise((*mirror, at, *outer), (*left, *right))

    # ---------------------------------------------------------------- values
    def times(self, c: Fraction) -> Piecewise:
        """Return the function times a number that is not negative.

        >>> print(Piecewise((), ((Fraction(1, 2), Fraction(0), Fraction(1)),)).times(Fraction(4)))
        2·x² + 4
        """
        pieces = tuple((c * a, c * b, c * d) for a, b, d in self.pieces)
        return Piecewise(self.knots, pieces, tuple((k, c * slope) for k, slope in self.chosen))

    def piece(self, x: Fraction) -> Quadratic:
        """Return the coefficients of the piece at x, the left one at a knot."""
        return self.pieces[bisect_left(self.knots, x)]

    def value(self, x: Fraction) -> Fraction:
        """Return f(x)."""
        return _value(self.piece(x), x)

    def slopes(self, x: Fraction) -> tuple[Fraction, Fraction]:
        """Return the slopes to the left and to the right of x."""
        place = bisect_left(self.knots, x)
        here = self.pieces[place]
        there = (
            self.pieces[place + 1] if place < len(self.knots) and self.knots[place] == x else here
        )
        return _slope(here, x), _slope(there, x)

    def slope(self, x: Fraction) -> Fraction:
        """Return f′(x), a subgradient at a kink."""
        return dict(self.chosen).get(x, self.slopes(x)[0])

    def intervals(self) -> list[Interval]:
        """Return where the pieces are, from left to right."""
        ends: list[Fraction | None] = [None, *self.knots, None]
        return list(itertools.pairwise(ends))

    # ---------------------------------------------------------------- what it is
    def kinks(self) -> list[tuple[Fraction, Fraction]]:
        """Return the knots where the slope jumps, and by how much."""
        jumps = [(k, self.slopes(k)[1] - self.slopes(k)[0]) for k in self.knots]
        return [(k, jump) for k, jump in jumps if jump]

    def curvature(self) -> tuple[Fraction | None, Fraction | None]:
        """Return the least and the largest second derivative, None where a kink makes it infinite.

        The gradient is L-Lipschitz just when both are between −L and L, and f − ½m|·|² is convex
        just when the least is at least m.
        """
        second = [2 * a for a, _, _ in self.pieces]
        jumps = [jump for _, jump in self.kinks()]
        low = None if any(j < 0 for j in jumps) else min(second)
        return low, None if any(j > 0 for j in jumps) else max(second)

    def minimum(self) -> Fraction | None:
        """Return the least value, None when there is none."""
        return self._lowest()[0]

    def minimisers(self) -> list[Fraction]:
        """Return where the least value is attained: the ends of intervals where it is all along.

        >>> Piecewise.bent(Fraction(0), Fraction(0), [Fraction(1)], [0, 2]).minimisers()
        [Fraction(1, 1)]
        """
        return self._lowest()[1]

    def _lowest(self) -> tuple[Fraction | None, list[Fraction]]:
        places = list(self.knots)
        for (a, b, _), (low, high) in zip(self.pieces, self.intervals(), strict=True):
            if (low is None and (a < 0 or (a == 0 and b > 0))) or (
                high is None and (a < 0 or (a == 0 and b < 0))
            ):
                return None, []
            bottom = -b / (2 * a) if a > 0 else Fraction(0)
            inside = (low is None or low < bottom) and (high is None or bottom < high)
            if inside and (a > 0 or not self.knots):
                places.append(bottom)
        least = min(self.value(x) for x in places)
        return least, sorted(x for x in places if self.value(x) == least)

    # ---------------------------------------------------------------- words
    def even(self) -> bool:
        """Say whether f(−x) = f(x)."""
        mirrored = tuple((a, -b, c) for a, b, c in reversed(self.pieces))
        return mirrored == self.pieces and tuple(-k for k in reversed(self.knots)) == self.knots

    def __str__(self) -> str:
        return self.described(lambda place, name: polynomial(self.pieces[place], name))

    def described(self, said: Callable[[int, str], str]) -> str:
        """Return the function in words; ``said`` gives those of a piece, by its number.

        The variable is x, or |x| for an even function.
        """
        knots, first, name = list(self.knots), 0, "x"
        if self.even() and self.knots:
            knots, name = [k for k in self.knots if k > 0], "|x|"
            first = len(self.pieces) - 1 - len(knots)
        words = []
        for place in range(first, len(self.pieces)):
            low = knots[place - first - 1] if place > first else None
            high = knots[place - first] if place - first < len(knots) else None
            if low is None:
                where = "" if high is None else f" if {name} ≤ {signed(high)}"
            elif high is None:
                where = " otherwise"
            else:
                where = f" if {signed(low)} ≤ {name} ≤ {signed(high)}"
            words.append(said(place, name) + where)
        return "; ".join(words)


def _value(piece: Quadratic, x: Fraction) -> Fraction:
    a, b, c = piece
    return (a * x + b) * x + c


def _slope(piece: Quadratic, x: Fraction) -> Fraction:
    return 2 * piece[0] * x + piece[1]


def _reflected(piece: Quadratic, at: Fraction) -> Quadratic:
    """Return the piece at 2·at − x."""
    a, b, c = piece
    return a, -b - 4 * a * at, 4 * a * at**2 + 2 * b * at + c


def _continued(
    piece: Quadratic, knot: Fraction, curvature: Fraction | int, jump: Fraction | int
) -> Quadratic:
    """Return the piece beyond a knot, with its second derivative and a jump of the slope."""
    a = Fraction(curvature) / 2
    b = _slope(piece, knot) + jump - 2 * a * knot
    return a, b, _value(piece, knot) - a * knot**2 - b * knot


def signed(value: Fraction) -> str:
    """Return a rational as it is printed, with a true minus sign."""
    return f"−{-value}" if value < 0 else str(value)


def polynomial(piece: Quadratic, name: str) -> str:
    """Return ax² + bx + c in a variable of that name; the square of |x| is that of x."""
    return joined([signed(c) if c else "" for c in piece], name)


def joined(coefficients: Sequence[str], name: str) -> str:
    """Return a polynomial from its coefficients in words, "" for 0, highest power first.

    >>> joined(["1", "−L/2", ""], "x")
    'x² − L/2·x'
    """
    square = "x²" if name == "|x|" else f"{name}²"
    words = ""
    for said, power in zip(coefficients, (square, name, ""), strict=True):
        if not said:
            continue
        minus, size = said.startswith("−"), said.removeprefix("−")
        piece = size if not power else power if size == "1" else f"{size}·{power}"
        words += (
            ("−" if minus else "") + piece if not words else (" − " if minus else " + ") + piece
        )
    return words or "0"
