"""Leaving a hypothesis out: what the new statement is, and what makes no sense is refused."""

import json

import pytest

from plproof import (
    FALSE,
    Function,
    Lemma,
    ProofError,
    Reals,
    Source,
    Space,
    Statement,
    Vectors,
    eq,
    forall,
    ip,
    mapsto,
    ne,
    rational,
    sq,
    sqrt,
)
from plproof.kernel.replay import replay
from plproof.language.sorts import LanguageError
from plproof.language.wire import parse
from plproof.proof.signs import Signs
from plproof.proof.without import left_out
from plproof.theory.axioms import statements

E, line = Space("E"), Space.coordinates(1)
a, b, c = Reals("a b c")
f = Function("f", E)
x, y = Vectors("x y", E)

quotient = Lemma(
    "A quotient is at most one",
    given=dict(below=b > 0, order=a <= b, spare=c > 0),
    claim=a / b <= 1,
    source=Source("Notes", "Quotients", "Lemma 1"),
)


@quotient.proof
def _(p):
    p.have(quotient.claim, by=1 / b * p.order)


def refuses(message, make):
    with pytest.raises(LanguageError, match=message):
        make()


def outcome(theorem):
    document = parse(json.dumps(theorem.derive().document()))
    return replay(document, theorem.statement, statements()).outcome


def test_it_is_the_same_statement_without_the_hypothesis():
    @quotient.without("order", note="a = 2, b = 1")
    def needs_order(p):
        p.have(FALSE, by=p.statement(1, 1, 2))

    assert isinstance(needs_order, Lemma) and needs_order.name == "needs_order"
    assert needs_order.title == "quotient without the hypothesis order"
    assert list(needs_order.given) == ["below", "spare"] and needs_order.claim == quotient.claim
    assert needs_order.statement == Statement.of(dict(below=b > 0, spare=c > 0), a / b <= 1)
    assert needs_order.source == quotient.source and needs_order.note == "a = 2, b = 1"
    assert needs_order.place.file == __file__ and needs_order.omission.theorem is quotient
    assert outcome(needs_order) == needs_order.expect == "refuted"
    assert quotient.weakened["needs_order"] is needs_order and quotient.omission is None


def test_a_variable_that_only_the_hypothesis_had_disappears():
    @quotient.without("spare", redundant=True)
    def unspared(p):
        p.have(quotient.claim, by=1 / b * p.order)

    assert unspared.statement.variables() == (b, a)
    assert unspared.statement.closed() == forall([b, a], (b > 0) >> ((a <= b) >> (a / b <= 1)))
    assert outcome(unspared) == unspared.expect == "proved"

    later = Lemma("later", given=dict(below=b > 0, order=a <= b), claim=a / b <= 1)
    later.proof(lambda p: p.have(later.claim, by=unspared))
    assert outcome(later) == "proved", "a redundant hypothesis gives a theorem to use"


def test_what_is_assumed_instead_stands_in_its_place():
    @quotient.without("below", instead=dict(nonzero=ne(b, 0)), note="a = −2, b = −1")
    def needs_below(p):
        p.have(ne(rational(-1), 0))
        p.have(FALSE, by=p.statement(-1, -2, 1))

    assert list(needs_below.given) == ["nonzero", "order", "spare"]
    assert needs_below.title == "quotient without the hypothesis below, with b ≠ 0 instead"
    assert outcome(needs_below) == "refuted"
    assert left_out(quotient.statement, needs_below.statement, "below") == (("nonzero", ne(b, 0)),)


def test_a_statement_that_is_no_longer_defined_says_what_the_hypothesis_gave():
    @quotient.without("below")
    def undefined(p):
        raise AssertionError("the script is not run")

    with pytest.raises(ProofError, match="not defined everywhere without below") as error:
        undefined.derive()
    assert error.value.missing == ["b ≠ 0"]
    assert 'below gave what is open: assume it in its place, instead={"defined": ne(b, 0)}' in (
        error.value.hint
    )
    rooted = Lemma("a root", given=dict(sign=a >= 0), claim=sqrt(a) >= 0)
    with pytest.raises(ProofError) as error:
        rooted.without("sign")(lambda p: None).derive()
    assert 'instead={"defined": a >= 0}' in error.value.hint


