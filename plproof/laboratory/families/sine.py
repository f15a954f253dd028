"""A certified lower bound on the PL constant of x^2 + A sin(x)^2, the model of `SineBumps`.

Scaling: w (y^2 + a sin(by)^2) has, with x = by and A = a b^2, the PL constant w times that of
g(x) = x^2 + A sin(x)^2, so one number per A is enough.  For A >= 4.6034 g has stationary points
that are no minima, and the constant is 0.
"""

from __future__ import annotations

import math

import numpy as np

SINE_PL_BOUNDS: tuple[tuple[float, float], ...] = (
    (0.5, 1.3125),
    (1.0, 0.96875),
    (2.0, 0.5),
    (3.0, 7 / 40),
    (4.0, 0.0225),
)
"""Pairs (A, certified lower bound); each entry passes :func:`sine_pl_holds`.

The best constant for A = 3 is 0.17553098...; 7/40 lies below it.
"""


def sine_pl_bound(strength: float) -> float:
    """Return a certified lower bound on the PL constant of x^2 + A sin(x)^2, A = ``strength``.

    From the table where it has A; otherwise the least ratio on a grid, lowered until
    :func:`sine_pl_holds`, and 2 - 2A (strong convexity) for A < 1.  Returns 0 where nothing
    positive is certified.  Raises ValueError unless A is finite and at least 0.
    """
    if not (math.isfinite(strength) and strength >= 0):
        raise ValueError(f"the strength A is finite and at least 0, got {strength!r}")
    for known, bound in SINE_PL_BOUNDS:
        if known == strength:
            return bound
    convex = 2.0 - 2.0 * strength - 2.0**-50 if 0 < strength < 1 else 0.0
    if strength == 0:
        return 2.0
    if strength > 4.61:
        return 0.0
    x = np.linspace(0.01, strength + 4.0, 20001)
    slope = 2.0 * x + strength * np.sin(2.0 * x)
    least = float(np.min(slope**2 / (2.0 * (x**2 + strength * np.sin(x) ** 2))))
    for share in (0.99, 0.95, 0.8, 0.5, 0.1):
        if share * least > convex and sine_pl_holds(strength, share * least):
            return share * least
    return max(convex, 0.0)


def sine_pl_holds(strength: float, bound: float, radius: float = 2.0**-13) -> bool:
    """Say whether g'(x)^2 >= 2 ``bound`` g(x) is proved for g = x^2 + A sin(x)^2 and all real x.

    Write p = g'^2/2 - bound g, an even function, and A = ``strength``.

    * [0, 3/2]: sin(2x) >= 0, so g' >= 2x and g <= (1 + A) x^2: p >= 0 if bound (1 + A) <= 2.
    * [R, inf), R = A + 4: g' >= 2x - A > 0 and g <= x^2 + A, and the quadratic
      (2x - A)^2/2 - bound (x^2 + A) is positive at R and increasing from there on.
    * [3/2, R]: cells of half-width r = ``radius`` around m: p >= p(m) - |p'(m)| r - M r^2/2 with
      |p''| <= M = (2 + 2A)(2 + 2A + bound) + 4A (2R + A).  The rounding of p and p' is below
      1e-11 for A <= 5 and R <= 9, and 1e-9 is subtracted; that also covers an error of a few
      units in the last place in A.

    False means not proved.  Raises ValueError unless 0 <= A <= 5, ``bound`` >= 0 and
    2**-20 <= radius <= 1.
    """
    a, mu = strength, bound
    if not (0 <= a <= 5 and mu >= 0 and 2.0**-20 <= radius <= 1):
        raise ValueError(f"need 0 <= A <= 5, bound >= 0, radius in [2**-20, 1], got {(a, mu)!r}")
    end = a + 4.0
    if mu * (1.0 + a) > 2.0 - 1e-9:
        return False
    far = (2.0 * end - a) ** 2 / 2.0 - mu * (end**2 + a)
    if far <= 1e-9 or 2.0 * (2.0 * end - a) - 2.0 * mu * end <= 1e-9 or mu >= 2.0 - 1e-9:
        return False
    cells = math.ceil((end - 1.5) / (1.99 * radius))
    x = 1.5 + (np.arange(cells) + 0.5) * ((end - 1.5) / cells)
    double = np.sin(2.0 * x)
    slope = 2.0 * x + a * double
    curve = 2.0 + 2.0 * a * np.cos(2.0 * x)
    p = slope**2 / 2.0 - mu * (x**2 + a * np.sin(x) ** 2)
    tilt = np.abs(slope * (curve - mu))
    bend = (2.0 + 2.0 * a) * (2.0 + 2.0 * a + mu) + 4.0 * a * (2.0 * end + a)
    return bool(np.all(p - tilt * radius - 0.5 * bend * radius**2 > 1e-9))
