"""Every rule is tried on random premises and data: what it accepts must hold in random models.

Each rule has a generator here that calls it with data that often fit and often almost fit.  The
models of :mod:`models` are computed without the kernel; see there for quantifiers and induction.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import Finite, Model, Scope, Unclear, counterexample, describe

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import RULES, Thm
from plproof.language import (
    FALSE,
    Definition,
    LanguageError,
    Space,
    Term,
    cap,
    conj,
    cos,
    dim,
    disj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    neg,
    ran,
    rational,
    sin,
    sq,
    sqrt,
)
from plproof.language.binding import open_binder, replace, shift, substitute
from plproof.language.definedness import definedness
from plproof.language.sorts import NAT, PROP, REAL, function, linear, subspace, vector
from plproof.language.syntax import variable
from plproof.language.terms import free_variables, make, number, rebuild
from tests.thorough import THOROUGH

E, Y, R2 = Space("E"), Space("Y"), Space.coordinates(2)
VEC, LIN, SUB = vector("E"), linear("E", "E"), subspace("E")
ORDER = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
seeds = st.randoms(use_true_random=True)

A, B, C = (variable(name, PROP) for name in "ABC")
a, b, c, q = (variable(name, REAL) for name in "abcq")
k, m, n = (variable(name, NAT) for name in "kmn")
x, y, z = (variable(name, VEC) for name in "xyz")
f, g = (variable(name, function(VEC, REAL)) for name in "fg")
s = variable("s", function(NAT, REAL))
X = variable("X", function(NAT, VEC))
p = variable("p", function(REAL, PROP))
h = variable("h", function(NAT, PROP))
r = variable("r", function(NAT, function(NAT, PROP)))
w = variable("w", function(VEC, PROP))
K, L = (variable(name, LIN) for name in "KL")
M, N = (variable(name, SUB) for name in "MN")
# between two spaces: J and its adjoint, a map H with its derivative, and subspaces of each
J = variable("J", linear("E", "Y"))
G, H = variable("G", function(VEC, VEC)), variable("H", function(VEC, vector("Y")))
yy, e1, e2 = variable("y", vector("Y")), R2.basis(1), R2.basis(2)
U = variable("U", linear("R^2", "E"))

Above = Definition("Above", [p, a], forall(b, implies(a <= b, p(b))))
Least = Definition("Least", [f, x], forall(y, f(x) <= f(y)))
Gap = Definition("Gap", [f, x, y], f(x) - f(y))
DEFINITIONS = (Above, Least, Gap)


# ---------------------------------------------------------------- random propositions
class Logic:
    """Random propositions whose terms never leave the finite domains of a model."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def value(self, sort: object) -> Term:
        if sort == REAL:
            return self.rng.choice([a, b, c, number(0), number(1), rational(1, 2)])
        if sort == NAT:
            return self.rng.choice([k, m, n, number(0, NAT), number(1, NAT)])
        if sort == VEC:
            return self.rng.choice([x, y, z, E.zero])
        if sort == LIN:
            return self.rng.choice([K, L, E.identity, number(0, LIN)])
        if sort == SUB:
            return self.rng.choice([M, N, E.whole, number(0, SUB)])
        return self.rng.choice([A, B, C, FALSE])

    def variable(self) -> Term:
        return self.rng.choice([a, b, k, m, x, y, A, K, M])

    def subspace(self) -> Term:
        """Return a subspace, which may not be one of the finite domain."""
        kind = self.rng.randrange(4)
        if kind == 0:
            return ker(self.value(LIN))
        if kind == 1:
            return ran(self.value(LIN))
        return cap(self.subspace(), self.subspace()) if kind == 2 else self.value(SUB)

    def atom(self) -> Term:
        rng = self.rng
        u, v = self.value(REAL), self.value(REAL)
        i, j = self.value(NAT), self.value(NAT)
        t = self.value(VEC)
        return rng.choice([
            A, B, C, FALSE, p(u), p(v), h(i), h(j), r(i)(j), w(t), u <= v, u < v, u >= v, u > v,
            eq(u, v), eq(i, j), i <= j, i < j, eq(t, self.value(VEC)), Above(p, u), Least(f, t),
            f(t) <= f(self.value(VEC)), member(t, self.subspace()), member(t, self.subspace()),
            eq(self.value(LIN), self.value(LIN)), eq(self.subspace(), self.value(SUB)),
        ])  # fmt: skip

    def proposition(self, depth: int = 2) -> Term:
        rng = self.rng
        if depth == 0 or rng.random() < 0.3:
            return self.atom()
        kind = rng.randrange(6)
        left = self.proposition(depth - 1)
        if kind == 0:
            return forall(self.variable(), left)
        if kind == 1:
            return exists(self.variable(), left)
        if kind == 2:
            return neg(left)
        right = self.proposition(depth - 1)
        return (left & right, left | right, left >> right)[kind - 3]

    def premise(self, conclusion: Term) -> Thm:
        """Return a theorem with that conclusion and one or a few hypotheses."""
        if self.rng.random() < 0.5:
            return rules.assume(proposition=conclusion)
        return self.given(self.proposition(1), conclusion)

    def given(self, hypothesis: Term, conclusion: Term) -> Thm:
        """Return H → P, H ⊢ P."""
        implication = rules.assume(proposition=hypothesis >> conclusion)
        return rules.modus_ponens(implication, rules.assume(proposition=hypothesis))

    def proved(self, conclusion: Term, variable: Term) -> Thm:
        """Return a theorem of that conclusion in whose hypotheses the variable may not be free."""
        if self.rng.random() < 0.3:
            return self.premise(conclusion)
        general = self.premise(forall(variable, conclusion))
        return rules.instantiate(general, value=variable)

    def mostly(self, wanted: Term) -> Term:
        """Return that proposition, or now and then another one."""
        return wanted if self.rng.random() < 0.8 else self.proposition(1)


