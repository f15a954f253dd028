"""Random proposals for maps between spaces, and what hypotheses ask of the points around them.

A hypothesis F(w*) = y is made to hold by choosing y, "onto" and the signs of second derivatives by
prescribing DF(w*) and ∇²F_i(w*) in small whole numbers; directions v and unit vectors u that occur
in them are given to the points that stand for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.systems.draw import draw_networks, draw_polynomials
from plproof.laboratory.systems.examples import convex_bowls, one_positive_direction
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.language.definitions import unfold_all
from plproof.language.sorts import coordinates_of
from plproof.language.terms import Term, free_variables, subterms

SYSTEM_KINDS = (
    "polynomial", "curved component", "not onto", "idle coordinate", "bowl", "sharp", "affine",
    "one positive direction", "network",
)  # fmt: skip
"""Where systems come from."""

_TRIES = 60


@dataclass(frozen=True)
class Around:
    """The variables around a map F in hypotheses and claims, each None where there is none.

    ``home`` w*, the point at which F is looked at; ``value`` y with F(w*) = y; ``direction`` v in
    DF(w*)v; ``unit`` u in Σ u_i ∇²F_i(w*) or DF(w*)'u; ``null`` z with DF(w*)z = 0.
    """

    home: Term | None
    value: Term | None
    direction: Term | None
    unit: Term | None
    null: Term | None = None


def around(F: Term, hypotheses: Sequence[Term], claims: Sequence[Term]) -> Around:
    """Read what stands around a map."""
    found: dict[str, Term] = {}
    moved_along: list[Term] = []

    def note(role: str, t: Term) -> None:
        if t.op == "var":
            found.setdefault(role, t)

    for p in hypotheses:  # not what stands under a negation
        for left, right in (p.args, p.args[::-1]) if p.op == "eq" else ():
            image = left.op == "lapp" and left.args[0].op == "jac" and right.op == "num"
            if image and left.args[0].args[0] == F:
                note("null", left.args[1])
    for t in (t for p in (*hypotheses, *claims) for t in subterms(p)):
        if t.op == "eq":
            for left, right in (t.args, t.args[::-1]):
                if left.op == "app" and left.args[0] == F and right.op == "var":
                    note("value", right)
        elif t.op == "def" and F in t.args:
            for point in [a for a in t.args if a.sort == F.sort.parts[0]][:1]:
                note("home", point)
        elif t.op in ("app", "jac") and t.args[0] == F:
            note("home", t.args[1])
        elif t.op == "lapp" and t.args[0].op == "jac" and t.args[0].args[0] == F:
            moved_along.append(t.args[1])
        elif t.op == "lapp" and t.args[0].op == "adj":
            inner = t.args[0].args[0]
            if inner.op == "jac" and inner.args[0] == F:
                note("unit", t.args[1])
    for v in moved_along:
        if v != found.get("null"):
            note("direction", v)
    roles = ("home", "value", "direction", "unit", "null")
    return Around(*(found.get(role) for role in roles))


def fitting_dimensions(
    spaces: Sequence[str],
    parts: Sequence[Term],
    rng: np.random.Generator,
    dimension: int,
    systems: Sequence[Term] = (),
    kind: str = "",
) -> dict[str, int]:
    """Draw dimensions of spaces that agree with the hypotheses about dimensions alone.

    ``dimension`` is that of the first space, where there are no maps between spaces; where there
    are, they also suit the ``kind`` of the first, if they can.
    """
    about = _closed(tuple(parts))
    found: dict[str, int] = {}
    targets = {f.sort.parts[1].spaces[0] for f in systems}
    targets -= {f.sort.parts[0].spaces[0] for f in systems}
    for number in range(_TRIES if about or systems else 1):
        for place, space in enumerate(spaces):
            fixed = coordinates_of(space)
            if fixed is not None:
                found[space] = fixed
            elif systems:
                found[space] = int(rng.integers(1, 4) if space in targets else rng.integers(1, 8))
            elif number:  # the first try did not agree with the hypotheses
                found[space] = int(rng.integers(1, 8))
            else:
                found[space] = dimension if place == 0 else int(rng.integers(1, dimension + 2))
        if systems and number < _TRIES // 2:
            m, n = (found[part.spaces[0]] for part in systems[0].sort.parts)
            if not _exists(kind, n, m):
                continue
        model = Model(1, found, {})
        if not any(_false(model, q) for q in about):
            break
    return found


@lru_cache(maxsize=256)  # asked for each batch of one statement
def _closed(parts: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return those of the propositions, unfolded, that are about nothing but spaces."""
    return tuple(q for q in map(unfold_all, parts) if not free_variables(q))


