"""What all tests share: Hypothesis profiles, PLPROOF_THOROUGH=1, and processes that start fast."""

import os
import subprocess
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

from plproof.checking import client
from tests.forked import Forge
from tests.thorough import THOROUGH

common = dict(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("quick", max_examples=30, **common)
settings.register_profile("thorough", max_examples=2_000, **common)
settings.load_profile("thorough" if THOROUGH else "quick")


def pytest_configure(config):
    config.addinivalue_line("markers", "real_start: workers are started as the program does")


@pytest.fixture(scope="session")
def worker_forge():
    """A server that forks workers, as far as they have got before they load a file."""
    # sympy and flint too: most proofs need them
    forge = Forge("plproof", "plproof.checking.worker", "sympy", "flint")
    yield forge
    forge.close()


@pytest.fixture
def forked_workers(worker_forge, request, monkeypatch):
    """Workers that run authors' files are forked, but where a test asks for their real start."""
    if request.node.get_closest_marker("real_start"):
        return

    def popen(command, **options):
        if os.environ.get("PYTHONPATH") != worker_forge.path:
            return subprocess.Popen(command, **options)
        assert command[-1] == "plproof.checking.worker"
        return worker_forge.open("from plproof.checking.worker import main\nmain()")

    monkeypatch.setattr(client, "subprocess", SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE))


@pytest.fixture(scope="session")
def laboratory_forge():
    """A server that forks processes with the laboratory imported."""
    forge = Forge("numpy", "autograd.numpy", "plproof", "plproof.laboratory.testing.stress")
    yield forge
    forge.close()


@pytest.fixture
def run_code(laboratory_forge):
    """Run code in a process of its own; return its exit code and what it printed."""
    return laboratory_forge.run
