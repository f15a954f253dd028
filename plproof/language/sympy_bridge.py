"""Explicit conversion of scalar terms from and to sympy.  [untrusted: the kernel never uses it]

Nothing here evaluates text: sympy objects are read by their structure, and what sympy assumes of a
symbol (its sign, that it is an integer) is ignored, so a symbol that lies about itself gains
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from plproof.language.printing import ASCII, show
from plproof.language.sorts import NAT, REAL, LanguageError
from plproof.language.syntax import Real, sqrt
from plproof.language.terms import Term, number, subterms


def to_sympy(term: Term) -> Any:
    """Return a real or natural term as a sympy expression.

    Sums, products, quotients, powers and roots are converted (sympy evaluates as it likes);
    everything else, as f(x), ⟨u, v⟩ or ‖v‖, becomes a plain symbol named by its ASCII form, so that
    different terms become different symbols.  Raises LanguageError for a term that is no scalar.

    >>> from plproof.language import Reals
    >>> mu, beta = Reals("mu beta")
    >>> to_sympy(1 - mu / beta)
    1 - mu/beta
    """
    if term.sort not in (REAL, NAT):
        raise LanguageError(f"{term} is {term.sort.words()}: only scalars are converted to sympy")
    done: dict[int, Any] = {}
    for t in subterms(term):
        if t.sort in (REAL, NAT) and not t.loose:
            done[id(t)] = _convert(t, [done.get(id(arg)) for arg in t.args])
    return done[id(term)]


def _convert(t: Term, args: list[Any]) -> Any:
    if t.op == "num":
        return sympy.Rational(t.data.numerator, t.data.denominator)
    if t.op == "add":
        return sympy.Add(*args)
    if t.op == "neg":
        return -args[0]
    if t.op == "mul":
        return args[0] * args[1]
    if t.op == "div":
        return args[0] / args[1]
    if t.op == "pow":
        return args[0] ** args[1]
    if t.op == "real":
        return args[0]
    if t.op == "sqrt" and t.args[0].op != "ip":
        return sympy.sqrt(args[0])
    name = t.data if t.op == "var" else show(t, ASCII)
    # a natural number and a real of one name are two variables
    return (
        sympy.Symbol(name, integer=True, nonnegative=True) if t.sort == NAT else sympy.Symbol(name)
    )


def from_sympy(expression: Any, names: Mapping[Any, Term] | None = None) -> Term:
    """Return a sympy expression as a real term.

    ``names`` says which term a symbol stands for; any other symbol becomes the real variable of
    its name.  Rationals, +, ·, integer powers, quotients and square roots are understood; floats
    and everything else raise LanguageError, which names the culprit.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from_sympy((x + 1) ** 2 / 3)
    1/3·(1 + x)²
    """
    given = dict(names or {})
    if not isinstance(expression, sympy.Basic):
        raise LanguageError(f"{expression!r} is not a sympy expression")
    done: dict[Any, Term] = {}
    for part in sympy.postorder_traversal(expression):
        if part not in done:
            done[part] = _read(part, [done[arg] for arg in part.args], given)
    return done[expression]


def _read(part: Any, args: list[Term], names: Mapping[Any, Term]) -> Term:
    if part in names:
        return names[part]
    if isinstance(part, sympy.Symbol):
        return Real(part.name)
    if isinstance(part, sympy.Rational) and part.is_finite:
        return number(Fraction(int(part.p), int(part.q)))
    if isinstance(part, sympy.Add):
        total = args[0]
        for arg in args[1:]:
            total = total + arg
        return total
    if isinstance(part, sympy.Mul):
        product = args[0]
        for arg in args[1:]:
            product = product * arg
        return product
    if isinstance(part, sympy.Pow):
        exponent = part.exp
        if isinstance(exponent, sympy.Integer):
            power = int(exponent)
            return args[0] ** power if power >= 0 else 1 / args[0] ** -power
        if exponent == sympy.Rational(1, 2):
            return sqrt(args[0])
        if exponent == sympy.Rational(-1, 2):
            return 1 / sqrt(args[0])
    if isinstance(part, sympy.Float):
        raise LanguageError(f"{part} is a float: write sympy.Rational(1, 2), not 0.5")
    raise LanguageError(f"{part} ({type(part).__name__}) has no counterpart among terms")
