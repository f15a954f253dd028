"""Exact multipliers of instances: what must vanish, whether it does, and with how few.

[untrusted: the kernel's ``combine`` checks what comes of it]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flint import fmpq

from plproof.proof.forms import ONE, ZERO, Line, add, annihilated, sum_of_squares
from plproof.search.many_points.faces import solved
from plproof.search.many_points.templates import Instance, Setting, Slack


class Multipliers(NamedTuple):
    """Exact weights of instances, by number, and d·‖Σ c·v‖² for each square, in the basis."""

    weights: dict[int, fmpq]
    squares: list[tuple[fmpq, Line]]
    total: Slack  #: what the weighed instances come to; see ``Setting.together``


class Demands:
    """What must vanish of a form in some vectors: its values, and twice its matrix times kernel.

    ``lines`` are the vectors in the basis, ``kernel`` vectors of coordinates there.
    """

    def __init__(self, lines: Sequence[Line], kernel: Sequence[Line], values: int) -> None:
        self._lines, self._values = lines, values
        self._inner = [[_product(line, v) for line in lines] for v in kernel]

    def of(self, slack: Slack) -> Line:
        """Return by row what is not zero; values come first."""
        found = dict(slack.values)
        for n, inner in enumerate(self._inner):
            pulled: Line = {}
            for (i, j), c in slack.grams.items():
                if inner[j]:
                    value = c * inner[j]
                    pulled[i] = pulled[i] + value if i in pulled else value
                if inner[i]:
                    value = c * inner[i]
                    pulled[j] = pulled[j] + value if j in pulled else value
            shift = self._values + n
            for i, c in pulled.items():
                if c:
                    for a, d in self._lines[i].items():
                        row = shift + len(self._inner) * a
                        found[row] = found[row] + c * d if row in found else c * d
        return {row: c for row, c in found.items() if c}


def demands(
    setting: Setting, instances: Iterable[Instance], kernel: Sequence[Line]
) -> tuple[list[Line], Line]:
    """Return what must vanish of instances, and of the goal, where the slack annihilates a kernel.

    The goal is given in the basis, of which the lines are the units.
    """
    values, units = len(setting.points), [{i: ONE} for i in range(len(setting.basis))]
    found = Demands(setting.shown, kernel, values)
    columns = [found.of(setting.slots(instance)) for instance in instances]
    return columns, Demands(units, kernel, values).of(setting.target)


def _product(u: Line, v: Line) -> fmpq:
    if len(v) < len(u):
        u, v = v, u
    total = ZERO
    for a, c in u.items():
        if a in v:
            total = total + c * v[a]
    return total


def verified(
    setting: Setting, instances: Sequence[Instance], weights: Mapping[int, fmpq]
) -> Multipliers | None:
    """Return the multipliers with these weights, None when a weight is negative, a value is left
    over or the slack is no sum of squares.
    """
    weights = {j: w for j, w in weights.items() if w}
    if any(w < 0 for w in weights.values()):
        return None
    total = setting.together((instances[j], w) for j, w in weights.items())
    left = dict(setting.target.values)
    add(left, total.values, -ONE)
    if left:
        return None
    slack = dict(setting.target.grams)
    add(slack, setting.spread(total.grams, setting.shown), -ONE)
    squares = sum_of_squares(slack)
    return None if squares is None else Multipliers(weights, squares, total)


def fewest(setting: Setting, instances: Sequence[Instance], found: Multipliers) -> list[Instance]:
    """Return instances of a proof that carry the goal without the others, none of them for nothing.

    They are left out in turn, those with the least weights first, where the slack still annihilates
    what it does; of those that are left the weights are mostly unique then.
    """
    kernel = annihilated([line for _, line in found.squares], len(setting.basis))
    made, right = demands(setting, (instances[j] for j in found.weights), kernel)
    columns = dict(zip(found.weights, made, strict=True))
    weights = dict(found.weights)
    for j in sorted(weights, key=weights.__getitem__):
        rest = [k for k in weights if k != j]
        if j not in weights or not rest:
            continue
        near = [float(weights[k]) for k in rest]
        others = solved([columns[k] for k in rest], right, near)
        less = others and verified(setting, instances, dict(zip(rest, others, strict=True)))
        weights = less.weights if less else weights
    return [instances[j] for j in weights]
