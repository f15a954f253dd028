"""The author's side of a proof: hypotheses by name, steps in the paper's order, blocks.

[untrusted: every step ends in rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, LanguageError
from plproof.language.statement import Statement
from plproof.language.syntax import Space, eq, neg
from plproof.language.terms import FALSE, Term, as_proposition, lift, number
from plproof.proof.arguments import check_kind, checking, proposition
from plproof.proof.errors import (
    NoSuchName,
    Place,
    ProofError,
    assigned_name,
    author_place,
    block_name,
)
from plproof.proof.facts import Fact, opened
from plproof.proof.prover import Provable, Prover, Reasons
from plproof.proof.refutation import Contradicted
from plproof.proof.shortened import in_label, short
from plproof.proof.splitting import join_cases
from plproof.proof.tools import Tools

_T = TypeVar("_T")


@dataclass(frozen=True)
class OutlineStep:
    """A step as the author wrote it: its theorem, label, justification in words, and place."""

    thm: Thm | None
    label: str
    why: str
    kind: str
    depth: int
    place: Place


@dataclass
class _Induction:
    goal: Term
    base: Thm | None = None
    step: Thm | None = None


@checking
class Proof(Tools):
    """A proof being written; hypotheses are attributes, ``p.smooth``; see the README for a tour."""

    def __init__(self, theorem: str, hypotheses: Mapping[str, Term], goal: Term) -> None:
        check_kind("the first argument", theorem, str, "the name of what is proved, as text")
        check_kind("the second", hypotheses, Mapping, "a dictionary of hypotheses by name")
        self.theorem = theorem
        self.goal = proposition("the goal", goal)
        self.outline: list[OutlineStep] = []
        self._last: Fact | None = None
        self._named: dict[str, Fact] = {}
        self._supposed = list(hypotheses.values())
        self._prover = Prover()
        self._cases: list[list[tuple[Term, Thm]]] = []
        self._inductions: list[_Induction] = []
        for name, h in hypotheses.items():
            self._named[name] = self._prover.fact(rules.assume(proposition=h), name)
            self._prover.add(self._named[name].thm)

    def __getattr__(self, name: str) -> Fact:
        named = self.__dict__.get("_named", {})
        if name in named:
            fact: Fact = named[name]
            return fact
        known = ", ".join(named) or "none"
        failure = NoSuchName(
            f"there is no hypothesis or method {name!r}; hypotheses: {known}",
            author_place(),
            self.__dict__.get("theorem", ""),
        )
        if name == "statement":
            failure.hint = 'to refute a theorem declare it refuted: Theorem(…, expect="refuted")'
        raise failure

    def run(self, script: Callable[[Proof], object]) -> None:
        """Run a script; ProofError, which says what to write, for a fact in a term's place."""
        try:
            script(self)
        except LanguageError as error:
            failure = self._fact_for_term(error)
            if failure is None:
                raise
            raise failure from None

    def hypotheses(self) -> list[Fact]:
        """Return the hypotheses as facts, in order."""
        return list(self._named.values())

    @property
    def given(self) -> dict[str, Term]:
        """What the hypotheses say, by name."""
        return {name: fact.claim for name, fact in self._named.items()}

    def refute(self, statement: Statement, spaces: Mapping[str, str]) -> None:
        """Make ``p.statement`` the statement to be contradicted, which asks for its hypotheses."""
        establish = self._prover.establish
        self._named["statement"] = Contradicted(statement, spaces, self.theorem, establish)

    def fact(self, thm: Thm, label: str) -> Fact:
        """Return a theorem of the kernel as a fact with a label: what a tactic has made."""
        return self._prover.fact(thm, label)

    def attempt(self, goal: Term, run: Callable[[], _T]) -> _T:
        """Run a tactic for a goal: what it does not find is an error at the author's line.

        It has no ``by``, and what might be added to that is not looked for.
        """
        return self._guard(goal, run, hinted=False)

    def quiet(self, claim: Term, by: Reasons = ()) -> Fact:
        """Prove a claim without a step in the transcript: for tactics.

        What an author might add is not looked for where it fails: no author wrote it.
        """
        thm = self._guard(claim, lambda: self._prover.prove(claim, by, (), []), hinted=False)
        return self._prover.fact(thm, in_label(claim))

    # ---------------------------------------------------------------- steps
    def have(
        self,
        claim: Term,
        by: Reasons = (),
        *,
        squares: Sequence[Term] = (),
        name: str = "",
    ) -> Fact:
        """Prove the claim from the reasons and return it as a fact.

        ``by`` lists facts, products of facts, and theorem objects, or is a function from the
        variables of a claim ∀y… to such a list.  Multipliers and squares are found; ``squares``
        adds terms whose squares may be used.  Raises ProofError, with what was left over, when no
        certificate is found.
        """
        label = name or assigned_name() or f"step {len(self.outline) + 1}"
        why: list[str] = []
        self._guard(None, lambda: as_proposition(claim))
        try:
            thm = self._guard(claim, lambda: self._prover.prove(claim, by, squares, why), by)
        except ProofError as error:
            if claim == FALSE:
                self._no_contradiction(error, by)
            raise
        return self._record(thm, label, ", ".join(dict.fromkeys(why)), "have")

    def calc(self, start: Term, *links: tuple[str, object, Reasons], name: str = "") -> Fact:
        """Prove a chain: ``p.calc(a, ("<=", b, why), ("=", c, why))`` proves a ≤ c.

        The relations are ``<=``, ``<``, ``=`` or their opposites ``>=``, ``>``, not mixed.
        """
        label = name or assigned_name() or f"step {len(self.outline) + 1}"
        current, items = start, list[Fact]()
        signs = {relation for relation, _, _ in links}
        if not signs <= {"<=", "<", "="} and not signs <= {">=", ">", "="}:
            raise self._error(f"the chain mixes directions: {', '.join(sorted(signs))}")
        for relation, value, by in links:
            following = lift(value, current.sort)
            claim = _related(relation, current, following)
            items.append(self.have(claim, by, name=f"{label}, link {len(items) + 1}"))
            current = following
        overall = "=" if signs == {"="} else ("<" if signs & {"<", ">"} else "<=")
        if signs & {">=", ">"}:
            overall = overall.replace("<", ">")
        return self.have(_related(overall, start, current), by=items, name=label)

    def use(
        self,
        theorem: Provable,
        values: Mapping[Term, object] | None = None,
        *,
        spaces: Mapping[Space, Space] | None = None,
        **named: object,
    ) -> Fact:
        """Return another theorem's claim at the given values, its hypotheses discharged.

        A variable of the theorem that is not given keeps its name: ``p.use(lemma, f=g, beta=L)``.
        Its spaces are those of the values; ``spaces={E: R3}`` says what no value tells.
        """
        given, renamed = dict(values or {}), {a.name: b.name for a, b in (spaces or {}).items()}
        return self._guard(None, lambda: self._prover.use(theorem, given, named, renamed))

    # ---------------------------------------------------------------- blocks
    @contextmanager
    def fix(self, *variables: Term) -> Iterator[None]:
        """Open a block about arbitrary variables; its last fact is then known for all of them."""
        with self._block("fix", f"let {', '.join(map(str, variables))} be arbitrary") as scope:
            yield
        thm = scope.result()
        for v in reversed(variables):
            thm = self._guard(None, partial(rules.generalise, thm, variable=v))
        self._close(thm, "for all of them")

    @contextmanager
    def suppose(self, proposition: Term, name: str = "") -> Iterator[Fact]:
        """Open a block under an assumption; its last fact is then known under it."""
        held = rules.assume(proposition=as_proposition(proposition))
        label = name or block_name() or f"{proposition}"
        with self._block("suppose", f"suppose {proposition}", held, label) as scope:
            yield self._prover.fact(held, label)
        self._close(lambda: rules.discharge(scope.result(), hypothesis=proposition), "under it")

    @contextmanager
    def by_contradiction(self, claim: Term) -> Iterator[Fact]:
        """Open a block that assumes the claim's negation and ends in FALSE; proves the claim."""
        held = rules.assume(proposition=neg(claim))
        label = block_name() or f"{neg(claim)}"
        with self._block("suppose", f"suppose not: {neg(claim)}", held, label) as scope:
            yield self._prover.fact(held, label)
        self._close(lambda: rules.absurd(scope.result(), proposition=claim), "by contradiction")

    @contextmanager
    def obtain(self, fact: Fact, variable: Term) -> Iterator[Fact]:
        """Open a block with a variable for what exists; its last fact does not mention it."""
        existence = opened(fact.thm)
        if existence.conclusion.op != "ex":
            raise self._error(
                f"{fact.label}: {short(existence.conclusion)} does not say what exists"
            )
        held = rules.assume(proposition=open_binder(existence.conclusion, variable))
        label = block_name() or f"{variable}"
        with self._block("obtain", f"take {variable} from {fact.label}", held, label) as scope:
            yield self._prover.fact(held, label)
        self._close(lambda: rules.obtain(existence, scope.result(), variable=variable), "so")

    @contextmanager
    def cases(self, either: Fact | None = None) -> Iterator[None]:
        """Open a split into ``p.case(…)`` blocks that end in the same fact and are exhaustive.

        Exhaustive are a ≤ b and b < a, P and not P, a < b, a = b and b < a, and the sides of
        ``either``.
        """
        self._cases.append([])
        yield
        branches = self._cases.pop()
        if len(branches) < 2:
            raise self._error("a split needs at least two cases")
        known = None if either is None else opened(either.thm)
        thm = self._guard(None, lambda: join_cases(branches, known))
        self._close(thm, "in every case")

    @contextmanager
    def case(self, proposition: Term, name: str = "") -> Iterator[Fact]:
        """Open one case of a split."""
        if not self._cases:
            raise self._error("p.case(…) belongs inside `with p.cases():`")
        held = rules.assume(proposition=as_proposition(proposition))
        label = name or block_name() or f"{proposition}"
        with self._block("case", f"case {proposition}", held, label) as scope:
            yield self._prover.fact(held, label)
        self._cases[-1].append((proposition, scope.result()))

    @contextmanager
    def induction(self, goal: Term | None = None) -> Iterator[None]:
        """Open an induction on the leading natural number of the goal (default: the claim).

        Inside, ``p.step(k)`` proves P(k+1) from P(k); ``p.base()`` proves P(0), which is tried
        without help when no base is given.
        """
        whole = self.goal if goal is None else goal
        if whole.op != "all" or whole.data.sort != NAT:
            raise self._error(f"induction needs a goal ∀k∈ℕ, not {short(whole)}")
        self._inductions.append(_Induction(whole))
        yield
        state = self._inductions.pop()
        if state.step is None:
            raise self._error("the induction has no p.step(k)")
        start = open_binder(whole, number(0, NAT))
        base = state.base or self._guard(start, lambda: self._prover.prove(start, (), (), []))
        step = state.step
        thm = self._guard(None, lambda: rules.induction(base, step, goal=whole))
        self._close(thm, f"induction on {whole.data.name}")

    @contextmanager
    def base(self) -> Iterator[None]:
        """Open the base case of an induction."""
        state = self._induction()
        with self._block("case", "base") as scope:
            yield
        start = open_binder(state.goal, number(0, NAT))
        state.base = self._guard(start, lambda: self._prover.as_form(scope.result(), start))

    @contextmanager
    def step(self, variable: Term, name: str = "") -> Iterator[Fact]:
        """Open the step of an induction; gives the induction hypothesis P(k)."""
        state = self._induction()
        claim = open_binder(state.goal, lift(variable, NAT))
        held = rules.assume(proposition=claim)
        label = name or block_name() or "induction hypothesis"
        words = f"step: suppose it holds for {variable}"
        with self._block("case", words, held, label) as scope:
            yield self._prover.fact(held, label)
        following = open_binder(state.goal, variable + 1)
        thm = self._guard(following, lambda: self._prover.as_form(scope.result(), following))
        thm = rules.discharge(thm, hypothesis=claim)
        state.step = self._guard(None, lambda: rules.generalise(thm, variable=variable))

    # ---------------------------------------------------------------- finishing
    def conclude(self) -> Thm:
        """Return the theorem that proves the goal, or ⊥ from the hypotheses."""
        for thm in reversed(self._prover.scopes[0]):
            if canonical(thm.conclusion) in (canonical(self.goal), FALSE):
                return thm if thm.conclusion == FALSE else self._prover.as_form(thm, self.goal)
        found = self._prover.establish(self.goal)
        if found is None:
            raise self._error("the proof ends without proving the claim", goal=self.goal)
        return found

    # ---------------------------------------------------------------- inside
    def _record(self, thm: Thm, label: str, why: str, kind: str) -> Fact:
        gone = [h for h in thm.hypotheses if h not in self._supposed]
        if gone:
            raise self._error(f"the step uses {gone[0]}, supposed in a block that has ended")
        depth = len(self._prover.scopes) - 1
        self.outline.append(OutlineStep(thm, label, why, kind, depth, author_place()))
        self._prover.add(thm)
        self._last = self._prover.fact(thm, label)
        return self._last

    @contextmanager
    def _block(
        self, kind: str, words: str, held: Thm | None = None, label: str = ""
    ) -> Iterator[_Scope]:
        depth = len(self._prover.scopes) - 1
        self.outline.append(OutlineStep(held, label, words, kind, depth, author_place()))
        self._prover.scopes.append([])
        if held is not None:
            self._prover.add(held)
            self._supposed.append(held.conclusion)
        scope = _Scope(self, len(self.outline))
        yield scope
        scope.finish(self.outline)
        self._prover.scopes.pop()
        if held is not None:
            self._supposed.pop()

    def _close(self, end: Thm | Callable[[], Thm], words: str) -> None:
        thm = end if isinstance(end, Thm) else self._guard(None, end)
        self._record(thm, "", words, "close")

    def _induction(self) -> _Induction:
        if not self._inductions:
            raise self._error("p.step(k) and p.base() belong inside `with p.induction():`")
        return self._inductions[-1]


class _Scope:
    """The end of a block: its last recorded step."""

    def __init__(self, proof: Proof, start: int) -> None:
        self._proof = proof
        self._start = start
        self._thm: Thm | None = None

    def finish(self, outline: Sequence[OutlineStep]) -> None:
        steps = [s for s in outline[self._start :] if s.kind in ("have", "close", "admit")]
        self._thm = steps[-1].thm if steps else None

    def result(self) -> Thm:
        """Return the block's last theorem."""
        if self._thm is None:
            raise self._proof._error("the block is empty: it needs at least one step")
        return self._thm


def _related(relation: str, left: Term, right: Term) -> Term:
    made = {
        "<=": lambda: left <= right,
        "<": lambda: left < right,
        ">=": lambda: left >= right,
        ">": lambda: left > right,
        "=": lambda: eq(left, right),
    }
    if relation not in made:
        raise LanguageError(f"{relation!r} is not a relation: use <=, <, =, >= or >")
    return made[relation]()
