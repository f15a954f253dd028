"""Weights that are polynomials in the step, where multipliers are not unique.

[untrusted: nothing here is believed, the kernel checks what is made of it]

Rates of gradients have many proofs; one that goes on step by step, as a potential that does not
depend on N, has weights that are polynomials in the step of a low degree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flint import fmpq, fmpq_mat

from plproof.proof.forms import ZERO, Line, add, annihilated
from plproof.search.all_steps.numbers import AtNumber, Cut, Family, Role
from plproof.search.many_points.generation import generated
from plproof.search.many_points.multipliers import demands, verified


def regular_weights(
    here: AtNumber, roles: Collection[Role], cut: Cut, degree: int
) -> dict[tuple[Family, int], fmpq] | None:
    """Return weights that are, of each family, a polynomial of that degree in the step, or None."""
    setting = here.setting
    placed = [(at, here.placed(at, cut)) for at in here.neighbours()]
    used = [(at, key, role) for at, key in placed if (role := here.role(key)) in roles]
    instances = [at for at, _, _ in used]
    found = generated(setting, instances, thorough=False) if instances else None
    if found is None:
        return None
    kernel = annihilated([line for _, line in found[1].squares], len(setting.basis))
    lines, right = demands(setting, instances, kernel)
    columns: dict[tuple[Role, int], Line] = {}
    for power in range(degree + 1):  # what is not determined is of a high power, and 0
        for line, (_, (_, step), role) in zip(lines, used, strict=True):
            if power == 0 or role[1] == 0:
                add(columns.setdefault((role, power), {}), line, fmpq(step) ** power)
    solution = _solved(list(columns.values()), right)
    if solution is None:
        return None
    coefficients = dict(zip(columns, solution, strict=True))
    weights = [
        sum(
            (
                coefficients.get((role, power), ZERO) * fmpq(step) ** power
                for power in range(degree + 1)
            ),
            ZERO,
        )
        for _, (_, step), role in used
    ]
    sure = verified(setting, instances, dict(enumerate(weights)))
    return None if sure is None else {used[j][1]: w for j, w in sure.weights.items()}


def _solved(columns: Sequence[Line], right: Line) -> list[fmpq] | None:
    """Return multiples of the columns that make up the right side, 0 where they are free."""
    rows = {row: n for n, row in enumerate(dict.fromkeys(r for c in (*columns, right) for r in c))}
    table = fmpq_mat(len(rows), len(columns) + 1)
    for j, column in enumerate((*columns, right)):
        for row, c in column.items():
            table[rows[row], j] = c
    reduced, rank = table.rref()
    found = [ZERO] * len(columns)
    for n in range(rank):
        pivot = next(j for j in range(len(columns) + 1) if reduced[n, j])
        if pivot == len(columns):
            return None
        found[pivot] = reduced[n, len(columns)]
    return found
