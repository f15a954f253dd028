"""Replay reads data of any kind, and answers with a verdict or a WireError or KernelError.

Real proofs are stored, read back and replayed; then they are damaged, by hand in every way we
could think of and at random thousands of times: no damage proves another statement, none raises
anything but WireError and KernelError, none hangs.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from plproof.kernel import rules
from plproof.kernel.calculus import differentiate
from plproof.kernel.combine import Summand, combine
from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import SCHEMA, parse, replay
from plproof.kernel.rules import (
    absurd,
    assume,
    cases,
    conjunct,
    conjunction,
    convert,
    coordinates,
    definite,
    discharge,
    extensional,
    generalise,
    induction,
    instantiate,
    modus_ponens,
    obtain,
    reflexive,
    rewrite,
    square_root,
    summation,
    total_order,
    witness,
)
from plproof.kernel.thm import RULES, Thm
from plproof.language import (
    FALSE,
    Definition,
    Function,
    Naturals,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    jac,
    mapsto,
    ne,
    rational,
    sq,
    sqrt,
)
from plproof.language.definedness import definedness
from plproof.language.signatures import SIGNATURES
from plproof.language.sorts import NAT
from plproof.language.terms import make, number
from plproof.language.wire import WireError
from plproof.proof.storage import store
from plproof.theory.systems import DifferentiableMapAt

E, Y, PLANE = Space("E"), Space("Y"), Space.coordinates(2)
a, b, c, q, t = Reals("a b c q t")
k, m, n = Naturals("k m n")
u, v, x, y = Vectors("u v x y", E)
w = Vectors("w,", Y)[0]
f, g, F = Function("f", E), Function("g", E), Function("F", E, Y)
s = Sequence("s")
ONE = Fraction(1)
Refused = (WireError, KernelError)


@dataclass(frozen=True)
class Proof:
    statement: Statement
    theorem: Thm
    defined: Thm | None = None

    def document(self) -> dict[str, Any]:
        return json.loads(json.dumps(store(self.statement, self.theorem, self.defined)))


# ---------------------------------------------------------------- proofs by hand
def contraction() -> Proof:
    """q ≥ 0 and s[k+1] ≤ q·s[k] give s[k] ≤ q^k·s[0], by induction."""
    given = {"q_nonnegative": 0 <= q, "step": forall(k, s[k + 1] <= q * s[k])}
    goal = forall(k, s[k] <= q**k * s[0])
    start = combine(goal=s[0] <= q ** number(0, NAT) * s[0], summands=[])
    held = assume(proposition=s[k] <= q**k * s[0])
    one = instantiate(assume(proposition=given["step"]), value=k)
    grown = combine(
        one,
        assume(proposition=given["q_nonnegative"]),
        held,
        goal=s[k + 1] <= q ** (k + 1) * s[0],
        summands=[Summand(ONE, (0,)), Summand(ONE, (1, 2))],
    )
    step = generalise(discharge(grown, hypothesis=held.conclusion), variable=k)
    return Proof(Statement.of(given, goal), induction(start, step, goal=goal))


def upper_bound() -> Proof:
    """Any two reals have a common upper bound, by cases."""
    goal = exists(t, conj(a <= t, b <= t))

    def same(z: Any) -> Thm:
        return combine(goal=z <= z, summands=[])

    low, high = assume(proposition=a <= b), assume(proposition=b < a)
    weak = combine(high, goal=b <= a, summands=[Summand(ONE, (0,))])
    left = witness(conjunction(low, same(b)), goal=goal, value=b)
    right = witness(conjunction(same(a), weak), goal=goal, value=a)
    whole = cases(total_order(left=a, right=b), left, right)
    general = generalise(generalise(whole, variable=b), variable=a)
    return Proof(Statement((), general.conclusion), general)


def equal_points() -> Proof:
    """‖u − v‖² ≤ 0 gives f(u) = f(v), through a vector identity and rewriting."""
    close = sq(u - v) <= 0
    zero = definite(assume(proposition=close))
    same = combine(zero, goal=eq(u, v), summands=[Summand(ONE, (0,))])
    moved = rewrite(same, reflexive(term=f(u)), target=eq(f(u), f(v)))
    return Proof(Statement.of({"close": close}, eq(f(u), f(v))), moved)


def division() -> Proof:
    """b > 0 and a ≤ c·b give a/b ≤ c; the division is proved to be defined."""
    given = {"positive": b > 0, "bound": a <= c * b}
    positive, bound = (assume(proposition=h) for h in given.values())
    claim = a / b <= c
    theorem = combine(
        positive, bound, goal=claim, summands=[Summand(ONE, (1, 0), (1 / b,))], nonzero=[0]
    )
    zero = assume(proposition=eq(b, 0))
    clash = combine(positive, zero, goal=FALSE, summands=[Summand(ONE, (0,)), Summand(ONE, (1,))])
    inner = discharge(clash, hypothesis=eq(b, 0))
    inner = discharge(inner, hypothesis=given["bound"])
    defined = discharge(inner, hypothesis=given["positive"])
    statement = Statement.of(given, claim)
    for variable in reversed(statement.variables()):
        defined = generalise(defined, variable=variable)
    return Proof(statement, theorem, defined)


def definitions_and_roots() -> Proof:
    """A minimiser of f minimises √(f(·)²) too where f ≥ 0: definitions, obtain, absurd, roots."""
    least = Definition("Least", [f, x], forall(y, f(x) <= f(y)), "{1} minimises {0}")
    somewhere = Definition("Attained", [f], exists(x, least(f, x)))
    given = {"attained": somewhere(f), "floor": forall(x, f(x) > 0)}
    goal = exists(x, conj(forall(y, f(x) <= f(y)), 0 <= sqrt(f(x)), sqrt(f(x)) * sqrt(f(x)) > 0))
    inner = convert(assume(proposition=least(f, u)), target=forall(y, f(u) <= f(y)))
    floor = instantiate(assume(proposition=given["floor"]), value=u)
    root = square_root(term=f(u))
    weak = combine(floor, goal=f(u) >= 0, summands=[Summand(ONE, (0,))])
    squared = modus_ponens(conjunct(root, side=1), weak)
    low = combine(conjunct(root, side=0), goal=0 <= sqrt(f(u)), summands=[Summand(ONE, (0,))])
    high = sqrt(f(u)) * sqrt(f(u)) > 0
    strict = combine(floor, squared, goal=high, summands=[Summand(ONE, (0,)), Summand(-ONE, (1,))])
    both = witness(conjunction(inner, conjunction(low, strict)), goal=goal, value=u)
    first = convert(assume(proposition=given["attained"]), target=exists(x, least(f, x)))
    found = obtain(first, both, variable=u)
    twice = absurd(
        modus_ponens(assume(proposition=goal >> FALSE), found), proposition=goal
    )  # a detour, so that absurd is in a stored proof too
    statement = Statement.of(given, goal)
    return Proof(statement, twice, prove_defined(statement))


def prove_defined(statement: Statement) -> Thm:
    """Prove ∀f. attained → floor → ∀x. what is asked of the roots, which is 0 ≤ f(x)."""
    asked = definedness(statement.closed())
    assert asked is not None
    inside = instantiate(assume(proposition=asked), value=f).conclusion
    attained, (floor, body) = inside.args[0], inside.args[1].args
    at_u = instantiate(assume(proposition=body), value=u).conclusion
    positive = instantiate(assume(proposition=floor), value=u)
    proof = generalise(assemble(at_u, positive), variable=u)
    proof = discharge(discharge(proof, hypothesis=floor), hypothesis=attained)
    return generalise(proof, variable=f)


def assemble(goal: Any, positive: Thm) -> Thm:
    """Prove a proposition made of ∧, → and 0 ≤ f(u)."""
    if goal.op == "and":
        parts = [assemble(part, positive) for part in goal.args]
        return conjunction(*parts)
    if goal.op == "imp":
        return discharge(assemble(goal.args[1], positive), hypothesis=goal.args[0])
    return combine(positive, goal=goal, summands=[Summand(ONE, (0,))])


def loss_gradient() -> Proof:
    """The gradient of half the square loss is DF(x)ᵀ(F(x) − w), where F is differentiable."""
    given = {"smooth": DifferentiableMapAt(F, x)}
    loss = mapsto(y, sq(F(y) - w) / 2)
    found = differentiate(assume(proposition=given["smooth"]), function=loss, point=x)
    claim = eq(grad(loss, x), jac(F, x).T @ (F(x) - w))
    gradient = combine(conjunct(found, side=1), goal=claim, summands=[Summand(ONE, (0,))])
    return Proof(Statement.of(given, claim), gradient)


def two_terms() -> Proof:
    """Σ_{i<2} t·1 = 2t, through an equation of functions."""
    body = combine(goal=eq(t * 1, t), summands=[])
    plain, written = mapsto(k, t), mapsto(k, t * 1)
    same = extensional(generalise(body, variable=k))
    sums = summation(function=plain)
    more = [instantiate(conjunct(sums, side=1), value=number(i, NAT)) for i in (0, 1)]
    goal = eq(make("sum", (plain, number(2, NAT))), 2 * t)
    parts = [Summand(ONE, (i,)) for i in range(3)]
    value = combine(conjunct(sums, side=0), *more, goal=goal, summands=parts)
    claim = eq(make("sum", (written, number(2, NAT))), 2 * t)
    return Proof(Statement((), claim), rewrite(same, value, target=claim))


def pythagoras() -> Proof:
    """‖x‖² = ⟨e₁, x⟩² + ⟨e₂, x⟩² in the plane."""
    point = Vectors("x,", PLANE)[0]
    expanded = instantiate(conjunct(coordinates(dimension=2), side=1), value=point)
    claim = eq(sq(point), ip(PLANE.basis(1), point) ** 2 + ip(PLANE.basis(2), point) ** 2)
    theorem = combine(expanded, goal=claim, summands=[Summand(ONE, (0,), (), point)])
    return Proof(Statement((), claim), theorem)


def gradient_step() -> Proof:
    """f(y) ≤ 3·f(x) + 1/3 after a step, f ≥ 0 and 1-smooth: two inequalities and an equation."""
    bound = f(u) <= f(v) + ip(grad(f, v), u - v) + sq(u - v) / 2
    given = {"floor": forall(x, f(x) >= 0), "smooth": forall([u, v], bound)}
    given["step"] = eq(y, x - grad(f, x))
    claim = f(y) <= 3 * f(x) + rational(1, 3)
    premises = [assume(proposition=h) for h in given.values()]
    uses = [Use(ONE, 1, (y, x)), Use(Fraction(2), 0, (x,))]
    return Proof(Statement.of(given, claim), gram(*premises, goal=claim, uses=uses))


PROOFS = {
    make_it.__name__: make_it()
    for make_it in (
        contraction, upper_bound, equal_points, division, definitions_and_roots, loss_gradient,
        two_terms, pythagoras, gradient_step,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", PROOFS)
def test_a_stored_proof_is_read_back_and_proves_its_statement(name: str) -> None:
    proof = PROOFS[name]
    text = json.dumps(store(proof.statement, proof.theorem, proof.defined))
    result = replay(parse(text), proof.statement, {})
    assert result.outcome == "proved"
    assert result.theorem.conclusion == proof.statement.claim
    assert set(result.theorem.hypotheses) <= {h for _, h in proof.statement.hypotheses}
    assert (result.definedness is None) == (proof.defined is None)
    again = store(proof.statement, result.theorem, result.definedness)
    assert json.dumps(again) == text, "storing what was replayed gives the same document"


def test_the_stored_proofs_use_most_rules() -> None:
    used = {step[0] for proof in PROOFS.values() for step in proof.document()["steps"]}
    rare = {"alternative", "rename", "antisymmetry", "natural", "successor"}
    assert set(RULES) - used <= rare | {"axiom", "oracle", "admit"}


def test_names_of_bound_variables_do_not_matter(check) -> None:
    proof = contraction()
    renamed = Statement(
        (proof.statement.hypotheses[0], ("step", forall(m, s[m + 1] <= q * s[m]))),
        forall(n, s[n] <= q**n * s[0]),
    )
    assert renamed == proof.statement
    assert check(renamed, proof.theorem).outcome == "proved"


# ---------------------------------------------------------------- damage by hand
def put(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Return the change that puts the last argument at the path that the others are."""
    *way, last, value = path

    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for part in way:
            place = place[part]
        place[last] = value

    return change


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(name)


