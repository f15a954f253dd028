"""The worst case of a theorem as a concrete function: ``worst_case(theorem)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product
from typing import Any

from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, LanguageError
from plproof.language.terms import FALSE, Term, free_variables, number
from plproof.proof.script import Proof
from plproof.proof.theorem import Lemma, Theorem
from plproof.search.claims.interpolation import interpolated
from plproof.search.claims.least_rates import best_rate
from plproof.search.claims.offered import known_facts
from plproof.search.claims.orders import with_strict_orders
from plproof.search.counterexamples.falsified import free_numbers
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.selections import with_gradients
from plproof.search.counterexamples.symbols import in_symbols
from plproof.search.counterexamples.witness import WorstCase, witness
from plproof.search.statements.parameters import holds, region, samples
from plproof.search.statements.premises import gather
from plproof.search.statements.unrolled import goes_on, step_counts, unrolled

__all__ = ["WorstCase", "worst_case"]

#: binary, so that the laboratory can run what is found
_SIMPLE = (Fraction(1), Fraction(1, 2), Fraction(1, 8), Fraction(3, 2), Fraction(2))
_FREE, _MANY = 4, 6
#: how many numbers of steps are tried
_TRIED = 4


def worst_case(
    theorem: Theorem,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
    unknown: Term | None = None,
    at: Mapping[Term, object] | None = None,
) -> WorstCase | None:
    """Return a concrete function, of lowest dimension found, on which the claim is worst.

    ``using``, ``points`` and ``unknown`` as for :meth:`Theorem.find_proof`; with ``unknown`` the
    claim is taken with its best value.  ``at`` gives numbers for parameters, others get simple ones
    that the hypotheses allow.  The result has ``violation`` 0 where the claim is attained, above 0
    where it is false.  A claim may begin with "for all" points or natural numbers, which get
    small values if ``at`` gives none, and speak of sequences.  None says that no function was
    found, and nothing about the claim.
    """
    given = {v: _exact(v, c) for v, c in (at or {}).items()}
    strict = with_strict_orders(theorem.name, theorem.given)
    of_classes = interpolated(Proof(theorem.name, strict, theorem.claim), using)
    hypotheses, claim = _opened(list(theorem.given.values()), theorem.claim)
    naturals = [v for v in free_variables([*hypotheses, claim]) if v.sort == NAT]
    tried, rough = 0, None
    for counts in step_counts(naturals, {v: c for v, c in given.items() if v in naturals}):
        if tried == _TRIED:
            break
        written = unrolled(hypotheses, claim, counts)
        if written is None:
            continue
        told, asked, _ = written
        if any(not free_variables(h) and not holds(h) for h in told):
            continue
        free = [v for v in free_numbers([*told, asked]) if v != unknown]
        chosen = {v: c for v, c in given.items() if v not in naturals}
        known = region(told, free)
        apart = [*known, *(h for h in strict.values() if h not in theorem.given.values())]
        ways = (numbers_for(free, apart, chosen), numbers_for(free, known, chosen))
        values = next(chain.from_iterable(ways), None)
        if values is None:
            continue
        tried += 1
        numeric: list[Term] = []
        if unknown is not None or using or of_classes:
            numeric, rate = _instances(theorem, using, points, unknown, values)
            values = {**values, **rate}
        simple = rough is not None  # one with long numbers is shown if no other is found
        case = witness(told, asked, values, extra=numeric, points=points, simple=simple)
        if case is None or (rough is not None and _shows_less(case, rough)):
            continue
        if case.is_false and not goes_on(hypotheses):
            continue  # a sequence that begins like this may not satisfy them to the end
        others = numbers_for(free, region(told, free), {}, drawn=False)
        symbols = _in_symbols(case, told, asked, others) if unknown is None else ""
        case = replace(case, parameters={**counts, **case.parameters}, symbols=symbols)
        if case.is_simple or not counts:
            return case
        rough = rough or case
    return rough


def _shows_less(case: WorstCase, other: WorstCase) -> bool:
    """Say whether one of two worst cases misses a bound that the other fails or attains."""
    missed = case.violation < min(other.violation, Fraction(0))
    return missed or (other.is_false and not case.is_false)


def falsified(
    hypotheses: Sequence[Term],
    claim: Term,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
) -> WorstCase | None:
    """Return a function for which the hypotheses hold and the claim is false, if one is found."""
    given = {f"h{n}": h for n, h in enumerate(hypotheses)}  # labels may be no names: as "γ > 0"
    case = worst_case(Lemma("claim", given=given, claim=claim), using, points)
    return case if case is not None and case.is_false else None


def _in_symbols(
    case: WorstCase, hypotheses: Sequence[Term], claim: Term, others: Iterator[dict[Term, Fraction]]
) -> str:
    """Return the case's function with parameters by name, "" where that cannot be told."""
    if case.metric.dimension > 1 or case.numbers or len(case.functions) > 1:
        return ""
    ((f, function),) = case.functions.items()
    if not isinstance(function, Piecewise) or case.violation < 0:
        return ""
    points = {v: p[0] for v, p in case.points.items()}
    attained = case.violation == 0
    written = [with_gradients(h, case.slopes) for h in (claim, *hypotheses)]
    found = in_symbols(
        written[1:], written[0], f, function, points, case.parameters, attained, others
    )
    return found or ""


