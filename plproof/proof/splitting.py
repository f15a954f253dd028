"""Joining the branches of a case split along a disjunction that is seen to be exhaustive."""

from __future__ import annotations

from collections.abc import Sequence

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.sorts import LanguageError
from plproof.language.syntax import neg
from plproof.language.terms import Term
from plproof.proof import lemmas


def join_cases(branches: Sequence[tuple[Term, Thm]], either: Thm | None) -> Thm:
    """Return the branches' common conclusion; ``either`` is the disjunction, if it is given."""
    conclusion = branches[0][1].conclusion
    joined = []
    for proposition, thm in branches:
        if thm.conclusion != conclusion:
            thm = rules.convert(thm, target=conclusion)
        joined.append((proposition, thm))
    split = either or _exhaustive([p for p, _ in branches])
    return _split(split, joined)


def _split(split: Thm, branches: Sequence[tuple[Term, Thm]]) -> Thm:
    """Join branches along a disjunction P₁ ∨ (P₂ ∨ …)."""
    first, rest = branches[0], branches[1:]
    left_wanted, right_wanted = split.conclusion.args
    left = _under(first, left_wanted)
    if len(rest) == 1:
        right = _under(rest[0], right_wanted)
    else:
        right = _split(rules.assume(proposition=right_wanted), rest)
    return rules.cases(split, left, right)


def _under(branch: tuple[Term, Thm], wanted: Term) -> Thm:
    """Return the branch's theorem under the wanted form of its assumption."""
    proposition, thm = branch
    if proposition == wanted:
        return thm
    under = rules.discharge(thm, hypothesis=proposition)
    held = rules.convert(rules.assume(proposition=wanted), target=proposition)
    return rules.modus_ponens(under, held)


def _exhaustive(propositions: Sequence[Term]) -> Thm:
    forms = [canonical(p) for p in propositions]
    if len(forms) == 2:
        for first, second in ((0, 1), (1, 0)):
            a, b = forms[first], forms[second]
            if a.op == "le" and b.op == "lt" and a.args == (b.args[1], b.args[0]):
                split = rules.total_order(left=a.args[0], right=a.args[1])
                return split if first == 0 else lemmas.swapped(split)
            if b == neg(a) and first == 0:
                return lemmas.excluded_middle(propositions[0])
            if b == neg(a):
                return lemmas.swapped(lemmas.excluded_middle(propositions[1]))
    if len(forms) == 3 and [p.op for p in forms] == ["lt", "eq", "lt"]:
        a, b = forms[0].args
        if forms[1].args == (a, b) and forms[2].args == (b, a):
            return lemmas.trichotomy(a, b)
    shown = "; ".join(map(str, propositions))
    raise LanguageError(
        f"the cases are not seen to be exhaustive: {shown}. Use a ≤ b and b < a, or P and neg(P), "
        "or give p.cases(either) a fact P ∨ Q"
    )