Generator = Callable[[Random], Thm]
GENERATORS: dict[str, Generator] = {}


def generator(function: Generator) -> Generator:
    GENERATORS[function.__name__.removeprefix("try_")] = function
    return function


@generator
def try_assume(rng: Random) -> Thm:
    return rules.assume(proposition=Logic(rng).proposition())


@generator
def try_discharge(rng: Random) -> Thm:
    logic = Logic(rng)
    th = logic.premise(logic.proposition())
    return rules.discharge(th, hypothesis=logic.mostly(rng.choice(th.hypotheses)))


@generator
def try_modus_ponens(rng: Random) -> Thm:
    logic = Logic(rng)
    left, right = logic.proposition(1), logic.proposition(1)
    connected = rng.choice([left >> right, left >> right, left & right, right >> left])
    return rules.modus_ponens(logic.premise(connected), logic.premise(left))


@generator
def try_conjunction(rng: Random) -> Thm:
    logic = Logic(rng)
    return rules.conjunction(logic.premise(logic.proposition()), logic.premise(logic.proposition()))


@generator
def try_conjunct(rng: Random) -> Thm:
    logic = Logic(rng)
    left, right = logic.proposition(1), logic.proposition(1)
    connected = rng.choice([left & right, left & right, left | right, left >> right])
    return rules.conjunct(logic.premise(connected), side=rng.choice([0, 1, 1, 2]))


@generator
def try_alternative(rng: Random) -> Thm:
    logic = Logic(rng)
    th = logic.premise(logic.proposition())
    return rules.alternative(th, other=logic.proposition(), side=rng.choice([0, 1, 2]))


@generator
def try_cases(rng: Random) -> Thm:
    logic = Logic(rng)
    left, right, end = (logic.proposition(1) for _ in range(3))
    either = logic.premise(rng.choice([left | right, left | right, right | left, left & right]))
    return rules.cases(
        either,
        logic.given(logic.mostly(rng.choice([left, left, right])), end),
        logic.given(logic.mostly(rng.choice([right, right, left])), end),
    )


@generator
def try_absurd(rng: Random) -> Thm:
    logic = Logic(rng)
    claim = logic.proposition(1)
    th = logic.given(logic.mostly(neg(claim)), logic.mostly(FALSE))
    return rules.absurd(th, proposition=claim)


@generator
def try_generalise(rng: Random) -> Thm:
    logic = Logic(rng)
    v = logic.variable()
    th = logic.proved(logic.proposition(1), v)
    if rng.random() < 0.3:
        th = rules.discharge(th, hypothesis=rng.choice(th.hypotheses))
    return rules.generalise(th, variable=v if rng.random() < 0.9 else logic.variable())


@generator
def try_instantiate(rng: Random) -> Thm:
    logic = Logic(rng)
    v = logic.variable()
    general = logic.premise(rng.choice([forall, forall, exists])(v, logic.proposition(1)))
    return rules.instantiate(general, value=logic.value(v.sort))


@generator
def try_witness(rng: Random) -> Thm:
    logic = Logic(rng)
    goal = rng.choice([exists, exists, forall])(logic.variable(), logic.proposition())
    value = logic.value(goal.data.sort)
    return rules.witness(
        logic.premise(logic.mostly(open_binder(goal, value))), goal=goal, value=value
    )


@generator
def try_obtain(rng: Random) -> Thm:
    logic = Logic(rng)
    v = logic.variable()
    existence = exists(logic.variable(), logic.proposition(1))
    if v.sort != existence.data.sort:
        v = variable("new", existence.data.sort) if rng.random() < 0.5 else v
    if v.sort != existence.data.sort:
        raise KernelError("another sort")
    end = logic.proposition(1)
    source = logic.premise(existence)
    if rng.random() < 0.3:
        source = logic.given(replace(logic.proposition(1), logic.value(v.sort), v), existence)
    inner = forall(v, open_binder(existence, v) >> end)
    implication = rules.instantiate(rules.assume(proposition=inner), value=v)
    if rng.random() < 0.3:
        implication = rules.assume(proposition=open_binder(existence, v) >> end)
    th = rules.modus_ponens(implication, rules.assume(proposition=implication.conclusion.args[0]))
    return rules.obtain(source, th, variable=v)


@generator
def try_rename(rng: Random) -> Thm:
    logic = Logic(rng)
    there = Space("F")
    moved = {v: variable(v.data, vector("F")) for v in (x, y, z)}
    stay = logic.proposition()
    other = substitute_spaces(logic.proposition(), moved)
    th = logic.given(stay, other)
    names = {"E": rng.choice("EFG"), "F": rng.choice("EFG")}
    assert there.name in names
    return rules.rename(th, spaces=names)


def substitute_spaces(t: Term, moved: dict[Term, Term]) -> Term:
    """Move a proposition about E to F as an author would, by writing it again."""
    return rules.rename(rules.assume(proposition=t), spaces={"E": "F"}).conclusion


@generator
def try_reflexive(rng: Random) -> Thm:
    scribe = Scribe(rng)
    term = rng.choice([scribe.real(2), scribe.vec(2), scribe.nat(2), f, mapsto(x, scribe.real(2))])
    return rules.reflexive(term=term)


@generator
def try_rewrite(rng: Random) -> Thm:
    logic = Logic(rng)
    sort = rng.choice([REAL, NAT, VEC])
    old, new = logic.value(sort), logic.value(sort)
    before = logic.proposition()

    def some(t: Term, depth: int) -> Term | None:
        if t == old and rng.random() < 0.6:
            return new
        return old if t == new and rng.random() < 0.3 else None

    after = logic.mostly(rebuild(before, some))
    if rng.random() < 0.2:
        after = replace(before, rng.choice([a, b, c]), number(0))
    return rules.rewrite(logic.premise(eq(old, new)), logic.premise(before), target=after)


