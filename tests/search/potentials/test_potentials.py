"""Claims for every number of steps by potentials that do not know how many: found, and no more."""

from dataclasses import replace

import pytest

from plproof import (
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    rational,
    sq,
)
from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.terms import as_real, number
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.all_steps.claim import read
from plproof.search.all_steps.lead import stated_at
from plproof.search.potentials.constants import homogeneous
from plproof.search.potentials.lead import by_potentials, proofs
from plproof.search.potentials.proof import ByPotential
from tests.inequalities import smooth_and_convex
from tests.thorough import slow

E = Space("E")
f, h, s = Function("f", E), Function("h", E), Function("s", E, E)
v, w, xs = Vectors("v w x*", E)
x, y = Sequence("x", E), Sequence("y", E)
L, gamma, G = Reals("L gamma G")
i, k, N = Naturals("i k N")
#: what interpolation says of convex functions that are L-smooth, where x* is a minimiser
CONVEX = dict(
    positive=L > 0,
    convex=forall([v, w], smooth_and_convex(f, v, w, L)),
    stationary=eq(grad(f, xs), 0),
    minimum=forall(v, f(xs) <= f(v)),
)
DESCENT = CONVEX | dict(method=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]) / L)))


def fast(momentum):
    """Return the fast gradient method with some momentum after the step k + 1."""
    return CONVEX | dict(
        begin=eq(y[0], x[0]),
        method=forall(k, eq(x[k + 1], y[k] - grad(f, y[k]) / L)),
        ahead=forall(k, eq(y[k + 1], x[k + 1] + momentum * (x[k + 1] - x[k]))),
    )


FAST = fast(k / (k + 3))


def gap(v):
    return f(v) - f(xs)


def far(c=1):
    return c * L * sq(x[0] - xs)


def proof_of(given, claim):
    """Return the proof that potentials give, None when they give none."""
    p = Proof("lemma", given, claim)
    return p if by_potentials(p, claim) is not None else None


def proved(given, claim):
    p = proof_of(given, claim)
    if p is None:
        return False
    theorem = p.conclude()
    return theorem.conclusion == claim and set(theorem.hypotheses) <= set(given.values())


def test_gradient_descent_has_the_potential_of_bansal_and_gupta():
    claim = forall(N, implies(N >= 1, gap(x[N]) <= far() / (2 * N)))
    p = proof_of(DESCENT, claim)
    assert p.conclude().conclusion == claim
    said = [step.thm.conclusion for step in p.outline if step.thm is not None]
    assert forall(i, i * gap(x[i]) + L / 2 * sq(x[i] - xs) <= L / 2 * sq(x[0] - xs)) in said


@pytest.mark.parametrize("start", [x, y], ids=["its own name", "the other's"])
def test_the_fast_gradient_method_with_momentum(start):
    """The first point has two names, x₀ and y₀: the claim may speak of it by either."""
    bound = 2 * L * sq(start[0] - xs) / (N + 1) ** 2
    assert proved(FAST, forall(N, implies(N >= 1, gap(x[N]) <= bound)))


def test_the_sequence_of_the_claim_may_be_the_one_without_gradients():
    turned = {x: y, y: x}
    given = {name: substitute(h, turned) for name, h in FAST.items()} | dict(begin=eq(y[0], x[0]))
    assert proved(given, forall(N, implies(N >= 1, gap(y[N]) <= far(2) / (N + 1) ** 2)))


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (DESCENT, gap(x[N]) <= far(rational("0.4999")) / N),  # true, as 1/(4N + 2) is less
        (FAST, gap(x[N]) <= far(rational("1.9999")) / (N + 1) ** 2),
        (fast((k + 1) / (k + 3)), gap(x[N]) <= far(2) / (N + 1) ** 2),
    ],
    ids=["gradient descent", "a hair", "another momentum"],
)
def test_what_is_too_good_is_not_proved(given, claim):
    assert not proved(given, forall(N, implies(N >= 1, claim)))


