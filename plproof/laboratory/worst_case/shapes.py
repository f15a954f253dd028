"""What an adversary may choose: functions with parameters that stay inside a class by construction.

A shape gives the functions twice: as autograd differentiates them, for the search, and as certified
members of the catalogue, for what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import (
    FAMILY_KINDS,
    Family,
    NormHuber,
    QuadraticSpline,
    SineBumps,
    SpectralQuadratic,
    draw_family,
)
from plproof.laboratory.families.sine import SINE_PL_BOUNDS
from plproof.laboratory.worst_case.frames import Smoothly
from plproof.language.terms import Term

_SNAP = 1e-4
_TEETH = (5, 20)  # as many as runs have steps
_TOGETHER = 40  # combinations of shapes of several functions


@dataclass(frozen=True)
class Requirements:
    """The class a function must be in: constants as in ``Constants``, inf and -inf for none."""

    smooth: float = np.inf
    strongly_convex: float = -np.inf
    pl: float = -np.inf
    convex: bool = False

    @property
    def largest(self) -> float:
        """The largest curvature to use: that of the class, or some number beyond the others."""
        return self.smooth if np.isfinite(self.smooth) else max(4.0, 4.0 * self.least)

    @property
    def least(self) -> float:
        """The least curvature of a convex quadratic in the class, at least 0."""
        return max(0.0, self.strongly_convex, self.pl)


@dataclass(frozen=True)
class Shape:
    """Functions of ``dimension`` variables with ``size`` parameters, minimiser 0 and minimum 0.

    ``functions`` maps parameters (S, size) to the functions; ``family`` gives, for the parameters
    of one row, its number, and a scale c > 0, the function x -> c² f(x/c) as a catalogue member.
    With ``drawn``, row i of the functions is function i of a random batch, without parameters.
    ``even`` says that f(-x) = f(x) and that there is a member for every scale; ``steep``, that
    autograd gives derivatives in the parameters; ``rows`` (R, size) are parameters to begin with,
    ``plain`` (R, size) those of simple functions on a line.
    """

    name: str
    dimension: int
    size: int
    functions: Callable[[Any], Smoothly]
    family: Callable[[Floats, int, float], Family]
    drawn: bool = False
    even: bool = True
    steep: bool = True
    rows: Floats | None = None
    plain: Floats | None = None


@dataclass(frozen=True)
class Choice:
    """Shapes for the functions of a statement, on one space, chosen together.

    ``parts`` by function variable; of those in ``moved`` the minimisers are parameters too: they
    come last, ``dimension`` numbers each.
    """

    parts: Mapping[Term, Shape]
    moved: tuple[Term, ...] = ()

    @property
    def name(self) -> str:
        """The names of the shapes."""
        return " and ".join(part.name for part in self.parts.values())

    @property
    def dimension(self) -> int:
        """The number of variables, the same for all."""
        return next(iter(self.parts.values())).dimension

    @property
    def size(self) -> int:
        """The number of parameters."""
        own = sum(part.size for part in self.parts.values())
        return own + self.dimension * len(self.moved)

    @property
    def drawn(self) -> bool:
        """Whether the functions are rows of random batches."""
        return any(part.drawn for part in self.parts.values())

    @property
    def even(self) -> bool:
        """Whether all functions may be turned round and stretched."""
        return all(part.even for part in self.parts.values())

    @property
    def steep(self) -> bool:
        """Whether autograd gives derivatives in all parameters."""
        return all(part.steep for part in self.parts.values())

    @property
    def plain(self) -> Floats | None:
        """The parameters of simple functions (R, n), without minimisers; None without any."""
        each = [part.plain for part in self.parts.values()]
        known = [rows for rows in each if rows is not None]
        if len(known) < len(each):
            return None
        return np.array([np.concatenate(rows) for rows in product(*known)])

    def begin(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw parameters (count, size)."""
        theta = rng.standard_normal((count, self.size)) * 1.5
        begin = 0
        for part in self.parts.values():
            if part.rows is not None:
                theta[:, begin : begin + part.size] = np.resize(part.rows, (count, part.size))
            begin += part.size
        return theta

    def _split(self, theta: Any) -> tuple[dict[Term, Any], dict[Term, Any]]:
        """Return the parameters and the minimisers, along the last axis of (..., size)."""
        parameters, centres, begin = {}, {}, 0
        for f, part in self.parts.items():
            parameters[f] = theta[..., begin : begin + part.size]
            begin += part.size
        for f in self.moved:
            centres[f] = theta[..., begin : begin + self.dimension]
            begin += self.dimension
        return parameters, centres

    def functions(self, theta: Any) -> dict[Term, Smoothly]:
        """Return the functions with parameters (S, size)."""
        parameters, centres = self._split(theta)
        found = {f: part.functions(parameters[f]) for f, part in self.parts.items()}
        return found | {f: _moved(found[f], centre) for f, centre in centres.items()}

    def families(self, theta: Floats, row: int, scale: float) -> dict[Term, Family]:
        """Return x ↦ c² f(x/c), |c| = |scale|, as catalogue members for parameters (size,).

        With a negative scale the minimisers are at its multiples: the functions themselves are
        even.  Raises ValueError where a parameter is out of range.
        """
        parameters, centres = self._split(theta)
        found = {f: p.family(parameters[f], row, abs(scale)) for f, p in self.parts.items()}
        for f, centre in centres.items():
            family = found[f]
            given = {key: getattr(family, key) for key in family.parameters}
            at = np.where(np.abs(scale * centre) < 1e-9, 0.0, scale * centre)
            found[f] = type(family)(**(given | {"centre": at[None]}))
        return found


