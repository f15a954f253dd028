"""Reading a closed statement as inequalities between explicit functions on a box.  [trusted]

A statement is ∀t…, bounds a ≤ t, a < t, t ≤ b, t < b with rational a, b, and then comparisons; the
functions are made from rational numbers and the variables by +, −, ·, /, powers, √, sin and cos.
Everything else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from plproof.language.binding import open_binder, substitute
from plproof.language.propositions import conjuncts
from plproof.language.sorts import PROP, REAL
from plproof.language.terms import Term, free_variables, make, subterms

MAX_PARTS = 2_000
MAX_SHOWN = 300
MAX_VARIABLES = 8
MAX_EXPONENT = 1_000
MAX_BITS = 2_048


class Refused(Exception):
    """The statement is not of the form that is decided here."""


@dataclass(frozen=True)
class Step:
    """One value of a program: an operation on earlier values.

    ``op`` is num (with its ``value``), var (its position), add, neg, mul, div, pow (its exponent),
    sqrt, sin or cos.
    """

    op: str
    args: tuple[int, ...]
    value: Fraction = Fraction(0)


@dataclass(frozen=True)
class Bounds:
    """low ≤ t ≤ high, with < in place of ≤ where ``low_open`` or ``high_open``."""

    name: str
    low: Fraction
    high: Fraction
    low_open: bool
    high_open: bool

    def empty(self) -> bool:
        """Say whether no number is within the bounds."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def holds(self, t: Fraction) -> bool:
        """Say whether the number is within the bounds."""
        return (self.low < t or (t == self.low and not self.low_open)) and (
            t < self.high or (t == self.high and not self.high_open)
        )


@dataclass(frozen=True)
class Goal:
    """0 < program, or 0 ≤ program when not ``strict``, on the box."""

    program: tuple[Step, ...]
    strict: bool
    shown: Term


@dataclass(frozen=True)
class Problem:
    """All goals hold for all values within the bounds."""

    box: tuple[Bounds, ...]
    goals: tuple[Goal, ...]


def read(statement: Term) -> Problem:
    """Return what the statement says; Refused when it is not of the form decided here."""
    if statement.sort != PROP or statement.loose or free_variables(statement):
        raise Refused(f"{said(statement)} is not a closed statement")
    if sum(1 for _ in subterms(statement)) > MAX_PARTS:
        raise Refused(f"the statement has more than {MAX_PARTS} parts")
    variables: list[Term] = []
    names: list[str] = []
    hypotheses: list[Term] = []
    rest = shown = statement  # the second with the variables' names, for the reader
    while rest.op in ("all", "imp"):
        if rest.op == "imp":
            hypotheses += conjuncts(rest.args[0])
            rest, shown = rest.args[1], shown.args[1]
            continue
        if rest.data.sort != REAL or len(variables) == MAX_VARIABLES:
            raise Refused(f"∀ over at most {MAX_VARIABLES} real variables, not over more")
        names.append(rest.data.name)
        variables.append(make("var", (), f"t{len(variables)}!", REAL))  # free nowhere else
        rest = open_binder(rest, variables[-1])
        shown = open_binder(shown, make("var", (), names[-1] or "t", REAL))
    box = _box(variables, names, hypotheses)
    parts = zip(conjuncts(rest), conjuncts(shown), strict=True)
    return Problem(box, tuple(_goal(part, variables, named) for part, named in parts))


def said(term: Term) -> str:
    """Return the term for the reader, or how large it is when nobody would read it."""
    sizes: dict[int, int] = {}
    for t in subterms(term):
        sizes[id(t)] = 1 + sum(sizes[id(arg)] for arg in t.args)
    size = sizes[id(term)]
    return f"{term}" if size <= MAX_SHOWN else f"a term of {size} parts"


def _ordered(term: Term) -> tuple[Term, Term, bool]:
    """Return (a, b, strict) of the comparison a < b or a ≤ b."""
    if term.op not in ("le", "lt", "ge", "gt"):
        raise Refused(f"{said(term)} is not one of <, ≤, >, ≥")
    a, b = term.args if term.op in ("le", "lt") else reversed(term.args)
    return a, b, term.op in ("lt", "gt")


