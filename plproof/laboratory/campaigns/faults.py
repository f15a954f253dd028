"""Errors in an author's own code, as that of a kind of functions: said with their file and line."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_Result = TypeVar("_Result")


class Fault(Exception):
    """An error that was raised in the course of a computation; the message says where."""


def reported(do: Callable[[], _Result]) -> _Result:
    """Return what a computation gives; Fault, which goes from process to process, if it raises."""
    try:
        return do()
    except Exception as error:  # whatever an author's code raises is reported
        raise Fault(told(error)) from None


def told(error: BaseException) -> str:
    """Return an error in words, after the file and line of the author's code that raised it.

    Without these where only the package and libraries had a part in it.
    """
    if isinstance(error, Fault):
        return str(error)
    place = place_of(error)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{place}: {what}" if place else what


def place_of(error: BaseException) -> str:
    """Return file and line of the innermost frame that is an author's, "" where none is."""
    libraries = {sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    others = (*libraries, f"{sys.base_prefix}/lib", "<")
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file, package = frame.f_code.co_filename, frame.f_globals.get("__package__") or ""
        if package.partition(".")[0] != "plproof" and not file.startswith(others):
            found = f"{_shown(file)}:{line}"
    return found


def _shown(file: str) -> str:
    """Return a path as seen from the working directory where it lies inside it."""
    try:
        return Path(file).resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file
