"""Rates of many methods, classes and measures: the best is found, a hair better is not proved.

The rates are in closed form in the literature: Drori and Teboulle (2014), Taylor, Hendrickx and
Glineur (2017, 2018), de Klerk, Glineur and Taylor (2017), Abbaszadehpeivasti et al. (2023).
"""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    GradientDescent,
    Lemma,
    Minimiser,
    ProofError,
    Real,
    Sequence,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
    sqrt,
)
from plproof.language.terms import number

E = Space("E")
f, h, g = Function("f", E), Function("h", E), Function("g", E, E)
x, y, xs, x0, x1, x2, y0 = Vectors("x y x* x0 x1 x2 y0", E)
run = Sequence("x", E)
rho, t = Real("rho"), Real("t")
half, quarter = rational(1, 2), rational(1, 4)


def every(inequality):
    return forall([x, y], inequality)


def convex(f):
    return every(f(x) >= f(y) + ip(grad(f, y), x - y))


def smooth_convex(f):
    return every(f(x) >= f(y) + ip(grad(f, y), x - y) + sq(grad(f, x) - grad(f, y)) / 2)


def between(mu):
    """Curvature between μ and 1."""
    change, apart = grad(f, x) - grad(f, y), x - y
    bend = sq(change) + mu * sq(apart) - 2 * mu * ip(change, apart)
    return every(f(x) >= f(y) + ip(grad(f, y), apart) + bend / (2 * (1 - mu)))


def smooth():
    change = grad(f, x) - grad(f, y)
    middle = ip(grad(f, x) + grad(f, y), x - y) / 2
    return every(f(x) - f(y) >= middle + sq(change) / 4 - sq(x - y) / 4)


optimal = eq(grad(f, xs), 0)
step = eq(x1, x0 - grad(f, x0))
gap0, gap1, far = f(x0) - f(xs), f(x1) - f(xs), sq(x0 - xs)

#: name: hypotheses, left side, right side without the rate, the best rate
RATES = {
    "gradient by distance": ([smooth_convex(f), optimal, step], sq(grad(f, x1)), far, quarter),
    "gradient by gap": ([smooth_convex(f), optimal, step], sq(grad(f, x1)), gap0, rational(2, 3)),
    "distance": ([between(quarter), optimal, step], sq(x1 - xs), far, rational(9, 16)),
    "gap": ([between(quarter), optimal, step], gap1, gap0, rational(9, 16)),
    "line search": (
        [
            between(quarter),
            optimal,
            eq(ip(grad(f, x0), grad(f, x1)), 0),
            eq(ip(grad(f, x1), x1 - x0), 0),
        ],
        gap1,
        gap0,
        rational(9, 25),
    ),
    "least gradient": (
        [
            smooth(),
            forall(x, f(x) - sq(grad(f, x)) / 2 >= f(xs)),
            step,
            t <= sq(grad(f, x0)),
            t <= sq(grad(f, x1)),
        ],
        t,
        gap0,
        rational(4, 5),
    ),
    "proximal point": (
        [convex(f), optimal, eq(x1, x0 - grad(f, x1)), eq(x2, x1 - grad(f, x2))],
        f(x2) - f(xs),
        far,
        rational(1, 8),
    ),
    "proximal point, subgradients": (
        [every(f(x) >= f(y) + ip(g(y), x - y)), eq(g(xs), 0), eq(x1, x0 - g(x1))],
        gap1,
        far,
        quarter,
    ),
    "resolvent of a strongly monotone map": (
        [
            every(ip(g(x) - g(y), x - y) >= sq(x - y)),
            eq(x1, x0 - g(x1)),
            eq(x2, y0 - g(x2)),
        ],
        sq(x1 - x2),
        sq(x0 - y0),
        quarter,
    ),
    "proximal gradient": (
        [
            smooth_convex(f),
            convex(h),
            eq(grad(f, xs) + grad(h, xs), 0),
            eq(x1, x0 - grad(f, x0) - grad(h, x1)),
        ],
        f(x1) + h(x1) - f(xs) - h(xs),
        far,
        quarter,
    ),
    "heavy ball": (
        [
            smooth_convex(f),
            optimal,
            eq(x1, x0 - grad(f, x0) / 2),
            eq(x2, x1 - grad(f, x1) / 2 + (x1 - x0) / 4),
        ],
        f(x2) - f(xs),
        far,
        rational(2, 13),
    ),
    "a sequence": (
        [smooth_convex(f), Minimiser(f, xs), optimal, GradientDescent(f, run, rational(1))],
        f(run[1]) - f(xs),
        sq(run[0] - xs),
        rational(1, 6),
    ),
    "subgradient step, best point": (
        [
            every(f(x) >= f(y) + ip(g(y), x - y)),
            Minimiser(f, xs),
            forall(x, sq(g(x)) <= 1),
            eq(x1, x0 - g(x0) / 2),
            far <= 1,
            t <= gap0,
            t <= gap1,
        ],
        t,
        rational(1),
        sqrt(rational(2)) / 2,
    ),
    "a class of one's own": (
        [
            forall(x, ip(grad(f, x), x - xs) >= sq(x - xs) / 2),
            forall(x, sq(grad(f, x)) <= sq(x - xs)),
            eq(x1, x0 - grad(f, x0) / 2),
        ],
        sq(x1 - xs),
        far,
        rational(3, 4),
    ),
}


def rate_lemma(name, factor=None):
    """Return the lemma with the best rate times a factor, or with ρ in its place."""
    hypotheses, left, right, best = RATES[name]
    rate = rho if factor is None else best
    if factor not in (None, 1):
        rate = number(best.data * Fraction(factor))
    given = {f"h{i}": h for i, h in enumerate(hypotheses)}
    return Lemma(name, given=given, claim=left <= rate * right)


@pytest.mark.parametrize("name", RATES)
def test_the_best_rate_is_found_and_proved(name):
    found = rate_lemma(name).find_proof(unknown=rho)
    assert found.claim == rate_lemma(name, 1).claim
    assert not found.derive().theorem.axioms


HAIRS = ["distance", "proximal point, subgradients", "least gradient"]


@pytest.mark.parametrize("name", HAIRS)
@pytest.mark.parametrize("hair", ["1e-4", "1e-6"])
def test_a_hair_too_good_is_never_proved_and_a_hair_weaker_is(name, hair):
    with pytest.raises(ProofError, match="no proof found"):
        rate_lemma(name, 1 - Fraction(hair)).find_proof()
    rate_lemma(name, 1 + Fraction(hair)).find_proof()
