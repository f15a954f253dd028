"""``gram`` answers soon whatever it is given: a few lines can ask for very much work.

What is tried here is refused by a limit, in less time than a reader waits; what is as large as
honest proofs are is not.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

import pytest
from grams import E

from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import Reals, Term, Vectors, eq, forall, ip, rational, sq
from plproof.language.terms import make, number

ONE = Fraction(1)
SECONDS = 5.0  # of one processor
Step = tuple[list[Thm], Term, list[Use]]


def vectors(name: str, count: int) -> list[Term]:
    return list(Vectors(" ".join(f"{name}{n}" for n in range(count)) + ",", E))


def total(parts: Sequence[Term]) -> Term:
    return make("add", tuple(parts))


def unlike_parts(count: int) -> list[Term]:
    """Return 1/(2^16000 + 1), 1/(2^16000 + 3), …: few signs, no two with a common divisor."""
    large = number(2) ** 500
    for _ in range(5):
        large = large * large
    return [1 / (large + (2 * n + 1)) for n in range(count)]


def fractions_in_a_goal(count: int) -> Step:
    names = Reals(" ".join(f"a{n}" for n in range(count)))
    parts = [c * t for c, t in zip(unlike_parts(count), names, strict=True)]
    return [], 0 <= total(parts), []


def fractions_in_equations(count: int) -> Step:
    x, z, y = *vectors("w", 2), vectors("y", count)
    given = [eq(v, c * x) for v, c in zip(y, unlike_parts(count), strict=True)]
    given.append(eq(z, total(y)))
    return [assume(proposition=e) for e in given], sq(z) <= sq(z), []


def fractions_as_weights(count: int) -> Step:
    x, a = vectors("x", 1)[0], Reals("a,")[0]
    weights = [Fraction(1, 2**3900 + 2 * n + 1) for n in range(count)]
    bound = assume(proposition=forall(x, sq(x) >= a))
    return [bound], sq(x) >= 0, [Use(w, 0, (x,)) for w in weights]


def many_points_at_long_values(points: int, values: int, times: int) -> Step:
    names, p, rng = vectors("x", points), vectors("p", points), Random(1)
    bound = assume(proposition=forall(p, 0 <= sq(total(p))))
    long, running = [], total(names)
    for n in range(values):
        running = running + 2 * names[n % points]
        long.append(running)
    uses = [Use(ONE, 0, tuple(rng.choices(long, k=points))) for _ in range(times)]
    return [bound], 0 <= sq(names[0]), uses


def many_uses_of_long_values(points: int, values: int) -> Step:
    names, (p, q) = vectors("x", points), vectors("p", 2)
    bound = assume(proposition=forall([p, q], 0 <= ip(p, q)))
    long, running = [], total(names)
    for n in range(values):
        running = running + rational(n + 2) * names[n % points]
        long.append(running)
    return [bound], 0 <= number(0), [Use(ONE, 0, (s, t)) for s in long for t in long]


def equations_that_grow(count: int) -> Step:
    names, y = vectors("x", 100), vectors("y", count)
    given, running = [], total(names)
    for v in y:
        given.append(assume(proposition=eq(v, running)))
        running = running + (2**40 + 1) * v
    return given, sq(y[-1]) <= sq(y[-1]), []


def more_vectors_than_there_may_be(count: int) -> Step:
    return [], 0 <= total([sq(v) for v in vectors("x", count)]), []


def squares(names: Sequence[Term], size: int, rng: Random) -> Term:
    lines = [total([rng.randrange(-size, size) * v for v in names]) for _ in names]
    return 0 <= total([sq(line) for line in lines])


def a_matrix_of_long_numbers(size: int, exponent: int) -> Step:
    names, base = vectors("x", size), number(10**40)
    rows = [(base + (7 + n)) ** exponent for n in range(size)]
    columns = [(base + (1007 + 3 * n)) ** exponent for n in range(size)]
    parts = []
    for i in range(size):
        for j in range(i + 1):
            c = rows[i] * columns[j] if i > j else 10**12 * (rows[i] * columns[i])
            parts.append(c * ip(names[i], names[j]))
    return [], 0 <= total(parts), []


def sums_of_fractions(count: int) -> Step:
    names, below, rng = vectors("x", 100), 2**3500 + 1, Random(1)
    tops = [number(rng.getrandbits(3500)) for _ in range(12)]
    long = rational(1, below) * total([tops[n % 12] * v for n, v in enumerate(names)])
    y, z = vectors("y", count), vectors("z", count)
    given = [*(eq(long, v) for v in y), *(eq(total(y), v) for v in z)]
    return [assume(proposition=e) for e in given], sq(names[0]) <= sq(names[0]), []


SLOW: dict[str, Callable[[], Step]] = {
    "sums of fractions": lambda: sums_of_fractions(100),
    "a matrix of long numbers": lambda: a_matrix_of_long_numbers(16, 60),
    "fractions in a goal": lambda: fractions_in_a_goal(1_000),
    "fractions in equations": lambda: fractions_in_equations(800),
    "fractions as weights": lambda: fractions_as_weights(2_000),
    "many points at long values": lambda: many_points_at_long_values(60, 200, 20),
    "many uses of long values": lambda: many_uses_of_long_values(120, 60),
    "equations that grow": lambda: equations_that_grow(250),
    "129 vectors": lambda: more_vectors_than_there_may_be(129),
}


@pytest.mark.parametrize("name", SLOW)
def test_what_could_take_for_ever_is_refused_soon(name: str) -> None:
    premises, goal, uses = SLOW[name]()
    started = time.process_time()
    with pytest.raises(KernelError) as caught:
        gram(*premises, goal=goal, uses=uses)
    assert time.process_time() - started < SECONDS
    assert 0 < len(str(caught.value)) < 300_000


def test_what_is_as_large_as_honest_proofs_are_is_decided() -> None:
    assert gram(goal=squares(vectors("x", 24), 10**6, Random(1)), uses=[])
    assert gram(goal=0 <= total([sq(v) for v in vectors("x", 128)]), uses=[])
    chain, given = vectors("x", 51), []
    for old, new in itertools.pairwise(chain):
        given.append(assume(proposition=eq(new, old - rational(1, 97) * chain[0])))
    theorem = gram(*given, goal=sq(chain[-1]) <= sq(chain[0]), uses=[])
    assert len(theorem.hypotheses) == 50
