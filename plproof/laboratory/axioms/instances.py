"""Instances of the shipped axioms: values of their variables, and what is said to exist.

For each axiom a function draws the values of its variables, with some that violate a hypothesis,
and says which hypotheses hold; another one finds what the conclusion says to exist.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from types import MappingProxyType
from typing import Any

from plproof.laboratory.axioms.pointwise import (
    Matrix,
    Number,
    SmoothFunction,
    SmoothMap,
    Vector,
    add,
    apply,
    compose,
    echelon,
    identity,
    inner,
    member,
    orthonormal,
    root,
    scale,
    transpose,
)


@dataclass(frozen=True)
class Instance:
    """Values by name of the axiom's variables; dimensions of its spaces; which hypotheses hold.

    ``found`` gives what the conclusion says to exist, in order, from the values of the variables
    that are for-all there so far; ``points`` are values tried for further quantifiers, by kind.
    ``judged`` takes the place of reading a conclusion that no finite computation can read: why it
    is wrong here, or "".
    """

    dimensions: Mapping[str, int]
    values: Mapping[str, Any]
    hypotheses: tuple[bool, ...] = ()
    found: Callable[[Sequence[Any]], Sequence[Any]] = lambda given: ()
    points: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    judged: str | None = None


def _matrix(rng: Random, rows: int, columns: int) -> Matrix:
    """Return a small integer matrix, often of low rank."""
    if rng.random() < 0.3:
        inside = rng.randrange(max(rows, columns) + 1)
        return compose(_full(rng, rows, inside), _full(rng, inside, columns)) if inside else tuple(
            (Fraction(0),) * columns for _ in range(rows)
        )  # fmt: skip
    return _full(rng, rows, columns)


def _full(rng: Random, rows: int, columns: int) -> Matrix:
    return tuple(tuple(Fraction(rng.randint(-3, 3)) for _ in range(columns)) for _ in range(rows))


def _vector(rng: Random, size: int) -> Vector:
    return tuple(Fraction(rng.randint(-6, 6), rng.choice([1, 2, 4])) for _ in range(size))


def _vectors(rng: Random, size: int, space: str, count: int = 6) -> dict[str, list[Any]]:
    zero = (Fraction(0),) * size
    return {space: [zero, *(_vector(rng, size) for _ in range(count))]}


def _symmetric(rng: Random, size: int) -> Matrix:
    a = _full(rng, size, size)
    return add(a, transpose(a, size)) if size else ()


def _sizes(rng: Random) -> tuple[int, int]:
    return rng.choice([0, 1, 2, 2, 3, 4]), rng.choice([0, 1, 1, 2, 3])


# ---------------------------------------------------------------- linear algebra
def rank_nullity(rng: Random) -> Instance:
    """Draw any linear map."""
    m, n = _sizes(rng)
    return Instance({"E": m, "Y": n}, {"A": _matrix(rng, n, m)})


def _subspaces(rng: Random) -> tuple[int, Matrix, Matrix]:
    size = rng.choice([0, 1, 2, 3, 3, 4])
    m, n = (echelon(_matrix(rng, rng.randint(0, 3), size)) for _ in range(2))
    return size, m, n


def dimension_formula(rng: Random) -> Instance:
    """Draw two subspaces."""
    size, m, n = _subspaces(rng)
    return Instance({"E": size}, {"M": m, "N": n})


def dimension_monotone(rng: Random) -> Instance:
    """Draw two subspaces, often one inside the other."""
    size, m, n = _subspaces(rng)
    if rng.random() < 0.6:
        n = echelon((*m, *n))
    return Instance({"E": size}, {"M": m, "N": n}, (all(member(row, n) for row in m),))


def unit_vector(rng: Random) -> Instance:
    """Draw a subspace, sometimes the zero subspace."""
    size, m, _ = _subspaces(rng)
    unit = orthonormal(m)[0] if m else (0.0,) * size
    return Instance({"E": size}, {"M": m}, (len(m) >= 1,), lambda given: [unit])


def inertia(rng: Random) -> Instance:
    """Draw a matrix, mostly symmetric; eigenvectors span the two subspaces."""
    import numpy as np  # eigenvectors; the rest of this file needs no arrays

    size = rng.choice([0, 1, 2, 3, 4])
    b = _symmetric(rng, size) if rng.random() < 0.8 else _full(rng, size, size)
    b = compose(b, compose(_matrix(rng, size, size), b)) if rng.random() < 0.2 and size else b
    symmetric = b == transpose(b, size)
    spectrum, basis = np.linalg.eigh(np.array(b, dtype=float).reshape(size, size))
    live = [i for i in range(size) if abs(spectrum[i]) > 1e-7]
    least = 0.999 * min((abs(spectrum[i]) for i in live), default=1.0)

    def spanned(sign: int) -> Matrix:
        return tuple(tuple(map(float, basis[:, i])) for i in live if sign * spectrum[i] > 0)

    plus, minus = spanned(1), spanned(-1)
    inside = [
        add(*(scale(rng.uniform(-1, 1), row) for row in rows))
        for rows in (plus, minus) for _ in range(3) if rows
    ]  # fmt: skip
    points = _vectors(rng, size, "E")
    points["E"] += inside
    return Instance(
        {"E": size}, {"B": b}, (symmetric,), lambda given: [plus, minus, float(least)], points
    )


def _right_inverse(a: Matrix, rows: int, columns: int) -> Matrix:
    """Return S with A S = I for a matrix A that is onto, by AᵀA… = Aᵀ(A Aᵀ)⁻¹ exactly."""
    at = transpose(a, columns)
    square = compose(a, at) if columns else tuple((Fraction(0),) * rows for _ in range(rows))
    joined = tuple((*square[i], *identity(rows)[i]) for i in range(rows))
    reduced = echelon(joined)
    inverse = tuple(row[rows:] for row in reduced)[:rows]
    if len(reduced) < rows or any(row[i] != 1 for i, row in enumerate(reduced)):
        return tuple((Fraction(0),) * rows for _ in range(columns))
    return compose(at, inverse)


def right_inverse(rng: Random) -> Instance:
    """Draw a linear map; the right inverse is Aᵀ(A Aᵀ)⁻¹."""
    m, n = _sizes(rng)
    a = _matrix(rng, n, m)
    onto = len(echelon(a)) == n
    return Instance({"E": m, "Y": n}, {"A": a}, (onto,), lambda given: [_right_inverse(a, n, m)])


def bounded_map(rng: Random) -> Instance:
    """Draw a linear map; its Frobenius norm bounds it."""
    m, n = _sizes(rng)
    a = _matrix(rng, n, m)
    size = math.sqrt(sum(float(entry) ** 2 for row in a for entry in row))
    return Instance({"E": m, "Y": n}, {"A": a}, (), lambda given: [size], _vectors(rng, m, "E", 10))


# ---------------------------------------------------------------- analysis
def _cubic(rng: Random, size: int) -> SmoothFunction:
    """Return c + ⟨b, x⟩ + ½⟨A x, x⟩ + ⟨a, x⟩³/6 + x₁²x₂, differentiated by hand."""
    a, b, q = _vector(rng, size), _vector(rng, size), _symmetric(rng, size)
    extra = Fraction(rng.randint(-2, 2)) if size >= 2 else Fraction(0)

    def value(x: Vector) -> Any:
        mixed = extra * x[0] ** 2 * x[1] if size >= 2 else 0
        return inner(b, x) + inner(apply(q, x), x) / 2 + inner(a, x) ** 3 / 6 + mixed

    def gradient(x: Vector) -> Vector:
        mixed: list[Number] = [Fraction(0)] * size
        if size >= 2:
            mixed[0], mixed[1] = 2 * extra * x[0] * x[1], extra * x[0] ** 2
        return add(b, apply(q, x), scale(inner(a, x) ** 2 / 2, a), tuple(mixed))

    def hessian(x: Vector) -> Matrix:
        """Differentiate the gradient, a polynomial of degree 2, exactly by central differences."""
        columns = []
        for unit in identity(size):
            ahead, behind = gradient(add(x, unit)), gradient(add(x, scale(-1, unit)))
            columns.append(scale(Fraction(1, 2), add(ahead, scale(-1, behind))))
        return transpose(tuple(columns), size)

    return SmoothFunction(value, gradient, hessian)


def gradient(rng: Random) -> Instance:
    """Draw a cubic polynomial and its gradient, sometimes another vector."""
    size = rng.randint(1, 3)
    f, x = _cubic(rng, size), _vector(rng, size)
    g = f.gradient(x) if rng.random() < 0.8 else _vector(rng, size)
    return Instance({"E": size}, {"f": f, "x": x, "g": g}, (g == f.gradient(x),))


def derivative(rng: Random) -> Instance:
    """Draw the map a x + ‖x‖²c and its derivative, sometimes another linear map."""
    m, n = rng.randint(1, 3), rng.randint(1, 2)
    a, c, x = _matrix(rng, n, m), _vector(rng, n), _vector(rng, m)

    def value(x: Vector) -> Vector:
        return add(apply(a, x), scale(inner(x, x), c))

    def slope(x: Vector) -> Matrix:
        return add(a, tuple(scale(2 * part, x) for part in c))

    found = slope(x) if rng.random() < 0.8 else _matrix(rng, n, m)
    values = {"F": SmoothMap(value, slope), "x": x, "A": found}
    return Instance({"E": m, "Y": n}, values, (found == slope(x),))


def symmetric_hessian(rng: Random) -> Instance:
    """Draw a cubic polynomial; its gradient is differentiated exactly."""
    size = rng.randint(1, 3)
    return Instance({"E": size}, {"f": _cubic(rng, size), "x": _vector(rng, size)}, (True, True))


def local_surjectivity(rng: Random) -> Instance:
    """Draw a quadratic map; Newton's method finds the preimages."""
    m, n = rng.randint(1, 3), rng.randint(1, 2)
    a, bend = _matrix(rng, n, m), _vector(rng, n)
    origin = _vector(rng, m)
    onto = len(echelon(a)) == n

    def value(x: Vector) -> Vector:
        offset = add(x, scale(-1, origin))
        return add(apply(a, offset), scale(inner(offset, offset), bend))

    def derivative(x: Vector) -> Matrix:
        offset = add(x, scale(-1, origin))
        return add(a, tuple(scale(2 * b, offset) for b in bend))

    s = _right_inverse(a, n, m)
    size = sum(float(entry) ** 2 for row in s for entry in row) ** 0.5
    bent = math.hypot(*map(float, bend))
    true = rng.random() < 0.8
    radius = rng.choice([0.5, 1.0, 0.125])
    # Newton's method with the derivative at the start stays where it contracts by one half
    reach = min(radius, 0.25 / (size * bent)) if size * bent else radius
    delta = reach / (2 * size) if size else 1.0

    def preimage(y: Vector) -> Vector:
        x: Vector = tuple(map(float, origin))
        for _ in range(60):
            x = add(x, apply(s, add(y, scale(-1, value(x)))))
        return x

    def found(given: Sequence[Any]) -> Sequence[Any]:
        return [delta] if len(given) == 1 else [preimage(given[1])]

    targets = [scale(delta / n, tuple(rng.uniform(-1, 1) for _ in range(n))) for _ in range(5)]
    return Instance(
        {"E": m, "Y": n},
        {"F": SmoothMap(value, derivative), "x": origin, "A": a if true else _matrix(rng, n, m)},
        (true, onto),
        found,
        {"Real": [Fraction(radius)], "Y": targets},
    )


