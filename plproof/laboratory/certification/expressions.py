"""A formula given as text, read as a function of jets: never evaluated as Python.

Numbers are combined exactly, as fractions, before they meet a variable, so that 1/3 is a third and
not the float next to it; a float is taken at face value.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

from plproof.laboratory.certification.jets import FUNCTIONS, Formula, Jet
from plproof.laboratory.certification.written import in_python

Value = Fraction | Jet

_NAMES = ("x", "y", "z")
_DIGITS = 4096  # bits of a number: beyond all floats, and reached long before a power takes time


def parsed(text: str, count: int) -> Formula:
    """Return the function of x, y, z (the first ``count`` of them) that an expression describes.

    Products and powers may be written as by hand: 2x, (x + 1)(x − 1), sin² x.  Raises ValueError
    for other text; the function returned raises it for what cannot be evaluated, as 1/0.
    """
    names = _NAMES[:count]
    try:
        tree = ast.parse(in_python(text, _NAMES, FUNCTIONS), mode="eval").body
    except SyntaxError as error:
        kink = " (|…| has a kink, and the functions here are twice differentiable)" * ("|" in text)
        raise ValueError(f"{text!r} is not an expression: {error.msg}{kink}") from None
    except (RecursionError, MemoryError):
        raise ValueError(_TOO_LONG) from None

    def formula(*variables: Jet) -> Jet:
        reader = _Evaluation(dict(zip(names, variables, strict=True)), names)
        try:
            found = reader.value(tree)
        except RecursionError:
            raise ValueError(_TOO_LONG) from None
        if isinstance(found, Fraction):
            raise ValueError(f"the formula gives {found}, not a function of its variables")
        return found

    return formula


class _Evaluation:
    """Evaluates the tree of an expression at jets of its variables."""

    def __init__(self, variables: dict[str, Jet], names: tuple[str, ...]) -> None:
        self.variables, self.names = variables, names

    def value(self, node: ast.AST) -> Value:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return _number(node)
        if isinstance(node, ast.Name) and node.id in self.variables:
            return self.variables[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.value(node.operand)
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Pow):
                return self.power(node, self.value(node.left), self.value(node.right))
            if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
                return self.combined(node, self.value(node.left), self.value(node.right))
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            function = FUNCTIONS.get(getattr(node.func, "id", ""))
            if function is not None:
                found: Jet = function(self.jet(self.value(node.args[0])))
                return found
        raise ValueError(f"{ast.unparse(node)!r} is not understood: {self.why(node)}")

    def combined(self, node: ast.BinOp, a: Value, b: Value) -> Value:
        """Return a sum, difference, product or quotient."""
        if isinstance(a, Jet) or isinstance(b, Jet):
            left, right = self.operand(a), self.operand(b)
            found: Jet
            if isinstance(node.op, ast.Add):
                found = left + right
            elif isinstance(node.op, ast.Sub):
                found = left - right
            else:
                found = left * right if isinstance(node.op, ast.Mult) else left / right
            return found
        if isinstance(node.op, ast.Add):
            return _bounded(a + b, node)
        if isinstance(node.op, ast.Sub):
            return _bounded(a - b, node)
        if isinstance(node.op, ast.Mult):
            return _bounded(a * b, node)
        if not b:
            raise ValueError(f"{ast.unparse(node)!r} divides by zero")
        return _bounded(a / b, node)

    def power(self, node: ast.BinOp, base: Value, exponent: Value) -> Value:
        """Return a power with a whole exponent."""
        if (
            isinstance(exponent, Jet)
            or exponent.denominator != 1
            or (exponent < 0 and isinstance(base, Jet))
        ):
            raise ValueError(
                f"{ast.unparse(node)!r} is not understood: powers are whole numbers of at least 0; "
                "write sqrt(x) for x**0.5, 1/x for x**-1 and exp(x*log(2)) for 2**x"
            )
        n = int(exponent)
        if isinstance(base, Jet):
            return base**n
        if not base and n < 0:
            raise ValueError(f"{ast.unparse(node)!r} divides by zero")
        if abs(base) != 1 and abs(n) * _bits(base) > _DIGITS * 2:
            raise ValueError(f"{ast.unparse(node)!r} has too many digits")
        return _bounded(base**n, node)

    def operand(self, value: Value) -> Any:
        """Return what stands for a number beside a jet: itself where a float or int is exact."""
        if isinstance(value, Jet):
            return value
        if value.denominator == 1:
            return int(value)
        return float(value) if Fraction(float(value)) == value else self.jet(value)

    def jet(self, value: Value) -> Jet:
        """Return a number as a constant jet."""
        if isinstance(value, Jet):
            return value
        zero = next(iter(self.variables.values())) * 0
        return (zero + value.numerator) / value.denominator

    def why(self, node: ast.AST) -> str:
        """Return what is wrong with a part of an expression, and what may stand there."""
        name = getattr(node, "id", getattr(getattr(node, "func", None), "id", ""))
        names = ", ".join(self.names)
        if isinstance(node, ast.Name) and name in _NAMES:
            return f"ranges are given for {names} only; give {name} one"
        if isinstance(node, ast.Call) and name in ("abs", "max", "min", "sign"):
            return f"{name} has a kink, and these constants are of twice differentiable functions"
        known = f"{names}, numbers, + - * / ** and {', '.join(FUNCTIONS)} of one argument"
        return f"expressions have {known}"


_TOO_LONG = "the formula has too many parts within parts to be read; write it shorter"


def _number(node: ast.Constant) -> Fraction:
    """Return a number as it is written; ValueError where it is beyond the floats."""
    value = node.value
    assert isinstance(value, (int, float))
    try:
        return _bounded(Fraction(value), node)
    except OverflowError:
        raise ValueError("numbers lie within the range of floats, up to 1.7e308") from None


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _bounded(value: Fraction, node: ast.AST) -> Fraction:
    """Return a number of bounded length; ValueError for a longer one, or one beyond the floats."""
    if _bits(value) > _DIGITS:
        raise ValueError(f"{ast.unparse(node)!r} has too many digits")
    try:
        float(value)
    except OverflowError:
        raise ValueError("numbers lie within the range of floats, up to 1.7e308") from None
    return value
