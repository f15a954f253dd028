"""combine, the rule that carries the field: premises and squares multiplied out.  [trusted]"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import SCALAR, NormalForm, Vector, constant, increase, times
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.terms import FALSE, Term, as_real, make

Known = Mapping[int, tuple[str, Term, Term]]  # relations with their left and right sides


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
    summands = tuple(summands)  # the same each time they are gone through
    exact = all(type(s) is Summand and type(s.coefficient) is Fraction for s in summands)
    parts = [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    require(exact and all(type(t) is Term and not t.loose for t in parts), "combine: a bad summand")
    numbers = [*nonzero, *(i for s in summands for i in s.premises)]
    inside = all(type(i) is int and 0 <= i < len(theorems) for i in numbers)
    require(inside, "combine: there is no premise of that number")
    known = {i: _compared(theorems[i]) for i in numbers}
    fits = all(known[i][0] in ("lt", "ne") for i in nonzero)
    require(fits, "combine: no theorem of a non-zero term")
    form = NormalForm(as_real(known[i][2]) - as_real(known[i][1]) for i in nonzero)
    target = canonical(goal)
    comparison = target.op in ("le", "lt", "eq")
    kind = target.args[0].sort.kind if comparison else "Real"
    valued = kind in ("Real", "Nat") or (target.op == "eq" and kind in ("Vec", "Lin"))
    require(valued and (comparison or target == FALSE), "combine: cannot conclude {}", target)
    rest = form.difference(*target.args) if comparison else {}
    strictly = False
    for s in summands:
        if kind in ("Vec", "Lin"):
            value = _vector(form, known, s, target)
        else:
            value, equation, strict = _summand(form, known, s)
            require(equation or s.coefficient > 0, "combine: a coefficient is not positive")
            require(target.op != "eq" or equation, "combine: = follows from equations only")
            strictly |= strict
        for atom, c in value.items():
            increase(rest.setdefault(atom, {}), c, -1)
    require(target.op in ("le", "eq") or strictly, "combine: nothing strict proves a strict claim")
    identical = not any(form.cleared(c) for c in rest.values())
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


def _summand(form: NormalForm, known: Known, s: Summand) -> tuple[Vector, bool, bool]:
    """Return the value of a summand, whether an equation is in it, whether it is positive."""
    product, multiplier = constant(s.coefficient), s.multiplier
    premises = [known[i] for i in s.premises]
    equation = any(relation == "eq" for relation, *_ in premises)
    for relation, left, right in premises:
        slack = form.difference(left, right)
        factor = slack.get(SCALAR, {})
        require(left.sort.kind != "Lin", "combine: an equation of linear maps proves no scalar")
        if left.sort.kind == "Vec":
            fits = multiplier is not None and multiplier.sort == left.sort
            require(fits, "combine: an equation of vectors needs a vector of its space")
            assert multiplier is not None
            factor, multiplier = form.gram(form.vector(multiplier), slack), None
        product = times(product, times(factor, factor) if relation == "ne" else factor)
    if multiplier is not None:
        require(equation and multiplier.sort == REAL, "combine: the multiplier {}", multiplier)
        product = times(product, form.scalar(multiplier))
    for t in s.squares:
        product = times(product, form.scalar(t * t if t.sort == REAL else make("ip", (t, t))))
    strict = not s.squares and all(relation in ("lt", "ne") for relation, *_ in premises)
    return {SCALAR: product}, equation, strict


def _vector(form: NormalForm, known: Known, s: Summand, target: Term) -> Vector:
    """Return coefficient · multiplier · slack of one equation of vectors."""
    require(len(s.premises) == 1 and not s.squares, "combine: one equation a summand")
    relation, left, right = known[s.premises[0]]
    fits = relation == "eq" and left.sort == target.args[0].sort
    require(fits, "combine: {} follows from equations of its sort only", target)
    factor = constant(1) if s.multiplier is None else form.scalar(s.multiplier)
    return form.scale(times(constant(s.coefficient), factor), form.difference(left, right))
