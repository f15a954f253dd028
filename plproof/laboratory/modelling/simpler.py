"""Simpler versions of one chosen row, boldest first: what a shrinker tries.

Every candidate is smaller by an order of its own, so that trying ends: fewer coordinates, then
shorter runs, plainer kinds of functions and maps, then shorter numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import ConstantFunction, Family, OnePoint, SpectralQuadratic
from plproof.laboratory.families.arrays import LARGEST_PARAMETER, coarser, simplicity
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.models import Assignment
from plproof.language.sorts import NAT, coordinates_of
from plproof.language.terms import Term


def simplifications(a: Assignment) -> Iterator[Assignment]:
    """Yield simpler assignments of one row; whether they still show anything is for the caller."""
    for space, dimension in a.dimensions.items():
        for coordinate in range(dimension if dimension > 1 else 0):
            smaller = _without(a, space, coordinate)
            if smaller is not None:
                yield smaller
    for f in a.families:
        yield from _rotated(a, f)
    for v, values in a.numbers.items():
        if v.sort == NAT:
            for n in dict.fromkeys((0, 1, int(values[0]) // 2, int(values[0]) - 1)):
                if 0 <= n < values[0]:
                    yield replace(a, numbers={**a.numbers, v: np.array([float(n)])})
    for k in dict.fromkeys((1, a.iterations // 2, a.iterations - 1)):
        if 1 <= k < a.iterations:
            shorter = {v: p[: k + 1] for v, p in a.paths.items()}
            yield replace(a, iterations=k, paths=shorter)
    yield from _together(a)
    for f, family in a.families.items():
        for simpler in (*_plainer(family), *family.simplifications(0)):
            if simpler.dimension == family.dimension:
                moved = simpler.constants.minimiser - family.constants.minimiser
                yield _shifted(a, _spaces(f), moved, families={**a.families, f: simpler})
    for f, system in a.systems.items():
        for plainer in system.simplifications():
            yield from _with_system(a, f, plainer)
    for v, x in a.starts.items():
        for simple in _simpler_arrays(x):
            yield replace(a, starts={**a.starts, v: simple})
    for m, x in a.members.items():
        for simple in _simpler_arrays(x):
            yield replace(a, members={**a.members, m: simple})
    for v, x in a.points.items():
        for simple in _simpler_arrays(x):
            yield replace(a, points={**a.points, v: simple})
    for v, x in a.paths.items():
        for simple in _simpler_arrays(x):
            yield replace(a, paths={**a.paths, v: simple})
    for v, x in a.matrices.items():
        for simple in _simpler_arrays(x):
            yield replace(a, matrices={**a.matrices, v: simple})
    for v, x in a.numbers.items():
        if v.sort != NAT:
            for simple in _simpler_arrays(x):
                yield replace(a, numbers={**a.numbers, v: simple})


def _rotated(a: Assignment, f: Term) -> Iterator[Assignment]:
    """Yield the assignment in the coordinates of a quadratic's eigenvectors, if it has others."""
    family, space = a.families[f], _spaces(f)
    if not isinstance(family, SpectralQuadratic) or coordinates_of(space) is not None:
        return
    unit = np.eye(family.dimension)[None]
    others = [v for v in (*a.families, *a.systems, *a.matrices) if v != f]
    if np.array_equal(family.basis, unit) or any(space in v.sort.space_names() for v in others):
        return

    def turn(values: Mapping[Term, Floats]) -> dict[Term, Floats]:
        return {
            v: x @ family.basis[0] + 0.0 if _spaces(v) == space else x for v, x in values.items()
        }

    centre = family.centre @ family.basis[0] + 0.0
    turned = SpectralQuadratic(family.spectrum, unit, centre, family.minimum)
    yield replace(
        a,
        families={**a.families, f: turned},
        points=turn(a.points),
        starts=turn(a.starts),
        paths=turn(a.paths),
        members={m: turn({m[0]: x})[m[0]] for m, x in a.members.items()},
    )


def _together(a: Assignment) -> Iterator[Assignment]:
    """Yield the assignment with 1 for a number wherever it stands, also as a curvature.

    One at a time these cannot change where a function is at the edge of its class.
    """
    shared = [float(x[0]) for v, x in a.numbers.items() if v.sort != NAT]
    for number in dict.fromkeys(n for n in shared if n not in (0.0, 1.0)):
        numbers = {
            v: np.where(x == number, 1.0, x) if v.sort != NAT else x for v, x in a.numbers.items()
        }
        families = dict(a.families)
        for f, family in a.families.items():
            given = {key: getattr(family, key) for key in family.parameters}
            for key in ("spectrum", "hessian", "curvature", "weight", "ridge"):
                if key in given:
                    given[key] = np.where(given[key] == number, 1.0, given[key])
            try:
                families[f] = type(family)(**given)
            except ValueError:
                continue
        yield replace(a, numbers=numbers, families=families)