def test_a_hypothesis_that_is_not_there_is_refused_with_those_that_are():
    listed = r"no hypothesis 'ordre': its hypotheses are below, order, spare; did you mean order\?"
    refuses(listed, lambda: quotient.without("ordre"))
    bare = Lemma("bare", claim=a <= a)
    refuses("bare has no hypothesis 'order': it has no hypothesis", lambda: bare.without("order"))
    refuses(
        r'needs the name of a hypothesis: @quotient\.without\("…"\)', lambda: quotient.without(0)
    )

    def decorated(p): ...

    refuses("needs the name of a hypothesis", lambda: quotient.without(decorated))


def test_leaving_out_twice_is_refused_and_one_after_the_other_is_not():
    @quotient.without("spare", redundant=True)
    def once(p):
        p.have(quotient.claim, by=1 / b * p.order)

    refuses("once is already quotient without spare", lambda: once.without("spare"))

    @once.without("order")
    def twice(p):
        p.have(FALSE, by=p.statement(1, 2))

    refuses("twice is refuted as it stands", lambda: twice.without("below"))
    refuses("twice is already quotient without spare", lambda: twice.without("spare"))
    assert outcome(twice) == "refuted"
    assert left_out(once.statement, twice.statement, "order") == ()
    assert left_out(quotient.statement, twice.statement, "order") is None, "two are missing"


def test_what_makes_no_sense_is_refused():
    refuses(
        "spaces= belongs to a refutation",
        lambda: quotient.without("spare", redundant=True, spaces={E: line}),
    )
    refuses(
        "quotient has a hypothesis order already",
        lambda: quotient.without("below", instead=dict(order=b > 1)),
    )
    refuses(
        "low is the hypothesis below itself",
        lambda: quotient.without("below", instead=dict(low=b > 0)),
    )
    refuses("speaks of no space E", lambda: quotient.without("spare", spaces={E: line})(len_of))
    refuses(
        "cannot be called 'have'",
        lambda: quotient.without("spare", instead=dict(have=a > 0))(len_of),
    )


def len_of(p):
    """A script that is never run."""


def test_the_counterexample_may_live_in_a_space_of_its_own():
    flat = Lemma(
        "A function that is never negative has its minimum where it is 0",
        given=dict(low=forall(x, f(x) >= 0), start=eq(f(E.zero), 0)),
        claim=forall(x, f(x) >= f(E.zero)),
    )
    flat.proof(lambda p: p.have(flat.claim, by=lambda x: [p.low(x), p.start]))
    v, e = Vectors("v w", line)[0], line.basis(1)

    @flat.without("low", spaces={E: line}, note="f(x) = −x")
    def needs_low(p):
        down = mapsto(v, -ip(e, v))
        p.have(eq(down(line.zero), 0))
        p.have(FALSE, by=p.statement(down)(e))

    assert outcome(needs_low) == "refuted"
    assert needs_low.statement.variables() == (f,), "stated in any space"


def test_a_script_that_does_not_refute_fails():
    @quotient.without("order")
    def wrong(p):
        p.have(FALSE, by=p.statement(1, 1, 1))

    with pytest.raises(ProofError):
        wrong.derive()

    @quotient.without("order", redundant=True)
    def false(p):
        p.have(quotient.claim, by=[p.below, p.spare])

    with pytest.raises(ProofError):
        false.derive()

    @quotient.without("order", redundant=True)
    def gone(p):
        p.have(quotient.claim, by=p.order)

    with pytest.raises(AttributeError, match="no hypothesis or method 'order'"):
        gone.derive()


# ---------------------------------------------------------------- comparing statements
WHOLE = Statement.of(dict(p=a > 0, q=b > 0, r=c > 0), a * b * c > 0)


