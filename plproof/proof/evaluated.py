"""Whether a closed claim about numbers and coordinates is true, for messages.  [untrusted]

Nothing is proved: sympy evaluates both sides exactly, and what it cannot decide stays undecided.
"""

from __future__ import annotations

from typing import Any

import sympy

from plproof.language.definitions import unfold_all
from plproof.language.notation import canonical
from plproof.language.sorts import coordinates_of
from plproof.language.terms import Term, free_variables, subterms
from plproof.proof.coordinates import Coordinates, NoCoordinates

_DIGITS, _CLEAR = 40, sympy.Rational(1, 10**20)


def truth(claim: Term) -> bool | None:
    """Say whether a claim is true that has no variable, as ‖2·e₁‖ ≤ 1; None when undecided.

    Undecided are quantifiers, spaces that are not ℝⁿ, and what is not defined, as 1/0 or √−1.

    >>> from plproof.language import Space, mapsto, norm, rational, sq, Vector, grad, eq
    >>> E = Space.coordinates(2); x = Vector("x", E); e = E.basis(1)
    >>> truth(norm(2 * e) <= 1), truth(eq(grad(mapsto(x, sq(x)), e), 2 * e))
    (False, True)
    """
    t = canonical(unfold_all(claim))
    parts = list(subterms(t))
    spaces = {space for part in parts for space in part.sort.space_names()}
    if free_variables(t) or any(coordinates_of(space) is None for space in spaces):
        return None
    try:
        return _truth(t) if all(map(_is_defined, parts)) else None
    except (NoCoordinates, ArithmeticError, TypeError, ValueError, NotImplementedError):
        return None  # beyond sympy: a message says less then


def _is_defined(t: Term) -> bool:
    """Say whether an operation is known to be defined, and to mean what it means to sympy."""
    if t.op == "div":
        return not t.args[1].loose and bool(_sign(Coordinates().value(t.args[1])))
    if t.op == "sqrt" and not (t.args[0].op == "ip" and len(set(t.args[0].args)) == 1):
        return not t.args[0].loose and _sign(Coordinates().value(t.args[0])) in (0, 1)
    return True


def _truth(t: Term) -> bool | None:
    if t.op in ("true", "false"):
        return t.op == "true"
    if t.op in ("and", "or", "imp"):
        left, right = map(_truth, t.args)
        if t.op == "imp":
            left = None if left is None else not left
        decisive = t.op != "and"
        if decisive in (left, right):
            return decisive
        return None if None in (left, right) else not decisive
    if t.op not in ("le", "lt", "eq"):
        return None
    left, right = map(Coordinates().value, t.args)
    if getattr(left, "is_Matrix", False):
        signs = [_sign(entry) for entry in right - left]
        if any(signs):
            return False
        return None if None in signs else True
    sign = _sign(right - left)
    if sign is None:
        return None
    return {"le": sign >= 0, "lt": sign > 0, "eq": sign == 0}[t.op]


def _sign(value: Any) -> int | None:
    """Return the sign of a real number, None when it is not known."""
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo):
        return None
    if value.is_Rational:
        return int(sympy.sign(value))
    near = sympy.N(value, _DIGITS)
    if not near.is_real:
        return None
    if abs(near) > _CLEAR:
        return 1 if near > 0 else -1
    return 0 if sympy.simplify(value) == 0 else None