def completeness(rng: Random) -> Instance:
    """Draw a geometric sequence; some do not converge."""
    size = rng.randint(1, 3)
    limit, start = _vector(rng, size), _vector(rng, size)
    ratio = Fraction(rng.choice([-1, -1, 1, 1, 1, -2]), rng.choice([2, 3, 1]))
    wandering = abs(ratio) >= 1 and any(start) and ratio != 1
    end = add(limit, start) if ratio == 1 else limit

    def member_of(k: int) -> Vector:
        return add(limit, scale(ratio**k, start))

    def found(given: Sequence[Any]) -> Sequence[Any]:
        if not given:
            return [end]
        reach = math.hypot(*map(float, start)) / float(given[0])
        rate = -math.log(abs(ratio)) if 0 < abs(ratio) < 1 else 1.0
        return [max(0, math.ceil(math.log(max(reach, 1.0)) / rate))]

    steps = sorted({*range(12), 20, 40, 80})
    return Instance(
        {"E": size},
        {"x": member_of},
        (not wandering,),
        found,
        {"Real": [Fraction(1), Fraction(1, 10), Fraction(1, 1000)], "Nat": steps},
    )


def contraction(rng: Random) -> Instance:
    """Draw an affine map, a contraction or a translation."""
    size = rng.randint(1, 3)
    a, b = _full(rng, size, size), _vector(rng, size)
    bound = Fraction(math.isqrt(int(sum(e * e for row in a for e in row))) + 1)
    q = rng.choice([Fraction(1, 2), Fraction(9, 10), Fraction(1), Fraction(0)])
    a = scale(q / bound, a) if q != 1 else identity(size)

    def move(x: Vector) -> Vector:
        return add(apply(a, x), b)

    gap = add(identity(size), scale(-1, a))
    fixed = apply(_right_inverse(gap, size, size), b)
    return Instance({"E": size}, {"T": move, "q": q}, (True, q < 1, True), lambda given: [fixed])


