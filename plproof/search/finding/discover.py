"""The best rate that the inequalities allow, found and proved: a theorem with the rate put in.

The least rate is computed at numbers; a simple rational near it, or the simplest rational function
of the parameters through such rationals, is a guess, and its proof is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from itertools import islice
from typing import Any

from plproof.language.binding import fresh_variable, open_binder, replace, substitute
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import forall, sqrt
from plproof.language.terms import Term, as_real, free_variables, number, subterms
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.proof.theorem import Derivation, Theorem
from plproof.proof.unknown import check_unknown, number_of, titled, value_in, with_value
from plproof.search.all_steps.lead import rate_for_all_steps
from plproof.search.claims.cleared import with_cleared_bounds
from plproof.search.claims.composition import Part
from plproof.search.claims.find import advised
from plproof.search.claims.least_rates import best_value
from plproof.search.claims.more_points import after_a_step
from plproof.search.claims.offered import known_facts
from plproof.search.claims.orders import with_strict_orders
from plproof.search.claims.rates_of_steps import rate_of_steps
from plproof.search.counterexamples.evidence import NO_PREMISES, NO_SMALLEST, Evidence, NoProof
from plproof.search.fields.number_field import SeveralRoots, approximated, roots_of_numbers
from plproof.search.fields.roots import written
from plproof.search.finding.best_rates import rate_at_many_points
from plproof.search.finding.closed_form import closed_form
from plproof.search.finding.constant_rates import smaller_ones
from plproof.search.finding.induction import OneStep, one_step, worked_out
from plproof.search.finding.script import Searched, searched
from plproof.search.finding.why_not_all_steps import no_rate_for_all, not_one_of_them
from plproof.search.programs.surd import root_of
from plproof.search.statements.any_step import (
    any_steps,
    for_every,
    is_step,
    members_by_number,
    of_any_step,
)
from plproof.search.statements.first_member import of_first_member
from plproof.search.statements.norm_squares import with_inner_products
from plproof.search.statements.parameters import constants, evaluated, region, samples
from plproof.search.statements.premises import at_numbers, gather
from plproof.search.statements.shifted import Shifted, shifted
from plproof.search.statements.squares import lengths

_ALONE = "for all k the best {0} is found in a bound {0}**k * c where {0} is nowhere else"
_IN_A_POINT = (
    "{0} is part of a point at which a function is taken: the best step is not searched for, but "
    "for any step the best rate is, a number that multiplies one side of the claim"
)
_NO_FACTOR = (
    "{0} is {1}, and what is searched for is a factor: write the claim with {0} as one, as in "
    "A <= {0} * B"
)
_STRICT = "the least {0} is that of A ≤ B, which A < B may miss: write A <= B"
_ROOTS = "the best rate is not known where there are parameters and roots of numbers"
#: at how many values of the parameters two rates are compared
_COMPARED = 3


@dataclass(frozen=True)
class _Question:
    """What the best value of an unknown is asked of: hypotheses, theorems, and more points."""

    given: tuple[Term, ...]
    unknown: Term
    using: Sequence[Any]
    points: Sequence[Term]


def find_proof(
    theorem: Theorem,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
    unknown: Term | None = None,
) -> Theorem:
    """Return the theorem with a proof that was found; see :meth:`Theorem.find_proof`."""
    wanted = theorem.unknown if unknown is None else check_unknown(theorem.statement, unknown)
    own = theorem.script
    if isinstance(own, Searched):  # what its author offers counts here too
        using, points = using or own.using, points or own.points
    script = searched(using, points)
    target = theorem if wanted is None else _with_best_value(theorem, wanted, script)
    target.proof(script)
    if wanted is None:
        target.derive()
    else:
        _derived(target, theorem, wanted)
    return target


def derive_best(theorem: Theorem) -> Derivation:
    """Return what the search derives of a theorem with an unknown: the claim with the best value.

    Raises ProofError when the theorem's script is not a search, and when nothing is found.
    """
    assert theorem.unknown is not None
    script = theorem.script
    if not isinstance(script, Searched):
        raise ProofError(
            f"the claim is stated with an unknown, {theorem.unknown}, which only a search finds",
            theorem.place,
            theorem.name,
            hint=f"leave the proof out, or write {theorem.name}.proof(searched(using=[…]))",
        )
    target = _with_best_value(theorem, theorem.unknown, script)
    target.proof(script)
    return _derived(target, theorem, theorem.unknown)


def _derived(target: Theorem, theorem: Theorem, unknown: Term) -> Derivation:
    """Return the proof of a claim with a value put in; where it fails, say that this is a guess."""
    try:
        return target.derive()
    except ProofError as error:
        value = value_in(theorem.claim, unknown, target.claim)
        if value is not None:
            error.hint = (
                f"{unknown} = {value} was read off the claim at a few numbers, of parameters and "
                "of steps, and is a guess for all" + (f"; {error.hint}" if error.hint else "")
            )
        raise


def _with_best_value(theorem: Theorem, unknown: Term, script: Searched) -> Theorem:
    """Return the theorem with the best value, found from numbers, in place of the unknown."""
    theorem.require_defined(unknown)
    hypotheses = with_strict_orders(theorem.name, theorem.given)
    proof = Proof(theorem.name, hypotheses, theorem.claim)
    goal = with_inner_products(theorem.claim)
    given = tuple(hypotheses.values())
    asked = _Question(given, unknown, script.using, script.points)
    with script.at_its_place():
        rate = with_cleared_bounds(
            proof,
            lambda: proof.attempt(theorem.claim, lambda: _rate(proof, goal, asked)),
        )
        remark = smaller_ones(proof, goal, unknown, rate, script.using)
    statement = with_value(theorem.statement, unknown, rate)
    made = type(theorem)(
        titled(theorem.title, unknown, rate, remark),
        given=theorem.given,
        claim=statement.claim,
        source=theorem.source,
        note=theorem.note,
    )
    made.name, made.place, made.remark = theorem.name, theorem.place, remark
    return made


def _rate(p: Proof, goal: Term, asked: _Question) -> Term:
    unknown, using = asked.unknown, asked.using
    _require_a_factor(goal, unknown)
    open_ = for_every(goal, asked.given)
    if open_ is not None:
        goal = forall(open_, goal)
        rate, count = _rate(p, goal, asked), number_of(goal)
        return rate if count is None else as_real(substitute(rate, {count: open_}))
    for read_as in of_first_member(p, goal):
        with suppress(NoProof):
            return _rate(p, read_as.goal, asked)
    others = [unknown, *asked.given]
    step, moved = one_step(goal, others), shifted(goal, others)
    if step is None and moved is not None:  # as ρ^(k + 1) of x_{k+1}
        step = one_step(moved.plain, others)
    if step is not None and step.factor is not None and unknown in free_variables(step.factor):
        start = replace(step.base, unknown ** number(0, NAT), number(1))
        if step.factor != unknown or unknown in free_variables(start):
            raise NoProof(Evidence(_ALONE.format(unknown), {}))
        goal = step.claim
    elif (step is None and not is_step(goal)) or (
        step is not None and unknown in free_variables(step.base)
    ):
        for_all, count = _rate_for_all(p, goal, moved, unknown, using), number_of(goal)
        if for_all is not None:
            alike = count is not None and count not in free_variables(for_all)
            first = _start(goal, step) if alike else None
            if first is None:
                return for_all
            try:
                value = _value(p, first, asked)
            except NoProof:
                return for_all
            return _larger(for_all, value, asked.given)
        failure = no_rate_for_all(p, goal, unknown, using) if step is None else None
        failure = failure or not_one_of_them(p, goal, using)
        if failure is not None:
            raise failure
        goal = goal if step is None else step.start
    goal, _ = at_variables(goal, others)
    if any(t.op in ("app", "grad") and unknown in free_variables(t) for t in subterms(goal)):
        raise NoProof(Evidence(_IN_A_POINT.format(unknown), {}))
    if goal.op in ("lt", "gt"):
        raise NoProof(Evidence(_STRICT.format(unknown), {}))
    length = lengths(goal)
    if length is not None and length.c == unknown:
        return _root(p, _value(p, length.with_square(unknown), asked))
    try:
        return _value(p, goal, asked)
    except NoProof as error:
        if error.evidence.why != NO_SMALLEST:
            raise
        largest = _largest(p, goal, asked)
        if largest is None:
            raise
        return largest


def _rate_for_all(
    p: Proof, goal: Term, moved: Shifted | None, unknown: Term, using: Sequence[Any]
) -> Term | None:
    """Return the best value in a claim about x_N or x_{N+c} for every N, of N; or None."""
    if moved is None:
        return rate_for_all_steps(p, goal, unknown, using)
    found, large = rate_for_all_steps(p, moved.goal, unknown, using), number_of(moved.goal)
    count = number_of(goal)
    if found is None or large is None or count is None:
        return found
    return moved.value(found, large, count)


def _start(goal: Term, step: OneStep | None) -> Term | None:
    """Return a claim for all N at N = 0, None where it says nothing of it."""
    if step is not None:
        return step.start
    start = worked_out(open_binder(goal, number(0, NAT))) if number_of(goal) is not None else goal
    return start if start.op in ("le", "ge") and start != goal else None


def _larger(a: Term, b: Term, given: Sequence[Term]) -> Term:
    """Return the larger of two numbers, as it is at a few values of the parameters."""
    parameters = constants([a <= b])
    for values in islice(samples(parameters, region(given, parameters)), _COMPARED):
        one, other = (evaluated(as_real(substitute(t, values))) for t in (a, b))
        if one is not None and other is not None and one != other:
            return a if one > other else b
    return a


def _require_a_factor(goal: Term, unknown: Term) -> None:
    """Raise NoProof where the unknown divides in a goal, or is below a root."""
    for t in subterms(goal):
        below = t.op == "div" and unknown in free_variables(t.args[1])
        if below or (t.op == "sqrt" and unknown in free_variables(t)):
            where = f"in the denominator of {t}" if below else f"below the root of {t}"
            raise NoProof(Evidence(_NO_FACTOR.format(unknown, where), {}))


def _largest(p: Proof, goal: Term, asked: _Question) -> Term | None:
    """Return the largest value of an unknown that stands on the smaller side, None without one."""
    other = fresh_variable("rate", REAL, [goal, *asked.given])
    turned = replace(goal, asked.unknown, -other)
    try:
        return negated(_value(p, turned, changed(asked, unknown=other)))
    except NoProof:
        return None


def negated(t: Term) -> Term:
    """Return minus a term of numbers, as it would be written."""
    if t.op == "num":
        return number(-t.data)
    if t.op == "neg":
        return as_real(t.args[0])
    if t.op == "add":
        total, *rest = map(negated, map(as_real, t.args))
        for part in rest:
            total = total - part.args[0] if part.op == "neg" else total + part
        return total
    if t.op == "div":
        above = negated(as_real(t.args[0]))
        return -t if above.op == "neg" else above / as_real(t.args[1])
    if t.op == "mul" and t.args[0].op in ("num", "neg"):
        first = negated(as_real(t.args[0]))
        for factor in t.args[1:]:
            first = as_real(factor) if first == number(1) else first * as_real(factor)
        return first
    return -t


def _root(p: Proof, square: Term) -> Term:
    """Return the number ≥ 0 with a square, without a root where that can be told."""
    base = _unsquared(square)
    if base is None:
        return sqrt(square)
    known = [h for h in p.hypotheses() if region([h.claim])]
    for c in (base, -base):
        try:
            p.quiet(c >= 0, known)
        except ProofError:
            continue
        return c
    return sqrt(square)


def _unsquared(t: Term) -> Term | None:
    """Return c with c² = t where t is written as a square, a quotient of squares or a number."""
    if t.op == "num":
        return None if t.data <= 0 else written(root_of(Fraction(t.data)))
    if t.op == "pow" and t.args[1] == number(2, NAT):
        return as_real(t.args[0])
    if t.op in ("mul", "div"):
        parts = [_unsquared(arg) for arg in t.args]
        if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
            return parts[0] * parts[1] if t.op == "mul" else parts[0] / parts[1]
    return None


def _value(p: Proof, goal: Term, asked: _Question) -> Term:
    """Return the best value in a claim, of any k where it is about x_k, x_{k+1}, …"""
    failure: NoProof | None = None
    for read in any_steps(p, goal):
        try:
            here = changed(asked, using=of_any_step(asked.using))
            return _value_at_points(read.proof, read.claim, here)
        except NoProof as error:
            failure = error
    if failure is not None and not members_by_number([goal, *asked.given]):
        raise failure
    return _value_at_points(p, goal, asked)


def _value_at_points(p: Proof, goal: Term, asked: _Question) -> Term:
    """Return the best value at the points of the statement, and those x − ∇f(x)/L if none is."""
    try:
        return _value_there(p, goal, asked)
    except NoProof as error:
        more = [] if error.evidence.example else after_a_step(p, goal, asked.points)
        if more:
            with suppress(NoProof):
                return _value_there(p, goal, changed(asked, points=[*asked.points, *more]))
        raise


def _value_there(p: Proof, goal: Term, asked: _Question) -> Term:
    unknown, using, points = asked.unknown, asked.using, asked.points
    known = known_facts(p, using, goal)
    counted = at_numbers(p, known, goal)

    def of_one(part: Part) -> Term:
        here = changed(asked, using=part.using, points=part.points)
        return _value_at_points(part.proof, part.claim, here)

    rate = rate_of_steps(p, goal, unknown, counted, using, points, of_one)
    if rate is None:
        rate = rate_at_many_points(goal, unknown, counted, points)
    if rate is not None:
        return rate
    premises, _, stated = gather(p, goal, known, points)
    conclusions = [fact.claim for fact in premises]
    with advised(p, goal, premises, using, unknown, points):
        if premises:
            return _least(asked, stated, conclusions)
        try:
            return _least(asked, stated, [number(0) <= number(1)])
        except NoProof:
            raise NoProof(Evidence(NO_PREMISES, {})) from None


def _least(asked: _Question, stated: Term, conclusions: Sequence[Term]) -> Term:
    """Return the best value that inequalities allow, at numbers and then of the parameters."""
    unknown = asked.unknown
    parameters = [v for v in constants([stated, *conclusions]) if v != unknown]
    if parameters and roots_of_numbers(conclusions):
        raise NoProof(Evidence(_ROOTS, {}))
    if parameters:
        return closed_form(asked.given, unknown, stated, conclusions, parameters)
    try:
        stated, *conclusions = approximated([stated, *conclusions])
    except SeveralRoots as error:
        raise NoProof(Evidence(str(error), {})) from None
    near, exact = best_value(stated, unknown, conclusions)
    if exact is None:
        why = (
            f"the best rate, near {near:.10g}, was not recognised as a rational number or one "
            "with a square root; a number a little above it can be stated and proved"
        )
        raise NoProof(Evidence(why, {}))
    return written(exact)
