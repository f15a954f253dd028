"""A user's own kinds of functions as shapes to search among: their parameters are chosen.

Constants come from the family itself, made anew for every choice of parameters; so what is not in
the class is no choice.  What an author says of constants was looked at for functions as they are
drawn: parameters stay between the least and the largest drawn, and what is found is looked at
again.  Autograd goes through the user's formula where it can.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families.base import Family, FamilyKind
from plproof.laboratory.families.checks import check_family
from plproof.laboratory.worst_case.frames import Smoothly, unboxed
from plproof.laboratory.worst_case.shapes import Requirements, Shape

_HOME = ("centre", "minimum", "minimiser", "target")  # parameters that say where a function is
_DIMENSIONS = (1, 2)
_FAR = 8.0  # between the logarithms of factors that the class does not bound
_SNAP = 1e-9
_INSIDE = 0.98
_STEP = 2.0**-17  # of differences, for how constants change with parameters
_ROOM = 1.0 - 2.0**-40  # below the constants of the class, so that rounding does not leave it


def own_shapes(
    kinds: Sequence[FamilyKind], required: Requirements, rows: int, rng: np.random.Generator
) -> list[Shape]:
    """Return the shapes of a user's kinds with members in a class, for searches of ``rows`` starts.

    Functions are multiplied by a number, up to the edges of the class.  Kinds whose
    minimisers cannot be put at 0, and those without a member in the class, give none.
    """
    found = []
    for kind in kinds:
        for dimension in _DIMENSIONS:
            least = required.least if required.least > 0 else 0.1 * required.largest
            ratio = float(np.clip(required.largest / least, 1, 2**20))
            try:
                drawn = kind.build(rows, dimension, ratio, rng)
            except ValueError:
                continue  # there is none of this dimension
            shape = _Own.of(kind, drawn, required).shape()
            if shape is not None:
                found.append(shape)
    return found


@dataclass(frozen=True)
class _Own:
    """A drawn batch as a pattern: ``free`` parameters by name, ``positive`` ones by logarithms.

    Of all of them ``least`` and ``most`` are the ends; ``fixed`` has the others, of one row.
    """

    kind: FamilyKind
    pattern: Family
    required: Requirements
    free: Mapping[str, Floats]
    positive: frozenset[str]
    least: Mapping[str, float]
    most: Mapping[str, float]
    fixed: Mapping[str, Floats]

    @classmethod
    def of(cls, kind: FamilyKind, drawn: Family, required: Requirements) -> _Own:
        given = {key: np.asarray(getattr(drawn, key)) for key in drawn.parameters}
        fixed = {key: np.zeros_like(x[:1]) for key, x in given.items() if key in _HOME}
        scales = {key for key, power in drawn.homogeneous.items() if power == 1} - {*_HOME}
        if len(scales) == 1:  # a plain factor: the class says how large it is
            fixed |= {key: np.ones_like(given[key][:1]) for key in scales}
        free = {k: x for k, x in given.items() if k not in fixed and x.dtype == np.float64}
        free = {k: x for k, x in free.items() if x.size and np.ptp(x) > 0}
        fixed |= {k: x[:1] for k, x in given.items() if k not in fixed and k not in free}
        positive = frozenset(k for k, x in free.items() if np.all(x > 0))
        ranged = {k: np.log(x) if k in positive else x for k, x in free.items()}
        least = {k: float(np.min(x)) for k, x in ranged.items()}
        most = {k: float(np.max(x)) for k, x in ranged.items()}
        return cls(kind, drawn, required, ranged, positive, least, most, fixed)

    # ------------------------------------------------------------ parameters
    def parameters(self, theta: Any) -> dict[str, Any]:
        """Return the parameters (S, ...) at rows (S, n), whose last entry is no parameter."""
        rows, begin = len(unboxed(theta)), 0
        found: dict[str, Any] = {}
        for key, like in self.free.items():
            size = int(np.prod(like.shape[1:]))
            part = anp.reshape(theta[:, begin : begin + size], (rows, *like.shape[1:]))
            low, high = self.least[key], self.most[key]
            inside = low + (high - low) * (0.5 + 0.5 * anp.sin(part))
            found[key] = anp.exp(inside) if key in self.positive else inside
            begin += size
        for key, x in self.fixed.items():
            found[key] = np.repeat(x, rows, axis=0)
        return found

    def rows(self) -> Floats:
        """Return the parameters of the drawn functions, (R, n), with factors from end to end."""
        flat = []
        for key, x in self.free.items():
            share = 2.0 * (x - self.least[key]) / (self.most[key] - self.least[key]) - 1.0
            angle = np.arcsin(np.clip(share, -_INSIDE, _INSIDE))  # at an end nothing rises
            flat.append(np.reshape(angle, (self.pattern.batch, -1)))
        factors = np.resize(np.pi / 2 * np.array([1.0, -1.0, 0.0]), (self.pattern.batch, 1))
        return np.concatenate([*flat, factors], axis=1)

    def scaled(self, parameters: Mapping[str, Any], factor: Any) -> dict[str, Any]:
        """Return the parameters of c times each function, ``factor`` c (S,)."""
        found = dict(parameters)
        for key, power in self.pattern.homogeneous.items():
            x = found[key]
            found[key] = x * anp.reshape(factor, (-1,) + (1,) * (np.ndim(x) - 1)) ** power
        return found

    # ------------------------------------------------------------ members of the class
    def ends(self, theta: Floats) -> Floats:
        """Return logarithms (2, S) of the factors between which each row is in the class.

        nan where there are none.  Where the class bounds them on one side, or on none, so far is
        looked from there.
        """
        parameters = self.parameters(theta)
        try:
            return self._ends(type(self.pattern)(**parameters))
        except ValueError:  # some rows are out of range
            return np.concatenate([self._ends_of(parameters, i) for i in range(len(theta))], axis=1)

    def _ends_of(self, parameters: Mapping[str, Floats], row: int) -> Floats:
        try:
            one = type(self.pattern)(**{k: x[row : row + 1] for k, x in parameters.items()})
        except ValueError:
            return np.full((2, 1), np.nan)
        return self._ends(one)

    def _ends(self, family: Family) -> Floats:
        c, need = family.constants, self.required
        with np.errstate(all="ignore"):
            bounded = (c.smooth > 0) & np.isfinite(need.smooth)
            high = np.where(bounded, need.smooth * _ROOM / c.smooth, np.inf)
            low = np.zeros(family.batch)
            for bound, has in ((need.strongly_convex, c.strongly_convex), (need.pl, c.pl)):
                if bound > 0:
                    low = np.maximum(low, np.where(has > 0, bound / (has * _ROOM), np.inf))
                elif bound == 0:
                    low = np.where(has >= 0, low, np.inf)
                elif np.isfinite(bound):
                    high = np.where(has < 0, np.minimum(high, bound * _ROOM / has), high)
            sound = (low <= high) & c.attained & ~c.constant & (c.minimum == 0)
            sound &= (low < np.inf) & (high > 0) & (c.convex | (not need.convex))
            sound &= np.all(c.minimiser == 0, axis=-1) & family.differentiable
            ends = np.log(low), np.log(high)
            above = np.where(low > 0, ends[0] + _FAR, 0.5 * _FAR)
            top = np.where(np.isfinite(ends[1]), ends[1], above)
            bottom = np.where(np.isfinite(ends[0]), ends[0], top - _FAR)
        return np.where(sound, np.stack([bottom, top]), np.nan)

    def factor(self, theta: Any) -> Any:
        """Return the factor (S,), to first order in what autograd traces.

        The last parameter says where it is between its ends; both are attained.
        """
        plain = np.asarray(unboxed(theta), dtype=np.float64)
        low, high = self.ends(plain)
        if plain is not theta:
            slopes = []
            for move in _STEP * np.eye(plain.shape[1])[:-1]:
                slope = (self.ends(plain + move) - self.ends(plain - move)) / (2.0 * _STEP)
                slopes.append(np.where(np.isfinite(slope), slope, 0.0))
            if slopes:
                apart = (theta - plain)[:, :-1]
                low, high = (
                    end + anp.sum(np.stack([s[i] for s in slopes], axis=-1) * apart, axis=-1)
                    for i, end in enumerate((low, high))
                )
        return anp.exp(low + (high - low) * (0.5 + 0.5 * anp.sin(theta[:, -1])))

    def tidy(self, theta: Floats) -> Floats:
        """Return rows (S, n) whose factor is at an end where it was close to one."""
        place = np.sin(theta[:, -1])
        near = np.where(1.0 - np.abs(place) < _SNAP, np.sign(place) * np.pi / 2, theta[:, -1])
        return np.concatenate([theta[:, :-1], near[:, None]], axis=1)

    # ------------------------------------------------------------ the shape
    def functions(self, theta: Any) -> Smoothly:
        """Return the functions with parameters (S, n); nan where they are not in the class."""
        given = self.scaled(self.parameters(theta), self.factor(theta))
        proxy = copy.copy(self.pattern)
        for key, x in given.items():
            setattr(proxy, key, x)
        proxy.batch = len(unboxed(theta))
        return Smoothly.of(proxy.value)

    def plainly(self, theta: Any) -> Smoothly:
        """Return the same without a way for autograd to the parameters: made anew."""
        plain = np.asarray(unboxed(theta), dtype=np.float64)
        factor = self.factor(plain)
        inside = np.flatnonzero(np.isfinite(factor))
        if not inside.size:
            return Smoothly(lambda x: x[:, 0] * np.nan, lambda x: x * np.nan)
        place = np.zeros(len(plain), dtype=np.intp)
        place[inside] = np.arange(inside.size)
        given = self.scaled(self.parameters(plain[inside]), factor[inside])
        members = type(self.pattern)(**given).take(place)
        outside = np.where(np.isfinite(factor), 0.0, np.nan)
        return Smoothly.of(lambda x: members.value(x) + outside)

    def family(self, theta: Floats, row: int, scale: float) -> Family:
        """Return the function with parameters (n,).

        ValueError for other scales than 1, and where its constants are seen to be wrong.
        """
        if scale != 1.0:
            raise ValueError("functions of a user's own are not stretched")
        row_of = self.tidy(theta[None])
        factor = self.factor(row_of)
        if not np.isfinite(factor[0]):
            raise ValueError("not in the class")
        found = type(self.pattern)(**self.scaled(self.parameters(row_of), factor))
        check_family(found, np.random.default_rng(0))
        return found

    def shape(self) -> Shape | None:
        """Return the shape, None where no drawn function is in the class."""
        rows = self.rows()
        rows = rows[np.isfinite(self.ends(rows)[0])]
        if not len(rows):
            return None
        name = f"{self.kind}, d = {self.pattern.dimension}"
        found = Shape(
            name, self.pattern.dimension, rows.shape[1], self.functions, self.family,
            even=False, rows=rows,
        )  # fmt: skip
        if self.pattern.derived or not self._is_traced(rows[:1]):
            found = replace(found, functions=self.plainly, steep=False)
        return found

    def _is_traced(self, theta: Floats) -> bool:
        """Say whether autograd finds its way to the parameters, with the right values."""
        at = np.full((1, self.pattern.dimension), 0.75)
        try:
            vjp, value = make_vjp(lambda t: self.functions(t).value(at), theta)
            slope = vjp(np.ones(1))
            same = np.allclose(value, self.plainly(theta).value(at), rtol=1e-9)
        except Exception:  # whatever a user's formula raises when it meets a traced number
            return False
        return bool(same and np.all(np.isfinite(slope)))


__all__ = ["own_shapes"]
