"""Campaigns: nothing lost, nothing counted twice, the same result however it was reached."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plproof.laboratory.campaigns.campaign import DIED, HUNG, Campaign, Settings, as_data, from_data
from plproof.laboratory.campaigns.journal import Journal, JournalError, Unit
from tests.laboratory import campaign_work as works
from tests.laboratory import statements as the
from tests.laboratory.campaign_work import STATEMENTS

ROOT = Path(__file__).resolve().parents[3]
SMALL = Settings(functions=100, rows=10, jobs=0)


def found(settings, work, path=None, statements=STATEMENTS):
    campaign = Campaign(statements, settings, path, work)
    try:
        return campaign.run()
    finally:
        campaign.close()


def test_statements_survive_being_data():
    for statement in [*the.TRUE.values(), *the.FALSE.values(), *the.ON_OWN_CLASS.values()]:
        assert from_data(json.loads(json.dumps(as_data(statement)))) == statement


def test_a_campaign_counts_every_unit_once():
    results = found(SMALL, works.counting)
    assert [r.functions for r in results] == [100, 100]
    assert results[0].checks == 100 - sum(n * 7 % 5 for n in range(10))
    assert results[0].worst == 0.1 and not results[0].quarantined


def test_statements_are_tried_before_all_are_surveyed_and_none_is_left_out():
    many = [(f"rate {i}", STATEMENTS[0][1]) for i in range(30)]
    order = []

    def noted(document, unit, given):
        order.append(unit)
        return works.counting(document, unit, given)

    results = found(SMALL, noted, statements=many)
    assert all(r.functions == 100 for r in results)
    assert len(order) == len(set(order)) == 30 * 11
    first_check = next(place for place, unit in enumerate(order) if unit.stage == "check")
    assert first_check < 30 <= order.index(Unit(29, "survey", 0)), order[:40]
    rounds = [unit.number for unit in order if unit.stage == "check"]
    assert rounds == sorted(rounds), "no statement waits for another's later rounds"


def test_the_number_of_processes_changes_nothing():
    statements = [("rate", the.TRUE["PL rate"]), ("wrong", the.FALSE["rate twice as fast"])]
    settings = [Settings(functions=500, rows=128, seed=3, jobs=jobs) for jobs in (0, 2)]
    one, two = (Campaign(statements, s).run() for s in settings)
    assert one == two
    assert one[0].checks > 400 and not one[0].violations and one[1].violations
    other = Campaign(statements[1:], Settings(functions=500, rows=128, seed=4, jobs=0)).run()
    assert other != one[1:]


def test_a_campaign_killed_at_any_moment_is_resumed(tmp_path):
    journal, units = tmp_path / "journal", 40
    command = [sys.executable, "-m", "tests.laboratory.campaign_work", journal, str(units), "2"]
    counts = []
    for wanted in (5, 30):
        process = subprocess.Popen(command, cwd=ROOT)
        while process.poll() is None and units_in(journal) < wanted:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        counts.append(units_in(journal))
    assert 5 <= counts[0] < counts[1] < 2 * units
    settings = Settings(functions=10 * units, rows=10, jobs=0)
    assert found(settings, works.counting, journal) == found(settings, works.counting)


def units_in(journal):
    if not journal.exists():
        return 0
    try:
        db = sqlite3.connect(journal)
        return db.execute("select count(*) from unit").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_a_unit_whose_process_dies_again_is_put_aside_and_the_others_are_done():
    results = found(Settings(functions=80, rows=10, jobs=2), works.deadly)
    assert results[0] == found(Settings(functions=80, rows=10, jobs=0), works.counting)[0]
    assert results[1].functions == 70
    assert results[1].quarantined == [f"check 3: {DIED}"]


def test_a_unit_that_never_ends_is_killed_and_put_aside():
    settings = Settings(functions=50, rows=10, jobs=2, unit_seconds=0.5)
    results = found(settings, works.endless)
    assert results[0] == found(Settings(functions=50, rows=10, jobs=0), works.counting)[0]
    assert results[1].functions == 40
    assert results[1].quarantined == [f"check 3: {HUNG.format(0.5)}"]


def test_an_interrupt_from_the_keyboard_shows_what_was_found_and_loses_nothing(tmp_path):
    journal = tmp_path / "journal"
    command = [sys.executable, "-m", "tests.laboratory.campaign_work", journal, "400", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    while process.poll() is None and units_in(journal) < 8:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    interrupted, functions = process.communicate()[0].split()
    assert interrupted == "True"
    surveys = 2
    assert int(functions) == 10 * (units_in(journal) - surveys) < 8000


def test_a_unit_whose_process_dies_once_is_done_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PLPROOF_TEST_MARKS", str(tmp_path))
    settings = Settings(functions=40, rows=10, jobs=2)
    assert found(settings, works.deadly_once) == found(settings, works.counting)


def test_a_unit_that_raises_is_put_aside_with_its_message():
    results = found(SMALL, works.raising)
    assert results[0].functions == 90
    (message,) = results[0].quarantined
    assert re.fullmatch(r"check 1: .*campaign_work\.py:\d+: ValueError: no such number", message)


def test_the_first_violation_counts_whatever_was_done_first():
    for jobs in (0, 2):
        results = found(Settings(functions=200, rows=10, jobs=jobs), works.violating)
        assert results[0].violations == 4 and results[0].functions == 50
        assert results[0].counterexample["text"] == "at 4"
        assert results[0].verdict == "violated (certified)"
        assert results[1].functions == 200 and not results[1].violations


def test_a_time_limit_ends_a_campaign_and_a_journal_goes_on(tmp_path):
    path = tmp_path / "journal"
    campaign = Campaign(STATEMENTS, Settings(functions=10_000, rows=10, seconds=0.2, jobs=0), path)
    campaign.work = works.slow
    first = campaign.run()
    campaign.close()
    assert not campaign.complete and 0 < first[0].functions < 10_000
    more = Settings(functions=200, rows=10, jobs=0)
    assert found(more, works.counting, path) == found(more, works.counting)


def test_an_interrupt_gives_what_was_found_so_far():
    campaign = Campaign(STATEMENTS, SMALL, None, works.counting)

    def interrupt(progress):
        if progress.done == 8:
            raise KeyboardInterrupt

    results = campaign.run(interrupt)
    assert campaign.interrupted and not campaign.complete
    assert sum(r.functions for r in results) == 60


def test_the_journal_of_another_campaign_is_refused(tmp_path):
    path = tmp_path / "journal"
    found(SMALL, works.counting, path)
    with pytest.raises(JournalError, match=r"seed 0, not 1"):
        Campaign(STATEMENTS, Settings(seed=1, rows=10), path)
    with pytest.raises(JournalError, match="other statements"):
        Campaign(STATEMENTS[:1], SMALL, path)
    text = tmp_path / "text"
    text.write_text("not a database, but long enough to be read as one" * 30)
    with pytest.raises(JournalError, match="cannot be used"):
        Campaign(STATEMENTS, SMALL, text)


def test_a_journal_of_results_in_an_earlier_form_is_refused(tmp_path):
    """In those of form 2 the values that a search tried may be null."""
    path = tmp_path / "journal"
    Journal(path, {}).close()
    with sqlite3.connect(path) as db:
        db.execute("update about set data = ?", (json.dumps({"schema": "plproof campaign 2"}),))
    with pytest.raises(JournalError, match="schema 'plproof campaign 2', not"):
        Journal(path, {})


def test_a_full_disk_is_told_and_the_units_before_it_are_kept(tmp_path):
    path = tmp_path / "j.db"
    journal = Journal(path, {})
    journal._db.execute("pragma max_page_count = 12")  # sqlite's own words for a full disk
    with pytest.raises(JournalError, match=r"j\.db cannot be written.*database or disk is full"):
        for number in range(1000):
            journal.record(Unit(0, "check", number), "done", {"text": "x" * 500})
    journal.close()
    again = Journal(path, {})
    kept = [n for n, _, _ in again.results(0, "check")]
    assert kept == list(range(len(kept))) and 0 < len(kept) < 1000
    again.record(Unit(0, "check", len(kept)), "done", {})
    again.close()


def test_a_unit_recorded_twice_counts_once():
    journal = Journal(None, {})
    journal.record(Unit(0, "check", 1), "done", {"functions": 1})
    journal.record(Unit(0, "check", 1), "done", {"functions": 2})
    assert list(journal.results(0, "check")) == [(1, "done", {"functions": 1})]


def test_what_excludes_all_functions_is_named():
    vacuous = [("vacuous", the.VACUOUS["strong beyond smooth"])]
    (result,) = Campaign(vacuous, Settings(functions=512, rows=512, jobs=0)).run()
    assert result.checks == 0 and result.excludes_most == "small"


@pytest.mark.parametrize(
    "wrong",
    [
        {"functions": 0},
        {"seed": -1},
        {"jobs": -1},
        {"rows": 0},
        {"seconds": -1.0},
        {"unit_seconds": 0.0},
    ],
)
def test_settings_outside_their_ranges_are_refused(wrong):
    with pytest.raises(ValueError):
        Settings(**wrong)
