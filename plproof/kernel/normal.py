"""Normal form of scalars and vectors: sparse Laurent polynomials over ℚ.  [trusted]

The atoms are variables, values f(x) and gradients (their arguments in normal form), roots, powers
with a symbolic exponent (q^(k+1) = q·q^k), inverses of what is not known to be non-zero, and Gram
entries: one atom ⟨u, v⟩ for each unordered pair of vector atoms.  A vector is a combination of
vector atoms with polynomial coefficients and is never treated as a scalar.  A linear map is a
combination of words in map atoms and their adjoints; a word applied to a vector atom is a vector
atom, and ⟨A u, v⟩ = ⟨u, Aᵀ v⟩ makes one atom of both.  Equal normal forms mean equal values for
total functions (1/0 = 0); the converse is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import repeat
from typing import Any, cast

from plproof.language.binding import open_binder
from plproof.language.sorts import Sort
from plproof.language.terms import Term, make, subterms

Monomial = tuple[tuple[int, int], ...]  # ((atom, exponent), ...) in order of atoms
Poly = dict[Monomial, Fraction]
Vector = dict[int, Poly]  # vector or word atom -> coefficient; of a scalar, SCALAR -> polynomial
Word = tuple[tuple[int, bool], ...]  # map atoms in order of writing, each with "is its adjoint"
SCALAR = -1
VALUED = ("Real", "Nat", "Vec", "Lin")
SIMPLE = ("var", "num", "add", "neg", "mul", "smul", "div", "ip")  # read by recursion, to a depth
SHALLOW = 40

ONE = Fraction(1)
MAX_EXPONENT = 512
MAX_MONOMIALS = 20_000
MAX_PRODUCTS = 1_000_000  # of monomials, of two vectors
MAX_BITS = 20_000
MAX_VALUES = 20_000  # terms that are read: a function applied to itself reads itself twice, …


class KernelError(Exception):
    """A rule was applied to something it does not fit; nothing was proved."""


def constant(value: Fraction | int) -> Poly:
    """Return the constant polynomial."""
    return {(): ONE if value == 1 else Fraction(value)} if value else {}


def plus(p: Poly, q: Poly, factor: Fraction | int = 1) -> Poly:
    """Return p + factor·q."""
    result = dict(p)
    increase(result, q, factor)
    return result


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise KernelError("a number in a normal form is too large")
    return value


def increase(total: Poly, q: Poly, factor: Fraction | int = 1) -> None:
    """Add factor·q to the total, in place."""
    if not total and factor == 1:
        total.update(q)
        return
    for monomial, c in q.items():
        value = c if factor == 1 else -c if factor == -1 else factor * c
        if monomial in total:
            value = _bounded(value + total[monomial])
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    if len(total) > MAX_MONOMIALS:
        raise KernelError("a sum in a normal form is too large")


def _merge(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    exponents = dict(a)
    for atom, e in b:
        exponents[atom] = exponents.get(atom, 0) + e
    return tuple(sorted((atom, e) for atom, e in exponents.items() if e))


def _multiplied(c: Fraction, d: Fraction) -> Fraction:
    """Return c·d; most coefficients are 1, which costs nothing."""
    if c is ONE or d is ONE:
        return d if c is ONE else c
    return _bounded(c * d)


def times(p: Poly, q: Poly) -> Poly:
    """Return p·q."""
    if len(p) == 1 and p.get(()) is ONE:
        return dict(q)
    if len(q) == 1 and q.get(()) is ONE:
        return dict(p)
    if len(p) * len(q) > MAX_MONOMIALS:
        raise KernelError("a product in a normal form is too large")
    result: Poly = {}
    for a, c in p.items():
        for b, d in q.items():
            monomial, value = _merge(a, b), _multiplied(c, d)
            result[monomial] = _bounded(result[monomial] + value) if monomial in result else value
    return {monomial: c for monomial, c in result.items() if c}


def power(p: Poly, exponent: int) -> Poly:
    """Return p**exponent for a small natural exponent."""
    if exponent > MAX_EXPONENT:
        raise KernelError(f"the exponent {exponent} is larger than {MAX_EXPONENT}")
    return reduce(times, repeat(p, exponent), constant(1))


def key_of(p: Poly) -> tuple[tuple[Monomial, Fraction | int], ...]:
    """Return a hashable form of the polynomial, its whole numbers as int: they hash fast."""
    return tuple(sorted([(m, c.numerator if c.denominator == 1 else c) for m, c in p.items()]))


def _pairs(u: Vector, v: Vector) -> list[tuple[int, int, Poly]]:
    products = sum(map(len, u.values())) * sum(map(len, v.values()))
    if len(u) * len(v) > MAX_MONOMIALS or products > MAX_PRODUCTS:
        raise KernelError("a product in a normal form is too large")
    return [(a, b, times(c, d)) for a, c in u.items() for b, d in v.items()]


def _adjoint(word: Word) -> Word:
    return tuple((atom, not flipped) for atom, flipped in reversed(word))


def _joined(left: Word, right: Word) -> Word:
    if len(left) + len(right) > MAX_EXPONENT:
        raise KernelError("a product of linear maps in a normal form is too long")
    return left + right


class NormalForm:
    """Normal forms that share one numbering of atoms, with some terms known to be non-zero."""

    def __init__(self, nonzero: Iterable[Term] = ()) -> None:
        self.atoms: list[tuple[Any, ...]] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._values: dict[int, Vector] = {}  # by identity, of terms that are kept
        self._depth = self._open = 0
        self._kept: list[Term] = []
        self._names: dict[int, int] = {}  # of functions and subspaces, by identity too
        self._entries: dict[tuple[int, int], Poly] = {}
        self._units: set[int] = set()
        self._nonzero: set[tuple[tuple[Monomial, Fraction | int], ...]] = set()
        self._cleared: dict[int, Poly] = {}
        for term in nonzero:
            p = self.scalar(term)
            if len(p) == 1:
                self._units.update(atom for atom, _ in next(iter(p)))
            elif p:
                self._nonzero.add(key_of(self._monic(p)[2]))
            self._values, self._names = {}, {}  # read anew, now that more is not zero

    def number(self, key: tuple[object, ...]) -> int:
        """Return the number of an atom, a new one if it is met for the first time."""
        number = self._numbers.setdefault(key, len(self.atoms))
        if number == len(self.atoms):
            self.atoms.append(key)
        return number

    def _atom(self, *key: object) -> Poly:
        return {((self.number(key), 1),): ONE}

    def scalar(self, term: Term) -> Poly:
        """Return the normal form of a real or natural term."""
        if term.sort.kind not in ("Real", "Nat"):
            raise KernelError(f"{term} is not a number")
        return self.value(term).get(SCALAR, {})

    def vector(self, term: Term) -> Vector:
        """Return the normal form of a vector or linear map."""
        if term.sort.kind not in ("Vec", "Lin"):
            raise KernelError(f"{term} is neither a vector nor a linear map")
        return self.value(term)

    def value(self, root: Term) -> Vector:
        """Return the value of a term, its parts first; deep terms are read without recursion."""
        whole = root.alpha
        known = self._values.get(id(whole))
        if known is not None:
            return known
        if root.loose > self._open:
            raise KernelError(f"{root} has a bound variable without its binder")
        if not self._depth:
            self._keep(whole)
        op, args = whole.op, whole.args
        function = op in ("app", "grad") and args[0].op in ("var", "app")
        if self._depth < SHALLOW and (function or op in SIMPLE):
            self._depth += 1
            try:
                value = self._values[id(whole)] = self._computed(whole)
            finally:
                self._depth -= 1
            return value
        for t in subterms(whole, self._values):
            if t.loose <= self._open and t.sort.kind in VALUED and id(t) not in self._values:
                self._values[id(t)] = self._computed(t)
        return self._values[id(whole)]

    def _keep(self, term: Term) -> Term:
        """Keep a term that was made, so that no other gets its identity."""
        self._kept.append(term)
        if len(self._kept) > MAX_VALUES:
            raise KernelError("the functions and definitions in a normal form unfold too far")
        return term

    def _computed(self, t: Term) -> Vector:
        op, args = t.op, t.args
        if t.loose and (op == "def" or (op in ("app", "grad") and args[0].loose)):
            raise KernelError(f"{t} is not read for all points at once")
        if op == "app" and args[0].op == "lam":
            return self.value(self._keep(open_binder(args[0], args[1]).alpha))
        if op in ("var", "app", "grad", "jac", "basis", "sin", "cos", "subdim", "sum"):
            leaf = op in ("var", "basis")
            number = self.number((op, t) if leaf else (op, *map(self.key, args)))
            if t.sort.kind == "Lin":
                number = self.number(("word", ((number, False),)))
            scalar = t.sort.kind not in ("Vec", "Lin")
            return {SCALAR: {((number, 1),): ONE}} if scalar else {number: constant(1)}
        if op == "num":
            one = SCALAR if t.sort.kind != "Lin" else self.number(("word", ()))
            return {one: constant(t.data)} if t.data else {}
        if op == "add":
            total: Vector = {}
            for arg in args:
                for atom, c in self.value(arg).items():
                    increase(total.setdefault(atom, {}), c)
            return {atom: c for atom, c in total.items() if c}
        if op == "neg":
            return {a: {m: -x for m, x in c.items()} for a, c in self.value(args[0]).items()}
        if op in ("mul", "smul"):
            return self.scale(self.scalar(args[0]), self.value(args[1]))
        if op == "div":
            above = self.value(args[0])
            return self.scale(self.inverse(self.scalar(args[1])), above)
        if op == "ip":
            return {SCALAR: self.gram(self.vector(args[0]), self.vector(args[1]))}
        if op == "real":
            return self.value(args[0])
        if op == "def":
            return self.value(self._keep(t.data.unfold(args).alpha))
        if op in ("lapp", "comp"):
            return self.compose(self.value(args[0]), self.value(args[1]))
        if op == "adj":
            words = ((self._word(a), c) for a, c in self.value(args[0]).items())
            return {self.number(("word", _adjoint(w))): c for w, c in words}
        if op == "sqrt":
            return {SCALAR: self._atom("sqrt", key_of(self.scalar(args[0])))}
        if op == "pow":
            return {SCALAR: self._power(self.scalar(args[0]), self.scalar(args[1]))}
        raise KernelError(f"there is no normal form for {t}")

    def _power(self, base: Poly, exponent: Poly) -> Poly:
        result = constant(1)
        for monomial, c in exponent.items():
            if c.denominator != 1 or c < 0:
                raise KernelError("an exponent is not a sum of natural numbers")
            factor = base if monomial == () else self._atom("pow", key_of(base), monomial)
            result = times(result, power(factor, int(c)))
        return result

    def _monic(self, p: Poly) -> tuple[Monomial, Fraction, Poly]:
        """Return (unit monomial m, rational c, q) with p = c·m·q, q canonical."""
        exponents = [dict(monomial) for monomial in p]
        inner = {a for e in exponents for a in e} & self._units
        least = {a: min(e.get(a, 0) for e in exponents) for a in inner}
        unit = tuple(sorted((a, e) for a, e in least.items() if e))
        inverse = tuple((a, -e) for a, e in unit)
        q = {_merge(m, inverse): c for m, c in p.items()}
        leading = q[max(q)]
        return unit, leading, {m: c / leading for m, c in q.items()}

    def inverse(self, p: Poly) -> Poly:
        """Return the normal form of 1/p, where 1/0 = 0."""
        if not p:
            return {}
        unit, c, q = self._monic(p)
        back = {tuple((a, -e) for a, e in unit): 1 / c}
        if q == constant(1):
            return back
        key = key_of(q)
        number = self.number(("inverse", key))
        if key in self._nonzero:
            self._cleared[number] = q
        return times(back, {((number, 1),): ONE})

    def gram(self, u: Vector, v: Vector) -> Poly:
        """Return ⟨u, v⟩ by bilinearity, symmetry and ⟨A u, v⟩ = ⟨u, Aᵀ v⟩."""
        total: Poly = {}
        for a, b, c in _pairs(u, v):
            if (a, b) not in self._entries:
                self._entries[a, b] = self._entry(a, b)
            increase(total, times(self._entries[a, b], c))
        return total

    def _entry(self, a: int, b: int) -> Poly:
        """Return ⟨a, b⟩ of two vector atoms; coordinate vectors are orthonormal."""
        if not {self.atoms[a][0], self.atoms[b][0]} & {"at", "basis", "word"}:
            return self._atom("ip", min(a, b), max(a, b))
        (left, x), (right, y) = self._applied(a), self._applied(b)
        word = _joined(_adjoint(left), right)
        if self.atoms[x][0] == self.atoms[y][0] == "basis" and not word:
            return constant(int(x == y))
        first, word, last = min((x, word, y), (y, _adjoint(word), x))
        return self._atom("ip", first, self._at(word, last))

    def _word(self, number: int) -> Word:
        return cast(Word, self.atoms[number][1])

    def _applied(self, number: int) -> tuple[Word, int]:
        """Return (word, atom) for the vector atom that is the word applied to the atom."""
        key = self.atoms[number]
        if key[0] == "word":
            return key[1], number
        return (key[1], key[2]) if key[0] == "at" else ((), number)

    def _at(self, word: Word, atom: int) -> int:
        return self.number(("at", word, atom)) if word else atom

    def compose(self, a: Vector, b: Vector) -> Vector:
        """Return the map a applied to the vector b, or the product of the maps a and b."""
        total: Vector = {}
        for m, n, c in _pairs(a, b):
            inner, atom = self._applied(n)
            word = _joined(self._word(m), inner)
            product = self.atoms[n][0] == "word"
            number = self.number(("word", word)) if product else self._at(word, atom)
            increase(total.setdefault(number, {}), c)
        return {atom: c for atom, c in total.items() if c}

    def difference(self, left: Term, right: Term) -> Vector:
        """Return right − left, two numbers, vectors or linear maps."""
        total = {atom: dict(c) for atom, c in self.value(right).items()}
        for atom, c in self.value(left).items():
            increase(total.setdefault(atom, {}), c, -1)
        return {atom: c for atom, c in total.items() if c}

    def pattern(self, left: Term, right: Term, sorts: Sequence[Sort]) -> tuple[list[int], Vector]:
        """Return atoms that no term has, for loose variables of these sorts, the outermost first,
        and right − left with these for the variables.
        """
        values, names = dict(self._values), dict(self._names)
        atoms = [self.number(("point", len(self.atoms))) for _ in sorts]
        for depth, (atom, sort) in enumerate(zip(reversed(atoms), reversed(sorts), strict=True)):
            variable = self._keep(make("bound", (), depth, sort))
            self._values[id(variable)] = {atom: constant(1)}
        self._open = len(sorts)
        difference = self.difference(left, right)
        self._open, self._values, self._names = 0, values, names  # with others they mean others
        return atoms, difference

    @staticmethod
    def scale(factor: Poly, v: Vector) -> Vector:
        """Return factor·v."""
        return {atom: c for _, atom, c in _pairs({SCALAR: factor}, v) if c}

    def key(self, t: Term) -> object:
        """Return what identifies an argument: its normal form, or a function itself."""
        if t.sort.kind in ("Vec", "Lin"):
            return tuple(sorted((atom, key_of(c)) for atom, c in self.value(t).items()))
        if t.sort.kind in ("Real", "Nat"):
            return key_of(self.scalar(t))
        if t.op in ("app", "ker", "ran", "cap") and id(t) not in self._names:
            # with the sort, for 0 and 1 look alike in every space
            self._names[id(t)] = self.number((t.op, t.sort, *map(self.key, t.args)))
        return self._names.get(id(t), t)

    def inverses(self) -> dict[int, Poly]:
        """Return the atoms that are inverses of known non-zero polynomials, with these."""
        return dict(self._cleared)

    def cleared(self, p: Poly) -> Poly:
        """Return p times a product of known non-zero polynomials, free of their inverses."""
        for number in sorted(self._cleared, reverse=True):
            q, powers = self._cleared[number], dict[int, Poly]()
            degree = max((dict(m).get(number, 0) for m in p), default=0)
            if degree:
                result: Poly = {}
                for monomial, c in p.items():
                    rest = dict(monomial)
                    n = degree - rest.pop(number, 0)
                    powers[n] = powers.get(n) or power(q, n)
                    increase(result, times({tuple(sorted(rest.items())): c}, powers[n]))
                p = result
        return p
