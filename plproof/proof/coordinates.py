"""Terms in coordinates: sympy differentiates what the kernel differentiated, and compares.

[untrusted, and shares nothing with the kernel's rule: a disagreement stops a run]

Every space becomes ℝⁿ, a vector variable n symbols, a linear map a matrix of symbols, and a
function that is not explicit a polynomial whose coefficients its name determines.  A derivative is
then sympy's, and the two sides of what ``differentiate`` says are compared at random points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import sympy

from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.printing import show
from plproof.language.sorts import Sort, coordinates_of
from plproof.language.terms import Term, make

#: the dimension of a space that is a variable, and the digits compared
DIMENSION, DIGITS = 2, 40
_POINTS = 3
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class NoCoordinates(Exception):
    """The term has no form in coordinates that is known here; the message says which part."""


@dataclass
class Coordinates:
    """Terms as sympy expressions: a real is an expression, a vector or linear map a matrix.

    ``dimension`` is that of spaces that are variables; ``name`` makes the symbols of a variable's
    name.
    """

    dimension: int = DIMENSION
    name: Callable[[str], str] = lambda name: name
    _fresh: int = field(default=0, init=False)

    def size(self, space: str) -> int:
        """Return the dimension of the space."""
        fixed = coordinates_of(space)
        return self.dimension if fixed is None else fixed

    def symbols(self, t: Term) -> Any:
        """Return the value of a variable: symbols with its name."""
        kind, name = t.sort.kind, self.name(t.data)
        if kind == "Real":
            return sympy.Symbol(name, real=True)
        if kind == "Nat":
            return sympy.Symbol(name, integer=True, nonnegative=True)
        if kind == "Vec":
            return self._named(name, self.size(t.sort.spaces[0]), 1)
        if kind == "Lin":
            columns, rows = map(self.size, t.sort.spaces)
            return self._named(name, rows, columns)
        raise NoCoordinates(f"{t}, {t.sort.words()}")

    @staticmethod
    def _named(name: str, rows: int, columns: int) -> Any:
        one = columns == 1

        def entry(i: int, j: int) -> Any:
            index = f"{i + 1}" if one else f"{i + 1}_{j + 1}"
            return sympy.Symbol(f"{name}{'_' if name[-1:].isdigit() else ''}{index}", real=True)

        return sympy.Matrix(rows, columns, entry)

    def value(self, t: Term, bound: tuple[Any, ...] = ()) -> Any:
        """Return a real, vector or linear map in coordinates, bound variables innermost first."""
        op, args = t.op, t.args
        if op == "bound":
            return bound[t.data]
        if op == "var":
            return self.symbols(t)
        if op == "num":
            return self._number(t)
        if op == "basis":
            size = self.size(t.sort.spaces[0])
            return sympy.Matrix(size, 1, lambda i, _: int(i + 1 == t.data))
        if op in ("app", "grad"):
            at = self.value(args[1], bound)
            value = self.function(args[0], bound)
            return value(at) if op == "app" else self._gradient(value, at)
        if op == "jac":
            return self._jacobian(self.function(args[0], bound), self.value(args[1], bound))
        if op not in _OPERATIONS:
            raise NoCoordinates(f"the operation {op} in {t}")
        return _OPERATIONS[op](*(self.value(arg, bound) for arg in args))

    def function(self, f: Term, bound: tuple[Any, ...] = ()) -> Callable[[Any], Any]:
        """Return a function as one of expressions: explicit, or a polynomial for a variable."""
        if f.op == "lam":
            return lambda x: self.value(f.args[0], (x, *bound))
        if f.op != "var" or f.sort.parts[0].kind != "Vec":
            raise NoCoordinates(f"the function {f}")
        draw = Random(f"{f.data} {f.sort!r}")
        codomain: Sort = f.sort.parts[1]
        if codomain.kind not in ("Real", "Vec"):
            raise NoCoordinates(f"the function {f}")
        rows = 1 if codomain.kind == "Real" else self.size(codomain.spaces[0])
        seeds = [draw.randrange(2**30) for _ in range(rows)]

        def value(x: Any) -> Any:
            parts = [_polynomial(seed, list(x)) for seed in seeds]
            return parts[0] if codomain.kind == "Real" else sympy.Matrix(parts)

        return value

    def _symbols_like(self, point: Any) -> Any:
        self._fresh += 1
        number = self._fresh
        return sympy.Matrix(
            point.shape[0], 1, lambda i, _: sympy.Symbol(f"·{number}_{i}", real=True)
        )

    def _gradient(self, f: Callable[[Any], Any], at: Any) -> Any:
        x = self._symbols_like(at)
        value = f(x)
        slopes = sympy.Matrix([sympy.diff(value, s) for s in x]) if len(x) else at
        return slopes.subs(list(zip(x, at, strict=True)))

    def _jacobian(self, f: Callable[[Any], Any], at: Any) -> Any:
        x = self._symbols_like(at)
        value = f(x)
        slopes = sympy.Matrix(len(value), len(x), lambda i, j: sympy.diff(value[i], x[j]))
        return slopes.subs(list(zip(x, at, strict=True)))

    def _number(self, t: Term) -> Any:
        kind = t.sort.kind
        if kind in ("Real", "Nat"):
            return sympy.Rational(t.data.numerator, t.data.denominator)
        sizes = [self.size(space) for space in t.sort.spaces]
        if kind == "Vec":
            return sympy.zeros(sizes[0], 1)
        if kind == "Lin":
            return sympy.eye(sizes[0]) if t.data else sympy.zeros(sizes[1], sizes[0])
        raise NoCoordinates(f"{t}, {t.sort.words()}")


def _polynomial(seed: int, x: list[Any]) -> Any:
    """Return a polynomial of degree 3 in the entries, positive enough not to vanish often."""
    draw = Random(seed)
    total: Any = sympy.Rational(draw.randint(5, 9))
    for i, s in enumerate(x):
        total += draw.randint(-3, 3) * s + draw.randint(1, 3) * s**2
        for t in x[:i]:
            total += draw.randint(-2, 2) * s * t + draw.randint(-2, 2) * s * t**2
    return total


_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": lambda *parts: sum(parts[1:], parts[0]),
    "neg": lambda a: -a,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, n: a**n,
    "sqrt": lambda a: sympy.sqrt(a),
    "sin": lambda a: sympy.sin(a),
    "cos": lambda a: sympy.cos(a),
    "real": lambda a: a,
    "smul": lambda a, v: a * v,
    "ip": lambda u, v: (u.T * v)[0] if len(u) else sympy.Integer(0),
    "lapp": lambda a, v: a * v,
    "comp": lambda a, b: a * b,
    "adj": lambda a: a.T,
}


def agrees(step: Thm) -> bool | None:
    """Say whether sympy's derivative is the one a ``differentiate`` step states.

    None where there is nothing to compare: a part without coordinates, or no point near which all
    is defined.
    """
    value = unfold_all(step.conclusion.args[1])
    while value.op == "all":  # ∀h. Df(p) h = j(h): h becomes a variable
        value = open_binder(value, make("var", (), "h!", value.data.sort))
    coordinates = Coordinates()
    try:
        left, right = (coordinates.value(side) for side in value.args)
    except NoCoordinates:
        return None
    pairs = list(zip(left, right, strict=True)) if left.is_Matrix else [(left, right)]
    names = sorted({n for pair in pairs for side in pair for n in side.free_symbols}, key=str)
    compared = False
    for number in range(_POINTS):
        draw = Random(f"{number} {show(step.conclusion)}")
        at = {s: sympy.Rational(draw.randint(1, 24), draw.choice([7, 11, 13])) for s in names}
        for pair in pairs:
            a, b = (sympy.N(side.subs(at), DIGITS) for side in pair)
            if not (a.is_number and b.is_number) or (a - b).has(sympy.nan, sympy.zoo, sympy.oo):
                continue
            compared = True
            if abs(a - b) > (1 + abs(a) + abs(b)) / 10 ** (DIGITS // 2):
                return False
    return True if compared else None


def display(value: Term) -> str:
    """Return a closed value in coordinates for the reader: a function, vector or number; or "".

    >>> from plproof.language import Space, Vector, ip, mapsto, sq
    >>> E = Space.coordinates(2); x = Vector("x", E)
    >>> display(mapsto(x, ip(E.basis(1), x) + sq(x)))
    'x₁² + x₁ + x₂²'
    """
    t = unfold_all(value)
    coordinates = Coordinates()
    try:
        if any(coordinates_of(space) is None for space in t.sort.space_names()):
            return ""
        if t.op == "lam":
            t = open_binder(t, make("var", (), t.data.name, t.data.sort))
        found = coordinates.value(t)
    except NoCoordinates:
        return ""
    if getattr(found, "is_Matrix", False):
        return f"({', '.join(_written(entry) for entry in found)})"
    return _written(found)


def _written(expression: Any) -> str:
    """Return an expression with signs as in print: x₁² + 2·x₂."""
    text = str(sympy.expand(expression))
    text = re.sub(r"\*\*(\d+)", lambda m: m[1].translate(_RAISED), text)
    text = re.sub(r"(?<=[A-Za-z])_?(\d+)", lambda m: m[1].translate(_LOWERED), text)
    text = text.replace("**", "^")  # an exponent that is no number, as in 2^k
    return text.replace("sqrt(", "√(").replace("*", "·").replace("-", "−")
