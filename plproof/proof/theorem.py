"""Theorem objects: a statement with its name, source and a proof that is run on demand."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import rename_spaces
from plproof.language.definitions import Definition
from plproof.language.printing import show, to_ascii, to_latex
from plproof.language.signatures import BINDERS
from plproof.language.sorts import NAT, LanguageError
from plproof.language.source import Source
from plproof.language.statement import Statement
from plproof.language.syntax import Space
from plproof.language.terms import (
    FALSE,
    Term,
    free_variables,
    number,
    subterms,
)
from plproof.proof.arguments import check_kind, described, proposition
from plproof.proof.defined import OpenObligations, prove_defined
from plproof.proof.errors import Place, ProofError, assigned_name, author_place
from plproof.proof.facts import Fact
from plproof.proof.refutation import checked_spaces
from plproof.proof.script import OutlineStep, Proof
from plproof.proof.storage import store
from plproof.proof.unknown import check_unknown
from plproof.proof.without import Omission, given_without, line_instead

EXPECTED = ("proved", "refuted", "vacuous")
_MISSING: Any = object()
Script = TypeVar("Script", bound=Callable[[Proof], object])


@dataclass(frozen=True)
class Derivation:
    """A finished proof: the theorem, that its statement is defined, and the author's steps.

    ``remark`` says what a search has to say of the value of an unknown that it found.
    """

    statement: Statement
    theorem: Thm
    defined: Thm | None
    outline: tuple[OutlineStep, ...]
    spaces: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""

    def document(self) -> dict[str, Any]:
        """Return the proof as a JSON document, with the author's outline beside the steps."""
        return store(
            self.statement, self.theorem, self.defined, self.outline, self.spaces, self.remark
        )