def _plainer(family: Family) -> Iterator[Family]:
    """Yield functions of the plainest kinds in place of others: constant, or c‖x‖²/2."""
    constants, plain = family.constants, (ConstantFunction, SpectralQuadratic, OnePoint)
    if isinstance(family, plain):
        return
    if not np.isfinite(constants.minimum).all():
        return
    yield ConstantFunction(constants.minimiser, constants.minimum)
    unit = np.eye(family.dimension)[None]
    for c in (1.0, float(constants.smooth[0]), float(constants.strongly_convex[0])):
        if 0.0 < c < LARGEST_PARAMETER:
            spectrum = np.full((1, family.dimension), c)
            try:
                yield SpectralQuadratic(spectrum, unit, constants.minimiser, constants.minimum)
            except ValueError:  # too many digits
                continue


def _with_system(a: Assignment, f: Term, plainer: SystemMap) -> Iterator[Assignment]:
    """Yield the assignment with another map for f, the points that go with it moved along."""
    before, systems = a.systems[f], {**a.systems, f: plainer}
    domain, codomain = (part.spaces[0] for part in f.sort.parts)
    moved = plainer.system.origin - before.system.origin
    lifted = plainer.offset - before.offset
    if not (moved.any() or lifted.any()):
        yield replace(a, systems=systems)
        return
    points = dict(a.points)
    for v, x in points.items():  # w* and y themselves
        if _spaces(v) == domain and np.array_equal(x, before.system.origin):
            points[v] = plainer.system.origin
        elif _spaces(v) == codomain and np.array_equal(x, before.offset):
            points[v] = plainer.offset
    yield replace(a, systems=systems, points=points)
    yield _shifted(a, domain, moved, systems=systems)


def _simpler_arrays(values: Floats) -> Iterator[Floats]:
    for simple in (np.zeros_like(values), np.ones_like(values), *coarser(values)):
        if _size(simple) < _size(values):
            yield simple
    if values.ndim > 1:
        for place in np.ndindex(values.shape):
            for number in (0.0, 1.0, *(float(c) for c in coarser(values[place]))):
                changed = values.copy()
                changed[place] = number
                if _size(changed) < _size(values):
                    yield changed


def _size(values: Floats) -> int:
    return sum(sum(simplicity(x)) for x in values.ravel().tolist())


def _spaces(v: Term) -> str:
    return v.sort.space_names()[0] if v.sort.space_names() else ""


def _shifted(a: Assignment, space: str, moved: Floats, **changed: Any) -> Assignment:
    """Return the assignment with all points of a space moved, and other fields as given."""

    def shift(values: Mapping[Term, Floats]) -> dict[Term, Floats]:
        return {v: x + moved if _spaces(v) == space else x for v, x in values.items()}

    members = {m: shift({m[0]: x})[m[0]] for m, x in a.members.items()}
    return replace(
        a,
        points=shift(a.points),
        starts=shift(a.starts),
        paths=shift(a.paths),
        members=members,
        **changed,
    )


def _without(a: Assignment, space: str, coordinate: int) -> Assignment | None:
    """Return everything restricted to the other coordinates of a space; None if it cannot be."""
    if coordinates_of(space) is not None:
        return None
    families: dict[Term, Family] = {}
    for f, family in a.families.items():
        smaller = family.without(coordinate) if _spaces(f) == space else family
        if smaller is None:
            return None
        families[f] = smaller
    systems: dict[Term, SystemMap] = {}
    for f, system in a.systems.items():
        restricted: SystemMap | None = system
        domain, codomain = (part.spaces[0] for part in f.sort.parts)
        if domain == space:
            restricted = system.without_input(coordinate)
        if codomain == space and restricted is not None:
            restricted = restricted.without_output(coordinate)
        if restricted is None:
            return None
        systems[f] = restricted
    matrices = dict(a.matrices)
    for v in matrices:
        for axis, name in zip((-1, -2), v.sort.spaces, strict=True):
            if name == space:
                matrices[v] = np.delete(matrices[v], coordinate, axis=axis)

    def drop(values: Mapping[Term, Floats]) -> dict[Term, Floats]:
        return {
            v: np.delete(x, coordinate, axis=-1) if _spaces(v) == space else x
            for v, x in values.items()
        }

    return replace(
        a,
        dimensions={**a.dimensions, space: a.dimensions[space] - 1},
        families=families,
        systems=systems,
        matrices=matrices,
        points=drop(a.points),
        starts=drop(a.starts),
        paths=drop(a.paths),
        members={m: drop({m[0]: x})[m[0]] for m, x in a.members.items()},
    )
