"""The inequalities of a claim, each as small ≤ large, between which a ratio means something.

The ratio small/large is 1 where an inequality is attained.  It is taken between quantities that do
not change when a constant is added to the function: as the claim is written where both sides are
such, otherwise after the terms of degree one in the function are brought to one side, as in
‖∇f(x)‖²/(2β) ≤ f(x) − f(x⁺).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from plproof.language.binding import fresh_variable, open_binder
from plproof.language.printing import show
from plproof.language.propositions import at_most
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables, make, subterms

Offset: TypeAlias = dict[tuple[int, ...], Fraction]
"""How a term changes when 1 is added to every function: a sum of products of terms, by id."""


@dataclass(frozen=True)
class Comparison:
    """One inequality of a claim, for all ``variables`` that satisfy what is ``given`` besides.

    ``proposition`` is the inequality as it is written, ``small`` ≤ ``large`` as it is measured.
    With ``some`` = (i, n), the claim is that it holds for some natural number i ≤ n, and its ratio
    is the least of those.
    """

    variables: tuple[Term, ...]
    given: tuple[Term, ...]
    proposition: Term
    small: Term
    large: Term
    some: tuple[Term, Term] | None = None


def comparisons(statement: Statement) -> list[Comparison]:
    """Return the inequalities of a claim that stand under "for all", "and" and "implies".

    Bound variables become free ones, definitions are unfolded.  An equation is no inequality, and
    what stands under "or" or "there is" has no ratio, but for "there is an i ≤ n".
    """
    return list(_open(statement.claim, (), (), list(statement.variables())))


def _open(
    p: Term, variables: tuple[Term, ...], given: tuple[Term, ...], avoid: list[Term]
) -> Iterator[Comparison]:
    if p.op == "all":
        v = fresh_variable(p.data.name, p.data.sort, avoid)
        yield from _open(open_binder(p, v), (*variables, v), given, [*avoid, v])
    elif p.op == "imp" and p.args[1].op != "false":
        yield from _open(p.args[1], variables, (*given, p.args[0]), avoid)
    elif p.op == "and":
        for part in p.args:
            yield from _open(part, variables, given, avoid)
    elif p.op == "def":
        yield from _open(p.data.unfold(p.args), variables, given, avoid)
    elif p.op == "ex" and p.data.sort == NAT:
        i = fresh_variable(p.data.name, p.data.sort, avoid)
        body = open_binder(p, i)
        last = at_most(body.args[0], i) if body.op == "and" and len(body.args) == 2 else None
        if last is not None:
            for c in _open(body.args[1], variables, given, [*avoid, i]):
                if c.some is None and c.proposition == body.args[1]:
                    yield replace(c, proposition=p, some=(i, last))
    elif p.op in ("le", "lt", "ge", "gt") and p.args[0].sort == REAL:
        small, large = p.args if p.op in ("le", "lt") else reversed(p.args)
        used = {*free_variables([*given, p])}
        own = tuple(v for v in variables if v in used)
        yield Comparison(own, given, p, *balanced(small, large))


def balanced(small: Term, large: Term) -> tuple[Term, Term]:
    """Return the sides of small ≤ large between which a ratio means something; see the module.

    Sides that change with the function's additive constant are returned as they are where all
    their terms are of one degree in it: measure the function from its minimum then.  Of 0 ≤ a − b
    the sides are b and a, of −a ≤ b they are −b and a.
    """
    if not (_offset(small) or _offset(large)):
        return _apart_from_zero(small, large)
    linear: list[Term] = []
    rest: list[Term] = []
    for term, sign in [*_summands(large, 1), *_summands(small, -1)]:
        group = linear if degree(term) == 1 else rest
        group.append(term if sign > 0 else make("neg", (term,)))
    if not rest or not linear:
        return small, large
    first, second = _sum(linear), _sum(rest)
    if rest[0].op == "neg":
        return _minus(second), first
    return _minus(first), second


def _apart_from_zero(small: Term, large: Term) -> tuple[Term, Term]:
    """Return the sides of small ≤ large; where one is 0, the other's terms by their signs."""
    if small.op == "num" and not small.data and small.sort == REAL:
        terms = list(_summands(large, 1))
    elif large.op == "num" and not large.data and large.sort == REAL:
        terms = list(_summands(small, -1))
    else:
        positive = _negated(small)
        return (small, large) if positive is None else (_minus(large), positive)
    above, below = ([t for t, s in terms if s == sign] for sign in (1, -1))
    return (_sum(below), _sum(above)) if above and below else (small, large)


