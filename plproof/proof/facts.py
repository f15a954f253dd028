"""Facts: theorems as an author handles them: call to instantiate, multiply, take parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plproof.kernel.rules import conjunct, convert, instantiate, modus_ponens
from plproof.kernel.thm import Thm
from plproof.language.definitions import Definition
from plproof.language.sorts import REAL, LanguageError
from plproof.language.terms import Term, lift
from plproof.proof.shortened import in_label, short

#: what a fact that is proved by multipliers is called
FOUND = "multipliers found by search"


class NoQuantifier(LanguageError):
    """A fact is called with a value for which its ``claim`` has no quantifier left."""

    def __init__(self, label: str, claim: Term) -> None:
        super().__init__(f"{label}: {short(claim)} has no quantifier")
        self.claim = claim


class Fact:
    """A theorem in a proof: call it to instantiate, index it to take a part of a conjunction.

    ``fact(x, y)`` instantiates the leading quantifiers, unfolding definitions and discharging
    hypotheses that are known; ``2*fact`` or ``fact*other`` offer a multiple or product to a step.
    """

    multiplies_terms = True

    def __init__(self, thm: Thm, label: str, establish: Callable[[Term], Thm | None]) -> None:
        self.thm = thm
        self.label = label
        self._establish = establish

    @property
    def claim(self) -> Term:
        """What the fact says."""
        return self.thm.conclusion

    def __repr__(self) -> str:
        return f"{self.label}: {self.claim}"

    def __bool__(self) -> bool:
        said = f"the fact {self.label}: {short(self.claim)}"
        raise LanguageError(f"{said} has no truth value: list it in by=[…]")

    def __call__(self, *values: object) -> Fact:
        """Return the instance at the values."""
        thm = self.thm
        for value in values:
            thm = self._quantified(thm)
            if thm.conclusion.op != "all":
                raise NoQuantifier(f"{self.label}({_at(value)})", thm.conclusion)
            thm = instantiate(thm, value=lift(value, thm.conclusion.data.sort))
        thm = self._discharged(thm)
        shown = ", ".join(map(_at, values))
        return Fact(thm, f"{self.label}({shown})", self._establish)

    def __getitem__(self, side: int) -> Fact:
        """Return one side, 0 or 1, of a conjunction."""
        thm = opened(self.thm)
        if thm.conclusion.op != "and" or side not in (0, 1):
            said = f"{self.label}[{side}]: {short(thm.conclusion)}"
            raise LanguageError(
                f"{said} has no such side: a fact P ∧ Q has the sides 0 and 1, any other none"
            )
        return Fact(conjunct(thm, side=side), f"{self.label}[{side}]", self._establish)

    def __mul__(self, other: object) -> Product:
        return Product((self,)) * other

    def __rmul__(self, other: object) -> Product:
        return Product((self,)) * other

    def _quantified(self, thm: Thm) -> Thm:
        """Unfold, take parts and discharge until a quantifier leads."""
        while thm.conclusion.op != "all":
            c = thm.conclusion
            if c.op == "def":
                thm = opened(thm)
            elif c.op == "and":
                thm = conjunct(thm, side=_quantified_side(c))
            elif c.op == "imp":
                premise = self._establish(c.args[0])
                if premise is None:
                    said = f"{self.label}: its hypothesis {short(c.args[0])}"
                    raise LanguageError(f"{said} is not known")
                thm = modus_ponens(thm, premise)
            else:
                return thm
        return thm

    def discharged(self) -> Fact:
        """Return the fact with hypotheses discharged that are known by now."""
        thm = self._discharged(self.thm)
        return self if thm is self.thm else Fact(thm, self.label, self._establish)

    def _discharged(self, thm: Thm) -> Thm:
        while thm.conclusion.op == "imp" and thm.conclusion.args[1].op != "false":
            premise = self._establish(thm.conclusion.args[0])
            if premise is None:
                break
            thm = modus_ponens(thm, premise)
        return thm


def _at(value: object) -> str:
    """Return a value as the label of a fact at it shows it."""
    return in_label(value) if isinstance(value, Term) else str(value)


def _quantified_side(c: Term) -> int:
    for side in (0, 1):
        part = c.args[side]
        if part.op == "all" or (part.op == "and" and "all" in (a.op for a in part.args)):
            return side
    return 1


class Product:
    """A product of facts and terms, offered to a step as one premise."""

    multiplies_terms = True

    def __init__(self, facts: tuple[Fact, ...], multiplier: Term | None = None) -> None:
        self.facts = facts
        self.multiplier = multiplier

    @property
    def label(self) -> str:
        """How the product reads."""
        parts = [] if self.multiplier is None else [f"{self.multiplier}"]
        parts += [fact.label for fact in self.facts]
        return "·".join(f"({part})" if " " in part else part for part in parts)

    def __mul__(self, other: object) -> Product:
        if isinstance(other, Fact):
            return Product((*self.facts, other), self.multiplier)
        if isinstance(other, Product):
            total = self if other.multiplier is None else self * other.multiplier
            return Product((*total.facts, *other.facts), total.multiplier)
        vector = isinstance(other, Term) and other.sort.kind == "Vec"
        scalar = other if vector else lift(other, REAL)
        assert isinstance(scalar, Term)
        multiplier = scalar if self.multiplier is None else self.multiplier * scalar
        return Product(self.facts, multiplier)

    __rmul__ = __mul__


def opened(thm: Thm) -> Thm:
    """Unfold the definition that a theorem's conclusion is, once and again while it is one."""
    while thm.conclusion.op == "def":
        definition: Any = thm.conclusion.data
        assert isinstance(definition, Definition)
        thm = convert(thm, target=definition.unfold(thm.conclusion.args))
    return thm


def parts_of(thm: Thm) -> Iterator[Thm]:
    """Yield the theorem and, for a conjunction also behind a definition, its parts."""
    stack = [thm]
    while stack:
        th = stack.pop()
        yield th
        whole = opened(th)
        if whole.conclusion.op == "and":
            stack += [conjunct(whole, side=1), conjunct(whole, side=0)]
