"""Transcripts, tables and failures in the terminal, with rich."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.table import Table
from rich.text import Text

from plproof.report.bar import WatchedBar
from plproof.report.coverage import Citation, Coverage
from plproof.report.labels import KINDS
from plproof.report.model import Line, Opening, Transcript
from plproof.report.result import Result
from plproof.report.transcript import transcript
from plproof.report.wording import NEEDS, as_text, instead, need, reason, said, tested, trust
from plproof.report.wording import failure_text as failure_of

#: a space at which no line is broken
_HARD_SPACE = "\u00a0"
_COLOURS = {"proved": "green", "refuted": "cyan", "vacuous": "magenta"}


def render(made: Transcript, console: Console) -> None:
    """Print a transcript, wrapped at the console's width."""
    say = _Printer(console)
    say(f"{made.kind.capitalize()} {made.name}", "bold")
    say(f"{made.title}.")
    say(made.source, "dim")
    console.print()
    for text in made.objects:
        say(text, left=2)
    for h in made.hypotheses:
        words = "" if h.words is None else f"  ({h.words.text})"
        say(f"{h.name}: {h.formula.text}{words}", left=2)
    if made.claim is not None:
        say(f"⊢ {made.claim.formula.text}", "bold", 2)
    console.print()
    say(made.verdict, _COLOURS.get(made.outcome, "red"))
    say(f"note: {made.note}" if made.note else "", "dim")
    for phrase in instead(made):
        say(as_text(phrase), "", 0 if isinstance(phrase[0], str) else 2, 4)
    if made.failure is not None:
        console.print(Text(failure_of(made), style="red"))
    if made.steps:
        console.print()
        for step in made.steps:
            _step(step, made, say)
    if made.claim is not None:
        console.print()
        for phrase in trust(made):
            for position, text in enumerate(as_text(phrase).split("\n")):
                say(text.strip() if position else f"- {text}", "dim", 2 * bool(position))
    if made.needs:
        console.print()
        say(f"{NEEDS}:")
        for verdict in made.needs:
            say(f"{verdict.hypothesis}: {as_text(need(verdict))}", "", 2, 4)
    if made.definitions:
        console.print()
        for d in made.definitions:
            say(d.formula.text, "dim", 2)
    console.print()


class _Printer:
    """Prints text with a margin, the lines after the first indented a little more."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, text: str, style: str = "", left: int = 0, hanging: int = 0) -> None:
        """Print the text; nothing when it is empty."""
        if not text:
            return
        margin = min(left, self._console.width // 2)
        lines = wrap(
            text, self._console.width, initial_indent=" " * margin,
            subsequent_indent=" " * (margin + hanging),
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        for line in lines:
            self._console.print(Text(line.replace(_HARD_SPACE, " "), style=style))


def _step(step: Line, made: Transcript, say: _Printer) -> None:
    left = 2 + 3 * step.depth
    if step.kind == "open":
        say(f"{step.number}  {', '.join(map(_opening, step.opens))}:", "", left, 4)
        return
    lead = {"end": "so", "conclusion": "hence"}.get(step.kind, f"{step.number} ")
    label = f"{step.label}: " if step.label else ""
    figures = tested(step, made)
    figures = f"  [{figures}]".replace(" ", _HARD_SPACE) if figures else ""
    why = as_text(reason(step))
    say(f"{lead} {label}{said(step, made.steps).text}{'' if why else figures}", "", left, 4)
    say(f"{why}{figures}" if why else "", "dim", left + 4)


def _opening(opening: Opening) -> str:
    text = opening.words
    if opening.formula is not None:
        text += (": " if text.startswith("take") else " ") + opening.formula.text
    return text + (f" ({opening.label})" if opening.label else "")


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
    return failure_of(transcript(result))


def show_failure(result: Result, console: Console) -> None:
    """Print what is not as declared about a result."""
    console.print(Text("\n" + failure_text(result)))


def render_coverage(coverage: Coverage, console: Console) -> None:
    """Print what of a document is covered, by section, then what else cites the document."""
    say, entries = _Printer(console), coverage.entries
    say(coverage.document.title, "bold")
    for section, group in groupby(entries, key=lambda entry: entry.statement.section):
        console.print()
        say(section or "(before any heading)", "bold", 2)
        for entry in group:
            say(f"{entry.statement.line:>4}  {entry.statement.label}", "", 2, 6)
            for citation in entry.cited_by:
                _cited(citation, say, 10)
            say("" if entry.cited_by else "not covered", "red", 10)
    if coverage.also_cited:
        console.print()
        say("also cited", "bold")
    for section, others in groupby(coverage.also_cited, key=lambda c: c[0].source.section):
        say(section or "(no section)", "", 2)
        for citation, remark in others:
            label = citation.source.label or "no label"
            _cited(citation, say, 4, f" ({label}{'; ' if remark else ''}{remark})")
    console.print()
    open_ones = [entry for entry in entries if not entry.covered]
    if not entries:
        say(f"no labelled statement: no block quote or heading begins with {', '.join(KINDS)}")
        return
    say(f"{len(entries) - len(open_ones)} of {len(entries)} labelled statements covered")
    for entry in open_ones:
        say(f"not covered: {entry.statement.label}, line {entry.statement.line}", "red")


def _cited(citation: Citation, say: _Printer, left: int, more: str = "") -> None:
    declared = "" if citation.as_declared else f" (declared {citation.expected})"
    if citation.as_declared and citation.outcome in ("refuted", "vacuous"):
        declared = ", as declared"
    if citation.without:
        declared += f" (without {citation.without})"
    colour = _COLOURS.get(citation.outcome, "") if citation.as_declared else "red"
    say(f"{citation.name}: {citation.outcome}{declared}{more}", colour, left, 2)


class Progress(WatchedBar):
    """A progress bar over files on standard error; silent when it is not a terminal."""

    def __init__(self, total: int, enabled: bool = True, doing: str = "checking") -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        super().__init__(*columns, doing=doing, total=total, enabled=enabled)
        self._files: set[str] = set()

    def advance(self, result: Result) -> None:
        """Note a result."""
        self._show(result.file, result.name)

    def reach(self, file: str) -> None:
        """Note that a file is being looked at."""
        self._show(file, file)

    def _show(self, file: str, words: str) -> None:
        if self.bar is not None:
            self._files.add(file)
            self.bar.update(self.task, completed=len(self._files), description=words)
