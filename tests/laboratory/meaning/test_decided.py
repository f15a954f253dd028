"""Statements about systems: true ones are exercised and never found false, false ones are."""

import json

import numpy as np
import pytest

from plproof.laboratory.arithmetic import total
from plproof.laboratory.families import Huber, Quadratic
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.modelling.system_choices import SYSTEM_KINDS
from plproof.laboratory.systems.draw import draw_polynomials
from plproof.laboratory.testing.stress import consistency, refute, stress_test
from plproof.language import (
    Function,
    Natural,
    Real,
    Sequence,
    Space,
    Statement,
    Subspace,
    Vectors,
    conj,
    dim,
    eq,
    exists,
    forall,
    grad,
    hess_along,
    implies,
    ip,
    jac,
    mapsto,
    member,
    ne,
    neg,
    norm,
    rank,
    rational,
    sq,
    sqrt,
)
from plproof.language import (
    total as summed,
)
from plproof.theory.functions import (
    Convex,
    ConvexOn,
    Differentiable,
    DifferentiableAt,
    LocalMinimiser,
    Minimiser,
)
from plproof.theory.systems import (
    C2At,
    DifferentiableMap,
    Onto,
    OverParameterised,
    PositiveIndexAbove,
    SquareLoss,
    StrictDerivative,
    TwiceDifferentiableAt,
)

W, Y = Space("W"), Space("Y")
F, f = Function("F", W, Y), Function("f", W)
w, ws, v, z = Vectors("w w* v z", W)
y, u = Vectors("y u", Y)
r, n = Real("r"), Natural("n")
A = jac(F, ws)
B = hess_along(F, ws, A @ v)
loss = SquareLoss(F, y)
system = {"smooth": C2At(F, ws), "solution": eq(F(ws), y)}
onto = {"onto": Onto(A)}
nowhere_convex = forall(r, implies(r > 0, neg(ConvexOn(loss, ws, r))))
another = conj(norm(w - ws) <= r, ne(w, ws), eq(F(w), y), Minimiser(loss, w))
not_isolated = forall(r, implies(r > 0, exists(w, another)))
bent_component = {"unit": eq(sq(u), 1), "rank": 2 * Y.dim < rank(hess_along(F, ws, u))}

TRUE = {
    "positive index": Statement.of(
        system | onto | {"bent": PositiveIndexAbove(B, Y.dim)}, nowhere_convex
    ),
    "negative index": Statement.of(
        system | onto | {"bent": PositiveIndexAbove(-B, Y.dim)}, nowhere_convex
    ),
    "rank": Statement.of(system | onto | bent_component, nowhere_convex),
    "not isolated": Statement.of(
        {
            "over": OverParameterised(F),
            "derivative": StrictDerivative(F, ws, A),
            "solution": eq(F(ws), y),
            **onto,
        },
        not_isolated,
    ),
    "Fermat": Statement.of(
        {"smooth": DifferentiableMap(F), "solution": eq(F(ws), y)}, eq(grad(loss, ws), 0)
    ),
    "gradient": Statement.of(
        {"smooth": DifferentiableMap(F)},
        forall(w, norm(grad(loss, w) - jac(F, w).T @ (F(w) - y)) <= 0 * r),
    ),
}

FALSE = {
    "rank of at least 2n": Statement.of(
        system | onto | bent_component | {"rank": 2 * Y.dim <= rank(hess_along(F, ws, u))},
        nowhere_convex,
    ),
    "at least n positive": Statement.of(
        system | onto | {"bent": PositiveIndexAbove(B, n), "n": eq(n + 1, Y.dim)}, nowhere_convex
    ),
    "without onto": Statement.of(system | bent_component, nowhere_convex),
    "convex instead": Statement.of(
        system | onto | {"bent": PositiveIndexAbove(B, Y.dim)},
        forall(r, implies(r > 0, ConvexOn(loss, ws, r))),
    ),
    "turned gradient": Statement.of(
        {"smooth": DifferentiableMap(F)}, forall(w, eq(grad(loss, w), jac(F, w).T @ (y - F(w))))
    ),
    "Fermat without solution": Statement.of(
        {"smooth": DifferentiableMap(F)}, eq(grad(loss, ws), 0)
    ),
}


