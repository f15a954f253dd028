"""The numeric meaning of propositions: bounds of their slack on a batch of interpretations.

A term is evaluated on a :class:`Model`, a batch of B rows, each row one choice of functions, maps,
numbers, vectors and sequences.  A proposition gets two numbers per row, lb ≤ slack ≤ ub: it is
certainly true where lb ≥ 0 and certainly false where ub < 0.  The slack of a ≤ b is
(b - a)/(|a| + |b|), between its bounds from the rounding model; that of a < b is the same, except
that 0 counts as just below 0; that of a = b is minus the relative distance.  A sampled "for all"
has lb = -inf, a sampled "there is" ub = +inf, what is unknown has both.  Definitions such as
``DifferentiableMap`` or ``Onto`` are decided by what the functions are (:mod:`.decided`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import Floats, Tracked
from plproof.laboratory.arithmetic.slacks import LEAST, equality, everywhere, negated, slack, strict
from plproof.laboratory.arithmetic.spans import Meet, Span
from plproof.laboratory.arithmetic.tables import Table
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit
from plproof.laboratory.meaning.decided import decided, decided_everywhere
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.meaning.samples import Sampler
from plproof.laboratory.meaning.terms import Terms
from plproof.laboratory.meaning.values import Bounds, Closure, Mask, NotEvaluated, Scope, Value
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, LanguageError, Sort
from plproof.language.terms import Term, subterms


class Model(Terms):
    """A batch of interpretations: what every space, variable and known fact is, row by row.

    Arguments: ``batch``, ``dimensions`` and ``values`` as for :class:`Terms`; ``facts``,
    propositions known to hold on the rows of a mask (B,); ``horizon`` K, up to where natural
    numbers are tried; ``seed`` and ``count`` of the samples for quantified variables.
    """

    def __init__(
        self,
        batch: int,
        dimensions: Mapping[str, int],
        values: Mapping[Term, Value],
        horizon: int = 20,
        facts: Mapping[Term, Mask] | None = None,
        seed: Sequence[int] = (0,),
        count: int = 8,
    ) -> None:
        super().__init__(batch, dimensions, values)
        self.facts: dict[Term, Mask] = dict(facts or {})
        self.horizon = horizon
        self._seed, self._count = tuple(seed), count
        self._sampler: Sampler | None = None
        self._decisions: dict[tuple[object, ...], tuple[Bounds | None, Scope]] = {}

    @property
    def sampler(self) -> Sampler:
        """The samples for quantified variables, around the minimisers of the functions."""
        if self._sampler is None:
            anchors: dict[str, list[Floats]] = {}
            for v, value in self.values.items():
                if isinstance(value, Family):
                    anchors.setdefault(v.sort.parts[0].spaces[0], []).append(
                        value.constants.minimiser
                    )
            for v, value in self.values.items():
                if v.sort.kind == "Vec" and isinstance(value, Tracked):
                    near = np.broadcast_to(value.value, (self.batch, value.value.shape[-1]))
                    anchors.setdefault(v.sort.spaces[0], []).append(near)
            self._sampler = Sampler(
                self.batch, self.dimensions, self.horizon, anchors, self._count, self._seed
            )
        return self._sampler

    def take(self, rows: NDArray[np.intp]) -> Model:
        """Return the chosen rows, with the samples that they have here."""
        values = {v: _taken(value, rows) for v, value in self.values.items()}
        facts = {p: mask[rows] for p, mask in self.facts.items()}
        part = Model(
            len(rows), self.dimensions, values, self.horizon, facts, self._seed, self._count
        )
        part._sampler = self.sampler.take(rows)
        return part

    # ------------------------------------------------------------------ propositions
    def truth(self, proposition: Term, scope: Scope = (), axes: int = 0) -> Bounds:
        """Return bounds (B,) of the slack, lb ≤ slack ≤ ub; see the module.

        ``axes`` counts the sample axes in front of the rows inside ``scope``; with any, the bounds
        keep them.  Raises NotEvaluated where there are no numbers for a term.
        """
        return self._bounds(proposition, scope, axes, False)

    def tried(self, proposition: Term) -> Floats:
        """Return lower bounds (B,) of the slack with quantifiers read over their samples alone.

        Where it is at least 0, every sample of a "for all" was seen to be all right: the
        proposition was exercised, and nothing is certain.
        """
        return self._bounds(proposition, (), 0, True)[0]

    def _bounds(self, proposition: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        with np.errstate(all="ignore"):
            low, high = self._truth(proposition, scope, axes, finite)
        if axes:
            return low, high
        return np.broadcast_to(low, (self.batch,)), np.broadcast_to(high, (self.batch,))

    def holds(self, proposition: Term) -> Mask:
        """Return the rows (B,) on which the proposition is certainly true."""
        return self.truth(proposition)[0] >= 0

    def _truth(self, p: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        if not p.loose and p in self.facts:
            mask = self.facts[p]
            if mask.all():
                return everywhere(np.inf)
            return np.where(mask, np.inf, -np.inf), np.full(self.batch, np.inf)
        op, args = p.op, p.args
        if op in ("le", "ge", "lt", "gt"):
            a, b = self.value(args[0], scope), self.value(args[1], scope)
            a, b = (b, a) if op in ("ge", "gt") else (a, b)
            bounds = slack(a, b)
            return strict(bounds) if op in ("lt", "gt") else bounds
        if op == "eq":
            return self._equal(p, scope)
        if op == "in":
            subspace = self.read(args[1], scope)
            if not isinstance(subspace, (Span, Meet)):
                raise NotEvaluated(f"{args[1]} is not a subspace the laboratory has")
            return subspace.contains(self.value(args[0], scope))
        if op == "false":
            return everywhere(-np.inf)
        if op in ("and", "or"):
            return self._joined(p, scope, axes, finite)
        if op == "imp":
            return self._implied(p, scope, axes, finite)
        if op == "app":
            function = self.read(args[0], scope)
            if isinstance(function, Closure):
                inner = (*function.scope, self.read(args[1], scope))
                return self._truth(function.term.args[0], inner, axes, finite)
        if op == "def":
            found = self._decided(p, scope, axes)
            if found is not None:
                low, high = found
                if ((low >= 0) | (high < 0)).all():
                    return found
                below, above = self._unfolded(p, scope, axes, finite)
                return np.maximum(low, below), np.minimum(high, above)
            return self._truth(p.data.unfold(args), scope, axes, finite)
        if op in ("all", "ex"):
            return self._quantified(p, scope, axes, finite)
        raise NotEvaluated(f"the laboratory does not know {op!r}, in {p}")

    def _decided(self, p: Term, scope: Scope, axes: int) -> Bounds | None:
        loose = scope[len(scope) - p.loose :] if p.loose else ()
        key = (p.alpha, axes, *map(id, loose))
        if key not in self._decisions:
            self._decisions[key] = (decided(self, p, scope, axes), loose)
        return self._decisions[key][0]

    def _unfolded(self, p: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        try:
            return self._truth(p.data.unfold(p.args), scope, axes, finite)
        except NotEvaluated:
            return everywhere(None)

    def _joined(self, p: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        (low, high), (low2, high2) = (self._truth(arg, scope, axes, finite) for arg in p.args)
        if p.op == "and":
            return np.minimum(low, low2), np.minimum(high, high2)
        return np.maximum(low, low2), np.maximum(high, high2)

    def _equal(self, p: Term, scope: Scope) -> Bounds:
        left, right = p.args
        if left == right:
            return everywhere(np.inf)
        kind = left.sort.kind
        if kind in ("Fun", "Sub"):
            return everywhere(None)
        a, b = self.value(left, scope), self.value(right, scope)
        return equality(a, b, {"Vec": 1, "Lin": 2}.get(kind, 0))

    def _implied(self, p: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        """The conclusion's bounds where the hypothesis is certain, never mixed with its slack."""
        refuted = p.args[1].op == "false"
        low, high = self._truth(p.args[0], scope, axes, finite and refuted)
        if refuted:
            return negated(high), negated(low)
        if not np.any(low >= 0):  # nowhere certain: only certain falsity says anything
            return np.where(high < 0, np.inf, -np.inf), np.full(np.shape(high), np.inf)
        low2, high2 = self._truth(p.args[1], scope, axes, finite)
        below = np.where(high < 0, np.inf, low2)
        return below, np.where(low >= 0, high2, np.inf)

    def _quantified(self, p: Term, scope: Scope, axes: int, finite: bool) -> Bounds:
        settled = decided_everywhere(self, p, scope) if p.op == "all" else None
        if settled is not None:
            return settled
        sorts, body = [], p
        while body.op == p.op:
            sorts.append(body.data.sort)
            body = body.args[0]
        drawn = self.samples(tuple(sorts), axes, p.op == "ex" and not _counts(body))
        low, high = self._truth(body, (*scope, *drawn), axes + 1, finite)
        least = np.min if p.op == "all" else np.max
        if np.ndim(low) == axes + 2:
            low = least(low, axis=0)
        if np.ndim(high) == axes + 2:
            high = least(high, axis=0)
        if finite:
            return low, high
        if p.op == "all":
            return np.full(np.shape(low), -np.inf), high
        return low, np.full(np.shape(high), np.inf)

    def samples(self, sorts: tuple[Sort, ...], axes: int, exists: bool = False) -> list[Value]:
        """Return what is tried for a block of quantified variables, as ``Sampler.block`` says."""
        points = [s for s in sorts if s.kind != "Fun"]
        try:
            drawn = iter(self.sampler.block(points, axes, exists) if points else ())
            families = [(v.sort, f) for v, f in self.families()]
            return [
                self.sampler.family(s, families) if s.kind == "Fun" else next(drawn) for s in sorts
            ]
        except (LanguageError, KeyError) as error:
            raise NotEvaluated(f"nothing to try for a quantifier: {error}") from error

    # ------------------------------------------------------------------ the failing instance
    def instance(self, proposition: Term, row: int) -> list[tuple[str, Tracked]]:
        """Return the sampled values at which a leading "for all" has its least slack on a row.

        A list of (name of the bound variable, its value as a batch of one), empty when the
        proposition starts otherwise.
        """
        names, sorts, body = [], [], proposition
        while body.op == "all":
            names.append(body.data.name)
            sorts.append(body.data.sort)
            body = body.args[0]
        if not names:
            return []
        drawn = self.samples(tuple(sorts), 0)
        high = self.truth(body, tuple(drawn), 1)[1]
        place = 0 if np.ndim(high) < 2 else int(np.argmin(high[:, row if high.shape[1] > 1 else 0]))
        found = []
        for name, sort, value in zip(names, sorts, drawn, strict=True):
            if not isinstance(value, Tracked):
                raise NotEvaluated(f"a quantifier over {sort.words()}")
            at = value.value[place]
            rows = at[row : row + 1] if at.shape[0] > 1 else at[:1]
            found.append((name, total.exact(rows)))
        return found


def _taken(value: Value, rows: NDArray[np.intp]) -> Value:
    """Return the value of a variable on the chosen rows."""
    if isinstance(value, Tracked):
        return Tracked(value.value[rows], value.error[rows])
    if isinstance(value, (Family, SystemMap, Orbit, Table)):
        return value.take(rows)
    raise NotEvaluated("a variable whose rows cannot be taken apart")


def _counts(p: Term) -> bool:
    """Say whether a proposition quantifies over the natural numbers, with many samples."""
    inside = subterms(unfold_all(p))
    return any(t.op in ("all", "ex") and t.data.sort == NAT for t in inside)


__all__ = ["LEAST", "Bounds", "Closure", "Mask", "Model", "NotEvaluated", "Value", "slack"]
