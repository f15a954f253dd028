"""Checking files: each theorem's stored proof is replayed here, or proved apart and then replayed.

This process imports nothing of the author's: statements and proofs reach it as data, and the
outcome of a theorem is what the kernel's replay says, then what the laboratory adds.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from plproof.checking.apart import Laboratory, unchecked, untested
from plproof.checking.budgets import BUDGETS
from plproof.checking.client import Client, WorkerFailed
from plproof.checking.discovery import TheoremFile, UsageError, defined_beside, shown_path
from plproof.checking.family import Family, shows
from plproof.checking.own_families import (
    OwnKind,
    as_documents,
    kinds_beside,
    kinds_named,
    together,
)
from plproof.checking.stated import remark_of, source_of, stated
from plproof.checking.stored import (
    by_age,
    digest,
    merged,
    outline,
    proof_path,
    read,
    write_text,
)
from plproof.checking.testing import counterexample_to, test_proof
from plproof.faults import Fault
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import Replayed, replay
from plproof.language.statement import Statement
from plproof.language.wire import WireError
from plproof.proof.storage import statement_document
from plproof.report.result import Result
from plproof.theory.axioms import statements
from plproof.theory.oracles import deciders


@dataclass(frozen=True)
class Options:
    """How to check.

    ``only``, names of theorems (all when empty; those that leave out one of their hypotheses are
    replayed too, but give no result of their own); ``budget``, how much the laboratory tests;
    ``seed`` of its random numbers; ``jobs``, processes; ``again``, prove even what is stored;
    ``write``, store new proofs; ``second_opinion``, let sympy re-check every identity;
    ``prove``, run proofs that are not stored; ``search``, look for proofs that nobody wrote;
    ``fail_fast``, stop after the first surprise; ``families``, files with kinds of functions of the
    user's own, on which all claims are tested as well.
    """

    only: tuple[str, ...] = ()
    budget: str = "small"
    seed: int = 0
    jobs: int = 1
    again: bool = False
    write: bool = True
    prove: bool = True
    search: bool = False
    second_opinion: bool = True
    fail_fast: bool = False
    families: tuple[Path, ...] = ()
    import_limit: float = 30.0
    proof_limit: float = 300.0


@dataclass
class _Found:
    """A theorem as the worker described it, with a proof document from the store or the worker."""

    file: TheoremFile
    data: Mapping[str, Any]
    document: Any = None
    failure: Mapping[str, Any] | None = None
    stored: str = ""
    remark: str = ""
    seconds: float = 0.0
    whole: bool = True  # the statement has no unknown left
    families: tuple[OwnKind, ...] = ()

    def asked_for(self, options: Options) -> bool:
        """Say whether the theorem is to be given out as a result."""
        return not options.only or self.data["name"] in options.only

    def wanted(self, options: Options) -> bool:
        """Say whether its verdict is needed, also for another theorem's sake."""
        return self.asked_for(options) or shows(self.data, options.only)


@dataclass
class _FileWork:
    """What came of one file before replay."""

    file: TheoremFile
    theorems: list[_Found] = field(default_factory=list)
    stored: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None


class Disagreement(Exception):
    """The two engines of algebra disagree: the run stops, nothing it said counts."""


