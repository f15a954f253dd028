"""Statements about sequences at a number of steps: the first members become points of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, as_real, free_variables, number, rebuild, subterms
from plproof.search.statements.parameters import evaluated, holds

#: numbers of steps that are tried for a claim that leaves them open
_STEPS = (2, 1, 3, 0)
_MOST, _OPEN = 40, 2


def step_counts(
    naturals: Sequence[Term], given: Mapping[Term, Fraction]
) -> Iterator[dict[Term, Fraction]]:
    """Yield numbers for natural variables: those given, small ones for a few others."""
    rest = [v for v in naturals if v not in given]
    for chosen in product(_STEPS, repeat=len(rest)) if len(rest) <= _OPEN else ():
        yield {**given, **dict(zip(rest, map(Fraction, chosen), strict=True))}


def unrolled(
    hypotheses: Sequence[Term], claim: Term, counts: Mapping[Term, Fraction]
) -> tuple[list[Term], Term]:
    """Return the statement with numbers for its natural variables and points for its sequences.

    A hypothesis for all k is used at every k at which it speaks of no member beyond those of the
    claim; see :func:`goes_on` for whether a sequence with these members exists.
    """
    values = {v: number(n, NAT) for v, n in counts.items()}
    given, claim = [substitute(h, values) for h in hypotheses], substitute(claim, values)
    sequences = [v for v in free_variables([*given, claim]) if is_sequence(v)]
    if not sequences:
        return given, claim
    last = max((k for t in (claim, *given) for _, k in _members(t, sequences)), default=0)
    stated = [instance for h in given for instance in _instances(h, sequences, min(last, _MOST))]
    taken = list(free_variables([*stated, claim]))
    points: dict[tuple[Term, int], Term] = {}

    def named(t: Term, depth: int) -> Term | None:
        if t.op != "app" or t.args[0] not in sequences or t.loose:
            return None
        index = evaluated(as_real(t.args[1]))
        if index is None:
            return None
        key = (t.args[0], int(index))
        if key not in points:
            points[key] = fresh_variable(f"{t.args[0].data}{key[1]}", t.sort, taken)
            taken.append(points[key])
        return points[key]

    stated = [rebuild(h, named) for h in stated]
    return stated, rebuild(claim, named)


def goes_on(hypotheses: Sequence[Term]) -> bool:
    """Say whether sequences that satisfy the hypotheses up to a member always go on.

    They do where each hypothesis about them is a recursion x_{k+1} = …, the right side of which
    speaks of no later member.
    """
    for h in hypotheses:
        sequences = [v for v in free_variables(h) if is_sequence(v)]
        if sequences and not _is_recursion(h, sequences):
            return False
    return True


def _is_recursion(h: Term, sequences: Sequence[Term]) -> bool:
    while h.op == "def":
        h = h.data.unfold(h.args)
    if h.op != "all" or h.data.sort != NAT or h.args[0].op != "eq":
        return False
    k = fresh_variable("k", NAT, free_variables(h))
    left, right = open_binder(h, k).args
    named = left.op == "app" and left.args[0] in sequences and left.args[1] == k + 1
    members = [s for s in subterms(right) if s.op == "app" and s.args[0] in sequences]
    bare = sum(s in sequences for s in subterms(right)) <= len({s.args[0] for s in members})
    return named and bare and all(s.args[1] == k for s in members)


def is_sequence(v: Term) -> bool:
    """Say whether a variable is a function of natural numbers."""
    return v.sort.kind == "Fun" and v.sort.parts[0] == NAT


def _members(t: Term, sequences: Sequence[Term]) -> Iterator[tuple[Term, int]]:
    """Yield the members of sequences that a term speaks of by number."""
    for s in subterms(t):
        if s.op == "app" and s.args[0] in sequences and not s.loose:
            index = evaluated(as_real(s.args[1]))
            if index is not None:
                yield s.args[0], int(index)


def _instances(h: Term, sequences: Sequence[Term], last: int) -> Iterator[Term]:
    """Yield a hypothesis, or what it says of the members up to the last."""
    if not any(v in sequences for v in free_variables(h)):
        yield h
        return
    if h.op == "def":
        yield from _instances(h.data.unfold(h.args), sequences, last)
    elif h.op == "and":
        for part in h.args:
            yield from _instances(part, sequences, last)
    elif h.op == "all" and h.data.sort == NAT:
        for k in range(last + 1):
            instance = open_binder(h, number(k, NAT))
            if all(index <= last for _, index in _members(instance, sequences)):
                yield from _instances(_without_condition(instance), sequences, last)
    else:
        yield h


def _without_condition(t: Term) -> Term:
    """Return Q for "if P then Q" with P a comparison of numbers that holds."""
    while t.op == "imp" and holds(t.args[0]):
        t = t.args[1]
    return t
