"""Transcripts: a checked theorem as a person would write it down, as plain data.

Schema ``plproof-transcript/1``; every field of the JSON form, in order:

- ``schema``, ``name``, ``kind``, ``title``, ``file``, ``line``, ``source``, ``note``: as declared;
- ``expected``, ``outcome``: proved, refuted, vacuous, failed, not found or error; ``verdict``: the
  outcome in words;
- ``objects``: the variables of the statement, one line for each kind;
- ``hypotheses``: [{``name``, ``text``, ``latex``, ``words``}]; ``claim``: {``text``, ``latex``};
- ``definitions``: [{``name``, ``text``, ``latex``}], those the statement uses, unfolded once;
- ``steps``: [{``number``, ``depth``, ``kind``, ``label``, ``text``, ``latex``, ``why``,
  ``certificate``, ``functions``, ``worst``}], blocks included: ``kind`` is have, admit, close or
  the block that opens; ``functions`` is null when the laboratory did not run;
- ``definedness``: what had to be shown to be non-zero or non-negative, or "";
- ``axioms``: [{``name``, ``text``, ``source``}], ``oracles``, ``admits``: what it rests on;
- ``unused``: hypotheses the proof does not need;
- ``consistency``, ``witness``, ``functions``: the laboratory's findings;
- ``failure``: null, or the data of the failing step; ``remarks``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from plproof.language.definitions import Definition, definitions_of
from plproof.language.printing import LATEX, UNICODE, show
from plproof.language.sorts import NAT, REAL, Sort
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term
from plproof.report.certificates import Names, certificate
from plproof.report.result import Result
from plproof.theory.axioms import AXIOMS

SCHEMA = "plproof-transcript/1"
VERDICTS = {
    "proved": "proved: the kernel replayed every step",
    "refuted": "refuted: the kernel proved the negation of the statement",
    "vacuous": "vacuous: the hypotheses contradict each other, so the claim says nothing",
    "failed": "failed",
    "not found": "not found: no certificate was found, which does not make it false",
    "error": "error: the theorem could not be checked",
}


@dataclass(frozen=True)
class Line:
    """One step of a transcript."""

    number: str
    depth: int
    kind: str
    label: str
    text: str
    latex: str
    why: str
    certificate: str
    functions: int | None = None
    worst: float | None = None


@dataclass(frozen=True)
class Transcript:
    """A checked theorem as plain data; the module says what each field is."""

    name: str
    kind: str
    title: str
    file: str
    line: int
    source: str
    note: str
    expected: str
    outcome: str
    verdict: str
    objects: tuple[str, ...] = ()
    hypotheses: tuple[Mapping[str, str], ...] = ()
    claim: Mapping[str, str] = field(default_factory=dict)
    definitions: tuple[Mapping[str, str], ...] = ()
    steps: tuple[Line, ...] = ()
    definedness: str = ""
    axioms: tuple[Mapping[str, str], ...] = ()
    oracles: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    consistency: str = ""
    witness: str = ""
    functions: int | None = None
    failure: Mapping[str, Any] | None = None
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the transcript as a JSON object."""
        return {"schema": SCHEMA, **asdict(self)}


def transcript(result: Result) -> Transcript:
    """Return the transcript of a result; the same result gives the same transcript."""
    head = {
        "name": result.name,
        "kind": result.kind,
        "title": result.title,
        "file": result.file,
        "line": result.line,
        "source": "" if result.source is None else str(result.source),
        "note": result.note,
        "expected": result.expected,
        "outcome": result.outcome,
        "verdict": VERDICTS[result.outcome],
        "failure": result.failure,
        "remarks": tuple(result.remarks),
    }
    if result.statement is None:
        return Transcript(**head)
    statement = result.statement
    stress = result.stress or {}
    return Transcript(
        **head,
        objects=objects(statement),
        hypotheses=tuple(
            {**_both(h), "name": name, "words": in_words(h)} for name, h in statement.hypotheses
        ),
        claim=_both(statement.claim),
        definitions=tuple(map(_definition, used_definitions(statement))),
        steps=tuple(_steps(result)),
        definedness=_definedness(result),
        axioms=tuple(_axiom(name) for name in result.axioms()),
        oracles=result.oracles(),
        admits=result.admits(),
        unused=result.unused_hypotheses(),
        consistency=result.consistency,
        witness=str((result.witness or {}).get("text", "")),
        functions=stress.get("functions"),
    )


