"""The statement that a counterexample contradicts: ``p.statement`` in the script of a refutation.

[untrusted: the kernel instantiates it and discharges its hypotheses]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from plproof.kernel.rules import assume, instantiate, modus_ponens
from plproof.kernel.thm import Thm
from plproof.language.binding import rename_spaces
from plproof.language.sorts import LanguageError, Sort, coordinates_of, match_spaces
from plproof.language.statement import Statement
from plproof.language.syntax import Space
from plproof.language.terms import Term, lift
from plproof.proof.errors import ProofError, author_place
from plproof.proof.facts import Fact, NoQuantifier
from plproof.proof.shortened import short


class AtValues(Fact):
    """The claim of a statement at a counterexample's values, its hypotheses discharged."""

    def __call__(self, *values: object) -> Fact:
        """Return the claim at values for its own quantifiers, too."""
        fact = super().__call__(*values) if values else self.discharged()
        label = self.label if not values else fact.label
        return AtValues(fact.thm, label, self._establish)

    def is_true(self) -> bool:
        """Say whether the claim is known to be true there: then it contradicts nothing."""
        return _truth(self.claim) is True


class Contradicted(Fact):
    """The closed statement: call it with the counterexample's values, in order of its variables.

    Once all are given every hypothesis must be known, proved for these values; what is returned is
    the claim there, and further values are for its own quantifiers.  Raises ProofError, which names
    the variable or the hypothesis, for a value of another kind and for a hypothesis not known.
    """

    def __init__(
        self,
        statement: Statement,
        spaces: Mapping[str, str],
        theorem: str,
        establish: Callable[[Term], Thm | None],
    ) -> None:
        closed = assume(proposition=rename_spaces(statement.closed(), dict(spaces)))
        super().__init__(closed, "statement", establish)
        self.statement, self.spaces = statement, dict(spaces)
        self._names = [name for name, _ in statement.hypotheses]
        self._variables = [rename_spaces(v, dict(spaces)) for v in statement.variables()]
        self._theorem = theorem

    def __call__(self, *values: object) -> Fact:
        """Return the statement at the values; once all are given, its claim there."""
        thm = self.thm
        here = values[: len(self._variables)]
        for v, value in zip(self._variables, here, strict=False):
            thm = instantiate(thm, value=self._value(v, value))
        if len(here) == len(self._variables):
            for name in self._names:
                thm = modus_ponens(thm, self._known(name, thm.conclusion.args[0]))
        fact = AtValues(thm, f"statement({', '.join(map(str, here))})", self._establish)
        rest = values[len(here) :]
        self._check_number(fact, len(here), rest)
        return fact(*rest)

    def _check_number(self, fact: Fact, here: int, rest: Sequence[object]) -> None:
        """Raise ProofError when there are more values than quantifiers to take them."""
        for number in range(len(rest)):
            try:
                fact(*rest[: number + 1])
            except NoQuantifier as error:
                raise ProofError(
                    f"p.statement is given {here + len(rest)} values and takes {here + number}",
                    author_place(),
                    self._theorem,
                    goal=short(error.claim),
                    hint=f"the values are those of the statement's variables, {self._order()}, and "
                    "then of the claim's own quantifiers",
                ) from None

    def _known(self, name: str, hypothesis: Term) -> Thm:
        known = self._establish(hypothesis)
        if known is None:
            true = _truth(hypothesis)
            hint = "prove it above this line, with p.have(…), or give other values"
            message = f"that the counterexample satisfies the hypothesis {name} is not known"
            if true is False:
                message = f"the counterexample does not satisfy the hypothesis {name}, false there"
                hint = "give other values"
            elif true:
                hint = "it is true there: prove it above this line, with p.have(…)"
            raise ProofError(
                message,
                author_place(),
                self._theorem,
                goal=short(hypothesis),
                hint=hint,
                goal_term=hypothesis,
            )
        return known

    def _value(self, v: Term, value: object) -> Term:
        try:
            if callable(value) and not isinstance(value, Term):
                raise LanguageError(f"a Python function where {v.sort.words()} is needed")
            return lift(value, v.sort)
        except LanguageError as error:
            raise ProofError(
                f"the value for {v}: {error}",
                author_place(),
                self._theorem,
                hint=self._advice(v.sort, value)
                or "the values are those of the statement's variables, in this order: "
                f"{self._order()}",
            ) from None

    def _order(self) -> str:
        return ", ".join(map(str, self._variables))

    def _advice(self, wanted: Sort, value: object) -> str:
        """Return what to write where a value would fit if it were written otherwise."""
        if callable(value) and not isinstance(value, Term):
            return "write the function as a term: mapsto(x, …), with a variable x of its space"
        if isinstance(value, (list, tuple)) and wanted.kind == "Vec":
            return "write the vector by the coordinate vectors of its space, as 2 * R2.basis(1)"
        found: dict[str, str] = {}
        if not isinstance(value, Term) or not match_spaces(wanted, value.sort, found):
            return ""
        return f"for a counterexample in other spaces declare them: spaces={{{_written(found)}}}"


def _truth(claim: Term) -> bool | None:
    from plproof.proof.evaluated import truth  # takes sympy, which a proof that succeeds does not

    return truth(claim)


def _written(spaces: Mapping[str, str]) -> str:
    """Return how an author writes which spaces stand for others."""
    sizes = {name: coordinates_of(new) for name, new in spaces.items()}
    return ", ".join(
        f"{name}: {new if sizes[name] is None else f'Space.coordinates({sizes[name]})'}"
        for name, new in spaces.items()
        if name != new
    )


def checked_spaces(spaces: Mapping[Space, Space] | None) -> dict[str, str]:
    """Return the names of the spaces to be put for others; LanguageError for other values."""
    for pair in (spaces or {}).items():
        wrong = [side for side in pair if not isinstance(side, Space)]
        if wrong:
            raise LanguageError(
                f"spaces= says which space stands for one of the statement, as in "
                f"{{E: Space.coordinates(2)}}; {wrong[0]!r} is no space"
            )
    return {old.name: new.name for old, new in (spaces or {}).items()}
