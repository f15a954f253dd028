"""How fast proofs are replayed and found: kernel steps per second over the theorem library.

Run it from a checkout: ``python benchmarks/proof_steps.py``.  The ratio compares, in one run,
replaying a stored proof with proving the theorem again; sympy's re-check of the same identities is
the named peer of the kernel's own normal form.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from plproof.checking.discovery import theorem_files  # noqa: E402
from plproof.checking.worker import load, theorems_of  # noqa: E402
from plproof.kernel.replay import replay  # noqa: E402
from plproof.language.wire import parse  # noqa: E402
from plproof.proof import second_opinion  # noqa: E402
from plproof.theory.axioms import statements  # noqa: E402


def seconds(run: Callable[[], object], repeat: int = 5) -> float:
    """Return the least wall time of a few runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print a table over the theorem library."""
    second_opinion.recheck_all([])  # import sympy before anything is timed
    print(f"{'theorem':32} {'steps':>6} {'replay':>9} {'steps/s':>9} {'prove':>9} {'sympy':>9}")
    totals = [0.0, 0.0, 0.0, 0.0]
    for file in theorem_files([ROOT / "theorems"]):
        module = load(str(file.path), file.module, str(file.root))
        for name, theorem in theorems_of(module, str(file.path)).items():
            for used in theorems_of(module, str(file.path)).values():
                used.derive()  # what it uses is proved before the clock starts
            start = time.perf_counter()
            theorem._derivation = None
            document = theorem.derive().document()
            proving = time.perf_counter() - start
            text = json.dumps(document)
            checked = replay(parse(text), theorem.statement, statements())
            again = seconds(lambda t=text, s=theorem.statement: replay(parse(t), s, statements()))
            sympy = seconds(lambda c=checked: second_opinion.recheck_all(c.steps))
            count = len(checked.steps)
            totals = [a + b for a, b in zip(totals, (count, again, proving, sympy), strict=True)]
            print(
                f"{name:32} {count:6d} {again * 1e3:7.1f}ms {count / again:9.0f} "
                f"{proving * 1e3:7.1f}ms {sympy * 1e3:7.1f}ms"
            )
    count, again, proving, sympy = totals
    print(f"{'all':32} {count:6.0f} {again * 1e3:7.1f}ms {count / again:9.0f} "
          f"{proving * 1e3:7.1f}ms {sympy * 1e3:7.1f}ms")  # fmt: skip
    print(f"replaying is {proving / again:.1f} times as fast as proving again; "
          f"sympy's re-check takes {sympy / again:.2f} times as long as the replay")  # fmt: skip


if __name__ == "__main__":
    main()
