"""Cutting a proof for N steps into steps: potentials, and what is left of each step, exactly.

[untrusted: nothing here is believed, the kernel checks what is made of it]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flint import fmpq, fmpq_mat

from plproof.kernel.thm import Thm
from plproof.language.terms import Term
from plproof.proof.forms import ONE, ZERO, Combination, Elimination, Entries, Line, add, add_gram
from plproof.search.all_steps.numbers import AtNumber, Key, at_step, indices
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Instance

#: d·‖v‖², the vector by numbers of known ones
Squares = list[tuple[fmpq, Line]]


class Form(NamedTuple):
    """A quadratic form by pairs of vectors known at a step, and values by terms, as f(x[i])."""

    grams: dict[tuple[Term, Term], fmpq]
    values: dict[Term, fmpq]


class Ledger:
    """What is left of a claim at numbers: by atoms, and Gram entries in the basis; values."""

    def __init__(self, here: AtNumber) -> None:
        self.here = here
        self.atoms: Entries = {}
        self.grams: Entries = {}
        self.values: Line = {}

    def scalar(self, scalar: Combination, factor: fmpq = ONE) -> Ledger:
        """Add a multiple of a scalar."""
        setting, shown = self.here.setting, self.here.shown
        for key, c in scalar.items():
            if isinstance(key, int):
                if key not in setting.value:
                    raise NotSuited("a value at another point")
                add(self.values, {setting.value[key]: c}, factor)
            else:
                add(self.atoms, {key: c}, factor)
                u, v = (shown({a: ONE}) for a in key)
                _add_product(self.grams, u, v, c * factor)
        return self

    def instance(self, instance: Instance, factor: fmpq) -> Ledger:
        """Add a multiple of the slack of an instance."""
        setting = self.here.setting
        slots, column = setting.slots(instance), setting.column(instance)
        add(self.atoms, setting.spread(slots.grams, setting.lines), factor)
        add(self.grams, column.grams, factor)
        add(self.values, column.values, factor)
        return self

    def form(self, form: Form, i: int, factor: fmpq = ONE) -> Ledger:
        """Add a multiple of a form in what is known at the i-th point."""
        for (a, b), c in form.grams.items():
            self.product(self.here.at_point(a, i), self.here.at_point(b, i), c * factor)
        for t, c in form.values.items():
            self.scalar(self.here.scalar(self.here.at_point(t, i)), c * factor)
        return self

    def product(self, a: Term, b: Term, factor: fmpq) -> Ledger:
        """Add a multiple of ⟨a, b⟩.  NotSuited: the basis has no such vector."""
        pairs = [self.here.vector(v) for v in (a, b)]
        if None in pairs:
            raise NotSuited("a vector that is not in the basis")
        (u, shown_u), (v, shown_v) = (pair for pair in pairs if pair is not None)
        _add_product(self.atoms, u, v, factor)
        _add_product(self.grams, shown_u, shown_v, factor)
        return self


def _add_product(total: Entries, u: Line, v: Line, factor: fmpq) -> None:
    """Add factor·⟨u, v⟩ to Gram entries in place; what becomes zero is left out."""
    entries: Entries = {}
    add_gram(entries, u, v, factor)
    add(total, entries)


def independent(lines: Sequence[Line | None], size: int) -> list[int]:
    """Return the numbers of vectors that are linearly independent of those before them."""
    there = [n for n, line in enumerate(lines) if line]
    table = fmpq_mat(size, len(there))
    for column, n in enumerate(there):
        line = lines[n]
        assert line is not None
        for a, c in line.items():
            table[a, column] = c
    reduced, rank = table.rref()
    return [there[next(c for c in range(len(there)) if reduced[r, c])] for r in range(rank)]


def in_vectors(grams: Entries, lines: Sequence[Line], size: int) -> Entries | None:
    """Return a quadratic form by pairs of independent vectors, None when it is not in their span.

    Entries stand for both orders: c for the pair (a, b) is c·⟨a, b⟩.
    """
    r = len(lines)
    if not r:
        return None if any(grams.values()) else {}
    table = fmpq_mat(r, size)
    for n, line in enumerate(lines):
        for a, c in line.items():
            table[n, a] = c
    reduced, _ = table.rref()
    pivots = [next(c for c in range(size) if reduced[n, c]) for n in range(r)]
    square, inner = fmpq_mat(r, r), fmpq_mat(r, r)
    whole = {}
    for (a, b), c in grams.items():
        half = c if a == b else c / 2
        whole[a, b] = whole[b, a] = half
    for n in range(r):
        for m, p in enumerate(pivots):
            square[n, m] = table[n, p]
            inner[n, m] = whole.get((pivots[n], p), ZERO)
    inverse = square.inv()
    found = inverse.transpose() * inner * inverse  # table = square on the pivots
    # form = tableᵀ·found·table, and squareᵀ·found·square is what it is on the pivots
    again = table.transpose() * found * table
    for a in range(size):
        for b in range(size):
            if again[a, b] != whole.get((a, b), ZERO):
                return None
    return {
        (n, m): found[n, m] * (1 if n == m else 2)
        for n in range(r)
        for m in range(n, r)
        if found[n, m]
    }


def eliminated(grams: Entries, order: Sequence[int]) -> tuple[Squares, Entries] | None:
    """Return squares that use up the vectors in order, and what is left; None: it is not positive.

    What is left is the least of the form over those vectors: a Schur complement.
    """
    left = {(a, b): c if a == b else c / 2 for (a, b), c in grams.items() if c}
    left |= {(b, a): c for (a, b), c in left.items()}
    squares: Squares = []
    for a in order:
        row = {m: c for (n, m), c in left.items() if n == a}
        if not row:
            continue
        d = row.get(a, ZERO)
        if d <= 0:
            return None
        squares.append((d, {m: c / d for m, c in row.items()}))
        for m, c in row.items():
            for n, e in row.items():
                value = left.get((m, n), ZERO) - c * e / d
                if value:
                    left[m, n] = value
                else:
                    left.pop((m, n), None)
    return squares, {(a, b): c if a == b else 2 * c for (a, b), c in left.items() if a <= b}


# ---------------------------------------------------------------- what is left of one step
def known_at(here: AtNumber, vectors: Sequence[Term], *steps: int) -> list[Term]:
    """Return known vectors at those numbers of steps that are independent of those before them."""
    names = [here.at_point(v, i) for i in steps for v in vectors]
    lines = [None if pair is None else pair[1] for pair in map(here.vector, names)]
    return [names[n] for n in independent(lines, len(here.setting.basis))]


def _in_known(ledger: Ledger, names: Sequence[Term]) -> Entries | None:
    """Return what is left by pairs of known vectors that are independent, None if it is not."""
    here = ledger.here
    shown = [pair[1] for pair in map(here.vector, names) if pair is not None]
    return in_vectors(ledger.grams, shown, len(here.setting.basis))


def potential(
    ledger: Ledger, vectors: Sequence[Term], i: int, before: int | None
) -> tuple[Form, bool] | None:
    """Return the least of what is left over all vectors not known at the i-th point.

    ``before`` is the number of a step the vectors of which may be in it too.  None: it is not of
    that form.  The second part says whether all of the ``vectors`` are there and independent.
    """
    here = ledger.here
    names = known_at(here, vectors, *([i] if before is None else [i, before]))
    kept = known_at(here, vectors, i)
    grams = _in_known(ledger, names)
    if grams is None:
        return None
    least = eliminated(grams, range(len(kept), len(names)))
    if least is None:
        return None
    values = {}
    for place, c in ledger.values.items():
        t = here.value(place)
        if any(k != i for k in indices(t)):
            return None
        values[at_step(t, here.step, i)] = c
    named = [at_step(v, here.step, i) for v in kept]
    pairs = {(named[a], named[b]): c for (a, b), c in least[1].items()}
    return Form(pairs, values), len(kept) == len(vectors)


def without(form: Form, needed: Form, apart: tuple[Term, Term]) -> Form | None:
    """Return a form between one and minus another without the product of two vectors, or None."""
    here, there = (f.grams.get(apart, f.grams.get(apart[::-1], ZERO)) for f in (form, needed))
    if not here:
        return form
    if not here + there:
        return None
    part = here / (here + there)  # form + part·(−needed − form) has no such product
    if not 0 <= part <= 1:
        return None
    grams = {pair: c * (1 - part) for pair, c in form.grams.items()}
    add(grams, needed.grams, -part)
    return Form(grams, form.values)


def certificate(
    ledger: Ledger, vectors: Sequence[Term], now: int, *steps: int
) -> dict[Key, fmpq] | None:
    """Return the numbers of squares and equations that make up what is left, or None.

    Keys speak of the step i where the number ``now`` is meant.  The vectors at the last of the
    ``steps`` are used up first.
    """
    here = ledger.here
    if ledger.values:
        return None
    names = known_at(here, vectors, *steps)
    grams = _in_known(ledger, names)
    done = None if grams is None else eliminated(grams, range(len(names) - 1, -1, -1))
    if done is None:
        return None
    numbers: dict[Key, fmpq] = {}
    named = [at_step(v, here.step, now) for v in names]
    residual = Ledger(here)
    add(residual.atoms, ledger.atoms)
    for d, line in done[0]:
        first = named[max(line)]
        numbers["square", first] = d
        for a in sorted(line, reverse=True):
            numbers["in square", first, named[a]] = line[a]
            for b in line:
                residual.product(names[a], names[b], -d * line[a] * line[b])
    equations = _multipliers(residual, now)
    return None if equations is None else numbers | equations


def _multipliers(residual: Ledger, now: int) -> dict[Key, fmpq] | None:
    """Return multiples of equations that make up Gram entries by atoms, of what they speak of, or
    of all others where these do not do.

    None: they do not vanish by these.
    """
    reading = residual.here.setting.reading
    atoms = {a for pair, c in residual.atoms.items() if c for a in pair}
    lines = {thm: reading.slack(*thm.conclusion.args) for thm in residual.here.setting.equations}
    few = {thm: line for thm, line in lines.items() if line.keys() <= atoms}
    found = _multiples_of(few, residual, now)
    return _multiples_of(lines, residual, now) if found is None and few != lines else found


def _multiples_of(
    equations: Mapping[Thm, Line], residual: Ledger, now: int
) -> dict[Key, fmpq] | None:
    """Return multiples of those equations that make up Gram entries, or None."""
    here, reading = residual.here, residual.here.setting.reading
    atoms = {a for pair, c in residual.atoms.items() if c for a in pair}
    atoms |= {a for line in equations.values() for a in line}
    names = {a: at_step(reading.term(a), here.step, now) for a in atoms}
    order = sorted(atoms, key=lambda a: (reading.kinds[a] in ("grad", "app"), f"{names[a]}", a))
    place = {a: n for n, a in enumerate(order)}
    keys, lines = [], []
    for thm, line in equations.items():
        q, r, k = here.theorems[thm]
        keys.append((q, r, None if k is None else k - now))
        lines.append({place[a]: c for a, c in line.items()})
    local = Elimination(lines, lambda a: reading.kinds[order[a]] in ("grad", "app"))
    found: dict[int, Line] = {}
    left: Entries = {}
    for (a, b), c in residual.atoms.items():
        a, b = sorted((place[a], place[b]))
        for e, times in local.multiples(b).items():
            add(found.setdefault(e, {}), {a: ONE}, c * times)
        short = local.reduced({b: ONE})
        for e, times in local.multiples(a).items():
            add(found.setdefault(e, {}), short, c * times)
        _add_product(left, local.reduced({a: ONE}), short, c)
    if left:
        return None
    return {
        ("in equation", keys[e], names[order[a]]): line[a]
        for e, line in sorted(found.items())
        for a in sorted(line)
    }
