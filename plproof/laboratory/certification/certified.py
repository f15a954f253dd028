"""Suspected violations, checked again in ball arithmetic and exact rationals.

Every number of a case is taken at face value and the run of the method is the exact one.  The
precision of arb is doubled until all signs are certain; equality is decided in rationals; what one
arithmetic has decided stays decided.  The verdict is ``VIOLATED`` only if every hypothesis
certainly holds and the conclusion certainly fails: membership in classes of functions by their
certified constants, differentiability by the formulas of functions and maps, ranks and signatures
of linear maps by elimination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from plproof.laboratory.certification.exact_quadratics import holds_everywhere
from plproof.laboratory.certification.precise import Field, Undecided
from plproof.laboratory.certification.precise_maps import PreciseMap, Subspace, positive_index, rank
from plproof.laboratory.certification.precise_runs import Members
from plproof.laboratory.certification.precise_terms import Closure, PreciseTerms, Value
from plproof.laboratory.certification.precise_terms import Sequence as _Sequence
from plproof.laboratory.families import ConstantFunction, Family, LeastSquares, Quadratic
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.decided import SMOOTH, decided, decided_everywhere, smooth
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.meaning.regions import everywhere_near
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import FUNCTION_CLASSES, NEAR, said_apart
from plproof.laboratory.modelling.lasting import lasting
from plproof.laboratory.modelling.stated import Stated, implied, lipschitz, radicand
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.printing import show
from plproof.language.propositions import up_to
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, number, subterms
from plproof.theory import functions, systems
from plproof.theory.functions import Convex, Differentiable, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

VIOLATED = "violated (certified)"
NOT_DECIDED = "not decided"

PRECISIONS: tuple[int | None, ...] = (64, 128, None, 256, 512, 1024, 2048, 4096)
"""Bits of arb, in this order; None: exact rationals, which alone decide equality."""


@dataclass(frozen=True)
class Verdict:
    """What a re-check says: ``VIOLATED``, ``NOT_DECIDED``, or "" when there is no violation.

    ``how``: the arithmetic that decided, or what stood in the way.
    """

    kind: str
    how: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}" if self.kind else "no violation"


def recheck(case: Case, precisions: Sequence[int | None] = PRECISIONS) -> Verdict:
    """Decide whether a case of one row, with the numbers in it, is a violation."""
    open_questions = dict.fromkeys((*case.given, case.conclusion), "")
    for bits in precisions:
        with Field(bits) as field:
            try:
                judge = Judge(case, field)
            except NotEvaluated as error:
                return Verdict(NOT_DECIDED, str(error))
            except Undecided as error:
                open_questions = dict.fromkeys(open_questions, str(error))
                continue
            for p in list(open_questions):
                try:
                    holds = judge.truth(p)
                except (NotEvaluated, NotImplementedError) as error:  # rounded numbers need more
                    return Verdict(NOT_DECIDED, str(error))
                except Undecided as error:
                    open_questions[p] = str(error)
                    continue
                if holds is None:
                    open_questions[p] = f"{show(p)} is not certain"
                    continue
                if holds == (p == case.conclusion):
                    return Verdict("", repr(field))
                del open_questions[p]
            if not open_questions:
                return Verdict(VIOLATED, repr(field))
    return Verdict(NOT_DECIDED, next(iter(open_questions.values())))


class Judge(PreciseTerms):
    """Values of terms and truth of propositions for one case in one field."""

    def truth(self, p: Term, scope: tuple[Value, ...] = ()) -> bool | None:
        """Return whether a proposition certainly holds, certainly fails, or neither (None)."""
        op, args = p.op, p.args
        if op == "eq" and self._by_definition(p):
            return True
        if p in self.for_ever:
            return True
        if self.runs is not None and p in self.runs.method.said and self.runs.sound(p):
            return True
        if op in ("le", "lt", "ge", "gt", "eq"):
            return self._compared(p, scope)
        if op == "false":
            return False
        if op in ("and", "or"):
            parts = [self._tried(arg, scope) for arg in args]
            decisive = op == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        if op == "imp":
            given = self._tried(args[0], scope)
            if given is False:
                return True
            then = self._tried(args[1], scope)
            return then if given or then else None
        if op == "def":
            known = self._decided(p, scope) if not p.loose else None
            return self.truth(p.data.unfold(args), scope) if known is None else known
        if op == "in":
            subspace = self.value(args[1], scope)
            if isinstance(subspace, Subspace):
                return subspace.contains(self.value(args[0], scope))
            return None
        if op == "app":
            function = self.value(args[0], scope)
            if isinstance(function, Closure):
                inner = (*function.scope, self.value(args[1], scope))
                return self.truth(function.term.args[0], inner)
        if op == "all" and not p.loose:
            if self._never_below(p):
                return True
            if p.data.sort == NAT and (found := self.up_to(p)) is not None:
                return found
            if self._holds_everywhere(p):
                return True
            return False if self._fails_somewhere(p) else None
        if op == "ex" and not p.loose and p.data.sort == REAL:
            tried = (open_binder(p, number(size)) for size in NEAR)
            return True if any(self._tried(q, ()) is True for q in tried) else None
        if op == "ex" and not p.loose and p.data.sort.kind == "Vec":
            return True if self._exists_along_an_axis(p) else None
        return None

    @cached_property
    def for_ever(self) -> set[Term]:
        """What certainly holds of arbitrary sequences for all k, among the hypotheses."""
        a = self.case.assignment
        self.__dict__["for_ever"] = set()  # while the instances for single k are decided

        given = {*self.plan.method.said, *self.plan.descents.values()}

        def signed(t: Term, strict: bool) -> bool:
            zero = self.field.number(0)
            return bool(self.value(t) > zero if strict else self.value(t) >= zero)

        try:
            found = lasting(
                [p for p in self.plan.parts if p not in given],
                [v for v, x in a.paths.items() if len(x) > a.iterations],
                a.iterations,
                lambda q: self._tried(q, ()) is True,
                signed,
            )
        except (Undecided, NotEvaluated):
            return set()
        return {p for p, holds in found.items() if holds}

    def up_to(self, p: Term) -> bool | None:
        """Decide “for all k ≤ n” by trying each; None: not this form, or not decided."""
        bounded = up_to(p)
        if bounded is None:
            return None
        steps = range(self.value(bounded[1]) + 1)
        parts = [self._tried(open_binder(p, number(i, NAT)), ()) for i in steps]
        return False if False in parts else None if None in parts else True

    def _exists_along_an_axis(self, p: Term) -> bool:
        """Say whether a coordinate vector is what "there is a vector" asks for."""
        size = self.dimension(p.data.sort.spaces[0])
        units = ([self.field.number(i == j) for i in range(size)] for j in range(size))
        return any(self._tried(p.args[0], (unit,)) is True for unit in units)

    def _tried(self, p: Term, scope: tuple[Value, ...]) -> bool | None:
        try:
            return self.truth(p, scope)
        except Undecided:
            return None

    def _by_definition(self, p: Term) -> bool:
        """Say whether an equation holds because a variable was given the value that it says."""
        if all(p != equation for _, equation in self._equations):
            return False
        divisor = self.plan.divisors.get(p)
        return divisor is None or self.value(divisor).sign() != 0

    @property
    def _equations(self) -> list[tuple[Term, Term]]:
        return [*self.plan.definitions.values(), *self.plan.placed.values()]

    def _compared(self, p: Term, scope: tuple[Value, ...]) -> bool | None:
        if p.op == "eq" and p.args[0] == p.args[1]:
            return True
        left, right = (self.value(arg, scope) for arg in p.args)
        try:
            if p.op == "eq":
                if isinstance(left, (Family, Closure, _Sequence, Members, PreciseMap, Subspace)):
                    return True if p.args[0] == p.args[1] else None
                return _same(left, right)
            small, large = (left, right) if p.op in ("le", "lt") else (right, left)
            return bool(small <= large if p.op in ("le", "ge") else small < large)
        except Undecided:
            return None

    def _holds_everywhere(self, p: Term) -> bool:
        """Say whether a "for all vectors" is proved.

        By the least value of a function, by the constants of a class that implies it, by smoothness
        everywhere, or on quadratic functions and affine maps.
        """
        found = self._above_minimum(p)
        if found is not None:
            return found
        if self._by_class(p):
            return True
        if len(parts := said_apart(p)) > 1:
            return all(self._tried(part, ()) is True for part in parts)
        model = self.case.model()
        smooth_there = decided_everywhere(model, p, ())
        if smooth_there is not None and np.all(smooth_there[0] >= 0):
            return True
        near = everywhere_near(model, p)
        if near is not None and bool(near[0]):
            return True
        a, used = self.case.assignment, free_variables(p)
        quadratic = (Quadratic, LeastSquares, ConstantFunction)
        if not all(isinstance(a.families[v], quadratic) for v in used if v in a.families):
            return False
        bent = {v for v in used if v in a.systems and not a.systems[v].affine}
        if any(t.op in ("app", "jac") and t.args[0] in bent and t.args[1].loose
               for t in subterms(unfold_all(p))):  # fmt: skip
            return False
        return holds_everywhere(p, dict(a.dimensions), self.field, self.value)

    def _by_class(self, p: Term) -> bool:
        """Say whether the constants of functions imply the inequalities of a proposition."""
        bounded = lipschitz(p)
        if bounded is not None:
            family = self.value(bounded[0])
            steep = float(family.constants.lipschitz[0]) if isinstance(family, Family) else np.inf
            if not np.isfinite(steep) or not self.value(radicand(bounded[1])) >= 0:
                return False
            return bool(self.value(bounded[1]) >= steep)
        classes = implied(p)
        return bool(classes) and all(self._in_class(found) for found in classes)

    def _in_class(self, found: Stated) -> bool:
        family = self.value(found.function)
        if not isinstance(family, Family) or any(self.truth(p) is not True for p in found.given):
            return False
        constants, given = family.constants, self.value(found.constant)
        if found.definition == Smooth:
            smooth = float(constants.smooth[0])
            return bool(np.isfinite(smooth)) and bool(given >= smooth)
        if found.definition == StronglyConvex:
            convex = float(constants.strongly_convex[0])
            return bool(convex == np.inf) or bool(np.isfinite(convex) and given <= convex)
        least, pl = float(constants.minimum[0]), float(constants.pl[0])
        if not np.isfinite(least) or (np.isfinite(pl) and not given <= pl):
            return False
        above = found.level is None or bool(self.value(found.level) >= least)
        return bool(given >= 0) and above

    def _above_minimum(self, p: Term) -> bool | None:
        """Say whether "for all x, t ≤ f(x)" holds, by the least value of f; None: not this form."""
        found = readings.bounded_below(p)
        if found is None:
            return None
        f, bound = found
        family = self.value(f)
        if not isinstance(family, Family):
            return None
        return bool(self.value(bound) <= float(family.constants.minimum[0]))

    def _never_below(self, p: Term) -> bool:
        """Say whether values are at least a number because the least value of the function is."""
        found = readings.never_below(p)
        family = None if found is None else self.values.get(found[0])
        if found is None or not isinstance(family, Family):
            return False
        least = float(family.constants.minimum[0])
        try:
            return bool(np.isfinite(least)) and bool(self.value(found[1]) <= least)
        except Undecided:
            return False

    def _fails_somewhere(self, p: Term) -> bool:
        """Say whether a "for all" fails where the rounded evaluation has its least slack."""
        body, scope = p, []
        for _, value in self.case.model().instance(p, 0):
            x = np.asarray(value.value)[0]
            scope.append(
                list(self.field.array(x))
                if np.ndim(x)
                else int(x)
                if body.data.sort == NAT
                else self.field.number(float(x))
            )
            body = body.args[0]
        return bool(scope) and self.truth(body, tuple(scope)) is False

    # ------------------------------------------------------------ definitions
    def _decided(self, p: Term, scope: tuple[Value, ...]) -> bool | None:
        """Return what is known of a definition without its quantifiers; None for "unfold it"."""
        if p.data in SMOOTH:
            found = decided(self.case.model(), p, (), 0)
            return True if found is not None and bool(np.all(found[0] >= 0)) else None
        if p.data == systems.Onto:
            matrix = self.value(p.args[0])
            least, most = rank(matrix)
            return True if least == len(matrix) else False if most < len(matrix) else None
        if p.data == systems.PositiveIndexAbove:
            least, most = positive_index(self.value(p.args[0]))
            n = self.value(p.args[1])
            return True if least > n else False if most <= n else None
        if p.data == systems.StrictDerivative:
            F, at, given = p.args
            model = self.case.model()
            if not smooth(model, model.read(F), 1):
                return None
            return _same(self.value(make("jac", (F, at))), self.value(given))
        try:
            return True if self._by_constants(p) or self._by_loss(p) else None
        except Undecided:
            return None

    def _by_loss(self, p: Term) -> bool:
        """Say whether a square loss ½‖F - y‖² has a property: a solution of F(w) = y minimises it.

        Its convexity is known around w* where y = F(w*), from how the map was made.
        """
        loss = readings.square_loss(p.args[0])
        F = None if loss is None else self.value(loss[0])
        if loss is None or not isinstance(F, PreciseMap):
            return False
        y = self.value(loss[1])
        if p.data in (Minimiser, functions.LocalMinimiser):
            return _same(F.value(self.value(p.args[1])), y)
        if p.data == Convex:
            return F.solved(y) and F.given.radius[0] == np.inf
        if p.data == functions.ConvexOn:
            centre, radius = (self.value(arg) for arg in p.args[1:])
            return bool(radius < 0) or (F.solved(y) and F.within(centre, radius))
        return False

    def _by_constants(self, p: Term) -> bool:
        """Say whether a class of functions has the function by its certified constants."""
        if p.data == GradientDescent:
            run = self.values.get(p.args[1])
            return isinstance(run, _Sequence) and run.descent == p
        if p.data not in (*FUNCTION_CLASSES, functions.ConvexOn, functions.LocalMinimiser):
            return False
        family = self.values.get(p.args[0])
        if not isinstance(family, Family):
            return False
        constants = family.constants
        if p.data == Differentiable:
            return family.differentiable
        if p.data in (Convex, functions.ConvexOn):
            return bool(constants.convex[0])
        if p.data in (Minimiser, functions.LocalMinimiser):
            return self._minimises(family, p.args[1])
        if not family.differentiable:
            return False
        given = self.value(p.args[1])
        if p.data == Smooth:
            return bool(given >= float(constants.smooth[0]))
        if p.data == StronglyConvex:
            return bool(given <= float(constants.strongly_convex[0]))
        if np.isfinite(constants.pl[0]) and not given <= float(constants.pl[0]):
            return False
        return self._minimises(family, p.args[2]) or bool(given >= 0)

    def _minimises(self, family: Family, point: Term) -> bool:
        home = family.constants.minimiser[0].tolist()
        if family.constants.constant[0]:
            return True
        if not family.constants.attained[0]:
            return False
        return all(a == b for a, b in zip(self.value(point), home, strict=True))


def _same(left: object, right: object) -> bool:
    """Say whether two numbers, vectors or matrices are equal; Undecided where it is not certain."""
    if not (isinstance(left, list) and isinstance(right, list)):
        return bool(left == right)
    doubt: Undecided | None = None
    for a, b in zip(left, right, strict=True):
        try:
            if not _same(a, b):
                return False  # whatever the others are
        except Undecided as error:
            doubt = error
    if doubt is not None:
        raise doubt
    return True
