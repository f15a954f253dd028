"""Terms: the one immutable node all statements are built from.  [trusted: read by the kernel]

A term is ``Term(op, args, data, sort)``, interned, locally nameless: bound variables are numbers,
their names are hints for the reader only, so two statements that differ in the names of bound
variables are equal.  Nothing is evaluated or simplified when a term is built: ``x/x`` stays
``x/x`` and ``x <= x`` stays a proposition.  Whether the parts fit is checked on construction.
"""

from __future__ import annotations

import gc
import operator
import weakref
from collections.abc import Callable, Container, Iterable, Iterator
from fractions import Fraction
from typing import Any, NoReturn, Protocol, TypeVar, overload

from plproof.language.printing import show
from plproof.language.signatures import BINDERS, SIGNATURES, Binder, said
from plproof.language.sorts import LINEAR, NAT, PROP, REAL, LanguageError, Sort

_Made_co = TypeVar("_Made_co", covariant=True)


class MultipliesTerms(Protocol[_Made_co]):
    """What says itself what a term times it is, as a fact of a proof."""

    multiplies_terms: bool

    def __rmul__(self, other: object, /) -> _Made_co:
        """Return the term times this."""


class Term:
    """An immutable, interned node of the statement language; see :mod:`plproof.language`.

    Terms are made by the functions of the language (or :func:`make`), never by a constructor.
    ``op`` names the operation, ``args`` are its arguments, ``data`` is what else it needs (a
    name, a number, a binder, a definition), ``sort`` is what the term denotes, ``loose`` is one
    more than the largest index of a bound variable that has no binder yet and ``open`` the sorts of
    these variables by index, None for one that does not occur; ``notation`` says whether something
    in it is written out in its canonical form: a definition, ≥, > or ∈.
    """

    __slots__ = ("__weakref__", "alpha", "args", "data", "loose", "notation", "op", "open", "sort")

    op: str
    args: tuple[Term, ...]
    data: Any
    sort: Sort
    loose: int
    open: tuple[Sort | None, ...]
    notation: bool
    alpha: Term

    __array_ufunc__ = None  # numpy must not take an operator apart element by element

    def __new__(cls, *_: object) -> Term:
        """Refuse: terms are made by :func:`make`."""
        raise LanguageError("terms are made by the functions of plproof.language, not by Term(...)")

    def __init_subclass__(cls) -> None:
        raise LanguageError("Term cannot be subclassed")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("terms are immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("terms are immutable")

    def __copy__(self) -> Term:
        return self

    def __deepcopy__(self, memo: object) -> Term:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("terms are not pickled: write them as JSON with plproof.language.wire")

    # ---- equality is structural, up to the names of bound variables
    def __eq__(self, other: object) -> bool:
        """Python equality: is it the same term?  For the proposition write ``eq(a, b)``."""
        return isinstance(other, Term) and self.alpha is other.alpha

    def __hash__(self) -> int:
        return id(self.alpha)

    # ---- Python's traps
    def __bool__(self) -> NoReturn:
        if self.sort == PROP:
            raise LanguageError(
                f"the proposition {self} has no truth value in Python: write `p & q`, `p | q`, "
                "implies(p, q), neg(p) instead of and/or/if/not, and split a < b < c into "
                "(a < b) & (b < c)"
            )
        raise LanguageError(
            f"the term {self} has no truth value in Python: compare it, as in {self} > 0"
        )

    def __iter__(self) -> NoReturn:
        raise LanguageError(f"{self} is one term and cannot be iterated or unpacked")

    def __contains__(self, item: object) -> NoReturn:
        raise LanguageError("`in` is not a proposition: write member(v, S) or compare terms")

    def __len__(self) -> NoReturn:
        raise LanguageError(f"{self} is one term and has no length")

    def __float__(self) -> NoReturn:
        raise LanguageError(f"{self} is a symbol, not a float: nothing is evaluated here")

    def __int__(self) -> NoReturn:
        raise LanguageError(f"{self} is a symbol, not an int: nothing is evaluated here")

    def __repr__(self) -> str:
        return show(self)

    # ---- operators build terms
    def __add__(self, other: object) -> Term:
        return _sum(*_alike(self, other))

    def __radd__(self, other: object) -> Term:
        return _sum(*_alike(other, self))

    def __sub__(self, other: object) -> Term:
        left, right = _alike(self, other, subtract=True)
        return _sum(left, make("neg", (right,)))

    def __rsub__(self, other: object) -> Term:
        left, right = _alike(other, self, subtract=True)
        return _sum(left, make("neg", (right,)))

    def __neg__(self) -> Term:
        return make("neg", (as_real(self),))

    def __matmul__(self, other: object) -> Term:
        """Return the value A v of a linear map at a vector, or the product A B of two maps."""
        if not isinstance(other, Term) or self.sort.kind != "Lin":
            raise LanguageError(f"{self} @ {other}: `@` applies a linear map to a vector or map")
        return make("lapp" if other.sort.kind == "Vec" else "comp", (self, other))

    @property
    def T(self) -> Term:
        """The adjoint of a linear map: ⟨A v, u⟩ = ⟨v, Aᵀ u⟩."""
        return make("adj", (self,))

    @overload  # what multiplies terms is an object as well, and the first that fits counts
    def __mul__(self, other: MultipliesTerms[_Made_co]) -> _Made_co: ...  # type: ignore[overload-overlap]
    @overload
    def __mul__(self, other: object) -> Term: ...
    def __mul__(self, other: object) -> object:
        if getattr(other, "multiplies_terms", False):  # a fact of a proof: its own __rmul__ knows
            return NotImplemented
        return _product(self, other)

    def __rmul__(self, other: object) -> Term:
        return _product(other, self)

    def __truediv__(self, other: object) -> Term:
        return make("div", (as_real(self), lift(other, REAL)))

    def __rtruediv__(self, other: object) -> Term:
        return make("div", (lift(other, REAL), lift(self, REAL)))

    def __pow__(self, exponent: object) -> Term:
        if isinstance(exponent, (int, Fraction)) and exponent < 0:
            raise LanguageError(f"{self}**({exponent}): write 1/{self}**{-exponent} instead")
        return make("pow", (lift(self, REAL), lift(exponent, NAT)))

    def __rpow__(self, base: object) -> Term:
        return make("pow", (lift(base, REAL), lift(self, NAT)))

    def __le__(self, other: object) -> Term:
        return make("le", (lift(self, REAL), lift(other, REAL)))

    def __lt__(self, other: object) -> Term:
        return make("lt", (lift(self, REAL), lift(other, REAL)))

    def __ge__(self, other: object) -> Term:
        return make("ge", (lift(self, REAL), lift(other, REAL)))

    def __gt__(self, other: object) -> Term:
        return make("gt", (lift(self, REAL), lift(other, REAL)))

    def __and__(self, other: object) -> Term:
        return make("and", (self, as_proposition(other)))

    def __rand__(self, other: object) -> Term:
        return make("and", (as_proposition(other), self))

    def __or__(self, other: object) -> Term:
        return make("or", (self, as_proposition(other)))

    def __ror__(self, other: object) -> Term:
        return make("or", (as_proposition(other), self))

    def __rshift__(self, other: object) -> Term:
        return make("imp", (self, as_proposition(other)))

    def __invert__(self) -> Term:
        return make("imp", (self, FALSE))

    def __call__(self, *arguments: object) -> Term:
        """Return the value at the arguments, one after another: ``f(x)``."""
        term = self
        for argument in arguments:
            if term.sort.kind != "Fun":
                raise LanguageError(f"{term} is {term.sort.words()} and cannot be applied")
            term = make("app", (term, lift(argument, term.sort.parts[0])))
        return term

    def __getitem__(self, index: object) -> Term:
        if self.sort.kind != "Fun" or self.sort.parts[0] != NAT:
            raise LanguageError(f"{self} is {self.sort.words()}, not a sequence: no index fits it")
        if isinstance(index, slice):
            raise LanguageError(f"{self} is a sequence over ℕ: a slice of it is not a term")
        return self(index)


# ---------------------------------------------------------------- construction
class _Link(weakref.ref[Term]):
    """A weak reference to an interned term that knows where it stands."""

    __slots__ = ("key",)
    key: tuple[object, ...]


_links: dict[tuple[object, ...], _Link] = {}


def _forget(link: _Link) -> None:
    if _links.get(link.key) is link:  # else another term stands there by now
        del _links[link.key]


MAX_LOOSE = 1_000  # binders around a variable
MAX_TERMS = 1_500_000  # at a time, under a gigabyte: a few steps can ask for very many
LEAST_ROOM = MAX_TERMS // 2  # for new terms, once those are forgotten that nobody has
_FIELDS = ("op", "args", "data", "sort", "loose", "open", "notation", "alpha")
#: set the slots of a term, which is immutable for everyone else
_put_op, _put_args, _put_data, _put_sort, _put_loose, _put_open, _put_notation, _put_alpha = (
    Term.__dict__[name].__set__ for name in _FIELDS
)
_NOTATION = ("def", "ge", "gt", "in")


def make(
    op: str, args: tuple[Term, ...] = (), data: object = None, sort: Sort | None = None
) -> Term:
    """Return the interned term; raise LanguageError when the parts do not fit.

    ``sort`` is given for variables, bound variables and numbers and computed for everything else.
    """
    for arg in args:
        if type(arg) is not Term:
            raise LanguageError(f"{op}: {arg!r} is not a term")
    if args and data is None:  # the sort follows from these, and what is there was checked
        link = _links.get((op, tuple(map(id, args)), None))
        known = None if link is None else link()
        if known is not None:
            return known
    checked = SIGNATURES[op](args, data, sort) if op in SIGNATURES else None
    if checked is None:
        raise LanguageError(f"there is no operation {op!r}")
    return _intern(op, tuple(args), data, checked)


def _intern(op: str, args: tuple[Term, ...], data: object, sort: Sort) -> Term:
    key: tuple[object, ...] = (op, tuple(map(id, args)), data)
    if not args:  # a Fraction is slow to hash, its numbers are not
        key = (op, data.as_integer_ratio() if type(data) is Fraction else data, sort)
    link = _links.get(key)
    known = None if link is None else link()
    if known is not None:
        return known
    missing: tuple[Sort | None, ...] = ()
    if op == "bound" and isinstance(data, int):
        if data >= MAX_LOOSE:
            raise LanguageError(f"a variable under more than {MAX_LOOSE} binders")
        missing = (*[None] * data, sort)
    notation, plain, under = op in _NOTATION, True, BINDERS.get(op)
    for index, arg in enumerate(args):
        inner = arg.open
        if inner and index == under:
            if not isinstance(data, Binder) or inner[0] not in (None, data.sort):
                raise LanguageError(f"{op}: a variable is bound in another sort than its own")
            inner = inner[1:]
        if inner and inner is not missing:
            missing = _joined(missing, inner) if missing else inner
        notation = notation or arg.notation
        plain = plain and arg.alpha is arg
    if len(_links) >= MAX_TERMS:
        _make_room()
    term: Term = object.__new__(Term)
    _put_op(term, op)
    _put_args(term, args)
    _put_data(term, data)
    _put_sort(term, sort)
    _put_loose(term, len(missing))
    _put_open(term, missing)
    _put_notation(term, notation)
    if isinstance(data, Binder):
        plain, data = plain and not data.name, Binder("", data.sort)
    _put_alpha(term, term if plain else _intern(op, tuple([arg.alpha for arg in args]), data, sort))
    link = _links[key] = _Link(term, _forget)
    link.key = key
    return term


def _make_room() -> None:
    """Forget terms that nobody has; LanguageError when many are left."""
    gc.collect()
    if len(_links) > MAX_TERMS - LEAST_ROOM:
        raise LanguageError(f"there are {MAX_TERMS} terms at once: this is too much to write out")


def _joined(
    left: tuple[Sort | None, ...], right: tuple[Sort | None, ...]
) -> tuple[Sort | None, ...]:
    """Return the sorts of the loose variables of two terms; LanguageError when they differ."""
    if left == right:
        return left
    if len(left) < len(right):
        left, right = right, left
    for one, other in zip(left, right, strict=False):
        if one is not None and other is not None and one != other:
            raise LanguageError("a bound variable has two sorts")
    both = [one if one is not None else other for one, other in zip(left, right, strict=False)]
    return (*both, *left[len(right) :])


FALSE: Term = make("false")


# ---------------------------------------------------------------- lifting Python values
def number(value: Fraction | int, sort: Sort = REAL) -> Term:
    """Return the exact number as a term of the sort ℝ (default) or ℕ.

    Of vectors, linear maps and subspaces there is 0; 1 is the identity map and the whole space.
    """
    return make("num", (), Fraction(value), sort)


def lift(value: object, sort: Sort) -> Term:
    """Return ``value`` as a term of the given sort; ints, Fractions and terms are understood.

    Raises LanguageError with the fix named for floats, booleans and everything else.
    """
    if type(value) is Term:
        if value.sort == sort:
            return value
        if value.sort == NAT and sort == REAL:
            return make("real", (value,))
        raise LanguageError(f"{said(value)} where {sort.words()} is needed")
    if isinstance(value, bool):
        raise LanguageError(
            f"{value} is a Python bool where {sort.words()} is needed: `==` compares terms; "
            "write eq(a, b) for the equation"
        )
    if isinstance(value, float) or type(value).__module__ == "numpy":
        raise LanguageError(
            f"{value!r} is a floating-point number and not exact (Python evaluates 1/2 to 0.5): "
            "write rational(1, 2) or rational('0.5'), or divide a term as in x/2"
        )
    if not isinstance(value, (int, Fraction)):
        raise LanguageError(f"{value!r} is not {sort.words()}")
    if sort.kind not in (*LINEAR, "Nat", "Sub"):
        raise LanguageError(f"the number {value} where {sort.words()} is needed")
    return number(value, sort)


def as_real(term: Term) -> Term:
    """Return a natural number as a real; any other term unchanged."""
    return make("real", (term,)) if term.sort == NAT else term


def as_proposition(value: object) -> Term:
    """Return ``value`` if it is a proposition; raise LanguageError naming the fix otherwise."""
    if isinstance(value, bool):
        raise LanguageError(
            f"{value} is a Python bool where a proposition belongs: `==` and `!=` compare terms; "
            "write eq(a, b) or ne(a, b)"
        )
    return lift(value, PROP)


def _alike(left: object, right: object, subtract: bool = False) -> tuple[Term, Term]:
    if type(left) is type(right) is Term and left.sort == right.sort != NAT:
        return left, right
    sorts = [side.sort for side in (left, right) if isinstance(side, Term)]
    natural = all(
        side.sort == NAT if isinstance(side, Term) else type(side) is int and side >= 0
        for side in (left, right)
    )
    if natural and not subtract:
        return lift(left, NAT), lift(right, NAT)
    target = next((sort for sort in sorts if sort != NAT), REAL)
    return lift(left, target), lift(right, target)


def _sum(left: Term, right: Term) -> Term:
    """Add two terms; a sum on the left is continued, so that it prints in the order written."""
    parts = left.args if left.op == "add" else (left,)
    return make("add", (*parts, right))


def _product(left: object, right: object) -> Term:
    for scalar, v in ((left, right), (right, left)):
        if isinstance(v, Term) and v.sort.kind in ("Vec", "Lin"):
            if isinstance(scalar, Term) and scalar.sort.kind == v.sort.kind == "Lin":
                raise LanguageError(f"the product of two linear maps is written {left} @ {right}")
            if isinstance(scalar, Term) and scalar.sort.kind == "Lin":
                raise LanguageError(f"a linear map is applied with @: write {scalar} @ {v}")
            if isinstance(scalar, Term) and scalar.sort.kind == "Vec":
                raise LanguageError(
                    f"the product of the vectors {left} and {right}: write ip({left}, {right})"
                )
            return make("smul", (lift(scalar, REAL), v))
    return make("mul", _alike(left, right))


# ---------------------------------------------------------------- walking terms, without recursion
def subterms(root: Term, known: Container[int] = ()) -> Iterator[Term]:
    """Yield every subterm once, arguments before the terms that contain them.

    Terms whose identity is ``known`` are passed over, with what is in them.
    """
    seen: set[int] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        term, ready = stack.pop()
        if ready:
            yield term
        elif id(term) not in seen and id(term) not in known:
            seen.add(id(term))
            stack.append((term, True))
            stack += [(arg, False) for arg in reversed(term.args)]


def rebuild(root: Term, replacement: Callable[[Term, int], Term | None]) -> Term:
    """Return ``root`` with subterms replaced from the top down.

    ``replacement(term, depth)`` gives the term to put in place of a subterm that stands under
    ``depth`` binders, or None to go on into its arguments.
    """
    memo: dict[tuple[int, int], Term] = {}
    stack = [(root, 0, False)]
    while stack:
        term, depth, opened = stack.pop()
        key = (id(term), depth)
        if opened:
            inside = depth + (term.op in BINDERS)  # the only argument of a binder is under it
            args = tuple([memo[id(arg), inside] for arg in term.args])
            same = all(map(operator.is_, args, term.args))
            memo[key] = term if same else make(term.op, args, term.data, term.sort)
        elif key not in memo:
            new = replacement(term, depth)
            if new is not None or not term.args:
                memo[key] = term if new is None else new
                continue
            stack.append((term, depth, True))
            inside = depth + (term.op in BINDERS)
            for arg in term.args[::-1]:
                stack.append((arg, inside, False))
    return memo[id(root), 0]


def free_variables(terms: Term | Iterable[Term]) -> tuple[Term, ...]:
    """Return the free variables, each once, in order of first appearance."""
    found: dict[Term, None] = {}
    for root in (terms,) if isinstance(terms, Term) else terms:
        for term in subterms(root):
            if term.op == "var":
                found[term] = None
    return tuple(found)
