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

#: remarks that are longer are none of ours
_LONGEST = 500


def source_of(data: Mapping[str, Any]) -> Source | None:
    """Return the source that a described theorem object or definition names, if it names one."""
    if not data["source"]:
        return None
    document, section, label, references = data["source"]
    return Source(document, section, label, tuple(references))


def remark_of(document: Any) -> str:
    """Return what a proof document says of the value of an unknown, "" when it says nothing."""
    said = document.get("remark", "") if isinstance(document, Mapping) else ""
    return said if isinstance(said, str) and len(said) <= _LONGEST else ""


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
        title = titled(title, unknown, value, remark_of(document))
        return with_value(statement, unknown, value), title, True
    except (WireError, LanguageError):
        return statement, title, False  # replay says what is wrong with the document
