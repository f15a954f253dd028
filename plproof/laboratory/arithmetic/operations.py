"""The operations of the language on numbers, vectors and linear maps, with their derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from plproof.laboratory.arithmetic import matrices, total
from plproof.laboratory.arithmetic.duals import Dual, Number, added, chained, mapped, parts, product
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.language.terms import Term


def operated(term: Term, args: Sequence[Number]) -> Number:
    """Return the value of an operation of ``OPERATIONS`` from those of its arguments."""
    op = term.op
    if op == "add":
        return added(args)
    if op in _LINEAR:
        return mapped(_LINEAR[op], args[0])
    if op in _BILINEAR:
        return product(_BILINEAR[op], *args)
    if op == "smul":
        return product(_scaling(term), *args)
    if op == "div":
        divide, divisor = _division(term), args[1]
        if not isinstance(divisor, Dual):
            return mapped(lambda x: divide(x, divisor), args[0])
        return product(_scaling(term), reciprocal(divisor), args[0])
    if op == "pow":
        return power(args[0], args[1])
    return _SCALAR[op](args[0])


def _scaling(term: Term) -> Callable[[Tracked, Tracked], Tracked]:
    kind = term.sort.kind
    return {"Vec": total.scale, "Lin": total.scale_map}.get(kind, total.multiply)


def _division(term: Term) -> Callable[[Tracked, Tracked], Tracked]:
    kind = term.sort.kind
    return {"Vec": total.divide_vector, "Lin": total.divide_map}.get(kind, total.divide)


def _unknown_unless(known: object, x: Tracked) -> Tracked:
    return Tracked(x.value, np.where(np.asarray(known), x.error, np.inf))


def _times(factor: Tracked, directions: Sequence[Tracked]) -> Tracked:
    for direction in directions:
        factor = total.multiply(factor, direction)
    return factor


def reciprocal(x: Dual) -> Number:
    """Return 1/x where x certainly is not 0; elsewhere its derivatives are unknown."""
    at = x.value
    safe = np.abs(at.value) > SAFETY * UNIT * at.error
    once = total.divide(total.exact(1.0), at)

    def derivative(directions: Sequence[Tracked]) -> Tracked:
        k = len(directions)
        if not k:
            return once
        slope = total.multiply(total.exact((-1.0) ** k * math.factorial(k)), once)
        for _ in range(k):
            slope = total.multiply(slope, once)
        return _unknown_unless(safe, _times(slope, directions))

    return chained(x, derivative)


def power(x: Number, exponent: Number) -> Number:
    """Return x**k for a whole number k."""
    if isinstance(exponent, Dual):
        raise TypeError("an exponent does not depend on a point")
    k = exponent.value

    def raised(less: int) -> Tracked:
        found = total.power(base, np.maximum(k - less, 0.0))
        return Tracked(found.value, found.error + exponent.error)  # a natural is exact or unknown

    if not isinstance(x, Dual):
        base = x
        return raised(0)
    base = x.value

    def derivative(directions: Sequence[Tracked]) -> Tracked:
        factor = total.exact(np.ones(()))
        for i in range(len(directions)):
            factor = total.multiply(factor, total.exact(np.maximum(k - i, 0.0)))
        return _times(total.multiply(factor, raised(len(directions))), directions)

    return chained(x, derivative)


def square_root(x: Number) -> Number:
    """Return √x, with derivatives where x is certainly positive; elsewhere they are unknown."""
    if not isinstance(x, Dual):
        return total.root(x)
    at = x.value
    safe = at.value > SAFETY * UNIT * at.error
    root = total.root(at)

    def derivative(directions: Sequence[Tracked]) -> Tracked:
        k, slope = len(directions), root
        for i in range(k):  # the derivative of x**p is p x**(p - 1)
            slope = total.multiply(total.exact(0.5 - i), total.divide(slope, at))
        return slope if not k else _unknown_unless(safe, _times(slope, directions))

    return chained(x, derivative)


def _wave(functions: tuple[Callable[[Tracked], Tracked], ...]) -> Callable[[Number], Number]:
    def operation(x: Number) -> Number:
        if not isinstance(x, Dual):
            return functions[0](x)

        def derivative(directions: Sequence[Tracked]) -> Tracked:
            k = len(directions)
            value = functions[k % 2](at)
            turned = k % 4 in ((1, 2) if functions[0] is total.cosine else (2, 3))
            return _times(total.negative(value) if turned else value, directions)

        at = x.value
        return chained(x, derivative)

    return operation


_LINEAR: Mapping[str, Callable[[Tracked], Tracked]] = {
    "neg": total.negative,
    "real": lambda x: x,
    "adj": matrices.transposed,
}
_BILINEAR: Mapping[str, Callable[[Tracked, Tracked], Tracked]] = {
    "mul": total.multiply,
    "ip": total.inner,
    "lapp": matrices.applied,
    "comp": matrices.composed,
}
_SCALAR: Mapping[str, Callable[[Number], Number]] = {
    "sqrt": square_root,
    "sin": _wave((total.sine, total.cosine)),
    "cos": _wave((total.cosine, total.sine)),
}

OPERATIONS = frozenset({"add", "smul", "div", "pow", *_LINEAR, *_BILINEAR, *_SCALAR})
"""The operations that :func:`operated` knows."""

__all__ = ["OPERATIONS", "operated", "parts", "power", "reciprocal", "square_root"]
