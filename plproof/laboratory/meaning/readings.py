"""What terms say by their form: square losses, lower bounds, Lipschitz derivatives of maps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from plproof.language.terms import Term, number
from plproof.theory import systems


def square_loss(t: Term) -> tuple[Term, Term] | None:
    """Return the terms F and y where t is the square loss ½‖F(w) - y‖², defined or written out."""
    if t.op == "def" and t.data == systems.SquareLoss:
        return t.args[0], t.args[1]
    if t.op != "lam" or t.loose:
        return None
    body = t.args[0]
    halved = body.op == "div" and body.args[1].op == "num" and body.args[1].data == 2
    if not halved or body.args[0].op != "ip":
        return None
    apart, again = body.args[0].args
    sides = difference_of(apart)
    if apart != again or sides is None:
        return None
    image, y = sides
    plain = image.op == "app" and not image.args[0].loose and image.args[1].op == "bound"
    return (image.args[0], y) if plain and not y.loose else None


def steady(p: Term) -> tuple[Term, Term] | None:
    """Return F and ε where ‖(DF(u) − DF(v))z‖ ≤ ε‖u − v‖‖z‖ is said of all u, v and z.

    Perhaps under conditions, which count for nothing; ε is free of u, v and z.  None for any other
    proposition.  It holds where DF is ε-Lipschitz in the operator norm.
    """
    body = p
    while body.op == "all" and body.data.sort.kind == "Vec":
        body = body.args[0]
    while body.op == "imp":
        body = body.args[1]
    if body.op not in ("le", "ge") or p.loose:
        return None
    small, large = body.args if body.op == "le" else reversed(body.args)
    turned, factors = norm_of(small), list(_factors(large))
    if turned is None or turned.op != "lapp" or turned.args[1].op != "bound":
        return None
    slopes, z = difference_of(turned.args[0]), turned.args[1]
    norms = [norm_of(t) for t in factors]
    closed = [t for t, inner in zip(factors, norms, strict=True) if inner is None]
    inside = [t for t in norms if t is not None]
    if slopes is None or {t.op for t in slopes} != {"jac"} or any(t.loose for t in closed):
        return None
    F, ends = slopes[0].args[0], {t.args[1] for t in slopes}
    moved = [difference_of(t) for t in inside if t != z]
    same = F.op == "var" and F == slopes[1].args[0] and len(inside) == 2 and len(moved) == 1
    if not same or moved[0] is None or {*moved[0]} != ends or any(t.op != "bound" for t in ends):
        return None
    return F, reduce(lambda a, b: a * b, closed) if closed else number(1)


def norm_of(t: Term) -> Term | None:
    """Return v for the norm ‖v‖."""
    if t.op != "sqrt" or t.args[0].op != "ip" or t.args[0].args[0] != t.args[0].args[1]:
        return None
    return t.args[0].args[0]


def difference_of(t: Term) -> tuple[Term, Term] | None:
    """Return a and b for the difference a − b."""
    if t.op != "add" or len(t.args) != 2 or t.args[1].op != "neg":
        return None
    return t.args[0], t.args[1].args[0]


def _factors(t: Term) -> Iterator[Term]:
    for part in t.args if t.op == "mul" else ():
        yield from _factors(part)
    if t.op != "mul":
        yield t


def bounded_below(p: Term) -> tuple[Term, Term] | None:
    """Return f and t where p says: for all x, t ≤ f(x), with t free of x; else None.

    Such a proposition holds exactly where t is at most the least value of f.
    """
    if p.op != "all" or p.loose or p.data.sort.kind != "Vec":
        return None
    body = p.args[0]
    if body.op not in ("le", "ge"):
        return None
    small, large = body.args if body.op == "le" else reversed(body.args)
    at_any = large.op == "app" and large.args[0].op == "var" and large.args[1].op == "bound"
    return (large.args[0], small) if at_any and not small.loose else None


def never_below(p: Term) -> tuple[Term, Term] | None:
    """Return f and t where t ≤ f(·) is said, for all of something, of points however given.

    As in “0 ≤ f(x_k) for all k”, perhaps under conditions: it holds where t is at most the least
    value of f.  None for anything else.
    """
    body = p
    while body.op in ("all", "imp"):
        body = body.args[-1]
    if p.op != "all" or p.loose or body.op not in ("le", "ge"):
        return None
    small, large = body.args if body.op == "le" else reversed(body.args)
    of_vector = large.op == "app" and large.args[1].sort.kind == "Vec"
    return (large.args[0], small) if of_vector and not small.loose else None
