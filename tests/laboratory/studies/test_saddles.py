"""Gradient descent ends at a strict saddle from chosen starts only, while 0 < η < 1/L."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.families.draw import exact_rotations
from plproof.laboratory.gradient_descent.descent import gradient_descent, segments
from plproof.laboratory.studies.saddles import Coupled, Landscape, Separable, find_saddles

BATCH, DIMENSION = 1000, 4


def strengths(seed: int, batch: int = BATCH) -> np.ndarray:
    """Return strengths (B, 4) with both signs in every row."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0], size=(batch, DIMENSION))
    drawn[:, 0], drawn[:, 1] = -np.abs(drawn[:, 0]), np.abs(drawn[:, 1])
    return drawn


def rotated(profile, seed: int, batch: int = BATCH) -> Separable:
    basis = exact_rotations(batch, DIMENSION, np.random.default_rng([seed, 1]))
    return Separable(strengths(seed, batch), profile, basis)


def coupled(seed: int, batch: int = BATCH) -> Coupled:
    rng = np.random.default_rng(seed)
    bonds = np.triu(rng.standard_normal((batch, DIMENSION, DIMENSION)), 1)
    return Coupled(rng.standard_normal((batch, DIMENSION)), bonds + bonds.swapaxes(1, 2))


def starts(seed: int, batch: int = BATCH) -> np.ndarray:
    return 2.0 * np.random.default_rng([seed, 2]).standard_normal((batch, DIMENSION))


LANDSCAPES = {
    "quadratic": lambda seed, batch: rotated("quadratic", seed, batch),
    "cosine": lambda seed, batch: rotated("cosine", seed, batch),
    "well": lambda seed, batch: rotated("well", seed, batch),
    "flat": lambda seed, batch: rotated("flat", seed, batch),
    "coupled": coupled,
}
profiles = pytest.mark.parametrize("profile", ["quadratic", "cosine", "well"])


# --- the functions are what they claim to be --------------------------------------------------


@pytest.mark.parametrize("kind", LANDSCAPES)
def test_gradients_hessians_and_their_bounds(kind: str) -> None:
    landscape: Landscape = LANDSCAPES[kind](0, 50)
    x, z = starts(1, 50), starts(2, 50)
    h = 1e-5
    after, before = (landscape.value_and_gradient(x + s * h * z) for s in (1, -1))
    slope = np.vecdot(landscape.value_and_gradient(x)[1], z)
    np.testing.assert_allclose((after[0] - before[0]) / (2 * h), slope, rtol=1e-6, atol=1e-6)
    bend = np.matmul(landscape.hessian(x), z[:, :, None])[:, :, 0]
    np.testing.assert_allclose((after[1] - before[1]) / (2 * h), bend, rtol=1e-6, atol=1e-6)
    norms = np.abs(np.linalg.eigvalsh(landscape.hessian(x))).max(axis=1)
    assert (norms <= landscape.smooth * (1 + 1e-12)).all()
    assert (norms > 0.4 * landscape.smooth).any()


@pytest.mark.parametrize("kind", LANDSCAPES)
def test_zero_is_stationary_and_mostly_a_strict_saddle(kind: str) -> None:
    landscape = LANDSCAPES[kind](0, 50)
    origin = np.zeros((50, DIMENSION))
    assert not landscape.value_and_gradient(origin)[1].any()
    report = find_saddles(landscape, origin, iterations=3)
    assert report.fraction == (0 if kind == "flat" else pytest.approx(1, abs=0.15))
    assert (report.settled == ~report.saddle).all()


# --- random starts, and chosen ones -----------------------------------------------------------


@pytest.mark.parametrize("share", [0.3, 0.9])
@profiles
def test_no_random_start_leads_to_a_strict_saddle(profile, share: float) -> None:
    report = find_saddles(rotated(profile, 3), starts(3), share, 800)
    assert report.fraction == 0
    if profile == "quadratic":
        assert report.escaped.all(), "there is nowhere else to go"
    else:
        assert report.settled.mean() > 0.99


