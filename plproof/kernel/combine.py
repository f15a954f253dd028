"""combine, the rule that carries the field: premises and squares multiplied out.  [trusted]"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import (
    NormalForm,
    Poly,
    Vector,
    constant,
    increase,
    plus,
    times,
)
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.sorts import REAL
from plproof.language.terms import FALSE, Term, as_real


@dataclass(frozen=True)
class Summand:
    """coefficient · Π slacks of the premises · Π ‖squares‖² · multiplier (equations only)."""

    coefficient: Fraction
    premises: tuple[int, ...] = ()
    squares: tuple[Term, ...] = ()
    multiplier: Term | None = None


@rule(goal="term", summands="summands", nonzero="indices")
def combine(
    *theorems: Thm, goal: Term, summands: Sequence[Summand], nonzero: Sequence[int] = ()
) -> Derived:
    """Γᵢ ⊢ Aᵢ ≤ Bᵢ (or <, =, ≠)  /  ∪Γᵢ ⊢ A ≤ B (or <, =, or ⊥ for 0 < 0), where identically

    B − A = Σ c·Π slack(premises)·Π squares, with Bᵢ − Aᵢ the slack of a premise (a premise t ≠ 0
    has the strictly positive slack t²) and every c > 0 rational.  A summand with an equation may
    have any c and any multiplier (a vector for an equation of vectors).  A strict goal needs a
    summand of strict premises only; an equation needs equations only.  Denominators count as
    non-zero only through the theorems numbered in ``nonzero``.
    >>> one = Summand(Fraction(1), (0,)); square = Summand(Fraction(1), (), (a - b,))
    >>> combine(assume(proposition=a > 0), goal=a + (a - b)**2 > 0, summands=[one, square])
    a > 0 ⊢ a + (a − b)² > 0
    """
    exact = all(type(s) is Summand and type(s.coefficient) is Fraction for s in summands)
    parts = [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    require(exact and all(type(t) is Term and not t.loose for t in parts), "combine: a bad summand")
    numbers = [*nonzero, *(i for s in summands for i in s.premises)]
    inside = all(type(i) is int and 0 <= i < len(theorems) for i in numbers)
    require(inside, "combine: there is no premise of that number")
    known = [_compared(theorems[i]) for i in nonzero]
    require(all(r in ("lt", "ne") for r, *_ in known), "combine: no theorem of a non-zero term")
    differences = (as_real(right) - as_real(left) for _, left, right in known)
    form, target = NormalForm(differences), canonical(goal)
    if target.op == "eq" and target.args[0].sort.kind in ("Vec", "Lin"):
        rest = _difference(form, *target.args)
        for s in summands:
            rest = form.add(rest, form.scale(constant(-1), _vector(form, theorems, s, target)))
        identical = all(form.is_zero(c) for c in rest.values())
    else:
        identical = _scalar_identity(form, theorems, target, summands)
    require(identical, "combine: the two sides differ, so this does not prove {}", target)
    return Derived(union(*(th.hypotheses for th in theorems), ()), goal)


def _compared(th: Thm) -> tuple[str, Term, Term]:
    """Return the relation of a premise (le, lt, eq or ne) with its left and its right side."""
    c = canonical(th.conclusion)
    unequal = c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq"
    compared = c.args[0] if unequal else c
    require(compared.op in ("le", "lt", "eq"), "combine: {} is not a comparison", c)
    left, right = compared.args
    whole = left.sort.kind in ("Vec", "Lin") and not unequal  # an equation of vectors or of maps
    require(left.sort.kind in ("Real", "Nat") or whole, "combine: {}", c)
    return ("ne" if unequal else c.op), left, right


def _slack(form: NormalForm, left: Term, right: Term) -> Poly:
    """Return right − left of two numbers."""
    return plus(form.scalar(right), form.scalar(left), -1)


def _difference(form: NormalForm, left: Term, right: Term) -> Vector:
    """Return right − left of two vectors or linear maps."""
    return form.add(form.vector(right), form.scale(constant(-1), form.vector(left)))


def _scalar_identity(
    form: NormalForm, theorems: tuple[Thm, ...], target: Term, summands: Sequence[Summand]
) -> bool:
    """Say whether the slack of the target is the sum, after checking the side conditions."""
    comparison = target.op in ("le", "lt", "eq") and target.args[0].sort.kind in ("Real", "Nat")
    require(comparison or target == FALSE, "combine: cannot conclude {}", target)
    rest = _slack(form, *target.args) if comparison else {}
    strictly = False
    for s in summands:
        value, equation, strict = _summand(form, theorems, s)
        require(equation or s.coefficient > 0, "combine: a coefficient is not positive")
        require(target.op != "eq" or equation, "combine: an equation follows from equations only")
        strictly |= strict
        increase(rest, value, -1)
    require(target.op in ("le", "eq") or strictly, "combine: nothing strict proves a strict claim")
    return form.is_zero(rest)


def _summand(form: NormalForm, theorems: tuple[Thm, ...], s: Summand) -> tuple[Poly, bool, bool]:
    """Return the value of a summand, whether an equation is in it, whether it is positive."""
    product, multiplier = constant(s.coefficient), s.multiplier
    premises = [_compared(theorems[i]) for i in s.premises]
    equation = any(relation == "eq" for relation, *_ in premises)
    for relation, left, right in premises:
        kind = left.sort.kind
        require(kind != "Lin", "combine: an equation of linear maps proves no scalar")
        if kind == "Vec":
            require(multiplier is not None, "combine: an equation of vectors needs a vector")
            assert multiplier is not None
            fits = multiplier.sort == left.sort
            require(fits, "combine: {} is no multiplier of {} = {}", multiplier, left, right)
            slack = form.gram(form.vector(multiplier), _difference(form, left, right))
            multiplier = None
        else:
            slack = _slack(form, left, right)
        product = times(product, times(slack, slack) if relation == "ne" else slack)
    if multiplier is not None:
        require(equation and multiplier.sort == REAL, "combine: the multiplier {}", multiplier)
        product = times(product, form.scalar(multiplier))
    for t in s.squares:
        require(t.sort.kind in ("Real", "Vec"), "combine: {} is not squared", t)
        if t.sort.kind == "Real":
            root = form.scalar(t)
            product = times(product, times(root, root))
        else:
            v = form.vector(t)
            product = times(product, form.gram(v, v))
    strict = not s.squares and all(relation in ("lt", "ne") for relation, *_ in premises)
    return product, equation, strict


def _vector(form: NormalForm, theorems: tuple[Thm, ...], s: Summand, target: Term) -> Vector:
    """Return coefficient · multiplier · slack of one equation of vectors."""
    require(len(s.premises) == 1 and not s.squares, "combine: one equation a summand")
    relation, left, right = _compared(theorems[s.premises[0]])
    fits = relation == "eq" and left.sort == target.args[0].sort
    require(fits, "combine: {} follows from equations of its sort only", target)
    factor = constant(s.coefficient)
    if s.multiplier is not None:
        factor = times(factor, form.scalar(s.multiplier))
    return form.scale(factor, _difference(form, left, right))
