"""Definitions: a name for a proposition or term with parameters.  [trusted: read by the kernel]

A definition is part of the term that uses it, not an entry of a registry: two definitions are the
same when their names, parameters, words and bodies are.  It is schematic in the spaces its
parameters mention: ``Smooth(f, beta)`` fits a function on any space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from plproof.language.binding import rename_spaces, substitute
from plproof.language.sorts import LanguageError, Sort, coordinates_of, match_spaces
from plproof.language.source import Source
from plproof.language.terms import Term, free_variables, lift, make, subterms

#: a term with more definitions in it than this, one in another, is refused: they may double
MAX_UNFOLDED = 10_000


class Definition:
    """A definition ``name(parameters) := body``; call it to build the term it stands for.

    Arguments: ``name``, a word; ``parameters``, variables; ``body``, a term whose free variables
    are among them; ``words``, how a person says it, with the parameters in braces by position
    (``"{0} is {1}-smooth"``); ``source``, where it comes from (for the reader only).

    >>> from plproof.language import Function, Reals, Space, Vectors, forall
    >>> E = Space("E"); f = Function("f", E); xs, x = Vectors("x* x", E)
    >>> Minimiser = Definition("Minimiser", [f, xs], forall(x, f(xs) <= f(x)))
    >>> Minimiser(f, xs)
    Minimiser(f, x*)
    """

    __slots__ = ("body", "key", "name", "parameters", "source", "words")

    key: tuple[object, ...]
    name: str
    parameters: tuple[Term, ...]
    body: Term
    words: str
    source: Source | None

    def __init__(
        self,
        name: str,
        parameters: Sequence[Term],
        body: Term,
        words: str = "",
        source: Source | None = None,
    ) -> None:
        params = tuple(parameters)
        if not isinstance(name, str) or not name.isidentifier():
            raise LanguageError(f"{name!r} is not a name for a definition: use letters, as in PL")
        for p in params:
            if not isinstance(p, Term) or p.op != "var":
                raise LanguageError(f"the parameters of {name} are variables; {p!r} is not one")
        if len({p.data for p in params}) != len(params):  # also of two sorts: spaces get renamed
            raise LanguageError(f"{name} has two parameters of the same name")
        if not isinstance(body, Term) or body.loose:
            raise LanguageError(f"the body of {name} must be a closed term, not {body!r}")
        given = set(params)
        stray = [v for v in free_variables(body) if v not in given]
        if stray:
            raise LanguageError(f"{name}: {stray[0]} is used in the body but is not a parameter")
        known = {s for p in params for s in p.sort.space_names()}
        used = {s for t in subterms(body) for s in t.sort.space_names()}
        stray_spaces = {s for s in used - known if coordinates_of(s) is None}
        if stray_spaces:
            raise LanguageError(f"{name}: no parameter lives in the space {min(stray_spaces)}")
        places = re.findall(r"\{(\d+)\}", words) if isinstance(words, str) else [""]
        plain = re.sub(r"\{\d+\}", "", words) if isinstance(words, str) else "{"
        if not set("{}").isdisjoint(plain) or any(int(i[:4]) >= len(params) for i in places):
            raise LanguageError(
                f"{name}: the words {words!r} do not fit: write {{0}}, {{1}}, … for parameters"
            )
        fields = {
            "name": name,
            "parameters": params,
            "body": body,
            "words": words,
            "source": source,
            "key": (name, params, body, words),
        }
        for field, value in fields.items():
            object.__setattr__(self, field, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("definitions are immutable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.parameters))}) := {self.body}"

    def _spaces(self, sorts: Sequence[Sort]) -> dict[str, str]:
        if len(sorts) != len(self.parameters):
            raise LanguageError(
                f"{self.name} takes {len(self.parameters)} arguments, not {len(sorts)}"
            )
        spaces: dict[str, str] = {}
        for parameter, sort in zip(self.parameters, sorts, strict=True):
            if not match_spaces(parameter.sort, sort, spaces):
                raise LanguageError(
                    f"{self.name}: {sort.words()} does not fit the parameter {parameter}, "
                    f"{parameter.sort.words()}"
                )
        return spaces

    def sort_of(self, sorts: tuple[Sort, ...]) -> Sort:
        """Return the sort of the term for arguments of these sorts; LanguageError if none fits."""
        return self.body.sort.rename(self._spaces(sorts))

    def __call__(self, *arguments: object) -> Term:
        """Return the term ``name(arguments)``; numbers are lifted to the parameters' sorts."""
        lifted = []
        for position, argument in enumerate(arguments):
            if isinstance(argument, Term) or position >= len(self.parameters):
                if not isinstance(argument, Term):
                    raise LanguageError(f"{self.name} takes {len(self.parameters)} arguments")
                wanted = self.parameters[min(position, len(self.parameters) - 1)].sort
                lifted.append(lift(argument, wanted) if wanted.kind == "Real" else argument)
            else:
                lifted.append(lift(argument, self.parameters[position].sort))
        return make("def", tuple(lifted), self)

    def unfold(self, arguments: tuple[Term, ...]) -> Term:
        """Return the body with the arguments put in; they may have loose bound variables."""
        spaces = self._spaces([a.sort for a in arguments])
        body = rename_spaces(self.body, spaces)
        parameters = [rename_spaces(p, spaces) for p in self.parameters]
        return substitute(body, dict(zip(parameters, arguments, strict=True)))


def unfold_all(root: Term) -> Term:
    """Return ``root`` with every definition replaced by what it stands for."""
    done: dict[int, Term] = {}
    bodies: dict[int, Term] = {}  # also keeps them alive, so that no id is used twice
    stack = [root]
    while stack:
        term = stack[-1]
        if id(term) in done:
            stack.pop()
            continue
        if not term.notation:
            done[id(term)] = term
            stack.pop()
            continue
        if term.op == "def":
            if id(term) not in bodies:
                if len(bodies) >= MAX_UNFOLDED:
                    raise LanguageError(f"more than {MAX_UNFOLDED} definitions to unfold")
                bodies[id(term)] = term.data.unfold(term.args)
            inner: tuple[Term, ...] = (bodies[id(term)],)
        else:
            inner = term.args
        missing = [t for t in inner if id(t) not in done]
        if missing:
            stack += missing
            continue
        args = tuple(done[id(t)] for t in inner)
        if term.op == "def":
            done[id(term)] = args[0]
        else:
            same = all(a is b for a, b in zip(args, term.args, strict=True))
            done[id(term)] = term if same else make(term.op, args, term.data, term.sort)
        stack.pop()
    return done[id(root)]


def definitions_of(terms: Sequence[Term]) -> tuple[Definition, ...]:
    """Return the definitions the terms use, also inside other definitions, each once, in order."""
    found: dict[Definition, None] = {}
    todo = list(terms)
    while todo:
        for term in subterms(todo.pop(0)):
            if term.op == "def" and term.data not in found:
                found[term.data] = None
                todo.append(term.data.body)
    return tuple(found)