def test_nor_does_one_among_coupled_angles() -> None:
    report = find_saddles(coupled(4), starts(4), 0.9, 1000)
    assert report.fraction == 0
    assert report.settled.mean() > 0.7, "the others are still on their way"


@profiles
def test_every_start_in_the_stable_subspace_leads_to_the_saddle(profile) -> None:
    landscape = Separable(strengths(5), profile)
    chosen = np.where(landscape.strengths < 0, 0.0, starts(5))
    if profile == "cosine":
        chosen = np.clip(chosen, -3.0, 3.0)
    report = find_saddles(landscape, chosen)
    assert report.fraction == 1
    assert not report.escaped.any()


@profiles
def test_a_start_just_beside_the_stable_subspace_does_not(profile) -> None:
    landscape = Separable(strengths(6), profile)
    beside = np.where(landscape.strengths < 0, 1e-9, starts(6))
    assert find_saddles(landscape, beside, iterations=800).fraction == 0
    early = find_saddles(landscape, beside, iterations=10)
    assert early.fraction > 0, "after few steps it looks as if it did"


def test_symmetric_angles_stay_symmetric_and_reach_a_saddle() -> None:
    """Two equal angles that repel each other: equal starts never part."""
    landscape = Coupled(np.full((64, 2), 0.25), [[[0.0, -1.0], [-1.0, 0.0]]] * 64)
    first = np.random.default_rng(7).uniform(-2, 2, (64, 1))
    assert find_saddles(landscape, np.repeat(first, 2, axis=1)).fraction == 1
    apart = first + np.array([0.0, 1e-6])
    assert find_saddles(landscape, apart, iterations=800).fraction == 0


# --- what the hypotheses are for --------------------------------------------------------------


def test_saddles_that_are_not_strict_attract_random_starts() -> None:
    """½x² + y - sin y: from above, every run stops at the next multiple of 2π."""
    landscape = Separable([[1.0, -1.0]] * 200, "flat")
    random = np.random.default_rng(8).uniform(-10, 10, (200, 2))
    report = find_saddles(landscape, random, 0.9, 4000, tolerance=1e-5)
    assert report.settled.all() and report.fraction == 0
    curvature = np.linalg.eigvalsh(landscape.hessian(report.last))[:, 0]
    assert (np.abs(curvature) < 0.01).all(), "flat there, no minimum: values below are near"
    lower, _ = landscape.value_and_gradient(report.last - [0.0, 0.5])
    assert (lower < landscape.value_and_gradient(report.last)[0] - 0.01).all()


