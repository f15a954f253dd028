"""How fast rates are found and proved, beside PEPit with Clarabel, which finds them as floats.

Run ``python benchmarks/rates.py [--repeats R] [N …]`` with the extra ``bench``.  The claim:
f(x_N) − f* ≤ ‖x₀ − x*‖²/(4N + 2) for gradient descent with step 1 on convex 1-smooth functions
(Drori and Teboulle, 2014).  In one run, interleaved, and the least of a few repeats counts:

- ``PEPit``: modelling and ``solve`` of the problem, the import excluded; it ends in a float.
- ``proof``: from the statement to ⊢ the claim, with the inequalities that the search picks by
  itself: reading the hypotheses, solving, exact multipliers and squares, the kernel's check.
- ``kernel``: the kernel's part of that, applying the rules; ``share`` is its share of the whole,
  ``used`` how many inequalities the proof uses.
- ``solve``: the semidefinite program alone, to the same value within 1e-6 as PEPit, on the
  inequalities of all pairs of points: by cutting planes, that is with few of them at first, and
  done when its worst case violates none of all; it ends in a float, as PEPit does.

Times are of the processor, with one thread for the linear algebra of all of them.  Before each is
timed what the others left behind is cleared away, so that none pays for their memory, and it does a
problem of one step, of other points, so that each finds its code in the caches.

Found on one core of two in November 2026 with PEPit 0.5 and Clarabel 0.11; at N = 1 five such runs
gave 8.8 to 10.8, at N = 20 93 to 103:

     N     PEPit    proof   kernel  share  used    solve  PEPit/proof  PEPit/solve
     1   12.5 ms   1.3 ms   0.4 ms    30%     3   0.3 ms          9.3         42.0
     2   17.0 ms   1.5 ms   0.4 ms    30%     5   0.5 ms         11.5         37.6
     5   40.3 ms   2.4 ms   0.6 ms    26%    11   0.7 ms         17.0         57.6
    10  117.6 ms   3.5 ms   0.8 ms    23%    21   1.1 ms         33.3        106.9
    20  629.9 ms   6.7 ms   1.5 ms    23%    41   2.1 ms         93.5        299.5
    30   1737 ms   9.8 ms   2.1 ms    21%    61   3.1 ms        177.4        558.6
    50   8374 ms  15.9 ms   3.4 ms    22%   101   5.2 ms        526.0       1614.4

Of the 3.5 ms at N = 10 the solver takes 0.8, the statement 0.3, reading it 0.4, exact weights 0.8
and the kernel 0.8.
"""

from __future__ import annotations

import argparse
import gc
import math
import time
import warnings

from machine import one_thread

from plproof import Function, Space, Vector, Vectors, eq, forall, grad, ip, sq
from plproof.kernel import rules
from plproof.language.terms import Term
from plproof.search.many_points.generation import certificate_of, generated, least_on_all
from plproof.search.many_points.templates import Setting
from plproof.search.programs.solver import libraries

STEPS = (1, 2, 5, 10, 20, 30, 50)
AGREEMENT = 1e-6

E = Space("E")
f = Function("f", E)
a, b, xs = Vectors("a b x*", E)


def statement(steps: int, name: str = "x") -> tuple[Term, list[Term]]:
    """Return the claim about that many steps and its hypotheses, as a user states them."""
    x = [Vector(f"{name}{k}", E) for k in range(steps + 1)]
    smooth_convex = forall(
        [a, b], f(a) >= f(b) + ip(grad(f, b), a - b) + sq(grad(f, a) - grad(f, b)) / 2
    )
    method = [eq(x[k + 1], x[k] - grad(f, x[k])) for k in range(steps)]
    claim = f(x[steps]) - f(xs) <= sq(x[0] - xs) / (4 * steps + 2)
    return claim, [smooth_convex, *method, eq(grad(f, xs), 0)]


def setting_of(steps: int, name: str = "x") -> Setting:
    claim, hypotheses = statement(steps, name)
    return Setting(claim, [rules.assume(proposition=h) for h in hypotheses])


