"""Points that a search tries without being asked where it finds nothing: x − ∇f(x)/L.

From x the descent lemma (Nesterov, 2004, (1.2.6)) bounds f least there, so that what is said of a
minimiser, of f(x*) ≤ f(y) for all y, is of use at that point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plproof.language.syntax import grad
from plproof.language.terms import Term, as_real, subterms
from plproof.proof.facts import parts_of
from plproof.proof.script import Proof
from plproof.search.claims.interpolation import is_known
from plproof.search.statements.members import is_member
from plproof.theory.functions import Smooth

#: how many points are added: each makes the search dearer
_MORE = 2


def after_a_step(p: Proof, goal: Term, points: Sequence[Term]) -> list[Term]:
    """Return x − ∇f(x)/L for points x at which a goal takes f, for f that is L-smooth.

    They are not among the ``points`` that are asked for, and few; of claims about members of
    sequences there are none, nor where L may be 0.
    """
    if any(is_member(t) for t in subterms(goal)):
        return []
    found = dict.fromkeys(t for t in _of_smooth(p, goal) if t not in points)
    return list(found)[:_MORE]


def _of_smooth(p: Proof, goal: Term) -> Iterator[Term]:
    said = (part.conclusion for fact in p.hypotheses() for part in parts_of(fact.thm))
    constants = {c.args[0]: as_real(c.args[1]) for c in said if c.op == "def" and c.data == Smooth}
    constants = {f: beta for f, beta in constants.items() if is_known(p, beta > 0)}
    for t in subterms(goal):
        if t.op in ("app", "grad") and not t.loose and t.args[0] in constants:
            f, x = t.args
            if x.op == "var":
                yield x - grad(f, x) / constants[f]
