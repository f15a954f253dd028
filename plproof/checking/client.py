"""Talking to the process that runs an author's files, with time limits."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plproof.checking.discovery import TheoremFile, shown_path


class WorkerFailed(Exception):
    """The process ended or went silent while it ran an author's code."""


class Client:
    """One worker process, started when first needed and again after a failure.

    Arguments: ``import_limit`` and ``proof_limit``, seconds a file may take to import and a proof
    to run.
    """

    def __init__(self, import_limit: float = 30.0, proof_limit: float = 300.0) -> None:
        self._limits = {"load": import_limit, "prove": proof_limit}
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._complaints: list[str] = []
        self._closed = False
        self._listener: threading.Thread | None = None
        self._loaded: TheoremFile | None = None

    def load(self, file: TheoremFile) -> dict[str, Any]:
        """Import a file; return its theorems as data, or the error it raised."""
        if self._loaded is not None and self._loaded.root != file.root:
            self._end()  # modules of another folder must not be found under the same names
        self._loaded = None
        answer = self._ask(
            {"do": "load", "path": str(file.path), "module": file.module, "root": str(file.root)}
        )
        self._loaded = file
        return answer

    def load_all(
        self, files: Iterable[TheoremFile], errors: list[str]
    ) -> Iterator[tuple[TheoremFile, dict[str, Any]]]:
        """Import files and yield each with its answer; what went wrong is added to ``errors``."""
        for file in files:
            where = shown_path(file.path)
            try:
                answer = self.load(file)
            except WorkerFailed as error:
                errors.append(f"{where}: {error}")
                continue
            if "error" in answer:
                errors.append(f"{where}:{answer['error']['line']}: {answer['error']['message']}")
            yield file, answer

    def prove(self, file: TheoremFile, name: str, search: bool = False) -> dict[str, Any]:
        """Run the proof of a theorem; return the proof document or the failure.

        ``search`` lets a proof be searched for when the author has written none.
        """
        if self._loaded != file or self._process is None or self._process.poll() is not None:
            answer = self.load(file)
            if "error" in answer:
                return answer
        return self._ask({"do": "prove", "name": name, "search": search})

    def close(self) -> None:
        """End the process; no other is started."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        process, self._process, self._loaded = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()

    def _start(self) -> subprocess.Popen[str]:
        self._lines = queue.Queue()
        self._complaints = []
        process = subprocess.Popen(
            # -P: a file of the working directory must not stand in for a module of Python
            [sys.executable, "-P", "-m", "plproof.checking.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=Path.cwd(),
        )
        lines, complaints = self._lines, self._complaints

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                lines.put(line)
            lines.put(None)

        def listen() -> None:
            assert process.stderr is not None
            while text := process.stderr.read(2_000):  # not by lines: a line may never end
                complaints.append(text)
                del complaints[:-2]

        threading.Thread(target=read, daemon=True).start()
        self._listener = threading.Thread(target=listen, daemon=True)
        self._listener.start()
        return process

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._closed:
            raise WorkerFailed("the run was stopped")
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._start()
        assert process.stdin is not None
        limit = self._limits[request["do"]]
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = self._lines.get(timeout=limit)
        except queue.Empty:
            self._end()
            what = "importing the file" if request["do"] == "load" else "the proof"
            raise WorkerFailed(
                f"{what} took longer than {limit:g} seconds and was stopped"
            ) from None
        except OSError as error:
            self._end()
            raise WorkerFailed(f"the process that ran the file ended: {error}") from None
        if line is None:
            code = process.wait()
            self._end()
            if self._listener is not None:
                self._listener.join(timeout=1.0)
            said = " ".join("".join(self._complaints).splitlines()[-3:])[-300:].strip()
            said = f"; it said: {said}" if said else ""
            raise WorkerFailed(f"the process that ran the file ended with code {code}{said}")
        answer: dict[str, Any] = json.loads(line)
        return answer
