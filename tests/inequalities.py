"""Inequalities that many tests state: what functions of a class satisfy at two points."""

from plproof import grad, ip, sq


def smooth_and_convex(f, u, v, L=None):
    """Interpolation of convex functions that are L-smooth, 1-smooth without L.

    f(u) ≥ f(v) + ⟨∇f(v), u − v⟩ + ‖∇f(u) − ∇f(v)‖²/(2L) (Taylor, Hendrickx and Glineur 2017,
    Theorem 4 with μ = 0).
    """
    curved = sq(grad(f, u) - grad(f, v)) / (2 if L is None else 2 * L)
    return f(u) >= f(v) + ip(grad(f, v), u - v) + curved
