"""Attempts to show that the constants a family claims are wrong: what registration runs.

Nothing is proved here.  Each claim becomes a quantity that should not exceed it, and a search makes
that quantity large, function by function; what exceeds by more than rounding explains is reported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats
from plproof.laboratory.families.base import Builder, Family, FamilyKind
from plproof.laboratory.families.draw import FAMILY_KINDS, draw_family

ROUNDS = 42
"""How often each search moves its points."""

STARTS = 32
"""Among how many points the search for the largest curvature chooses where to begin."""

_SLACK = 1e-12  # relative: what the quotients of this module themselves round


class WrongFamily(ValueError):
    """A family does not keep what it promises; the message says what, where, and what to do."""


@dataclass(frozen=True)
class _At:
    """Values and gradients at points, with error bounds."""

    points: Floats
    value: Floats
    gradient: Floats
    value_error: Floats
    gradient_error: Floats


def family_kind(name: str, build: Builder, seed: int = 0) -> FamilyKind:
    """Return a kind of functions of your own, after a search for mistakes in it.

    Arguments: ``name``, like ``pseudo_huber`` and none of ``FAMILY_KINDS``; ``build``, what draws a
    batch from (batch, dimension, conditioning, generator), for example ``Formula.drawn``; ``seed``
    of the search.  Batches of 1, 2 and 3 variables are drawn and given to :func:`check_family`.
    Raises WrongFamily with what was found.  The kind remembers where this was called.
    """
    caller = sys._getframe(1)
    if not name.isidentifier() or name in FAMILY_KINDS:
        raise WrongFamily(f"a kind has a name like pseudo_huber, not taken yet: {name!r}")
    kind = FamilyKind(name, build, caller.f_code.co_filename, caller.f_lineno)
    for dimension in (1, 2, 3):
        rng = np.random.default_rng([seed, dimension])
        try:
            family = draw_family(kind, 64, dimension, 10.0, rng)
        except (TypeError, ValueError, NotImplementedError) as error:
            raise WrongFamily(f"{name}: no functions of {dimension} variables: {error}") from error
        if not isinstance(family, Family):
            raise WrongFamily(f"{name}: build gives {type(family).__name__}, not a Family")
        if (family.batch, family.dimension) != (64, dimension):
            raise WrongFamily(
                f"{name}: build gives {family!r} where 64 functions of {dimension} variables are "
                "asked for"
            )
        check_family(family, rng)
    return kind


def check_family(family: Family, rng: np.random.Generator) -> None:
    """Raise WrongFamily where a promise of some function of the batch is seen to be broken.

    Looked at are the gradient, by hand against autograd, whether its rounding can be bounded, and
    whether it jumps; the minimiser and the minimum; the constants of smoothness, strong convexity,
    PL and Lipschitz continuity; ``homogeneous``, ``take`` and ``literal``'s parameters.
    """
    with np.errstate(all="ignore"):
        _check_gradient(family, rng)
        _check_roundings(family)
        _check_jumps(family, rng)
        _check_minimum(family, rng)
        for searched in (_smoothness, _convexity, _pl, _lipschitz):
            searched(family, rng)
        _check_frame(family, rng)


def _measured(family: Family, points: Floats) -> _At:
    value, gradient = family.value_and_gradient(points)
    value_size, size = family.magnitude(points)
    error = SAFETY * UNIT * np.linalg.norm(size, axis=-1)
    return _At(points, value, gradient, SAFETY * UNIT * value_size, error)


def _points(family: Family, rng: np.random.Generator) -> Floats:
    """Draw points (B, d) at all distances from the minimiser, some along the axes."""
    shape = (family.batch, family.dimension)
    offset = rng.standard_normal(shape)
    lone = rng.random(family.batch) < 0.25
    axis = np.eye(family.dimension)[rng.integers(family.dimension, size=family.batch)]
    offset = np.where(lone[:, None], axis, offset)
    reach = np.exp2(rng.uniform(-8.0, 7.0, (family.batch, 1)))
    return np.asarray(family.constants.minimiser + reach * offset)


def _name(family: Family, row: int) -> str:
    return f"{type(family).__name__}: {family.literal(row)}"


def _at(points: Floats) -> str:
    return "[" + ", ".join(f"{x:.6g}" for x in points.tolist()) + "]"


# ---------------------------------------------------------------- formulas
def _check_gradient(family: Family, rng: np.random.Generator) -> None:
    for _ in range(6):
        points = _points(family, rng)
        value, gradient = family.value_and_gradient(points)
        by_autograd, slopes = family.automatic_value_and_gradient(points)
        if np.shape(value) != (family.batch,) or np.shape(gradient) != np.shape(points):
            raise WrongFamily(
                f"{type(family).__name__}: value_and_gradient gives shapes {np.shape(value)} and "
                f"{np.shape(gradient)}, expected {(family.batch,)} and {np.shape(points)}"
            )
        size = np.linalg.norm(slopes, axis=-1)
        scale = 1.0 + np.abs(value) + np.abs(family.constants.minimum)
        off = ~(np.abs(value - by_autograd) <= 1e-8 * scale)  # so that no NaN passes
        if (rows := np.flatnonzero(off)).size:
            row = int(rows[0])
            raise WrongFamily(
                f"the value by hand is not the value of value(): {float(value[row])!r} and "
                f"{float(by_autograd[row])!r} at x = {_at(points[row])}, {_name(family, row)}"
            )
        off = np.linalg.norm(gradient - slopes, axis=-1) > 1e-7 * (1e-6 + size)
        off &= np.isfinite(size) & family.differentiable_at(points)
        if (rows := np.flatnonzero(off | ~np.isfinite(gradient).all(axis=-1))).size:
            row = int(rows[0])
            raise WrongFamily(
                f"the gradient is wrong: by hand {_at(gradient[row])}, by differentiating value() "
                f"{_at(slopes[row])}, at x = {_at(points[row])}, {_name(family, row)}"
            )


def _check_roundings(family: Family) -> None:
    """Look for bounds of rounding errors: no statement can be tested on functions without."""
    try:
        family.magnitude(np.array(family.constants.minimiser))
    except (NotImplementedError, TypeError, ValueError, AttributeError) as error:
        raise WrongFamily(
            f"{type(family).__name__}: rounding errors cannot be bounded: {error}; write "
            "_value_and_gradient with the functions of plproof.laboratory.arithmetic.rounding, or "
            "make a subclass of Formula, which has it"
        ) from error


def _check_jumps(family: Family, rng: np.random.Generator) -> None:
    """Halve segments on which the gradient turns, towards where it turns most: at a kink it jumps.

    A gradient that is Lipschitz does not, and is looked at by the search for that constant.
    """
    rows = np.isposinf(family.constants.smooth)
    if not (family.differentiable and rows.any()):
        return
    for across in (False, True):
        one = _points(family, rng)
        two = 2.0 * family.constants.minimiser - one if across else _points(family, rng)
        ends = [_measured(family, x) for x in (one, two)]
        for _ in range(44):
            middle = _measured(family, 0.5 * (ends[0].points + ends[1].points))
            turned = [np.linalg.norm(middle.gradient - end.gradient, axis=-1) for end in ends]
            second = turned[1] > turned[0]
            ends = [_either(second, middle, ends[0]), _either(second, ends[1], middle)]
        jump = np.linalg.norm(ends[0].gradient - ends[1].gradient, axis=-1)
        size = sum(np.linalg.norm(end.gradient, axis=-1) for end in ends)
        error = ends[0].gradient_error + ends[1].gradient_error
        if (found := np.flatnonzero(rows & (jump > 1e-3 * size + error))).size:
            row = int(found[0])
            raise WrongFamily(
                f"the gradient jumps from {_at(ends[0].gradient[row])} to "
                f"{_at(ends[1].gradient[row])} at x = {_at(ends[0].points[row])}: a family with "
                f"kinks says differentiable = False, {_name(family, row)}"
            )


def _either(mask: NDArray[np.bool_], first: _At, second: _At) -> _At:
    """Return the first where the mask holds, and the second elsewhere."""
    parts = (
        np.where(mask.reshape(-1, *(1,) * (a.ndim - 1)), a, b)
        for a, b in zip(vars(first).values(), vars(second).values(), strict=True)
    )
    return _At(*parts)


def _check_minimum(family: Family, rng: np.random.Generator) -> None:
    c = family.constants
    home = _measured(family, np.array(c.minimiser))
    off = np.abs(home.value - c.minimum) > home.value_error + 4 * UNIT * np.abs(c.minimum)
    if (rows := np.flatnonzero(c.attained & (off | ~np.isfinite(home.value)))).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the minimum is wrong: the value at the minimiser {_at(c.minimiser[row])} is "
            f"{float(home.value[row])!r}, but minimum = {float(c.minimum[row])!r}, "
            f"{_name(family, row)}"
        )
    steep = np.linalg.norm(home.gradient, axis=-1) > home.gradient_error + 1e-300
    steep &= family.differentiable | ~(home.gradient == 0).all(axis=-1)  # 0 is a subgradient there
    wrong = c.attained & (steep | ~np.isfinite(home.gradient).all(axis=-1))
    if (rows := np.flatnonzero(wrong)).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the minimiser is wrong: the gradient there is {_at(home.gradient[row])}, "
            f"at x = {_at(c.minimiser[row])}, {_name(family, row)}"
        )

    def depth(points: Floats) -> Floats:
        at = _measured(family, points)
        return np.asarray(c.minimum - at.value - at.value_error)

    found, points = _climb(family, depth, rng)
    room = 4 * UNIT * np.where(np.isfinite(c.minimum), np.abs(c.minimum), 0.0)
    if (rows := np.flatnonzero(found > room)).size:
        row = int(rows[0])
        value = c.minimum[row] - found[row]
        raise WrongFamily(
            f"the minimum is wrong: the value is at most {float(value)!r} at x = "
            f"{_at(points[row])}, but minimum = {float(c.minimum[row])!r}, {_name(family, row)}"
        )


# ---------------------------------------------------------------- constants
def _smoothness(family: Family, rng: np.random.Generator) -> None:
    smooth = family.constants.smooth

    def quotient(pair: Floats) -> Floats:
        apart, turned, error = _differences(family, pair)
        return np.asarray(
            (np.linalg.norm(turned, axis=-1) - error) / np.linalg.norm(apart, axis=-1)
        )

    found, pair = _best(
        _climb(family, quotient, rng, pairs=True),
        _along(family, quotient, _bent(family, rng, lambda s: np.max(np.abs(s), axis=-1))),
    )
    if (rows := np.flatnonzero(found > smooth * (1.0 + _SLACK))).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the smoothness constant is too small: ‖∇f(x) − ∇f(y)‖ is {found[row]:.6g} ‖x − y‖, "
            f"but smooth = {float(smooth[row])!r}, {_places(pair[row])}, {_name(family, row)}"
        )


def _convexity(family: Family, rng: np.random.Generator) -> None:
    convex = family.constants.strongly_convex

    def quotient(pair: Floats) -> Floats:
        apart, turned, error = _differences(family, pair)
        length = np.linalg.norm(apart, axis=-1)
        return np.asarray(-(np.sum(turned * apart, axis=-1) / length + error) / length)

    found, pair = _best(
        _climb(family, quotient, rng, pairs=True),
        _along(family, quotient, _bent(family, rng, lambda s: -np.min(s, axis=-1))),
    )
    room = _SLACK * np.where(np.isfinite(convex), np.abs(convex), 0.0)
    if (rows := np.flatnonzero(-found < convex - room)).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the modulus of strong convexity is too large: ⟨∇f(x) − ∇f(y), x − y⟩ is "
            f"{-found[row]:.6g} ‖x − y‖², but strongly_convex = {float(convex[row])!r}, "
            f"{_places(pair[row])}, {_name(family, row)}"
        )


def _pl(family: Family, rng: np.random.Generator) -> None:
    c = family.constants
    pl = np.where(c.constant, 0.0, c.pl)

    def quotient(points: Floats) -> Floats:
        at = _measured(family, points)
        gap = at.value - c.minimum - at.value_error - 4 * UNIT * np.abs(c.minimum)
        steep = np.linalg.norm(at.gradient, axis=-1) + at.gradient_error
        return np.where(gap > 0, -(steep**2) / np.where(gap > 0, 2.0 * gap, 1.0), -np.inf)

    found, points = _best(
        _climb(family, quotient, rng),
        _along(family, quotient, np.array(c.minimiser), pairs=False),
    )
    if (rows := np.flatnonzero(-found < pl * (1.0 - _SLACK))).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the PL constant is too large: ‖∇f(x)‖²/2 is {-found[row]:.6g} (f(x) − min f), "
            f"but pl = {float(pl[row])!r}, at x = {_at(points[row])}, {_name(family, row)}"
        )
    if c.constant.any():
        points = _points(family, rng)
        moved = np.linalg.norm(family.value_and_gradient(points)[1], axis=-1) > 0
        if (rows := np.flatnonzero(moved & c.constant)).size:
            row = int(rows[0])
            raise WrongFamily(f"not constant at x = {_at(points[row])}: {_name(family, row)}")


def _lipschitz(family: Family, rng: np.random.Generator) -> None:
    steep = family.constants.lipschitz

    def slope(points: Floats) -> Floats:
        at = _measured(family, points)
        return np.asarray(np.linalg.norm(at.gradient, axis=-1) - at.gradient_error)

    found, points = _climb(family, slope, rng)
    if (rows := np.flatnonzero(found > steep * (1.0 + _SLACK))).size:
        row = int(rows[0])
        raise WrongFamily(
            f"the Lipschitz constant is too small: ‖∇f(x)‖ is {found[row]:.6g}, but lipschitz = "
            f"{float(steep[row])!r}, at x = {_at(points[row])}, {_name(family, row)}"
        )


def _differences(family: Family, pair: Floats) -> tuple[Floats, Floats, Floats]:
    x, y = np.split(pair, 2, axis=-1)
    first, second = _measured(family, x), _measured(family, y)
    error = first.gradient_error + second.gradient_error
    return x - y, first.gradient - second.gradient, error


def _places(pair: Floats) -> str:
    x, y = np.split(pair, 2)
    return f"x = {_at(x)}, y = {_at(y)}"


def _check_frame(family: Family, rng: np.random.Generator) -> None:
    points = _points(family, rng)
    at = _measured(family, points)
    powers = 4.0 ** rng.choice([-9, 1, 20], size=family.batch)  # not the same for all rows
    scaled = family.scaled(powers)
    again = _measured(scaled, points)
    known = np.isfinite(at.value) & np.isfinite(again.value)
    errors = powers * at.value_error + again.value_error, powers * at.gradient_error
    far = np.abs(again.value - powers * at.value) > errors[0]
    turned = again.gradient - powers[:, None] * at.gradient
    far |= np.linalg.norm(turned, axis=-1) > errors[1] + again.gradient_error
    now, then = family.constants, scaled.constants
    for key in ("smooth", "strongly_convex", "pl", "lipschitz", "minimum"):
        wanted, found = powers * getattr(now, key), getattr(then, key)
        far |= ~((wanted == found) | (np.abs(found - wanted) <= 1e-9 * np.abs(wanted)))
    if (rows := np.flatnonzero(far & known)).size:
        row = int(rows[0])
        raise WrongFamily(
            f"{type(family).__name__}: `homogeneous` is wrong: with the parameters multiplied as "
            f"it says, a function is not {float(powers[row])!r} times itself: {_name(family, row)}"
        )
    rebuilt = type(family)(**{key: getattr(family, key) for key in family.parameters})
    if not np.array_equal(rebuilt.value_and_gradient(points)[0], at.value, equal_nan=True):
        raise WrongFamily(
            f"{type(family).__name__}: the functions are not determined by their parameters "
            f"{', '.join(family.parameters)}"
        )
    chosen = np.array([family.batch - 1, 0])
    part = family.take(chosen)
    off = np.abs(part.value_and_gradient(points[chosen])[0] - at.value[chosen])
    alike = all(
        np.array_equal(mine, theirs[chosen])
        for mine, theirs in zip(vars(part.constants).values(), vars(now).values(), strict=True)
    )
    if not alike or np.any(off > 2.0 * at.value_error[chosen]):
        raise WrongFamily(
            f"{type(family).__name__}: take gives other functions than those of the chosen rows: "
            "arrays that are computed from the parameters are named in `derived`"
        )


# ---------------------------------------------------------------- searches
Found = tuple[Floats, Floats]
"""The best scores (B,) and the points, or pairs of points, where they were seen."""


def _best(first: Found, second: Found) -> Found:
    better = second[0] > first[0]
    return (
        np.where(better, second[0], first[0]),
        np.where(better[:, None], second[1], first[1]),
    )


def _hessians(family: Family, points: Floats) -> Floats:
    """Return second derivatives (B, d, d) by differences of gradients; not finite becomes 0."""
    size = 1e-5 * (1e-2 + np.linalg.norm(points - family.constants.minimiser, axis=-1))
    columns = []
    for unit in np.eye(family.dimension):
        step = size[:, None] * unit
        ahead, behind = (family.value_and_gradient(points + s * step)[1] for s in (1.0, -1.0))
        columns.append((ahead - behind) / (2.0 * size[:, None]))
    found = np.stack(columns, axis=-1)
    found = 0.5 * (found + found.swapaxes(-1, -2))
    return np.where(np.isfinite(found).all(axis=(-2, -1), keepdims=True), found, 0.0)


def _bent(family: Family, rng: np.random.Generator, score: Callable[[Floats], Floats]) -> Floats:
    """Return points (B, d) where a score of the eigenvalues (B, d) of the Hessian is large."""

    def bent(points: Floats) -> Floats:
        return score(np.asarray(np.linalg.eigvalsh(_hessians(family, points)), np.float64))

    return _climb(family, bent, rng, starts=STARTS)[1]


def _along(
    family: Family, score: Callable[[Floats], Floats], middle: Floats, pairs: bool = True
) -> Found:
    """Return the best score on the lines through points along eigenvectors of the Hessian there."""
    vectors = np.linalg.eigh(_hessians(family, middle))[1]
    size = 1e-3 + np.linalg.norm(middle - family.constants.minimiser, axis=-1, keepdims=True)
    best: Found | None = None
    for j in range(family.dimension):
        for power in (-14, -8, -3, 0, 3, 8):
            step = 2.0**power * (size if power < 0 else 1.0) * vectors[..., j]
            tried = np.concatenate([middle - step, middle + step], axis=-1)
            for points in (tried,) if pairs else np.split(tried, 2, axis=-1):
                value = np.asarray(score(points))
                found = np.where(np.isfinite(value), value, -np.inf), points
                best = found if best is None else _best(best, found)
    assert best is not None
    return best


def _climb(
    family: Family,
    score: Callable[[Floats], Floats],
    rng: np.random.Generator,
    pairs: bool = False,
    starts: int = 1,
) -> Found:
    """Make a score (B,) of points (B, d) large, row by row: random moves, kept where they help.

    With ``pairs`` the score is one of two points (B, 2d), close together or not.  Begins at the
    best of so many ``starts``.  What does not help is tried in the opposite direction.
    """

    def drawn() -> Floats:
        x = _points(family, rng)
        if not pairs:
            return x
        distance = np.exp2(rng.uniform(-12.0, 2.0, (family.batch, 1)))
        size = 1e-3 + np.linalg.norm(x - family.constants.minimiser, axis=-1, keepdims=True)
        return np.concatenate([x, x + distance * size * rng.standard_normal(x.shape)], axis=-1)

    def scored(z: Floats) -> Found:
        found = np.asarray(score(z))
        return np.where(np.isfinite(found), found, -np.inf), z

    high, best = scored(drawn())
    for _ in range(starts - 1):
        high, best = _best((high, best), scored(drawn()))
    home = np.tile(family.constants.minimiser, (1, 2 if pairs else 1))
    width = np.full((family.batch, 1), 0.5)
    for turn in range(ROUNDS):
        if turn % 3 == 0 and starts == 1:
            high, best = _best((high, best), scored(drawn()))
            continue
        moved = rng.standard_normal(best.shape)
        if pairs and turn % 2:  # both ends together
            moved = np.tile(moved[:, : family.dimension], (1, 2))
        size = np.linalg.norm(best - home, axis=-1, keepdims=True)
        step = width * size * moved / np.sqrt(best.shape[1])
        tried = scored(best + step)
        if starts > 1:
            tried = _best(tried, scored(best - step))
        better = tried[0] > high
        width = np.where(better[:, None], 2.0 * width, 0.7 * width).clip(1e-6, 2.0)
        high, best = _best((high, best), tried)
    return high, best