def _both(t: Term) -> dict[str, str]:
    return {"text": show(t, UNICODE), "latex": show(t, LATEX)}


def in_words(t: Term) -> str:
    """Return how a person says a proposition, or "" when it has no words of its own."""
    if t.op != "def" or not t.data.words:
        return ""
    return str(t.data.words).format(*(show(arg, UNICODE) for arg in t.args))


def used_definitions(statement: Statement) -> tuple[Definition, ...]:
    """Return the definitions the statement uses, each once, in order of use."""
    return definitions_of([*(h for _, h in statement.hypotheses), statement.claim])


def _definition(definition: Definition) -> dict[str, str]:
    parameters = definition(*definition.parameters)
    return {
        "name": definition.name,
        "text": f"{show(parameters)} :⇔ {show(definition.body)}",
        "latex": rf"{show(parameters, LATEX)} :\Leftrightarrow {show(definition.body, LATEX)}",
    }


def objects(statement: Statement) -> tuple[str, ...]:
    """Return what the statement is about, a line for each sort of variable."""
    kinds: dict[Sort, list[str]] = {}
    for v in statement.variables():
        kinds.setdefault(v.sort, []).append(show(v))
    spaces = list(dict.fromkeys(n for sort in kinds for n in sort.space_names()))
    lines = []
    if spaces:
        what = "a Euclidean space" if len(spaces) == 1 else "Euclidean spaces"
        lines.append(f"{', '.join(spaces)}: {what} of any finite dimension")
    for sort, names in kinds.items():
        lines.append(f"{', '.join(names)}: {_sort_words(sort, len(names) > 1)}")
    return tuple(lines)


def _sort_words(sort: Sort, several: bool) -> str:
    if sort == REAL:
        return "real numbers" if several else "a real number"
    if sort == NAT:
        return "natural numbers" if several else "a natural number"
    if sort.kind == "Vec":
        return f"{'points' if several else 'a point'} of {sort.spaces[0]}"
    if sort.kind == "Fun" and sort.parts[0] == NAT:
        return f"{'sequences' if several else 'a sequence'} in {sort.parts[1]}"
    return f"{sort}"


def _axiom(name: str) -> dict[str, str]:
    known = AXIOMS.get(name)
    if known is None:
        return {"name": name, "text": "", "source": ""}
    return {"name": name, "text": show(known.statement), "source": str(known.source)}


def _definedness(result: Result) -> str:
    """Return the side conditions behind the quantifiers and hypotheses, each once."""
    if result.replayed is None or result.replayed.definedness is None:
        return ""
    found: dict[str, None] = {}
    stack = [result.replayed.definedness.conclusion]
    while stack:
        t = stack.pop()
        if t.op == "and":
            stack += reversed(t.args)
        elif t.op == "all":
            stack.append(t.args[0])
        elif t.op in ("imp", "or") and t.args[1] != FALSE:
            stack.append(t.args[1])
        elif not t.loose:
            found[show(t)] = None
    return ", ".join(found)


def _steps(result: Result) -> list[Line]:
    if result.replayed is None or result.statement is None:
        return []
    made = result.replayed.steps
    labels = {
        id(made[s.number]): s.label for s in result.outline if s.number is not None and s.label
    }
    names = Names(labels, {h: name for name, h in result.statement.hypotheses})
    items = (result.stress or {}).get("items", [])
    figures = iter([item for item in items if item.get("label") != "claim"])
    counters: list[int] = []
    lines = []
    for step in result.outline:
        del counters[step.depth + 1 :]
        counters += [0] * (step.depth + 1 - len(counters))
        counters[step.depth] += 1
        text = latex = how = ""
        figure: Mapping[str, Any] = {}
        if step.number is not None:
            thm = made[step.number]
            text, latex = show(thm.conclusion), show(thm.conclusion, LATEX)
            if step.kind in ("have", "admit"):
                own = Names({k: v for k, v in labels.items() if k != id(thm)}, names._hypotheses)
                how = certificate(thm, own)
            if step.kind in ("have", "close"):
                figure = next(figures, {})
        lines.append(
            Line(
                ".".join(map(str, counters)),
                step.depth,
                step.kind,
                step.label if not step.label.startswith("step ") else "",
                text,
                latex,
                step.why,
                how,
                figure.get("functions"),
                figure.get("worst"),
            )
        )
    return lines
