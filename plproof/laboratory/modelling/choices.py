"""Random proposals for the models of a statement: functions, constants that fit, starts, numbers.

Numbers that a hypothesis ties to a function are taken from its certified constants, mostly the
best possible ones, where theorems are tight; what remains is drawn at several scales, inside the
bounds that the hypotheses state, and drawn again where a hypothesis fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import (
    FAMILY_KINDS,
    Family,
    FamilyKind,
    OnePoint,
    draw_family,
    draw_starts,
)
from plproof.laboratory.families.quadratic import SpectralQuadratic
from plproof.laboratory.meaning.evaluate import Mask, Model, NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.along import bounded_along
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.conditioned import closer, map_constants
from plproof.laboratory.modelling.fitting import (
    classes,
    fitted,
    linear,
    possible_kinds,
    said_of_points,
)
from plproof.laboratory.modelling.models import Assignment, Plan, base_values, define_numbers
from plproof.laboratory.modelling.operators import OPERATOR, draw_operators, with_solutions
from plproof.laboratory.modelling.paths import bounded_paths
from plproof.laboratory.modelling.recursions import Member
from plproof.laboratory.modelling.regional import regional_numbers
from plproof.laboratory.modelling.stated import lipschitz, radicand
from plproof.laboratory.modelling.system_choices import (
    SYSTEM_KINDS,
    around,
    draw_map,
    fitting_dimensions,
    given_points,
)
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, REAL, coordinates_of
from plproof.language.terms import Term, free_variables, subterms
from plproof.theory.functions import Minimiser, Smooth, StronglyConvex
from plproof.theory.systems import StrictDerivative

REDRAWS = 3
_SOLVED_STEPS = 8
_BELOW = 1.0 - 2.0**-40
_ABOVE = 1.0 + 2.0**-40


def draw(
    plan: Plan,
    rng: np.random.Generator,
    kind: str | FamilyKind,
    dimension: int,
    conditioning: float,
    batch: int,
    iterations: int,
    starts: int = 1,
) -> Assignment:
    """Propose a batch of interpretations for a plan; the same generator, the same proposal.

    Arguments: ``kind``, ``dimension``, ``conditioning`` and ``batch`` as for ``draw_family``, of
    the first function and its space; ``iterations`` K >= 1 of runs; ``starts`` >= 1, how many rows
    in turn are the same functions, with starts, points and constants of their own.
    """
    drawn = -(-batch // starts)
    name = str(kind)
    dimensions = fitting_dimensions(plan.spaces, plan.parts, rng, dimension, plan.systems, name)
    if name == OPERATOR:
        dimensions = {s: coordinates_of(s) or min(d, 3) for s, d in dimensions.items()}
    families: dict[Term, Family] = {}
    for place, f in enumerate(plan.functions):
        fits = place == 0 and (isinstance(kind, FamilyKind) or kind in FAMILY_KINDS)
        chosen = kind if fits else str(rng.choice(possible_kinds(plan, f)))
        size = dimensions[f.sort.parts[0].spaces[0]]
        if size:
            family = draw_family(chosen, drawn, size, conditioning, rng)
        else:
            family = OnePoint(rng.integers(-2, 3, drawn).astype(np.float64))
        exponent = rng.choice([0, 0, 0, 0, -1, 1, 3], size=drawn)
        families[f] = family.scaled(4.0**exponent)
    families, suited = fitted(plan, families, rng)
    if starts > 1:
        again = np.repeat(np.arange(drawn), starts)[:batch]
        families = {f: family.take(again) for f, family in families.items()}
        suited = {v: x[again] for v, x in suited.items()}
    if plan.method.implicit():  # every step is a minimisation of its own
        iterations = min(iterations, _SOLVED_STEPS)
    seed = (int(rng.integers(2**31)),)
    proposal = Assignment(dimensions, families, {}, {}, {}, {}, iterations, seed, name, batch)
    proposal = _with_systems(plan, proposal, name, rng)
    proposal = replace(proposal, points=_points(plan, proposal, rng))
    proposal = replace(proposal, matrices=_matrices(plan, proposal, rng))
    proposal = _with_defined_points(plan, proposal)
    proposal = _with_sequences(plan, proposal, rng)
    proposal = replace(proposal, numbers=_numbers(plan, proposal, rng, suited))
    for _ in range(REDRAWS):
        failed = ~_checkable(plan, proposal)
        if not failed.any() or (failed.all() and not plan.numbers):
            break
        anew = _numbers(plan, proposal, rng, suited)
        merged = {v: np.where(failed, anew[v], x) for v, x in proposal.numbers.items()}
        proposal = replace(proposal, numbers=merged)
    if name == OPERATOR:
        proposal = with_solutions(plan, proposal, rng)
    proposal = closer(plan, proposal, rng)
    proposal = replace(proposal, paths=bounded_paths(plan, proposal, rng))
    return replace(proposal, numbers={**proposal.numbers, **bounded_along(plan, proposal, rng)})


def _with_systems(
    plan: Plan, proposal: Assignment, kind: str, rng: np.random.Generator
) -> Assignment:
    """Draw maps between spaces, and the points that they determine."""
    systems: dict[Term, SystemMap] = {}
    points: dict[Term, Floats] = {}
    for place, f in enumerate(plan.systems):
        m, n = (proposal.dimensions[part.spaces[0]] for part in f.sort.parts)
        chosen = kind if place == 0 and kind in SYSTEM_KINDS else str(rng.choice(SYSTEM_KINDS))
        if kind == OPERATOR:
            systems[f] = draw_operators(proposal.batch, m, rng)
            continue
        systems[f], unit = draw_map(chosen, proposal.batch, n, m, rng)
        systems[f] = _at_minimisers(f, systems[f], plan, proposal)
        near = around(f, plan.parts, plan.claims)
        points |= given_points(systems[f], unit, near, points, rng)
        for v in _further_solutions(f, plan, points):
            home = systems[f].system.origin
            away = rng.integers(-1, 2, size=home.shape) * (rng.random((proposal.batch, 1)) < 0.5)
            points[v] = home + away
    return replace(proposal, systems=systems, points=points)


def _further_solutions(f: Term, plan: Plan, points: Mapping[Term, Floats]) -> list[Term]:
    """Return the other points v of which a hypothesis says what F(v) is."""
    sides = [t for p in plan.parts if p.op == "eq" for t in p.args]
    found = [t.args[1] for t in sides if t.op == "app" and t.args[0] == f]
    return [v for v in dict.fromkeys(found) if v.op == "var" and v not in points]


def _at_minimisers(f: Term, system: SystemMap, plan: Plan, proposal: Assignment) -> SystemMap:
    """Return the map with the value at w* that is asked for.

    A minimiser of ℓ for ∇ℓ(F(w*)) = 0, w* itself for F(w*) = w*, and 0 for F(w*) = 0.
    """
    for p in plan.parts:
        for t, other in (p.args, p.args[::-1]) if p.op == "eq" else ():
            if t.op == "app" and t.args[0] == f and other in (t.args[1], _zero(other)):
                offset = system.system.origin if other == t.args[1] else 0.0 * system.offset
                return SystemMap(system.system, offset, system.radius, system.direction)
        for t in p.args if p.op == "eq" else ():
            at = t.args[1] if t.op == "grad" else t
            if t.op == "grad" and at.op == "app" and at.args[0] == f:
                family = proposal.families.get(t.args[0])
                if family is not None:
                    offset = family.constants.minimiser
                    return SystemMap(system.system, offset, system.radius, system.direction)
    return system


def _zero(t: Term) -> Term | None:
    """Return the term if it is 0."""
    return t if t.op == "num" and not t.data else None


def _matrices(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> dict[Term, Floats]:
    """Draw linear maps of small whole numbers, some symmetric, of low rank, or multiples of 1."""
    found: dict[Term, Floats] = {}
    for v in plan.matrices:
        c, r = (proposal.dimensions[space] for space in v.sort.spaces)
        entries = rng.integers(-2, 3, size=(proposal.batch, r, c)).astype(np.float64)
        low = rng.random((proposal.batch, 1, 1))
        entries = np.where(low < 0.1, entries[:, :1] * rng.integers(-1, 2, (r, 1)), entries)
        if r == c:
            entries = np.where(low > 0.4, 0.5 * (entries + entries.swapaxes(1, 2)), entries)
            multiple = rng.integers(-2, 3, size=(proposal.batch, 1, 1)) * np.eye(r)
            entries = np.where(low > 0.85, multiple, entries)
        for p in plan.parts:  # the derivative that a hypothesis speaks of
            if p.op == "def" and p.data == StrictDerivative and p.args[2] == v:
                system = proposal.systems.get(p.args[0])
                known = None if system is None else system.system.exact_derivatives()
                entries = entries if known is None else known[0]
        found[v] = entries
    return found


def _with_defined_points(plan: Plan, proposal: Assignment) -> Assignment:
    """Give vectors that an equation determines, as u = B v, the computed value.

    Whether the equation then certainly holds is decided later, as for every hypothesis.
    """
    for p in plan.parts if plan.systems or plan.matrices else ():
        if p.op != "eq" or p.args[0].sort.kind != "Vec":
            continue
        for v, other in (p.args, p.args[::-1]):
            inside = other.op == "app" or v in free_variables(other)
            if v.op != "var" or other.op in ("var", "num") or inside:
                continue
            model = Model(proposal.batch, proposal.dimensions, base_values(proposal))
            try:
                value = model.value(other).value
            except NotEvaluated:
                continue
            shape = proposal.points[v].shape
            if np.isfinite(value).all():
                points = {**proposal.points, v: np.broadcast_to(value, shape).copy()}
                proposal = replace(proposal, points=points)
                break
    return proposal


def _with_sequences(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> Assignment:
    families, dimensions = proposal.families, proposal.dimensions
    starts: dict[Term, Floats] = {}
    paths: dict[Term, Floats] = {}
    for sequence in plan.sequences:
        descent = plan.descents.get(sequence)
        if sequence in plan.method.rules:
            continue
        if descent is not None and descent.args[0] in families:
            starts[sequence] = _starts(families[descent.args[0]], rng)
        else:
            codomain = sequence.sort.parts[1]
            inner = (dimensions[codomain.spaces[0]],) if codomain.kind == "Vec" else ()
            paths[sequence] = rng.standard_normal((proposal.iterations + 1, proposal.batch, *inner))
    size = proposal.iterations + 1
    tables = {v: rng.standard_normal((size, size, proposal.batch)) for v in plan.tables}
    members: dict[Member, Floats] = {}
    for target, i in plan.starts():
        members[target, i] = _member(target, i, members, proposal, rng)
    return replace(proposal, starts=starts, paths=paths, tables=tables, members=members)


def _member(
    target: Term,
    i: int,
    drawn: Mapping[Member, Floats],
    proposal: Assignment,
    rng: np.random.Generator,
) -> Floats:
    """Draw a free member of a sequence: near a minimiser, and near other members."""
    codomain, batch = target.sort.parts[1], proposal.batch
    if codomain.kind != "Vec":
        usual = rng.choice([0.0, 1.0, 1.0, 0.5, 2.0], size=batch)
        return np.where(rng.random(batch) < 0.7, usual, rng.standard_normal(batch))
    near = [f for g, f in proposal.families.items() if g.sort.parts[0] == codomain]
    if near:
        found = _starts(near[0], rng)
    else:
        found = rng.standard_normal((batch, proposal.dimensions[codomain.spaces[0]]))
    others = [x for (v, _), x in drawn.items() if v.sort == target.sort]
    if others:  # the same, a little further, or anywhere
        away = rng.choice([0.0, 0.0, 2.0**-5, 1.0], size=(batch, 1))
        moved = others[-1] + away * (found - others[-1])
        found = np.where(rng.random((batch, 1)) < 0.7, moved, found)
    return found


def _starts(family: Family, rng: np.random.Generator) -> Floats:
    """Draw starts at several distances, some at the minimiser, some in principal directions."""
    if not family.dimension:
        return np.array(family.constants.minimiser)
    starts = draw_starts(family, rng, 1.0)
    offset = starts - family.constants.minimiser
    if isinstance(family, SpectralQuadratic):
        chosen = rng.integers(family.dimension, size=family.batch)
        turned = family.basis[np.arange(family.batch), :, chosen]
        share = rng.random(family.batch)[:, None]
        offset = np.where(share < 0.4, turned, offset)
        offset = np.where(share > 0.9, _balanced(family), offset)
    reach = rng.choice([0.0, 2.0**-7, 1.0, 1.0, 1.0, 8.0, 64.0], size=family.batch)
    return np.asarray(family.constants.minimiser + reach[:, None] * offset)


def _balanced(family: SpectralQuadratic) -> Floats:
    """Return offsets (B, d) from the centre where the extreme eigenvectors share the gradient.

    There steepest descent is slowest (L. V. Kantorovich, 1948).
    """
    values, rows = family.spectrum, np.arange(family.batch)
    curved = np.where(values > 0, values, np.inf)
    found = np.zeros((family.batch, family.dimension))
    for chosen in (np.argmin(curved, axis=1), np.argmax(values, axis=1)):
        curvature = np.where(values[rows, chosen] > 0, values[rows, chosen], np.inf)
        found += family.basis[rows, :, chosen] / curvature[:, None]
    scale = np.max(np.abs(found), axis=1, keepdims=True)
    return found / np.where(scale > 0, scale, 1.0)


def _points(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> dict[Term, Floats]:
    found: dict[Term, Floats] = dict(proposal.points)
    unit_vectors = {p.args[i].args[0] for p in plan.parts for i in _unit_sides(p)}
    for p in said_of_points(plan):
        if p.op == "def" and p.data == Minimiser and p.args[1].op == "var":
            family = proposal.families.get(p.args[0])
            if family is not None and p.args[1] not in found:
                away = rng.standard_normal((proposal.batch, family.dimension))
                away *= (family.constants.constant & (rng.random(proposal.batch) < 0.5))[:, None]
                found[p.args[1]] = family.constants.minimiser + away
    # some rows have different unit vectors along the axes: they satisfy equations, as ⟨a, u⟩ = 0;
    # drawn apart, so that the other rows are what they would be without them
    along = np.random.default_rng([*proposal.seed, 1]).random((proposal.batch, 1)) < 0.1
    for place, v in enumerate(plan.points):
        if v in found or v in plan.method.rules:
            continue
        space = v.sort.spaces[0]
        shape = (proposal.batch, proposal.dimensions[space])
        near = [f for g, f in proposal.families.items() if g.sort.parts[0].spaces[0] == space]
        home = near[0].constants.minimiser if near else np.zeros(shape)
        reach = rng.choice([0.0, 0.0, 1.0, 1.0, 0.1, 20.0], size=(proposal.batch, 1))
        origin = rng.random((proposal.batch, 1)) < 0.1
        free = np.where(origin, 0.0, home) + reach * rng.standard_normal(shape)
        axis = np.eye(shape[1])[place % shape[1]] if shape[1] else np.zeros(0)
        if near and isinstance(near[0], SpectralQuadratic):  # drawn apart, as above
            even = np.random.default_rng([*proposal.seed, 2, place]).random(shape[:1]) < 0.1
            free = np.where(even[:, None], home + _balanced(near[0]), free)
        found[v] = np.where(along | (v in unit_vectors), axis, free)
    return found


def _unit_sides(p: Term) -> list[int]:
    """Return the side of an equation ‖v‖² = 1 of a variable on which ‖v‖² stands."""
    if p.op != "eq" or p.args[0].sort != REAL:
        return []
    one = [i for i in (0, 1) if p.args[i].op == "num" and p.args[i].data == 1]
    return [
        1 - i
        for i in one
        if p.args[1 - i].op == "ip"
        and p.args[1 - i].args[0] == p.args[1 - i].args[1]
        and p.args[1 - i].args[0].op == "var"
    ]


def _numbers(
    plan: Plan, proposal: Assignment, rng: np.random.Generator, suited: Mapping[Term, Floats]
) -> dict[Term, Floats]:
    """Draw all numbers: first those tied to functions, then those between known bounds.

    ``suited`` are there already: the functions were made to suit them.
    """
    batch = proposal.batch
    found = _constants(plan, proposal, rng) | dict(suited)
    found |= map_constants(plan, proposal, found, rng)
    tied = tuple(found)
    left = [v for v in plan.free_numbers() if v not in found]
    while left:
        model = Model(batch, proposal.dimensions, base_values(replace(proposal, numbers=found)))
        known = set(model.values) - {*plan.method.rules}
        # those with bounds in known terms first; then any
        bounds = {v: _bounds(plan, v, known) for v in left}
        v = max(left, key=lambda w: (len(bounds[w][0]) > 0) + (len(bounds[w][1]) > 0))
        left.remove(v)
        if v.sort == NAT:
            found[v] = rng.integers(0, max(1, proposal.iterations - 1), batch).astype(np.float64)
        else:
            found[v] = _between(model, *bounds[v], proposal, rng)
    return found | regional_numbers(plan, replace(proposal, numbers=found), tied, rng)


def _constants(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> dict[Term, Floats]:
    below: dict[Term, list[Floats]] = {}  # the number is at least these
    above: dict[Term, list[Floats]] = {}
    for definition, f, constant in classes(plan):
        family = proposal.families.get(f)
        root, form = constant.op == "sqrt", linear(radicand(constant))
        if family is None or form is None:
            continue
        v, factor = form
        known = {Smooth: family.constants.smooth, StronglyConvex: family.constants.strongly_convex}
        bound = known.get(definition, family.constants.pl)
        sides, room = (below, _ABOVE) if definition == Smooth else (above, _BELOW)
        room = 1.0 if factor == 1 and not root else room
        sides.setdefault(v, []).append((bound**2 if root else bound) / factor * room)
    for p in plan.parts:
        steepest = _steepest(p) if p.op in ("all", "def") else None
        family = None if steepest is None else proposal.families.get(steepest[0])
        if steepest is None or family is None:
            continue
        root, form = steepest[1].op == "sqrt", linear(radicand(steepest[1]))
        if form is not None:
            steep = family.constants.lipschitz
            steep = steep**2 * _ABOVE if root else steep
            below.setdefault(form[0], []).append(steep / form[1] * _ABOVE)
    batch = proposal.batch
    found: dict[Term, Floats] = {}
    for v in plan.numbers:
        if v in below:
            largest = np.max(below[v], axis=0)
            weaker = rng.choice([1.0, 1.0, 1.0, 1.0, 1.0, 1.25, 2.0, 10.0], size=batch)
            free = (largest == 0) | np.isposinf(largest)  # 0: all fit; +inf: none does
            found[v] = np.where(free, 2.0 ** rng.integers(-3, 4, batch), largest * weaker)
            if (anyone := np.isneginf(largest)).any():  # in the space {0} negative ones fit as well
                sign = rng.choice([-1.0, 1.0], size=batch)
                found[v] = np.where(anyone, sign * 2.0 ** rng.integers(-3, 4, batch), found[v])
        elif v in above:
            least = np.min(above[v], axis=0)
            anything = 2.0 ** rng.integers(-3, 5, batch)
            smaller = rng.choice([1.0, 1.0, 1.0, 1.0, 0.5, 0.75, 0.01, 0.0], size=batch)
            weaker = np.where(least < 0, least, np.where(np.isinf(least), 0.0, least) * smaller)
            found[v] = np.where(np.isinf(least), anything, weaker)
    return found


@lru_cache(maxsize=1024)  # asked again for each batch of one statement
def _steepest(p: Term) -> tuple[Term, Term] | None:
    return lipschitz(unfold_all(p))


def _bounds(plan: Plan, v: Term, known: set[Term]) -> tuple[list[Term], list[Term]]:
    lower, upper = [], []
    for p in plan.parts:
        if p.op not in ("le", "lt", "ge", "gt"):
            continue
        small, large = p.args if p.op in ("le", "lt") else reversed(p.args)
        if small == v and known.issuperset(free_variables(large)):
            upper.append(large)
        elif large == v and known.issuperset(free_variables(small)):
            lower.append(small)
    return lower, upper


def _between(
    model: Model,
    lower: list[Term],
    upper: list[Term],
    proposal: Assignment,
    rng: np.random.Generator,
) -> Floats:
    batch = proposal.batch
    shape = (batch,)
    low = np.max(
        [np.broadcast_to(model.value(t).value, shape) for t in lower] or [np.array([-np.inf])], 0
    )
    high = np.min(
        [np.broadcast_to(model.value(t).value, shape) for t in upper] or [np.array([np.inf])], 0
    )
    free = _anything(proposal, rng)
    where = rng.choice([2.0**-40, 0.25, 0.5, 1 - 2.0**-40, -1.0], size=batch)
    where = np.where(where < 0, rng.uniform(size=batch), where)
    if lower and upper:
        return np.asarray(low + where * (high - low))
    if lower:
        return np.asarray(np.where(free > low, free, low + np.abs(free) * (1 + np.abs(low))))
    if upper:
        size = np.abs(high) + (high == 0)
        with np.errstate(invalid="ignore"):  # a run that overflows bounds nothing
            close = high - size * rng.choice([2.0**-40, 0.5, 1.0, 3.0], size=batch)
        return np.asarray(np.where(rng.random(batch) < 0.5, close, np.minimum(free, close)))
    return free


def _anything(proposal: Assignment, rng: np.random.Generator) -> Floats:
    """Draw reals near the constants of the functions, special values and others at all scales."""
    batch = proposal.batch
    pool = [rng.choice([0.0, 1.0, -1.0, 2.0], size=batch), 0.5 ** rng.integers(0, 7, batch)]
    pool += [rng.choice([-1.0, 1.0, 1.0], size=batch) * np.exp2(rng.uniform(-6, 6, batch))] * 2
    for family in proposal.families.values():
        c = family.constants
        near = rng.choice([1 - 2.0**-16, 1 + 2.0**-16, 0.5, 2.0], size=batch)
        bounds = (c.smooth, c.strongly_convex, c.pl)
        pool += [np.where(np.isfinite(b), b, 1.0) * near for b in bounds] * 2
        pool += [near / np.where(c.smooth > 0, c.smooth, 1.0)]
    chosen = rng.integers(len(pool), size=batch)
    return np.asarray(np.stack(pool)[chosen, np.arange(batch)])


def _checkable(plan: Plan, proposal: Assignment) -> Mask:
    """Return the rows on which all hypotheses that need no sequence certainly hold."""
    model = Model(proposal.batch, proposal.dimensions, base_values(proposal))
    rows = np.ones(proposal.batch, dtype=bool)
    try:
        define_numbers(plan, model)
    except NotEvaluated:
        return rows  # realising the proposal says so to the caller
    equations = {p for _, p in {**plan.definitions, **plan.placed}.values()}
    late = {v for v in (*plan.points, *plan.numbers) if v not in model.values}
    for p in plan.parts:
        if (late | proposal.paths.keys()) & {*free_variables(p)}:  # drawn later
            continue
        if p not in equations and _at_start(p, plan):
            rows &= certify(model, p)
    return rows


def _at_start(p: Term, plan: Plan) -> bool:
    """Say whether a proposition speaks of no member of a sequence but the first."""
    for t in subterms(p):
        first = t.op == "app" and t.args[1].op == "num" and t.args[1].data == 0
        if not first and any(arg in plan.sequences for arg in t.args):
            return False
    return True
