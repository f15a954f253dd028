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
from plproof.search.all_steps.numbers import AtNumber, Family, Key, at_step
from plproof.search.many_points.reading import NotSuited
from plproof.search.potentials.ansatz import Ansatz, Unknown, form_of
from plproof.search.potentials.constants import apart
from plproof.search.potentials.scaling import Scaling
from plproof.search.potentials.simple import simplified
from plproof.search.potentials.units import SIZE, NoUnit, in_units, powers
from plproof.search.potentials.windows import Values
from plproof.search.statements.premises import with_sums

#: at how many steps numbers are read off, and at other parameters than the first
_STEPS, _FEW, _VALUES = 12, 3, 6
#: the key of a proof of which only the inequalities have closed forms
OPEN: Key = ("open",)
#: the key of the number alone
_ALONE: Key = ("alone",)


@dataclass(frozen=True)
class Closed:
    """A potential V(k) for k = i + ``first``, in closed form in i, with numbers of proofs: of
    V(``first``) ≤ D(x_0), which is ``start``, of one step, and of a(N)·A(x_N) ≤ V(N).

    ``weight`` is 1/a(N) for N = i + ``first`` and ``inverse`` a(N); the upper side is D/a(N) and
    ``alone``/a(N).  No numbers are told for the start where it is found by itself.
    """

    first: int
    start: Term
    potential: Term
    weight: Term
    inverse: Term
    alone: Term
    at_start: Forms | None
    step: Forms
    end: Forms


class Solved:
    """Numbers for the unknowns of an ansatz, at some values of the parameters.

    From those at the first values the others follow where parameters are units; else the same
    unknowns are solved for again.
    """

    def __init__(
        self, ansatz: Ansatz, numbers: Mapping[Unknown, fmpq], everywhere: Sequence[Values]
    ) -> None:
        """Raises NotSuited where the unknowns will not do at other values."""
        self.windows = ansatz.windows
        self._numbers: dict[tuple[Term, ...], Mapping[Unknown, fmpq]] = {}
        self._scaled: dict[tuple[Term, ...], Scaling] = {}
        try:
            sizes = powers(ansatz, numbers)
        except NoUnit:
            sizes = None
        #: whether all parameters are units
        self.in_units = sizes is not None
        for values in everywhere:
            at = self._at(values)
            self._scaled[at] = Scaling(ansatz.windows, values)
            if values == ansatz.values:
                self._numbers[at] = numbers
            elif sizes is not None:
                self._numbers[at] = {
                    u: c * _size({v: e[u] for v, e in sizes.items()}, values, ansatz.values)
                    for u, c in numbers.items()
                }
            else:
                scaling, first, degree = self._scaled[at], ansatz.start, ansatz.degree
                again = Ansatz(ansatz.windows, values, scaling, first, degree, only=numbers)
                found = simplified(again)
                if found is None:
                    raise NotSuited("other inequalities at other parameters")
                self._numbers[at] = found

    def _at(self, values: Values) -> tuple[Term, ...]:
        return tuple(values[v] for v in self.windows.stated.parameters)

    def scaling(self, values: Values) -> Scaling:
        """Return how the right side depends on N."""
        return self._scaled[self._at(values)]

    def weights(self, part: str, n: int, values: Values) -> Numbers:
        """Return what is not 0 of a part at k or N, as ``n``."""
        found: Numbers = {}
        for u, c in self._numbers[self._at(values)].items():
            if u.part == part:
                found[u.key] = found.get(u.key, ZERO) + c * fmpq(n) ** u.power
        return {key: c for key, c in found.items() if c}

    def potential(self, k: int, values: Values) -> Form:
        """Return V(k)."""
        return form_of(self.weights("potential", k, values))


def _size(power_of: Mapping[Term, int], values: Values, base: Values) -> fmpq:
    size = ONE
    for v, e in power_of.items():
        size *= exactly(Fraction(values[v].data) / Fraction(base[v].data)) ** e
    return size


