"""Statements put so that what is drawn meets their conditions.

Of random x and y it is never true that y is where a step from x leads: a claim "for all x, y: if A
then B" is tested with A as a hypothesis, by which points are chosen, and says the same.  And a
random vector is no subgradient: where one is asked for, at a point or as a map g with g(x) ∈ ∂f(x),
∇f takes its place, a special case of the statement; so it does for a map that is ∇f near a point.
"""

from __future__ import annotations

from collections.abc import Iterator

from plproof.kernel.normal import KernelError, NormalForm, plus
from plproof.language.binding import fresh_variable, open_binder, replace, substitute
from plproof.language.definitions import unfold_all
from plproof.language.propositions import at_variables, conjuncts
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.syntax import grad, mapsto
from plproof.language.terms import Term, free_variables, make, rebuild, subterms


def opened(statement: Statement) -> Statement:
    """Return the statement as it is tested: what stands for subgradients are gradients.

    The conditions of the claim become hypotheses where one is an equation between vectors or has a
    quantifier.  Other claims stay as they are: then many values are tried for every function.
    """
    statement = with_gradients(statement)
    claim, given, avoid = statement.claim, list[Term](), list(statement.variables())
    found, reached = claim, 0
    while found.op in ("all", "imp"):
        if found.op == "imp":
            if found.args[1].op == "false":
                break
            given += conjuncts(found.args[0])
            found = found.args[1]
            if any(_is_rare(p) for p in given[reached:]):
                claim, reached = found, len(given)
            continue
        if found.data.sort not in (REAL, NAT) and found.data.sort.kind != "Vec":
            break
        v = fresh_variable(found.data.name, found.data.sort, avoid)
        avoid.append(v)
        found = open_binder(found, v)
    if not reached:
        return statement
    names = {name for name, _ in statement.hypotheses}
    more: list[tuple[str, Term]] = []
    for p in given[:reached]:
        number = 1
        while f"condition_{number}" in names:
            number += 1
        names.add(f"condition_{number}")
        more.append((f"condition_{number}", p))
    return Statement((*statement.hypotheses, *more), claim)


def with_gradients(statement: Statement) -> Statement:
    """Return the statement with ∇f for what a hypothesis says is a subgradient of f."""
    values: dict[Term, Term] = {}
    given = [part for _, h in statement.hypotheses for part in conjuncts(unfold_all(h))]
    for p in given:
        for v, value in (*_subgradients(p), *_gradient_fields(p)):
            used = {w for t in (value, *values.values()) for w in free_variables(t)}
            if v not in values and v not in used and not used & values.keys():
                values[v] = value
    determined = {s for p in given if p.op == "eq" for s in p.args if s in values}
    values = {v: value for v, value in values.items() if v not in determined}
    if not values:
        return statement
    return Statement(
        tuple((name, _applied(substitute(h, values))) for name, h in statement.hypotheses),
        _applied(substitute(statement.claim, values)),
    )


def _subgradients(p: Term) -> Iterator[tuple[Term, Term]]:
    """Yield (v, ∇f(x)) where f(y) ≥ f(x) + ⟨v, y − x⟩ + c is said, for all y or of a y.

    And (g, x ↦ ∇f(x)) where it is said with v = g(x) for all x.
    """
    p, points = at_variables(p, kind="Vec")
    if p.op not in ("le", "ge"):
        return
    small, large = p.args if p.op == "le" else reversed(p.args)
    form = NormalForm()
    for t in subterms(p):
        if t.op != "ip":
            continue
        for v in t.args:
            f_at = [u for u in subterms(p) if u.op == "app" and u.args[1].sort == v.sort]
            for here in f_at:
                for there in f_at:
                    if here == there or here.args[0] != there.args[0] or here.sort != REAL:
                        continue
                    f, x = here.args
                    above = there - here - make("ip", (v, there.args[1] - x))
                    if f.op != "var" or not _is_free_of(v, large - small - above, form):
                        continue
                    if v.op == "var" and not {*points} & {v, *free_variables(x)}:
                        yield v, grad(f, x)
                    elif v.op == "app" and v.args[0].op == "var" and v.args[1] == x in points:
                        yield v.args[0], mapsto(x, grad(f, x))


def _is_free_of(v: Term, t: Term, form: NormalForm) -> bool:
    """Say whether a number is certainly the same for all vectors in the place of the term v.

    So a strongly convex function has a term in y − x besides.
    """
    used = [*free_variables([v, t])]
    two = [fresh_variable(name, v.sort, used) for name in ("u", "w")]
    try:
        first, second = (form.scalar(replace(t, v, other)) for other in two)
        return not form.cleared(plus(first, second, -1))
    except KernelError:
        return False


def _gradient_fields(p: Term) -> Iterator[tuple[Term, Term]]:
    """Yield (g, x ↦ ∇f(x)) where ∇f(v) = g(v) is said of the points v of some set."""
    for t in subterms(p):
        for slope, other in (t.args, t.args[::-1]) if t.op == "eq" else ():
            if slope.op != "grad" or slope.args[0].op != "var" or other.op != "app":
                continue
            f, v = slope.args
            g, at = other.args
            if g.op == "var" and at == v and v.op == "bound":
                x = fresh_variable("x", v.sort, [f, g])
                yield g, mapsto(x, grad(f, x))


def _applied(p: Term) -> Term:
    """Return a proposition with (x ↦ ∇f(x))(y) written as ∇f(y)."""

    def written(t: Term, _: int) -> Term | None:
        if t.op == "app" and t.args[0].op == "lam" and not t.args[0].loose:
            slope = t.args[0].args[0]
            if slope.op == "grad" and slope.args[1].op == "bound":
                return grad(slope.args[0], _applied(t.args[1]))
        return None

    return rebuild(p, written)


def _is_rare(p: Term) -> bool:
    """Say whether a random point hardly ever satisfies a condition."""
    return any(
        t.op in ("all", "ex") or (t.op == "eq" and t.args[0].sort.kind == "Vec")
        for part in conjuncts(unfold_all(p))
        for t in subterms(part)
    )


__all__ = ["opened", "with_gradients"]
