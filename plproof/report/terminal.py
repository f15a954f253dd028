"""Transcripts, tables and failures in the terminal, with rich."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from plproof.report.markdown import failure_text as _failure_text
from plproof.report.markdown import tested, trust_lines
from plproof.report.result import Result
from plproof.report.transcript import Line, Transcript, transcript

_COLOURS = {"proved": "green", "refuted": "cyan", "vacuous": "magenta"}


def render(made: Transcript, console: Console) -> None:
    """Print a transcript."""

    def say(text: str, style: str = "", left: int = 0) -> None:
        if not text:
            console.print()
            return
        console.print(Padding(Text(text, style=style), (0, 0, 0, left), expand=False))

    say(f"{made.kind.capitalize()} {made.name}", "bold")
    say(f"{made.title}.")
    if made.source:
        say(made.source, "dim")
    say("")
    for text in made.objects:
        say(text, left=2)
    for h in made.hypotheses:
        say(f"{h['name']}: {h['text']}" + (f"  ({h['words']})" if h["words"] else ""), left=2)
    if made.claim:
        say(f"⊢ {made.claim['text']}", "bold", 2)
    say("")
    say(made.verdict, _COLOURS.get(made.outcome, "red"))
    if made.note:
        say(f"note: {made.note}", "dim")
    if made.failure is not None:
        say(_failure_text(made), "red")
    if made.steps:
        say("")
        for step in made.steps:
            _step(step, say)
    if made.claim:
        say("")
        for text in trust_lines(made):
            say(f"- {text}", "dim")
    if made.definitions:
        say("")
        for d in made.definitions:
            say(d["text"], "dim", 2)
    say("")


def _step(step: Line, say: object) -> None:
    left = 2 + 3 * step.depth
    assert callable(say)
    if step.kind not in ("have", "close", "admit"):
        say(f"{step.number}  {step.why}:", "", left)
        return
    label = f"{step.label}: " if step.label else ""
    say(f"{step.number}  {label}{step.text}", "", left)
    if step.why:
        say(step.why if step.kind == "close" else f"by {step.why}", "dim", left + 4)
    if step.certificate:
        say(step.certificate, "dim", left + 4)
    if step.functions is not None:
        say(tested(step), "dim", left + 4)


def summary_table(results: Sequence[Result]) -> Table:
    """Return a table with a row for each result."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in ("name", "kind", "outcome"):
        table.add_column(column, overflow="fold")
    for column in ("steps", "axioms", "functions", "worst", "time"):
        table.add_column(column, justify="left" if column == "axioms" else "right")
    for result in results:
        stress = result.stress or {}
        functions, worst = stress.get("functions"), worst_of(result)
        outcome = Text(result.outcome, style=_COLOURS.get(result.outcome, "red"))
        if result.outcome != result.expected and result.kind != "file":
            outcome.append(f" (declared {result.expected})")
        table.add_row(
            Text(result.name),
            result.kind,
            outcome,
            "" if result.replayed is None else str(len(result.replayed.steps)),
            Text(", ".join((*result.axioms(), *result.oracles())) or "–"),
            "" if functions is None else str(functions),
            "" if worst is None else f"{worst:.3g}",
            f"{result.seconds:.1f} s",
        )
    return table


def worst_of(result: Result) -> float | None:
    """Return the worst slack ratio of the claim, None when it was not tested."""
    for item in (result.stress or {}).get("items", []):
        if item.get("label") == "claim":
            worst = item.get("worst")
            return None if worst is None else float(worst)
    return None


def failure_text(result: Result) -> str:
    """Return what is not as declared about a result, as text."""
    return _failure_text(transcript(result))


def show_failure(result: Result, console: Console) -> None:
    """Print what is not as declared about a result."""
    console.print(Text("\n" + failure_text(result)))


class Progress:
    """A progress bar over files on standard error; silent when it is not a terminal."""

    def __init__(self, total: int, enabled: bool = True) -> None:
        console = Console(stderr=True)
        self._bar: Bar | None = None
        if enabled and console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Bar(*columns, console=console, transient=True)
            self._task = self._bar.add_task("checking", total=total)
        self._files: set[str] = set()

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, result: Result) -> None:
        """Note a result."""
        if self._bar is not None:
            self._files.add(result.file)
            self._bar.update(self._task, completed=len(self._files), description=result.name)
