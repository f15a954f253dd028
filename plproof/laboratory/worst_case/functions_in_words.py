"""Functions of the catalogue as a reader would write them, for what a search reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from plproof.laboratory.families import (
    Family,
    NormHuber,
    QuadraticSpline,
    SineBumps,
    SpectralQuadratic,
)
from plproof.laboratory.families.base import ConstantFunction
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.models import Assignment
from plproof.laboratory.systems.networks import TanhNetwork
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.language.printing import show

_CLOSE = 1e-5
_IN_WORDS = (NormHuber, QuadraticSpline, SineBumps, SpectralQuadratic)


def in_words(
    family: Family, name: str, constants: Mapping[str, Fraction], start: float | None, home: str
) -> str:
    """Return function 0 of a batch in words, or a literal that rebuilds it.

    Arguments: ``name`` of the function; ``constants`` by name, to write "μx²/2" for x²/8 with
    μ = 1/4; ``start``, the distance of a run's start from the minimiser, to which a knot is
    compared, and ``home``, that distance as text.
    """
    if family.constants.constant[0] or isinstance(family, ConstantFunction):
        return f"{name} = {float(family.constants.minimum[0]):g}"
    given = {key: getattr(family, key) for key in family.parameters}
    at = given.get("centre", np.zeros((1, 1)))[0]
    if at.any() and isinstance(family, _IN_WORDS):
        centred = type(family)(**(given | {"centre": np.zeros_like(given["centre"])}))
        return f"{in_words(centred, name, constants, start, home)}, moved to {_plain(at)}"
    if isinstance(family, SpectralQuadratic) and not family.centre.any():
        return _quadratic(family, name, constants)
    if isinstance(family, NormHuber):
        return _huber(family, name, constants, start, home)
    if isinstance(family, SineBumps) and not family.centre.any():
        return _sine_bumps(family, name)
    if isinstance(family, QuadraticSpline) and family.dimension == 1 and not family.centre.any():
        return _spline(family, name)
    return family.literal(0)


def map_in_words(given: SystemMap, name: str) -> str:
    """Return map 0 of a batch in words: a polynomial of degree two, or a literal."""
    system = given.system
    if isinstance(system, TanhNetwork) and not system.origin.any():
        return _network(system, given.offset[0], name)
    if not isinstance(system, PolynomialSystem) or system.cubic.any() or system.origin.any():
        return f"{name} = {given.literal(0)}"
    m = system.inputs
    w = ["w"] if m == 1 else [f"w{_below(i + 1)}" for i in range(m)]
    components = []
    for offset, linear, quadratic in zip(
        given.offset[0], system.linear[0], system.quadratic[0], strict=True
    ):
        terms = [(c, w[i]) for i, c in enumerate(linear)]
        for i in range(m):
            terms.append((0.5 * quadratic[i, i], f"{w[i]}²"))
            terms += [(quadratic[i, j], f"{w[i]}{w[j]}") for j in range(i)]
        components.append(_polynomial([*terms, (offset, "")]))
    whole = components[0] if len(components) == 1 else f"({', '.join(components)})"
    return f"{name}(w) = {whole}"


def _network(system: TanhNetwork, offset: Any, name: str) -> str:
    units = enumerate(system.outer[0], 1)
    signs = [("+" if a > 0 else "−", f"tanh⟨w{_below(j)}, xᵢ⟩") for j, a in units if a]
    inside = " ".join(part for pair in signs for part in pair).removeprefix("+ ")
    start = f"{_plain(offset)} + " if np.any(offset) else ""
    data = ", ".join(f"x{_below(i)} = {_plain(x)}" for i, x in enumerate(system.data[0], 1))
    return f"{name}(w)ᵢ = {start}{_plain(system.scale[0])}·({inside}), {data}"


def _polynomial(terms: Sequence[tuple[float, str]]) -> str:
    text = ""
    for c, power in terms:
        if c:
            size = f"{abs(c):.6g}" if abs(c) != 1 or not power else ""
            sign = ("−" if c < 0 else "") if not text else (" − " if c < 0 else " + ")
            text += sign + size + power
    return text or "0"


def values_in_words(a: Assignment, starts: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the numbers, vectors and linear maps of an assignment of one row in words."""
    found = [f"{show(v)} = {_plain(x[0])}" for v, x in (*a.numbers.items(), *a.points.items())]
    found += [f"{show(v)} = {_plain(x[0])}" for v, x in a.matrices.items()]
    found += [f"{show(v)} = {_plain(x[..., 0])}" for v, x in a.tables.items()]
    return found + [f"{name} = {_plain(np.asarray(x))}" for name, x in starts.items()]


