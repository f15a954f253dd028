"""Points that satisfy known comparisons but not the one wanted: then no search need be made.

[untrusted: what is screened out is only not searched for]
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from random import Random

from plproof.kernel.normal import Poly
from plproof.proof.algebra import atoms_of

TRIES = 200
#: numerator and denominator of a number; pairs, as a Fraction divides out what nobody asks for
Ratio = tuple[int, int]
#: many between 0 and 1, where parameters often are
VALUES: list[Ratio] = [
    Fraction(n, 8).as_integer_ratio() for n in (0, 1, 2, 4, 6, 7, 8, 12, 16, 40, -2, -4, -8, -24)
]


def fails_somewhere(facts: Sequence[tuple[Poly, str]], p: Poly, strict: bool) -> bool:
    """Say whether some point is found where the facts hold and 0 ≤ p (0 < p) does not.

    Facts are slacks with their relation: ``le``, ``lt`` or ``eq``; atoms are taken as independent.
    """
    if any(e < 0 for q in (*(q for q, _ in facts), p) for m in q for _, e in m):
        return False
    atoms = sorted({a for q, _ in facts for a in atoms_of(q)} | atoms_of(p))
    solved = _solved([q for q, relation in facts if relation == "eq"], p)
    draw = Random(0)
    for _ in range(TRIES):
        point = dict(zip(atoms, draw.choices(VALUES, k=len(atoms)), strict=True))
        if not _completed(point, solved):
            continue
        value, _ = _value(p, point)
        if (value < 0 or (strict and value == 0)) and all(
            _holds(_value(q, point)[0], relation) for q, relation in facts
        ):
            return True
    return False


def _solved(equations: Sequence[Poly], p: Poly) -> list[tuple[int, Poly, Poly]]:
    """Return atoms that equations determine: (atom, b, c) for an equation atom·b + c = 0."""
    found: list[tuple[int, Poly, Poly]] = []
    seen: set[int] = set()
    for q in equations:
        linear = [a for a in atoms_of(q) - seen if all(dict(m).get(a, 0) < 2 for m in q)]
        seen |= atoms_of(q)
        if linear:
            atom = min(linear, key=lambda a: (a in atoms_of(p), a))
            inside = {m: c for m, c in q.items() if atom in dict(m)}
            b = {tuple((a, e) for a, e in m if a != atom): c for m, c in inside.items()}
            found.append((atom, b, {m: c for m, c in q.items() if m not in inside}))
    return found


def _completed(point: dict[int, Ratio], solved: Sequence[tuple[int, Poly, Poly]]) -> bool:
    for atom, b, c in solved:
        factor = Fraction(*_value(b, point))
        if not factor:
            return False
        point[atom] = (-Fraction(*_value(c, point)) / factor).as_integer_ratio()
    return True


def _value(p: Poly, point: dict[int, Ratio]) -> Ratio:
    """Return the polynomial's value, not in lowest terms, with a positive denominator."""
    top, bottom = 0, 1
    for m, c in p.items():
        n = c.numerator * prod(point[a][0] ** e for a, e in m)
        d = c.denominator * prod(point[a][1] ** e for a, e in m)
        if bottom % d == 0:  # the usual case: denominators are powers of 2
            top += n * (bottom // d)
        elif d % bottom == 0:
            top, bottom = top * (d // bottom) + n, d
        else:
            top, bottom = top * d + n * bottom, bottom * d
    return top, bottom


def _holds(sign: int, relation: str) -> bool:
    return sign == 0 if relation == "eq" else sign > 0 if relation == "lt" else sign >= 0
