"""Definedness: what must hold for a statement to mean what it says.  [trusted: read by the kernel]

Functions are total, so every term has a value; but a statement counts only when its divisions have
non-zero denominators and its roots non-negative arguments, hypotheses taken in order.
"""

from __future__ import annotations

from plproof.language.definitions import unfold_all
from plproof.language.signatures import BINDERS
from plproof.language.terms import FALSE, Term, make, number, subterms


def definedness(statement: Term) -> Term | None:
    """Return WD(statement), a closed proposition, or None when nothing needs a proof.

    WD(a/b) = WD(a) ∧ WD(b) ∧ b ≠ 0;  WD(√t) = WD(t) ∧ 0 ≤ t;  WD(P → Q) = WD(P) ∧ (P → WD(Q)),
    and so for P ∧ Q;  WD(P ∨ Q) = WD(P) ∧ (P ∨ WD(Q));  WD(∀x. P) = ∀x. WD(P), and so for ∃
    and x ↦ t;  for every other operation the conjunction of its arguments' definedness.
    >>> definedness(forall([a, b], (b > 0) >> (a / b <= a)))
    ∀a b. b > 0 → b ≠ 0
    >>> definedness(forall(a, a <= a / 2)) is None
    True
    """
    root = unfold_all(statement)
    result: dict[int, Term | None] = {}
    for t in subterms(root):
        parts = [result[id(arg)] for arg in t.args]
        result[id(t)] = _combine(t, parts)
    return result[id(root)]


def _is_square(t: Term) -> bool:
    """Say whether t is ⟨v, v⟩, which is never negative: a norm is always defined."""
    return t.op == "ip" and t.args[0] == t.args[1]


def _both(left: Term | None, right: Term | None) -> Term | None:
    if left is None or right is None or left == right:
        return right if left is None else left
    return make("and", (left, right))


def _combine(t: Term, parts: list[Term | None]) -> Term | None:
    if t.op in BINDERS:
        return None if parts[0] is None else make("all", (parts[0],), t.data)
    if t.op in ("and", "or", "imp") and parts[1] is not None:
        op = "or" if t.op == "or" else "imp"
        return _both(parts[0], make(op, (t.args[0], parts[1])))
    whole: Term | None = None
    for part in parts:
        whole = _both(whole, part)
    if t.op == "div" and not (t.args[1].op == "num" and t.args[1].data):
        denominator = t.args[1]
        zero = make("eq", (denominator, number(0, denominator.sort)))
        return _both(whole, make("imp", (zero, FALSE)))
    if t.op == "sqrt" and not _is_square(t.args[0]):
        return _both(whole, make("le", (number(0), t.args[0])))
    return whole
