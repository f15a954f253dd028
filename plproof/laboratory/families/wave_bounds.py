"""Certified numbers for quadratics modulated by a wave: the models of RadialProduct and Spiral.

Both have the form r² h/2 with h = 1 + q cos t, and the angle t turns with log r at a speed between
0, near the centre, and c, far away.
"""

from __future__ import annotations

import math

import numpy as np

SPIRAL_BENDS: tuple[tuple[float, float], ...] = (
    (0.0, 1.0),
    (0.25, 1.6103),
    (0.5, 2.359),
    (1.0, 4.366),
    (2.0, 10.8465),
)
"""Pairs (c, K): no smaller K to four digits bounds √(p² + q²) for all angles α and all s in [0, 1].

p = −γ² + (1 − γ²) cos 2α − 2γ sin 2α, q = −(4γ + ν)/2 − ((2γ + ν)/2) cos 2α − sin 2α with γ = cs
and ν = 2cs(1 − s): the coefficients of the second derivative of r² cos(2ψ)/2, ψ the angle plus
(c/2) log(1 + r²), in a direction at the angle α to the radius.  The tests prove them in arb.
"""

CELLS = 2048


def modulated_pl_bound(share: float, turn: float, turning: bool) -> float:
    """Return a certified lower bound of the PL constant of r² h/2, h = 1 + q cos t.

    Arguments: ``share`` q in [0, 1); ``turn`` c >= 0; ``turning``: whether t contains the angle of
    a plane, as for Spiral, or depends on r alone, as for RadialProduct.  Returns 0 where
    nothing positive is certified.  Raises ValueError outside these ranges.
    """
    if not (0 <= share < 1 and 0 <= turn < math.inf):
        raise ValueError(f"need 0 <= share < 1 and turn >= 0, got {(share, turn)!r}")
    t = np.linspace(0.0, math.pi, 4001)
    height = 1.0 + share * np.cos(t)
    radial = np.maximum(0.0, height - turn * share * np.sin(t)) ** 2
    across = (share * np.sin(t)) ** 2 if turning else 0.0
    least = min(float(np.min((radial + across) / height)), 1.0 - share)
    for part in (0.999, 0.99, 0.95, 0.8, 0.5):
        if least > 0 and modulated_pl_holds(share, turn, turning, part * least):
            return part * least
    return 0.0


def modulated_pl_holds(share: float, turn: float, turning: bool, bound: float) -> bool:
    """Say whether |∇f|² >= 2 ``bound`` f is proved for f = r² h/2, h = 1 + q cos t.

    With σ in [0, 1] (s for short) and derivatives h' = −q sin t in t: the radial part of |∇f|²/r²
    is (h + cσh')², the other one h'² for Spiral (whose t is twice an angle) and 0 for
    RadialProduct; so the claim is (h + cσh')² + [h'²] >= ``bound`` h for all t and σ.

    * h' >= 0: the left side is at least h², and h >= 1 − q >= ``bound`` is asked for.
    * h' <= 0, t in [0, π]: the least of it over σ is at least max(0, N)² with N = h + ch'.  Of
      p = max(0, N)² + [h'²] − ``bound`` h the first derivative is known and the second, almost
      everywhere, is at most M = 2(a² + (1 + a)a) + 2q² + ``bound`` q, a = q√(1 + c²), in size; so
      p >= p(m) − |p'(m)| w − M w²/2 on a cell of half-width w around m.  What is rounded is below
      1e-12 (1 + a)², and 1e-9 (1 + a)² is subtracted.

    False means not proved.
    """
    q, c, mu = share, turn, bound
    if not (0 <= mu <= 1.0 - q):
        return False
    width = 0.5 * math.pi / CELLS * (1.0 + 1e-9)
    t = (np.arange(CELLS) + 0.5) * (math.pi / CELLS)
    cosine, sine = np.cos(t), np.sin(t)
    height = 1.0 + q * cosine
    radial = np.maximum(0.0, height - c * q * sine)
    p = radial**2 - mu * height
    slope = 2.0 * radial * (-q * sine - c * q * cosine) + mu * q * sine
    if turning:
        p = p + (q * sine) ** 2
        slope = slope + 2.0 * q * q * sine * cosine
    a = q * math.sqrt(1.0 + c * c)
    bend = 2.0 * (a * a + (1.0 + a) * a) + 2.0 * q * q + mu * q
    margin = 1e-9 * (1.0 + a) ** 2
    return bool(np.all(p - np.abs(slope) * width - 0.5 * bend * width**2 > margin))
