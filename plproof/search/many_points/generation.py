"""Proofs about many points: inequalities are generated as a search needs them (column generation).

[untrusted: the kernel's ``gram`` checks what comes back]

A class of functions has an inequality for every pair of points: N steps make N² of them, and a
proof needs few.  The search starts with neighbours in the order of the points and adds those that
the worst case found so far violates most (Gilmore and Gomory, 1961).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq

from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.terms import Term
from plproof.proof.facts import FOUND, Fact
from plproof.proof.forms import ONE, ZERO, Entries, Line, add, add_gram, exactly, fraction
from plproof.proof.script import Proof
from plproof.search.many_points.faces import WorstCase, simple_lines, solved
from plproof.search.many_points.multipliers import Multipliers, demands, fewest, verified
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Instance, Setting, Slack, Template
from plproof.search.programs.exact import Found
from plproof.search.programs.program import Program
from plproof.search.programs.rounding import certificate
from plproof.search.programs.solver import (
    Columns,
    Floats,
    conic_solver,
    entries_of,
    matrix_of,
    minimised,
)
from plproof.search.programs.surd import without_root

#: how many rounds of new inequalities, how many at once, and from which violation on
_ROUNDS, _AT_ONCE, _VIOLATED, _ROUGH, _FINE = 12, 2.0, 1e-6, 1e-7, 1e-9
#: up to how many inequalities all of them are tried where the first do not carry any rate
_BURDEN = 400
#: a miss by less may be one of the solver; with that much room weights are rounded
_CARRIED, _ROOM = 1e-6, -1e-8
#: how many Newton steps to take before the worst case is read with that tolerance
_SIMPLE = ((0, 3e-5), (1, 1e-7), (5, 1e-10), (0, 1e-5))
#: what numbers of many digits are read with
_MINUTE = 1e-40
#: steps in binary digits of weights that are tried
_DIGITS = 3
#: weights with larger denominators are looked for with fewer instances
_PLAIN = 2**12
#: an entry off the diagonal stands for two, and counts √2 times in the solver's triangles
_HALF = 2.0**-0.5


class Answer(NamedTuple):
    """What the solver said: the least rate, the weights, the worst case and its values."""

    rate: float
    weights: Floats
    tight: Floats  #: the multipliers of weight ≥ 0: by how much the worst case keeps each instance
    gram: Floats
    heights: Floats


def generated(
    setting: Setting, only: Sequence[Instance] = (), thorough: bool = True
) -> tuple[list[Instance], Multipliers] | None:
    """Return instances that carry the goal and exact multipliers for them, or None.

    None says nothing about the goal.  ``only`` are instances that will do, else they are generated;
    without ``thorough`` multipliers that are not found fast are given up.
    """
    solver = _Solver(setting)
    size = range(len(setting.basis))
    identity = Slack({(i, i): ONE for i in size}, {})  # by how much a square may be missed
    chosen = dict.fromkeys(only or _first(setting))
    for _ in range(1 if only else _ROUNDS):
        instances = list(chosen)
        answer = solver.least(instances, identity, setting.target, _FINE)
        if answer is None:  # as when nothing bounds a value
            more = _all(setting)
            if len(chosen) == len(more) or len(more) > _BURDEN:
                return None
            chosen = dict.fromkeys(more)
            continue
        if answer.rate < _CARRIED:
            found = _exact(solver, instances, answer, thorough)
            return None if found is None else (instances, found)
        new = [instance for instance in _violated(solver, answer) if instance not in chosen]
        if not new:
            return None
        chosen |= dict.fromkeys(new)
    return None


def least_on_all(setting: Setting, bound: Slack, target: Slack) -> float | None:
    """Return the least rate for which rate·bound + target ≥ 0 follows from all instances, or None.

    Inequalities are added until the worst case violates none, of those left out too, by more than
    a small multiple of its size: cutting planes (Kelley, 1960).  Nothing is proved.
    """
    found = _least(setting, bound, target, _ROUGH)
    return None if found is None else found[1].rate


def program_of_least(setting: Setting, bound: Slack, target: Slack) -> Program | None:
    """Return the program of that rate with the instances alone that carry it, or None."""
    found = _least(setting, bound, target, _FINE)
    if found is None:
        return None
    instances, answer = found
    carrying = _carrying(answer)
    return _program(setting, [instances[j] for j in carrying], bound, target)


def _least(
    setting: Setting, bound: Slack, target: Slack, tolerance: float
) -> tuple[list[Instance], Answer] | None:
    solver = _Solver(setting)
    chosen = dict.fromkeys(_first(setting))
    for _ in range(_ROUNDS):
        answer = solver.least(list(chosen), bound, target, tolerance)
        if answer is None:
            return None
        new = [instance for instance in _violated(solver, answer) if instance not in chosen]
        if not new:
            return list(chosen), answer
        chosen |= dict.fromkeys(new)
    return None


def _carrying(answer: Answer) -> list[int]:
    """Return the instances whose weights count, by number."""
    weights = answer.weights.tolist()
    largest = max(weights, default=0.0)
    tight = answer.tight.tolist()
    return [j for j, w in enumerate(weights) if w > tight[j] * largest]


def _first(setting: Setting) -> list[Instance]:
    """Return the instances at neighbours, and at each point with those that stand still or that
    an inequality names, as the minimiser in f(x) ≥ f(x*).
    """
    found: list[Instance] = []
    named = {setting.value[a] for t in setting.templates for a, _ in t.fixed}
    for template in setting.templates:
        if template.function is None:
            found.append((template, ()))
            continue
        places = setting.places[template.function]
        if template.arity == 1:
            found += [(template, (n,)) for n in places]
            continue
        gradients = {n: (setting.lines[2 * n + 1], setting.shown[2 * n + 1]) for n in places}
        still = [n for n, (own, left) in gradients.items() if (own and not left) or n in named]
        moving = [n for n in places if n not in still]
        found += [(template, (a, b)) for a, b in pairwise(moving)]
        found += [(template, (a, b)) for a in still for b in moving]
    return [instance for instance in found if _says(setting, instance)]


def _places(setting: Setting, template: Template) -> Sequence[int]:
    return () if template.function is None else setting.places.get(template.function, ())


def _all(setting: Setting) -> list[Instance]:
    """Return the instances at all choices of different places."""
    return [
        instance
        for template in setting.templates
        for places in permutations(_places(setting, template), template.arity)
        if _says(setting, instance := (template, places))
    ]


def _says(setting: Setting, instance: Instance) -> bool:
    """Say whether an instance says more than 0 ≥ 0, as f(x) ≥ f(x*) does at x*."""
    slack = setting.slots(instance)
    return bool(slack.grams or slack.values)


class _Solver:
    """A setting in floats: its instances are columns of a semidefinite program, made once each."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.size, self.values = len(setting.basis), len(setting.points)
        self._lines = [[(i, float(c)) for i, c in v.items()] for v in setting.shown]
        self._columns: dict[Instance, dict[int, float]] = {}

    def entries(self, slack: Slack) -> dict[int, float]:
        """Return a slack by rows as the solver reads it, of what is not zero."""
        return entries_of(slack.grams, slack.values, self.values)

    def column(self, instance: Instance) -> dict[int, float]:
        """Return the slack of an instance in the same way."""
        found = self._columns.get(instance)
        if found is not None:
            return found
        slack = self.setting.slots(instance)
        found = self._columns[instance] = {k: float(c) for k, c in slack.values.items()}
        for (one, other), coefficient in slack.grams.items():
            c, theirs = float(coefficient), self._lines[other]
            for i, d in self._lines[one]:
                for j, e in theirs:
                    low, high = (i, j) if i <= j else (j, i)
                    row = self.values + high * (high + 1) // 2 + low
                    value = c * d * e if i == j else c * d * e * _HALF
                    found[row] = found.get(row, 0.0) + value
        return found

    def least(
        self, instances: Sequence[Instance], bound: Slack, target: Slack, tolerance: float
    ) -> Answer | None:
        """Return the least rate such that rate·bound + target is a sum of the instances and of
        squares; None when the solver is not done.
        """
        clarabel = conic_solver()
        size, values, count = self.size, self.values, len(instances)
        end = values + size * (size + 1) // 2
        first = {row: -c for row, c in self.entries(bound).items()}
        signed = [{**self.column(instance), end + n: -1.0} for n, instance in enumerate(instances)]
        right = [0.0] * (end + count)
        for row, c in self.entries(target).items():
            right[row] = c
        cones = [clarabel.ZeroConeT(values), clarabel.PSDTriangleConeT(size)]
        cones.append(clarabel.NonnegativeConeT(count))
        cost, columns = [1.0] + [0.0] * count, Columns.of([first, *signed], end + count)
        answer = minimised(cost, columns, right, cones, tolerance, quick=True)
        if str(answer.status) not in ("Solved", "AlmostSolved"):
            return None
        x, z = np.array(answer.x), np.array(answer.z)
        gram = matrix_of(z[values:end], size)
        return Answer(float(x[0]), x[1:], z[end:], gram, z[:values])


