"""What each operation takes and gives: the sorts of terms are checked here.  [trusted]

A signature is a function from arguments, data and a declared sort to the sort of the term; it
raises LanguageError, naming the culprit, when the parts do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from plproof.language.printing import Node
from plproof.language.sorts import (
    LINEAR,
    NAT,
    PROP,
    REAL,
    LanguageError,
    Sort,
    coordinates_of,
    function,
    linear,
    subspace,
    vector,
)

Args = tuple[Node, ...]
#: operations whose argument at the given position stands under a binder
BINDERS = {"all": 0, "ex": 0, "lam": 0}
COMPARISONS = ("le", "lt", "ge", "gt", "eq")
CONNECTIVES = ("and", "or", "imp")


@dataclass(frozen=True, slots=True)
class Binder:
    """The data of a quantifier or a function term: the bound variable's name (a hint) and sort."""

    name: str
    sort: Sort


def said(term: Node) -> str:
    """Return the term with its sort, for error messages: ``"x is a vector of E"``."""
    return f"{term} is {term.sort.words()}"


def _require(condition: bool, message: Callable[[], str]) -> None:
    if not condition:
        raise LanguageError(message())


Signature = Callable[[Args, Any, "Sort | None"], Sort]


def _arity(op: str, args: Sequence[Node], count: int) -> None:
    if len(args) != count:
        raise LanguageError(f"{op} takes {count} arguments, not {len(args)}")


def _leaf(op: str) -> Signature:
    def check(args: Args, data: Any, sort: Sort | None) -> Sort:
        _arity(op, args, 0)
        if not isinstance(sort, Sort):
            raise LanguageError(f"{op} {data!r} needs a sort")
        if op == "var":
            _require(type(data) is str and data != "", lambda: f"{data!r} is not a name")
        elif op == "bound":
            _require(type(data) is int and data >= 0, lambda: f"{data!r} is not an index")
        elif op == "basis":
            size = coordinates_of(sort.spaces[0]) if sort.kind == "Vec" else None
            _require(
                size is not None and type(data) is int and 1 <= data <= size,
                lambda: f"there is no coordinate vector {data!r} in {sort}",
            )
        else:
            _check_number(data, sort)
        return sort

    return check


def _check_number(data: Any, sort: Sort) -> None:
    _require(type(data) is Fraction, lambda: f"{data!r} is not an exact number")
    if sort == NAT:
        _require(data.denominator == 1 and data >= 0, lambda: f"{data} is not a natural number")
    elif sort.kind in ("Vec", "Lin", "Sub"):  # 1 is the identity, or the whole space
        square = sort.kind == "Sub" or (sort.kind == "Lin" and sort.spaces[0] == sort.spaces[1])
        _require(
            data == 0 or (data == 1 and square),
            lambda: f"{data} is not {sort.words()}: only {'0 and 1 are' if square else '0 is'}",
        )
    else:
        _require(sort == REAL, lambda: f"the number {data} cannot be {sort.words()}")


def _additive(args: Args, data: Any, sort: Sort | None) -> Sort:
    _require(len(args) >= 2, lambda: "a sum needs two terms")
    first = args[0]
    fits = first.sort.kind in (*LINEAR, "Nat")
    for arg in args:
        if arg.sort != first.sort or not fits:
            raise LanguageError(f"cannot add {said(first)} and {said(arg)}")
    return first.sort


def _fixed(op: str, wanted: Sequence[Sort], result: Sort) -> Signature:
    def check(args: Args, data: Any, sort: Sort | None) -> Sort:
        _arity(op, args, len(wanted))
        for arg, want in zip(args, wanted, strict=True):
            if arg.sort != want:
                raise LanguageError(f"{op} needs {want.words()}; {said(arg)}")
        return result

    return check


