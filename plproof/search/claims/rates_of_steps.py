"""The best factor after many steps, as a power of that of one: A(x_N) ≤ ρ^N·A(x_0).

Nothing is proved here: the proof of the claim with the rate put in is what counts.  That there is
none better is seen in numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.terms import Term, as_real, number
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact
from plproof.proof.forms import ONE, add
from plproof.proof.script import Proof
from plproof.search.claims.composition import Bound, Composer, Part, bounds
from plproof.search.claims.find import find
from plproof.search.claims.telescoped import kinds_of
from plproof.search.many_points.at_numbers import Statement
from plproof.search.many_points.generation import least_on_all
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.sampled import Values
from plproof.search.many_points.templates import Slack
from plproof.search.programs.bridge import translate
from plproof.search.programs.presolve import reduced
from plproof.search.programs.solver import least_rate
from plproof.search.statements.parameters import evaluated, samples
from plproof.search.statements.powers import Powers
from plproof.search.statements.premises import gather

#: at how many numbers it is tried whether a rate is the least, how closely, and from which size on
_TRIED, _CLOSE, _SMALL = 3, 1e-4, 1e-2


def rate_of_steps(
    p: Proof,
    goal: Term,
    unknown: Term,
    facts: Sequence[Fact],
    using: Sequence[Any],
    points: Sequence[Term],
    best: Callable[[Part], Term],
) -> Term | None:
    """Return ρ^N where ρ is what ``best`` gives for one step and nothing less will do for N.

    Where steps are not alike it is the product of what it gives for each of them.  None where the
    goal is of another form, or a better rate is possible as numbers show.
    """
    bound = next((b for b in bounds(goal, facts) if _fits(b, unknown)), None)
    if bound is None:
        return None
    composer = Composer(p, goal, bound, using, points, find)
    whole, (kinds, _) = Powers(), kinds_of(bound.steps)
    try:
        for kind in kinds:
            once = best(composer.part(partial(_shrunk, bound, unknown), kind.first))
            whole = whole.times(Powers.of(once).power(kind.count))
    except (NotFound, ProofError):
        return None
    rate = whole.term()
    statement = Statement(goal, facts, points, unknown)

    @cache
    def all_inequalities() -> tuple[list[Term], Term]:
        premises, _, stated = gather(p, goal, facts, points)
        return [fact.claim for fact in premises], stated

    def least(values: Values) -> float | None:
        found = _least(statement, unknown, values)
        return _least_of_all(*all_inequalities(), unknown, values) if found is None else found

    return rate if _is_least(statement, rate, least) else None


def _fits(bound: Bound, unknown: Term) -> bool:
    """Say whether a bound is A(last) ≤ unknown·A(first)."""
    plain = bound.factor == Powers(exponents={unknown: 1}) and bound.scale == Powers()
    return plain and bound.contracts()


def _shrunk(bound: Bound, factor: Term, z: Term, y: Term) -> Term:
    """Return that a step from z to y multiplies what is bounded by a factor at most."""
    return bound.left(y) <= factor * bound.left(z)


def _is_least(statement: Statement, rate: Term, least: Callable[[Values], float | None]) -> bool:
    """Say whether at numbers no smaller rate is carried by the inequalities, as far as it is seen.

    Rates that are too small for the solver tell nothing.
    """
    tried = 0
    for values in samples(statement.parameters, statement.region, simple_only=True):
        size = evaluated(as_real(substitute(rate, values)))
        if size is None or size < _SMALL:
            continue
        found = least(values)
        if found is None or abs(found - float(size)) > _CLOSE * float(size):
            return False
        tried += 1
        if tried == _TRIED:
            return True
    return False


def _least(statement: Statement, unknown: Term, values: Values) -> float | None:
    """Return the least rate with the inequalities that are needed, None when it is not found."""
    here = statement.at(values)
    claim = canonical(substitute(statement.goal, values))
    if here is None:
        return None
    slack = as_real(claim.args[1]) - as_real(claim.args[0])
    try:
        target, one = (here.setting.read(substitute(slack, {unknown: number(n)})) for n in (0, 1))
    except (NotSuited, KernelError):
        return None
    grams, heights = dict(one.grams), dict(one.values)
    add(grams, target.grams, -ONE)
    add(heights, target.values, -ONE)
    bound = Slack({e: c for e, c in grams.items() if c}, heights)
    return least_on_all(here.setting, bound, target)


def _least_of_all(
    conclusions: Sequence[Term], stated: Term, unknown: Term, values: Values
) -> float | None:
    """Return the least rate with all the inequalities at once."""
    numeric = [substitute(c, values) for c in conclusions]
    program = translate(substitute(stated, values), (), unknown, numeric).program
    answer = least_rate(reduced(program).program)
    return answer.first if answer.solved else None
