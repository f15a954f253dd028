"""``gram``: what it accepts is true in random models, and what is nearly a certificate is refused.

Judges of its own: models that know nothing of the kernel (see :mod:`grams`), and ``combine`` on
the same step written out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from grams import Draft, Drafter, E, Y, a, across, b, f, f_there, g, many, pairing
from grams import G as drift

from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import (
    FALSE,
    Definition,
    LanguageError,
    LinearMap,
    Term,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    mapsto,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.language import Sequence as Points
from plproof.language.terms import make, number
from plproof.proof.written import written_out
from tests.thorough import THOROUGH

Refused = (KernelError, LanguageError)
ONE = Fraction(1)
p, q, r, u, v, w, x, y = Vectors("p q r u v w x y", E)
x_there, y_there = Vectors("x y", Y)


# ---------------------------------------------------------------- by meaning
@pytest.mark.parametrize(("slip", "odd"), [(0.0, 0.0), (0.7, 0.1), (0.6, 0.7)])
def test_what_it_accepts_is_true_in_every_model(slip: float, odd: float) -> None:
    tally: Counter[bool] = Counter()
    for seed in range(1_000 if THOROUGH else 70):
        draft = Drafter(Random(f"{slip} {odd} {seed}"), odd).draft(slip)
        try:
            theorem = draft.theorem()
        except Refused:
            tally[False] += 1
            continue
        tally[True] += 1
        model = draft.false_in((seed, i) for i in range(5))
        assert model is None, f"{theorem}\n{draft.uses}\n{model.values}"
    assert tally[True] > 20, "what is right is seldom accepted"
    assert tally[False] > 15 if slip else not tally[False], "what is wrong is seldom tried"


# ---------------------------------------------------------------- things that are false
def pair_of(of: Any) -> Term:
    return forall([p, q], of)


A = LinearMap("A", E, E)
s = Points("s", E)
APPLIED = Definition("Applied", [x, y], mapsto(r, ip(x, r))(y))  # (r ↦ ⟨x, r⟩)(y), that is ⟨x, y⟩
DOUBLE = Definition("Double", [f, x], mapsto(r, f(r) + f(x))(x))
IF = Definition("If", [f, a], forall(p, (a > 0) >> (f(p) >= 0)))
SAME = Definition("Same", [x, y], eq(x, y))


def draft(premise: Term, values: Sequence[Term], goal: Term, *equations: Term) -> Draft:
    return Draft([premise], [Use(ONE, 0, tuple(values))], goal, [], list(equations))


#: a use of a premise and a goal that does not follow from it
TRAPS: dict[str, Draft] = {
    "values in another order": draft(pair_of(f(p) >= f(q) + 1), (x, y), f(y) >= f(x) + 1),
    "another value": draft(forall(p, f(p) >= sq(p)), (x,), f(y) >= 0),
    "another function": draft(forall(p, f(p) >= sq(p)), (x,), g(x) >= 0),
    "twice the value": draft(forall(p, f(p) >= ip(p, y)), (2 * x,), f(2 * x) >= ip(x, y)),
    "the same function in three premises": Draft(
        [forall(p, f(p) >= 0), forall(p, f(p) >= a), forall(p, f(p) <= b)],
        [Use(ONE, n, (v,)) for n, v in enumerate((x, x, y))],
        f(x) + b >= a,
    ),
    "the gradient of another": draft(
        forall(p, f(p) >= ip(grad(f, p), u)), (x,), f(x) >= ip(grad(g, x), u)
    ),
    "a free variable of a point's name": draft(
        forall(p, f(p) >= ip(p, q)), (x,), f(x) >= sq(x) / 2
    ),
    "values with the names of the points": draft(
        pair_of(f(p) >= ip(p, q)), (q, p), f(q) >= sq(q)
    ),
    "values that the points could take twice": draft(
        pair_of(f(p) >= f(q) + 1), (q, r), f(r) >= f(r) + 1
    ),
    "one name in two spaces": draft(forall(p, f(p) >= 0), (x,), f_there(x_there) >= 0),
    "a gram entry of another space": draft(
        forall(p, ip(p, y) >= 0), (x,), ip(x_there, y_there) >= 0
    ),
    "the zeros of two spaces": draft(forall(p, f(p) >= 0), (E.zero,), f_there(Y.zero) >= 0),
    "a function that depends on a point": draft(
        pair_of(pairing(p)(q) >= 0), (x, y), pairing(y)(x) >= 0
    ),
    "functions that depend on a point and cancel": Draft(
        [forall([p, q, r], pairing(p)(q) + f(q) >= pairing(p)(r) + g(r))],
        [Use(ONE, 0, (x, u, v)), Use(ONE, 0, (y, v, u))],
        f(u) + f(v) >= g(u) + g(v),
    ),
    "the second of two functions": draft(
        forall(p, many[0](p) >= 0), (x,), many[1](x) >= 0
    ),
    "a value at an image": draft(forall(p, f(drift(p)) >= 0), (x,), f(drift(y)) >= 0),
    "a map into another space": draft(forall(p, sq(across(p)) <= 1), (x,), sq(across(y)) <= 1),
    "an inverse": draft(forall(p, 1 / sq(p) >= a), (x,), 1 / sq(y) >= a),
    "a product of values": draft(pair_of(f(p) * f(q) >= 0), (x, y), f(y) * f(y) >= a),
    "a product with a number": draft(forall(p, a * f(p) >= 0), (x,), b * f(x) >= 0),
    "a product of gram entries": draft(
        pair_of(ip(p, q) * ip(p, q) <= 0), (x, y), sq(x) * sq(y) <= 0
    ),
    "a power": draft(forall(p, f(p) ** 3 >= 0), (x,), f(x) >= 0),
    "a root": draft(forall(p, sqrt(f(p)) >= 1), (x,), sqrt(f(y)) >= 1),
    "a norm": draft(forall(p, norm(p) <= 1), (x,), norm(y) <= 1),
    "a linear map": draft(forall(p, ip(A @ p, p) >= 0), (x,), ip(A @ y, y) >= 0),
    "an adjoint": draft(pair_of(ip(A @ p, q) >= 0), (x, y), ip(A @ y, x) >= 0),
    "images under a map that are not the same": Draft(
        [forall(p, f(p) >= ip(A @ p, p))],
        [Use(ONE, 0, (x,)), Use(ONE, 0, (-x,))],
        f(x) + f(-x) >= 0,
    ),
    "values at images that are not the same": Draft(
        [forall(p, f(p) >= ip(drift(drift(p)), p))],
        [Use(ONE, 0, (x,)), Use(ONE, 0, (-x,))],
        f(x) + f(-x) >= 0,
    ),
    "an applied function": draft(pair_of(mapsto(r, ip(q, r))(u) <= 0), (x, y), ip(x, u) <= 0),
    "an applied function in a definition": draft(
        pair_of(APPLIED(q, u) <= (sq(q) + sq(u)) / 2), (x, E.zero), ip(x, u) <= sq(u) / 2
    ),
    "an applied function of a function": draft(
        pair_of(DOUBLE(f, q) >= 0), (x, y), f(x) + f(y) >= 0
    ),
    "a sum of one": draft(
        forall(p, ip(make("sum", (s, number(2, s.sort.parts[0]))), p) >= 0), (x,), ip(s[0], x) >= 0
    ),
    "too small a constant": draft(forall(p, f(p) >= 1), (x,), f(x) >= 1 + Fraction(1, 10**30)),
    "a form that is nearly semidefinite": draft(
        forall(p, f(p) >= 0), (x,), f(x) + sq(x) + sq(y) >= (2 + rational(1, 10**9)) * ip(x, y)
    ),
    "a form with a zero on its diagonal": draft(
        forall(p, f(p) >= 0), (x,), f(x) + sq(y) + ip(x, y) >= 0
    ),
    "an indefinite form": draft(forall(p, f(p) >= 0), (x,), f(x) + ip(x, y) >= 0),
    "an equation that says less": draft(
        forall(p, f(p) >= 0), (x,), sq(u - v) <= f(x), eq(u + v, v + u)
    ),
    "an equation in which a vector cancels": draft(
        forall(p, f(p) >= 0), (x,), sq(u - v) <= f(x), eq(u + w, u + v)
    ),
    "an equation of another space": draft(
        forall(p, f(p) >= 0), (x,), sq(x - y) <= f(x), eq(x_there, y_there)
    ),
    "an equation of gradients": draft(
        forall(p, f(p) >= 0), (x,), sq(x - y) <= f(x), eq(grad(f, x), grad(f, y))
    ),
    "equations in a circle": draft(
        forall(p, f(p) >= 0), (x,), sq(u) <= f(x), eq(u, v + w), eq(w, u - v), eq(v, u - w)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_what_does_not_follow_is_refused(name: str) -> None:
    trap = TRAPS[name]
    assert trap.false_in((name, i) for i in range(400)), "the trap is none: it may be true"
    with pytest.raises(Refused):
        print("accepted:", trap.theorem())


FOLLOWS: dict[str, Draft] = {
    "both values": draft(pair_of(f(p) >= f(q) + 1), (x, y), f(x) >= f(y) + 1),
    "two premises at one value": Draft(
        [forall(p, f(p) >= sq(p)), forall(p, g(p) >= a)],
        [Use(ONE, 0, (x,)), Use(ONE, 1, (x,))],
        f(x) + g(x) >= a,
    ),
    "a strict premise": draft(forall(p, f(p) > sq(p)), (x,), f(x) >= 0),
    "a free variable of a point's name": draft(forall(p, f(p) >= ip(p, q)), (q,), f(q) >= sq(q)),
    "values with the names of the points": draft(
        pair_of(f(p) >= ip(p, q)), (q, p), f(q) >= ip(p, q)
    ),
    "one value twice": draft(pair_of(f(p) >= ip(p, q)), (q, q), f(q) >= 0),
    "zero": draft(pair_of(f(p) >= ip(p, q) + g(q)), (x, E.zero), f(x) >= g(E.zero)),
    "a value that is a gradient": draft(
        forall(p, f(p) >= ip(p, u)), (grad(f, x),), f(grad(f, x)) >= ip(grad(f, x), u)
    ),
    "a value that is a sum": draft(
        forall(p, f(p) >= sq(p)), (x - 2 * y,), f(x - y - y) >= sq(x) - 4 * ip(x, y) + 4 * sq(y)
    ),
    "a definition": draft(Definition("Above", [f], forall(p, f(p) >= sq(p)))(f), (x,), f(x) >= 0),
    "a value in which equations give a vector": draft(
        forall(p, f(p) >= sq(p)), (x + u + v,), f(x + u + v) >= sq(x + 2 * u), eq(u, v)
    ),
    "a definition about the points": draft(
        pair_of(Definition("Gap", [f, p, q], f(p) - sq(q))(f, p, q) >= 0), (x, y), f(x) >= sq(y)
    ),
    "what only the premises speak of": Draft(
        [forall(p, f(p) >= a * g(u) + ip(p, grad(g, u))), forall(p, a * g(u) >= ip(grad(g, u), p))],
        [Use(ONE, 0, (x,)), Use(ONE, 1, (-x,))],
        f(x) >= 0,
    ),
    "a number as factor of the rest": draft(forall(p, f(p) >= a / b), (x,), f(x) >= a / b),
    "a form of rank one": draft(forall(p, f(p) >= 0), (x,), f(x) + sq(x) + sq(y) >= 2 * ip(x, y)),
    "equations in a circle": draft(
        forall(p, f(p) >= 0), (x,), sq(u - v - w) <= f(x), eq(u, v + w), eq(w, u - v)
    ),
    "a vector that is its double": draft(forall(p, f(p) >= 0), (x,), sq(u) <= f(x), eq(u, 2 * u)),
    "equations that say that a vector is zero": draft(
        forall(p, f(p) >= 0), (x,), sq(u) <= f(x), eq(u, v), eq(v, -1 * u)
    ),
    "a chain of equations, the last first": draft(
        forall(p, f(p) >= 0), (x,), sq(u - w / 4) <= f(x), eq(u, v / 2), eq(v, w / 2)
    ),
    "one of the equations twice": draft(
        forall(p, f(p) >= 0), (x,), sq(u - v) <= f(x), eq(u, v), eq(u, v), eq(v, u)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWS)
def test_what_follows_is_accepted(name: str) -> None:
    wanted = FOLLOWS[name]
    theorem = wanted.theorem()
    assert theorem.hypotheses == tuple(dict.fromkeys((*wanted.premises, *wanted.equations)))
    assert theorem.conclusion == wanted.goal
    assert wanted.false_in((name, i) for i in range(60)) is None


BOUND = forall(p, f(p) >= sq(p))
LOOSE = make("bound", (), 0, x.sort)
BAD_USES: dict[str, Any] = {
    "weight 0": Use(Fraction(0), 0, (x,)),
    "weight −1": Use(Fraction(-1), 0, (x,)),
    "a weight that is an int": Use(1, 0, (x,)),  # type: ignore[arg-type]
    "a weight that is true": Use(True, 0, (x,)),  # type: ignore[arg-type]
    "a weight that is a float": Use(1.0, 0, (x,)),  # type: ignore[arg-type]
    "a weight that is a term": Use(a, 0, (x,)),  # type: ignore[arg-type]
    "premise −1": Use(ONE, -1, (x,)),
    "a premise that is not there": Use(ONE, 1, (x,)),
    "a premise that is false": Use(ONE, False, (x,)),
    "a premise that is a float": Use(ONE, 0.0, (x,)),  # type: ignore[arg-type]
    "no value": Use(ONE, 0, ()),
    "two values": Use(ONE, 0, (x, x)),
    "a value of another space": Use(ONE, 0, (x_there,)),
    "a number as value": Use(ONE, 0, (a,)),
    "a proposition as value": Use(ONE, 0, (FALSE,)),
    "a function as value": Use(ONE, 0, (f,)),
    "a value with a loose variable": Use(ONE, 0, (LOOSE,)),
    "a value that is no term": Use(ONE, 0, ("x",)),  # type: ignore[arg-type]
    "no use": (ONE, 0, (x,)),
}


@pytest.mark.parametrize("name", BAD_USES)
def test_a_use_that_is_none_is_refused(name: str) -> None:
    premise = assume(proposition=BOUND)
    assert gram(premise, goal=f(x) >= 0, uses=[Use(ONE, 0, (x,))])
    for uses in ([BAD_USES[name]], [Use(ONE, 0, (x,)), BAD_USES[name]]):
        for goal in (f(x) + f(x) >= 0, f(x) >= 0, sq(x) >= 0, f(x) <= 2 * sq(x)):
            with pytest.raises(Refused):
                print("accepted:", gram(premise, goal=goal, uses=uses))
    elsewhere = assume(proposition=forall(p, sq(p) <= a))
    with pytest.raises(Refused):
        print("accepted:", gram(elsewhere, goal=sq(x_there) <= a, uses=[Use(ONE, 0, (x_there,))]))


BAD_PREMISES = {
    "an implication": forall(p, (a > 0) >> (f(p) >= 0)),
    "a condition on the point": forall(p, (sq(p) <= 1) >> (f(p) >= 0)),
    "a conjunction": forall(p, (f(p) >= 0) & (f(p) >= 0)),
    "a negation": forall(p, (f(p) < 0) >> FALSE),
    "∃": exists(p, f(p) >= 0),
    "∃ in a definition": Definition("Some", [f], exists(p, f(p) >= 0))(f),
    "a condition in a definition": IF(f, a),
    "an equation of values": forall(p, eq(f(p), 0)),
    "∀ of numbers": forall(b, f(x) >= b),
    "∀ of functions": forall(g, g(x) >= 0),
    "one ∀ too many": forall([p, q], f(p) >= 0),
    "no inequality": FALSE,
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_PREMISES)
def test_a_premise_that_is_no_inequality_of_points_is_refused(name: str) -> None:
    for values in ((x,), (), (a,), (g,)):
        with pytest.raises(Refused):
            use = Use(ONE, 0, values)
            gram(assume(proposition=BAD_PREMISES[name]), goal=f(x) >= 0, uses=[use])


@pytest.mark.parametrize(
    "goal",
    [f(x) > 0, sq(x) + 1 > 0, eq(f(x), f(x)), eq(x, x), forall(p, f(p) >= 0), f(x), FALSE, a,
     (f(x) >= 0) & (f(x) >= 0), exists(x, f(x) >= 0), LOOSE, ip(LOOSE, LOOSE) >= 0],
    ids=repr,
)  # fmt: skip
def test_a_goal_that_is_not_of_the_form_is_refused(goal: Term) -> None:
    for uses in ([], [Use(ONE, 0, (x,))]):
        with pytest.raises(Refused):
            print("accepted:", gram(assume(proposition=BOUND), goal=goal, uses=uses))


def test_a_premise_is_used_with_one_number_of_values() -> None:
    premise = assume(proposition=forall([p, q], f(p) >= f(q)))
    goal = f(x) >= f(y)
    assert gram(premise, goal=goal, uses=[Use(ONE, 0, (x, y))])
    for other in ((), (x,), (x, y, x)):
        for uses in ([Use(ONE, 0, (x, y)), Use(ONE, 0, other)], [Use(ONE, 0, other)] * 2):
            with pytest.raises(Refused):
                gram(premise, goal=goal, uses=uses)
            with pytest.raises(Refused):
                gram(premise, goal=goal, uses=uses[::-1])


def test_equations_are_used_whatever_their_order() -> None:
    """Of n equations in n vectors they prove all vectors zero just where the determinant is not 0.

    What an equation gives may stand in another one, in which it is put in again.
    """
    rng, zero, points = Random(7), E.zero, (x, y, u)
    goal, regular = sq(x) + sq(y) + sq(u) <= 0, 0
    for _ in range(60):
        (i, j, k), (d, m, n), (o, s, t) = rows = [
            [rng.choice([-1, 0, 1, 2]) for _ in points] for _ in points
        ]
        determinant = i * (m * t - n * s) - j * (d * t - n * o) + k * (d * s - m * o)
        sides = [sum((c * v for c, v in zip(row, points, strict=True)), zero) for row in rows]
        given = [assume(proposition=eq(side, zero)) for side in sides]
        regular += determinant != 0
        if determinant:
            assert gram(*given, goal=goal, uses=[])
        else:
            with pytest.raises(KernelError, match="negative"):
                print("accepted:", rows, gram(*given, goal=goal, uses=[]))
    assert 20 < regular < 55


def test_an_equation_counts_as_an_equation_only() -> None:
    """It may have any sign, it needs no use, and a definition of it is none."""
    same = assume(proposition=eq(x, y))
    assert gram(same, goal=sq(x) <= sq(y), uses=[]).hypotheses == (eq(x, y),)
    with pytest.raises(Refused):
        gram(same, goal=sq(x) <= sq(y), uses=[Use(ONE, 0)])
    hidden = assume(proposition=SAME(x, y))
    with pytest.raises(Refused):
        gram(hidden, goal=sq(x) <= sq(y), uses=[])
    assert gram(same, assume(proposition=eq(a, b)), goal=sq(x) <= sq(y), uses=[]).hypotheses[1:]
    for coefficient in (a, 1 + a, sqrt(number(2)), 1 / sq(u), ip(u, v)):
        with pytest.raises(KernelError, match="not rational"):
            scaled = assume(proposition=eq(coefficient * x, coefficient * y))
            gram(scaled, goal=sq(x) <= sq(y), uses=[])
    nothing = assume(proposition=eq((a - a) * x, (a - a) * y))
    with pytest.raises(KernelError, match="negative"):
        gram(nothing, goal=sq(x) <= sq(y), uses=[])
    clash = [assume(proposition=eq(x, t)) for t in (u, v)]
    with pytest.raises(KernelError, match="negative"):
        gram(clash[0], goal=sq(u - v) <= 0, uses=[])
    assert gram(*clash, goal=sq(u - v) <= 0, uses=[]).hypotheses == (eq(x, u), eq(x, v))


# ---------------------------------------------------------------- gradient descent
def interpolation(F: Term) -> Term:
    """F(p) ≥ F(q) + ⟨∇F(q), p − q⟩ + ‖∇F(p) − ∇F(q)‖²/2: F is convex and 1-smooth."""
    rise = ip(grad(F, q), p - q)
    return pair_of(F(p) >= F(q) + rise + sq(grad(F, p) - grad(F, q)) / 2)


def descent(steps: int) -> tuple[list[Thm], Term, list[Use]]:
    """f(x_N) − f(x*) ≤ ‖x₀ − x*‖²/(4N + 2) (Drori and Teboulle 2014), by their multipliers."""
    xs, x0 = w, Vectors(" ".join(f"x{n}" for n in range(steps + 1)), E)
    equations = [eq(x0[n + 1], x0[n] - grad(f, x0[n])) for n in range(steps)]
    premises = [interpolation(f), eq(grad(f, xs), E.zero), *equations]
    size = [Fraction(n, 2 * steps + 1 - n) for n in range(steps + 1)]
    size += [ONE]
    uses = [Use(size[n], 0, (x0[n - 1], x0[n])) for n in range(1, steps + 1)]
    uses += [Use(size[n + 1] - size[n], 0, (xs, x0[n])) for n in range(steps + 1)]
    goal = f(x0[steps]) - f(xs) <= sq(x0[0] - xs) / (4 * steps + 2)
    return [assume(proposition=h) for h in premises], goal, uses


STEPS = 2


def certificate_changes() -> dict[str, tuple[list[Thm], Term, list[Use]]]:
    """The certificate of descent with one thing changed, by what was changed."""
    premises, goal, uses = descent(STEPS)
    tiny, found = Fraction(1, 10**9), {}
    left, right = goal.args
    for n, use in enumerate(uses):
        others = {
            "heavier": [replace(use, weight=use.weight + tiny)],
            "lighter": [replace(use, weight=use.weight - tiny)],
            "dropped": [],
            "twice": [use, use],
            "turned": [replace(use, values=use.values[::-1])],
            "moved": [replace(use, values=(use.values[0], v))],
        }
        for what, instead in others.items():
            found[f"use {n} {what}"] = premises, goal, [*uses[:n], *instead, *uses[n + 1 :]]
    for n in range(1, len(premises)):
        found[f"equation {n} dropped"] = premises[:n] + premises[n + 1 :], goal, uses
        e = premises[n].conclusion
        other = assume(proposition=eq(e.args[0], (1 + rational(1, 10**9)) * e.args[1] + tiny * v))
        found[f"equation {n} changed"] = [*premises[:n], other, *premises[n + 1 :]], goal, uses
    found["a constant less"] = premises, (left + rational(1, 10**9) <= right), uses
    found["a rate too good"] = premises, (left <= (1 - rational(1, 10**9)) * right), uses
    found["turned round"] = premises, (right <= left), uses
    found["strict"] = premises, (left < right), uses
    convex = assume(proposition=pair_of(f(p) >= f(q) + ip(grad(f, q), p - q)))
    found["convex only"] = [convex, *premises[1:]], goal, uses
    found["another function"] = [assume(proposition=interpolation(g)), *premises[1:]], goal, uses
    return found


CHANGES = certificate_changes()


@pytest.mark.parametrize("steps", range(5))
def test_the_rate_of_gradient_descent_is_proved(steps: int) -> None:
    premises, goal, uses = descent(steps)
    theorem = gram(*premises, goal=goal, uses=uses)
    assert theorem.conclusion == goal and len(theorem.hypotheses) == steps + 2
    assert not theorem.axioms and not theorem.admits and not theorem.oracles
    left, right = goal.args
    assert gram(*premises[::-1], goal=left - 1 <= right, uses=[
        replace(use, premise=steps + 1) for use in uses[::-1]
    ])  # fmt: skip
    written = written_out(theorem)
    assert written.conclusion == goal and set(written.hypotheses) == set(theorem.hypotheses)


@pytest.mark.parametrize("change", CHANGES)
def test_a_certificate_with_one_thing_changed_is_refused(change: str) -> None:
    premises, goal, uses = CHANGES[change]
    with pytest.raises(KernelError):
        print("accepted:", gram(*premises, goal=goal, uses=uses))


# ---------------------------------------------------------------- the same by combine
def method(rng: Random) -> tuple[list[Term], list[Term]]:
    """Return the points of a method with random rational steps, and the equations that say so."""
    kind, size = rng.choice(["descent", "momentum", "proximal"]), rng.randrange(1, 5)
    points, equations = [Vectors("x0,", E)[0]], list[Term]()
    for n in range(size):
        new, old, gamma = Vectors(f"x{n + 1},", E)[0], points[-1], rational(rng.randrange(1, 9), 4)
        step = new if kind == "proximal" else old
        t = old - gamma * grad(f, step)
        if kind == "momentum" and n:
            t = t + rational(rng.randrange(1, 4), 4) * (old - points[-2])
        points.append(new)
        equations.append(eq(new, t))
    rng.shuffle(equations)
    return points, equations


@pytest.mark.parametrize("seed", range(200 if THOROUGH else 15))
def test_it_agrees_with_combine_on_methods_with_random_steps(seed: int) -> None:
    """A goal that is right by construction: weights of inequalities, squares and a constant."""
    rng = Random(seed)
    points, equations = method(rng)
    known = [*points, u]
    bound, ahead = interpolation(f), [(n, n + 1) for n in range(len(points) - 1)]
    pairs = [*ahead, *((rng.randrange(len(known)), rng.randrange(len(known))) for _ in range(3))]
    uses = [Use(Fraction(rng.randrange(1, 9), rng.randrange(1, 9)), 0, (known[i], known[j]))
            for i, j in pairs]  # fmt: skip
    total = number(Fraction(rng.randrange(2)))
    for use in uses:
        one, two = use.values
        rise = ip(grad(f, two), one - two)
        gap = f(one) - f(two) - rise - sq(grad(f, one) - grad(f, two)) / 2
        total = total + use.weight * gap
    for _ in range(rng.randrange(3)):
        first, second = rng.choice(known), rng.choice(known)
        total = total + rational(1, rng.randrange(1, 5)) * sq(first - second - grad(f, first) / 3)
    theorems = [assume(proposition=h) for h in (bound, *equations)]
    solved = {e.args[0]: e.args[1] for e in equations}
    goal = 0 <= Drafter(rng).moved(total, solved)
    theorem = gram(*theorems, goal=goal, uses=uses)
    written = written_out(theorem)
    assert written.rule == "combine" and written.conclusion == theorem.conclusion
    assert set(written.hypotheses) == set(theorem.hypotheses)
    worse = number(Fraction(1)) + sq(u - points[0] / 7)
    for wrong in (0 <= goal.args[1] - worse, 0 <= goal.args[1] - rational(3, 2)):
        with pytest.raises(KernelError):
            print("accepted:", gram(*theorems, goal=wrong, uses=uses))
