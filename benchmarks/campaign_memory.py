"""Measures whether a campaign needs more memory the longer it runs: it should not.

    python benchmarks/campaign_memory.py [--checks 4e6] [--whole 1e9]

Two measurements in one process each.  First real units of the rate of gradient descent under PL,
all in this process: the resident size after each tenth of ``--checks`` function checks, and what a
straight line through the later ones says 10⁹ checks would add.  Then the books of a campaign of
``--whole`` checks, with units that answer at once what a real one answered: everything a campaign
keeps besides the unit it is at, the journal included, in memory.

Run once to its end, 998,060,032 checks on 1,000,013,824 functions: ``plproof stress theorems/
--only pl_linear_rate --functions 1e9 --seed 9 --resume FILE --jobs 1`` took 72 minutes on a busy
machine and found no violation; its two processes together held 145 to 222 MB in 418 samples of 419,
one each 10 seconds, and 436 MB in the other.
"""

from __future__ import annotations

import argparse
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from machine import one_thread, peak_memory


def resident() -> float:
    """Return the resident size of this process in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this needs /proc, as Linux has it")


def rate() -> Any:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from theorems.gradient_descent.pl_linear_rate import pl_linear_rate

    return pl_linear_rate.statement


def real(checks: int) -> dict[str, Any]:
    """Do units until so many checks are done; print the resident size on the way."""
    from plproof.laboratory.campaigns.units import ROWS, check, survey

    statement = rate()
    yields = survey(statement, 0)["yields"]
    done, marks, number, begin = 0, [], 0, time.process_time()
    result: dict[str, Any] = {}
    while done < checks:
        result = check(statement, 0, number, yields, rows=ROWS)
        done, number = done + result["checks"], number + 1
        if done * 10 >= checks * (len(marks) + 1):
            marks.append((done, resident()))
            print(f"{done:14,} checks: {marks[-1][1]:6.0f} MiB resident")
            sys.stdout.flush()
    later = np.array(marks[len(marks) // 3 :])
    slope = np.polyfit(later[:, 0], later[:, 1], 1)[0] if len(later) > 1 else 0.0
    print(f"{done / (time.process_time() - begin):14,.0f} checks a second")
    print(f"{slope * 1e9:+14,.0f} MiB in 10⁹ checks, by a straight line through the later ones")
    print(f"{peak_memory() / 2**20:14.0f} MiB at most")
    return result


class Answer:
    """Work that answers at once what a unit answered before."""

    def __init__(self, result: dict[str, Any], yields: dict[str, float]) -> None:
        self.result, self.yields = result, yields

    def __call__(self, document: Any, unit: Any, given: Any) -> dict[str, Any]:
        if unit.stage == "survey":
            return {"yields": self.yields, "passes": {}, "note": ""}
        return self.result


def books(whole: int, result: dict[str, Any]) -> None:
    """Run a campaign of so many checks whose units take no time."""
    from plproof.laboratory.campaigns.campaign import Campaign, Settings

    settings = Settings(functions=whole, jobs=0)
    work = Answer(result, {"quadratic": 1.0})
    campaign = Campaign([("rate", rate())], settings, None, work)
    before, begin = resident(), time.process_time()
    (findings,) = campaign.run()
    spent = time.process_time() - begin
    print(f"{findings.checks:14,} checks in {settings.units:,} units on the books, {spent:.0f} s")
    print(f"{resident() - before:+14.0f} MiB for the books, journal in memory")
    print(f"{peak_memory() / 2**20:14.0f} MiB at most")


def main() -> None:
    one_thread()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checks", type=float, default=4e6)
    parser.add_argument("--whole", type=float, default=1e9)
    given = parser.parse_args()
    with get_context("spawn").Pool(1) as pool:  # a process of its own, so that peaks are its own
        result = pool.apply(real, (int(given.checks),))
    with get_context("spawn").Pool(1) as pool:
        pool.apply(books, (int(given.whole), result))


if __name__ == "__main__":
    main()
