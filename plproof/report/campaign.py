"""The findings of a stress campaign in the terminal, and its progress bar, with rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from plproof.laboratory.campaigns.campaign import Findings, Progress
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.worst_case.adversary import Best, summary
from plproof.report.bar import WatchedBar


class CampaignBar(WatchedBar):
    """A progress bar with rate and time left on standard error; silent without a terminal."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        super().__init__(*columns, doing="stress", rate="")
        self._first: int | None = None

    def advance(self, progress: Progress) -> None:
        """Show how far the campaign is."""
        if self.bar is None:
            return
        if self._first is None:
            self._first = progress.functions  # what a resumed journal had already
        task = self.bar.tasks[0]
        rate = (progress.functions - self._first) / max(task.elapsed or 0.0, 1e-3)
        violated = f", {progress.violated} violated" if progress.violated else ""
        self.bar.update(
            self.task,
            completed=progress.done,
            total=progress.total,
            description=f"{progress.functions:,} trials{violated}",
            rate=f"{rate:,.0f} trials/s",
        )


def verdict_of(found: Findings, expected: str = "proved") -> str:
    """Return what was found about a statement, in a few words."""
    if found.violations:
        declared = ", as declared" if expected == "refuted" else ""
        return f"{found.verdict or 'violated'}{declared}"
    if found.note:
        return f"not tested: {found.note}"
    if not found.checks and found.functions:
        words = "nothing drawn satisfies the hypotheses"
        return f"{words}: {found.excludes_most} excludes most" if found.passes else words
    if found.checks and found.undefined:
        return "no violation, but it is not always defined"
    return "no violation" if found.checks else "not tested yet"


def tightness(found: Findings) -> list[str]:
    """Return a line on each comparison of the claim: tight, or how far from it.

    A comparison that certainly fails for a random function is neither, whatever the search found;
    nor are those of a claim that fails so where nothing says which of them does.
    """
    best = [Best(**ratio) for ratio in found.ratios]
    of = {b.comparison: [c for c in best if c.comparison == b.comparison] for b in best}
    example = found.counterexample if found.verdict == VIOLATED else None
    lines = []
    for text, group in of.items():
        said = None if example is None else example["conclusion"]
        fails = said == text or (said is not None and said not in of)
        if fails and all(b.violation is None for b in group):
            ratios = [b.ratio for b in group if b.ratio is not None]
            missed = f": the search came to {max(ratios):.4g} of the bound" if ratios else ""
            part = "" if said == text else "part of a claim that is "
            lines.append(f"{text}: {part}violated by a random function{missed}")
        else:
            lines.append(summary(group))
    return lines


def findings_table(found: Sequence[Findings], expected: Mapping[str, str]) -> Table:
    """Return a table with a row for every statement; a trial is a function with a start."""
    table = Table(box=None, pad_edge=False)
    columns: tuple[tuple[str, JustifyMethod], ...] = (
        ("name", "left"),
        ("trials", "right"),
        ("checks", "right"),
        ("least slack", "right"),
        ("found", "left"),
    )
    for column, justify in columns:
        table.add_column(column, justify=justify)
    for item in found:
        table.add_row(
            item.name,
            f"{item.functions:,}",
            f"{item.checks:,}",
            _slack(item),
            verdict_of(item, expected.get(item.name, "proved")),
        )
    return table


def _slack(found: Findings) -> str:
    if found.violations and (found.worst is None or found.worst >= 0):
        return "below 0"  # by less than floats show
    return "" if found.worst is None else f"{found.worst:.3g}"


def show_findings(found: Sequence[Findings], expected: Mapping[str, str], console: Console) -> None:
    """Print the table, the ratios, counterexamples nobody declared as code, what was put aside."""
    console.print(findings_table(found, expected))
    for item in found:
        for text in tightness(item):
            console.print(f"{item.name}: {text}", markup=False)
        for text in item.undefined:
            console.print(f"{item.name}: undefined when {text}", markup=False)
        if item.counterexample is not None and expected.get(item.name) != "refuted":
            shown = f"\n{item.name}: {item.counterexample['text']}\n\n"
            # one line of code stays one line: it is there to be copied
            console.print(shown + item.counterexample["snippet"], markup=False, soft_wrap=True)
        for text in item.quarantined:
            console.print(f"{item.name}: put aside: {text}", markup=False)