def _moved(f: Smoothly, centre: Any) -> Smoothly:
    return Smoothly(lambda x: f.value(x - centre), lambda x: f.gradient(x - centre))


def choices(
    required: Mapping[Term, Requirements],
    moved: Sequence[Term],
    rows: int,
    rng: np.random.Generator,
    more: Callable[[Requirements], Sequence[Shape]] = lambda _: (),
) -> list[Choice]:
    """Return the shapes to try for functions in classes, by variable; see :func:`shapes`.

    ``more`` gives further shapes of a class.  Of several functions none is merely drawn, and all
    have as many variables.  The minimisers of those in ``moved`` are free.
    """
    each = {f: [*shapes(need, rows, rng), *more(need)] for f, need in required.items()}
    if len(each) == 1:
        ((f, found),) = each.items()
        return [Choice({f: shape}, tuple(moved)) for shape in found if not (moved and shape.drawn)]
    plain = [[s for s in found if not s.drawn and s.size] for found in each.values()]
    together = [c for c in product(*plain) if len({s.dimension for s in c}) == 1]
    return [Choice(dict(zip(each, c, strict=True)), tuple(moved)) for c in together[:_TOGETHER]]


def shapes(required: Requirements, rows: int, rng: np.random.Generator) -> list[Shape]:
    """Return the shapes with members in a class, for searches of ``rows`` starts.

    The same generator state gives the same shapes.
    """
    found = [_quadratic(required, 1), _quadratic(required, 2)]
    if required.strongly_convex <= 0 and required.pl <= 0:
        found.append(_huber(required))
    found.append(_spline(required, 4))
    if not required.convex and required.strongly_convex == -np.inf:
        found += [_spline(required, 12), *_sines(required)]
        if required.pl <= 0:
            found += [_teeth(required, count) for count in _TEETH]
    for kind in FAMILY_KINDS:
        if kind not in ("constant", "worst_quadratic", "diagonal_quadratic", "sine_bumps"):
            found += _drawn(kind, required, rows, rng)
    return found


def _between(low: float, high: float, theta: Any) -> Any:
    """Map all numbers into [low, high], both ends attained."""
    return low + (high - low) * (0.5 + 0.5 * anp.sin(theta))


def _snapped(values: Floats, low: float, high: float) -> Floats:
    near = _SNAP * (high - low)
    values = np.where(values - low < near, low, np.where(high - values < near, high, values))
    mantissa, exponent = np.frexp(np.clip(values, low, high))
    return np.asarray(np.clip(np.ldexp(np.round(mantissa * 2.0**40), exponent - 40), low, high))


def _quadratic(required: Requirements, dimension: int) -> Shape:
    low, high = required.least, required.largest

    def functions(theta: Any) -> Smoothly:
        s = _between(low, high, theta)
        return Smoothly(lambda x: 0.5 * anp.sum(s * x * x, axis=-1), lambda x: s * x)

    def family(theta: Floats, row: int, scale: float) -> Family:
        spectrum = _snapped(_between(low, high, theta), low, high)[None]
        zero = np.zeros((1, dimension))
        return SpectralQuadratic(spectrum, np.eye(dimension)[None], zero, [0.0])

    plain = np.array([[-0.5], [0.5]]) * np.pi if dimension == 1 else None  # the ends
    name = f"quadratic, d = {dimension}"
    return Shape(name, dimension, dimension, functions, family, plain=plain)


