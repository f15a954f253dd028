"""Classes of functions that a hypothesis states by their inequality, where it does not name them.

“∀u v. … → ‖∇f(u) − ∇f(v)‖ ≤ β‖u − v‖” holds for β-smooth functions, whatever stands for the dots,
and so does “∀v. … → f(v − ∇f(v)/β) ≤ f(v) − ‖∇f(v)‖²/(2β)”; “∀v. … → ‖∇f(v)‖²/2 ≥ μ(f(v) − t)”
holds for μ-PL ones whose least value is at most t; “∀u v. … → f(u) ≥ f(v) + ⟨∇f(v), u − v⟩ +
μ/2‖u − v‖²” for μ-strongly convex ones (convex, for μ = 0), however it is written, also where u or
v is one point; and “∀v. … → ‖∇f(v)‖ ≤ M” for M-Lipschitz ones.  What is said of any point
and a minimiser alone is read by ``one_point``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import product

from plproof.kernel.normal import KernelError, NormalForm, plus
from plproof.laboratory.meaning.readings import difference_of, norm_of
from plproof.laboratory.modelling.one_point import at_minimiser
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definitions import Definition
from plproof.language.propositions import at_variables, conjuncts
from plproof.language.sorts import REAL
from plproof.language.syntax import forall, grad, ip, sq
from plproof.language.terms import Term, free_variables, make, number, subterms
from plproof.theory.functions import PL, Smooth, StronglyConvex


@dataclass(frozen=True)
class Stated:
    """The class ``Smooth``, ``StronglyConvex`` or ``PL`` of a function variable, and its constant.

    For PL there is the level t: the class implies what is stated where 0 ≤ constant and the
    function's least value is ≤ t.  It does so where what is ``given`` holds: that a point is a
    minimiser, and comparisons between numbers.
    """

    definition: Definition
    function: Term
    constant: Term
    level: Term | None = None
    given: tuple[Term, ...] = ()


def stated(p: Term) -> Stated | None:
    """Return the class of functions whose inequality the proposition states, None for no such."""
    body = p
    while body.op == "all" and body.data.sort.kind == "Vec":
        body = body.args[0]
    while body.op == "imp":
        body = body.args[1]
    if body is p or p.loose or body.op not in ("le", "ge"):
        return None
    small, large = body.args if body.op == "le" else reversed(body.args)
    found = _lipschitz(small, large) or _gradient_dominates(small, large)
    return found or _decreases(p) or _lies_above_tangents(p)


def implied(p: Term) -> list[Stated]:
    """Return classes of functions that together imply the proposition, [] where none are known.

    Definitions are unfolded, and what is said of all points under a condition is read as said
    without.
    """
    return list(_implied(p))


@lru_cache(maxsize=1024)  # asked again for each batch of one statement
def _implied(p: Term) -> tuple[Stated, ...]:
    along = _along_a_segment(p)
    if along is not None:
        return (along,)
    found = []
    for body in _conclusions(p):
        one = stated(body)
        about = at_minimiser(body) if one is None else None
        if about is not None:
            f, given = about.function, about.given
            found += [Stated(which, f, constant, None, given) for which, constant in about.classes]
        elif one is not None:
            found.append(one)
        elif both := _interpolates(body):
            found += both
        else:
            return ()
    return tuple(found)


def _along_a_segment(p: Term) -> Stated | None:
    """Read “for t ≥ 0, …: ‖∇f(x + tv) − ∇f(x)‖ ≤ βt‖v‖”, which β-smoothness implies."""
    if p.op != "all" or p.data.sort != REAL or p.loose:
        return None
    t = fresh_variable(p.data.name, REAL, [p])
    given, body = list[Term](), open_binder(p, t)
    while body.op == "imp":
        given += [body.args[0]] if body.args[0].op != "and" else body.args[0].args
        body = body.args[1]
    if body.op not in ("le", "ge") or not {t >= 0, number(0) <= t} & {*given}:
        return None
    small, large = body.args if body.op == "le" else body.args[::-1]
    slopes, lengths = _apart(small), [norm_of(u) for u in _factors(large)]
    factors = [u for u, n in zip(_factors(large), lengths, strict=True) if n is None and u != t]
    directions = [n for n in lengths if n is not None]
    whole = len(factors) + len(directions) + 1 == len(lengths)
    if slopes is None or {u.op for u in slopes} != {"grad"} or not whole or len(directions) != 1:
        return None
    (v,), (f, here), (g, there) = directions, slopes[0].args, slopes[1].args
    if f != g or f.op != "var" or t in free_variables([v, *factors]):
        return None
    form = NormalForm()
    try:
        apart = (here - there - t * v, there - here - t * v)
        if all(form.cleared(form.scalar(sq(w))) for w in apart):
            return None
    except KernelError:
        return None
    return Stated(Smooth, f, reduce(lambda a, b: a * b, factors) if factors else number(1))


def _conclusions(p: Term) -> Iterator[Term]:
    """Yield propositions “for all vectors, A”, with a comparison A, that together imply this."""
    variables: list[Term] = []
    body = p
    while body.op in ("all", "imp", "def"):
        if body.op == "def":
            body = body.data.unfold(body.args)
        elif body.op == "imp":
            body = body.args[1]
        elif body.data.sort.kind != "Vec":
            return
        else:
            v = fresh_variable(body.data.name, body.data.sort, [p, *variables])
            variables.append(v)
            body = open_binder(body, v)
    for part in body.args if body.op == "and" else ():
        yield from _conclusions(forall(variables, part) if variables else part)
    if body.op != "and":
        yield forall(variables, body) if variables else body


def _decreases(p: Term) -> Stated | None:
    """Read that a step of length 1/β decreases f enough, which β-smoothness implies."""
    if p.op != "all" or p.data.sort.kind != "Vec":
        return None
    v = fresh_variable(p.data.name, p.data.sort, [p])
    body = open_binder(p, v)
    while body.op == "imp":
        body = body.args[1]
    slopes = [t for t in subterms(body) if t.op == "grad" and t.args[1] == v]
    if len(slopes) != 1 or slopes[0].args[0].op != "var":
        return None
    f = slopes[0].args[0]
    for beta in (t for t in subterms(body) if t.sort == REAL and not t.loose):
        step = v - grad(f, v) / beta
        if body == (f(step) <= f(v) - sq(grad(f, v)) / (2 * beta)):
            return Stated(Smooth, f, beta)
    return None


def _lies_above_tangents(p: Term) -> Stated | None:
    """Read that a function lies above its tangents, by so much: the inequality in normal form."""
    body, points = at_variables(p, kind="Vec")
    while body.op == "imp":
        body = body.args[1]
    slopes = {t for t in subterms(body) if t.op == "grad" and not t.loose}
    if body.op not in ("le", "ge") or len(slopes) != 1 or not 1 <= len(points) <= 2:
        return None
    (slope,) = slopes
    f, at = slope.args
    others = [u for u in points if u != at and u.sort == at.sort]
    if points == [at]:  # above its tangents at one point, as star-convex functions are
        values = (t for t in subterms(body) if t.op == "app" and t.args[0] == f and not t.loose)
        others = [u for u in dict.fromkeys(t.args[1] for t in values) if at not in subterms(u)]
    if f.op != "var" or len(others) != 1 or others[0] in subterms(at):
        return None
    away = others[0] - at
    small, large = body.args if body.op == "le" else reversed(body.args)
    above = f(others[0]) - f(at) - ip(slope, away)
    numbers = [number(0), *(c for t in _numbers(body, points) for c in (t, 2 * t))]
    form = NormalForm()
    try:
        goal = form.scalar(large - small)
        for mu in numbers:
            rest = above if mu == number(0) else above - mu / 2 * sq(away)
            for scale in (1, 2):
                if not form.cleared(plus(goal, form.scalar(rest), -scale)):
                    return Stated(StronglyConvex, f, mu)
    except KernelError:
        return None
    return None


def _interpolates(p: Term) -> tuple[Stated, ...]:
    """Read the inequality between any two points of m-strongly convex, L-smooth functions:

    f(u) ≥ f(v) + ⟨∇f(v), u − v⟩ + (‖a‖²/L + m‖u − v‖² − 2m/L⟨a, u − v⟩)/(2(1 − m/L)) with
    a = ∇f(u) − ∇f(v) (A. B. Taylor, J. M. Hendrickx, F. Glineur, 2017, theorem 4).
    """
    body, points = at_variables(p, kind="Vec")
    slopes = {t for t in subterms(body) if t.op == "grad" and t.args[1] in points}
    functions = {t.args[0] for t in slopes}
    if body.op not in ("le", "ge") or len(points) != 2 or len(slopes) != 2 or len(functions) != 1:
        return ()
    (f,) = functions
    if f.op != "var":
        return ()
    small, large = body.args if body.op == "le" else body.args[::-1]
    numbers = _numbers(body, points)
    highs = dict.fromkeys(c for t in numbers for c in (t, t / 2, 2 * t))
    for (u, v), high, low in product((points, points[::-1]), highs, (number(0), *numbers)):
        if low == high:
            continue
        apart, change = u - v, grad(f, u) - grad(f, v)
        form = NormalForm([high, high - low, 1 - low / high])
        curved = sq(change) / high + low * sq(apart) - 2 * low / high * ip(change, apart)
        above = f(u) - f(v) - ip(grad(f, v), apart) - curved / (2 * (1 - low / high))
        try:
            if form.cleared(plus(form.scalar(large - small), form.scalar(above), -1)):
                continue
        except KernelError:
            continue
        given = (high > low,) if low == number(0) else (high > low, low >= 0)
        classes = ((StronglyConvex, low), (Smooth, high))
        return tuple(Stated(which, f, constant, None, given) for which, constant in classes)
    return ()


def _numbers(body: Term, points: Sequence[Term]) -> list[Term]:
    """Return the real terms in a proposition that do not depend on the points, but 0."""
    reals = (t for t in subterms(body) if t.sort == REAL and t != number(0))
    return [t for t in reals if not {*points} & {*free_variables(t)}]


def lipschitz(p: Term) -> tuple[Term, Term] | None:
    """Return a function and a constant M where being M-Lipschitz, M ≥ 0, implies a proposition.

    Where M is a root, √G, that is so for G ≥ 0, see :func:`radicand`: of a negative number it is 0.
    That is “for all v, ‖∇f(v)‖ ≤ M”, or ‖∇f(v)‖² ≤ M², or ≤ G with M = √G; and “for all u and v,
    f(u) − f(v) ≤ M‖u − v‖”, or (f(u) − f(v))² ≤ M²‖u − v‖², or the root of that; or several of it.
    """
    body = p
    while body.op in ("all", "imp") and (body.op == "imp" or body.data.sort.kind == "Vec"):
        body = body.args[-1]
    if body is p or p.loose:
        return None
    found = {_bounds_slopes(t) if t.op in ("le", "ge") else None for t in conjuncts(body)}
    return found.pop() if len(found) == 1 else None


def radicand(constant: Term) -> Term:
    """Return what has to be at least 0 for a constant of :func:`lipschitz`: G for √G, itself."""
    return constant.args[0] if constant.op == "sqrt" else constant


def _bounds_slopes(body: Term) -> tuple[Term, Term] | None:
    small, bound = body.args if body.op == "le" else reversed(body.args)
    square = small.args[0] if small.op == "sqrt" else small
    if square.op != "ip" or square.args[0] != square.args[1] or bound.loose:
        return _moves_little(small, bound)
    slope = square.args[0]
    if slope.op != "grad" or slope.args[0].op != "var" or slope.args[1].op != "bound":
        return None
    return slope.args[0], bound if small.op == "sqrt" else _root(bound)


def _moves_little(small: Term, bound: Term) -> tuple[Term, Term] | None:
    """Read f(u) − f(v) ≤ M‖u − v‖, or the same of the squares."""
    inner = _base(small.args[0]) if small.op == "sqrt" else _base(small)
    apart, product = small if inner is None else inner, _Product.of(bound)
    if apart.op != "add" or len(apart.args) != 2 or product is None or product.share <= 0:
        return None
    plus, minus = sorted(apart.args, key=lambda t: t.op == "neg")
    ends = (plus, minus.args[0]) if minus.op == "neg" else ()
    if {t.op for t in ends} != {"app"} or len({t.args[0] for t in ends}) != 1:
        return None
    f = plus.args[0]
    squared = inner is not None and small.op != "sqrt"
    points = _apart(make("sqrt", (product.loose,)) if squared else product.loose)
    if f.op != "var" or points is None or {*points} != {t.args[1] for t in ends}:
        return None
    if any(t.op != "bound" for t in points) or points[0] == points[1]:
        return None
    constant = product.constant(Fraction(1))
    return f, _root(constant) if squared else constant


def _base(t: Term) -> Term | None:
    """Return the term of which a term is the square."""
    if t.op == "pow" and t.args[1].op == "num" and t.args[1].data == 2:
        return t.args[0]
    return t.args[0] if t.op == "mul" and t.args[0] == t.args[1] else None


def _root(t: Term) -> Term:
    """Return M for M², and √t for other terms."""
    base = _base(t)
    return make("sqrt", (t,)) if base is None else base


def _lipschitz(small: Term, large: Term) -> Stated | None:
    left, right = _Product.of(small), _Product.of(large)
    if left is None or right is None or left.closed or left.share <= 0:
        return None
    slopes, points = _apart(left.loose), _apart(right.loose)
    if slopes is None or points is None or {t.op for t in slopes} != {"grad"}:
        return None
    f, at = slopes[0].args[0], {t.args[1] for t in slopes}
    same = f.op == "var" and f == slopes[1].args[0] and at == {*points} and len(at) == 2
    if not same or any(t.op != "bound" for t in points):
        return None
    return Stated(Smooth, f, right.constant(1 / left.share))


def _gradient_dominates(small: Term, large: Term) -> Stated | None:
    left, right = _Product.of(small), _Product.of(large)
    if left is None or right is None or right.closed or right.share <= 0:
        return None
    square, above = right.loose, left.loose
    slope = square.args[0] if square.op == "ip" and square.args[0] == square.args[1] else square
    if slope.op != "grad" or slope.args[0].op != "var" or slope.args[1].op != "bound":
        return None
    level = number(0)
    if above.op == "add" and len(above.args) == 2 and above.args[1].op == "neg":
        above, level = above.args[0], above.args[1].args[0]
    if above.op != "app" or above.args != slope.args or level.loose:
        return None
    return Stated(PL, slope.args[0], left.constant(1 / (2 * right.share)), level)


@dataclass(frozen=True)
class _Product:
    """A real term that is the product of a number, closed terms, and one with bound variables."""

    share: Fraction
    closed: tuple[Term, ...]
    loose: Term

    @classmethod
    def of(cls, t: Term) -> _Product | None:
        """Return the term as such a product, None when it is none."""
        share, found = Fraction(1), []
        for factor in _factors(t):
            if factor.op == "num":
                share *= factor.data
            else:
                found.append(factor)
        loose = [factor for factor in found if factor.loose]
        if len(loose) != 1 or t.sort != REAL:
            return None
        return cls(share, tuple(factor for factor in found if not factor.loose), loose[0])

    def constant(self, factor: Fraction) -> Term:
        """Return the number and the closed terms times a factor, without a factor 1."""
        share = self.share * factor
        parts = [*self.closed] if share == 1 and self.closed else [number(share), *self.closed]
        return reduce(lambda a, b: a * b, parts)


def _factors(t: Term) -> Iterator[Term]:
    if t.op == "mul":
        for part in t.args:
            yield from _factors(part)
    elif t.op == "div" and t.args[1].op == "num" and t.args[1].data != 0:
        yield from _factors(t.args[0])
        yield number(1 / t.args[1].data)
    else:
        yield t


def _apart(t: Term) -> tuple[Term, Term] | None:
    """Return a and b for the norm ‖a − b‖."""
    inner = norm_of(t)
    return None if inner is None else difference_of(inner)
