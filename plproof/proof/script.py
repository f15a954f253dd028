"""The author's side of a proof: hypotheses by name, steps in the paper's order, blocks.

[untrusted: every step ends in rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder, rename_spaces, replace
from plproof.language.sorts import NAT, LanguageError, match_spaces
from plproof.language.statement import Statement
from plproof.language.syntax import eq, neg
from plproof.language.terms import FALSE, Term, as_proposition, free_variables, lift, number
from plproof.proof import lemmas
from plproof.proof.certificates import Item, NotFound, certify
from plproof.proof.errors import Place, ProofError, assigned_name, author_place
from plproof.proof.facts import Fact, Product, opened, parts_of
from plproof.proof.quadratic import minimum_over
from plproof.proof.signs import Signs


class Provable(Protocol):
    """A theorem object, as a proof uses it."""

    label: str
    statement: Statement

    def closed_theorem(self) -> Thm:
        """Return ⊢ the closed statement."""


Reason = Fact | Product | Provable
Reasons = Reason | Sequence[Reason] | Callable[..., "Reason | Sequence[Reason]"]


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


class Proof:
    """A proof being written; hypotheses are attributes, ``p.smooth``; see the README for a tour."""

    def __init__(self, theorem: str, hypotheses: Mapping[str, Term], goal: Term) -> None:
        self.theorem = theorem
        self.goal = goal
        self.outline: list[OutlineStep] = []
        self.last: Fact | None = None
        self._named: dict[str, Fact] = {}
        self._scopes: list[list[Thm]] = [[]]
        self._labels: dict[Term, str] = {}
        self._cases: list[list[tuple[Term, Thm]]] = []
        self._inductions: list[_Induction] = []
        self._signs: tuple[tuple[int, ...], Signs] | None = None
        for name, h in hypotheses.items():
            self._named[name] = self._fact(rules.assume(proposition=h), name)
            self._add(self._named[name].thm)

    def __getattr__(self, name: str) -> Fact:
        named = self.__dict__.get("_named", {})
        if name in named:
            fact: Fact = named[name]
            return fact
        known = ", ".join(named) or "none"
        raise AttributeError(f"there is no hypothesis or method {name!r}; hypotheses: {known}")

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
        thm = self._guard(claim, lambda: self._prove(as_proposition(claim), by, squares, why))
        return self._record(thm, label, ", ".join(dict.fromkeys(why)), "have")

    def calc(self, start: Term, *links: tuple[str, object, Reasons], name: str = "") -> Fact:
        """Prove a chain: ``p.calc(a, ("<=", b, why), ("=", c, why))`` proves a ≤ c.

        The relations are ``<=``, ``<``, ``=`` or their opposites ``>=``, ``>``, not mixed.
        """
        label = name or assigned_name() or f"step {len(self.outline) + 1}"
        current, items, signs = start, [], {relation for relation, _, _ in links}
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
        self, theorem: Provable, values: Mapping[Term, object] | None = None, **named: object
    ) -> Fact:
        """Return another theorem's claim at the given values, its hypotheses discharged.

        A variable of the theorem that is not given keeps its name: ``p.use(lemma, f=g, beta=L)``.
        """
        return self._guard(None, lambda: self._use(theorem, dict(values or {}), named))

    def axiom(self, axiom: Any, *values: object) -> Fact:
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
            fact = self._fact(thm, f"axiom {axiom.name}")
            return fact(*values) if values else fact

        return self._guard(None, run)

    def admit(self, claim: Term) -> Fact:
        """Take the claim without proof; the theorem stays marked and does not count as proved."""
        thm = rules.admit(proposition=as_proposition(claim))
        return self._record(thm, assigned_name() or "gap", "admitted without proof", "admit")

    def equal(self, left: Term, right: object, by: tuple[Reasons, Reasons]) -> Fact:
        """Prove left = right from reasons for left ≤ right and for right ≤ left."""
        other = lift(right, left.sort)
        label, why = assigned_name(), []
        claim = eq(left, other)

        def run() -> Thm:
            lower = self._prove(left <= other, by[0], (), why)
            upper = self._prove(other <= left, by[1], (), why)
            return rules.antisymmetry(lower, upper)

        thm = self._guard(claim, run)
        label = label or f"step {len(self.outline) + 1}"
        return self._record(thm, label, ", ".join(dict.fromkeys(why)), "have")

    def zero_vector(self, v: Term, by: Reasons) -> Fact:
        """Prove v = 0 from reasons for ‖v‖² ≤ 0."""
        label, why = assigned_name() or f"step {len(self.outline) + 1}", []
        small = lemmas.sq(v) <= 0
        thm = self._guard(small, lambda: rules.definite(self._prove(small, by, (), why)))
        return self._record(thm, label, ", ".join(why), "have")

    def norm(self, v: Term) -> tuple[Fact, Fact]:
        """Return the facts 0 ≤ ‖v‖ and ‖v‖·‖v‖ = ⟨v, v⟩."""
        nonnegative, square = lemmas.norm_facts(v)
        return self._fact(nonnegative, f"0 ≤ ‖{v}‖"), self._fact(square, f"‖{v}‖² = ⟨{v}, {v}⟩")

    def norm_of_multiple(self, t: Term, v: Term) -> Fact:
        """Return ‖t·v‖ ≤ t·‖v‖, where 0 ≤ t is known."""
        nonnegative = self._guard(t >= 0, lambda: self._prove(number(0) <= t, (), (), []))
        return self._fact(lemmas.norm_of_multiple(t, v, nonnegative), f"‖{t}·{v}‖ ≤ {t}·‖{v}‖")

    def cauchy_schwarz(self, u: Term, v: Term) -> Fact:
        """Return ⟨u, v⟩ ≤ ‖u‖·‖v‖."""
        return self._fact(lemmas.cauchy_schwarz(u, v), "Cauchy–Schwarz")

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
                    f"{inner.claim} does not bound something below by a term in {over}"
                )
            least = minimum_over(bound.args[0], over, self._scope_signs())
            thm = self._prove(bound.args[1] >= least, [inner], (), [])
            return rules.generalise(thm, variable=over)

        thm = self._guard(None, run)
        return self._record(thm, label, f"{fact.label}, minimised over {over}", "have")

    def exhibit(self, claim: Term, value: object, by: Reasons = ()) -> Fact:
        """Prove ∃x. P by the value: P at the value is proved from the reasons."""
        label, why = assigned_name() or f"step {len(self.outline) + 1}", []

        def run() -> Thm:
            if claim.op != "ex":
                raise LanguageError(f"{claim} does not say that something exists")
            witness = lift(value, claim.data.sort)
            instance = self._prove(open_binder(claim, witness), by, (), why)
            return rules.witness(instance, goal=claim, value=witness)

        thm = self._guard(claim, run)
        return self._record(thm, label, ", ".join([f"take {value}", *why]), "have")

    # ---------------------------------------------------------------- blocks
    @contextmanager
    def fix(self, *variables: Term) -> Iterator[None]:
        """Open a block about arbitrary variables; its last fact is then known for all of them."""
        with self._block("fix", f"let {', '.join(map(str, variables))} be arbitrary") as scope:
            yield
        thm = scope.result()
        for v in reversed(variables):
            thm = self._guard(None, lambda thm=thm, v=v: rules.generalise(thm, variable=v))
        self._close(thm, "for all of them")

    @contextmanager
    def suppose(self, proposition: Term, name: str = "") -> Iterator[Fact]:
        """Open a block under an assumption; its last fact is then known under it."""
        held = rules.assume(proposition=as_proposition(proposition))
        with self._block("suppose", f"suppose {proposition}", held) as scope:
            yield self._fact(held, name or f"{proposition}")
        self._close(rules.discharge(scope.result(), hypothesis=proposition), "under it")

    @contextmanager
    def by_contradiction(self, claim: Term) -> Iterator[Fact]:
        """Open a block that assumes the claim's negation and ends in FALSE; proves the claim."""
        held = rules.assume(proposition=neg(claim))
        with self._block("suppose", f"suppose not: {neg(claim)}", held) as scope:
            yield self._fact(held, f"{neg(claim)}")
        self._close(rules.absurd(scope.result(), proposition=claim), "by contradiction")

    @contextmanager
    def obtain(self, fact: Fact, variable: Term) -> Iterator[Fact]:
        """Open a block with a variable for what exists; its last fact does not mention it."""
        existence = opened(fact.thm)
        held = rules.assume(proposition=open_binder(existence.conclusion, variable))
        with self._block("obtain", f"take {variable} from {fact.label}", held) as scope:
            yield self._fact(held, f"{variable}")
        self._close(rules.obtain(existence, scope.result(), variable=variable), "so")

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
        thm = self._guard(None, lambda: _join_cases(branches, either and opened(either.thm)))
        self._close(thm, "in every case")

    @contextmanager
    def case(self, proposition: Term, name: str = "") -> Iterator[Fact]:
        """Open one case of a split."""
        if not self._cases:
            raise self._error("p.case(…) belongs inside `with p.cases():`")
        held = rules.assume(proposition=as_proposition(proposition))
        with self._block("case", f"case {proposition}", held) as scope:
            yield self._fact(held, name or f"{proposition}")
        self._cases[-1].append((proposition, scope.result()))

    @contextmanager
    def induction(self, goal: Term | None = None) -> Iterator[None]:
        """Open an induction on the leading natural number of the goal (default: the claim).

        Inside, ``p.step(k)`` proves P(k+1) from P(k); ``p.base()`` proves P(0), which is tried
        without help when no base is given.
        """
        whole = goal or self.goal
        if whole.op != "all" or whole.data.sort != NAT:
            raise self._error(f"induction needs a goal ∀k∈ℕ, not {whole}")
        self._inductions.append(_Induction(whole))
        yield
        state = self._inductions.pop()
        if state.step is None:
            raise self._error("the induction has no p.step(k)")
        start = open_binder(whole, number(0, NAT))
        base = state.base or self._guard(start, lambda: self._prove(start, (), (), []))
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
        state.base = self._guard(start, lambda: self._as(scope.result(), start))

    @contextmanager
    def step(self, variable: Term, name: str = "") -> Iterator[Fact]:
        """Open the step of an induction; gives the induction hypothesis P(k)."""
        state = self._induction()
        claim = open_binder(state.goal, lift(variable, NAT))
        held = rules.assume(proposition=claim)
        with self._block("case", f"step: suppose it holds for {variable}", held) as scope:
            yield self._fact(held, name or "induction hypothesis")
        following = open_binder(state.goal, variable + 1)
        thm = self._guard(following, lambda: self._as(scope.result(), following))
        thm = rules.discharge(thm, hypothesis=claim)
        state.step = self._guard(None, lambda: rules.generalise(thm, variable=variable))

    # ---------------------------------------------------------------- finishing
    def conclude(self) -> Thm:
        """Return the theorem that proves the goal, or ⊥ from the hypotheses."""
        for thm in reversed(self._scopes[0]):
            if canonical(thm.conclusion) in (canonical(self.goal), FALSE):
                return thm if thm.conclusion == FALSE else self._as(thm, self.goal)
        found = self._establish(self.goal)
        if found is None:
            raise self._error("the proof ends without proving the claim", goal=self.goal)
        return found

    # ---------------------------------------------------------------- inside
    def _fact(self, thm: Thm, label: str) -> Fact:
        return Fact(thm, label, self._establish)

    def _add(self, thm: Thm) -> None:
        self._scopes[-1] += list(parts_of(thm))

    def _facts(self) -> list[Thm]:
        return [thm for scope in self._scopes for thm in scope]

    def _scope_signs(self) -> Signs:
        facts = self._facts()
        key = tuple(map(id, facts))
        if self._signs is None or self._signs[0] != key:
            self._signs = (key, Signs(facts))
        return self._signs[1]

    def _record(self, thm: Thm, label: str, why: str, kind: str) -> Fact:
        depth = len(self._scopes) - 1
        self.outline.append(OutlineStep(thm, label, why, kind, depth, author_place()))
        self._add(thm)
        self.last = self._fact(thm, label)
        return self.last

    @contextmanager
    def _block(self, kind: str, words: str, held: Thm | None = None) -> Iterator[_Scope]:
        depth = len(self._scopes) - 1
        self.outline.append(OutlineStep(held, "", words, kind, depth, author_place()))
        self._scopes.append([])
        if held is not None:
            self._add(held)
        scope = _Scope(self, len(self.outline))
        yield scope
        scope.finish(self.outline)
        self._scopes.pop()

    def _close(self, thm: Thm, words: str) -> None:
        self._record(thm, "", words, "close")

    def _induction(self) -> _Induction:
        if not self._inductions:
            raise self._error("p.step(k) and p.base() belong inside `with p.induction():`")
        return self._inductions[-1]

    def _as(self, thm: Thm, target: Term) -> Thm:
        """Return the theorem in the target's form; they agree by definition or by arithmetic."""
        if thm.conclusion == target:
            return thm
        if canonical(thm.conclusion) == canonical(target):
            return rules.convert(thm, target=target)
        return self._prove(target, [self._fact(thm, "the last step")], (), [])

    def _establish(self, claim: Term) -> Thm | None:
        """Return the claim as a theorem when it is known or follows from signs in scope."""
        facts = self._facts()
        for thm in reversed(facts):
            if thm.conclusion == claim:
                return thm
        wanted = canonical(claim)
        for thm in reversed(facts):
            if canonical(thm.conclusion) == wanted:
                return rules.convert(thm, target=claim)
        if claim.op == "def":
            inner = self._establish(claim.data.unfold(claim.args))
            return None if inner is None else rules.convert(inner, target=claim)
        if claim.op == "and":
            left, right = (self._establish(part) for part in claim.args)
            return None if left is None or right is None else rules.conjunction(left, right)
        if claim.op in ("le", "lt", "ge", "gt") and claim.args[0].sort.kind == "Real":
            try:
                return certify(claim, [], self._scope_signs())
            except NotFound:
                return None
        return None

    def _prove(self, claim: Term, by: Reasons, squares: Sequence[Term], why: list[str]) -> Thm:
        if callable(by) and not isinstance(by, (Fact, Product)) and not _is_theorem(by):
            return self._prove_for_all(claim, by, squares, why)
        reasons = [by] if isinstance(by, (Fact, Product)) or _is_theorem(by) else list(by)  # type: ignore[call-overload]
        facts = [self._use(r, {}, {}) if _is_theorem(r) else r for r in reasons]
        for fact in facts:
            if not isinstance(fact, (Fact, Product)):
                raise LanguageError(f"by=[…] lists facts and theorems; {fact!r} is neither")
            why.append(fact.label)
        for fact in facts:
            if isinstance(fact, Fact) and canonical(fact.claim) == canonical(claim):
                return self._as(fact.thm, claim)
        if not facts and not squares:
            known = self._establish(claim)
            if known is not None:
                return known
        return self._by_shape(claim, facts, squares, why)

    def _by_shape(
        self, claim: Term, facts: list[Fact | Product], squares: Sequence[Term], why: list[str]
    ) -> Thm:
        if claim.op == "def":
            inner = self._prove(claim.data.unfold(claim.args), facts, squares, why)
            return rules.convert(inner, target=claim)
        if claim.op == "all":
            v = fresh_variable(claim.data.name, claim.data.sort, self._everything(claim))
            here = [_at(fact, v) for fact in facts]
            thm = self._prove(open_binder(claim, v), here, squares, [])
            return rules.generalise(thm, variable=v)
        if claim.op == "imp":
            held = rules.assume(proposition=claim.args[0])
            self._scopes.append([])
            self._add(held)
            extra = [] if claim.args[1] != FALSE else [self._fact(held, "assumption")]
            thm = self._prove(claim.args[1], [*facts, *extra], squares, why)
            self._scopes.pop()
            return rules.discharge(thm, hypothesis=claim.args[0])
        if claim.op == "and":
            parts = [self._prove_part(part, facts, squares, why) for part in claim.args]
            return rules.conjunction(*parts)
        if claim.op == "or":
            for side in (0, 1):
                try:
                    thm = self._prove(claim.args[side], facts, squares, why)
                except NotFound:
                    continue
                return rules.alternative(thm, other=claim.args[1 - side], side=side)
        if claim.op == "ex":
            raise NotFound(f"to prove {claim} name a value: p.exhibit(claim, value)")
        return self._comparison(claim, facts, squares)

    def _prove_part(
        self, part: Term, facts: list[Fact | Product], squares: Sequence[Term], why: list[str]
    ) -> Thm:
        known = self._establish(part)
        return known or self._prove(part, facts, squares, why)

    def _comparison(self, claim: Term, facts: list[Fact | Product], squares: Sequence[Term]) -> Thm:
        items = [_item(fact) for fact in facts]
        rewriting = [i for i in items if _rewrites(i)]
        if rewriting and not (claim.op == "eq" and claim.args[0].sort.kind == "Vec"):
            item, rest = rewriting[0], [i for i in items if i is not rewriting[0]]
            equation = item.premises[0]
            left, right = equation.conclusion.args
            changed = replace(claim, left, right)
            moved = []
            for other in rest:
                thms = tuple(_rewritten(equation, th, left, right) for th in other.premises)
                moved.append(Item(thms, other.multiplier))
            inner = self._certified(changed, moved, squares)
            return inner if changed == claim else rules.rewrite(equation, inner, target=claim)
        return self._certified(claim, items, squares)

    def _certified(self, claim: Term, items: Sequence[Item], squares: Sequence[Term]) -> Thm:
        pending = [i for i in items if _rewrites(i)]
        if pending and not (claim.op == "eq" and claim.args[0].sort.kind == "Vec"):
            facts = [
                Product(tuple(self._fact(t, "") for t in i.premises), i.multiplier) for i in items
            ]
            return self._comparison(claim, facts, squares)
        return certify(claim, items, self._scope_signs(), squares)

    def _prove_for_all(
        self, claim: Term, by: Callable[..., Any], squares: Sequence[Term], why: list[str]
    ) -> Thm:
        code = getattr(by, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code is not None else ()
        body, variables = claim, []
        for name in names:
            while body.op == "def":
                body = body.data.unfold(body.args)
            if body.op != "all":
                raise LanguageError(f"by= takes {len(names)} variables, but {claim} has fewer ∀")
            v = fresh_variable(name, body.data.sort, self._everything(claim, *variables))
            body = open_binder(body, v)
            variables.append(v)
        thm = self._prove(body, by(*variables), squares, why)
        for v in reversed(variables):
            thm = rules.generalise(thm, variable=v)
        return self._as(thm, claim)

    def _everything(self, *terms: Term) -> list[Term]:
        found = list(terms)
        for thm in self._facts():
            found += [thm.conclusion, *thm.hypotheses]
        return found

    def _use(
        self, theorem: Any, values: Mapping[Term, object], named: Mapping[str, object]
    ) -> Fact:
        thm = theorem.closed_theorem()
        variables = theorem.statement.variables()
        given = {v: values[v] for v in variables if v in values}
        by_name = {v.data: v for v in variables}
        for name, value in named.items():
            if name not in by_name:
                raise LanguageError(
                    f"{theorem.label} has no variable {name}; it has {', '.join(by_name)}"
                )
            given[by_name[name]] = value
        spaces: dict[str, str] = {}
        for v, value in given.items():
            if isinstance(value, Term):
                match_spaces(v.sort, value.sort, spaces)
        if any(a != b for a, b in spaces.items()):
            thm = rules.rename(thm, spaces=spaces)
        else:
            spaces = {}
        for v in variables:
            value = lift(given.get(v, rename_spaces(v, spaces)), v.sort.rename(spaces))
            thm = rules.instantiate(thm, value=value)
        missing = []
        for name, _ in theorem.statement.hypotheses:
            premise = self._establish(thm.conclusion.args[0])
            if premise is None:
                missing.append(f"{name}: {thm.conclusion.args[0]}")
                premise = rules.assume(proposition=thm.conclusion.args[0])
            thm = rules.modus_ponens(thm, premise)
        if missing:
            raise NotFound(
                f"{theorem.label} cannot be used, these hypotheses of it are not known: "
                + "; ".join(missing)
            )
        return self._fact(thm, theorem.label)

    # ---------------------------------------------------------------- errors
    def _guard(self, goal: Term | None, run: Callable[[], Any]) -> Any:
        try:
            return run()
        except NotFound as error:
            raise self._explain(error, goal) from None
        except (KernelError, LanguageError) as error:
            raise self._error(str(error), goal=goal) from None

    def _error(self, message: str, goal: Term | None = None) -> ProofError:
        return ProofError(
            message,
            author_place(),
            self.theorem,
            goal="" if goal is None else str(goal),
            goal_term=goal,
            hypothesis_terms=self._assumptions(),
        )

    def _assumptions(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(h for thm in self._facts() for h in thm.hypotheses))

    def _explain(self, error: NotFound, goal: Term | None) -> ProofError:
        failure = self._error(f"not found: {error}", goal)
        failure.residual = error.residual
        failure.missing = [str(t) for t in dict.fromkeys(error.missing)]
        failure.facts = [(name, str(f.claim)) for name, f in self._named.items()]
        failure.facts += [
            (s.label, str(s.thm.conclusion)) for s in self.outline if s.label and s.thm
        ][-6:]
        if error.missing:
            failure.hint = f"prove first, or add to given=: {error.missing[0]}"
        elif error.residual:
            failure.hint = "something in by=[…] is missing, or a constant in the claim is too small"
        return failure


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


def opened_kind(fact: Fact) -> str:
    """Return the operation that leads the fact's claim once definitions are opened."""
    thm = opened(fact.thm)
    while thm.conclusion.op == "and":
        thm = opened(rules.conjunct(thm, side=1))
    return thm.conclusion.op


def _is_theorem(value: object) -> bool:
    return hasattr(value, "closed_theorem")


def _item(fact: Fact | Product) -> Item:
    if isinstance(fact, Fact):
        return Item((opened(fact.thm),))
    return Item(tuple(opened(f.thm) for f in fact.facts), fact.multiplier)


def _at(fact: Fact | Product, variable: Term) -> Fact | Product:
    """Instantiate a fact at the variable of a claim when it leads with a fitting quantifier."""
    if isinstance(fact, Fact):
        thm = opened(fact.thm)
        if thm.conclusion.op == "all" and thm.conclusion.data.sort == variable.sort:
            return fact(variable)
    return fact


def _rewrites(item: Item) -> bool:
    """Say whether an item is an equation of vectors to be used from left to right."""
    if len(item.premises) != 1 or item.multiplier is not None:
        return False
    c = item.premises[0].conclusion
    return c.op == "eq" and c.args[0].sort.kind == "Vec" and c.args[0].op in ("app", "var")


def _rewritten(equation: Thm, thm: Thm, left: Term, right: Term) -> Thm:
    target = replace(thm.conclusion, left, right)
    if target == thm.conclusion or thm is equation:
        return thm
    return rules.rewrite(equation, thm, target=target)


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


def _join_cases(branches: Sequence[tuple[Term, Thm]], either: Thm | None) -> Thm:
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
