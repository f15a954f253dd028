"""Statements about sequences at a number of steps: the first members become points of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, as_real, free_variables, number, rebuild, subterms
from plproof.search.statements.any_step import offset
from plproof.search.statements.members import is_sequence
from plproof.search.statements.parameters import evaluated, holds

#: numbers of steps that are tried for a claim that leaves them open
_STEPS = (2, 1, 3, 0)
_OPEN = 2
#: up to how many steps statements are written out
_MOST = 200


def step_counts(
    naturals: Sequence[Term], given: Mapping[Term, Fraction]
) -> Iterator[dict[Term, Fraction]]:
    """Yield numbers for natural variables: those given, small ones for a few others."""
    rest = [v for v in naturals if v not in given]
    for chosen in product(_STEPS, repeat=len(rest)) if len(rest) <= _OPEN else ():
        yield {**given, **dict(zip(rest, map(Fraction, chosen), strict=True))}


def unrolled(
    hypotheses: Sequence[Term],
    claim: Term,
    counts: Mapping[Term, Fraction],
    others: Sequence[Term] = (),
) -> tuple[list[Term], Term, list[Term]] | None:
    """Return the statement with numbers for its natural variables and points for its sequences.

    A hypothesis for all k is used at every k at which it speaks of no member beyond those that the
    statement names; see :func:`goes_on` for whether a sequence with these members exists.  What the
    ``others`` say of the members is said of the points.  None where there are too many steps.
    """
    values = {v: number(n, NAT) for v, n in counts.items()}
    given, claim = [substitute(h, values) for h in hypotheses], substitute(claim, values)
    sequences = [v for v in free_variables([*given, claim]) if is_sequence(v)]
    if not sequences:
        return given, claim, [substitute(t, values) for t in others]
    last = max((k for t in (claim, *given) for _, k in _members(t, sequences)), default=0)
    if last > _MOST:
        return None
    stated = [instance for h in given for instance in _instances(h, sequences, last)]
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
    asked = rebuild(claim, named)
    return stated, asked, [rebuild(substitute(t, values), named) for t in others]


def goes_on(hypotheses: Sequence[Term]) -> bool:
    """Say whether sequences that satisfy the hypotheses up to a member always go on.

    They do where each hypothesis about them speaks of members by number alone, as x₁ = x₀ − ∇f(x₀),
    or is the only recursion x_{k+c} = … of a sequence for all k, perhaps from one on.  Its right
    side speaks of no later members, and of none as late but of sequences that do not wait for this
    one, as y_{k+1} = x_{k+1} + ….
    """
    waits: dict[Term, set[Term]] = {}
    for h in (part for whole in hypotheses for part in _parts(whole)):
        sequences = [v for v in free_variables(h) if is_sequence(v)]
        if not sequences or _is_by_number(h, sequences):
            continue
        read = _recursion(h, sequences)
        if read is None or read[0] in waits:
            return False
        waits[read[0]] = read[1]
    while waits:
        free = [x for x, others in waits.items() if not others & waits.keys()]
        if not free:
            return False
        for x in free:
            del waits[x]
    return True


def _parts(h: Term) -> Iterator[Term]:
    """Yield the parts of a hypothesis about sequences, those of definitions too."""
    if h.op == "def" and any(map(is_sequence, free_variables(h))):
        h = h.data.unfold(h.args)
    if h.op != "and":
        yield h
        return
    for part in h.args:
        yield from _parts(part)


def _is_by_number(h: Term, sequences: Sequence[Term]) -> bool:
    """Say whether a hypothesis speaks of sequences by members at numbers alone."""
    return _speaks_of_members(h, sequences, lambda index: evaluated(as_real(index)) is not None)


def _recursion(h: Term, sequences: Sequence[Term]) -> tuple[Term, set[Term]] | None:
    """Return a sequence, and those that it waits for, where its members are given by others."""
    if h.op != "all" or h.data.sort != NAT:
        return None
    k = fresh_variable("k", NAT, free_variables(h))
    body = open_binder(h, k)
    while body.op == "imp" and _about_number(body.args[0], k):
        body = body.args[1]
    if body.op != "eq" or body.args[0].op != "app" or body.args[0].args[0] not in sequences:
        return None
    left, right = body.args
    owner, last = left.args[0], offset(left.args[1], k)
    known = _speaks_of_members(right, sequences, lambda index: offset(index, k) is not None)
    if last is None or last < 1 or not known:
        return None
    waits: set[Term] = set()
    members = (s for s in subterms(right) if s.op == "app" and s.args[0] in sequences)
    for member in members:
        place = offset(member.args[1], k) or 0
        if place > last or (place == last and member.args[0] == owner):
            return None
        if place == last:
            waits.add(member.args[0])
    return owner, waits


def _about_number(t: Term, k: Term) -> bool:
    """Say whether a comparison of numbers speaks of k alone."""
    return t.op in ("le", "lt", "ge", "gt") and free_variables(t) == (k,)


def _speaks_of_members(t: Term, sequences: Sequence[Term], known: Callable[[Term], bool]) -> bool:
    """Say whether all that a term says of sequences is of members at an index that is known."""

    def point(s: Term, depth: int) -> Term | None:
        member = s.op == "app" and s.args[0] in sequences and not s.loose
        return fresh_variable("x", s.sort, [t]) if member and known(s.args[1]) else None

    return not set(sequences) & set(free_variables(rebuild(t, point)))


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
