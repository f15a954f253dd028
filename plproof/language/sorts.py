"""Sorts of the statement language: what kind of thing a term denotes.  [trusted]

A *space* is a finite-dimensional Euclidean space and is referred to by its name, which acts as a
variable: a statement about ``E`` holds for every Euclidean space put in its place.  Spaces and
sorts live in different fields of :class:`Sort`, so that a space called ``Real`` is harmless.  The
names ``R^0``, ``R^1``, … are no variables: they are the coordinate spaces, and stay what they are.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from typing import NoReturn

#: kind -> (number of spaces, number of component sorts)
KINDS: Mapping[str, tuple[int, int]] = {
    "Real": (0, 0),
    "Nat": (0, 0),
    "Prop": (0, 0),
    "Vec": (1, 0),
    "Lin": (2, 0),
    "Sub": (1, 0),
    "Fun": (0, 2),
}
#: the kinds of things that are added and multiplied by reals
LINEAR = ("Real", "Vec", "Lin")

#: a sort may have so many parts; more could only come from data made to be slow
MAX_PARTS = 60


class LanguageError(TypeError):
    """A term that makes no sense was about to be built; the message names the culprit."""


class Sort:
    """A sort: ``kind`` with the names of the ``spaces`` and the component sorts it is made of.

    Of equal sorts there is one: they are compared and hashed by identity.

    >>> function(vector("E"), REAL)
    E → ℝ
    """

    __slots__ = ("__weakref__", "kind", "parts", "spaces")

    kind: str
    spaces: tuple[str, ...]
    parts: tuple[Sort, ...]

    def __new__(cls, kind: str, spaces: tuple[str, ...] = (), parts: tuple[Sort, ...] = ()) -> Sort:
        """Return the sort; LanguageError when its components do not fit."""
        if not all(type(part) is Sort for part in parts):
            raise LanguageError(f"the sort {kind} needs component sorts")
        if not all(type(name) is str and name for name in spaces):
            raise LanguageError(f"the sort {kind} needs the name of a space")
        arity = KINDS.get(kind) if type(kind) is str else None
        if arity is None:
            raise LanguageError(f"there is no sort {kind!r}; sorts are {', '.join(KINDS)}")
        if (len(spaces), len(parts)) != arity:
            raise LanguageError(f"the sort {kind} was given the wrong number of components")
        key = (kind, *spaces, *parts)
        known = _interned.get(key)
        if known is not None:
            return known
        sort = object.__new__(cls)
        for name, value in zip(cls.__slots__[1:], (kind, tuple(parts), tuple(spaces)), strict=True):
            object.__setattr__(sort, name, value)
        if sort._size() > MAX_PARTS:
            raise LanguageError(f"a sort of more than {MAX_PARTS} parts")
        return _interned.setdefault(key, sort)

    def __init_subclass__(cls) -> None:
        raise LanguageError("Sort cannot be subclassed")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("sorts are immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("sorts are immutable")

    def __reduce__(self) -> tuple[object, ...]:
        return Sort, (self.kind, self.spaces, self.parts)

    def _size(self) -> int:
        return 1 + sum(part._size() for part in self.parts)

    def rename(self, spaces: Mapping[str, str]) -> Sort:
        """Return the sort with spaces renamed (a space not in the mapping stays).

        Raises LanguageError when a coordinate space would become another space.
        """
        if not spaces:
            return self
        fixed = [name for name in self.spaces if spaces.get(name, name) != name]
        if any(coordinates_of(name) is not None for name in fixed):
            raise LanguageError(f"{fixed[0]} is a coordinate space: no other is put in its place")
        return Sort(
            self.kind,
            tuple(spaces.get(name, name) for name in self.spaces),
            tuple(part.rename(spaces) for part in self.parts),
        )

    def space_names(self) -> tuple[str, ...]:
        """Return the names of the spaces the sort mentions, in order of appearance."""
        names = list(self.spaces)
        for part in self.parts:
            names += [name for name in part.space_names() if name not in names]
        return tuple(names)

    def __repr__(self) -> str:
        if self.kind == "Fun":
            domain, codomain = self.parts
            left = f"({domain})" if domain.kind == "Fun" else f"{domain}"
            return f"{left} → {codomain}"
        if self.kind == "Vec":
            return self.spaces[0]
        if self.kind == "Lin":
            return f"L({self.spaces[0]}, {self.spaces[1]})"
        if self.kind == "Sub":
            return f"Sub({self.spaces[0]})"
        return {"Real": "ℝ", "Nat": "ℕ", "Prop": "Prop"}[self.kind]

    def words(self) -> str:
        """Return the sort in words, for error messages: ``'a vector of E'``."""
        if self.kind == "Vec":
            return f"a vector of {self.spaces[0]}"
        if self.kind == "Lin":
            return f"a linear map {self.spaces[0]} → {self.spaces[1]}"
        if self.kind == "Sub":
            return f"a subspace of {self.spaces[0]}"
        if self.kind == "Fun":
            return f"a function {self}"
        return {"Real": "a real", "Nat": "a natural number", "Prop": "a proposition"}[self.kind]


_interned: weakref.WeakValueDictionary[tuple[object, ...], Sort] = weakref.WeakValueDictionary()

REAL = Sort("Real")
NAT = Sort("Nat")
PROP = Sort("Prop")


def vector(space: str) -> Sort:
    """Return the sort of vectors of the named Euclidean space."""
    return Sort("Vec", (space,))


def linear(domain: str, codomain: str) -> Sort:
    """Return the sort of linear maps between the named Euclidean spaces."""
    return Sort("Lin", (domain, codomain))


def subspace(space: str) -> Sort:
    """Return the sort of subspaces of the named Euclidean space."""
    return Sort("Sub", (space,))


def coordinates_of(space: str) -> int | None:
    """Return n for the coordinate space ``R^n``, None for a space that is a variable.

    >>> coordinates_of("R^5"), coordinates_of("E")
    (5, None)
    """
    found = re.fullmatch(r"R\^(0|[1-9][0-9]{0,3})", space)
    return None if found is None else int(found[1])


def function(domain: Sort, codomain: Sort) -> Sort:
    """Return the sort of total functions from ``domain`` to ``codomain``."""
    return Sort("Fun", (), (domain, codomain))


def match_spaces(pattern: Sort, sort: Sort, found: dict[str, str]) -> bool:
    """Extend ``found`` so that ``pattern``, spaces renamed, is ``sort``; False if none does."""
    if pattern.kind != sort.kind:
        return False
    for name, actual in zip(pattern.spaces, sort.spaces, strict=True):
        if coordinates_of(name) is not None and name != actual:
            return False
        if found.setdefault(name, actual) != actual:
            return False
    return all(match_spaces(p, s, found) for p, s in zip(pattern.parts, sort.parts, strict=True))
