"""Errors in an author's own code, as that of a kind of functions: said with their file and line."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_Result = TypeVar("_Result")
_PACKAGE = Path(__file__).resolve().parent


class Fault(Exception):
    """An error that was raised in the course of a computation; the message says where.

    ``place`` is the line of the author's code, "" where none had a part in it; ``trace`` names the
    calls that led there, innermost last, for whoever is to mend it.
    """

    def __init__(self, message: str, place: str = "", trace: str = "") -> None:
        super().__init__(message, place, trace)  # all go with it from process to process
        self.message, self.place, self.trace = message, place, trace

    def __str__(self) -> str:
        return self.message


def reported(do: Callable[[], _Result]) -> _Result:
    """Return what a computation gives; Fault, which goes from process to process, if it raises."""
    try:
        return do()
    except Exception as error:  # whatever an author's code raises is reported
        raise Fault(told(error), place_of(error), trace_of(error)) from None


def told(error: BaseException) -> str:
    """Return an error in words, after the file and line of the author's code that raised it.

    Without these where only the package and libraries had a part in it.
    """
    if isinstance(error, Fault):
        return str(error)
    place = place_of(error)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{place}: {what}" if place else what


def trace_of(error: BaseException) -> str:
    """Return the calls that led to an error, a line each, then the error; innermost last."""
    if isinstance(error, Fault):
        return error.trace
    frames = traceback.extract_tb(error.__traceback__)
    calls = [f"{_shown(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([*calls, f"{type(error).__name__}: {error}"])


def place_of(error: BaseException) -> str:
    """Return file and line of the innermost frame that is an author's, "" where none is."""
    if isinstance(error, Fault):
        return error.place
    libraries = {sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    others = (*libraries, f"{sys.base_prefix}/lib", "<")
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file, package = frame.f_code.co_filename, frame.f_globals.get("__package__") or ""
        if package.partition(".")[0] != "plproof" and not file.startswith(others):
            found = f"{_shown(file)}:{line}"
    return found


def _shown(file: str) -> str:
    """Return a path from the working directory, or the package, where it lies inside it."""
    path = Path(file).resolve()
    for folder in (Path.cwd(), _PACKAGE.parent):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file
