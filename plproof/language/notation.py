"""The canonical form of a statement: all notation written out.  [trusted: read by the kernel]"""

from __future__ import annotations

from functools import cache

from plproof.language.binding import shift
from plproof.language.definitions import unfold_all
from plproof.language.signatures import Binder
from plproof.language.sorts import vector
from plproof.language.terms import FALSE, Term, make, number, rebuild


def canonical(term: Term) -> Term:
    """Return the term with definitions unfolded, ≥ and > written as ≤ and <, and v ∈ S as what it
    means: A v = 0 for the kernel of A, ∃x. A x = v for its range, v ∈ S ∧ v ∈ T for S ∩ T, v = 0
    for the zero subspace, ⊥ → ⊥ for the whole space.
    """
    if not term.notation:
        return term

    def turned(t: Term, depth: int) -> Term | None:
        if not t.notation:
            return t
        flipped = {"ge": "le", "gt": "lt"}.get(t.op)
        if flipped:
            return make(flipped, (t.args[1], t.args[0]))
        if t.op != "in":
            return None
        v, s = t.args
        if s.op == "ker":
            image = make("lapp", (s.args[0], v))
            return make("eq", (image, number(0, image.sort)))
        if s.op == "ran":
            a, x = shift(s.args[0], 1), make("bound", (), 0, vector(s.args[0].sort.spaces[0]))
            hit = make("eq", (make("lapp", (a, x)), shift(v, 1)))
            return make("ex", (hit,), Binder("x", x.sort))
        if s.op == "cap":
            return make("and", tuple(_member(v, part) for part in s.args))
        if s.op == "num":
            return make("imp", (FALSE, FALSE)) if s.data else make("eq", (v, number(0, v.sort)))
        return None

    @cache  # so that an intersection that doubles is gone through once
    def _member(v: Term, part: Term) -> Term:
        inside = make("in", (v, part))
        meant = turned(inside, 0)
        return inside if meant is None else meant

    return rebuild(unfold_all(term), turned)
