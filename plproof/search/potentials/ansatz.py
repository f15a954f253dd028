"""What a potential with coefficients that are polynomials in the step has to satisfy, at numbers.

[untrusted: nothing here is believed, the kernel checks what is made of it]

V(k) is at most D(x_0) at the start, does not increase from k to k + 1 and is at least a(N)·A(x_N)
(Bansal and Gupta, 2019; Taylor and Bach, 2019).  That the coefficients of V and the multipliers of
the inequalities are polynomials in k makes of it one semidefinite program for all k at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from flint import fmpq

from plproof.language.terms import Term
from plproof.proof.forms import ONE, add
from plproof.search.all_steps.cut import Form, Ledger, eliminated
from plproof.search.all_steps.numbers import AtNumber, Family, Key, at_step
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Instance
from plproof.search.potentials.scaling import Scaling
from plproof.search.potentials.windows import GENERIC, Values, Windows

#: at which steps after the first the program is written down
STEPS = (0, 1, 2, 3, 5, 9, 25, 1000)


class Unknown(NamedTuple):
    """A coefficient of k**``power``: in V of the product or value ``key``, a weight of a family of
    inequalities at the start or in a step, or of N**``power`` in the end.
    """

    part: str  #: "potential", "start", "step" or "end"
    key: Key
    power: int

    @property
    def signed(self) -> bool:
        """Whether it may be negative."""
        return self.part == "potential"


@dataclass
class Block:
    """A form that is to be a sum of squares: a fixed part, and multiples of the unknowns' forms."""

    here: AtNumber
    k: int
    span: int
    fixed: Ledger
    columns: dict[Unknown, Ledger] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return len(self.here.setting.basis)

    def is_square(self, numbers: Mapping[Unknown, fmpq]) -> bool:
        """Say whether the quadratic form is a sum of squares with these numbers, exactly."""
        grams = self.fixed.grams.copy()
        for u, c in numbers.items():
            if u in self.columns:
                add(grams, self.columns[u].grams, c)
        return eliminated(grams, range(self.size)) is not None

    def cancels(self, numbers: Mapping[Unknown, fmpq]) -> bool:
        """Say whether no values are left with these numbers."""
        values = self.fixed.values.copy()
        for u, c in numbers.items():
            if u in self.columns:
                add(values, self.columns[u].values, c)
        return not any(values.values())

    def stronger(self) -> dict[tuple[str, Key], Key]:
        """Return of parts and inequalities that are weaker than another one that one."""
        alike: dict[Hashable, list[tuple[Unknown, Ledger]]] = {}
        for u, column in self.columns.items():
            if not u.signed and u.power == 0:
                values = tuple(sorted((n, f"{c}") for n, c in column.values.items()))
                alike.setdefault((u.part, values), []).append((u, column))
        found: dict[tuple[str, Key], Key] = {}
        for columns in alike.values():
            kept: list[tuple[Unknown, Ledger]] = []
            for u, column in reversed(columns):  # the last theorems say most: those offered
                for v, other in kept:
                    if _more(column, other, self.size):
                        found[u.part, u.key] = v.key
                        break
                else:
                    kept.append((u, column))
        return found


def _more(weaker: Ledger, other: Ledger, size: int) -> bool:
    """Say whether a slack is another one and a sum of squares; both have minus signs."""
    grams = other.grams.copy()
    add(grams, weaker.grams, -ONE)
    return eliminated(grams, range(size)) is not None