class Theorem:
    """A statement to be proved, refuted or shown vacuous; see :mod:`plproof.proof.script`.

    Arguments: ``title``, one sentence; ``given``, hypotheses by name, in order; ``claim``;
    ``source``; ``expect``, the declared outcome: proved, refuted or vacuous; ``note``, a remark for
    the reader; ``spaces``, for a refutation, the spaces of the counterexample in place of those of
    the statement, as in ``{W: Space.coordinates(5)}`` (what fails in one space is not true in all);
    ``repaired``, for a statement refuted or vacuous, the theorem objects that say what holds;
    ``unknown``, a real variable of the claim whose best value is to be found, as a rate: the claim
    is proved with that value, by a search (``plproof prove`` or :meth:`find_proof`).
    Nothing is proved until :meth:`derive` is called or the file is checked.
    """

    kind = "theorem"

    def __init__(
        self,
        title: str,
        *,
        claim: Term = _MISSING,
        given: Mapping[str, Term] | None = None,
        source: Source | None = None,
        expect: str = "proved",
        note: str = "",
        spaces: Mapping[Space, Space] | None = None,
        repaired: Theorem | Sequence[Theorem] = (),
        unknown: Term | None = None,
    ) -> None:
        if given is not None and not isinstance(given, Mapping):
            raise LanguageError(
                f"given= has hypotheses by name, as given=dict(positive=a > 0), and "
                f"{type(given).__name__} has no names"
            )
        if not isinstance(title, str):
            raise LanguageError(
                f"the title is a sentence, as text, not {described(title)}: {type(self).__name__}"
                '("…", given=dict(positive=a > 0), claim=…)'
            )
        if claim is _MISSING:
            raise LanguageError(f'there is no claim: {type(self).__name__}("…", claim=…)')
        check_kind(
            "source=", source, (Source, type(None)), 'Source("Title", "Section", "Theorem 1")'
        )
        check_kind("note=", note, str, "a remark for the reader, as text")
        hypotheses = dict(given or {})
        if spaces and expect != "refuted":
            raise LanguageError("spaces= belongs to a refutation: declare expect='refuted'")
        if expect not in EXPECTED:
            raise LanguageError(f"expect={expect!r}: the outcomes are {', '.join(EXPECTED)}")
        for name, h in hypotheses.items():
            _check_name(name, expect)
            hypotheses[name] = proposition(f"the hypothesis {name}", h)
        self.title = title
        self.source = source
        self.expect = expect
        self.note = note
        self.statement = Statement.of(hypotheses, proposition("the claim", claim))
        self.spaces = checked_spaces(spaces)
        strange = self.spaces.keys() - _spaces_of(self.statement)
        if strange:
            raise LanguageError(f"spaces=: the statement speaks of no space {min(strange)}")
        self.unknown = None if unknown is None else check_unknown(self.statement, unknown)
        if unknown is not None and expect != "proved":
            raise LanguageError("unknown= is for a claim that is to be proved")
        check_kind(
            "repaired=", repaired, (Theorem, list, tuple), "a theorem object, or a list of them"
        )
        self.repaired = (repaired,) if isinstance(repaired, Theorem) else tuple(repaired)
        for other in self.repaired:
            check_kind("repaired=", other, Theorem, "a theorem object, or a list of them")
        if self.repaired and expect == "proved":
            raise LanguageError("repaired= is for a statement that is refuted or vacuous")
        self.place = author_place()
        self.name = assigned_name() or _slug(title)
        #: what a search has to say of a value that it found
        self.remark = ""
        self.omission: Omission | None = None
        self.weakened: dict[str, Theorem] = {}
        self._script: Callable[[Proof], object] | None = None
        self._derivation: Derivation | None = None
        self._running = False

    @property
    def label(self) -> str:
        """The name used in justifications."""
        return self.name

    @property
    def claim(self) -> Term:
        """The claim."""
        return self.statement.claim

    @property
    def given(self) -> dict[str, Term]:
        """The hypotheses by name."""
        return dict(self.statement.hypotheses)

    def proof(self, script: Script) -> Script:
        """Register the function that writes the proof: ``@theorem.proof``."""
        if not callable(script) or isinstance(script, (Term, Definition, Fact)):
            raise LanguageError(
                f"{self.name}.proof takes a function of p, or searched(), not {described(script)}"
            )
        self._script = script
        return script

    @property
    def script(self) -> Callable[[Proof], object] | None:
        """The proof script, None when there is none."""
        return self._script

    def find_proof(
        self,
        *,
        using: Sequence[Any] = (),
        points: Sequence[Term] = (),
        unknown: Term | None = None,
        explain: bool = False,
    ) -> Theorem:
        """Find a proof of a claim A ≤ B from instances of the hypotheses; return what is proved.

        ``using`` lists theorem objects whose claims join the hypotheses, ``points`` more points at
        which to use them; with ``explain`` the multipliers and a worst case are printed, as by
        :meth:`explain`.  ``unknown``, by default that of the theorem, is a real variable of the
        claim: the best value that these inequalities allow is found, a rational number or function
        of the parameters, or one with a square root of such, and the theorem returned is a new one
        that states it; of a rate for all k it is the best of one step from any point.  Raises
        ProofError when nothing is found; it says so when an exact point shows the claim false for
        these inequalities.  Needs the extra ``search``; what is proved is checked and stored as any
        other proof.
        """
        return type(self).searching().find_proof(self, using, points, unknown, explain)

    def explain(self) -> Any:
        """Say which inequalities the proof uses, with which multipliers, and what is worst.

        A notebook shows it.  Raises ProofError when there is no proof.
        """
        return type(self).searching().explain(self)

    def without(
        self,
        hypothesis: str,
        *,
        redundant: bool = False,
        instead: Mapping[str, Term] | None = None,
        spaces: Mapping[Space, Space] | None = None,
        note: str = "",
    ) -> Callable[[Callable[[Proof], object]], Theorem]:
        """Register what happens without a hypothesis: ``@theorem.without("pl", note="…")``.

        The decorated function is the proof script of a new theorem object, bound to its name: the
        same statement without the hypothesis, refuted by a counterexample (``note`` says it in
        words), or, with ``redundant=True``, proved all the same.  ``instead`` names propositions to
        assume in its place: then the hypothesis is redundant *when* they hold, or needed *even
        when* they do.  A hypothesis that made a quotient or root mean something needs one.
        ``spaces`` as for a refutation.
        """
        given = given_without(self, hypothesis, instead or {})
        if redundant and spaces:
            raise LanguageError("spaces= belongs to a refutation, redundant=True to a proof")
        title = f"{self.name} without the hypothesis {hypothesis}"
        if instead:
            title += ", with " + " and ".join(show(given[name]) for name in instead) + " instead"

        def made(script: Callable[[Proof], object]) -> Theorem:
            theorem = type(self)(
                title,
                given=given,
                claim=self.claim,
                source=self.source,
                expect=self.expect if redundant else "refuted",
                note=note,
                spaces=spaces,
                repaired=() if redundant else self,
            )
            theorem.name = script.__name__
            theorem.place = Place(script.__code__.co_filename, script.__code__.co_firstlineno)
            theorem.omission = Omission(self, hypothesis)
            theorem.proof(script)
            self.weakened[theorem.name] = theorem
            return theorem

        return made

    def derive(self) -> Derivation:
        """Run the proof (once) and return what it derives; ProofError when a step fails."""
        if self._derivation is None:
            if self._running:
                raise ProofError(
                    "the proof uses itself", self.place, self.name, hint="break the circle"
                )
            self._running = True
            try:
                self._derivation = self._derive()
            finally:
                self._running = False
        return self._derivation

    def closed_theorem(self) -> Thm:
        """Return ⊢ the closed statement, for use in other proofs."""
        derivation = self.derive()
        if self.unknown is not None:
            raise ProofError(
                f"{self.name} is stated with an unknown, {self.unknown}, and cannot be used",
                author_place(),
                hint="state what was found as a theorem of its own: "
                f"claim={to_ascii(derivation.statement.claim)}",
            )
        thm = derivation.theorem
        if self.expect == "refuted":
            raise ProofError(f"{self.name} is refuted and cannot be used", author_place())
        if thm.conclusion != self.claim:
            thm = rules.absurd(thm, proposition=self.claim)
        for _, h in reversed(self.statement.hypotheses):
            thm = rules.discharge(thm, hypothesis=h)
        for v in reversed(self.statement.variables()):
            thm = rules.generalise(thm, variable=v)
        return thm

    def _derive(self) -> Derivation:
        if self._script is None:
            raise ProofError(
                "there is no proof", self.place, self.name,
                hint=f"write one, @{self.name}.proof above a function of p, or let one be "
                f"searched: plproof prove FILE --only {self.name}; in a notebook "
                f"{self.name}.find_proof() returns the theorem with it",
            )  # fmt: skip
        if self.unknown is not None:
            return type(self).searching().derive_best(self)
        defined = self.require_defined()
        refuting = self.expect == "refuted"
        instance = rename_spaces(self.statement.closed(), self.spaces)
        hypotheses = {"statement": instance} if refuting else self.given
        proof = Proof(self.name, hypotheses, FALSE if refuting else self.claim)
        if refuting:
            proof.refute(self.statement, self.spaces)
        proof.run(self._script)
        try:
            thm = proof.conclude()
        except ProofError as error:  # no line of the script fails: the script as a whole does
            code = getattr(self._script, "__code__", None)
            if code is not None:
                error.place = Place(code.co_filename, code.co_firstlineno)
            raise
        if refuting:
            thm = rules.discharge(thm, hypothesis=instance)
        return Derivation(
            self.statement, thm, defined, tuple(proof.outline), self.spaces, self.remark
        )

    def require_defined(self, unknown: Term | None = None) -> Thm | None:
        """Return that the statement is defined, None where nothing is to be proved.

        Raises ProofError with what is open, of conditions that do not speak of the ``unknown``.
        """
        try:
            return prove_defined(self.statement)
        except OpenObligations as error:
            still = [t for t in error.obligations if unknown not in free_variables(t)]
        if not still:
            return None
        message = "the statement is not defined everywhere"
        known = set(self.statement.variables())
        bound = [v for v in free_variables(still) if v not in known]
        hint = _condition_to_add(bound[0]) if bound else _hypothesis_to_add(still)
        if self.omission is not None:
            message += f" without {self.omission.hypothesis}"
            hint = line_instead(self.omission.hypothesis, still)
        failure = ProofError(message, self.place, self.name, hint=hint)
        equations = [h for _, h in self.statement.hypotheses]
        failure.show([self.claim], [], "", still, equations)
        raise failure

    # ---- what notebooks do and show
    #: give the parts above this one, which use the laboratory and search; set where they are known
    workshop: ClassVar[Callable[[], Any]]
    searching: ClassVar[Callable[[], Searching]]

    def stress(
        self,
        functions: int = 20_000,
        *,
        adversary: bool = True,
        seed: int = 0,
        families: Sequence[Any] = (),
    ) -> Any:
        """Test the claim here on random functions and search for the worst; see ``plproof stress``.

        Arguments: ``functions`` to draw; ``adversary``, whether to search; ``seed``;
        ``families``, kinds of functions of your own to draw from as well, each made by
        ``plproof.laboratory.families.family_kind``.  A notebook shows what was found.  A claim with
        an unknown is tested with the value that its proof finds; ProofError when there is none.
        """
        return type(self).workshop().stress(self, functions, adversary, seed, families)

    def plot(self, seed: int = 0, families: Sequence[Any] = ()) -> Any:
        """Draw what is observed beside what the claim says; a notebook shows it.

        Arguments: ``seed``; ``families``, kinds of functions of your own, as for :meth:`stress`.
        Needs matplotlib, the extra ``plot``.
        """
        return type(self).workshop().plot(self, seed, families)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}: {self.title}>"

    def _repr_latex_(self) -> str:
        hypotheses = r" \\ ".join(
            rf"\text{{{name}: }} & {to_latex(h)}".replace("_", r"\_", name.count("_"))
            for name, h in self.statement.hypotheses
        )
        middle = rf"{hypotheses} \\ " if hypotheses else ""
        return rf"$$\begin{{aligned}} {middle}\vdash\; & {to_latex(self.claim)} \end{{aligned}}$$"

    def _repr_markdown_(self) -> str:
        lines = [f"**{self.kind.capitalize()}** ({self.title})", ""]
        lines += [f"- *{name}*: ${to_latex(h)}$" for name, h in self.statement.hypotheses]
        lines += ["", f"$${to_latex(self.claim)}$$"]
        lines += ["", f"*{self.source}*"] if self.source else []
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><i>{_html(name)}</i>: {_html(show(h))}</li>"
            for name, h in self.statement.hypotheses
        )
        source = f"<p><small>{_html(str(self.source))}</small></p>" if self.source else ""
        return (
            f"<div><b>{self.kind.capitalize()}</b> ({_html(self.title)})<ul>{items}</ul>"
            f"<p>⊢ {_html(show(self.claim))}</p>{source}</div>"
        )


