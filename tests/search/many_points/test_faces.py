"""Exact linear algebra of the search: sparse elimination, and squares or none."""

from random import Random

import pytest
from flint import fmpq, fmpq_mat

from plproof.proof.forms import sum_of_squares
from plproof.search.many_points.faces import solved

SEEDS = range(40)


def entries(draw, count, density):
    made = (fmpq(draw.randint(-4, 4), draw.randint(1, 3)) for _ in range(count))
    return {r: c for r, c in enumerate(made) if c and draw.random() < density}


def applied(columns, x):
    found = {}
    for column, c in zip(columns, x, strict=True):
        for r, d in column.items():
            found[r] = found.get(r, fmpq(0)) + c * d
    return {r: c for r, c in found.items() if c}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_solution_is_found_where_there_is_one(seed):
    draw = Random(seed)
    rows, count = draw.randint(1, 7), draw.randint(1, 7)
    columns = [entries(draw, rows, 0.5) for _ in range(count)]
    right = applied(columns, [fmpq(draw.randint(-3, 3)) for _ in range(count)])
    found = solved(columns, right, [draw.random() for _ in range(count)])
    assert found is not None and applied(columns, found) == right


@pytest.mark.parametrize("seed", SEEDS)
def test_and_none_where_there_is_none(seed):
    draw = Random(seed)
    columns = [entries(draw, 6, 0.6) for _ in range(draw.randint(1, 6))]
    right = {r: fmpq(draw.randint(1, 9)) for r in range(6)}

    def rank(vectors):
        table = fmpq_mat(6, len(vectors))
        for k, v in enumerate(vectors):
            for r, c in v.items():
                table[r, k] = c
        return table.rref()[1]

    solvable = rank(columns) == rank([*columns, right])
    found = solved(columns, right, [0.0] * len(columns))
    assert (found is not None) == solvable


def test_what_is_free_is_near():
    one = {0: fmpq(1)}
    first, second = solved([one, one], {0: fmpq(1)}, [0.3, 0.69], digits=3)
    assert first + second == 1 and abs(float(first) - 0.3) < 0.1


def form_of(squares):
    found = {}
    for d, line in squares:
        for i, c in line.items():
            for j, e in line.items():
                if i <= j:
                    found[i, j] = found.get((i, j), fmpq(0)) + d * c * e * (1 if i == j else 2)
    return {e: c for e, c in found.items() if c}


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_of_squares_are_told(seed):
    draw = Random(seed)
    made = form_of([(fmpq(draw.randint(1, 3)), entries(draw, 5, 0.5)) for _ in range(4)])
    found = sum_of_squares(made)
    assert found is not None and form_of(found) == made and all(d > 0 for d, _ in found)
    # four squares do not span: in some direction nothing is to spare
    free = next(
        k for k in range(5) if len(sum_of_squares(plus_square(made, k, fmpq(1)))) > len(found)
    )
    assert sum_of_squares(plus_square(made, free, fmpq(-1, 10**9))) is None


def plus_square(form, k, c):
    return {**form, (k, k): form.get((k, k), fmpq(0)) + c}


def test_a_product_alone_is_no_square():
    assert sum_of_squares({(0, 1): fmpq(1)}) is None
    assert sum_of_squares({(0, 0): fmpq(1), (0, 1): fmpq(2)}) is None
    assert sum_of_squares({}) == []