class Ansatz:
    """All that is asked of a potential V(k) from ``start`` on, whose degree is given."""

    def __init__(
        self,
        windows: Windows,
        values: Values,
        scaling: Scaling,
        start: int,
        degree: int,
        steps: Sequence[int] = STEPS,
        only: Collection[Unknown] | None = None,
    ) -> None:
        """Write it down; ``only`` are the unknowns that may be used, None for all."""
        self.windows, self.values, self.scaling = windows, values, scaling
        self.start, self.degree = start, degree
        self.unusable: set[Key] = set()
        self.blocks = [self._start(), *map(self._step, steps), *self._ends(steps)]
        #: inequalities of a part that are weaker than another, with that
        self.stronger = {k: v for block in self.blocks for k, v in block.stronger().items()}
        self.unknowns = [
            u
            for u in only or dict.fromkeys(u for block in self.blocks for u in block.columns)
            if (u.key not in self.unusable if u.signed else (u.part, u.key) not in self.stronger)
            or only
        ]

    def holds(self, values: Mapping[Unknown, fmpq]) -> bool:
        """Say whether numbers for the unknowns do all that is asked, exactly."""
        return all(b.cancels(values) and b.is_square(values) for b in self.blocks)

    def gains(self) -> list[Key]:
        """Return what the claim is about: the values that it bounds."""
        here = self.windows.at(GENERIC, 0, self.values)
        lower = Ledger(here).scalar(here.lower)
        values = {at_step(here.value(n), here.step, GENERIC): c for n, c in lower.values.items()}
        return [("value", t) for t, c in values.items() if c > 0]

    # ---- the three parts
    def _start(self) -> Block:
        k = self.start
        here = self.windows.at(0, k, self.values)
        fixed = Ledger(here).form(form_of(self.scaling.start), 0)
        block = Block(here, 0, k, fixed)
        for key, power, form in self._potential(here, k):
            block.columns[Unknown("potential", key, power)] = Ledger(here).form(
                form, k, -(fmpq(k) ** power)
            )
        for family, instance in self._families(here, 0, range(k + 1)):
            block.columns[Unknown("start", ("instance", family), 0)] = Ledger(here).instance(
                instance, -ONE
            )
        return block

    def _step(self, after: int) -> Block:
        k = self.start + after
        here = self.windows.at(k, 1, self.values)
        block = Block(here, k, 1, Ledger(here))
        for key, power, form in self._potential(here, k, 1):
            ledger = Ledger(here).form(form, k, fmpq(k) ** power)
            block.columns[Unknown("potential", key, power)] = ledger.form(
                form, k + 1, -(fmpq(k + 1) ** power)
            )
        for family, instance in self._families(here, k, (k, k + 1)):
            for power in range(self.degree + 1):
                block.columns[Unknown("step", ("instance", family), power)] = Ledger(here).instance(
                    instance, -(fmpq(after) ** power)
                )
        return block

    def _ends(self, steps: Sequence[int]) -> list[Block]:
        first = max(self.start, self.scaling.first)
        return [self._end(first + after) for after in steps]

    def _end(self, k: int) -> Block:
        here = self.windows.at(k, 0, self.values)
        fixed = Ledger(here).scalar(here.lower, -1 / self.scaling.ratio(k))
        if self.windows.one is not None:
            fixed.product(self.windows.one, self.windows.one, self.scaling.alone(k))
        block = Block(here, k, 0, fixed)
        for key, power, form in self._potential(here, k):
            block.columns[Unknown("potential", key, power)] = Ledger(here).form(
                form, k, fmpq(k) ** power
            )
        for family, instance in self._families(here, k, (k,)):
            for power in range(self.degree + 1):
                block.columns[Unknown("end", ("instance", family), power)] = Ledger(here).instance(
                    instance, -(fmpq(k - self.start) ** power)
                )
        return block

    # ---- what is at hand
    def _potential(self, here: AtNumber, k: int, span: int = 0) -> Iterator[tuple[Key, int, Form]]:
        vectors = self.windows.vectors(self.values)
        one = self.windows.one
        pairs = [
            (a, b)
            for n, a in enumerate(vectors)
            for b in vectors[n:]
            if a.sort == b.sort and (a == one) == (b == one)
        ]
        forms: dict[Key, Form] = {("gram", *pair): Form({pair: ONE}, {}) for pair in pairs}
        for t in self.windows.values(self.values):
            forms["value", t] = Form({}, {t: ONE})
        for key, form in forms.items():
            try:
                for at in (k, k + 1) if span else (k,):
                    Ledger(here).form(form, at)
            except NotSuited:
                self.unusable.add(key)
                continue
            yield from ((key, power, form) for power in range(self.degree + 1))

    def _families(
        self, here: AtNumber, now: int, at: Iterable[int]
    ) -> Iterator[tuple[Family, Instance]]:
        allowed = set(at)
        for instance in here.neighbours():
            if set(here.indices_of(instance)) <= allowed:
                yield here.family(instance, now), instance


def form_of(numbers: Mapping[Key, fmpq]) -> Form:
    """Return the form with these numbers."""
    grams = {
        (cast(Term, key[1]), cast(Term, key[2])): c
        for key, c in numbers.items()
        if key[0] == "gram"
    }
    return Form(grams, {cast(Term, key[1]): c for key, c in numbers.items() if key[0] == "value"})
