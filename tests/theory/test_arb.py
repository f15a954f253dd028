"""The oracle "arb": what it proves, and false or unusual neighbours that it must not prove."""

import builtins
import json
import time
from fractions import Fraction
from itertools import pairwise
from random import Random

import mpmath
import pytest

from plproof import (
    ARB,
    FALSE,
    Natural,
    ProofError,
    Real,
    Reals,
    Sequence,
    Space,
    Statement,
    Theorem,
    Vector,
    conj,
    cos,
    disj,
    eq,
    exists,
    forall,
    implies,
    neg,
    rational,
    sin,
    sqrt,
    total,
)
from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import replay
from plproof.language.terms import number
from plproof.language.wire import parse
from plproof.proof.storage import store
from plproof.theory.oracles import ORACLES, deciders
from plproof.theory.oracles.arb import OracleMissing
from plproof.theory.oracles.boxes import exact, read
from plproof.theory.oracles.enclosures import Enclosures, Undefined

t, s = Reals("t s")
k = Natural("k")
third, billionth = rational(1, 3), rational(1, 10**9)


def on(low, high, claim, v=t):
    return forall(v, implies(low <= v, v <= high, claim))


def square(claim):
    return forall([t, s], implies(conj(-1 <= t, t <= 1, -1 <= s, s <= 1), claim))


def wave(mu):
    return mu * (t**2 + 3 * sin(t) ** 2) <= (2 * t + 6 * sin(t) * cos(t)) ** 2 / 2


PROVED = {
    "PL of x² + 3 sin²x": on(rational(3, 2), rational(12, 5), wave(rational(7, 40))),
    "the same, nearly sharp": on(rational(3, 2), rational(12, 5), wave(rational("0.17553"))),
    "a square": on(-1, 1, t * t >= 0),
    "a square of a polynomial": on(-1, 2, (t**2 - 2) ** 2 >= 0),
    "tight at a rational end": on(third, 1, t - third >= 0),
    "tight at a rational point inside a side": on(third, 1, (t - third) * (2 + t) >= 0),
    "a product of signs": square((1 - t) * (1 - s) >= 0),
    "a root": on(rational(1, 10), 1, sqrt(t) >= t),
    "a quotient": on(1, 2, 1 / t >= rational(1, 2)),
    "an excluded end": forall(t, implies(0 < t, t <= 1, 0 < t)),
    "an excluded high end": forall(t, implies(0 <= t, t < 1, t + t < 2)),
    "both excluded ends": forall(t, implies(0 < t, t < 1, conj(0 < t, t < 1))),
    "strict in one of two": forall([t, s], implies(0 < t, t <= 1, 0 <= s, s <= 1, 0 < t + s)),
    "no number at all": on(1, 0, 1 < sin(t)),
    "an interval without a point": forall(t, implies(0 <= t, t < 0, t < t)),
    "hypotheses together": forall(t, implies(conj(0 <= t, t <= 5), t <= 1, t <= 1)),
    "the tighter bound, whichever comes first": forall(
        t, implies(t < 1, t <= 1, t <= 2, 0 <= t, t < 1)
    ),
    "inequalities turned": forall(t, implies(t >= 0, 1 >= t, sin(t) >= 0)),
    "numbers, exactly": third + third + third <= 1,
    "numbers": sin(rational(1)) < rational("0.8414709848078965066525023216303"),
    "roots of numbers": sqrt(rational(2)) < rational("1.41421356237309504880168872420969808"),
    "an exact root": sqrt(rational(4, 9)) <= rational(2, 3),
    "sine of zero": sin(0 * rational(1)) <= 0,
    "zero to the power zero": rational(0) ** number(0, k.sort) >= 1,
    "a natural number": number(2, k.sort) + 1 <= rational(3),
    "an inner variable of the same name": on(0, 1, on(2, 3, 1 < t)),
}  # fmt: skip

