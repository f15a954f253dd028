"""The constants of the function families really hold, and are as tight as they claim."""

import itertools
import subprocess
import sys
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory import families
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT
from plproof.laboratory.families import (
    FAMILY_KINDS,
    Composition,
    ConstantFunction,
    Family,
    Huber,
    LeastSquares,
    LogisticRidge,
    LogSumExpRidge,
    NormHuber,
    Quadratic,
    QuadraticSpline,
    SineBumps,
    SpectralQuadratic,
    draw_family,
    draw_starts,
    sine_pl_bound,
    sine_pl_holds,
)
from plproof.laboratory.families.catalogue import CATALOGUE, NO, UNATTAINED
from plproof.laboratory.families.sine import SINE_PL_BOUNDS
from plproof.laboratory.families.spectra import of_gram, of_symmetric
from plproof.laboratory.testing.strategies import FamilySpec, family_specs

kinds = pytest.mark.parametrize("kind", FAMILY_KINDS)
catalogue = {entry.kind: entry for entry in CATALOGUE}


def drawn(kind: str, batch: int = 64, dimension: int = 5, conditioning: float = 10.0) -> Family:
    return draw_family(kind, batch, dimension, conditioning, np.random.default_rng(7))


def rebuilt(text: str) -> Family:
    return eval(text, {name: getattr(families, name) for name in families.__all__})