def _box(
    variables: Sequence[Term], names: Sequence[str], hypotheses: Sequence[Term]
) -> tuple[Bounds, ...]:
    lower: dict[Term, tuple[Fraction, bool]] = {}
    upper: dict[Term, tuple[Fraction, bool]] = {}
    for h in hypotheses:
        a, b, strict = _ordered(h)
        if b in variables and a not in variables:
            lower[b] = _tighter(lower.get(b), (_constant(a), strict), 1)
        elif a in variables and b not in variables:
            upper[a] = _tighter(upper.get(a), (_constant(b), strict), -1)
        else:
            named = {
                v: make("var", (), name, REAL) for v, name in zip(variables, names, strict=True)
            }
            shown = said(substitute(h, named))
            raise Refused(f"{shown} does not bound a variable by a rational number")
    box = []
    for v, name in zip(variables, names, strict=True):
        if v not in lower or v not in upper:
            raise Refused(f"the variable {name} is not bounded on both sides")
        (low, low_open), (high, high_open) = lower[v], upper[v]
        box.append(Bounds(name, low, high, low_open, high_open))
    return tuple(box)


def _tighter(
    old: tuple[Fraction, bool] | None, new: tuple[Fraction, bool], sign: int
) -> tuple[Fraction, bool]:
    """Return the tighter of two bounds: the larger of lower ones, the smaller for sign −1."""
    if old is None:
        return new
    if old[0] == new[0]:
        return new[0], old[1] or new[1]
    return old if (old[0] - new[0]) * sign > 0 else new


def _constant(term: Term) -> Fraction:
    value = exact(_program(term, ()), ())
    if value is None:
        raise Refused(f"the bound {said(term)} is not a rational number")
    return value


def _goal(term: Term, variables: Sequence[Term], shown: Term) -> Goal:
    a, b, strict = _ordered(term)
    return Goal(_program(b - a, variables), strict, shown)


def _program(term: Term, variables: Sequence[Term]) -> tuple[Step, ...]:
    """Return the steps that compute the term, the last of them its value."""
    places: Mapping[Term, int] = {v: i for i, v in enumerate(variables)}
    steps: list[Step] = []
    number: dict[int, int] = {}  # id of a real term: the step with its value
    naturals: dict[int, int] = {}  # id of a natural term: its value
    for t in subterms(term):
        if t.sort != REAL:
            naturals[id(t)] = _natural(t, naturals)
            continue
        if t.op in ("num", "real"):
            value = t.data if t.op == "num" else Fraction(naturals[id(t.args[0])])
            if _bits(value) > MAX_BITS:
                raise Refused(f"a number has more than {MAX_BITS} bits")
            step = Step("num", (), value)
        elif t.op == "var" and t in places:
            step = Step("var", (), Fraction(places[t]))
        elif t.op == "pow":
            step = Step("pow", (number[id(t.args[0])],), Fraction(naturals[id(t.args[1])]))
        elif t.op in ("add", "neg", "mul", "div", "sqrt", "sin", "cos"):
            step = Step(t.op, tuple(number[id(arg)] for arg in t.args))
        else:
            raise Refused(
                f"{said(t)} is not made by +, −, ·, /, powers, √, sin and cos from variables"
            )
        number[id(t)] = len(steps)
        steps.append(step)
    return tuple(steps)


def _natural(t: Term, known: Mapping[int, int]) -> int:
    """Return the value of a natural number, a sum or product of numerals."""
    if t.op == "num":
        value = int(t.data)
    elif t.op in ("add", "mul"):
        value = int(t.op == "mul")
        for arg in t.args:
            value = value + known[id(arg)] if t.op == "add" else value * known[id(arg)]
    else:
        raise Refused(f"{said(t)} is not a number")
    if value > MAX_EXPONENT:
        raise Refused(f"a natural number is larger than {MAX_EXPONENT}")
    return value


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def exact(program: Sequence[Step], point: Sequence[Fraction]) -> Fraction | None:
    """Return the value at the point when it is rational and defined and small, else None."""
    values: list[Fraction] = []
    for step in program:
        value = _exact_step(step, [values[i] for i in step.args], point)
        if value is None or _bits(value) > MAX_BITS:
            return None
        values.append(value)
    return values[-1]


def _exact_step(step: Step, args: Sequence[Fraction], point: Sequence[Fraction]) -> Fraction | None:
    op = step.op
    if op == "num":
        return step.value
    if op == "var":
        return point[int(step.value)]
    if op == "add":
        return sum(args, Fraction(0))
    if op == "neg":
        return -args[0]
    if op == "mul":
        return args[0] * args[1]
    if op == "div":
        return args[0] / args[1] if args[1] else None
    if op == "pow":
        n = int(step.value)
        return args[0] ** n if _bits(args[0]) * n <= MAX_BITS else None
    if op == "sqrt":
        n, d = (isqrt(max(k, 0)) for k in (args[0].numerator, args[0].denominator))
        root = Fraction(n, d)
        return root if root and root * root == args[0] else None
    return None if args[0] else Fraction(op == "cos")