REFUSED = {
    "PL with a constant too large": on(rational(3, 2), rational(12, 5), wave(rational("0.175535"))),
    "a strict claim at a zero": on(-1, 1, t * t > 0),
    "strict at a zero inside": on(-1, 2, (t**2 - 1) ** 2 > 0),
    "a billionth at the end": on(third - billionth, 1, t - third >= 0),
    "a billionth in the claim": on(third, 1, t - third >= billionth),
    "a billionth at a point": sqrt(rational(2)) < rational("1.414213562"),
    "an excluded end included": forall(t, implies(0 <= t, t <= 1, 0 < t)),
    "included once, excluded elsewhere": forall(t, implies(0 <= t, t < 1, 0 < t)),
    "strict, but not at the excluded end": forall(t, implies(0 < t, t <= 1, 0 < t * (1 - t))),
    "flat at the excluded end and negative": forall(t, implies(0 < t, t <= 1, 0 < t * 0)),
    "strict in neither": forall([t, s], implies(0 <= t, t <= 1, 0 <= s, s <= 1, 0 < t + s)),
    "strict by the wrong variable": forall([t, s], implies(0 < t, t <= 1, 0 <= s, s <= 1, 0 < s)),
    "up to a pole": on(0, 1, 1 / t > 0),
    "past a pole": on(-1, 1, 1 / (t * t) > 0),
    "a pole inside, total value positive": on(-1, 1, 1 + 0 * (1 / t) > 0),
    "a pole at a point": 1 / rational(0) <= 0,
    "a pole at a point, cancelled": 0 * (1 / rational(0)) + 1 > 0,
    "a root down to zero": on(0, 1, sqrt(t) >= 0),
    "a root of negative numbers": on(-1, 1, 1 + sqrt(t) > 0),
    "a root at zero": sqrt(rational(0)) <= 0,
    "roots of equal numbers": sqrt(rational(2)) * sqrt(rational(2)) <= 2,
    "a false comparison": rational(2) < rational(1),
    "a false strict comparison": rational(1) < rational(1),
    "the outer bounds for the inner variable": on(0, 1, forall(t, t <= 1)),
    "the inner bounds for the outer variable": forall(t, on(0, 1, t <= 1, v=s)),
    "captured": on(2, 3, on(0, 1, 1 < t)),
    "no lower bound": forall(t, implies(t <= 1, t <= 1)),
    "no bounds": forall(t, t * t >= 0),
    "bounds by a variable": on(0, 1, on(0, t, s <= 1, v=s)),
    "bounds that are not rational": on(0, sqrt(rational(2)), t <= 2),
    "an undefined bound": on(0, 1 / rational(0), t <= 0),
    "a hypothesis of another form": forall(t, implies(0 <= t, t <= 1, sin(t) <= 0, t <= 0)),
    "a hypothesis between numbers": implies(rational(2) < rational(1), rational(2) < rational(1)),
    "an equation": eq(rational(1), rational(1)),
    "a free variable": t <= t,
    "a free variable under bounds": on(0, 1, t <= s),
    "an existence": exists(t, t <= t),
    "a disjunction": disj(rational(0) < 1, rational(0) < 1),
    "a negation": neg(rational(1) < rational(0)),
    "nothing": FALSE,
    "a natural variable": forall(k, rational(0) <= k),
    "a vector": forall(Vector("x", Space("E")), rational(0) < 1),
    "a sequence": forall(Sequence("a"), rational(0) < 1),
    "a sum": total(k, 2, 1) <= 2,
    "one false part": on(0, 1, conj(t <= 2, t <= rational(1, 2))),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVED)
def test_it_proves(name):
    verdict = ARB.examine(PROVED[name])
    assert verdict.proved, verdict.words


@pytest.mark.parametrize("name", REFUSED)
def test_it_does_not_prove(name):
    verdict = ARB.examine(REFUSED[name])
    assert not verdict.proved and verdict.words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("PL with a constant too large", "is false at t = 141/64"),
        ("an excluded end included", "t > 0 is false at t = 0"),
        ("strict by the wrong variable", "s > 0 is false at"),
        ("roots of equal numbers", "is not decided: no enclosure is narrow enough"),
        ("a false comparison", "2 < 1 is false"),
        ("up to a pole", "is not decided for t near 0: no enclosure"),
        ("no lower bound", "the variable t is not bounded on both sides"),
        ("a hypothesis of another form", "sin(t) ≤ 0 does not bound a variable"),
    ],
)
def test_it_says_why(name, words):
    said = ARB.examine(REFUSED[name]).words
    assert words in said, said


# ---------------------------------------------------------------- time
def deep(size, make):
    term = t
    for _ in range(size):
        term = make(term)
    return term


