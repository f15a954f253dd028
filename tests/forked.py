"""Processes that begin with plproof imported: forked from one that did it once.

A test that needs a process of its own mostly needs what a process keeps apart, not its start.  A
:class:`Forge` is a server that imports modules and then forks for each request, so that a child
starts in milliseconds.  Children share the hash seed of the server: what compares two processes
must start them as the program does.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple


class Child:
    """A forked process, with as much of ``subprocess.Popen`` as its callers need."""

    def __init__(self, pid: int, status: int, streams: Sequence[IO[str] | None]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = streams
        self.returncode: int | None = None
        self._status = open(status, "rb", buffering=0)  # noqa: SIM115  (closed with the process)
        os.set_blocking(status, False)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while the process runs."""
        if self.returncode is None and (said := self._status.read(4)):
            self.returncode = int.from_bytes(said, "big", signed=True)
            self._status.close()
        return self.returncode

    def wait(self) -> int:
        """Wait for the end of the process and return its exit code."""
        if self.returncode is None:
            os.set_blocking(self._status.fileno(), True)
        code = self.poll()
        assert code is not None, "the server that waits for the processes is gone"
        return code

    def kill(self) -> None:
        """End the process if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


class Done(NamedTuple):
    """What a process printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


class Forge:
    """A server that has imported ``modules`` and forks children that run code of theirs."""

    def __init__(self, *modules: str) -> None:
        self._ours, theirs = socket.socketpair()
        self._lock = threading.Lock()
        #: what counts when Python starts: a child that needs it otherwise cannot be forked here
        self.path = os.environ.get("PYTHONPATH")
        with theirs:
            number = theirs.fileno()
            self._server = subprocess.Popen(
                [sys.executable, "-P", __file__, str(number), *modules],
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # threads do not survive a fork
            )

    def start(
        self, code: str, stdin: int, stdout: int, stderr: int, cwd: Path | None = None
    ) -> tuple[int, int]:
        """Fork a child with these streams; return its pid and where its exit code can be read."""
        status, write = os.pipe()
        request = {"code": code, "cwd": str(cwd or Path.cwd()), "env": dict(os.environ)}
        data = json.dumps(request).encode()
        with self._lock:
            socket.send_fds(
                self._ours, [len(data).to_bytes(4, "big")], [stdin, stdout, stderr, write]
            )
            self._ours.sendall(data)
            pid = int.from_bytes(_exactly(self._ours, 4), "big")
        os.close(write)
        return pid, status

    def open(self, code: str) -> Child:
        """Fork a child that runs the code, with pipes to its three streams."""
        (r_in, w_in), (r_out, w_out), (r_err, w_err) = os.pipe(), os.pipe(), os.pipe()
        pid, status = self.start(code, r_in, w_out, w_err)
        for end in (r_in, w_out, w_err):
            os.close(end)
        text: dict[str, Any] = {"encoding": "utf-8", "errors": "replace"}
        streams = [open(w_in, "w", **text), open(r_out, **text), open(r_err, **text)]  # noqa: SIM115
        return Child(pid, status, streams)

    def run(self, code: str, cwd: Path | None = None) -> Done:
        """Run the code in a child to its end, in the folder ``cwd``."""
        text: dict[str, Any] = {"mode": "w+", "encoding": "utf-8"}
        with TemporaryFile(**text) as out, TemporaryFile(**text) as err, open(os.devnull) as none:
            pid, status = self.start(code, none.fileno(), out.fileno(), err.fileno(), cwd)
            returncode = Child(pid, status, (None, None, None)).wait()
            out.seek(0)
            err.seek(0)
            return Done(returncode, out.read(), err.read())

    def close(self) -> None:
        """End the server."""
        self._ours.close()
        self._server.wait()


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError("the other side is gone")
        data += more
    return data


def _serve(connection: socket.socket) -> None:
    """Fork for each request; say a child's pid at once and its exit code when it ends."""
    running: dict[int, int] = {}

    def reap(*_: object) -> None:
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            where = running.pop(pid)
            os.write(where, code.to_bytes(4, "big", signed=True))
            os.close(where)

    signal.signal(signal.SIGCHLD, reap)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the tests to handle
    while True:
        size, given, _, _ = socket.recv_fds(connection, 4, 4)
        if not size:
            return
        request = json.loads(_exactly(connection, int.from_bytes(size, "big")))
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            for end in [connection.detach(), *running.values(), given[3]]:
                os.close(end)
            _child(request, given[:3])
        running[pid] = given[3]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        for end in given[:3]:
            os.close(end)
        connection.sendall(pid.to_bytes(4, "big"))


def _child(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    """Run the code of a request as a program, then end."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv = ["-c"]
        exec(compile(request["code"], "<string>", "exec"), {"__name__": "__main__"})
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as served:
        for name in sys.argv[2:]:
            importlib.import_module(name)
        _serve(served)
