"""Parameters that hypotheses give, μ = 1 or L = 2μ: the statement is proved with what they are.

[untrusted: every step is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Callable

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.syntax import eq
from plproof.language.terms import Term, subterms
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.search.statements.parameters import is_number


def at_given_numbers(
    p: Proof, search: Callable[[Proof], Fact], more_than_numbers: bool = False
) -> Fact | None:
    """Prove the goal by a search of the statement with numbers for what equations give, or None.

    With ``more_than_numbers`` also with what equations give in terms of other parameters.
    """
    hypotheses = p.hypotheses()
    numbers = {
        f: found
        for f in hypotheses
        if (found := _number(f.claim)) is not None and (more_than_numbers or found[1].op == "num")
    }
    if not numbers:
        return None
    given = dict(numbers.values())
    others = [f for f in hypotheses if f not in numbers]
    inner = Proof(p.theorem, {f.label: _put(f.claim, given) for f in others}, _put(p.goal, given))
    try:
        thm = search(inner).thm
    except ProofError:
        return None
    equations = [p.quiet(eq(v, t), by=[*numbers]).thm for v, t in given.items()]
    known = {_put(f.claim, given): f for f in others}
    for h in thm.hypotheses:
        thm = rules.modus_ponens(
            rules.discharge(thm, hypothesis=h), _rewritten(known[h].thm, equations)
        )
    for n, equation in enumerate(equations):
        left = dict(list(given.items())[n + 1 :])
        thm = rules.rewrite(equation, thm, target=_put(p.goal, left))
    return p.have(p.goal, by=p.fact(thm, FOUND))


def _number(claim: Term) -> tuple[Term, Term] | None:
    """Return v and t of v = t or t = v, where v is a real variable and t of numbers without v."""
    c = canonical(claim)
    if c.op != "eq":
        return None
    for v, t in (c.args, c.args[::-1]):
        if v.op == "var" and v.sort == REAL and is_number(t) and v not in subterms(t):
            return v, t
    return None


def _put(t: Term, given: dict[Term, Term]) -> Term:
    for v, value in given.items():
        t = replace(t, v, value)
    return t


def _rewritten(thm: Thm, equations: list[Thm]) -> Thm:
    for equation in equations:
        target = replace(thm.conclusion, *equation.conclusion.args)
        thm = rules.rewrite(equation, thm, target=target)
    return thm
