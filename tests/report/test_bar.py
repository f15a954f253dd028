"""Progress bars: shown on a terminal only, and they count what was done here."""

import pytest

from plproof.laboratory.campaigns.campaign import Progress
from plproof.report.bar import WatchedBar
from plproof.report.campaign import CampaignBar


@pytest.fixture
def terminal(monkeypatch):
    """Make rich take standard error for a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")


def test_a_bar_is_shown_on_a_terminal_unless_nobody_wants_it(terminal):
    assert WatchedBar(doing="a word").bar is not None
    assert WatchedBar(doing="a word", enabled=False).bar is None


def test_without_a_terminal_nothing_is_shown(capsys):
    with CampaignBar() as bar:
        bar.advance(Progress(1, 2, 100, 0))
    assert bar.bar is None and capsys.readouterr().err == ""


def test_the_rate_leaves_out_what_a_journal_had_already(terminal):
    with CampaignBar() as bar:
        for done, trials in ((5, 1000), (6, 1000)):
            bar.advance(Progress(done, 8, trials, 1))
    (task,) = bar.bar.tasks
    assert (task.completed, task.total) == (6, 8)
    assert task.description == "1,000 trials, 1 violated"
    assert task.fields["rate"] == "0 trials/s"
