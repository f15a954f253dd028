"""Definitions decided by what functions and maps are, and never by sampling a quantifier.

Families and systems are differentiable by their formulas, and explicit function terms made of them
without roots and quotients are too.  Linear maps are onto, or positive definite on a subspace of
some dimension, by certified singular values, eigenvalues and exact ranks.  A square loss is convex
on a ball where the system says so for a reason of its own, and not convex where three points of a
segment show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.matrices import is_onto, positive_eigenvalues
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.arithmetic.slacks import decision, equality, everywhere, slack
from plproof.laboratory.families import Family
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.hessians import is_smooth
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.meaning.values import Bounds, Closure, Mask, NotEvaluated, Scope, Value
from plproof.language.definitions import Definition
from plproof.language.syntax import hess, mapsto
from plproof.language.terms import Term, make
from plproof.theory import functions, limits, systems


class Model(Protocol):
    """What a decision asks of a model: values of terms, bounds of propositions."""

    batch: int

    def read(self, term: Term, scope: Scope = ()) -> Value:
        """Return the value of any term."""

    def value(self, term: Term, scope: Scope = ()) -> Tracked:
        """Return the value of a number, vector or linear map."""

    def applied_to(self, function: Term, at: Tracked) -> Tracked:
        """Return the value of a closed function term at given points."""

    def truth(self, proposition: Term, scope: Scope = (), axes: int = 0) -> Bounds:
        """Return bounds of the slack of a proposition."""


Decider = Callable[[Model, Term, Scope, int], "Bounds | None"]

_PLAIN = frozenset(
    ("bound", "var", "num", "basis", "add", "neg", "mul", "smul", "ip", "real", "sin", "cos",
     "lapp", "comp", "adj")
)  # fmt: skip
_TIMES = (0.0, 0.5, -0.5, 2.0**-4, -(2.0**-4))
_STEPS = (0.25, 2.0**-5)


def decided(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    """Return bounds for ``p``, a definition applied to arguments, None for "unfold it"."""
    decider = DECIDERS.get(p.data)
    return None if decider is None else decider(model, p, scope, axes)


def decided_everywhere(model: Model, p: Term, scope: Scope) -> Bounds | None:
    """Return bounds for "for all points, the function is smooth there" and "f is at least t".

    Also for "DF is ε-Lipschitz"; None for anything else.
    """
    steady = readings.steady(p)
    if steady is not None:
        system = model.read(steady[0])
        if isinstance(system, SystemMap):
            low, _ = slack(total.exact(system.system.steadiness()), model.value(steady[1]))
            return low, np.full(np.shape(low), np.inf)
    bounded = readings.bounded_below(p)
    if bounded is not None:
        function = model.read(bounded[0])
        if isinstance(function, Family):
            minimum = function.constants.minimum
            low, high = slack(model.value(bounded[1]), total.exact(minimum))
            below = np.isneginf(minimum)  # no number is a lower bound
            return np.where(below, -np.inf, low), np.where(below, -1.0, high)
    body = p
    while body.op == "all":
        body = body.args[0]
    while body.op == "imp":  # where a hypothesis holds, in particular
        body = body.args[1]
    if body.op != "def" or body.data not in SMOOTH or body.args[0].loose:
        return None
    return DECIDERS[body.data](model, body, (), 0)


# ---------------------------------------------------------------- smoothness
def smooth(model: Model, function: Value | None, order: int) -> bool:
    """Say whether a function certainly is ``order`` times continuously differentiable everywhere.

    Families that are differentiable have continuous gradients, and many derivatives of every order;
    so have the systems.
    """
    if isinstance(function, Family):
        return function.differentiable and (order <= 1 or is_smooth(function))
    if isinstance(function, SystemMap):
        return True
    if isinstance(function, Closure):
        return _smooth(model, function.term.args[0], function.scope, 0, order)
    return False


def _smooth(model: Model, t: Term, scope: Scope, index: int, order: int) -> bool:
    """Say whether a term certainly is smooth in the bound variable of that index."""
    if not _uses(t, index):
        return True
    if t.op == "def":
        return _smooth(model, t.data.unfold(t.args), scope, index, order)
    if t.op in _PLAIN:
        return all(_smooth(model, arg, scope, index, order) for arg in t.args)
    if t.op == "div":
        number = t.args[1].op == "num" and t.args[1].data != 0
        return number and _smooth(model, t.args[0], scope, index, order)
    if t.op == "pow":
        fixed = t.args[1].op == "num" or not _uses(t.args[1], index)
        return fixed and _smooth(model, t.args[0], scope, index, order)
    if t.op in ("app", "grad", "jac"):
        f, at = t.args
        if _uses(f, index) or not _smooth(model, at, scope, index, order):
            return False
        more = order + (t.op != "app")
        if f.op == "lam":
            return _smooth(model, f.args[0], scope, 0, more) and not _uses(f.args[0], index + 1)
        return smooth(model, _outside(model, f, scope, index), more)
    return False


def _outside(model: Model, f: Term, scope: Scope, index: int) -> Value | None:
    """Return the value of a function that does not depend on the bound variable of that index."""
    if f.loose:
        return None
    try:
        return model.read(f)
    except NotEvaluated:
        return None


def _uses(t: Term, index: int) -> bool:
    """Say whether the bound variable of that index occurs."""
    if t.loose <= index:
        return False
    if t.op == "bound":
        return bool(t.data == index)
    under = 1 if t.op in ("all", "ex", "lam") else 0
    return any(_uses(arg, index + under) for arg in t.args)


def _smooth_of_order(order: int) -> Decider:
    def decide(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
        function = model.read(p.args[0], scope)
        return everywhere(np.inf) if smooth(model, function, order) else None

    return decide


def _strict_derivative(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    F, at, given = p.args
    if not smooth(model, model.read(F, scope), 1):
        return None
    derivative = model.value(make("jac", (F, at)), scope)
    low, high = equality(derivative, model.value(given, scope), 2)
    return decision(low >= 0, high < 0)


# ---------------------------------------------------------------- linear algebra
def _onto(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    return decision(*is_onto(model.value(p.args[0], scope)))


def _positive_index(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    least, most = positive_eigenvalues(model.value(p.args[0], scope))
    n = model.value(p.args[1], scope)
    known = n.error == 0
    return decision(known & (least > n.value), known & (most <= n.value))


# ---------------------------------------------------------------- losses
def square_loss(model: Model, t: Term, scope: Scope) -> tuple[SystemMap, Tracked] | None:
    """Return F and y for a term that is the square loss ½‖F(w) - y‖², with F a system."""
    terms = readings.square_loss(t)
    if terms is None:
        return None
    found = model.read(terms[0], scope)
    return (found, model.value(terms[1], scope)) if isinstance(found, SystemMap) else None


def _minimises_loss(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    """A square loss is at least 0, so a solution minimises it."""
    found = square_loss(model, p.args[0], scope)
    if found is None:
        return None
    system, y = found
    return decision(equality(system.value(_rows(model.value(p.args[1], scope))), y, 1)[0] >= 0)


def _minimises_locally(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    family = model.read(p.args[0], scope)
    if not isinstance(family, Family):
        return _minimises_loss(model, p, scope, axes)
    at = model.value(p.args[1], scope)
    home = np.all((at.value == family.constants.minimiser) & (at.error == 0), axis=-1)
    home &= family.constants.attained
    return decision(home | family.constants.constant)


def _convex(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    family = model.read(p.args[0], scope)
    if isinstance(family, Family):
        return decision(family.constants.convex)
    found = square_loss(model, p.args[0], scope)
    if found is None:
        return None
    system, y = found
    return decision(_solved(system, y) & (system.radius == np.inf))


def _solved(system: SystemMap, y: Tracked) -> Mask:
    """Say where y certainly is the value at w*."""
    return np.asarray(np.all((y.value == system.offset) & (y.error == 0), axis=-1))


def _convex_on(model: Model, p: Term, scope: Scope, axes: int) -> Bounds | None:
    function = model.read(p.args[0], scope)
    if isinstance(function, Family):
        return decision(function.constants.convex)
    if not isinstance(function, Closure):
        return None
    centre, radius = _rows(model.value(p.args[1], scope)), model.value(p.args[2], scope)
    low, high = decision(radius.value + SAFETY * UNIT * radius.error < 0)  # an empty ball
    found = square_loss(model, p.args[0], scope)
    if found is not None:
        system, y = found
        away = total.length(
            np.abs(centre.value - system.system.origin) + SAFETY * UNIT * centre.error
        )
        reach = (radius.value + SAFETY * UNIT * radius.error + away) * (1.0 + 2.0**-40)
        low = np.where(_solved(system, y) & (reach <= system.radius), np.inf, low)
    points = _bent(model, p, scope, axes)
    if points is None:
        return low, high
    bounds = model.truth(_segment(p), (*scope, *points), axes + 1)
    above = np.min(np.broadcast_to(bounds[1], (len(points[2].value), *_shape(low, bounds[1]))), 0)
    return low, np.where(above < 0, above, high)


def _segment(p: Term) -> Term:
    """Return what ``ConvexOn`` says of x, y and t, bound outside."""
    body: Term = p.data.unfold(p.args)
    for _ in range(3):
        body = body.args[0]
    return body


def _bent(
    model: Model, p: Term, scope: Scope, axes: int
) -> tuple[Tracked, Tracked, Tracked] | None:
    """Return where to look for a failure of ``ConvexOn``: x, y, t; None where there is no guess."""
    centre, radius = _rows(model.value(p.args[1], scope)), model.value(p.args[2], scope)
    found = square_loss(model, p.args[0], scope)

    def bend(at: Floats) -> Floats:
        if found is None:
            return _hessian(model, p.args[0], at)
        return _loss_hessian(found[0], at, found[1].value)

    if centre.value.ndim > 2 or p.args[0].loose:
        return None
    guess = None if found is None else found[0].direction
    try:
        return _bent_points(bend, guess, centre.value, radius.value, model.batch, axes)
    except NotEvaluated:
        return None


def failing_segment(model: Model, p: Term) -> list[Tracked] | None:
    """Return x, y, t at which ``ConvexOn`` certainly fails on the one row; None if not found."""
    if p.data != functions.ConvexOn or p.loose or isinstance(model.read(p.args[0]), Family):
        return None
    points = _bent(model, p, (), 0)
    if points is None:
        return None
    above = np.asarray(model.truth(_segment(p), points, 1)[1])
    place = int(np.argmin(above[:, 0])) if above.ndim > 1 else 0
    if not above[(place, 0) if above.ndim > 1 else ()] < 0:
        return None
    parts = [part.value[place] for part in points]
    return [total.exact(part[:1]) for part in parts]


def _shape(low: Floats, high: Floats) -> tuple[int, ...]:
    return np.broadcast_shapes(np.shape(low), np.shape(high)[1:])


def _bent_points(
    bend: Callable[[Floats], Floats],
    guess: Floats | None,
    centre: Floats,
    radius: Floats,
    batch: int,
    axes: int,
) -> tuple[Tracked, Tracked, Tracked]:
    """Return x, y and t = ½ with a middle point of negative curvature, by eigenvectors.

    ``bend`` gives Hessians.  The middle points are c and points on both sides of it in the
    direction ``guess`` and another, in the smallest of the balls; new first axis.
    """
    size = np.where(radius > 0, radius, np.inf)
    size = np.min(size, axis=tuple(range(size.ndim - 1)))
    size = np.where(size < np.inf, np.minimum(size, 1.0), 0.0)
    shape = (batch, centre.shape[-1])
    guesses = [np.random.default_rng(0).standard_normal(shape)]
    guesses += [] if guess is None else [guess]
    found = []
    for v in guesses:
        v = v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-300)
        for time in _TIMES:
            t = (time * size)[..., None]
            middle = np.broadcast_to(centre + t * v, shape)
            with np.errstate(all="ignore"):
                curved = np.broadcast_to(bend(middle), (*shape, shape[1]))
                usable = np.isfinite(curved).all(axis=(-1, -2), keepdims=True)
                vectors = np.linalg.eigh(np.where(usable, curved, 0.0))[1][..., 0]
            for step in _STEPS:
                reach = step * (np.abs(t) if time else 0.25 * size[..., None])
                found.append((middle + reach * vectors, middle - reach * vectors))
    stacks = [np.stack([pair[i] for pair in found]) for i in (0, 1)]
    ends = [total.exact(x.reshape(len(x), *(1,) * axes, *x.shape[1:])) for x in stacks]
    half = np.full((len(found), *(1,) * axes, 1), 0.5)
    return ends[0], ends[1], total.exact(half)


def _loss_hessian(system: SystemMap, points: Floats, y: Floats) -> Floats:
    """Return the Hessians of ½‖F - y‖² as computed: only a guess where the loss is bent."""
    residual, jacobian, second = system.system.derivatives(points)
    gram = np.matmul(jacobian.swapaxes(-1, -2), jacobian)
    return np.asarray(gram + np.einsum("...n,...nij->...ij", residual + system.offset - y, second))


def _hessian(model: Model, function: Term, points: Floats) -> Floats:
    """Return the Hessians of an explicit function as computed."""
    at = make("var", (), "q!", function.sort.parts[0])
    values = model.applied_to(mapsto(at, hess(function, at)), total.exact(points))
    return 0.5 * (values.value + values.value.swapaxes(-1, -2))


def _rows(points: Tracked) -> Tracked:
    if points.value.ndim > 1:
        return points
    return Tracked(points.value[None], np.broadcast_to(points.error, points.value.shape)[None])


SMOOTH: Mapping[Definition, int] = {
    functions.Differentiable: 1,
    functions.DifferentiableAt: 1,
    systems.DifferentiableMap: 1,
    systems.DifferentiableMapAt: 1,
    systems.TwiceDifferentiableAt: 2,
    systems.TwiceDifferentiableMapAt: 2,
    systems.TwiceDifferentiableNear: 2,
    systems.DifferentiableMapNear: 1,
    systems.C1At: 1,
    systems.C2At: 2,
    limits.ContinuousOn: 1,
    limits.ContinuouslyDifferentiable: 1,
}
"""The definitions that ask for smoothness of their first argument, and of what order."""

DECIDERS: Mapping[Definition, Decider] = {
    **{definition: _smooth_of_order(order) for definition, order in SMOOTH.items()},
    functions.Minimiser: _minimises_loss,
    functions.LocalMinimiser: _minimises_locally,
    functions.Convex: _convex,
    functions.ConvexOn: _convex_on,
    systems.StrictDerivative: _strict_derivative,
    systems.Onto: _onto,
    systems.PositiveIndexAbove: _positive_index,
}
"""The definitions that are decided here."""
