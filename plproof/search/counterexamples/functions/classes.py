"""The class of functions that an inequality for all pairs of points describes, recognised."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from plproof.kernel.normal import KernelError, NormalForm, Poly
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.notation import canonical
from plproof.language.syntax import grad, ip, sq
from plproof.language.terms import Term, free_variables, number


def interpolation(f: Term, a: Term, b: Term, low: Fraction, high: Fraction | None) -> Term:
    """Return the interpolation inequality of curvatures in [low, high] from b to a, canonically.

    Without ``high`` it is f(a) ≥ f(b) + ⟨∇f(b), a − b⟩ + ½·low·‖a − b‖².
    """
    m, apart = number(low), a - b
    lower = f(b) + ip(grad(f, b), apart)
    if high is None:
        return canonical(f(a) >= lower + m / 2 * sq(apart))
    change, L = grad(f, a) - grad(f, b), number(high)
    bend = sq(change) + m * L * sq(apart) - 2 * m * ip(change, apart)
    return canonical(f(a) >= lower + bend / (2 * (L - m)))


@lru_cache(maxsize=256)
def class_of(p: Term, f: Term) -> tuple[Fraction, Fraction | None] | None:
    """Return the curvatures [m, L] whose interpolation inequality "for all x, y" is p, or None.

    L is None for "from m on".  Functions with curvatures in [m, L] satisfy p (Taylor, Hendrickx and
    Glineur, 2017, Theorem 4).
    """
    body = canonical(p)
    if body.op != "all" or body.args[0].op != "all" or body.args[0].args[0].op != "le":
        return None
    sort = body.data.sort
    if sort != f.sort.parts[0] or body.args[0].data.sort != sort:
        return None
    a = fresh_variable("a", sort, free_variables(body))
    b = fresh_variable("b", sort, [*free_variables(body), a])
    for first, second in ((a, b), (b, a)):
        found = _read(open_binder(open_binder(body, first), second), f, a, b)
        if found is not None:
            return found
    return None


def _read(stated: Term, f: Term, a: Term, b: Term) -> tuple[Fraction, Fraction | None] | None:
    form = NormalForm()
    try:
        slack = _slack(form, stated)
        scale = slack.get(_monomial(form, f(a)), Fraction(0))
        if scale <= 0:
            return None
        slope, place = grad(f, a), a
        alpha, beta, kappa = (
            slack.get(_monomial(form, ip(u, v)), Fraction(0)) / scale
            for u, v in ((slope, slope), (place, place), (slope, place))
        )
        if alpha > 0:
            return None
        low = -kappa / (2 * alpha) if alpha else -2 * beta
        high = low - 1 / (2 * alpha) if alpha else None
        wanted = _slack(form, interpolation(f, a, b, low, high))
    except KernelError:
        return None
    return (low, high) if slack == {m: scale * c for m, c in wanted.items()} else None


def _slack(form: NormalForm, comparison: Term) -> Poly:
    small, large = comparison.args
    return form.scalar(large - small)


def _monomial(form: NormalForm, t: Term) -> tuple[tuple[int, int], ...]:
    (monomial,) = form.scalar(t)
    return monomial
