"""pytest plugin: theorem objects as tests, ``theorems/pl.py::NAME::proof``, ``::consistency``, …

A file is collected only when it is Python and imports plproof; every other file is left to pytest.
The author's file is run in a process of its own; the kernel replays here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import (
    ExceptionInfo,
    ExceptionRepr,
    ReprFileLocation,
    ReprTraceback,
    TerminalRepr,
)

from plproof.checking.budgets import BUDGETS

ASPECTS = ("proof", "consistency", "stress")
_results = pytest.StashKey[dict[Path, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--plproof-budget``, ``--plproof-seed`` and ``--no-plproof``."""
    group = parser.getgroup("plproof", "theorem objects")
    group.addoption(
        "--plproof-budget",
        choices=BUDGETS,
        default="small",
        help="how much the laboratory tests each theorem (default: small)",
    )
    group.addoption("--plproof-seed", type=int, default=0, help="seed of the laboratory")
    group.addoption(
        "--plproof-families",
        action="append",
        default=[],
        metavar="FILE",
        help="test on the kinds of functions in this file as well (repeatable)",
    )
    group.addoption("--no-plproof", action="store_true", help="do not collect theorem objects")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect Python files that define theorem objects."""
    if not _is_theorem_file(file_path, parent.config):
        return None
    collector: pytest.Collector = TheoremFileCollector.from_parent(parent, path=file_path)
    return collector


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Keep pytest from importing a theorem file that is named, unless it has tests of its own."""
    if not _is_theorem_file(module_path, parent.config) or _defines_tests(module_path):
        return None
    collector: pytest.Collector = NoTests.from_parent(parent, path=module_path)
    return collector


class NoTests(pytest.File):
    """A theorem file as pytest sees it: nothing to import here, the worker does that."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield nothing."""
        yield from ()


def _is_theorem_file(path: Path, config: pytest.Config) -> bool:
    if path.suffix != ".py" or config.getoption("--no-plproof"):
        return False
    if path.name in ("conftest.py", "__init__.py", "setup.py") or path.name.startswith("test_"):
        return False
    # imported here: the plugin is loaded in every pytest run, also where nobody uses plproof
    from plproof.checking.discovery import imports_plproof

    package = Path(__file__).resolve().parent
    if package in path.resolve().parents:
        return False
    return _defines_theorems(path) and imports_plproof(path)


def _parsed(path: Path) -> ast.Module | None:
    """Return what a file says; None when it is no Python, raise no error."""
    try:
        return ast.parse(path.read_text(encoding="utf-8-sig"))
    except (SyntaxError, ValueError):
        return None


def _defines_tests(path: Path) -> bool:
    tree = _parsed(path)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    body = tree.body if tree is not None else []
    return any(isinstance(n, kinds) and n.name.lower().startswith("test") for n in body)


def _defines_theorems(path: Path) -> bool:
    """Say whether a file makes theorem objects, by their classes' names, without running it."""
    try:
        tree = _parsed(path)
    except OSError:
        return False
    if tree is None:  # collected when it mentions plproof, so that the error is reported
        return True
    kinds = {"Theorem", "Lemma", "Proposition", "Corollary"}
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _called(node.value) in kinds:
            return True
        if isinstance(node, ast.FunctionDef) and "without" in map(_called, node.decorator_list):
            return True  # @theorem.without("hypothesis") makes one
    return False