def batches(statement, kinds=SYSTEM_KINDS, batch=40):
    hypotheses = tuple(h for _, h in statement.hypotheses)
    plan = Plan.of(hypotheses, (statement.claim,))
    for number, kind in enumerate(kinds):
        for turn in range(2):
            rng = np.random.default_rng([number, turn])
            m = realise(plan, draw(plan, rng, kind, 2, 4.0, batch, 4))
            rows = np.ones(batch, dtype=bool)
            for h in hypotheses:
                rows &= certify(m, h)
            yield m, rows


@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_is_exercised_and_never_found_false(name):
    seen = 0
    for m, rows in batches(TRUE[name]):
        low, high = m.truth(TRUE[name].claim)
        tried = m.tried(TRUE[name].claim)
        assert not np.any(rows & (high < 0)), name
        seen += int(np.sum(rows & ((low >= 0) | (high < np.inf) | (tried >= 0))))
    assert seen >= 20, name


@pytest.mark.parametrize("name", FALSE)
def test_a_false_neighbour_is_refuted(name, run_code):
    found = refute(FALSE[name], budget="small")
    assert found is not None and found.excess > 0, name
    assert "SystemMap(" in found.functions["F"]
    json.dumps(found.to_json(), allow_nan=False)
    done = run_code(found.snippet)
    assert done.returncode == 0, done.stderr


def test_a_false_statement_about_what_exists_is_honestly_not_found():
    statement = Statement.of(
        {"over": OverParameterised(F), "solution": eq(F(ws), y), "slope": exists(z, ne(A @ z, 0))},
        not_isolated,
    )
    for m, rows in batches(statement, ("bowl", "idle coordinate"), batch=16):
        low, high = m.truth(statement.claim)
        assert rows.any() and np.all(low == -np.inf) and np.all(high == np.inf)


def test_a_witness_is_found_and_rebuilt(run_code):
    for name in ("positive index", "not isolated"):
        found, words = consistency(TRUE[name])
        assert words == "a model found" and found is not None
        done = run_code(found.snippet)
        assert done.returncode == 0, done.stderr


def test_contradictory_conditions_are_possibly_vacuous_and_undecided_ones_are_not_called_so():
    wide = Statement.of({"over": OverParameterised(F), "tall": W.dim < Y.dim}, eq(F(ws), y))
    assert consistency(wide) == (None, "no model found: possibly vacuous")
    strange = exists(w, forall(z, norm(F(z)) <= norm(F(w))))
    found, words = consistency(Statement.of({"strange": strange}, eq(F(ws), y)))
    assert found is None
    assert words == "not exercised: the laboratory does not decide the hypothesis strange"
    N = Subspace("N", W)
    lost = Statement.of({"inside": member(w, N)}, dim(N) >= 1)
    assert consistency(lost)[1].startswith("not exercised: the laboratory has no values for N")
    assert not stress_test(lost, budget="small").items[0].exercised


def test_no_hypotheses_do_not_contradict_each_other_and_constants_may():
    N = Subspace("N", W)
    for claim in (dim(N) >= 0, sq(F(w)) >= 0, rational(1, 2) < 0):
        found, words = consistency(Statement.of({}, claim))
        assert str(found) == words == "there are no hypotheses", claim
        json.dumps(found.to_json(), allow_nan=False)
    one = consistency(Statement.of({"one": rational(1, 2) > 0}, sq(F(w)) >= 0))[0]
    assert str(one).startswith("the hypotheses hold together:\n")
    bare = consistency(Statement.of({"one": rational(1, 2) > 0}, rational(1, 2) < 1))[0]
    assert str(bare) == "the hypotheses hold together"
    none, words = consistency(Statement.of({"less": rational(1, 2) < 0}, sq(F(w)) >= 0))
    assert none is None and words == "no model found: possibly vacuous"


