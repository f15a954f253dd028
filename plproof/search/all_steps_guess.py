"""Potentials and multipliers for all i and N, read off proofs at a few N.

[untrusted: they are guesses until the kernel has checked the proof made with them]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, number
from plproof.search.all_steps_cut import Form, Ledger, certificate, potential
from plproof.search.all_steps_fit import NoForm, Point, Samples
from plproof.search.all_steps_numbers import AtNumber, Family, Key, Stated
from plproof.search.parameters import evaluated, samples
from plproof.search.reading import ONE, ZERO, NotSuited, exactly, fraction

#: up to which N proofs are looked for, and with other values of the parameters
_STEPS, _FEW = 9, 3
#: values of the parameters
_VALUES = 9
#: at how many steps it is seen which inequalities are used
_SEEN = 4

Numbers = dict[Key, fmpq]
Forms = dict[Key, Term]


@dataclass(frozen=True)
class Guess:
    """A potential V(i, N), by pairs of known vectors and by values, and the numbers of proofs:
    of V(0) ≤ the upper side, of one step, and of the lower side ≤ V(N).
    """

    grams: dict[tuple[Term, Term], Term]
    values: dict[Term, Term]
    start: Forms
    step: Forms
    end: Forms


@dataclass(frozen=True)
class _Cut:
    """A proof at numbers, cut into steps."""

    here: AtNumber
    potentials: list[tuple[Form, bool]]
    weights: dict[tuple[Family, int], fmpq]

    def used(self, ledger: Ledger, at: int) -> tuple[Ledger, Numbers]:
        """Take from a ledger what a step uses."""
        numbers: Numbers = {}
        for (family, used), c in self.weights.items():
            if used == at:
                ledger.instance(self.here.instance(family, used), -c)
                numbers["instance", family] = c
        return ledger, numbers


def guesses(stated: Stated) -> Iterator[Guess]:
    """Yield guesses, the simplest first."""
    values = _parameter_values(stated)
    if not values:
        return
    for cut in ("late", "early"):
        for slopes in (False, True):
            try:
                found = _guess(stated, values, cut, slopes)
            except (NoForm, NotSuited):
                continue
            if found is not None:
                yield found


def _parameter_values(stated: Stated) -> list[dict[Term, Term]]:
    """Return values of the parameters, the simplest first: all are 1 where that is allowed."""
    found: list[dict[Term, Term]] = []
    for values in samples(stated.parameters, stated.region, simple_only=True):
        if values not in found:
            found.append(values)
        if not values or len(found) == _VALUES:
            break
    return sorted(found, key=lambda v: sum(abs(Fraction(t.data) - 1) for t in v.values()))


def _guess(
    stated: Stated, values: Sequence[Mapping[Term, Term]], cut: str, slopes: bool
) -> Guess | None:
    claim = stated.claim
    low = max(claim.first, 1)
    seen = stated.at(low + _SEEN - 1, values[0])
    weights = seen.weights(None, cut)
    if not weights:
        return None
    families = list(dict.fromkeys(family for family, _ in weights))
    members, gradients = seen.known()
    vectors = members + (gradients if slopes else [])
    made: dict[tuple[Fraction, ...], _Cut] = {}
    table: dict[tuple[Fraction, ...], Numbers] = {}
    forms: dict[tuple[Fraction, ...], Numbers] = {}
    step_samples = Samples([claim.step, claim.count], stated.parameters)
    form_samples = Samples([claim.step, claim.count], stated.parameters)
    end_samples = Samples([claim.count], stated.parameters)
    for place, taken in enumerate(values):
        theta = {v: Fraction(t.data) for v, t in taken.items()}
        for n in range(low, low + (_FEW if place else _STEPS)):
            here = stated.at(n, taken)
            weights = here.weights(families, cut)
            made_here = None if weights is None else _cut(here, weights, vectors)
            if made_here is None:
                return None
            point: Point = theta | {claim.count: Fraction(n)}
            made[_key(point)] = made_here
            (end_samples.others if place else end_samples.first).append(point)
            for i in range(n + 1):
                at = point | {claim.step: Fraction(i)}
                form, whole = made_here.potentials[i]
                if not whole:
                    continue
                forms[_key(at)] = dict(_numbers(form))
                (form_samples.others if place else form_samples.first).append(at)
                if i == n or not made_here.potentials[i + 1][1]:
                    continue
                numbers = _one_step(made_here, vectors, i)
                if numbers is None:
                    return None
                table[_key(at)] = numbers
                (step_samples.others if place else step_samples.first).append(at)
    potential_forms = _fitted(form_samples, forms)
    step = _fitted(step_samples, table)
    grams = {key[1:]: t for key, t in potential_forms.items() if key[0] == "gram"}
    heights = {key[1]: t for key, t in potential_forms.items() if key[0] == "value"}
    starts: dict[tuple[Fraction, ...], Numbers] = {}
    ends: dict[tuple[Fraction, ...], Numbers] = {}
    for point in [*end_samples.first, *end_samples.others]:
        one = made[_key(point)]
        for i, found in ((0, starts), (one.here.n, ends)):
            at = point | {claim.step: Fraction(i)}
            form = _at(grams, heights, at)
            numbers = _at_end(one, vectors, i, form, start=found is starts)
            if numbers is None:
                return None
            found[_key(point)] = numbers
    return Guess(grams, heights, _fitted(end_samples, starts), step, _fitted(end_samples, ends))


def _key(point: Point) -> tuple[Fraction, ...]:
    return tuple(point.values())


def _at(grams: Mapping[tuple[Term, Term], Term], values: Mapping[Term, Term], at: Point) -> Form:
    """Return a potential at numbers, without what is 0 there: it may speak of what is not known."""
    pairs = {pair: _value(t, at) for pair, t in grams.items()}
    heights = {t: _value(c, at) for t, c in values.items()}
    return Form(
        {pair: c for pair, c in pairs.items() if c}, {t: c for t, c in heights.items() if c}
    )


def _value(t: Term, point: Point) -> fmpq:
    values = {v: number(c, NAT) if v.sort == NAT else number(c) for v, c in point.items()}
    found = evaluated(substitute(t, values))
    assert found is not None
    return exactly(found)


def _numbers(form: Form) -> Iterator[tuple[Key, fmpq]]:
    for pair, c in form.grams.items():
        yield ("gram", *pair), c
    for t, c in form.values.items():
        yield ("value", t), c


def _cut(
    here: AtNumber, weights: dict[tuple[Family, int], fmpq], vectors: Sequence[Term]
) -> _Cut | None:
    """Return the potentials between the steps of a proof, None when they are of another form."""
    made = _Cut(here, [], weights)
    ledger, _ = made.used(Ledger(here).scalar(here.upper), -1)
    for i in range(here.n + 1):
        found = potential(ledger, vectors, i, i - 1 if i else None)
        if found is None:
            return None
        made.potentials.append(found)
        ledger, _ = made.used(Ledger(here).form(found[0], i), i)
    return made


def _one_step(made: _Cut, vectors: Sequence[Term], i: int) -> Numbers | None:
    before, after = made.potentials[i][0], made.potentials[i + 1][0]
    ledger, numbers = made.used(Ledger(made.here).form(before, i), i)
    rest = certificate(ledger.form(after, i + 1, -ONE), vectors, i, i + 1, i)
    return None if rest is None else numbers | rest


def _at_end(made: _Cut, vectors: Sequence[Term], i: int, form: Form, start: bool) -> Numbers | None:
    """Return the numbers of the proof that the potential is at most the upper side at the start,
    or that the lower side is at most the potential in the end.
    """
    ledger = Ledger(made.here)
    if start:
        ledger, numbers = made.used(ledger.scalar(made.here.upper).form(form, i, -ONE), -1)
    else:
        ledger, numbers = made.used(ledger.form(form, i).scalar(made.here.lower, -ONE), i)
    rest = certificate(ledger, vectors, i, i)
    return None if rest is None else numbers | rest


def _fitted(points: Samples, table: Mapping[tuple[Fraction, ...], Numbers]) -> Forms:
    """Return the numbers as closed forms.  NoForm: one is none."""
    keys = dict.fromkeys(key for numbers in table.values() for key in numbers)
    found = {}
    for key in keys:

        def value(point: Point, key: Key = key) -> Fraction:
            return fraction(table[_key(point)].get(key, ZERO))

        form = points.fitted(value)
        if form != number(0):
            found[key] = form
    return found
