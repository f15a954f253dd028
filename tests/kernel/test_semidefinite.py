"""The matrices that ``gram`` calls positive semidefinite are: characteristic polynomials judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from flint import fmpz_mat

from plproof.kernel.gram import _semidefinite
from tests.thorough import THOROUGH


def semidefinite(matrix: Sequence[Sequence[int]]) -> bool:
    return _semidefinite([dict(enumerate(row)) for row in matrix])


def never_negative(matrix: Sequence[Sequence[int]]) -> bool:
    """Say so by the signs of the characteristic polynomial: all its roots are real."""
    coefficients = [int(c) for c in fmpz_mat([list(row) for row in matrix]).charpoly().coeffs()]
    return all(c * (-1) ** (len(matrix) - n) >= 0 for n, c in enumerate(coefficients))


def congruent(rng: Random, size: int, signs: Sequence[int]) -> list[list[int]]:
    """Return L D Lᵀ with L unit triangular, rows and columns in random order."""
    big = rng.choice([3, 10**9])
    lower = [[rng.randrange(-big, big + 1) * (j < i) + (i == j) for j in range(size)]
             for i in range(size)]  # fmt: skip
    d = [rng.choice(signs) * rng.randrange(1, 1 + big) for _ in range(size)]
    order = rng.sample(range(size), size)
    return [[sum(d[k] * lower[i][k] * lower[j][k] for k in range(size)) for j in order]
            for i in order]  # fmt: skip


def test_a_matrix_is_semidefinite_as_its_characteristic_polynomial_says() -> None:
    tally: Counter[tuple[str, bool]] = Counter()
    for seed in range(4_000 if THOROUGH else 500):
        rng = Random(seed)
        size = rng.randrange(1, 7)
        kinds = {"random": None, "definite": [1], "singular": [0, 1], "any": [-1, 0, 1, 1, 1]}
        kind = rng.choice([*kinds])
        if kind == "random":
            half = [[rng.choice([-1, 0, 0, 1]) for _ in range(size)] for _ in range(size)]
            matrix = [[half[i][j] + half[j][i] + 2 * rng.randrange(3) * (i == j)
                       for j in range(size)] for i in range(size)]  # fmt: skip
        else:
            matrix = congruent(rng, size, kinds[kind])
        wanted = never_negative(matrix)
        tally[kind, wanted] += 1
        assert semidefinite(matrix) == wanted, matrix
        if wanted and kind == "singular" and not never_negative(lowered := lower(rng, matrix)):
            assert not semidefinite(lowered), lowered
            tally["lowered", False] += 1
    assert min(tally[kind, True] for kind in ("random", "definite", "singular", "any")) > 10
    assert min(tally[kind, False] for kind in ("random", "any", "lowered")) > 10, tally
    assert semidefinite([]) and semidefinite([[0]]) and not semidefinite([[-1]])


def lower(rng: Random, matrix: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return 10⁹ times the matrix, less one in one place of the diagonal."""
    at = rng.randrange(len(matrix))
    return [[10**9 * c - (i == j == at) for j, c in enumerate(row)] for i, row in enumerate(matrix)]
