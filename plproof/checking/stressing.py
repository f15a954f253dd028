"""Stress campaigns on theorem files: the statements are read as data, as for a check."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plproof.checking.client import Client
from plproof.checking.discovery import TheoremFile, UsageError, shown_path
from plproof.checking.own_families import (
    OwnKind,
    as_documents,
    do_unit,
    kinds_beside,
    kinds_named,
    loaded,
    together,
)
from plproof.checking.stated import stated
from plproof.checking.stored import by_age, read, write_text
from plproof.language.statement import Statement
from plproof.language.wire import WireError

if TYPE_CHECKING:
    from plproof.laboratory.campaigns.campaign import Campaign, Settings
    from plproof.laboratory.worst_case.envelope import Envelope


@dataclass(frozen=True)
class Stated:
    """The statement of a theorem object: its name, the declared outcome, and its file.

    ``families`` are the kinds of functions of the user's own that it is tested on as well.
    """

    name: str
    expected: str
    file: str
    statement: Statement
    families: tuple[OwnKind, ...] = ()


def statements_in(
    files: Sequence[TheoremFile], only: Sequence[str] = (), families: Sequence[Path] = ()
) -> tuple[list[Stated], list[str]]:
    """Return the statements of the theorem objects in files, and what could not be read.

    ``only``: names of theorem objects (all when empty); ``families``: files with kinds of functions
    of the user's own.  Of two objects of one name the later is
    called by its file too.  Raises UsageError for a name that no file has, and for files without
    theorem objects, and for families that are wrong.
    """
    client = Client()
    found: list[Stated] = []
    met: list[str] = []
    errors: list[str] = []
    try:
        named = kinds_named(families, client) if families else ()
        for file, answer in client.load_all(files, errors):
            where = shown_path(file.path)
            kinds = together(named, kinds_beside(file, answer))
            for data in answer.get("theorems", []):
                name = data["name"]
                label = f"{where}::{name}" if name in met else name
                met.append(name)
                if not only or name in only:
                    document = _stored_proof(file, name) if data["unknown"] else None
                    statement, _, whole = stated(data, document)
                    if not whole:
                        errors.append(
                            f"{where}:{data['line']}: {name} has an unknown that is not found "
                            f"yet: plproof prove {where} --only {name}"
                        )
                        continue
                    found.append(Stated(label, data["expected"], where, statement, kinds))
    finally:
        client.close()
    for name in only:
        if name not in met and not errors:
            near = get_close_matches(name, met, 3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise UsageError(f"there is no theorem object called {name}{hint}")
    if not found and not errors:
        raise UsageError("no theorem object in " + ", ".join(shown_path(f.path) for f in files))
    return found, errors


def campaign_on(found: Sequence[Stated], settings: Settings, journal: Path | None) -> Campaign:
    """Return the campaign on statements, in which their own families are loaded where it works.

    Raises JournalError when the journal is of another campaign.
    """
    from plproof.laboratory.campaigns.campaign import Campaign

    statements = [(s.name, s.statement) for s in found]
    if not any(s.families for s in found):
        return Campaign(statements, settings, journal)
    more = [{"families": as_documents(s.families)} for s in found]
    return Campaign(statements, settings, journal, do_unit, more)


def _stored_proof(file: TheoremFile, name: str) -> Any:
    try:
        return by_age(*read(file.path)).get(name, ("", None))[1]
    except WireError:
        return None


def write_plots(stated: Sequence[Stated], folder: Path, seed: int) -> Iterator[Path]:
    """Draw each claim; yield the SVG files as they are written.

    A claim without an inequality, and without convexity, has no picture.  Raises OSError when the
    folder cannot be written.
    """
    # imported here: numpy is not needed to read statements
    from plproof.laboratory.testing.landscape import landscapes
    from plproof.laboratory.worst_case.envelope import envelopes
    from plproof.report.plots import envelope_svg, landscape_svg

    folder.mkdir(parents=True, exist_ok=True)
    for one in stated:
        found = _drawn_apart(one, seed) if one.families else envelopes(one.statement, seed)
        drawn = [envelope_svg(e) for e in found]
        drawn += [landscape_svg(s) for s in landscapes(one.statement, seed)]
        for number, svg in enumerate(drawn, 1):
            name = one.name.rpartition("::")[2] + (f"_{number}" if len(drawn) > 1 else "")
            path = folder / f"{name}.svg"
            write_text(path, svg)
            yield path


def _drawn_apart(one: Stated, seed: int) -> list[Envelope]:
    """Return the envelopes of a statement, from a process that imports the user's own kinds."""
    from plproof.laboratory.campaigns.campaign import as_data

    given = as_data(one.statement), as_documents(one.families), seed
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_envelopes, *given).result()


def _envelopes(document: Any, families: list[dict[str, str]], seed: int) -> list[Envelope]:
    from plproof.laboratory.campaigns.campaign import from_data
    from plproof.laboratory.worst_case.envelope import envelopes

    return envelopes(from_data(document), seed, families=loaded(families))


def plots_folder(path: Path | None) -> Path | None:
    """Return the folder for plots; UsageError when something else of that name is in its way."""
    if path is not None:
        there = next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise UsageError(f"--plot {path}: {shown_path(there)} is no folder to write to")
    return path


def journal_path(path: Path | None) -> Path | None:
    """Return the journal's path; UsageError when its folder does not exist or it is a folder."""
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UsageError(f"--resume {path}: name a file in a folder that exists")
    return path
