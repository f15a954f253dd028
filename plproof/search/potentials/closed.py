"""A potential in closed form, and the multipliers of its proof: in the step and the parameters.

[untrusted: they are guesses until the kernel has checked the proof made with them]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from flint import fmpq

from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, as_real, number
from plproof.proof.forms import fraction
from plproof.search.all_steps.fit import NoForm, quotient
from plproof.search.all_steps.guess import Forms, Potential
from plproof.search.all_steps.numbers import Key
from plproof.search.potentials.ansatz import Ansatz, Unknown
from plproof.search.potentials.units import powers
from plproof.search.programs.fitting import fit_apart
from plproof.search.statements.premises import with_sums

#: at how many steps a polynomial is read off
_POINTS = 12


@dataclass(frozen=True)
class Closed:
    """A potential V(k) for k = i + ``first``, and weights of inequalities, in closed form in i.

    V(``first``) is at most ``start``, D(x_0); ``weight`` is 1/a(N) for N = i + ``first`` and
    ``inverse`` a(N).
    """

    first: int
    start: Term
    potential: Term
    weight: Term
    inverse: Term
    at_start: Forms
    step: Forms
    end: Forms


def closed(ansatz: Ansatz, values: Mapping[Unknown, fmpq]) -> Closed:
    """Return the closed forms of exact numbers.  NoForm, NoUnit, NotSuited: there are none."""
    units = powers(ansatz, values)
    i, first = ansatz.windows.stated.claim.step, ansatz.start

    def parameters(power_of: Mapping[Term, int]) -> list[tuple[Fraction, Term, Term]]:
        found = []
        for v, e in power_of.items():
            base = Fraction(ansatz.values[v].data) ** -e
            p = number(1) if e == 0 else as_real(v) if abs(e) == 1 else as_real(v) ** abs(e)
            found.append((base, p, number(1)) if e >= 0 else (base, number(1), p))
        return found

    def form(part: str, key: Key, shift: int) -> Term:
        classes: dict[tuple[int, ...], dict[int, Fraction]] = {}
        for u, c in values.items():
            if (u.part, u.key) == (part, key):
                exponents = tuple(units[v][0][u] for v in units)
                classes.setdefault(exponents, {})[u.power] = fraction(c)
        total: Term | None = None
        for exponents, coefficients in classes.items():
            polynomial = _polynomial(i, coefficients, shift)
            piece = quotient(
                Fraction(1), [*parameters(dict(zip(units, exponents, strict=True))), polynomial]
            )
            total = piece if total is None else total + piece
        assert total is not None
        return total

    def forms(part: str, shift: int = 0) -> Forms:
        keys = dict.fromkeys(u.key for u in values if u.part == part)
        return {key: form(part, key, shift) for key in keys}

    start: Forms = {}
    for key, c in ansatz.scaling.start.items():
        start[key] = quotient(fraction(c), parameters({v: units[v][1][key] for v in units}))
    potential: Forms = {}
    for key, coefficient in forms("potential", first).items():
        terms = [cast(Term, t) for t in key[1:]]
        potential[key[0], *(_at(t, i, i + first) if first else t for t in terms)] = coefficient
    return Closed(
        first,
        _at(Potential.of(start).written(), i, number(0, NAT)),
        Potential.of(potential).written(),
        ansatz.scaling.weight(i, first, -1),
        ansatz.scaling.weight(i, first, 1),
        forms("start"),
        forms("step"),
        forms("end"),
    )


def _at(t: Term, i: Term, at: Term) -> Term:
    return with_sums(substitute(t, {i: at}))


def _polynomial(
    i: Term, coefficients: Mapping[int, Fraction], shift: int
) -> tuple[Fraction, Term, Term]:
    """Return Σ c·(i + shift)ᵖ as a number times a quotient, in factors."""
    points = [{i: Fraction(n)} for n in range(_POINTS)]
    table = [
        sum((c * (p[i] + shift) ** e for e, c in coefficients.items()), Fraction(0)) for p in points
    ]
    if not any(table):
        return Fraction(0), number(1), number(1)
    order = sorted(range(_POINTS), key=lambda n: not table[n])
    scale = table[order[0]]
    found = fit_apart(
        [i], [points[n] for n in order], [table[n] / scale for n in order], in_factors=True
    )
    if found is None:
        raise NoForm
    return scale * found[0], found[1], found[2]