HARD = {
    "a large power": on(0, 1, t**1000 <= 1),
    "a larger power": on(0, 1, t**100_000 <= 1),
    "a tower of powers": on(0, 2, deep(50, lambda e: e**1000) >= 0),
    "a tower in the waves": on(0, 3, sin(deep(20, lambda e: e**900)) <= 2),
    "deep": on(0, 1, deep(900, sin) <= 1),
    "deeper": on(0, 1, deep(5_000, lambda e: -e) <= 1),
    "doubled again and again": on(0, 1, deep(300, lambda e: e + e) >= 0),
    "doubled again and again, and tight": on(0, 1, deep(300, lambda e: e + e) >= 1),
    "squared again and again": on(0, 1, deep(300, lambda e: e * e) <= 1),
    "a long number": on(0, 1, t <= rational(10**5000)),
    "many variables": forall(
        [Real(f"v{i}") for i in range(40)], rational(0) < rational(1)
    ),
    "eight variables, tight": forall(
        vs := [Real(f"v{i}") for i in range(8)],
        implies(
            conj(*[conj(-1 <= v, v <= 1) for v in vs]),
            sum(((v - w) ** 2 for v, w in pairwise(vs)), 0 * vs[0]) > 0,
        ),
    ),
    "tight where no enclosure helps": square(2 * sin(t) * sin(s) <= sin(t) ** 2 + sin(s) ** 2),
    "tight at a number that is not rational": on(1, 2, (t * t - 2) ** 2 * (1 + sin(t)) >= 0 * t),
}  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_the_work_is_bounded(name):
    start = time.perf_counter()
    verdict = ARB.examine(HARD[name])
    assert time.perf_counter() - start < 20, verdict
    assert len(verdict.words) < 5_000


