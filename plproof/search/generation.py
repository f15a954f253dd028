"""Proofs about many points: inequalities are generated as a search needs them (column generation).

[untrusted: the kernel's ``combine`` checks what comes back]

A class of functions has an inequality for every pair of points: N steps make N² of them, and a
proof needs few.  The search starts with neighbours in the order of the points and adds those that
the worst case found so far violates most (Gilmore and Gomory, 1961).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.terms import Term
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.exact import Found, verified
from plproof.search.program import Form, Program
from plproof.search.rounding import certificate, rational_range
from plproof.search.solver import Floats, Solution, least_rate
from plproof.search.templates import Entries, Instance, Line, NotSuited, Setting, add, add_gram

#: from how many points on inequalities are generated: for fewer all of them are no burden
_MANY = 8
#: how many rounds of new inequalities, how many at once, and from which violation on
_ROUNDS, _AT_ONCE, _VIOLATED, _ROUGH = 12, 2.0, 1e-6, 1e-7
#: a miss by less may be one of the solver
_CARRIED = 1e-6
#: how simple the worst case may be, and how many digits of the weights count beside it
_SIMPLE, _DIGITS = (1e-9, 1e-7, 1e-5), 1 << 24
#: which eigenvalues and weights of an answer count, and how precisely equations are solved
_RANK, _ACTIVE, _NEWTON, _PRECISE = 1e-4, 1e-5, 6, 1e-9
_ZERO, _ONE = Fraction(0), Fraction(1)


def generated(setting: Setting) -> tuple[list[Instance], Found] | None:
    """Return instances that carry the goal and an exact certificate for them, or None.

    None says nothing about the goal.
    """
    chosen = dict.fromkeys(_first(setting))
    for _ in range(_ROUNDS):
        program = program_of(setting, list(chosen))
        identity = Form({(i, i): _ONE for i in range(program.size)})
        answer = least_rate(replace(program, bound=identity), tolerance=1e-9)
        if not answer.solved:
            return None
        if answer.first < _CARRIED:
            found = _exact(program, answer)
            return None if found is None else (list(chosen), found)
        new = [instance for instance in _violated(setting, answer) if instance not in chosen]
        if not new:
            return None
        chosen |= dict.fromkeys(new)
    return None


def least_on_all(setting: Setting, bound: Form, target: Form) -> Solution | None:
    """Return the least rate for which rate·bound + target ≥ 0 follows from all instances, or None.

    Inequalities are added until the worst case violates none, of those left out too, by more than
    a small multiple of its size: cutting planes (Kelley, 1960).  Nothing is proved.
    """
    chosen = dict.fromkeys(_first(setting))
    for _ in range(_ROUNDS):
        program = replace(program_of(setting, list(chosen)), bound=bound, target=target)
        answer = least_rate(program, tolerance=_ROUGH)
        if not answer.solved:
            return None
        new = [instance for instance in _violated(setting, answer) if instance not in chosen]
        if not new:
            return answer
        chosen |= dict.fromkeys(new)
    return None


def _first(setting: Setting) -> list[Instance]:
    """Return the instances at neighbours, and at each point with those that stand still."""
    count = len(setting.points)
    still = [n for n in range(count) if not setting.shown["g"][n]]
    moving = [n for n in range(count) if n not in still]
    found: list[Instance] = []
    for template in setting.templates:
        if template.arity == 1:
            found += [(template, (n,)) for n in range(count)]
            continue
        found += [(template, (a, b)) for a, b in pairwise(moving)]
        found += [(template, (a, b)) for a in still for b in moving]
    return found


def program_of(setting: Setting, chosen: Sequence[Instance]) -> Program:
    """Return the program of the goal and these instances."""
    columns = tuple(setting.column(template, places) for template, places in chosen)
    size, free = len(setting.place), (False,) * len(columns)
    return Program(size, len(setting.value), columns, free, Form(), setting.target)


def _violated(setting: Setting, answer: Solution) -> list[Instance]:
    """Return the instances that the worst case violates most, one and a half for each point."""
    size, count = len(setting.place), len(setting.points)
    rows = {kind: np.zeros((count, size)) for kind in setting.shown}
    for kind, vectors in setting.shown.items():
        for n, v in enumerate(vectors):
            for place, c in v.items():
                rows[kind][n, place] = float(c)
    grams = {(k, m): rows[k] @ answer.dual @ rows[m].T for k in rows for m in rows}
    found: list[tuple[float, int, Instance]] = []
    for template in setting.templates:
        slack = np.zeros((count,) * template.arity)
        for (kind, a), (other, b), c in template.entries:
            gram = grams[kind, other]
            entry = np.diag(gram) if a == b else gram if a < b else gram.T
            slack += float(c) * _spread(entry, a if a == b else None, template.arity)
        for place, c in template.values:
            slack += float(c) * _spread(answer.values[:count], place, template.arity)
        for places in zip(*np.nonzero(slack < -_VIOLATED * np.trace(answer.dual)), strict=True):
            where = tuple(map(int, places))
            if len(set(where)) == len(where):
                found.append((float(slack[where]), len(found), (template, where)))
    found.sort(key=lambda item: item[:2])
    return [instance for _, _, instance in found[: int(_AT_ONCE * count)]]


def _spread(entry: Any, place: int | None, arity: int) -> Any:
    """Return the entries of one place as an array over all the places."""
    if place is None or arity == 1:
        return entry
    return entry[:, None] if place == 0 else entry[None, :]


def _exact(program: Program, answer: Solution) -> Found | None:
    """Return an exact certificate: on the face that the worst case shows, else by rounding."""
    worst = _polished(program, answer)
    for tolerance in _SIMPLE:
        weights = _on_a_face(program, rational_range(worst, tolerance), answer.weights)
        if weights is not None:
            found = verified(program, _ZERO, weights)
            if isinstance(found, Found):
                return found
    slow = certificate(program, _ZERO)
    return slow if isinstance(slow, Found) else None


def _polished(program: Program, answer: Solution) -> Floats:
    """Return the Gram matrix of the worst case, to the precision of the numbers.

    A solver leaves it half exact.  At the optimum the slack annihilates the vectors of the worst
    case, no value is left over, and inequalities with a weight are tight there: equations in the
    weights, vectors and values together (Gauss and Newton).
    """
    size, values = program.size, program.values
    spectrum, vectors = np.linalg.eigh(answer.dual)
    if not len(spectrum) or spectrum[-1] <= 0:
        return answer.dual
    kept = spectrum > _RANK * spectrum[-1]
    points = vectors[:, kept] * np.sqrt(spectrum[kept])
    height = answer.values[:values].copy()
    largest = float(np.max(answer.weights, initial=0.0))
    tight = [j for j, w in enumerate(answer.weights) if w > _ACTIVE * largest]
    weights = answer.weights[tight]
    quadratic, linear = _numbers([program.target, *(program.columns[j] for j in tight)], program)
    goal, left = quadratic[0], linear[0]
    quadratic, linear = quadratic[1:], linear[1:]
    rank, count = points.shape[1], len(tight)
    for _ in range(_NEWTON):
        slack = goal - np.tensordot(weights, quadratic, 1)
        pulled = quadratic @ points
        missing = [
            (slack @ points).ravel(),
            left - weights @ linear,
            np.einsum("nir,ir->n", pulled, points) + linear @ height,
        ]
        slope = np.zeros((size * rank + values + count, count + size * rank + values))
        first, second = size * rank, size * rank + values
        slope[:first, :count] = -pulled.reshape(count, -1).T
        slope[:first, count : count + first] = np.kron(slack, np.eye(rank))
        slope[first:second, :count] = -linear.T
        slope[second:, count : count + first] = 2 * pulled.reshape(count, -1)
        slope[second:, count + first :] = linear
        step = np.linalg.lstsq(slope, -np.concatenate(missing), rcond=1e-12)[0]
        weights = weights + step[:count]
        points = points + step[count : count + first].reshape(points.shape)
        height = height + step[count + first :]
        if float(np.max(np.abs(step))) < _PRECISE:
            break
    return np.asarray(points @ points.T)


def _numbers(forms: Sequence[Form], program: Program) -> tuple[Floats, Floats]:
    """Return the matrices and the values of forms."""
    quadratic = np.zeros((len(forms), program.size, program.size))
    linear = np.zeros((len(forms), program.values))
    for n, form in enumerate(forms):
        for (i, j), c in form.quadratic.items():
            quadratic[n, i, j] += float(c) / 2
            quadratic[n, j, i] += float(c) / 2
        for k, c in form.linear.items():
            linear[n, k] = float(c)
    return quadratic, linear


def _on_a_face(
    program: Program, kernel: Sequence[Sequence[Fraction]], near: Floats
) -> dict[int, Fraction] | None:
    """Return weights, near the given ones where they are free, such that no value is left over and
    the slack annihilates the kernel; None when there are none.
    """
    from flint import fmpq, fmpq_mat

    order = sorted(range(len(program.columns)), key=lambda j: -float(near[j]))
    demands = [_demands(program.columns[j], program, kernel) for j in order]
    right = _demands(program.target, program, kernel)
    rows = sorted({r for demand in (*demands, right) for r in demand})
    number_of = {r: n for n, r in enumerate(rows)}
    table = fmpq_mat(len(rows), len(order) + 1)
    for c, demand in enumerate((*demands, right)):
        for r, value in demand.items():
            table[number_of[r], c] = fmpq(value.numerator, value.denominator)
    reduced, rank = table.rref()
    found: list[Any] = [None] * len(order)
    pivots, c = [], 0
    for r in range(rank):
        while reduced[r, c] == 0:
            c += 1
        pivots.append(c)
    if len(order) in pivots:
        return None
    for c in set(range(len(order))) - set(pivots):
        close = Fraction(float(near[order[c]])).limit_denominator(_DIGITS)
        found[c] = fmpq(close.numerator, close.denominator)
    free = [c for c in range(len(order)) if c not in pivots]
    for r, pivot in enumerate(pivots):
        value = reduced[r, len(order)]
        for c in free:
            value -= reduced[r, c] * found[c]
        found[pivot] = value
    return {j: Fraction(int(v.p), int(v.q)) for j, v in zip(order, found, strict=True) if v != 0}


def _demands(
    form: Form, program: Program, kernel: Sequence[Sequence[Fraction]]
) -> dict[int, Fraction]:
    """Return what must vanish of a form: its values, and its matrix times the kernel."""
    found = dict(form.linear)
    for n, v in enumerate(kernel):
        at = program.values + n * program.size
        for (i, j), c in form.quadratic.items():
            if i == j:
                add(found, {at + i: c * v[i]}, _ONE)
            else:
                add(found, {at + i: c * v[j] / 2, at + j: c * v[i] / 2}, _ONE)
    return {r: c for r, c in found.items() if c}


# ---------------------------------------------------------------- the proof
@dataclass(frozen=True)
class Certificate:
    """What the kernel is asked: instances, equations by number, and the summands over both."""

    setting: Setting
    instances: tuple[Instance, ...]
    equations: tuple[int, ...]
    summands: tuple[Summand, ...]

    def theorem(self) -> Thm:
        """Return ⊢ the goal from the hypotheses, as the kernel checks it."""
        premises = []
        for template, places in self.instances:
            th = template.thm
            for place in places:
                th = rules.instantiate(th, value=self.setting.points[place])
            premises.append(th)
        premises += [self.setting.equations[n] for n in self.equations]
        return combine(*premises, goal=self.setting.goal, summands=self.summands)


def certificate_of(setting: Setting, instances: Sequence[Instance], found: Found) -> Certificate:
    """Return the certificate in terms: multiples of equations bring the gradients back."""
    used: list[Instance] = []
    summands: list[Summand] = []
    residual: Entries = dict(setting.grams)
    for j, weight in found.weights.items():
        template, places = instances[j]
        summands.append(Summand(weight, (len(used),)))
        used.append(instances[j])
        for (kind, a), (other, b), c in template.entries:
            one, two = setting.at[places[a]][kind == "g"], setting.at[places[b]][other == "g"]
            add_gram(residual, one, two, -weight * c)
    for d, line in found.squares:
        v: Line = {}
        for n, c in line.items():
            add(v, {setting.basis[n]: c}, _ONE)
            if setting.origin is not None and setting.basis[n] in setting.free:
                add(v, {setting.origin: c}, -_ONE)
        summands.append(Summand(d, (), (setting.term(v),)))
        add_gram(residual, v, v, -d)
    equations = []
    for n, multiplier in setting.multipliers(residual).items():
        if multiplier:
            place = len(used) + len(equations)
            summands.append(Summand(_ONE, (place,), (), setting.term(multiplier)))
            equations.append(n)
    return Certificate(setting, tuple(used), tuple(equations), tuple(summands))


def attempt(p: Proof, goal: Term, facts: Sequence[Fact]) -> Fact | None:
    """Prove a comparison inside a proof, from facts for all points and equations; None if not.

    For statements with many points and with numbers as coefficients; None says nothing.
    """
    try:
        setting = Setting(goal, [fact.thm for fact in facts])
        found = None if len(setting.points) < _MANY else generated(setting)
    except (NotSuited, KernelError):
        return None
    if found is None:
        return None
    return p.fact(certificate_of(setting, *found).theorem(), "multipliers found by search")