def _violated(solver: _Solver, answer: Answer) -> list[Instance]:
    """Return the instances that the worst case violates most, twice as many as there are places."""
    setting, end = solver.setting, 2 * solver.values
    shown = np.zeros((len(setting.shown), solver.size))
    for slot, line in enumerate(setting.shown):
        for i, c in line.items():
            shown[slot, i] = float(c)
    whole = shown @ answer.gram @ shown.T
    least = -_VIOLATED * float(np.trace(answer.gram))
    found: list[tuple[float, int, Instance]] = []
    for template in setting.templates:
        if template.function is None:
            continue  # it is among the first
        places = np.array(setting.places[template.function], dtype=int)
        slack = np.zeros((len(places),) * template.arity)
        for one, other, c in template.entries:
            a, b = (slot >> 1 if slot >= 0 else None for slot in (one, other))
            rows, columns = (
                2 * places + (slot & 1) if slot >= 0 else np.array([end - 1 - slot])
                for slot in (one, other)
            )
            if a is not None and b is not None and a != b:
                table = whole[np.ix_(rows, columns)]
                slack += float(c) * (table if a < b else table.T)
            else:
                slack += float(c) * _along(
                    whole[rows, columns], a if b is None else b, template.arity
                )
        for k, c in template.values:
            slack += float(c) * _along(answer.heights[places], k, template.arity)
        for atom, c in template.fixed:
            slack += float(c) * answer.heights[setting.value[atom]]
        for chosen in zip(*np.nonzero(slack < least), strict=True):
            where = tuple(int(places[n]) for n in chosen)
            if len(set(where)) == len(where):
                found.append((float(slack[chosen]), len(found), (template, where)))
    found.sort(key=lambda item: item[:2])
    return [instance for _, _, instance in found[: int(_AT_ONCE * solver.values)]]