# ---------------------------------------------------------------- enclosures, against mpmath
def random_term(rng, size):
    """Return a random term in t and s, and the function it is."""
    if size <= 1:
        c = Fraction(rng.randint(-9, 9), rng.randint(1, 9))
        pick = rng.choice("tsc")
        if pick == "c":
            return rational(c), lambda x, y: mpmath.mpf(c.numerator) / c.denominator
        return (t, lambda x, y: x) if pick == "t" else (s, lambda x, y: y)
    op = rng.choice(["+", "-", "*", "/", "pow", "sqrt", "sin", "cos", "neg"])
    a, f = random_term(rng, size // 2 if op in "+-*/" else size - 1)
    if op in "+-*/":
        b, g = random_term(rng, size // 2)
        made = {
            "+": (a + b, lambda x, y: f(x, y) + g(x, y)),
            "-": (a - b, lambda x, y: f(x, y) - g(x, y)),
            "*": (a * b, lambda x, y: f(x, y) * g(x, y)),
            "/": (a / b, lambda x, y: f(x, y) / g(x, y)),
        }
        return made[op]
    n = rng.randint(0, 5)
    made = {
        "pow": (a**n, lambda x, y: f(x, y) ** n),
        "sqrt": (sqrt(a), lambda x, y: mpmath.sqrt(f(x, y))),
        "sin": (sin(a), lambda x, y: mpmath.sin(f(x, y))),
        "cos": (cos(a), lambda x, y: mpmath.cos(f(x, y))),
        "neg": (-a, lambda x, y: -f(x, y)),
    }
    return made[op]


@pytest.mark.parametrize("seed", range(8))
def test_enclosures_contain_values_and_slopes(seed):
    import flint

    rng, tried = Random(seed), 0
    do = Enclosures(flint)

    def inside(value, interval):
        low, high = (mpmath.mpf(str(end.str(60, radius=False))) for end in interval)
        slack = mpmath.mpf(10) ** -25 * (1 + abs(value))
        return low - slack <= value <= high + slack

    with mpmath.workdps(60):
        while tried < 40:
            term, f = random_term(rng, rng.randint(2, 12))
            ends = [sorted(Fraction(rng.randint(-60, 60), 16) for _ in "ab") for _ in "ts"]
            program = (
                read(forall([t, s], implies(conj(-9 <= t, t <= 9, -9 <= s, s <= 9), 0 <= term)))
                .goals[0]
                .program
            )
            do.precision(rng.choice([20, 53, 64]))
            try:
                box = do.box([tuple(e) for e in ends])
                value, slopes = do.values_and_slopes(program, box)
                assert do.values(program, box)[0] == value[0]
            except Undefined:
                continue
            tried += 1
            for _ in range(6):
                point = [low + (high - low) * Fraction(rng.randint(0, 8), 8) for low, high in ends]
                x, y = (mpmath.mpf(p.numerator) / p.denominator for p in point)
                assert inside(f(x, y), value), term
                known = exact(program, point)
                if known is not None:
                    shown = mpmath.mpf(known.numerator) / known.denominator
                    assert abs(shown - f(x, y)) <= mpmath.mpf(10) ** -40 * (1 + abs(shown))
                for axis, order in enumerate([(1, 0), (0, 1)]):
                    slope = mpmath.diff(f, (x, y), order)
                    if slopes[axis] is None:
                        assert abs(slope) < mpmath.mpf(10) ** -15
                    elif isinstance(slope, mpmath.mpf):
                        wide = tuple(slopes[axis])
                        assert inside(slope, wide), (term, axis)


@pytest.mark.parametrize("seed", range(4))
def test_random_claims_it_proves_hold_at_points(seed):
    rng = Random(100 + seed)
    with mpmath.workdps(40):
        for _ in range(60):
            term, f = random_term(rng, rng.randint(2, 9))
            low, high = sorted(Fraction(rng.randint(-20, 20), 8) for _ in "ab")
            least = Fraction(rng.randint(-20, 20), 8)
            claim = forall(
                [t, s],
                implies(conj(low <= t, t <= high, low <= s, s <= high), rational(least) <= term),
            )
            if not ARB.decide(claim):
                continue
            for _ in range(30):
                x, y = (
                    mpmath.mpf(low.numerator) / low.denominator
                    + mpmath.mpf(rng.randint(0, 64)) / 64 * mpmath.mpf(float(high - low))
                    for _ in "ts"
                )
                assert f(x, y) >= float(least) - mpmath.mpf(10) ** -30, claim


# ---------------------------------------------------------------- in proofs
true = PROVED["PL of x² + 3 sin²x"]
false = REFUSED["PL with a constant too large"]


def proof_of(claim, oracle="arb", asked=None):
    """Return a document that proves the claim by an oracle, whether or not it would."""
    statement = Statement((), claim)
    thm = rules.oracle(name=oracle, statement=claim if asked is None else asked)
    return statement, parse(json.dumps(store(statement, thm, None)))


def test_replay_asks_again():
    statement, document = proof_of(true)
    assert replay(document, statement, {}, deciders()).outcome == "proved"


@pytest.mark.parametrize("name", ["arb2", "ARB", "", "a"])
def test_a_forged_oracle_is_not_asked(name):
    statement, document = proof_of(true, oracle="arb")
    assert replay(document, statement, {}, deciders()).outcome == "proved"
    text = json.dumps(document).replace('"arb"', json.dumps(name))
    with pytest.raises(KernelError, match="does not confirm"):
        replay(parse(text), statement, {}, deciders())


def test_a_forged_answer_does_not_replay():
    statement, document = proof_of(false)
    with pytest.raises(KernelError, match="oracle 'arb' does not confirm"):
        replay(document, statement, {}, deciders())


def test_an_axiom_is_no_oracle():
    statement, document = proof_of(true)
    for step in document["steps"]:
        step[0] = "axiom"
    with pytest.raises(KernelError, match="not in the table of axioms"):
        replay(document, statement, {}, deciders())


def test_a_proof_asks_before_it_records():
    good, bad = Theorem("good", claim=true), Theorem("bad", claim=false)
    good.proof(lambda p: p.oracle(ARB, true))
    bad.proof(lambda p: p.oracle(ARB, false))
    assert [name for name, _ in good.derive().theorem.oracles] == ["arb"]
    with pytest.raises(
        ProofError, match=r"not decided by the oracle arb: .* is false at t = 141/64"
    ):
        bad.derive()


def test_what_is_missing_is_said(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "flint":
            raise ImportError(name)
        return real(name, *rest, **more)

    statement, document = proof_of(true)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OracleMissing, match="needs python-flint: pip install"):
        replay(document, statement, {}, deciders())
    theorem = Theorem("x", claim=true)
    theorem.proof(lambda p: p.oracle(ARB, true))
    with pytest.raises(ProofError, match="needs python-flint"):
        theorem.derive()


def test_the_table_names_each():
    assert set(ORACLES) == {"arb"}
    assert str(ARB) == "oracle arb: interval arithmetic, python-flint"


def test_the_precision_of_others_is_left_alone():
    import flint

    before = flint.ctx.prec
    ARB.examine(true), ARB.examine(false)
    assert flint.ctx.prec == before
