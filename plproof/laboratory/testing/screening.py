"""Plain floats first: on which rows of a batch a proposition needs no closer look.

The careful evaluation (``meaning.evaluate``) carries an error bound with every number and calls a
row false only where the slack is below 0 by more than the bound.  Where the very same numbers
without bounds have a slack of at least 0, that cannot be, and the bounds need not be computed: this
decides most rows of a true statement in a fraction of the time.  Nothing is called false here.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Descent, Orbit
from plproof.laboratory.meaning.decided import decided_everywhere
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.values import Mask
from plproof.laboratory.modelling.models import Assignment
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, subterms

Plain: TypeAlias = Floats | Family | Orbit
Scope: TypeAlias = tuple[Tracked, ...]

_NUMERIC = frozenset(("var", "bound", "num", "add", "neg", "mul", "div", "pow", "real", "sqrt"))


class NotPlain(Exception):
    """Something that only the careful evaluation knows; the message says what."""


def screened(model: Model, proposition: Term) -> Floats | None:
    """Return slacks (B,) in plain floats, samples for quantifiers and all; +inf where unknown.

    A row with a slack of at least 0, and not +inf, is exercised and nothing is wrong with it, as
    the careful evaluation would say up to its rounding errors.  None where the proposition is not
    made of comparisons, "and", "if", and "for all" over what is sampled, between terms without
    sums, maps and functions of their own.
    """
    try:
        with np.errstate(all="ignore"):
            slack = _Screen(model).slack(proposition, (), 0)
    except (NotPlain, NotEvaluated):
        return None
    return np.broadcast_to(slack, (model.batch,))


def closer(slack: Floats, rows: Mask) -> tuple[Mask, Mask]:
    """Return which of the rows are settled by their plain slacks, and which are to be looked at."""
    settled = rows & (slack >= 0) & (slack < np.inf)
    return settled, rows & ~settled


def narrowed(model: Model, proposal: Assignment, rows: Mask) -> tuple[Model, Assignment, Mask]:
    """Return a model and its proposal on the chosen rows alone, and which of theirs these are.

    The model as it is where its rows cannot be taken apart.
    """
    chosen = np.flatnonzero(rows)
    if chosen.size < model.batch:
        try:
            return model.take(chosen), proposal.take(chosen), np.ones(chosen.size, dtype=bool)
        except NotEvaluated:
            pass
    return model, proposal, rows


@lru_cache(maxsize=4096)  # asked again for each batch of one statement
def _is_numeric(t: Term) -> bool:
    """Say whether a term is made of real and natural numbers alone."""
    return all(s.op in _NUMERIC and s.sort in (REAL, NAT) for s in subterms(t))


@lru_cache(maxsize=1024)
def _unfolded(t: Term) -> Term:
    found: Term = t.data.unfold(t.args)
    return found


class _Screen:
    """The plain evaluation on a model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._cache: dict[tuple[object, ...], tuple[Plain, Scope]] = {}
        self._pairs: dict[tuple[int, int], tuple[Floats, Floats]] = {}  # by family and points

    # ------------------------------------------------------------ propositions
    def slack(self, p: Term, scope: Scope, axes: int) -> Floats:
        """Return the upper bound of :meth:`Model.truth` without its tolerance."""
        if not p.loose and p in self.model.facts:
            raise NotPlain("a fact")
        op = p.op
        if op in ("le", "ge", "lt", "gt"):
            return self._compared(p, scope)
        if op == "and":
            return np.minimum(*(self.slack(arg, scope, axes) for arg in p.args))
        if op == "imp":
            return self._implied(p, scope, axes)
        if op == "all":
            return self._everywhere(p, scope, axes)
        raise NotPlain(op)

    def _compared(self, p: Term, scope: Scope) -> Floats:
        small, large = (self.number(arg, scope) for arg in p.args)
        if p.op in ("ge", "gt"):
            small, large = large, small
        size = np.abs(small) + np.abs(large)
        difference = large - small
        slack = np.where(size > 0, difference / size, difference)
        if p.op in ("lt", "gt"):
            slack = np.where(slack <= 0, -1.0, slack)
        return np.where(np.isfinite(slack), slack, np.inf)

    def _implied(self, p: Term, scope: Scope, axes: int) -> Floats:
        """The conclusion where the hypothesis certainly holds, by the careful evaluation."""
        low, _ = self.model.truth(p.args[0], scope, axes)
        if not np.any(low >= 0):
            return np.full(np.shape(low), np.inf)
        return np.where(low >= 0, self.slack(p.args[1], scope, axes), np.inf)

    def _everywhere(self, p: Term, scope: Scope, axes: int) -> Floats:
        if decided_everywhere(self.model, p, scope) is not None:
            raise NotPlain("decided without samples")
        sorts, body = [], p
        while body.op == "all":
            sorts.append(body.data.sort)
            body = body.args[0]
        drawn = self.model.samples(tuple(sorts), axes)
        numbers = tuple(value for value in drawn if isinstance(value, Tracked))
        if len(numbers) < len(drawn):
            raise NotPlain("a quantified function")
        slack = self.slack(body, (*scope, *numbers), axes + 1)
        return np.min(slack, axis=0) if np.ndim(slack) == axes + 2 else slack

    # ------------------------------------------------------------ terms
    def number(self, t: Term, scope: Scope) -> Floats:
        """Return the value of a number or a vector; nan where it is unknown."""
        found = self.read(t, scope)
        if not isinstance(found, np.ndarray):
            raise NotPlain(f"{t} is no number")
        return found

    def read(self, t: Term, scope: Scope) -> Plain:
        """Return the value of a term, computed once for the same values in its scope."""
        loose = scope[len(scope) - t.loose :] if t.loose else ()
        if len(loose) != t.loose:
            raise NotPlain("a bound variable without a value")
        key = (t.alpha, *map(id, loose))
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = (self._computed(t, scope), loose)
        return found[0]

    def _computed(self, t: Term, scope: Scope) -> Plain:
        op, args = t.op, t.args
        if op == "var":
            value = self.model.read(t)
            if isinstance(value, (Family, Orbit)):
                return value
            return _plain(self.model.value(t))
        if op == "num" or (not t.loose and _is_numeric(t)):
            return _plain(self.model.value(t))
        if op == "bound":
            index: int = t.data
            return _plain(scope[len(scope) - 1 - index])
        if op == "def":
            return self.read(_unfolded(t), scope)
        if op == "app":
            return self._applied(self.read(args[0], scope), args[1], scope)
        if op == "grad":
            family = self.read(args[0], scope)
            if not isinstance(family, Family):
                raise NotPlain("a derivative of an explicit function")
            return self._of_family(family, args[1], scope, True)
        if t.sort not in (REAL, NAT) and t.sort.kind != "Vec":
            raise NotPlain(t.sort.words())
        return self._operated(t, scope)

    def _operated(self, t: Term, scope: Scope) -> Floats:
        op = t.op
        if op == "pow":
            return _power(*(self.number(arg, scope) for arg in t.args))
        if op == "div":
            return self._divided(t, scope)
        values = [self.number(arg, scope) for arg in t.args]
        if op == "add":
            found = values[0]
            for value in values[1:]:
                found = found + value
            return found
        if op == "neg":
            return -values[0]
        if op == "real":
            return values[0]
        if op == "mul":
            return values[0] * values[1]
        if op == "smul":
            return values[0][..., None] * values[1]
        if op == "ip":
            return np.asarray(np.vecdot(*np.broadcast_arrays(*values)))
        if op == "sqrt":
            return np.sqrt(np.maximum(values[0], 0.0))
        raise NotPlain(op)

    def _divided(self, t: Term, scope: Scope) -> Floats:
        """Return a quotient, whose divisor certainly is not 0, or exactly 0 where t/0 = 0."""
        if not _is_numeric(t.args[1]):
            raise NotPlain("a quotient by what may be close to 0")
        by = self.model.value(t.args[1], scope)
        known = np.abs(by.value) > SAFETY * UNIT * by.error
        zero = (by.value == 0) & (by.error == 0)
        divisor = np.where(known, by.value, np.where(zero, np.inf, np.nan))
        value = self.number(t.args[0], scope)
        return value / (divisor[..., None] if t.sort.kind == "Vec" else divisor)

    # ------------------------------------------------------------ functions and sequences
    def _applied(self, function: Plain, argument: Term, scope: Scope) -> Floats:
        if isinstance(function, Family):
            return self._of_family(function, argument, scope, False)
        if not isinstance(function, Orbit):
            raise NotPlain("a function of its own")
        return _members(function, function.points, self.number(argument, scope))

    def _of_family(self, family: Family, argument: Term, scope: Scope, slope: bool) -> Floats:
        """Return values of a family, or gradients, where a term says."""
        if not np.isfinite(family.constants.smooth).all():
            raise NotPlain("a function without a constant of smoothness, and so without bounds")
        orbit = self.read(argument.args[0], scope) if argument.op == "app" else None
        if isinstance(orbit, Descent) and orbit.family is family:
            index = self.number(argument.args[1], scope)
            along = orbit.trajectory.gradients if slope else orbit.outcome.values
            return _members(orbit, along, index)
        at = self.number(argument, scope)
        key = (id(family), id(at))  # the cache of terms keeps both alive
        if key not in self._pairs:
            self._pairs[key] = family.stacked(at if at.ndim > 1 else at[None])
        return self._pairs[key][slope]


