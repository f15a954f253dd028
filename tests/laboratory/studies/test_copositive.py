"""Copositivity decided exactly agrees with sampling, with quartics and with cliques."""

from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT
from plproof.laboratory.studies.copositive import (
    all_graphs,
    clique_matrix,
    clique_number,
    copositivity_witness,
    falls_below_zero,
    form,
    is_copositive,
    is_copositive_by_inverses,
    lattice_minima,
    quartic,
)

HORN = [
    [1, -1, 1, 1, -1],
    [-1, 1, -1, 1, 1],
    [1, -1, 1, -1, 1],
    [1, 1, -1, 1, -1],
    [-1, 1, 1, -1, 1],
]


@st.composite
def symmetric(draw: st.DrawFn, largest: int = 5) -> list[list[Fraction]]:
    n = draw(st.integers(1, largest))
    entry = st.builds(Fraction, st.integers(-6, 9), st.integers(1, 4))
    upper = {pair: draw(entry) for pair in combinations_with_replacement(range(n), 2)}
    return [[upper[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]


def small_matrices() -> np.ndarray:
    """Return all symmetric 3 × 3 matrices with entries from -2 to 2, up to order."""
    found = [
        [[a, p, q], [p, b, r], [q, r, c]]
        for a, b, c in combinations_with_replacement(range(-2, 3), 3)
        for p, q, r in product(range(-2, 3), repeat=3)
    ]
    return np.array(found)


# --- the exact decision -----------------------------------------------------------------------


@given(symmetric())
def test_a_witness_is_exact_and_its_absence_is_confirmed(matrix: list[list[Fraction]]) -> None:
    y = copositivity_witness(matrix)
    assert (y is None) == is_copositive_by_inverses(matrix)
    if y is not None:
        assert min(y) >= 0
        assert form(matrix, y) < 0
        assert isinstance(form(matrix, y), Fraction)


@given(symmetric(4), st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_no_point_contradicts_a_matrix_called_copositive(
    matrix: list[list[Fraction]], y: list[int]
) -> None:
    if is_copositive(matrix):
        assert form(matrix, y[: len(matrix)]) >= 0


@given(symmetric(4))
def test_what_must_be_copositive_is(matrix: list[list[Fraction]]) -> None:
    n = len(matrix)
    gram = [[sum(a * b for a, b in zip(r, s, strict=True)) for s in matrix] for r in matrix]
    assert is_copositive(gram), "positive semidefinite"
    sizes = [[abs(x) for x in row] for row in matrix]
    assert is_copositive(sizes), "no negative entry"
    assert is_copositive([[gram[i][j] + sizes[i][j] for j in range(n)] for i in range(n)])
    negative = [
        [x - (10**4 if i == j == 0 else 0) for j, x in enumerate(r)] for i, r in enumerate(gram)
    ]
    assert not is_copositive(negative)


def test_all_small_matrices_are_decided_alike_by_five_ways() -> None:
    matrices = small_matrices()
    exact = np.array([is_copositive(m) for m in matrices.tolist()])
    assert 0.05 < exact.mean() < 0.2
    assert [is_copositive_by_inverses(m) for m in matrices.tolist()] == exact.tolist()
    assert np.array_equal(lattice_minima(matrices, 12) >= 0, exact)
    assert np.array_equal(lattice_minima(matrices, 30) >= 0, exact)
    rng = np.random.default_rng(0)
    assert np.array_equal(falls_below_zero(matrices, 150, rng), ~exact)


def test_a_coarse_sample_is_fooled_where_the_exact_test_is_not() -> None:
    matrices = small_matrices()
    exact = np.array([is_copositive(m) for m in matrices.tolist()])
    coarse = lattice_minima(matrices, 1) >= 0
    assert not (exact & ~coarse).any()
    assert (coarse & ~exact).sum() > 100
    # negative only within 1e-6 of one ray: no lattice with 30 parts comes near
    narrow = [[10**6, -(10**3)], [-(10**3), 1 - Fraction(1, 10**6)]]
    y = copositivity_witness(narrow)
    assert y is not None
    assert y[1] / y[0] == pytest.approx(1000, rel=1e-2)
    whole = np.array([[[10**4, -(10**2)], [-(10**2), 1]]]) * 50 - np.array([[[0, 0], [0, 1]]])
    assert lattice_minima(whole, 30)[0] >= 0
    assert not is_copositive(whole[0].tolist())


def test_the_matrix_of_horn_is_copositive_and_no_sum_of_the_two_easy_kinds() -> None:
    assert is_copositive(HORN)
    assert np.linalg.eigvalsh(np.array(HORN, float))[0] < -1
    for i in range(5):
        lower = [[Fraction(x) for x in row] for row in HORN]
        lower[i][i] -= Fraction(1, 1000)
        y = copositivity_witness(lower)
        assert y is not None and form(lower, y) < 0
        for j in range(i):
            lower = [[Fraction(x) for x in row] for row in HORN]
            lower[i][j] -= Fraction(1, 1000)
            lower[j][i] -= Fraction(1, 1000)
            assert is_copositive(lower) == (HORN[i][j] == 2)


# --- local minima of quartic forms ------------------------------------------------------------


@given(symmetric(4), st.integers(0, 2**32 - 1))
def test_zero_is_a_local_minimum_exactly_for_copositive_matrices(
    matrix: list[list[Fraction]], seed: int
) -> None:
    """f(x) = Σ M_ij x_i² x_j²: below 0 along the roots of a witness, at every distance."""
    twelfths = np.array([[[float(12 * x) for x in row] for row in matrix]])
    y = copositivity_witness(matrix)
    if y is None:
        assert not falls_below_zero(twelfths, 300, np.random.default_rng(seed))[0]
        return
    size = float(max(y))
    x = np.sqrt(np.array([[float(v) for v in y]]) / size)
    exact = float(form(matrix, y)) / size**2
    for t in (1.0, 2.0**-5, 2.0**-20):
        value = quartic(twelfths, t * x)
        assert value.value[0] + SAFETY * UNIT * value.error[0] < 0
        assert value.value[0] == pytest.approx(12 * t**4 * exact, rel=1e-6)


def test_a_quartic_with_a_bound_on_its_error_covers_the_exact_value() -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        matrix, x = rng.integers(-9, 10, (4, 4)), rng.standard_normal(4)
        matrix = matrix + matrix.T
        y = [Fraction(v) ** 2 for v in x.tolist()]
        true = form(matrix.tolist(), y)
        value = quartic(matrix[None].astype(float), x[None])
        assert abs(Fraction(value.value[0]) - true) <= SAFETY * UNIT * value.error[0]


# --- cliques ----------------------------------------------------------------------------------


def test_on_all_graphs_with_five_vertices_the_matrix_is_copositive_exactly_from_the_clique_number():
    graphs = all_graphs(5)
    sizes = [clique_number(graph) for graph in graphs]
    assert np.bincount(sizes).tolist() == [0, 1, 387, 570, 65, 1]
    for graph, size in zip(graphs, sizes, strict=True):
        assert is_copositive(clique_matrix(graph, size))
        if size > 1:
            assert not is_copositive(clique_matrix(graph, size - 1))


def test_on_all_graphs_with_four_vertices_for_every_bound() -> None:
    for graph in all_graphs(4):
        found = [is_copositive(clique_matrix(graph, k)) for k in range(1, 6)]
        assert found == [clique_number(graph) <= k for k in range(1, 6)]


def test_the_witness_against_a_complete_graph_weighs_all_vertices_alike() -> None:
    """There y'Ay is 1 - 1/4 on the simplex, more than the 1 - 1/3 that three vertices allow."""
    graph = np.ones((4, 4), dtype=int) - np.eye(4, dtype=int)
    y = copositivity_witness(clique_matrix(graph, 3))
    assert y is not None and len(set(y)) == 1 and min(y) > 0
    assert form(graph.tolist(), [v / sum(y) for v in y]) == Fraction(3, 4)


@pytest.mark.parametrize(
    ("name", "neighbour"),
    [
        ("k for k - 1", lambda k: (k, k)),
        ("k - 1 for k", lambda k: (k - 1, k - 1)),
        ("k + 1 for k", lambda k: (k - 1, k + 1)),
        ("the signs turned", lambda k: (1 - k, -k)),
    ],
)
def test_neighbours_of_the_matrix_do_not_decide_cliques(name: str, neighbour) -> None:
    wrong = 0
    for graph in all_graphs(4):
        for k in (1, 2, 3, 4):
            a, b = neighbour(k)
            matrix = [[a - b * int(x) for x in row] for row in graph]
            wrong += is_copositive(matrix) != (clique_number(graph) <= k)
    assert wrong > 0, name


def test_the_clique_number_counts_the_largest_clique() -> None:
    pentagon = np.zeros((5, 5), dtype=int)
    for i in range(5):
        pentagon[i, (i + 1) % 5] = pentagon[(i + 1) % 5, i] = 1
    assert clique_number(pentagon) == 2
    assert clique_number(1 - np.eye(5, dtype=int)) == 5
    assert clique_number(np.zeros((3, 3), dtype=int)) == 1
    for graph in all_graphs(4):
        triangles = any(graph[np.ix_(c, c)].sum() == 6 for c in combinations(range(4), 3))
        assert triangles == (clique_number(graph) >= 3)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="not symmetric"):
        is_copositive([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="no floats"):
        is_copositive([[1.0]])
    with pytest.raises(ValueError, match="square"):
        is_copositive([])
    with pytest.raises(ValueError, match="parts"):
        lattice_minima(np.ones((1, 2, 2), dtype=int), 0)
    with pytest.raises(ValueError, match="vertices"):
        all_graphs(7)
    with pytest.raises(ValueError, match="vertex"):
        clique_matrix(np.zeros((2, 2), dtype=int), 0)