def _exists(kind: str, n: int, m: int) -> bool:
    """Say whether maps R^m -> R^n of a kind exist."""
    return {
        "network": n <= 2 and m % 2 == 0,
        "bowl": n >= 2,
        "sharp": n == 1 and m >= 2,
        "one positive direction": n == 1,
        "idle coordinate": m >= 2,
        "not onto": n >= 2,
    }.get(kind, True)


def _false(model: Model, p: Term) -> bool:
    try:
        return bool(model.truth(p)[1][0] < 0)
    except NotEvaluated:
        return False


def draw_map(
    kind: str, batch: int, outputs: int, inputs: int, rng: np.random.Generator
) -> tuple[SystemMap, Floats]:
    """Draw maps F: R^m -> R^n of a kind that exists in these dimensions, and units u (B, n).

    u is e_i where the kind is about the component i.
    """
    n, m = outputs, inputs
    offset = rng.integers(-8, 9, size=(batch, n)) / 4.0
    offset[rng.random(batch) < 0.3] = 0.0
    component = int(rng.integers(n))
    unit = np.broadcast_to(np.eye(n)[component], (batch, n)).copy()
    fits = _exists(kind, n, m) or (kind == "sharp" and m >= 2 * n)
    chosen = kind if fits else "polynomial"
    if chosen == "network":
        width = m // 2  # units in R^2
        network, direction = draw_networks(batch, n, 2, width // 2, width - width // 2, rng)
        return SystemMap(network, offset, None, direction), unit
    if chosen == "bowl":
        shape: Literal["square", "root"] = "square" if rng.random() < 0.5 else "root"
        bowls = convex_bowls(batch, n, m, rng, shape)
        return SystemMap(bowls, offset, np.inf, bowls.slope), unit
    if chosen == "sharp":
        return SystemMap(*_sharp(batch, n, m, offset)), unit
    if chosen == "one positive direction":
        given = one_positive_direction(m).take(np.zeros(batch, dtype=np.intp))
        return SystemMap(given, offset, 0.25, given.linear[:, 0]), unit
    onto = n <= m and chosen != "not onto"
    if chosen == "affine":
        system, direction = draw_polynomials(batch, n, m, 0, 0, rng, onto=onto, third=0.0)
        linear = _of_a_square(system.linear, rng) if n == m else system.linear
        flat = PolynomialSystem(linear, origin=system.origin)
        return SystemMap(flat, offset, np.inf, direction), unit
    idle = chosen == "idle coordinate"
    curved = component if chosen == "curved component" and onto else None
    system, direction = _mixed(batch, n, m - idle, curved, onto and n <= m - idle, rng)
    if idle:
        system, direction = _padded(system), _pad(direction)
    return SystemMap(system, offset, None, direction), unit


def _of_a_square(linear: Floats, rng: np.random.Generator) -> Floats:
    """Return matrices (B, m, m), some of them contractions, monotone, symmetric or multiples of 1.

    So that maps of a space to itself are in the classes in which one studies them.
    """
    batch, m, _ = linear.shape
    gram = np.matmul(linear.swapaxes(-1, -2), linear)
    skew = linear - linear.swapaxes(-1, -2)
    unit = np.broadcast_to(rng.integers(-2, 3, size=(batch, 1, 1)) * np.eye(m), linear.shape)
    found = np.choose(rng.integers(5, size=(batch, 1, 1)), [linear, gram, gram + skew, skew, unit])
    size = np.maximum(np.abs(found).sum(axis=2).max(axis=1), np.abs(found).sum(axis=1).max(axis=1))
    shrunk = 2.0 ** -np.ceil(np.log2(np.maximum(size, 1.0)) + rng.integers(2, size=batch))
    return np.asarray(found * np.where(rng.random(batch) < 0.5, shrunk, 1.0)[:, None, None])


def _mixed(
    batch: int, n: int, m: int, component: int | None, onto: bool, rng: np.random.Generator
) -> tuple[PolynomialSystem, Floats]:
    """Draw polynomials with several numbers of positive and negative eigenvalues."""
    drawn = []
    for size in np.diff(np.linspace(0, batch, min(4, batch) + 1).astype(int)).tolist():
        positive, negative = _signs(m, n, rng)
        third = float(rng.choice([0.0, 1.0]))
        drawn.append(
            draw_polynomials(
                size, n, m, positive, negative, rng, onto=onto, component=component, third=third
            )
        )
    names = ("linear", "quadratic", "forms", "cubic", "origin")
    parts = [np.concatenate([getattr(system, key) for system, _ in drawn]) for key in names]
    return PolynomialSystem(*parts), np.concatenate([direction for _, direction in drawn])


def _signs(m: int, n: int, rng: np.random.Generator) -> tuple[int, int]:
    """Draw numbers of positive and negative eigenvalues, often just more than n, or just 2n."""
    pairs = [(n + 1, 0), (n + 1, m - n - 1), (m, 0), (0, m), (n, n), (0, n + 1), (n, m - n)]
    pairs += [(m // 2, m - m // 2), (0, 0)]
    fitting = [(a, b) for a, b in pairs if min(a, b) >= 0 and a + b <= m]
    return fitting[int(rng.integers(len(fitting)))]


def _padded(system: PolynomialSystem) -> PolynomialSystem:
    """Return the same maps with one more coordinate, on which they do not depend."""
    return PolynomialSystem(
        _pad(system.linear),
        np.pad(system.quadratic, ((0, 0), (0, 0), (0, 1), (0, 1))),
        _pad(system.forms),
        system.cubic,
        _pad(system.origin),
    )


def _pad(values: Floats) -> Floats:
    return np.asarray(np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, 1)]))


