"""Steps that are not alike: their factors are multiplied, each proved of its own step."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Real,
    Reals,
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
from plproof.proof.script import Proof
from plproof.search.claims.chains import by_chain
from plproof.search.claims.find import find
from plproof.search.claims.rates_of_steps import rate_of_steps
from plproof.search.statements.premises import at_numbers

E = Space("E")
f, x = Function("f", E), Sequence("x", E)
a, b, xs = Vectors("a b x*", E)
mu, L = Reals("mu L")
gammas = Reals("gamma0 gamma1")


def between(mu, L):
    """The interpolation inequality of μ-strongly convex, L-smooth functions (Taylor, 2017)."""
    g, d = grad(f, a) - grad(f, b), a - b
    curved = (sq(g) / L + mu * sq(d) - 2 * mu / L * ip(g, d)) / (2 * (1 - mu / L))
    return forall([a, b], f(a) >= f(b) + ip(grad(f, b), d) + curved)


def steps(sizes):
    return {f"step{n}": eq(x[n + 1], x[n] - c * grad(f, x[n])) for n, c in enumerate(sizes)}


def in_numbers(claim, sizes):
    given = dict(between=between(rational(1, 5), 1), still=eq(grad(f, xs), 0))
    return Proof("t", given | steps(sizes), claim)


def with_mu(claim, sizes):
    given = dict(mu_pos=mu > 0, order=mu < 1, between=between(mu, 1), still=eq(grad(f, xs), 0))
    return Proof("t", given | steps(sizes), claim)


def in_symbols(claim, short=(0, 1)):
    """Steps γ_n with γ_n·(L + μ) ≤ 2 for the ``short`` ones."""
    given = dict(mu_pos=mu > 0, order=mu < L, between=between(mu, L), still=eq(grad(f, xs), 0))
    given |= {f"positive{n}": c > 0 for n, c in enumerate(gammas)}
    given |= {f"short{n}": gammas[n] * (L + mu) <= 2 for n in short}
    return Proof("t", given | steps(gammas), claim)


def chained(p):
    found = by_chain(p, p.goal, at_numbers(p, p.hypotheses(), p.goal), (), (), find)
    if found is None:
        assert not p.outline  # what fails leaves nothing behind
        return False
    assert found.claim == p.goal and not found.thm.axioms and not found.thm.admits
    assert set(found.thm.hypotheses) <= {fact.claim for fact in p.hypotheses()}
    return True


def gap(y):
    return f(y) - f(xs)


def away(y):
    return sq(y - xs)


def shrunk(sizes, mu=mu):
    whole = (1 - sizes[0] * mu) ** 2
    for c in sizes[1:]:
        whole = whole * (1 - c * mu) ** 2
    return whole


def tenths(*sizes):
    return [rational(n, 10) for n in sizes]


def test_steps_that_are_parameters_each_have_a_factor():
    assert chained(in_symbols(away(x[2]) <= shrunk(gammas) * away(x[0])))
    # one that may be too long; the factor of a step twice, for want of another's
    assert not chained(in_symbols(away(x[2]) <= shrunk(gammas) * away(x[0]), short=(0,)))
    assert not chained(in_symbols(away(x[2]) <= (1 - gammas[0] * mu) ** 4 * away(x[0])))


def test_two_measures_are_compared_once():
    sizes = tenths(3, 9)
    assert chained(with_mu(gap(x[2]) <= rational(1, 2) * shrunk(sizes) * away(x[0]), sizes))
    assert not chained(with_mu(gap(x[2]) <= rational(1, 3) * shrunk(sizes) * away(x[0]), sizes))


@pytest.mark.parametrize(
    ("factor", "holds"),
    [
        (shrunk(tenths(3, 10, 3)), True),
        ((10 - 3 * mu) ** 4 * (1 - mu) ** 2 / 10**4, True),
        ((1 - rational(3, 10) * mu) ** 2 * (1 - mu) ** 2, True),  # one of the steps does less
        ((10 - 3 * mu) ** 4 * (1 - mu) ** 2 / (10**4 + 1), False),
        ((1 - rational(3, 10) * mu) ** 4 * (1 - mu) ** 4, False),
        ((1 - rational(3, 10) * mu) ** 2 * (1 - mu) ** 3, False),
    ],
    ids=["as the steps are", "whole numbers", "with room", "a hair", "of two", "of three"],
)
def test_a_number_tells_which_factor_is_of_which_step(factor, holds):
    claim = away(x[3]) <= factor * away(x[0])
    assert chained(with_mu(claim, tenths(3, 10, 3))) is holds


@pytest.mark.parametrize("hair", ["1.01", "1", "0.999999"])
@pytest.mark.parametrize("measure", [away, gap])
def test_of_numbers_alone_it_is_one_number(measure, hair):
    whole = rational(hair)
    sizes = tenths(4, 9, 3, 4, 5, 10, 4)
    for n in (4, 9, 3, 4, 5, 10, 4):
        whole = whole * rational(50 - n, 50) ** 2
    claim = measure(x[7]) <= whole * measure(x[0])
    assert chained(in_numbers(claim, sizes)) is (hair >= "1")


@pytest.mark.parametrize(
    ("factor", "holds"),
    [
        (lambda whole: whole, True),
        (lambda whole: rational("0.999999") * whole, False),
        (lambda whole: rational("0.504"), True),
        (lambda whole: rational("0.5039"), False),
    ],
    ids=["as the steps are", "a hair", "a number above", "a number below"],
)
def test_each_step_may_have_a_root_of_its_own(factor, holds):
    sizes = [sqrt(rational(c)) / 2 for c in (2, 3)]  # 0.50391… together
    whole = factor(shrunk(sizes, rational(1, 5)))
    assert chained(in_numbers(away(x[2]) <= whole * away(x[0]), sizes)) is holds


def test_the_best_rate_is_the_product_of_those_of_the_steps():
    rho = Real("rho")
    p = with_mu(away(x[3]) <= rho * away(x[0]), tenths(3, 10, 3))
    once = iter([(1 - rational(3, 10) * mu) ** 2, (1 - mu) ** 2])
    best = rate_of_steps(p, p.goal, rho, p.hypotheses(), (), (), lambda part: next(once))
    assert best == (1 - rational(3, 10) * mu) ** 4 * (1 - mu) ** 2
    wrong = iter([(1 - mu) ** 2, (1 - rational(3, 10) * mu) ** 2])
    assert rate_of_steps(p, p.goal, rho, p.hypotheses(), (), (), lambda part: next(wrong)) is None
