"""Small helpers of a proof: norms and roots, derivatives, sums, axioms, what exists.

[untrusted: every step ends in rules of the kernel]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from plproof.kernel import calculus, rules
from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder, replace
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL, LanguageError, match_spaces
from plproof.language.syntax import eq, sq
from plproof.language.terms import (
    FALSE,
    Term,
    as_proposition,
    as_real,
    free_variables,
    lift,
    number,
)
from plproof.proof import lemmas
from plproof.proof.arguments import checking, described
from plproof.proof.certificates import NotFound
from plproof.proof.errors import assigned_name
from plproof.proof.facts import Fact, opened
from plproof.proof.failures import Failures
from plproof.proof.norms import is_norm
from plproof.proof.prover import Reasons, is_function, listed
from plproof.proof.quadratic import minimum_over
from plproof.proof.shortened import short
from plproof.theory.axiom import Axiom
from plproof.theory.oracles import Oracle

_T = TypeVar("_T")


@checking
class Tools(Failures):
    """What a proof offers besides its steps and blocks; the steps record what it proves."""

    _last: Fact | None

    if TYPE_CHECKING:  # the proof's own

        def _record(self, thm: Thm, label: str, why: str, kind: str) -> Fact: ...

    @property
    def last(self) -> Fact:
        """The fact that the last step has proved; ProofError before the first."""
        if self._last is None:
            raise self._error("p.last is the fact of the last step, and there is no step before it")
        return self._last

    def axiom(self, axiom: Axiom, *values: object) -> Fact:
        """Return a shipped axiom, instantiated at the values."""

        def run() -> Fact:
            thm = rules.axiom(name=axiom.name, statement=axiom.statement)
            spaces: dict[str, str] = {}
            inner = thm.conclusion
            for value in values:
                if isinstance(value, Term) and inner.op == "all":
                    match_spaces(inner.data.sort, value.sort, spaces)
                inner = inner.args[0] if inner.args else inner
            if any(name != new for name, new in spaces.items()):
                thm = rules.rename(thm, spaces=spaces)
            fact = self._prover.fact(thm, f"axiom {axiom.name}")
            return fact(*values) if values else fact

        return self._guard(None, run)

    def oracle(self, oracle: Oracle, claim: Term) -> Fact:
        """Prove a closed claim by asking an oracle, as ``p.oracle(ARB, forall(t, …))``."""
        label = assigned_name() or f"step {len(self.outline) + 1}"

        def run() -> Thm:
            verdict = oracle.examine(as_proposition(claim))
            if not verdict.proved:
                raise NotFound(f"not decided by the oracle {oracle.name}: {verdict.words}")
            return rules.oracle(name=oracle.name, statement=claim)

        return self._record(self._guard(claim, run), label, "", "have")

    def differentiate(self, f: Term, point: Term) -> Fact:
        """Return that the explicit function f is differentiable at the point, and its derivative.

        The fact is a conjunction: ``[0]`` is differentiability, ``[1]`` the equation ∇f(p) = g, or
        ∀h. Df(p) h = … for f into a space.  What it needs — denominators that are not zero, roots
        of positive numbers, other functions that are differentiable — is taken from the scope.
        """

        def run() -> Thm:
            if f.op != "lam" or point.sort != f.sort.parts[0]:
                said = f"{described(f)} cannot be differentiated at {described(point)}"
                raise LanguageError(
                    f"{said}: that takes a function given by a term, mapsto(x, …), and a point of "
                    "its space; of other functions hypotheses say what the derivative is"
                )
            premises, missing = [], []
            for alternatives in calculus.conditions(f, point):
                found = self._prover.first(alternatives)
                premises += [] if found is None else [found]
                missing += [alternatives[-1]] if found is None else []
            if missing:
                raise NotFound(
                    f"the derivative of {short(f)} needs more to be known", missing=missing
                )
            return calculus.differentiate(*premises, function=f, point=point)

        return self._prover.fact(self._guard(None, run), f"derivative of {f}")

    def extensional(self, fact: Fact) -> Fact:
        """From ∀x. s = t return the equation (x ↦ s) = (x ↦ t) of functions."""
        return self._prover.fact(
            self._guard(None, lambda: rules.extensional(fact.thm)), f"{fact.label}, as functions"
        )

    def sum(self, f: Term) -> Fact:
        """Return Σ_{i<0} f(i) = 0 ∧ ∀n. Σ_{i<n+1} f(i) = Σ_{i<n} f(i) + f(n)."""
        return self._prover.fact(
            self._guard(None, lambda: rules.summation(function=f)), "definition of the sum"
        )

    def coordinates(self, dimension: int) -> Fact:
        """Return dim ℝⁿ = n ∧ ∀x. x = ⟨e₁, x⟩·e₁ + … + ⟨eₙ, x⟩·eₙ."""
        return self._prover.fact(
            self._guard(None, lambda: rules.coordinates(dimension=dimension)), "coordinates"
        )

    def successor(self, fact: Fact) -> Fact:
        """From m < n between natural numbers return m + 1 ≤ n; one side may be a numeral."""

        def run() -> Thm:
            claim = canonical(fact.claim)
            below, above = claim.args if claim.op == "lt" else (FALSE, FALSE)
            m, n = _in_naturals(below), _in_naturals(above)
            if m is None or n is None:
                raise LanguageError(f"{short(fact.claim)} is not m < n for natural numbers")
            thm = rules.successor(self._prover.as_form(fact.thm, m < n))
            return self._prover.as_form(thm, below + 1 <= above)

        return self._prover.fact(self._guard(None, run), f"{fact.label}, in ℕ")

    def admit(self, claim: Term) -> Fact:
        """Take the claim without proof; the theorem stays marked and does not count as proved."""
        thm = rules.admit(proposition=as_proposition(claim))
        return self._record(thm, assigned_name() or "gap", "admitted without proof", "admit")

    def equal(self, left: Term, right: object, by: tuple[Reasons, Reasons]) -> Fact:
        """Prove left = right from reasons for left ≤ right and for right ≤ left."""
        other = lift(right, left.sort)
        label = assigned_name()
        why: list[str] = []
        claim = eq(left, other)

        def run() -> Thm:
            lower = self._prover.prove(left <= other, by[0], (), why)
            upper = self._prover.prove(other <= left, by[1], (), why)
            return rules.antisymmetry(lower, upper)

        thm = self._guard(claim, run)
        label = label or f"step {len(self.outline) + 1}"
        return self._record(thm, label, ", ".join(dict.fromkeys(why)), "have")

    def rewrite(self, fact: Fact, by: Fact) -> Fact:
        """Return the fact with the left side of an equation, wherever it stands, made the right."""
        equation = opened(by.thm)

        def run() -> Thm:
            if equation.conclusion.op != "eq":
                raise LanguageError(f"{short(by.claim)} is not an equation")
            target = replace(fact.claim, *equation.conclusion.args)
            return rules.rewrite(equation, fact.thm, target=target)

        return self._prover.fact(self._guard(None, run), f"{fact.label} by {by.label}")

    def zero_vector(self, v: Term, by: Reasons) -> Fact:
        """Prove v = 0 from reasons for ‖v‖² ≤ 0."""
        label = assigned_name() or f"step {len(self.outline) + 1}"
        why: list[str] = []
        small = sq(v) <= 0
        thm = self._guard(small, lambda: rules.definite(self._prover.prove(small, by, (), why)))
        return self._record(thm, label, ", ".join(why), "have")

    def contradiction(self, fact: Fact) -> Fact:
        """From a fact ¬P, where P is known, conclude ⊥."""

        def run() -> Thm:
            c = fact.claim
            if c.op != "imp" or c.args[1] != FALSE:
                raise LanguageError(f"{short(c)} does not deny anything")
            known = self._prover.establish(c.args[0])
            if known is None:
                raise NotFound(f"that {short(c.args[0])} is not known: prove it first")
            return rules.modus_ponens(fact.thm, known)

        thm = self._guard(FALSE, run)
        return self._record(thm, f"step {len(self.outline) + 1}", fact.label, "have")

    def norm(self, v: Term) -> tuple[Fact, Fact]:
        """Return the facts 0 ≤ ‖v‖ and ‖v‖·‖v‖ = ⟨v, v⟩."""
        nonnegative, square = lemmas.norm_facts(v)
        return self._prover.fact(nonnegative, f"0 ≤ ‖{v}‖"), self._prover.fact(
            square, f"‖{v}‖² = ⟨{v}, {v}⟩"
        )

    def norm_of_multiple(self, t: Term, v: Term) -> Fact:
        """Return ‖t·v‖ ≤ t·‖v‖, where 0 ≤ t is known."""
        nonnegative = self._guard(t >= 0, lambda: self._prover.prove(number(0) <= t, (), (), []))
        return self._prover.fact(
            lemmas.norm_of_multiple(t, v, nonnegative), f"‖{t}·{v}‖ ≤ {t}·‖{v}‖"
        )

    def cauchy_schwarz(self, u: Term, v: Term) -> Fact:
        """Return ⟨u, v⟩ ≤ ‖u‖·‖v‖."""
        return self._prover.fact(lemmas.cauchy_schwarz(u, v), "Cauchy–Schwarz")

    def triangle(self, u: Term, v: Term) -> Fact:
        """Return ‖u + v‖ ≤ ‖u‖ + ‖v‖."""
        return self._prover.fact(lemmas.triangle(u, v), "triangle inequality")

    def root(self, t: Term) -> tuple[Fact, Fact]:
        """Return the facts 0 ≤ √t and √t·√t = t, where 0 ≤ t is known."""
        known = self._guard(t >= 0, lambda: self._prover.prove(number(0) <= t, (), (), []))
        nonnegative, square = lemmas.root_facts(t, known)
        fact = self._prover.fact
        return fact(nonnegative, f"0 ≤ √({t})"), fact(square, f"√({t})² = {t}")

    def compare_squares(self, low: object, high: object, by: Reasons = ()) -> Fact:
        """Prove low ≤ high from reasons for low·low ≤ high·high, where 0 ≤ high is known.

        Of a side that is a norm ‖v‖ it is used that ‖v‖·‖v‖ = ⟨v, v⟩.
        """
        left, right = lift(low, REAL), lift(high, REAL)
        label = assigned_name() or f"step {len(self.outline) + 1}"
        why: list[str] = []

        def run() -> Thm:
            prove, wanted = self._prover.prove, left * left <= right * right
            try:
                squares = prove(wanted, by, (), why)
            except NotFound:
                sides = dict.fromkeys(side for side in (left, right) if is_norm(side))
                known = [self.norm(side.args[0].args[0])[1] for side in sides]
                if not known or is_function(by):
                    raise
                why.clear()
                squares = prove(wanted, [*listed(by), *known], (), why)
            nonnegative = prove(number(0) <= right, (), (), [])
            return lemmas.le_of_squares(squares, left, right, nonnegative)

        thm = self._guard(left <= right, run)
        return self._record(thm, label, f"squares: {', '.join(why)}", "have")

    def minimise(self, fact: Fact, over: Term) -> Fact:
        """From ∀y. a(y) ≥ b(y) with b quadratic in y, conclude ∀y. a(y) ≥ min b.

        This is “minimise the right side over y”: the square is completed in the kernel.
        """
        label = assigned_name() or f"step {len(self.outline) + 1}"

        def run() -> Thm:
            inner = fact(over) if opened_kind(fact) == "all" else fact
            bound = canonical(inner.claim)
            if bound.op != "le" or over not in free_variables(bound.args[0]):
                raise LanguageError(
                    f"{short(inner.claim)} does not bound something below by a term in {over}"
                )
            least = minimum_over(bound.args[0], over, self._prover.signs())
            thm = self._prover.prove(bound.args[1] >= least, [inner], (), [])
            return rules.generalise(thm, variable=over)

        thm = self._guard(None, run)
        return self._record(thm, label, f"{fact.label}, minimised over {over}", "have")

    def exhibit(self, claim: Term, value: object, by: Reasons = ()) -> Fact:
        """Prove ∃x. P by the value: P at the value is proved from the reasons."""
        label = assigned_name() or f"step {len(self.outline) + 1}"
        why: list[str] = []

        def run() -> Thm:
            if claim.op != "ex":
                raise LanguageError(f"{short(claim)} does not say that something exists")
            witness = lift(value, claim.data.sort)
            instance = self._prover.prove(open_binder(claim, witness), by, (), why)
            return rules.witness(instance, goal=claim, value=witness)

        thm = self._guard(claim, run)
        return self._record(thm, label, ", ".join([f"take {value}", *why]), "have")


def _in_naturals(side: Term) -> Term | None:
    """Return a side of a comparison as a natural number read as a real, or None."""
    if side.op == "num" and side.data.denominator == 1 and side.data >= 0:
        return as_real(number(side.data, NAT))
    return side if side.op == "real" else None


def opened_kind(fact: Fact) -> str:
    """Return the operation that leads the fact's claim once definitions are opened."""
    thm = opened(fact.thm)
    while thm.conclusion.op == "and":
        thm = opened(rules.conjunct(thm, side=1))
    return thm.conclusion.op
