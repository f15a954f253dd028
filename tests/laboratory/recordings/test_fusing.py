"""Programs for a fusing compiler: sines are found where they are, and nowhere else."""

import numpy as np
import pytest

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.families import draw_family
from plproof.laboratory.recordings.fusing import program_of
from plproof.laboratory.recordings.recording import Recording


def names(make) -> list[str]:  # type: ignore[no-untyped-def]
    def formula(x):  # type: ignore[no-untyped-def]
        return ra.total(x), make(x)

    program, _ = program_of(Recording.of(formula, 4, 2))
    return [line[0] for line in program.lines if line[0].startswith("sine")]


def test_sines_are_made_out_of_tangents() -> None:
    def both(x):  # type: ignore[no-untyped-def]
        square, product = ra.sine_products(3.0 * x)
        return square + product

    assert names(both) == ["sine cosine", "sine squared"]


@pytest.mark.parametrize(
    "formula",
    [
        lambda t, u: t / (2.0 + t * t),
        lambda t, u: t / (1.0 + t * u),
        lambda t, u: t / (1.0 + u * u),
        lambda t, u: u / (1.0 + t * t),
        lambda t, u: t / (1.0 - t * t),
        lambda t, u: (1.0 + t * t) / t,
        lambda t, u: t / (np.array([1.0, 1.5]) + t * t),
        lambda t, u: np.sin(t) / (1.0 + np.sin(t) * np.sin(t)),
    ],
)
def test_what_only_looks_like_sines_is_left_alone(formula) -> None:  # type: ignore[no-untyped-def]
    assert names(lambda x: formula(np.tan(x), np.tan(2.0 * x))) == []


def test_a_tangent_times_the_product_of_another_angle_is_no_square() -> None:
    def crossed(x):  # type: ignore[no-untyped-def]
        _, product = ra.sine_products(2.0 * x)
        return np.tan(x) * product

    assert names(crossed) == ["sine cosine"]


def test_programs_of_one_shape_are_equal_and_hold_their_own_numbers() -> None:
    def made(kind: str, batch: int, seed: int):  # type: ignore[no-untyped-def]
        family = draw_family(kind, batch, 3, 10.0, np.random.default_rng(seed))
        recording = family.recording()
        assert recording is not None
        return program_of(recording)

    (one, held), (two, others) = made("sine_bumps", 30, 1), made("sine_bumps", 30, 2)
    assert one == two and hash(one) == hash(two)
    assert not all(np.array_equal(a, b) for a, b in zip(held, others, strict=True))
    assert [made(kind, 30, 1)[0].rows for kind in ("least_squares", "logistic")] == [True, False]
    assert made("logistic", 1, 1)[0].rows
