"""The process that runs an author's files: it imports them and runs proofs, and decides nothing.

It reads requests as JSON lines and answers on streams of its own; whatever the author's code prints
goes to standard error, and it finds standard input empty.  Statements and proofs leave it as data.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from plproof.faults import place_of
from plproof.language.definitions import Definition
from plproof.language.sorts import LanguageError
from plproof.language.source import Source
from plproof.language.statement import Statement
from plproof.proof.errors import ProofError
from plproof.proof.storage import statement_document
from plproof.proof.theorem import Theorem
from plproof.search.finding.script import Searched


def load(path: str, module: str, root: str) -> ModuleType:
    """Import a theorem file under its module name, other files of its folder before any others."""
    if sys.path[:1] != [root]:
        sys.path[:] = [root, *(path for path in sys.path if path != root)]
    known = sys.modules.get(module)
    if known is not None and getattr(known, "__file__", None) != path:
        del sys.modules[module]  # another file of the same name, from another folder
    return importlib.import_module(module)


def theorems_of(module: ModuleType, path: str) -> dict[str, Theorem]:
    """Return the theorem objects defined in the file, by the name they are bound to."""
    found: dict[str, Theorem] = {}
    seen: set[int] = set()
    for name, value in vars(module).items():
        own = isinstance(value, Theorem) and os.path.realpath(value.place.file) == path
        if own and id(value) not in seen:
            seen.add(id(value))
            value.name = name
            found[name] = value
    return found


def kinds_of(module: ModuleType) -> dict[str, Any]:
    """Return the kinds of functions that a file binds, by the first name each is bound to.

    Those that nobody has looked at are searched for mistakes: WrongFamily, or nothing.
    """
    if "plproof.laboratory.families.checks" not in sys.modules:
        return {}  # the file has no use for the laboratory, and need not wait for it
    from plproof.laboratory.families import FamilyKind, family_kind

    found: dict[str, Any] = {}
    seen: set[int] = set()
    for name, value in vars(module).items():
        if isinstance(value, FamilyKind) and id(value) not in seen:
            seen.add(id(value))
            if not value.file:
                family_kind(value.name, value.build)
                value = replace(value, file=str(module.__file__))
            found[name] = value
    return found


def describe(name: str, theorem: Theorem) -> dict[str, Any]:
    """Return what a check needs to know of a theorem object, as data."""
    return {
        "name": name,
        "line": theorem.place.line,
        "kind": theorem.kind,
        "title": theorem.title,
        "note": theorem.note,
        "expected": theorem.expect,
        "source": _source(theorem.source),
        "omits": _omits(theorem),
        "unknown": None if theorem.unknown is None else theorem.unknown.data,
        "scripted": theorem.script is not None,
        "repaired": [[t.name, os.path.realpath(t.place.file), t.title] for t in theorem.repaired],
        "statement": statement_document(theorem.statement),
    }


def definitions_of(module: ModuleType) -> list[dict[str, Any]]:
    """Return name and source of the definitions that a file binds and that have a source."""
    bound = [value for value in vars(module).values() if isinstance(value, Definition)]
    return [{"name": d.name, "source": _source(d.source)} for d in bound if d.source is not None]


def _omits(theorem: Theorem) -> dict[str, str] | None:
    """Return which hypothesis of which theorem object the object leaves out, if it does."""
    omission = theorem.omission
    if omission is None:
        return None
    whole = omission.theorem
    file = os.path.realpath(whole.place.file)
    return {"theorem": whole.name, "file": file, "hypothesis": omission.hypothesis}


def _source(source: Source | None) -> list[Any] | None:
    if source is None:
        return None
    return [source.document, source.section, source.label, source.references]


def explain(error: BaseException, path: str) -> dict[str, Any]:
    """Return an exception of the author's code as data: message and line in the file."""
    line = 0
    if isinstance(error, SyntaxError):
        message, line = f"syntax error: {error.msg}", error.lineno or 0
        path = error.filename or path  # it may be in a file that the theorem file imports
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if os.path.realpath(frame.filename) == path:
                line = frame.lineno or 0
        kind = "" if isinstance(error, LanguageError) else f"{type(error).__name__}: "
        message = f"{kind}{error}" if str(error) else type(error).__name__
        place = place_of(error)  # it may be in a file that the theorem file imports
        if place and os.path.realpath(place.rpartition(":")[0]) != path:
            message += f" ({place})"
    cause = error.__cause__
    if cause is not None:
        message += f" (because of {type(cause).__name__}: {cause})"
    return {"message": message, "file": path, "line": line}


def failure_of(error: ProofError) -> dict[str, Any]:
    """Return a failing step as data, with the step itself so that it can be refuted."""
    data = error.to_json()
    if error.goal_term is not None and not error.goal_term.loose:
        named = tuple((f"h{i}", h) for i, h in enumerate(error.hypothesis_terms))
        data["step"] = statement_document(Statement(named, error.goal_term))
    return data


class Worker:
    """Answers requests: load a file, prove one of its theorems, by a search if it may."""

    def __init__(self, answers: TextIO) -> None:
        self._answers = answers
        self._path = ""
        self._theorems: dict[str, Theorem] = {}

    def run(self, requests: TextIO) -> None:
        """Serve requests until the stream ends."""
        for line in requests:
            request = json.loads(line)
            answer = self._load(request) if request["do"] == "load" else self._prove(request)
            self._answers.write(json.dumps(answer) + "\n")
            self._answers.flush()

    def _load(self, request: dict[str, Any]) -> dict[str, Any]:
        self._path = request["path"]
        try:
            module = load(self._path, request["module"], request["root"])
            self._theorems = theorems_of(module, self._path)
            found = [describe(name, theorem) for name, theorem in self._theorems.items()]
            defined = definitions_of(module)
            kinds = kinds_of(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever the author's file raises is reported
            return {"error": explain(error, self._path)}
        families = [
            {"binding": binding, "name": kind.name, "file": kind.file, "line": kind.line}
            for binding, kind in kinds.items()
        ]
        return {"theorems": found, "definitions": defined, "families": families}

    def _prove(self, request: dict[str, Any]) -> dict[str, Any]:
        theorem = self._theorems[request["name"]]
        try:
            if request.get("search") and theorem.script is None:
                theorem.proof(Searched((), (), theorem.place))
            return {"proof": theorem.derive().document()}
        except ProofError as error:
            return {"failure": failure_of(error)}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return {"error": explain(error, self._path)}


def main() -> None:
    """Serve on standard input and the stream that was standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # an author's input() ends, it does not wait
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle
    sys.setrecursionlimit(5_000)
    sys.path.insert(0, str(Path.cwd()))
    try:
        Worker(answers).run(requests)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)


if __name__ == "__main__":
    main()
