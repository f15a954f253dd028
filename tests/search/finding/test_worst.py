"""Worst cases as concrete functions: the method is run on them here again, in exact rationals."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    PL,
    Function,
    Lemma,
    Minimiser,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.language.sorts import LanguageError
from plproof.search.counterexamples.functions.classes import interpolation
from plproof.search.counterexamples.witness import witness
from plproof.search.finding.kernel_refutation import refuted
from plproof.search.finding.worst import worst_case

F = Fraction
E = Space("E")
f = Function("f", E)
x, y, v, xs = Vectors("x y v x*", E)
mu, L, gamma, t, rho = Reals("mu L gamma t rho")
HAIRS = [rational(9999, 10000), rational(999999, 1000000)]
CONVEX = dict(
    L_pos=L > 0, smooth=Smooth(f, L), convex=StronglyConvex(f, 0), stationary=eq(grad(f, xs), 0)
)
STRONG = dict(
    mu_pos=mu > 0,
    order=mu < L,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, mu),
    stationary=eq(grad(f, xs), 0),
)


def gap(p):
    return f(p) - f(xs)


def descent(steps, given, claim, step=None):
    """Return the statement about that many steps, of length 1/L, and the iterates."""
    iterates = [Vector(f"x{k}", E) for k in range(steps + 1)]
    given = dict(given)
    for k in range(steps):
        given[f"step{k + 1}"] = eq(
            iterates[k + 1], iterates[k] - (step or 1 / L) * grad(f, iterates[k])
        )
    return Lemma("descent", given=given, claim=claim(iterates)), iterates


def found(theorem, **options):
    """Return the worst case, checked: every hypothesis holds, and it is what it says it is."""
    case = worst_case(theorem, **options)
    assert case is not None, theorem.claim
    assert all(case.holds(h) is True for h in theorem.given.values())
    left, right = theorem.claim.args
    assert case.evaluate(left) - case.evaluate(right) == case.violation
    return case


def run(function, start, steps, length):
    """Return the iterates of gradient descent."""
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - length * function.slope(path[-1]))
    return path


@pytest.mark.parametrize(("steps", "hair"), [(1, HAIRS[0]), (2, HAIRS[1]), (5, HAIRS[1])])
def test_smooth_convex_descent_fails_on_hubers_function(steps, hair):
    """Drori and Teboulle, 2014: the best constant is 1/(4N + 2)."""
    bound = L / (4 * steps + 2)
    theorem, iterates = descent(steps, CONVEX, lambda p: gap(p[-1]) <= hair * bound * sq(p[0] - xs))
    case = found(theorem)
    (huber,) = case.functions.values()
    assert case.violation > 0 and huber.curvature() == (0, 1) and huber.even()
    knot = F(1, 2 * steps + 1)
    assert huber.knots == (-knot, knot)
    path = run(huber, F(1), steps, F(1))
    assert [case.points[p] for p in iterates] == [(p,) for p in path]
    assert huber.value(path[-1]) - huber.value(F(0)) == F(1, 4 * steps + 2)


def test_the_best_constant_is_attained_and_a_larger_one_never_fails():
    pairs = forall([x, y], interpolation(f, x, y, F(0), F(1)))
    given = dict(pairs=pairs, stationary=eq(grad(f, xs), 0))
    theorem, _ = descent(2, given, lambda p: gap(p[-1]) <= rho * sq(p[0] - xs), 1)
    case = found(theorem, unknown=rho)
    assert case.violation == 0 and case.parameters[rho] == F(1, 10)
    assert "f(x) = 1/2·x² if |x| ≤ 1/5; 1/5·|x| − 1/50 otherwise" in case.text()
    assert case.text().endswith("attained") and case.to_json()["violation"] == "0"
    given = list(theorem.given.values())
    larger = gap(Vector("x2", E)) <= rational("0.1000001") * sq(Vector("x0", E) - xs)
    assert witness(given, larger, {}, violated=True) is None


@pytest.mark.parametrize(
    ("measure", "hair"),
    [
        (gap, HAIRS[0]),
        (lambda p: sq(p - xs), HAIRS[1]),
        (lambda p: sq(grad(f, p)), HAIRS[1]),
    ],
    ids=["value", "distance", "gradient"],
)
def test_strongly_convex_descent_fails_on_a_bowl(measure, hair):
    theorem, _ = descent(
        1, STRONG, lambda p: measure(p[1]) <= hair * (1 - mu / L) ** 2 * measure(p[0])
    )
    case = found(theorem, at={L: 1, mu: F(1, 3)})
    (bowl,) = case.functions.values()
    assert case.violation > 0 and bowl.knots == () and bowl.curvature() == (F(1, 3), F(1, 3))
    assert case.symbols == "μ/2·x²"


@pytest.mark.parametrize("steps", [1, 2])
def test_the_proximal_point_method_fails_on_a_multiple_of_the_distance(steps):
    """Taylor, Hendrickx and Glineur, 2017: the best constant is 1/(4γN)."""
    iterates = [Vector(f"x{k}", E) for k in range(steps + 1)]
    pulls = [Vector(f"g{k}", E) for k in range(steps + 1)]
    given = dict(gamma_pos=gamma > 0, minimum=Minimiser(f, xs))
    for k in range(1, steps + 1):
        given[f"step{k}"] = eq(iterates[k], iterates[k - 1] - gamma * pulls[k])
        given[f"pull{k}"] = forall(v, f(v) >= f(iterates[k]) + ip(pulls[k], v - iterates[k]))
    bound = HAIRS[1] / (4 * gamma * steps)
    theorem = Lemma(
        "proximal", given=given, claim=gap(iterates[-1]) <= bound * sq(iterates[0] - xs)
    )
    case = found(theorem, at={gamma: F(1, 2)})
    (cone,) = case.functions.values()
    assert case.violation > 0 and str(cone) == f"{F(1, steps)}·|x|".removeprefix("1·")


@pytest.mark.parametrize("steps", [1, 2])
def test_without_convexity_the_gradients_stay_as_they_are(steps):
    """Abbaszadehpeivasti, de Klerk and Zamani, 2022: min ‖∇f(x_k)‖² ≤ 4L(f(x₀) − f*)/(3N + 2)."""
    given = dict(L_pos=L > 0, smooth=Smooth(f, L), minimum=Minimiser(f, xs))
    theorem, iterates = descent(
        steps, given, lambda p: t <= HAIRS[1] * 4 * L * gap(p[0]) / (3 * steps + 2)
    )
    given = theorem.given | {f"small{k}": t <= sq(grad(f, p)) for k, p in enumerate(iterates)}
    case = found(Lemma("gradients", given=given, claim=theorem.claim))
    (saw,) = case.functions.values()
    assert case.violation > 0 and saw.curvature() == (-1, 1)
    path = run(saw, case.points[iterates[0]][0], steps, F(1))
    least = min(saw.slope(p) ** 2 for p in path)
    assert least > F(HAIRS[1].data) * 4 * (saw.value(path[0]) - saw.minimum()) / (3 * steps + 2)


def test_an_exact_line_search_fails_in_the_plane():
    """de Klerk, Glineur and Taylor, 2017: two curvatures, and the start on both axes."""
    a, b = Vectors("x0 x1", E)
    given = STRONG | dict(
        orthogonal=eq(ip(grad(f, a), grad(f, b)), 0), across=eq(ip(grad(f, b), b - a), 0)
    )
    rate = ((L - mu) / (L + mu)) ** 2
    theorem = Lemma("line search", given=given, claim=gap(b) <= HAIRS[1] * rate * gap(a))
    case = found(theorem, at={L: 1, mu: F(1, 2)})
    assert case.violation > 0 and case.metric.dimension == 2
    statement = refuted(theorem, case)
    assert statement is not None and not statement.derive().theorem.axioms


def test_where_no_line_will_do_points_of_several_dimensions_fit_together():
    a, b, c = Vectors("x0 x1 x2", E)
    given = STRONG | dict(
        first=eq(b, a - grad(f, a) / L), second=eq(c, b - grad(f, b) / L + (b - a) / 4)
    )
    theorem = Lemma("momentum", given=given, claim=sq(c - xs) <= rational("0.0729") * sq(a - xs))
    case = found(theorem, at={L: 1, mu: F(1, 2)})
    (through,) = case.functions.values()
    assert case.violation > 0 and case.metric.dimension == 2 and through.fits()
    assert through.low == F(1, 2) and through.high == 1
    for place, _, value in through.data:
        assert abs(through.value(list(map(float, place))) - float(value)) < 1e-6


def test_under_pl_false_and_not_provable_are_told_apart():
    given = dict(
        mu_pos=mu > 0, order=mu < L, smooth=Smooth(f, L), pl=PL(f, mu, xs), least=Minimiser(f, xs)
    )

    def asked(rate):
        return descent(1, given, lambda p: gap(p[1]) <= rate * gap(p[0]))[0]

    case = found(asked(HAIRS[1] * (1 - mu / L) ** 2))
    assert case.violation > 0, "½μx² shows it"
    sharp = asked(HAIRS[1] * (2 * L - 2 * mu) / (2 * L + mu))
    assert worst_case(sharp, at={L: 1, mu: F(1, 2)}) is None, "the inequalities do not say enough"


def test_a_function_outside_the_class_is_not_reported():
    """Only ½x² would make the claim false, and its curvature is a hair too large."""
    given = [
        Smooth(f, 1 - rational("1e-9")), StronglyConvex(f, 0), eq(grad(f, xs), 0),
    ]  # fmt: skip
    claim = f(x) - f(xs) <= (1 - rational("1e-9")) / 2 * sq(x - xs)
    assert witness(given, claim, {}, violated=True) is None
    assert witness([Smooth(f, 1), *given[1:]], claim, {}, violated=True) is not None


def test_numbers_must_be_exact():
    theorem, _ = descent(1, CONVEX, lambda p: gap(p[1]) <= sq(p[0] - xs))
    with pytest.raises(LanguageError, match="no exact number"):
        worst_case(theorem, at={L: 0.5})


def test_claims_for_every_number_of_steps_are_taken_at_one():
    from theorems.rates.proximal_point import proximal_point_rate
    from theorems.rates.smooth_convex_rate import N, smooth_convex_rate

    case = worst_case(smooth_convex_rate, at={N: 3})
    assert case.violation == 0 and case.left == F(1, 14) and case.parameters[N] == 3
    assert case.symbols == "L/2·x² if |x| ≤ 1/7; L/7·|x| − L/98 otherwise"
    assert case.symbols in case.text() and "x₃ = 4/7" in case.text()
    case = worst_case(proximal_point_rate)
    assert case.violation == 0 and "attained" in case.text()


def test_no_function_contradicts_what_is_proved():
    from theorems.gradient_descent import pl_linear_rate as pl
    from theorems.rates import proximal_point, strongly_convex_any_step

    proved = [*vars(strongly_convex_any_step).values(), *vars(proximal_point).values()]
    cases = [worst_case(t) for t in proved if isinstance(t, Theorem)]
    found = [case for case in cases if case is not None]
    assert len(found) >= 6 and all(case.violation <= 0 for case in found)
    assert worst_case(pl.pl_linear_rate_needs_gd).violation > 0, "it is declared refuted"


def test_the_subgradient_method_fails_on_a_largest_of_affine_functions():
    """Unit steps from distance 1, subgradients at most 1: the better of two gaps is √3 − 1."""
    a, b = Vectors("x0 x1", E)
    given = dict(
        convex=forall([x, y], f(y) >= f(x) + ip(grad(f, x), y - x)),
        bounded=forall(x, sq(grad(f, x)) <= 1),
        near=sq(a - xs) <= 1,
        descent=eq(b, a - grad(f, a)),
        first=t <= gap(a),
        second=t <= gap(b),
    )
    case = found(Lemma("subgradients", given=given, claim=t <= rational("0.732")))
    (largest,) = case.functions.values()
    assert case.violation > 0 and largest.high is None and largest.fits()
    assert all(case.metric.inner(g, g) <= 1 for _, g, _ in largest.data)
    short = given | dict(bounded=forall(x, sq(grad(f, x)) <= rational("0.99")))
    assert not all(case.holds(h) for h in short.values()), "its subgradients are not that short"
    assert worst_case(Lemma("subgradients", given=given, claim=t <= rational("0.7321"))) is None


def test_a_value_of_a_function_of_no_class_is_no_worst_case():
    """No vector is spoken of: the program is about values alone."""
    assert worst_case(Lemma("below", given=dict(L_pos=L > 0), claim=f(x) <= L)) is None


@pytest.mark.parametrize(
    "claim, said",
    [
        (gap(x) <= sq(x - xs) / 2, "attained"),
        (gap(x) < sq(x - xs) / 2, "the claim is false: they are equal"),
        (gap(x) < sq(x - xs) / 3, "the claim is false: it fails by 1/6"),
    ],
)
def test_what_is_to_be_less_is_not_equal(claim, said):
    given = dict(smooth=Smooth(f, 1), convex=StronglyConvex(f, 0), stationary=eq(grad(f, xs), 0))
    case = worst_case(Lemma("gap", given=given, claim=claim))
    assert case.text().endswith(f": {said}")
