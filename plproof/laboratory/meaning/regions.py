"""“For all points of a bounded region”, decided by interval arithmetic on pieces of the region.

Regions are intervals, a ≤ t ≤ b, and balls, ‖v − c‖ ≤ r, the latter covered by small cubes.  On a
piece every term lies between bounds, as ``Tracked`` arithmetic gives them for a point that is known
up to the size of the piece (R. E. Moore, 1966); where a proposition certainly holds on all
pieces, it holds on the region.  Nothing is sampled.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.meaning.readings import difference_of, norm_of
from plproof.laboratory.meaning.values import Mask, NotEvaluated
from plproof.language.binding import bind_each, fresh_variable, open_binder
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, number

if TYPE_CHECKING:
    from plproof.laboratory.meaning.evaluate import Model

PIECES = 64
"""Into at most so many pieces a region is divided."""

_WIDER = 1.0 + 2.0**-40


@dataclass(frozen=True)
class Range:
    """Where a variable is: from ``low`` to ``high``, or at most ``high`` from the point ``low``.

    ``squared``: ``high`` is the square of the radius.
    """

    low: Term
    high: Term
    squared: bool = False


@dataclass(frozen=True)
class Local:
    """“For all points of a region, ``body``”: ``variables`` with a range each.

    ``closed`` is the body under quantifiers for these variables alone.
    """

    variables: tuple[Term, ...]
    ranges: tuple[Range, ...]
    body: Term
    closed: Term

    @property
    def inside(self) -> Term:
        """The body with its variables bound outside."""
        found = self.closed
        for _ in self.variables:
            found = found.args[0]
        return found


@lru_cache(maxsize=1024)  # asked for each batch of one statement
def local(p: Term) -> Local | None:
    """Read a proposition about all points of a bounded region; None for anything else.

    Conditions that do not say what the region is are left out: the body is then asked for more.
    """
    variables: list[Term] = []
    given: list[Term] = []
    body = p
    while body.op in ("all", "imp", "def"):
        if body.op == "def":
            if not variables:
                break
            return _read(variables, given, body)
        if body.op == "imp":
            if body.args[1].op == "false":
                break
            todo = [body.args[0]]
            while todo:
                q = todo.pop()
                if q.op == "and":
                    todo += q.args
                else:
                    given.append(q)
            body = body.args[1]
        else:
            if body.data.sort != REAL and body.data.sort.kind != "Vec":
                return None
            v = fresh_variable(body.data.name, body.data.sort, [p, *variables])
            variables.append(v)
            body = open_binder(body, v)
    return _read(variables, given, body) if variables else None


def _read(variables: list[Term], given: list[Term], body: Term) -> Local | None:
    used = [v for v in variables if v in free_variables(body)]
    ranges = [_range(v, given, variables) for v in used]
    found = [r for r in ranges if r is not None]
    if not used or len(found) < len(used):
        return None
    return Local(tuple(used), tuple(found), body, bind_each("all", used, body))


def _range(v: Term, given: Sequence[Term], variables: Sequence[Term]) -> Range | None:
    low: list[Term] = []
    high: list[Term] = []
    for p in given:
        if p.op not in ("le", "lt", "ge", "gt"):
            continue
        small, large = p.args if p.op in ("le", "lt") else p.args[::-1]
        if v.sort == REAL:
            if small == v and not {*variables} & {*free_variables(large)}:
                high.append(large)
            if large == v and not {*variables} & {*free_variables(small)}:
                low.append(small)
            continue
        square = small.args[0] if small.op == "ip" and small.args[0] == small.args[1] else None
        norm = norm_of(small)
        away = square if norm is None else norm
        if away is None or {*variables} & {*free_variables(large)}:
            continue
        centre = _centre(away, v)
        if centre is not None and not {*variables} & {*free_variables(centre)}:
            return Range(centre, large, square is not None)
    return Range(low[0], high[0]) if low and high else None


def _centre(away: Term, v: Term) -> Term | None:
    """Return c where a vector is v − c or c − v."""
    if away == v:
        return number(0, v.sort)
    sides = difference_of(away)
    if sides is None or v not in sides:
        return None
    return sides[1] if sides[0] == v else sides[0]


def everywhere_near(model: Model, p: Term) -> Mask | None:
    """Return the rows (B,) on which a proposition certainly holds on a whole bounded region.

    None for a proposition that is not about such a region, or that has no numbers there.
    """
    about = local(p)
    if about is None or p.loose:
        return None
    try:
        pieces = divided(model, about)
        low, _ = model.truth(about.inside, pieces, 1)
    except NotEvaluated:
        return None
    return np.broadcast_to(np.all(low >= 0, axis=0) if np.ndim(low) > 1 else low >= 0,
                           (model.batch,))  # fmt: skip


def divided(model: Model, about: Local) -> tuple[Tracked, ...]:
    """Return values of the variables on pieces that cover the region, along a new first axis."""
    sizes = [1 if v.sort == REAL else model.dimension(v.sort.spaces[0]) for v in about.variables]
    count = max(1, int(PIECES ** (1.0 / max(1, sum(sizes))) + 1e-9))
    grids = [
        _grid(size, count, v.sort != REAL) for v, size in zip(about.variables, sizes, strict=True)
    ]
    chosen = list(itertools.product(*(range(len(g)) for g in grids)))
    found = []
    for place, (v, r, grid) in enumerate(zip(about.variables, about.ranges, grids, strict=True)):
        at = grid[[c[place] for c in chosen]]
        if v.sort == REAL:
            found.append(_interval(model, r, at[:, 0], count))
        else:
            found.append(_ball(model, r, at, count))
    return tuple(found)


def _grid(size: int, count: int, ball: bool) -> Floats:
    """Return the centres (S, d) of cubes of width 2/count that cover [-1, 1]^d, or the ball."""
    if not size:
        return np.zeros((1, 0))
    line = (2.0 * np.arange(count) + 1.0) / count - 1.0
    points = np.array(list(itertools.product(line, repeat=size)))
    nearest = np.maximum(np.abs(points) - 1.0 / count, 0.0)
    inside = np.vecdot(nearest, nearest) <= 1.0 + 1e-9
    return points[inside] if ball else points


def _interval(model: Model, r: Range, at: Floats, count: int) -> Tracked:
    low, high = (
        np.broadcast_to(x.value, (model.batch,)) for x in map(model.value, (r.low, r.high))
    )
    off = SAFETY * UNIT * (model.value(r.low).error + model.value(r.high).error)
    middle = 0.5 * low + 0.5 * high
    half = np.maximum(0.5 * high - 0.5 * low, 0.0)
    value = middle + at[:, None] * half
    width = half / count * _WIDER + off + 8 * UNIT * (np.abs(low) + np.abs(high))
    return Tracked(value, np.broadcast_to(width / (SAFETY * UNIT), value.shape))


def _ball(model: Model, r: Range, at: Floats, count: int) -> Tracked:
    centre, reach = model.value(r.low), model.value(r.high)
    reach = total.root(reach) if r.squared else reach
    radius = np.maximum(reach.value + SAFETY * UNIT * reach.error, 0.0) * _WIDER
    radius = np.broadcast_to(radius, (model.batch,))[:, None]
    home = np.broadcast_to(centre.value, (model.batch, at.shape[-1]))
    value = home + at[:, None, :] * radius
    width = radius / count * _WIDER + 8 * UNIT * (np.abs(home) + radius)
    error = width / (SAFETY * UNIT) + centre.error
    return Tracked(value, np.broadcast_to(error, value.shape))


__all__ = ["Local", "divided", "everywhere_near", "local"]
