"""What the commands of the command line share: arguments, files, runs, printing, exit codes."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:  # heavy imports wait until a command needs them
    from rich.console import Console

    from plproof.checking.discovery import TheoremFile
    from plproof.checking.run import Options
    from plproof.report.result import Result
    from plproof.report.transcript import Transcript

PROVED, FAILED, BAD_USAGE = 0, 1, 2
DEFAULT_FOLDER = "theorems"

paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
families_option = click.option(
    "--families",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Test on the kinds of functions in this file as well (repeatable).",
)


def new_console(stderr: bool = False) -> Console:
    """Return the console that commands print on."""
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, width=max(console.width, 100))
    return console


def files_at(paths: Iterable[Path]) -> list[TheoremFile]:
    """Return the theorem files at the paths, the library's by default; exit code 2 for none."""
    from plproof.checking.discovery import UsageError, theorem_files

    given = list(paths)
    if not given and Path(DEFAULT_FOLDER).is_dir():
        given = [Path(DEFAULT_FOLDER)]
    if not given:
        stop(f"name files or folders to look in, as in: plproof {_asked()} {DEFAULT_FOLDER}/")
    try:
        return theorem_files(given)
    except UsageError as error:
        stop(str(error))


def _asked() -> str:
    """Return the command that is being run with the name or the document it was given."""
    context = click.get_current_context()
    given = [str(context.params[key]) for key in ("name", "document") if key in context.params]
    return " ".join([context.info_name or "check", *given])


def run_check(
    paths: Sequence[Path] | Sequence[TheoremFile], options: Options, quiet: bool
) -> tuple[list[Result], str]:
    """Check and collect; the text returned says why the run stopped early, if it did."""
    from plproof.checking.discovery import TheoremFile, UsageError
    from plproof.checking.run import Disagreement, check
    from plproof.report.terminal import Progress

    files: list[TheoremFile] = []
    files = [f for f in paths if isinstance(f, TheoremFile)] or files_at(
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


def results_named(name: str, paths: Sequence[Path], options: Options) -> list[Result]:
    """Check one theorem; say on standard error which files could not be read."""
    from plproof.report.terminal import failure_text

    results, stopped = run_check(paths, options, quiet=True)
    for result in results:
        if result.name != name:
            click.echo(failure_text(result), err=True)
    if stopped:
        stop(stopped)
    return results


def show_results(
    results: Sequence[Result], console: Console, quiet: bool, traces: bool = False
) -> None:
    """Print the table of results, what is not as declared, and how many are.

    With ``traces`` also the calls that led to an error of the laboratory.
    """
    from plproof.report.terminal import show_failure, summary_table

    shown = [r for r in results if not r.as_declared] if quiet else list(results)
    if shown:
        console.print(summary_table(shown))
    for result in shown:
        if not result.as_declared:
            show_failure(result, console)
        if traces and (trace := (result.failure or {}).get("traceback")):
            console.print(trace, markup=False)
        for remark in result.remarks:
            console.print(f"{result.name}: {remark}", markup=False)
    if not quiet and results:
        good = sum(r.as_declared for r in results)
        console.print(f"{good} of {len(results)} as declared", markup=False)


def show_explanations(results: Sequence[Result]) -> None:
    """Print for each proved claim the certificate in words and a worst case."""
    from plproof.checking.searching import worst_case_of
    from plproof.report.stepwise import lines_of

    for result in results:
        if result.outcome == "proved" and result.replayed is not None:
            click.echo("\n" + "\n".join(lines_of(result, worst_case_of(result))))


def transcript_of(result: Result) -> Transcript:
    """Return the transcript of a result."""
    from plproof.report.transcript import transcript

    return transcript(result)


def print_transcript(result: Result, form: str) -> None:
    """Print a transcript in a form: text, markdown, html, latex or json."""
    from plproof.report.data import to_json
    from plproof.report.html import to_html
    from plproof.report.latex import to_latex_document
    from plproof.report.markdown import to_markdown
    from plproof.report.terminal import render

    made = transcript_of(result)
    if form == "terminal":
        render(made, new_console())
    elif form == "json":
        click.echo(json.dumps(to_json(made), ensure_ascii=False, indent=1))
    else:
        writers = {"markdown": to_markdown, "latex": to_latex_document}
        click.echo(writers[form](made) if form in writers else to_html(made, standalone=True))


def write_transcripts(results: Sequence[Result], folder: Path) -> None:
    """Write a transcript of each result into the folder."""
    from plproof.checking.stored import write_text
    from plproof.report.data import to_json
    from plproof.report.markdown import to_markdown

    pages = {(r.name, r.file): f"{r.name}.md" for r in results}
    try:
        for result in results:
            if result.kind == "file":
                continue
            made = transcript_of(result)
            for other in made.repaired:  # a page links to the pages beside it, else to the files
                where = Path(os.path.relpath(other["file"], folder)).as_posix()
                pages.setdefault((other["name"], other["file"]), where)
            write_text(folder / f"{result.name}.md", to_markdown(made, pages))
            text = json.dumps(to_json(made), ensure_ascii=False, indent=1) + "\n"
            write_text(folder / f"{result.name}.json", text)
    except OSError as error:
        stop(f"the transcripts cannot be written to {folder}: {error.strerror}")


def write_json(document: Mapping[str, Any], target: str) -> None:
    """Write a document as JSON to a file, or print it for -."""
    from plproof.checking.stored import write_text

    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        click.echo(text, nl=False)
        return
    try:
        write_text(Path(target), text)
    except OSError as error:
        stop(f"{target} cannot be written: {error.strerror}")


def exit_code(results: Sequence[Result]) -> int:
    """Return 0 when all is as declared, 1 when something is not, 2 for an unreadable file."""
    if any(r.kind == "file" for r in results):
        return BAD_USAGE
    return PROVED if all(r.as_declared for r in results) else FAILED


def deaf_to_interrupts() -> None:
    """Ignore Ctrl-C from now on: what was found is being printed, and a second one would cut it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def stop(message: str) -> NoReturn:
    """End with a message: exit code 1 when interrupted, else 2."""
    click.echo(f"plproof: {message}", err=True)
    sys.exit(FAILED if message.startswith("interrupted") else BAD_USAGE)
