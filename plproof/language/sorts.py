"""Sorts of the statement language: what kind of thing a term denotes.  [trusted]

A *space* is a finite-dimensional Euclidean space and is referred to by its name, which acts as a
variable: a statement about ``E`` holds for every Euclidean space put in its place.  Spaces and
sorts live in different fields of :class:`Sort`, so that a space called ``Real`` is harmless.  The
names ``R^0``, ``R^1``, … are no variables: they are the coordinate spaces, and stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True, eq=False)
class Sort:
    """A sort: ``kind`` with the names of the ``spaces`` and the component sorts it is made of.

    >>> function(vector("E"), REAL)
    E → ℝ
    """

    kind: str
    spaces: tuple[str, ...] = ()
    parts: tuple[Sort, ...] = ()
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        arity = KINDS.get(self.kind)
        if arity is None:
            raise LanguageError(f"there is no sort {self.kind!r}; sorts are {', '.join(KINDS)}")
        if (len(self.spaces), len(self.parts)) != arity:
            raise LanguageError(f"the sort {self.kind} was given the wrong number of components")
        if not all(isinstance(name, str) and name for name in self.spaces):
            raise LanguageError(f"the sort {self.kind} needs the name of a space")
        if not all(isinstance(part, Sort) for part in self.parts):
            raise LanguageError(f"the sort {self.kind} needs component sorts")

        if self._size() > MAX_PARTS:
            raise LanguageError(f"a sort of more than {MAX_PARTS} parts")
        # asked for every term that is made, and a sort is small: computed once
        object.__setattr__(self, "_hash", hash((self.kind, self.spaces, self.parts)))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is type(self)
            and self.kind == other.kind
            and self.spaces == other.spaces
            and self.parts == other.parts
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return Sort, (self.kind, self.spaces, self.parts)  # hashes differ between processes

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
