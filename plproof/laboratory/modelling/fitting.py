"""Functions moved into the class that the hypotheses ask for, where its constants are numbers.

Constants that are variables are chosen to suit a drawn function.  Constants that are numbers, as
in μ = 1/3, and a variable that bounds a function from both sides, as in smooth with 10α and
strongly convex with α, leave no choice: there the function is made to suit them, by its spectrum or
by a factor, best at the edges of the class, where theorems are tight.  For a class that a user
defines, some functions are moved so that their minimiser is 0.  Whether a function then is in the
class is decided elsewhere, as for all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.arithmetic.total import exact
from plproof.laboratory.families import FAMILY_KINDS, Family, SpectralQuadratic
from plproof.laboratory.families.catalogue import NOT_DIFFERENTIABLE, UNATTAINED
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.certify import is_known
from plproof.laboratory.modelling.models import Plan
from plproof.laboratory.modelling.stated import implied, lipschitz
from plproof.language.definitions import Definition, unfold_all
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables
from plproof.theory.functions import PL, Differentiable, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

_OFTEN = 0.85
_CENTRED = 0.25
_DIGITS = 30  # binary digits of a fitted spectrum: its products with a basis stay exact


@dataclass(frozen=True)
class Edges:
    """The numbers a class gives: ``low`` for strong convexity, ``pl``, and ``high`` for smoothness.

    ``steep`` bounds the slopes.  -inf and inf where the class gives none.
    """

    low: float = -np.inf
    pl: float = -np.inf
    high: float = np.inf
    steep: float = np.inf

    @property
    def given(self) -> bool:
        """Whether there is any number."""
        return max(self.low, self.pl) > -np.inf or min(self.high, self.steep) < np.inf


def fitted(
    plan: Plan, families: Mapping[Term, Family], rng: np.random.Generator
) -> tuple[dict[Term, Family], dict[Term, Floats]]:
    """Return functions that suit the numbers in the hypotheses, and the variables chosen for that.

    Draws from the generator only where there is something to suit.
    """
    found, chosen = dict(families), dict[Term, Floats]()
    for f, family in families.items():
        for v in _on_both_sides(plan, f):
            if v not in chosen:
                chosen[v] = np.full(family.batch, 2.0 ** int(rng.integers(-2, 3)))
        edges = _edges(plan, f, chosen)
        if edges.given and rng.random() < _OFTEN:
            found[f] = _into(family, edges)
        own = any(f in free_variables(p) and p.op in ("def", "all") for p in _unknown(plan))
        if own and rng.random() < _CENTRED:
            found[f] = _centred(found[f])
    return found, chosen


def possible_kinds(plan: Plan, f: Term) -> tuple[str, ...]:
    """Return the kinds of the catalogue of which no hypothesis about the function is sure to fail.

    A class that asks for a gradient excludes kinks, a minimiser those that have none.
    """
    asked = {p.data for p in plan.parts if p.op == "def" and p.args and p.args[0] == f}
    excluded: tuple[str, ...] = ()
    if asked & {Differentiable, Smooth, StronglyConvex, PL, GradientDescent}:
        excluded += NOT_DIFFERENTIABLE
    if Minimiser in asked:
        excluded += UNATTAINED
    return tuple(kind for kind in FAMILY_KINDS if kind not in excluded)


def _unknown(plan: Plan) -> list[Term]:
    return [p for p in plan.parts if not is_known(p)]


def linear(t: Term) -> tuple[Term, float] | None:
    """Return (variable, c) when the term is c times a variable, with a number c > 0."""
    if t.op == "var":
        return t, 1.0
    if t.op not in ("mul", "div") or t.sort != REAL:
        return None
    a, b = t.args
    if b.op == "num" and b.data > 0:
        inner, c = linear(a), float(b.data)
        return (
            None if inner is None else (inner[0], inner[1] / c if t.op == "div" else inner[1] * c)
        )
    if t.op == "mul" and a.op == "num" and a.data > 0:
        inner = linear(b)
        return None if inner is None else (inner[0], inner[1] * float(a.data))
    return None


def classes(plan: Plan) -> Iterator[tuple[Definition, Term, Term]]:
    """Yield the classes that hypotheses name, or state by an inequality: function and constant."""
    for p in plan.parts:
        if p.op == "def" and p.data in (Smooth, StronglyConvex, PL):
            yield p.data, p.args[0], p.args[1]
        elif p.op in ("all", "def") and not is_known(p):
            for found in implied(p):
                yield found.definition, found.function, found.constant


def said_of_points(plan: Plan) -> Iterator[Term]:
    """Yield what the hypotheses say, and what with a class implies one that names no class."""
    yield from plan.parts
    for p in plan.parts:
        if p.op in ("all", "def") and not is_known(p):
            for found in implied(p):
                yield from found.given


def _on_both_sides(plan: Plan, f: Term) -> list[Term]:
    """Return the variables that bound a function's curvature from above and from below."""
    sides: dict[bool, set[Term]] = {True: set(), False: set()}
    for definition, function, constant in classes(plan):
        form = linear(constant)
        if function == f and form is not None:
            sides[definition == Smooth].add(form[0])
    return [v for v in plan.free_numbers() if v in sides[True] & sides[False]]