def _neg(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("neg", args, 1)
    _require(args[0].sort.kind in LINEAR, lambda: f"cannot negate: {said(args[0])}")
    return args[0].sort


def _mul(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("mul", args, 2)
    a, b = args
    _require(
        a.sort == b.sort and a.sort in (REAL, NAT),
        lambda: f"cannot multiply {said(a)} and {said(b)}; the inner product is ip(u, v)",
    )
    return a.sort


def _div(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("div", args, 2)
    a, b = args
    _require(
        a.sort.kind in LINEAR and b.sort == REAL,
        lambda: f"cannot divide: {said(a)} and {said(b)}",
    )
    return a.sort


def _smul(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("smul", args, 2)
    a, v = args
    _require(
        a.sort == REAL and v.sort.kind in ("Vec", "Lin"),
        lambda: f"cannot scale: {said(a)} and {said(v)}",
    )
    return v.sort


def _ip(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("ip", args, 2)
    u, v = args
    _require(
        u.sort.kind == "Vec" and u.sort == v.sort,
        lambda: f"an inner product needs two vectors of one space; {said(u)}, {said(v)}",
    )
    return REAL


def _app(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("app", args, 2)
    f, x = args
    _require(
        f.sort.kind == "Fun" and f.sort.parts[0] == x.sort,
        lambda: f"{said(f)} and cannot be applied to {x}, {x.sort.words()}",
    )
    return f.sort.parts[1]


def _grad(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("grad", args, 2)
    f, x = args
    _require(
        x.sort.kind == "Vec" and f.sort.parts == (x.sort, REAL),
        lambda: f"a gradient needs a real function and a point; {said(f)}, {said(x)}",
    )
    return x.sort


def _jac(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("jac", args, 2)
    f, x = args
    codomain = f.sort.parts[1] if f.sort.kind == "Fun" else REAL
    _require(
        x.sort.kind == codomain.kind == "Vec" and f.sort.parts[0] == x.sort,
        lambda: f"a derivative needs a map of spaces and a point; {said(f)}, {said(x)}",
    )
    return linear(x.sort.spaces[0], codomain.spaces[0])


def _lapp(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("lapp", args, 2)
    a, v = args
    _require(
        a.sort.kind == "Lin" and v.sort == vector(a.sort.spaces[0]),
        lambda: f"cannot apply: {said(a)}, {said(v)}",
    )
    return vector(a.sort.spaces[1])


def _comp(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("comp", args, 2)
    a, b = args
    _require(
        a.sort.kind == b.sort.kind == "Lin" and a.sort.spaces[0] == b.sort.spaces[1],
        lambda: f"cannot compose: {said(a)}, {said(b)}",
    )
    return linear(b.sort.spaces[0], a.sort.spaces[1])


def _of_map(op: str, result: Callable[[str, str], Sort]) -> Signature:
    def check(args: Args, data: Any, sort: Sort | None) -> Sort:
        _arity(op, args, 1)
        _require(args[0].sort.kind == "Lin", lambda: f"{op} needs a linear map; {said(args[0])}")
        return result(*args[0].sort.spaces)

    return check


def _cap(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("cap", args, 2)
    _require(
        args[0].sort.kind == "Sub" and args[0].sort == args[1].sort,
        lambda: f"cannot intersect: {said(args[0])}, {said(args[1])}",
    )
    return args[0].sort


def _subdim(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("subdim", args, 1)
    _require(args[0].sort.kind == "Sub", lambda: f"a dimension is of a subspace; {said(args[0])}")
    return NAT


def _in(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("in", args, 2)
    v, s = args
    _require(
        s.sort.kind == "Sub" and v.sort == vector(s.sort.spaces[0]),
        lambda: f"no membership: {said(v)}, {said(s)}",
    )
    return PROP


def _total(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("sum", args, 2)
    f, n = args
    fits = f.sort.kind == "Fun" and f.sort.parts[0] == n.sort == NAT
    _require(
        fits and f.sort.parts[1].kind in ("Real", "Vec"),
        lambda: f"a finite sum needs a sequence and a natural number; {said(f)}, {said(n)}",
    )
    return f.sort.parts[1]


def _eq(args: Args, data: Any, sort: Sort | None) -> Sort:
    _arity("eq", args, 2)
    a, b = args
    _require(
        a.sort == b.sort and a.sort != PROP,
        lambda: f"cannot equate: {said(a)} and {said(b)}",
    )
    return PROP


def _binder(op: str) -> Signature:
    def check(args: Args, data: Any, sort: Sort | None) -> Sort:
        _arity(op, args, 1)
        _require(isinstance(data, Binder), lambda: f"{op} needs a bound variable, not {data!r}")
        if op == "lam":
            return function(data.sort, args[0].sort)
        _require(args[0].sort == PROP, lambda: f"{op}: {said(args[0])}, not a proposition")
        return PROP

    return check


def _defined(args: Args, data: Any, sort: Sort | None) -> Sort:
    result = getattr(data, "sort_of", None)
    if result is None:
        raise LanguageError(f"{data!r} is not a definition")
    checked = result(tuple(arg.sort for arg in args))
    assert isinstance(checked, Sort)
    return checked


_SIGNATURES: dict[str, Signature] = {
    "var": _leaf("var"),
    "bound": _leaf("bound"),
    "num": _leaf("num"),
    "basis": _leaf("basis"),
    "add": _additive,
    "neg": _neg,
    "mul": _mul,
    "div": _div,
    "pow": _fixed("pow", (REAL, NAT), REAL),
    "sqrt": _fixed("sqrt", (REAL,), REAL),
    "real": _fixed("real", (NAT,), REAL),
    "smul": _smul,
    "ip": _ip,
    "app": _app,
    "grad": _grad,
    "jac": _jac,
    "lapp": _lapp,
    "comp": _comp,
    "adj": _of_map("adj", lambda domain, codomain: linear(codomain, domain)),
    "ker": _of_map("ker", lambda domain, _: subspace(domain)),
    "ran": _of_map("ran", lambda _, codomain: subspace(codomain)),
    "cap": _cap,
    "subdim": _subdim,
    "in": _in,
    "sum": _total,
    **{op: _fixed(op, (REAL,), REAL) for op in ("sin", "cos")},
    **{op: _fixed(op, (REAL, REAL), PROP) for op in ("le", "lt", "ge", "gt")},
    "eq": _eq,
    **{op: _fixed(op, (PROP, PROP), PROP) for op in CONNECTIVES},
    "false": _fixed("false", (), PROP),
    **{op: _binder(op) for op in BINDERS},
    "def": _defined,
}

#: what every operation of the language takes, by name
SIGNATURES: Mapping[str, Signature] = MappingProxyType(_SIGNATURES)
