"""The second engine confirms what the kernel accepts, and is not to be fooled by itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume, reflexive
from plproof.kernel.thm import Thm
from plproof.language import (
    FALSE,
    Definition,
    Function,
    LinearMap,
    Naturals,
    Real,
    Reals,
    Sequence,
    Space,
    Term,
    Vectors,
    cap,
    cos,
    dim,
    eq,
    grad,
    hess,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    ne,
    norm,
    ran,
    rank,
    rational,
    sin,
    sq,
    sqrt,
    total,
)
from plproof.language.sorts import NAT, PROP, REAL, function, linear
from plproof.language.syntax import variable
from plproof.language.terms import make, number
from plproof.proof.second_opinion import Disagreement, holds, recheck, recheck_all

E = Space("E")
a, b, c, d = Reals("a b c d")
k, m = Naturals("k m")
u, v, w = Vectors("u v w", E)
f = Function("f", E)
x = Sequence("x", E)
Y, R2 = Space("Y"), Space.coordinates(2)
(y,) = Vectors("y", Y)
A, B, C, D = (LinearMap(name, *ends) for name, ends in
              {"A": (E, Y), "B": (E, E), "C": (E, E), "D": (R2, E)}.items())  # fmt: skip
G, H = Function("G", E, E), Function("H", E, Y)
e1, e2 = R2.basis(1), R2.basis(2)
ONE, TINY = Fraction(1), Fraction(1, 10**9)


@dataclass(frozen=True)
class Certificate:
    """What a ``combine`` step carries; also stands in for one that the kernel would not make."""

    goal: Term
    summands: tuple[Summand, ...] = ()
    premises: tuple[Term, ...] = ()
    nonzero: tuple[int, ...] = ()

    def by_kernel(self) -> Thm:
        """Return the theorem of the kernel, premises being assumptions."""
        return combine(
            *(assume(proposition=p) for p in self.premises),
            goal=self.goal,
            summands=self.summands,
            nonzero=self.nonzero,
        )

    def accepted(self) -> bool:
        """Say whether the kernel accepts it."""
        try:
            self.by_kernel()
        except KernelError:
            return False
        return True

    def confirmed(self) -> bool:
        """Say whether sympy confirms it."""
        return holds(self.goal, self.premises, self.summands, self.nonzero)


def same(left: object, right: object, *premises: Term) -> Certificate:
    """Return the claim that two terms are identical where the premises say what is not zero."""
    return Certificate(eq(left, right), (), premises, tuple(range(len(premises))))


def sums(goal: Term, *premises: Term, squares: tuple[Term, ...] = (), **data: Any) -> Certificate:
    """Return the claim that the goal is the sum of the premises and the squares."""
    summands = [Summand(ONE, (i,)) for i in range(len(premises))]
    summands += [Summand(ONE, (), (t,)) for t in squares]
    return Certificate(goal, tuple(summands), premises, **data)


Never = Definition("Never", [], FALSE)
Twice = Definition("Twice", [a], a + a)
F = variable("F", function(function(REAL, PROP), REAL))
curried = mapsto(a, mapsto(b, a + b))

IDENTITIES = {
    "a sum of premises": sums(a <= c, a <= b, b <= c),
    "a square of vectors": sums(2 * ip(u, v) <= sq(u) + sq(v), squares=(u - v,)),
    "premises turned around": sums(a > c, a > b, b >= c),
    "a contradiction": sums(FALSE, a < b, b < a),
    "a product of premises": Certificate(a * b >= 0, (Summand(ONE, (0, 1)),), (a >= 0, b >= 0)),
    "a premise t ≠ 0": Certificate((a - b) ** 2 > 0, (Summand(ONE, (0,)),), (ne(a, b),)),
    "an equation with a multiplier": Certificate(
        eq(a * c, b * c), (Summand(ONE, (0,), (), c),), (eq(a, b),)
    ),
    "an equation of vectors": Certificate(
        eq(u, 2 * v), (Summand(ONE, (0,), (), number(2)),), (eq(u / 2, v),)
    ),
    "a vector as a multiplier": Certificate(
        eq(ip(u, w), ip(v, w)), (Summand(ONE, (0,), (), w),), (eq(u, v),)
    ),
    "x + 0 of vectors": same(u + 0, u),
    "function values at equal points": same(f(u + v - u), f(v)),
    "gradients at equal points": same(grad(f, 2 * (u / (2 * a))), grad(f, (1 / a) * u)),
    "a norm": same(norm(-u) ** 2, norm(u) * norm(-u)),
    "a root": same(sqrt(a + b) * sqrt(b + a), sqrt(a + b) ** 2),
    "a symbolic power": same(a ** (k + 1), a * a**k),
    "a sum in an exponent": same(a ** (2 * k + m + 2), a**2 * (a**k) ** 2 * a**m),
    "a power of a fraction": same((1 - a / b) ** (k + 1), (b - a) / b * (1 - a / b) ** k, b > 0),
    "an index": same(f(x[k + 1]), f(x[1 + k])),
    "a natural number as a real": same(0 * a + (k + m) + 1, m + (k + 1) + 0 * a),
    "a definition": same(Twice(a + b), 2 * b + 2 * a),
    "a function applied": same(mapsto(a, a**2 + b)(c), c * c + b),
    "a function of functions": same(curried(a)(b), curried(a)(b + 0)),
    "a cancelled factor": same(a * (b / a), b, a > 0),
    "a cancelled sum": same((a + b) * (c / (a + b)), c, ne(a + b, 0)),
    "half of what is not zero": same((2 * a + 2 * b) / (a + b) / 2, 1, ne(b + a, 0)),
    "a number below": same(a / 2 + a / 3, 5 * a / 6),
    "0 below": same(a / 0, 0),
    "one known factor of two below": same(1 / (a * b), (1 / a) * (1 / b), ne(a, 0)),
    "a known factor of a sum below": same(
        1 / (2 * a * b + 2 * a * c), 1 / (2 * a) / (b + c), a > 0
    ),
    "a fraction below": same(1 / (1 + a / b), b / (a + b), ne(b, 0)),
    "a fraction twice": same((1 / (a / b)) * a, b, ne(a, 0), ne(b, 0)),
    "what is not zero is a fraction": same(a / b / (a / b), 1, ne(a / b, 0)),
    "what is not zero depends on more": same(
        (1 + 1 / (a + b)) / (1 + 1 / (a + b)), 1, ne(1 + 1 / (a + b), 0), ne(a + b, 0)
    ),
    "what is not zero is a value": same(f(u / a) / f(u / a), 1, a > 0, ne(f(u / a), 0)),
    "what is not zero is learnt late": same(
        b / b * f(u / a), f(u / a), ne(b, 0), ne(f(u / a), 0), ne(a, 0)
    ),
    "factors that share a factor": same(
        1 / (a * b) + 1 / (a * c), (b + c) / (a * b * c), ne(a * b, 0), ne(a * c, 0)
    ),
    "a factor and then its multiple": same(
        (a**2 - b**2) / ((a + b) * (a - b)), 1, ne(a + b, 0), ne(a**2 - b**2, 0)
    ),
    "a multiple and then its factor": same(
        (a + b) / (a**2 - b**2) * (a - b), 1, ne(a**2 - b**2, 0), ne(a + b, 0)
    ),
    "an inverse seen before it was known": same(
        (a + b) * (1 / (a + b)), 1, ne(1 + 1 / (a + b), 0), ne(a + b, 0)
    ),
    "an inverse of what may be zero": same(2 * (1 / (a + b)), 1 / (a + b) + 1 / (b + a)),
    "an inverse of a multiple": same(1 / (2 * a - 2 * b), (1 / (b - a)) / -2),
    "a goal defined as ⊥": Certificate(Never(), (Summand(ONE, (0,)),), (a < a,)),
    "⊥ by definition in a premise": Certificate(
        eq(a / a, 1), (), (implies(eq(a, 0), Never()),), (0,)
    ),
    "a word of maps": same((B @ C) @ u, B @ (C @ u)),
    "a word turned around": same((B @ C).T @ u, C.T @ (B.T @ u)),
    "two adjoints": same(A.T.T @ u, A @ u),
    "a map moved to the other side": same(ip(A @ u, y), ip(u, A.T @ y)),
    "maps moved in part": same(ip(B @ C @ u, C @ v), ip(C @ u, B.T @ C @ v)),
    "a sum of maps": same((B + 2 * C) @ (u - v), B @ u + 2 * (C @ u) - B @ v - 2 * (C @ v)),
    "an equation of maps": Certificate(
        eq(2 * B, 2 * C), (Summand(Fraction(2), (0,)),), (eq(B, C),)
    ),
    "an equation of maps, multiplied": Certificate(
        eq(a * B, a * C), (Summand(ONE, (0,), (), a),), (eq(B, C),)
    ),
    "maps alone": same((B - C) @ (B + C), B @ B + B @ C - C @ B - C @ C),
    "an identity in a word": same(B @ E.identity @ C, 1 * (B @ C)),
    "nothing in a word": same(B @ (0 * C) @ u, 0),
    "a map divided": same((B / a) @ (a * u), B @ u, a > 0),
    "a derivative at equal points": same(jac(G, u + v - u) @ w, jac(G, v) @ w),
    "an adjoint derivative": same(ip(jac(H, u).T @ y, v), ip(y, jac(H, u) @ v)),
    "a Hessian": same(ip(hess(f, u) @ (2 * v), w), 2 * ip(v, hess(f, u).T @ w)),
    "orthonormal vectors": same(ip(2 * e1 + e2, e1 - 3 * e2), -1),
    "coordinate vectors under maps": same(ip(D @ e1, u), ip(e1, D.T @ u)),
    "sums at equal numbers": same(total(k, m + 1, a * k), total(m, 1 + m, a * m)),
    "sums of vectors": same(ip(total(k, m, x[k]), u) * 2, ip(2 * u, total(m, m, x[m]))),
    "sine and cosine": same(sin(a + b) * cos(b + a), cos(a + b) * sin(b + a)),
    "dimensions": same(dim(ker(A)) + rank(B @ C), rank(((B @ C).T).T) + dim(ker(A.T.T))),
    "a power of a dimension": same(a ** (E.dim + 1), a * a**E.dim),
    "≥ inside a function": same(F(mapsto(a, a >= 0)), F(mapsto(a, make("le", (number(0), a))))),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_sympy_confirms_what_the_kernel_accepts(name):
    step = IDENTITIES[name].by_kernel()
    recheck(step)
    assert recheck_all([reflexive(term=a), step, step]) == 2


DIFFERENCES = {
    "two sides that differ": same(a * b, a + b),
    "a product of vectors as if they were numbers": same(ip(u, v) ** 2, sq(u) * sq(v)),
    "a/a where a may be 0": same(a / a, 1),
    "a/a, knowing only b": same(a / a, 1, ne(b, 0)),
    "a + b below, knowing only a and b": same((a + b) / (a + b), 1, a > 0, b > 0),
    "one inverse for another": same(1 / a, 1 / b),
    "a sum below taken apart": same(1 / (a + b), 1 / a + 1 / b, a > 0, b > 0, a + b > 0),
    "one point for another": same(f(u), f(v)),
    "a value for a gradient's square": same(f(u), sq(grad(f, u))),
    "another function": same(f(u), Function("g", E)(u)),
    "a natural number for a real": same(0 * a + k, 0 * a + Real("k")),
    "√(a²) for a": same(sqrt(a**2), a),
    "√a·√a for a": same(sqrt(a) ** 2, a),
    "one step of a power": same(a ** (k + 1), a**k),
    "exponents multiplied": same(a ** (k * m), a**k * a**m),
    "maps in another order": same(B @ (C @ u), C @ (B @ u)),
    "an adjoint forgotten": same(ip(B @ u, v), ip(u, B @ v)),
    "an adjoint of a word in its order": same((B @ C).T @ u, B.T @ (C.T @ u)),
    "a map for its adjoint": same(ip(B @ u, u), ip(B.T @ v, v)),
    "a map squared": same(sq(B @ u), ip(u, B @ (B @ u))),
    "AᵀA for the identity": same(A.T @ (A @ u), u),
    "derivatives at two points": same(jac(G, u) @ w, jac(G, v) @ w),
    "a Hessian that need not be symmetric": same(hess(f, u), hess(f, u).T),
    "coordinate vectors that are not orthogonal": same(ip(e1, e2), 1),
    "images of orthogonal vectors": same(ip(D @ e1, D @ e2), 0),
    "the length of an image": same(sq(D @ e1), 1),
    "a variable shown like e₁": same(sq(Vectors("e1", R2)[0]), 1),
    "zero maps of two spaces": same(dim(ker(0 * A)), dim(ker(0 * A.T))),
    "identities of two spaces": same(rank(E.identity), rank(Y.identity)),
    "whole spaces": same(E.dim, Y.dim),
    "identities inside an intersection": same(
        dim(cap(ran(E.identity), ran(E.identity))), dim(cap(ran(Y.identity), ran(Y.identity)))
    ),
    "kernel and range": same(dim(ker(B)), rank(B)),
    "rank and nullity": same(dim(ker(A)) + rank(A), E.dim),
    "a sum with one more term": same(total(k, m + 1, a * k), total(k, m, a * k) + a * m),
    "a sum of another": same(total(k, m, a), total(k, m, b)),
    "a sum of equal terms": same(total(k, m, a), m * a),
    "sin² + cos²": same(sin(a) ** 2 + cos(a) ** 2, 1),
    "the sine of twice": same(sin(2 * a), 2 * sin(a) * cos(a)),
    "sine for cosine": same(sin(a), cos(a)),
    "an equation of maps for vectors": Certificate(
        eq(B @ u, C @ u), (Summand(ONE, (0,)),), (eq(B, C),)
    ),
    "an equation of maps for numbers": Certificate(eq(a, b), (Summand(ONE, (0,)),), (eq(B, C),)),
    "an equation of other maps": Certificate(eq(B, C), (Summand(ONE, (0,)),), (eq(B, C.T),)),
    "a coordinate of a vector": Certificate(eq(u, v)),
    "a vector for nothing": Certificate(eq(a, 1), (Summand(ONE, (0,)),), (eq(u, u),)),
    "a vector that stays": Certificate(eq(a, a), (Summand(ONE, (0,), (), u),), (eq(b, c),)),
    "two vectors multiplied": Certificate(eq(a, a), (Summand(ONE, (0, 0)),), (eq(u, u),)),
    "a ≥ 0 as if it said a ≠ 0": same(a / a, 1, a >= 0),
    "a premise that is no comparison": Certificate(a <= a, (Summand(ONE, (0,)),), (FALSE,)),
    "a premise that is not there": Certificate(a <= a, (Summand(ONE, (-1,)),), (a <= a,)),
    "a non-zero term that is not there": Certificate(eq(a / a, 1), (), (ne(a, 0),), (-1,)),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_sympy_rejects_what_is_not_identical_and_so_does_the_kernel(name):
    certificate = DIFFERENCES[name]
    assert not certificate.confirmed(), "sympy confirms it"
    assert not certificate.accepted(), "the kernel accepts it"


def test_a_disagreement_says_what_was_claimed_and_from_what():
    @dataclass
    class Step:
        rule: str
        premises: tuple[Thm, ...]
        data: dict[str, Any]
        conclusion: Term = a <= b

    summand = Summand(Fraction(1, 2), (0,), (u - v,), c)
    data = {"goal": a <= b, "summands": (summand,), "nonzero": (1,)}
    premises = (assume(proposition=eq(a, d)), assume(proposition=c > 0))
    with pytest.raises(Disagreement) as caught:
        recheck_all([Step("combine", premises, data)])
    for part in ("a ≤ b", "1/2·(c)·slack(a = d)·square(u − v)", "c > 0"):
        assert part in str(caught.value)
    with pytest.raises(Disagreement, match="a < b is not what the certificate is for: a ≤ b"):
        recheck_all([Step("combine", premises, data, a < b)])


def test_identities_confirmed_once_are_not_asked_again():
    step = IDENTITIES["a product of premises"].by_kernel()
    confirmed: set[object] = set()
    assert recheck_all([step], confirmed) == 1
    assert len(confirmed) == 1
    assert recheck_all([IDENTITIES["a product of premises"].by_kernel()], confirmed) == 1
    assert len(confirmed) == 1


def test_more_atoms_than_the_first_ring_has_room_for_are_fine():
    many = Reals(" ".join(f"t{i}" for i in range(60)))
    total = 0 * a
    for t in many:
        total = total + t
    assert same(total, total + a - a).confirmed()
    assert not same(total, total + many[-1]).confirmed()


def test_many_different_denominators_do_not_explode():
    many = Reals(" ".join(f"t{i}" for i in range(24)))
    total = 0 * a
    for t in many:
        total = total + a / (t + b)
    certificate = same(total + c, c + total, *(t + b > 0 for t in many))
    assert certificate.by_kernel()
    assert certificate.confirmed()


def test_deep_terms_are_fine():
    t = a
    for _ in range(3_000):
        t = -t
    assert same(t, a).confirmed()


# ---------------------------------------------------------------- random identities
small = st.integers(-2, 2)
leaves = st.sampled_from(
    [a, b, c, number(0), number(1), number(2), number(Fraction(-1, 2)), ip(u, v), f(u), f(2 * v)]
)
scalars = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda t: t**2),
        inner.map(lambda t: f(t * u + v)),
        inner.map(lambda t: t ** (k + 1)),
        st.tuples(inner, inner).map(lambda p: ip(p[0] * u + v, p[1] * v - u)),
    ),
    max_leaves=6,
)
denominators = st.lists(
    st.sampled_from([a, b, a * b, a + b, a / b, a - c, a**2 - b**2, 1 + a / b, f(u / a), 1 / c]),
    max_size=3,
    unique=True,
)


def rewritten(t: Term, random: random.Random, units: Seq[Term] = (), vectors: bool = True) -> Term:
    """Return a term that is equal wherever the units are not zero, written differently."""
    if t.sort == NAT or not t.args:
        return t
    args = tuple(rewritten(arg, random, units, vectors) for arg in t.args)
    t = make(t.op, args, t.data, t.sort)
    how: list[Callable[[], Term]] = [lambda: t]
    if t.sort == REAL:
        extra = random.choice([a, b, ip(u, w), f(v)] if vectors else [a, b])
        how.append(lambda: t + extra - extra)
        if units:
            unit = random.choice(units)
            how += [lambda: t * unit / unit, lambda: unit * (t / unit)]
    if t.op in ("mul", "div") and args[0].op == "add":
        join = {"mul": lambda s: args[1] * s, "div": lambda s: s / args[1]}[t.op]
        how.append(lambda: sum(map(join, args[0].args[1:]), join(args[0].args[0])))
    if t.op in ("mul", "ip"):
        how.append(lambda: make(t.op, (args[1], args[0])))
    if t.op == "div" and units:
        how.append(lambda: (args[0] / unit) / (args[1] / unit))
        how.append(lambda: (args[0] * unit) / (unit * args[1]))
    if t.op == "pow" and args[1] == number(2, NAT):
        how.append(lambda: args[0] * args[0])
    if t.op == "pow" and args[1] == k + 1:
        how.append(lambda: args[0] ** k * args[0])
    return random.choice(how)()


@given(scalars, denominators, st.randoms(use_true_random=False))
def test_an_identity_that_the_kernel_sees_is_confirmed(t, units, random):
    certificate = same(t, rewritten(t, random, units), *(ne(unit, 0) for unit in units))
    if certificate.accepted():
        assert certificate.confirmed(), f"{certificate.goal}, with {units}"


@given(scalars, scalars, scalars, scalars, denominators, st.randoms(use_true_random=False))
def test_a_certificate_of_the_kernel_is_confirmed_and_its_neighbours_are_not(
    s, t, square, multiplier, units, random
):
    premises = (s <= t, eq(a, b), *(ne(unit, 0) for unit in units))
    slack = (t - s) * Fraction(2, 3) + square * square * 3 + (b - a) * multiplier
    summands = (
        Summand(Fraction(2, 3), (0,)),
        Summand(Fraction(3), (), (square,)),
        Summand(ONE, (1,), (), multiplier),
    )
    nonzero = tuple(range(2, len(premises)))
    good = Certificate(c <= c + rewritten(slack, random, units), summands, premises, nonzero)
    if not good.accepted():
        return
    assert good.confirmed(), f"{good.goal}"
    for i, summand in enumerate(summands):
        # a summand that is identically 0 may have any coefficient
        alone = replace(good, goal=eq(c, c), summands=(replace(summand, coefficient=ONE),))
        if alone.confirmed():
            continue
        for coefficient in (summand.coefficient + TINY, -summand.coefficient):
            changed = replace(summand, coefficient=coefficient)
            bad = replace(good, summands=(*summands[:i], changed, *summands[i + 1 :]))
            assert not bad.confirmed(), f"{coefficient} in place of {summand}: {good.goal}"
            assert not bad.accepted(), f"{coefficient} in place of {summand}: {good.goal}"


@pytest.mark.parametrize("name", [n for n, s in IDENTITIES.items() if s.summands])
def test_a_certificate_that_is_off_is_rejected_by_both(name):
    good = IDENTITIES[name]
    first, *rest = good.summands
    off = [replace(first, coefficient=first.coefficient + TINY), replace(first, coefficient=-ONE)]
    off += [replace(first, squares=())] if first.squares else []
    off += [replace(first, squares=(*first.squares, a))]
    for changed in off:
        bad = replace(good, summands=(changed, *rest))
        if name == "a goal defined as ⊥":  # its summand is 0 whatever the coefficient
            continue
        assert not bad.confirmed(), f"sympy confirms {changed}"
        assert not bad.accepted(), f"the kernel accepts {changed}"


NEEDED = [n for n, s in IDENTITIES.items() if s.nonzero]


@pytest.mark.parametrize("name", NEEDED)
def test_without_its_non_zero_terms_an_identity_is_rejected_by_both(name):
    bad = replace(IDENTITIES[name], nonzero=())
    assert not bad.confirmed()
    assert not bad.accepted()


# ---------------------------------------------------------------- random words of maps
letters = st.sampled_from([B, C, A.T @ A, D @ D.T, jac(G, u), E.identity, 0 * B])
words = st.recursive(
    letters,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] @ p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(st.sampled_from([a, 1 / a, rational(2)]), inner).map(lambda p: p[0] * p[1]),
        inner.map(lambda t: t.T),
    ),
    max_leaves=5,
)


def otherwise(t: Term, random: random.Random) -> Term:
    """Return a linear map of E that is equal, written differently."""
    if t.op in ("add", "comp", "adj", "smul", "neg"):
        args = (s if s.sort == REAL else otherwise(s, random) for s in t.args)
        t = make(t.op, tuple(args), t.data, t.sort)
    one = number(1, linear(t.sort.spaces[1], t.sort.spaces[1]))
    how = [lambda: t, lambda: t.T.T, lambda: t + t - t, lambda: one @ t, lambda: 2 * t - t]
    if t.op == "comp":
        how.append(lambda: (t.args[1].T @ t.args[0].T).T)
        if t.args[1].op == "comp":
            left, (middle, right) = t.args[0], t.args[1].args
            how.append(lambda: (left @ middle) @ right)
    if t.op == "adj" and t.args[0].op == "add":
        how.append(lambda: sum((s.T for s in t.args[0].args), 0 * t))
    return random.choice(how)()


@given(words, words, st.randoms(use_true_random=False))
def test_maps_are_confirmed_when_the_kernel_sees_they_are_equal_and_only_then(one, other, random):
    again = otherwise(one, random)
    for right in (again, other):
        for certificate in (
            same(one, right), same(one @ v, right @ v), same(ip(one @ v, w), ip(v, right.T @ w)),
            same(dim(ker(one)), dim(ker(right))), same(f(one @ v), f(right @ v)),
            same(jac(H, one @ v).T @ y, jac(H, right @ v).T @ y),
        ):  # fmt: skip
            assert certificate.accepted() == certificate.confirmed(), f"{certificate.goal}"
            assert right is other or certificate.accepted(), f"{certificate.goal}"


# ---------------------------------------------------------------- soundness, without the kernel
rationals = st.recursive(
    st.sampled_from([a, b, c, number(0), number(1), number(-2)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda t: -t),
        inner.map(lambda t: t**2),
    ),
    max_leaves=5,
)


def value(t: Term, at: dict[Term, Fraction]) -> Fraction:
    """Evaluate a rational term exactly; 1/0 = 0."""
    args = [value(arg, at) for arg in t.args]
    if t.op == "num":
        return t.data
    if t.op == "var":
        return at[t]
    if t.op == "add":
        return sum(args, Fraction(0))
    if t.op == "neg":
        return -args[0]
    if t.op == "mul":
        return args[0] * args[1]
    if t.op == "pow":
        return args[0] ** int(args[1])
    assert t.op == "div", t.op
    return args[0] / args[1] if args[1] else Fraction(0)


points = st.lists(st.tuples(small, small, small), min_size=1, max_size=12)


@given(rationals, rationals, st.lists(rationals, max_size=2), points, st.data())
def test_what_sympy_confirms_is_true_at_every_point(s, t, units, points, data):
    random = data.draw(st.randoms(use_true_random=False))
    for other in (t, rewritten(s, random, units, vectors=False)):
        certificate = same(s, other, *(ne(unit, 0) for unit in units))
        if certificate.confirmed():
            for point in points:
                at = dict(zip((a, b, c), map(Fraction, point), strict=True))
                if all(value(unit, at) for unit in units):
                    assert value(s, at) == value(other, at), f"{s} is not {other} at {at}"
