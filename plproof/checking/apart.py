"""The laboratory's work in a check: here or in other processes, and what goes wrong is told.

Whatever a call raises, and the death of its process, is a ``Fault`` of that call alone.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any

from plproof.faults import Fault, place_of, reported, told, trace_of

_DIED = "its process died, and once more when it was done alone"


class Laboratory:
    """Runs functions of the laboratory; with several ``jobs`` in processes of their own."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None

    def start(self, run: Callable[..., Any], *args: Any, apart: bool = False) -> Callable[[], Any]:
        """Start a function of the laboratory; the function returned waits for its result.

        ``apart``: in another process in any case, since it runs an author's code.  The function
        returned raises Fault when the call raised, or when its process died twice.
        """
        do = partial(run, *args)
        if self._jobs <= 1 and not apart:
            return lambda: reported(do)
        future = self._submitted(do)

        def result() -> Any:
            try:
                return future.result()
            except BrokenProcessPool:  # by this call or by another one beside it
                return self._alone(do)

        return result

    def close(self) -> None:
        """End the processes; nobody waits for what they may still be doing."""
        if self._pool is not None:
            _end(self._pool)

    def _submitted(self, do: Callable[[], Any]) -> Future[Any]:
        for _ in range(2):
            self._pool = self._pool or _begun(self._jobs)
            try:
                return self._pool.submit(reported, do)
            except BrokenProcessPool:  # another call's process died before
                _end(self._pool)
                self._pool = None
        lost: Future[Any] = Future()
        lost.set_exception(BrokenProcessPool("no process can be started"))
        return lost

    def _alone(self, do: Callable[[], Any]) -> Any:
        pool = _begun(1)
        try:
            return pool.submit(reported, do).result()
        except BrokenProcessPool:
            raise Fault(_DIED) from None
        finally:
            _end(pool)


def untested(error: Exception) -> dict[str, str]:
    """Return what is said of a theorem at whose test something raised."""
    return _said(
        "the laboratory could not test it", error, "; --budget none checks the proof alone"
    )


def unchecked(error: Exception) -> dict[str, str]:
    """Return what is said of a theorem at whose check something raised."""
    return _said("it could not be checked", error, "")


def _said(what: str, error: Exception, more: str) -> dict[str, str]:
    """Return message, hint, and the calls that led to an error, for JSON and --verbose."""
    place = place_of(error)
    hint = f"mend what stands at {place}"
    if isinstance(error, Fault) and not error.trace:
        hint = "too little memory, or what a kind of functions of your own does, ends a process"
    elif not place:
        hint = "this is a mistake of plproof's own: please report it with the theorem"
        hint += f"; --verbose shows where it is{more}"
    return {"message": f"{what}: {told(error)}", "hint": hint, "traceback": trace_of(error)}


def _begun(jobs: int) -> ProcessPoolExecutor:
    quiet = (signal.SIGINT, signal.SIG_IGN)  # an interrupt is this process's to handle
    return ProcessPoolExecutor(jobs, get_context("spawn"), signal.signal, quiet)


def _end(pool: ProcessPoolExecutor) -> None:
    running = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in running:
        process.terminate()
