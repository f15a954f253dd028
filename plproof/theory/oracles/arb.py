"""The oracle “arb”: inequalities on boxes by adaptive subdivision with arb.  [trusted]

A box is done when an enclosure of the function shows the inequality: the natural one, or the
mean-value form e(m) + Σ ∂ᵢe(box)·(tᵢ − mᵢ).  Where ∂ᵢe keeps its sign the least value is on a side
of the box, which takes the box's place.  What is left is halved.  The work is bounded, the
precision is doubled as boxes get small, and nothing is decided by floating-point numbers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.normal import KernelError
from plproof.language.terms import Term
from plproof.theory.oracles.boxes import Bounds, Goal, Refused, exact, read, said
from plproof.theory.oracles.enclosures import Enclosures, Interval, Undefined

#: operations on intervals before the oracle gives up, a few seconds
MAX_STEPS = 200_000
#: halvings of each variable before a box is given up
MAX_HALVINGS = 60
PRECISION = 64
MAX_PRECISION = 4_096
_CLOSE = Fraction(1, 10**9)  # ends that the reader is shown as one number
_LOCK = threading.Lock()  # the precision is one for the whole process


class OracleMissing(KernelError):
    """What the oracle computes with is not installed."""


@dataclass(frozen=True)
class Verdict:
    """Whether a statement is proved, and in words why it is not."""

    proved: bool
    words: str = ""


@dataclass(frozen=True)
class _Part:
    """A box still to be done; ``weak`` when e ≥ 0 on it shows even e > 0 on the given box."""

    box: tuple[tuple[Fraction, Fraction], ...]
    depth: int
    weak: bool


class _Undecided(Exception):
    """The goal is not decided; the message says where."""


def examine(statement: Term) -> Verdict:
    """Return whether the statement is proved by interval arithmetic, and if not, why."""
    try:
        problem = read(statement)
    except Refused as refusal:
        return Verdict(False, f"it is not of the form the oracle knows: {refusal}")
    try:
        import flint
    except ImportError:
        raise OracleMissing(
            "the oracle 'arb' needs python-flint: pip install 'python-flint>=0.6,<1'"
        ) from None
    if any(bounds.empty() for bounds in problem.box):
        return Verdict(True)
    with _LOCK:
        before = flint.ctx.prec
        try:
            enclosures = Enclosures(flint)
            for goal in problem.goals:
                _decide(goal, problem.box, enclosures)
        except _Undecided as undecided:
            return Verdict(False, f"{undecided}")
        finally:
            flint.ctx.prec = before
    return Verdict(True)


def _decide(goal: Goal, bounds: Sequence[Bounds], enclosures: Enclosures) -> None:
    """Return when the goal is proved on the box; _Undecided otherwise."""
    search = _Search(goal, bounds, enclosures)
    todo = [_Part(tuple((b.low, b.high) for b in bounds), 0, not goal.strict)]
    while todo:
        part = todo.pop()
        if enclosures.steps > MAX_STEPS:
            raise search.undecided(part, "too much work")
        todo += search.rest(part)


class _Search:
    """One goal on its box."""

    def __init__(self, goal: Goal, bounds: Sequence[Bounds], enclosures: Enclosures) -> None:
        self._goal, self._bounds, self._do = goal, bounds, enclosures

    def rest(self, part: _Part) -> list[_Part]:
        """Return boxes that remain to be done so that this one is; none when it is."""
        wide = [i for i, (low, high) in enumerate(part.box) if low < high]
        if not wide:
            self._at_point(part)
            return []
        program = self._goal.program
        self._do.precision(PRECISION << (2 * part.depth // (MAX_HALVINGS * len(part.box))))
        middle = [(low + high) / 2 for low, high in part.box]
        try:
            box = self._do.box(part.box)
            value, slopes = self._do.values_and_slopes(program, box)
            if self._shown(value, part):
                return []
            side = self._side(part, slopes)
            if side is not None:
                return [side]
            centre = [self._do.number(m) for m in middle]
            around = self._do.values(program, centre)
            for slope, t, m in zip(slopes, box, centre, strict=True):
                if slope is not None:
                    shift = self._do.plus(t, self._do.minus(m))
                    around = self._do.plus(around, self._do.times(slope, shift))
            if self._shown(around, part):
                return []
        except Undefined:
            pass
        self._false_at(middle)
        if part.depth >= MAX_HALVINGS * len(part.box):
            raise self.undecided(part, "no enclosure is narrow enough")
        return self._halves(part, max(wide, key=lambda i: part.box[i][1] - part.box[i][0]))

    def _shown(self, value: Interval, part: _Part) -> bool:
        return bool(value[0] >= 0 if part.weak else value[0] > 0)

    def _side(self, part: _Part, slopes: Sequence[Interval | None]) -> _Part | None:
        """Return the side of the box with the least values, None where none is known.

        Where the slope is strictly positive and the low end itself excluded, e > e(low) ≥ 0 there.
        """
        box, weak, moved = list(part.box), part.weak, False
        for i, slope in enumerate(slopes):
            low, high = part.box[i]
            if low == high:
                continue
            bounds = self._bounds[i]
            if slope is None:  # any value will do
                box[i], moved = ((low + high) / 2, (low + high) / 2), True
            elif slope[0] >= 0:
                box[i], moved = (low, low), True
                strictly = bool(slope[0] > 0)
                weak = weak or (strictly and bounds.low_open and low == bounds.low)
            elif slope[1] <= 0:
                box[i], moved = (high, high), True
                strictly = bool(slope[1] < 0)
                weak = weak or (strictly and bounds.high_open and high == bounds.high)
        return _Part(tuple(box), part.depth, weak) if moved else None

    def _halves(self, part: _Part, i: int) -> list[_Part]:
        low, high = part.box[i]
        middle = (low + high) / 2
        return [
            _Part((*part.box[:i], half, *part.box[i + 1 :]), part.depth + 1, part.weak)
            for half in ((middle, high), (low, middle))
        ]

    def _at_point(self, part: _Part) -> None:
        """Decide at a single point, exactly where that is possible."""
        point = [low for low, _ in part.box]
        value = exact(self._goal.program, point)
        if value is not None:
            if value > 0 or (part.weak and value == 0):
                return
            self._false_at(point)
            raise self.undecided(part, f"the difference of the sides is {value} there")
        bits = PRECISION
        while bits <= MAX_PRECISION and self._do.steps <= MAX_STEPS:
            self._do.precision(bits)
            try:
                around = self._do.values(self._goal.program, self._do.box(part.box))
            except Undefined:
                pass
            else:
                if self._shown(around, part):
                    return
                self._false_at(point, around)
            bits *= 2
        raise self.undecided(part, "no enclosure is narrow enough")

    def _false_at(self, point: Sequence[Fraction], value: Interval | None = None) -> None:
        """Raise when the goal is false at the point and the point is within the bounds."""
        if not all(b.holds(t) for b, t in zip(self._bounds, point, strict=True)):
            return
        known = exact(self._goal.program, point)
        if known is not None:
            false = known < 0 or (self._goal.strict and known == 0)
        else:
            try:
                if value is None:
                    where = [self._do.number(t) for t in point]
                    value = self._do.values(self._goal.program, where)
            except Undefined:
                return
            false = bool(value[1] < 0 or (self._goal.strict and value[1] <= 0))
        if false:
            raise _Undecided(f"{said(self._goal.shown)} is false{self._named(point)}")

    def undecided(self, part: _Part, why: str) -> _Undecided:
        """Return the exception that says on which box the goal is not decided."""
        places = []
        for bounds, (low, high) in zip(self._bounds, part.box, strict=True):
            if high - low < _CLOSE:
                places.append(f"{bounds.name} {'near' if low < high else '='} {_shown(low)}")
            else:
                places.append(f"{bounds.name} from {_shown(low)} to {_shown(high)}")
        where = f" for {', '.join(places)}" if places else ""
        return _Undecided(f"{said(self._goal.shown)} is not decided{where}: {why}")

    def _named(self, point: Sequence[Fraction]) -> str:
        pairs = zip(self._bounds, point, strict=True)
        named = ", ".join(f"{b.name} = {_shown(t)}" for b, t in pairs)
        return f" at {named}" if named else ""


def _shown(value: Fraction) -> str:
    """Return a number for the reader: exact when that is short."""
    if len(text := f"{value}") <= 12:
        return text
    try:
        return f"{float(value):.9g}…"
    except OverflowError:
        return f"{text[:9]}…"
