"""Which premises a search works with: points, and what the hypotheses say about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.notation import canonical
from plproof.language.sorts import LanguageError, Sort
from plproof.language.terms import Term, free_variables, subterms
from plproof.proof.facts import Fact, opened

MAX_PREMISES = 6_000


def points_of(terms: Iterable[Term]) -> list[Term]:
    """Return the points at which functions are evaluated in the terms, each once, in order."""
    form = NormalForm()
    found: dict[object, Term] = {}
    for root in terms:
        for t in subterms(canonical(root)):
            if t.op not in ("app", "grad") or t.loose or t.args[1].sort.kind != "Vec":
                continue
            try:
                key = tuple(
                    sorted((a, tuple(sorted(c.items()))) for a, c in form.vector(t.args[1]).items())
                )
            except KernelError:
                continue
            found.setdefault(key, t.args[1])
    return list(found.values())


def comparisons(facts: Sequence[Fact], points: Sequence[Term]) -> list[Fact]:
    """Return what the facts say about the points: comparisons, universal ones at every choice.

    A fact ∀x y. P(x, y) gives P at all pairs of different points; parts of conjunctions count as
    facts.  What is no comparison then, a norm among them, is left out.
    """
    found: dict[Term, Fact] = {}
    for fact in facts:
        for part in parts(fact):
            for instance in _at_points(part, points):
                if _is_comparison(instance.claim) and instance.claim not in found:
                    found[instance.claim] = instance
                    if len(found) > MAX_PREMISES:
                        raise LanguageError(
                            f"more than {MAX_PREMISES} instances: give fewer points or hypotheses"
                        )
    return list(found.values())


def reached(terms: Iterable[Term], definitions: Mapping[Term, Term]) -> set[Term]:
    """Return what is in the terms, what is in the definitions of that, and so on."""
    found: set[Term] = set()
    waiting = list(terms)
    while waiting:
        new = set(subterms(waiting.pop())) - found
        found |= new
        waiting += [definitions[t] for t in new if t in definitions]
    return found


def parts(fact: Fact) -> list[Fact]:
    """Return the sides of a fact that is a conjunction, also behind definitions, else itself."""
    claim = opened(fact.thm).conclusion
    if claim.op != "and":
        return [fact]
    return [part for side in (0, 1) for part in parts(fact[side])]


def body_of(claim: Term) -> Term:
    """Return P for ∀x y. P, with the variables of the quantifiers loose in it."""
    while claim.op == "all":
        claim = claim.args[0]
    return claim


def unfolded(claim: Term) -> tuple[Term, list[Sort]]:
    """Return P for ∀x y. P as :func:`body_of` does, also behind definitions, and the sorts."""
    sorts = []
    while claim.op == "all":
        sorts.append(claim.data.sort)
        claim = claim.args[0]
        while claim.op == "def" and claim.sort.kind == "Prop":
            claim = claim.data.unfold(claim.args)
    return claim, sorts


def _at_points(fact: Fact, points: Sequence[Term]) -> list[Fact]:
    body, sorts = unfolded(opened(fact.thm).conclusion)
    if not sorts:
        return [fact]
    if any(sort.kind != "Vec" for sort in sorts) or len(sorts) > 3:
        return []
    if body.op == "and":
        return []
    try:
        return [
            fact(*chosen)
            for chosen in permutations(points, len(sorts))
            if all(point.sort == sort for point, sort in zip(chosen, sorts, strict=True))
        ]
    except LanguageError:  # it has hypotheses of its own that are not known
        return []


def _is_comparison(claim: Term) -> bool:
    c = canonical(claim)
    if c.op not in ("le", "lt", "eq") or c.args[0].sort.kind not in ("Real", "Nat"):
        return False
    if c.args[0] == c.args[1]:  # as f(x*) ≤ f(x) at x*: it says nothing
        return False
    scalars = (t for t in subterms(c) if t.op == "sqrt")
    return not any(any(v.sort.kind != "Real" for v in free_variables(t)) for t in scalars)
