"""Stored proofs beside their theorem file: reading, and writing all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plproof.checking.discovery import TheoremFile, shown_path
from plproof.language.wire import WireError, parse
from plproof.report.result import Result, Step

SCHEMA = "plproof-proofs/1"
#: the fields of an entry of an outline
_OUTLINED = {"step": int | None, "label": str, "why": str, "kind": str, "depth": int}


def proof_path(path: Path) -> Path:
    """Return where the proofs of a theorem file are stored."""
    return path.with_suffix(".proof.json")


def digest(path: Path) -> str:
    """Return the fingerprint of a theorem file: proofs stored under another are out of date."""
    return "sha256:" + hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return (fingerprint of the file they belong to, proofs by name); ("", {}) when none.

    Raises WireError when there is a file but it is not one of stored proofs.
    """
    where = proof_path(path)
    try:
        text = where.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise WireError(f"{where.name}: {error}") from None
    data = parse(text)
    proofs, of = data.get("proofs"), data.get("file")
    if data.get("schema") != SCHEMA or not isinstance(proofs, dict) or not isinstance(of, str):
        raise WireError(f"{where.name}: expected stored proofs with schema {SCHEMA}")
    return of, proofs


def by_age(of: str, proofs: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return (fingerprint of the file it belongs to, proof) by name, from what :func:`read` gives.

    A proof older than the others of its file names its own fingerprint, as ``of``.
    """
    found = {}
    for name, document in proofs.items():
        older = document.get("of") if isinstance(document, dict) else None
        if older is not None:
            document = {key: value for key, value in document.items() if key != "of"}
        found[name] = (of if older is None else older, document)
    return found


def merged(
    fingerprint: str, proofs: Mapping[str, Any], older: Mapping[str, tuple[str, Any]]
) -> str:
    """Return the text of a file of stored proofs in which older ones stand where there is no new.

    ``proofs`` gives for each theorem of the file, in order, its new proof or None; ``older`` is as
    :func:`by_age` gives it.
    """
    documents = {}
    for name, document in proofs.items():
        if document is not None:
            documents[name] = document
        elif isinstance(
            older.get(name, ("", None))[1], dict
        ):  # else it is no proof: it is left out
            of, kept = older[name]
            documents[name] = kept if of == fingerprint else {"of": of, **kept}
    return render(fingerprint, documents)


def outline(document: Mapping[str, Any], count: int) -> tuple[Step, ...]:
    """Return the steps the author wrote; ``count`` is the number of kernel steps they may name.

    Raises WireError when the document's outline is not one.
    """
    found = document.get("outline", [])
    entries: list[Any] = found if isinstance(found, list) else [None]
    for entry in entries:
        complete = isinstance(entry, dict) and set(entry) == set(_OUTLINED)
        if not complete or not all(isinstance(entry[k], kind) for k, kind in _OUTLINED.items()):
            raise WireError(f"outline: expected objects with {', '.join(_OUTLINED)}")
        if not (0 <= (entry["step"] or 0) < count and 0 <= entry["depth"] < 1_000):
            raise WireError("outline: a step or depth that is not there")
    return tuple(Step(e["step"], e["label"], e["why"], e["kind"], e["depth"]) for e in entries)


def render(fingerprint: str, proofs: Mapping[str, Any]) -> str:
    """Return the text of a file of stored proofs: a line for each array, so that diffs read."""
    lines = ["{", f' "schema": {json.dumps(SCHEMA)},', f' "file": {json.dumps(fingerprint)},']
    lines.append(' "proofs": {')
    for position, (name, document) in enumerate(proofs.items()):
        fields = [
            f"   {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
            for key, value in document.items()
        ]
        end = "," if position + 1 < len(proofs) else ""
        lines += [f"  {json.dumps(name)}: {{", ",\n".join(fields), f"  }}{end}"]
    lines += [" }", "}", ""]
    return "\n".join(lines)


def write_text(path: Path, text: str) -> None:
    """Write a file all or nothing: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def stale_proofs(files: Sequence[TheoremFile], results: Sequence[Result]) -> list[str]:
    """Return the files whose stored proofs are not, byte for byte, what proving again gives."""
    stale = []
    for file in files:
        where = shown_path(file.path)
        documents = {r.name: r.document for r in results if r.file == where and r.document}
        if not documents:
            continue
        path = proof_path(file.path)
        try:
            written = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            written = ""
        if written != render(digest(file.path), documents):
            stale.append(where)
    return stale
