"""Inequalities between any point and one, read as those of a class with a minimiser there.

“∀x. ⟨∇f(x), x − x*⟩ ≥ μ‖x − x*‖²” holds for μ-strongly convex functions with the minimiser x*, and
so does whatever else is linear in f(x) − f(x*) and the inner products of x − x* and ∇f(x) and
follows, for some class, from what the class says of x and x*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product

from plproof.kernel.normal import KernelError, NormalForm, Poly
from plproof.laboratory.meaning.readings import norm_of
from plproof.laboratory.modelling.two_points import Form, follows, largest, least
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definitions import Definition
from plproof.language.sorts import REAL
from plproof.language.syntax import sq, sqrt
from plproof.language.terms import Term, free_variables, make, number, rebuild, subterms
from plproof.theory.functions import Minimiser, Smooth, StronglyConvex

_WEIGHTS = {"value": 0, "points": 1, "mixed": 0, "slopes": -1}
"""The power of a class constant that each coefficient of a form has, by the factor of a scaling."""

_PRODUCTS = ("neg", "mul", "div", "num", "pow", "var")
_FRACTIONS = tuple(map(Fraction, ("1", "1/2", "2", "1/8", "8")))

Coefficients = dict[str, Poly]
Powers = tuple[tuple[int, int | Fraction], ...]  # a monomial, with roots


@dataclass(frozen=True)
class AtMinimiser:
    """Classes of a function that imply an inequality where what is ``given`` holds."""

    function: Term
    classes: tuple[tuple[Definition, Term], ...]
    given: tuple[Term, ...]


def at_minimiser(p: Term) -> AtMinimiser | None:
    """Return classes that imply “for all x, …” about f at x and at a point that is a minimiser.

    What is said under a condition is read as said without.  None where nothing is known, as for an
    inequality that no class of convex or smooth functions implies.
    """
    if p.op != "all" or p.data.sort.kind != "Vec" or p.loose:
        return None
    x = fresh_variable(p.data.name, p.data.sort, [p])
    body = open_binder(p, x)
    while body.op == "imp":
        body = body.args[1]
    if body.op not in ("le", "ge") or body.args[0].sort != REAL:
        return None
    inside = [*subterms(body)]
    functions = {t.args[0] for t in inside if t.op in ("grad", "app") and t.args[1] == x}
    if len(functions) != 1 or any(t.loose for t in inside):
        return None
    (f,) = functions
    if f.op != "var" or f.sort.parts[1] != REAL:  # a map is in no class of convex functions
        return None
    values = [t.args[1] for t in inside if t.op == "app" and t.args[0] == f and t.args[1] != x]
    points = [v for v in free_variables(body) if v.sort == x.sort and v != x]
    for at in dict.fromkeys([*values, *points, number(0, x.sort)]):
        if x not in free_variables(at):
            found = _Reading.of(body, f, x, at)
            if found is not None:
                return found.implied()
    return None


@dataclass(frozen=True)
class _Reading:
    """A form that is said to be at least 0, with coefficients in the numbers of a statement."""

    function: Term
    at: Term
    coefficients: Coefficients
    numbers: Mapping[int, Term]  # the term that each atom of the coefficients stands for
    divisors: frozenset[int]
    given: tuple[Term, ...] = ()

    @classmethod
    def of(cls, body: Term, f: Term, x: Term, at: Term) -> _Reading | None:
        small, large = body.args if body.op == "le" else body.args[::-1]
        left, right = _norm_in(small, x), _norm_in(large, x)
        given: tuple[Term, ...] = ()
        if left is not None and right is not None:  # compared by their squares
            (c, u), (k, v) = left, right
            small, large = c * c * sq(u), k * k * sq(v)
            given = () if k.op == "num" and k.data >= 0 else (k >= 0,)
        used = [*free_variables([body, at]), x]
        d, g = (fresh_variable(name, x.sort, used) for name in ("d", "g"))
        value, level = (fresh_variable(name, REAL, used) for name in ("F", "t"))
        named: dict[Term, Term] = {}

        def put(t: Term, _: int) -> Term | None:
            if t == x:
                return at + d
            if t.op == "pow" and norm_of(t.args[0]) is not None:
                exponent = t.args[1]
                if exponent.op == "num" and exponent.data == 2:
                    return rebuild(t.args[0].args[0], put)
            if t.op in ("app", "grad") and t.args[0] == f and t.args[1] in (x, at):
                here = t.args[1] == x
                if t.op == "grad":
                    return g if here else number(0, x.sort)
                return value + level if here else level
            outside = t.sort == REAL and not {f, x} & {*free_variables(t)}
            if outside and free_variables(t) and t.op not in _PRODUCTS:
                name = fresh_variable("c", REAL, [*used, *named.values()])
                return named.setdefault(t, name)
            return None

        gap = rebuild(large - small, put)
        closed = {v: v for v in free_variables(gap) if v.sort == REAL and v not in (value, level)}
        closed |= {v: t for t, v in named.items()}
        form = NormalForm(closed)
        try:
            gap_form = form.scalar(gap)
            terms = {"points": sq(d), "mixed": make("ip", (d, g)), "slopes": sq(g), "value": value}
            atoms = {next(iter(form.scalar(t)))[0][0]: kind for kind, t in terms.items()}
            numbers = {next(iter(form.scalar(v)))[0][0]: t for v, t in closed.items()}
            below = [form.scalar(t.args[1]) for t in subterms(gap) if t.op == "div"]
        except KernelError:
            return None
        coefficients: Coefficients = {}
        for monomial, share in gap_form.items():
            kinds = [(atom, e) for atom, e in monomial if atom not in numbers]
            if len(kinds) != 1 or kinds[0][1] != 1 or kinds[0][0] not in atoms:
                return None
            rest = tuple((atom, e) for atom, e in monomial if atom in numbers)
            coefficients.setdefault(atoms[kinds[0][0]], {})[rest] = share
        divisors = frozenset(atom for q in below for monomial in q for atom, _ in monomial)
        if coefficients.keys() <= {"value"} or not divisors <= numbers.keys():
            return None  # that x* is a minimiser, which says nothing of a class
        return cls(f, at, coefficients, numbers, divisors, given)

    def implied(self) -> AtMinimiser | None:
        """Return the first class found that implies the inequality, with constants that fit."""
        for scaled in self._scaled():
            found = scaled.classes()
            if found is None:
                continue
            given = [Minimiser(self.function, self.at), *self.given]
            given += self._signs(scaled)
            low, high, (first, last) = found
            classes = []
            if low is not None:
                classes.append((StronglyConvex, self._term(scaled.unit, low)))
            if high is not None:
                classes.append((Smooth, self._term(scaled.unit, high)))
            if scaled.ratio:
                ratio = self._term(scaled.ratio, Fraction(1))
                given += [] if first is None else [number(first) <= ratio]
                given += [] if last is None else [ratio <= number(last)]
            return AtMinimiser(self.function, tuple(classes), tuple(dict.fromkeys(given)))
        return None

    def _scaled(self) -> Iterator[_Scaled]:
        """Yield the forms of which this is a multiple for one function, scaled by a unit.

        With N > 0 and T > 0 a form F − ‖d‖²/2 in a class with constants 1 is N(F − T‖d‖²/2) in the
        class with constants T.
        """
        by_weight: dict[int, dict[Powers, None]] = {}
        for kind, p in self.coefficients.items():
            by_weight.setdefault(_WEIGHTS[kind], {}).update(dict.fromkeys(p))
        weights = sorted(by_weight)
        tried = []
        for chosen in product(*(by_weight[w] for w in weights)):
            at = dict(zip(weights, chosen, strict=True))
            scale: Powers = at.get(0, chosen[0])
            unit: Powers = ()
            if 0 not in at and {1, -1} <= at.keys():
                scale = _root(_times(at[1], at[-1]))
                unit = _root(_times(at[1], at[-1], -1))
            elif 0 in at and 1 in at:
                unit = _times(at[1], at[0], -1)
            elif 0 in at and -1 in at:
                unit = _times(at[0], at[-1], -1)
            tried.append(self._parted(scale, unit))
        found = [scaled for scaled in tried if scaled is not None]
        return iter(sorted(found, key=lambda s: (len(s.ratio), sum(e < 0 for _, e in s.ratio))))

    def _parted(self, scale: Powers, unit: Powers) -> _Scaled | None:
        plain, moved = dict[str, Fraction](), dict[str, Fraction]()
        ratio: Powers = ()
        for kind, p in self.coefficients.items():
            by = _times(scale, unit, _WEIGHTS[kind])
            for monomial, c in p.items():
                left = _times(monomial, by, -1)
                if left and ratio and left != ratio:
                    return None
                ratio = left or ratio
                (moved if left else plain)[kind] = c
        return _Scaled(scale, unit, ratio, Form(**plain), Form(**moved))

    def _signs(self, scaled: _Scaled) -> list[Term]:
        """Return that the numbers in the scale and the unit are positive, or at least 0.

        At 0 the inequality is a limit of those for positive numbers, where none divides by it; a
        unit of 0 has the class with constants 0, in which f + ε‖x − x*‖² or f alone is a limit of
        functions in those with positive ones.
        """
        used = {atom for atom, _ in (*scaled.scale, *scaled.unit)} | self.divisors
        below = {a for a, e in (*scaled.unit, *scaled.ratio) if e < 0} | self.divisors
        numbers = [(self.numbers[a], a in below) for a in sorted(used | below)]
        return [t > 0 if divides else t >= 0 for t, divides in numbers]

    def _term(self, monomial: Powers, factor: Fraction) -> Term:
        """Return the product of a number and powers of what the atoms stand for."""
        if any(Fraction(e).denominator > 1 for _, e in monomial):
            return sqrt(self._term(_times((), monomial, 2), factor**2))
        above, below = ([*self._factors(monomial, sign)] for sign in (1, -1))
        if not above or factor == 0:
            term = number(factor)
        else:
            term = reduce(lambda a, b: a * b, above)
            term = term if factor == 1 else number(factor) * term
        return term / reduce(lambda a, b: a * b, below) if below and factor else term

    def _factors(self, monomial: Powers, sign: int) -> Iterator[Term]:
        for atom, e in monomial:
            if e * sign > 0:
                yield from [self.numbers[atom]] * int(e * sign)


Found = tuple[Fraction | None, Fraction | None, tuple[Fraction | None, Fraction | None]]


@dataclass(frozen=True)
class _Scaled:
    """The form plain + ratio·moved, times the scale, in a class with constants times the unit."""

    scale: Powers
    unit: Powers
    ratio: Powers
    plain: Form
    moved: Form

    def classes(self) -> Found | None:
        """Return the constants of strong convexity and of smoothness, and the ratios that fit."""
        for ratio in _FRACTIONS if self.ratio else (Fraction(1),):
            form = self.plain.plus(self.moved, ratio)
            for low, high in _classes(form):
                if not self.ratio:
                    return low, high, (None, None)
                return low, high, (self._end(ratio, -1, low, high), self._end(ratio, 1, low, high))
        return None

    def _end(
        self, ratio: Fraction, sign: int, low: Fraction | None, high: Fraction | None
    ) -> Fraction | None:
        """Return how far the ratio may go; the ratios that fit are an interval."""

        def fits(far: Fraction) -> bool:
            return follows(self.plain.plus(self.moved, ratio + sign * far), low, high)

        if fits(Fraction(2) ** 40):
            endless = Form().plus(self.moved, sign)
            if follows(endless, low, high):
                return None
        far = largest(fits)
        return ratio if far is None else ratio + sign * far


def _classes(form: Form) -> Iterator[tuple[Fraction | None, Fraction | None]]:
    """Yield the largest classes found in which a form is at least 0, a few at most."""
    nought = Fraction(0)
    if follows(form, nought, None):
        yield nought, None
    high = largest(lambda q: follows(form, None, q))
    if high is not None:
        yield None, high
    low = least(lambda q: follows(form, q, None))
    if low is not None:
        yield low, None
    high = largest(lambda q: follows(form, nought, q))
    if high is not None:
        yield nought, high


def _norm_in(t: Term, x: Term) -> tuple[Term, Term] | None:
    """Return k and v for a product k‖v‖ with v, and not k, in terms of x."""
    inner = norm_of(t)
    if inner is not None:
        return number(1), inner
    if t.op not in ("mul", "div"):
        return None
    for factor, other in (t.args, t.args[::-1]) if t.op == "mul" else (t.args[::-1],):
        found = None if x in free_variables(factor) else _norm_in(other, x)
        if found is not None:
            k = found[0]
            if t.op == "div":
                return k / factor, found[1]
            return (factor if k == number(1) else factor * k), found[1]
    return None


def _times(a: Powers, b: Powers, power: int = 1) -> Powers:
    """Return a·b^power."""
    exponents = dict(a)
    for atom, e in b:
        exponents[atom] = exponents.get(atom, 0) + power * e
    return tuple(sorted((atom, e) for atom, e in exponents.items() if e))


def _root(a: Powers) -> Powers:
    """Return the square root of a monomial, in whole powers where that can be."""
    halves = ((atom, Fraction(e) / 2) for atom, e in a)
    return tuple((atom, int(e) if e.denominator == 1 else e) for atom, e in halves)


__all__ = ["AtMinimiser", "at_minimiser"]
