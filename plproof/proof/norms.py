"""Norms and roots that are zero, and norms whose squares read like squares of vectors.  [untrusted]

√0 is no number to the normal form, and ‖v‖·‖v‖ is not ⟨v, v⟩ to it: both need a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace as changed
from fractions import Fraction

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError, NormalForm, Poly, plus
from plproof.kernel.rules import rewrite
from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.terms import Term, subterms
from plproof.proof.items import Item
from plproof.proof.lemmas import ZERO, equation, product, zero_root
from plproof.proof.signs import Signs, as_le


def vanishing_roots(
    terms: Iterable[Term], form: NormalForm, signs: Signs, premises: Sequence[Thm]
) -> list[Thm]:
    """Return ⊢ √t = 0 for the roots in the terms whose t is known to be at most 0.

    Known is what is so by arithmetic, what a premise or a fact of ``signs`` says as it stands, and
    ‖v‖² where one of them is the equation v = 0 or 0 = v.
    """
    found = []
    parts = (t for term in terms for t in subterms(term))
    for root in dict.fromkeys(t for t in parts if t.op == "sqrt" and not t.loose):
        inside = root.args[0]
        try:
            small = _nonpositive(inside, form, signs, premises)
            above = None if small is None else signs.prove(inside, False)
            if small is not None and above is not None:
                found.append(zero_root(inside, small, above))
        except KernelError:
            continue
    return found


def without_roots(
    goal: Term,
    items: Sequence[Item],
    roots: Sequence[Thm],
    prove: Callable[[Term, Sequence[Item]], Thm],
) -> Thm:
    """Return ⊢ goal, by ``prove`` once 0 stands for the roots in it and in the items.

    ``roots`` are theorems ⊢ √t = 0.  Equations of vectors without a multiplier are left out: they
    have said what they can.
    """
    targets = [goal]
    rest = [i for i in items if i.multiplier or not any(map(_is_of_vectors, i.premises))]
    for root in roots:
        targets.append(replace(targets[-1], *root.conclusion.args))
        rest = [changed(i, premises=tuple(_written(root, th) for th in i.premises)) for i in rest]
    thm = prove(targets.pop(), rest)
    for root in reversed(roots):
        target = targets.pop()
        thm = thm if thm.conclusion == target else rewrite(root, thm, target=target)
    return thm


def _written(root: Thm, th: Thm) -> Thm:
    target = replace(th.conclusion, *root.conclusion.args)
    return th if target == th.conclusion else rewrite(root, th, target=target)


def _is_of_vectors(th: Thm) -> bool:
    c = th.conclusion
    return c.op == "eq" and c.args[0].sort.kind == "Vec"


def read_alike(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the vectors v of which ‖v‖ occurs in the terms, and ⟨v, v⟩ apart from it.

    ‖v‖·‖v‖ and ⟨v, v⟩ are both written ‖v‖², and only a fact says that they are equal.
    """
    roots: dict[Term, None] = {}
    squares: set[Term] = set()
    todo, seen = [canonical(t) for t in terms], set[Term]()
    while todo:
        t = todo.pop()
        if t in seen:
            continue
        seen.add(t)
        if is_norm(t):
            roots |= {} if t.loose else {t.args[0]: None}
            todo += t.args[0].args
        else:
            squares |= {t} if _is_square(t) else set()
            todo += t.args
    return tuple(t.args[0] for t in roots if t in squares)


def of_two_squares(terms: Sequence[Term]) -> str:
    """Return a hint where ‖v‖² stands for two things that only a fact makes equal, or ""."""
    alike = read_alike(terms)
    if not alike:
        return ""
    return f"{both_written(alike[0])}, and equal by a fact: add {norm_facts_named(alike)} to by=[…]"


def both_written(v: Term) -> str:
    """Return, for a reader, that the norm's square and the vector's look alike."""
    return f"norm({v})**2 and sq({v}) are both written ‖{v}‖²"


def norm_facts_named(vectors: Sequence[Term]) -> str:
    """Return what an author writes to list the facts about the norms of vectors."""
    return ", ".join(f"*p.norm({v})" for v in vectors)


def is_norm(t: Term) -> bool:
    """Say whether a term is the norm of a vector, √⟨v, v⟩."""
    return t.op == "sqrt" and _is_square(t.args[0])


def norms_in(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the vectors, not of a quantifier, whose norms occur in the terms."""
    parts = (t for term in terms for t in subterms(canonical(term)))
    return tuple(dict.fromkeys(t.args[0].args[0] for t in parts if is_norm(t) and not t.loose))


def _is_square(t: Term) -> bool:
    return t.op == "ip" and t.args[0] == t.args[1]


def _nonpositive(t: Term, form: NormalForm, signs: Signs, premises: Sequence[Thm]) -> Thm | None:
    """Return ⊢ t ≤ 0 where it is known, or None."""
    value = form.scalar(t)
    if not value:
        return combine(goal=t <= ZERO, summands=[])
    vector = form.vector(t.args[0]) if _is_square(t) else None
    for th in [*premises, *reversed(signs.facts)]:
        if _is_of_vectors(th):
            if vector is not None and th.conclusion.args[0].sort == t.args[0].sort:
                left, right = th.conclusion.args
                for sign in (1, -1):
                    moved = form.scale({(): Fraction(sign)}, form.vector(right - left))
                    if vector == moved:
                        by = Summand(Fraction(-sign), (0,), (), t.args[0])
                        return combine(th, goal=t <= ZERO, summands=[by])
            continue
        known = as_le(th)
        if known is not None and (ratio := _multiple(form, known[1], value)) is not None:
            if known[0] == "eq":
                return combine(th, goal=t <= ZERO, summands=[equation(0, by=ratio)])
            if ratio > 0:
                return combine(th, goal=t <= ZERO, summands=[product(0, by=ratio)])
    return None


def _multiple(form: NormalForm, slack: Term, value: Poly) -> Fraction | None:
    """Return the number r with −value = r·slack, or None."""
    try:
        p = form.scalar(slack)
    except KernelError:
        return None
    if not p or p.keys() != value.keys():
        return None
    monomial = next(iter(p))
    ratio = -value[monomial] / p[monomial]
    return None if plus(value, p, ratio) else ratio
