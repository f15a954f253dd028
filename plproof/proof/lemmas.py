"""Small lemmas derived from the kernel's rules on demand.  [untrusted: they only apply rules]

Each function returns a theorem about the terms it is given, usable as a premise anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.kernel.combine import Summand, combine
from plproof.kernel.rules import (
    absurd,
    alternative,
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
    square_root,
    total_order,
)
from plproof.kernel.thm import Thm
from plproof.language import FALSE, Natural, Real, Term, eq, forall, ip, neg, norm, sq
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import make, number

ONE = Fraction(1)
ZERO = number(0)


def product(*premises: int, by: Fraction = ONE) -> Summand:
    """Return the summand by·Π slacks of the premises."""
    return Summand(by, premises)


def equation(premise: int, multiplier: Term | None = None, by: Fraction = ONE) -> Summand:
    """Return the summand by·multiplier·(the slack of an equation)."""
    return Summand(by, (premise,), (), multiplier)


def excluded_middle(proposition: Term) -> Thm:
    """⊢ P ∨ ¬P."""
    either = proposition | neg(proposition)
    refuted = assume(proposition=neg(either))
    yes = alternative(assume(proposition=proposition), other=neg(proposition), side=0)
    no = discharge(modus_ponens(refuted, yes), hypothesis=proposition)
    clash = modus_ponens(refuted, alternative(no, other=proposition, side=1))
    return absurd(clash, proposition=either)


def swapped(either: Thm) -> Thm:
    """From P ∨ Q conclude Q ∨ P."""
    p, q = either.conclusion.args
    left = alternative(assume(proposition=p), other=q, side=1)
    return cases(either, left, alternative(assume(proposition=q), other=p, side=0))


def trichotomy(a: Term, b: Term) -> Thm:
    """⊢ a < b ∨ (a = b ∨ b < a)."""
    less, same, more = a < b, eq(a, b), b < a
    upper, lower = assume(proposition=a <= b), assume(proposition=b <= a)
    middle = alternative(antisymmetry(upper, lower), other=more, side=0)
    middle = alternative(middle, other=less, side=1)
    below = alternative(assume(proposition=less), other=same | more, side=0)
    inner = cases(total_order(left=b, right=a), middle, below)
    above = alternative(assume(proposition=more), other=same, side=1)
    return cases(total_order(left=a, right=b), inner, alternative(above, other=less, side=1))


def square_nonnegative(term: Term) -> Thm:
    """⊢ 0 ≤ ‖t‖² for a vector or real t."""
    return combine(goal=ZERO <= sq(term), summands=[Summand(ONE, (), (term,))])


def positive_square(unequal: Thm) -> Thm:
    """From u ≠ v conclude 0 < ‖u − v‖² for vectors, and 0 < ‖u‖² where v is 0."""
    c = canonical(unequal.conclusion)
    u, v = c.args[0].args
    d = u if v == number(0, v.sort) else u - v
    square = sq(d)
    equal = definite(assume(proposition=square <= ZERO))
    if d != u:
        equal = combine(equal, goal=c.args[0], summands=[equation(0)])
    clash = modus_ponens(convert(unequal, target=c), equal)
    positive = ZERO < square
    small = absurd(clash, proposition=positive)
    return cases(total_order(left=square, right=ZERO), small, assume(proposition=positive))


def root_nonnegative(term: Term) -> Thm:
    """⊢ 0 ≤ √t, whatever t is."""
    known = conjunct(square_root(term=term), side=0)
    return combine(known, goal=ZERO <= make("sqrt", (term,)), summands=[product(0)])


def root_facts(term: Term, nonnegative: Thm) -> tuple[Thm, Thm]:
    """From ⊢ 0 ≤ t (as t ≥ 0) return ⊢ 0 ≤ √t and ⊢ √t·√t = t."""
    turned = combine(nonnegative, goal=term >= 0, summands=[product(0)])
    square = modus_ponens(conjunct(square_root(term=term), side=1), turned)
    return root_nonnegative(term), square


def root_positive(term: Term, positive: Thm) -> Thm:
    """From ⊢ 0 < t conclude ⊢ 0 < √t."""
    weak = combine(positive, goal=ZERO <= term, summands=[product(0)])
    nonnegative, square = root_facts(term, weak)
    root = make("sqrt", (term,))
    small = assume(proposition=root <= ZERO)
    clash = combine(
        positive,
        small,
        nonnegative,
        square,
        goal=FALSE,
        summands=[product(0), product(1, 2), equation(3, by=-ONE)],
    )
    split = total_order(left=root, right=ZERO)
    goal = ZERO < root
    return cases(split, absurd(clash, proposition=goal), assume(proposition=goal))


def norm_facts(v: Term) -> tuple[Thm, Thm]:
    """⊢ 0 ≤ ‖v‖ and ⊢ ‖v‖·‖v‖ = ⟨v, v⟩."""
    return root_facts(sq(v), square_nonnegative(v))


def zero_root(term: Term, small: Thm, nonnegative: Thm) -> Thm:
    """From ⊢ t ≤ 0 and ⊢ 0 ≤ t conclude ⊢ √t = 0."""
    root = make("sqrt", (term,))
    above, square = root_facts(term, nonnegative)
    goal = root * root <= ZERO * ZERO
    squares = combine(square, small, goal=goal, summands=[equation(0), product(1)])
    trivial = combine(goal=ZERO <= ZERO, summands=[])
    return antisymmetry(le_of_squares(squares, root, ZERO, trivial), above)


def le_of_squares(squares: Thm, left: Term, right: Term, nonnegative: Thm) -> Thm:
    """From a·a ≤ b·b and 0 ≤ b conclude a ≤ b."""
    opposite = assume(proposition=right < left)
    clash = combine(
        squares,
        opposite,
        nonnegative,
        goal=FALSE,
        summands=[product(0), product(1, 1), product(2, 1, by=Fraction(2))],
    )
    split = total_order(left=left, right=right)
    return cases(split, assume(proposition=left <= right), absurd(clash, proposition=left <= right))


def norm_of_multiple(t: Term, v: Term, nonnegative: Thm) -> Thm:
    """From 0 ≤ t conclude ‖t·v‖ ≤ t·‖v‖."""
    (_, outer_square), (inner, inner_square) = norm_facts(t * v), norm_facts(v)
    left, right = norm(t * v), t * norm(v)
    squares = combine(
        outer_square,
        inner_square,
        goal=left * left <= right * right,
        summands=[equation(0), equation(1, t * t, by=-ONE)],
    )
    positive = combine(nonnegative, inner, goal=ZERO <= right, summands=[product(0, 1)])
    return le_of_squares(squares, left, right, positive)


def cauchy_schwarz(u: Term, v: Term) -> Thm:
    """⊢ ⟨u, v⟩ ≤ ‖u‖·‖v‖ (Cauchy, 1821; Schwarz, 1888)."""
    a, b = norm(u), norm(v)
    (a0, aa), (b0, bb) = norm_facts(u), norm_facts(v)
    goal = ip(u, v) <= a * b

    def degenerate(w: Term, square: Thm, root: Term, root_nonnegative: Thm) -> Thm:
        """‖w‖ ≤ 0 makes w = 0 and both sides 0."""
        small = assume(proposition=root <= ZERO)
        shrunk = combine(
            small,
            root_nonnegative,
            square,
            goal=sq(w) <= 0,
            summands=[product(0, 1), equation(2, by=-ONE)],
        )
        other = v if w == u else u
        return combine(
            definite(shrunk),
            root_nonnegative,
            b0 if w == u else a0,
            goal=goal,
            summands=[equation(0, other), product(1, 2)],
        )

    def regular(a_positive: Thm, b_positive: Thm) -> Thm:
        """‖b·u − a·v‖² ≥ 0 is 2ab(ab − ⟨u, v⟩) ≥ 0."""
        opposite = assume(proposition=a * b < ip(u, v))
        clash = combine(
            opposite,
            a_positive,
            b_positive,
            aa,
            bb,
            goal=FALSE,
            summands=[
                product(0, 1, 2, by=Fraction(2)),
                Summand(ONE, (), (b * u - a * v,)),
                equation(3, b * b, by=-ONE),
                equation(4, a * a, by=-ONE),
            ],
        )
        split = total_order(left=ip(u, v), right=a * b)
        return cases(split, assume(proposition=goal), absurd(clash, proposition=goal))

    positive_a, positive_b = assume(proposition=ZERO < a), assume(proposition=ZERO < b)
    inner = cases(
        total_order(left=b, right=ZERO), degenerate(v, bb, b, b0), regular(positive_a, positive_b)
    )
    return cases(total_order(left=a, right=ZERO), degenerate(u, aa, a, a0), inner)


def triangle(u: Term, v: Term) -> Thm:
    """⊢ ‖u + v‖ ≤ ‖u‖ + ‖v‖."""
    (_, ww), (a0, aa), (b0, bb) = norm_facts(u + v), norm_facts(u), norm_facts(v)
    left, right = norm(u + v), norm(u) + norm(v)
    squares = combine(
        cauchy_schwarz(u, v),
        ww,
        aa,
        bb,
        goal=left * left <= right * right,
        summands=[
            product(0, by=Fraction(2)),
            equation(1),
            equation(2, by=-ONE),
            equation(3, by=-ONE),
        ],
    )
    nonnegative = combine(a0, b0, goal=ZERO <= right, summands=[product(0), product(1)])
    return le_of_squares(squares, left, right, nonnegative)


def power_nonnegative(base: Term, exponent: Term, nonnegative: Thm) -> Thm:
    """From 0 ≤ q conclude 0 ≤ q^n."""
    q, k = Real("q"), Natural("k")
    given = assume(proposition=ZERO <= q)
    goal = forall(k, ZERO <= q**k)
    start = combine(goal=ZERO <= q ** number(0, NAT), summands=[product()])
    held = assume(proposition=ZERO <= q**k)
    grown = combine(given, held, goal=ZERO <= q ** (k + 1), summands=[product(0, 1)])
    step = generalise(discharge(grown, hypothesis=held.conclusion), variable=k)
    general = discharge(induction(start, step, goal=goal), hypothesis=given.conclusion)
    instance = instantiate(generalise(general, variable=q), value=base)
    return instantiate(modus_ponens(instance, nonnegative), value=exponent)


def quotient_sign(
    numerator: Thm, denominator: Thm, value: Term, nonzero: Sequence[Thm] = ()
) -> Thm:
    """From 0 ≤ (or <) n and 0 < d conclude 0 ≤ (or <) value, where value = n/d identically.

    ``nonzero`` are theorems about further denominators in ``value``.
    """
    d = denominator.conclusion.args[1]
    known = [1, *range(3, 3 + len(nonzero))]
    if numerator.conclusion.op == "le":
        return combine(
            numerator,
            denominator,
            denominator,
            *nonzero,
            goal=ZERO <= value,
            summands=[Summand(ONE, (0, 1), (1 / d,))],
            nonzero=known,
        )
    small = assume(proposition=value <= ZERO)
    clash = combine(
        small,
        denominator,
        numerator,
        *nonzero,
        goal=FALSE,
        summands=[product(0, 1), product(2)],
        nonzero=known,
    )
    split = total_order(left=value, right=ZERO)
    positive = ZERO < value
    return cases(split, absurd(clash, proposition=positive), assume(proposition=positive))


def nonzero_of_multiple(unequal: Thm, ratio: Fraction, term: Term) -> Thm:
    """From r·t ≠ 0, for a number r other than 0, conclude t ≠ 0."""
    zero = eq(term, number(0, REAL))
    given = assume(proposition=zero)
    summands = [product(0), equation(1, term, ratio**2)]
    return discharge(combine(unequal, given, goal=FALSE, summands=summands), hypothesis=zero)


def nonzero_of_strict(strict: Thm, term: Term) -> Thm:
    """From 0 < t or t < 0 conclude t ≠ 0."""
    zero = eq(term, number(0, REAL))
    given = assume(proposition=zero)
    sign = ONE if strict.conclusion.args[1] == term else -ONE
    clash = combine(strict, given, goal=FALSE, summands=[product(0), equation(1, by=sign)])
    return discharge(clash, hypothesis=zero)
