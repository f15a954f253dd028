"""Explicit conversion of scalar terms from and to sympy.  [untrusted: the kernel never uses it]

Nothing here evaluates text: sympy objects are read by their structure, and what sympy assumes of a
symbol (its sign, that it is an integer) is ignored, so a symbol that lies about itself gains
nothing.

How terms are named.  A real variable becomes the plain symbol of its name, also when sympy gives
that name a meaning (``pi``, ``E``, ``I``).  A natural number becomes a symbol that is a natural
number to sympy.  What is neither a number nor made by +, ·, /, powers, roots, sine and cosine
becomes one symbol, named ``operation(arguments)`` with the sort of everything that is not real in
brackets: ``f(x)`` is ``f[E->R](x[E])``, ⟨u, v⟩ is ``ip(u[E], v[E])``, ‖v‖ is ``norm(v[E])`` and
dim ker A is ``subdim(ker(A[L(E, Y)]))``.  Definitions are unfolded first.  So different atoms have
different names, however alike they look in print.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from plproof.language.definitions import unfold_all
from plproof.language.names import normalise_name
from plproof.language.signatures import BINDERS
from plproof.language.sorts import NAT, REAL, LanguageError, Sort, coordinates_of
from plproof.language.syntax import Real, sqrt
from plproof.language.terms import Term, as_real, make, number, subterms

#: an atom whose name would be longer is refused; more can only come from terms that share parts
MAX_NAME = 100_000


def to_sympy(term: Term, *, evaluate: bool = False) -> Any:
    """Return a real or natural term as a sympy expression.

    As in the language, nothing is evaluated: x/x stays x/x.  With ``evaluate`` sympy simplifies as
    it likes, which keeps values only where nothing is divided by zero and no root is of a negative
    number.  Raises LanguageError for a term that is no scalar.

    >>> from plproof.language import Reals
    >>> mu, beta = Reals("mu beta")
    >>> to_sympy(1 - mu / beta)
    1 - mu/beta
    >>> to_sympy(mu / mu), to_sympy(mu / mu, evaluate=True)
    (mu/mu, 1)
    """
    done: dict[int, Any] = {}
    root = _scalar(term)
    for t in subterms(root):
        if t.sort in (REAL, NAT) and not t.loose:
            done[id(t)] = _convert(t, [done.get(id(arg)) for arg in t.args], evaluate)
    return done[id(root)]


def symbols_of(term: Term) -> dict[Any, Term]:
    """Return the symbols of ``to_sympy(term)`` with the terms they stand for.

    This is what :func:`from_sympy` needs to find the way back.  Raises LanguageError for a term
    that is no scalar.

    >>> from plproof.language import Natural, Real
    >>> q, k = Real("q"), Natural("k")
    >>> from_sympy(to_sympy(q**k + q), symbols_of(q**k + q))
    q^k + q
    """
    found: dict[Any, Term] = {}
    stack = [_scalar(term)]
    seen: set[int] = set()
    while stack:
        t = stack.pop()
        if id(t) in seen:
            continue
        seen.add(id(t))
        if _is_atom(t):
            found[_symbol(t)] = t
        else:
            stack += reversed(t.args)
    return found


def from_sympy(expression: Any, names: Mapping[Any, Term] | None = None) -> Term:
    """Return a sympy expression as a real term.

    ``names`` says which real or natural term a symbol stands for; any other symbol becomes the
    real variable of its name.  Rationals, +, ·, quotients, square roots, sine, cosine and powers
    are understood, powers with an integer exponent or one made of natural numbers that ``names``
    gives.  Floats and everything else raise LanguageError, which names the culprit.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from_sympy((x + 1) ** 2 / 3)
    1/3·(1 + x)²
    """
    given = dict(names or {})
    for symbol, term in given.items():
        if not isinstance(symbol, sympy.Symbol):
            raise LanguageError(f"names: {symbol!r} is not a sympy symbol")
        if not isinstance(term, Term) or term.sort not in (REAL, NAT):
            raise LanguageError(f"names: {symbol} stands for a real or natural term, not {term!r}")
    if not isinstance(expression, sympy.Basic):
        fix = "write sympy.Rational(1, 2)" if isinstance(expression, float) else "build one"
        raise LanguageError(f"{expression!r} is not a sympy expression: {fix}")
    taken = dict(zip(given.values(), given, strict=True))
    done: dict[Any, Term] = {}
    stack = [expression]
    while stack:
        part = stack[-1]
        missing = [arg for arg in part.args if arg not in done] if part not in done else []
        if missing:
            stack += missing
            continue
        if part not in done:
            done[part] = _read(part, [done[arg] for arg in part.args], given, taken)
        stack.pop()
    return done[expression]


# ---- to sympy
def _scalar(term: Term) -> Term:
    """Return the term with definitions unfolded when it is a closed scalar."""
    if not isinstance(term, Term):
        raise LanguageError(f"{term!r} is not a term")
    if term.sort not in (REAL, NAT) or term.loose:
        raise LanguageError(f"{term} is {term.sort.words()}: only scalars are converted to sympy")
    return unfold_all(term)


def _is_norm(t: Term) -> bool:
    return t.op == "sqrt" and t.args[0].op == "ip" and t.args[0].args[0] == t.args[0].args[1]


def _is_atom(t: Term) -> bool:
    arithmetic = ("num", "add", "neg", "mul", "div", "pow", "real", "sqrt", "sin", "cos")
    return t.op not in arithmetic or _is_norm(t)


def _convert(t: Term, args: list[Any], evaluate: bool) -> Any:
    def product(*factors: Any) -> Any:
        return sympy.Mul(*factors, evaluate=evaluate)

    def power(base: Any, exponent: Any) -> Any:
        return sympy.Pow(base, exponent, evaluate=evaluate)

    if _is_atom(t):
        return _symbol(t)
    if t.op == "num":
        return sympy.Rational(t.data.numerator, t.data.denominator)
    if t.op == "add":
        return sympy.Add(*args, evaluate=evaluate)
    if t.op == "neg":
        return product(sympy.Integer(-1), args[0])
    if t.op == "mul":
        return product(*args)
    if t.op == "div":
        return product(args[0], power(args[1], sympy.Integer(-1)))
    if t.op == "pow":
        return power(*args)
    if t.op in ("sin", "cos"):
        return getattr(sympy, t.op)(args[0], evaluate=evaluate)
    return args[0] if t.op == "real" else power(args[0], sympy.Rational(1, 2))


def _symbol(t: Term) -> Any:
    name = _name(t.data) if t.op == "var" else _text(t)
    # a natural number and a real of one name are two variables
    natural = {"integer": True, "nonnegative": True} if t.sort == NAT else {}
    return sympy.Symbol(name, **natural)


def _name(name: str) -> str:
    """Return the name, in quotes when the language would not write it and it could mislead."""
    try:
        plain = normalise_name(name) == name
    except LanguageError:
        plain = False
    return name if plain else json.dumps(name)


def _sort_text(sort: Sort) -> str:
    if sort.kind == "Fun":
        domain, codomain = map(_sort_text, sort.parts)
        return f"({domain})->{codomain}" if sort.parts[0].kind == "Fun" else f"{domain}->{codomain}"
    spaces = [_space(name) for name in sort.spaces]
    if sort.kind == "Vec":
        return spaces[0]
    if sort.kind in ("Lin", "Sub"):
        return f"{sort.kind[0]}({', '.join(spaces)})"
    return {"Real": "R", "Nat": "N", "Prop": "Prop"}[sort.kind]


def _space(name: str) -> str:
    known = name in ("R", "N", "Prop")
    return json.dumps(name) if known else name if coordinates_of(name) else _name(name)


def _text(root: Term) -> str:
    """Return the name of an atom, from which the term could be read back.

    Operations stand right before a parenthesis, variables before a bracket or by themselves, so
    one is never taken for the other.
    """
    done: dict[int, str] = {}
    for t in subterms(root):
        args = [done[id(arg)] for arg in t.args]
        sort = "" if t.sort == REAL else f"[{_sort_text(t.sort)}]"
        if t.op == "var":
            text = _name(t.data) + sort
        elif t.op == "basis":
            text = f"basis({t.data}){sort}"
        elif t.op in ("num", "bound"):
            text = ("#" if t.op == "bound" else "") + str(t.data) + sort
        elif t.op == "app" and t.args[0].op == "var":
            text = f"{args[0]}({args[1]})"
        elif _is_norm(t):
            text = f"norm({done[id(t.args[0].args[0])]})"
        else:
            bound = f"{{{_sort_text(t.data.sort)}}}" if t.op in BINDERS else ""
            text = f"{t.op}{bound}({', '.join(args)})"
        if len(text) > MAX_NAME:
            raise LanguageError("the term is too large to be named as a symbol of sympy")
        done[id(t)] = text
    return done[id(root)]


# ---- from sympy
def _read(part: Any, args: list[Term], names: Mapping[Any, Term], taken: dict[Term, Any]) -> Term:
    if part in names:
        return as_real(names[part])
    if isinstance(part, sympy.Symbol):
        return _variable(part, taken)
    if isinstance(part, sympy.Rational):
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
        return _power(part, args[0], names)
    if isinstance(part, (sympy.sin, sympy.cos)):
        return make(type(part).__name__, (args[0],))
    if isinstance(part, sympy.Float):
        raise LanguageError(f"{part} is a float: write sympy.Rational(1, 2), not 0.5")
    raise LanguageError(
        f"{part} ({type(part).__name__}) has no counterpart among terms: put a symbol in its place "
        "and say in names= which term that stands for"
    )


def _variable(symbol: Any, taken: dict[Term, Any]) -> Term:
    try:
        variable = Real(symbol.name)
    except LanguageError as error:
        raise LanguageError(f"{error}; or say in names= which term it stands for") from None
    if taken.setdefault(variable, symbol) != symbol:
        raise LanguageError(
            f"two different symbols, {taken[variable]} and {symbol}, would become the variable "
            f"{variable}: say in names= which term each stands for"
        )
    return variable


def _power(part: Any, base: Term, names: Mapping[Any, Term]) -> Term:
    exponent = part.exp
    if isinstance(exponent, sympy.Rational) and exponent.q in (1, 2):
        whole = int(abs(exponent.p))
        root = base if exponent.q == 1 else sqrt(base)
        power = root if whole == 1 else root**whole
        return power if exponent.p >= 0 else 1 / power
    natural = _natural(exponent, names)
    if natural is None:
        raise LanguageError(
            f"{part}: the exponent {exponent} is not an integer, a half of one, or made of natural "
            "numbers that names= gives, as in names={k: Natural('k')}"
        )
    return make("pow", (base, natural))


def _natural(exponent: Any, names: Mapping[Any, Term]) -> Term | None:
    """Return an exponent as a natural number, None when it is not seen to be one."""
    if exponent in names:
        return names[exponent] if names[exponent].sort == NAT else None
    if isinstance(exponent, sympy.Integer) and exponent.p >= 0:
        return number(int(exponent.p), NAT)
    if not isinstance(exponent, (sympy.Add, sympy.Mul)):
        return None
    parts = [_natural(arg, names) for arg in exponent.args]
    total = parts[0]
    for other in parts[1:]:
        if total is None or other is None:
            return None
        total = total + other if isinstance(exponent, sympy.Add) else total * other
    return total
