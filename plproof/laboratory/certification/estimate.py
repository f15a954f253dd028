"""The best constants of a function on a box, between certified bounds: branch and bound in arb.

For a twice differentiable f on a box X: ``smooth`` is the largest |λ| and ``strongly_convex`` the
least λ among the eigenvalues of all Hessians; ``pl`` is the infimum of ‖∇f‖²/(2(f − f*)), f* being
the minimum on the box.  Near a minimiser c both sides of that vanish; where f is m-strongly convex
on a convex neighbourhood of c the constant is at least m there (B. T. Polyak, 1963).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.certification.expressions import parsed
from plproof.laboratory.certification.jets import Formula, Jet, on_box
from plproof.laboratory.certification.precise import Field, Undecided, power
from plproof.laboratory.families.spectra import of_symmetric

Constant = Literal["pl", "smooth", "strongly_convex"]
Box = tuple[tuple[float, float], ...]

_BITS = 96


@dataclass(frozen=True)
class Bracket:
    """A constant lies certainly in [``low``, ``high``].

    ``at``: a point where it is almost attained; ``boxes`` looked at; ``reached``: whether the
    bracket is as narrow as was asked.
    """

    constant: str
    low: float
    high: float
    at: tuple[float, ...]
    boxes: int
    reached: bool

    def __str__(self) -> str:
        at = ", ".join(f"{x:.6g}" for x in self.at)
        return f"{self.constant} in [{self.low!r}, {self.high!r}], nearly attained at {at}"


def estimate(
    formula: Formula | str,
    box: Sequence[tuple[float, float]],
    constant: Constant = "pl",
    *,
    tolerance: float = 1e-6,
    most_boxes: int = 20_000,
) -> Bracket:
    """Return certified bounds of the best constant of a function on a box.

    Arguments: ``formula``, a function of d numbers written with the operators and functions of
    :mod:`.jets`, or such an expression in x, y, z as text, numbers in it taken at face value (0.1
    is a float, 1/3 a third); ``box``, d pairs low < high; ``constant``, pl, smooth or
    strongly_convex; ``tolerance`` > 0, how narrow the bracket should be relative to the constant,
    or to a thousandth of the largest curvature on the box where that is more; ``most_boxes`` >= 1
    to look at.  Raises ValueError for other arguments, Undecided where the formula may not be
    defined on the whole box.

    >>> print(round(estimate("x**2 + 3*sin(x)**2", [(-10, 10)]).low, 5))
    0.17553
    """
    sides: Box = tuple((float(a), float(b)) for a, b in box)
    if not sides or not all(np.isfinite([a, b]).all() and a < b for a, b in sides):
        raise ValueError(f"a box has sides low < high, got {box!r}")
    if not tolerance > 0 or most_boxes < 1:
        raise ValueError("tolerance is positive and most_boxes at least 1")
    if constant not in ("pl", "smooth", "strongly_convex"):
        raise ValueError(f"the constants are pl, smooth and strongly_convex, not {constant!r}")
    function = parsed(formula, len(sides)) if isinstance(formula, str) else formula
    with Field(_BITS) as field:
        search = _Search(function, sides, field, tolerance, most_boxes)
        return search.pl() if constant == "pl" else search.eigenvalue(constant)


@dataclass(frozen=True)
class _Home:
    """A box where f is strongly convex with a modulus, and a small one with its minimiser there."""

    around: Box
    modulus: float
    minimiser: Box


class _Search:
    """Branch and bound for one function on one box."""

    def __init__(
        self, formula: Formula, box: Box, field: Field, tolerance: float, most: int
    ) -> None:
        self.formula, self.box, self.field = formula, box, field
        self.tolerance, self.most = tolerance, most
        self.boxes = 0
        self._size = 0.0
        self._jets: list[tuple[tuple[float, ...], Jet]] = []

    def _narrow(self, low: float) -> float:
        """Return how narrow a bracket of a constant near ``low`` is to be."""
        if not self._size:
            grid = self.grid()
            jets = [jet for _, jet in grid[:: max(1, len(grid) // 50)]]
            middles = np.array([_middles(jet.hessian) for jet in jets])
            finite = middles[np.isfinite(middles).all(axis=(1, 2))]
            self._size = float(np.max(np.abs(np.linalg.eigvalsh(finite)), initial=0.0))
            self._size = max(self._size, 1e-9)
        return self.tolerance * max(abs(low), 1e-3 * self._size)

    # ------------------------------------------------------------ enclosures
    def ball(self, low: float, high: float) -> Any:
        raw = self.field.raw
        return raw(low).union(raw(high))

    def on(self, box: Box) -> Jet:
        self.boxes += 1
        return on_box(self.formula, [self.ball(a, b) for a, b in box])

    def _offsets(self, box: Box) -> list[Any]:
        """Return balls with x − m for all x in the box and its middle m."""
        sides = zip(box, _middle(box), strict=True)
        return [self.ball(*side) - self.field.raw(m) for side, m in sides]

    def at(self, point: Sequence[float]) -> Jet:
        return on_box(self.formula, [self.field.raw(x) for x in point])

    def eigenvalues(self, jet: Jet) -> tuple[float, float]:
        """Return bounds of all eigenvalues of the Hessians on a box."""
        d = len(jet.gradient)
        if d == 1:
            return _down(jet.hessian[0][0]), _up(jet.hessian[0][0])
        middle, places = _symmetric(jet.hessian), itertools.product(range(d), repeat=2)
        raw = self.field.raw
        off = _squares([jet.hessian[i][j] - raw(middle[i, j]) for i, j in places])
        if not np.all(np.isfinite(middle)) or not off.is_finite():
            return -np.inf, np.inf
        bounds = of_symmetric(middle[None], np.array([_up(off.upper().sqrt())]))
        return float(bounds.smallest[0]), float(bounds.largest[0])

    # ------------------------------------------------------------ eigenvalues of Hessians
    def eigenvalue(self, constant: str) -> Bracket:
        """Bound the largest |λ| or the least λ from both sides."""
        largest = constant == "smooth"

        def bound(box: Box) -> float:
            low, high = self.eigenvalues(self.on(box))
            return max(-low, high) if largest else -low

        def attained(point: Sequence[float]) -> float:
            hessian = self.at(point).hessian
            values, vectors = np.linalg.eigh(_symmetric(hessian))
            places = (0, -1) if largest else (0,)
            found = [(float(values[p]), self._rayleigh(hessian, vectors[:, p])) for p in places]
            if largest:
                return max(max(_down(q), -_up(q)) for _, q in found)
            return -_up(found[0][1])

        low, high, at, reached = self._maximise(bound, attained)
        if not largest:
            low, high = -high, -low
        return Bracket(constant, low, high, at, self.boxes, reached)

    def _rayleigh(self, hessian: list[list[Any]], vector: Floats) -> Any:
        v = [self.field.raw(x) for x in vector.tolist()]
        d = range(len(v))
        top = sum((v[i] * hessian[i][j] * v[j] for i in d for j in d), self.field.raw(0))
        return top / _squares(v)

    # ------------------------------------------------------------ the minimum and PL
    def pl(self) -> Bracket:
        """Bound the PL constant from both sides."""
        centre = self._descended()
        least, home = self._minimum(centre)
        best, at = np.inf, centre
        if home is not None:
            best = self._rayleigh_at_minimiser(home)

        def ratio(box: Box) -> float:
            found = self._least_ratio(box, least)
            if home is not None and _inside(box, home.around):
                hull = _hull(box, home.minimiser)
                found = max(found, home.modulus, self.eigenvalues(self.on(hull))[0])
            return -found

        def attained(point: Sequence[float]) -> float:
            return attained_by(self.at(point))

        def attained_by(jet: Jet) -> float:
            gap = jet.value - least.upper()
            if not gap > 0:
                return -np.inf
            return -_up(_squares(jet.gradient) / (2 * gap))

        self.boxes = 0  # those looked at for the minimum do not count
        for point, jet in self.grid():
            found = -attained_by(jet)
            if found < best:
                best, at = found, point
        start, cuts = (-best, at), home.around if home else None
        low, high, where, reached = self._maximise(ratio, attained, start=start, home=cuts)
        return Bracket("pl", max(0.0, -high), -low, where, self.boxes, reached)

    def _least_ratio(self, box: Box, least: Any) -> float:
        """Bound ‖∇f‖²/(2(f − f*)) from below on a box: as it stands, and by its mean value form."""
        raw, d = self.field.raw, range(len(box))
        jet, here = self.on(box), self.at(_middle(box))
        moved = self._offsets(box)
        slopes = [_both(jet.gradient[i], _sum(here.gradient[i], jet.hessian[i], moved)) for i in d]
        gap = _both(jet.value, _sum(here.value, slopes, moved)) - least
        squares = _squares(slopes)
        top = gap.upper()
        if not top > 0:
            return np.inf if squares > 0 else 0.0
        bottom = squares.lower() if squares > 0 else raw(0)
        simple = _down(bottom / (2 * top))
        if not gap > 0:
            return simple
        share = squares / (2 * power(gap, 2))
        turned = [_sum(raw(0), jet.hessian[i], slopes) / gap for i in d]
        at = _squares(here.gradient) / (2 * (here.value - least))
        at = _sum(at, [turned[i] - slopes[i] * share for i in d], moved)
        return max(simple, _down(at)) if at.is_finite() else simple

    def _descended(self) -> tuple[float, ...]:
        """Return a point near a minimiser: the best of a grid, then Newton's steps in floats."""
        point, _ = min(self.grid(), key=lambda entry: float(entry[1].value.mid()))
        best = point
        for _ in range(60):
            jet = self.at(point)
            hessian = _middles(jet.hessian)
            gradient = np.array([float(g.mid()) for g in jet.gradient])
            if not np.all(np.linalg.eigvalsh(hessian) > 0):
                break
            step = np.linalg.solve(hessian, gradient)
            point = tuple(
                float(np.clip(x - s, a, b))
                for x, s, (a, b) in zip(point, step, self.box, strict=True)
            )
            if float(self.at(point).value.mid()) < float(self.at(best).value.mid()):
                best = point
            if np.max(np.abs(step)) == 0:
                break
        return best

    def grid(self) -> list[tuple[tuple[float, ...], Jet]]:
        """Return about a thousand points of the box with the jets there, computed once."""
        if not self._jets:
            count = max(3, int(1_000 ** (1.0 / len(self.box))))
            sides = (np.linspace(a, b, count).tolist() for a, b in self.box)
            self._jets = [(point, self.at(point)) for point in itertools.product(*sides)]
        return self._jets

    def _minimum(self, centre: tuple[float, ...]) -> tuple[Any, _Home | None]:
        """Return a ball with f*, and where f is strongly convex around the minimiser, if it is.

        That is the largest neighbourhood tried.  It may leave the box: its own minimum is at most
        that on the box where this is attained in it, and so is f* then; where the minimiser lies
        on a face, no other has it inside.
        """
        here = self.at(centre)
        steep = _squares(here.gradient).sqrt().upper()
        home: _Home | None = None
        lowest = here.value.upper()
        size = max(b - a for a, b in self.box)
        for k in range(1, 40):
            r = size * 2.0**-k
            around = _ball(centre, r)
            try:
                modulus = self.eigenvalues(self.on(around))[0]
            except Undecided:
                continue  # it leaves the domain of the formula with the box
            if modulus > 0 and self.field.raw(modulus) * self.field.raw(r) > 2 * steep:
                away = _up(steep / self.field.raw(modulus))  # the minimiser is not further away
                home = _Home(around, modulus, _ball(centre, away))
                lowest = (here.value - power(steep, 2) / (2 * self.field.raw(modulus))).lower()
                break
        elsewhere = self._lowest_elsewhere(here.value.upper(), home.around if home else None)
        if elsewhere is not None:
            home = None  # the minimum may lie elsewhere
            lowest = lowest.min(elsewhere) if elsewhere.is_finite() else elsewhere
        return lowest.union(here.value.upper()), home

    def _lowest_elsewhere(self, top: Any, home: Box | None) -> Any:
        """Return a lower bound of f outside ``home``, None where f is above ``top`` there."""
        lowest: Any = None
        todo, small = [self.box], 2.0**-20 * max(b - a for a, b in self.box)
        while todo:
            box = todo.pop()
            if home is not None and _inside(box, home):
                continue
            bottom = self._below(box)
            if bottom > top:
                continue
            if max(b - a for a, b in box) < small or self.boxes > self.most:
                finite = lowest is not None and bottom.is_finite()
                lowest = lowest.min(bottom) if finite else bottom
                continue
            todo += _halves(box, home)
        return lowest

    def _below(self, box: Box) -> Any:
        jet, here = self.on(box), self.at(_middle(box))
        moved = _sum(here.value, jet.gradient, self._offsets(box))
        return jet.value.lower().max(moved.lower())

    def _rayleigh_at_minimiser(self, home: _Home) -> float:
        """Bound the least eigenvalue of the Hessian at the minimiser from above.

        It bounds the PL constant where the minimiser is inside the box, and is inf elsewhere: at a
        face, the direction of that eigenvalue may lead out of the box.
        """
        sides = zip(home.minimiser, self.box, strict=True)
        if not all(a < b and c < d for (b, c), (a, d) in sides):
            return np.inf
        jet = self.on(home.minimiser)
        _, vectors = np.linalg.eigh(_symmetric(jet.hessian))
        return _up(self._rayleigh(jet.hessian, vectors[:, 0]))

    # ------------------------------------------------------------ branch and bound
    def _maximise(
        self,
        bound: Callable[[Box], float],
        attained: Callable[[Sequence[float]], float],
        start: tuple[float, tuple[float, ...]] | None = None,
        home: Box | None = None,
    ) -> tuple[float, float, tuple[float, ...], bool]:
        """Return low ≤ maximum ≤ high, a point where low is attained, and whether they are close.

        ``bound`` is at least the function on a box, ``attained`` at most its value at a point.
        """
        low, at = (-np.inf, _middle(self.box)) if start is None else start
        number = itertools.count()
        queue = [(-bound(self.box), next(number), self.box)]
        while queue:
            high = -queue[0][0]
            if high <= low + self._narrow(low):
                return low, max(low, high), at, True
            if self.boxes > self.most:
                return low, high, at, False
            _, _, box = heapq.heappop(queue)
            for half in _halves(box, home):
                middle = _middle(half)
                value = attained(middle)
                if value > low:
                    low, at = value, middle
                top = bound(half)
                if top > low:
                    heapq.heappush(queue, (-top, next(number), half))
        return low, low, at, True


