"""Claims for every number N of steps, with multipliers that depend on the step and on N.

[untrusted: the kernel's ``combine`` and ``induction`` check what comes back]

A proof is an induction on i ≤ N for a fixed N: a potential V(i, N) that is at most the upper side
at 0, does not increase at a step and is at least the lower side at N.  The potential and all
multipliers are closed forms in i, N and the parameters that :mod:`all_steps_guess` reads off proofs
at a few N; with wrong ones there is no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import forall, implies, ip, ne, sq
from plproof.language.terms import Term, as_real, free_variables, make, number, subterms
from plproof.proof.algebra import denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.search.all_steps_guess import Forms, Guess, guesses
from plproof.search.all_steps_numbers import Claim, Family, Key, Stated
from plproof.search.generation import FOUND
from plproof.search.offered import known_facts
from plproof.search.parameters import holds
from plproof.search.premises import with_sums
from plproof.search.reading import NotSuited

#: up to which number the first N is looked for
_FIRST = 3
_ONE = Fraction(1)


def by_all_steps(p: Proof, goal: Term, using: Sequence[Any] = ()) -> Fact | None:
    """Prove ∀N. A(x_N) ≤ B(x_0, N), perhaps for N from a number on; None if it is not found.

    Without the quantifier N is a variable of the goal.  None says nothing of the claim.
    """
    opened_goal = _opened(goal, [fact.claim for fact in p.hypotheses()])
    if opened_goal is None:
        return None
    count, condition, inner = opened_goal
    sides = _sides(inner)
    if sides is None or not any(_takes(t, count) for t in subterms(inner)):
        return None
    conditions = [condition] if condition is not None else []
    if goal.op != "all":
        conditions += [h.claim for h in p.hypotheses() if free_variables(h.claim) == (count,)]
    first = _first(count, conditions)
    if first is None:
        return None
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    apart = Proof(p.theorem, given, inner)
    step = fresh_variable("i", NAT, [goal, count, *given.values()])
    claim = Claim(*sides, count, step, first)
    facts = [
        apart.fact(opened(part), fact.label)
        for fact in known_facts(apart, using, inner)
        for part in parts_of(fact.thm)
        if opened(part).conclusion.op != "and"
    ]
    stated = Stated(claim, facts)
    if stated.others:
        return None
    for guess in guesses(stated):
        try:
            return _proved(p, goal, condition, stated, guess)
        except (ProofError, KernelError, NotSuited):
            continue
    return None


# ---------------------------------------------------------------- reading the claim
def _opened(goal: Term, others: Sequence[Term]) -> tuple[Term, Term | None, Term] | None:
    """Return N, a condition on it if there is one, and the claim for this N."""
    if goal.op == "all" and goal.data.sort == NAT:
        count = fresh_variable(goal.data.name, NAT, [goal, *others])
        inner = open_binder(goal, count)
    else:
        members = [t for t in subterms(goal) if t.op == "app" and t.args[1].sort == NAT]
        found = dict.fromkeys(t.args[1] for t in members if t.args[1].op == "var")
        if len(found) != 1:
            return None
        (count,), inner = found, goal
    if inner.op != "imp" or inner.args[1].op == "false":
        return count, None, inner
    condition, inner = inner.args
    return (count, condition, inner) if free_variables(condition) == (count,) else None


def _takes(t: Term, count: Term) -> bool:
    return t.op == "app" and t.args[1] == count


def _sides(inner: Term) -> tuple[Term, Term] | None:
    if inner.op not in ("le", "ge") or inner.args[0].sort != REAL:
        return None
    left, right = (as_real(t) for t in inner.args)
    return (left, right) if inner.op == "le" else (right, left)


def _first(count: Term, conditions: Sequence[Term]) -> int | None:
    """Return the first number that satisfies the conditions, None if it is large."""
    for n in range(_FIRST + 1):
        if all(holds(substitute(c, {count: number(n, NAT)})) for c in conditions):
            return n
    return None


# ---------------------------------------------------------------- the proof
def _proved(p: Proof, goal: Term, condition: Term | None, stated: Stated, guess: Guess) -> Fact:
    """Prove the goal with a guess.  ProofError or KernelError: it is wrong, or a sign unknown."""
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    if goal.op != "all":
        if condition is None:
            return _for_one(p, stated, guess)
        with p.suppose(condition):
            _for_one(p, stated, guess)
        return p.last
    rehearsal = Proof(p.theorem, given, goal)  # what fails leaves nothing behind
    for proof in (rehearsal, p):
        with proof.fix(stated.claim.count):
            if condition is None:
                _for_one(proof, stated, guess)
            else:
                with proof.suppose(condition):
                    _for_one(proof, stated, guess)
    return p.last


def _for_one(p: Proof, stated: Stated, guess: Guess) -> Fact:
    """Prove the claim for one N that is arbitrary."""
    claim = stated.claim
    i, count = claim.step, claim.count

    def potential(at: Term) -> Term:
        return substitute(written(guess), {i: at})

    zero = number(0, NAT)
    invariant = forall(i, implies(i <= count, potential(i) <= claim.upper))
    with p.induction(invariant):
        with p.base():
            start = with_sums(potential(zero)) <= claim.upper
            made = _theorem(p, stated, start, guess.start, zero)
            p.have(start, by=[p.fact(made, FOUND)], name="at the start")
            p.have(open_binder(invariant, zero), by=[p.last], name="for i = 0")
        with p.step(i) as before, p.suppose(i + 1 <= count) as more:
            p.have(i <= count, by=more, name=f"{i <= count}")
            step = potential(i + 1) <= potential(i)
            made = _theorem(p, stated, step, guess.step, i)
            one = p.have(step, by=[p.fact(made, FOUND)], name="one step")
            p.have(potential(i + 1) <= claim.upper, by=[one, before()], name="after it")
    every = p.last
    p.have(count <= count, name=f"{count <= count}")
    at_end = p.have(potential(count) <= claim.upper, by=every(count), name=f"at {i} = {count}")
    last = claim.lower <= potential(count)
    made = _theorem(p, stated, last, guess.end, count)
    final = p.have(last, by=[p.fact(made, FOUND)], name="in the end")
    return p.have(claim.lower <= claim.upper, by=[final, at_end], name=f"for {count} steps")


def written(guess: Guess) -> Term:
    """Return the potential at the step i as a term."""
    total: Term | None = None
    left = dict(guess.values)
    for t in guess.values:
        if t not in left:
            continue
        c = left.pop(t)
        opposite = next((u for u, d in left.items() if d == -c or -d == c), None)
        if opposite is not None:
            del left[opposite]
        negative = c.op == "neg"
        if negative:
            c, t, opposite = (c.args[0], opposite, t) if opposite is not None else (-c, t, None)
        piece = as_real(t) if opposite is None else as_real(t) - as_real(opposite)
        total = _plus(total, c, piece)
    for (a, b), c in guess.grams.items():
        total = _plus(total, c, sq(a) if a == b else ip(a, b))
    return number(0) if total is None else total


def _plus(total: Term | None, c: Term, piece: Term) -> Term:
    negative = c.op == "neg"
    c = c.args[0] if negative else c
    piece = piece if c == number(1) else c * piece
    if total is None:
        return -piece if negative else piece
    return total - piece if negative else total + piece


def _theorem(p: Proof, stated: Stated, goal: Term, forms: Forms, at: Term) -> Thm:
    """Return ⊢ the goal from the numbers of its proof, as the kernel checks it."""
    i = stated.claim.step
    premises: list[Thm] = []
    places: dict[Term, int] = {}

    def here(t: Term) -> Term:
        return with_sums(substitute(t, {i: at}))

    def sign(c: Term) -> tuple[int, ...]:
        if c == number(1):
            return ()
        if c not in places:
            places[c] = len(premises)
            premises.append(p.quiet(number(0) <= c).thm)
        return (places[c],)

    summands: list[Summand] = []
    for key, form in forms.items():
        c = here(form)
        if key[0] == "instance":
            known = sign(c)
            summands.append(Summand(_ONE, (*known, len(premises))))
            premises.append(_instance(stated, key[1], at, here))
        elif key[0] == "square":
            v = _vector(forms, ("in square", key[1]), here)
            summands.append(Summand(_ONE, sign(c), (v,)))
    for name in dict.fromkeys(key[:2] for key in forms if key[0] == "in equation"):
        v = _vector(forms, name, here)
        summands.append(Summand(_ONE, (len(premises),), (), v))
        premises.append(_at(stated, *name[1], at))
    terms = [goal, *(th.conclusion for th in premises)]
    terms += [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    below = dict.fromkeys(denominators(dict.fromkeys(map(canonical, terms))))
    nonzero = [p.quiet(ne(d, 0)).thm for d in below]
    numbers = list(range(len(premises), len(premises) + len(nonzero)))
    return combine(*premises, *nonzero, goal=goal, summands=summands, nonzero=numbers)


def _at(stated: Stated, q: int, r: int, shift: int | None, at: Term) -> Thm:
    """Return a part of a known theorem, of one for all k that at ``at`` + ``shift``."""
    fact = stated.facts[q]
    if shift is not None:
        fact = fact(at if shift == 0 else with_sums(at + shift))
    return opened(list(parts_of(fact.thm))[r])


def _instance(stated: Stated, family: Family, at: Term, here: Callable[[Term], Term]) -> Thm:
    q, r, shift, points = family
    thm = _at(stated, q, r, shift, at)
    for point in points:
        thm = rules.instantiate(thm, value=here(point))
    return thm


def _vector(forms: Forms, name: Key, here: Callable[[Term], Term]) -> Term:
    """Return Σ c·v over the vectors of a square or an equation."""
    total: Term | None = None
    for key, c in forms.items():
        if key[: len(name)] != name:
            continue
        v, c = here(key[-1]), here(c)
        negative = c.op == "neg"
        c = c.args[0] if negative else c
        piece = v if c == number(1) else make("smul", (c, v))
        if total is None:
            total = -piece if negative else piece
        else:
            total = total - piece if negative else total + piece
    assert total is not None
    return total
