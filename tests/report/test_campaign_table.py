"""The table of a stress campaign: beside a violation stands a slack below 0."""

from rich.console import Console

from plproof.laboratory.campaigns.campaign import Campaign, Findings, Settings
from plproof.report.campaign import findings_table
from tests.laboratory import statements as the


def shown(*found):
    console = Console(width=120)
    with console.capture() as capture:
        console.print(findings_table(found, {}))
    return [line.split() for line in capture.get().splitlines()[1:]]


def test_the_least_slack_of_a_violated_claim_is_below_0():
    statements = [("wrong", the.FALSE["rate twice as fast"]), ("fine", the.TRUE["PL rate"])]
    settings = Settings(functions=256, rows=256, jobs=0)
    wrong, fine = Campaign(statements, settings).run()
    assert wrong.violations and wrong.worst < 0 <= fine.worst
    by_a_hair = Findings("hair", 256, 256, 0.0, violations=1, verdict="violated (certified)")
    rows = shown(wrong, fine, by_a_hair)
    assert float(rows[0][3]) < 0 <= float(rows[1][3]) and rows[2][3:5] == ["below", "0"]
