"""Reading what coverage compares: a Markdown document, and which theorem objects cite it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plproof.checking.client import Client, WorkerFailed
from plproof.checking.discovery import TheoremFile, UsageError, shown_path
from plproof.checking.stated import source_of
from plproof.language.source import Source
from plproof.report.coverage import DEFINITION, Citation
from plproof.report.document import Document, read_document
from plproof.report.labels import same_title

#: blogs name the file of a post by its day and its title
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}-")


def document_at(path: Path) -> Document:
    """Read a Markdown document; UsageError when it is not there or not text."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: see its byte {error.start}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {reason}") from None
    return read_document(text, re.sub(r"[-_]+", " ", _DAY.sub("", path.stem)).strip())


@dataclass(frozen=True)
class Citing:
    """What cites a document before anything is replayed.

    ``definitions``, each where it is bound first; ``theorems``, names of theorem objects; ``files``
    to replay: those with such theorem objects, and those that cannot be read, to say why.
    """

    definitions: tuple[Citation, ...]
    theorems: tuple[str, ...]
    files: tuple[TheoremFile, ...]


def citing(
    files: Sequence[TheoremFile], title: str, progress: Callable[[str], None] = lambda file: None
) -> Citing:
    """Import the files and return what in them names a document of that title as its source."""
    client = Client()
    bound: dict[tuple[str, Source], Citation] = {}
    names: dict[str, None] = {}
    needed = []
    try:
        for file in files:
            where = shown_path(file.path)
            progress(where)
            try:
                answer = client.load(file)
            except WorkerFailed:
                needed.append(file)
                continue
            for data in answer.get("definitions", []):
                source = source_of(data)
                assert source is not None, "the worker names definitions with a source only"
                cited = Citation(
                    data["name"], DEFINITION, source, DEFINITION, DEFINITION, True, where
                )
                if same_title(title, source.document):
                    bound.setdefault((cited.name, source), cited)
            theorems = [(data["name"], source_of(data)) for data in answer.get("theorems", [])]
            here = [name for name, s in theorems if s and same_title(title, s.document)]
            names.update(dict.fromkeys(here))
            if here or "error" in answer:
                needed.append(file)
    finally:
        client.close()
    return Citing(tuple(bound.values()), tuple(names), tuple(needed))
