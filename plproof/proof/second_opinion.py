"""The second engine of algebra: sympy's polynomial rings re-check every identity of a proof.

[untrusted, and shares nothing with the kernel's normal form: a disagreement stops a run]

A scalar is a sum of fractions.  Numerators are polynomials over ℚ with one generator for each atom:
a variable, a value f(x), a Gram entry ⟨u, v⟩, a root, a power with a symbolic exponent.
Denominators are products of *known factors*, pairwise coprime polynomials that divide something a
theorem says is not zero.  The inverse of anything else is a generator of its own, since functions
are total.  A vector has a scalar for each vector atom with a word of linear maps before it, a map
one for each word; in ⟨A u, v⟩ all words are moved to one side.  Wherever two of these must be told
apart, as in the argument of a function, they are brought to one reduced fraction.

What the kernel's normal form identifies is identified here too (here a little more is: all
numerators and denominators are compared as polynomials), so a proof that replays is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sympy import QQ
from sympy.polys.monomials import monomial_divides
from sympy.polys.rings import PolyElement, ring

from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.terms import FALSE, Term, make, subterms
from plproof.proof import coordinates
from plproof.proof.written import NotWritten, written_out

#: how many atoms the first ring has room for; most steps need fewer
_FIRST_SIZE = 16

#: (number of a known factor, exponent) for each factor, in order
Bottom = tuple[tuple[int, int], ...]


class Disagreement(Exception):
    """sympy does not confirm an identity the kernel accepted."""


class _TooManyAtoms(Exception):
    """The ring has too few generators; a larger one is tried."""


class _Misfit(Exception):
    """A scalar meets a vector, or a premise is not of the form its use needs: no identity."""


class _Scalar(dict[Bottom, Any]):
    """A sum of fractions: denominator -> numerator, which is not zero."""


class _Vector(dict[Any, _Scalar]):
    """A combination of vectors: (word, number of the vector atom) -> coefficient."""


class _Map(_Vector):
    """A combination of products of linear maps: word, ((number, is adjoint), …) -> coefficient."""


def _turned(word: tuple[tuple[int, bool], ...]) -> tuple[tuple[int, bool], ...]:
    return tuple((number, not adjoint) for number, adjoint in reversed(word))


Value = _Scalar | _Vector
_VALUED = ("Real", "Nat", "Vec", "Lin")


def recheck_all(steps: Iterable[Thm], confirmed: set[object] | None = None) -> int:
    """Re-check every ``combine``, ``gram`` and ``differentiate``; return how many there were.

    ``confirmed`` remembers identities from call to call, for theorems that share steps.  Raises
    Disagreement at the first identity or derivative that sympy does not confirm.
    """
    count = 0
    seen = set() if confirmed is None else confirmed
    for step in steps:
        if step.rule == "differentiate":
            count += 1
            if step.conclusion not in seen and coordinates.agrees(step) is False:
                raise Disagreement(f"sympy differentiates otherwise: {step.conclusion.args[1]}")
            seen.add(step.conclusion)
        if step.rule not in ("combine", "gram"):
            continue
        count += 1
        parts = (step.conclusion, *(p.conclusion for p in step.premises))
        data = tuple(step.data.get(k) for k in ("goal", "summands", "nonzero", "uses"))
        if (parts, data) not in seen:
            recheck(_as_a_sum(step) if step.rule == "gram" else step)
            seen.add((parts, data))
    return count


def _as_a_sum(step: Thm) -> Thm:
    """Return a ``gram`` step written out, in the form that is re-checked."""
    try:
        made = written_out(step)
    except NotWritten as error:
        raise Disagreement(f"{step.conclusion} can't be written out: {error}") from error
    if made.conclusion != step.conclusion:
        raise Disagreement(f"{step.conclusion} is not what the certificate is for: {made}")
    return made


def recheck(step: Thm) -> None:
    """Re-check the identity of a ``combine`` step; raise Disagreement when it does not hold."""
    goal, summands = step.data["goal"], step.data["summands"]
    nonzero = step.data.get("nonzero", ())
    conclusions = [p.conclusion for p in step.premises]
    if step.conclusion != goal:
        raise Disagreement(f"{step.conclusion} is not what the certificate is for: {goal}")
    if not holds(goal, conclusions, summands, nonzero):
        parts = [_in_words(s, conclusions) for s in summands] or ["0"]
        known = [str(conclusions[i]) for i in nonzero if i in range(len(conclusions))]
        raise Disagreement(
            f"{goal} does not follow as its certificate says: the right minus the left side is "
            f"not identically {' + '.join(parts)}"
            + (f", where {', '.join(known)}" if known else "")
        )


def _in_words(s: Any, premises: Sequence[Term]) -> str:
    """Return a summand as a reader would say it."""
    slacks = [f"slack({premises[i]})" for i in s.premises if i in range(len(premises))]
    squares = [f"square({t})" for t in s.squares]
    multiplier = [] if s.multiplier is None else [f"({s.multiplier})"]
    return "·".join([str(s.coefficient), *multiplier, *slacks, *squares])


def holds(
    goal: Term, premises: Sequence[Term], summands: Sequence[Any], nonzero: Sequence[int]
) -> bool:
    """Say whether the slack of the goal is the sum of the summands, identically.

    ``premises`` are the conclusions of the premises, ``summands`` carry coefficient, premises,
    squares and multiplier, ``nonzero`` numbers premises that say a term is not zero.
    """
    if not {*nonzero, *(i for s in summands for i in s.premises)} <= {*range(len(premises))}:
        return False
    size = _FIRST_SIZE
    while True:
        try:
            return _Algebra(size).identical(goal, premises, summands, nonzero)
        except _TooManyAtoms:
            size *= 2
        except _Misfit:
            return False


def _plain(term: Term) -> Term:
    """Return the term with definitions unfolded and ≥, > written as ≤, <."""
    root = unfold_all(term)
    done: dict[int, Term] = {}
    for t in subterms(root):
        args = tuple(done[id(arg)] for arg in t.args)
        if t.op in ("ge", "gt"):
            done[id(t)] = make("le" if t.op == "ge" else "lt", (args[1], args[0]))
        else:
            same = all(new is old for new, old in zip(args, t.args, strict=True))
            done[id(t)] = t if same else make(t.op, args, t.data, t.sort)
    return done[id(root)]


def _sides(proposition: Term) -> tuple[str, Term, Term]:
    """Return (relation, smaller side, larger side); "ne" for the negation of an equation."""
    p = _plain(proposition)
    if p.op == "imp" and p.args[1] == FALSE and p.args[0].op == "eq":
        left, right = p.args[0].args
        return "ne", left, right
    if p.op not in ("le", "lt", "eq"):
        raise _Misfit
    left, right = p.args
    return p.op, left, right


def _frozen(p: PolyElement) -> frozenset[object]:
    """Return what equal polynomials have in common (sympy keeps stale hashes of quotients)."""
    return frozenset(p.items())


def _merged(a: Bottom, b: Bottom) -> Bottom:
    """Return the product of two denominators."""
    if not a or not b:
        return a or b
    exponents = dict(a)
    for factor, e in b:
        exponents[factor] = exponents.get(factor, 0) + e
    return tuple(sorted(exponents.items()))


@cache  # making a ring takes as long as checking a small identity
def _ring_of(size: int) -> tuple[Any, ...]:
    """Return the polynomial ring over ℚ in that many generators, and these."""
    return tuple(ring([f"a{i}" for i in range(size)], QQ))


class _Algebra:
    """Sums of fractions and combinations of vectors, over one ring."""

    def __init__(self, size: int) -> None:
        self._ring, *self._generators = _ring_of(size)
        self._one: PolyElement = self._ring.one
        self._atoms: dict[object, int] = {}
        self._values: dict[Term, Value] = {}
        self._known: list[PolyElement] = []
        self._coordinates: set[int] = set()

    def identical(
        self, goal: Term, premises: Sequence[Term], summands: Sequence[Any], nonzero: Sequence[int]
    ) -> bool:
        """Say whether the goal's slack is the sum; see :func:`holds`."""
        self._learn([_sides(premises[number]) for number in nonzero])
        total: Value = _Scalar()
        if _plain(goal) != FALSE:
            _, left, right = _sides(goal)
            total = self._slack(left, right)
        for s in summands:
            total = self._plus(total, self._summand(s, premises), -1)
        parts = total.values() if isinstance(total, _Vector) else [total]
        return all(not part or not self._reduced(part)[0] for part in parts)

    def _slack(self, left: Term, right: Term) -> Value:
        return self._plus(self._value(right), self._value(left), -1)

    def _summand(self, s: Any, premises: Sequence[Term]) -> Value:
        coefficient = QQ(s.coefficient.numerator, s.coefficient.denominator)
        product: Value = self._number(coefficient)
        multiplier = None if s.multiplier is None else self._value(_plain(s.multiplier))
        for number in s.premises:
            relation, left, right = _sides(premises[number])
            slack = self._slack(left, right)
            if relation == "ne":
                slack = self._times(slack, slack)
            if isinstance(slack, _Vector) and isinstance(multiplier, _Vector):
                slack, multiplier = self._inner(slack, multiplier), None
            product = self._times(product, slack)
        for t in s.squares:
            value = self._value(_plain(t))
            square = self._inner if isinstance(value, _Vector) else self._times
            product = self._times(product, square(value, value))
        return product if multiplier is None else self._times(product, multiplier)

    # ---- what is known not to be zero
    def _learn(self, facts: Sequence[tuple[str, Term, Term]]) -> None:
        """Make denominators of what the facts say is not zero, until nothing new is learnt.

        A fact can be written with the inverse of what another says is not zero: hence the loop.
        """
        if any(relation not in ("lt", "ne") for relation, _, _ in facts):
            raise _Misfit
        new = bool(facts)
        while new:
            tops = [self._reduced(self._scalar(self._slack(a, b)))[0] for _, a, b in facts]
            before = {*map(_frozen, self._known)}
            for top in tops:
                self._refine(top)
            new = {*map(_frozen, self._known)} != before
            if new:
                self._values.clear()

    def _refine(self, top: PolyElement) -> None:
        """Make the polynomial a product of known factors, which stay pairwise coprime."""
        if not top:
            return
        content = tuple(map(min, zip(*top.itermonoms(), strict=True)))
        todo = [g for g, e in zip(self._generators, content, strict=True) if e]
        todo.append(top.quo_term((content, QQ(1))))
        while todo:
            p = todo.pop().monic()
            if p.is_ground or p in self._known:
                continue
            for q in self._known:
                common = p.gcd(q)
                if not common.is_ground:
                    self._known.remove(q)
                    todo += [common, p.exquo(common), q.exquo(common)]
                    break
            else:
                self._known.append(p)

    @staticmethod
    def _split(p: PolyElement, factor: PolyElement, most: int | None = None) -> tuple[Any, int]:
        """Return p without the factor, and how often it was in it (at most ``most`` times)."""
        count = 0
        first, last = max(factor.itermonoms()), min(factor.itermonoms())
        while count != most:
            # the first and the last monomial of a product are those of its factors, multiplied
            inside = monomial_divides(first, max(p.itermonoms()))
            if not (inside and monomial_divides(last, min(p.itermonoms()))):
                break
            quotient, rest = p.div(factor)
            if rest:
                break
            p, count = quotient, count + 1
        return p, count

    def _product(self, bottom: Bottom) -> PolyElement:
        result = self._one
        for number, e in bottom:
            result = result * self._known[number] ** e
        return result

    def _reduced(self, a: _Scalar) -> tuple[PolyElement, Bottom]:
        """Return (numerator, denominator) of the one fraction that a is, with nothing in common."""
        most: dict[int, int] = {}
        for bottom in a:
            for number, e in bottom:
                most[number] = max(e, most.get(number, 0))
        top = self._ring.zero
        for bottom, p in a.items():
            has = dict(bottom)
            missing = tuple((i, e - has.get(i, 0)) for i, e in most.items() if e > has.get(i, 0))
            top = top + (p * self._product(missing) if missing else p)
        if not top:
            return top, ()
        left: dict[int, int] = {}
        for number, e in most.items():
            top, used = self._split(top, self._known[number], e)
            if e > used:
                left[number] = e - used
        return top, tuple(sorted(left.items()))

    def _inverse(self, a: _Scalar) -> _Scalar:
        """Return 1/a: 0 for a = 0, and a generator for what is left of a besides known factors."""
        top, bottom = self._reduced(a)
        if not top:
            return _Scalar()
        leading, rest = top.LC, top.monic()
        below = []
        for number, factor in enumerate(self._known):
            rest, e = self._split(rest, factor)
            if e:
                below.append((number, e))
        above = self._product(bottom) * (1 / leading)
        if not rest.is_ground:
            above = above * self._generators[self._index(("inverse", _frozen(rest)))]
        return _Scalar({tuple(below): above})

    # ---- sums and products
    def _number(self, value: Any) -> _Scalar:
        return _Scalar({(): self._ring(value)}) if value else _Scalar()

    @staticmethod
    def _scalar(value: Value) -> _Scalar:
        if not isinstance(value, _Scalar):
            raise _Misfit
        return value

    def _plus(self, a: Value, b: Value, sign: int = 1) -> Value:
        if isinstance(a, _Vector) and isinstance(b, _Vector):
            atoms = dict.fromkeys([*a, *b])
            sums = ((i, self._sum(a.get(i, _Scalar()), b.get(i, _Scalar()), sign)) for i in atoms)
            return type(b)({i: c for i, c in sums if c})
        return self._sum(self._scalar(a), self._scalar(b), sign)

    @staticmethod
    def _sum(a: _Scalar, b: _Scalar, sign: int) -> _Scalar:
        total = _Scalar(a)
        for bottom, p in b.items():
            here = total.pop(bottom, 0)
            top = here + p if sign > 0 else here - p
            if top:
                total[bottom] = top
        return total

    def _times(self, a: Value, b: Value) -> Value:
        if isinstance(a, _Vector):
            a, b = b, a
        a = self._scalar(a)
        if isinstance(b, _Vector):
            scaled = ((atom, self._scaled(a, c)) for atom, c in b.items())
            return type(b)({atom: c for atom, c in scaled if c})
        return self._scaled(a, b)

    def _scaled(self, a: _Scalar, b: _Scalar) -> _Scalar:
        total = _Scalar()
        for left, p in a.items():
            for right, q in b.items():
                total = self._sum(total, _Scalar({_merged(left, right): p * q}), 1)
        return total

    def _inner(self, u: Value, v: Value) -> _Scalar:
        """Return ⟨u, v⟩ by bilinearity and symmetry: one atom for a pair in either order."""
        if not (isinstance(u, _Vector) and isinstance(v, _Vector)):
            raise _Misfit
        total = _Scalar()
        for (left, x), a in u.items():
            for (right, y), b in v.items():
                word = (*_turned(left), *right)
                if {x, y} <= self._coordinates and not word:
                    entry = self._number(QQ(int(x == y)))
                else:
                    one = min((x, word, y), (y, _turned(word), x))
                    entry = self._atom(("inner", one))
                total = self._sum(total, self._scaled(entry, self._scaled(a, b)), 1)
        return total

    def _applied(self, a: Value, v: Value) -> Value:
        """Return the map at a vector, or the product of two maps."""
        if not isinstance(a, _Map) or not isinstance(v, _Vector):
            raise _Misfit
        total: Value = type(v)()
        for word, c in a.items():
            for key, d in v.items():
                new = word + key if isinstance(v, _Map) else (word + key[0], key[1])
                total = self._plus(total, type(v)({new: self._scaled(c, d)}))
        return total

    def _power(self, base: _Scalar, exponent: _Scalar) -> _Scalar:
        """Return base^exponent, where base^(j + k) is base^j·base^k and base^1 is the base."""
        total = self._number(1)
        for monomial, c in exponent[()].terms() if exponent else ():
            factor = self._atom(("power", self._key(base), monomial)) if any(monomial) else base
            for _ in range(int(c)):
                total = self._scaled(total, factor)
        return total

    # ---- atoms and terms
    def _index(self, key: object) -> int:
        number = self._atoms.setdefault(key, len(self._atoms))
        if number >= len(self._generators):
            raise _TooManyAtoms
        return number

    def _atom(self, key: object) -> _Scalar:
        return _Scalar({(): self._generators[self._index(key)]})

    def _key(self, value: Value) -> object:
        """Return what two values have in common exactly when they are the same."""
        if isinstance(value, _Vector):
            keys = ((atom, self._key(c)) for atom, c in value.items())
            return frozenset((atom, key) for atom, key in keys if key)
        top, bottom = self._reduced(value)
        # factors by themselves, not by number: numbers change while factors are learnt
        factors = frozenset((_frozen(self._known[i]), e) for i, e in bottom)
        return (_frozen(top), factors) if top else None

    def _argument(self, t: Term) -> object:
        """Return what identifies a function or an argument of one."""
        if t.sort.kind == "Fun":
            if t.op == "app":
                return (t.sort, self._argument(t.args[0]), self._argument(t.args[1]))
            return t
        if (
            t.sort.kind == "Sub" and t.args
        ):  # with its space: all zero maps and identities look alike
            return (t.op, t.sort, *map(self._argument, t.args))
        return self._key(self._value(t)) if t.sort.kind in _VALUED else t

    def _value(self, root: Term) -> Value:
        """Return the value of a plain term, its parts first so that deep terms are fine."""
        if root not in self._values:
            for t in subterms(root):
                known = t.loose or t.sort.kind not in _VALUED or t in self._values
                if not known:
                    self._values[t] = self._computed(t)
        return self._values[root]

    def _computed(self, t: Term) -> Value:
        op, args = t.op, t.args
        if op == "num":
            number = QQ(t.data.numerator, t.data.denominator)
            if t.sort.kind == "Lin":
                return _Map({(): self._number(number)} if number else {})
            return _Vector() if t.sort.kind == "Vec" else self._number(number)
        if op in ("lapp", "comp"):
            return self._applied(self._value(args[0]), self._value(args[1]))
        if op == "adj":
            words = self._value(args[0])
            if not isinstance(words, _Map):
                raise _Misfit
            return _Map({_turned(word): c for word, c in words.items()})
        if op == "add":
            total = self._value(args[0])
            for arg in args[1:]:
                total = self._plus(total, self._value(arg))
            return total
        if op == "neg":
            value = self._value(args[0])
            return self._plus(type(value)(), value, -1)
        if op in ("mul", "smul"):
            return self._times(self._value(args[0]), self._value(args[1]))
        if op == "div":
            below = self._scalar(self._value(args[1]))
            return self._times(self._inverse(below), self._value(args[0]))
        if op == "real":
            return self._value(args[0])
        if op == "ip":
            return self._inner(self._value(args[0]), self._value(args[1]))
        if op == "sqrt":
            return self._atom(("root", self._key(self._value(args[0]))))
        if op == "pow":
            return self._power(
                self._scalar(self._value(args[0])), self._scalar(self._value(args[1]))
            )
        if op == "app" and args[0].op == "lam":
            return self._value(open_binder(args[0], args[1]))
        key = (op, t) if op in ("var", "basis") else (op, *map(self._argument, args))
        if t.sort.kind == "Lin":
            return _Map({((self._index(key), False),): self._number(1)})
        if t.sort.kind == "Vec":
            self._coordinates |= {self._index(key)} if op == "basis" else set()
            return _Vector({((), self._index(key)): self._number(1)})
        return self._atom(key)
