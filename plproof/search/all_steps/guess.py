"""Potentials and multipliers for all i and N, read off proofs at a few N.

[untrusted: they are guesses until the kernel has checked the proof made with them]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import NamedTuple

from flint import fmpq

from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.syntax import ip, sq
from plproof.language.terms import Term, as_real, number
from plproof.proof.forms import ONE, exactly
from plproof.search.all_steps.cut import Form, Ledger, certificate, potential, without
from plproof.search.all_steps.fit import NoForm, Place, Samples, at_place
from plproof.search.all_steps.numbers import AtNumber, Cut, Family, Key, Point, Role, Stated
from plproof.search.all_steps.regular import regular_weights
from plproof.search.many_points.reading import NotSuited
from plproof.search.statements.parameters import evaluated

#: at how many steps it is seen which inequalities are used
_SEEN = 4

#: degrees of weights that are polynomials in the step, and how many of the proofs may be missed
_DEGREES, _MISSED = 3, 3

#: the key of squares without a closed form: what is left is written as squares by the proof
REST: Key = ("rest",)
_SQUARES = ("square", "in square")

Numbers = dict[Key, fmpq]
Forms = dict[Key, Term]
#: of inequalities in a proof at numbers, by family and step
Weights = dict[tuple[Family, int], fmpq]


@dataclass(frozen=True)
class Potential:
    """A form in closed form: coefficients of ⟨a, b⟩ by pairs of known vectors, and of values."""

    grams: dict[tuple[Term, Term], Term]
    values: dict[Term, Term]

    @classmethod
    def of(cls, forms: Mapping[Key, Term]) -> Potential:
        """Return it from forms by the keys of :func:`numbers_of`."""
        grams, values = {}, {}
        for key, c in forms.items():
            if key[0] == "gram":
                _, a, b = key
                assert isinstance(a, Term) and isinstance(b, Term)
                grams[a, b] = c
            else:
                assert isinstance(key[1], Term)
                values[key[1]] = c
        return cls(grams, values)

    def at(self, point: Point) -> Form:
        """Return it at numbers, without what is 0 there: it may speak of what is not known."""
        grams = {pair: _value(t, point) for pair, t in self.grams.items()}
        values = {t: _value(c, point) for t, c in self.values.items()}
        return Form(
            {pair: c for pair, c in grams.items() if c}, {t: c for t, c in values.items() if c}
        )

    def written(self) -> Term:
        """Return it as a term; opposite multiples of two values are written as one of f(x) − f*."""
        total: Term | None = None
        left = dict(self.values)
        while left:
            t, c = next(iter(left.items()))
            del left[t]
            opposite = next((u for u, d in left.items() if d in (-c, _minus(c))), None)
            if opposite is None:
                total = plus(total, c, as_real(t))
                continue
            del left[opposite]
            if c.op == "neg":
                total = plus(total, c.args[0], as_real(opposite) - as_real(t))
            else:
                total = plus(total, c, as_real(t) - as_real(opposite))
        for (a, b), c in self.grams.items():
            total = plus(total, c, sq(a) if a == b else ip(a, b))
        return number(0) if total is None else total


def _minus(c: Term) -> Term:
    return c.args[0] if c.op == "neg" else -c


def plus(total: Term | None, c: Term, piece: Term) -> Term:
    """Return a sum with c·``piece`` added, the numbers ±1 not written; None is no sum yet."""
    negative = c.op == "neg"
    c = c.args[0] if negative else c
    piece = piece if c == number(1) else c * piece
    if total is None:
        return -piece if negative else piece
    return total - piece if negative else total + piece


@dataclass(frozen=True)
class Guess:
    """A potential V(i, N), the same at i = N, and the numbers of proofs: of V(0) ≤ the upper side,
    of one step, and of the lower side ≤ V(N).
    """

    potential: Potential
    last: Potential
    start: Forms
    step: Forms
    end: Forms


class Way(NamedTuple):
    """How a guess is made: where it is cut, see :class:`Cut`; whether slopes are known at a step;
    whether potentials are without the product of the first point and slope; and, where multipliers
    are not unique, of what degree they are in the step.
    """

    late: bool
    slopes: bool
    apart: bool = False
    degree: int | None = None


@dataclass(frozen=True)
class _Cut:
    """A proof at numbers, cut into steps."""

    here: AtNumber
    potentials: list[tuple[Form, bool]]
    weights: Weights

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
    plain = [Way(late, slopes) for late in (True, False) for slopes in (False, True)]
    ways = plain + [way._replace(apart=True) for way in plain if way.slopes]
    ways += [
        way._replace(apart=apart, degree=d)
        for d in range(_DEGREES)
        for way in plain
        for apart in (True, False)
        if way.slopes
    ]
    known: dict[tuple[bool, bool], tuple[tuple[Role, ...], Cut] | None] = {}
    weights = cache(_weights)  # ways that differ in what is known at a step have the same
    for way in ways:
        try:
            key = way.late, way.degree is None
            if key not in known:
                known[key] = _roles(_seen(stated), way)
            chosen = known[key]
            if chosen is None:
                continue
            found = _guess(stated, way, partial(weights, *chosen, way.degree))
        except (NoForm, NotSuited):
            continue
        if found is not None:
            yield found


def _seen(stated: Stated) -> AtNumber:
    """Return the statement at numbers at which it is seen which inequalities are used."""
    n, taken, _ = stated.counts()[0]
    return stated.at(n + _SEEN - 1, taken)


def _guess(
    stated: Stated, way: Way, weights_at: Callable[[AtNumber], Weights | None]
) -> Guess | None:
    """Return a guess of that kind, of proofs with those weights; None: there is none.

    Raises NoForm or NotSuited where numbers have no closed form, or the proofs are of another kind.
    """
    claim, counts, seen = stated.claim, stated.counts(), _seen(stated)
    members, gradients = seen.known()
    vectors = members + (gradients if way.slopes else [])
    apart = (members[0], gradients[0]) if way.apart and members and gradients else None
    made: dict[Place, _Cut] = {}
    steps: dict[Place, Numbers] = {}
    forms: dict[Place, Numbers] = {}
    step_samples, form_samples, end_samples = (
        Samples(variables, stated.parameters, stated.unit)
        for variables in ([claim.step, claim.count], [claim.step, claim.count], [claim.count])
    )
    missed = 0
    for n, taken, point in counts:
        if taken != counts[0][1] and not form_samples.others:
            form_samples.at_first().all_fitted(forms)  # else other values need not be tried
        here = stated.at(n, taken)
        weights = weights_at(here)
        one = None if weights is None else _cut(here, weights, vectors, apart)
        if one is None and way.degree is not None and missed < _MISSED:
            missed += taken == counts[0][1]  # the face was not found
            continue
        if one is None:
            return None
        made[at_place(point)] = one
        end_samples.add(point)
        for i, (form, whole) in enumerate(one.potentials):
            at = point | {claim.step: Fraction(i)}
            if not whole:  # at the start some may be missing, or depend on each other
                continue
            forms[at_place(at)] = dict(numbers_of(form))
            form_samples.add(at)
            if i == n or not one.potentials[i + 1][1]:
                continue
            numbers = _one_step(one, vectors, i)
            if numbers is None:
                return None
            steps[at_place(at)] = numbers
            step_samples.add(at)
    found = Potential.of(form_samples.all_fitted(forms))
    step = forms_of(step_samples, steps)
    starts: dict[Place, Numbers] = {}
    ends: dict[Place, Numbers] = {}
    lasts: dict[Place, Numbers] = {}
    for point in [*end_samples.first, *end_samples.others]:
        one = made[at_place(point)]
        first, last = (found.at(point | {claim.step: Fraction(i)}) for i in (0, one.here.n))
        start, end = _at_end(one, vectors, 0, first), _at_end(one, vectors, one.here.n, last)
        if start is None or end is None:
            return None
        starts[at_place(point)], ends[at_place(point)] = start, end
        lasts[at_place(point)] = dict(numbers_of(last))
    return Guess(
        found,
        Potential.of(end_samples.all_fitted(lasts)),
        forms_of(end_samples, starts),
        step,
        forms_of(end_samples, ends),
    )


def _roles(seen: AtNumber, way: Way) -> tuple[tuple[Role, ...], Cut] | None:
    """Return what is used of the inequalities, and the cut; None when nothing is found."""
    cut = Cut(way.late)
    used = seen.weights(None, cut)
    if way.degree is None:
        if not used:
            return None
        cut = cut if way.late else Cut(False, seen.ending(used))
        placed = [seen.placed(seen.instance(*key), cut) for key in used]
        return _fewest(seen, dict.fromkeys(map(seen.role, placed)), cut), cut
    for last in (way.late, True):
        every = dict.fromkeys(seen.role(seen.placed(at, cut)) for at in seen.neighbours())
        # the last theorems say most: those offered
        roles = _fewest(seen, sorted(every, key=lambda role: -role[0][0]), cut)
        if last:
            break
        cut = Cut(False, seen.ending(seen.weights(roles, cut) or ()))
    return roles, cut


def _weights(
    roles: tuple[Role, ...], cut: Cut, degree: int | None, here: AtNumber
) -> Weights | None:
    if degree is None:
        return here.weights(roles, cut)
    return regular_weights(here, roles, cut, degree)


def _fewest(seen: AtNumber, roles: Iterable[Role], cut: Cut) -> tuple[Role, ...]:
    """Return roles that will do without the others: of few the weights are mostly unique."""
    kept = list(roles)
    for role in reversed(kept[:]):
        rest = [other for other in kept if other != role]
        if seen.weights(rest, cut) is not None:
            kept = rest
    return tuple(kept)


def forms_of(points: Samples, table: Mapping[Place, Numbers]) -> Forms:
    """Return the numbers of proofs as closed forms; ``REST`` stands for squares that have none."""
    try:
        return points.all_fitted(table, _whole)
    except NoForm:
        plain = {
            at: {key: c for key, c in numbers.items() if key[0] not in _SQUARES}
            for at, numbers in table.items()
        }
        return points.all_fitted(plain) | {REST: number(1)}


def _whole(key: Key) -> Key | None:
    """Return the square that a vector is in: where there is none the vector may be any."""
    return ("square", key[1]) if key[0] == "in square" else None


def _value(t: Term, point: Point) -> fmpq:
    values = {v: number(c, NAT) if v.sort == NAT else number(c) for v, c in point.items()}
    found = evaluated(substitute(t, values))
    assert found is not None
    return exactly(found)


def numbers_of(form: Form) -> Iterator[tuple[Key, fmpq]]:
    """Yield the numbers of a form with keys that tell what they belong to."""
    for pair, c in form.grams.items():
        yield ("gram", *pair), c
    for t, c in form.values.items():
        yield ("value", t), c


def _cut(
    here: AtNumber,
    weights: Weights,
    vectors: Sequence[Term],
    apart: tuple[Term, Term] | None = None,
) -> _Cut | None:
    """Return the potentials between the steps of a proof, None when they are of another form.

    They are the largest, what is left of the upper side; or between these and what is needed for
    the lower side the ones without the product of the two vectors ``apart``.
    """
    made = _Cut(here, [], weights)
    needed = [] if apart is None else _needed(made, vectors)
    ledger, _ = made.used(Ledger(here).scalar(here.upper), -1)
    for i in range(here.n + 1):
        found = potential(ledger, vectors, i, i - 1 if i else None)
        if found is not None and apart is not None and len(needed) > i:
            form = without(found[0], needed[i], apart)
            found = None if form is None else (form, found[1])
        if found is None:
            return None
        made.potentials.append(found)
        ledger, _ = made.used(Ledger(here).form(found[0], i), i)
    return made


def _needed(made: _Cut, vectors: Sequence[Term]) -> list[Form]:
    """Return at each step the least potential that carries the lower side, with minus signs."""
    here, found = made.here, list[Form]()
    ledger = Ledger(here).scalar(here.lower, -ONE)
    for i in range(here.n, -1, -1):
        ledger, _ = made.used(ledger, i)
        least = potential(ledger, vectors, i, i + 1 if i < here.n else None)
        if least is None:
            raise NotSuited("what is needed is of another form")
        found.append(least[0])
        ledger = Ledger(here).form(least[0], i)
    return found[::-1]


def _one_step(made: _Cut, vectors: Sequence[Term], i: int) -> Numbers | None:
    before, after = made.potentials[i][0], made.potentials[i + 1][0]
    ledger, numbers = made.used(Ledger(made.here).form(before, i), i)
    rest = certificate(ledger.form(after, i + 1, -ONE), vectors, i, i + 1, i)
    return None if rest is None else numbers | rest


def _at_end(made: _Cut, vectors: Sequence[Term], i: int, form: Form) -> Numbers | None:
    """Return the numbers of the proof that the potential is at most the upper side at the start,
    or that the lower side is at most the potential in the end.
    """
    ledger = Ledger(made.here)
    if i == 0:
        ledger, numbers = made.used(ledger.scalar(made.here.upper).form(form, i, -ONE), -1)
    else:
        ledger, numbers = made.used(ledger.form(form, i).scalar(made.here.lower, -ONE), i)
    after = i + made.here.beyond if i else 0
    rest = certificate(ledger, vectors, i, *range(after, i - 1, -1))
    return None if rest is None else numbers | rest