def proof(steps: int, name: str = "x") -> tuple[float, float, int]:
    """Return the seconds from the statement to ⊢ the claim, the kernel's, and the inequalities."""
    start = time.process_time()
    setting = setting_of(steps, name)
    found = generated(setting)
    if found is None:
        raise SystemExit(f"no proof was found for N = {steps}")
    certificate = certificate_of(setting, *found)
    handed = time.process_time()
    thm = certificate.theorem()
    end = time.process_time()
    if thm.conclusion != setting.goal or thm.admits:
        raise SystemExit(f"another theorem was proved for N = {steps}")
    return end - start, end - handed, len(certificate.uses)


def solve(steps: int, name: str = "x") -> tuple[float, float]:
    """Return the seconds and the least rate that all inequalities allow."""
    setting = setting_of(steps, name)
    x0, last = Vector(f"{name}0", E), Vector(f"{name}{steps}", E)
    bound, gap = setting.read(sq(x0 - xs)), setting.read(f(xs) - f(last))
    start = time.process_time()
    answer = least_on_all(setting, bound, gap)
    if answer is None:
        raise SystemExit(f"the solver stopped for N = {steps}")
    return time.process_time() - start, answer


def pepit(steps: int) -> tuple[float, float]:
    """Return the seconds that PEPit takes to model and solve the problem, and its value."""
    from PEPit import PEP
    from PEPit.functions import SmoothConvexFunction

    start = time.process_time()
    problem = PEP()
    function = problem.declare_function(SmoothConvexFunction, L=1.0)
    minimiser = function.stationary_point()
    x = problem.set_initial_point()
    problem.set_initial_condition((x - minimiser) ** 2 <= 1)
    for _ in range(steps):
        x = x - function.gradient(x)
    problem.set_performance_metric(function(x) - function(minimiser))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an inaccurate answer is seen by its value
        value = problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0)
    return time.process_time() - start, float(value)


def row(steps: int, repeats: int) -> dict[str, float]:
    """Return the least times of a number of steps, the three ways in turn."""
    best: dict[str, float] = {}
    for _ in range(repeats):
        gc.collect()
        pepit(1)
        peer, theirs = pepit(steps)
        gc.collect()
        proof(1, "y")
        whole, kernel, count = proof(steps)
        gc.collect()
        solve(1, "y")
        bare, ours = solve(steps)
        if abs(ours - theirs) > AGREEMENT:
            raise SystemExit(f"N = {steps}: PEPit finds {theirs}, the full program {ours}")
        times = {"pepit": peer, "proof": whole, "kernel": kernel, "solve": bare, "count": count}
        best = {key: min(best.get(key, value), value) for key, value in times.items()}
    return best


def main() -> None:
    """Print a table, a line for each number of steps, and how the times grow."""
    one_thread()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", nargs="*", type=int, default=list(STEPS), metavar="N")
    parser.add_argument("--repeats", type=int, default=3, help="the least of so many counts")
    arguments = parser.parse_args()
    if min(arguments.steps) < 1 or arguments.repeats < 1:
        parser.error("N and --repeats are at least 1")
    try:
        import PEPit  # noqa: F401
    except ImportError:
        raise SystemExit("PEPit is missing: pip install 'plproof[bench]'") from None
    libraries()
    head = ("N", "PEPit", "proof", "kernel", "share", "used", "solve", "PEPit/proof", "PEPit/solve")
    print("".join(f"{name:>12}" for name in head))
    before: tuple[int, dict[str, float]] | None = None
    growth = []
    for steps in arguments.steps:
        best = row(steps, arguments.repeats)
        cells = [f"{best[name] * 1e3:.1f} ms" for name in ("pepit", "proof", "kernel")]
        cells += [f"{best['kernel'] / best['proof']:.0%}", f"{best['count']:.0f}"]
        cells += [f"{best['solve'] * 1e3:.1f} ms"]
        cells += [f"{best['pepit'] / best[name]:.1f}" for name in ("proof", "solve")]
        print("".join(f"{cell:>12}" for cell in (f"{steps}", *cells)), flush=True)
        if before is not None and before[0] < steps:
            ratio = math.log(steps / before[0])
            powers = (math.log(best[n] / before[1][n]) / ratio for n in ("pepit", "proof", "solve"))
            growth.append((before[0], steps, *powers))
        before = steps, best
    for start, end, *powers in growth:
        shown = ", ".join(
            f"{n} N^{p:.1f}" for n, p in zip(("PEPit", "proof", "solve"), powers, strict=True)
        )
        print(f"growth from {start} to {end}: {shown}")


if __name__ == "__main__":
    main()
