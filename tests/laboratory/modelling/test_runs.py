"""Runs of any method on drawn functions: enclosed rigorously, and sharp enough to see a hair."""

import io
from contextlib import redirect_stdout
from fractions import Fraction

import numpy as np
import pytest

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT
from plproof.laboratory.campaigns import units
from plproof.laboratory.campaigns.units import check, survey
from plproof.laboratory.certification.certified import VIOLATED, Judge
from plproof.laboratory.certification.precise import Field
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.modelling.opened import opened
from plproof.laboratory.modelling.runs import _ends
from plproof.laboratory.modelling.stationarity import product
from plproof.language import (
    FALSE,
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.language.syntax import total
from plproof.theory.functions import Convex, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
x, y, s = Sequence("x", E), Sequence("y", E), Sequence("s")
xs, x0, x1, u, v = Vectors("x* x0 x1 u v", E)
L, mu, gamma, beta, M, t = Reals("L mu gamma beta M t")
k, N = Naturals("k N")
hair = 1 - rational(1, 10**6)
smooth = {"L_pos": L > 0, "smooth": Smooth(f, L)}
strong = {**smooth, "mu_pos": mu > 0, "order": mu < L, "strong": StronglyConvex(f, mu),
          "minimum": Minimiser(f, xs)}  # fmt: skip
convex = {**smooth, "convex": Convex(f), "minimum": Minimiser(f, xs)}

heavy = forall(k, eq(x[k + 2], x[k + 1] - gamma * grad(f, x[k + 1]) + beta * (x[k + 1] - x[k])))
nesterov = conj(
    eq(y[0], x[0]),
    forall(k, eq(x[k + 1], y[k] - grad(f, y[k]) / L)),
    forall(k, eq(y[k + 1], x[k + 1] + (s[k] - 1) / s[k + 1] * (x[k + 1] - x[k]))),
    eq(s[0], 1),
    forall(k, eq(s[k + 1], (1 + sqrt(1 + 4 * s[k] ** 2)) / 2)),
)
implicit = forall(k, eq(x[k] - x[k + 1], gamma * grad(f, x[k + 1])))
proximal = forall([k, v], f(x[k + 1]) + sq(x[k + 1] - x[k]) / (2 * gamma)
                  <= f(v) + sq(v - x[k]) / (2 * gamma))  # fmt: skip
search = forall(k, conj(exists(t, eq(x[k + 1], x[k] - t * grad(f, x[k]))),
                        eq(ip(grad(f, x[k + 1]), grad(f, x[k])), 0)))  # fmt: skip
best = eq(x1, x0 - t * grad(f, x0)), eq(ip(grad(f, x1), x1 - x0), 0)

METHODS = {
    "heavy ball": ({**smooth, "g": gamma > 0, "b": beta > 0, "method": heavy}, 20),
    "two sequences": ({**convex, "method": nesterov}, 20),
    "implicit": ({**convex, "g": gamma > 0, "method": implicit}, 4),
    "proximal": ({**convex, "g": gamma > 0, "method": proximal}, 4),
    "line search": ({**strong, "method": search}, 4),
}


@pytest.mark.parametrize("name", METHODS)
def test_exact_runs_are_within_the_bounds(name):
    given, last = METHODS[name]
    plan = Plan.of(given.values())
    assert not [p for p in plan.method.rest if p == given["method"]]
    seen = 0
    for number, kind in enumerate(("diagonal_quadratic", "huber", "logistic", "spline")):
        rng = np.random.default_rng([number, len(name)])
        proposal = draw(plan, rng, kind, 1 + number, 10.0, 16, last)
        model = realise(plan, proposal)
        held = np.flatnonzero(np.logical_and.reduce([model.facts[p] for p in plan.parts]))
        orbit = model.values[x]
        for row in held[:2].tolist():
            case = Case(tuple(given.values()), (), FALSE, proposal.take([row]))
            with Field(256):
                run = Judge(case, Field(256)).values[x]
                for i in range(min(last, int(orbit.known[row])) + 1):
                    exact = np.array([float(c.value.mid()) for c in run.at(i)])
                    size = max(float(c.value.rad()) for c in run.at(i))
                    off = np.linalg.norm(exact - orbit.points[i, row])
                    room = SAFETY * UNIT * orbit.distance[i, row] + 4 * UNIT * np.abs(exact).max()
                    assert off <= room + size
                    assert room <= 1e-6 * (1 + np.abs(exact).max()), "the bounds say something"
                    seen += 1
    assert seen >= 2 * last


gap = lambda p: f(p) - f(xs)  # noqa: E731
rate = ((L - mu) / (L + mu)) ** 2
subgradients = {
    "g": gamma > 0,
    "sub": forall([u, v], f(v) >= f(u) + ip(g(u), v - u)),
    "bounded": forall(v, norm(g(v)) <= M),
    "method": forall(k, eq(x[k + 1], x[k] - gamma * g(x[k]))),
}
averaged = implies(
    N >= 1,
    f(total(k, N, x[k]) / N) - f(xs) <= sq(x[0] - xs) / (2 * gamma * N) + gamma * M**2 / 2,
)
energy = beta / (2 * gamma)
slow = {**METHODS["heavy ball"][0], "b1": beta < 1, "g1": gamma <= (1 - beta) / L}
firm = {"g": gamma > 0, "convex": Convex(f), "minimum": Minimiser(f, xs), "method": implicit}
across = {**strong, "on": best[0], "across": best[1]}
condition = forall([x0, x1], implies(conj(exists(t, eq(x1, x0 - t * grad(f, x0))),
    forall(t, f(x1) <= f(x0 - t * grad(f, x0)))), gap(x1) <= rate * gap(x0)))  # fmt: skip

#: statements, true ones and neighbours that are false by a hair
STATEMENTS = {
    "heavy ball": (slow, forall(k, f(x[k + 2]) + energy * sq(x[k + 2] - x[k + 1])
                                <= f(x[k + 1]) + energy * sq(x[k + 1] - x[k])), True),
    "heavy ball, by a hair": (slow, forall(k, f(x[k + 2]) + energy * sq(x[k + 2] - x[k + 1])
                                <= f(x[k + 1]) + hair * energy * sq(x[k + 1] - x[k])), False),
    "fast gradient": (METHODS["two sequences"][0], forall(N, gap(x[N + 1])
                      <= 2 * L * sq(x[0] - xs) / (N + 2) ** 2), True),
    "fast gradient, too fast": (METHODS["two sequences"][0], gap(x[2])
                                <= L * sq(x[0] - xs) / 20, False),
    "implicit steps": (firm, forall(N, implies(N >= 1, gap(x[N])
                                            <= sq(x[0] - xs) / (4 * gamma * N))), True),
    "implicit steps, by a hair": (firm, sq(x[1] - xs) <= hair * sq(x[0] - xs), False),
    "line search": (across, gap(x1) <= rate * gap(x0), True),
    "line search, by a hair": (across, gap(x1) <= hair * rate * gap(x0), False),
    "line search in the claim": (strong, condition, True),
    "subgradients, averaged": (subgradients, forall(N, averaged), True),
    "subgradients, too good": (subgradients, f(x[0]) - f(xs) <= gamma * M**2 / 2, False),
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_method_is_run_and_its_statement_decided(name):
    given, claim, true = STATEMENTS[name]
    statement = Statement.of(given, claim)
    rows = 192 if true else 1024
    yields = dict.fromkeys(("diagonal_quadratic", "rotated_quadratic", "huber"), 1.0)
    found = check(statement, 0, 1, yields, rows=rows)
    assert not found["note"]
    if true:
        assert not found["violations"], found["counterexample"]["text"]
        assert found["checks"] >= 0.3 * rows
    else:
        example = found["counterexample"]
        assert example["verdict"] == VIOLATED
        output = io.StringIO()
        with redirect_stdout(output):  # the snippet prints both sides
            exec(example["snippet"], {})
        left, right = (float(line.split()[-1]) for line in output.getvalue().splitlines()[:2])
        assert left == pytest.approx(example["left"]) and right == pytest.approx(example["right"])


def test_where_no_solution_is_known_nothing_is_claimed():
    """I + γ∇²f is not positive for a step longer than 1/L of a function that is not convex."""
    plan = Plan.of([Smooth(f, L), gamma > 0, implicit])
    rng = np.random.default_rng(0)
    proposal = draw(plan, rng, "sine_bumps", 2, 10.0, 64, 4)
    model = realise(plan, proposal)
    bent = 1.0 + proposal.numbers[gamma] * proposal.families[f].constants.strongly_convex
    assert (bent <= 0).any() and (bent > 0).any()
    assert np.array_equal(model.facts[implicit], bent > 0)
    # of one step the start is where the step came from: then any function will do
    one = Plan.of([eq(x1, x0 - gamma * grad(f, x1))])
    model = realise(one, draw(one, rng, "sine_bumps", 2, 10.0, 64, 4))
    assert model.facts[one.parts[0]].all()


def test_rare_conditions_of_a_claim_are_hypotheses_and_subgradients_gradients():
    plain = Statement.of(strong, forall([x0, x1], implies(f(x0) <= f(x1), gap(x0) <= gap(x1))))
    assert opened(plain) == plain
    found = opened(Statement.of(strong, condition))
    assert len(found.hypotheses) == len(strong) + 2 and found.claim.op == "le"
    vector = Statement.of({"sub": forall(v, f(v) >= f(x0) + ip(u, v - x0))}, gap(x0) <= ip(u, x0))
    assert u not in opened(vector).variables()
    for other in (f(v) <= f(x0) + ip(u, v - x0), f(v) >= f(x0) + ip(u, x0 - v),
                  f(v) >= f(x1) + ip(u, v - x0)):  # fmt: skip
        left = Statement.of({"no": forall(v, other)}, gap(x0) <= ip(u, x0))
        assert opened(left) == left


def test_what_is_bounded_along_a_run_is_chosen_and_decided():
    steep = forall(k, implies(k <= N, mu < sq(grad(f, x[k]))))
    given = {**smooth, "gd": GradientDescent(f, x, 1 / L), "steep": steep,
             "below": forall(v, t <= f(v))}  # fmt: skip
    yields = {"diagonal_quadratic": 1.0}
    for factor, true in ((3 * N + 2, True), (4 * N + 3, False)):
        claim = mu < 4 * L * (f(x[0]) - t) / factor
        found = check(Statement.of(given, claim), 0, 0, yields, rows=1024)
        if true:
            assert found["checks"] >= 100 and not found["violations"]
        else:
            assert found["counterexample"]["verdict"] == VIOLATED


def test_a_rule_says_nothing_where_what_it_divides_by_is_zero():
    """At θ = 0 the step is explicit, and at γ = 0 every t leads to the start: no such run."""
    theta = forall(k, eq(x[k + 1], x[k] - gamma * grad(f, beta * x[k + 1] + (1 - beta) * x[k])))
    moves = sq(x[1] - x[0]) >= gamma**2 * sq(grad(f, x[0]))
    on, across = eq(x1, x0 - gamma * t * grad(f, x0)), eq(ip(grad(f, x1), grad(f, x0)), 0)
    line = {**convex, "across": across}
    inner = ip(grad(f, x1), grad(f, x0)) <= 0
    yields = {"diagonal_quadratic": 1.0, "huber": 1.0}
    for given, claim in (
        ({**convex, "g": gamma > 0, "explicit": eq(beta, 0), "method": theta}, moves),
        ({**line, "g": eq(gamma, 0), "on": on}, inner),
        ({**line, "g": gamma >= 0, "on": on}, inner),
        ({**line, "g": eq(gamma, 0), "on": exists(t, on)}, inner),
    ):
        found = check(Statement.of(given, claim), 0, 0, yields, rows=128)
        assert not found["violations"] and not found["note"]
    half = {**convex, "g": gamma > 0, "explicit": eq(beta, rational(1, 2)), "method": theta}
    assert check(Statement.of(half, moves), 0, 0, yields, rows=128)["violations"], "not at 1/2"
    apart = Statement.of({**line, "g": gamma > 0, "on": on}, inner)
    assert check(apart, 0, 0, yields, rows=128)["checks"] >= 30


def test_members_said_in_terms_of_ever_more_members_have_no_values():
    given = {"one": forall(k, eq(x[k], y[k])), "other": forall(k, eq(y[k], x[k + 1]))}
    statement = Statement.of(given, sq(x[0] - x[1]) <= 0)
    assert "ever more members" in survey(statement, 0)["note"]
    assert "ever more members" in units.search(Statement.of(given, sq(x[0]) <= sq(u)), 0, 0)["note"]


def test_a_root_between_two_numbers_is_no_further_away_than_they_are():
    found = np.random.default_rng(2).standard_normal(200)
    ends, reach = _ends(found, 2.0**-50 * (1.0 + np.abs(found)))
    for point, room, *two in zip(found, reach, *ends, strict=True):
        assert max(abs(Fraction(end) - Fraction(point)) for end in two) <= Fraction(room)


def test_products_of_bounds_enclose_also_what_is_too_small_for_a_float():
    numbers = (-np.inf, -3.0, -1e-200, 0.0, 0.1, 1e-200, np.inf)
    pairs = [(low, high) for low in numbers for high in numbers if low <= high]
    inside = {pair: [Fraction(x) for x in pair if np.isfinite(x)] for pair in pairs}
    for a in pairs:
        for b in pairs:
            with np.errstate(invalid="ignore"):  # 0 times infinity is 0 here
                found = product(*(np.array(p)[:, None] for p in (a, b)))
            low, high = (float(x[0]) for x in found)
            for exact in (x * y for x in inside[a] for y in inside[b]):
                assert low == -np.inf or Fraction(low) <= exact
                assert high == np.inf or exact <= Fraction(high)
            if a == (0.0, 0.0):
                assert low == high == 0.0
