"""The command ``stress``: bad places for plots are refused first, an interrupt ends in peace."""

import signal

import pytest
from click.testing import CliRunner

from plproof.checking.discovery import UsageError
from plproof.checking.stressing import plots_folder
from plproof.cli import main
from plproof.laboratory.campaigns.campaign import Campaign

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