def _huber(required: Requirements) -> Shape:
    """Huber's function; without a bound on the curvature, given by its slope far away and knot."""
    high, any_curvature = required.largest, not np.isfinite(required.smooth)

    def numbers(theta: Any) -> tuple[Any, Any]:
        t = anp.exp(theta[:, 1])
        w = anp.exp(theta[:, 0]) / t if any_curvature else _between(0.0, high, theta[:, 0])
        return w, t

    def functions(theta: Any) -> Smoothly:
        w, t = numbers(theta)

        def value(x: Any) -> Any:
            size = anp.abs(x[:, 0])
            return w * anp.where(size <= t, 0.5 * size * size, t * (size - 0.5 * t))

        def gradient(x: Any) -> Any:
            inside = anp.minimum(anp.abs(x[:, 0]), t)
            return (w * inside * anp.sign(x[:, 0]))[:, None]

        return Smoothly(value, gradient)

    def family(theta: Floats, row: int, scale: float) -> Family:
        w, t = numbers(theta[None])
        weight = w if any_curvature else _snapped(w, 0.0, high)
        return NormHuber(weight, t * scale, [[0.0]], [0.0])

    steepest = [0.0] if any_curvature else [0.5 * np.pi]
    plain = np.array([[w, np.log(t)] for w in steepest for t in (0.5, 1.0, 2.0)])
    return Shape("Huber", 1, 2, functions, family, plain=plain)


def _spline(required: Requirements, pieces: int) -> Shape:
    """Return even functions with a piecewise constant curvature: the worst ones on a line.

    Where slope s and height h are known at the beginning of a piece of width w, its curvature c is
    bounded below by the class: with the slope u = s + cw at its end, u² ≥ 2μ(h + w(s + u)/2) is the
    PL inequality there.  On a piece s² − 2ch is constant, so it holds inside as well.
    """
    high, pl = required.largest, max(required.pl, 0.0)
    low = max(required.strongly_convex, 0.0 if required.convex else -high)

    def spread(theta: Any, snap: Callable[[Any], Any], pl: float) -> tuple[Any, Any]:
        """Return knots (S, p - 1) and curvatures (S, p)."""
        widths = anp.exp(theta[:, pieces:])
        s, h, curvatures = 0.0 * theta[:, 0], 0.0 * theta[:, 0], []
        for i in range(pieces):
            least = anp.maximum(low, pl)
            if 0 < i < pieces - 1:
                w = widths[:, i]
                root = anp.sqrt((pl * w) ** 2 + 4.0 * pl * (2.0 * h + w * s) + 1e-300)
                least = anp.maximum(low, (0.5 * (pl * w + root) - s) / w)
            c = snap(anp.minimum(_between(least, high, theta[:, i]), high))
            curvatures.append(c)
            if i < pieces - 1:
                w = widths[:, i]
                h, s = h + w * (s + 0.5 * c * w), s + c * w
        return anp.cumsum(widths, axis=1), anp.stack(curvatures, axis=1)

    def functions(theta: Any) -> Smoothly:
        knots, curvatures = spread(theta, lambda c: c, pl)
        jumps = curvatures[:, 1:] - curvatures[:, :-1]

        def value(x: Any) -> Any:
            beyond = anp.maximum(anp.abs(x) - knots, 0.0)
            return 0.5 * (curvatures[:, 0] * x[:, 0] ** 2 + anp.sum(jumps * beyond**2, axis=-1))

        def gradient(x: Any) -> Any:
            beyond = anp.maximum(anp.abs(x) - knots, 0.0)
            turn = anp.sum(jumps * beyond, axis=-1) * anp.sign(x[:, 0])
            return (curvatures[:, 0] * x[:, 0] + turn)[:, None]

        return Smoothly(value, gradient)

    def family(theta: Floats, row: int, scale: float) -> Family:
        grid = 2.0**40 / 2.0 ** np.ceil(np.log2(high))

        def snap(c: Floats) -> Floats:  # upwards, so that no slope comes out too small
            up = np.ceil(c * grid) / grid
            return np.minimum(np.where(high - up < _SNAP * 1e-4 * high, high, up), high)

        knots, curvatures = spread(theta[None], snap, pl * (1.0 + 1e-12))
        return QuadraticSpline(curvatures[:, None], scale * knots[:, None], [[0.0]], [0.0])

    return Shape(f"spline of {pieces} pieces", 1, 2 * pieces - 1, functions, family)


