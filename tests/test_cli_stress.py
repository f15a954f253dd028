"""The command ``stress``: bad places for plots are refused first, an interrupt ends in peace."""

import signal

import pytest
from click.testing import CliRunner

from plproof.checking.discovery import UsageError
from plproof.checking.stressing import plots_folder
from plproof.cli import main
from plproof.laboratory.campaigns.campaign import Campaign
from plproof.laboratory.campaigns.journal import Unit

SQUARE = """
from plproof import *
a = Real("a")
square = Lemma("A square is at least zero", given=dict(a=a > 0), claim=a**2 >= 0)
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "square.py"
    path.write_text(SQUARE)
    return path


def test_a_file_in_the_place_of_the_folder_for_plots_is_said_before_the_work(file, monkeypatch):
    monkeypatch.setattr(Campaign, "run", lambda *_: pytest.fail("work was begun"))
    for place in (file, file / "below"):
        done = CliRunner().invoke(main, ["stress", str(file), "--plot", str(place)])
        assert done.exit_code == 2 and "square.py is no folder to write to" in done.output


def test_a_folder_for_plots_may_be_new(tmp_path):
    for place in (tmp_path, tmp_path / "new" / "newer"):
        assert plots_folder(place) == place
    assert not (tmp_path / "new").exists() and plots_folder(None) is None
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(UsageError, match="taken is no folder"):
        plots_folder(taken)


def test_a_second_interrupt_does_not_cut_what_was_found(file, monkeypatch):
    def run(campaign, progress):
        campaign.interrupted = True
        return campaign.findings()

    monkeypatch.setattr(Campaign, "run", run)
    before = signal.getsignal(signal.SIGINT)
    try:
        done = CliRunner().invoke(main, ["stress", str(file)])
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.exit_code == 1 and "interrupted: this is what was found" in done.output


def test_a_disk_that_fills_up_ends_with_a_line(file, tmp_path, monkeypatch):
    def run(campaign, progress):
        campaign.journal._db.execute("pragma max_page_count = 1")  # as on a full disk
        campaign.journal.record(Unit(0, "check", 0), "done", {"text": "x" * 100_000})

    monkeypatch.setattr(Campaign, "run", run)
    journal = str(tmp_path / "j.db")
    done = CliRunner().invoke(main, ["stress", str(file), "--resume", journal])
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit)
    assert "j.db cannot be written" in done.output and "disk is full" in done.output