def check(
    files: Sequence[TheoremFile],
    options: Options,
    progress: Callable[[Result], None] = lambda result: None,
) -> Iterator[Result]:
    """Check theorem files and yield a result for each theorem object, in order of the files.

    A file that cannot be imported yields one result with outcome "error" and leaves the others
    alone.  Raises UsageError for a name in ``only`` that no file has and for files without any
    theorem object, for wrong families, Disagreement when sympy contradicts the kernel.
    """
    if options.budget not in BUDGETS:
        raise UsageError(f"--budget {options.budget}: choose {', '.join(BUDGETS)}")
    met: list[str] = []
    nothing = True
    with _Crew(options) as crew:
        crew.look_for_families()
        for result in _in_order(crew, files, met):
            nothing = False
            progress(result)
            yield result
            if options.fail_fast and not result.as_declared:
                return
    missing = [name for name in options.only if name not in met]
    if missing:
        near = get_close_matches(missing[0], met, 3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        others = defined_beside(missing[0], files)
        hint = f" here; it stands in {', '.join(others)}" if others else hint
        raise UsageError(f"there is no theorem object called {missing[0]}{hint}")
    if nothing:
        names = ", ".join(shown_path(file.path) for file in files)
        raise UsageError(
            f"no theorem object in {names}: a theorem object is bound to a name of its own at the "
            "top level of its file, as in: name = Theorem(…)"
        )


def _in_order(crew: _Crew, files: Sequence[TheoremFile], met: list[str]) -> Iterator[Result]:
    """Yield results in the order of the files while later files are being worked on."""
    seen: dict[str, str] = {}
    waiting: deque[tuple[Result, Callable[[], None]]] = deque()
    ahead = 4 * max(1, crew.options.jobs)
    for coming in crew.prepare(files):
        # results are given out while the next file is worked on: an interrupt must not lose them
        while waiting and (len(waiting) > ahead or not coming.done()):
            result, finish = waiting.popleft()
            finish()
            yield result
        waiting += _results(coming.result(), crew, seen, met)
        while waiting and crew.options.jobs <= 1:
            result, finish = waiting.popleft()
            finish()
            yield result
    while waiting:
        result, finish = waiting.popleft()
        finish()
        yield result


def _results(
    work: _FileWork, crew: _Crew, seen: dict[str, str], met: list[str]
) -> list[tuple[Result, Callable[[], None]]]:
    """Replay a file's proofs; the functions returned wait for the laboratory."""
    options = crew.options
    if work.error is not None:
        return [(_unreadable(work), lambda: None)]
    results = []
    for found in work.theorems:
        name = found.data["name"]
        met.append(name)
        if not found.wanted(options):
            continue
        try:
            result = _checked(found, crew)
        except Disagreement:
            raise
        except Exception as error:  # of this theorem alone: the others stand
            results.append((_raised(found, error), lambda: None))
            continue
        crew.family.add(result, (str(work.file.path), name), found.data.get("omits"))
        if not found.asked_for(options):
            continue
        if name in seen:
            result.outcome = "error"
            result.failure = {
                "message": f"the name {name} is already used in {seen[name]}",
                "hint": "theorem objects of one run need different names",
            }
        seen.setdefault(name, shown_path(work.file.path))
        results.append((result, _laboratory(result, found, crew)))
    fresh = any(found.stored == "proved again" for found in work.theorems)
    if fresh and options.write and (options.again or not options.only):
        unwritten = _write(work, options)
        for result, _ in results:
            result.remarks += [unwritten] if unwritten else []
    return results


class _Crew:
    """The processes of one run: workers that run authors' files, and the laboratory's pool."""

    def __init__(self, options: Options) -> None:
        self.options = options
        count = max(1, options.jobs)
        self._clients = [Client(options.import_limit, options.proof_limit) for _ in range(count)]
        self._free = list(self._clients)
        self._spare = Client(options.import_limit, options.proof_limit)
        self._threads = ThreadPoolExecutor(count)
        self.laboratory = Laboratory(count)
        self.confirmed: set[object] = set()
        self.family = Family()
        self.families: tuple[OwnKind, ...] = ()

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for client in [*self._clients, self._spare]:
            client.close()
        self.laboratory.close()

    def look_for_families(self) -> None:
        """Find the kinds of functions that all claims are to be tested on; UsageError says why."""
        if self.options.families and self.options.budget != "none":
            self.families = kinds_named(self.options.families, self._spare)

    def prepare(self, files: Sequence[TheoremFile]) -> list[Future[_FileWork]]:
        """Load files and obtain proofs, several files at a time."""
        return [self._threads.submit(self._file, file) for file in files]

    def prove(self, found: _Found) -> None:
        """Run the proof of a theorem apart and note the document or the failure."""
        _proved(found, self._spare, self.options.search)

    def _file(self, file: TheoremFile) -> _FileWork:
        client = self._free.pop()
        try:
            return self._prepared(file, client)
        finally:
            self._free.append(client)

    def _prepared(self, file: TheoremFile, client: Client) -> _FileWork:
        work = _FileWork(file)
        try:
            answer = client.load(file)
        except WorkerFailed as error:
            work.error = {"message": str(error), "file": str(file.path), "line": 0}
            return work
        if "error" in answer:
            work.error = answer["error"]
            return work
        remark, present = "", digest(file.path)
        beside = kinds_beside(file, answer)
        try:
            work.stored = by_age(*read(file.path))
        except WireError as error:
            remark = f"the stored proofs could not be read: {error}"
        for data in answer["theorems"]:
            found = _Found(file, data, remark=remark, families=beside)
            work.theorems.append(found)
            if not found.wanted(self.options):
                continue
            of, document = work.stored.get(data["name"], ("", None))
            again = self.options.again and found.asked_for(self.options)
            # where nobody wrote a script, a change of the file does not change the proof
            if not again and (of == present or not data["scripted"]):
                found.document = document
            if found.document is not None:
                found.stored = "replayed"
            elif self.options.prove:
                _proved(found, client, self.options.search)
            else:
                found.failure = {"message": "there is no stored proof, or it is out of date"}
        return work


def _proved(found: _Found, client: Client, search: bool) -> None:
    start = time.perf_counter()
    try:
        answer = client.prove(found.file, found.data["name"], search)
    except WorkerFailed as error:
        answer = {"failure": {"message": str(error), "file": str(found.file.path), "line": 0}}
    found.seconds = time.perf_counter() - start
    found.document = answer.get("proof")
    found.failure = answer.get("failure") or answer.get("error")
    found.stored = "proved again" if found.document is not None else ""


def _write(work: _FileWork, options: Options) -> str:
    """Store the proofs of a file; return a remark when it cannot be done."""
    path = work.file.path
    proofs = {found.data["name"]: found.document for found in work.theorems}
    try:
        text = merged(digest(path), proofs, work.stored if options.only else {})
        write_text(proof_path(path), text)
    except OSError as error:
        return f"the proof could not be stored: {error.strerror}: {proof_path(path).name}"
    return ""


def _unreadable(work: _FileWork) -> Result:
    path = shown_path(work.file.path)
    failure = dict(work.error or {})
    failure["file"] = shown_path(Path(failure.get("file") or work.file.path))
    said, line = "A theorem file that could not be loaded", failure.get("line") or 0
    return Result(name=path, title=said, file=path, line=line, kind="file", failure=failure)


def _checked(found: _Found, crew: _Crew) -> Result:
    """Return the result of a theorem before the laboratory has seen it."""
    start = time.perf_counter()
    data = found.data
    statement, title, whole = stated(data, found.document)
    result = Result(
        name=data["name"],
        file=shown_path(found.file.path),
        line=data["line"],
        kind=data["kind"],
        title=title,
        note=data["note"],
        repaired=tuple((name, shown_path(Path(at)), words) for name, at, words in data["repaired"]),
        expected=data["expected"],
        source=source_of(data),
        statement=statement,
    )
    if found.failure is None:
        _replayed(result, found.document, statement, crew)
        failure = result.failure
        if failure is not None and found.stored == "replayed" and crew.options.prove:
            crew.prove(found)
            found.remark = f"the stored proof is not one: {failure['message']}"
            result.outcome, result.failure = "error", None
            statement, title, whole = stated(data, found.document)
            if found.failure is None:
                _replayed(result, found.document, statement, crew)
    if found.failure is None and result.replayed is None:
        statement, title, whole = stated(data, None)  # a value nobody proved is not shown
    if found.failure is not None:
        _explain_failure(result, found.failure)
    result.statement, result.title, found.whole = statement, title, whole
    result.stored, result.document = found.stored, found.document
    if result.replayed is None:
        found.document = None  # what does not replay is not stored
    said = "" if result.replayed is None else remark_of(found.document)
    result.remarks += [remark for remark in (said, found.remark) if remark]
    result.seconds = found.seconds + time.perf_counter() - start
    return result


def _replayed(result: Result, document: Any, statement: Statement, crew: _Crew) -> None:
    try:
        replayed: Replayed = replay(document, statement, statements(), deciders())
        steps = outline(document, len(replayed.steps))
    except (KernelError, WireError) as error:
        result.outcome = "failed"
        result.failure = {"message": f"the proof does not replay: {error}"}
        return
    if crew.options.second_opinion:
        _ask_sympy(result.name, replayed, crew)
    result.replayed = replayed
    result.outcome = replayed.outcome
    result.outline = steps
    if result.admits():
        result.outcome = "failed"
        result.failure = {
            "message": f"the proof has {len(result.admits())} admitted gap(s)",
            "missing": list(result.admits()),
            "hint": "prove what is admitted",
        }
    elif result.outcome != result.expected:
        result.failure = {
            "message": f"declared {result.expected}, but the proof shows: {result.outcome}",
            "hint": f'declare expect="{result.outcome}" if that is what you mean',
        }


def _ask_sympy(name: str, replayed: Replayed, crew: _Crew) -> None:
    # imported here: sympy takes half a second, which `--help` and `list` should not wait for
    from plproof.proof import second_opinion

    try:
        second_opinion.recheck_all(replayed.steps, crew.confirmed)
    except second_opinion.Disagreement as error:
        raise Disagreement(
            f"{name}: sympy contradicts the kernel's normal form: {error}. Nothing this run said "
            "counts; please report it with the theorem file."
        ) from None


def _explain_failure(result: Result, failure: Mapping[str, Any]) -> None:
    shown = {key: value for key, value in failure.items() if key != "step"}
    message = str(shown.get("message", ""))
    result.outcome = "not found" if message.startswith("not found") else "failed"
    if "file" in shown:
        shown["file"] = shown_path(Path(shown["file"]))
    result.failure = shown


def _laboratory(result: Result, found: _Found, crew: _Crew) -> Callable[[], None]:
    """Start the laboratory's work on a theorem; the function returned adds what it found."""
    if crew.options.budget == "none" or not found.whole:
        return lambda: None
    seed, budget = crew.options.seed, crew.options.budget
    proof = found.document if result.replayed is not None else None
    assert result.statement is not None, "only files that cannot be read have no statement"
    statement = statement_document(result.statement)
    own = as_documents(together(crew.families, found.families))
    apart = bool(own)
    tested = crew.laboratory.start(test_proof, statement, proof, budget, seed, own, apart=apart)
    step = (found.failure or {}).get("step")
    example = step and crew.laboratory.start(counterexample_to, step, seed, own, apart=apart)

    def finish() -> None:
        start = time.perf_counter()
        try:
            report, shown = tested(), example() if example else None
        except Fault as fault:  # of this theorem alone: the others stand
            _untested(result, fault)
            return
        finally:
            result.seconds += time.perf_counter() - start
        result.tested(report)
        if result.outcome == "refuted":
            if report["violated"] == "claim":
                result.remarks.append("the laboratory finds a counterexample too")
        elif result.witness is None and result.expected == "proved":
            result.remarks.append(result.consistency)
        if report["violated"] and result.outcome == "proved":
            result.failure = {
                "message": f"the laboratory contradicts the proof: {report['violated']}",
                "hint": "an axiom is wrong, or the laboratory is: please report it",
            }
        if shown is not None:
            hint = "the step is false as it stands: see the counterexample"
            result.failure = {**(result.failure or {}), "counterexample": shown, "hint": hint}

    return finish


def _untested(result: Result, fault: Fault) -> None:
    """Say that the laboratory raised; a step that failed stays what is said first."""
    told = untested(fault)
    result.consistency = "not exercised: the laboratory raised an error"
    if result.failure is None:
        result.outcome, result.failure = "error", told
    else:
        result.failure = {**result.failure, "traceback": told["traceback"]}
        result.remarks.append(told["message"])


def _raised(found: _Found, error: Exception) -> Result:
    """Return the result of a theorem at which something raised that no check foresees."""
    data, path = found.data, shown_path(found.file.path)
    return Result(
        name=data["name"],
        file=path,
        line=data["line"],
        kind=data["kind"],
        title=data["title"],
        expected=data["expected"],
        failure=unchecked(error),
    )


def listing(files: Sequence[TheoremFile]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return (name, kind, expected, file, title) of every theorem object, and what went wrong."""
    client = Client()
    found: list[tuple[str, ...]] = []
    errors: list[str] = []
    try:
        for file, answer in client.load_all(files, errors):
            where = shown_path(file.path)
            for data in answer.get("theorems", []):
                row = (data["name"], data["kind"], data["expected"], where, data["title"])
                found.append(row)
    finally:
        client.close()
    return found, errors
