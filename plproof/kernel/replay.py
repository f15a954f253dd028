"""Replay: a stored proof is data; the rules are run again and the result compared.  [trusted]

A proof document is ``{"schema", "sorts", "terms", "definitions", "axioms", "hypotheses", "claim",
"steps", "proved", "defined"}``: the terms of :mod:`plproof.language.wire`, steps [rule, [numbers of
earlier steps], {data}], and the numbers of the steps that prove the claim and its definedness.  A
refutation may name ``"spaces"``, to what the statement's spaces are renamed: what fails in one
space is not true in all.
Claim, hypotheses and definitions are compared with a :class:`Statement` that comes from the
theorem file, axioms with the shipped table: never with what the document says of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plproof.kernel import calculus as calculus  # so that its rule is known
from plproof.kernel.combine import Summand
from plproof.kernel.gram import Use
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import RULES, Thm
from plproof.language.binding import rename_spaces
from plproof.language.definedness import definedness
from plproof.language.sorts import LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, make
from plproof.language.wire import TermReader, WireError, array, exact, index, shaped, text
from plproof.language.wire import parse as parse

SCHEMA = "plproof-proof/1"
#: decides again what an oracle was asked
Oracles = Mapping[str, Callable[[Term], bool]]


@dataclass(frozen=True)
class Replayed:
    """A checked proof: proved, vacuous or refuted, the theorem that says so, and every step."""

    outcome: str
    theorem: Thm
    definedness: Thm | None
    steps: tuple[Thm, ...]


def _summand(reader: TermReader, entry: Any) -> Summand:
    c, premises, squares, multiplier = shaped(entry, str, list, list, object)
    factor = None if multiplier is None else reader.term(multiplier)
    return Summand(exact(c), tuple(map(index, premises)), tuple(map(reader.term, squares)), factor)


def _use(reader: TermReader, entry: Any) -> Use:
    weight, premise, values = shaped(entry, str, int, list)
    return Use(exact(weight), premise, tuple(map(reader.term, values)))


def _spaces(reader: TermReader, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WireError("expected an object from spaces to spaces")
    return {text(name): text(new) for name, new in value.items()}


#: how each kind of data of a rule is read
_DECODERS: Mapping[str, Callable[[TermReader, Any], Any]] = {
    "term": lambda reader, value: reader.term(value),
    "index": lambda reader, value: index(value),
    "name": lambda reader, value: text(value),
    "indices": lambda reader, value: tuple(map(index, array(value))),
    "spaces": _spaces,
    "summands": lambda reader, value: tuple(_summand(reader, entry) for entry in array(value)),
    "uses": lambda reader, value: tuple(_use(reader, entry) for entry in array(value)),
}


def replay(
    document: Any, statement: Statement, axioms: Mapping[str, Term], oracles: Oracles | None = None
) -> Replayed:
    """Run the steps of a proof document again and compare the result with the statement.
    Arguments: the parsed document; the ``statement`` of the imported theorem file; the shipped
    ``axioms`` by name; the ``oracles`` that may be asked.  Raises WireError for data that is not
    a proof document and KernelError for a proof that does not prove the statement.
    """
    try:
        return _replay(document, statement, axioms, oracles or {})
    except (LanguageError, OverflowError, MemoryError) as error:
        raise WireError(f"{error}") from None
    except RecursionError:
        raise WireError("something in the proof is nested too deeply") from None


def _replay(
    document: Any, statement: Statement, axioms: Mapping[str, Term], oracles: Oracles
) -> Replayed:
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise WireError(f"expected a proof document with schema {SCHEMA}")
    reader = TermReader(document)
    stated = [shaped(entry, str, int) for entry in array(document.get("hypotheses"))]
    hypotheses = tuple((name, reader.term(h)) for name, h in stated)
    if hypotheses != statement.hypotheses:
        raise KernelError(f"the proof is of other hypotheses: {_differs(hypotheses, statement)}")
    if reader.term(document.get("claim")) != statement.claim:
        raise KernelError(f"the proof is of another claim: {reader.term(document.get('claim'))}")
    steps = run_steps(document, reader)
    proved = steps[index(document.get("proved"), len(steps), "step")]
    allowed = [h for _, h in statement.hypotheses]
    stray = [h for h in proved.hypotheses if h not in allowed]
    if stray:
        raise KernelError(f"the proof rests on {stray[0]}, which is not a hypothesis")
    closed = statement.closed()
    outcomes = {FALSE: "vacuous"} | {statement.claim: "proved"}
    if not proved.hypotheses:
        instance = rename_spaces(closed, _spaces(reader, document.get("spaces", {})))
        outcomes.setdefault(make("imp", (instance, FALSE)), "refuted")
    if proved.conclusion not in outcomes:
        raise KernelError(f"the proof ends in {proved.conclusion}, not in {statement.claim}")
    wanted = definedness(closed)
    defined = None
    if wanted is not None:
        where = document.get("defined")
        defined = None if where is None else steps[index(where, len(steps), "step")]
        if defined is None or defined.conclusion != wanted or defined.hypotheses:
            raise KernelError(f"that the statement is defined is not proved: {wanted}")
    for th in [proved] if defined is None else [proved, defined]:
        _check_trust(th, axioms, oracles)
    return Replayed(outcomes[proved.conclusion], proved, defined, tuple(steps))


def run_steps(document: Mapping[str, Any], reader: TermReader) -> list[Thm]:
    """Return the theorems that the steps of a document make, in order."""
    steps: list[Thm] = []
    for number, entry in enumerate(array(document.get("steps"))):
        try:
            steps.append(_step(reader, steps, entry))
        except (KernelError, WireError, LanguageError) as error:
            raise type(error)(f"step {number}: {error}") from None
    return steps


def _step(reader: TermReader, steps: list[Thm], entry: Any) -> Thm:
    name, premises, data = shaped(entry, str, list, dict)
    rule = RULES.get(name)
    if rule is None:
        raise WireError(f"there is no rule {name!r}")
    if not set(data) <= set(rule.kinds):
        raise WireError(f"{name} takes no {min(set(data) - set(rule.kinds))!r}")
    decoded = {key: _DECODERS[rule.kinds[key]](reader, value) for key, value in data.items()}
    try:
        return rule.apply(*(steps[index(i, len(steps), "step")] for i in premises), **decoded)
    except TypeError as error:
        if isinstance(error, LanguageError):
            raise
        raise WireError(f"{name}: wrong number of premises or data") from None


def _check_trust(th: Thm, axioms: Mapping[str, Term], oracles: Oracles) -> None:
    for name, statement in th.axioms:
        if name not in axioms:
            raise KernelError(f"{name!r} is not in the table of axioms")
        if axioms[name] != statement:
            raise KernelError(f"the axiom {name!r} does not say {statement}")
    for name, statement in th.oracles:
        if name not in oracles or not oracles[name](statement):
            raise KernelError(f"the oracle {name!r} does not confirm {statement}")


def _differs(found: tuple[tuple[str, Term], ...], statement: Statement) -> str:
    for (name, h), (wanted_name, wanted) in zip(found, statement.hypotheses, strict=False):
        if (name, h) != (wanted_name, wanted):
            return f"{name}: {h} instead of {wanted_name}: {wanted}"
    return f"{len(found)} of them instead of {len(statement.hypotheses)}"