def _middle(box: Box) -> tuple[float, ...]:
    return tuple(0.5 * (a + b) for a, b in box)


def _inside(box: Box, home: Box) -> bool:
    return all(c <= a and b <= d for (a, b), (c, d) in zip(box, home, strict=True))


def _halves(box: Box, home: Box | None) -> list[Box]:
    """Return the box cut across its longest side, first along the faces of ``home``."""
    cuts = [(i, c) for i, side in enumerate(home or ()) for c in side if box[i][0] < c < box[i][1]]
    meets = home is not None and all(
        a < d and c < b for (a, b), (c, d) in zip(box, home, strict=True)
    )
    place = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
    cut = 0.5 * (box[place][0] + box[place][1])
    if meets and cuts:
        place, cut = cuts[0]
    a, b = box[place]
    return [(*box[:place], side, *box[place + 1 :]) for side in ((a, cut), (cut, b))]


def _ball(centre: Sequence[float], r: float) -> Box:
    """Return a box with everything no further from the centre than r, ends rounded outwards."""
    down, up = (
        np.nextafter(np.subtract(centre, r), -np.inf),
        np.nextafter(np.add(centre, r), np.inf),
    )
    return tuple(zip(down.tolist(), up.tolist(), strict=True))


def _hull(box: Box, other: Box) -> Box:
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(box, other, strict=True))


def _middles(hessian: Sequence[Sequence[Any]]) -> Floats:
    return np.array([[float(h.mid()) for h in row] for row in hessian])


def _symmetric(hessian: Sequence[Sequence[Any]]) -> Floats:
    middle = _middles(hessian)
    return np.asarray(0.5 * (middle + middle.T))


def _squares(balls: Sequence[Any]) -> Any:
    return sum(power(ball, 2) for ball in balls)


def _sum(start: Any, factors: Sequence[Any], others: Sequence[Any]) -> Any:
    return sum((a * b for a, b in zip(factors, others, strict=True)), start)


def _both(ball: Any, other: Any) -> Any:
    """Return an enclosure of what two balls enclose."""
    return ball.intersection(other) if ball.is_finite() and other.is_finite() else ball


def _up(ball: Any) -> float:
    """Return a float at least everything in a ball, inf for what is not finite."""
    top = float(ball.upper()) if ball.is_finite() else np.inf
    return float(np.nextafter(top, np.inf))


def _down(ball: Any) -> float:
    bottom = float(ball.lower()) if ball.is_finite() else -np.inf
    return float(np.nextafter(bottom, -np.inf))


__all__ = ["Bracket", "Undecided", "estimate", "parsed"]