def _instances(
    theorem: Theorem,
    using: Sequence[Any],
    points: Sequence[Term],
    unknown: Term | None,
    values: Mapping[Term, Fraction],
) -> tuple[list[Term], dict[Term, Fraction]]:
    """Return what the search starts from, with numbers, and the unknown's best value there."""
    terms = {v: number(c, v.sort) for v, c in values.items()}
    given = with_strict_orders(theorem.name, theorem.given)
    p = Proof(theorem.name, given, theorem.claim)
    premises, _, stated = gather(p, theorem.claim, known_facts(p, using, theorem.claim), points)
    numeric = [substitute(fact.claim, terms) for fact in premises]
    if unknown is None:
        return numeric, {}
    near, exact = best_rate(substitute(stated, terms), unknown, numeric)
    return numeric, {
        unknown: exact if exact is not None else Fraction(near).limit_denominator(10**12)
    }


def _opened(hypotheses: list[Term], claim: Term) -> tuple[list[Term], Term]:
    """Return a claim "for all points, if P then A ≤ B" as A ≤ B, with P among the hypotheses."""
    while True:
        if claim.op == "all" and claim.data.sort.kind in ("Vec", "Nat"):
            taken = free_variables([*hypotheses, claim])
            claim = open_binder(claim, fresh_variable(claim.data.name, claim.data.sort, taken))
        elif claim.op == "imp" and claim.args[1] != FALSE:
            hypotheses, claim = [*hypotheses, claim.args[0]], claim.args[1]
        elif claim.op == "def":
            claim = claim.data.unfold(claim.args)
        else:
            return hypotheses, claim


def numbers_for(
    free: Sequence[Term],
    known: Sequence[Term],
    given: Mapping[Term, Fraction],
    drawn: bool = True,
) -> Iterator[dict[Term, Fraction]]:
    """Yield numbers for the parameters with which the hypotheses about them hold, simple first.

    Others are ``drawn`` after these, but not for many parameters: hardly any would fit.
    """
    rest = [v for v in free if v not in given]
    if len(rest) <= _FREE:
        for chosen in product(_SIMPLE, repeat=len(rest)):
            values = {**given, **dict(zip(rest, chosen, strict=True))}
            if any(v.sort.kind == "Nat" and c.denominator != 1 for v, c in values.items()):
                continue
            terms = {v: number(c, v.sort) for v, c in values.items()}
            if all(holds(substitute(h, terms)) for h in known):
                yield values
    if not drawn or len(rest) > _MANY:
        return
    terms = {v: number(c, v.sort) for v, c in given.items()}
    for found in samples(rest, [substitute(h, terms) for h in known]):
        yield {**given, **{v: Fraction(t.data) for v, t in found.items()}}


def _exact(v: Term, value: object) -> Fraction:
    if isinstance(value, Term) and value.op == "num":
        return Fraction(value.data)
    if isinstance(value, bool) or not isinstance(value, (int, str, Fraction)):
        raise LanguageError(f"{v} = {value!r} is no exact number: write Fraction(1, 3) or '1/3'")
    return Fraction(value)
