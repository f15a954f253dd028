"""Fixtures of the kernel's tests: replay in this process and in a fresh one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from plproof.kernel.replay import Replayed, parse, replay
from plproof.kernel.thm import Thm
from plproof.language import Statement
from plproof.proof.storage import store

JUDGE = """
import json, sys
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import parse, replay
from plproof.language import *
from plproof.language.wire import WireError
{statement}
try:
    result = replay(parse(sys.stdin.read()), statement, {{}})
except (KernelError, WireError) as error:
    print("rejected:", error)
else:
    print("proved:", result.theorem)
"""


@pytest.fixture
def fresh() -> Callable[[Any, str], str]:
    """Replay a document in a new process, against a statement made there from source text."""

    def run(document: Any, statement: str) -> str:
        text = document if isinstance(document, str) else json.dumps(document)
        command = [sys.executable, "-c", JUDGE.format(statement=statement)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"replay raised something raw:\n{done.stderr}"
        return done.stdout.strip()

    return run


@pytest.fixture
def check() -> Callable[..., Replayed]:
    """Store a theorem as the proof of a statement, read it back and replay it."""

    def run(statement: Statement, theorem: Thm, defined: Thm | None = None, **table: Any):
        return replay(parse(json.dumps(store(statement, theorem, defined))), statement, table)

    return run
