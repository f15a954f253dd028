"""combine: the rule that carries the field: inequalities from products of premises and squares.

[trusted]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import KernelError, NormalForm, Poly, constant, plus, times
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.sorts import REAL
from plproof.language.terms import FALSE, Term, make


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

    >>> from plproof.kernel.rules import assume
    >>> from plproof.language import Reals
    >>> a, b = Reals("a b")
    >>> one = Summand(Fraction(1), (0,)); square = Summand(Fraction(1), (), (a - b,))
    >>> combine(assume(proposition=a > 0), goal=a + (a - b)**2 > 0, summands=[one, square])
    a > 0 ⊢ a + (a − b)² > 0
    """
    require(all(type(i) is int and 0 <= i < len(theorems) for i in nonzero), "combine: nonzero")
    form = NormalForm(_nonzero_term(theorems[i]) for i in nonzero)
    target = canonical(goal)
    if target.op == "eq" and target.args[0].sort.kind == "Vec":
        _vector_identity(form, theorems, target, summands)
    else:
        _scalar_identity(form, theorems, target, summands)
    return Derived(union(*(th.hypotheses for th in theorems), ()), goal)


def _nonzero_term(th: Thm) -> Term:
    """Return a term that the theorem says is not zero."""
    c = canonical(th.conclusion)
    if c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq":
        left, right = c.args[0].args
    else:
        require(c.op == "lt", f"combine: {c} does not say that a term is non-zero")
        left, right = c.args
    require(left.sort == REAL, f"combine: {c} is not about a real")
    return right - left


def _slack(th: Thm) -> tuple[str, Term]:
    """Return the relation of a premise and its slack, right side minus left side."""
    c = canonical(th.conclusion)
    if c.op == "imp" and c.args[1] == FALSE and c.args[0].op == "eq":
        difference = c.args[0].args[1] - c.args[0].args[0]
        require(difference.sort == REAL, f"combine: {c} is not about a real")
        return "lt", difference * difference
    require(c.op in ("le", "lt", "eq"), f"combine: {c} is not a comparison")
    require(c.args[0].sort.kind in ("Real", "Nat", "Vec"), f"combine: {c} compares no numbers")
    if c.args[0].sort.kind == "Nat":
        c = make(c.op, tuple(make("real", (side,)) for side in c.args))
    return c.op, c.args[1] - c.args[0]


def _check_summand(s: Summand, theorems: tuple[Thm, ...]) -> None:
    require(type(s) is Summand and type(s.coefficient) is Fraction, "combine: a bad summand")
    numbers = all(type(i) is int and 0 <= i < len(theorems) for i in s.premises)
    require(numbers, "combine: a summand names a premise that is not there")
    terms = [*s.squares] + ([] if s.multiplier is None else [s.multiplier])
    closed = all(type(t) is Term and not t.loose for t in terms)
    require(closed, "combine: a summand has a part that is not a closed term")


def _scalar_identity(
    form: NormalForm, theorems: tuple[Thm, ...], target: Term, summands: Sequence[Summand]
) -> None:
    fits = target.op in ("le", "lt", "eq", "false")
    require(fits, f"combine: {target} is not a comparison")
    total: Poly = {}
    if target.op != "false":
        require(target.args[0].sort.kind in ("Real", "Nat"), f"combine: cannot conclude {target}")
        total = plus(form.scalar(target.args[1]), form.scalar(target.args[0]), -1)
    strictly = False
    for s in summands:
        _check_summand(s, theorems)
        product, multiplier = constant(s.coefficient), s.multiplier
        equation, strict = False, not s.squares
        for i in s.premises:
            relation, slack = _slack(theorems[i])
            equation |= relation == "eq"
            strict &= relation == "lt"
            if slack.sort.kind == "Vec":
                if multiplier is None or multiplier.sort != slack.sort:
                    raise KernelError("combine: an equation of vectors needs a vector multiplier")
                slack, multiplier = make("ip", (multiplier, slack)), None
            product = times(product, form.scalar(slack))
        if multiplier is not None:
            require(equation, "combine: only an equation takes a multiplier")
            require(multiplier.sort == REAL, f"combine: the multiplier {multiplier} is not real")
            product = times(product, form.scalar(multiplier))
        require(equation or s.coefficient > 0, "combine: a coefficient is not positive")
        require(target.op != "eq" or equation, "combine: an equation follows from equations only")
        for t in s.squares:
            require(t.sort.kind in ("Real", "Vec"), f"combine: {t} has no square")
            if t.sort == REAL:
                product = times(product, times(form.scalar(t), form.scalar(t)))
            else:
                product = times(product, form.gram(form.vector(t), form.vector(t)))
        strictly |= strict and not equation
        total = plus(total, product, -1)
    require(target.op in ("le", "eq") or strictly, "combine: nothing strict proves a strict claim")
    if not form.is_zero(total):
        raise KernelError(f"combine: the two sides differ, so this does not prove {target}")


def _vector_identity(
    form: NormalForm, theorems: tuple[Thm, ...], target: Term, summands: Sequence[Summand]
) -> None:
    total = form.vector(target.args[1] - target.args[0])
    for s in summands:
        _check_summand(s, theorems)
        require(len(s.premises) == 1 and not s.squares, "combine: one equation a summand")
        relation, slack = _slack(theorems[s.premises[0]])
        require(relation == "eq", f"combine: an equation follows from equations only, not {slack}")
        factor = constant(-s.coefficient)
        if s.multiplier is not None:
            factor = times(factor, form.scalar(s.multiplier))
        if slack.sort.kind == "Vec":
            require(slack.sort == target.args[0].sort, "combine: equations of two spaces")
            total = form.add(total, form.scale(factor, form.vector(slack)))
        else:
            raise KernelError("combine: an equation of vectors follows from equations of vectors")
    require(all(form.is_zero(c) for c in total.values()), f"combine: {target} does not follow")
