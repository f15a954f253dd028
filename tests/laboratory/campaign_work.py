"""Stand-ins for the units of a campaign, for processes to import."""

import os
import sys
import time
from pathlib import Path

from plproof.laboratory.campaigns.campaign import Campaign, Settings
from tests.laboratory.statements import TRUE

STATEMENTS = [("rate", TRUE["PL rate"]), ("decrease", TRUE["sufficient decrease"])]


def counting(document, unit, given):
    """Do nothing but count; the numbers depend on the unit alone."""
    if unit.stage == "survey":
        return {"yields": {"quadratic": 1.0}, "passes": {"smooth": 1.0}, "note": ""}
    rows = given["rows"]
    checks = rows - (unit.number * 7 + unit.task) % 5
    return {
        "functions": rows,
        "checks": checks,
        "worst": 1.0 / (1 + unit.number),
        "violations": 0,
        "counterexample": None,
        "note": "",
    }


def slow(document, unit, given):
    time.sleep(0.02)
    return counting(document, unit, given)


def deadly(document, unit, given):
    """Die on one unit, whenever it is done."""
    if unit[:2] == (1, "check") and unit.number == 3:
        os._exit(9)
    return counting(document, unit, given)


def deadly_once(document, unit, given):
    """Die on the first attempt at a unit of each statement: a file says it was attempted."""
    mark = Path(os.environ["PLPROOF_TEST_MARKS"]) / f"{unit.task}-{unit.number}"
    if unit.stage == "check" and unit.number == 2 and not mark.exists():
        mark.touch()
        os._exit(9)
    return counting(document, unit, given)


def endless(document, unit, given):
    """Never end one unit, in a loop of Python."""
    if unit[:2] == (1, "check") and unit.number == 3:
        while True:
            pass
    return counting(document, unit, given)


def raising(document, unit, given):
    if unit.number == 1:
        raise ValueError("no such number")
    return counting(document, unit, given)


def violating(document, unit, given):
    found = counting(document, unit, given)
    if unit.stage == "check" and unit.task == 0 and unit.number >= 4:
        time.sleep(0.1 if unit.number == 4 else 0.0)  # later units may be done earlier
        example = {"text": f"at {unit.number}", "verdict": "violated (certified)"}
        found |= {"violations": unit.number, "counterexample": example}
    return found


if __name__ == "__main__":  # python -m tests.laboratory.campaign_work JOURNAL UNITS JOBS
    settings = Settings(functions=10 * int(sys.argv[2]), rows=10, jobs=int(sys.argv[3]))
    campaign = Campaign(STATEMENTS, settings, Path(sys.argv[1]), slow)
    results = campaign.run()
    print(campaign.interrupted, sum(r.functions for r in results))