def _negated(term: Term) -> Term | None:
    """Return a where a term is written −a, None for others."""
    if term.op == "neg":
        return term.args[0]
    first = _negated(term.args[0]) if term.op == "mul" else None
    return None if first is None else make("mul", (first, *term.args[1:]))


def degree(term: Term) -> int:
    """Return the degree of a term in the functions, their gradients having that of their values.

    The points at which a function is taken count for nothing.
    """
    op, args = term.op, term.args
    if op in ("app", "grad"):
        return 0 if args[0].sort.parts[0].kind == "Nat" else 1
    if op in ("mul", "smul", "ip"):
        return degree(args[0]) + degree(args[1])
    if op == "div":
        return degree(args[0]) - degree(args[1])
    if op == "pow":
        power = int(args[1].data) if args[1].op == "num" else 1
        return power * degree(args[0]) if degree(args[0]) else 0
    if op == "def":
        return degree(term.data.unfold(args))
    return max((degree(arg) for arg in args), default=0) if op in ("add", "neg", "sqrt") else 0


def _offset(term: Term) -> Offset:
    op, args = term.op, term.args
    if op == "app" and args[0].sort.parts[0].kind == "Vec":
        return {(): Fraction(1)}
    if op == "def":
        return _offset(term.data.unfold(args))
    if op in ("add", "neg"):
        found: Offset = {}
        for arg in args:
            for key, c in _offset(arg).items():
                found[key] = found.get(key, Fraction(0)) + (-c if op == "neg" else c)
        return {key: c for key, c in found.items() if c}
    if op in ("mul", "div", "smul"):
        pairs = [(args[0], args[1])] if op == "div" else [(args[0], args[1]), (args[1], args[0])]
        for part, factor in pairs:
            inner = _offset(part)
            if inner:
                sign = -1 if op == "div" else 1
                return {tuple(sorted((*key, sign * id(factor)))): c for key, c in inner.items()}
        return {}
    return {(id(term),): Fraction(1)} if any(_offset(a) for a in args if a.sort == REAL) else {}


def _summands(term: Term, sign: int) -> Iterator[tuple[Term, int]]:
    if term.op == "add":
        for arg in term.args:
            yield from _summands(arg, sign)
    elif term.op == "neg":
        yield from _summands(term.args[0], -sign)
    elif term.op == "def":
        yield from _summands(term.data.unfold(term.args), sign)
    else:
        yield term, sign


def _sum(terms: list[Term]) -> Term:
    return terms[0] if len(terms) == 1 else make("add", tuple(terms))


def _minus(term: Term) -> Term:
    """Return −term, its minus signs undone where there are any."""
    parts = term.args if term.op == "add" else (term,)
    return _sum([p.args[0] if p.op == "neg" else make("neg", (p,)) for p in parts])


def is_trivial(comparison: Comparison) -> bool:
    """Say whether a comparison speaks of natural numbers alone, as 0 ≤ k does."""
    both = make("add", (comparison.small, comparison.large))
    explicit = any(t.op == "lam" for t in subterms(both))
    return not explicit and all(v.sort == NAT for v in free_variables(both))


def index_name(comparison: Comparison) -> str:
    """Return the name of the natural number that a comparison is about, "k" where it has none."""
    terms = [comparison.proposition, *comparison.given]
    names = [show(v) for v in free_variables(terms) if v.sort == NAT]
    return names[-1] if names else "k"
