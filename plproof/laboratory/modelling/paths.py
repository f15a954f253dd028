"""Arbitrary sequences that hypotheses bound, as in 0 < γ_k ≤ 1/L: drawn between their bounds.

Members are drawn one after another.  What a comparison demands of a member is read off its slack at
three values of it, which gives the bound where the slack is of degree one or two; of a vector the
direction is drawn and the length is bounded so.  Whether the hypotheses then hold is decided later,
as for everything that is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.lasting import offset_in
from plproof.laboratory.modelling.models import Assignment, Plan, base_values
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conjuncts
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, number, rebuild, subterms

_COMPARISONS = ("le", "lt", "ge", "gt")
_TRIED = np.array([0.0, 1.0, 2.0])
_SHARES = (2.0**-40, 0.25, 0.5, 1.0 - 2.0**-40, 1.0)


@dataclass(frozen=True)
class _Said:
    """A comparison about members of sequences, said for all values of ``index`` or of one k."""

    comparison: Term
    index: Term | None

    def latest(self, v: Term) -> int | None:
        """Return the largest j with a member k + j, or j, of a sequence in it."""
        return _latest(self.comparison, self.index, v)

    def of_member(self, v: Term, i: int, value: Term) -> Term | None:
        """Return what is said of the member i where it is the latest, written with its value."""
        latest = self.latest(v)
        k = 0 if self.index is None else i - (latest or 0)
        if latest is None or k < 0 or (self.index is None and latest != i):
            return None

        def written(t: Term, _: int) -> Term | None:
            if t == self.index:
                return number(k, NAT)
            if not _of(t, v):
                return None
            at = k + _offset(t, self.index)
            return value if at == i else v[number(at, NAT)]

        return rebuild(self.comparison, written)

    def alike(self, v: Term) -> bool:
        """Say whether it demands the same of every member."""
        if self.index is None:
            return False
        rest = rebuild(
            self.comparison,
            lambda t, _: make("var", (), "s!", t.sort) if _of(t, v) else None,
        )
        return self.latest(v) == 0 and self.index not in free_variables(rest)


@lru_cache(maxsize=1024)  # asked again for each member
def _latest(comparison: Term, index: Term | None, v: Term) -> int | None:
    found = [_offset(t, index) for t in subterms(comparison) if _of(t, v)]
    return max(found) if found and min(found) >= 0 else None


def _of(t: Term, v: Term) -> bool:
    return t.op == "app" and t.args[0] == v


def _offset(t: Term, index: Term | None) -> int:
    """Return j for the member k + j, or j; -1 where the index is another one."""
    if index is None:
        return int(t.args[1].data) if t.args[1].op == "num" else -1
    found = offset_in(t, index)
    return -1 if found is None else found


def bounded_paths(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> dict[Term, Floats]:
    """Return the arbitrary sequences of a proposal, drawn anew where hypotheses bound them.

    Draws from the generator only where they do.  Constant, varying and decreasing sequences, many
    at their bounds.
    """
    said = _said(plan, proposal)
    order = sorted(proposal.paths, key=lambda v: v.sort.parts[1].kind == "Vec")
    about: dict[Term, list[_Said]] = {v: [] for v in order}
    for s in said:
        own = [v for v in order if v in free_variables(s.comparison)]
        if own and s.latest(own[-1]) is not None:
            about[own[-1]].append(s)
    paths = dict(proposal.paths)
    drawn = [v for v in order if about[v]]
    for v in drawn:
        paths[v] = paths[v].copy()
        share = _shares(paths[v].shape[:2], rng)
        alike = all(s.alike(v) for s in about[v])
        known: tuple[Floats, Floats] | None = None
        for i in range(len(paths[v])):
            if known is None or not alike:
                known = _room(v, i, about[v], replace(proposal, paths=paths))
            low, high = known
            if v.sort.parts[1].kind == "Vec":
                size = _between(np.maximum(low, 0.0), high, share[i], np.ones(proposal.batch))
                paths[v][i] *= size[:, None]
            else:
                paths[v][i] = _between(low, high, share[i], paths[v][i])
    return paths


def _said(plan: Plan, proposal: Assignment) -> list[_Said]:
    """Return the comparisons about arbitrary sequences that are demanded of no run."""
    runs = {*plan.method.rules, *plan.descents}
    found = []
    for p, used in (c for part in plan.parts for c in _unfolded(part)):
        if not used & proposal.paths.keys() or used & runs:
            continue
        index = None
        if p.op == "all" and p.data.sort == NAT:
            index = fresh_variable(p.data.name, NAT, used)
            p = open_binder(p, index)
        found += [_Said(c, index) for c in _comparisons(p)]
    return found


@lru_cache(maxsize=1024)  # asked again for each batch of one statement
def _unfolded(part: Term) -> tuple[tuple[Term, frozenset[Term]], ...]:
    """Return what a hypothesis says, definitions unfolded, each with its free variables."""
    return tuple((p, frozenset(free_variables(p))) for p in conjuncts(unfold_all(part)))


def _comparisons(p: Term) -> Iterator[Term]:
    """Yield the comparisons that together imply a proposition; conditions are left out."""
    if p.op in ("and", "imp"):
        for arg in p.args if p.op == "and" else p.args[1:]:
            yield from _comparisons(arg)
    elif p.op in _COMPARISONS:
        yield p


def _shares(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw where members (K+1, B) lie between their bounds, from 0 to 1.

    The same for all k, any, or decreasing.
    """
    same = np.broadcast_to(rng.choice(_SHARES, size=shape[1:]), shape)
    free = rng.uniform(size=shape)
    falling = -np.sort(-free, axis=0)
    kind = rng.random(shape[1])
    found = np.where(kind < 0.5, same, np.where(kind < 0.75, free, falling))
    # some begin just below a bound that is rounded, and may then stay exactly where they are
    found[0] = np.where(kind < 0.25, np.minimum(found[0], 1.0 - 2.0**-30), found[0])
    return found


