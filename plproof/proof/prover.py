"""The engine behind a proof script: facts in scope, and proving a claim from reasons by its shape.

[untrusted: every theorem it returns was made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeGuard, cast

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder, rename_spaces, replace
from plproof.language.notation import canonical
from plproof.language.sorts import LanguageError, match_spaces
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, lift
from plproof.proof.arguments import described, instead_of_fact
from plproof.proof.certificates import NotFound, certify
from plproof.proof.facts import Fact, Product, opened, parts_of
from plproof.proof.items import Item
from plproof.proof.shortened import short
from plproof.proof.signs import Signs

#: how many facts of a claim's shape are tried when the claim is no fact itself
_SAME_SHAPE = 4


class Provable(Protocol):
    """A theorem object, as a proof uses it."""

    @property
    def label(self) -> str:
        """The name used in justifications."""

    @property
    def statement(self) -> Statement:
        """What it says."""

    def closed_theorem(self) -> Thm:
        """Return ⊢ the closed statement."""


Reason = Fact | Product | Provable
#: reasons as a function of the variables of a claim ∀y…
ReasonsAt = Callable[..., Reason | Sequence[Reason]]
Reasons = Reason | Sequence[Reason] | ReasonsAt


class Prover:
    """Theorems in scope, innermost block last, and ways to prove a claim from them."""

    def __init__(self) -> None:
        self.scopes: list[list[Thm]] = [[]]
        self._signs: tuple[tuple[int, ...], Signs] | None = None

    def fact(self, thm: Thm, label: str) -> Fact:
        """Return the theorem as a fact with a label."""
        return Fact(thm, label, self.establish)

    def add(self, thm: Thm) -> None:
        """Bring a theorem, and the parts of it, into the innermost scope."""
        self.scopes[-1] += list(parts_of(thm))

    def facts(self) -> list[Thm]:
        """Return the theorems in scope."""
        return [thm for scope in self.scopes for thm in scope]

    def signs(self) -> Signs:
        """Return what proves signs from the theorems in scope."""
        facts = self.facts()
        key = tuple(map(id, facts))
        if self._signs is None or self._signs[0] != key:
            self._signs = (key, Signs(facts))
        return self._signs[1]

    def as_form(self, thm: Thm, target: Term) -> Thm:
        """Return the theorem in the target's form; they agree by definition or by arithmetic."""
        if thm.conclusion == target:
            return thm
        if canonical(thm.conclusion) == canonical(target):
            return rules.convert(thm, target=target)
        return self.prove(target, [self.fact(thm, "the last step")], (), [])

    def establish(self, claim: Term) -> Thm | None:
        """Return the claim as a theorem when it is known or follows from signs in scope."""
        facts = self.facts()
        for thm in reversed(facts):
            if thm.conclusion == claim:
                return thm
        wanted = canonical(claim)
        for thm in reversed(facts):
            if canonical(thm.conclusion) == wanted:
                return rules.convert(thm, target=claim)
        if claim.op in ("def", "in"):
            found = self._instance(claim, facts)
            if found is not None:
                return found
        if claim.op == "def":
            inner = self.establish(claim.data.unfold(claim.args))
            return None if inner is None else rules.convert(inner, target=claim)
        if claim.op == "all" and _leads_to_definition(claim):
            v = fresh_variable(claim.data.name, claim.data.sort, self.everything(claim))
            inner = self.establish(open_binder(claim, v))
            return None if inner is None else rules.generalise(inner, variable=v)
        if claim.op == "imp" and _leads_to_definition(claim):
            held = rules.assume(proposition=claim.args[0])
            with self._supposing(held):
                inner = self.establish(claim.args[1])
            return None if inner is None else rules.discharge(inner, hypothesis=claim.args[0])
        if claim.op == "and":
            left, right = (self.establish(part) for part in claim.args)
            return None if left is None or right is None else rules.conjunction(left, right)
        if claim.op in ("le", "lt", "ge", "gt") and claim.args[0].sort.kind == "Real":
            try:
                return certify(claim, [], self.signs())
            except NotFound:
                return None
        if claim.op == "all":
            return self._of_the_same_shape(claim, facts)
        return None

    def _of_the_same_shape(self, claim: Term, facts: Sequence[Thm]) -> Thm | None:
        """Return a claim ∀x. P → A ≤ B from a fact that says the same in other words, or None."""
        wanted = _shape(claim)
        alike = [thm for thm in reversed(facts) if _shape(thm.conclusion) == wanted]
        for thm in alike[:_SAME_SHAPE]:
            try:
                return self.prove(claim, [self.fact(thm, "")], (), [])
            except (NotFound, KernelError, LanguageError):
                continue
        return None

    @contextmanager
    def _supposing(self, held: Thm) -> Iterator[None]:
        self.scopes.append([])
        self.add(held)
        try:
            yield
        finally:
            self.scopes.pop()

    def first(self, alternatives: Sequence[Term]) -> Thm | None:
        """Return the first of the propositions that is known or follows from signs in scope."""
        for claim in alternatives:
            found = self.establish(claim)
            if found is None and claim.op == "imp" and claim.args[1] == FALSE:
                found = self.signs().nonzero(claim.args[0].args[0])
                if found is not None and canonical(found.conclusion) != claim:
                    found = None
            if found is not None:
                return found
        return None

    def _instance(self, claim: Term, facts: Sequence[Thm]) -> Thm | None:
        """Return the claim P(t) as an instance of a fact ∀x. P(x) in scope, or None."""
        for thm in reversed(facts):
            whole = opened(thm)
            c = whole.conclusion
            if c.op != "all":
                continue
            body = c.args[0]
            if body.op != claim.op or body.data != claim.data:
                continue
            places = [i for i, arg in enumerate(body.args) if arg.op == "bound"]
            if places and claim.args[places[0]].sort == c.data.sort:
                value = claim.args[places[0]]
                if open_binder(c, value) == claim:
                    return rules.instantiate(whole, value=value)
        return None

    def prove(self, claim: Term, by: Reasons, squares: Sequence[Term], why: list[str]) -> Thm:
        """Return ⊢ claim from the reasons, whose labels are added to ``why``; or NotFound."""
        if is_function(by):
            return self._prove_for_all(claim, by, squares, why)
        facts: list[Fact | Product] = []
        for reason in listed(by):
            fact = self.use(reason, {}, {}) if _is_theorem(reason) else reason
            if isinstance(fact, (tuple, list)):
                raise LanguageError(
                    f"by=[…] has a list of {len(fact)} among its facts: put a * before it, as in "
                    "by=[*p.norm(v)]"
                )
            if not isinstance(fact, (Fact, Product)):
                said = f"by=[…] lists facts and theorems; {described(fact)} is neither"
                raise LanguageError(f"{said}{instead_of_fact(fact, by=True)}")
            facts.append(fact)
            why.append(fact.label)
        for fact in facts:
            if isinstance(fact, Fact) and canonical(fact.claim) == canonical(claim):
                return self.as_form(fact.thm, claim)
        if not facts and not squares:
            known = self.establish(claim)
            if known is not None:
                return known
        return self._by_shape(claim, facts, squares, why)

    def _by_shape(
        self, claim: Term, facts: Sequence[Fact | Product], squares: Sequence[Term], why: list[str]
    ) -> Thm:
        if claim.op == "def":
            inner = self.prove(claim.data.unfold(claim.args), facts, squares, why)
            return rules.convert(inner, target=claim)
        if claim.op == "all":
            v = fresh_variable(claim.data.name, claim.data.sort, self.everything(claim))
            here = [_at(fact, v) for fact in facts]
            thm = self.prove(open_binder(claim, v), here, squares, [])
            return rules.generalise(thm, variable=v)
        if claim.op == "imp":
            held = rules.assume(proposition=claim.args[0])
            with self._supposing(held):
                extra = [] if claim.args[1] != FALSE else [self.fact(held, "assumption")]
                known = [f.discharged() if isinstance(f, Fact) else f for f in facts]
                thm = self.prove(claim.args[1], [*known, *extra], squares, why)
            return rules.discharge(thm, hypothesis=claim.args[0])
        if claim.op == "and":
            parts = [self._prove_part(part, facts, squares, why) for part in claim.args]
            return rules.conjunction(*parts)
        if claim.op == "or":
            for side in (0, 1):
                try:
                    thm = self.prove(claim.args[side], facts, squares, why)
                except NotFound:
                    continue
                return rules.alternative(thm, other=claim.args[1 - side], side=side)
        if claim.op == "ex":
            raise NotFound(f"to prove {short(claim)} name a value: p.exhibit(claim, value)")
        return self._comparison(claim, facts, squares)

    def _prove_part(
        self, part: Term, facts: Sequence[Fact | Product], squares: Sequence[Term], why: list[str]
    ) -> Thm:
        known = self.establish(part)
        return known or self.prove(part, facts, squares, why)

    def _comparison(
        self, claim: Term, facts: Sequence[Fact | Product], squares: Sequence[Term]
    ) -> Thm:
        items = [_item(fact) for fact in facts]
        rewriting = [i for i in items if _rewrites(i, claim)]
        if rewriting:
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

    def would_follow(self, claim: Term, by: Reasons, *extra: Fact) -> bool:
        """Say whether the claim, a comparison, follows once extra facts are among the reasons."""
        if is_function(by):
            return False
        try:
            self.prove(claim, [*listed(by), *extra], (), [])
        except (NotFound, KernelError, LanguageError):
            return False
        return True

    def _certified(self, claim: Term, items: Sequence[Item], squares: Sequence[Term]) -> Thm:
        if any(_rewrites(i, claim) for i in items):
            facts = [
                Product(tuple(self.fact(t, "") for t in i.premises), i.multiplier) for i in items
            ]
            return self._comparison(claim, facts, squares)
        return certify(claim, items, self.signs(), squares)

    def _prove_for_all(
        self, claim: Term, by: ReasonsAt, squares: Sequence[Term], why: list[str]
    ) -> Thm:
        code = getattr(by, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code is not None else ()
        body = claim
        variables: list[Term] = []
        for name in names:
            while body.op == "def":
                body = body.data.unfold(body.args)
            if body.op != "all":
                raise LanguageError(
                    f"by= takes {len(names)} variables, but {short(claim)} has fewer ∀"
                )
            v = fresh_variable(name, body.data.sort, self.everything(claim, *variables))
            body = open_binder(body, v)
            variables.append(v)
        thm = self.prove(body, by(*variables), squares, why)
        for v in reversed(variables):
            thm = rules.generalise(thm, variable=v)
        return self.as_form(thm, claim)

    def everything(self, *terms: Term) -> list[Term]:
        """Return the terms and all in scope: what a fresh variable must not occur in."""
        found = list(terms)
        for thm in self.facts():
            found += [thm.conclusion, *thm.hypotheses]
        return found

    def use(
        self,
        theorem: Provable,
        values: Mapping[Term, object],
        named: Mapping[str, object],
        renamed: Mapping[str, str] | None = None,
    ) -> Fact:
        """Return a theorem object's claim at the values, its hypotheses taken from the scope.

        Its spaces are those of the values; ``renamed`` says those that no value tells.
        """
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
        spaces = dict(renamed or {})
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
            premise = self.establish(thm.conclusion.args[0])
            if premise is None:
                missing.append(f"{name}: {thm.conclusion.args[0]}")
                premise = rules.assume(proposition=thm.conclusion.args[0])
            thm = rules.modus_ponens(thm, premise)
        if missing:
            raise NotFound(
                f"{theorem.label} cannot be used, these hypotheses of it are not known: "
                + "; ".join(missing)
            )
        return self.fact(thm, theorem.label)


def _shape(claim: Term) -> tuple[object, ...]:
    """Return what claims ∀x. P → A ≤ B have in common when they may say the same."""
    found: list[object] = []
    while claim.op in ("all", "imp"):
        found.append(claim.data.sort if claim.op == "all" else claim.args[0].op)
        claim = claim.args[-1]
    return (*found, claim.op)


def _leads_to_definition(claim: Term) -> bool:
    """Say whether a claim ∀x. P → … ends in a named property, which is looked for as such."""
    inner = claim
    while inner.op in ("all", "imp"):
        inner = inner.args[-1]
    return inner.op == "def"


def listed(by: Reasons) -> list[Reason]:
    """Return the reasons as a list; LanguageError when they are a function of variables."""
    if is_function(by):
        raise LanguageError("by= is a function here: list facts and theorems")
    alone = isinstance(by, (Fact, Product, Term)) or _is_theorem(by)
    # what is neither alone nor a function is a sequence
    return [cast(Reason, by)] if alone else list(cast(Sequence[Reason], by))


def is_function(by: Reasons) -> TypeGuard[ReasonsAt]:
    """Say whether reasons are a function of the variables of a claim."""
    reason = isinstance(by, (Fact, Product, Term)) or _is_theorem(by)
    return callable(by) and not reason


def _is_theorem(value: object) -> TypeGuard[Provable]:
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


def _rewrites(item: Item, claim: Term) -> bool:
    """Say whether an item is an equation to be used from left to right: of functions, n = …, or of
    vectors or linear maps where the claim is not itself an equation of that sort.
    """
    if len(item.premises) != 1 or item.multiplier is not None:
        return False
    c = item.premises[0].conclusion
    if c.op != "eq":
        return False
    left = c.args[0]
    if left.sort.kind in ("Vec", "Lin"):
        linear = claim.op == "eq" and claim.args[0].sort == left.sort
        return not linear and left.op in _REWRITTEN
    return left.sort.kind == "Fun" or (left.sort.kind == "Nat" and left.op == "var")


_REWRITTEN = ("app", "var", "grad", "add", "lapp", "jac", "adj", "comp")


def _rewritten(equation: Thm, thm: Thm, left: Term, right: Term) -> Thm:
    target = replace(thm.conclusion, left, right)
    if target == thm.conclusion or thm is equation:
        return thm
    return rules.rewrite(equation, thm, target=target)
