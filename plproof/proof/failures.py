"""What a proof says when a step of it fails: what is open, what would do, what was meant.

[untrusted: it only looks for words; a step that would follow is tried and thrown away]
"""

from __future__ import annotations

from collections.abc import Callable
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, TypeVar

from plproof.kernel.normal import KernelError
from plproof.language.sorts import LanguageError
from plproof.language.terms import FALSE, Term, number
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError, author_place, place_in, spoken
from plproof.proof.facts import Fact, Product, opened
from plproof.proof.norms import both_written, norm_facts_named, norms_in, of_two_squares, read_alike
from plproof.proof.prover import Prover, Reasons, is_function, listed
from plproof.proof.refutation import AtValues
from plproof.proof.shortened import cut, short

_T = TypeVar("_T")


class Failures:
    """The part of a proof that makes errors of the author's steps."""

    theorem: str
    outline: list[Any]
    _named: dict[str, Fact]
    _prover: Prover

    if TYPE_CHECKING:  # the proof's own

        def norm(self, v: Term) -> tuple[Fact, Fact]:
            """See :meth:`plproof.proof.tools.Tools.norm`."""

    def _guard(
        self, goal: Term | None, run: Callable[[], _T], by: Reasons = (), hinted: bool = True
    ) -> _T:
        try:
            return run()
        except NotFound as error:
            failure = self._explain(error, goal, by)
            if goal is not None and hinted:
                nearest = self._norms(goal, by)
                if not nearest and not failure.missing:
                    nearest = self._nearest(goal, by) or of_two_squares(_terms_of(goal, by))
                failure.hint = nearest or failure.hint
            raise failure from None
        except (KernelError, LanguageError) as error:
            raise self._error(cut(spoken(error)), goal=goal) from None

    def _error(self, message: str, goal: Term | None = None) -> ProofError:
        return ProofError(
            message,
            author_place(),
            self.theorem,
            goal="" if goal is None else short(goal),
            goal_term=goal,
            hypothesis_terms=self._assumptions(),
        )

    def _fact_for_term(self, error: LanguageError) -> ProofError | None:
        """Return what to say when the language was handed a fact, None when it was not."""
        frames = list(walk_tb(error.__traceback__))
        values = list(frames[-1][0].f_locals.values())
        fact = next((value for value in values if isinstance(value, Fact)), None)
        if fact is None or not frames[-1][0].f_globals["__name__"].startswith("plproof.language"):
            return None
        name = f"p.{fact.label}" if fact.label in self._named else fact.label
        name = name if name.replace(".", "").isidentifier() else "fact"
        other = next((t for t in values if isinstance(t, Term)), "t")
        failure = self._error(f"{error}: it is a fact, and terms are built from terms")
        failure.place = place_in(frames)
        failure.hint = f"by=[…] takes a multiple of a fact: {other} * {name}"
        if opened(fact.thm).conclusion.op == "eq":
            failure.hint += ", for an equation of vectors its inner product with a vector"
        return failure

    def _no_contradiction(self, failure: ProofError, by: Reasons) -> None:
        """Say what is the matter with the reasons for ⊥."""
        for f in _facts_in(by):
            said = opened(f.thm).conclusion
            if said.op == "all":
                failure.hint = f"{f.label} is about every {said.data.name}: call it with a value"
            elif isinstance(f, AtValues) and f.is_true():
                said_so = "is true here and contradicts nothing: give other values"
                failure.hint = f"{short(f.claim)} {said_so}"
        failure.hint = failure.hint or (
            "by=[…] needs facts that cannot all hold; products and multiples, as p.a * p.b or "
            "t * p.a, are to be named too"
        )

    def _norms(self, goal: Term, by: Reasons) -> str:
        """Return a hint when facts about norms would do."""
        terms = _terms_of(goal, by)
        vectors, alike = norms_in(terms)[:4], read_alike(terms)
        for chosen in [*((v,) for v in vectors), vectors]:
            known = [fact for v in chosen for fact in self.norm(v)]
            if known and self._prover.would_follow(goal, by, *known):
                why = f": {both_written(alike[0])}" if alike else ""
                return f"it follows if {norm_facts_named(chosen)} is added to by=[…]{why}"
        return ""

    def _nearest(self, goal: Term, by: Reasons) -> str:
        """Return a hint when one more fact in scope would do."""
        known = [*self._named.values()]
        known += [
            self._prover.fact(step.thm, step.label)
            for step in self.outline
            if step.label and step.thm is not None and step.kind == "have"
        ]
        for fact in known[-6:]:
            if _is_sign(fact.claim):  # it is used without being listed
                continue
            if self._prover.would_follow(goal, by, fact):
                return f"it follows if {fact.label} is added to by=[…]"
        return ""

    def _assumptions(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(h for thm in self._prover.facts() for h in thm.hypotheses))

    def _explain(self, error: NotFound, goal: Term | None, by: Reasons) -> ProofError:
        failure = self._error(f"not found: {error}")
        failure.goal_term = goal
        facts = [(name, f.claim) for name, f in self._named.items()]
        facts += [(s.label, s.thm.conclusion) for s in self.outline if s.label and s.thm][-6:]
        if goal == FALSE:  # as of a counterexample where the claim holds
            shown = {claim for _, claim in facts}
            offered = {f.claim: f.label for f in _facts_in(by) if f.claim not in shown}
            facts += [(label, claim) for claim, label in offered.items()]
        told = [] if goal is None else [goal]
        equations = [opened(f.thm).conclusion for f in self._named.values()]
        failure.show(told, facts, error.residual, error.missing, equations)
        if error.missing:
            failure.hint = f"prove first, or add to given=: {failure.missing[0]}"
        elif error.hint:
            failure.hint = error.hint
        elif failure.residual:
            failure.hint = (
                "something in by=[…] is missing, or the multiple of a fact in it, as "
                "rational(1, 2) * p.name, or a constant in the claim is too small"
            )
        return failure


def _is_sign(claim: Term) -> bool:
    """Say whether a claim is the sign of a variable, as α > 0."""
    sides = {side.op for side in claim.args} if claim.op in ("le", "lt", "ge", "gt") else set()
    return sides == {"var", "num"} and any(side == number(0) for side in claim.args)


def _facts_in(by: Reasons) -> list[Fact]:
    """Return the facts among reasons, which may be anything, without those in products."""
    offered = by if isinstance(by, (list, tuple)) else [by]
    return [f for f in offered if isinstance(f, Fact)]


def _terms_of(goal: Term, by: Reasons) -> list[Term]:
    """Return the goal and what its reasons say, as far as they are listed."""
    reasons = [] if is_function(by) else listed(by)
    facts = [f for r in reasons for f in (r.facts if isinstance(r, Product) else [r])]
    return [goal, *(f.claim for f in facts if isinstance(f, Fact))]
