"""A bound after many steps from what each kind of step does to a number: the factors multiplied.

[untrusted: every step it records is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from plproof.kernel import rules
from plproof.kernel.combine import Summand
from plproof.kernel.thm import Thm
from plproof.language.sorts import NAT
from plproof.language.terms import Term, number
from plproof.proof.facts import Fact
from plproof.proof.lemmas import power_nonnegative
from plproof.search.claims.composition import Composer, Lemma, Measure, at_step, scaled
from plproof.search.statements.powers import Powers
from plproof.search.statements.recursions import Step


@dataclass(frozen=True)
class Kind:
    """Steps that are alike: ``first`` is the first of them, ``count`` says how many there are."""

    first: Step
    count: int


def kinds_of(steps: Sequence[Step]) -> tuple[list[Kind], list[int]]:
    """Return the kinds of steps, as they come first, and of which kind each step is."""
    names = steps[0].of_any([])
    laws = [tuple(step.laws(names)) for step in steps]
    distinct = list(dict.fromkeys(laws))
    kinds = [Kind(steps[laws.index(law)], laws.count(law)) for law in distinct]
    return kinds, [distinct.index(law) for law in laws]


def contracted(
    composer: Composer, measure: Measure, factors: Sequence[Powers], c: Powers | None = None
) -> Fact | None:
    """Prove the bound from M(y) ≤ q·M(z) for any step, q the factor of its kind; None if not.

    M is A or B; A ≤ c·B at any point if c is given.
    """
    telescope = _Telescope(composer, measure, factors)
    other = None if c is None else composer.sign(c.term())
    if not telescope.signed or (c is not None and other is None):
        return None
    lemmas = telescope.lemmas()
    if lemmas is None:
        return None
    if c is not None:
        bound, times = composer.bound, c.term()
        compared = composer.lemma(lambda x, _: bound.left(x) <= scaled(times, bound.right(x)))
        if compared is None:
            return None
        lemmas.append(compared)
    return composer.concluded(lemmas, lambda general: telescope.put(general, other))


class _Telescope:
    """M(x_N) ≤ q_0·…·q_{N−1}·M(x_0), made of what the steps do to M."""

    def __init__(self, composer: Composer, measure: Measure, factors: Sequence[Powers]) -> None:
        self._composer, self._measure, self._factors = composer, measure, factors
        self._kinds, self._of_step = kinds_of(composer.bound.steps)
        signs = [composer.sign(q.term()) for q in factors]
        self._signs = [sign for sign in signs if sign is not None]
        self.signed = len(self._signs) == len(factors)  # no factor is negative

    def lemmas(self) -> list[Lemma] | None:
        """Return what a step of each kind does, None where that is not found of one."""
        found: list[Lemma] = []
        for kind, q in zip(self._kinds, self._factors, strict=True):
            lemma = self._composer.lemma(partial(self._shrinks, q.term()), kind.first)
            if lemma is None:
                return None
            found.append(lemma)
        return found

    def _shrinks(self, once: Term, z: Term, y: Term) -> Term:
        """M(y) ≤ q·M(z)."""
        return self._measure(y) <= scaled(once, self._measure(z))

    def put(self, general: Sequence[Thm], other: Thm | None) -> Thm | None:
        """Return the whole from the lemmas; the last one compares A with B where 0 ≤ c is given."""
        bound, measure = self._composer.bound, self._measure
        kinds = range(len(self._kinds))
        rungs = [at_step(general[k], s) for k, s in zip(self._of_step, bound.steps, strict=True)]
        premises, places = list(rungs), dict[tuple[int, int], int]()

        def power(kind: int, n: int) -> int:
            """Return where it is said that the n-th power of a factor is not negative."""
            if (kind, n) not in places:
                sign = self._signs[kind]
                if n > 1:  # and not q^1
                    once = sign.conclusion.args[1]
                    sign = power_nonnegative(once, number(n, NAT), sign)
                places[kind, n] = len(premises)
                premises.append(sign)
            return places[kind, n]

        def after(place: int) -> tuple[int, ...]:
            """Return where it is said of the factors of the steps from one on."""
            counts = [self._of_step[place:].count(kind) for kind in kinds]
            return tuple(power(kind, n) for kind, n in zip(kinds, counts, strict=True) if n)

        whole = Powers()
        for q, kind in zip(self._factors, self._kinds, strict=True):
            whole = whole.times(q.power(kind.count))
        claim = measure(bound.last) <= scaled(whole.term(), measure(bound.first))
        summands = [Summand(Fraction(1), (n, *after(n + 1))) for n in range(len(rungs))]
        telescoped = self._composer.combined(claim, premises, summands)
        if other is None or telescoped is None:
            return telescoped
        if measure == bound.right:  # A(x_N) ≤ c·B(x_N), and what is said of B
            compared = rules.instantiate(general[-1], value=bound.last)
            parts, times = [compared, telescoped, other], (1, 2)
        else:
            compared = rules.instantiate(general[-1], value=bound.first)
            signs = [premises[place] for place in after(0)]
            parts, times = [telescoped, compared, *signs], (1, *range(2, 2 + len(signs)))
        summands = [Summand(Fraction(1), (0,)), Summand(Fraction(1), times)]
        return self._composer.combined(bound.claim, parts, summands)
