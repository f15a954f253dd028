"""Reading what coverage compares: a Markdown document, and the definitions that files bind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from plproof.checking.client import Client, WorkerFailed
from plproof.checking.discovery import TheoremFile, UsageError, shown_path
from plproof.language.source import Source
from plproof.report.coverage import DEFINITION, Citation
from plproof.report.document import Document, read_document

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


def definitions(files: Sequence[TheoremFile]) -> list[Citation]:
    """Return the definitions with a source that the files bind, each where it is bound first.

    Files that cannot be imported are passed over: checking them says why.
    """
    client = Client()
    found: dict[tuple[str, Source], Citation] = {}
    try:
        for file in files:
            try:
                answer = client.load(file)
            except WorkerFailed:
                continue
            for data in answer.get("definitions", []):
                document, section, label, references = data["source"]
                source = Source(document, section, label, tuple(references))
                where = shown_path(file.path)
                cited = Citation(
                    data["name"], DEFINITION, source, DEFINITION, DEFINITION, True, where
                )
                found.setdefault((cited.name, source), cited)
    finally:
        client.close()
    return list(found.values())
