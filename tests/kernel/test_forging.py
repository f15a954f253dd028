"""Ways to forge a theorem, each of which fails here or has no effect on a later replay."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

from plproof.kernel import rules
from plproof.kernel.calculus import differentiate
from plproof.kernel.combine import Summand, combine
from plproof.kernel.gram import Use, gram
from plproof.kernel.normal import KernelError, NormalForm
from plproof.kernel.replay import replay
from plproof.kernel.rules import assume, axiom, discharge, generalise, reflexive
from plproof.kernel.thm import RULES, Thm
from plproof.language import (
    FALSE,
    Definition,
    Function,
    LanguageError,
    Naturals,
    Reals,
    Space,
    Statement,
    Term,
    Vector,
    Vectors,
    eq,
    exists,
    forall,
    ip,
    mapsto,
    ne,
    neg,
    norm,
    rational,
    show,
    sq,
    sqrt,
)
from plproof.language.binding import bind, substitute
from plproof.language.definedness import definedness
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import lift, make, number
from plproof.language.wire import WireError
from plproof.proof.storage import store

E, F = Space("E"), Space("F")
a, b, c, t = Reals("a b c t")
k, m, n = Naturals("k m n")
v, x = Vectors("v x", E)
ONE = Fraction(1)
TRUE = rules.total_order(left=a, right=b)
FALSE_CLAIM = Statement((), forall(a, a <= 0))
SOURCE = """
a, = Reals("a")
statement = Statement((), forall(a, a <= 0))
"""


def forged(conclusion: Term, like: Thm = TRUE) -> Thm:
    """Return a theorem made without a rule, as only malice can."""
    thm = object.__new__(Thm)
    for name in Thm.__slots__:
        object.__setattr__(thm, name, getattr(like, name))
    object.__setattr__(thm, "conclusion", conclusion)
    return thm


# ---------------------------------------------------------------- making theorems
def test_a_theorem_has_no_constructor() -> None:
    for arguments in ((), ((), FALSE), ((), FALSE, (), (), ())):
        with pytest.raises(KernelError, match="rules of the kernel"):
            Thm(*arguments)


def test_a_theorem_cannot_be_changed() -> None:
    for name in (*Thm.__slots__, "anything"):
        with pytest.raises(KernelError):
            setattr(TRUE, name, FALSE)
    with pytest.raises(KernelError):
        del TRUE.conclusion
    with pytest.raises(TypeError):
        TRUE.data["left"] = b  # type: ignore[index]


def test_a_theorem_cannot_be_replaced_copied_into_another_or_pickled() -> None:
    with pytest.raises(TypeError):
        dataclasses.replace(TRUE, conclusion=FALSE)  # type: ignore[type-var]
    for duplicate in (copy.copy, copy.deepcopy):
        with contextlib.suppress(KernelError):  # no copy at all is as good as the same object
            assert duplicate(TRUE) is TRUE
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(KernelError):
            pickle.dumps(TRUE, protocol)


def test_a_theorem_and_a_term_cannot_be_subclassed() -> None:
    with pytest.raises(KernelError, match="sealed"):
        type("Mine", (Thm,), {})
    with pytest.raises(LanguageError, match="subclassed"):
        type("Mine", (Term,), {})


def test_a_look_alike_is_not_a_theorem() -> None:
    class Mine:
        hypotheses, conclusion, axioms, oracles, admits = (), FALSE, (), (), ()

    for fake in (Mine(), FALSE, None, "⊢ ⊥"):
        with pytest.raises(KernelError, match="theorem"):
            rules.absurd(fake, proposition=a > 0)  # type: ignore[arg-type]


def test_object_setattr_forges_in_this_process_and_replay_rejects_it(check, fresh) -> None:
    """Python cannot stop ``object.__new__`` and ``object.__setattr__`` in one process.

    So a theorem object is no verdict; the verdict is replay of the stored steps, and the steps of
    a forged theorem are those of an honest rule, which prove what that rule proves.
    """
    lie = forged(FALSE_CLAIM.claim)
    assert lie.conclusion == FALSE_CLAIM.claim, "Python does not stop this"
    built_on_it = rules.instantiate(lie, value=number(1))
    for theorem in (lie, generalise(built_on_it, variable=b)):
        with pytest.raises((KernelError, WireError)):
            check(FALSE_CLAIM, theorem)
        assert fresh(store(FALSE_CLAIM, theorem, None), SOURCE).startswith("rejected")


def test_a_rule_of_the_author_is_unknown_to_a_fresh_process(fresh) -> None:
    """``thm.rule`` makes any function a rule of this process; replay elsewhere has never heard."""
    lie = forged(FALSE_CLAIM.claim)
    object.__setattr__(lie, "rule", "magic")
    document = store(FALSE_CLAIM, forged(FALSE_CLAIM.claim), None)
    document["steps"][-1][0] = "magic"
    assert "magic" in fresh(document, SOURCE)


def test_a_theorem_altered_after_it_was_proved_is_replayed_as_it_was(check) -> None:
    honest = reflexive(term=a)
    object.__setattr__(honest, "conclusion", FALSE_CLAIM.claim)
    with pytest.raises(KernelError, match="the proof ends in a = a"):
        check(FALSE_CLAIM, honest)


def test_a_mutated_term_deceives_this_process_only(fresh) -> None:
    """Terms are shared: a term changed by force changes in every place of this process at once.

    The stored proof then says what the changed terms say; a fresh process makes the true statement
    from the theorem file and finds the two different.
    """
    left, right = Reals("left right")
    claim = left <= right
    statement = Statement((), claim)
    object.__setattr__(claim, "args", (left, left))
    try:
        document = store(statement, combine(goal=claim, summands=[]), None)
    finally:
        object.__setattr__(claim, "args", (left, right))
    source = """