def _teeth(required: Requirements, teeth: int) -> Shape:
    """Return even functions whose slope goes up and down, as steeply as the class allows.

    Beyond a first knot the slope falls and rises ``teeth`` times, to the same height each time; far
    away it rises.  With steps 1/L from tooth to tooth all gradients are alike: the
    worst function of the smallest gradient (H. Abbaszadehpeivasti, E. de Klerk and M. Zamani, 2022)
    has teeth that go down to the half.
    """
    high, pieces = required.largest, 2 * teeth + 1

    def spread(theta: Any) -> tuple[Any, Any]:
        """Return the first knots (S,) and half the widths of the teeth (S,), in units of those."""
        return anp.exp(theta[:, 0]) / (1 + teeth), 0.5 + 0.5 * anp.sin(theta[:, 1])

    def knots_of(w: Any, half: Any) -> Any:
        return w[:, None] * (1.0 + half[:, None] * np.arange(pieces - 1))

    sign = np.where(np.arange(pieces) % 2 == 0, 1.0, -1.0)
    jumps = high * np.diff(sign)

    def functions(theta: Any) -> Smoothly:
        knots = knots_of(*spread(theta))

        def value(x: Any) -> Any:
            beyond = anp.maximum(anp.abs(x) - knots, 0.0)
            return 0.5 * (high * x[:, 0] ** 2 + anp.sum(jumps * beyond**2, axis=-1))

        def gradient(x: Any) -> Any:
            beyond = anp.maximum(anp.abs(x) - knots, 0.0)
            turn = anp.sum(jumps * beyond, axis=-1) * anp.sign(x[:, 0])
            return (high * x[:, 0] + turn)[:, None]

        return Smoothly(value, gradient)

    def family(theta: Floats, row: int, scale: float) -> Family:
        w, half = spread(theta[None])
        knots = scale * knots_of(w, np.minimum(half, 1.0 - 2.0**-30))
        return QuadraticSpline(high * sign[None, None], knots[:, None], [[0.0]], [0.0])

    return Shape(f"teeth, {teeth}", 1, 2, functions, family)


def _sines(required: Requirements) -> list[Shape]:
    high = required.largest
    fitting = [a for a, pl in SINE_PL_BOUNDS if pl * high / (2.0 + 2.0 * a) >= required.pl]
    if not fitting:
        return []
    strength = max(fitting)
    weight = float(np.nextafter(high / (2.0 + 2.0 * strength), 0.0))

    def shape(dimension: int) -> Shape:
        def functions(theta: Any) -> Smoothly:
            def value(x: Any) -> Any:
                return weight * anp.sum(x * x + strength * anp.sin(x) ** 2, axis=-1)

            return Smoothly(value, lambda x: weight * (2.0 * x + strength * anp.sin(2.0 * x)))

        def family(theta: Floats, row: int, scale: float) -> Family:
            ones = np.ones((1, dimension))
            amplitude, frequency = strength * scale**2 * ones, ones / scale
            return SineBumps([weight], amplitude, frequency, 0.0 * ones, [0.0])

        return Shape(f"sine bumps, d = {dimension}", dimension, 0, functions, family)

    return [shape(1), shape(2)]


def _drawn(kind: str, required: Requirements, rows: int, rng: np.random.Generator) -> list[Shape]:
    """Return random functions of one kind from the catalogue, those of them in the class."""
    least = required.least if required.least > 0 else 0.1 * required.largest
    found = draw_family(kind, rows, 2, float(np.clip(required.largest / least, 1, 2**20)), rng)
    given = {key: getattr(found, key) for key in found.parameters}
    for key in ("centre", "minimum", "minimiser", "target"):
        if key in given:
            given[key] = np.zeros_like(given[key])
    found = type(found)(**given)
    c = found.constants
    inside = (c.smooth <= required.smooth) & (c.strongly_convex >= required.strongly_convex)
    inside &= (c.pl >= required.pl) & (c.convex | (not required.convex)) & ~c.constant
    inside &= c.attained & found.differentiable
    chosen = np.flatnonzero(inside)
    if not chosen.size:
        return []
    members = found.take(np.resize(chosen, rows))

    def functions(theta: Any) -> Smoothly:
        return Smoothly.of(members.value)  # parameters (S, 0): one row, one function

    def family(theta: Floats, row: int, scale: float) -> Family:
        return members.take([row])

    return [Shape(kind.replace("_", " "), 2, 0, functions, family, drawn=True)]