def _sharp(
    batch: int, n: int, m: int, offset: Floats
) -> tuple[PolynomialSystem, Floats, float, Floats]:
    """Return F_i(w) = w_i(1 + w_{n+i} + 2w_{n+i}²), y, a radius of convexity and v = Σ e_i.

    ½w²g(s)² is convex where g g'' ≥ 3g'², here for s from -0.5458 to 0.0458.
    """
    quadratic = np.zeros((batch, n, m, m))
    forms = np.zeros((batch, 3 * n, m))
    cubic = np.zeros((batch, n, 3 * n))
    linear = np.zeros((batch, n, m))
    direction = np.zeros((batch, m))
    for i in range(n):
        linear[:, i, i] = 1.0
        direction[:, i] = 1.0
        quadratic[:, i, i, n + i] = quadratic[:, i, n + i, i] = 1.0
        for k, (a, b, c) in enumerate(((1, 1, 2.0), (1, -1, 2.0), (1, 0, -4.0))):
            forms[:, 3 * i + k, i], forms[:, 3 * i + k, n + i] = a, b
            cubic[:, i, 3 * i + k] = c
    system = PolynomialSystem(linear, quadratic, forms, cubic, np.zeros((batch, m)))
    return system, offset, 2.0**-5, direction


def given_points(
    system: SystemMap,
    unit: Floats,
    near: Around,
    points: Mapping[Term, Floats],
    rng: np.random.Generator,
) -> dict[Term, Floats]:
    """Return the points that a map determines: w*, F(w*), directions and units."""
    found: dict[Term, Floats] = {}
    if near.home is not None:
        found[near.home] = system.system.origin
    if near.value is not None:
        found[near.value] = system.offset
    known = system.system.exact_derivatives()
    if near.null is not None and known is not None:
        found[near.null] = _in_kernel(known[0], rng)
    if near.direction is not None and system.direction is not None:
        found[near.direction] = system.direction
    if near.unit is not None:
        found[near.unit] = unit
    return {v: x for v, x in found.items() if v not in points}


def _in_kernel(linear: Floats, rng: np.random.Generator) -> Floats:
    """Return vectors (B, m) on which matrices of orthogonal or parallel rows vanish, exactly.

    Of small whole numbers nothing is rounded; a vector is 0 where there is no other.
    """
    batch, _, m = linear.shape
    z = np.eye(m)[rng.integers(m, size=batch)]
    for row in np.moveaxis(linear, 1, 0):
        along = np.vecdot(row, z)[:, None]
        moved = np.vecdot(row, row)[:, None] * z - along * row
        z = np.where(along != 0, moved, z)
    return np.asarray(z)