def _along(entry: Any, axis: int | None, arity: int) -> Any:
    """Return entries, one for each place or one for all, as an array over all the places."""
    if axis is None or arity == 1:
        return entry
    return entry[:, None] if axis == 0 else entry[None, :]


# ---------------------------------------------------------------- exact multipliers
def _exact(
    solver: _Solver, instances: Sequence[Instance], answer: Answer, thorough: bool
) -> Multipliers | None:
    """Return exact multipliers: rounded where there is room, else on the face that the worst case
    shows, and where neither does by the search that is slow and sure.
    """
    setting = solver.setting
    if answer.rate < _ROOM:
        found = _rounded(setting, instances, answer)
        if found is not None:
            return found
    found = _on_a_face(solver, instances, answer)
    if found is not None or not thorough:
        return found
    program = _program(setting, instances, Slack({}, {}), setting.target)
    slow = certificate(program, fraction(ZERO))
    if not isinstance(slow, Found):
        return None
    weights = {j: exactly(without_root(w)) for j, w in slow.weights.items()}
    squares = [
        (exactly(without_root(d)), {i: exactly(without_root(c)) for i, c in v.items()})
        for d, v in slow.squares
    ]
    total = setting.together((instances[j], w) for j, w in weights.items())
    return Multipliers(weights, squares, total)


def _program(
    setting: Setting, instances: Sequence[Instance], bound: Slack, target: Slack
) -> Program:
    """Return the program of rate·bound + target and these instances."""
    columns = tuple(setting.column(instance).form() for instance in instances)
    size, free = len(setting.basis), (False,) * len(columns)
    return Program(size, len(setting.points), columns, free, bound.form(), target.form())


def _rounded(setting: Setting, instances: Sequence[Instance], answer: Answer) -> Multipliers | None:
    """Return multipliers with few binary digits near those of an answer with room, or None."""
    columns, right = demands(setting, instances, ())
    most = math.ceil(math.log2(4.0 * max(1, len(instances)) / -answer.rate))
    for digits in range(1, most + _DIGITS, _DIGITS):
        weights = solved(columns, right, answer.weights.tolist(), digits)
        if weights is None:
            return None
        found = verified(setting, instances, dict(enumerate(weights)))
        if found is not None:
            return found
    return None


