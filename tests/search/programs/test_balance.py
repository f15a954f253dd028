"""Numbers of very different size: units change nothing but what the solver sees."""

from fractions import Fraction
from math import log2

import pytest

from plproof import (
    Function,
    ProofError,
    Real,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.search.finding.worst import worst_case
from plproof.search.programs import solver
from plproof.search.programs.balance import balanced
from plproof.search.programs.exact import Found, verified
from plproof.search.programs.program import Form, Program
from plproof.search.programs.refuting import refutation, satisfies
from plproof.search.programs.rounding import certificate
from plproof.search.programs.surd import Surd

E = Space("E")
F = Function("f", E)
X, Y, XS = Vectors("x y x*", E)
RHO = Real("rho")


def stated(curvature, bound, **options):
    """f(x − ∇f(x)/L) − f* ≤ bound for smooth convex functions."""
    rest = sq(grad(F, X) - grad(F, Y)) / (2 * curvature)
    smooth = forall([X, Y], F(X) >= F(Y) + ip(grad(F, Y), X - Y) + rest)
    claim = F(X - grad(F, X) / curvature) - F(XS) <= bound
    given = {"smooth": smooth, "minimum": eq(grad(F, XS), 0)}
    return Theorem("one step", given=given, claim=claim, **options)


def descent(size, rate=Fraction(0)):
    """‖v − w‖² ≤ (1 + rate)·‖v‖²·size² from ⟨v, w⟩·size ≥ ‖w‖²/size, and the like, by units."""
    column = Form({(0, 1): size, (1, 1): -1 / size}, {0: size**3})
    other = Form({}, {0: -1 / size**2})
    target = Form({(0, 1): 2 * size, (1, 1): -2 / size})
    return Program(2, 1, (column, other), (False, False), Form({(0, 0): size**2}), target)


@pytest.mark.parametrize("size", [Fraction(10**9), Fraction(1, 3 * 10**7)])
def test_certificates_in_other_units_hold_in_the_old_ones(size):
    program = descent(size)
    made = balanced(program)
    sizes = [
        abs(log2(abs(c)))
        for form in (*made.program.columns, made.program.target, made.program.bound)
        for c in (*form.quadratic.values(), *form.linear.values())
    ]
    assert max(sizes) < 4
    for rate in (Fraction(1), Surd(Fraction(0), Fraction(1), 2)):
        found = certificate(program, rate)
        assert isinstance(found, Found)
        assert found.rate == rate
        rest = program.residual(rate, found.weights)
        assert not rest.linear
        total = Form()
        for d, line in found.squares:
            pairs = {(i, j): a * b * (1 if i == j else 2)
                     for i, a in line.items() for j, b in line.items() if i <= j}  # fmt: skip
            total = total.plus(Form(pairs), d)
        assert total == Form(rest.quadratic)
        assert isinstance(verified(program, rate, found.weights), Found)
        assert made.old_rate(made.new_rate(rate)) == rate


def test_points_in_other_units_are_points():
    program = descent(Fraction(10**9)).at(Fraction(-1))
    point = refutation(program)
    assert point is not None
    assert satisfies(program, point)


def test_a_program_in_units_of_its_size_is_left_alone():
    program = descent(Fraction(3))
    assert balanced(program).program is program


def test_large_constants_are_no_obstacle():
    found = stated(10**6, RHO * sq(X - XS), unknown=RHO).find_proof()
    assert found.claim.args[1] == (rational(10**6, 6) * sq(X - XS))
    stated(10**40, 10**40 * sq(X - XS) / 6).find_proof()


@pytest.mark.parametrize("curvature", [10**6, 10**12])
def test_a_hair_too_good_is_refuted_exactly_whatever_the_units(curvature):
    almost = rational(curvature * (10**6 - 1), 6 * 10**6)
    with pytest.raises(ProofError, match=r"the claim is false|the claim fails by"):
        stated(curvature, almost * sq(X - XS)).find_proof()


def test_a_solver_that_panics_is_one_without_an_answer(monkeypatch):
    real = solver.conic_solver()

    class PanicException(BaseException):
        """As Rust's: not an Exception."""

    class Broken:
        def __getattr__(self, name):
            return getattr(real, name)

        def DefaultSolver(self, *_):
            raise PanicException

    monkeypatch.setattr(solver, "conic_solver", Broken)
    assert not isinstance(certificate(descent(Fraction(3)), Fraction(1)), Found)
    with pytest.raises(ProofError, match="no proof found"):
        stated(2, sq(X - XS) / 3).find_proof()


def test_statements_without_function_values_have_units_too():
    """Of a class by its gradients alone: where no quadratic is slow enough, others are tried."""
    given = {
        "secant": forall(X, 2 * ip(grad(F, X), X - XS) >= sq(X - XS)),
        "bound": forall(X, sq(grad(F, X)) <= sq(X - XS)),
    }
    for rate, found in (("0.1", True), ("0.9999", False)):  # where it is not, it may be
        claim = sq(Y - grad(F, Y) - XS) <= rational(rate) * sq(Y - XS)
        case = worst_case(Theorem("a step", given=given, claim=claim))
        assert case is not None or not found
        assert case is None or (case.violation > 0 and all(map(case.holds, given.values())))