def closed(ansatz: Ansatz, numbers: Mapping[Unknown, fmpq]) -> Closed:
    """Return the closed forms of exact numbers.  NoForm, NotSuited: there are none."""
    windows, first, scaling = ansatz.windows, ansatz.start, ansatz.scaling
    stated, i = windows.stated, windows.stated.claim.step
    base = ansatz.values
    twice = [{**base, v: number(Fraction(base[v].data) * SIZE)} for v in stated.parameters]
    everywhere = [*stated.values()[: _VALUES + 1], *twice]
    solved = Solved(ansatz, numbers, everywhere)
    vectors, one = windows.vectors(ansatz.values), windows.one

    def at(k: int, span: int, values: Values) -> AtNumber:
        return windows.at(k, span, values)

    def known(here: AtNumber) -> list[Term]:
        return [*vectors, *(v for v in here.known()[1] if v not in vectors)]

    def fitted(make: Callable[[int, Values], Numbers], low: int) -> Forms:
        """Return closed forms in i of what is made of k = i + first and parameters."""

        def table_of(several: Sequence[Values], steps: int) -> tuple[Samples, dict[Place, Numbers]]:
            known = [] if solved.in_units else stated.parameters
            samples, table = Samples([i], known), dict[Place, Numbers]()
            for values in several:
                for k in range(low, low + (steps if values == base else _FEW)):
                    point = {v: Fraction(values[v].data) for v in known}
                    point[i] = Fraction(k - first)
                    samples.add(point)
                    table[at_place(point)] = make(k, values)
            return samples, table

        if solved.in_units:
            samples, table = table_of([base], _STEPS)
            plain = forms_of(samples, table)
            few = [(k, table[Fraction(k - first),]) for k in range(low, low + _FEW)]
            sizes = [[(here, make(k, more)) for k, here in few] for more in twice]
            return in_units(plain, dict(zip(stated.parameters, sizes, strict=True)), base)
        samples, table = table_of(everywhere[: len(everywhere) - len(twice)], _STEPS)
        try:
            return forms_of(samples, table)
        except NoForm:  # what is found as the kernel's proof is made need not have one
            weights = {
                at: {k: c for k, c in t.items() if k[0] == "instance"} for at, t in table.items()
            }
            if not any(weights.values()):
                raise
            return samples.all_fitted(weights) | {OPEN: number(1)}

    def later(forms: Forms) -> Forms:
        return {_later(key, i, first): c for key, c in forms.items()}

    def begin(_: int, values: Values) -> Numbers:
        here = windows.at(0, first, values, own=True)  # as the kernel knows them
        ledger = Ledger(here).form(form_of(solved.scaling(values).start), 0)
        ledger.form(solved.potential(first, values), first, -ONE)
        same = windows.at(0, first, values).same
        weights = {_own(k, here, same): c for k, c in solved.weights("start", 0, values).items()}
        return _proof(ledger, known(here), weights, 0, range(first, -1, -1))

    def step(k: int, values: Values) -> Numbers:
        here = at(k, 1, values)
        ledger = Ledger(here).form(solved.potential(k, values), k)
        ledger.form(solved.potential(k + 1, values), k + 1, -ONE)
        return _proof(ledger, known(here), solved.weights("step", k - first, values), k, (k + 1, k))

    def end(k: int, values: Values) -> Numbers:
        here = at(k, 0, values)
        ledger = Ledger(here).form(solved.potential(k, values), k)
        ledger.scalar(here.lower, -1 / scaling.ratio(k))
        if one is not None:
            ledger.product(one, one, alone(k, values).get(_ALONE, ZERO))
        return _proof(ledger, known(here), solved.weights("end", k - first, values), k, (k,))

    def alone(k: int, values: Values) -> Numbers:
        c = solved.scaling(values).alone(k)
        return {_ALONE: c} if c else {}

    def potential(k: int, values: Values) -> Numbers:
        numbers, c = apart(dict(numbers_of(solved.potential(k, values))), one)
        return numbers | ({_ALONE: c} if c else {})

    def squares(k: int, values: Values) -> Numbers:
        return _in_squares(potential(k, values), vectors)

    def far(_: int, values: Values) -> Numbers:
        return dict(solved.scaling(values).start)

    start = _written(fitted(far, 0))
    try:
        written = _written(later(fitted(squares, first)))
    except (NoForm, NotSuited):
        written = _written(later(fitted(potential, first)))
    try:
        at_start = fitted(begin, 0)
    except (NoForm, NotSuited):  # points meet
        at_start = None
    ends = max(first, scaling.first)
    return Closed(
        first,
        with_sums(substitute(start, {i: number(0, NAT)})),
        written,
        scaling.weight(i, first, -1),
        scaling.weight(i, first, 1),
        fitted(alone, ends).get(_ALONE, number(0)),
        at_start,
        later(fitted(step, first + 1)),  # points may meet in the first
        later(fitted(end, ends + 1)),
    )


