"""Kinds of functions of a user's own: found in their files, loaded where functions are drawn.

A kind is made by ``family_kind`` and bound to a name at the top level of a Python file: of a
theorem file, for its own theorems, or of a file that is named for all (``--families``).  This
process runs none of that code: a worker looks for the kinds, and the laboratory, in a process of
its own, imports the files again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plproof.checking.client import Client, WorkerFailed
from plproof.checking.discovery import TheoremFile, UsageError, shown_path, theorem_files
from plproof.checking.stored import digest
from plproof.checking.worker import kinds_of, load

if TYPE_CHECKING:  # numpy waits until functions are drawn
    from plproof.laboratory.families import FamilyKind


@dataclass(frozen=True)
class OwnKind:
    """Where a kind of functions is found: plain data.

    ``name`` of the kind; ``binding``, the name at the top level of the file ``path``, which is
    imported as ``module`` from the folder ``root``; ``origin``, the file and line where
    ``family_kind`` was called; ``digest`` of the file.
    """

    name: str
    binding: str
    path: str
    module: str
    root: str
    origin: str
    digest: str


def kinds_beside(file: TheoremFile, answer: Mapping[str, Any]) -> tuple[OwnKind, ...]:
    """Return the kinds that a worker found in a file, as its answer describes them."""
    found = answer.get("families", [])
    if not found:
        return ()
    fingerprint = digest(file.path)
    return tuple(
        OwnKind(
            data["name"],
            data["binding"],
            str(file.path),
            file.module,
            str(file.root),
            f"{shown_path(Path(data['file']))}:{data['line']}",
            fingerprint,
        )
        for data in found
    )


def kinds_named(paths: Sequence[Path], client: Client) -> tuple[OwnKind, ...]:
    """Return the kinds in the files that are named for all statements.

    Their constants are searched for mistakes on the way.  Raises UsageError, with file and line,
    for a wrong constant or a file that cannot be imported, and for one without any kind.
    """
    found: tuple[OwnKind, ...] = ()
    for file in theorem_files(paths):
        where = shown_path(file.path)
        try:
            answer = client.load(file)
        except WorkerFailed as error:
            raise UsageError(f"{where}: {error}") from None
        if "error" in answer:
            wrong = answer["error"]
            at = f"{shown_path(Path(wrong['file']))}:{wrong['line']}"
            raise UsageError(f"{at}: {wrong['message']}")
        kinds = kinds_beside(file, answer)
        if not kinds:
            raise UsageError(
                f"{where} has no kind of functions: bind one to a name at the top level, as in "
                "pseudo_huber = family_kind('pseudo_huber', how)"
            )
        found = together(found, kinds)
    return found


def together(first: Iterable[OwnKind], more: Iterable[OwnKind]) -> tuple[OwnKind, ...]:
    """Return all kinds, each once; UsageError where two different ones have one name."""
    found: dict[str, OwnKind] = {}
    for kind in (*first, *more):
        known = found.setdefault(kind.name, kind)
        if known.origin != kind.origin:
            raise UsageError(
                f"{kind.origin}: the kind {kind.name} is another one in {known.origin}: "
                "kinds used together need different names"
            )
    return tuple(found.values())


def as_documents(kinds: Iterable[OwnKind]) -> list[dict[str, str]]:
    """Return kinds as data that another process can read."""
    return [asdict(kind) for kind in kinds]


def loaded(documents: Iterable[Mapping[str, str]]) -> tuple[FamilyKind, ...]:
    """Import the files of kinds and return the kinds; run in the laboratory's process."""
    return tuple(_loaded(OwnKind(**document)) for document in documents)


@lru_cache(maxsize=256)  # once per process, however many units it does
def _loaded(kind: OwnKind) -> FamilyKind:
    _forget_other_folders(kind.root)
    with redirect_stdout(sys.stderr):  # what the file prints is no result
        found: FamilyKind = kinds_of(load(kind.path, kind.module, kind.root))[kind.binding]
    return found


def _forget_other_folders(root: str) -> None:
    """Forget modules of other folders whose names files in this folder have.

    All others stay: a library like numpy, wherever it is installed, cannot be imported twice.
    """
    folder, package = Path(root), Path(__file__).parents[1]
    kept = [folder, package, Path(sys.prefix), Path(sys.base_prefix)]
    for name, module in list(sys.modules.items()):
        file, first = getattr(module, "__file__", None), name.partition(".")[0]
        if not file or first.startswith("__") or any(p in Path(file).parents for p in kept):
            continue
        if (folder / f"{first}.py").exists() or (folder / first).is_dir():
            del sys.modules[name]


def do_unit(document: Mapping[str, Any], unit: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Do a unit of a campaign on a statement that is tested on kinds of a user's own as well."""
    from plproof.laboratory.campaigns import campaign

    return campaign.do_unit(document, unit, given, loaded(document["families"]))
