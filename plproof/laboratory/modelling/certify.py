"""Which hypotheses hold on which rows, decided by certified constants and never by sampling.

A hypothesis built from the definitions of :mod:`plproof.theory` is decided by the constants of the
family, and so are their inequalities; a comparison without quantifiers is decided by its slack; a
user's own class, defined by inequalities for all vectors, is decided on quadratic functions by
:mod:`.quadratics`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.families import Family
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.decided import decided, decided_everywhere
from plproof.laboratory.meaning.evaluate import Mask, Model, NotEvaluated, Value
from plproof.laboratory.meaning.regions import everywhere_near
from plproof.laboratory.modelling.quadratics import quadratic_inequality
from plproof.laboratory.modelling.stated import Stated, implied, lipschitz, radicand
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conjuncts, up_to
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, make, number
from plproof.theory.functions import PL, Convex, Differentiable, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

NEAR = tuple(Fraction(1, 2**n) for n in (0, 4, 8, 14, 20))
"""What is tried for a number that is said to exist: a radius, mostly."""

FUNCTION_CLASSES = (Differentiable, Minimiser, Convex, StronglyConvex, Smooth, PL)
"""The definitions decided by constants of a family; ``GradientDescent`` is made to hold."""


@lru_cache(maxsize=1024)  # asked again for each of the many cases of one statement
def forms(proposition: Term) -> tuple[Term, ...]:
    """Return the proposition, its unfolding, and the parts of that: what a proof may call it."""
    unfolded = unfold_all(proposition)
    found = [proposition, unfolded, *conjuncts(unfolded)]
    if proposition.op == "def":
        once = proposition.data.unfold(proposition.args)
        found += [once, *conjuncts(once)]
    return tuple(dict.fromkeys(found))


def is_known(proposition: Term) -> bool:
    """Say whether the proposition is one of the classes decided by constants, or a descent."""
    return proposition.op == "def" and proposition.data in (*FUNCTION_CLASSES, GradientDescent)


def certify(model: Model, proposition: Term) -> Mask:
    """Return the rows (B,) on which the proposition certainly holds; what is not known is False.

    Knows the facts of the model.  Nothing is decided by sampling a quantifier.
    """
    if proposition in model.facts:
        return model.facts[proposition]
    if proposition.op == "and":
        left, right = (certify(model, part) for part in proposition.args)
        return left & right
    if proposition.op == "def":
        if proposition.data in FUNCTION_CLASSES:
            mask = _by_constants(model, proposition)
            if mask is not None:
                return mask
        return _decided(model, proposition)
    mask = np.zeros(model.batch, dtype=bool)
    try:
        if proposition.op == "all":
            several = said_apart(proposition)
            if len(several) > 1:
                holds: Mask = np.all([certify(model, part) for part in several], axis=0)
                return holds
            sort = proposition.data.sort
            if sort.kind == "Vec" and not model.dimension(sort.spaces[0]):  # there is one point
                return certify(model, open_binder(proposition, number(0, sort)))
            settled = decided_everywhere(model, proposition, ())
            if settled is not None:  # of linear maps it may be certain all the same, by equality
                known: Mask = np.broadcast_to(settled[0] >= 0, (model.batch,))
                return known if known.all() else known | quadratic_inequality(model, proposition)
            mask = _by_minimum(model, proposition)
            if sort == NAT:
                return mask | _up_to(model, proposition)
            mask = mask | _by_class(model, proposition)
            mask = mask | quadratic_inequality(model, proposition)
            near = None if mask.all() else everywhere_near(model, proposition)
            return mask if near is None else mask | near
        if proposition.op == "ex" and proposition.data.sort == REAL:
            return _with_a_witness(model, proposition)
        return model.holds(proposition)
    except NotEvaluated:
        return mask  # a term without numbers certifies nothing more


@lru_cache(maxsize=1024)
def said_apart(p: Term) -> tuple[Term, ...]:
    """Return “for all v, if C then A” and the same for B, for “A and B”; else the proposition."""
    prefix: list[Term] = []
    body = p
    while body.op in ("all", "imp"):
        prefix.append(body)
        body = body.args[-1]
    found = []
    for part in conjuncts(body) if body.op == "and" else ():
        for outer in reversed(prefix):
            part = make(outer.op, (*outer.args[:-1], part), outer.data, outer.sort)
        found.append(part)
    return tuple(found) or (p,)


def _with_a_witness(model: Model, p: Term) -> Mask:
    """Return where “there is a real number” holds with one of a few, as “near” asks for one."""
    try:
        mask = model.holds(p)
    except NotEvaluated:
        mask = np.zeros(model.batch, dtype=bool)
    for size in NEAR:
        if mask.all():
            break
        mask = mask | certify(model, open_binder(p, number(size)))
    return mask


def _decided(model: Model, p: Term) -> Mask:
    """Return where a definition certainly holds by what is decided of it, or by its unfolding."""
    mask = np.zeros(model.batch, dtype=bool)
    try:
        found = decided(model, p, (), 0)
    except NotEvaluated:
        return mask  # its arguments have no values
    if found is not None:
        mask = np.broadcast_to(found[0] >= 0, (model.batch,))
        if mask.all() or found[0].ndim == 0:
            return mask
    return mask | certify(model, p.data.unfold(p.args))


def _by_constants(model: Model, p: Term) -> Mask | None:
    function = model.values.get(p.args[0])
    if not isinstance(function, Family):
        return None
    constants = function.constants
    yes = np.ones(model.batch, dtype=bool)
    if p.data == Differentiable:
        return yes & function.differentiable
    if p.data == Convex:
        return yes & constants.convex
    if p.data == Minimiser:
        return _minimises(model, function, p.args[1])
    yes &= function.differentiable
    low, high = _interval(model.value(p.args[1]))
    if p.data == Smooth:
        return yes & (low >= constants.smooth)
    if p.data == StronglyConvex:
        return yes & (high <= constants.strongly_convex)
    # relative to a point that is no minimiser the inequality says less, when μ >= 0
    best = _minimises(model, function, p.args[2])
    return yes & (high <= constants.pl) & (best | (low >= 0))


def _by_minimum(model: Model, p: Term) -> Mask:
    """Return where values certainly are at least a number because the least value is."""
    found = readings.never_below(p)
    family = None if found is None else model.values.get(found[0])
    if found is None or not isinstance(family, Family):
        return np.zeros(model.batch, dtype=bool)
    bound = model.value(found[1])
    with np.errstate(invalid="ignore"):
        off = SAFETY * UNIT * bound.error
        return np.broadcast_to(bound.value + off <= family.constants.minimum, (model.batch,))


def _by_class(model: Model, p: Term) -> Mask:
    """Return where inequalities for all points hold as those of classes of functions."""
    bounded = lipschitz(p)
    if bounded is not None:
        family = model.values.get(bounded[0])
        if isinstance(family, Family):
            low, _ = _interval(model.value(bounded[1]))
            square, _ = _interval(model.value(radicand(bounded[1])))
            fits = (square >= 0) & (low >= family.constants.lipschitz)
            return np.broadcast_to(fits, (model.batch,))
    parts = [_in_class(model, found) for found in implied(p)]
    return np.logical_and.reduce(parts) if parts else np.zeros(model.batch, dtype=bool)


def _up_to(model: Model, p: Term) -> Mask:
    """Return where “for all k ≤ n” certainly holds, by trying each; n within the horizon."""
    bounded = up_to(p)
    mask = np.zeros(model.batch, dtype=bool)
    if bounded is None:
        return mask
    bound = model.value(bounded[1])
    mask = np.broadcast_to((bound.value <= model.horizon) & (bound.error == 0), mask.shape)
    for i in range(model.horizon + 1):
        if not mask.any():
            break
        mask = mask & model.holds(open_binder(p, number(i, NAT)))
    return mask


def _in_class(model: Model, found: Stated) -> Mask:
    nothing = np.zeros(model.batch, dtype=bool)
    family = model.values.get(found.function)
    if not isinstance(family, Family):
        return nothing
    low, high = _interval(model.value(found.constant))
    for p in found.given:
        nothing = nothing | ~certify(model, p)
    if found.definition == Smooth:
        return ~nothing & (low >= family.constants.smooth)
    if found.definition == StronglyConvex:
        return ~nothing & (high <= family.constants.strongly_convex)
    least = family.constants.minimum
    above = found.level is None or _interval(model.value(found.level))[0] >= least
    return ~nothing & (low >= 0) & (high <= family.constants.pl) & above


def _interval(t: Tracked) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore"):
        off = SAFETY * UNIT * t.error
        return np.where(np.isfinite(off), t.value - off, -np.inf), t.value + off


def _minimises(model: Model, function: Family, point: Term) -> Mask:
    at: Value = model.value(point)
    assert isinstance(at, Tracked)
    same = np.all((at.value == function.constants.minimiser) & (at.error == 0), axis=-1)
    same &= function.constants.attained
    return np.broadcast_to(same | function.constants.constant, (model.batch,))
