"""The proof of a claim for every N from a guessed potential, as the kernel checks it.

[untrusted: the kernel's ``combine`` and ``induction`` check every part]
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import cast

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder, substitute
from plproof.language.notation import canonical
from plproof.language.sorts import NAT
from plproof.language.syntax import forall, implies, ne
from plproof.language.terms import Term, number, subterms
from plproof.proof.algebra import denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact, opened, parts_of
from plproof.proof.lemmas import nonzero_of_strict
from plproof.proof.script import Proof
from plproof.search.all_steps.guess import REST, Forms, Guess, plus
from plproof.search.all_steps.numbers import Family, Key, Stated
from plproof.search.statements.premises import with_sums

_ONE = Fraction(1)


def for_one(
    p: Proof, stated: Stated, guess: Guess, strict: bool = False, made: dict[str, Thm] | None = None
) -> Fact:
    """Prove the claim for one N that is arbitrary, by induction on the step.

    ``made`` keeps what is proved by multipliers for a second proof with the same hypotheses.
    ``strict`` asks for lower < upper.  Raises ProofError or KernelError: the guess is wrong, or a
    sign is not known.
    """
    claim = stated.claim
    i, count = claim.step, claim.count

    def potential(at: Term) -> Term:
        return substitute(guess.potential.written(), {i: at})

    def bounded(t: Term) -> Term:
        return t < claim.upper if early else t <= claim.upper

    def below(at: Term) -> Term:
        return bounded(potential(at))

    def proved(name: str, goal: Term, forms: Forms, at: Term) -> Fact:
        if name not in known:
            known[name] = theorem_from(p, stated, goal, forms, at)
        return p.have(goal, by=[p.fact(known[name], FOUND)], name=name)

    known = {} if made is None else made
    _in_units(p, stated)
    early = strict and _is_strict(stated, guess.start)
    zero = number(0, NAT)
    invariant = forall(i, implies(i <= count, below(i)))
    with p.induction(invariant):
        with p.base():
            start = with_sums(below(zero))
            proved("at the start", start, guess.start, zero)
            p.have(open_binder(invariant, zero), by=[p.last], name="for i = 0")
        with p.step(i) as before, p.suppose(i + 1 <= count) as more:
            p.have(i <= count, by=more, name=f"{i <= count}")
            step = potential(i + 1) <= potential(i)
            one = proved("one step", step, guess.step, i)
            p.have(below(i + 1), by=[one, before()], name="after it")
    every = p.last
    p.have(count <= count, name=f"{count <= count}")
    end = substitute(guess.last.written(), {i: count})
    kept = p.have(bounded(end), by=every(count), name=f"at {i} = {count}")
    last = claim.lower < end if strict and not early else claim.lower <= end
    final = proved("in the end", last, guess.end, count)
    whole = claim.lower < claim.upper if strict else claim.goal
    return p.have(whole, by=[final, kept], name=f"for {count} steps")


def _in_units(p: Proof, stated: Stated) -> None:
    """Note that products of parameters such as γL are positive, where they are.

    Closed forms are functions of these, and signs are found by products of few comparisons.
    """
    unit = stated.unit
    if unit is None:
        return
    for v, w in unit.weights.items():
        if w < 0:
            whole = number(0) < v * unit.power(-w)
            with suppress(ProofError):
                p.have(whole, name=f"{whole}")


def _is_strict(stated: Stated, forms: Forms) -> bool:
    """Say whether a strict inequality is used."""
    used = [cast(Family, key[1]) for key in forms if key[0] == "instance"]
    return any(_strict(opened(stated.facts[q].thm).conclusion) for q, *_ in used)


def _strict(claim: Term) -> bool:
    while claim.op in ("all", "imp"):
        claim = claim.args[-1]
    return canonical(claim).op == "lt"


def theorem_from(p: Proof, stated: Stated, goal: Term, forms: Forms, at: Term) -> Thm:
    """Return ⊢ the goal from the numbers of its proof, as the kernel checks it."""
    i = stated.claim.step

    def here(t: Term) -> Term:
        return with_sums(substitute(t, {i: at}))

    used = [
        (instance_at(p, stated, cast(Family, key[1]), at, here), here(c))
        for key, c in forms.items()
        if key[0] == "instance"
    ]
    equations = [
        (
            part_at(p, stated, *cast("tuple[int, int, int | None]", name[1]), at),
            _vector(forms, name, here),
        )
        for name in dict.fromkeys(key[:2] for key in forms if key[0] == "in equation")
    ]
    if REST in forms:
        weighed = [c * p.fact(thm, f"{thm.conclusion}") for thm, c in [*used, *equations]]
        return p.quiet(goal, weighed).thm
    premises: list[Thm] = []
    places: dict[Term, int] = {}

    def sign(c: Term, strictly: bool = False) -> tuple[int, ...]:
        if c == number(1):
            return ()
        claim = number(0) < c if strictly else number(0) <= c
        if claim not in places:
            places[claim] = len(premises)
            premises.append(p.quiet(claim).thm)
        return (places[claim],)

    summands: list[Summand] = []
    for thm, c in used:
        known = sign(c, strictly=goal.op == "lt" and _strict(thm.conclusion))
        summands.append(Summand(_ONE, (*known, len(premises))))
        premises.append(thm)
    for key, c in forms.items():
        if key[0] == "square":
            v = _vector(forms, ("in square", key[1]), here)
            summands.append(Summand(_ONE, sign(here(c)), (v,)))
    for thm, v in equations:
        summands.append(Summand(_ONE, (len(premises),), (), v))
        premises.append(thm)
    terms = [goal, *(th.conclusion for th in premises)]
    terms += [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    below = dict.fromkeys(denominators(dict.fromkeys(map(canonical, terms))))
    simple = sorted(below, key=lambda d: len(list(subterms(d))))  # γ before what is γ times more
    nonzero = [_nonzero(p, d) for d in simple]
    numbers = list(range(len(premises), len(premises) + len(nonzero)))
    return combine(*premises, *nonzero, goal=goal, summands=summands, nonzero=numbers)


def instance_at(
    p: Proof, stated: Stated, family: Family, at: Term, here: Callable[[Term], Term]
) -> Thm:
    """Return an inequality of a family at a step; ``here`` puts that in for i in its points."""
    q, r, shift, points = family
    thm = part_at(p, stated, q, r, shift, at)
    for point in points:
        thm = rules.instantiate(thm, value=here(point))
    return thm


def _nonzero(p: Proof, d: Term) -> Thm:
    """Return ⊢ d ≠ 0, of what is positive mostly."""
    try:
        return nonzero_of_strict(p.quiet(number(0) < d).thm, d)
    except ProofError:
        return p.quiet(ne(d, 0)).thm


def part_at(p: Proof, stated: Stated, q: int, r: int, shift: int | None, at: Term) -> Thm:
    """Return a part of a known theorem, of one for all k that at ``at`` + ``shift``."""
    fact = stated.facts[q]
    if shift is not None:
        fact = p.fact(fact.thm, fact.label)(at if shift == 0 else with_sums(at + shift))
    return opened(list(parts_of(fact.thm))[r])


def _vector(forms: Forms, name: Key, here: Callable[[Term], Term]) -> Term:
    """Return Σ c·v over the vectors of a square or an equation."""
    total: Term | None = None
    for key, c in forms.items():
        if key[: len(name)] == name:
            total = plus(total, here(c), here(cast(Term, key[-1])))
    assert total is not None
    return total