def brouwer(rng: Random) -> Instance:
    """Draw an affine map cut off at the sphere, often no contraction; some leave or break off.

    The fixed point u is drawn first: A u + b = (1 + λ)u is cut off to u where ‖u‖ = r.
    """
    size = rng.randint(1, 3)
    centre, a = _vector(rng, size), _full(rng, size, size)
    unit = (Fraction(1), Fraction(0), Fraction(0))[:size]
    if size > 1 and rng.random() < 0.7:
        unit = (Fraction(3, 5), Fraction(-4, 5), Fraction(0))[:size]
    radius = Fraction(rng.choice([0, 1, 2, 5]), rng.choice([1, 2]))
    beyond = Fraction(rng.choice([0, 1, 3]), 2)
    u = scale(radius if beyond else radius * Fraction(rng.randint(0, 4), 4), unit)
    offset = add(scale(1 + beyond, u), scale(-1, apply(a, u)))
    leaves, breaks = rng.random() < 0.2, rng.random() < 0.2 and any(u)

    def move(x: Vector) -> Vector:
        there = add(apply(a, add(x, scale(-1, centre))), offset)
        if leaves:
            return add(x, unit)
        if breaks and x == add(centre, u):
            return centre
        length = root(inner(there, there))
        return add(centre, scale(radius / length, there) if length > radius else there)

    return Instance(
        {"E": size},
        {"T": move, "w": centre, "r": radius},
        (True, not leaves, not breaks),
        lambda given: [add(centre, u)],
    )