@generator
def try_convert(rng: Random) -> Thm:
    logic = Logic(rng)
    before = logic.proposition()
    flips = {"le": "ge", "ge": "le", "lt": "gt", "gt": "lt"}

    def changed(t: Term, depth: int) -> Term | None:
        if t.op in flips and rng.random() < 0.5:
            if rng.random() < 0.1:  # almost right: the sign turned but not the sides
                return make(flips[t.op], t.args)
            return make(flips[t.op], (t.args[1], t.args[0]))
        if t.op == "def" and rng.random() < 0.5:
            return t.data.unfold(t.args)
        if t.op == "in" and rng.random() < 0.7:
            return membership(rng, *t.args)
        return None

    return rules.convert(logic.premise(before), target=rebuild(before, changed))


def membership(rng: Random, v: Term, space: Term) -> Term:
    """Return what v ∈ S means, v and S perhaps under binders; now and then almost that."""
    if space.op == "cap":
        return conj(*(membership(rng, v, part) for part in space.args))
    if space.op == "num":
        whole = bool(space.data) if rng.random() < 0.95 else not space.data
        return FALSE >> FALSE if whole else make("eq", (v, number(0, v.sort)))
    if space.op == "ker":
        image = make("lapp", (space.args[0], v))
        return make("eq", (image, number(0, image.sort)))
    if space.op == "ran":
        a, by = space.args[0], [int(rng.random() < 0.95) for _ in range(2)]  # 0: captured
        preimage = make("bound", (), 0, VEC)
        image = make("lapp", (shift(a, by[0]), preimage))
        hit = make("eq", (image, shift(v, by[1])))
        return make("ex", (hit,), exists(x, FALSE).data)
    return make("in", (v, space))


@generator
def try_total_order(rng: Random) -> Thm:
    scribe = Scribe(rng)
    return rules.total_order(left=rng.choice([scribe.real(2), scribe.nat(1)]), right=scribe.real(2))


@generator
def try_antisymmetry(rng: Random) -> Thm:
    logic, scribe = Logic(rng), Scribe(rng)
    left, right = scribe.real(1), scribe.real(1)
    ends = [(left <= right, right <= left)] * 3
    ends += [(left <= right, left <= right), (left <= right, right < left), (left >= right,) * 2]
    lower, upper = rng.choice(ends)
    return rules.antisymmetry(logic.premise(lower), logic.premise(upper))


@generator
def try_definite(rng: Random) -> Thm:
    logic, scribe = Logic(rng), Scribe(rng)
    v = scribe.vec(2)
    small = [sq(v) <= 0] * 3 + [ip(v, scribe.vec(1)) <= 0, sq(v) <= scribe.real(0), sq(v) >= 0]
    return rules.definite(logic.premise(rng.choice(small)))


@generator
def try_square_root(rng: Random) -> Thm:
    return rules.square_root(term=Scribe(rng).real(2))


@generator
def try_extensional(rng: Random) -> Thm:
    logic = Logic(rng)
    v = rng.choice([a, k, x, x])
    pairs = [(f(x), g(x)), (s[k], s[m]), (s[k], a), (X[k], x), (a, b), (x, E.zero), (p(a), p(b)),
             (Gap(f, x, y), f(x)), (K, L)]  # fmt: skip
    left, right = rng.choice(pairs)
    equation = eq(left, right) if left.sort != PROP else left & right
    claim = rng.choice([forall(v, equation)] * 8 + [exists(v, equation), equation])
    return rules.extensional(logic.premise(claim))


@generator
def try_summation(rng: Random) -> Thm:
    scribe = Scribe(rng)
    body = rng.choice([scribe.real(1), scribe.vec(1)])
    return rules.summation(
        function=rng.choice([s, X, mapsto(k, body), mapsto(m, body), mapsto(a, body), f])
    )


@generator
def try_coordinates(rng: Random) -> Thm:
    return rules.coordinates(dimension=rng.choice([0, 1, 2, 3, 4]))


@generator
def try_natural(rng: Random) -> Thm:
    scribe = Scribe(rng)
    return rules.natural(term=rng.choice([scribe.nat(2), scribe.nat(2), scribe.real(1)]))


@generator
def try_successor(rng: Random) -> Thm:
    logic, scribe = Logic(rng), Scribe(rng)
    i, j = scribe.nat(1), scribe.nat(1)
    return rules.successor(logic.premise(rng.choice([i < j, i < j, i <= j, i < scribe.real(1)])))


@generator
def try_induction(rng: Random) -> Thm:
    logic = Logic(rng)
    goal = forall(rng.choice([k, k, k, m, a]), logic.proposition(1))
    goal = goal if rng.random() < 0.7 else forall(k, rng.choice([h(k), r(k)(m), r(m)(k)]))
    j = variable(rng.choice(["k", "j", "m"]), NAT)
    here, there = open_binder(goal, j), open_binder(goal, j + 1)
    start = open_binder(goal, number(0 if rng.random() < 0.9 else 1, NAT))
    step = forall(j, (here >> there) if rng.random() < 0.9 else (there >> here))
    return rules.induction(
        logic.premise(logic.mostly(start)), logic.premise(logic.mostly(step)), goal=goal
    )


def closed(proposition: Term) -> Term:
    return forall(list(free_variables(proposition)), proposition)


@generator
def try_axiom(rng: Random) -> Thm:
    proposition = Logic(rng).proposition()
    return rules.axiom(name="any", statement=rng.choice([closed(proposition), proposition]))


@generator
def try_oracle(rng: Random) -> Thm:
    proposition = Logic(rng).proposition()
    return rules.oracle(name="any", statement=rng.choice([closed(proposition), proposition]))


@generator
def try_admit(rng: Random) -> Thm:
    return rules.admit(proposition=Logic(rng).proposition())