def test_composite_functions_by_proximal_gradient_steps_with_momentum():
    def whole(v):
        return f(v) + h(v) - (f(xs) + h(xs))

    given = {name: FAST[name] for name in ("positive", "convex", "begin", "ahead")} | dict(
        other=forall([v, w], h(v) >= h(w) + ip(s(w), v - w)),
        optimal=eq(grad(f, xs) + s(xs), 0),
        method=forall(k, eq(x[k + 1], y[k] - (grad(f, y[k]) + s(x[k + 1])) / L)),
    )
    assert proved(given, forall(N, implies(N >= 1, whole(x[N]) <= far(2) / (N + 1) ** 2)))


def subgradients(step):
    """Return steps along subgradients of length at most G, and averages of the points."""
    return dict(
        step_pos=gamma > 0,
        below=forall([v, w], f(v) >= f(w) + ip(s(w), v - w)),
        bounded=forall(v, sq(s(v)) <= G**2),
        method=forall(k, eq(x[k + 1], x[k] - step * s(x[k]))),
        average=forall(k, eq(y[k + 1], y[k] + (x[k] - y[k]) / (k + 1))),
    )


@pytest.mark.parametrize(
    "claim",
    [
        implies(N >= 1, gap(y[N]) <= sq(x[0] - xs) / (2 * gamma * N) + gamma * G**2 / 2),
        exists(
            k,
            conj(k <= N, gap(x[k]) <= sq(x[0] - xs) / (2 * gamma * (N + 1)) + gamma * G**2 / 2),
        ),
    ],
    ids=["average", "best"],
)
def test_subgradient_steps(claim):
    assert proved(subgradients(gamma), forall(N, claim))
    assert not proved(subgradients(gamma * rational("1.0001")), forall(N, claim))


@slow
def test_a_step_may_be_a_symbol():
    given = CONVEX | dict(
        plain=forall([v, w], f(v) >= f(w) + ip(grad(f, w), v - w)),
        step_pos=gamma > 0,
        short=gamma <= 1 / L,
        method=forall(k, eq(x[k + 1], x[k] - gamma * grad(f, x[k]))),
    )
    claim = implies(N >= 1, gap(x[N]) <= sq(x[0] - xs) / (2 * gamma * N))
    assert proved(given, forall(N, claim))


@slow
def test_a_claim_with_room_has_a_potential_with_more_of_what_it_bounds():
    assert proved(FAST, forall(N, implies(N >= 1, gap(x[N]) <= far(2) / N**2)))


@pytest.fixture(scope="module")
def found():
    """The first proof that is found of a claim about gradient descent, and the claim."""
    claim = forall(N, implies(N >= 1, gap(x[N]) <= far() / (2 * N)))
    p = Proof("lemma", DESCENT, claim)
    stated = stated_at(p, read(claim, list(DESCENT.values())), ())
    return next(proofs(stated, ())), claim


def test_the_closed_forms_are_polynomials_in_the_step(found):
    proof, _ = found
    weights = {key[1][3]: c for key, c in proof.found.step.items() if key[0] == "instance"}
    assert weights == {(x[i], x[i + 1]): 1 + as_real(i), (xs, x[i]): number(1)}
    assert (proof.found.weight, proof.found.inverse) == (1 / as_real(i), as_real(i))


@pytest.mark.parametrize("where", ["potential", "start", "step", "inverse"])
def test_wrong_closed_forms_prove_nothing(found, where):
    proof, claim = found
    tiny = rational(1, 10**9)
    right = getattr(proof.found, where)
    if where == "step":
        broken = [right | {key: c + tiny} for key, c in right.items()]
    else:
        broken = [(1 + tiny) * right]
    for wrong in broken[:3]:
        made = replace(proof.found, **{where: wrong})
        with pytest.raises((KernelError, ProofError)):
            ByPotential(proof.windows, proof.values, made, ()).prove(
                Proof("lemma", DESCENT, claim), claim
            )


def test_numbers_alone_are_read_as_multiples_of_a_square():
    one = Vectors("e", E)[0]
    said = forall(v, sq(s(v)) <= 4)
    assert homogeneous(said, one) == forall(v, sq(s(v)) <= 4 + 4 * sq(one) - 4)
    assert homogeneous(f(xs) <= f(v), one) == (f(xs) <= f(v))
    assert homogeneous(as_real(N) <= 3, one) == (as_real(N) <= 3)
