"""What a worker says of a theorem object: its source, and its statement with what was unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plproof.language.sorts import LanguageError
from plproof.language.source import Source
from plproof.language.statement import Statement
from plproof.language.syntax import Real
from plproof.language.wire import WireError
from plproof.proof.storage import read_statement
from plproof.proof.unknown import titled, value_in, with_value


def source_of(data: Mapping[str, Any]) -> Source | None:
    """Return the source that a described theorem object or definition names, if it names one."""
    if not data["source"]:
        return None
    document, section, label, references = data["source"]
    return Source(document, section, label, tuple(references))


def stated(data: Mapping[str, Any], document: Any) -> tuple[Statement, str, bool]:
    """Return the statement that a proof document is compared with, its title, and whether whole.

    It is the one the author's file has; only the value of its unknown, if it has one, is taken from
    the document.  Without a document, or with one that is no proof of it, it stays as it is and is
    not whole.
    """
    statement, title = read_statement(data["statement"]), data["title"]
    if data["unknown"] is None:
        return statement, title, True
    unknown = Real(data["unknown"])
    try:
        claim = None if document is None else read_statement(document).claim
        value = None if claim is None else value_in(statement.claim, unknown, claim)
        if value is None:
            return statement, title, False
        return with_value(statement, unknown, value), titled(title, unknown, value), True
    except (WireError, LanguageError):
        return statement, title, False  # replay says what is wrong with the document
