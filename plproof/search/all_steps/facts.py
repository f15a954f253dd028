"""What is known of a run: hypotheses, and theorems offered, also of what holds at every step.

A theorem about a proximal point y of x says something of x_k and x_{k+1} for all k, when a
hypothesis says that for all k the one is a proximal point of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.search.claims.offered import instances_of, known_facts


def facts_for_all_steps(p: Proof, using: Sequence[Any], goal: Term) -> list[Fact]:
    """Return what is known, the parts of conjunctions apart.

    Raises ProofError as :func:`plproof.search.claims.offered.known_facts` does.
    """
    at_once, at_steps = list[Any](), list[Fact]()
    for lemma in using:
        try:
            at_once += [lemma] if isinstance(lemma, Fact) else instances_of(p, lemma, goal)
        except ProofError:
            found = _at_every_step(p, lemma, goal)
            if not found:
                raise
            at_steps += found
    known = [*known_facts(p, at_once, goal, using), *at_steps]
    return [
        p.fact(part, fact.label)
        for fact in known
        for part in map(opened, parts_of(fact.thm))
        if part.conclusion.op != "and"
    ]


def _at_every_step(p: Proof, lemma: Any, goal: Term) -> list[Fact]:
    """Return what a theorem says for all k from hypotheses for all k, taken at k."""
    k = fresh_variable("k", NAT, [goal, *(h.claim for h in p.hypotheses())])
    here: dict[Term, Thm] = {}
    for fact in p.hypotheses():
        whole = opened(fact.thm)
        if whole.conclusion.op == "all" and whole.conclusion.data.sort == NAT:
            thm = rules.instantiate(whole, value=k)
            here[thm.conclusion] = thm
    given = p.given
    at_k = given | {f"{claim}": claim for claim in here}
    try:
        found = instances_of(Proof(p.theorem, at_k, goal), lemma, goal)
    except ProofError:
        return []
    return [p.fact(_for_all(fact.thm, here, k), fact.label) for fact in found]


def _for_all(thm: Thm, here: dict[Term, Thm], k: Term) -> Thm:
    """Return ⊢ ∀k. P from ⊢ P that rests on hypotheses at k."""
    for claim, known in here.items():
        if claim in thm.hypotheses:
            thm = rules.modus_ponens(rules.discharge(thm, hypothesis=claim), known)
    return rules.generalise(thm, variable=k) if k in free_variables(thm.conclusion) else thm
