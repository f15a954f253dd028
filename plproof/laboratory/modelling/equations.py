"""Equations between points and linear maps of them, decided in exact arithmetic.

Such an equation is a sum of multiples of points, and of what linear maps make of points, that is 0.
Every float is taken at face value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any, TypeAlias

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import Mask
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.language.terms import Term, free_variables, make, number

_SCALE = 1024.0

Summand: TypeAlias = tuple[Term, tuple[Term, ...], Term]
"""A coefficient, maps, outermost first, and the point to which they are applied."""


def solved(
    p: Term,
    systems: Mapping[Term, SystemMap],
    points: Mapping[Term, Floats],
    numbers: Mapping[Term, Floats],
    batch: int,
) -> Mask | None:
    """Return the rows (B,) on which an equation between points is true, in exact arithmetic.

    None for what is no such equation, and where the maps are not linear.
    """
    matrices, form = linear_parts(systems), equation(p)
    if not systems or matrices is None or form is None:
        return None
    if any(v not in points for _, _, v in form):
        return None
    factors = [_each(c, numbers, batch) for c, _, _ in form]
    if any(c is None for row in factors for c in row):
        return None
    whole = [_whole([c for c in row if c is not None]) for row in zip(*factors, strict=True)]
    quick = _in_floats(form, np.array(whole, dtype=np.float64).T, matrices, points)
    for row in np.flatnonzero(np.isnan(quick)):
        total: Any = 0
        for (_, maps, v), c in zip(form, whole[row], strict=True):
            x = exact_array(points[v][row])
            for F in reversed(maps):
                x = exact_array(matrices[F][row]) @ x
            total = total + c * x
        quick[row] = float(all(t == 0 for t in total))
    return np.asarray(quick == 1.0, dtype=bool)


def _each(c: Term, numbers: Mapping[Term, Floats], batch: int) -> Sequence[Fraction | None]:
    """Return the values of a coefficient on all rows."""
    if not free_variables(c):
        return [coefficient_at(c, numbers, 0)] * batch
    return [coefficient_at(c, numbers, row) for row in range(batch)]


def _whole(factors: Sequence[Fraction]) -> list[int]:
    """Return a multiple of the numbers that are whole."""
    by = lcm(*(c.denominator for c in factors))
    return [int(c * by) for c in factors]


def _in_floats(
    form: Sequence[Summand],
    factors: Floats,
    matrices: Mapping[Term, Floats],
    points: Mapping[Term, Floats],
) -> Floats:
    """Say 1 or 0 of each row where nothing is rounded, and nan of the others.

    All numbers are whole once they are scaled, and so small that their sums are floats.
    """
    total: Any = 0.0
    bound: Any = 0.0
    depth = max(len(maps) for _, maps, _ in form)
    for (_, maps, v), c in zip(form, factors, strict=True):
        parts = [points[v], *(matrices[F] for F in maps)]
        scaled = [_SCALE * x for x in parts]
        fine = np.all([_is_whole(x) for x in (*scaled, c[:, None])], axis=0)
        x, size = scaled[0], np.abs(scaled[0])
        for m in reversed(scaled[1:]):
            x = np.matmul(m, x[:, :, None])[:, :, 0]
            size = np.matmul(np.abs(m), size[:, :, None])[:, :, 0]
        by = c[:, None] * _SCALE ** (depth - len(maps))
        total = total + by * x
        bound = bound + np.where(fine[:, None], np.abs(by) * size, np.inf)
    known = (bound < 2.0**53).all(axis=1)
    return np.where(known, (total == 0).all(axis=1).astype(np.float64), np.nan)


def _is_whole(x: Floats) -> Mask:
    """Say of each row (B, ...) whether all numbers are whole."""
    flat = x.reshape(len(x), -1)
    return np.asarray((np.rint(flat) == flat).all(axis=1), dtype=bool)


def exact_array(values: Floats) -> Any:
    """Return an array of Fractions."""
    return np.frompyfunc(Fraction, 1, 1)(values)


def linear_parts(systems: Mapping[Term, SystemMap]) -> dict[Term, Floats] | None:
    """Return the matrices (B, d, d) of maps, None where one is not linear."""
    found: dict[Term, Floats] = {}
    for F, given in systems.items():
        system = given.system
        if not isinstance(system, PolynomialSystem):
            return None
        if any(x.any() for x in (system.quadratic, system.cubic, system.origin, given.offset)):
            return None
        found[F] = system.linear
    return found


@lru_cache(maxsize=1024)  # asked again for each batch of one statement
def equation(p: Term) -> tuple[Summand, ...] | None:
    """Return an equation between points as a sum that is 0, None for what is not linear."""
    if p.op != "eq" or p.args[0].sort.kind != "Vec":
        return None
    one = number(1)
    left, right = (_summands(side, one) for side in p.args)
    if left is None or right is None:
        return None
    return (*left, *((make("neg", (c,)), maps, v) for c, maps, v in right))


def _summands(t: Term, c: Term) -> list[Summand] | None:
    """Return c·t as a sum of multiples of maps of points, None where it is no such sum."""
    if t.op == "num":
        return [] if not t.data else None
    if t.op == "var":
        return [(c, (), t)]
    if t.op == "neg":
        return _summands(t.args[0], make("neg", (c,)))
    if t.op == "add":
        parts = [_summands(part, c) for part in t.args]
        return None if None in parts else [s for part in parts if part for s in part]
    if t.op == "div":
        return _summands(t.args[0], c / t.args[1])
    if t.op == "smul":
        return _summands(t.args[1], c * t.args[0])
    if t.op == "app" and t.args[0].op == "var":
        inner = _summands(t.args[1], c)
        return None if inner is None else [(k, (t.args[0], *maps), v) for k, maps, v in inner]
    return None


def coefficient_at(t: Term, numbers: Mapping[Term, Floats], row: int) -> Fraction | None:
    """Return the exact value of a coefficient on a row, None for one with roots and the like."""
    if t.op == "num":
        return Fraction(t.data)
    if t.op == "var" and t in numbers:
        x = float(numbers[t][row])
        return Fraction(x) if np.isfinite(x) else None
    values = [coefficient_at(arg, numbers, row) for arg in t.args]
    if not values or any(v is None for v in values):
        return None
    first, *rest = (v for v in values if v is not None)
    if t.op == "neg":
        return -first
    if t.op == "add":
        return sum(rest, first)
    if t.op == "mul":
        for v in rest:
            first *= v
        return first
    if t.op == "div":
        return first / rest[0] if rest[0] else Fraction(0)
    if t.op == "pow" and rest[0].denominator == 1 and 0 <= rest[0] < 64:
        return first ** int(rest[0])
    return None


__all__ = ["Summand", "coefficient_at", "equation", "exact_array", "linear_parts", "solved"]