def _plain(x: Any) -> str:
    if np.ndim(x) == 0:
        return f"{float(x) + 0.0:.6g}".replace("-", "−")
    inside = ", ".join(_plain(part) for part in x)
    return inside if len(x) == 1 else f"({inside})"


def _coefficient(value: float, constants: Mapping[str, Fraction]) -> str:
    """Return a number, by the name of a constant that has this value where there is one."""
    for name, number in constants.items():
        if number == value:
            return name
    return f"{value:.6g}"


def _quadratic(family: SpectralQuadratic, name: str, constants: Mapping[str, Fraction]) -> str:
    spectrum = family.spectrum[0].tolist()
    if len(spectrum) == 1:
        (c,) = spectrum
        known = _coefficient(c, constants)
        named = known in constants
        half = "" if c == 2 else f"{c / 2:.6g}"
        return f"{name}(x) = {known}x²/2" if named else f"{name}(x) = {half}x²"
    pairs = enumerate(spectrum, 1)
    terms = [f"{_times(_coefficient(c, constants))}x{_below(i)}²" for i, c in pairs if c]
    return f"{name}(x) = ({' + '.join(terms)})/2" if terms else f"{name} = 0"


def _times(number: str) -> str:
    return "" if number == "1" else f"{number}·" if number[-1].isdigit() else number


def _below(i: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(i))


def _huber(
    family: NormHuber, name: str, constants: Mapping[str, Fraction], start: float | None, home: str
) -> str:
    weight, threshold = float(family.weight[0]), float(family.threshold[0])
    shape = "" if weight == 1 else f" times {_coefficient(weight, constants)}"
    if weight > 1e4:
        limit = f"{name} close to {weight * threshold:.6g}·|x|"
        return f"{limit}: Huber's function{shape} with knot {threshold:.3g}"
    if not start:
        return f"Huber's function{shape} with knot {threshold:.6g}"
    knot = threshold / start
    whole = round(1.0 / knot)
    if abs(knot * whole - 1.0) < _CLOSE:
        return f"Huber's function{shape} with knot {home}/{whole} ({knot:.9g})"
    return f"Huber's function{shape} with knot {knot:.6g}·{home}"


def _spline(family: QuadraticSpline, name: str) -> str:
    numbers = family.curvature[0, 0].tolist()
    least = 1e-9 * max(map(abs, numbers))  # beside the largest, what is below it is rounding
    curvatures = ", ".join(_short(c if abs(c) >= least else 0.0) for c in numbers)
    knots = family.knot[0, 0].tolist()
    between = " and ".join(
        [", ".join(_short(t) for t in knots[:-1]), _short(knots[-1])][len(knots) < 2 :]
    )
    return f"{name} even with {name}″ = {curvatures}, changing where |x| = {between}"


def _short(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _sine_bumps(family: SineBumps, name: str) -> str:
    weight = float(family.weight[0])
    square = "x²" if family.dimension == 1 else "‖x‖²"
    terms = []
    for i, (a, b) in enumerate(zip(family.amplitude[0], family.frequency[0], strict=True), 1):
        at = "x" if family.dimension == 1 else f"x{_below(i)}"
        if a:
            terms.append(f"{a:.6g} sin²({'' if b == 1 else f'{b:.6g}'}{at})")
    return f"{name}(x) = {weight:.6g}·({' + '.join([square, *terms])})"