def dot(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sum(x * y, axis=-1)


def norm(x: np.ndarray) -> np.ndarray:
    return np.linalg.norm(x, axis=-1)


class Measured:
    """Values and gradients at some points, with honest error bounds."""

    def __init__(self, family: Family, points: np.ndarray):
        self.points = points
        self.values, self.gradients = family.value_and_gradient(points)
        sizes = family.magnitude(points)
        self.value_error = SAFETY * UNIT * sizes[0]
        self.gradient_error = SAFETY * UNIT * norm(sizes[1])


# --- the two ways to a gradient -------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(family_specs())
def test_the_gradient_by_hand_is_the_gradient_by_autograd(spec: FamilySpec) -> None:
    family = spec.build()
    points = spec.starts(family, 2.0)
    by_hand, automatic = (
        family.value_and_gradient(points),
        family.automatic_value_and_gradient(points),
    )
    smooth = family.differentiable_at(points)
    for ours, theirs in zip(by_hand, automatic, strict=True):
        np.testing.assert_allclose(ours[smooth], theirs[smooth], rtol=1e-10, atol=1e-12)
        assert ours.shape == theirs.shape


def test_a_family_without_a_gradient_by_hand_uses_autograd() -> None:
    class Bare(Quadratic):
        _value_and_gradient = Family._value_and_gradient

    bare = Bare([[[2.0]]], [[1.0]], [0.5])
    values, gradients = bare.value_and_gradient(np.array([[3.0]]))
    assert (values[0], gradients[0, 0]) == (4.5, 4.0)
    with pytest.raises(NotImplementedError, match="Bare"):
        bare.magnitude(np.array([[3.0]]))


@settings(max_examples=40, deadline=None)
@given(family_specs())
def test_the_gradient_is_the_limit_of_difference_quotients(spec: FamilySpec) -> None:
    family = spec.build()
    middle = spec.starts(family, 2.0)
    h, direction = 2.0**-16, np.random.default_rng(spec.seed).standard_normal(middle.shape)
    after, before = (Measured(family, middle + s * h * direction) for s in (1, -1))
    middle = Measured(family, middle)
    quotient = (after.values - before.values) / (2 * h)
    error = (after.value_error + before.value_error) / h
    error += 0.5 * h * family.constants.smooth * norm(direction) ** 2
    error += 1e-10 * norm(middle.gradients) + norm(direction) * middle.gradient_error
    error += 4 * UNIT * norm(middle.points) * norm(middle.gradients) / h
    assert (np.abs(quotient - dot(middle.gradients, direction)) <= error + 1e-12).all()


# --- rounding bounds against arithmetic with many digits -------------------------------------


def precise_value(family: Family, x: list) -> mpmath.mpf:
    """Return the value of a batch of one, in mpmath arithmetic, from its definition."""
    p = {key: getattr(family, key)[0].tolist() for key in family.parameters}
    c = p.get("centre", p.get("minimiser"))
    y = [a - mpmath.mpf(b) for a, b in zip(x, c, strict=True)]
    square, m = mpmath.fsum(v * v for v in y), p.get("minimum", 0)
    if "matrix" in p:
        z = [mpmath.fdot(row, y) for row in p["matrix"]]
    if "chance" in p:
        soft = mpmath.fsum(
            mpmath.log(1 - mpmath.mpf(q) + q * mpmath.exp(v)) - q * v
            for q, v in zip(p["chance"], z, strict=True)
        )
    match type(family).__name__:
        case "Quadratic" | "SpectralQuadratic":
            rows = family.hessian[0].tolist()
            image = [mpmath.fdot(row, y) for row in rows]
            return mpmath.fdot(y, image) / 2 + m
        case "LeastSquares":
            return mpmath.fsum(v * v for v in z) / 2
        case "LogisticRidge":
            return p["weight"] * soft + p["ridge"] * square / 2 + m
        case "LogSumExpRidge":
            mean = mpmath.fsum(map(mpmath.exp, z)) / len(z)
            loss = mpmath.log(mean) - mpmath.fsum(z) / len(z)
            return p["weight"] * loss + p["ridge"] * square / 2 + m
        case "Composition":
            return p["curvature"] * mpmath.fsum(v * v for v in z) / 2 + p["weight"] * soft + m
        case "SineBumps":
            waves = [
                v * v + a * mpmath.sin(b * v) ** 2
                for a, b, v in zip(p["amplitude"], p["frequency"], y, strict=True)
            ]
            return p["weight"] * mpmath.fsum(waves) + m
        case "Huber":
            triples = zip(p["weight"], p["threshold"], y, strict=True)
            return mpmath.fsum(w * huber(abs(v), t) for w, t, v in triples) + m
        case "QuadraticSpline":
            triples = zip(p["curvature"], p["knot"], y, strict=True)
            return mpmath.fsum(spline(c, k, abs(v)) for c, k, v in triples) + m
        case "SineComposition":
            waves = [
                p["curvature"] * v * v + a * mpmath.sin(b * v) ** 2
                for a, b, v in zip(p["amplitude"], p["frequency"], z, strict=True)
            ]
            return p["weight"] * mpmath.fsum(waves) + m
        case "RadialProduct":
            wave = p["mean"] + p["depth"] * mpmath.cos(p["turn"] * mpmath.log(1 + square))
            return square * wave / 2 + m
        case "Spiral":
            height = p["mean"] * square
            for u, v in zip(y[0::2], y[1::2], strict=False):  # a quadratic after a rotation
                angle = p["turn"] / 2 * mpmath.log(1 + u * u + v * v)
                turned = mpmath.mpc(u, v) * mpmath.expjpi(angle / mpmath.pi)
                height += p["depth"] * (turned.real**2 - turned.imag**2)
            return height / 2 + m
        case "TwoLayerLoss":
            losses = [
                mpmath.fsum(
                    a * (mpmath.tanh(w * u) - mpmath.tanh(mpmath.mpf(v) * u))
                    for a, w, v in zip(p["outer"], x, c, strict=True)
                )
                ** 2
                for u in map(mpmath.mpf, p["inputs"])
            ]
            return p["weight"] * mpmath.fsum(losses) / 2 + m
        case "Quartic":
            triples = zip(p["curvature"], p["quartic"], y, strict=True)
            return mpmath.fsum(s * v * v / 2 + q * v**4 / 4 for s, q, v in triples) + m
        case "HingeSum":
            rows = zip(p["right"], p["left"], p["knot"], z, strict=True)
            hinges = (u * max(t - b, 0) + v * max(-t - b, 0) for u, v, b, t in rows)
            return mpmath.fsum(hinges) + p["ridge"] * square / 2 + m
        case "LargestAffine":
            return max(0, *(t - b for t, b in zip(z, p["knot"], strict=True))) + m
        case "Norm":
            return p["weight"] * mpmath.sqrt(square) + m
        case "Falling":
            terms = zip(p["soft"], p["root"], p["exponential"], p["rate"], y, strict=True)
            return m + mpmath.fsum(
                s * mpmath.log1p(mpmath.exp(b * v))
                + r * (b * v + mpmath.sqrt(1 + (b * v) ** 2))
                + e * mpmath.exp(b * v)
                for s, r, e, b, v in terms
            )
        case "Linear":
            return mpmath.fdot(p["slope"], y) + p["offset"]
        case "NormHuber":
            return p["weight"] * huber(mpmath.sqrt(square), p["threshold"]) + m
        case "ConstantFunction":
            return mpmath.mpf(m)
    raise AssertionError(f"no definition for {family!r}")


def huber(size: mpmath.mpf, threshold: float) -> mpmath.mpf:
    t = mpmath.mpf(threshold)
    return size * size / 2 if size <= t else t * size - t * t / 2


def spline(curvature: list[float], knot: list[float], size: mpmath.mpf) -> mpmath.mpf:
    """Integrate the curvature twice, piece by piece."""
    value, slope, ends = mpmath.mpf(0), mpmath.mpf(0), [0.0, *knot, mpmath.inf]
    for c, start, end in zip(curvature, ends, ends[1:], strict=False):
        width = max(min(size, end) - mpmath.mpf(start), 0)
        value += slope * width + mpmath.mpf(c) * width**2 / 2
        slope += mpmath.mpf(c) * width
    return value


@kinds
@pytest.mark.parametrize("spread", [1.0, 30.0, 1e-9])
def test_the_rounding_error_is_below_its_promised_bound(kind: str, spread: float) -> None:
    family = draw_family(kind, 5, 3, 100.0, np.random.default_rng(1))
    points = draw_starts(family, np.random.default_rng(2), spread)
    points[0] = family.constants.minimiser[0]
    if kind in ("huber", "norm_huber"):  # next to the kink
        points[1] = family.constants.minimiser[1]
        points[1, 0] += family.threshold[1].flat[0]
    values, gradients = family.value_and_gradient(points)
    value_sizes, gradient_sizes = family.magnitude(points)
    smooth = family.differentiable_at(points)
    with mpmath.workdps(90):
        h = mpmath.mpf(10) ** -25
        for row in range(family.batch):
            one, x = family.take([row]), [mpmath.mpf(v) for v in points[row].tolist()]
            error = abs(precise_value(one, x) - values[row])
            assert error <= SAFETY * UNIT * value_sizes[row]
            for j in range(3 if smooth[row] else 0):
                ahead, behind = list(x), list(x)
                ahead[j], behind[j] = x[j] + h, x[j] - h
                slope = (precise_value(one, ahead) - precise_value(one, behind)) / (2 * h)
                error = abs(slope - gradients[row, j])
                assert error <= SAFETY * UNIT * gradient_sizes[row, j] + 1e-24


def test_the_error_bound_covers_the_kink_of_hubers_function() -> None:
    rng = np.random.default_rng(5)
    centre, ulps = rng.uniform(-1e-3, 1e-3, (200, 1)), rng.integers(-2, 3, (200, 1))
    points = (1.0 + centre) + ulps * 2.0**-53
    ones = np.ones((200, 1))
    coordinates = Huber(ones, ones, centre, np.zeros(200))
    distances = NormHuber(np.ones(200), np.ones(200), centre, np.zeros(200))
    exact = [
        min(Fraction(1), Fraction(x) - Fraction(c))
        for x, c in zip(points[:, 0].tolist(), centre[:, 0].tolist(), strict=True)
    ]
    rounded = False
    for family in (coordinates, distances):
        gradients, sizes = family.value_and_gradient(points)[1], family.magnitude(points)[1]
        for slope, g, size in zip(exact, gradients[:, 0], sizes[:, 0], strict=True):
            rounded |= slope != Fraction(g)
            assert abs(slope - Fraction(g)) <= SAFETY * UNIT * size
    assert rounded


@kinds
def test_the_promised_bound_is_not_wildly_large(kind: str) -> None:
    family = drawn(kind)
    measured = Measured(family, family.constants.minimiser + 1.0)
    smooth = np.where(np.isfinite(family.constants.smooth), family.constants.smooth, 0.0)
    scale = np.abs(measured.values) + norm(measured.gradients) + smooth * 5 + 1
    assert (measured.value_error <= 1e4 * UNIT * scale).all()


# --- the constants hold -----------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(family_specs(), st.sampled_from([1e-3, 1.0, 4.0]))
def test_the_certified_constants_hold(spec: FamilySpec, spread: float) -> None:
    family = spec.build()
    c = family.constants
    x = Measured(family, spec.starts(family, spread))
    moved = np.random.default_rng(spec.seed).standard_normal(x.points.shape)
    y = Measured(family, x.points + spread * moved)
    apart = y.points - x.points
    gradient_error = x.gradient_error + y.gradient_error
    slack = 1 + 64 * UNIT
    assert (
        norm(x.gradients - y.gradients) <= slack * c.smooth * norm(apart) + 2 * gradient_error
    ).all()
    linear = x.values + dot(x.gradients, apart)
    error = x.value_error + y.value_error + x.gradient_error * norm(apart)
    error += 64 * UNIT * (np.abs(x.values) + norm(x.gradients) * norm(apart))
    error += 64 * UNIT * (np.abs(c.strongly_convex) + c.smooth) * norm(apart) ** 2
    assert (y.values >= linear + 0.5 * c.strongly_convex * norm(apart) ** 2 - error).all()
    assert (y.values <= linear + 0.5 * c.smooth * norm(apart) ** 2 + error).all()
    assert (x.values >= c.minimum - x.value_error).all()
    pl = np.where(c.constant, 0.0, c.pl)
    gap = np.where(pl > 0, x.values - c.minimum, 0.0)
    error = 2 * x.gradient_error * norm(x.gradients) + 2 * pl * x.value_error
    error += x.gradient_error**2 + 64 * UNIT * norm(x.gradients) ** 2
    assert (norm(x.gradients) ** 2 >= 2 * pl * gap - error).all()
    assert (x.values[c.constant] == c.minimum[c.constant]).all()
    assert (c.convex == (c.strongly_convex >= 0)).all()
    steep = slack * c.lipschitz * norm(apart) + x.value_error + y.value_error
    assert (np.abs(x.values - y.values) <= steep).all()
    assert (norm(x.gradients) <= slack * c.lipschitz + x.gradient_error).all()
    assert (c.pl <= c.smooth)[~c.constant].all()


@kinds
def test_the_minimiser_is_attained_with_a_vanishing_gradient(kind: str) -> None:
    family = drawn(kind)
    values, gradients = family.value_and_gradient(np.array(family.constants.minimiser))
    attained = family.constants.attained
    assert attained.all() != (kind in UNATTAINED)
    assert (values == family.constants.minimum)[attained].all()
    assert (gradients == 0)[attained].all()
    assert (values > family.constants.minimum)[~attained].all()


@kinds
@pytest.mark.parametrize("field", ["smooth", "pl"])
def test_a_constant_called_exact_is_violated_when_off_by_one_percent(kind: str, field: str) -> None:
    family = drawn(kind)
    c = family.constants
    rows = c.exact & ~c.constant & (getattr(c, field) > 0) & np.isfinite(getattr(c, field))
    if isinstance(family, QuadraticSpline) and field == "smooth":
        return  # attained far from the minimiser: see families/test_spline.py
    directions = np.eye(5)[None].repeat(64, 0)
    if hasattr(family, "basis"):
        directions = family.basis.swapaxes(1, 2)
    elif hasattr(family, "matrix"):
        lengths = np.linalg.norm(family.matrix, axis=2, keepdims=True)
        directions = family.matrix / np.where(lengths > 0, lengths, 1)
    broken = np.zeros(64, dtype=bool)
    far = isinstance(family, QuadraticSpline) or kind == "extreme_quadratic"
    lengths = (2.0**-8, 4.0, 2.0**12) if far else (2.0**-8,)
    for direction, reach in itertools.product(directions.swapaxes(0, 1), lengths):
        small = reach * direction
        at = Measured(family, c.minimiser + small)
        if field == "smooth":
            broken |= norm(at.gradients) > 0.99 * c.smooth * norm(small) + at.gradient_error
        else:
            gap = np.where(c.attained, at.values - c.minimum - at.value_error, 0.0)
            square = norm(at.gradients) ** 2
            broken |= square < 2 * 1.01 * np.where(c.constant, 0, c.pl) * gap
    assert broken[rows].all()
    if field == "smooth" and kind in ("quadratic", "rank_deficient_quadratic", "huber"):
        assert rows.all()


@pytest.mark.parametrize("name", ["logistic", "log-sum-exp", "composition"])
def test_the_smoothness_of_curved_families_is_attained_at_even_chances(name: str) -> None:
    zero = [[0.0]]
    family: Family = {
        "logistic": lambda: LogisticRidge([[[1.5]]], [[0.5]], [2.0], [0.25], zero, [0.0]),
        "log-sum-exp": lambda: LogSumExpRidge([[[1.5], [-1.5]]], [2.0], [0.25], zero, [0.0]),
        "composition": lambda: Composition([[[1.5]]], [[0.5]], [0.25], [2.0], zero, [0.0]),
    }[name]()
    slope = family.value_and_gradient(np.array([[2.0**-10]]))[1][0, 0]
    assert 0.99 * family.constants.smooth[0] * 2.0**-10 < slope
    assert slope <= family.constants.smooth[0] * 2.0**-10


def test_the_pl_constant_of_sine_bumps_is_nearly_attained() -> None:
    family = SineBumps([0.125], [[3.0]], [[1.0]], [[0.0]], [0.0])
    assert family.constants.pl[0] == pytest.approx(7 / 320)
    at = Measured(family, np.array([[2.2017091764]]))
    assert norm(at.gradients)[0] ** 2 < 2 * 1.01 * family.constants.pl[0] * at.values[0]
    assert not family.constants.convex[0]
    assert family.constants.smooth[0] == 1.0


def test_sine_bumps_are_not_convex_between_one_and_two() -> None:
    family = SineBumps([1.0] * 3, [[3.0]] * 3, [[1.0]] * 3, [[0.0]] * 3, [0.0] * 3)
    low, middle, high = family.value_and_gradient(np.array([[1.0], [1.5], [2.0]]))[0]
    assert middle > (low + high) / 2


# --- the sine table ---------------------------------------------------------------------------


@pytest.mark.parametrize(("strength", "bound"), SINE_PL_BOUNDS)
def test_every_entry_of_the_sine_table_is_proved(strength: float, bound: float) -> None:
    assert sine_pl_holds(strength, bound)
    assert sine_pl_bound(strength) == bound


def test_false_sine_bounds_are_not_proved() -> None:
    assert sine_pl_holds(3.0, 0.1755)
    assert not sine_pl_holds(3.0, 0.175535)
    assert not sine_pl_holds(4.7, 1e-6)
    assert sine_pl_bound(4.7) == 0.0


@pytest.mark.parametrize("strength", [0.0, 0.1, 0.7, 0.95, 1.3, 2.5, 3.7, 4.4])
def test_bounds_outside_the_table_lie_just_below_the_least_ratio(strength: float) -> None:
    x = np.linspace(0.01, 9.0, 100001)
    g = x**2 + strength * np.sin(x) ** 2
    least = np.min((2 * x + strength * np.sin(2 * x)) ** 2 / (2 * g))
    assert 0.45 * least <= sine_pl_bound(strength) <= least * (1 + 1e-12)


# --- certified spectra ------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.sampled_from([1.0, 1e3, 1e9]))
def test_certified_eigenvalues_enclose_the_true_ones(seed: int, size: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((1, size, size)) * np.exp(rng.uniform(0, np.log(spread), size))
    matrix = matrix + matrix.swapaxes(1, 2)
    bounds = of_symmetric(matrix)
    with mpmath.workdps(50):
        true = mpmath.eigsy(mpmath.matrix(matrix[0].tolist()), eigvals_only=True)
        assert bounds.smallest[0] <= min(true)
        assert max(true) <= bounds.largest[0]
        width = max(min(true) - bounds.smallest[0], bounds.largest[0] - max(true))
        assert width <= 200 * size**2 * UNIT * np.linalg.norm(matrix)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_certified_singular_values_enclose_the_true_ones(seed: int, rows: int, cols: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((1, rows, cols))
    bounds = of_gram(matrix)
    with mpmath.workdps(50):
        true = [s * s for s in mpmath.svd_r(mpmath.matrix(matrix[0].tolist()), compute_uv=False)]
        assert bounds.smallest[0] <= min(true)
        assert bounds.smallest_positive[0] <= min(true)
        assert max(true) <= bounds.largest[0]


# --- sub-batches, literals, weaker constants, shrinking ----------------------------------------


@settings(max_examples=40, deadline=None)
@given(family_specs(batch=5))
def test_a_literal_rebuilds_its_function_exactly(spec: FamilySpec) -> None:
    family = spec.build()
    points = spec.starts(family)
    one, again = family.take([3]), rebuilt(family.literal(3))
    for name in one.parameters:
        assert np.array_equal(getattr(one, name), getattr(again, name))
    for name, values in vars(one.constants).items():
        assert np.array_equal(values, getattr(again.constants, name)), name
    for ours, theirs in zip(
        one.value_and_gradient(points[3:4]), again.value_and_gradient(points[3:4]), strict=True
    ):
        assert np.array_equal(ours, theirs)
    assert again.literal(0) == family.literal(3)


@kinds
def test_a_sub_batch_keeps_its_rows(kind: str) -> None:
    family = drawn(kind)
    points = draw_starts(family, np.random.default_rng(0))
    part = family.take([5, 2, -1])
    assert part.batch == 3
    np.testing.assert_allclose(
        part.value_and_gradient(points[[5, 2, -1]])[1],
        family.value_and_gradient(points)[1][[5, 2, -1]],
        rtol=1e-12,
        atol=1e-14,
    )
    assert np.array_equal(part.constants.pl, family.constants.pl[[5, 2, -1]])
    mask = np.arange(64) == 9
    assert np.array_equal(family.take(mask).constants.minimum, family.constants.minimum[mask])


@kinds
def test_simplifications_are_valid_and_end(kind: str) -> None:
    one = draw_family(kind, 4, 4, 10.0, np.random.default_rng(3)).take([1])
    for candidate in one.simplifications(0):
        assert candidate.batch == 1
        assert candidate.complexity() < one.complexity()
        assert type(candidate) is type(one)
    for _ in range(200):
        candidate = next(iter(one.simplifications(0)), None)
        if candidate is None:
            break
        one = candidate
    assert candidate is None
    assert one.dimension == 1


def test_shrinking_finds_a_small_example_of_a_failing_property() -> None:
    family = draw_family("quadratic", 1, 6, 100.0, np.random.default_rng(1))

    def fails(candidate: Family) -> bool:
        return bool(candidate.constants.smooth[0] > 3 * candidate.constants.pl[0])

    shrinking = True
    while shrinking:
        better = next((c for c in family.simplifications(0) if fails(c)), None)
        shrinking, family = better is not None, better or family
    assert family.dimension == 2
    assert sorted(np.round(family.spectrum[0], 3))[-1] <= 1.0
    assert np.array_equal(family.constants.minimiser, np.zeros((1, 2)))


def test_weaker_constants_are_kept_and_stronger_ones_refused() -> None:
    family = SpectralQuadratic([[0.5, 0.25]], [np.eye(2)], [[0.0, 0.0]], [0.0])
    weak = family.weakened(smooth=1.0, pl=0.125)
    assert weak.constants.smooth[0] == 1.0
    assert weak.constants.pl[0] == 0.125
    assert not weak.constants.exact[0]
    assert rebuilt(weak.literal(0)).constants.smooth[0] == 1.0
    assert weak.take([0]).constants.pl[0] == 0.125
    with pytest.raises(ValueError, match="below"):
        family.weakened(smooth=0.4)
    with pytest.raises(ValueError, match="above"):
        family.weakened(pl=0.3)
    flat = ConstantFunction([[0.0]], [1.0]).weakened(pl=np.inf)
    assert rebuilt(flat.literal(0)).constants.pl[0] == np.inf


# --- drawing -----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(family_specs(batch=16))
def test_the_same_seed_draws_the_same_batch(spec: FamilySpec) -> None:
    first, second = spec.build(), spec.build()
    for name in first.parameters:
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert np.array_equal(spec.starts(first), spec.starts(second))
    assert (first.batch, first.dimension) == (16, spec.dimension)


@kinds
@pytest.mark.parametrize("conditioning", [1.0, 2.0**20])
@pytest.mark.parametrize("dimension", [1, 2, 4, 12])
def test_every_kind_draws_at_the_ends_of_its_range(
    kind: str, conditioning: float, dimension: int
) -> None:
    family = drawn(kind, 16, dimension, conditioning)
    steep = catalogue[kind].verdict("smooth") == NO
    assert ((family.constants.smooth <= 1.01) | steep).all()
    assert family.constants.minimiser.shape == (16, dimension)


def test_rank_deficient_quadratics_are_pl_and_not_strongly_convex() -> None:
    constants = drawn("rank_deficient_quadratic").constants
    assert (constants.strongly_convex == 0).all()
    assert (constants.pl > 0).all()


def test_wrong_arguments_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="unknown kind 'cubic'"):
        draw_family("cubic", 1, 1, 1.0, rng)
    with pytest.raises(ValueError, match="at least 1"):
        draw_family("quadratic", 0, 1, 1.0, rng)
    with pytest.raises(ValueError, match="conditioning"):
        draw_family("quadratic", 1, 1, 0.5, rng)
    with pytest.raises(ValueError, match="spread"):
        draw_starts(drawn("huber"), rng, -1.0)
    with pytest.raises(ValueError, match="kinds"):
        family_specs(kinds=("cubic",))


def test_families_refuse_parameters_that_break_their_promises() -> None:
    with pytest.raises(ValueError, match="positive semidefinite"):
        Quadratic([[[1.0, 0.0], [0.0, -1.0]]], [[0.0, 0.0]], [0.0])
    with pytest.raises(ValueError, match="symmetric"):
        Quadratic([[[1.0, 0.5], [0.0, 1.0]]], [[0.0, 0.0]], [0.0])
    with pytest.raises(ValueError, match="orthogonal"):
        SpectralQuadratic([[1.0, 1.0]], [[[0.6, 0.8], [-0.8, 0.6]]], [[0.0, 0.0]], [0.0])
    with pytest.raises(ValueError, match="without any rounding"):
        LeastSquares([[[0.1]]], [[0.3]], [[3.0]])
    with pytest.raises(ValueError, match="chance"):
        LogisticRidge([[[1.0]]], [[1.0]], [1.0], [1.0], [[0.0]], [0.0])
    with pytest.raises(ValueError, match="threshold"):
        Huber([[1.0]], [[0.0]], [[0.0]], [0.0])
    with pytest.raises(ValueError, match="axis d should be 1"):
        Huber([[1.0]], [[1.0, 1.0]], [[0.0]], [0.0])
    with pytest.raises(ValueError, match="finite"):
        Huber([[np.nan]], [[1.0]], [[0.0]], [0.0])
    with pytest.raises(ValueError, match=r"have shape \(64, 5\)"):
        drawn("huber").value_and_gradient(np.zeros(5))
    with pytest.raises(ValueError, match="rows"):
        drawn("huber").take([])
    with pytest.raises(ValueError, match="row numbers"):
        drawn("huber").take([64])


def test_parameters_cannot_be_changed_by_accident() -> None:
    family = drawn("quadratic")
    with pytest.raises(ValueError, match="read-only"):
        family.centre[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        family.constants.pl[0] = 1.0


def test_the_families_need_neither_hypothesis_nor_sympy() -> None:
    program = (
        "import sys, plproof.laboratory.families, plproof.laboratory.gradient_descent.descent;"
        "sys.exit(any(name in sys.modules for name in ('hypothesis', 'sympy')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


NOT_NEGATIVE = {
    "logistic": ("weight", "ridge"), "log_sum_exp": ("weight", "ridge"),
    "composition": ("curvature", "weight"), "sine_bumps": ("weight", "amplitude"),
    "huber": ("weight",), "norm_huber": ("weight",), "egg_carton": ("weight", "amplitude"),
    "two_layer": ("weight",), "quartic": ("curvature", "quartic"),
    "softplus_like": ("soft", "root", "exponential"),
    "hinges": ("right", "left", "knot", "ridge"), "largest_affine": ("knot",),
    "norm": ("weight",),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_NEGATIVE)
def test_a_number_of_the_wrong_sign_is_refused_by_its_name(kind: str) -> None:
    family = draw_family(kind, 2, 2, 10.0, np.random.default_rng(0))
    given = {key: getattr(family, key) for key in family.parameters}
    for key in NOT_NEGATIVE[kind]:
        wrong = np.array(given[key])
        wrong.flat[-1] = -0.25
        with pytest.raises(ValueError, match=f"{key} must be at least 0"):
            type(family)(**{**given, key: wrong})