def _edges(plan: Plan, f: Term, chosen: Mapping[Term, Floats]) -> Edges:
    low, pl, high, steep = [-np.inf], [-np.inf], [np.inf], [np.inf]
    said = (unfold_all(p) for p in _unknown(plan) if p.op in ("all", "def"))
    bounded = [found for p in said if (found := lipschitz(p)) is not None]
    for definition, function, constant in (
        *classes(plan),
        *((None, function, constant) for function, constant in bounded),
    ):
        if function != f or not chosen.keys() >= set(free_variables(constant)):
            continue
        values = {v: exact(x[:1]) for v, x in chosen.items()}
        try:
            bound = float(np.ravel(Model(1, {}, values).value(constant).value)[0])
        except NotEvaluated:
            continue
        sides = {Smooth: high, StronglyConvex: low, PL: pl, None: steep}
        sides[definition].append(bound)
    return Edges(max(low), max(pl), min(high), min(steep))


def _into(family: Family, edges: Edges) -> Family:
    """Return functions of the same kind that fit between the edges, where that is easy."""
    least = max(edges.low, edges.pl)
    if isinstance(family, SpectralQuadratic) and edges.steep == np.inf:
        return _stretched(family, edges)
    constants = family.constants
    if edges.steep < np.inf:
        factor = _quotient(edges.steep, constants.lipschitz)
        if edges.high < np.inf:
            factor = np.minimum(factor, _quotient(edges.high, constants.smooth))
        power = np.floor(np.log2(factor) / 2.0)
    elif edges.high < np.inf:
        power = np.floor(np.log2(_quotient(edges.high, constants.smooth)) / 2.0)
    else:
        own = np.where(np.isfinite(constants.pl), constants.pl, 0.0)
        reached = (own > 0) & (least > 0)
        factor = np.where(reached, least / np.where(reached, own, 1.0), 1.0)
        power = np.ceil(np.log2(factor) / 2.0)
    return family.scaled(4.0 ** np.clip(power, -20.0, 20.0))


def _quotient(edge: float, constants: Floats) -> Floats:
    """Return by what to multiply functions so that their constants are at the edge, 1: anything."""
    known = (constants > 0) & np.isfinite(constants)
    factor = np.where(known, edge / np.where(known, constants, 1.0), 1.0)
    return np.where(factor > 0, factor, 1.0)


def _stretched(family: SpectralQuadratic, edges: Edges) -> Family:
    """Return quadratics whose eigenvalues fill the interval between the edges, ends included.

    Where there is no lower edge the largest goes to the upper one, with the others in proportion.
    """
    low = max(edges.low, edges.pl, 0.0)
    high = edges.high if edges.high < np.inf else max(4.0 * low, 1.0)
    if not 0.0 < high < 2.0**100 or low > high:
        return family
    s = family.spectrum
    smallest, largest = s.min(axis=1, keepdims=True), s.max(axis=1, keepdims=True)
    width = np.where(largest > smallest, largest - smallest, 1.0)
    # one eigenvalue alone goes to one of the ends, as its last digits say
    alone = np.round(np.abs(largest) * 16.0) % 2.0
    place = np.where(largest > smallest, (s - smallest) / width, alone)
    grid = 2.0 ** (np.ceil(np.log2(high)) - _DIGITS)
    ends = np.ceil(low / grid) * grid, np.floor(high / grid) * grid
    wanted = low + place * (high - low)
    if max(edges.low, edges.pl) == -np.inf:
        wanted = s * (high / np.where(largest > 0, largest, 1.0))
    stretched = np.clip(np.round(wanted / grid) * grid, *ends)
    flat = (s == 0) & (edges.low <= 0) & (edges.high < np.inf)  # PL allows eigenvalues 0
    spectrum = np.where(flat & ((s > 0).any(axis=1, keepdims=True)), 0.0, stretched)
    unit = np.broadcast_to(np.eye(family.dimension), family.basis.shape)
    for basis in (family.basis, unit):
        try:
            return SpectralQuadratic(spectrum, basis, family.centre, family.minimum)
        except ValueError:
            continue
    return family


def _centred(family: Family) -> Family:
    """Return the functions with their minimisers moved to 0, where they have a centre."""
    given = {key: getattr(family, key) for key in family.parameters}
    moved = [key for key in ("centre", "minimiser", "target") if key in given]
    if not moved:
        return family
    try:
        return type(family)(**(given | {key: np.zeros_like(given[key]) for key in moved}))
    except ValueError:
        return family
