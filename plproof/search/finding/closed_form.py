"""Closed forms of the best rate.

A form through the best rates at numbers is a guess, and its proof is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from plproof.language.binding import substitute
from plproof.language.syntax import sqrt
from plproof.language.terms import Term, as_real, number
from plproof.search.claims.least_rates import best_value
from plproof.search.counterexamples.evidence import NO_NUMBERS, Evidence, NoProof
from plproof.search.many_points.sampled import DEGREES, Lost, Points, Values, through_samples
from plproof.search.programs.fitting import fit, samples_needed
from plproof.search.programs.surd import Exact, Surd, root_within
from plproof.search.statements.on_a_line import Line
from plproof.search.statements.parameters import region

#: a rate that is less below 0 may be 0
_NEGLIGIBLE = 1e-6


def closed_form(
    given: Sequence[Term],
    unknown: Term,
    stated: Term,
    conclusions: Sequence[Term],
    parameters: Sequence[Term],
) -> Term:
    """Return the simplest rational function of the parameters that the best rate seems to be."""
    first: tuple[float, dict[str, str]] | None = None
    negative: dict[str, str] = {}
    stalled: NoProof | None = None

    def rate(values: Values) -> Exact | None:
        nonlocal first, negative, stalled
        numeric = [substitute(c, values) for c in conclusions]
        here = {f"{v}": f"{t}" for v, t in values.items()}
        try:
            near, exact = best_value(substitute(stated, values), unknown, numeric)
        except NoProof as error:
            failure = NoProof(Evidence(error.evidence.why, here))
            if not error.evidence.stalled:  # no rate does, or any: no other numbers help
                raise failure from None
            stalled = stalled or failure  # as where a bound is met with equality
            return None
        first = first or (near, here)
        negative = negative or (here if near < -_NEGLIGIBLE else {})
        return exact

    found = through_rates(parameters, region(given, parameters), rate)
    if found is not None:
        return found
    if first is None:
        raise stalled or NoProof(Evidence(NO_NUMBERS, {}))
    near, shown = first
    why = "the best rate is no simple function of the parameters as it seems"
    if negative:
        where = ", ".join(f"{name} = {value}" for name, value in negative.items())
        why += f" (below 0 at {where}: if that is not meant, say so, as in order=mu < L)"
    raise NoProof(Evidence(f"{why}; it is near {near:.10g}", shown))


def through_rates(
    parameters: Sequence[Term], about: Sequence[Term], rate: Callable[[Values], Exact | None]
) -> Term | None:
    """Return the simplest function, with one root at most, through rates at samples, or None."""

    wanted = [samples_needed(len(parameters), degree) for degree in DEGREES]

    def fitted(points: Points, rates: Sequence[Exact]) -> Term | None:
        rational = [rate for rate in rates if isinstance(rate, Fraction)]
        if len(rational) < len(rates):
            return with_root(parameters, points, rates)
        form = fit(parameters, points, rational)
        if form is None and line.excludes(wanted[1], wanted[-1]):
            raise Lost
        return form

    def on_a_line(values: Values) -> list[Fraction] | None:
        try:
            found = rate(values)
        except NoProof:
            return None
        return [found] if isinstance(found, Fraction) else None

    line = Line(parameters, about, on_a_line)
    if line.excludes(wanted[0], wanted[-1]):
        return None
    try:
        # mypy knows no type parameter that is a union
        found = through_samples(parameters, about, rate, fitted, simple_only=True)  # type: ignore[misc]
    except Lost:
        return None
    return None if found is None else as_real(found)


def with_root(parameters: Sequence[Term], at: Points, rates: Sequence[Exact]) -> Term | None:
    """Return a ± √D, or its square, with rational functions a and D through the rates, or None.

    Rational rates among them do not tell their conjugates and are left out.
    """
    pairs = [(p, r) for p, r in zip(at, rates, strict=True) if isinstance(r, Surd) and r.b]
    points = [p for p, _ in pairs]
    roots = [root_within(r) for _, r in pairs]
    squared = [r for r in roots if r is not None]
    if len(squared) == len(roots):
        found = _sum_with_root(parameters, points, squared)
        if found is not None:
            return found**2
    return _sum_with_root(parameters, points, [r for _, r in pairs])


def _sum_with_root(
    parameters: Sequence[Term], points: Points, values: Sequence[Surd]
) -> Term | None:
    signs = {r.b > 0 for r in values}
    plain = fit(parameters, points, [r.a for r in values])
    inside = fit(parameters, points, [r.b**2 * r.d for r in values])
    if plain is None or inside is None or len(signs) != 1:
        return None
    root = sqrt(as_real(inside))
    if plain == number(0):
        return root if signs == {True} else None
    return as_real(plain) + root if signs == {True} else as_real(plain) - root