class Searching(Protocol):
    """The part above that searches for proofs, as a theorem object uses it."""

    def find_proof(
        self,
        theorem: Theorem,
        using: Sequence[Any],
        points: Sequence[Term],
        unknown: Term | None,
        explaining: bool,
        /,
    ) -> Theorem:
        """See :meth:`Theorem.find_proof`."""

    def derive_best(self, theorem: Theorem, /) -> Derivation:
        """See :meth:`Theorem.derive`."""

    def explain(self, theorem: Theorem, /) -> Any:
        """See :meth:`Theorem.explain`; a notebook shows what is returned."""


class Lemma(Theorem):
    """A theorem of its own, called a lemma."""

    kind = "lemma"


class Proposition(Theorem):
    """A theorem, called a proposition."""

    kind = "proposition"


class Corollary(Theorem):
    """A theorem that follows quickly from another."""

    kind = "corollary"


def _check_name(name: str, expect: str) -> None:
    """Raise LanguageError for a name that no hypothesis may have, as p.name means another thing."""
    refused = f"a hypothesis cannot be called {name!r}"
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise LanguageError(f"{refused}: it is used as p.name, so a name of Python, as in positive")
    if name.startswith("_"):
        raise LanguageError(f"{refused}: names that begin with _ are the proof's own")
    own = {"goal", "outline", "theorem"} | ({"statement"} if expect == "refuted" else set())
    if hasattr(Proof, name) or name in own:
        raise LanguageError(f"{refused}: p.{name} means something else; {name}1 will do")


