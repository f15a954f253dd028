"""Numbers alone, as G² in ‖g(x)‖² ≤ G², as multiples of the square of a vector of length one.

[untrusted: what is read so is proved of the numbers themselves]

What is asked of a potential is then linear in products of vectors and values; of the vector
nothing but its square is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import fmpq

from plproof.kernel.normal import KernelError
from plproof.language.propositions import at_variables
from plproof.language.sorts import REAL
from plproof.language.syntax import forall, sq
from plproof.language.terms import Term, as_real, free_variables, number
from plproof.proof.forms import ZERO, fraction
from plproof.search.all_steps.numbers import Key
from plproof.search.many_points.reading import NotSuited, Reading

#: comparisons of numbers, by their operations
COMPARED: dict[str, Callable[[Term, Term], Term]] = {
    "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
}


def constant(t: Term) -> fmpq:
    """Return the number alone that is a summand of a scalar with numbers for all parameters, 0
    where it cannot be read.
    """
    try:
        return Reading().read(t).get((), ZERO)
    except (KernelError, NotSuited):
        return ZERO


def with_square(t: Term, one: Term) -> Term:
    """Return a scalar with a multiple of ‖one‖² for the number alone in it."""
    alone = constant(t)
    if not alone:
        return t
    c = number(fraction(alone))
    return as_real(t) + c * sq(one) - c


def homogeneous(claim: Term, one: Term) -> Term:
    """Return a comparison, perhaps of any points, with a multiple of ‖one‖² for the number alone
    in it; another claim as it is.
    """
    body, points = at_variables(claim, [one], kind="Vec")
    if body.op not in COMPARED or body.args[0].sort != REAL:
        return claim
    if not any(v.sort.kind != "Nat" for v in free_variables(body)):
        return claim  # of numbers alone
    left, right = (as_real(t) for t in body.args)
    alone = constant(right - left)
    if not alone:
        return claim
    c = number(fraction(alone))
    moved = COMPARED[body.op](left, right + c * sq(one) - c)
    return forall(points, moved) if points else moved


def is_constant(key: Key, one: Term | None) -> bool:
    """Say whether a key of numbers is that of the number alone."""
    return one is not None and key == ("gram", one, one)


def apart(numbers: Mapping[Key, fmpq], one: Term | None) -> tuple[dict[Key, fmpq], fmpq]:
    """Return numbers without that of the number alone, and this."""
    rest = {key: c for key, c in numbers.items() if not is_constant(key, one)}
    return rest, ZERO if one is None else numbers.get(("gram", one, one), ZERO)
