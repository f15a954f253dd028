"""Proofs about many points with parameters: their parts in closed form, through samples.

[untrusted: the kernel's ``combine`` checks what comes back]

With numbers for the parameters a proof is found fast, however many points there are; see
:mod:`plproof.search.many_points.generation`.  Where its weights, squares and multiples of equations
are unique they are rational functions of the parameters, and these are read off proofs at a few
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.syntax import ne
from plproof.language.terms import Term, make, number
from plproof.proof.algebra import denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.search.many_points.at_numbers import Key, OfAnotherKind, Statement
from plproof.search.many_points.in_units import in_units
from plproof.search.many_points.rational import Fitted, Rational, rationals
from plproof.search.many_points.sampled import Lost, through_samples
from plproof.search.statements.units import unit_of

#: with how few inequalities a proof is none of many points
FEW = 10


def attempt_with_parameters(
    p: Proof, goal: Term, facts: Sequence[Fact], points: Sequence[Term]
) -> Fact | None:
    """Prove a comparison with parameters at many points; None when it is not found, or has few.

    The facts are for all points, comparisons of parameters, and equations between vectors;
    ``points`` are more points than the statement has.
    """
    statement = Statement(goal, facts, points)
    if not statement.parameters:
        return None
    try:
        found = _closed_forms(statement)
        if found is not None:
            return p.fact(_theorem(p, statement, found), FOUND)
    except OfAnotherKind:
        return None
    except (Lost, KernelError, ProofError):
        pass
    unit = unit_of(statement.parameters, statement.region)
    if unit is None:
        return None
    for way in (*statement.alone(), statement):
        try:
            found = in_units(way, unit, partial(_bounded, p))
            if found is not None:
                return p.fact(_theorem(p, way, found), FOUND)
        except (OfAnotherKind, Lost, KernelError, ProofError):
            continue
    return None


def _bounded(p: Proof, h: Term, end: Fraction) -> bool:
    """Say whether a product of parameters is known to be at most a number."""
    try:
        p.quiet(h <= number(end))
    except ProofError:
        return False
    return True


def _closed_forms(statement: Statement) -> Fitted | None:
    """Return the numbers of proofs at samples as functions of the parameters, or None."""
    used: list[Key] = []
    shape: set[Key] = set()

    def proof(values: Mapping[Term, Term]) -> dict[Key, Fraction] | None:
        here = statement.at(values)
        if here is not None and not used:
            used.extend(here.instances() or ())
            if 0 < len(used) <= FEW:
                raise OfAnotherKind
        found = here.proof(used) if here is not None and used else None
        if found is not None and not shape:
            shape.update(found)
        return found if found is not None and found.keys() == shape else None

    fitted = partial(rationals, statement.parameters)
    return through_samples(statement.parameters, statement.region, proof, fitted, simple_only=True)


# ---------------------------------------------------------------- the proof
def _theorem(p: Proof, statement: Statement, found: Mapping[Key, Rational]) -> Thm:
    """Return ⊢ the goal, as the kernel checks it.  ProofError: a sign is not known."""
    premises: list[Thm] = []
    places: dict[Term, int] = {}

    def weighed(c: Rational) -> tuple[Fraction, tuple[int, ...]]:
        """Return a number, and the premise that says the rest of a weight is not negative."""
        rest = c.positive()
        if rest is None:
            return c.number, ()
        if rest not in places:
            places[rest] = len(premises)
            premises.append(p.quiet(number(0) <= rest).thm)
        return c.number, (places[rest],)

    summands: list[Summand] = []
    for key, c in found.items():
        if key[0] == "instance":
            size, sign = weighed(c)
            summands.append(Summand(size, (*sign, len(premises))))
            premises.append(_instance(statement.theorems, key))
        elif key[0] == "square":
            size, sign = weighed(c)
            scale, v = _vector(found, "in square", key[1])
            summands.append(Summand(size * scale**2, sign, (v,)))
    for e in dict.fromkeys(key[1] for key in found if key[0] == "in equation"):
        assert isinstance(e, int)
        scale, v = _vector(found, "in equation", e)
        summands.append(Summand(scale, (len(premises),), (), v))
        premises.append(statement.theorems[e])
    terms = [th.conclusion for th in premises]
    terms += [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    below = denominators(dict.fromkeys(map(canonical, [statement.goal, *terms])))
    nonzero = [p.quiet(ne(d, 0)).thm for d in below]
    numbers = list(range(len(premises), len(premises) + len(nonzero)))
    return combine(*premises, *nonzero, goal=statement.goal, summands=summands, nonzero=numbers)


def _instance(theorems: Sequence[Thm], key: Key) -> Thm:
    _, n, *points = key
    assert isinstance(n, int)
    th = theorems[n]
    for point in points:
        assert isinstance(point, Term)
        th = rules.instantiate(th, value=point)
    return th


def _vector(found: Mapping[Key, Rational], kind: str, n: object) -> tuple[Fraction, Term]:
    """Return c > 0 and w with c·w the vector of a square or an equation, w with whole numbers."""
    line = [(key[2], c) for key, c in found.items() if key[:2] == (kind, n)]
    below = math.lcm(*(c.number.denominator for _, c in line))
    size = Fraction(below, math.gcd(*(int(c.number * below) for _, c in line)))
    total: Term | None = None
    for v, c in sorted(line, key=lambda item: item[1].number < 0):
        assert isinstance(v, Term)
        piece = c.times(v, size)
        piece = make("neg", (piece,)) if c.number < 0 else piece
        total = piece if total is None else total + piece
    assert total is not None
    return 1 / size, total
