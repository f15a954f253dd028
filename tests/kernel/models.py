"""Random models of the statement language: what a term is worth, computed without the kernel.

A model gives every space a dimension (0, 1, 2 or 3, small ones often), every free variable a value
(0 often) and every quantifier a finite domain.  Reals are exact Fractions; the root of a number
that is not a square is rounded to 60 digits, and a comparison or division that such a rounding
could decide raises :class:`Unclear`.  A function is an arbitrary table, and so are its gradient and
its derivative: the language promises nothing about them, so no rule may depend on them but
``differentiate``, which has tests of its own.  Sine and cosine are arbitrary tables too.

A linear map is a matrix, a subspace the reduced basis of a span; the coordinate space R^n has
dimension n.

With ``ceiling = N`` the naturals are the chain 0 … N in which sums and products stop at N.  That
is a model of 0, successor and induction with finitely many elements, so ∀ and ∃ are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from random import Random
from typing import Any

from plproof.kernel.thm import Thm
from plproof.language import Definition, Term
from plproof.language.sorts import REAL, Sort, coordinates_of

#: the reals that free variables take and quantifiers range over: few, so that accidents happen
REALS = tuple(map(Fraction, (0, 0, 0, 1, 1, -1, 2, -2, "1/2", "-1/3", 3)))
DIGITS = 10**60
CLOSE = Fraction(1, 10**30)


class Unclear(Exception):
    """The model cannot say what the term is worth; it counts neither for nor against a rule."""


def words(*parts: object) -> Random:
    """Return a generator of random numbers that depends on the parts only."""
    return Random(repr(parts))


Row = tuple[Fraction, ...]
Matrix = tuple[Row, ...]


def reduced(rows: Iterable[Row]) -> Matrix:
    """Return the reduced row echelon form without zero rows: the same for the same span."""
    todo, done = [list(row) for row in rows], []
    for column in range(max(map(len, todo), default=0)):
        pivot = next((row for row in todo if row[column]), None)
        if pivot is None:
            continue
        todo.remove(pivot)
        pivot = [c / pivot[column] for c in pivot]
        for other in (*todo, *done):
            factor = other[column]
            other[:] = [c - factor * d for c, d in zip(other, pivot, strict=True)]
        done.append(pivot)
    return tuple(map(tuple, done))


def kernel(rows: Matrix, width: int) -> Matrix:
    """Return the reduced basis of {v : ⟨row, v⟩ = 0 for every row}, v of that width."""
    echelon = reduced(rows)
    leading = [next(i for i, c in enumerate(row) if c) for row in echelon]
    basis = []
    for free in set(range(width)) - set(leading):
        v = [Fraction(int(i == free)) for i in range(width)]
        for row, i in zip(echelon, leading, strict=True):
            v[i] = -row[free]
        basis.append(tuple(v))
    return reduced(basis)


class Map:
    """A total function given by a table that is filled on demand."""

    def __init__(self, model: Model, sort: Sort, name: object) -> None:
        self.model, self.sort, self.name = model, sort, name

    def __call__(self, point: Any) -> Any:
        domain, codomain = self.sort.parts
        return self.model.pick(codomain, "value", self.name, self.model.fingerprint(point, domain))


@dataclass(frozen=True)
class Scope:
    """What a term is read under: bound variables, parameters of definitions, names of spaces."""

    bound: tuple[Any, ...] = ()
    parameters: Mapping[Term, Any] | None = None
    spaces: Mapping[str, str] = field(default_factory=dict)

    def under(self, value: Any) -> Scope:
        """Return the scope under one more binder, whose variable has the value."""
        return Scope((value, *self.bound), self.parameters, self.spaces)


class Closure:
    """The value of x ↦ t."""

    def __init__(self, model: Model, term: Term, scope: Scope) -> None:
        self.model, self.term, self.scope = model, term, scope

    def __call__(self, point: Any) -> Any:
        return self.model.read(self.term.args[0], self.scope.under(point))


class Model:
    """A random model; two models of one seed are the same."""

    def __init__(
        self, seed: object, ceiling: int | None = None, values: Mapping[Term, Any] | None = None
    ) -> None:
        self.seed, self.ceiling, self.exact = seed, ceiling, True
        self.values: dict[Term, Any] = dict(values or {})
        self.dimensions: dict[str, int] = {}
        self.domains: dict[Sort, list[Any]] = {}

    # ---- choosing values
    def dimension(self, space: str) -> int:
        if coordinates_of(space) is not None:
            return coordinates_of(space)
        if space not in self.dimensions:
            drawn = words(self.seed, "dimension", space).choice((0, 1, 1, 1, 2, 2, 3))
            self.dimensions[space] = drawn
        return self.dimensions[space]

    def pick(self, sort: Sort, *what: object) -> Any:
        """Return the value of that sort the model has for ``what``."""
        draw = words(self.seed, *what)
        if sort.kind == "Real":
            return draw.choice(REALS)
        if sort.kind == "Nat":
            return draw.randrange(4 if self.ceiling is None else self.ceiling + 1)
        if sort.kind == "Prop":
            return draw.random() < 0.5
        if sort.kind == "Vec":
            return tuple(draw.choice(REALS[1:]) for _ in range(self.dimension(sort.spaces[0])))
        if sort.kind == "Lin":
            wide, high = map(self.dimension, sort.spaces)
            return tuple(tuple(draw.choice(REALS) for _ in range(wide)) for _ in range(high))
        if sort.kind == "Sub":
            wide = self.dimension(sort.spaces[0])
            span = [[draw.choice(REALS) for _ in range(wide)] for _ in range(draw.randrange(4))]
            return reduced(map(tuple, span))
        return Map(self, sort, what)

    def domain(self, sort: Sort) -> list[Any]:
        """Return the values that a quantifier ranges over and free variables take."""
        if sort not in self.domains:
            if sort.kind == "Real":
                found: list[Any] = sorted(set(REALS))
            elif sort.kind == "Nat":
                found = list(range(4 if self.ceiling is None else self.ceiling + 1))
            elif sort.kind == "Prop":
                found = [False, True]
            elif sort.kind == "Vec":
                drawn = [self.pick(sort, "domain", repr(sort), i) for i in range(4)]
                found = [*dict.fromkeys([self.zero(sort), *drawn])]
            elif sort.kind in ("Lin", "Sub"):
                drawn = [self.pick(sort, "domain", repr(sort), i) for i in range(3)]
                square = sort.kind == "Sub" or sort.spaces[0] == sort.spaces[1]
                known = [self.number(Fraction(i), sort) for i in range(1 + square)]
                found = [*dict.fromkeys([*known, *drawn])]
            else:
                found = [self.pick(sort, "domain", repr(sort), i) for i in range(3)]
            self.domains[sort] = found
        return self.domains[sort]

    def zero(self, sort: Sort) -> tuple[Fraction, ...]:
        return (Fraction(0),) * self.dimension(sort.spaces[0])

    def unit(self, sort: Sort, index: int) -> tuple[Fraction, ...]:
        return tuple(Fraction(int(i == index)) for i in range(self.dimension(sort.spaces[0])))

    def number(self, value: Fraction, sort: Sort) -> Any:
        """Return the value of a number of that sort; 1 is the identity, or the whole space."""
        if sort.kind == "Nat":
            return self.natural(int(value))
        if sort.kind == "Vec":
            return self.zero(sort)
        if sort.kind == "Sub":
            wide = range(self.dimension(sort.spaces[0]))
            return tuple(self.unit(sort, i) for i in wide) if value else ()
        if sort.kind == "Lin":
            wide, high = map(self.dimension, sort.spaces)
            return tuple(
                tuple(value if i == j else Fraction(0) for j in range(wide)) for i in range(high)
            )
        return value

    def fingerprint(self, value: Any, sort: Sort) -> object:
        """Return what tells values apart; a function is known by its values on a few points."""
        if sort.kind != "Fun":
            return value
        domain, codomain = sort.parts
        return tuple(self.fingerprint(value(p), codomain) for p in self.domain(domain)[:5])

    # ---- arithmetic of total functions
    def nonzero(self, value: Fraction) -> bool:
        if not self.exact and 0 < abs(value) < CLOSE:
            raise Unclear("a rounded number is near zero")
        return value != 0

    def inverse(self, value: Fraction) -> Fraction:
        return 1 / value if self.nonzero(value) else Fraction(0)

    def root(self, value: Fraction) -> Fraction:
        if value <= 0:
            return Fraction(0)
        top, bottom = isqrt(value.numerator), isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
        self.exact = False
        return Fraction(isqrt(int(value * DIGITS * DIGITS)), DIGITS)

    def clear(self) -> None:
        """Refuse to decide the rank of a matrix with a rounded number in it."""
        if not self.exact:
            raise Unclear("a rank of rounded numbers")

    def natural(self, value: int) -> int:
        return value if self.ceiling is None else min(value, self.ceiling)

    # ---- reading terms
    def variable(self, t: Term, scope: Scope) -> Any:
        if scope.parameters is not None:
            return scope.parameters[t]
        if t not in self.values:
            draw = words(self.seed, "free", t.data, repr(t.sort), t.sort.kind)
            among = REALS if t.sort.kind == "Real" else self.domain(t.sort)
            self.values[t] = draw.choice(among)
        return self.values[t]

    def equal(self, left: Any, right: Any, sort: Sort) -> bool:
        if sort.kind == "Vec":
            return not any(self.nonzero(a - b) for a, b in zip(left, right, strict=True))
        if sort.kind == "Lin":
            pairs = (z for a, b in zip(left, right, strict=True) for z in zip(a, b, strict=True))
            return not any(self.nonzero(a - b) for a, b in pairs)
        if sort.kind == "Sub":
            self.clear()
            return bool(left == right)
        if sort.kind != "Fun":
            return not self.nonzero(Fraction(left - right))
        if left is right:
            return True
        if self.fingerprint(left, sort) != self.fingerprint(right, sort):
            return False
        raise Unclear("two functions agree where they were compared")

    def read(self, t: Term, scope: Scope = Scope()) -> Any:
        """Return the value of the term."""
        op = t.op
        if op == "bound":
            return scope.bound[t.data]
        if op == "var":
            return self.variable(t, scope)
        if op == "num":
            return self.number(t.data, t.sort.rename(scope.spaces))
        if op == "basis":
            return self.unit(t.sort.rename(scope.spaces), t.data - 1)
        if op == "false":
            return False
        if op == "lam":
            return Closure(self, t, scope)
        if op in ("all", "ex"):
            results = (
                self.read(t.args[0], scope.under(value))
                for value in self.domain(t.data.sort.rename(scope.spaces))
            )
            return all(results) if op == "all" else any(results)
        if op == "imp":
            return not self.read(t.args[0], scope) or self.read(t.args[1], scope)
        values = [self.read(arg, scope) for arg in t.args]
        if op == "def":
            return self.defined(t, values, scope)
        return self.apply(t, values, scope)

    def defined(self, t: Term, values: list[Any], scope: Scope) -> Any:
        definition: Definition = t.data
        spaces: dict[str, str] = {}
        for parameter, arg in zip(definition.parameters, t.args, strict=True):
            for name, actual in zip(all_spaces(parameter.sort), all_spaces(arg.sort), strict=True):
                spaces[name] = scope.spaces.get(actual, actual)
        parameters = dict(zip(definition.parameters, values, strict=True))
        return self.read(definition.body, Scope((), parameters, spaces))

    def apply(self, t: Term, values: list[Any], scope: Scope) -> Any:
        op, sort = t.op, t.sort.rename(scope.spaces)
        a, b = values[0], values[-1]
        if op == "and":
            return a and b
        if op == "or":
            return a or b
        if op == "eq":
            return self.equal(a, b, t.args[0].sort.rename(scope.spaces))
        if op in ("le", "lt", "ge", "gt"):
            low, high = (a, b) if op in ("le", "lt") else (b, a)
            differ = self.nonzero(high - low)
            return low < high if differ else op in ("le", "ge")
        if sort.kind == "Lin" and op in ("add", "neg", "smul", "div"):
            if op == "smul":
                return tuple(tuple(a * c for c in row) for row in b)
            if op == "div":
                inverse = self.inverse(b)
                return tuple(tuple(c * inverse for c in row) for row in a)
            if op == "neg":
                return tuple(tuple(-c for c in row) for row in a)
            return tuple(
                tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*values, strict=True)
            )
        if op == "add" and sort.kind == "Vec":
            return tuple(map(sum, zip(*values, strict=True)))
        if op == "add":
            return self.natural(sum(values)) if sort.kind == "Nat" else sum(values, Fraction(0))
        if op == "neg":
            return tuple(-c for c in a) if sort.kind == "Vec" else -a
        if op == "mul":
            return self.natural(a * b) if sort.kind == "Nat" else a * b
        if op == "div":
            inverse = self.inverse(b)
            return tuple(c * inverse for c in a) if sort.kind == "Vec" else a * inverse
        if op == "pow":
            if b > 40:
                raise Unclear("an exponent is large")
            return a**b
        if op == "sqrt":
            return self.root(a)
        if op == "real":
            return Fraction(a)
        if op == "smul":
            return tuple(a * c for c in b)
        if op == "ip":
            return self.inner(a, b)
        if op == "app":
            return a(b)
        if op in ("grad", "jac"):
            which = self.fingerprint(a, t.args[0].sort.rename(scope.spaces))
            return self.pick(sort, op, which, b)
        if op in ("sin", "cos"):
            return self.pick(sort, op, a)
        if op == "sum":
            terms = [a(i) for i in range(b)]
            if sort == REAL:
                return sum(terms, Fraction(0))
            return tuple(map(sum, zip(self.zero(sort), *terms, strict=True)))
        return self.linear(op, values, [arg.sort.rename(scope.spaces) for arg in t.args])

    @staticmethod
    def inner(u: Row, v: Row) -> Fraction:
        return sum((c * d for c, d in zip(u, v, strict=True)), Fraction(0))

    def linear(self, op: str, values: list[Any], sorts: list[Sort]) -> Any:
        a, b, sort = values[0], values[-1], sorts[0] if sorts else REAL
        if op == "lapp":
            return tuple(
                sum((c * d for c, d in zip(row, b, strict=True)), Fraction(0)) for row in a
            )
        if op == "adj":
            return tuple(tuple(row[j] for row in a) for j in range(self.dimension(sort.spaces[0])))
        if op == "comp":
            columns = self.linear("adj", [b], [sorts[1]])
            image = [self.linear("lapp", [a, column], sorts) for column in columns]
            high = range(self.dimension(sort.spaces[1]))
            return tuple(tuple(column[i] for column in image) for i in high)
        self.clear()
        if op == "ker":
            return kernel(a, self.dimension(sort.spaces[0]))
        if op == "ran":
            return reduced(self.linear("adj", [a], sorts))
        if op == "cap":
            wide = self.dimension(sort.spaces[0])
            return kernel((*kernel(a, wide), *kernel(b, wide)), wide)
        if op == "subdim":
            return self.natural(len(a))
        if op == "in":
            return reduced((*b, a)) == b
        raise AssertionError(f"the models do not know the operation {op}")


class Finite(Model):
    """A model in which what the language says of all vectors is about its finite domain only.

    Functions are equal when they agree on the domain, and the range of A is {A x : x in it}.
    """

    def equal(self, left: Any, right: Any, sort: Sort) -> bool:
        if sort.kind != "Fun":
            return super().equal(left, right, sort)
        domain, codomain = sort.parts
        return all(self.equal(left(x), right(x), codomain) for x in self.domain(domain))

    def read(self, t: Term, scope: Scope = Scope()) -> Any:
        if t.op != "in":
            return super().read(t, scope)
        return self.inside(self.read(t.args[0], scope), t.args[1], scope)

    def inside(self, v: Any, s: Term, scope: Scope) -> bool:
        if s.op == "cap":
            return all(self.inside(v, part, scope) for part in s.args)
        if s.op != "ran":
            return bool(self.linear("in", [v, self.read(s, scope)], []))
        a, sort = self.read(s.args[0], scope), s.args[0].sort.rename(scope.spaces)
        domain = self.domain(Sort("Vec", (sort.spaces[0],)))
        return any(self.linear("lapp", [a, x], []) == v for x in domain)


def all_spaces(sort: Sort) -> list[str]:
    """Return the spaces of a sort with repetitions, so that two of one shape can be matched."""
    return [*sort.spaces, *(name for part in sort.parts for name in all_spaces(part))]


def counterexample(theorem: Thm, models: Iterable[Model]) -> tuple[Model | None, int]:
    """Return a model of all the theorem rests on in which it is false, and how many were apt."""
    apt = 0
    trusted = [p for _, p in (*theorem.axioms, *theorem.oracles)]
    for model in models:
        try:
            if all(model.read(h) for h in (*theorem.hypotheses, *trusted, *theorem.admits)):
                true = model.read(theorem.conclusion)
                apt += 1
                if not true:
                    return model, apt
        except Unclear:
            continue
    return None, apt


def describe(theorem: Thm, model: Model) -> str:
    """Return the failure as one message."""
    values = ", ".join(f"{t}: {t.sort} = {v}" for t, v in model.values.items())
    return (
        f"{theorem.rule} proved a false theorem\n  {theorem}\nin the model of seed {model.seed!r} "
        f"with dimensions {model.dimensions}\n  {values}\nfrom {list(theorem.premises)}"
    )