def deep_sorts(document: dict[str, Any]) -> None:
    first = len(document["sorts"])
    document["sorts"].append(["Real", [], []])
    for number_ in range(first, first + 20_000):
        document["sorts"].append(["Fun", [], [first, number_]])
    document["terms"].append(["var", [], "deep", len(document["sorts"]) - 1])


def deep_spread(document: dict[str, Any]) -> None:
    """Sorts that double at every step: 2^60 in all."""
    document["sorts"].append(["Real", [], []])
    for _ in range(60):
        last = len(document["sorts"]) - 1
        document["sorts"].append(["Fun", [], [last, last]])
    document["terms"].append(["var", [], "wide", len(document["sorts"]) - 1])


def definition(*entry: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["definitions"].append(list(entry))
        arguments = entry[1]  # the parameters themselves, so that only the definition is at fault
        document["terms"].append(["def", arguments, len(document["definitions"]) - 1])

    return change


def term(*entry: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["terms"].append(list(entry))


def step(*entry: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["steps"].append(list(entry))


DIGITS = "7" * 10**5
DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no schema": (drop("schema"), "schema"),
    "another schema": (put("schema", "plproof-proof/0"), "schema"),
    "a schema that is a list": (put("schema", [SCHEMA]), "schema"),
    **{f"no {name}": (drop(name), f"{name}|array|hypothes|claim|step|term")
       for name in ("sorts", "terms", "definitions", "hypotheses", "claim", "steps", "proved")},
    **{f"{name} as {value!r}": (put(name, value), f"{name}|array|expected")
       for name in ("sorts", "terms", "definitions", "hypotheses", "steps")
       for value in (None, 1, "x", {}, True)},
    **{f"{name} as {value!r}": (put(name, value), "expected|later|exist")
       for name in ("claim", "proved") for value in (None, True, -1, 10**9, "0", [], {})},
    "claim a float": (put("claim", 0.0), "term"),
    "a sort unknown": (put("sorts", 0, ["Complex", [], []]), r"sorts\[0\].*Complex"),
    "a sort of itself": (put("sorts", 0, ["Fun", [], [0, 0]]), r"sorts\[0\]"),
    "a sort of a later one": (put("sorts", 0, ["Fun", [], [1, 1]]), r"sorts\[0\]"),
    "a sort with parts too many": (put("sorts", 0, ["Real", ["E"], []]), r"sorts\[0\]"),
    "a space without a name": (put("sorts", 0, ["Vec", [""], []]), r"sorts\[0\]"),
    "a space that is a number": (put("sorts", 0, ["Vec", [1], []]), r"sorts\[0\]"),
    "a sort that is a string": (put("sorts", 0, "Real"), r"sorts\[0\]"),
    "sorts nested 20,000 times": (deep_sorts, r"sorts\[|terms\[|deep"),
    "an operation unknown": (term("sinh", [0], None), r"terms\[\d+\].*sinh"),
    "an operation that is a number": (term(3, [0], None), r"terms\[\d+\]"),
    "a term of itself": (put("terms", 0, ["neg", [0], None]), r"terms\[0\]"),
    "a term of a later one": (put("terms", 0, ["neg", [5], None]), r"terms\[0\].*later"),
    "a term of a negative one": (term("neg", [-1], None), r"terms\[\d+\]"),
    "a term of true": (term("neg", [True], None), r"terms\[\d+\]"),
    "a term of a string": (term("neg", ["0"], None), r"terms\[\d+\]"),
    "a term that is null": (put("terms", 0, None), r"terms\[0\]"),
    "a term with five entries": (term("neg", [0], None, 0, 0), r"terms\[\d+\]"),
    "a term with data it has no use for": (term("false", [], "x"), r"terms\[\d+\]"),
    "a variable without a sort": (term("var", [], "z"), r"terms\[\d+\]"),
    "a variable without a name": (term("var", [], "", 0), r"terms\[\d+\]"),
    "a variable called 7": (term("var", [], 7, 0), r"terms\[\d+\]"),
    "a variable with a long name": (term("var", [], "z" * 5000, 0), r"terms\[\d+\]"),
    "a variable with arguments": (term("var", [0], "z", 0), r"terms\[\d+\]"),
    "a bound variable below 0": (term("bound", [], -1, 0), r"terms\[\d+\]"),
    "a bound variable true": (term("bound", [], True, 0), r"terms\[\d+\]"),
    "a binder without data": (term("all", [0], None), r"terms\[\d+\]"),
    "a binder of an unknown sort": (term("all", [0], ["x", 999]), r"terms\[\d+\]"),
    **{f"the number {value!r}"[:40]: (term("num", [], value, 0), r"terms\[\d+\]")
       for value in ("1/0", "", "/", "1/", "--1", "+1", " 1", "1e9", "0x1", "٣", "²", "1_0", "nan",
                     DIGITS, "1/" + DIGITS, 1, 0.5, None, ["1"])},
    "a definition of nothing": (term("def", [], 999), r"terms\[\d+\]"),
    "a definition in a word": (definition("two words", [], 0, ""), r"terms\[\d+\]"),
    "a definition of a later body": (definition("D", [], 10**6, ""), r"terms\[\d+\]"),
    "a definition of itself": (definition("D", [], -1, ""), r"terms\[\d+\]"),
    "a definition without words": (definition("D", [], 0), r"terms\[\d+\]"),
    "words with a place too many": (definition("D", [], 0, "{3}"), r"terms\[\d+\]"),
    "words that open a brace": (definition("D", [], 0, "{"), r"terms\[\d+\]"),
    "words that look inside": (definition("D", [0], 0, "{0.__class__}"), r"terms\[\d+\]"),
    "words that index": (definition("D", [0], 0, "{0[a]}"), r"terms\[\d+\]"),
    "words of a billion letters": (definition("D", [0], 0, "{0:>1000000000}"), r"terms\[\d+\]"),
    "an unknown rule": (step("magic", [], {}), r"step \d+.*magic"),
    "a rule that is a list": (step(["assume"], [], {}), r"step \d+"),
    "a rule of a method's name": (step("__class__", [], {}), r"step \d+"),
    "a step that is null": (put("steps", 0, None), "step 0"),
    "a step with an entry too many": (step("assume", [], {}, {}), r"step \d+"),
    "a step of itself": (step("conjunct", [10**5], {"side": 0}), r"step \d+.*later"),
    "a step of true": (step("conjunct", [True], {"side": 0}), r"step \d+"),
    "a step without its data": (step("assume", [], {}), r"step \d+.*assume"),
    "a step with unknown data": (step("assume", [], {"claim": 0}), r"step \d+.*claim"),
    "a step with premises too many": (step("assume", [0], {"proposition": 0}), r"step \d+"),
    "a step without its premises": (step("modus_ponens", [], {}), r"step \d+"),
    "a step with data as a list": (step("assume", [], [0]), r"step \d+"),
    "an assumption of a term unknown": (step("assume", [], {"proposition": 10**7}), r"step \d+"),
    "an assumption of a float": (step("assume", [], {"proposition": 0.5}), r"step \d+"),
    "a side far away": (step("conjunct", [0], {"side": 10**30}), r"step \d+"),
    "a side that is true": (step("conjunct", [0], {"side": True}), r"step \d+"),
    "a renaming that is a list": (step("rename", [0], {"spaces": ["E"]}), r"step \d+"),
    "a renaming to a number": (step("rename", [0], {"spaces": {"E": 1}}), r"step \d+"),
    "an axiom called 1": (step("axiom", [], {"name": 1, "statement": 0}), r"step \d+"),
    **{f"the summands {value!r}": (step("combine", [], {"goal": 0, "summands": value}), r"step \d+")
       for value in (None, 1, "x", [1], [[]], [["1", [], []]], [[1, [], [], None]],
                     [["1", [0], [], None]], [["1", ["0"], [], None]], [["1", [], [10**7], None]],
                     [["1", [], [], "x"]], [["1/0", [], [], None]], [["0.5", [], [], None]],
                     [["1", [-1], [], None]], [["1", None, [], None]])},
    **{f"the uses {value!r}": (step("gram", [0], {"goal": 0, "uses": value}), r"step \d+")
       for value in (None, 1, "x", {}, [1], [[]], [["1", 0]], [[1, 0, []]], [["1", "0", []]],
                     [["1", True, []]], [["1", -1, []]], [["1", 1, []]], [["1", None, []]],
                     [["1", 0, None]], [["1", 0, [10**7]]], [["1", 0, ["0"]]], [["1", 0, [0.5]]],
                     [["1/0", 0, []]], [["0.5", 0, []]], [["0", 0, []]], [["-1", 0, []]],
                     [["1", 0, [], None]], [["1", 0, [0] * 1000]])},
    "uses of a goal unknown": (step("gram", [0], {"goal": 10**7, "uses": []}), r"step \d+"),
    "no uses": (step("gram", [0], {"goal": 0}), r"step \d+.*gram"),
    "non-zero theorems as true": (
        step("combine", [], {"goal": 0, "summands": [], "nonzero": True}), r"step \d+"),
    "a non-zero theorem that is not there": (
        step("combine", [], {"goal": 0, "summands": [], "nonzero": [0]}), r"step \d+"),
    "hypotheses with a number as name": (put("hypotheses", [[0, 0]]), "expected|hypothes"),
    "hypotheses twice": (lambda d: d["hypotheses"].extend(d["hypotheses"]), "hypothes|instead"),
    "defined by a string": (put("defined", "0"), "step|number"),
    "defined by a step to come": (put("defined", 10**6), "step"),
    "not defined": (put("defined", None), "defined"),
    "no proof at all": (put("steps", []), "step"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_with_the_place_named(name: str) -> None:
    proof = PROOFS["division"]
    change, place = DAMAGE[name]
    document = proof.document()
    change(document)
    with pytest.raises(Refused, match=place) as caught:
        replay(document, proof.statement, {})
    assert len(str(caught.value)) < 2_000, "a message is for a person to read"


@pytest.mark.parametrize("document", [None, 1, "x", [], {}, [{}], True, 0.5, {"schema": SCHEMA}])
def test_a_document_that_is_none_is_refused(document: object) -> None:
    with pytest.raises(Refused):
        replay(document, PROOFS["division"].statement, {})


TEXTS = {
    "": "not JSON", "null": "object", "[]": "object", "{": "not JSON", '"': "not JSON",
    '{"a": NaN}': "NaN", '{"a": Infinity}': "Infinity", '{"a": -Infinity}': "-Infinity",
    '{"a": 0.5}': "0.5", '{"a": 1e999}': "1e999", '{"a": 1E5}': "1E5", "{'a': 1}": "not JSON",
    '{"a": ' + DIGITS + "}": "digits", "[" * 10**5: "nested", '{"a":' * 10**5: "nested",
    '{"a": 01}': "not JSON", '{"a": 1} {"b": 2}': "not JSON", "\x00": "not JSON",
    '{"a": ["\\uD800"]}': "surrogates", '{"\ud800": 1}': "surrogates",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:20]))
def test_text_that_is_no_exact_json_object_is_refused(text: str) -> None:
    with pytest.raises(WireError, match=re.escape(TEXTS[text])) as caught:
        parse(text)
    assert len(str(caught.value)) < 300


def test_a_character_may_be_written_in_two_halves() -> None:
    assert parse('{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
    nested = '{"a": ' + "[" * 10**5 + '"\\ud83d\\ude00"' + "]" * 10**5 + "}"
    with pytest.raises(WireError, match="nested"):
        parse(nested)


def test_a_key_given_twice_is_refused() -> None:
    """Two readers may disagree on which of the two counts; an independent checker must not."""
    with pytest.raises(WireError):
        parse('{"schema": "plproof-proof/1", "proved": 0, "proved": 1}')


def test_every_truncation_is_refused() -> None:
    proof = PROOFS["upper_bound"]
    text = json.dumps(proof.document())
    for end in range(0, len(text) - 1, 7):
        with pytest.raises(WireError):
            parse(text[:end])


def test_extra_data_is_refused_or_has_no_effect() -> None:
    proof = PROOFS["division"]
    for change in (put("more", 1), put("verdict", "proved"), put("axioms", [["any", 0]])):
        document = proof.document()
        change(document)
        try:
            result = replay(document, proof.statement, {})
        except Refused:
            continue
        assert result.theorem.conclusion == proof.statement.claim
        assert not result.theorem.axioms


# ---------------------------------------------------------------- what could take for ever
HANG = """
import json, sys
from plproof.language.definedness import definedness
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import parse, replay
from plproof.language import *
from plproof.language.wire import WireError
import resource
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (9, 9))
a, = Reals("a")
try:
    replay(parse(sys.stdin.read()), Statement((), a <= a), {})
except (KernelError, WireError) as error:
    print("refused:", str(error)[:500])
"""


def tower(first: list[Any], entry: Callable[[int], list[Any]], height: int) -> dict[str, Any]:
    """A claim a ≤ a and a proof step that says 0 ≤ t for a term t that doubles at every storey."""
    terms: list[Any] = [["var", [], "a", 0], ["le", [0, 0], None], ["num", [], "1", 0]]
    terms += [["num", [], "512", 1], ["num", [], "0", 0], first]
    top = 5
    for _ in range(height):
        terms.append(entry(top))
        top = len(terms) - 1
    terms.append(["le", [4, top], None])
    return {
        "schema": SCHEMA, "sorts": [["Real", [], []], ["Nat", [], []]], "terms": terms,
        "definitions": [], "hypotheses": [], "claim": 1, "axioms": [], "proved": 0, "defined": None,
        "steps": [["combine", [], {"goal": len(terms) - 1, "summands": [], "nonzero": []}]],
    }  # fmt: skip


A, TWO, HALF = ["var", [], "a", 0], ["num", [], "2", 0], ["num", [], "1/2", 0]
SLOW = {
    "a sum that doubles 60 times": tower(A, lambda i: ["add", [i, i], None], 60),
    "2 squared 60 times": tower(TWO, lambda i: ["mul", [i, i], None], 60),
    "2 to the 512 to the 512 to the 512": tower(TWO, lambda i: ["pow", [i, 3], None], 3),
    "1/2 squared 60 times": tower(HALF, lambda i: ["mul", [i, i], None], 60),
    "1/2 to the 512 to the 512 to the 512": tower(HALF, lambda i: ["pow", [i, 3], None], 3),
    "a squared 60 times": tower(A, lambda i: ["mul", [i, i], None], 60),
    "1 + a squared 60 times": tower(["add", [0, 2], None], lambda i: ["mul", [i, i], None], 60),
}


def map_tower(first: list[Any], entry: Callable[[int], list[Any]], height: int) -> dict[str, Any]:
    """A proof step that says t = 0 for a linear map or a vector t that grows at every storey."""
    document = tower(A, lambda i: ["add", [i, i], None], 0)
    space, real = [["Lin", ["E", "E"], []], ["Vec", ["E"], []]], document["terms"][:1]
    terms = [
        *real,
        ["le", [0, 0], None],
        ["var", [], "A", 2],
        ["var", [], "B", 2],
        ["add", [2, 3], None],
        ["var", [], "x", 3],
        ["num", [], "0", 2],
        ["num", [], "0", 3],
    ]
    terms.append(first)
    for _ in range(height):
        terms.append(entry(len(terms) - 1))
    zero = 7 if entry(0)[0] == "lapp" else 6
    terms.append(["eq", [len(terms) - 1, zero], None])
    step_ = ["combine", [], {"goal": len(terms) - 1, "summands": [], "nonzero": []}]
    return {**document, "sorts": [*document["sorts"], *space], "terms": terms, "steps": [step_]}


MAP = ["add", [2, 3], None]
SLOW |= {
    "A squared 60 times": map_tower(["var", [], "A", 2], lambda i: ["comp", [i, i], None], 60),
    "A + B squared 60 times": map_tower(MAP, lambda i: ["comp", [i, i], None], 60),
    "A + B 60 times at x": map_tower(["var", [], "x", 3], lambda i: ["lapp", [4, i], None], 60),
}


def refused_in_time(document: Any) -> None:
    """Replay a document in a process that ends when it has used nine seconds of a processor."""
    command = [sys.executable, "-c", HANG]
    done = subprocess.run(command, input=json.dumps(document), capture_output=True, text=True)
    assert done.returncode >= 0, "replay was still busy after 9 seconds"
    assert done.returncode == 0, f"something raw was raised:\n{done.stderr[-600:]}"
    assert done.stdout.startswith("refused: "), done.stdout
    assert len(done.stdout.strip()) > len("refused: "), "the message is empty"


@pytest.mark.parametrize("name", SLOW)
def test_small_documents_do_not_take_for_ever(name: str) -> None:
    """A term is a graph: a few lines can say 2^60 of something; replay must say no, soon."""
    refused_in_time(SLOW[name])


def test_sorts_that_double_60_times_do_not_take_for_ever() -> None:
    document = PROOFS["division"].document()
    deep_spread(document)
    refused_in_time(document)


def test_a_statement_with_a_huge_number_is_refused_without_a_raw_exception() -> None:
    """Python refuses to print integers of more than 4300 digits: a message must not need to."""
    huge = Statement((), eq(rational(Fraction(10**5000)), a))
    with pytest.raises(Refused):
        replay(PROOFS["division"].document(), huge, {})
    assert reflexive(term=huge.claim.args[0]).conclusion.op == "eq"
    with pytest.raises(KernelError):
        combine(goal=huge.claim, summands=[])
    with pytest.raises(Refused):
        replay(store(huge, assume(proposition=huge.claim), None), huge, {})


@pytest.mark.parametrize("exponent", [513, 10**6, 10**30, 10**3000])
def test_a_huge_exponent_is_refused_by_name(exponent: int) -> None:
    with pytest.raises(KernelError, match="exponent"):
        combine(goal=eq(a**exponent, 0), summands=[])
    with pytest.raises(KernelError, match="exponent"):
        combine(goal=eq(a ** (exponent * k), 0), summands=[])


def test_a_product_of_very_many_terms_is_refused() -> None:
    names = Reals(" ".join(f"z{i}" for i in range(40)))
    total = sum(names[1:], names[0])
    with pytest.raises(KernelError, match="too large"):
        combine(goal=eq(total**20, 0), summands=[])


# ---------------------------------------------------------------- damage at random
WORDS = [
    0, 1, 2, 3, -1, 10**9, None, True, "0", "1", "-1", "1/2", "512", "", "E", "a", [], {}, [0],
    "assume", "admit", "Real", "Nat", "Vec", "le", "lt", "eq", "var", "bound", "num", 0.5,
]  # fmt: skip
OPERATIONS = list(SIGNATURES)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths to all parts of a document."""
    found = [path] if path else []
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in inner:
        here = (*path, key)
        found += places(value, here) if isinstance(value, (list, dict)) else [here]
    return found


def damage(rng: Random, document: Any, paths: list[tuple[Any, ...]]) -> None:
    """Change one thing: a number to a near one, an operation, a rule, an entry moved or doubled."""
    *way, last = rng.choice(paths)
    place = document
    try:
        for part in way:
            place = place[part]
        value = place[last]
    except (KeyError, IndexError, TypeError):
        return  # an earlier change has removed the place
    if not isinstance(place, (list, dict)):
        return
    kind = rng.random()
    if kind < 0.25 and type(value) is int:
        place[last] = max(0, value + rng.choice([-2, -1, 1, 2]))
    elif kind < 0.5 and isinstance(value, str):
        near = [str(-Fraction(value))] if re.fullmatch(r"-?\d+(/\d+)?", value) else []
        place[last] = rng.choice([*OPERATIONS, *RULES, *near, *near * 30, "Real", "Nat", "Prop"])
    elif kind < 0.6 and isinstance(place, list):
        del place[last]
    elif kind < 0.7 and isinstance(place, list):
        place.insert(last, copy.deepcopy(value))
    elif kind < 0.85 and isinstance(place, list) and len(place) > 1:
        other = rng.randrange(len(place))
        place[last], place[other] = place[other], place[last]
    elif kind < 0.95 and isinstance(place, list) and place:
        place[last] = copy.deepcopy(rng.choice(place))
    else:
        place[last] = copy.deepcopy(rng.choice(WORDS))


@pytest.mark.parametrize("name", PROOFS)
def test_random_damage_never_proves_anything_else(name: str) -> None:
    """1,000 damaged copies of each proof: refused, or still a proof of this very statement.

    The statements are true and their hypotheses possible, so a replay that calls one refuted or
    vacuous, without an admitted step, has proved something false.
    """
    proof = PROOFS[name]
    original = proof.document()
    paths = places(original)
    text = json.dumps(original)
    allowed = {h for _, h in proof.statement.hypotheses}
    refused = 0
    for seed in range(1_000):
        rng = Random(f"{name} {seed}")
        document = json.loads(text)
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            damage(rng, document, paths)
        try:
            result = replay(document, proof.statement, {})
        except Refused as error:
            refused += 1
            assert str(error), f"seed {seed}: a refusal without a word"
            continue
        except Exception as error:
            pytest.fail(f"seed {seed}: raw {type(error).__name__}: {error}\n{json.dumps(document)}")
        theorem = result.theorem
        assert set(theorem.hypotheses) <= allowed, f"seed {seed}: {theorem}"
        assert not theorem.axioms and not theorem.oracles, f"seed {seed}: {theorem}"
        if not theorem.admits:
            assert result.outcome == "proved", f"seed {seed}: {result.outcome} by {theorem}"
            assert theorem.conclusion == proof.statement.claim, f"seed {seed}: {theorem}"
    assert refused > 500, f"the damage was too gentle: {refused} of 1,000 refused"


def test_a_proof_of_one_statement_refuses_to_prove_each_other() -> None:
    for name, proof in PROOFS.items():
        for other, statement in ((o, p.statement) for o, p in PROOFS.items() if o != name):
            with pytest.raises(Refused):
                print(other, replay(proof.document(), statement, {}))


def test_terms_of_every_operation_survive_the_wire(check) -> None:
    everything = [
        eq(mapsto(x, f(x) + ip(grad(f, x), u))(y), 0), ne(a / b, sqrt(a)), a**k >= -a,
        exists([x, k], conj(eq(x, 2 * y + E.zero), k < 3) | (f(x) > 0)), eq(k * m, m + 1),
    ]  # fmt: skip
    for proposition in everything:
        statement = Statement((("it", proposition),), proposition)
        document = store(statement, assume(proposition=proposition), None)
        try:
            replay(json.loads(json.dumps(document)), statement, {})
        except KernelError as error:
            assert "defined" in str(error)


# ---------------------------------------------------------------- refutations in other spaces
Z = Space("Z")
PLANE_MAP = {"E": "R^2", "Y": "R^1"}


def size(n_: int) -> Thm:
    return conjunct(coordinates(dimension=n_), side=0)


EQUAL = Statement((), eq(E.dim, Y.dim))  # dim E = dim Y, false for R^2 and R^1


def plane_and_line() -> Thm:
    """⊢ ¬(dim R^2 = dim R^1)."""
    claim = eq(PLANE.dim, Space.coordinates(1).dim)
    clash = combine(
        assume(proposition=claim), size(2), size(1), goal=FALSE,
        summands=[Summand(ONE, (0,)), Summand(-ONE, (1,)), Summand(ONE, (2,)), Summand(ONE)],
    )  # fmt: skip
    return discharge(clash, hypothesis=claim)


def judged(statement: Statement, theorem: Thm, spaces: Any) -> str:
    document = json.loads(json.dumps(store(statement, theorem, None)))
    if spaces is not None:
        document["spaces"] = spaces
    return replay(document, statement, {}).outcome


def test_a_refutation_may_be_of_the_statement_in_other_spaces() -> None:
    assert judged(EQUAL, plane_and_line(), PLANE_MAP) == "refuted"
    assert judged(EQUAL, plane_and_line(), {**PLANE_MAP, "Z": "E"}) == "refuted"


@pytest.mark.parametrize(
    "spaces",
    [None, {}, {"E": "R^2"}, {"Y": "R^1"}, {"E": "R^1", "Y": "R^2"}, {"E": "Y"}, {"R^2": "E"},
     {"E": "R^2", "Y": "R^2"}, {"E": "R^3", "Y": "R^1"}, {"R^2": "R^1"}, {"E": ""}, {"": "E"}],
    ids=str,
)  # fmt: skip
def test_in_no_other_spaces(spaces: Any) -> None:
    with pytest.raises(Refused):
        judged(EQUAL, plane_and_line(), spaces)


@pytest.mark.parametrize("spaces", [[], "E", 1, None, {"E": 1}, {"E": None}, {"E": ["R^2"]}])
def test_spaces_are_an_object_of_names(spaces: Any) -> None:
    document = store(EQUAL, plane_and_line(), None)
    document["spaces"] = spaces
    with pytest.raises(Refused):
        replay(document, EQUAL, {})


def test_two_spaces_may_be_one_in_a_refutation() -> None:
    """“For all E and Y: dim E ≠ dim Y” fails for E = Y; two variables x of E and Y stay two."""
    apart = Statement((), ne(E.dim, Y.dim))
    held = combine(goal=eq(E.dim, E.dim), summands=[])
    wrong = assume(proposition=ne(E.dim, E.dim))
    theorem = discharge(modus_ponens(wrong, held), hypothesis=wrong.conclusion)
    assert judged(apart, theorem, {"Y": "E"}) == "refuted"
    with pytest.raises(KernelError, match="ends in"):
        judged(apart, theorem, {})
    here, there = Vectors("x,", E)[0], Vectors("x,", Y)[0]
    both = Statement((), eq(sq(here), sq(there)))
    one = forall(x, ne(sq(x), sq(x)) >> FALSE)
    with pytest.raises(KernelError):  # ∀x. ‖x‖² = ‖x‖² is not what the statement is for E = Y
        judged(both, modus_ponens(assume(proposition=one >> FALSE), assume(proposition=one)), {})
    closed = both.closed()
    assert closed == forall([here, there], eq(sq(here), sq(there)))


def test_a_proof_in_one_space_is_no_proof_in_all() -> None:
    two = Statement((), eq(E.dim, 2))
    for spaces in (None, {}, {"E": "R^2"}, {"R^2": "E"}):
        with pytest.raises(Refused):
            judged(two, size(2), spaces)
    vacuous = Statement((("flat", eq(E.dim, Y.dim)),), eq(a, b))
    with pytest.raises(Refused):
        judged(vacuous, plane_and_line(), PLANE_MAP)


def test_a_refutation_has_no_hypotheses() -> None:
    open_ = modus_ponens(
        assume(proposition=implies(a > 0, plane_and_line().conclusion)), assume(proposition=a > 0)
    )
    with pytest.raises(KernelError, match="rests on"):
        judged(EQUAL, open_, PLANE_MAP)


def test_coordinate_spaces_keep_their_names_in_replay() -> None:
    """What is false in the plane is not refuted by renaming the plane."""
    flat = Statement((), eq(PLANE.dim, 2))
    claim = eq(Space.coordinates(3).dim, 2)
    for spaces in ({"R^2": "R^3"}, {"R^2": "E"}, {"R^2": "R^2", "R^3": "R^2"}):
        with pytest.raises(Refused):
            judged(flat, discharge(size(3), hypothesis=claim), spaces)
    with pytest.raises(KernelError):
        rules.rename(size(2), spaces={"R^2": "R^3"})
    with pytest.raises(KernelError):
        rules.rename(size(2), spaces={"R^2": "E"})
    assert rules.rename(size(2), spaces={"R^2": "R^2", "E": "R^2"}).conclusion == size(2).conclusion
    moved = rules.rename(reflexive(term=x), spaces={"E": "R^2"}).conclusion
    assert moved.args[0].sort.spaces == ("R^2",)


def test_rules_is_a_closed_table() -> None:
    with pytest.raises(TypeError):
        RULES["magic"] = RULES["assume"]  # type: ignore[index]
    assert rules.assume is RULES["assume"].apply