def _called(node: ast.expr | None) -> str:
    """Return the last name of what a call calls, "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    called = node.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


class TheoremFileCollector(pytest.File):
    """A theorem file; its theorem objects are collectors of their own."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Yield a collector for each theorem object."""
        from plproof.checking.discovery import as_module
        from plproof.checking.run import listing

        found, errors = listing([as_module(self.path)])
        if errors:
            raise TheoremFailure(Failure(errors[0], str(self.path), 0))
        for name, *_ in found:
            yield TheoremCollector.from_parent(self, name=name)

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Show a file that cannot be read as the command line does."""
        if isinstance(excinfo.value, TheoremFailure):
            return str(excinfo.value.failure.text)
        return super().repr_failure(excinfo)


class TheoremCollector(pytest.Collector):
    """A theorem object; its proof, consistency and stress test are tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests of the theorem object."""
        tested = self.config.getoption("--plproof-budget") != "none"
        for aspect in ASPECTS if tested else ASPECTS[:1]:
            yield TheoremItem.from_parent(self, name=aspect)


@dataclass(frozen=True)
class Failure:
    """What to show of a failing test, and where it points."""

    text: str
    file: str
    line: int


class TheoremFailure(Exception):
    """A test about a theorem object failed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class FailureRepr(ExceptionRepr):
    """The failure as plproof shows it: its message, with the failing step as crash location."""

    def __init__(self, failure: Failure) -> None:
        message = failure.text.splitlines()[0]
        super().__init__(
            reprtraceback=ReprTraceback([], None, style="short"),
            reprcrash=ReprFileLocation(failure.file, failure.line, message),
        )
        self.failure = failure

    def toterminal(self, tw: Any) -> None:
        """Write the message; there is no traceback to write."""
        for line in self.failure.text.splitlines():
            tw.line(line)

    def __str__(self) -> str:
        return self.failure.text


class TheoremItem(pytest.Item):
    """One aspect of a theorem object."""

    def runtest(self) -> None:
        """Check the theorem object, once for all its aspects, and look at this one."""
        assert self.parent is not None
        result = self._result()
        self.user_properties.append(("plproof.outcome", result.outcome))
        self.user_properties.append(("plproof.axioms", ", ".join(result.axioms())))
        self.user_properties.append(("plproof.seed", self.config.getoption("--plproof-seed")))
        failure = getattr(self, f"_{self.name}")(result)
        if failure:
            data = (result.failure or {}) if self.name == "proof" else {}
            file = str(data.get("file") or result.file)
            raise TheoremFailure(Failure(failure, file, int(data.get("line") or result.line)))

    def _result(self) -> Any:
        from plproof.checking.discovery import UsageError, as_module
        from plproof.checking.run import Options, check
        from plproof.report.terminal import failure_text

        known = self.config.stash.setdefault(_results, {})
        if self.path not in known:
            options = Options(
                budget=self.config.getoption("--plproof-budget"),
                seed=self.config.getoption("--plproof-seed"),
                families=tuple(map(Path, self.config.getoption("--plproof-families"))),
            )
            try:
                known[self.path] = {r.name: r for r in check([as_module(self.path)], options)}
            except UsageError as error:  # a file of --plproof-families is wrong
                raise TheoremFailure(Failure(str(error), str(self.path), 0)) from None
        assert self.parent is not None
        found = known[self.path]
        if self.parent.name not in found:  # the file could be imported when tests were collected
            file = next(iter(found.values()), None)
            text = f"{self.path}: it changed meanwhile" if file is None else failure_text(file)
            raise TheoremFailure(Failure(text, str(self.path), 0))
        return found[self.parent.name]

    def _proof(self, result: Any) -> str:
        from plproof.report.terminal import failure_text

        contradicted = str((result.failure or {}).get("message", "")).startswith("the laboratory")
        return "" if result.as_declared or contradicted else failure_text(result)

    def _consistency(self, result: Any) -> str:
        if result.witness is not None or result.expected != "proved":
            return ""  # a refutation's counterexample satisfies the hypotheses
        if result.consistency.startswith("not exercised"):  # nothing was looked for, or found
            pytest.skip(result.consistency)
        return f"{result.file}:{result.line}: {result.name}: {result.consistency}"

    def _stress(self, result: Any) -> str:
        failure = result.failure or {}
        if result.outcome == "error" and str(failure.get("message", "")).startswith("the lab"):
            from plproof.report.terminal import failure_text

            return failure_text(result)
        items = (result.stress or {}).get("items", [])
        bad = [item["label"] for item in items if item.get("violations")]
        if not bad or result.expected == "refuted":
            return ""
        example = (result.stress or {}).get("counterexample") or {}
        shown = example.get("text") or example.get("snippet") or ""
        return f"{result.file}:{result.line}: {result.name}: found false: {bad[0]}\n{shown}"

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return plproof's own message instead of a traceback."""
        if isinstance(excinfo.value, TheoremFailure):
            return FailureRepr(excinfo.value.failure)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return how the test is called in reports."""
        assert self.parent is not None
        return self.path, 0, f"{self.parent.name}::{self.name}"
