"""The journal of a campaign: one sqlite file, one row per finished unit, written as each ends.

A process killed at any moment loses the units in progress and nothing else: sqlite commits each row
whole (write-ahead log), and a unit is recorded once, however often it is done.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SCHEMA = "plproof campaign 3"


class JournalError(Exception):
    """A file that is no journal, or the journal of another campaign; the message says which."""


class Unit(NamedTuple):
    """A piece of work: the number of the statement, the stage, and the number in the stage."""

    task: int
    stage: str
    number: int


class Journal:
    """The journal in a file, or in memory when ``path`` is None.

    Arguments: ``about``, what the campaign is: plain data, compared with what the file says, so
    that units of different seeds or statements never mix.  Raises JournalError when they differ,
    when the file is no journal, or cannot be written.
    """

    def __init__(self, path: Path | None, about: Mapping[str, Any]) -> None:
        self.path = path
        text = json.dumps({"schema": SCHEMA, **about}, sort_keys=True)
        with self._told("cannot be used as a journal"):
            self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None)
            self._db.execute("pragma busy_timeout = 10000")
            if path is not None:
                self._db.execute("pragma journal_mode = wal")
                self._db.execute("pragma synchronous = normal")
            self._db.execute("create table if not exists about (id integer primary key, data text)")
            self._db.execute(
                "create table if not exists unit (task integer, stage text, number integer, "
                "status text, result text, primary key (task, stage, number)) without rowid"
            )
            self._db.execute("insert or ignore into about values (1, ?)", (text,))
            (known,) = self._db.execute("select data from about where id = 1").fetchone()
        if known != text:
            raise JournalError(_difference(path, json.loads(known), json.loads(text)))

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Raise a JournalError for an error of sqlite, with what could not be done."""
        try:
            yield
        except sqlite3.Error as error:
            raise JournalError(f"{self.path} {what}: {error}") from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def record(self, unit: Unit, status: str, result: Mapping[str, Any]) -> None:
        """Write down a finished unit; one that is there already is left as it is.

        Raises JournalError when it cannot be written, as on a disk that is full: the units before
        it are kept, and a campaign given the file again goes on from there.
        """
        row = (*unit, status, json.dumps(result, ensure_ascii=False))
        with self._told("cannot be written, and goes on from here when it can"):
            self._db.execute("insert or ignore into unit values (?, ?, ?, ?, ?)", row)

    def has(self, unit: Unit) -> bool:
        """Say whether a unit is there; JournalError when it cannot be read."""
        where = "select 1 from unit where task = ? and stage = ? and number = ?"
        with self._told("cannot be read"):
            return self._db.execute(where, unit).fetchone() is not None

    def results(self, task: int, stage: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield (number, status, result) of a statement's units in a stage, in order, one by one.

        Status is done, failed (an exception) or crashed (the process died, twice).  Raises
        JournalError when the file cannot be read.
        """
        query = "select number, status, result from unit where task = ? and stage = ?"
        with self._told("cannot be read"):
            for number, status, result in self._db.execute(
                f"{query} order by number", (task, stage)
            ):
                yield number, status, json.loads(result)


def _difference(path: Path | None, known: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    keys: Sequence[str] = [k for k in wanted if known.get(k) != wanted[k]]
    parts = []
    for key in keys or ["schema"]:
        if key == "statements":
            parts.append("other statements, or statements that have changed since")
        else:
            parts.append(f"{key} {known.get(key)!r}, not {wanted.get(key)!r}")
    return f"{path} is the journal of another campaign: {'; '.join(parts)}"
