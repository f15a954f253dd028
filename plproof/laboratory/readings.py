"""What terms say by their form: square losses, and functions bounded from below."""

from __future__ import annotations

from plproof.language.terms import Term
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
    if apart != again or apart.op != "add" or len(apart.args) != 2 or apart.args[1].op != "neg":
        return None
    image, y = apart.args[0], apart.args[1].args[0]
    plain = image.op == "app" and not image.args[0].loose and image.args[1].op == "bound"
    return (image.args[0], y) if plain and not y.loose else None


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