def _proof(
    ledger: Ledger, vectors: Sequence[Term], weights: Numbers, now: int, steps: Sequence[int]
) -> Numbers:
    """Return the numbers of the proof that a form is not negative."""
    here = ledger.here
    for key, c in weights.items():
        template, places = here.instance(cast(Family, key[1]), now)
        if len(places) != template.arity:
            raise NotSuited("a point that is no place")
        ledger.instance((template, places), -c)
    rest = certificate(ledger, vectors, now, *steps)
    if rest is None:
        raise NotSuited("what is left is not made up by squares of what is known")
    return weights | rest


def _own(key: Key, here: AtNumber, same: Mapping[Term, Term]) -> Key:
    """Return an inequality at the start with points by the names under which they are places."""
    q, r, shift, points = cast(Family, key[1])
    named = []
    for point in points:
        at = here.at_point(point, 0)
        names = [at, *(m for m, other in same.items() if other == at)]
        own = next((m for m in names if m in here.setting.points), None)
        if own is None:
            raise NotSuited("a point that is no place")
        named.append(at_step(own, here.step, 0))
    return key[0], (q, r, shift, tuple(named))


def _in_squares(numbers: Numbers, vectors: Sequence[Term]) -> Numbers:
    """Return the numbers of a form whose quadratic part is one of fewer squares than products."""
    place = {v: n for n, v in enumerate(vectors)}
    form = form_of(numbers)
    grams = {(place[a], place[b]): c for (a, b), c in form.grams.items()}
    done = eliminated(grams, range(len(vectors)))
    if done is None or len(done[0]) >= len(grams):
        raise NotSuited("it has no squares, or is made of them")
    found: Numbers = {key: c for key, c in numbers.items() if key[0] != "gram"}
    for n, (d, line) in enumerate(done[0]):
        found["square", n] = d
        found |= {("in square", n, vectors[a]): c for a, c in line.items()}
    return found


def _written(forms: Forms) -> Term:
    """Return what is given by values, products, squares and a number alone as a term."""
    plain = {key: c for key, c in forms.items() if key[0] in ("gram", "value")}
    total = Potential.of(plain).written() if plain else None
    for key, c in forms.items():
        if key[0] == "square":
            inside: Term | None = None
            parts = [(d, k[2]) for k, d in forms.items() if k[:2] == ("in square", key[1])]
            for d, v in sorted(parts, key=lambda part: part[0] != number(1)):
                inside = plus(inside, d, cast(Term, v))
            assert inside is not None
            total = plus(total, c, sq(inside))
    if _ALONE in forms:
        c = forms[_ALONE]
        if total is None:
            return c
        total = total - c.args[0] if c.op == "neg" else total + c
    return number(0) if total is None else total


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
