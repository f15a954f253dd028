"""The commands of the laboratory alone: stress, estimate; nothing is proved by them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plproof import cli_support as support

if TYPE_CHECKING:  # heavy imports wait until a command needs them
    from plproof.laboratory.certification.estimate import Constant


def _number(value: str) -> int:
    """Return a whole number, also written as 1e6; BadParameter for anything else."""
    try:
        number = float(value)
        if number >= 1 and number == int(number):
            return int(number)
    except (ValueError, OverflowError):
        pass
    raise click.BadParameter(f"{value!r} is not a whole number of at least 1, as 1000 or 1e6")


@click.command()
@support.paths_argument
@click.option("--only", multiple=True, metavar="NAME", help="Stress only this one (repeatable).")
@click.option(
    "--functions",
    type=_number,
    metavar="NUMBER",
    default="1e5",
    show_default=True,
    help="Trials for each statement: a random function with a start; 4 to a function drawn.",
)
@click.option(
    "--time", "seconds", type=click.FloatRange(0), help="Begin nothing after so long (s)."
)
@click.option(
    "--unit-time",
    "unit_seconds",
    type=click.FloatRange(0.1),
    default=900.0,
    show_default=True,
    metavar="S",
    help="Kill the process of a unit after S seconds; it is tried once more and put aside.",
)
@click.option("--adversary", is_flag=True, help="Search for the best ratio of each claim as well.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option(
    "--resume", type=click.Path(path_type=Path), metavar="FILE", help="Journal to write and resume."
)
@support.families_option
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="DIR", help="Write SVGs there.")
def stress(
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    functions: int,
    seconds: float | None,
    unit_seconds: float,
    adversary: bool,
    seed: int,
    resume: Path | None,
    families: tuple[Path, ...],
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
    from plproof.checking.stressing import (
        campaign_on,
        journal_path,
        plots_folder,
        statements_in,
        write_plots,
    )
    from plproof.laboratory.campaigns.campaign import Settings
    from plproof.laboratory.campaigns.journal import JournalError
    from plproof.report.campaign import CampaignBar, show_findings
    from plproof.report.plots import NoPlots, require_plots

    try:
        if plots_folder(plot) is not None:
            require_plots()  # before hours of work, not after
        stated, errors = statements_in(support.files_at(paths), only, families)
        settings = Settings(functions, seconds, adversary, seed, jobs, unit_seconds=unit_seconds)
        campaign = campaign_on(stated, settings, journal_path(resume))
    except (UsageError, JournalError, NoPlots) as error:
        support.stop(str(error))
    try:
        with CampaignBar() as bar:
            found = campaign.run(bar.advance)
    except JournalError as error:  # as on a disk that is full
        support.stop(str(error))
    if campaign.interrupted:
        support.deaf_to_interrupts()
    expected = {s.name: s.expected for s in stated}
    show_findings(found, expected, support.new_console())
    for text in errors:
        click.echo(text, err=True)
    if errors:
        sys.exit(support.BAD_USAGE)
    if plot is not None and not campaign.interrupted:
        try:
            written = 0
            for path in write_plots(stated, plot, seed):
                click.echo(f"{path} written")
                written += 1
            if not written:
                click.echo("nothing to draw: no claim has an inequality to search, or convexity")
        except OSError as error:
            support.stop(f"the plots cannot be written to {plot}: {error.strerror}")
    if campaign.interrupted:
        support.stop("interrupted: this is what was found so far")
    if not campaign.complete:
        click.echo("the time is up: this is what was found so far")
    bad = any(f.quarantined or (f.violations and expected[f.name] != "refuted") for f in found)
    sys.exit(support.FAILED if bad else support.PROVED)


@click.command()
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
@click.option(
    "--boxes",
    type=_number,
    metavar="NUMBER",
    default="20000",
    show_default=True,
    help="How many parts of the box to look at at most.",
)
def estimate(
    formula: str,
    sides: tuple[tuple[float, float], ...],
    constant: Constant,
    tolerance: float,
    boxes: int,
) -> None:
    """Bound the best constant of a function on a box from both sides, with certainty.

    The formula is in x, or x and y, or x, y and z, with + - * / ** sin cos exp log sqrt tanh, also
    as written by hand: x² + 3 sin² x.

    Exit code 0: as narrow as asked; 1: the bounds hold but are wider; 2: bad usage.

    Example: plproof estimate "x**2 + 3*sin(x)**2" --box -10 10
    """
    from plproof.laboratory.certification.estimate import Undecided
    from plproof.laboratory.certification.estimate import estimate as estimated

    try:
        found = estimated(formula, sides, constant, tolerance=tolerance, most_boxes=boxes)
    except (ValueError, Undecided) as error:
        support.stop(str(error))
    click.echo(str(found))
    if not found.reached:
        click.echo(f"wider than asked after {found.boxes:,} boxes; more with --boxes", err=True)
    sys.exit(support.PROVED if found.reached else support.FAILED)