def _room(v: Term, i: int, said: list[_Said], proposal: Assignment) -> tuple[Floats, Floats]:
    """Return the bounds (B,), (B,) of a member, or of its length in the direction it has."""
    batch = proposal.batch
    low, high = np.full(batch, -np.inf), np.full(batch, np.inf)
    model = Model(batch, proposal.dimensions, base_values(proposal))
    used = [*model.values, *(u for s in said for u in free_variables(s.comparison))]
    size = fresh_variable("s", REAL, used)
    value = size
    if v.sort.parts[1].kind == "Vec":
        direction = fresh_variable("d", v.sort.parts[1], used)
        model.values[direction] = total.exact(proposal.paths[v][i])
        value = size * direction
    model.values[size] = total.exact(_TRIED[:, None])
    for s in said:
        p = s.of_member(v, i, value)
        if p is None:
            continue
        small, large = p.args if p.op in ("le", "lt") else p.args[::-1]
        try:
            slack = model.value(large).value - model.value(small).value
        except NotEvaluated:
            continue
        least, most = interval(np.broadcast_to(slack, (3, batch)), size is not value)
        low, high = np.maximum(low, least), np.minimum(high, most)
    return low, high


def interval(slack: Floats, from_zero: bool) -> tuple[Floats, Floats]:
    """Return where a slack with given values (3, B) at 0, 1 and 2 is at least 0, an interval.

    The whole line where it is not of degree one, or of degree two and concave; with ``from_zero``
    the end that counts is the upper one.
    """
    c = slack[0]
    bend = (slack[2] - 2 * slack[1] + c) / 2
    slope = slack[1] - c - bend
    scale = np.max(np.abs(slack), axis=0)
    straight = np.abs(bend) <= 1e-12 * scale
    with np.errstate(all="ignore"):
        zero = -c / slope
        root = np.sqrt(slope**2 - 4 * bend * c)
        ends = np.sort(np.stack([(-slope - root) / (2 * bend), (-slope + root) / (2 * bend)]), 0)
    concave = ~straight & (bend < 0) & np.isfinite(ends).all(axis=0)
    low = np.where(straight & (slope > 0), zero, np.where(concave, ends[0], -np.inf))
    high = np.where(straight & (slope < 0), zero, np.where(concave, ends[1], np.inf))
    if from_zero:
        low = np.maximum(low, 0.0)
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def _between(low: Floats, high: Floats, share: Floats, free: Floats) -> Floats:
    """Return numbers between bounds, some of them infinite, by their shares."""
    with np.errstate(invalid="ignore"):
        both = low + share * (high - low)
        above = low + np.abs(free) * (1 + np.abs(low)) * share
        below = high - np.abs(free) * (1 + np.abs(high)) * (1 - share)
    one_sided = np.where(np.isfinite(low), above, np.where(np.isfinite(high), below, free))
    found = np.where(np.isfinite(low) & np.isfinite(high), both, one_sided)
    end = np.where(np.isfinite(high), high, 0.0)
    top = _short(end)  # a bound that is a short number is met exactly, others nearly
    near = np.abs(top - end) <= 2.0**-49 * np.abs(end)
    top = np.where(near, top, _short(end - 2.0**-39 * np.abs(end)))
    return np.where((share == 1.0) & np.isfinite(high), top, _short(found))


def _short(x: Floats) -> Floats:
    """Return numbers of 40 binary digits: some are then equal, and differences are exact."""
    mantissa, exponent = np.frexp(x)
    return np.asarray(np.ldexp(np.round(mantissa * 2.0**40), exponent - 40))


__all__ = ["bounded_paths", "interval"]
