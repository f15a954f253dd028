"""Certificates that are accepted, and their nearest neighbours, which are not.

A neighbour differs from an accepted certificate in one thing: a sign, a constant, a hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import (
    absurd,
    antisymmetry,
    assume,
    cases,
    conjunct,
    convert,
    definite,
    discharge,
    generalise,
    induction,
    instantiate,
    modus_ponens,
    natural,
    obtain,
    reflexive,
    rename,
    rewrite,
    successor,
    total_order,
    witness,
)
from plproof.kernel.thm import Thm
from plproof.language import (
    FALSE,
    Definition,
    Function,
    Naturals,
    Reals,
    Space,
    Term,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    mapsto,
    ne,
    neg,
    norm,
    sq,
    sqrt,
)
from plproof.language.sorts import NAT
from plproof.language.terms import make, number

E, F = Space("E"), Space("F")
a, b, c, t, q = Reals("a b c t q")
k, m, n = Naturals("k m n")
u, v, x, y = Vectors("u v x y", E)
v_there = Vectors("v", F)[0]
f, g = Function("f", E), Function("g", E)
ONE, TINY = Fraction(1), Fraction(1, 10**9)


@dataclass(frozen=True)
class Certificate:
    """The data of one call of ``combine``, its premises being assumptions."""

    premises: tuple[Term, ...]
    goal: Term
    summands: tuple[Summand, ...]
    nonzero: tuple[int, ...] = ()

    def check(self) -> Thm:
        theorems = [assume(proposition=one) for one in self.premises]
        return combine(*theorems, goal=self.goal, summands=self.summands, nonzero=self.nonzero)

    def but(self, **changes: object) -> Certificate:
        return replace(self, **changes)


def of(*premises: int, by: Fraction = ONE, squares: Sequence[Term] = (), times: Term | None = None):
    return Summand(by, premises, tuple(squares), times)


# ---------------------------------------------------------------- accepted, each with a name
contraction = Certificate(
    (f(y) <= f(x) - sq(grad(f, x)) / 2, sq(grad(f, x)) / 2 >= q * f(x)),
    f(y) <= (1 - q) * f(x),
    (of(0), of(1)),
)
square = Certificate((), 2 * ip(u, v) <= sq(u) + sq(v), (of(squares=[u - v]),))
strict = Certificate((0 < a, 0 <= b), 0 < a + b, (of(0), of(1)))
product = Certificate((0 <= a, 0 <= b), 0 <= a * b, (of(0, 1),))
quotient = Certificate((ne(b, 0),), eq(a / b * b, a), (), (0,))
one = Certificate((ne(t, 0),), eq(t / t, 1), (), (0,))
difference = Certificate((ne(a - b, 0),), eq((a * a - b * b) / (a - b), a + b), (), (0,))
scaled = Certificate((eq(a, b),), eq(c * a, c * b), (of(0, times=c),))
vectors = Certificate((eq(y, x - t * u),), eq(x - y, t * u), (of(0, by=-ONE),))
dotted = Certificate((eq(y, x),), eq(ip(y, u), ip(x, u)), (of(0, times=u),))
clash = Certificate((a < b, b <= a), FALSE, (of(0), of(1)))
shift = Certificate((), eq(q ** (k + 1), q * q**k), ())
constant = Certificate((), number(0) < number(TINY), (of(by=TINY),))
ACCEPTED = {
    "contraction": contraction, "square": square, "strict": strict, "product": product,
    "quotient": quotient, "one": one, "difference": difference, "scaled": scaled,
    "vectors": vectors, "dotted": dotted, "clash": clash, "shift": shift, "constant": constant,
}  # fmt: skip

NEIGHBOURS = {
    "a multiplier negated": contraction.but(summands=(of(0, by=-ONE), of(1))),
    "a goal better by 1e-9": contraction.but(goal=f(y) <= (1 - q) * f(x) - TINY),
    "a rate better by 1e-9": contraction.but(goal=f(y) <= (1 - q - number(TINY)) * f(x)),
    "a coefficient off by 1e-9": contraction.but(summands=(of(0, by=1 + TINY), of(1))),
    "a premise not used": contraction.but(summands=(of(0),)),
    "a premise that is not there": contraction.but(summands=(of(0), of(2))),
    "a premise counted from the end": contraction.but(summands=(of(0), of(-1))),
    "a hypothesis dropped": contraction.but(premises=contraction.premises[:1]),
    "the premises in another order": strict.but(premises=(0 <= b, 0 < a), summands=(of(1),)),
    "another function": contraction.but(goal=g(y) <= (1 - q) * g(x)),
    "another point": contraction.but(goal=f(x) <= (1 - q) * f(x)),
    "the square dropped": square.but(summands=()),
    "the square subtracted": square.but(summands=(of(by=-ONE, squares=[u - v]),)),
    "another square": square.but(summands=(of(squares=[u + v]),)),
    "strict from a square": square.but(goal=2 * ip(u, v) < sq(u) + sq(v)),
    "the square as an equation": square.but(goal=eq(2 * ip(u, v), sq(u) + sq(v))),
    "strict from weak premises": strict.but(premises=(0 <= a, 0 <= b)),
    "strict from strict times weak": product.but(premises=(0 < a, 0 <= b), goal=0 < a * b),
    "strict from strict times square": Certificate((0 < a,), 0 < a * b**2, (of(0, squares=[b]),)),
    "strict from nothing": strict.but(goal=0 < a - a, summands=()),
    "strict from the coefficient 0": strict.but(
        premises=(0 <= a, 0 <= b), summands=(of(0), of(1), of(by=Fraction(0)))
    ),
    "an equation from inequalities": clash.but(premises=(a <= b, b <= a), goal=eq(a, b)),
    "a contradiction from weak premises": clash.but(premises=(a <= b, b <= a)),
    "a denominator not known": quotient.but(nonzero=()),
    "a denominator known only to be ≥ 0": quotient.but(premises=(b >= 0,)),
    "another denominator known": quotient.but(premises=(ne(a, 0),)),
    "the square of another known": quotient.but(premises=(ne(a * a, 0),)),
    "a sum known not to vanish": quotient.but(premises=(ne(a + b, 0),)),
    "an equation as non-zero": quotient.but(premises=(eq(b, 1),)),
    "a non-zero theorem that is not there": quotient.but(nonzero=(1,)),
    "0 ≠ 0 as knowledge of all": quotient.but(premises=(ne(number(0), 0),)),
    "x/x = 1 with x unknown": one.but(nonzero=()),
    "x/x = 1 with no premise": one.but(premises=(), nonzero=()),
    "x/x = 0": one.but(goal=eq(t / t, 0)),
    "0/0 = 1": Certificate((), eq(number(0) / number(0), 1), ()),
    "(a²−b²)/(a−b) = a+b with a, b unknown": difference.but(nonzero=()),
    "(a²−b²)/(a−b) = a−b": difference.but(goal=eq((a * a - b * b) / (a - b), a - b)),
    "(a²−b²)/(a−b) = a+b with a+b known": difference.but(premises=(ne(a + b, 0),)),
    "an inequality with a multiplier": scaled.but(premises=(a <= b,), goal=c * a <= c * b),
    "another multiplier": scaled.but(summands=(of(0, times=a),)),
    "a vector multiplier for reals": scaled.but(summands=(of(0, times=u),)),
    "a natural multiplier": scaled.but(goal=eq(k * a, k * b), summands=(of(0, times=k),)),
    "a real multiplier for vectors": dotted.but(summands=(of(0, times=t),)),
    "no multiplier for vectors": dotted.but(summands=(of(0),)),
    "a multiplier of another space": dotted.but(summands=(of(0, times=v_there),)),
    "a vector identity, wrong sign": vectors.but(summands=(of(0),)),
    "a vector identity off by 1e-9": vectors.but(goal=eq(x - y, (t + number(TINY)) * u)),
    "a vector identity from an inequality": vectors.but(premises=(ip(y, u) <= 0,)),
    "a vector identity from two spaces": vectors.but(premises=(eq(v_there, v_there),)),
    "a vector identity and a square": vectors.but(summands=(of(0, by=-ONE, squares=[a]),)),
    "a contradiction without its half": clash.but(summands=(of(0),)),
    "q^(k+1) = q·q": shift.but(goal=eq(q ** (k + 1), q * q)),
    "q^(k+1) = q^k": shift.but(goal=eq(q ** (k + 1), q**k)),
    "q^k = q^m": shift.but(goal=eq(q**k, q**m)),
    "q^k = a^k": shift.but(goal=eq(q**k, a**k)),
    "q^(k+m) = q^(k·m)": shift.but(goal=eq(q ** (k + m), q ** (k * m))),
    "q^(2k) = 2·q^k": shift.but(goal=eq(q ** (2 * k), 2 * q**k)),
    "q^(k·m) = q^k·q^m": shift.but(goal=eq(q ** (k * m), q**k * q**m)),
    "q^k·q^(−k) = 1": shift.but(goal=eq(q**k / q**k, 1)),
    "(a+b)^k = a^k + b^k": shift.but(goal=eq((a + b) ** k, a**k + b**k)),
    "0^k = 0": shift.but(goal=eq(number(0) ** k, 0)),
    "0^0 = 0": shift.but(goal=eq(number(0) ** number(0, NAT), 0)),
    "0 < 0": constant.but(goal=number(0) < number(0)),
    "0 < −1e-9": constant.but(goal=number(0) < number(-TINY)),
    "a float as coefficient": square.but(summands=(Summand(1.0, (), (u - v,)),)),  # type: ignore[arg-type]
    "‖u‖²‖v‖² = ⟨u,v⟩²": Certificate((), eq(ip(u, v) ** 2, sq(u) * sq(v)), ()),
    "‖u‖‖v‖ = ⟨u,v⟩": Certificate((), eq(ip(u, v), norm(u) * norm(v)), ()),
    "‖u‖²‖v‖² ≤ ⟨u,v⟩²": Certificate((), sq(u) * sq(v) <= ip(u, v) ** 2, ()),
    "Cauchy–Schwarz for nothing": Certificate((), ip(u, v) ** 2 <= sq(u) * sq(v), ()),
    "⟨u,v⟩·w is not ⟨u,w⟩·v": Certificate((), eq(ip(u, v) * x, ip(u, x) * v), ()),
    "√t·√t = t": Certificate((), eq(sqrt(t) * sqrt(t), t), ()),
    "√(t²) = t": Certificate((), eq(sqrt(t * t), t), ()),
    "√a·√b = √(ab)": Certificate((), eq(sqrt(a) * sqrt(b), sqrt(a * b)), ()),
    "√0 = 0, which needs square_root": Certificate((), eq(sqrt(0), 0), ()),
    "f(x+y) = f(x)+f(y)": Certificate((), eq(f(x + y), f(x) + f(y)), ()),
    "f(0) = 0": Certificate((), eq(f(E.zero), 0), ()),
    "∇ is not linear": Certificate((), eq(grad(f, x + y), grad(f, x) + grad(f, y)), ()),
    "equal points need rewrite": Certificate((eq(x, y),), eq(f(x), f(y)), (of(0, times=u),)),
    "∇f = ∇g": Certificate((), eq(grad(f, x), grad(g, x)), ()),
    "a goal that is no comparison": strict.but(goal=(0 < a) & (0 < b)),
    "a premise that is no comparison": strict.but(premises=((0 < a) & (0 < b), 0 <= b)),
    "functions compared": Certificate((), eq(f, f), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_right_certificate_proves_its_goal(name: str) -> None:
    certificate = ACCEPTED[name]
    theorem = certificate.check()
    assert theorem.conclusion == certificate.goal
    assert theorem.hypotheses == certificate.premises, "every premise stays a hypothesis"


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_its_neighbour_is_refused(name: str) -> None:
    certificate = NEIGHBOURS[name]
    with pytest.raises(KernelError):
        print("accepted:", certificate.check())


def test_the_same_identity_holds_with_the_premise_that_makes_it_true() -> None:
    right = [
        (ne(t, 0), eq(t / t, 1)),
        (0 < t, eq(t / t, 1)),
        (t < 0, eq(t / t, 1)),
        (t > 0, eq(t / t, 1)),
        (ne(t * a, 0), eq(t / t, 1)),
        (ne(q**k, 0), eq(q**k / q**k, 1)),
        (ne(number(0), t), eq(1 / t * t, 1)),
        (ne(a + b, 0), eq(a / (a + b) + b / (b + a), 1)),
        (ne(sq(u), 0), eq(ip(u / sq(u), u), 1)),
        (ne(f(x), 0), eq(f(x + y - y) / f(x), 1)),
    ]
    for known, goal in right:
        assert Certificate((known,), goal, (), (0,)).check().hypotheses == (known,)
        with pytest.raises(KernelError):
            Certificate((known,), goal, ()).check()


def test_a_non_zero_theorem_leaves_its_hypotheses_behind() -> None:
    theorem = one.check()
    assert theorem.hypotheses == (ne(t, 0),), "the cancellation must stay conditional"


IDENTITIES = [
    eq(q ** (k + 1), q * q**k),
    eq(q ** (k + m), q**m * q**k),
    eq(q ** (2 * k), q**k * q**k),
    eq(q ** (k * (m + 1)), q ** (k * m) * q**k),
    eq(q ** number(0, NAT), 1),
    eq(number(0) ** number(0, NAT), 1),
    eq(a / 0, 0),
    eq((a + b) / c, a / c + b / c),
    eq((2 * a) / (2 * b), a / b),
    eq(k + 1, 1 + k),
    eq(f(x + y), f(y + x)),
    eq(f((a + b) * x - b * x), f(a * x)),
    eq(mapsto(x, f(x) + 1)(y), f(y) + 1),
    eq(grad(f, x + E.zero), grad(f, x)),
    eq(ip(u, v), ip(v, u)),
    eq((a * x) / a - (a * x) / a, E.zero),
]


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
def test_an_identity_needs_no_premise(identity: Term) -> None:
    assert combine(goal=identity, summands=[]).hypotheses == ()


# ---------------------------------------------------------------- the other rules
w = Definition("Positive", [a], 0 < a)
between = forall(t, (0 < t) >> (0 <= t))
some = exists(t, t > c)


def step(hypothesis: Term, conclusion: Term) -> Thm:
    return assume(proposition=forall(k, hypothesis >> conclusion))


def at_least(i: Term) -> Term:
    return make("real", (i,)) <= q**i


GOAL = forall(k, at_least(k))
START = assume(proposition=at_least(number(0, NAT)))
STEP = step(at_least(k), at_least(k + 1))

REFUSED: dict[str, Callable[[], Thm]] = {
    "a variable captured by generalise": lambda: generalise(assume(proposition=a > 0), variable=a),
    "a term generalised": lambda: generalise(reflexive(term=a), variable=a + 1),
    "a variable of another sort still free": lambda: generalise(
        assume(proposition=ip(v, v) <= 0), variable=v
    ),
    "an instance of another sort": lambda: instantiate(assume(proposition=between), value=k),
    "an instance of ∃": lambda: instantiate(assume(proposition=some), value=a),
    "obtain: the variable escapes into the conclusion": lambda: obtain(
        assume(proposition=some), assume(proposition=t > c), variable=t
    ),
    "obtain: the variable stands in another hypothesis": lambda: obtain(
        assume(proposition=some),
        combine(
            assume(proposition=t > c),
            assume(proposition=t <= c),
            goal=FALSE,
            summands=[of(0), of(1)],
        ),
        variable=t,
    ),
    "obtain: the variable stands in the existence": lambda: obtain(
        assume(proposition=some), assume(proposition=FALSE), variable=c
    ),
    "obtain: the variable stands where the existence rests on it": lambda: obtain(
        modus_ponens(assume(proposition=(t > 0) >> some), assume(proposition=t > 0)),
        assume(proposition=FALSE),
        variable=t,
    ),
    "obtain: not a variable": lambda: obtain(
        assume(proposition=some), assume(proposition=FALSE), variable=a + 1
    ),
    "obtain: a variable of another sort": lambda: obtain(
        assume(proposition=some), assume(proposition=FALSE), variable=k
    ),
    "a witness that does not fit": lambda: witness(assume(proposition=a > c), goal=some, value=b),
    "a witness for ∀": lambda: witness(assume(proposition=a > c), goal=forall(t, t > c), value=a),
    "induction from 1": lambda: induction(
        assume(proposition=at_least(number(1, NAT))), STEP, goal=GOAL
    ),
    "induction from the real 0": lambda: induction(
        assume(proposition=number(0) <= q ** number(0, NAT)), STEP, goal=GOAL
    ),
    "induction with a step by 2": lambda: induction(
        START, step(at_least(k), at_least(k + 2)), goal=GOAL
    ),
    "induction with the step turned": lambda: induction(
        START, step(at_least(k + 1), at_least(k)), goal=GOAL
    ),
    "induction with the step at one k": lambda: induction(
        START, assume(proposition=at_least(k) >> at_least(k + 1)), goal=GOAL
    ),
    "induction with a step about reals": lambda: induction(
        START, assume(proposition=forall(t, (t <= q) >> (t + 1 <= q))), goal=GOAL
    ),
    "induction over the reals": lambda: induction(
        assume(proposition=number(0) <= q), STEP, goal=forall(t, t <= q)
    ),
    "induction with base and step exchanged": lambda: induction(STEP, START, goal=GOAL),
    "modus ponens with another premise": lambda: modus_ponens(
        assume(proposition=(a > 0) >> (b > 0)), assume(proposition=number(0) < a)
    ),
    "cases with two ends": lambda: cases(
        total_order(left=a, right=b), assume(proposition=a <= b), assume(proposition=b < a)
    ),
    "cases of a conjunction": lambda: cases(
        assume(proposition=(a > 0) & (b > 0)), *[assume(proposition=a > 0)] * 2
    ),
    "a third conjunct": lambda: conjunct(assume(proposition=(a > 0) & (b > 0)), side=2),
    "a conjunct from the end": lambda: conjunct(assume(proposition=(a > 0) & (b > 0)), side=-1),
    "a conjunct of a disjunction": lambda: conjunct(assume(proposition=(a > 0) | (b > 0)), side=0),
    "absurd without ⊥": lambda: absurd(assume(proposition=neg(a > 0)), proposition=b > 0),
    "rewriting what is not the same": lambda: rewrite(
        assume(proposition=eq(a, b)), assume(proposition=a > 0), target=c > 0
    ),
    "rewriting by an inequality": lambda: rewrite(
        assume(proposition=a <= b), assume(proposition=a > 0), target=b > 0
    ),
    "rewriting a bound variable": lambda: rewrite(
        assume(proposition=eq(t, c)), assume(proposition=forall(t, t > 0)), target=forall(t, c > 0)
    ),
    "converting the sign alone": lambda: convert(assume(proposition=a > 0), target=a < 0),
    "converting weak to strict": lambda: convert(assume(proposition=a >= 0), target=0 < a),
    "converting by algebra": lambda: convert(assume(proposition=a + 0 > 0), target=a > 0),
    "unfolding with another argument": lambda: convert(assume(proposition=w(a)), target=0 < b),
    "antisymmetry one way": lambda: antisymmetry(*[assume(proposition=a <= b)] * 2),
    "antisymmetry of strict": lambda: antisymmetry(
        assume(proposition=a <= b), assume(proposition=b < a)
    ),
    "definite of two vectors": lambda: definite(assume(proposition=ip(u, v) <= 0)),
    "definite with another bound": lambda: definite(assume(proposition=sq(u) <= a)),
    "definite of a real": lambda: definite(assume(proposition=a * a <= 0)),
    "0 ≤ a for a real": lambda: natural(term=a),
    "successor of weak": lambda: successor(assume(proposition=m <= n)),
    "successor of reals": lambda: successor(assume(proposition=a < b)),
    "successor of a natural and a real": lambda: successor(assume(proposition=m < a)),
    "assuming a real": lambda: assume(proposition=a),
    "a space renamed to nothing": lambda: rename(reflexive(term=v), spaces={"E": ""}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_rule_refuses(name: str) -> None:
    with pytest.raises(KernelError):
        print("accepted:", REFUSED[name]())


def test_discharging_something_else_keeps_the_hypothesis() -> None:
    other = number(0) < a
    theorem = discharge(assume(proposition=a > 0), hypothesis=other)
    assert theorem.hypotheses == (a > 0,), "a > 0 and 0 < a are two propositions"
    assert theorem.conclusion == other >> (a > 0)


def test_cases_and_obtain_and_absurd_remove_only_their_own_hypothesis() -> None:
    end = modus_ponens(assume(proposition=(a <= b) >> (c > 0)), assume(proposition=a <= b))
    theorem = cases(total_order(left=a, right=b), end, assume(proposition=c > 0))
    assert set(theorem.hypotheses) == {(a <= b) >> (c > 0), c > 0}
    swapped = cases(total_order(left=a, right=b), assume(proposition=c > 0), end)
    assert (a <= b) in swapped.hypotheses, "the left case may not discharge the right one's"
    refuted = modus_ponens(assume(proposition=neg(a > 0)), assume(proposition=a > 0))
    assert absurd(refuted, proposition=a > 0).hypotheses == (a > 0,)
    assert absurd(refuted, proposition=b > 0).hypotheses == (neg(a > 0), a > 0)


def test_induction_accepts_what_fits_under_any_name_of_the_variable() -> None:
    theorem = induction(START, STEP, goal=GOAL)
    renamed = induction(START, step_named(n), goal=GOAL)
    assert theorem.conclusion == renamed.conclusion == GOAL
    assert set(theorem.hypotheses) == {START.conclusion, STEP.conclusion}


def step_named(j: Term) -> Thm:
    return assume(proposition=forall(j, at_least(j) >> at_least(j + 1)))


def test_an_instance_is_not_captured() -> None:
    """∀t. ∃a. t < a at t := a is ∃a'. a < a', never ∃a. a < a."""
    general = assume(proposition=forall(t, exists(a, t < a)))
    instance = instantiate(general, value=a).conclusion
    assert instance == exists(b, a < b)
    assert instance != exists(a, a < a)


def test_a_definition_does_not_capture_its_argument() -> None:
    bounded = Definition("Bounded", [a], exists(b, a < b))
    theorem = convert(assume(proposition=bounded(b)), target=exists(c, b < c))
    assert theorem.conclusion == exists(a, b < a)
    with pytest.raises(KernelError):
        convert(assume(proposition=bounded(b)), target=exists(b, b < b))
    under = forall(b, bounded(b))
    assert convert(assume(proposition=under), target=forall(t, exists(a, t < a)))
    with pytest.raises(KernelError):
        convert(assume(proposition=under), target=forall(b, exists(b, b < b)))


def test_rewriting_reaches_under_binders_without_capture() -> None:
    before, after = forall(t, t <= a), forall(t, t <= b)
    assert rewrite(assume(proposition=eq(a, b)), assume(proposition=before), target=after)
    captured = forall(b, b <= b)
    with pytest.raises(KernelError):
        rewrite(
            assume(proposition=eq(a, b)), assume(proposition=forall(b, b <= a)), target=captured
        )


def test_renaming_spaces_moves_hypotheses_and_conclusion_together() -> None:
    theorem = rename(assume(proposition=sq(v) <= 0), spaces={"E": "F"})
    assert theorem.hypotheses == (theorem.conclusion,) == (sq(v_there) <= 0,)
