"""Derivatives of terms, carried along exactly: numbers with nilpotent parts (hyper-dual numbers).

A :class:`Dual` is a sum of products of generators ε₁, ε₂, …, each with square 0, with tracked
coefficients.  Evaluating a term at x + ε₁e gives its derivative in the direction e as the
coefficient of ε₁, by the rules of the calculus and without truncation (J. A. Fike and J. J. Alonso,
2011, for two generators).  A generator stands for all coordinate directions at once, along an axis
of its own in front of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import Tracked

Key = frozenset[int]
NONE: Key = frozenset()


class Dual:
    """A value with its coefficients of products of generators; a missing one is zero."""

    def __init__(self, parts: dict[Key, Tracked]) -> None:
        self.parts = parts

    @property
    def value(self) -> Tracked:
        """The part without generators."""
        return self.parts[NONE]

    def generators(self) -> int:
        """Return one more than the largest number of a generator that occurs."""
        return max((g + 1 for key in self.parts for g in key), default=0)


Number = Tracked | Dual


def parts(x: Number) -> dict[Key, Tracked]:
    """Return the parts of a number."""
    return x.parts if isinstance(x, Dual) else {NONE: x}


def joined(found: dict[Key, Tracked]) -> Number:
    """Return a number of its parts."""
    return found[NONE] if len(found) == 1 and NONE in found else Dual(found)


def _add(found: dict[Key, Tracked], key: Key, x: Tracked) -> None:
    found[key] = total.add(found[key], x) if key in found else x


def added(args: Sequence[Number]) -> Number:
    """Return the sum."""
    found: dict[Key, Tracked] = {}
    for arg in args:
        for key, x in parts(arg).items():
            _add(found, key, x)
    return joined(found)


def mapped(operation: Callable[[Tracked], Tracked], x: Number) -> Number:
    """Return a linear operation of a number."""
    return joined({key: operation(part) for key, part in parts(x).items()})


def product(operation: Callable[[Tracked, Tracked], Tracked], a: Number, b: Number) -> Number:
    """Return a bilinear operation of two numbers."""
    if isinstance(a, Tracked) and isinstance(b, Tracked):
        return operation(a, b)
    found: dict[Key, Tracked] = {}
    for left, x in parts(a).items():
        for right, y in parts(b).items():
            if not left & right:
                _add(found, left | right, operation(x, y))
    return joined(found)


def chained(x: Dual, derivative: Callable[[Sequence[Tracked]], Tracked]) -> Number:
    """Return g(x) by the chain rule (C. F. Faà di Bruno, 1857).

    ``derivative(directions)`` gives the derivative of g at x's value in those directions, of order
    0, 1, 2, …; linear in each.
    """
    found = {NONE: derivative(())}
    keys = _unions([key for key in x.parts if key])
    for key in sorted(keys, key=lambda k: (len(k), sorted(k))):
        for blocks in _partitions(sorted(key)):
            if all(block in x.parts for block in blocks):
                _add(found, key, derivative([x.parts[block] for block in blocks]))
    return joined(found)


def _unions(keys: Sequence[Key]) -> set[Key]:
    found: set[Key] = set(keys)
    while True:
        more = {a | b for a in found for b in found if not a & b} - found
        if not more:
            return found
        found |= more


def _partitions(items: Sequence[int]) -> Iterator[list[Key]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for blocks in _partitions(rest):
        yield [frozenset({first}), *blocks]
        for i, block in enumerate(blocks):
            yield [*blocks[:i], block | {first}, *blocks[i + 1 :]]
