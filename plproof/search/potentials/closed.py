"""A potential in closed form, and the numbers of its proof: in the step and the parameters.

[untrusted: they are guesses until the kernel has checked the proof made with them]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from flint import fmpq

from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.syntax import sq
from plproof.language.terms import Term, number
from plproof.proof.forms import ONE, ZERO, exactly
from plproof.search.all_steps.cut import Form, Ledger, certificate, eliminated
from plproof.search.all_steps.fit import NoForm, Place, Samples, at_place
from plproof.search.all_steps.guess import Forms, Numbers, Potential, forms_of, numbers_of, plus
from plproof.search.all_steps.numbers import AtNumber, Family, Key
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.ansatz import Ansatz, Unknown
from plproof.search.potentials.units import powers
from plproof.search.potentials.windows import Values
from plproof.search.statements.premises import with_sums

#: at how many steps numbers are read off, and at other parameters than the first
_STEPS, _FEW, _VALUES = 12, 3, 6


@dataclass(frozen=True)
class Closed:
    """A potential V(k) for k = i + ``first``, in closed form in i, with numbers of proofs: of
    V(``first``) ≤ D(x_0), which is ``start``, of one step, and of a(N)·A(x_N) ≤ V(N).

    ``weight`` is 1/a(N) for N = i + ``first`` and ``inverse`` a(N).
    """

    first: int
    start: Term
    potential: Term
    weight: Term
    inverse: Term
    at_start: Forms
    step: Forms
    end: Forms


class Solved:
    """Numbers for the unknowns of an ansatz, at all values of the parameters."""

    def __init__(self, ansatz: Ansatz, numbers: Mapping[Unknown, fmpq]) -> None:
        """Find out how they depend on the parameters.  NoUnit: it is not by a power of each."""
        self.ansatz, self.numbers = ansatz, dict(numbers)
        self._powers = powers(ansatz, numbers)

    def weights(self, part: str, n: int, values: Values) -> Numbers:
        """Return what is not 0 of a part at k or N, as ``n``."""
        found: Numbers = {}
        for u, c in self.numbers.items():
            if u.part == part:
                size = (
                    c
                    * fmpq(n) ** u.power
                    * self._size({v: e[0][u] for v, e in self._powers.items()}, values)
                )
                found[u.key] = found.get(u.key, ZERO) + size
        return {key: c for key, c in found.items() if c}

    def potential(self, k: int, values: Values) -> Form:
        """Return V(k)."""
        return _form(self.weights("potential", k, values))

    def start(self, values: Values) -> Form:
        """Return D."""
        sizes = {
            key: c * self._size({v: e[1][key] for v, e in self._powers.items()}, values)
            for key, c in self.ansatz.scaling.start.items()
        }
        return _form(sizes)

    def _size(self, power_of: Mapping[Term, int], values: Values) -> fmpq:
        size = ONE
        for v, e in power_of.items():
            ratio = Fraction(values[v].data) / Fraction(self.ansatz.values[v].data)
            size *= exactly(ratio) ** e
        return size


def closed(ansatz: Ansatz, numbers: Mapping[Unknown, fmpq]) -> Closed:
    """Return the closed forms of exact numbers.  NoForm, NoUnit, NotSuited: there are none."""
    solved = Solved(ansatz, numbers)
    windows, first, scaling = ansatz.windows, ansatz.start, ansatz.scaling
    stated, i = windows.stated, windows.stated.claim.step
    everywhere = stated.values()[: _VALUES + 1]
    vectors = windows.vectors(ansatz.values)

    def at(k: int, span: int, values: Values) -> AtNumber:
        return windows.at(k, span, values)

    def known(here: AtNumber) -> list[Term]:
        return [*vectors, *(v for v in here.known()[1] if v not in vectors)]

    def fitted(make: Callable[[int, Values], Numbers], low: int) -> Forms:
        """Return closed forms in i of what is made of k = i + first and parameters."""
        samples, table = Samples([i], stated.parameters), dict[Place, Numbers]()
        for values in everywhere:
            for k in range(low, low + (_STEPS if values == everywhere[0] else _FEW)):
                point = {v: Fraction(t.data) for v, t in values.items()} | {i: Fraction(k - first)}
                samples.add(point)
                table[at_place(point)] = make(k, values)
        return forms_of(samples, table)

    def later(forms: Forms) -> Forms:
        return {_later(key, i, first): c for key, c in forms.items()}

    def begin(_: int, values: Values) -> Numbers:
        here = at(0, first, values)
        ledger = Ledger(here).form(solved.start(values), 0)
        ledger.form(solved.potential(first, values), first, -ONE)
        return _proof(
            ledger, known(here), solved.weights("start", 0, values), 0, range(first, -1, -1)
        )

    def step(k: int, values: Values) -> Numbers:
        here = at(k, 1, values)
        ledger = Ledger(here).form(solved.potential(k, values), k)
        ledger.form(solved.potential(k + 1, values), k + 1, -ONE)
        return _proof(ledger, known(here), solved.weights("step", k - first, values), k, (k + 1, k))

    def end(k: int, values: Values) -> Numbers:
        here = at(k, 0, values)
        ledger = Ledger(here).form(solved.potential(k, values), k)
        ledger.scalar(here.lower, -1 / scaling.ratio(k))
        return _proof(ledger, known(here), solved.weights("end", k - first, values), k, (k,))

    def potential(k: int, values: Values) -> Numbers:
        return dict(numbers_of(solved.potential(k, values)))

    def squares(k: int, values: Values) -> Numbers:
        return _in_squares(solved.potential(k, values), vectors)

    def far(_: int, values: Values) -> Numbers:
        return dict(numbers_of(solved.start(values)))

    start = Potential.of(fitted(far, 0)).written()
    try:
        written = _written(later(fitted(squares, first)))
    except (NoForm, NotSuited):
        written = Potential.of(later(fitted(potential, first))).written()
    return Closed(
        first,
        with_sums(substitute(start, {i: number(0, NAT)})),
        written,
        scaling.weight(i, first, -1),
        scaling.weight(i, first, 1),
        fitted(begin, 0),
        later(fitted(step, first)),
        later(fitted(end, max(first, scaling.first))),
    )


def _proof(
    ledger: Ledger, vectors: Sequence[Term], weights: Numbers, now: int, steps: Sequence[int]
) -> Numbers:
    """Return the numbers of the proof that a form is not negative."""
    here = ledger.here
    for key, c in weights.items():
        ledger.instance(here.instance(cast(Family, key[1]), now), -c)
    rest = certificate(ledger, vectors, now, *steps)
    if rest is None:
        raise NotSuited("what is left is not made up by squares of what is known")
    return weights | rest


def _in_squares(form: Form, vectors: Sequence[Term]) -> Numbers:
    """Return the numbers of a form whose quadratic part is one of fewer squares than products."""
    place = {v: n for n, v in enumerate(vectors)}
    grams = {(place[a], place[b]): c for (a, b), c in form.grams.items()}
    done = eliminated(grams, range(len(vectors)))
    if done is None or len(done[0]) >= len(grams):
        raise NotSuited("it has no squares, or is made of them")
    numbers: Numbers = dict(numbers_of(Form({}, form.values)))
    for n, (d, line) in enumerate(done[0]):
        numbers["square", n] = d
        numbers |= {("in square", n, vectors[a]): c for a, c in line.items()}
    return numbers


def _written(forms: Forms) -> Term:
    """Return a potential that is given by values and squares as a term."""
    values = {key: c for key, c in forms.items() if key[0] == "value"}
    total = Potential.of(values).written() if values else None
    for key, c in forms.items():
        if key[0] == "square":
            inside: Term | None = None
            parts = [(d, k[2]) for k, d in forms.items() if k[:2] == ("in square", key[1])]
            for d, v in sorted(parts, key=lambda part: part[0] != number(1)):
                inside = plus(inside, d, cast(Term, v))
            assert inside is not None
            total = plus(total, c, sq(inside))
    assert total is not None
    return total


def _form(numbers: Numbers) -> Form:
    grams = {
        (cast(Term, key[1]), cast(Term, key[2])): c
        for key, c in numbers.items()
        if key[0] == "gram"
    }
    return Form(grams, {cast(Term, key[1]): c for key, c in numbers.items() if key[0] == "value"})


def _later(key: Key, i: Term, first: int) -> Key:
    """Return a key that speaks of the step i + first in place of i."""

    def moved(part: object) -> object:
        if isinstance(part, Term):
            return with_sums(substitute(part, {i: i + first}))
        if isinstance(part, tuple):
            q, r, shift, *points = part
            shift = None if shift is None else shift + first
            return (q, r, shift, *(tuple(moved(t) for t in group) for group in points))
        return part

    return tuple(moved(part) for part in key) if first else key