def _on_a_face(
    solver: _Solver, instances: Sequence[Instance], answer: Answer
) -> Multipliers | None:
    """Return multipliers such that the slack annihilates the vectors of the worst case, or None."""
    setting = solver.setting
    chosen = _carrying(answer)
    worst = WorstCase(
        [solver.column(instances[j]) for j in chosen],
        solver.entries(setting.target),
        answer.weights[chosen],
        answer.gram,
        answer.heights,
    )
    before: list[Line] | None = None
    for steps, tolerance in _SIMPLE:
        worst.polished(steps)
        kernel = worst.simple(tolerance)
        if kernel != before:
            found = _with_kernel(setting, instances, chosen, worst, kernel)
            if found is not None:
                return found
        before = kernel
    exact = worst.refined([setting.column(instances[j]) for j in chosen], setting.target)
    if exact is None:
        return None
    kernel = simple_lines(np.array(exact, dtype=object), _MINUTE)
    return _with_kernel(setting, instances, chosen, worst, kernel)


def _with_kernel(
    setting: Setting,
    instances: Sequence[Instance],
    chosen: Sequence[int],
    worst: WorstCase,
    kernel: Sequence[Line],
) -> Multipliers | None:
    """Return multipliers of the chosen instances whose slack annihilates a kernel, or None."""
    columns, right = demands(setting, (instances[j] for j in chosen), kernel)
    weights = solved(columns, right, worst.weights.tolist())
    if weights is None:
        return None
    return verified(setting, instances, dict(zip(chosen, weights, strict=True)))


# ---------------------------------------------------------------- the proof
@dataclass(frozen=True)
class Certificate:
    """What the kernel is asked: the goal, premises, and how often each is used at which points."""

    goal: Term
    premises: tuple[Thm, ...]
    uses: tuple[Use, ...]

    def theorem(self) -> Thm:
        """Return ⊢ the goal from the hypotheses, as the kernel checks it."""
        return gram(*self.premises, goal=self.goal, uses=self.uses)


class Parts(NamedTuple):
    """What a proof is made of: weights of instances, d·‖v‖² for each square, multiples of equations
    by number; vectors are given by atoms.
    """

    weights: list[tuple[Instance, fmpq]]
    squares: list[tuple[fmpq, Line]]
    equations: dict[int, Line]


def parts_by_atoms(setting: Setting, instances: Sequence[Instance], found: Multipliers) -> Parts:
    """Return the parts of a proof: multiples of equations bring the gradients back."""
    residual, squares = _residual(setting, found), []
    for d, line in found.squares:
        v = {setting.basis[n]: c for n, c in line.items()}
        moved = -sum((c for a, c in v.items() if a in setting.free), ZERO)
        if setting.origin is not None and moved:
            v[setting.origin] = moved  # the whole vector does not move with the points
        squares.append((d, v))
        add_gram(residual, v, v, -d)
    weights = [(instances[j], w) for j, w in found.weights.items()]
    return Parts(weights, squares, setting.multipliers(residual))


def _residual(setting: Setting, found: Multipliers) -> Entries:
    """Return the goal's slack less the weighed instances, by atoms as they are written."""
    residual = dict(setting.grams)
    add(residual, setting.spread(found.total.grams, setting.lines), -ONE)
    return residual


def certificate_of(
    setting: Setting, instances: Sequence[Instance], found: Multipliers
) -> Certificate:
    """Return the certificate: weighed instances, and the equations by which vectors go away."""
    residual = _residual(setting, found)
    there = dict.fromkeys(a for pair, c in residual.items() if c for a in pair)
    used = {e for a in there for e in setting.elimination.multiples(a)}
    premises = [setting.equations[e] for e in sorted(used)]
    numbers: dict[Template, int] = {}
    uses = []
    for j, w in found.weights.items():
        template, places = instances[j]
        if template not in numbers:
            numbers[template] = len(premises)
            premises.append(template.thm)
        values = tuple(setting.points[place] for place in places)
        uses.append(Use(fraction(w), numbers[template], values))
    return Certificate(setting.goal, tuple(premises), tuple(uses))


def attempt(p: Proof, goal: Term, facts: Sequence[Fact], points: Sequence[Term]) -> Fact | None:
    """Prove a comparison inside a proof, from facts for all points and equations; None if not.

    For inequalities of one function with numbers as coefficients; ``points`` are more points than
    the statement has.  None says nothing.
    """
    try:
        setting = Setting(goal, [fact.thm for fact in facts], points)
        found = generated(setting)
    except (NotSuited, KernelError):
        return None
    if found is None:
        return None
    if any(w.q > _PLAIN for w in found[1].weights.values()):  # they were rounded: not unique
        found = generated(setting, fewest(setting, *found), thorough=False) or found
    return p.fact(certificate_of(setting, *found).theorem(), FOUND)
