"""The command line: check, show, list, axioms, stress, prove, new, ….  All work is elsewhere."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plproof import __version__
from plproof import cli_support as support
from plproof.checking.budgets import BUDGETS
from plproof.cli_laboratory import estimate, stress

if TYPE_CHECKING:  # heavy imports wait until a command needs them
    from plproof.report.result import Result


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
@support.paths_argument
@click.option("--only", multiple=True, metavar="NAME", help="Check only this theorem (repeatable).")
@click.option(
    "--json", "json_file", type=click.Path(), help="Write the results as JSON (- prints)."
)
@click.option("--transcripts", type=click.Path(path_type=Path), help="Write a transcript of each.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option(
    "--budget",
    type=click.Choice(BUDGETS),
    default="small",
    show_default=True,
    help="How much the laboratory tests; none: proofs only.",
)
@support.families_option
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
    families: tuple[Path, ...],
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

    options = Options(
        only=only, budget=budget, seed=seed, jobs=jobs, fail_fast=fail_fast, families=families
    )
    console = support.new_console(stderr=json_file == "-")
    results, stopped = support.run_check(paths, options, quiet)
    for result in results:
        if verbose:
            render(support.transcript_of(result), console)
    support.show_results(results, console, quiet, traces=verbose)
    if transcripts is not None:
        support.write_transcripts(results, transcripts)
    if json_file is not None:
        support.write_json(check_document(results, __version__), json_file)
    if stopped:
        support.stop(stopped)
    sys.exit(support.exit_code(results))


@main.command()
@support.paths_argument
@click.option("--only", multiple=True, metavar="NAME", help="Prove only this one (repeatable).")
@click.option(
    "--explain", is_flag=True, help="Say which inequalities prove each, and what is worst."
)
@click.option("--verify", is_flag=True, help="Write nothing; fail when a stored proof differs.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def prove(
    paths: tuple[Path, ...], only: tuple[str, ...], explain: bool, verify: bool, jobs: int
) -> None:
    """Run every proof again and store it beside its file, whatever is stored already.

    A theorem object without a proof script gets a proof that is searched for (that needs a solver:
    pip install 'plproof[search]'), and one stated with unknown=rho the best rate as well.  With
    --only the other proofs stay as they are stored. --explain prints the multipliers, the
    inequalities that are used, and a function on which the claim is worst where one is found.

    Exit code 0: every outcome as declared; 1: something is not; 2: bad usage or unreadable input.

    Example: plproof prove theorems/ --verify
    """
    from plproof.checking.run import Options
    from plproof.checking.stored import stale_proofs

    if only and verify:
        support.stop("--verify compares whole files of stored proofs: leave out --only")
    options = Options(
        only=only, budget="none", again=True, search=True, write=not verify, jobs=jobs
    )
    files = support.files_at(paths)
    results, stopped = support.run_check(files, options, quiet=False)
    support.show_results(results, support.new_console(), quiet=False)
    if explain:
        support.show_explanations(results)
    if stopped:
        support.stop(stopped)
    stale = stale_proofs(files, results) if verify else []
    for name in stale:
        click.echo(f"{name}: the stored proof is not the one the file gives; run `plproof prove`")
    sys.exit(support.exit_code(results) or (support.FAILED if stale else support.PROVED))


@main.command("replay")
@support.paths_argument
def replay_command(paths: tuple[Path, ...]) -> None:
    """Recheck stored proofs by the kernel alone: no proof script is run.

    Example: plproof replay theorems/
    """
    from plproof.checking.run import Options

    results, stopped = support.run_check(paths, Options(budget="none", prove=False), quiet=False)
    support.show_results(results, support.new_console(), quiet=False)
    if stopped:
        support.stop(stopped)
    sys.exit(support.exit_code(results))


@main.command()
@click.argument("name")
@support.paths_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "markdown", "html", "latex", "json"]),
    default="terminal",
    show_default=True,
)
@click.option("--budget", type=click.Choice(BUDGETS), default="small")
@click.option("--seed", type=click.IntRange(0), default=0)
@support.families_option
def show(
    name: str,
    paths: tuple[Path, ...],
    form: str,
    budget: str,
    seed: int,
    families: tuple[Path, ...],
) -> None:
    """Show the transcript of a theorem.

    Example: plproof show pl_linear_rate
    """
    from plproof.checking.run import Options

    options = Options(only=(name,), budget=budget, seed=seed, families=families)
    results = support.results_named(name, paths, options)
    for result in results:
        if result.name == name:
            support.print_transcript(result, form)
    sys.exit(support.exit_code(results))


@main.command("list")
@support.paths_argument
def list_command(paths: tuple[Path, ...]) -> None:
    """List the theorem objects with their kind, declared outcome and title.

    Example: plproof list theorems/
    """
    from rich.table import Table

    from plproof.checking.run import listing

    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "expected", "file", "title"):
        table.add_column(column)
    found, errors = listing(support.files_at(paths))
    for entry in found:
        table.add_row(*entry)
    support.new_console().print(table)
    for error in errors:
        click.echo(error, err=True)
    sys.exit(support.BAD_USAGE if errors else support.PROVED)


@main.command()
@click.argument("name")
@support.paths_argument
def axioms(name: str, paths: tuple[Path, ...]) -> None:
    """Say what a theorem rests on: axioms with their text and source, oracles, gaps.

    Example: plproof axioms pl_linear_rate
    """
    from plproof.checking.run import Options
    from plproof.theory.axioms import AXIOMS
    from plproof.theory.oracles import described

    results = support.results_named(name, paths, Options(only=(name,), budget="none"))
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
    sys.exit(support.exit_code(results))


@main.command()
@click.argument("document", metavar="FILE.md", type=click.Path(path_type=Path))
@support.paths_argument
@click.option("--json", "json_file", type=click.Path(), help="Write it as JSON too (- prints).")
def coverage(document: Path, paths: tuple[Path, ...], json_file: str | None) -> None:
    """List the labelled statements of a Markdown document and the theorem objects that cite them.

    A statement is a block quote or heading that begins with Definition, Lemma, Proposition,
    Theorem, Corollary or Claim; a theorem object cites it by its source: title of the document,
    section and label. Only what cites the document is replayed; nothing is stored.

    Exit code 0: all covered, as declared; 1: something is not; 2: bad usage or unreadable input.

    Example: plproof coverage notes.md theorems/
    """
    from plproof.checking.coverage import citing, document_at
    from plproof.checking.discovery import UsageError, shown_path
    from plproof.checking.run import Options
    from plproof.report.coverage import citations, cover, coverage_document
    from plproof.report.terminal import Progress, render_coverage, show_failure

    try:
        read = document_at(document)
    except UsageError as error:
        support.stop(str(error))
    files = support.files_at(paths)
    with Progress(len(files), doing="reading") as progress:
        found = citing(files, read.title, progress.reach)
    results: list[Result] = []
    if found.files:
        options = Options(only=found.theorems, budget="none", write=False)
        results, stopped = support.run_check(found.files, options, quiet=False)
        if stopped:
            support.stop(stopped)
    made = cover(read, [*citations(results), *found.definitions])
    console = support.new_console(stderr=json_file == "-")
    render_coverage(made, console)
    for result in results:
        if not result.as_declared:
            show_failure(result, console)
    if json_file is not None:
        support.write_json(coverage_document(made, shown_path(document), __version__), json_file)
    if any(result.kind == "file" for result in results):
        sys.exit(support.BAD_USAGE)
    sys.exit(support.PROVED if made.complete else support.FAILED)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a short commented theorem file that checks, to start from.

    Example: plproof new first.py && plproof check first.py
    """
    from plproof.checking.stored import write_text
    from plproof.checking.template import template, why_not

    if file.suffix != ".py":
        support.stop(f"{file}: a theorem file is called like a Python module, as in first.py")
    if why := why_not(file.stem):
        support.stop(f"{file}: {why}")
    if file.exists():
        support.stop(f"{file} exists already and is left as it is")
    try:
        write_text(file, template(file.stem))
    except OSError as error:
        support.stop(f"{file} cannot be written: {error.strerror}")
    click.echo(f"{file} written; check it with: plproof check {file}")


main.add_command(stress)
main.add_command(estimate)
