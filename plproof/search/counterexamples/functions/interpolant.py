"""A function of one variable through given points, slopes and values, with bounded curvature.

On a line, values and slopes belong to a function with second derivatives in [m, L] just when they
do for all neighbouring points (Taylor, Hendrickx and Glineur, 2017, Theorem 4, on a line), and then
one with curvatures m and L alone has them: between neighbours the slope needs one ramp.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from plproof.search.counterexamples.functions.piecewise import Piecewise

#: a point, the slope and the value there; nearly exact
Datum = tuple[float, float, float]
Rounding = Callable[[float], Fraction]

_SAME = 1e-6
_NEAR = 1e-4


@dataclass(frozen=True)
class Curvatures:
    """The second derivatives allowed: from ``low`` to ``high``, None where kinks are.

    ``edges`` are where quadratics begin and cease to be in the class, at most all they allow.
    """

    low: Fraction
    high: Fraction | None
    edges: tuple[Fraction, ...] = ()

    @property
    def unit(self) -> Fraction:
        """The largest of the curvatures, 0 where there is none but 0."""
        return max(abs(c) for c in (Fraction(0), self.low, self.high, *self.edges) if c is not None)

    def times(self, c: Fraction) -> Curvatures:
        """Return the curvatures of these functions times a number above 0."""
        high = None if self.high is None else c * self.high
        return Curvatures(c * self.low, high, tuple(c * edge for edge in self.edges))


def interpolants(
    data: Sequence[Datum], allowed: Curvatures, rounded: Rounding
) -> Iterator[Piecewise]:
    """Yield functions near the data, their knots and slopes rounded; the simplest first.

    The curvatures are exact, so a function is in its class whatever the rounding does; that it has
    the values wanted is for others to check.
    """
    points = _merged(data)
    if not points:
        return
    seen: list[Piecewise] = []
    for ends in (_along, _flat, _least):
        for fill in (_late, _early):
            found = _built(points, allowed, rounded, fill, ends)
            if found is None:
                continue
            mirrored = [
                found.mirrored(rounded(x), side)
                for (x, g, _), side in ((points[0], 1), (points[-1], -1))
                if abs(g) < _SAME
            ]
            seen += [f for f in (*mirrored, found) if f not in seen]
    yield from sorted(seen, key=lambda f: (len(f.knots) // (2 if f.even() else 1), not f.even()))


def with_choices(f: Piecewise, data: Sequence[Datum], rounded: Rounding) -> Piecewise:
    """Return a function with the subgradients of the data at its kinks, where they are some."""
    chosen = []
    for knot, _ in f.kinks():
        low, high = f.slopes(knot)
        near = [g for x, g, _ in data if abs(x - float(knot)) < _NEAR]
        if near and low <= (slope := rounded(near[0])) <= high:
            chosen.append((knot, slope))
    return replace(f, chosen=tuple(chosen)) if chosen else f


def _merged(data: Sequence[Datum]) -> list[Datum]:
    """Return the data from left to right, points that are one joined (slopes differ at kinks)."""
    found: list[Datum] = []
    for x, g, v in sorted(data):
        if found and abs(found[-1][0] - x) < _SAME and abs(found[-1][1] - g) < 10 * _SAME:
            continue
        found.append((x, g, v))
    return found


@dataclass(frozen=True)
class _Bend:
    """A knot: where, the curvature from there on, the jump of the slope there."""

    place: float
    after: Fraction
    jump: float = 0.0


Fill = Callable[[Datum, Datum, Curvatures], "list[_Bend] | None"]
Ends = Callable[[Datum, int, Fraction, Curvatures], "list[_Bend]"]


def _built(
    points: list[Datum], allowed: Curvatures, rounded: Rounding, fill: Fill, ends: Ends
) -> Piecewise | None:
    bends: list[_Bend] = []
    first = allowed.low
    for number, (left, right) in enumerate(itertools.pairwise(points)):
        between = fill(left, right, allowed)
        if between is None:
            return None
        if number == 0:
            first = between[0].after
            between = between[1:]
        bends += between
    last = bends[-1].after if bends else first
    beyond = ends(points[-1], 1, last, allowed)
    before = ends(points[0], -1, first, allowed)
    # before: outwards, each with the curvature beyond it; turned round, each has that after it
    inward = [b.after for b in before]
    turned = [
        _Bend(b.place, first if k == 0 else inward[k - 1], b.jump) for k, b in enumerate(before)
    ][::-1]
    start = inward[-1] if inward else first
    return _rounded([*turned, *bends, *beyond], start, points, rounded)


def _rounded(
    bends: list[_Bend], start: Fraction, points: list[Datum], rounded: Rounding
) -> Piecewise | None:
    knots: list[Fraction] = []
    curvatures: list[Fraction] = [start]
    jumps: list[Fraction] = []
    for bend in bends:
        place = rounded(bend.place)
        if knots and place <= knots[-1]:  # a piece of no length
            curvatures[-1] = bend.after
            jumps[-1] += rounded(bend.jump)
        else:
            knots.append(place)
            curvatures.append(bend.after)
            jumps.append(rounded(bend.jump))
    home = min(points, key=lambda p: abs(p[1]))  # the slope nearest to 0 is rounded best
    anchor, slope, value = (rounded(c) for c in home)
    before = [p for p in points if p[0] < home[0] - _SAME]
    if before and anchor in knots and jumps[knots.index(anchor)]:  # the left slope is another
        anchor, slope, value = (rounded(c) for c in before[-1])
    return Piecewise.bent(anchor, slope, knots, curvatures, jumps, value)


# ---------------------------------------------------------------- between two points
def _late(left: Datum, right: Datum, allowed: Curvatures) -> list[_Bend] | None:
    """Curvature low, then high (or a jump), then low."""
    h, rise, value = _reduced(left, right, allowed.low)
    if allowed.high is None:
        if rise <= _SAME:
            return [_Bend(left[0], allowed.low)]
        at = min(max(h - value / rise, 0.0), h)
        return [_Bend(left[0], allowed.low), _Bend(left[0] + at, allowed.low, rise)]
    width = float(allowed.high - allowed.low)
    if not width:
        return [_Bend(left[0], allowed.low)]
    ramp = min(max(rise / width, 0.0), h)
    if ramp <= _SAME:
        return [_Bend(left[0], allowed.low)]
    if h - ramp <= _SAME:
        return [_Bend(left[0], allowed.high)]
    start = h - ramp - (value - rise * ramp / 2) / rise
    start = min(max(start, 0.0), h - ramp)
    return _trimmed(
        left[0], [(start, allowed.low), (ramp, allowed.high), (h - start - ramp, allowed.low)]
    )


def _early(left: Datum, right: Datum, allowed: Curvatures) -> list[_Bend] | None:
    """Curvature high, then low, then high."""
    if allowed.high is None:
        return None
    h, rise, value = _reduced(left, right, allowed.low)
    width = float(allowed.high - allowed.low)
    if not width:
        return [_Bend(left[0], allowed.low)]
    ramp = min(max(rise / width, 0.0), h)
    if ramp <= _SAME:
        return [_Bend(left[0], allowed.low)]
    if h - ramp <= _SAME:
        return [_Bend(left[0], allowed.high)]
    start = (value - rise * ramp / 2) / (width * h - rise)
    start = min(max(start, 0.0), ramp)
    return _trimmed(
        left[0], [(start, allowed.high), (h - ramp, allowed.low), (ramp - start, allowed.high)]
    )


def _reduced(left: Datum, right: Datum, low: Fraction) -> tuple[float, float, float]:
    """Return the distance, and the rise of slope and value without ½·low·x² and the tangent."""
    h, m = right[0] - left[0], float(low)
    return h, right[1] - left[1] - m * h, right[2] - left[2] - left[1] * h - m * h * h / 2


def _trimmed(start: float, parts: list[tuple[float, Fraction]]) -> list[_Bend]:
    found: list[_Bend] = []
    for length, curvature in parts:
        if length > _SAME:
            found.append(_Bend(start, curvature))
        start += length
    return found


# ---------------------------------------------------------------- beyond the last point
def _along(end: Datum, side: int, last: Fraction, allowed: Curvatures) -> list[_Bend]:
    """Go on with the same curvature."""
    return []


def _least(end: Datum, side: int, last: Fraction, allowed: Curvatures) -> list[_Bend]:
    """Go on with the least curvature."""
    return [_Bend(end[0], allowed.low)]


def _flat(end: Datum, side: int, last: Fraction, allowed: Curvatures) -> list[_Bend]:
    """Fall no further than need be: bend up to slope 0, then straight on."""
    still = max(allowed.low, Fraction(0))
    down = end[1] * side  # the slope outwards
    if down >= -_SAME or (allowed.high is not None and allowed.high <= 0):
        return [_Bend(end[0], still)]
    if allowed.high is None:
        return [_Bend(end[0], still, -end[1] * side)]
    return [
        _Bend(end[0], allowed.high),
        _Bend(end[0] - side * down / float(allowed.high), still),
    ]