@pytest.mark.parametrize(
    ("given", "claim", "dropped", "assumed"),
    [
        (dict(p=a > 0, r=c > 0), WHOLE.claim, "q", ()),
        (dict(q=b > 0, r=c > 0), WHOLE.claim, "p", ()),
        (dict(p=a > 0, q=b > 0), WHOLE.claim, "r", ()),
        (dict(p=a > 0, s=b >= 0, r=c > 0), WHOLE.claim, "q", (("s", b >= 0),)),
        (dict(p=a > 0, q=b >= 0, r=c > 0), WHOLE.claim, "q", (("q", b >= 0),)),
        (dict(p=a > 0, r=c > 0), WHOLE.claim, "p", None),
        (dict(p=a > 0, r=c > 0), WHOLE.claim, "r", None),
        (dict(p=a > 0, r=c > 0), WHOLE.claim, "s", None),
        (dict(p=a > 0, r=c > 0), a * b * c >= 0, "q", None),
        (dict(p=a > 0, r=c >= 0), WHOLE.claim, "q", None),
        (dict(p=a > 0, s=c > 0), WHOLE.claim, "q", None),
        (dict(r=c > 0, p=a > 0), WHOLE.claim, "q", None),
        (dict(p=a > 0), WHOLE.claim, "q", None),
        ({}, WHOLE.claim, "q", None),
        (dict(p=a > 0, q=b > 0, r=c > 0), WHOLE.claim, "q", None),
        (dict(p=a > 0, s=b > 0, r=c > 0), WHOLE.claim, "q", None),
        (dict(p=a > 0, s=b >= 0, t=b > 0, r=c > 0), WHOLE.claim, "q", None),
    ],
)
def test_what_was_left_out_is_found_by_comparing_statements(given, claim, dropped, assumed):
    assert left_out(WHOLE, Statement.of(given, claim), dropped) == assumed


def test_one_hypothesis_said_twice_is_no_stand_in_for_itself():
    twice = Statement.of(dict(p=a > 0, q=a > 0), a >= 0)
    once = Statement.of(dict(q=a > 0), a >= 0)
    assert left_out(twice, once, "p") == (), "the other one is still there, and shown"


# ---------------------------------------------------------------- what such proofs need
def test_a_multiple_of_a_term_that_is_not_zero_is_not_zero():
    from plproof.kernel.rules import assume

    signs = Signs([assume(proposition=ne(b, 0)), assume(proposition=ne(a - b, 0))])
    for term in (b, -b, 2 * b, b / 3, -5 * b, a - b, 2 * b - 2 * a):
        thm = signs.nonzero(term)
        assert thm is not None and set(thm.hypotheses) <= {ne(b, 0), ne(a - b, 0)}
    for term in (a, a + b, b + 1, 0 * b, a - 2 * b, b - b):
        assert signs.nonzero(term) is None


def test_the_sign_of_a_quotient_may_be_told():
    from plproof.kernel.rules import assume

    signs = Signs([assume(proposition=ne(b, 0)), assume(proposition=a / b >= 0)])
    for term in (a / b, 3 * a / b, a / (2 * b)):
        assert signs.prove(term, False) is not None and signs.prove(term, True) is None
    for term in (-a / b, a / b - 1, b / a, a, b, c / b, a / c):
        assert signs.prove(term, False) is None
    strict = Signs([assume(proposition=ne(b, 0)), assume(proposition=a / b > 0)])
    assert strict.prove(a / b, True) is not None


def test_a_theorem_is_used_in_a_space_that_no_value_tells():
    square = Lemma("squares are not negative", claim=forall(x, c**2 * sq(x) >= 0))
    square.proof(lambda p: p.have(square.claim))
    v = Vectors("v w", line)[0]
    there = Lemma("on the line", claim=forall(v, 4 * sq(v) >= 0))

    @there.proof
    def _(p):
        use = p.use(square, spaces={E: line}, c=2)
        p.have(there.claim, by=lambda v: use(v))

    assert outcome(there) == "proved"
    wrong = Lemma("in another space", claim=forall(v, 4 * sq(v) >= 0))
    wrong.proof(lambda p: p.use(square, c=2)(v))
    with pytest.raises((ProofError, LanguageError)):
        wrong.derive()
