"""Proofs at many points with several parameters, one of which is a unit.

[untrusted: nothing is proved here]

Functions are found where the unit is 1, which has one parameter less, and put in units.  Squares by
elimination have coefficients of high degree; others with the same sum are found from the ends of
the range of what is bounded, as γL ≤ 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from plproof.language.binding import substitute
from plproof.language.terms import Term, make, number
from plproof.search.many_points.at_numbers import Key, Statement
from plproof.search.many_points.rational import Fitted, Rational, rational, rationals
from plproof.search.many_points.sampled import Points, through_samples
from plproof.search.programs.ends import split, squares_between_ends
from plproof.search.statements.parameters import samples
from plproof.search.statements.powers import Powers
from plproof.search.statements.units import Unit, exponent

#: numbers among which those that are not special are looked for
_TRIED = 5

#: instances, the numbers of a proof with them in units of 1 and of 2, and an origin if any
_First: TypeAlias = tuple[
    list[Key], dict[Key, Fraction], dict[Key, Fraction], tuple[Term, set[Term]] | None
]
#: says whether a product of parameters is known to be at most a number
Bounded: TypeAlias = Callable[[Term, Fraction], bool]


def in_units(statement: Statement, unit: Unit, bounded: Bounded) -> Fitted | None:
    """Return the numbers of proofs as functions, those where a parameter is 1, put in units.

    Where the squares are no simple functions, others with the same sum may be.
    """
    parameters = unit.others(statement.parameters)
    about = [substitute(c, {unit.parameter: number(1)}) for c in statement.region]
    first = _first(statement, unit, parameters, about)
    if first is None:
        return None
    used, shape, larger, origin = first
    ratios = {key: larger[key] / c for key, c in shape.items()}

    def proof(values: Mapping[Term, Term]) -> dict[Key, Fraction] | None:
        here = statement.at(unit.at(values))
        found = None if here is None else here.proof(used)
        return found if found is not None and found.keys() == shape.keys() else None

    def fitted(points: Points, proofs: Sequence[Mapping[Key, Fraction]]) -> Fitted | None:
        plain = [key for key in proofs[0] if key[0] not in ("square", "in square")]
        others = _lifted(parameters, points, proofs, plain, ratios, unit)
        if others is None:
            return None
        rest = [key for key in proofs[0] if key[0] in ("square", "in square")]
        squares = _lifted(parameters, points, proofs, rest, ratios, unit)
        if squares is None:
            squares = _between_ends(
                parameters, points, proofs, (shape, larger), unit, origin, bounded
            )
        return None if squares is None else {**others, **squares}

    return through_samples(parameters, about, proof, fitted, simple_only=True)


def _first(
    statement: Statement, unit: Unit, parameters: Sequence[Term], about: Sequence[Term]
) -> _First | None:
    """Return the instances of a proof at numbers, and proofs with them at the numbers among a few
    that are not special: no part of a proof is 0 there.
    """
    used: list[Key] | None = None
    best: _First | None = None
    seen: list[Mapping[Term, Term]] = []
    for values in samples(parameters, about, simple_only=True):
        if values in seen:
            continue
        seen.append(values)
        one, two = (statement.at(unit.at(values, size)) for size in (1, 2))
        if one is None or two is None:
            return None
        used = one.instances() if used is None else used
        if not used:
            return None
        here, there = one.proof(used), two.proof(used)
        if here is None or there is None or here.keys() != there.keys():
            pass  # a part of one of them is 0
        elif best is None or len(here) > len(best[1]):
            best = used, here, there, one.origin()
        if len(seen) == _TRIED:
            break
    return best


def _lifted(
    parameters: Sequence[Term],
    points: Points,
    proofs: Sequence[Mapping[Key, Fraction]],
    keys: Sequence[Key],
    ratios: Mapping[Key, Fraction],
    unit: Unit,
) -> Fitted | None:
    """Return functions through some of the numbers of proofs, in units."""
    fitted = rationals(parameters, points, [{key: proof[key] for key in keys} for proof in proofs])
    if fitted is None:
        return None
    found: Fitted = {}
    for key, c in fitted.items():
        n = exponent(ratios[key], 2)
        if n is None:
            return None
        found[key] = Rational(c.number, *_in(unit, n, c.above, c.below))
    return found


def _in(
    unit: Unit, n: int, above: Term | None, below: Term | None = None
) -> tuple[Term | None, Term | None]:
    """Return a quotient that is for unit size 1 in units, times the n-th power of the unit."""
    whole = Powers(exponents={unit.parameter: n} if n else {})
    for side, sign in ((above, 1), (below, -1)):
        if side is not None:
            whole = whole.times(Powers.of(unit.lifted(side)).power(sign))
    top, bottom = whole.sides()
    return _apart(top if whole.number > 0 else -top), _apart(bottom)


def _between_ends(
    parameters: Sequence[Term],
    points: Points,
    proofs: Sequence[Mapping[Key, Fraction]],
    sizes: tuple[Mapping[Key, Fraction], Mapping[Key, Fraction]],
    unit: Unit,
    origin: tuple[Term, set[Term]] | None,
    bounded: Bounded,
) -> Fitted | None:
    """Return squares with the same sum as those of each proof, from the ends of a range.

    What the sum annihilates depends on the parameters: the squares are of other vectors less
    multiples of a few, and which these are makes a difference at the ends.
    """
    home, moving = (None, set[Term]()) if origin is None else origin
    vectors: dict[Term, Term] = {}  # with what they are measured from
    for key in proofs[0]:
        v = key[-1]
        if key[0] == "in square" and v != home and isinstance(v, Term):
            vectors[v] = v - home if home is not None and v in moving else v
    for last in vectors:
        order = {v: t for v, t in vectors.items() if v != last} | {last: vectors[last]}
        found = _in_order(parameters, points, proofs, sizes, unit, order, bounded)
        if found is not None:
            return found
    return None


def _in_order(
    parameters: Sequence[Term],
    points: Points,
    proofs: Sequence[Mapping[Key, Fraction]],
    sizes: tuple[Mapping[Key, Fraction], Mapping[Key, Fraction]],
    unit: Unit,
    vectors: Mapping[Term, Term],
    bounded: Bounded,
) -> Fitted | None:
    """Return squares of the first vectors of an order less multiples of the others, or None."""
    matrices = [_sum(proof, vectors) for proof in (*proofs, *sizes)]
    halves = [split(matrix, len(vectors)) for matrix in matrices]
    if any(half.kept != halves[0].kept for half in halves):
        return None
    *here, one, two = halves
    parts = squares_between_ends(
        parameters,
        points,
        [half.matrix for half in here],
        lambda h, end: bounded(unit.lifted(h), end),
    )
    if parts is None:
        return None
    degrees = {i: exponent(two.matrix[i, i] / one.matrix[i, i], 2) for i in one.kept}
    whole = degrees[one.kept[0]]
    if whole is None:
        return None
    placed = dict(enumerate(vectors.values()))
    for i in one.kept:
        for j in sorted({j for half in here for j in half.others[i]}):
            values = [half.others[i].get(j, Fraction(0)) for half in here]
            sizes_of = [half.others[i].get(j, Fraction(0)) for half in (one, two)]
            c = rational(parameters, points, values) if all((*values, *sizes_of)) else None
            power = None if c is None else exponent(sizes_of[1] / sizes_of[0], 2)
            if c is None or power is None:
                return None
            times = Rational(c.number, *_in(unit, power, c.above, c.below))
            below = times.number.denominator
            piece = times.times(placed[j], Fraction(below))
            piece = piece if below == 1 else make("smul", (number(Fraction(1, below)), piece))
            placed[i] = placed[i] - piece if times.number > 0 else placed[i] + piece
    found: Fitted = {}
    for n, part in enumerate(parts):
        found["square", n] = Rational(part.size, *_in(unit, whole, part.above, part.below))
        for i, (size, scale) in part.line.items():
            d = degrees[i]
            if d is None or (d - whole) % 2:
                return None
            scaled = _in(unit, (d - whole) // 2, _apart(scale))
            found["in square", n, placed[i]] = Rational(size, *scaled)
    return found


def _apart(t: Term) -> Term | None:
    return None if t == number(1) else t


def _sum(
    proof: Mapping[Key, Fraction], vectors: Iterable[object]
) -> dict[tuple[int, int], Fraction]:
    """Return the matrix of the squares of a proof, by numbers of vectors."""
    place = {v: i for i, v in enumerate(vectors)}
    lines: dict[object, list[tuple[int, Fraction]]] = {}
    for key, c in proof.items():
        if key[0] == "in square" and key[2] in place:
            lines.setdefault(key[1], []).append((place[key[2]], c))
    found: dict[tuple[int, int], Fraction] = {}
    for n, line in lines.items():
        for i, c in line:
            for j, d in line:
                if i <= j:
                    value = found.get((i, j), Fraction(0)) + proof["square", n] * c * d
                    found[i, j] = value
    return found