class Folded:
    """½y² + g(x), g even and C² with g'' = -1 near 0 and g'(x) = x from ``edge`` on.

    In between g'' rises to 1.25 and falls to 1, so L = 1.25; a step of length 1 from beyond the
    edge ends at x = 0 exactly, where g has a strict maximum.
    """

    dimension = 2

    def __init__(self, batch: int):
        self.batch, self.smooth = batch, np.full(batch, 1.25)
        self.bends = np.array([-1.0, -1.0, 1.25, 1.25, 1.0])
        # what g'' lacks to 1 up to 3.25 is made up for afterwards, so that g'(edge) = edge
        lack = 2.0 + 2.25 * (2.0 - 0.25) / 2
        last = 3.25 + (lack - 0.5 * 0.25) / 0.25
        self.knots = np.array([0.0, 1.0, 3.25, last, last + 1.0])
        pieces = np.diff(self.knots) * (self.bends[1:] + self.bends[:-1]) / 2
        self.slopes = np.concatenate([[0.0], np.cumsum(pieces)])

    @property
    def edge(self) -> float:
        return float(self.knots[-1])

    def bend(self, x: np.ndarray) -> np.ndarray:
        return np.interp(np.abs(x), self.knots, self.bends)

    def slope(self, x: np.ndarray) -> np.ndarray:
        size = np.abs(x)
        place = np.clip(np.searchsorted(self.knots, size) - 1, 0, 3)
        here = (self.bends[place] + self.bend(size)) / 2
        inner = self.slopes[place] + (size - self.knots[place]) * here
        return np.sign(x) * np.where(size >= self.edge, size, inner)

    def value_and_gradient(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gradient = np.stack([self.slope(points[:, 0]), points[:, 1]], axis=1)
        return 0.5 * points[:, 1] ** 2, gradient  # values play no part in descent

    def hessian(self, points: np.ndarray) -> np.ndarray:
        diagonal = np.stack([self.bend(points[:, 0]), np.ones(len(points))], axis=1)
        return diagonal[:, :, None] * np.eye(2)


def test_a_step_between_1_and_2_over_l_may_send_a_whole_region_to_a_saddle() -> None:
    folded = Folded(200)
    x = np.linspace(-folded.edge - 5, folded.edge + 5, 20_001)
    assert np.abs(folded.bend(x)).max() == 1.25
    assert folded.slopes[-1] == pytest.approx(folded.edge, abs=1e-12), "g' is continuous"
    np.testing.assert_allclose(
        np.gradient(folded.slope(x), x)[1:-1], folded.bend(x)[1:-1], atol=2e-3
    )
    rng = np.random.default_rng(9)
    points = rng.uniform(folded.edge, folded.edge + 5, (200, 2))
    assert find_saddles(folded, points, share=1.25).fraction == 1  # η = 1
    assert find_saddles(folded, points, share=1.24).fraction == 0
    assert find_saddles(folded, points, share=0.9).fraction == 0


@pytest.mark.parametrize("share", [0.1, 0.9, 1.9, 5.0])
def test_for_quadratics_any_step_avoids_the_saddle(share: float) -> None:
    report = find_saddles(rotated("quadratic", 10), starts(10), share, 800)
    assert report.fraction == 0
    assert report.escaped.all()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.25, 1.0, 3.0]))
def test_along_an_eigenvector_a_quadratic_run_is_a_geometric_sequence(
    seed: int, step: float
) -> None:
    landscape = rotated("quadratic", seed, 8)
    run = gradient_descent(landscape, starts(seed, 8), step, 10)
    for i in range(DIMENSION):
        v, strength = landscape.basis[:, :, i], landscape.strengths[:, i]
        along = np.vecdot(run.points, v)
        expected = (1 - step * strength) ** np.arange(11)[:, None] * along[0]
        scale = np.abs(run.points).max(axis=(0, 2))
        assert (np.abs(along - expected) <= 1e-12 * scale).all()


# --- the machinery ----------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 15))
def test_a_run_in_pieces_is_the_run_in_one(seed: int, steps: int, length: int) -> None:
    landscape = rotated("well", seed, 4)
    whole = gradient_descent(landscape, starts(seed, 4), 0.3, steps)
    pieces = list(segments(landscape, starts(seed, 4), 0.3, steps, length))
    points = np.concatenate([pieces[0].points, *(p.points[1:] for p in pieces[1:])])
    values = np.concatenate([pieces[0].values, *(p.values[1:] for p in pieces[1:])])
    assert np.array_equal(points, whole.points)
    assert np.array_equal(values, whole.values)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="profile"):
        Separable([[1.0]], "cubic")
    with pytest.raises(ValueError, match="axes"):
        Separable([1.0])
    with pytest.raises(ValueError, match="zero diagonal"):
        Coupled([[1.0]], [[[1.0]]])
    with pytest.raises(ValueError, match="positive"):
        find_saddles(Separable([[1.0]]), [[0.0]], -1.0)
    with pytest.raises(ValueError, match="length"):
        next(segments(Separable([[1.0]]), [[0.0]], 1.0, 3, 0))
