"""Finds what a recorded formula does several times over with other numbers, as in a loop over data.

Such operations can be done for one function in one call, on an array with a row for each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plproof.laboratory.recordings.recording import Operation, Recorded, Recording

LARGEST = 4096
"""Stacks of more entries are not made: calls no longer matter, and rows fit into the cache."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Operations on vectors that differ in their constants and rows alone, in order.

    Each operand of all is a constant, or the same result, or in each the one of another stack.
    """

    members: tuple[Operation, ...]


@dataclass(frozen=True, eq=False)
class Sum:
    """A result that is ``base``, if any, and then the rows of a stack, added one after another.

    ``factors``: another stack of numbers, in columns, if the rows are its numbers times these.
    """

    base: Recorded | None
    rows: Stack
    factors: Stack | None


@dataclass(frozen=True)
class Plan:
    """What can be stacked, by the numbers of the results.

    ``dots`` are the stacks of totals that are inner products, of the rows of another stack with one
    and the same vector.  Results ``inside`` sums and products are not needed on their own.
    """

    stacks: dict[int, Stack]
    sums: dict[int, Sum]
    dots: dict[int, tuple[Stack, Any]]
    inside: frozenset[int]


def plan_of(recording: Recording) -> Plan:
    """Return what can be stacked in a formula of one function."""
    stacks = _stacks(recording.operations)
    uses: dict[int, list[Operation]] = {}
    for o in recording.operations:
        for number in {x.number for x in o.operands if isinstance(x, Recorded)}:
            uses.setdefault(number, []).append(o)
    ends = [x.number for x in (recording.value, recording.gradient) if isinstance(x, Recorded)]
    for number in ends:
        uses.setdefault(number, []).append(recording.operations[-1])
    sums: dict[int, Sum] = {}
    dots: dict[int, tuple[Stack, Any]] = {}
    inside: set[int] = set()
    for stack in {id(s): s for s in stacks.values()}.values():
        dot = _dot(stack, stacks, uses)
        if dot is not None:
            dots |= dict.fromkeys(_numbers(stack), dot)
            inside |= {o.operands[0].number for o in stack.members}
        found = _chain(stack, uses, set(ends))
        if found is None:
            continue
        base, chain = found
        rows, factors = _product(stack, stacks)
        sums[chain[-1].result.number] = Sum(base, rows, factors)
        inside |= {o.result.number for o in chain[:-1]}
        if factors is not None:
            inside |= set(_numbers(stack))
    return Plan(stacks, sums, dots, frozenset(inside))


def _stacks(operations: Sequence[Operation]) -> dict[int, Stack]:
    """Return the stacks by the numbers of their results.

    Operations of one kind, made in one way from operations of one kind: none can need another, for
    it would be made of more.
    """
    kinds: dict[Any, int] = {}
    kind_of: dict[int, int] = {0: 0}
    alike: dict[int, list[Operation]] = {}
    for o in operations:
        key = (o.name, o.ufunc, o.result.shape, tuple(_kind(x, kind_of) for x in o.operands))
        kind = kind_of[o.result.number] = kinds.setdefault(key, len(kinds) + 1)
        alike.setdefault(kind, []).append(o)
    stacks: dict[int, Stack] = {}
    for members in alike.values():
        if len(members) > 1 and _stackable(members, stacks):
            stack = Stack(tuple(members))
            stacks |= {o.result.number: stack for o in members}
    return stacks


def _numbers(stack: Stack) -> list[int]:
    return [o.result.number for o in stack.members]


def _kind(x: Any, kind_of: dict[int, int]) -> Any:
    if isinstance(x, Recorded):
        return kind_of[x.number]
    return "constant", np.shape(x)


def _stackable(members: Sequence[Operation], stacks: dict[int, Stack]) -> bool:
    first = members[0]
    stacked = False
    for operands in zip(*(o.operands for o in members), strict=True):
        if not isinstance(operands[0], Recorded) or all(x is operands[0] for x in operands):
            continue
        stack = stacks.get(operands[0].number)
        if stack is None or [o.result.number for o in stack.members] != [
            x.number for x in operands
        ]:
            return False
        stacked = True
    if first.name != "elementwise":
        return stacked and first.name in ("total", "columns")
    entries = first.result.shape[-1]
    vectors = first.result.ndim == 2 and entries > 1 and first.result.dtype == np.float64
    return vectors and len(members) * entries <= LARGEST


def _chain(
    stack: Stack, uses: dict[int, list[Operation]], ends: set[int]
) -> tuple[Recorded | None, list[Operation]] | None:
    """Return the operations that add the rows of a stack in order, and what they begin with."""
    if stack.members[0].name != "elementwise":
        return None
    before: Any = None
    chain: list[Operation] = []
    for member in stack.members:
        users = uses.get(member.result.number, [])
        if len(users) != 1 or users[0].ufunc is not np.add or member.result.number in ends:
            return None
        others = [x for x in users[0].operands if x is not member.result]
        if len(others) != 1 or users[0].result.shape != member.result.shape:
            return None
        if chain and (others[0] is not chain[-1].result or len(uses[others[0].number]) != 1):
            return None
        if not chain:
            before = others[0]
        chain.append(users[0])
    if isinstance(before, Recorded):
        fits = before.shape == stack.members[0].result.shape
        return (before, chain) if fits else None
    return (None, chain) if np.ndim(before) == 0 and before == 0 else None


def _product(stack: Stack, stacks: dict[int, Stack]) -> tuple[Stack, Stack | None]:
    """Return a stack, or the stack and the numbers that it is the product of."""
    first = stack.members[0]
    if first.ufunc is np.multiply and all(isinstance(x, Recorded) for x in first.operands):
        parts = [stacks.get(x.number) for x in first.operands]
        for rows, factors in (parts, parts[::-1]):
            if rows is None or factors is None or rows.members[0].name != "elementwise":
                continue
            if factors.members[0].name == "columns":
                return rows, factors
    return stack, None


def _dot(
    stack: Stack, stacks: dict[int, Stack], uses: dict[int, list[Operation]]
) -> tuple[Stack, Any] | None:
    """Return the rows and the vector whose products a stack adds up, if those are used nowhere."""
    if stack.members[0].name != "total":
        return None
    products = stacks[stack.members[0].operands[0].number]
    if any(len(uses[n]) != 1 for n in _numbers(products)):
        return None
    if products.members[0].ufunc is not np.multiply:
        return None
    entries = products.members[0].result.shape[1]
    pairs = list(zip(*(o.operands for o in products.members), strict=True))
    for vector, rows in (pairs, pairs[::-1]):
        one = vector[0]
        same = all(x is one for x in vector) and _entries(one) == entries
        if same and isinstance(rows[0], Recorded) and rows[0].number in stacks:
            return stacks[rows[0].number], one
    return None


def _entries(x: Any) -> int:
    return math.prod(x.shape if isinstance(x, Recorded) else np.shape(x))
