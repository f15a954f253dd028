"""The table of classes and families is true: of drawn functions, constant by constant."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

import plproof.laboratory.families as families
from plproof.laboratory.families import FAMILY_KINDS, WrongFamily, check_family, draw_family
from plproof.laboratory.families.catalogue import CATALOGUE, NO, SOME, YES, catalogue_table
from plproof.laboratory.families.sine import sine_pl_bound
from plproof.laboratory.families.wave_bounds import SPIRAL_BENDS

README = Path(families.__file__).with_name("README.md")
BATCH, DIMENSION, KAPPA = 96, 3, 10.0


def singular(f):  # the eigenvalues of A'A and AA', by float arithmetic
    squares = np.linalg.svd(f.matrix, compute_uv=False) ** 2
    rank = np.linalg.matrix_rank(f.matrix)
    full = (rank == DIMENSION) & (f.matrix.shape[1] >= DIMENSION)
    least = np.array([s[: max(r, 1)].min() for s, r in zip(squares, rank, strict=True)])
    return squares.max(axis=-1), np.where(full, least, 0.0), least


def spectrum(f):
    s = np.linalg.eigvalsh(f.hessian)
    return s[:, -1], s[:, 0], np.where(s > 1e-8, s, np.inf).min(axis=-1)


def exact_spectrum(f):
    s = f.spectrum
    return s.max(axis=-1), s.min(axis=-1), np.where(s > 0, s, np.inf).min(axis=-1)


def ridged(share):
    def constants(f):
        return f.ridge + share * f.weight * singular(f)[0], f.ridge, f.ridge

    return constants


def composition(f):
    top, full, least = singular(f)
    return (f.curvature + f.weight / 4) * top, f.curvature * full, f.curvature * least


def pieces(f):
    c = f.curvature
    ends = np.concatenate([np.zeros_like(f.knot[..., :1]), f.knot], axis=-1)
    width = np.diff(ends)
    slope = np.cumsum(c[..., :-1] * width, axis=-1)
    start = np.concatenate([np.zeros_like(slope[..., :1]), slope[..., :-1]], axis=-1)
    height = np.cumsum((start + slope) / 2 * width, axis=-1)
    ratio = np.where(height > 0, slope**2 / np.where(height > 0, 2 * height, 1), np.inf)
    first = np.where(c[..., 0] > 0, c[..., 0], c[..., 1])
    least = np.minimum(ratio.min(axis=-1), np.minimum(first, c[..., -1])).min(axis=-1)
    return np.abs(c).max(axis=(1, 2)), c.min(axis=(1, 2)), least


def sines(f):
    t = f.amplitude * f.frequency**2
    worst = t.max(axis=-1)
    known = np.vectorize(sine_pl_bound)(t).min(axis=-1)
    top, full, least = singular(f) if hasattr(f, "matrix") else (1.0, 1.0, 1.0)
    s = getattr(f, "curvature", np.ones(BATCH))
    low = f.weight * (2 * s - 2 * worst)
    pl = np.maximum(s * known * f.weight * least, np.where(low > 0, low * full, 0))
    return f.weight * (2 * s + 2 * worst) * top, low * np.where(low < 0, top, full), pl


def modulated(bend, across):
    def constants(f):
        k = bend(f.turn)
        t = np.linspace(0, np.pi, 20001)[:, None]
        q = f.depth / f.mean
        h = 1 + q * np.cos(t)
        ratio = np.maximum(0, h - f.turn * q * np.sin(t)) ** 2 + across * (q * np.sin(t)) ** 2
        pl = f.mean * np.minimum((ratio / h).min(axis=0), 1 - q)
        low = f.mean - f.depth * k
        return f.mean + f.depth * k, low, np.maximum(0.999 * pl, low)

    return constants


def two_layer(f):
    a, u = f.outer, (f.inputs**2).sum(axis=-1)
    bend = 8 / np.sqrt(27) * np.abs(a).max(axis=-1) * np.abs(a).sum(axis=-1) * u
    return f.weight * ((a**2).sum(axis=-1) * u + bend), -f.weight * bend, 0.0


CONSTANTS = {
    **dict.fromkeys(("quadratic", "diagonal_quadratic", "extreme_quadratic"), exact_spectrum),
    "rank_deficient_quadratic": exact_spectrum,
    "rotated_quadratic": spectrum,
    "worst_quadratic": lambda f: (1.0, 0.10009765625, 0.10009765625),
    "least_squares": singular,
    "constant": lambda f: (0.0, 0.0, np.inf),
    **dict.fromkeys(("logistic", "softplus"), ridged(0.25)),
    "log_sum_exp": ridged(0.5),
    "composition": composition,
    "huber": lambda f: (f.weight.max(axis=-1), 0.0, 0.0),
    "norm_huber": lambda f: (f.weight, 0.0, 0.0),
    **dict.fromkeys(("piecewise_quadratic", "distance_from_box", "sawtooth"), pieces),
    **dict.fromkeys(("sine_bumps", "sine_wells", "rotated_sines", "egg_carton"), sines),
    "radial_product": modulated(lambda c: np.sqrt((1 + c**2) * (1 + 4 * c**2)), 0.0),
    "spiral": modulated(np.vectorize(dict(SPIRAL_BENDS).get), 1.0),
    "two_layer": two_layer,
    "quartic": lambda f: (np.inf, f.curvature.min(axis=-1), f.curvature.min(axis=-1)),
    "soft_maximum": ridged(0.5),
    "softplus_like": lambda f: ((f.rate**2 * (f.soft / 4 + f.root)).max(axis=-1), 0.0, 0.0),
    "exponential": lambda f: (np.inf, 0.0, 0.0),
    "linear": lambda f: (0.0, 0.0, 0.0),
    "elastic_net": lambda f: (np.inf, 1.0, 1.0),
    **dict.fromkeys(("absolute", "hinges", "largest_affine", "norm"), lambda f: (np.inf, 0.0, 0.0)),
}


def length(v):
    return np.linalg.norm(v, axis=-1)


def pulled(f, most):
    """Return bounds of the lengths of A's, |s_i| at most so much, the best for orthogonal rows."""
    gram = f.matrix @ f.matrix.swapaxes(1, 2)
    if np.array_equal(gram, gram * np.eye(gram.shape[1])):
        return length(most * length(f.matrix))
    together = np.sqrt(singular(f)[0]) * length(most)
    return np.minimum((most * length(f.matrix)).sum(axis=-1), together)


