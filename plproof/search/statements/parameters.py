"""Numbers for the parameters of a statement: points of the region that its hypotheses describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from random import Random

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import FALSE, Term, as_real, free_variables, number, subterms
from plproof.proof.facts import Fact

_TRIES, _NEAR, _SIMPLE = 10_000, 2_500, 400


def parameters_of(terms: Sequence[Term]) -> list[Term]:
    """Return the free real and natural variables of the terms, in order."""
    return [v for v in free_variables(terms) if v.sort in (REAL, NAT)]


def constants(terms: Sequence[Term]) -> list[Term]:
    """Return the parameters: all numbers but those in which the comparisons are affine.

    t is none in t ≤ ‖∇f(x)‖², nor m in t ≤ 4L(f(x) − m): they are values, as f(x) is.
    """
    sides = [a for t in terms for a in canonical(t).args if a.sort == REAL]
    return [v for v in parameters_of(terms) if not all(_summand(v, side) for side in sides)]


def _summand(v: Term, t: Term) -> bool:
    """Say whether a number occurs in a term as a summand only, perhaps times other numbers."""
    if t == v or v not in free_variables(t):
        return True
    if t.op in ("add", "neg", "real"):
        return all(_summand(v, arg) for arg in t.args)
    if t.op == "mul":
        plain = [arg for arg in t.args if v not in free_variables(arg)]
        inner = [arg for arg in t.args if v in free_variables(arg)]
        return len(inner) == 1 and all(map(is_number, plain)) and _summand(v, inner[0])
    return t.op == "div" and v not in free_variables(t.args[1]) and _summand(v, t.args[0])


def is_number(t: Term) -> bool:
    """Say whether a term speaks of real and natural variables alone, or of none."""
    return not t.loose and all(v.sort in (REAL, NAT) for v in free_variables(t))


def region(hypotheses: Sequence[Term], numbers: Sequence[Term] | None = None) -> list[Term]:
    """Return the hypotheses that speak of parameters only: they describe the region.

    ``numbers`` are the parameters, by default all real and natural variables.
    """
    found = []
    for h in hypotheses:
        free = free_variables(h)
        known = [v in numbers if numbers is not None else v.sort in (REAL, NAT) for v in free]
        if free and all(known):
            found.append(h)
    return found


def about_numbers(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts that speak of parameters only."""
    return [fact for fact in facts if region([fact.claim])]


def samples(
    parameters: Sequence[Term], hypotheses: Sequence[Term], simple_only: bool = False
) -> Iterator[dict[Term, Term]]:
    """Yield numbers for the parameters with which the hypotheses about them hold.

    The first parameters of size 1 and simple fractions come early, or are all there is with
    ``simple_only``; where the hypotheses ask for others, as L ≥ 100 and κ = L/μ do, the numbers in
    them say of what size, and what equations give is computed.  Nothing is yielded when none are
    found in a bounded number of tries.  Natural numbers are positive, if the hypotheses have
    positive ones.
    """
    if not parameters:
        yield {}
        return
    for least in (1, 0) if any(v.sort == NAT for v in parameters) else (1,):
        for near in (True, False) if _defined(parameters, hypotheses) else (False, True):
            fitting = _samples(parameters, hypotheses, simple_only, least, near)
            first = next(fitting, None)
            if first is not None:
                yield first
                yield from fitting
                return


def _samples(
    parameters: Sequence[Term],
    hypotheses: Sequence[Term],
    simple_only: bool,
    least: int,
    near: bool,
) -> Iterator[dict[Term, Term]]:
    draw = Random(0)
    checked: dict[tuple[object, ...], bool] = {}
    own = [(h, free_variables(h)) for h in hypotheses]

    def allowed(values: dict[Term, Term]) -> bool:
        for h, variables in own:
            key = (h, *(values[v] for v in variables if v in values))
            if key not in checked:
                checked[key] = holds(substitute(h, values))
            if not checked[key]:
                return False
        return True

    scales = _sizes(hypotheses) if near else []
    defined = _defined(parameters, hypotheses) if near else {}
    below = (1, 2, 3, 4, 5, 6) if simple_only else (1, 2, 3, 5, 7, 10)
    simple = [Fraction(a, b) for b in below for a in range(1, 2 * b + 1)]
    for attempt in range(_NEAR if near else _TRIES):
        values: dict[Term, Term] = {}
        for v in parameters:
            if v.sort == NAT:
                values[v] = number(Fraction(draw.randint(least, 6)), NAT)
            elif simple_only or attempt < _SIMPLE:
                values[v] = number(draw.choice(simple))
            else:  # in general position, so that no polynomial vanishes on all of them
                b = draw.choice((11, 13, 17, 19, 23, 29, 31))
                values[v] = number(Fraction(draw.randint(1, 2 * b), b))
        if attempt % 4 == 3:  # most parameters are positive, not all of them are
            values = {v: _signed(t, draw) for v, t in values.items()}
        if scales:
            reals = [v for v in values if v.sort == REAL]
            values |= {v: number(values[v].data * draw.choice(scales)) for v in reals}
        for v, t in list(defined.items()) * len(defined):  # one may be given by another
            value = evaluated(as_real(substitute(t, values)))
            values[v] = values[v] if value is None else number(value, v.sort)
        if allowed(values):
            yield values


def _sizes(hypotheses: Sequence[Term]) -> list[Fraction]:
    """Return 1 and the sizes of the numbers in the hypotheses and of their inverses."""
    inside = (t.data for h in hypotheses for t in subterms(h) if t.op == "num")
    sizes = dict.fromkeys(abs(c) for c in inside if c)
    return list(dict.fromkeys([Fraction(1), *sizes, *(1 / c for c in sizes)]))


def _defined(parameters: Sequence[Term], hypotheses: Sequence[Term]) -> dict[Term, Term]:
    """Return what equations say that real parameters are."""
    found: dict[Term, Term] = {}
    for c in map(canonical, hypotheses):
        for v, t in (c.args, c.args[::-1]) if c.op == "eq" else ():
            if v.sort == REAL and v in parameters and v not in (*found, *free_variables(t)):
                found[v] = t
                break
    return found


def _signed(value: Term, draw: Random) -> Term:
    return value if value.sort == NAT or draw.random() < 0.5 else number(-Fraction(value.data))


def holds(proposition: Term) -> bool:
    """Say whether a comparison of exact numbers holds; False for anything else."""
    c = canonical(proposition)
    if c.op == "and":
        return all(map(holds, c.args))
    if c.op == "or":
        return any(map(holds, c.args))
    if c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq":
        value = evaluated(as_real(c.args[0].args[1]) - as_real(c.args[0].args[0]))
        return value is not None and value != 0
    if c.op not in ("le", "lt", "eq") or c.args[0].sort.kind not in ("Real", "Nat"):
        return False
    value = evaluated(as_real(c.args[1]) - as_real(c.args[0]))
    if value is None:
        return False
    return value == 0 if c.op == "eq" else value > 0 if c.op == "lt" else value >= 0


def evaluated(term: Term) -> Fraction | None:
    """Return the value of a term of exact numbers, None when it has none of that kind."""
    try:
        p = NormalForm().scalar(term)
    except KernelError:
        return None
    return p.get((), Fraction(0)) if set(p) <= {()} else None
