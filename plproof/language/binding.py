"""Binding and substitution without capture.  [trusted: read by the kernel]"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from plproof.language.signatures import Binder
from plproof.language.sorts import LanguageError, Sort
from plproof.language.terms import Term, free_variables, make, rebuild, subterms


def bind(op: str, variable: Term, body: Term) -> Term:
    """Return the binder ``op`` over ``body`` with the free ``variable`` bound.

    Raises LanguageError when ``variable`` is not a variable.
    """
    return bind_each(op, (variable,), body)


def bind_each(op: str, variables: Sequence[Term], body: Term) -> Term:
    """Return a binder ``op`` for each variable, the first outermost; of two the inner binds."""
    for variable in variables:
        if not isinstance(variable, Term) or variable.op != "var":
            raise LanguageError(f"only a variable can be bound, not {variable}")
    inside = {variable: len(variables) - n for n, variable in enumerate(variables, 1)}

    def replacement(term: Term, depth: int) -> Term | None:
        if term.op != "var" or term not in inside:
            return None
        return make("bound", (), depth + inside[term], term.sort)

    bound = rebuild(body, replacement)
    for variable in reversed(variables):
        bound = make(op, (bound,), Binder(variable.data, variable.sort))
    return bound


def open_binder(term: Term, value: Term) -> Term:
    """Return the body of a quantifier or function term with its variable replaced by ``value``.

    ``value`` must have the bound variable's sort and no loose bound variable.
    """
    if value.sort != term.data.sort:
        raise LanguageError(
            f"{value} is {value.sort.words()} where {term.data.sort.words()} is needed"
        )
    if value.loose:
        raise LanguageError("a term with a loose bound variable cannot be substituted")

    def replacement(t: Term, depth: int) -> Term | None:
        if t.loose <= depth:
            return t
        return value if t.op == "bound" and t.data == depth else None

    return rebuild(term.args[0], replacement)


def replace(term: Term, old: Term, new: Term) -> Term:
    """Return ``term`` with every occurrence of the closed term ``old`` replaced by ``new``."""
    if old.loose or new.loose:
        raise LanguageError("only terms without loose bound variables can be replaced")
    return rebuild(term, lambda t, _: new if t == old else None)


def shift(term: Term, amount: int) -> Term:
    """Return ``term`` with its loose bound variables renumbered to stand under more binders."""
    if not term.loose or not amount:
        return term

    def replacement(t: Term, depth: int) -> Term | None:
        if t.loose <= depth:
            return t
        return make("bound", (), t.data + amount, t.sort) if t.op == "bound" else None

    return rebuild(term, replacement)


def substitute(term: Term, values: Mapping[Term, Term]) -> Term:
    """Return ``term`` with free variables replaced, all at once and without capture.

    Loose bound variables of a value keep meaning what they meant where the whole term stands.
    """
    for variable, value in values.items():
        if value.sort != variable.sort:
            raise LanguageError(f"{value} cannot be put in place of {variable}")

    def replacement(t: Term, depth: int) -> Term | None:
        return shift(values[t], depth) if t.op == "var" and t in values else None

    return rebuild(term, replacement)


def rename_spaces(term: Term, spaces: Mapping[str, str]) -> Term:
    """Return ``term`` with the named spaces replaced by others, in every sort it mentions."""
    spaces = {old: new for old, new in spaces.items() if old != new}
    if not spaces:
        return term
    done: dict[int, Term] = {}
    for t in subterms(term):
        data = t.data
        if isinstance(data, Binder):
            data = Binder(data.name, data.sort.rename(spaces))
        args = tuple(done[id(arg)] for arg in t.args)
        done[id(t)] = make(t.op, args, data, t.sort.rename(spaces))
    return done[id(term)]


def fresh_variable(name: str, sort: Sort, avoid: Iterable[Term]) -> Term:
    """Return a variable of that name, or with a number added, that does not occur in ``avoid``."""
    from_names = {v.data for v in free_variables(avoid)}
    base = name or "x"
    candidate, number = base, 0
    while candidate in from_names:
        number += 1
        candidate = f"{base}_{number}"
    return make("var", (), candidate, sort)