def largest_slope(f):
    width = np.diff(np.concatenate([np.zeros_like(f.knot[..., :1]), f.knot], axis=-1))
    slope = np.cumsum(f.curvature[..., :-1] * width, axis=-1)
    return np.where((f.curvature[..., -1] == 0).all(axis=-1), length(slope.max(axis=-1)), np.inf)


#: Lipschitz constants of the kinds that have some
LIPSCHITZ = {
    "constant": lambda f: 0.0,
    "softplus": lambda f: f.weight * pulled(f, np.maximum(f.chance, 1 - f.chance)),
    "huber": lambda f: length(f.weight * f.threshold),
    "norm_huber": lambda f: f.weight * f.threshold,
    "sawtooth": largest_slope,
    "egg_carton": lambda f: 0.5 * pulled(f, f.amplitude * np.abs(f.frequency)),
    "two_layer": lambda f: (
        2 * f.weight * length(f.outer) * np.abs(f.outer).sum(-1) * np.abs(f.inputs).sum(-1)
    ),
    "soft_maximum": lambda f: (
        f.weight * length(f.matrix - f.matrix.mean(axis=1, keepdims=True)).max(axis=-1)
    ),
    "softplus_like": lambda f: length(f.rate * (f.soft + 2 * f.root)),
    "linear": lambda f: length(f.slope),
    "absolute": lambda f: pulled(f, f.right),
    "hinges": lambda f: pulled(f, np.maximum(f.right, f.left)),
    "largest_affine": lambda f: length(f.matrix).max(axis=-1),
    "norm": lambda f: f.weight,
}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda e: e.kind)
def test_an_entry_is_true_of_functions_that_are_drawn(entry):
    drawn = [
        draw_family(entry.kind, BATCH, DIMENSION, KAPPA, np.random.default_rng(seed))
        for seed in range(5)
    ]
    held = {"smooth": [], "convex": [], "strong": [], "pl": [], "lipschitz": [], "minimum": []}
    held["differentiable"] = [f.differentiable for f in drawn]
    for family in drawn:
        c = family.constants
        held["smooth"].append(np.isfinite(c.smooth))
        held["convex"].append(c.convex)
        held["strong"].append(c.strongly_convex > 0)
        held["pl"].append(c.pl > 0)
        held["lipschitz"].append(np.isfinite(c.lipschitz))
        held["minimum"].append(c.attained)
    for column, masks in held.items():
        share = np.mean(masks)
        verdict = {YES: share == 1, NO: share == 0, SOME: 0 < share < 1}[entry.verdict(column)]
        assert verdict, (column, share)
    family = drawn[0]
    smooth, modulus, pl = CONSTANTS[entry.kind](family)
    c = family.constants
    for ours, expected in ((c.smooth, smooth), (c.strongly_convex, modulus)):
        np.testing.assert_allclose(ours, np.broadcast_to(expected, BATCH), rtol=1e-7, atol=1e-12)
    pl = np.broadcast_to(pl, BATCH)
    np.testing.assert_allclose(c.pl, pl, rtol=1e-4, atol=1e-12)
    if entry.kind in LIPSCHITZ:
        steep = np.broadcast_to(LIPSCHITZ[entry.kind](family), BATCH)
        np.testing.assert_allclose(c.lipschitz, steep, rtol=1e-7)
    else:
        assert entry.verdict("lipschitz") == NO


def test_the_table_names_all_kinds_and_stands_in_the_readme():
    assert sorted(e.kind for e in CATALOGUE) == sorted(FAMILY_KINDS)
    shown = README.read_text(encoding="utf-8")
    start = shown.index("| kind |")
    end = shown.index("\n\n", start) + 1
    if os.environ.get("PLPROOF_REGENERATE"):
        README.write_text(shown[:start] + catalogue_table() + shown[end:], encoding="utf-8")
        shown = README.read_text(encoding="utf-8")
    assert catalogue_table() in shown


def test_the_family_of_the_readme_is_right_and_short():
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    scope = {"__name__": "readme"}
    exec(code, scope)
    lines = [line for line in code.splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) <= 11
    assert scope["pseudo_huber"].name == "pseudo_huber"
    family = draw_family(scope["pseudo_huber"], 4, 2, 10.0, np.random.default_rng(0))
    assert family.constants.convex.all()
    with pytest.raises(WrongFamily, match="smoothness constant is too small"):
        exec(code.replace('"smooth": 1.0', '"smooth": 0.97'), scope)


@pytest.mark.parametrize("kind", ["spiral", "least_squares", "sawtooth", "quartic", "softplus"])
def test_no_mistake_is_found_in_the_catalogue(kind):
    check_family(
        draw_family(kind, 24, 3, KAPPA, np.random.default_rng(1)), np.random.default_rng(2)
    )