def _plain(x: Tracked) -> Floats:
    """Return the numbers alone, nan where nothing is known of them."""
    if not x.error.any():
        return x.value
    wide = np.isinf(np.broadcast_to(x.error, x.value.shape))
    return np.where(wide, np.nan, x.value) if wide.any() else x.value


def _consecutive(index: Floats) -> bool:
    """Say whether a stack of whole numbers (S, 1) counts up by one, the same on all rows."""
    if index.ndim != 2 or index.shape[1] != 1:
        return False
    return bool(index[0, 0] >= 0 and (np.diff(index[:, 0]) == 1.0).all())


def _power(base: Floats, exponent: Floats) -> Floats:
    """Return powers, those of consecutive exponents by multiplication."""
    if not _consecutive(exponent) or base.ndim > 1:
        return np.asarray(base**exponent)
    found = np.empty((len(exponent), *base.shape[-1:]))
    found[0] = base ** exponent[0, 0]
    for before, power in itertools.pairwise(found):
        np.multiply(before, base, power)
    return found


def _members(orbit: Orbit, along: Floats, index: Floats) -> Floats:
    """Return members of what is known along an orbit, (K+1, B) or (K+1, B, d); nan beyond."""
    last = orbit.horizon
    whole = bool((orbit.known >= last).all())
    if whole and _consecutive(index) and index[0, 0] <= last:
        first, count = int(index[0, 0]), len(index)
        found = along[first : first + count]
        if len(found) == count:
            return found
        beyond = np.full((count - len(found), *along.shape[1:]), np.nan)
        return np.concatenate([found, beyond])
    unknown = ~(index <= orbit.known) | (index < 0)
    place = np.where(unknown, 0, index).astype(np.intp)
    if place.ndim and place.shape[-1] > 1:
        found = along[place, np.arange(along.shape[1])]
    else:
        found = along[np.broadcast_to(place, unknown.shape), np.arange(along.shape[1])]
    return np.where(unknown[..., None] if along.ndim > 2 else unknown, np.nan, found)


__all__ = ["NotPlain", "closer", "narrowed", "screened"]