def one_model():
    rng = np.random.default_rng(1)
    drawn, direction = draw_polynomials(3, 2, 3, 2, 1, rng)
    values = {
        F: SystemMap(drawn, np.ones((3, 2))),
        ws: total.exact(drawn.origin),
        w: total.exact(drawn.origin + 0.5),
        v: total.exact(direction),
        y: total.exact(np.ones((3, 2))),
        f: Huber(*_huber()),
    }
    return Model(3, {"W": 3, "Y": 2}, values)


def _huber():
    ones = np.ones((3, 3))
    return ones, ones, 0 * ones, np.zeros(3)


def certain(m, p):
    low, high = m.truth(p)
    return {(True, False): True, (False, True): False}.get(
        (bool((low >= 0).all()), bool((high < 0).all()))
    )


def test_definitions_are_decided_by_what_the_functions_are():
    m = one_model()
    root = mapsto(w, sqrt(sq(w)))
    wave = mapsto(w, ip(F(w), F(w)) ** 2 / 3)
    verdicts = {
        C2At(F, w): True,
        StrictDerivative(F, ws, A): True,
        StrictDerivative(F, w, A): False,
        StrictDerivative(F, ws, 2 * A): False,
        Onto(A): True,
        Onto(A.T): False,
        Onto(0 * A): False,
        PositiveIndexAbove(B, 1): True,
        PositiveIndexAbove(B, 2): False,
        PositiveIndexAbove(-B, 0): True,
        PositiveIndexAbove(-B, 1): False,
        Minimiser(loss, ws): True,
        LocalMinimiser(loss, ws): True,
        Differentiable(wave): True,
        DifferentiableAt(root, w): None,
        TwiceDifferentiableAt(wave, w): True,
        ConvexOn(loss, ws, -1): True,
        eq(rank(A), 2): True,
        eq(rank(A), W.dim): False,
    }
    for p, verdict in verdicts.items():
        assert certain(m, p) is verdict, f"{p}: {verdict}"
    assert not np.any(m.truth(Convex(loss))[0] >= 0)
    with pytest.raises(NotEvaluated):  # Huber's function has a kink in its gradient
        m.truth(TwiceDifferentiableAt(f, w))


def test_finite_sums_and_tables_are_evaluated():
    a, i, j = Sequence("a"), Natural("i"), Natural("j")
    entries = np.arange(12.0).reshape(4, 3)
    from plproof.laboratory.gradient_descent.orbits import Orbit

    orbit = Orbit(entries, np.zeros((4, 3)), np.array([3, 3, 1]))
    numbers = total.exact(np.array([0.0, 3.0, 4.0]))
    m = Model(3, {"W": 2}, {a: orbit, n: numbers, w: total.exact(np.ones((3, 2)))}, horizon=3)
    found = m.value(summed(i, n, a[i]))
    assert found.value[:2].tolist() == [0.0, 1.0 + 4.0 + 7.0]
    assert np.isfinite(found.error[:2]).all() and np.isinf(found.error[2]), "beyond what is known"
    doubled = m.value(summed(i, 3, summed(j, i, 2 * w)))
    assert doubled.value.tolist() == [[6.0, 6.0]] * 3
    assert np.all(m.truth(eq(summed(i, n, a[i]), summed(i, n, a[i + 1])))[1][1] < 0)


def test_a_quadratic_that_is_not_convex_is_not_said_to_be():
    family = Quadratic(np.eye(2)[None], np.zeros((1, 2)), np.zeros(1))
    m = Model(1, {"W": 2}, {f: family, ws: total.exact(np.zeros((1, 2)))})
    assert certain(m, ConvexOn(f, ws, 1)) is True
    assert certain(m, ConvexOn(mapsto(w, -f(w)), ws, 1)) is not True
