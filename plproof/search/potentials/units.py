"""How the numbers of a potential depend on parameters that are units, as L is: by a power of each.

[untrusted: nothing here is believed, the kernel checks what is made of it]

With 2L for L all that is asked of a potential is the same when gradients and values are doubled:
the vectors and values of a step, and so its coefficients, are multiplied by powers of two, which
solve a linear system.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from plproof.language.terms import Term, as_real, number
from plproof.proof.forms import ZERO, fraction
from plproof.search.all_steps.fit import NoForm, quotient
from plproof.search.all_steps.guess import Forms, Numbers
from plproof.search.potentials.ansatz import Ansatz, Block, Unknown
from plproof.search.potentials.scaling import Scaling
from plproof.search.statements.units import exponent

#: by how much a parameter is multiplied
SIZE = 2
#: a step at which nothing vanishes by accident
_STEPS = (3,)

#: a number of the form, or one of an unknown: with the power that it is multiplied by
_Row = tuple[dict[Hashable, int], int]


class NoUnit(Exception):
    """A parameter is no unit."""


def powers(ansatz: Ansatz, values: Mapping[Unknown, fmpq]) -> dict[Term, dict[Unknown, int]]:
    """Return with which power of each parameter the unknowns grow.  NoUnit: one is no unit."""
    found = {}
    windows, first, degree = ansatz.windows, ansatz.start, ansatz.degree
    for v in windows.stated.parameters:
        base = ansatz.values
        larger = {**base, v: number(Fraction(base[v].data) * SIZE)}
        scaled = Scaling(windows, larger)
        if any(scaled.ratio(n) != ansatz.scaling.ratio(n) for n in scaled.numbers):
            raise NoUnit
        before, after = (
            Ansatz(windows, at, how, first, degree, _STEPS)
            for at, how in ((base, ansatz.scaling), (larger, scaled))
        )
        rows: list[_Row] = []
        for n, (one, two) in enumerate(zip(before.blocks, after.blocks, strict=True)):
            rows += _rows(n, one, two, list(values))
        solved = _solved(rows)
        found[v] = {u: solved.get(u, 0) for u in values}
    return found


def _rows(n: int, one: Block, two: Block, unknowns: Sequence[Unknown]) -> list[_Row]:
    """Return what says of a block that it is the same in other units."""
    if one.size != two.size:
        raise NoUnit
    rows: list[_Row] = []
    for u in (None, *unknowns):
        before, after = (b.fixed if u is None else b.columns.get(u) for b in (one, two))
        if before is None or after is None:
            if before is not after:
                raise NoUnit
            continue
        pairs: list[tuple[str, dict[Any, fmpq], dict[Any, fmpq]]] = [
            ("gram", before.grams, after.grams),
            ("value", before.values, after.values),
        ]
        for kind, here, there in pairs:
            for key in dict.fromkeys([*here, *there]):
                c, d = here.get(key, ZERO), there.get(key, ZERO)
                if not c and not d:
                    continue
                row: dict[Hashable, int] = {}
                for a in key if kind == "gram" else (key,):
                    row[kind, n, a] = row.get((kind, n, a), 0) + 1
                if u is not None:
                    row[u] = -1
                rows.append((row, _power(c, d)))
    return rows


def _power(c: fmpq, d: fmpq) -> int:
    """Return n with d = 2ⁿ·c."""
    if not c or not d:
        raise NoUnit
    found = exponent(fraction(d / c), SIZE)
    if found is None:
        raise NoUnit
    return found


def _solved(rows: Sequence[_Row]) -> dict[Hashable, int]:
    """Return whole numbers that solve the equations, 0 where they are free."""
    names = {
        name: n for n, name in enumerate(dict.fromkeys(name for row, _ in rows for name in row))
    }
    table = fmpq_mat(len(rows), len(names) + 1)
    for r, (row, right) in enumerate(rows):
        for name, c in row.items():
            table[r, names[name]] = c
        table[r, len(names)] = right
    reduced, rank = table.rref()
    found: dict[Hashable, int] = dict.fromkeys(names, 0)
    order = list(names)
    for r in range(rank):
        pivot = next(c for c in range(len(names) + 1) if reduced[r, c])
        value = reduced[r, len(names)]
        if pivot == len(names) or value.q != 1:
            if pivot != len(names) and not isinstance(order[pivot], Unknown):
                continue  # half a power of a vector
            raise NoUnit
        found[order[pivot]] = int(value.p)
    return found


# ---------------------------------------------------------------- closed forms
def in_units(
    forms: Forms,
    pairs: Mapping[Term, Sequence[tuple[Numbers, Numbers]]],
    base: Mapping[Term, Term],
) -> Forms:
    """Return closed forms at the first values of the parameters as such at all values.

    ``pairs`` are, by parameter, numbers there, and with that parameter times ``SIZE``.  NoForm: a
    number is not multiplied by the same power of it everywhere.
    """
    found: Forms = {}
    for key, form in forms.items():
        factors: list[tuple[Fraction, Term, Term]] = []
        for v, both in pairs.items():
            known = {
                exponent(fraction(there[key] / here[key]), SIZE)
                for here, there in both
                if key in here and key in there
            }
            n = known.pop() if len(known) == 1 else 0 if not known else None
            if n is None:
                raise NoForm
            power = number(1) if n == 0 else as_real(v) if abs(n) == 1 else as_real(v) ** abs(n)
            sides = (power, number(1)) if n >= 0 else (number(1), power)
            factors.append((Fraction(base[v].data) ** -n, *sides))
        found[key] = _times(form, factors)
    return found


def _times(form: Term, factors: Sequence[tuple[Fraction, Term, Term]]) -> Term:
    """Return a closed form times factors, as one quotient."""
    if form.op == "neg":
        return -_times(form.args[0], factors)
    scale, above, below = Fraction(1), *(form.args if form.op == "div" else (form, number(1)))
    if above.op == "mul" and above.args[0].op == "num" and len(above.args) == 2:
        scale, above = scale * Fraction(above.args[0].data), above.args[1]
    if above.op == "num":
        scale, above = scale * Fraction(above.data), number(1)
    if below.op == "num":
        scale, below = scale / Fraction(below.data), number(1)
    return quotient(scale, [*factors, (Fraction(1), above, below)])
