"""Campaigns: many units of stress tests, in several processes, resumable and repeatable.

autograd is not thread-safe, hence processes.  Every unit is determined by the seed and its number,
and the result is read from the journal in order of the numbers: the number of processes, crashes
and interruptions change nothing in it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

from plproof.faults import reported, told
from plproof.laboratory.campaigns.journal import Journal, Unit
from plproof.language.statement import Statement
from plproof.language.wire import TermReader, TermWriter, shaped

Document: TypeAlias = Mapping[str, Any]
Work: TypeAlias = Callable[[Document, Unit, Mapping[str, Any]], dict[str, Any]]
"""Does a unit for a statement, given as data; the mapping holds what it needs besides."""


STAGES = ("survey", "check", "search")
_TOGETHER = 8  # statements that are surveyed before the first of them is tried
DIED = "its process died, and twice more when it was done alone"
HUNG = "it took longer than {0:g} s, also when it was done alone"


@dataclass(frozen=True)
class Settings:
    """What a campaign does.

    ``functions`` >= 1, random functions with a start, or points, per statement, rounded up to whole
    units (a function that is drawn is started several times, ``units.STARTS``); ``seconds``, after
    which no further unit is begun (None: no limit); ``adversary``, whether to search for the best
    ratio too; ``seed`` >= 0; ``jobs``, processes (0: everything in this one); ``rows`` of a unit;
    ``unit_seconds`` > 0, after which the process of a unit is killed (None: never; without
    processes nothing is).  Raises ValueError outside these ranges.
    """

    functions: int = 100_000
    seconds: float | None = None
    adversary: bool = False
    seed: int = 0
    jobs: int = 1
    rows: int = 32_768
    unit_seconds: float | None = 900.0

    def __post_init__(self) -> None:
        if self.functions < 1 or self.seed < 0 or self.jobs < 0 or self.rows < 1:
            raise ValueError(f"functions and rows are at least 1, seed and jobs at least 0: {self}")
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"a time limit is at least 0 seconds, got {self.seconds}")
        if self.unit_seconds is not None and not self.unit_seconds > 0:
            raise ValueError(f"a unit needs some time, got {self.unit_seconds} seconds")

    @property
    def units(self) -> int:
        """Units of the stage ``check`` per statement."""
        return -(-self.functions // self.rows)


@dataclass
class Findings:
    """What a campaign found about one statement.

    ``functions`` that were tried, each with a start; ``checks``, those on which the hypotheses
    certainly hold; ``worst``, the least relative slack (right - left)/(|left| + |right|) seen, that
    of the counterexample where there is one; ``violations``, ``counterexample`` and
    ``verdict`` of the first unit with any ("" without); ``passes``, the share of functions that
    satisfy each hypothesis; ``ratios``, the best ratio of each comparison in the claim at each
    index, as ``Best`` says; ``quarantined``, units that died or raised, in words; ``note``, why
    nothing was evaluated; ``undefined``, where the statement means nothing, with an example each.
    """

    name: str
    functions: int = 0
    checks: int = 0
    worst: float | None = None
    violations: int = 0
    verdict: str = ""
    counterexample: dict[str, Any] | None = None
    passes: dict[str, float] = field(default_factory=dict)
    ratios: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    note: str = ""
    undefined: list[str] = field(default_factory=list)

    @property
    def excludes_most(self) -> str:
        """The hypothesis that the fewest functions satisfy, "" when there are no hypotheses."""
        return min(self.passes, key=lambda name: self.passes[name]) if self.passes else ""


@dataclass
class Progress:
    """How far a campaign is: units done and in all, functions drawn, violated statements."""

    done: int
    total: int
    functions: int
    violated: int


# ---------------------------------------------------------------- statements as data
def as_data(statement: Statement) -> dict[str, Any]:
    """Return a statement as plain data that another process can read."""
    writer = TermWriter()
    head = {
        "hypotheses": [[name, writer.term(h)] for name, h in statement.hypotheses],
        "claim": writer.term(statement.claim),
    }
    return {**head, **writer.document()}


def from_data(document: Document) -> Statement:
    """Return the statement of such data; WireError when it is malformed."""
    reader = TermReader(dict(document))
    hypotheses = []
    for entry in document["hypotheses"]:
        name, number = shaped(entry, str, int)
        hypotheses.append((name, reader.term(number)))
    return Statement(tuple(hypotheses), reader.term(document["claim"]))


def do_unit(
    document: Document, unit: Unit, given: Mapping[str, Any], families: Sequence[Any] = ()
) -> dict[str, Any]:
    """Do a unit of any stage; ``families`` are kinds of functions of the user."""
    # imported here: the process that only hands out units does no arithmetic
    from plproof.laboratory.campaigns import units

    statement = from_data(document)
    if unit.stage == "survey":
        return units.survey(statement, given["seed"], families)
    if unit.stage == "check":
        return units.check(
            statement, given["seed"], unit.number, given["yields"], given["rows"], families
        )
    if unit.stage == "search":
        return units.search(statement, given["seed"], unit.number, families)
    raise ValueError(f"there is no stage {unit.stage!r}")


# ---------------------------------------------------------------- the campaign
class Campaign:
    """A campaign on some statements.

    Arguments: ``statements``, (name, statement); ``settings``; ``journal``, the file to keep it in
    and to resume it from (None: memory); ``work``, how a unit is done, a function that a new
    process can import; ``more``, plain data to be added to that of each statement, for ``work``.
    Raises JournalError when the journal is of another campaign.
    """

    def __init__(
        self,
        statements: Sequence[tuple[str, Statement]],
        settings: Settings,
        journal: Path | None = None,
        work: Work = do_unit,
        more: Sequence[Document] = (),
    ) -> None:
        self.settings = settings
        self.names = [name for name, _ in statements]
        self.documents = [as_data(statement) for _, statement in statements]
        if more:
            for document, added in zip(self.documents, more, strict=True):
                document.update(added)
        text = json.dumps([self.names, self.documents], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        about = {"seed": settings.seed, "rows": settings.rows, "statements": digest}
        self.journal = Journal(journal, about)
        self.work = work
        count = len(self.names)
        self._searches = [0] * count
        if settings.adversary:
            from plproof.laboratory.worst_case.adversary import search_list

            self._searches = [len(search_list(statement)) for _, statement in statements]
        self._surveys: dict[int, dict[str, Any]] = {}
        self._first_violation: dict[int, int] = {}
        self.progress = Progress(0, count * (1 + settings.units) + sum(self._searches), 0, 0)
        self.interrupted = False
        self.complete = False

    def run(self, progress: Callable[[Progress], None] = lambda _: None) -> list[Findings]:
        """Do what the journal does not have yet, then return the findings on each statement.

        ``progress`` is called after every unit.  An interrupt from the keyboard ends the processes
        and returns what was found so far; ``interrupted`` says so, and ``complete`` whether
        everything asked for was done.
        """
        self._recall()
        progress(self.progress)
        began = time.monotonic()

        def late() -> bool:
            limit = self.settings.seconds
            return limit is not None and time.monotonic() - began >= limit

        try:
            if self.settings.jobs == 0:
                self._alone(late, progress)
            else:
                _Crew(self, late, progress).run()
        except KeyboardInterrupt:
            self.interrupted = True
        self.complete = next(self.units(), None) is None
        return self.findings()

    # ------------------------------------------------------------ what there is to do
    def _recall(self) -> None:
        for task in range(len(self.names)):
            for stage in STAGES:
                for number, _, result in self.journal.results(task, stage):
                    self._learn(Unit(task, stage, number), result)

    def _learn(self, unit: Unit, result: Mapping[str, Any]) -> None:
        if unit.stage == "survey":
            self._surveys[unit.task] = dict(result)
            if not result.get("yields"):
                self.progress.total -= self.settings.units + self._searches[unit.task]
        elif unit.stage == "search":
            if unit.number >= self._searches[unit.task]:
                return
        elif unit.stage == "check":
            if unit.number >= self.settings.units:
                return
            self.progress.functions += result.get("functions", 0)
            if result.get("violations"):
                last = self.settings.units - 1
                before = self._first_violation.get(unit.task, last)
                self._first_violation[unit.task] = min(before, unit.number)
                self.progress.total -= before - self._first_violation[unit.task]
                self.progress.violated = len(self._first_violation)
        self.progress.done += 1

    def record(self, unit: Unit, status: str, result: Mapping[str, Any]) -> None:
        """Write down a finished unit: done, failed or crashed."""
        self.journal.record(unit, status, result)
        self._learn(unit, result)

    def units(self) -> Iterator[Unit]:
        """Yield what is left to do, one round of all statements after another; searches early.

        A few statements at a time are surveyed and begun, so that a campaign with little time has
        something to say.  What cannot be begun yet is left out, and what has become pointless: the
        units of a statement after the first violation.
        """
        every = range(len(self.names))
        together = max(_TOGETHER, 4 * self.settings.jobs)
        for begin in every[::together]:
            tasks = every[begin : begin + together]
            yield from (Unit(task, "survey", 0) for task in tasks if task not in self._surveys)
            yield from self._checks(tasks, 0)
            yield from self._search_units(tasks)
        for number in range(1, self.settings.units):
            if not any(self._is_open(task, number) for task in every):
                break
            yield from self._checks(every, number)

    def _is_open(self, task: int, number: int) -> bool:
        yields = self._surveys.get(task, {}).get("yields")
        return bool(yields) and number <= self._first_violation.get(task, number)

    def _checks(self, tasks: range, number: int) -> Iterator[Unit]:
        units = (Unit(t, "check", number) for t in tasks if self._is_open(t, number))
        yield from (unit for unit in units if not self.journal.has(unit))

    def _search_units(self, tasks: range) -> Iterator[Unit]:
        for task in tasks:
            if self._surveys.get(task, {}).get("yields"):
                units = (Unit(task, "search", number) for number in range(self._searches[task]))
                yield from (unit for unit in units if not self.journal.has(unit))

    def given(self, unit: Unit) -> dict[str, Any]:
        """Return what a unit needs besides the statement."""
        settings = self.settings
        yields = self._surveys.get(unit.task, {}).get("yields", {})
        return {"seed": settings.seed, "rows": settings.rows, "yields": yields}

    # ------------------------------------------------------------ doing it
    def _alone(self, late: Callable[[], bool], progress: Callable[[Progress], None]) -> None:
        for unit in self.units():
            if late():
                return
            self.attempt(unit, self._do)
            progress(self.progress)

    def _do(self, unit: Unit) -> dict[str, Any]:
        return self.work(self.documents[unit.task], unit, self.given(unit))

    def attempt(self, unit: Unit, do: Callable[[Unit], dict[str, Any]]) -> None:
        """Do a unit and record it, also when it raises; a process that died passes through."""
        try:
            result = do(unit)
        except (KeyboardInterrupt, BrokenProcessPool):
            raise
        except Exception as error:  # whatever a unit raises is reported with it
            self.record(unit, "failed", {"message": told(error)})
        else:
            self.record(unit, "done", result)

    # ------------------------------------------------------------ what was found
    def findings(self) -> list[Findings]:
        """Return what the journal says about each statement, units in order, one at a time."""
        return [self._findings_on(task, name) for task, name in enumerate(self.names)]

    def _findings_on(self, task: int, name: str) -> Findings:
        found = Findings(name)
        for stage in STAGES:
            for number, status, result in self.journal.results(task, stage):
                if status != "done":
                    why = result.get("message", DIED)
                    found.quarantined.append(f"{stage} {number}: {why}")
                    continue
                if stage == "survey":
                    found.passes, found.note = result["passes"], result["note"]
                    found.undefined = list(result.get("undefined", ()))
                elif stage == "search":
                    if number < self._searches[task]:
                        found.ratios.append(result)
                elif number < self.settings.units and not found.violations:
                    _add(found, result)
        if found.checks:  # what cannot be evaluated on some functions is so on others
            found.note = ""
        failing = [r["violation"] for r in found.ratios if r["violation"] is not None]
        if failing and not found.violations:
            found.violations = 1
            _blame(found, failing[0])
        return found

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _add(found: Findings, result: Mapping[str, Any]) -> None:
    found.functions += result["functions"]
    found.checks += result["checks"]
    if result["worst"] is not None:
        found.worst = result["worst"] if found.worst is None else min(found.worst, result["worst"])
    found.note = found.note or result["note"]
    if result["violations"]:
        found.violations = result["violations"]
        _blame(found, result["counterexample"])


def _blame(found: Findings, counterexample: dict[str, Any]) -> None:
    """Add a counterexample; the least slack is its own then, below 0."""
    found.counterexample, found.verdict = counterexample, counterexample.get("verdict", "")
    excess = counterexample.get("excess")
    if isinstance(excess, float) and excess > 0:  # a violation below rounding has none
        found.worst = -excess if found.worst is None else min(found.worst, -excess)


# ---------------------------------------------------------------- processes
_ALARM: signal.Signals | None = getattr(signal, "SIGALRM", None)
"""The signal of a timer, where there is one (not on Windows, where no unit is killed)."""

_documents: list[Document] = []
"""The statements, in a worker process."""


def _begin(documents: Sequence[Document]) -> None:
    """Prepare a worker: deaf to interrupts, one thread of linear algebra, gone with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _ALARM is not None:
        signal.signal(_ALARM, signal.SIG_DFL)  # it kills, whatever the process is doing
    _documents[:] = documents
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _do(work: Work, unit: Unit, given: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    do = partial(work, _documents[unit.task], unit, given)
    if _ALARM is None or seconds is None:
        return reported(do)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return reported(do)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


class _Crew:
    """The worker processes of a campaign, begun anew when one of them dies."""

    def __init__(
        self, campaign: Campaign, late: Callable[[], bool], progress: Callable[[Progress], None]
    ) -> None:
        self._campaign, self._late, self._progress = campaign, late, progress
        self._flying: dict[Future[dict[str, Any]], Unit] = {}

    def run(self) -> None:
        """Do all units; a unit whose process died is tried once more, alone."""
        while not self._late() and next(self._campaign.units(), None) is not None:
            self._round(self._campaign.units())

    def _round(self, units: Iterator[Unit]) -> None:
        """Work until what can be begun is done, or a process dies."""
        jobs = self._campaign.settings.jobs
        with _Pool(self._campaign, jobs) as pool:
            while True:
                wanted = 0 if self._late() else 2 * jobs - len(self._flying)
                for unit in itertools.islice(units, wanted):
                    self._flying[self._submit(pool, unit)] = unit
                if not self._flying:
                    return
                done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
                suspects = [u for f in sorted(done, key=self._place) for u in self._settle(f)]
                if suspects:
                    wait(self._flying)
                    suspects += [u for f in list(self._flying) for u in self._settle(f)]
                    break
        for unit in sorted(suspects):
            self._once_more(unit)

    def _place(self, future: Future[dict[str, Any]]) -> Unit:
        return self._flying[future]

    def _submit(self, pool: ProcessPoolExecutor, unit: Unit) -> Future[dict[str, Any]]:
        campaign = self._campaign
        given, seconds = campaign.given(unit), campaign.settings.unit_seconds
        try:
            return pool.submit(_do, campaign.work, unit, given, seconds)
        except BrokenProcessPool as error:
            broken: Future[dict[str, Any]] = Future()
            broken.set_exception(error)
            return broken

    def _settle(self, future: Future[dict[str, Any]]) -> list[Unit]:
        """Record a finished unit; return it if its process died instead."""
        unit = self._flying.pop(future)
        try:
            self._campaign.attempt(unit, lambda _: future.result())
        except BrokenProcessPool:
            return [unit]
        self._progress(self._campaign.progress)
        return []

    def _once_more(self, unit: Unit) -> None:
        """Do a unit alone; it may have died with another's process, so twice before giving up.

        A unit that is killed by its own timer when alone is given up at once.
        """
        for _ in range(2):
            with _Pool(self._campaign, 1) as pool:
                future = self._submit(pool, unit)
                processes = list((pool._processes or {}).values())
                try:
                    self._campaign.attempt(unit, partial(_result, future))
                    break
                except BrokenProcessPool:
                    if any(_timed_out(process) for process in processes):
                        why = HUNG.format(self._campaign.settings.unit_seconds)
                        self._campaign.record(unit, "crashed", {"message": why})
                        break
        else:
            self._campaign.record(unit, "crashed", {"message": DIED})
        self._progress(self._campaign.progress)


def _result(future: Future[dict[str, Any]], _: Unit) -> dict[str, Any]:
    return future.result()


def _timed_out(process: BaseProcess) -> bool:
    process.join(5.0)
    return _ALARM is not None and process.exitcode == -_ALARM


class _Pool:
    """A pool of new processes, whose processes are ended when it is left by an exception."""

    def __init__(self, campaign: Campaign, jobs: int) -> None:
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")  # inherited by the workers: one thread each
        context, documents = get_context("spawn"), (campaign.documents,)
        self._pool = ProcessPoolExecutor(jobs, context, _begin, documents)

    def __enter__(self) -> ProcessPoolExecutor:
        return self._pool

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
