"""combine, the rule that carries the field: premises and squares multiplied out.  [trusted]"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import NormalForm, Poly, Vector, constant, plus, times
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.sorts import REAL
from plproof.language.terms import FALSE, Term, as_real, make


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
    known = [_slack(theorems[i]) for i in nonzero]
    require(all(r in ("lt", "ne") for r, _ in known), "combine: no theorem of a non-zero term")
    form, target = NormalForm(t for _, t in known), canonical(goal)
    if target.op == "eq" and target.args[0].sort.kind in ("Vec", "Lin"):
        left = form.vector(target.args[1] - target.args[0])
        for s in summands:
            left = form.add(left, form.scale(constant(-1), _vector(form, theorems, s, target)))
        identical = all(form.is_zero(c) for c in left.values())
    else:
        identical = _scalar_identity(form, theorems, target, summands)
    require(identical, "combine: the two sides differ, so this does not prove {}", target)
    return Derived(union(*(th.hypotheses for th in theorems), ()), goal)


def _slack(th: Thm) -> tuple[str, Term]:
    """Return the relation of a premise (le, lt, eq or ne) and its right minus its left side."""
    c = canonical(th.conclusion)
    unequal = c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq"
    compared = c.args[0] if unequal else c
    require(compared.op in ("le", "lt", "eq"), "combine: {} is not a comparison", c)
    kind = compared.args[0].sort.kind
    whole = kind in ("Vec", "Lin") and not unequal  # an equation of vectors or of linear maps
    require(kind in ("Real", "Nat") or whole, "combine: {}", c)
    difference = as_real(compared.args[1]) - as_real(compared.args[0])
    return ("ne" if unequal else c.op), difference


def _scalar_identity(
    form: NormalForm, theorems: tuple[Thm, ...], target: Term, summands: Sequence[Summand]
) -> bool:
    """Say whether the slack of the target is the sum, after checking the side conditions."""
    comparison = target.op in ("le", "lt", "eq") and target.args[0].sort.kind in ("Real", "Nat")
    require(comparison or target == FALSE, "combine: cannot conclude {}", target)
    total: Poly = {}
    if comparison:
        total = plus(form.scalar(target.args[1]), form.scalar(target.args[0]), -1)
    strictly = False
    for s in summands:
        value, equation, strict = _summand(form, theorems, s)
        require(equation or s.coefficient > 0, "combine: a coefficient is not positive")
        require(target.op != "eq" or equation, "combine: an equation follows from equations only")
        strictly |= strict
        total = plus(total, value, -1)
    require(target.op in ("le", "eq") or strictly, "combine: nothing strict proves a strict claim")
    return form.is_zero(total)


def _summand(form: NormalForm, theorems: tuple[Thm, ...], s: Summand) -> tuple[Poly, bool, bool]:
    """Return the value of a summand, whether an equation is in it, whether it is positive."""
    product, multiplier = constant(s.coefficient), s.multiplier
    slacks = [_slack(theorems[i]) for i in s.premises]
    equation = any(relation == "eq" for relation, _ in slacks)
    for relation, slack in slacks:
        if relation == "ne":
            slack = slack * slack
        require(slack.sort.kind != "Lin", "combine: an equation of linear maps proves no scalar")
        if slack.sort.kind == "Vec":
            require(multiplier is not None, "combine: an equation of vectors needs a vector")
            assert multiplier is not None
            slack, multiplier = make("ip", (multiplier, slack)), None
        product = times(product, form.scalar(slack))
    if multiplier is not None:
        require(equation and multiplier.sort == REAL, "combine: the multiplier {}", multiplier)
        product = times(product, form.scalar(multiplier))
    for t in s.squares:
        product = times(product, form.scalar(t * t if t.sort == REAL else make("ip", (t, t))))
    strict = not s.squares and all(relation in ("lt", "ne") for relation, _ in slacks)
    return product, equation, strict


def _vector(form: NormalForm, theorems: tuple[Thm, ...], s: Summand, target: Term) -> Vector:
    """Return coefficient · multiplier · slack of one equation of vectors."""
    require(len(s.premises) == 1 and not s.squares, "combine: one equation a summand")
    relation, slack = _slack(theorems[s.premises[0]])
    fits = relation == "eq" and slack.sort == target.args[0].sort
    require(fits, "combine: {} follows from equations of its sort only", target)
    factor = constant(s.coefficient)
    if s.multiplier is not None:
        factor = times(factor, form.scalar(s.multiplier))
    return form.scale(factor, form.vector(slack))
