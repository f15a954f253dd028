"""Transcripts: a checked theorem as a person would write it down, as plain data.

Schema ``plproof-transcript/1``; every field of the JSON form, in order.  A *formula* is
{``text``, ``latex``}, the LaTeX for mathematics mode.

- ``schema``, ``name``, ``kind``, ``title``, ``file``, ``line``, ``source``, ``note``: as declared;
- ``expected``, ``outcome``: proved, refuted, vacuous, failed, not found or error; ``verdict``: the
  outcome in words, and that the claim or a step is false where a counterexample is shown;
- ``objects``: what the statement is about, a line for each kind of variable;
- ``hypotheses``: [{``name``, ``formula``, ``words``}], words such as "f is β-smooth" with formulas
  between ``$`` in its LaTeX form, or null; ``claim``: the same without name, or null;
- ``definitions``: [{``name``, ``formula``, ``words``}], those the statement uses, unfolded once;
- ``steps``: the proof, [{``number``, ``depth``, ``kind``, ``label``, ``formula``, ``is_claim``,
  ``opens``, ``why``, ``also``, ``certificate``, ``tests``, ``outline``}]: ``kind`` is open (a block
  opens: ``opens`` is [{``words``, ``formula``, ``label``}]), have, admit, end (what the block
  gives; it has the block's number), close (what cases or an induction give) or conclusion (the
  claim, where no step states it); ``is_claim``, whether the formula is the claim; ``why``, the
  author's reasons; ``certificate``, the formula of how the kernel proved it or null, and ``also``
  the reasons it does not show; ``tests``: {``functions``, ``worst``, ``violations``} or null;
  ``outline``, the positions of the author's steps that the line stands for;
- ``definedness``: [formula], what had to be shown so that every quotient and root means something;
- ``axioms``: [{``name``, ``formula``, ``source``}]; ``oracles``, ``admits``: [text];
- ``unused``: hypotheses the proof does not need;
- ``omits``: {``theorem``, ``hypothesis``}, when this is another theorem without one of its
  hypotheses, or null; ``needs``: [{``hypothesis``, ``status``, ``shown_by``}], empty when no
  hypothesis was examined: ``status`` is needed, redundant, "redundant when" (under conditions only)
  or "not examined", and ``shown_by`` is [{``name``, ``outcome``, ``note``, ``when``, ``trusted``}]:
  theorem objects without the hypothesis, refuted or proved by replay, what they assume in its place
  ([formula]), and the axioms and oracles they rest on;
- ``counterexample``: of a refutation, [{``variable``, ``value``, ``coordinates``}], formulas, and
  the value in symbols or ""; ``spaces``: [text], "W = R^5" for each particular space it lives in;
  ``repaired``: [{``name``, ``file``, ``title``}], theorem objects that say what holds instead;
- ``consistency``: whether the hypotheses were seen to hold together; ``witness``: where, or "";
- ``stress``: {``functions``, ``claim``, ``exercised``, ``steps``, ``least``, ``worst``,
  ``counterexample``} or null: functions drawn, those the claim was tested on, how many of the steps
  were exercised, the functions of the least tested of them, the smallest slack ratio seen for the
  claim (0 is equality), and what was found false, or "";
- ``failure``: null, or the data of the failing step; ``remarks``: [text].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plproof.language.binding import open_binder
from plproof.language.definitions import Definition, definitions_of
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL, Sort, coordinates_of, function
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, make
from plproof.proof.shortened import Shortened
from plproof.report.counterexample import counterexample, spaces
from plproof.report.model import (
    PLAIN,
    SCHEMA,
    Cited,
    Formula,
    Line,
    Named,
    Stress,
    Styles,
    Transcript,
)
from plproof.report.needs import needs
from plproof.report.result import Result
from plproof.report.steps import proof_lines
from plproof.theory.axioms import AXIOMS

VERDICTS: Mapping[str, str] = {
    "proved": "proved: the kernel replayed every step",
    "refuted": "refuted: the kernel proved the negation of the statement",
    "vacuous": "vacuous: the hypotheses contradict each other, so the claim says nothing",
    "failed": "failed: a step of the proof does not hold up",
    "not found": "not found: no certificate was found, which does not make it false",
    "error": "error: the theorem could not be checked",
}
#: of an outcome that leaves it open, where a counterexample is shown: to the claim, or to a step
_FALSE = {
    "not found": "not found: there is no proof, since the claim is false, as shown below",
    "failed": "failed: the claim is false, as shown below",
}
_FALSE_STEP = {
    "not found": "not found: a step is false as it stands, as shown below; the claim may hold",
    "failed": "failed: a step of the proof is false as it stands, as shown below",
}
_NOT_REFUTED = "not found: the claim is false, as shown below, and that was not proved"
#: how a search says that it has a function with which the claim is false
_SEARCHED = "not found: no proof found: the claim is false"


def transcript(result: Result) -> Transcript:
    """Return the transcript of a result; the same result gives the same transcript."""
    head: dict[str, Any] = {
        "name": result.name,
        "kind": result.kind,
        "title": result.title,
        "file": result.file,
        "line": result.line,
        "source": "" if result.source is None else str(result.source),
        "note": result.note,
        "expected": result.expected,
        "outcome": result.outcome,
        "verdict": _verdict(result),
        "failure": result.failure,
        "remarks": tuple(result.remarks),
    }
    statement = result.statement
    if statement is None:
        return Transcript(**head)
    lines, styles = tuple(proof_lines(result)), Styles.beside(statement)
    return Transcript(
        **head,
        objects=objects(statement),
        hypotheses=tuple(_named(name, h, styles) for name, h in statement.hypotheses),
        claim=_named("", statement.claim, styles),
        definitions=tuple(map(_definition, used_definitions(statement))),
        steps=lines,
        definedness=_definedness(result, styles),
        axioms=tuple(map(_axiom, result.axioms())),
        oracles=result.oracles(),
        admits=result.admits(),
        unused=result.unused_hypotheses(),
        omits=_omits(result),
        needs=needs(result),
        counterexample=counterexample(result),
        spaces=spaces(result),
        repaired=tuple({"name": n, "file": f, "title": t} for n, f, t in result.repaired),
        consistency=result.consistency,
        witness=str(first_of(result.witness or {}, "words", "text")),
        stress=_stress(result, lines),
    )


def _verdict(result: Result) -> str:
    """Return the outcome in words, which deny nothing that is shown with it."""
    failure, plain = result.failure or {}, VERDICTS[result.outcome]
    items = (result.stress or {}).get("items") or []
    tested = any(i.get("label") == "claim" and i.get("violations") for i in items)
    if result.expected == "refuted":
        return _NOT_REFUTED if tested and result.outcome == "not found" else plain
    if result.statement is None or result.expected != "proved":
        return plain
    shown, claim = bool(failure.get("counterexample")), result.statement.claim
    of_claim = failure.get("goal") == Shortened([claim]).text(claim)
    searched = str(failure.get("message", "")).startswith(_SEARCHED)
    if tested or searched or (shown and of_claim):
        return _FALSE.get(result.outcome, plain)
    return _FALSE_STEP.get(result.outcome, plain) if shown else plain


def first_of(data: Mapping[str, Any], *keys: str) -> Any:
    """Return the value of the first key that has one, "" when none has."""
    return next((data[key] for key in keys if data.get(key)), "")


# ---------------------------------------------------------------- the statement
def _named(name: str, t: Term, styles: Styles) -> Named:
    return Named(name, Formula.of(t, styles), in_words(t, styles))


def in_words(t: Term, styles: Styles = PLAIN) -> Formula | None:
    """Return how a person says a proposition, None when it has no words of its own."""
    if t.op != "def" or not t.data.words:
        return None
    spoken = str(t.data.words)
    return Formula(
        spoken.format(*(show(arg, styles.text) for arg in t.args)),
        spoken.format(*(f"${show(arg, styles.latex)}$" for arg in t.args)),
    )


def used_definitions(statement: Statement) -> tuple[Definition, ...]:
    """Return the definitions the statement uses, each once, in order of use."""
    return definitions_of([*(h for _, h in statement.hypotheses), statement.claim])


def _definition(definition: Definition) -> Named:
    head, body = Formula.of(definition(*definition.parameters)), Formula.of(definition.body)
    proposition = definition.body.sort.kind == "Prop"
    sign, latex = (":⇔", r":\Leftrightarrow") if proposition else (":=", ":=")
    formula = Formula(f"{head.text} {sign} {body.text}", f"{head.latex} {latex} {body.latex}")
    return Named(definition.name, formula, in_words(definition(*definition.parameters)))


def objects(statement: Statement) -> tuple[str, ...]:
    """Return what the statement is about, a line for each sort of variable, functions first."""
    kinds: dict[Sort, list[str]] = {}
    for v in statement.variables():
        kinds.setdefault(v.sort, []).append(show(v))
    named = dict.fromkeys(n for sort in kinds for n in sort.space_names())
    spaces = [name for name in named if coordinates_of(name) is None]
    lines = []
    if spaces:
        what = "a Euclidean space" if len(spaces) == 1 else "Euclidean spaces"
        lines.append(f"{', '.join(spaces)}: {what} of any finite dimension")
    for sort in sorted(kinds, key=lambda s: _ORDER.index(_sort_kind(s))):
        names = kinds[sort]
        lines.append(f"{', '.join(names)}: {_sort_words(sort, len(names) > 1)}")
    return tuple(lines)


_ORDER = ("function", "sequence", "Lin", "Sub", "Vec", "Real", "Nat", "Prop")


def _sort_kind(sort: Sort) -> str:
    if sort.kind != "Fun":
        return sort.kind
    return "sequence" if sort.parts[0] == NAT else "function"


def _sort_words(sort: Sort, several: bool) -> str:
    if sort == REAL:
        return "real numbers" if several else "a real number"
    if sort == NAT:
        return "natural numbers" if several else "a natural number"
    if sort.kind == "Vec":
        return f"{'points' if several else 'a point'} of {sort.spaces[0]}"
    if sort.kind == "Lin":
        return f"{'linear maps' if several else 'a linear map'} {' → '.join(sort.spaces)}"
    if sort.kind == "Sub":
        return f"{'subspaces' if several else 'a subspace'} of {sort.spaces[0]}"
    if _sort_kind(sort) == "sequence":
        if sort.parts[1] == function(NAT, REAL):  # a number for each two indices
            return f"{'matrices' if several else 'a matrix'} of real numbers"
        return f"{'sequences' if several else 'a sequence'} in {sort.parts[1]}"
    return f"{sort}"


# ---------------------------------------------------------------- what it rests on
def _omits(result: Result) -> dict[str, str] | None:
    if result.omits is None:
        return None
    return {"theorem": result.omits[0], "hypothesis": result.omits[1]}


def _axiom(name: str) -> Cited:
    known = AXIOMS.get(name)
    if known is None:
        return Cited(name, None, "")
    return Cited(name, Formula.of(known.statement), str(known.source))


def _definedness(result: Result, styles: Styles) -> tuple[Formula, ...]:
    """Return the side conditions behind the quantifiers and hypotheses, each once."""
    if result.replayed is None or result.replayed.definedness is None:
        return ()
    found: dict[Formula, None] = {}
    stack = [result.replayed.definedness.conclusion]
    while stack:
        t = stack.pop()
        if t.op == "and":
            stack += reversed(t.args)
        elif t.op == "all":
            stack.append(open_binder(t, make("var", (), t.data.name, t.data.sort)))
        elif t.op in ("imp", "or") and t.args[1] != FALSE:
            stack.append(t.args[1])
        else:
            found[Formula.of(_without_number(t), styles)] = None
    return tuple(found)


def _without_number(t: Term) -> Term:
    """Return t ≠ 0 for 2·t ≠ 0: the same condition, said once."""
    if t.op != "imp" or t.args[0].op != "eq" or t.args[0].args[0].op != "mul":
        return t
    factor, rest = t.args[0].args[0].args
    return make("imp", (make("eq", (rest, t.args[0].args[1])), FALSE)) if factor.op == "num" else t


def _stress(result: Result, lines: tuple[Line, ...]) -> Stress | None:
    if result.stress is None:
        return None
    items = list(result.stress.get("items") or [])
    claim: Mapping[str, Any] = next((i for i in items if i.get("label") == "claim"), {})
    tested = [line.tests.functions for line in lines if line.tests is not None]
    functions = result.stress.get("functions")
    worst = claim.get("worst", result.stress.get("worst"))
    return Stress(
        functions=functions,
        claim=int(claim.get("functions") or 0) if items else int(functions or 0),
        exercised=sum(n > 0 for n in tested),
        steps=len(tested),
        least=min((n for n in tested if n), default=0),
        worst=None if worst is None else float(worst),
        counterexample=str(first_of(result.stress.get("counterexample") or {}, "words", "text")),
    )


__all__ = ["SCHEMA", "VERDICTS", "Line", "Transcript", "objects", "transcript"]
