"""Terms evaluated through whole runs of a method, in a form that autograd differentiates.

Plain floats, no error bounds: what is found this way is evaluated again with certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as anp
import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.meaning.values import LONGEST_CHAIN
from plproof.laboratory.modelling.recursions import Method, Rule
from plproof.laboratory.worst_case.bfgs import hessians, minimise
from plproof.laboratory.worst_case.frames import Frame, Opened, Smoothly
from plproof.language.sorts import coordinates_of
from plproof.language.terms import Term

Member = tuple[Term, int]
"""A member of a sequence; of a point, with number 0, the point."""


class Unrolled:
    """Values of the free variables, and of terms in them; S rows.

    Arguments: ``functions`` by variable, maps between spaces among them; ``free``, the points and
    members of sequences that are given, (S, d) or (S,); ``numbers`` by variable, floats, whole for
    naturals, (S,), and for linear maps (S, r, c); ``method``, which gives the other members;
    ``dimensions`` d by space and ``rows`` S; ``plain``, the same at plain numbers where this one is
    traced by autograd; ``opened``, terms taken apart for others like this one.
    """

    def __init__(
        self,
        functions: Mapping[Term, Smoothly],
        free: Mapping[Member, Any],
        numbers: Mapping[Term, Any],
        method: Method,
        dimensions: Mapping[str, int],
        rows: int,
        plain: Unrolled | None = None,
        opened: Opened | None = None,
    ) -> None:
        self.functions = functions
        self.method = method
        self.dimensions = dimensions
        self.rows = rows
        self._plain = plain
        self._members: dict[Member, Any] = dict(free)
        self._chosen: dict[tuple[Rule, int], Floats] = {}
        self._open: set[Member] = set()
        self.opened = Opened() if opened is None else opened
        self.frame = Frame(self, numbers)

    def value(self, term: Term) -> Any:
        """Return a number, (S,) or (S, d); NotEvaluated for terms of other kinds."""
        return self.frame.value(term)

    def dimension(self, space: str) -> int:
        """Return the dimension of a space."""
        fixed = coordinates_of(space)
        return self.dimensions[space] if fixed is None else fixed

    def member(self, target: Term, number: int) -> Any:
        """Return a member of a sequence, or a point (number 0), as the method gives it."""
        key = (target, number)
        if key not in self._members:
            if target.sort.kind == "Fun":  # in order: no long run is followed backwards
                for earlier in ((target, i) for i in range(number)):
                    if earlier not in self._members and earlier not in self._open:
                        self._enter(earlier)
            self._enter(key)
        return self._members[key]

    def _enter(self, key: Member) -> None:
        rule = self.method.rule(*key)
        name = f"{key[0]}[{key[1]}]" if key[0].sort.kind == "Fun" else str(key[0])
        if rule is None:
            raise NotEvaluated(f"no hypothesis says what {name} is")
        if key in self._open:
            raise NotEvaluated(f"{name} is said in terms of itself")
        if len(self._open) > LONGEST_CHAIN:
            raise NotEvaluated(f"{name} is said in terms of ever more members")
        self._open.add(key)
        try:
            self._members[key] = self._placed(rule, key[1])
        finally:
            self._open.discard(key)

    def _placed(self, rule: Rule, number: int) -> Any:
        values = {} if rule.index is None else {rule.index: number - rule.offset}
        if rule.chosen is not None:
            best = self._best(rule, number, values)
            values[rule.chosen] = best if rule.chosen.sort.kind == "Vec" else best[:, 0]
        return self.frame.with_values(values).value(rule.place)

    def _best(self, rule: Rule, number: int, values: Mapping[Term, Any]) -> Any:
        """Return where a rule's objective is least (S, n), also as autograd differentiates it.

        One step of Newton's method from the minimiser is nothing, and its derivative that of the
        minimiser (the implicit function theorem); autograd does not follow the search itself.
        """
        plain = self._plain or self
        value, slope = plain._objective(rule, values)
        if (rule, number) not in plain._chosen:
            start = np.zeros((self.rows, self._size(rule)))
            plain._chosen[rule, number] = minimise(value, slope, start)
        best = plain._chosen[rule, number]
        if self._plain is None:
            return best
        inverse = np.linalg.pinv(hessians(slope, best))
        here = self._objective(rule, values)[1](best)
        return best - anp.einsum("sij,sj->si", inverse, here)

    def _size(self, rule: Rule) -> int:
        assert rule.chosen is not None
        sort = rule.chosen.sort
        return self.dimension(sort.spaces[0]) if sort.kind == "Vec" else 1

    def _objective(
        self, rule: Rule, values: Mapping[Term, Any]
    ) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Return the objective (S,) and its gradient (S, n) as functions of the choice (S, n).

        The gradient is a term where the rules of the calculus give one: autograd takes ten times
        as long.
        """
        chosen, objective = rule.chosen, rule.objective
        assert chosen is not None and objective is not None
        vector = chosen.sort.kind == "Vec"

        def at(term: Term, point: Any) -> Any:
            given = point if vector else point[:, 0]
            return self.frame.with_values({**values, chosen: given}).value(term)

        def value(point: Any) -> Any:
            return at(objective, point) + 0.0 * anp.sum(point, axis=-1)

        term = self.opened.slope(objective, chosen)
        if term is None:
            return value, Smoothly.of(value).gradient

        def slope(point: Any) -> Any:
            found = at(term, point)
            return (found if vector or np.ndim(found) == 0 else found[:, None]) + 0.0 * point

        return value, slope