def extreme_value(rng: Random) -> Instance:
    """Draw a polynomial, sometimes made discontinuous at its least value on a grid."""
    size = rng.randint(1, 2)
    f, centre = _cubic(rng, size), _vector(rng, size)
    radius = Fraction(rng.choice([0, 1, 2]))
    grid: list[Vector]
    if size == 1:
        grid = [(Fraction(i, 20),) for i in range(-20, 21)]
    else:
        polar = [(r / 5, math.pi * k / 12) for r in range(6) for k in range(24)]
        grid = [(r * math.cos(t), r * math.sin(t)) for r, t in polar]
    inside = [add(centre, scale(radius, point)) for point in grid]
    least = min(inside, key=lambda x: float(f(x)))
    trust = rng.random() < 0.8  # else a function that is not continuous

    def broken(x: Vector) -> Any:
        return f(x) if x != least else f(x) + 1_000

    function = f if trust else SmoothFunction(broken, f.gradient, f.hessian)
    return Instance(
        {"E": size},
        {"f": function, "w": centre, "r": radius},
        (True, trust),
        lambda given: [least],
        {"E": inside},
    )


def sine_cosine(rng: Random) -> Instance:
    """Draw numbers."""
    points = [Fraction(0), *(Fraction(rng.randint(-900, 900), 100) for _ in range(6))]
    return Instance({}, {}, (), points={"Real": points})


def archimedes(rng: Random) -> Instance:
    """Draw numbers; the next natural number is found."""
    t = Fraction(rng.randint(-900, 900), 100)
    return Instance({}, {"t": t}, (), lambda given: [max(0, math.ceil(t))])


def stable_manifold(rng: Random) -> Instance:
    """Draw a diagonal map with a bend and run it: a null set has no share of random starts."""
    size = rng.randint(1, 3)
    rates = [rng.choice([0.5, 0.9, 1.5, 3.0, 0.0]) for _ in range(size)]
    bend = rng.choice([0.0, 0.05])
    flat = (
        size == 1 and rng.random() < 0.4
    )  # far from the fixed point everything is sent back to it

    def move(x: tuple[float, ...]) -> tuple[float, ...]:
        far = min(1.0, max(0.0, max(map(abs, x)) / 0.3 - 1.0)) if flat else 0.0
        keep = 1.0 - far**2 * (3.0 - 2.0 * far)
        return tuple(
            keep * (a * t + (bend * t**3 if a else 0.0)) for a, t in zip(rates, x, strict=True)
        )

    caught = 0
    for _ in range(40):
        x = tuple(rng.uniform(-1, 1) for _ in range(size))
        for _ in range(200):
            x = move(x)
            if max(map(abs, x)) > 1e6:
                break
        caught += max(map(abs, x)) < 1e-3
    judged = f"{caught} of 40 random starts converge, rates {rates}" if caught else ""
    holds = (True, all(rates) and not flat, True, True, max(rates) > 1, True)
    return Instance({"E": size}, {}, holds, judged=judged)


#: how instances of an axiom are drawn, by its name; ``segment`` has a test of its own
DRAWN: Mapping[str, Callable[[Random], Instance]] = MappingProxyType(
    {
        draw.__name__: draw
        for draw in (
            rank_nullity, dimension_formula, dimension_monotone, unit_vector, inertia,
            right_inverse, bounded_map, gradient, derivative, symmetric_hessian,
            local_surjectivity, completeness, contraction, brouwer, extreme_value, sine_cosine,
            archimedes, stable_manifold,
        )
    }
)  # fmt: skip
