"""The command line: check, show, list, axioms, stress, prove, new, ….  All work is elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from plproof import __version__

if TYPE_CHECKING:  # heavy imports wait until a command needs them
    from rich.console import Console

    from plproof.checking.discovery import TheoremFile
    from plproof.checking.run import Options
    from plproof.report.result import Result

PROVED, FAILED, BAD_USAGE = 0, 1, 2
DEFAULT_FOLDER = "theorems"

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="plproof")
def main() -> None:
    """State theorems about optimisation, prove them exactly, test every step.

    Theorem files are Python and are run as your own code: check only files you would run.

    Example: plproof check theorems/
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without ≤ shows ?, not a traceback
            stream.reconfigure(errors="replace")


@main.command()
@_paths
@click.option("--only", multiple=True, metavar="NAME", help="Check only this theorem (repeatable).")
@click.option(
    "--json", "json_file", type=click.Path(), help="Write the results as JSON (- prints)."
)
@click.option("--transcripts", type=click.Path(path_type=Path), help="Write a transcript of each.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option(
    "--budget",
    type=click.Choice(["none", "small", "normal", "large"]),
    default="normal",
    show_default=True,
    help="How much the laboratory tests; none: proofs only.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first outcome not as declared.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what is not as declared.")
@click.option("--verbose", "-v", is_flag=True, help="Print every transcript.")
def check(
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    json_file: str | None,
    transcripts: Path | None,
    seed: int,
    budget: str,
    jobs: int,
    fail_fast: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the theorem objects in files and folders: proof, consistency, tests.

    Exit code 0: every outcome as declared; 1: something is not; 2: bad usage or unreadable input.

    Example: plproof check theorems/ --only pl_linear_rate --budget small
    """
    from plproof.checking.run import Options
    from plproof.report.data import check_document
    from plproof.report.terminal import render

    options = Options(only=only, budget=budget, seed=seed, jobs=jobs, fail_fast=fail_fast)
    console = _console(stderr=json_file == "-")
    results, stopped = _run(paths, options, quiet)
    for result in results:
        if verbose:
            render(_transcript(result), console)
    _show(results, console, quiet)
    if transcripts is not None:
        _write_transcripts(results, transcripts)
    if json_file is not None:
        _write_json(check_document(results, __version__), json_file)
    if stopped:
        _stop(stopped)
    sys.exit(_exit_code(results))


@main.command()
@_paths
@click.option("--verify", is_flag=True, help="Write nothing; fail when a stored proof differs.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def prove(paths: tuple[Path, ...], verify: bool, jobs: int) -> None:
    """Run every proof again and store it beside its file, whatever is stored already.

    Example: plproof prove theorems/ --verify
    """
    from plproof.checking.run import Options, stale_proofs

    options = Options(budget="none", again=True, write=not verify, jobs=jobs)
    files = _files(paths)
    results, stopped = _run(files, options, quiet=False)
    _show(results, _console(), quiet=False)
    if stopped:
        _stop(stopped)
    stale = stale_proofs(files, results) if verify else []
    for name in stale:
        click.echo(f"{name}: the stored proof is not the one the file gives; run `plproof prove`")
    sys.exit(_exit_code(results) or (FAILED if stale else PROVED))


@main.command("replay")
@_paths
def replay_command(paths: tuple[Path, ...]) -> None:
    """Recheck stored proofs by the kernel alone: no proof script is run.

    Example: plproof replay theorems/
    """
    from plproof.checking.run import Options

    results, stopped = _run(paths, Options(budget="none", prove=False), quiet=False)
    _show(results, _console(), quiet=False)
    if stopped:
        _stop(stopped)
    sys.exit(_exit_code(results))


@main.command()
@click.argument("name")
@_paths
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "markdown", "html", "latex", "json"]),
    default="terminal",
    show_default=True,
)
@click.option("--budget", type=click.Choice(["none", "small", "normal", "large"]), default="small")
@click.option("--seed", type=click.IntRange(0), default=0)
def show(name: str, paths: tuple[Path, ...], form: str, budget: str, seed: int) -> None:
    """Show the transcript of a theorem.

    Example: plproof show pl_linear_rate
    """
    from plproof.checking.run import Options

    results = _named(name, paths, Options(only=(name,), budget=budget, seed=seed))
    for result in results:
        if result.name == name:
            _print_transcript(result, form)
    sys.exit(_exit_code(results))


@main.command("list")
@_paths
def list_command(paths: tuple[Path, ...]) -> None:
    """List the theorem objects with their kind, declared outcome and title.

    Example: plproof list theorems/
    """
    from rich.table import Table

    from plproof.checking.run import listing

    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "expected", "file", "title"):
        table.add_column(column)
    found, errors = listing(_files(paths))
    for entry in found:
        table.add_row(*entry)
    _console().print(table)
    for error in errors:
        click.echo(error, err=True)
    sys.exit(BAD_USAGE if errors else PROVED)


@main.command()
@click.argument("name")
@_paths
def axioms(name: str, paths: tuple[Path, ...]) -> None:
    """Say what a theorem rests on: axioms with their text and source, oracles, gaps.

    Example: plproof axioms pl_linear_rate
    """
    from plproof.checking.run import Options
    from plproof.theory.axioms import AXIOMS
    from plproof.theory.oracles import described

    results = _named(name, paths, Options(only=(name,), budget="none"))
    for result in results:
        if result.name != name:
            continue
        if result.replayed is None:
            click.echo(f"{name}: {result.outcome}; there is no proof to look at")
            continue
        if not (result.axioms() or result.oracles() or result.admits()):
            click.echo(f"{name} rests on no axiom: the kernel's rules prove it alone.")
        for axiom in result.axioms():
            click.echo(f"axiom {axiom}: {AXIOMS[axiom].statement}")
            click.echo(f"  {AXIOMS[axiom].source}")
        for oracle in result.oracles():
            click.echo(described(oracle))
        for gap in result.admits():
            click.echo(f"admitted without proof: {gap}")
    sys.exit(_exit_code(results))


@main.command()
@click.argument("document", metavar="FILE.md", type=click.Path(path_type=Path))
@_paths
@click.option("--json", "json_file", type=click.Path(), help="Write it as JSON too (- prints).")
def coverage(document: Path, paths: tuple[Path, ...], json_file: str | None) -> None:
    """List the labelled statements of a Markdown document and the theorem objects that cite them.

    A statement is a block quote or heading that begins with Definition, Lemma, Proposition,
    Theorem, Corollary or Claim; a theorem object cites it by its source: title of the document,
    section and label. Outcomes are those of a replay; nothing is stored.

    Exit code 0: all covered, as declared; 1: something is not; 2: bad usage or unreadable input.

    Example: plproof coverage notes.md theorems/
    """
    from plproof.checking.coverage import definitions, document_at
    from plproof.checking.discovery import UsageError, shown_path
    from plproof.checking.run import Options
    from plproof.report.coverage import citations, cover, coverage_document
    from plproof.report.terminal import render_coverage, show_failure

    try:
        read = document_at(document)
    except UsageError as error:
        _stop(str(error))
    files = _files(paths)
    results, stopped = _run(files, Options(budget="none", write=False), quiet=False)
    if stopped:
        _stop(stopped)
    made = cover(read, [*citations(results), *definitions(files)])
    console = _console(stderr=json_file == "-")
    render_coverage(made, console)
    citing = {citation.name for citation in made.citations}
    for result in results:
        if result.kind == "file" or (result.name in citing and not result.as_declared):
            show_failure(result, console)
    if json_file is not None:
        _write_json(coverage_document(made, shown_path(document), __version__), json_file)
    if any(result.kind == "file" for result in results):
        sys.exit(BAD_USAGE)
    sys.exit(PROVED if made.complete else FAILED)


class _Count(click.ParamType):
    """A whole number, also written as 1e6."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = float(value)
            if number >= 1 and number == int(number):
                return int(number)
        except (ValueError, OverflowError):
            pass
        self.fail(f"{value!r} is not a whole number of at least 1, as 1000 or 1e6", param, ctx)


@main.command()
@_paths
@click.option("--only", multiple=True, metavar="NAME", help="Stress only this one (repeatable).")
@click.option(
    "--functions",
    type=_Count(),
    default="1e5",
    show_default=True,
    help="Random functions for each statement.",
)
@click.option(
    "--time", "seconds", type=click.FloatRange(0), help="Begin nothing after so long (s)."
)
@click.option("--adversary", is_flag=True, help="Search for the best ratio of each claim as well.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option(
    "--resume", type=click.Path(path_type=Path), metavar="FILE", help="Journal to write and resume."
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="DIR", help="Write SVGs there.")
def stress(
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    functions: int,
    seconds: float | None,
    adversary: bool,
    seed: int,
    resume: Path | None,
    jobs: int,
    plot: Path | None,
) -> None:
    """Test the claims on many random functions, and search for the worst ones.

    Nothing is proved. A violation is reported with a verdict: certified, or not decided. The same
    seed gives the same result for any number of processes. A campaign with --resume FILE may be
    killed at any moment and goes on from there when the command is given again. --plot draws what
    is observed beside what is claimed (needs matplotlib: pip install 'plproof[plot]').

    Exit code 0: nothing unexpected; 1: a violation, or interrupted; 2: bad usage.

    Example: plproof stress theorems/ --only pl_linear_rate --functions 1e6 --jobs 2
    """
    from plproof.checking.discovery import UsageError
    from plproof.checking.stressing import journal_path, statements_in, write_plots
    from plproof.laboratory.campaign import Campaign, Settings
    from plproof.laboratory.journal import JournalError
    from plproof.report.campaign import CampaignBar, show_findings
    from plproof.report.plots import NoPlots, require_plots

    try:
        if plot is not None:
            require_plots()  # before hours of work, not after
        stated, errors = statements_in(_files(paths), only)
        settings = Settings(functions, seconds, adversary, seed, jobs)
        statements = [(s.name, s.statement) for s in stated]
        campaign = Campaign(statements, settings, journal_path(resume))
    except (UsageError, JournalError, NoPlots) as error:
        _stop(str(error))
    with CampaignBar() as bar:
        found = campaign.run(bar.advance)
    expected = {s.name: s.expected for s in stated}
    show_findings(found, expected, _console())
    for text in errors:
        click.echo(text, err=True)
    if errors:
        sys.exit(BAD_USAGE)
    if plot is not None and not campaign.interrupted:
        try:
            for path in write_plots(stated, plot, seed):
                click.echo(f"{path} written")
        except OSError as error:
            _stop(f"the plots cannot be written to {plot}: {error.strerror}")
    if campaign.interrupted:
        _stop("interrupted: this is what was found so far")
    if not campaign.complete:
        click.echo("the time is up: this is what was found so far")
    bad = any(f.quarantined or (f.violations and expected[f.name] != "refuted") for f in found)
    sys.exit(FAILED if bad else PROVED)


@main.command()
@click.argument("formula")
@click.option(
    "--box",
    "sides",
    type=(float, float),
    multiple=True,
    required=True,
    metavar="LOW HIGH",
    help="The range of x; again for y and z.",
)
@click.option(
    "--constant",
    type=click.Choice(["pl", "smooth", "strongly_convex"]),
    default="pl",
    show_default=True,
)
@click.option("--tolerance", type=click.FloatRange(1e-12), default=1e-6, show_default=True)
def estimate(
    formula: str, sides: tuple[tuple[float, float], ...], constant: str, tolerance: float
) -> None:
    """Bound the best constant of a function on a box from both sides, with certainty.

    The formula is in x, or x and y, or x, y and z, with + - * / ** sin cos exp log sqrt tanh.

    Exit code 0: as narrow as asked; 1: the bounds hold but are wider; 2: bad usage.

    Example: plproof estimate "x**2 + 3*sin(x)**2" --box -10 10
    """
    from plproof.laboratory.estimate import Undecided
    from plproof.laboratory.estimate import estimate as estimated

    try:
        found = estimated(formula, sides, constant, tolerance=tolerance)  # type: ignore[arg-type]
    except (ValueError, Undecided) as error:
        _stop(str(error))
    click.echo(str(found))
    sys.exit(PROVED if found.reached else FAILED)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a short commented theorem file that checks, to start from.

    Example: plproof new first.py && plproof check first.py
    """
    from plproof.checking.stored import write_text
    from plproof.checking.template import template, why_not

    if file.suffix != ".py":
        _stop(f"{file}: a theorem file is called like a Python module, as in first.py")
    if why := why_not(file.stem):
        _stop(f"{file}: {why}")
    if file.exists():
        _stop(f"{file} exists already and is left as it is")
    try:
        write_text(file, template(file.stem))
    except OSError as error:
        _stop(f"{file} cannot be written: {error.strerror}")
    click.echo(f"{file} written; check it with: plproof check {file}")


# ---------------------------------------------------------------- what the commands share
def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, width=max(console.width, 100))
    return console


def _files(paths: Iterable[Path]) -> list[TheoremFile]:
    from plproof.checking.discovery import UsageError, theorem_files

    given = list(paths)
    if not given and Path(DEFAULT_FOLDER).is_dir():
        given = [Path(DEFAULT_FOLDER)]
    if not given:
        _stop("name files or folders to look in, as in: plproof check theorems/")
    try:
        return theorem_files(given)
    except UsageError as error:
        _stop(str(error))


def _run(
    paths: Sequence[Path] | Sequence[TheoremFile], options: Options, quiet: bool
) -> tuple[list[Result], str]:
    """Check and collect; the text returned says why the run stopped early, if it did."""
    from plproof.checking.discovery import TheoremFile, UsageError
    from plproof.checking.run import Disagreement, check
    from plproof.report.terminal import Progress

    files: list[TheoremFile] = []
    files = [f for f in paths if isinstance(f, TheoremFile)] or _files(
        p for p in paths if isinstance(p, Path)
    )
    results: list[Result] = []
    try:
        with Progress(len(files), enabled=not quiet) as progress:
            for result in check(files, options):
                results.append(result)
                progress.advance(result)
    except KeyboardInterrupt:
        return results, "interrupted: the results so far stand, the rest was not checked"
    except (UsageError, Disagreement) as error:
        return results, str(error)
    return results, ""


def _named(name: str, paths: Sequence[Path], options: Options) -> list[Result]:
    """Check one theorem; say on standard error which files could not be read."""
    from plproof.report.terminal import failure_text

    results, stopped = _run(paths, options, quiet=True)
    for result in results:
        if result.name != name:
            click.echo(failure_text(result), err=True)
    if stopped:
        _stop(stopped)
    return results


def _show(results: Sequence[Result], console: Console, quiet: bool) -> None:
    from plproof.report.terminal import show_failure, summary_table

    shown = [r for r in results if not r.as_declared] if quiet else list(results)
    if shown:
        console.print(summary_table(shown))
    for result in shown:
        if not result.as_declared:
            show_failure(result, console)
        for remark in result.remarks:
            console.print(f"{result.name}: {remark}", markup=False)
    if not quiet:
        good = sum(r.as_declared for r in results)
        console.print(f"{good} of {len(results)} as declared", markup=False)


def _transcript(result: Result) -> Any:
    from plproof.report.transcript import transcript

    return transcript(result)


def _print_transcript(result: Result, form: str) -> None:
    from plproof.report.data import to_json
    from plproof.report.html import to_html
    from plproof.report.latex import to_latex_document
    from plproof.report.markdown import to_markdown
    from plproof.report.terminal import render

    made = _transcript(result)
    if form == "terminal":
        render(made, _console())
    elif form == "json":
        click.echo(json.dumps(to_json(made), ensure_ascii=False, indent=1))
    else:
        writers = {"markdown": to_markdown, "latex": to_latex_document}
        click.echo(writers[form](made) if form in writers else to_html(made, standalone=True))


def _write_transcripts(results: Sequence[Result], folder: Path) -> None:
    from plproof.checking.stored import write_text
    from plproof.report.data import to_json
    from plproof.report.markdown import to_markdown

    try:
        for result in results:
            if result.kind == "file":
                continue
            made = _transcript(result)
            write_text(folder / f"{result.name}.md", to_markdown(made))
            text = json.dumps(to_json(made), ensure_ascii=False, indent=1) + "\n"
            write_text(folder / f"{result.name}.json", text)
    except OSError as error:
        _stop(f"the transcripts cannot be written to {folder}: {error.strerror}")


def _write_json(document: Mapping[str, Any], target: str) -> None:
    from plproof.checking.stored import write_text

    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        click.echo(text, nl=False)
        return
    try:
        write_text(Path(target), text)
    except OSError as error:
        _stop(f"{target} cannot be written: {error.strerror}")


def _exit_code(results: Sequence[Result]) -> int:
    if any(r.kind == "file" for r in results):
        return BAD_USAGE
    return PROVED if all(r.as_declared for r in results) else FAILED


def _stop(message: str) -> NoReturn:
    click.echo(f"plproof: {message}", err=True)
    sys.exit(FAILED if message.startswith("interrupted") else BAD_USAGE)
