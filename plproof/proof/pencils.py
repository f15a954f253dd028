"""Where a pencil of quadratic forms A − t·B is at the edge of being positive semidefinite.

[untrusted: what is found is only tried]

Its determinant is 0 there: at a double root where just one t will do; where those of an interval
will, at its ends, and it is positive between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, TypeAlias

from plproof.proof.field import Field

#: a symmetric form by pairs (i, j) with i ≤ j: the coefficient of vᵢ·vⱼ, in a field
Form: TypeAlias = Mapping[tuple[int, int], Any]

#: larger blocks, and determinants with more terms on the way, are not looked at
MAX_SIZE, MAX_TERMS = 5, 120


def edges(algebra: Field, a: Form, b: Form) -> list[Any]:
    """Return elements t of the field to try for A − t·B to be positive semidefinite.

    They come from the determinants of the blocks: first double roots and, where B is indefinite
    and two roots are the ends of an interval, what is half-way between them; then other roots.
    """
    inside: list[Any] = []
    ends: list[Any] = []
    for block in _blocks(a, b):
        for factor, times in _factors(algebra, a, b, block):
            if len(factor) == 2:
                (ends if times % 2 else inside).append(-factor[0] / factor[1])
            elif len(factor) == 3:
                inside.append(-factor[1] / (2 * factor[2]))
    found: list[Any] = []
    for t in (*inside, *ends):
        if t not in found:
            found.append(t)
    return found


def _blocks(a: Form, b: Form) -> list[list[int]]:
    """Return the vectors in sets such that no coefficient joins two of different sets."""
    blocks: list[set[int]] = []
    for pair in dict.fromkeys((*a, *b)):
        if a.get(pair) or b.get(pair):
            joined = [block for block in blocks if block & set(pair)]
            blocks = [block for block in blocks if block not in joined]
            blocks.append(set(pair).union(*joined))
    return [sorted(block) for block in blocks]


def _factors(algebra: Field, a: Form, b: Form, block: list[int]) -> list[tuple[list[Any], int]]:
    """Return the factors of a block's determinant that t is in: coefficients, lowest first.

    What is at most quadratic in t is not factored: that takes long, and tells no more.
    """
    if len(block) > MAX_SIZE:
        return []
    # sympy takes half a second to import and is needed only when a proof is searched
    from sympy.polys.rings import PolyRing

    pairs = [(i, j) for i in block for j in block if i <= j]
    zero = algebra.zero
    entries = {p: (a.get(p, zero), b.get(p, zero)) for p in pairs}
    small = algebra.field.ring
    below = small(1)
    for pair in entries.values():
        for c in pair:
            below = below.lcm(c.denom)
    ring = PolyRing([*map(str, small.symbols), "t"], small.domain)
    t = ring.gens[-1]

    def polynomial(c: Any) -> Any:
        c = c * below
        assert c.denom.is_ground
        scale = c.denom.LC
        return ring.from_dict({(*m, 0): x / scale for m, x in c.numer.terms()})

    rows = {}
    for (i, j), (c, d) in entries.items():
        value = polynomial(c) - t * polynomial(d)
        value = 2 * value if i == j else value  # twice the matrix
        rows[i, j] = rows[j, i] = value
    minor = _last_minor(rows, block, ring)
    if minor is None:
        return []
    simple = minor.degree(t) <= 2
    found = []
    for factor, times in [(minor, 1)] if simple else minor.factor_list()[1]:
        coefficients: dict[int, dict[tuple[int, ...], Any]] = {}
        for (*m, e), c in factor.terms():
            coefficients.setdefault(e, {})[tuple(m)] = c
        degree = max(coefficients)
        if degree:
            listed = [small.from_dict(coefficients.get(e, {})) for e in range(degree + 1)]
            found.append(([algebra.field(c) for c in listed], times))
    return found


def _last_minor(rows: dict[tuple[int, int], Any], block: list[int], ring: Any) -> Any | None:
    """Return the last principal minor that is not zero, by elimination without fractions.

    (Bareiss, 1968.)  Where only entries beside the diagonal are left, one that is to vanish.
    """
    live, before = list(block), ring(1)
    while True:
        pivots = [i for i in live if rows[i, i]]
        if not pivots:
            return next((rows[i, j] for i, j in combinations(live, 2) if rows[i, j]), before)
        k = min(pivots, key=lambda i: len(rows[i, i]))
        pivot = rows[k, k]
        live.remove(k)
        for i in live:
            for j in live:
                if i <= j:
                    value = (pivot * rows[i, j] - rows[i, k] * rows[k, j]).exquo(before)
                    if len(value) > MAX_TERMS:
                        return None
                    rows[i, j] = rows[j, i] = value
        before = pivot