def _spaces_of(statement: Statement) -> set[str]:
    """Return the names of the spaces that the variables of a statement live in."""
    names = {name for t in subterms(statement.closed()) for name in t.sort.space_names()}
    bound = (t.data.sort for t in subterms(statement.closed()) if t.op in BINDERS)
    return names | {name for sort in bound for name in sort.space_names()}


def _slug(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:60] or "statement"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _condition_to_add(v: Term) -> str:
    """Return what to write where something is not defined for all values of a quantifier's."""
    name = to_ascii(v)
    least = f"{name} >= 1" if v.sort == NAT else "…"
    return f"say for which {name}, under the quantifier: forall({name}, implies({least}, …))"


def _hypothesis_to_add(obligations: list[Term]) -> str:
    """Return the line to add to ``given`` for denominators that may be zero, and for roots."""
    wanted: dict[Term, None] = {}
    for t in obligations:
        inner = t
        while inner.op in ("all", "imp") and inner.args[-1].op != "false":
            inner = inner.args[-1]
        if inner.op == "imp" and inner.args[0].op == "eq" and not inner.loose:
            denominator = inner.args[0].args[0]
            if denominator.op == "mul" and denominator.args[0].op == "num":
                denominator = denominator.args[1]
            wanted[denominator] = None
    # the sign of a difference may be either, and a hypothesis that others deny is of no use
    apart = {d: any(s.op == "neg" for s in subterms(d)) for d in wanted}
    signs = [to_ascii(d) for d in wanted if not apart[d]]
    lines = [f"positive{i or ''}={text} > 0" for i, text in enumerate(signs)]
    others = [to_ascii(d) for d in wanted if apart[d]]
    lines += [f"nonzero{i or ''}=ne({text}, 0)" for i, text in enumerate(others)]
    under = [t.args[1] for t in obligations if t.op == "le" and t.args[0] == number(0)]
    lines += [f"defined{i or ''}={to_ascii(t)} >= 0" for i, t in enumerate(under) if not t.loose]
    if not lines:
        return "add a hypothesis to given= before it is used"
    return f"add to given=, before it is used: {', '.join(lines)}"
