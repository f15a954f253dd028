"""Constants of a class that may be equal: where μ ≤ L is known, μ < L and μ = L apart.

[untrusted: every step is made by rules of the kernel]

The interpolation inequality of a smooth, strongly convex function divides by L − μ.  Where μ = L
the function is quadratic, and what is said of it with L for μ is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from plproof.kernel import rules
from plproof.language.notation import canonical
from plproof.language.syntax import eq
from plproof.language.terms import FALSE, Term
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.search.claims.given_numbers import at_given_numbers
from plproof.search.claims.interpolation import constants_of_classes


def by_parts(p: Proof, search: Callable[[Proof], Fact]) -> Fact:
    """Prove the goal by a search, if need be with μ < L and μ = L apart, or with what equations
    between parameters give put in.

    Raises the ProofError of the search as it is without them.
    """
    try:
        return search(p)
    except ProofError as error:
        order = may_be_equal(p.hypotheses())
        try:
            if order is not None:
                return in_two_cases(p, order, search)
            found = at_given_numbers(p, search, more_than_numbers=True)
        except ProofError:
            found = None
        if found is None:
            raise error from None
        return found


def may_be_equal(hypotheses: Sequence[Fact]) -> Fact | None:
    """Return the first hypothesis μ ≤ L about the constants of a class, None if there is none."""
    pairs = constants_of_classes(hypotheses)
    for fact in hypotheses:
        c = canonical(fact.claim)
        if c.op == "le" and c.args in pairs and "var" in (c.args[0].op, c.args[1].op):
            return fact
    return None


def with_strict_orders(name: str, given: Mapping[str, Term]) -> dict[str, Term]:
    """Return a theorem's hypotheses with μ < L in place of the first μ ≤ L that may be equal."""
    order = may_be_equal(Proof(name, given, FALSE).hypotheses())
    return dict(given) if order is None else _strictly(given, order)


def _strictly(given: Mapping[str, Term], order: Fact) -> dict[str, Term]:
    low, high = canonical(order.claim).args
    return {name: low < high if name == order.label else claim for name, claim in given.items()}


def in_two_cases(p: Proof, order: Fact, search: Callable[[Proof], Fact]) -> Fact:
    """Prove the goal where μ < L and where μ = L; ProofError as the search raises it."""
    low, high = canonical(order.claim).args
    given = p.given
    apart = search(Proof(p.theorem, _strictly(given, order), p.goal)).thm
    alike = Proof(p.theorem, given | {order.label: eq(low, high)}, p.goal)
    put_in = at_given_numbers(alike, search, more_than_numbers=True)
    equal = (search(alike) if put_in is None else put_in).thm
    with p.cases():
        with p.case(low < high):
            p.have(p.goal, by=p.fact(apart, FOUND))
        with p.case(high <= low) as turned:
            same = p.equal(low, high, by=(order, turned))
            equal = rules.discharge(equal, hypothesis=same.claim)
            p.have(p.goal, by=p.fact(rules.modus_ponens(equal, same.thm), FOUND))
    return p.last
