"""Operators: linear maps of a space to itself, with points that solve equations exactly.

Nonexpansive, monotone and cocoercive maps are linear ones here: multiples of the identity,
rotations, symmetric and skew matrices.  Equations of points, as x = u − g(x), are then linear, and
so are those that have to be solved: their solutions are whole numbers where all is scaled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

import numpy as np
from flint import fmpq, fmpq_mat

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.equations import (
    Summand,
    coefficient_at,
    equation,
    linear_parts,
)
from plproof.laboratory.modelling.models import Assignment, Plan
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.language.terms import Term, subterms

OPERATOR = "operator"
"""The kind of such maps."""

_DIFFERENT = 32  # rows that are solved; the others of a batch have other solutions of the same
_LARGEST = 2**40  # beyond it coordinates are no longer sure to be floats
_MOST = 48  # coordinates that are solved for
_DERIVATIVES = ("grad", "jac", "hess", "hess2", "lapp")


def has_operators(plan: Plan) -> bool:
    """Say whether a plan is about maps of one space to itself, their values and nothing else."""
    homes = {part for F in plan.systems for part in F.sort.parts}
    if len(homes) != 1 or len(plan.spaces) != 1 or plan.functions or plan.matrices or plan.tables:
        return False
    terms = (t for p in (*plan.parts, *plan.claims) for t in subterms(p))
    return not any(t.op in _DERIVATIVES for t in terms)


def draw_operators(batch: int, size: int, rng: np.random.Generator) -> SystemMap:
    """Draw linear maps of R^size: multiples of 1, rotations, symmetric, skew and other matrices."""
    one, skew = np.eye(size), np.zeros((size, size))
    for i in range(0, size - 1, 2):
        skew[i, i + 1], skew[i + 1, i] = -1.0, 1.0
    shares = np.array([0.0, 0.0, 1.0, 1.0, 0.5, 0.25, 2.0, 4.0, -1.0, -0.5])
    if rng.random() < 0.75:  # monotone
        shares = shares[:-2]
    if rng.random() < 0.5:  # none of them far
        shares = shares[np.abs(shares) <= 1]
    a, b = (rng.choice(shares, size=(batch, 1, 1)) for _ in range(2))
    entries = rng.choice([0.0, 0.5, 1.0], size=(batch, size, 1)) * one
    mixed = rng.integers(-2, 3, size=(batch, size, size)) / 4.0
    kinds = [a * one, b * skew, a * one + b * skew, a * entries, mixed]
    chosen = rng.integers(len(kinds), size=(batch, 1, 1))
    linear = np.choose(chosen, [np.broadcast_to(m, (batch, size, size)) for m in kinds])
    zero = np.zeros((batch, size))
    return SystemMap(PolynomialSystem(linear, origin=zero), zero, np.inf, None)


def with_solutions(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> Assignment:
    """Return the proposal with points that satisfy the equations between points, if it can be.

    A few rows are solved in rational numbers; the others are other solutions, for the same maps and
    numbers.  Rows without a solution in floats keep their points.
    """
    matrices = linear_parts(proposal.systems)
    points = [v for v in plan.points if v not in plan.method.rules]
    equations = [form for p in plan.parts if (form := equation(p)) is not None]
    if matrices is None or not points or len(points) * _size(plan, proposal) > _MOST:
        return proposal
    count = min(_DIFFERENT, proposal.batch)
    found = {v: x.copy() for v, x in proposal.points.items()}
    again = np.resize(np.arange(count), proposal.batch)
    proposal = proposal.take(again)
    d = _size(plan, proposal)
    for row in range(count):
        basis = _solutions(equations, points, matrices, proposal, row, d)
        rows = np.flatnonzero(again == row)
        shares = rng.integers(-2, 3, size=(len(rows), len(basis)))
        shares[:, rng.random(len(basis)) < 0.25] = 0
        places = shares @ basis if len(basis) else np.zeros((len(rows), len(points) * d))
        if np.abs(places).max(initial=0) < _LARGEST:
            for i, v in enumerate(points):
                found[v][rows] = places[:, i * d : (i + 1) * d]
    return replace(proposal, points={**proposal.points, **found})


def _size(plan: Plan, proposal: Assignment) -> int:
    return proposal.dimensions[plan.spaces[0]]


def _solutions(
    equations: Sequence[Sequence[Summand]],
    points: Sequence[Term],
    matrices: Mapping[Term, Floats],
    proposal: Assignment,
    row: int,
    d: int,
) -> Floats:
    """Return whole numbers (n, len(points)·d) that span the solutions of all equations."""
    lines: list[list[Fraction]] = []
    for form in equations:
        block = [[Fraction(0)] * (len(points) * d) for _ in range(d)]
        for coefficient, maps, v in form:
            factor = coefficient_at(coefficient, proposal.numbers, row)
            if v not in points or factor is None:
                block = []
                break
            m = np.eye(d)  # short numbers: no product is rounded
            for F in maps:
                m = m @ matrices[F][row]
            begin = points.index(v) * d
            for i in range(d):
                for j in range(d):
                    if m[i, j]:
                        block[i][begin + j] += factor * Fraction(float(m[i, j]))
        lines += block
    width = len(points) * d
    if not lines:
        return np.eye(width)
    entries = [fmpq(c.numerator, c.denominator) for line in lines for c in line]
    reduced, rank = fmpq_mat(len(lines), width, entries).rref()
    pivots = [next(j for j in range(width) if reduced[i, j] != 0) for i in range(rank)]
    basis = []
    for free in (j for j in range(width) if j not in pivots):
        line = [Fraction(0)] * width
        line[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            c = reduced[i, free]
            line[pivot] = -Fraction(int(c.p), int(c.q))
        scale = lcm(*(c.denominator for c in line))
        basis.append([float(c * scale) if abs(c * scale) < _LARGEST else np.inf for c in line])
    return np.array([b for b in basis if np.isfinite(b).all()]).reshape(-1, width)


__all__ = ["OPERATOR", "draw_operators", "has_operators", "with_solutions"]