left, right = Reals("left right")
statement = Statement((), left <= right)
"""
    assert "another claim" in fresh(document, source)


def test_terms_are_sealed_like_theorems() -> None:
    with pytest.raises(LanguageError):
        Term("le", (a, b))
    with pytest.raises(AttributeError, match="immutable"):
        a.sort = NAT  # type: ignore[misc]
    assert copy.deepcopy(a + b) is a + b
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(a)
    with pytest.raises(AttributeError, match="immutable"):
        Definition("D", [a], a > 0).body = FALSE


# ---------------------------------------------------------------- the proof of something else
def test_a_proof_of_one_statement_is_no_proof_of_another(check) -> None:
    proved = generalise(reflexive(term=a), variable=a)
    right = Statement((), proved.conclusion)
    assert check(right, proved).theorem.conclusion == right.claim
    document = store(right, proved, None)
    with pytest.raises(KernelError, match="another claim"):
        replay(document, FALSE_CLAIM, {})
    document = store(FALSE_CLAIM, proved, None)
    with pytest.raises(KernelError, match="the proof ends in"):
        replay(document, FALSE_CLAIM, {})


HYPOTHESES = (("lower", 0 <= a), ("upper", a <= b))
BOTH = Statement(HYPOTHESES, 0 <= b)


def chain() -> Thm:
    premises = [assume(proposition=h) for _, h in HYPOTHESES]
    return combine(*premises, goal=0 <= b, summands=[Summand(ONE, (0,)), Summand(ONE, (1,))])


OTHERS = {
    "reordered": (HYPOTHESES[::-1], "instead of"),
    "renamed": ((("low", HYPOTHESES[0][1]), HYPOTHESES[1]), "low"),
    "one missing": (HYPOTHESES[:1], "instead of|rests on"),
    "one changed": ((HYPOTHESES[0], ("upper", a <= b + 1)), "upper"),
    "one more": ((*HYPOTHESES, ("more", FALSE)), "instead of"),
    "none": ((), "instead of"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_hypotheses_are_compared_in_order_and_by_name(name: str, check) -> None:
    hypotheses, message = OTHERS[name]
    check(BOTH, chain())
    with pytest.raises(KernelError, match=message):
        replay(store(BOTH, chain(), None), Statement(hypotheses, BOTH.claim), {})
    with pytest.raises(KernelError, match=message):
        replay(store(Statement(hypotheses, BOTH.claim), chain(), None), BOTH, {})


def test_a_theorem_with_a_hypothesis_more_does_not_prove_the_statement(check) -> None:
    with pytest.raises(KernelError, match="rests on a ≤ b, which is not a hypothesis"):
        check(Statement(HYPOTHESES[:1], BOTH.claim), chain())
    with pytest.raises(KernelError, match="rests on"):
        check(Statement((), FALSE), assume(proposition=FALSE))


def test_definitions_are_compared_by_what_they_say(check) -> None:
    honest, twisted = Definition("Big", [a], a > 0), Definition("Big", [a], a >= 0)
    proved = rules.convert(combine(goal=b * b >= 0, summands=[Summand(ONE, (), (b,))]),
                           target=twisted(b * b))  # fmt: skip
    check(Statement((), twisted(b * b)), proved)
    with pytest.raises(KernelError):
        check(Statement((), honest(b * b)), proved)


def test_a_refutation_or_a_contradiction_is_never_called_a_proof(check) -> None:
    at_one = rules.instantiate(assume(proposition=FALSE_CLAIM.claim), value=number(1))
    clash = combine(at_one, goal=FALSE, summands=[Summand(ONE, (0,)), Summand(ONE)])
    refuted = discharge(clash, hypothesis=FALSE_CLAIM.claim)
    assert check(FALSE_CLAIM, refuted).outcome == "refuted"
    with pytest.raises(KernelError, match="rests on"):
        check(FALSE_CLAIM, clash)
    empty = Statement((("absurd", FALSE_CLAIM.claim),), eq(a, b))
    assert check(empty, clash).outcome == "vacuous"


# ---------------------------------------------------------------- axioms
ALL = forall(a, a <= 0)


def test_an_axiom_of_the_proof_file_is_not_an_axiom(check, fresh) -> None:
    smuggled = axiom(name="mine", statement=ALL)
    with pytest.raises(KernelError, match="'mine' is not in the table of axioms"):
        check(FALSE_CLAIM, smuggled)
    document = store(FALSE_CLAIM, smuggled, None)
    assert "not in the table" in fresh(document, SOURCE)
    document["axioms"] = []
    assert "not in the table" in fresh(document, SOURCE), "what the document says is not asked"


def test_an_axiom_of_the_table_says_what_the_table_says(check) -> None:
    smuggled = axiom(name="known", statement=ALL)
    with pytest.raises(KernelError, match="the axiom 'known' does not say"):
        check(FALSE_CLAIM, smuggled, known=forall(a, a <= a + 1))
    assert check(FALSE_CLAIM, smuggled, known=forall(b, b <= 0)), "up to names of bound variables"


def test_an_axiom_may_not_hide_behind_another_step(check) -> None:
    smuggled = rules.instantiate(axiom(name="mine", statement=ALL), value=a)
    hidden = generalise(rules.conjunct(rules.conjunction(smuggled, TRUE), side=0), variable=a)
    with pytest.raises(KernelError, match="'mine' is not in the table"):
        check(FALSE_CLAIM, hidden)


def test_an_axiom_behind_the_definedness_is_found(check) -> None:
    statement = Statement((), eq(a / b, a / b))
    wanted = definedness(statement.closed())
    assert wanted is not None
    with pytest.raises(KernelError, match="'mine' is not in the table"):
        check(statement, reflexive(term=a / b), axiom(name="mine", statement=wanted))


def test_an_oracle_is_asked_again(check) -> None:
    claim = rational(2) < rational(1)
    document = store(Statement((), claim), rules.oracle(name="arb", statement=claim), None)
    for oracles in ({}, {"arb": lambda _: False}, {"other": lambda _: True}):
        with pytest.raises(KernelError, match="oracle 'arb'"):
            replay(document, Statement((), claim), {}, oracles)


# ---------------------------------------------------------------- marks
Premise = Callable[[Term], Thm]
P, Q = a > 0, b > 0
MARKED: dict[str, tuple[list[Term], Callable[..., Thm]]] = {
    "discharge": ([P], lambda th: discharge(th, hypothesis=Q)),
    "modus_ponens": ([P >> Q, P], rules.modus_ponens),
    "conjunction": ([P, Q], rules.conjunction),
    "conjunct": ([P & Q], lambda th: rules.conjunct(th, side=0)),
    "alternative": ([P], lambda th: rules.alternative(th, other=Q, side=1)),
    "cases": ([P | Q, c > 0, c > 0], rules.cases),
    "absurd": ([FALSE], lambda th: rules.absurd(th, proposition=P)),
    "generalise": ([P], lambda th: generalise(th, variable=c)),
    "instantiate": ([forall(a, P)], lambda th: rules.instantiate(th, value=b)),
    "witness": ([P], lambda th: rules.witness(th, goal=exists(b, Q), value=a)),
    "obtain": ([exists(a, P), Q], lambda e, th: rules.obtain(e, th, variable=c)),
    "rename": ([sq(v) <= 0], lambda th: rules.rename(th, spaces={"E": "F"})),
    "rewrite": ([eq(a, b), P], lambda e, th: rules.rewrite(e, th, target=Q)),
    "convert": ([P], lambda th: rules.convert(th, target=number(0) < a)),
    "antisymmetry": ([a <= b, b <= a], rules.antisymmetry),
    "definite": ([sq(v) <= 0], rules.definite),
    "successor": ([m < n], rules.successor),
    "extensional": ([forall(a, eq(a + b, c))], rules.extensional),
    "differentiate": (
        [ne(ip(v, x), 0), sq(v) > 0],
        lambda *known: differentiate(*known, function=mapsto(v, norm(v) / ip(v, x)), point=v),
    ),
    "induction": (
        [eq(number(0, NAT), 0), forall(k, eq(k, 0) >> eq(k + 1, 0))],
        lambda base, step: rules.induction(base, step, goal=forall(k, eq(k, 0))),
    ),
    "combine": ([ne(b, 0), P], lambda known, th: combine(
        known, th, goal=b / b * a > 0, summands=[Summand(ONE, (1,))], nonzero=[0])),
    "gram": ([forall(x, ip(x, x) <= a), eq(v, 2 * x)], lambda bound, same: gram(
        bound, same, goal=sq(v) <= 4 * a, uses=[Use(Fraction(4), 0, (x,))])),
}  # fmt: skip


def test_every_rule_with_premises_is_tried_with_marks() -> None:
    taking = {name for name, rule in RULES.items() if takes_premises(rule.apply)}
    assert taking == set(MARKED), "a rule whose marks nobody checks"


def takes_premises(function: Callable[..., Any]) -> bool:
    kinds = {p.kind for p in inspect.signature(function).parameters.values()}
    return bool(kinds - {inspect.Parameter.KEYWORD_ONLY})


def marked(proposition: Term, mark: str) -> Thm:
    """Return the proposition with a mark, as a fact that something marked implies."""
    if mark == "admits":
        return rules.admit(proposition=proposition)
    make_it = axiom if mark == "axioms" else rules.oracle
    source = make_it(name="gap", statement=forall([a, b], a <= b))
    implication = assume(proposition=source.conclusion >> proposition)
    return rules.modus_ponens(implication, source)


@pytest.mark.parametrize("mark", ["admits", "axioms", "oracles"])
@pytest.mark.parametrize("name", MARKED)
def test_a_mark_on_any_premise_stays(name: str, mark: str) -> None:
    propositions, apply = MARKED[name]
    for position in range(len(propositions)):
        premises = [assume(proposition=one) for one in propositions]
        premises[position] = marked(propositions[position], mark)
        result = apply(*premises)
        assert result.rule == name
        assert getattr(result, mark), f"{name} loses the mark of premise {position}: {result}"
        clean = {"admits", "axioms", "oracles"} - {mark}
        assert not any(getattr(result, other) for other in clean)


def test_an_admitted_step_is_visible_after_replay(check) -> None:
    result = check(FALSE_CLAIM, generalise(rules.admit(proposition=a <= 0), variable=a))
    assert result.outcome == "proved"
    assert result.theorem.admits == (a <= 0,), "replay passes the mark on; it does not forget it"


# ---------------------------------------------------------------- liars and look-alikes of terms
def test_sympy_symbols_are_refused_whatever_they_say_of_themselves() -> None:
    class Liar(sympy.Symbol):
        is_positive = True

    for thing in (Liar("x"), sympy.Symbol("x", positive=True), sympy.Integer(1), sympy.pi,
                  sympy.Rational(1, 2), sympy.true):  # fmt: skip
        for sort in (REAL, NAT):
            with pytest.raises(LanguageError):
                lift(thing, sort)
        with pytest.raises((LanguageError, TypeError)):
            a + thing
        with pytest.raises(KernelError):
            reflexive(term=thing)


INEXACT = [0.5, float("nan"), float("inf"), 1.0, 1j, True, "1", None]


@pytest.mark.parametrize("inexact", INEXACT)
def test_numbers_that_are_not_exact_are_refused(inexact: object) -> None:
    for attempt in (lambda: lift(inexact, REAL), lambda: a + inexact, lambda: a <= inexact):
        with pytest.raises(LanguageError):
            attempt()


@pytest.mark.parametrize("inexact", INEXACT)
def test_a_rational_has_an_exact_denominator(inexact: object) -> None:
    with pytest.raises(LanguageError):
        print("accepted:", rational(1, inexact))  # type: ignore[arg-type]


def test_a_space_called_like_a_sort_is_another_thing() -> None:
    for name in ("Real", "Nat", "Prop", "Vec", "Fun"):
        odd = Vector("x", Space(name))
        assert odd.sort != REAL and odd.sort.kind == "Vec"
        with pytest.raises(LanguageError):
            odd * odd
        with pytest.raises(LanguageError):
            _ = odd < 1
        moved = rules.rename(reflexive(term=x), spaces={"E": name}).conclusion
        assert moved == eq(odd, odd)
        assert rules.rename(reflexive(term=a), spaces={"Real": "E"}).conclusion == eq(a, a)


def test_the_zeros_of_naturals_reals_and_spaces_differ() -> None:
    zeros = [number(0), number(0, NAT), E.zero, F.zero]
    assert len(set(zeros)) == len(zeros)
    for left in zeros:
        for right in zeros:
            if left is not right:
                with pytest.raises(LanguageError):
                    make("eq", (left, right))
    base = assume(proposition=eq(number(0), 0))
    with pytest.raises(KernelError):
        rules.induction(
            base, assume(proposition=forall(k, eq(k, 0) >> eq(k + 1, 0))), goal=forall(k, eq(k, 0))
        )


def test_variables_of_one_name_and_two_sorts_differ() -> None:
    real, natural, here, there = (make("var", (), "x", s) for s in
                                  (REAL, NAT, E.zero.sort, F.zero.sort))  # fmt: skip
    th = assume(proposition=real <= 0)
    assert generalise(th, variable=natural).conclusion != forall(real, real <= 0)
    assert not NormalForm().vector(here - here)
    with pytest.raises(KernelError):
        combine(goal=eq(make("real", (natural,)), real), summands=[])
    assert rules.rename(assume(proposition=sq(here) <= 0), spaces={"F": "E"}).conclusion != (
        sq(there) <= 0
    )


def test_two_variables_are_never_shown_as_one() -> None:
    """What is proved is read by a person: ∀x'. x' ≤ x₁ must not look like ∀x₁. x₁ ≤ x₁."""
    x, x1, x_1 = Reals("x x1 x_1")
    hidden = (x > 0) & forall(x, x <= x1)
    assert show(hidden) != show((x > 0) & forall(x, x <= x)), "the bound name equals a free one"
    assert show(forall(x, x <= x1) & (x > 0)) != show(forall(x1, x1 <= x1) & (x > 0))
    assert x1 != x_1
    assert show(x1) != show(x_1), "two variables with one face"


def test_two_parameters_of_one_name_in_two_spaces_do_not_prove_falsehood() -> None:
    """D(f: E → ℝ, f: F → ℝ) := f(0) ≤ f(0), then F renamed to E, must not make the two f one."""
    here, there = Function("f", E), Function("f", F)
    g, h = Function("g", E), Function("h", F)
    try:
        below = Definition("Below", [here, there], here(E.zero) <= there(F.zero))
        unfolded = rules.convert(assume(proposition=below(g, h)), target=g(E.zero) <= h(F.zero))
        apart = discharge(unfolded, hypothesis=below(g, h))
        together = rules.rename(apart, spaces={"F": "E"})
        h = Function("h", E)
        trivial = combine(goal=h(E.zero) <= h(E.zero), summands=[])
        bound = rules.modus_ponens(together, rules.convert(trivial, target=below(g, h)))
        general = generalise(generalise(bound, variable=h), variable=g)
        at_one = rules.instantiate(general, value=mapsto(x, 1))
        absurdity = rules.instantiate(at_one, value=mapsto(x, 0))
        nonsense = combine(absurdity, goal=FALSE, summands=[Summand(ONE, (0,)), Summand(ONE)])
    except (KernelError, LanguageError):
        return
    pytest.fail(f"the kernel proved {nonsense}")


# ---------------------------------------------------------------- capture, vacuity, definedness
def test_an_argument_of_a_definition_is_not_captured(check) -> None:
    """Unbounded(b) := ∃b'. b < b' holds; ∃b. b < b does not, and is not what it unfolds to."""
    above = Definition("Above", [a], exists(b, a < b))
    larger = combine(goal=b < b + 1, summands=[Summand(ONE)])
    fact = rules.witness(larger, goal=exists(c, b < c), value=b + 1)
    folded = rules.convert(fact, target=above(b))
    assert folded.conclusion == above(b)
    with pytest.raises(KernelError):
        rules.convert(folded, target=exists(b, b < b))
    assert bind("all", b, above(b)) == forall(c, above(c))


def test_a_simultaneous_substitution_is_not_a_sequence() -> None:
    swap = Definition("Swapped", [a, b], a <= b)
    assert swap(b, a).data.unfold((b, a)) == (b <= a)
    assert substitute(a <= b, {a: b, b: a}) == (b <= a)


def test_a_vacuous_division_does_not_count(check) -> None:
    """1/0 = 0 for the kernel; a statement with 1/0 is true there and yet not accepted."""
    claim = eq(number(1) / number(0), 0)
    theorem = combine(goal=claim, summands=[])
    with pytest.raises(KernelError, match="defined is not proved"):
        check(Statement((), claim), theorem)
    with pytest.raises(KernelError, match="defined is not proved"):
        check(Statement((), claim), theorem, reflexive(term=a))


PARTIAL = [
    eq(a / b, a / b),
    eq(sqrt(a), sqrt(a)),
    eq(v / b, v / b),
    (a / b <= a) >> (a / b <= a),
]


@pytest.mark.parametrize("claim", PARTIAL, ids=str)
def test_definedness_is_asked_for(claim: Term, check) -> None:
    statement = Statement((), claim)
    proof = (
        reflexive(term=claim.args[0])
        if claim.op == "eq"
        else discharge(assume(proposition=claim.args[0]), hypothesis=claim.args[0])
    )
    wanted = definedness(statement.closed())
    assert wanted is not None
    with pytest.raises(KernelError, match="defined is not proved"):
        check(statement, proof)
    with pytest.raises(KernelError, match="defined is not proved"):
        check(statement, proof, assume(proposition=wanted))


def test_a_hypothesis_makes_a_division_defined_and_its_order_matters(check) -> None:
    claim, positive = eq(a / b, a / b), b > 0
    statement = Statement((("positive", positive),), claim)
    wanted = definedness(statement.closed())
    given = assume(proposition=positive)
    small = assume(proposition=eq(b, 0))
    clash = combine(given, small, goal=FALSE,
                    summands=[Summand(ONE, (0,)), Summand(ONE, (1,))])  # fmt: skip
    inner = discharge(discharge(clash, hypothesis=eq(b, 0)), hypothesis=positive)
    defined = inner
    for _, variable in zip(range(2), reversed(statement.variables()), strict=False):
        defined = generalise(defined, variable=variable)
    assert defined.conclusion == wanted
    assert check(statement, reflexive(term=a / b), defined).definedness is not None
    late = Statement((("uses", a / b <= 1), ("positive", positive)), claim)
    with pytest.raises(KernelError, match="defined is not proved"):
        check(late, reflexive(term=a / b), defined)


# ---------------------------------------------------------------- depth
DEPTH = 20_000


def nested(depth: int) -> Term:
    deep = a
    for _ in range(depth):
        deep = make("neg", (deep,))
    return deep


def test_a_term_nested_20_000_times_is_built_shown_substituted_normalised_and_replayed(check):
    deep = nested(DEPTH)
    assert show(deep).count("−") > 1_000, "shown, be it in part"
    assert substitute(deep, {a: b}) != deep
    assert NormalForm().scalar(deep) == NormalForm().scalar(a)
    claim = deep <= b
    statement = Statement((("given", claim),), claim)
    assert check(statement, assume(proposition=claim)).theorem.conclusion == claim


def test_every_kind_of_rule_meets_deep_terms(check) -> None:
    deep = nested(DEPTH // 20)
    bound = forall(a, eq(deep, a))
    theorem = generalise(combine(goal=eq(deep, a), summands=[]), variable=a)
    again = generalise(rules.instantiate(theorem, value=b), variable=b)
    assert check(Statement((), bound), again).theorem.conclusion == bound


def test_a_proposition_nested_deeply_is_like_any_other(check) -> None:
    deep = a <= b
    for _ in range(DEPTH // 10):
        deep = neg(deep)
    theorem = discharge(assume(proposition=deep), hypothesis=deep)
    assert check(Statement((), deep >> deep), theorem)