# ---------------------------------------------------------------- random arithmetic
#: subspaces that are the zero space or the whole one, of three spaces
ALIKE = [
    *(space.whole for space in (E, Y, R2)),
    *(op(space.identity) for op in (ker, ran) for space in (E, Y, R2)),
    *(op(number(0, linear(*ends))) for op in (ker, ran) for ends in ("EE", "EY", "YE", "YY")),
]


class Scribe:
    """Random terms, and other ways to write them that are right or almost right."""

    def __init__(self, rng: Random, slip: float = 0.0) -> None:
        self.rng, self.slip = rng, slip

    def nat(self, depth: int) -> Term:
        if depth == 0 or self.rng.random() < 0.5:
            return self.rng.choice([k, m, number(0, NAT), number(1, NAT), number(2, NAT)])
        if self.rng.random() < 0.2:
            return dim(self.span(depth - 1))
        left, right = self.nat(depth - 1), self.nat(depth - 1)
        return self.rng.choice([left + right, left + 1, left * right])

    def vec(self, depth: int) -> Term:
        rng = self.rng
        if depth == 0 or rng.random() < 0.3:
            return rng.choice([x, y, x, y, E.zero])
        u = self.vec(depth - 1)
        kind = rng.randrange(10)
        if kind == 7:
            return self.map(depth - 1) @ u
        if kind == 8:
            return J.T @ rng.choice([J @ u, H(u), jac(H, u) @ u, yy])
        if kind == 9:
            return rng.choice([make("sum", (X, self.nat(depth - 1))), U @ e1, U @ e2, G(u)])
        if kind == 0:
            return u + self.vec(depth - 1)
        if kind == 1:
            return u - self.vec(depth - 1)
        if kind == 2:
            return self.real(depth - 1) * u
        if kind == 3:
            return u / self.real(depth - 1)
        return (grad(f, u), X[self.nat(depth - 1)], -u)[kind - 4]

    def map(self, depth: int) -> Term:
        """Return a linear map of E to itself."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.3:
            return rng.choice([K, L, K, L, E.identity, number(0, LIN)])
        left = self.map(depth - 1)
        kind = rng.randrange(8)
        if kind < 2:
            return left @ self.map(depth - 1)
        if kind == 2:
            return left.T
        if kind == 3:
            return left + self.map(depth - 1)
        if kind == 4:
            return self.real(depth - 1) * left
        return (J.T @ J, jac(G, self.vec(depth - 1)), U @ U.T)[kind - 5]

    def span(self, depth: int) -> Term:
        """Return a subspace of E, Y or R^2; those of one kind look alike."""
        rng = self.rng
        maps = [self.map(depth), E.identity, Y.identity, R2.identity, J, J.T, U, 0 * J, 0 * U,
                number(0, LIN), number(0, linear("Y", "Y"))]  # fmt: skip
        kind = rng.randrange(4)
        if kind < 2:
            return (ker, ran)[kind](rng.choice(maps))
        return rng.choice([M, E.whole, Y.whole, R2.whole, number(0, SUB), cap(M, ker(K))])

    def real(self, depth: int) -> Term:
        rng = self.rng
        if depth == 0 or rng.random() < 0.2:
            numbers = [number(Fraction(i, 2)) for i in (-2, 0, 1, 2, 4)]
            return rng.choice([a, b, q, a, b, q, *numbers])
        kind = rng.randrange(17)
        left = self.real(depth - 1)
        if kind == 14:
            return rng.choice([sin, cos])(left)
        if kind == 15:
            return make("sum", (s, self.nat(depth - 1)))
        if kind == 16:
            return rng.choice([
                ip(e1, e2), ip(e1, e1), ip(U @ e1, U @ e2), ip(U @ e1, self.vec(depth - 1)),
                ip(J @ self.vec(depth - 1), yy), ip(e1, U.T @ self.vec(depth - 1)), f(G(x)),
            ])  # fmt: skip
        if kind < 2:
            return left + self.real(depth - 1)
        if kind == 2:
            return left - self.real(depth - 1)
        if kind < 5:
            return left * self.real(depth - 1)
        if kind < 7:
            return left / self.real(depth - 1)
        if kind == 7:
            return rng.choice([a, b, q, left]) ** self.nat(depth - 1)
        if kind == 8:
            return sqrt(left)
        if kind == 9:
            return ip(self.vec(depth - 1), self.vec(depth - 1))
        if kind == 10:
            return f(self.vec(depth - 1))
        if kind == 11:
            return rng.choice([s[self.nat(depth - 1)], make("real", (self.nat(depth - 1),))])
        return (Gap(f, self.vec(depth - 1), self.vec(depth - 1)), -left)[kind - 12]

    def again(self, t: Term) -> Term:
        """Return the term written in another way; with ``slip``, the way may be wrong."""
        if t.op in ("all", "ex", "lam", "def", "var", "num", "bound"):
            return self.turn(t)
        return self.turn(make(t.op, tuple(self.again(arg) for arg in t.args), t.data, t.sort))

    def turn(self, t: Term) -> Term:
        rng = self.rng
        if rng.random() < self.slip:
            ways = self.almost(t)
        elif rng.random() < 0.25:
            ways = self.right(t)
        else:
            return t
        return rng.choice(ways) if ways else t

    def right(self, t: Term) -> list[Term]:
        d, args = self.real(0), t.args
        if t.sort == NAT:
            return [t + 0, 0 + t, t * 1, make("add", (t, number(0, NAT), number(0, NAT)))]
        if t.sort.kind == "Sub":
            return []
        if t.sort.kind == "Lin":
            one, other = (number(1, linear(i, i)) for i in t.sort.spaces)
            ways = [t.T.T, t + 0 * t, t @ one, other @ t, 2 * t - t, t + t - t]
            if t.op == "comp":
                ways += [(args[1].T @ args[0].T).T, (2 * args[0]) @ (args[1] / 2)]
                ways += [(args[0] + args[0]) @ args[1] - args[0] @ args[1]]
            return ways
        if t.sort.kind == "Vec" and t.sort != VEC:
            return [t + t - t, make("neg", (-t,)), number(1, linear(*2 * t.sort.spaces)) @ t]
        if t.sort.kind == "Vec" and t.op == "lapp" and d != a:
            A_, v = args
            ways = [A_.T.T @ v, 2 * (A_ @ (v / 2)), A_ @ (v + v) - A_ @ v, (A_ + A_) @ v - A_ @ v]
            if A_.op == "comp":
                ways += [A_.args[0] @ (A_.args[1] @ v)]
            if v.op == "lapp":
                ways += [(A_ @ v.args[0]) @ v.args[1]]
            return ways
        if t.sort.kind == "Vec":
            u = self.vec(1)
            ways = [
                E.identity @ t,
                t + u - u,
                make("neg", (-t,)),
                2 * t - t,
                1 * t,
                E.zero + t,
                mapsto(z, z)(t),
            ]
            if t.op == "div":
                ways += [(1 / args[1]) * args[0]]
            return ways
        if t.sort != REAL:
            return []
        ways = [
            t + d - d,
            make("neg", (-t,)),
            t * 1,
            0 + t,
            t / 1,
            1 / (1 / t),
            mapsto(c, c * 1)(t),
        ]
        ways += [t * t / t]
        if t.op == "mul":
            ways += [args[1] * args[0], (args[0] + d) * args[1] - args[1] * d]
        if t.op == "div":
            ways += [args[0] * (1 / args[1]), -(args[0] / -args[1]), (2 * args[0]) / (2 * args[1])]
        if t.op == "pow":
            ways += [args[0] ** (args[1] + 1) / args[0] if d == q else t * args[0] ** 0]
            ways += [(-args[0]) ** args[1] * (-1) ** args[1]] if args[1].op == "num" else []
        if t.op == "ip":
            u, v = args
            ways += [ip(v, u)]
            ways += [ip(u + x, v) - ip(x, v)] if u.sort == VEC else []
            ways += [ip(u.args[1], u.args[0].T @ v)] if u.op == "lapp" else []
            ways += [ip(v.args[0].T @ u, v.args[1])] if v.op == "lapp" else []
        return ways

    def almost(self, t: Term) -> list[Term]:
        """Ways to write a term that are wrong for some values, often only for 0."""
        d, args = self.rng.choice([a, b, q, self.real(1)]), t.args
        if t.sort.kind == "Sub":
            return [way for way in ALIKE if way.sort == t.sort]
        if t.sort.kind == "Lin":
            square = t.sort.spaces[0] == t.sort.spaces[1]
            ways = [(d / d) * t, -t, t.T @ t, t @ t, t.T] if square else [(d / d) * t, t @ t.T @ t]
            if t.op == "comp":
                ways += [args[1] @ args[0], args[1].T @ args[0].T] if square else []
            return [way for way in ways if way.sort == t.sort]
        if t.sort.kind == "Vec" and t.op == "lapp" and t.sort == args[1].sort:
            A_, v = args
            ways = [A_.T @ v, v, A_ @ (A_ @ v), sq(v) * (A_ @ v), A_ @ (A_.T @ v)]
            if A_.op == "comp" and A_.args[0].sort == A_.args[1].sort:
                ways += [A_.args[1] @ (A_.args[0] @ v)]
            return ways
        if t.sort.kind == "Vec":
            return [(d / d) * t, (d * t) / d, (t / d) * d, -t, number(0, t.sort), d * t]
        if t.sort == NAT:
            others = [dim(way) for way in ALIKE] if t.op == "subdim" else []
            return [t * t, t + 1, number(0, NAT), *others, *others]
        if t.sort != REAL:
            return []
        ways = [t * (d / d), (t / d) * d, (t * d) / d, t * d**k / d**k, t * q**0 * q**m / q**m]
        ways += [sqrt(t) * sqrt(t), sqrt(t * t), sqrt(t) ** 2, t * (a - b) / (a - b), t**k, t * t]
        if t.op == "ip":
            ways += [sqrt(sq(args[0]) * sq(args[1])), sqrt(sq(args[0])) * sqrt(sq(args[1]))]
            ways += [sq(args[0]), ip(args[0], args[0] + args[1])]
            if args[0].op == "lapp":
                A_, u = args[0].args
                ways += [ip(u, args[1])] if u.sort == args[1].sort else []
                ways += [ip(u, A_ @ args[1])] if u.sort == args[1].sort == VEC else []
        if t.op == "mul" and t.args[0].op == t.args[1].op == "ip":
            (u, v), (u2, v2) = args[0].args, args[1].args
        if t.op == "mul" and t.args[0].op == t.args[1].op == "ip" and u.sort == u2.sort:
            ways += [ip(u, v2) * ip(v, u2), ip(u, u2) * ip(v, v2)]
        if t.op == "pow":
            ways += [args[0] ** (args[1] + 1) / args[0], args[0] ** (args[1] * args[1])]
            ways += [args[0] ** k, args[0] ** m, q ** args[1]]
        if t.op == "div":
            e = args[1]
            ways += [args[0] * e / (e * e), (args[0] * d) / (e * d), args[0] / (e + d) + d]
        return ways


def slack(proposition: Term) -> Term:
    """Return what a comparison says is not negative (or zero), as a person would read it."""
    if proposition.op == "imp":
        difference = proposition.args[0].args[1] - proposition.args[0].args[0]
        return difference * difference
    left, right = proposition.args
    return left - right if proposition.op in ("ge", "gt") else right - left


def try_certificate(rng: Random, slip: float) -> Thm:
    """Build a certificate first and its goal from it, then write the goal another way."""
    scribe = Scribe(rng, slip)
    premises = []
    for _ in range(rng.randrange(4)):
        left, right = scribe.real(rng.randrange(3)), scribe.real(rng.randrange(2))
        zero = number(0)
        u, v = scribe.vec(1), scribe.vec(1)
        premises.append(rng.choice([
            left <= right, left < right, left >= right, left > right, zero <= right, zero < left,
            eq(left, right), eq(u, v), ne(left, right), ne(left, 0), ne(a, 0), 0 < b, eq(k, m),
            eq(scribe.map(1), scribe.map(1)),
        ]))  # fmt: skip
    theorems = [rules.assume(proposition=one) for one in premises]
    nonzero = [i for i, one in enumerate(premises) if one.op in ("imp", "lt", "gt")]
    nonzero = [i for i in nonzero if rng.random() < 0.8]
    if rng.random() < 0.25:
        return try_vectors(rng, scribe, premises, theorems, nonzero)
    relation = rng.choice(["le", "le", "lt", "eq", "false"])
    chosen = [one_summand(rng, scribe, premises, relation) for _ in range(rng.randrange(4))]
    total = number(0)
    for summand in chosen:
        total = total + worth(summand, premises)
    if relation == "false":
        closing = scribe.again(total) < 0
        theorems.append(rules.assume(proposition=closing))
        chosen.append(Summand(Fraction(1), (len(premises),)))
        goal = FALSE
    else:
        start = scribe.real(2)
        goal = make(relation, (scribe.again(start), scribe.again(start + total)))
        if relation != "eq" and rng.random() < 0.3:
            goal = make({"le": "ge", "lt": "gt"}[relation], (goal.args[1], goal.args[0]))
    if rng.random() < slip:
        chosen = spoilt(rng, chosen)
    return combine(*theorems, goal=goal, summands=chosen, nonzero=nonzero)


def one_summand(rng: Random, scribe: Scribe, premises: Sequence[Term], relation: str) -> Summand:
    equations = [i for i, one in enumerate(premises) if one.op == "eq"]
    vectors = [i for i in equations if premises[i].args[0].sort.kind in ("Vec", "Lin")]
    coefficient = Fraction(rng.choice([1, 2, "1/3"]))
    if equations and (relation == "eq" or rng.random() < 0.4):
        i = rng.choice(equations)
        multiplier = scribe.vec(1) if i in vectors else rng.choice([None, scribe.real(1)])
        return Summand(coefficient * rng.choice([1, -1]), (i,), (), multiplier)
    others = [i for i in range(len(premises)) if i not in vectors]
    used = tuple(rng.choice(others) for _ in range(rng.randrange(3))) if others else ()
    squares = (rng.choice([scribe.real(1), scribe.vec(1)]),) if rng.random() < 0.3 else ()
    return Summand(coefficient, used, squares)


def worth(summand: Summand, premises: Sequence[Term]) -> Term:
    total = number(summand.coefficient)
    multiplier = summand.multiplier
    for i in summand.premises:
        term = slack(premises[i]) if premises[i].op == "imp" else natural_slack(premises[i])
        if term.sort.kind == "Vec":
            term, multiplier = ip(multiplier, term), None
        total = total * term
    if multiplier is not None:
        total = total * multiplier
    for t in summand.squares:
        total = total * (t * t if t.sort == REAL else ip(t, t))
    return total


def natural_slack(proposition: Term) -> Term:
    if proposition.args[0].sort == NAT:
        return make("real", (proposition.args[1],)) - make("real", (proposition.args[0],))
    return slack(proposition)


def try_vectors(
    rng: Random,
    scribe: Scribe,
    premises: Sequence[Term],
    theorems: Sequence[Thm],
    nonzero: Sequence[int],
) -> Thm:
    start = rng.choice([scribe.vec, scribe.map])(2)
    end, chosen = start, []
    for i, one in enumerate(premises):
        if one.op == "eq" and one.args[0].sort == start.sort:
            factor = scribe.real(1)
            chosen.append(Summand(Fraction(rng.choice([1, -2])), (i,), (), factor))
            end = end + chosen[-1].coefficient * factor * slack(one)
    goal = eq(scribe.again(start), scribe.again(end))
    return combine(*theorems, goal=goal, summands=chosen, nonzero=nonzero)


def spoilt(rng: Random, chosen: list[Summand]) -> list[Summand]:
    if not chosen:
        return [Summand(Fraction(1))]
    i = rng.randrange(len(chosen))
    old = chosen[i]
    new = rng.choice([
        [Summand(-old.coefficient, old.premises, old.squares, old.multiplier)],
        [Summand(old.coefficient, old.premises[1:], old.squares, old.multiplier)],
        [Summand(old.coefficient, old.premises, (), old.multiplier)],
        [Summand(old.coefficient, old.premises, old.squares, a)],
        [],
    ])  # fmt: skip
    return [*chosen[:i], *new, *chosen[i + 1 :]]


@generator
def try_combine(rng: Random) -> Thm:
    return try_certificate(rng, slip=rng.choice([0.0, 0.1]))


@generator
def try_gram(rng: Random) -> Thm:
    """Inequalities for all points, used at points of the finite domain of a model."""
    logic = Logic(rng)
    claims = [
        f(x) >= -3, f(x) <= 3 + sq(x), f(x) >= g(y) - 5, f(x) + sq(x - y) >= f(y) - 4, sq(y) >= 0,
        ip(x, y) <= sq(x) + sq(y), f(x) >= f(z), f(x) > ip(grad(f, z), x) - 20, Gap(f, x, y) <= 5,
        mapsto(y, f(y))(x) >= -3, Gap(f, x, z) >= ip(y, z) - 20, w(x) >> (f(x) >= 0), a <= b,
    ]  # fmt: skip
    premises, uses = [], []
    left = number(0)
    for claim in rng.sample(claims, rng.randrange(1, 3)):
        bound = rng.choice([(x, y), (y, x), (x,), ()]) if claim.args[0].sort == REAL else (x,)
        values = [logic.value(VEC) for _ in bound]
        weight = Fraction(rng.choice([1, 2, "1/3"]))
        premises.append(logic.premise(forall(list(bound), claim)))
        if claim.op != "imp":
            at = dict(zip(bound, values, strict=True))
            left = left + weight * slack(substitute(claim, at))
        values = values if rng.random() < 0.9 else values[::-1]
        uses.append(Use(weight, len(premises) - 1, tuple(values)))
    same = eq(z, rng.choice([x, x + y, grad(f, x) / 2, 2 * z, E.zero]))
    if rng.random() < 0.5:
        premises.append(logic.premise(same))
        left = left + ip(z - same.args[1], logic.value(VEC))
    left = left + rng.choice([sq(x - 2 * y), number(1), number(0), sq(x) - ip(x, y), -sq(z)])
    return gram(*premises, goal=rng.choice([0 <= left, left >= 0, left > 0]), uses=uses)


# ---------------------------------------------------------------- the tests
def models_for(name: str, rng: Random, count: int = 12) -> Iterable[Model]:
    ceiling = 3 if name == "induction" else None
    first = rng.randrange(10**6)
    kind = Finite if name in ("convert", "extensional") else Model
    return [kind((first, i), ceiling) for i in range(count)]


def test_every_rule_has_a_generator() -> None:
    """``differentiate`` speaks of limits, which no finite domain knows: see test_differentiate."""
    tried = {*GENERATORS, "differentiate"}
    assert tried == set(RULES), "a rule without a generator here is a rule never tried"


#: how many examples a rule gets (most: 100)
EXAMPLES = {
    "axiom": 50,
    "oracle": 50,
    "combine": 600,
    "rewrite": 250,
    "generalise": 200,
    "obtain": 200,
    "induction": 250,
    "successor": 250,
}


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_what_a_rule_accepts_holds_in_every_model(name: str) -> None:
    tally: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES.get(name, 100) // (1 if THOROUGH else 2),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=ORDER,
    )
    @given(seeds)
    def try_once(rng: Random) -> None:
        tally["tried"] += 1
        try:
            theorem = GENERATORS[name](rng)
        except (KernelError, LanguageError):
            tally["refused"] += 1
            return
        assert theorem.rule == name
        model, apt = counterexample(theorem, models_for(name, rng))
        tally["exercised"] += apt > 0
        assert model is None, describe(theorem, model)

    try_once()
    share = tally["exercised"] / tally["tried"]
    assert share > 0.1, f"{name}: only {share:.0%} of the attempts say anything: {dict(tally)}"


@settings(
    max_examples=600 if THOROUGH else 300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=ORDER,
)
@given(seeds)
def test_identities_that_are_almost_true_are_refused_or_true(rng: Random) -> None:
    """x/x = 1, ⟨u,v⟩² = ‖u‖²‖v‖², (a/b)·b = a, √t·√t = t and their like, inside larger terms."""
    scribe, careful = Scribe(rng, slip=0.3), Scribe(rng)
    u, v = careful.vec(1), careful.vec(1)
    left, right = careful.real(1), careful.real(1)
    term = rng.choice([
        careful.real(2), careful.vec(2), careful.map(2), careful.map(1) @ u, dim(careful.span(1)),
        ip(careful.map(1) @ u, v), ip(u, v), ip(u, v) * ip(v, x), ip(x, y) * ip(y, x),
        left / right, left * right,
        q ** careful.nat(1), q ** careful.nat(1), sqrt(left), f(u), left * u, u / right,
    ])  # fmt: skip
    ways = scribe.almost(term)
    way = rng.choice(ways[-3:] if rng.random() < 0.5 else ways)  # the last are of this operation
    other = rng.choice([scribe.again(term), careful.again(way)])
    goal = eq(term, other)
    known = [rules.assume(proposition=ne(t, 0)) for t in rng.sample([a, b, q, a - b], 2)]
    known = known if rng.random() < 0.5 else []
    try:
        theorem = combine(*known, goal=goal, summands=[], nonzero=range(len(known)))
    except KernelError:
        return
    model, _ = counterexample(theorem, models_for("combine", rng))
    assert model is None, describe(theorem, model)


@settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=ORDER
)
@given(seeds)
def test_chains_of_rules_prove_only_what_holds(rng: Random) -> None:
    """Rules applied to results of rules: a random walk in which every theorem is checked."""
    logic = Logic(rng)
    known: list[Thm] = [rules.assume(proposition=logic.proposition(1)) for _ in range(4)]
    steps: list[Callable[[], Thm]] = [
        lambda: rules.discharge(pick(), hypothesis=some_hypothesis()),
        lambda: rules.modus_ponens(pick(), pick()),
        lambda: rules.conjunction(pick(), pick()),
        lambda: rules.conjunct(pick(), side=rng.randrange(2)),
        lambda: rules.alternative(pick(), other=logic.proposition(1), side=rng.randrange(2)),
        lambda: rules.generalise(pick(), variable=logic.variable()),
        lambda: rules.instantiate(th := pick(), value=logic.value(bound_sort(th))),
        lambda: rules.absurd(pick(), proposition=logic.proposition(0)),
        lambda: rules.rename(pick(), spaces={"E": rng.choice("EF")}),
        lambda: rules.assume(proposition=logic.mostly(pick().conclusion)),
        lambda: rules.cases(pick(), (th := pick()), th),
        lambda: use(pick()),
    ]

    def pick() -> Thm:
        return rng.choice(known[-12:])

    def bound_sort(th: Thm) -> object:
        return th.conclusion.data.sort if th.conclusion.op == "all" else REAL

    def some_hypothesis() -> Term:
        return rng.choice([h for th in known for h in th.hypotheses])

    def use(th: Thm) -> Thm:
        """Go on from an implication, a disjunction or an existence as a prover would."""
        t = th.conclusion
        if t.op == "imp":
            return rules.modus_ponens(th, rules.assume(proposition=t.args[0]))
        if t.op == "or":
            whole = [rules.assume(proposition=side) for side in t.args]
            ends = [rules.alternative(w, other=o, side=1 - i) for i, (w, o) in
                    enumerate(zip(whole, reversed(t.args), strict=True))]  # fmt: skip
            return rules.cases(th, *ends)
        if t.op == "ex":
            v = logic.value(t.data.sort)
            inner = rules.assume(proposition=open_binder(t, v))
            return rules.obtain(th, rules.witness(inner, goal=t, value=v), variable=v)
        return th

    for _ in range(25):
        try:
            known.append(rng.choice(steps)())
        except (KernelError, LanguageError):
            continue
        model, _ = counterexample(known[-1], models_for("", rng, count=6))
        assert model is None, describe(known[-1], model)


def test_a_definition_keeps_parameters_of_one_name_apart() -> None:
    """D(f: E → ℝ, f: F → ℝ) is refused, or still about two functions when F becomes E."""
    there = Space("F")
    f_there = variable("f", function(vector("F"), REAL))
    try:
        both = Definition("Both", [f, f_there], f(E.zero) <= f_there(there.zero))
    except LanguageError:
        return
    first, second = rules.assume(proposition=both(f, g)), f(E.zero) <= f(E.zero)
    for target in (second, g(E.zero) <= g(E.zero), f(E.zero) <= g(E.zero)):
        try:
            theorem = rules.convert(first, target=target)
            back = rules.convert(rules.assume(proposition=target), target=both(f, g))
        except KernelError:
            continue
        for th in (theorem, back):
            model, _ = counterexample(th, [Model(i) for i in range(60)])
            assert model is None, describe(th, model)


def test_the_models_know_false_from_true() -> None:
    """The judge itself: it refutes what is false and lets stand what is true."""
    false = [a / a <= 1 + b, eq(ip(x, y) ** 2, sq(x) * sq(y)), eq(a / b * b, a), eq(q**k, q),
             eq(sqrt(a) * sqrt(a), a), forall(k, h(k)), Least(f, x), disj(A, B)]  # fmt: skip
    true = [a / a <= 1, ip(x, y) ** 2 <= sq(x) * sq(y), eq(1 / (1 / a), a),
            eq(q ** (k + 1), q * q**k), eq(a * a / a, a), conj(A, B) >> A,
            exists(k, h(k)) | forall(k, neg(h(k)))]  # fmt: skip
    for proposition in (*false, *true):
        readings = set()
        for i in range(80):
            with contextlib.suppress(Unclear):
                readings.add(Model(i).read(proposition))
        assert (False in readings) == (proposition in false), f"misjudged: {proposition}"


def test_substitution_of_a_definition_agrees_with_its_meaning() -> None:
    """Above(p, b) unfolds to ∀b'. b ≤ b' → p(b'), not to a captured b."""
    unfolded = substitute(Above.body, {a: b})
    assert set(free_variables(unfolded)) == {p, b}
    for i in range(40):
        assert Model(i).read(Above(p, b)) == Model(i).read(unfolded)


# ---------------------------------------------------------------- definedness
class Undefined(Exception):
    """A division by zero or a root of a negative number was evaluated."""


class Strict(Model):
    """A model in which 1/0 and √(−1) have no value; ∧, ∨ and → look at the right side last."""

    def inverse(self, value: Fraction) -> Fraction:
        if not self.nonzero(value):
            raise Undefined
        return super().inverse(value)

    def root(self, value: Fraction) -> Fraction:
        if self.nonzero(value) and value < 0:
            raise Undefined
        return super().root(value)

    def read(self, t: Term, *scopes: Scope) -> object:
        scope = scopes[0] if scopes else Scope()
        if t.op in ("and", "or"):
            left = self.read(t.args[0], scope)
            return self.read(t.args[1], scope) if left == (t.op == "and") else left
        if t.op in ("all", "ex", "lam"):
            for value in self.domain(t.data.sort):
                self.read(t.args[0], scope.under(value))
        return super().read(t, scope)


def partial(rng: Random, depth: int) -> Term:
    """Return a proposition with divisions and roots, some of them guarded."""
    left, right = rng.choice([a, b, c]), rng.choice([a, b, c])
    if depth == 0:
        term = rng.choice([1 / left, left / (left - right), sqrt(left), right, f(x / left),
                           mapsto(a, b / (a * a + 1))(left), sqrt(sq(x / right))])  # fmt: skip
        return rng.choice([term <= right, ne(left, 0), left > 0, eq(term, 1)])
    first, second = partial(rng, depth - 1), partial(rng, rng.randrange(depth))
    kind = rng.randrange(6)
    if kind < 2:
        return (forall, exists)[kind](left, first)
    return (first & second, first | second, first >> second, neg(first))[kind - 2]


@settings(
    max_examples=200 if THOROUGH else 100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=ORDER,
)
@given(seeds)
def test_definedness_says_when_every_division_and_root_is_defined(rng: Random) -> None:
    proposition = partial(rng, 2)
    wanted = definedness(proposition)
    for i in range(12):
        seed = (rng.randrange(10**6), i)
        try:
            promised = wanted is None or Model(seed).read(wanted)
            try:
                Strict(seed).read(proposition)
                defined = True
            except Undefined:
                defined = False
        except Unclear:
            continue
        assert promised == defined, (
            f"{proposition} is {'' if defined else 'not '}defined in model {seed}, "
            f"where its definedness {wanted} is {promised}"
        )
