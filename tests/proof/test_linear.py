"""Linear programs: a solution is exact, and “no solution” comes with a reason that is checked."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from plproof.proof.linear import nonnegative_solution

entries = st.integers(-3, 3).map(Fraction)
weights = st.fractions(0, 5, max_denominator=6)


@st.composite
def problems(draw):
    """Columns of equal length and a target."""
    rows = draw(st.integers(1, 4))
    column = st.lists(entries, min_size=rows, max_size=rows)
    return draw(st.lists(column, min_size=1, max_size=6)), draw(column)


@st.composite
def solvable(draw):
    """Columns, and a target that is a combination of them with non-negative weights."""
    columns, _ = draw(problems())
    chosen = draw(st.lists(weights, min_size=len(columns), max_size=len(columns)))
    return columns, combined(columns, chosen), chosen


def combined(columns, factors):
    rows = range(len(columns[0]))
    return [sum((c * col[r] for c, col in zip(factors, columns, strict=True)), Fraction(0))
            for r in rows]  # fmt: skip


def dot(left, right):
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0))


def price(columns, target, gains, level):
    """Return y with y·columnⱼ ≥ gainⱼ and y·target ≤ level, or None: the dual of the program.

    y is split in two non-negative parts and each inequality gets a slack, so that the same solver
    finds it.  What it finds is checked by hand, so a wrong solver cannot agree with itself.
    """
    rows, count = len(target), len(columns)
    dual = []
    for sign in (1, -1):
        for r in range(rows):
            dual.append([sign * col[r] for col in columns] + [sign * target[r]])
    for j in range(count):
        dual.append([Fraction(-int(i == j)) for i in range(count)] + [Fraction(0)])
    dual.append([Fraction(0)] * count + [Fraction(1)])
    found = nonnegative_solution(dual, [*gains, Fraction(level)])
    if found is None:
        return None
    y = [found[r] - found[rows + r] for r in range(rows)]
    for column, gain in zip(columns, gains, strict=True):
        assert dot(y, column) >= gain
    assert dot(y, target) <= level
    return y


@given(solvable())
def test_a_program_made_to_be_solvable_is_solved_exactly(problem):
    columns, target, made = problem
    found = nonnegative_solution(columns, target)
    assert found is not None, f"{columns} has the solution {made} for {target}"
    assert all(w >= 0 for w in found) and combined(columns, found) == target


@given(problems())
def test_a_program_is_solved_or_shown_to_have_no_solution(problem):
    """Farkas, 1902: either c ≥ 0 solves it or some y separates the target, never both."""
    columns, target = problem
    found = nonnegative_solution(columns, target)
    separating = price(columns, target, [Fraction(0)] * len(columns), -1)
    assert (found is None) == (separating is not None), (columns, target, found, separating)
    if found is not None:
        assert all(w >= 0 for w in found) and combined(columns, found) == target


@given(solvable(), st.data())
def test_a_wanted_weight_is_positive_or_shown_to_be_zero_in_every_solution(problem, data):
    """By duality Σ wanted ≤ 0 for every solution exactly when some price y says so."""
    columns, target, _ = problem
    flags = data.draw(st.lists(st.booleans(), min_size=len(columns), max_size=len(columns)))
    gains = [Fraction(int(flag)) for flag in flags]
    found = nonnegative_solution(columns, target, flags)
    reason = price(columns, target, gains, 0)
    assert (found is None) == (reason is not None), (columns, target, flags, found, reason)
    if found is not None:
        assert all(w >= 0 for w in found) and combined(columns, found) == target
        assert dot(gains, found) > 0, f"{found} gives the wanted columns {flags} no weight"


@given(problems(), st.integers(0, 5))
def test_no_target_is_reached_by_columns_that_all_lie_on_its_other_side(problem, place):
    columns, target = problem
    row = place % len(target)
    assume(target[row] != 0)
    side = 1 if target[row] > 0 else -1
    opposite = [[*c[:row], -side * abs(c[row]), *c[row + 1 :]] for c in columns]
    assert nonnegative_solution(opposite, target) is None
