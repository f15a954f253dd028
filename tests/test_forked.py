"""Forked processes end, print and stay apart as started ones do."""

import os
import signal

import pytest

from tests.forked import Forge


@pytest.fixture(scope="module")
def forge():
    forge = Forge("json")
    yield forge
    forge.close()


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("pass", (0, "", "")),
        ("print('é')\nimport sys\nsys.exit(3)", (3, "é\n", "")),
        ("import sys\nsys.exit('no')", (1, "", "no\n")),
        ("import os\nos._exit(7)", (7, "", "")),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", (-9, "", "")),
    ],
)
def test_a_child_ends_as_a_process_does(forge, code, ended):
    assert forge.run(code) == ended


def test_an_exception_is_printed_and_ends_the_child_alone(forge):
    done = forge.run("1 / 0")
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr
    assert forge.run("pass").returncode == 0


def test_children_see_what_was_imported_and_nothing_of_each_other(forge, tmp_path, monkeypatch):
    monkeypatch.setenv("FORKED", "yes")
    forge.run("import json, os\njson.mark = 1\nos.environ['FORKED'] = 'no'", tmp_path)
    seen = "import json, os\nprint(os.getcwd(), os.environ['FORKED'], hasattr(json, 'mark'))"
    assert forge.run(seen, tmp_path).stdout.split() == [str(tmp_path), "yes", "False"]


def test_a_child_is_talked_to_and_killed(forge):
    child = forge.open("import time\nprint(input()[::-1], flush=True)\ntime.sleep(99)")
    child.stdin.write("abc\n")
    child.stdin.flush()
    assert child.stdout.readline() == "cba\n" and child.poll() is None
    child.kill()
    assert child.wait() == -signal.SIGKILL and child.poll() == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):  # it was waited for
        os.kill(child.pid, 0)
