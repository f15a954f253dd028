"""Runs of any method on a batch, with rigorous bounds of how far the exact runs may be.

What a rule says outright is computed in balls.  What it says of a minimiser or of a solution is
found by Newton's method, and the exact one enclosed: where the gradient G of the objective rises
by at least m > 0 everywhere, ⟨G(u) − G(v), u − v⟩ ≥ m‖u − v‖², a point v is at most ‖G(v)‖/m away
from the only zero (Nesterov, 2004, theorem 2.1.9 for gradients); a real number also lies between
two where G certainly has opposite signs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.roots import root
from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.arithmetic.total import length
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit
from plproof.laboratory.meaning.evaluate import Mask, Model, NotEvaluated
from plproof.laboratory.meaning.values import LONGEST_CHAIN
from plproof.laboratory.modelling.balls import SMALLEST, Ball, Frame, Number, Plain
from plproof.laboratory.modelling.recursions import Member, Method, Rule
from plproof.laboratory.modelling.stationarity import Interval, Rise, gradient, uses
from plproof.language.binding import substitute
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, number

_NEWTON = 30
_HALVINGS = 12
_CLOSE = 2.0**-50
_WIDENINGS = 5
_WIDTH = 2.0**-20  # of differences, for the matrices of Newton's method alone


class Runs:
    """The members of sequences, the points and the numbers that a method gives, on a model's rows.

    Arguments: ``model`` with the values of everything that no rule gives; ``members`` (B, d) or
    (B,), the free members of sequences; ``numbers``, reals that equations determine, with their
    terms.  Raises NotEvaluated for a method whose terms have no numbers.
    """

    def __init__(
        self,
        model: Model,
        method: Method,
        members: Mapping[Member, Floats],
        numbers: Mapping[Term, Term],
    ) -> None:
        self.model, self.method, self.numbers = model, method, numbers
        sequences = {v for v, _ in members}
        unknown = {*method.rules, *sequences, *(v for v in numbers if v not in model.values)}
        self.frame = Frame(model, self.member, frozenset(unknown))
        self._members: dict[Member, Number] = {
            m: Ball(x, np.zeros(len(x))) if x.ndim > 1 else total.exact(x)
            for m, x in members.items()
        }
        self._open: set[Member] = set()
        self._choices: dict[tuple[Term, Term], Number] = {}
        self._gradients: dict[Term, Term | None] = {}
        self._sound: dict[Rule, Mask] = {}

    # ------------------------------------------------------------ what the rules say
    def member(self, target: Term, index: int) -> Number:
        """Return a member of a sequence; a point or a number (index 0)."""
        key = (target, index)
        if key not in self._members:
            if target.sort.kind == "Fun":  # in order: no long run is followed backwards
                for earlier in range(index):
                    if (target, earlier) not in self._members.keys() | self._open:
                        self._enter((target, earlier))
            self._enter(key)
        return self._members[key]

    def _enter(self, key: Member) -> None:
        target, index = key
        rule = self.method.rule(target, index)
        name = f"{target}[{index}]" if target.sort.kind == "Fun" else f"{target}"
        if key in self._open:
            raise NotEvaluated(f"{name} is said in terms of itself")
        if len(self._open) > LONGEST_CHAIN:
            raise NotEvaluated(f"{name} is said in terms of ever more members")
        if rule is None and target not in self.numbers:
            raise NotEvaluated(f"no hypothesis says what {name} is")
        self._open.add(key)
        try:
            found = (
                self.frame.value(self.numbers[target])
                if rule is None
                else self._placed(rule, index)
            )
        finally:
            self._open.discard(key)
        self._members[key] = self._on_all_rows(found)

    def _on_all_rows(self, x: Number) -> Number:
        batch = self.model.batch
        if isinstance(x, Ball):
            shape = (batch, x.value.shape[-1])
            value = np.broadcast_to(x.value, shape)
            radius = np.broadcast_to(x.radius, (batch,))
            fine = np.isfinite(value).all(axis=-1) & np.isfinite(radius)
            return Ball(np.where(fine[:, None], value, 0.0), np.where(fine, radius, np.inf))
        value = np.broadcast_to(x.value, (batch,))
        fine = np.isfinite(value)
        error = np.where(fine, np.broadcast_to(x.error, (batch,)), np.inf)
        return Tracked(np.where(fine, value, 0.0), np.where(np.isnan(error), np.inf, error))

    def _placed(self, rule: Rule, index: int) -> Number:
        at = {} if rule.index is None else {rule.index: number(index - rule.offset, NAT)}
        place = substitute(rule.place, at)
        if rule.chosen is None:
            return self.frame.value(place)
        assert rule.objective is not None
        energy = substitute(rule.objective, at)
        key = (rule.chosen, energy)
        if key not in self._choices:
            self._choices[key], sound = self._minimiser(rule, energy, self._near(rule, index))
            if rule.index is None:
                self._sound[rule] = sound
        return self.frame.with_values({rule.chosen: self._choices[key]}).value(place)

    def _near(self, rule: Rule, index: int) -> Floats | None:
        """Return where to look first: at the member before."""
        before = self._members.get((rule.target, index - 1))
        return before.value if isinstance(before, Ball) else None

    def sound(self, rule: Rule) -> Mask:
        """Return the rows (B,) on which what a rule says certainly holds, for all k."""
        if rule.chosen is None:
            return np.ones(self.model.batch, dtype=bool)
        if rule.index is not None:
            return self._lasting(rule) & self._divides(rule)
        found = self._sound.get(rule, np.zeros(self.model.batch, dtype=bool))
        return found & self._divides(rule)

    def _divides(self, rule: Rule) -> Mask:
        """Return the rows on which the divisors of a rule certainly are not 0, for all k."""
        apart = np.ones(self.model.batch, dtype=bool)
        for t in rule.divisors:
            if rule.index is not None and self._moving(rule) & {*free_variables(t)}:
                return np.zeros(self.model.batch, dtype=bool)
            low, high = self.frame.bounds(t)
            apart = apart & ((low > 0) | (high < 0))
        return apart

    def _moving(self, rule: Rule) -> set[Term | None]:
        return {*self.method.rules, rule.index} | {m[0] for m in self._members}

    def orbit(self, sequence: Term, last: int) -> Orbit:
        """Return the members 0..last of a sequence."""
        found = [self.member(sequence, i) for i in range(last + 1)]
        errors = [x.radius if isinstance(x, Ball) else x.error for x in found]
        points, distance = np.stack([x.value for x in found]), np.stack(errors)
        known = np.cumprod(np.isfinite(distance), axis=0).sum(axis=0) - 1
        distance = np.where(np.isfinite(distance), distance, 0.0)
        return Orbit(points, distance, known.astype(np.int64))

    def value(self, target: Term) -> Tracked:
        """Return a point (B, d) or a number (B,) that a rule gives."""
        found = self.member(target, 0)
        return found.tracked() if isinstance(found, Ball) else found

    # ------------------------------------------------------------ minimisers
    def _gradient(self, rule: Rule, energy: Term) -> Term:
        assert rule.chosen is not None
        if energy not in self._gradients:
            self._gradients[energy] = gradient(energy, rule.chosen)
        found = self._gradients[energy]
        if found is None:
            raise NotEvaluated(f"the laboratory does not minimise {show(energy)}")
        return found

    def _functions(self, rule: Rule) -> Callable[[Term], Interval]:
        def bounds(f: Term) -> Interval:
            family = self.model.read(f)
            if not isinstance(family, Family):
                raise NotEvaluated(f"{f} is not a function of the catalogue")
            if rule.critical and not family.differentiable:  # there may be no solution
                return np.full(1, -np.inf), np.full(1, np.inf)
            return family.constants.strongly_convex, family.constants.smooth

        return bounds

    def _minimiser(self, rule: Rule, energy: Term, near: Floats | None) -> tuple[Number, Mask]:
        """Return where an objective is least, and the rows on which that is certain."""
        chosen, slope = rule.chosen, self._gradient(rule, energy)
        assert chosen is not None
        rise = Rise(chosen, self.frame.bounds, self._functions(rule)).of(slope)
        low = np.full(self.model.batch, -np.inf)
        low = low if rise is None else np.broadcast_to(rise[0], low.shape)
        if chosen.sort == REAL:
            return self._number(chosen, slope, low, rule.critical)
        return self._point(chosen, slope, low, near)

    def _point(
        self, chosen: Term, slope: Term, low: Floats, near: Floats | None
    ) -> tuple[Ball, Mask]:
        batch, size = self.model.batch, self.model.dimension(chosen.sort.spaces[0])

        def at(points: Floats) -> Ball:
            there = Ball(points, np.zeros(points.shape[:-1]))
            return self.frame.with_values({chosen: there}).vector(slope)

        found = self._home(chosen) if near is None else near
        plain = self._plain(chosen, slope)
        found = _newton(plain, np.array(np.broadcast_to(found, (batch, size))), low)
        left = at(found)
        off = length(left.value) / SMALLEST + left.radius
        with np.errstate(all="ignore"):
            radius = np.where(off == 0, 0.0, off / low * (1.0 + 2.0**-40))
        sound = (low > 0) & np.isfinite(radius)
        return Ball(found, np.where(sound, radius, np.inf)), sound

    def _plain(self, chosen: Term, slope: Term) -> Plain:
        found = self.frame.plain(slope, chosen)
        return lambda x: np.broadcast_to(found(x), x.shape)

    def _home(self, chosen: Term) -> Floats:
        """Return a minimiser of a function on the space of a point."""
        for f, family in self.model.families():
            if f.sort.parts[0] == chosen.sort:
                return family.constants.minimiser
        return np.zeros(self.model.dimension(chosen.sort.spaces[0]))

    def _number(
        self, chosen: Term, slope: Term, low: Floats, critical: bool
    ) -> tuple[Tracked, Mask]:
        batch = self.model.batch

        def at(t: Floats) -> Tracked:
            found = self.frame.with_values({chosen: total.exact(t)}).real(slope)
            return Tracked(
                np.broadcast_to(found.value, t.shape), np.broadcast_to(found.error, t.shape)
            )

        found = root(self._plain(chosen, slope), batch)
        left = at(found)
        with np.errstate(all="ignore"):
            zero = (left.value == 0) & (left.error == 0)
            error = (np.abs(left.value) / SMALLEST + left.error) / low * (1.0 + 2.0**-40)
        error = np.where(zero, 0.0, np.where(low > 0, error, np.inf))
        error = np.where(np.isnan(error), np.inf, error)
        width = 2.0**-50 * (1.0 + np.abs(found))
        for _ in range(_WIDENINGS):  # between two numbers where the slope has opposite signs
            open_ = ~np.isfinite(error) & (critical | (low >= 0)) & (left.error < np.inf)
            if not open_.any():
                break
            tried, reach = _ends(found, width)
            ends = at(tried)
            below = ends.value[0] + SMALLEST * ends.error[0] < 0
            above = ends.value[1] - SMALLEST * ends.error[1] > 0
            error = np.where(open_ & below & above, reach / SMALLEST, error)
            width = width * 256.0
        sound = np.isfinite(error) & ((low >= 0) | critical)
        return Tracked(found, np.where(sound, error, np.inf)), sound

    # ------------------------------------------------------------ for all k
    def _lasting(self, rule: Rule) -> Mask:
        """Return the rows on which there is a minimiser in every step, also beyond the last one."""
        rows = np.ones(self.model.batch, dtype=bool)
        assert rule.chosen is not None and rule.objective is not None
        moving = self._moving(rule)

        def bounds(t: Term) -> Interval:
            if moving & {*free_variables(t)}:
                return np.full(1, -np.inf), np.full(1, np.inf)
            return self.frame.bounds(t)

        rise = Rise(rule.chosen, bounds, self._functions(rule), per_length=True)
        found = rise.of(self._gradient(rule, rule.objective))
        constant = [
            family.constants.constant
            for f, family in self.model.families()
            if uses(rule.objective, f)
        ]
        still = np.logical_and.reduce(constant) if constant else ~rows
        if rule.chosen.sort != REAL:
            still = ~rows
        return rows & (still if found is None else still | (found[0] > 0))


def _ends(found: Floats, width: Floats) -> tuple[Floats, Floats]:
    """Return numbers about ``width`` to the left and right (2, ...), and how far away both are."""
    ends = np.stack([found - width, found + width])  # rounded: their distance is not the width
    return ends, np.max(np.abs(ends - found), axis=0) * (1.0 + 2.0**-40)


def _newton(slope: Plain, start: Floats, low: Floats) -> Floats:
    """Return where a slope (B, d) of points (B, d) is about 0, from (B, d); it rises by ``low``."""
    x = start
    with np.errstate(all="ignore"):
        g = slope(x)
        steep = np.sqrt(np.vecdot(g, g))
        for _ in range(_NEWTON):
            active = (steep > 0) & np.isfinite(steep) & (low > 0)
            if not active.any():
                break
            step = _step(slope, x, g, low)
            reach = _CLOSE * np.max(np.abs(x), axis=-1)  # below it there is only rounding
            active &= np.max(np.abs(step), axis=-1) > reach
            if not active.any():
                break
            scale, waiting, moved = np.ones(len(x)), active.copy(), np.zeros(len(x), dtype=bool)
            best, after = x.copy(), g.copy()
            for _ in range(_HALVINGS):
                tried = x - (scale * waiting)[:, None] * step
                turned = slope(tried)
                good = waiting & (np.sqrt(np.vecdot(turned, turned)) < steep)
                best[good], after[good] = tried[good], turned[good]
                moved |= good
                waiting &= ~good & (scale * np.max(np.abs(step), axis=-1) > reach)
                if not waiting.any():
                    break
                scale = np.where(waiting, scale / 2.0, scale)
            x, g = best, after
            before, steep = steep, np.sqrt(np.vecdot(g, g))
            if not (moved & (steep < 0.5 * before)).any():
                break
    return x


def _step(slope: Plain, x: Floats, g: Floats, low: Floats) -> Floats:
    d = x.shape[-1]
    width = _WIDTH * (1.0 + np.max(np.abs(x), axis=-1))
    moves = width[:, None] * np.eye(d)[:, None, :]  # (d, B, d)
    there = slope(np.concatenate([x + moves, x - moves]))
    bent = np.moveaxis((there[:d] - there[d:]) / (2.0 * width)[:, None], 0, -1)
    bent = np.where(np.isfinite(bent), 0.5 * (bent + bent.swapaxes(-1, -2)), 0.0)
    values, axes = np.linalg.eigh(bent)
    least = np.where(np.isfinite(low) & (low > 0), low, 1.0)[:, None]
    inner = np.matvec(axes.swapaxes(-1, -2), g) / np.maximum(values, 0.5 * least)
    step: Floats = np.matvec(axes, inner)
    return np.where(np.isfinite(step), step, 0.0)


__all__ = ["Runs"]
