"""Coverage: which labelled statements of a document theorem objects cite, and what came out.

Schema ``plproof-coverage/1``: {``schema``, ``version``, ``document``: {``file``, ``title``},
``complete``, ``statements``: [{``line``, ``section``, ``label``, ``kind``, ``number``, ``called``,
``covered``, ``cited_by``: a list of citations}], ``also_cited``: a list of citations, each with a
``remark``}.  A citation is {``name``, ``object``, ``outcome``, ``expected``, ``as_declared``,
``section``, ``label``, ``file``, ``line``, ``without``}.

``called`` is the name in parentheses after a label; ``object`` is the kind of a theorem object, or
"definition" for a definition of the language, whose outcome is "definition" too and whose ``line``
is 0; ``without`` is the hypothesis that the theorem object leaves out of another one, or "": it
does not cover a statement by itself.  ``complete`` says that every statement is covered and every
citation is as declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plproof.language.source import Source
from plproof.report.labels import Label, cited_label, normalised, same_section, same_title
from plproof.report.result import Result

if TYPE_CHECKING:  # the parser of Markdown waits until a document is read
    from plproof.report.document import Document, Statement

SCHEMA = "plproof-coverage/1"
#: the kind and the outcome of a definition of the language: there is nothing to prove in it
DEFINITION = "definition"


@dataclass(frozen=True)
class Citation:
    """A theorem object, or a definition of the language, that names a source."""

    name: str
    kind: str
    source: Source
    outcome: str
    expected: str
    as_declared: bool
    file: str
    line: int = 0
    without: str = ""


@dataclass(frozen=True)
class Entry:
    """A labelled statement and what cites it."""

    statement: Statement
    cited_by: tuple[Citation, ...]

    @property
    def covered(self) -> bool:
        """Whether something cites it, as a whole, whose outcome is the declared one."""
        return any(c.as_declared and not c.without for c in self.cited_by)


@dataclass(frozen=True)
class Coverage:
    """A document with what cites its statements, and with what cites it elsewhere and why."""

    document: Document
    entries: tuple[Entry, ...]
    also_cited: tuple[tuple[Citation, str], ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Everything that cites the document."""
        return (*(c for e in self.entries for c in e.cited_by), *(c for c, _ in self.also_cited))

    @property
    def complete(self) -> bool:
        """Whether everything labelled is covered and all that cites the document as declared."""
        covered = all(entry.covered for entry in self.entries)
        return covered and all(c.as_declared for c in self.citations)


def citations(results: Iterable[Result]) -> list[Citation]:
    """Return the citations of theorem objects that name a source."""
    found = []
    for r in results:
        if r.source is not None:
            verdict, without = (r.outcome, r.expected, r.as_declared), r.omits[1] if r.omits else ""
            found.append(Citation(r.name, r.kind, r.source, *verdict, r.file, r.line, without))
    return found


def cover(document: Document, citing: Iterable[Citation]) -> Coverage:
    """Return which statements of a document the citations cover."""
    cited: list[list[Citation]] = [[] for _ in document.statements]
    others: list[tuple[Citation, str]] = []
    for citation in citing:
        if not same_title(document.title, citation.source.document):
            continue
        positions, remark = _statement(document, citation)
        if len(positions) == 1:
            cited[positions[0]].append(citation)
        else:
            others.append((citation, remark))
    others.sort(key=lambda other: _rank(document.headings, other[0].source.section))
    entries = zip(document.statements, map(tuple, cited), strict=True)
    return Coverage(document, tuple(Entry(s, c) for s, c in entries), tuple(others))


def _rank(headings: Sequence[str], section: str) -> int:
    """Return the place of a section in the document, its end for one that is not there."""
    if not section:
        return -1
    there = (i for i, heading in enumerate(headings) if same_section(heading, section))
    return next(there, len(headings))


def _statement(document: Document, citation: Citation) -> tuple[list[int], str]:
    """Return the positions of the statements a citation fits, and a remark unless it is one."""
    source, label = citation.source, cited_label(citation.source.label)
    if label is None:
        return [], ""
    if citation.kind == DEFINITION and label.kind != "Definition":
        return [], f"a definition covers no {label.kind}"
    said = str(Label(label.kind, label.number))
    found = {i: s for i, s in enumerate(document.statements) if s.label.key == label.key}
    if not found:
        return [], f"the document labels no {said}"
    if source.section:
        nearest = [i for i, s in found.items() if same_section(s.section, source.section)]
        around = [i for i, s in found.items() if _is_inside(s, source.section)]
        if not around and (len(found) > 1 or not label.number):
            return [], f"the document labels no {said} in this section"
        kept = nearest or around or list(found)
        found = {i: found[i] for i in kept}
    if len(found) > 1 and label.name:
        wanted = normalised(label.name)
        named = {i: s for i, s in found.items() if normalised(s.label.name) == wanted}
        found = named or found
    lines = ", ".join(str(s.line) for s in found.values())
    return list(found), f"fits the statements of lines {lines}: a section or a name would tell"


def _is_inside(statement: Statement, section: str) -> bool:
    return any(same_section(heading, section) for heading in statement.sections)


def coverage_document(coverage: Coverage, file: str, version: str) -> dict[str, Any]:
    """Return the coverage of a document as a JSON object."""
    return {
        "schema": SCHEMA,
        "version": version,
        "document": {"file": file, "title": coverage.document.title},
        "complete": coverage.complete,
        "statements": [
            {
                "line": entry.statement.line,
                "section": entry.statement.section,
                "label": str(entry.statement.label),
                "kind": entry.statement.label.kind,
                "number": entry.statement.label.number,
                "called": entry.statement.label.name,
                "covered": entry.covered,
                "cited_by": [_citation(c) for c in entry.cited_by],
            }
            for entry in coverage.entries
        ],
        "also_cited": [{**_citation(c), "remark": remark} for c, remark in coverage.also_cited],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "name": citation.name,
        "object": citation.kind,
        "outcome": citation.outcome,
        "expected": citation.expected,
        "as_declared": citation.as_declared,
        "section": citation.source.section,
        "label": citation.source.label,
        "file": citation.file,
        "line": citation.line,
        "without": citation.without,
    }
