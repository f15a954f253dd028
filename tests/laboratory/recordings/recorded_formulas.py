"""Formulas to be recorded, with everything in them that a recording knows; loops over data."""

import numpy as np

from plproof.laboratory.arithmetic import rounding as ra

WEIGHT, MASK = np.array([[0.5, -2.0, 3.0]]), np.array([[True, False, True]])
MATRIX = np.arange(6.0).reshape(1, 2, 3) - 2.0


def mixed(x):  # type: ignore[no-untyped-def]
    size = ra.columns(ra.dot(x, x))
    bent = np.where(x > 0.25, WEIGHT * x, -x)
    near = np.where(size < 4.0, size, 2 * np.sqrt(size))
    return ra.total(np.where(MASK, bent, near)), np.minimum(bent, 1.0) / near + size


def products(x):  # type: ignore[no-untyped-def]
    z = ra.matvec(MATRIX, x)
    top = ra.largest(z)
    e = np.exp(z - top)
    share = e / ra.columns(ra.total(e))
    return np.log(ra.total(e)) + ra.total(top), ra.vecmat(share, MATRIX)


def numbers(x):  # type: ignore[no-untyped-def]
    t = ra.dot(x, WEIGHT)
    u = np.exp(t) - np.log1p(np.abs(t)) / t + np.tanh(t) * np.square(t) - np.expm1(-t)
    v = np.maximum(np.minimum(u, 2.0), np.sin(t)) + np.arctan2(t, u) + 3 * np.cos(t) - np.tan(t)
    both = np.logical_and(t > 0.0, u >= t)
    w = np.where(both, v, np.where(t <= u, -t, np.log(t)))
    return w, ra.columns(w) * x + ra.columns(v)


def raised(x):  # type: ignore[no-untyped-def]
    t = ra.dot(x, x)
    return 1.0 / (t - t) + np.exp(400.0 * t) + np.sqrt(-t) * 0.0, x / ra.columns(np.log(t - t))


def still(x):  # type: ignore[no-untyped-def]
    return np.array([2.0]), np.array([[1.0, 0.0, -1.0]])


DATA = [np.array([[0.5 + i, -1.0, 2.0 - i]]) for i in range(3)]


def _bent(x):  # type: ignore[no-untyped-def]
    return [np.tanh(u * x + 0.25 * i) for i, u in enumerate(DATA)]


def data(x):  # type: ignore[no-untyped-def]
    height, slope = 0.0, 0.0
    for response in _bent(x):
        residual = ra.total(WEIGHT * (response - 1.0))
        height = height + residual * residual
        slope = slope + ra.columns(residual) * (WEIGHT * (1.0 - response * response))
    return height, slope


def data_from_a_vector(x):  # type: ignore[no-untyped-def]
    slope = 2.0 * x
    for response in _bent(x):
        slope = slope + response * response
    return ra.total(slope), slope


def data_used_again(x):  # type: ignore[no-untyped-def]
    slope, last, height = 0.0, 0.0, 0.0
    for response in _bent(x):
        weighed = WEIGHT * response
        height = height + ra.total(weighed)
        slope = slope + weighed
        last = weighed + height[..., None] * x
    return height, slope * last


def data_out_of_order(x):  # type: ignore[no-untyped-def]
    a, b, c = (np.tanh(r) for r in _bent(x))
    p, q, r = b * DATA[0], a * DATA[1], c * DATA[2]
    return ra.total(p) - ra.total(r), 0.0 + p + r + q


def data_with_other_vectors(x):  # type: ignore[no-untyped-def]
    a, b, c = _bent(x)
    sums = [ra.total(u * r) for u, r in zip(DATA, (a, b, c), strict=True)]
    return sums[0] * sums[1] - sums[2], 1.0 + a * b + b * c + c * a


LOOPS = (data, data_from_a_vector, data_used_again, data_out_of_order, data_with_other_vectors)
FORMULAS = {f.__name__: f for f in (mixed, products, numbers, raised, still, *LOOPS)}
