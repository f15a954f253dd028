"""Claims about many steps that are alike, from what any of them does.

[untrusted: every step it records is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel.combine import Summand
from plproof.kernel.thm import Thm
from plproof.language.terms import Term
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.claims.composition import Composer, Search, alike, at_step, bounds, scaled
from plproof.search.claims.telescoped import contracted
from plproof.search.statements.powers import Powers


def by_contraction(
    p: Proof,
    goal: Term,
    facts: Sequence[Fact],
    using: Sequence[Any],
    points: Sequence[Term],
    search: Search,
) -> Fact | None:
    """Prove A(x_N) ≤ q^N·A(x_0) from A(y) ≤ q·A(z) for any step from z to y; None if not."""
    for bound in bounds(goal, facts):
        if bound.contracts() and alike(bound.steps):
            root = bound.factor.root(len(bound.steps))
            if root is not None:
                composer = Composer(p, goal, bound, using, points, search)
                return contracted(composer, bound.left, [root])
    return None


def by_comparison(
    p: Proof,
    goal: Term,
    facts: Sequence[Fact],
    using: Sequence[Any],
    points: Sequence[Term],
    search: Search,
) -> Fact | None:
    """Prove A(x_N) ≤ C·B(x_0) from what any step does to A and B; None if not.

    C may be c·q^N, where A ≤ c·B at every point and a step multiplies A or B by q at most; or c/N,
    where no step increases n·A/c + B, n the number of steps that lead to the point.
    """
    for bound in bounds(goal, facts):
        if bound.contracts() or not alike(bound.steps):
            continue
        composer = Composer(p, goal, bound, using, points, search)
        for q, c in _divisions(bound.factor, len(bound.steps)):
            for measure in (bound.right, bound.left):
                found = contracted(composer, measure, [q], c)
                if found is not None:
                    return found
        return _potential(composer)
    return None


def _divisions(factor: Powers, count: int) -> Iterator[tuple[Powers, Powers]]:
    """Yield q and c with factor = q^count·c, the largest powers in q."""
    powers = {b: e // count for b, e in factor.exponents.items() if e % count == 0}
    q = Powers(Fraction(1), powers)
    rest = factor.times(q.power(-count))
    root = Powers(rest.number).root(count)
    if root is not None and rest.number != 1:
        yield q.times(root), rest.times(root.power(-count))
    yield q, rest


def _potential(composer: Composer) -> Fact | None:
    """Prove the bound from n·A/c + B, which the step to a point does not increase as n grows by 1.

    That is so for every n where A does not increase, and B decreases by A/c at least.
    """
    bound, count = composer.bound, len(composer.bound.steps)
    each = bound.factor.times(Powers(Fraction(count))).power(-1)
    if any(base.op != "var" for base in each.exponents):  # c is of the step, and not of a rate
        return None
    weight, sign = each.term(), composer.sign(bound.factor.term())
    end = composer.sign(bound.right(bound.last))
    if sign is None or end is None:
        return None
    first = bound.steps[0]
    descends = composer.lemma(lambda z, y: bound.left(y) <= bound.left(z), first)
    if descends is None:
        return None
    approaches = composer.lemma(
        lambda z, y: scaled(weight, bound.left(y)) + bound.right(y) <= bound.right(z), first
    )
    if approaches is None:
        return None

    def put(general: list[Thm]) -> Thm | None:
        down, near = ([at_step(th, step) for step in bound.steps] for th in general)
        premises = [*down, *near, end, sign]
        factor = 2 * count + 1
        summands = [Summand(Fraction(n, count), (n,)) for n in range(1, count)]
        summands += [Summand(Fraction(1), (factor, n)) for n in range(count, factor)]
        return composer.combined(bound.claim, premises, summands)

    return composer.concluded([descends, approaches], put)
