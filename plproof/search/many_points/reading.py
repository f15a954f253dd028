"""Statements as numbers: vectors as combinations of atoms, scalars of Gram entries and values.

[untrusted: nothing here is believed, the kernel checks what is made of it]

A search reads many terms, and their coefficients are numbers: the polynomials of the kernel's
normal form would be a burden.  An atom is a variable, or a gradient or value of a function, known
by its function and the combination that its argument is: ∇f(x + y) and ∇f(y + x) are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq

from plproof.language.binding import open_binder
from plproof.language.syntax import grad
from plproof.language.terms import Term, make, subterms
from plproof.proof.forms import (
    ONE,
    ZERO,
    Combination,
    add,
    add_gram,
    exactly,
)

_ALONE = frozenset({()})
#: powers of numbers up to this one are worked out
_LARGEST = 512


class NotSuited(Exception):
    """The statement is not about vectors, values and numbers alone: another search is needed."""


class Reading:
    """Terms read as numbers over one numbering of atoms, each once.

    ``kinds`` tells of each atom what it is: ``var``, ``bound``, ``entry`` (of a sequence), ``grad``
    or ``app`` (a value of a function or map); ``met`` lists the functions and closed points at
    which the terms read so far take a value or a gradient, in the order of reading.
    """

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.met: list[tuple[Term, Term]] = []
        self._terms: list[Term | None] = []
        self._at: dict[int, tuple[Term, Term]] = {}
        self._numbers: dict[tuple[Any, ...], int] = {}
        #: what was read, by id; the term beside it keeps the id from being given to another
        self._done: dict[int, tuple[Term, Combination]] = {}

    # ---- atoms
    def term(self, atom: int) -> Term:
        """Return the term of a vector atom."""
        found = self._terms[atom]
        if found is None:
            f, point = self._at[atom]
            made = grad(f, point) if self.kinds[atom] == "grad" else make("app", (f, point))
            found = self._terms[atom] = made
        return found

    def loose(self, atom: int) -> bool:
        """Say whether an atom speaks of a bound variable."""
        found = self._terms[atom]
        return found is not None and found.loose > 0

    def evaluated(self, atom: int) -> tuple[Term, Term] | None:
        """Return the function and the point of a gradient or value, None for another atom."""
        return self._at.get(atom)

    def at(self, kind: str, f: Term, point: Term) -> int:
        """Return the atom of ∇f(point), of the kind ``grad``, or f(point), of the kind ``app``."""
        key = (kind, f, key_of(self.read(point)))
        atom = self._numbers.get(key)
        if atom is None:
            atom = self._atom(key, None)
            self._at[atom] = f, point
        return atom

    def _atom(self, key: tuple[Any, ...], term: Term | None) -> int:
        atom = self._numbers.setdefault(key, len(self.kinds))
        if atom == len(self.kinds):
            self.kinds.append(key[0])
            self._terms.append(term)
        return atom

    # ---- terms
    def read(self, term: Term) -> Combination:
        """Return a vector as a combination of atoms, a scalar as one of (a, b), values and ().

        What is returned is not to be changed.  NotSuited: something else is in it.
        """
        try:
            return self._value(term)
        except RecursionError:  # deep terms are read from their parts up
            for part in subterms(term):
                if part.sort.kind in ("Vec", "Real", "Nat"):
                    self._value(part)
            return self._value(term)

    def slack(self, lower: Term, upper: Term) -> Combination:
        """Return upper − lower; see :meth:`read`."""
        less = self.read(lower)
        found = dict(self.read(upper))
        add(found, less, -ONE)
        return found

    def _value(self, t: Term) -> Combination:
        known = self._done.get(id(t))
        if known is not None:
            return known[1]
        found = self._computed(t)
        self._done[id(t)] = t, found
        return found

    def _computed(self, t: Term) -> Combination:
        op, args = t.op, t.args
        if op == "add":
            total = dict(self._value(args[0]))
            for arg in args[1:]:
                if arg.op == "neg":
                    add(total, self._value(arg.args[0]), -ONE)
                else:
                    add(total, self._value(arg))
            return total
        if op == "var" and t.sort.kind == "Vec":
            return {self._atom((op, t), t): ONE}
        if op == "bound" and t.sort.kind == "Vec":
            return {self._atom((op, t.data), t): ONE}
        if op in ("grad", "app"):
            return self._applied(t)
        if op == "ip":
            total = {}
            add_gram(total, self._value(args[0]), self._value(args[1]), ONE)
            return {key: c for key, c in total.items() if c}
        if op == "neg":
            return {key: -c for key, c in self._value(args[0]).items()}
        if op in ("mul", "smul"):
            left, right = self._value(args[0]), self._value(args[1])
            if op == "mul" and left.keys() - _ALONE:
                left, right = right, left
            factor = _number(left, t)
            return {key: factor * c for key, c in right.items()} if factor else {}
        if op == "div":
            divisor = _number(self._value(args[1]), t)  # t/0 is 0
            inverse = 1 / divisor if divisor else ZERO
            return {key: c * inverse for key, c in self._value(args[0]).items()} if divisor else {}
        if op == "num" and t.sort.kind in ("Real", "Nat"):
            return {(): exactly(t.data)} if t.data else {}
        if op == "num" and t.sort.kind == "Vec":
            return {}
        if op == "real":
            return self._value(args[0])
        if op == "def":
            return self._value(t.data.unfold(args))
        if op == "pow":
            base, exponent = (_number(self._value(arg), t) for arg in args)
            if exponent > _LARGEST:
                raise NotSuited(f"the exponent of {t} is too large")
            power = base ** int(exponent)
            return {(): power} if power else {}
        raise NotSuited(f"{t} is no combination with numbers of vectors, inner products and values")

    def _applied(self, t: Term) -> Combination:
        f, argument = t.args
        if f.op == "lam" and t.op == "app":
            if t.loose:
                raise NotSuited(f"{f} is put in at a point that is not fixed")
            return self._value(open_binder(f, argument))
        if t.sort.kind not in ("Vec", "Real"):
            raise NotSuited(f"{t} is neither a vector nor a number")
        point = self._value(argument)
        if argument.sort.kind != "Vec":
            _number(point, t)
            if t.sort.kind != "Vec":
                raise NotSuited(f"{t} is neither a vector nor the value of a function at a point")
            return {self._atom(("entry", f, key_of(point)), t): ONE}
        if not t.loose:
            self.met.append((f, argument))
        atom = self._atom((t.op, f, key_of(point)), t)
        self._at.setdefault(atom, (f, argument))
        return {atom: ONE}


def key_of(line: Mapping[Any, fmpq]) -> object:
    """Return what identifies a combination; of an atom alone, its number."""
    if len(line) == 1:
        ((key, c),) = line.items()
        if c == 1 and type(key) is int:
            return key
    return tuple(sorted((key, int(c.p), int(c.q)) for key, c in line.items()))


def _number(found: Combination, whole: Term) -> fmpq:
    """Return the number that a scalar is.  NotSuited: it is more."""
    if found.keys() - _ALONE:
        raise NotSuited(f"{whole} has coefficients that are no numbers")
    return found.get((), ZERO)
