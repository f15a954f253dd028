"""Norms of vectors known to be zero, roots of numbers known to be at most zero, and no others."""

import pytest

from plproof import Lemma, ProofError, Reals, Space, Vectors, eq, norm, sq, sqrt
from plproof.kernel.normal import KernelError
from plproof.language.sorts import LanguageError
from plproof.proof.errors import spoken

E = Space("E")
r, s, u = Vectors("r s u", E)
a, b = Reals("a b")


def lemma(claim, script=None, **given):
    made = Lemma("A norm", given=given, claim=claim)
    made.proof(script or (lambda p: p.have(claim, by=p.hypotheses())))
    return made


def message(made):
    with pytest.raises(ProofError) as caught:
        made.closed_theorem()
    return str(caught.value)


ZERO = {
    "the vector is zero": lemma(norm(r) <= 0, c=eq(r, 0)),
    "the other way round": lemma(norm(r) <= 0, c=eq(0, r)),
    "it equals zero": lemma(eq(norm(r), 0), c=eq(r, 0)),
    "a difference": lemma(norm(r - s) <= 0, c=eq(r, s)),
    "its negative": lemma(eq(norm(s - r), 0), lambda p: p.have(p.goal), c=eq(r - s, 0)),
    "its square": lemma(norm(r) <= 0, c=sq(r) <= 0),
    "by arithmetic": lemma(norm(r - r) * norm(s) + a <= a),
    "a root": lemma(sqrt(3 * a) <= 0, c=eq(a, 0)),
    "two of them": lemma(norm(r) + b <= norm(s) + b, c=eq(r, 0), d=eq(s, 0)),
    "with its norm": lemma(
        norm(r) <= 0, lambda p: p.have(p.goal, by=[p.c, *p.norm(r)]), c=eq(r, 0)
    ),
}
NOT = {
    "strictly": lemma(norm(r) < 0, c=eq(r, 0)),
    "another vector": lemma(norm(r) <= 0, c=eq(s, 0)),
    "two equal vectors": lemma(norm(r) <= 0, c=eq(r, s)),
    "a sum": lemma(norm(r + s) <= 0, c=eq(r, s)),
    "of the wrong sign": lemma(sqrt(a) <= 0, c=a >= 0),
    "at most a number": lemma(norm(r) <= 0, c=sq(r) <= 1),
    "a negative bound": lemma(norm(r) <= -1, c=eq(r, 0)),
    "beside another": lemma(norm(r) + norm(s) <= 0, c=eq(r, 0)),
}


@pytest.mark.parametrize("name", ZERO)
def test_the_norm_of_a_vector_known_to_be_zero_is_zero(name):
    made = ZERO[name]
    assert not made.closed_theorem().hypotheses


@pytest.mark.parametrize("name", NOT)
def test_no_other_norm_is_taken_to_be_zero(name):
    text = message(NOT[name])
    assert "not found" in text and "‖0‖" not in text and "combine" not in text


BOTH = "norm(r)**2 and sq(r) are both written ‖r‖²"
FOLLOWS = "it follows if *p.norm(r) is added to by=[…]"


@pytest.mark.parametrize(
    ("claim", "given", "hint"),
    [
        (norm(r) * norm(r) <= 2, sq(r) <= 2, f"{FOLLOWS}: {BOTH}"),
        (sq(r) <= a * a, norm(r) <= a, f"{FOLLOWS}: {BOTH}"),
        (norm(r) ** 2 <= 1, sq(r) <= 2, f"{BOTH}, and equal by a fact: add *p.norm(r)"),
    ],
)
def test_the_facts_of_a_norm_are_named_where_they_are_missing(claim, given, hint):
    assert hint in message(lemma(claim, c=given))
    if hint.startswith(FOLLOWS):
        helped = lemma(claim, lambda p: p.have(claim, by=[p.c, *p.norm(r)]), c=given)
        assert not helped.closed_theorem().hypotheses


def test_they_are_not_named_where_they_do_not_help():
    for claim, given in ((norm(r) <= 1, norm(r) <= 2), (sq(r) <= 1, sq(r) <= 2)):
        assert "p.norm" not in message(lemma(claim, c=given))


def test_squares_that_are_compared_are_those_of_norms():
    def compared(low, high, given):
        return lemma(low <= high, lambda p: p.compare_squares(low, high, by=p.c), c=given)

    for made in (
        compared(norm(r), 0, sq(r) <= 0),
        compared(norm(r), norm(s), sq(r) <= sq(s)),
        compared(norm(r), 3, sq(r) <= 9),
    ):
        assert not made.closed_theorem().hypotheses
    for made in (
        compared(norm(r), norm(s), sq(r) <= 2 * sq(s)),
        compared(norm(r), 3, sq(r) <= 10),
        compared(norm(r), -3, sq(r) <= 9),
        compared(norm(r), norm(s), sq(r) <= sq(u)),
    ):
        message(made)


def test_no_rule_of_the_kernel_is_named():
    assert "combine" not in message(lemma(norm(r) <= norm(s), c=norm(s) <= norm(u)))
    with pytest.raises(LanguageError, match=r"c\[0\]: a < b has no such side"):
        lemma(a <= b, lambda p: p.have(a <= b, by=p.c[0]), c=a < b).closed_theorem()
    same = message(lemma(a <= b, lambda p: p.rewrite(p.c, by=p.c), c=a < b))
    assert "conjunct" not in same and "a < b is not an equation" in same
    error = KernelError("rewrite: a < b does not become b < a by a = b")
    assert spoken(error) == "a < b does not become b < a by a = b"
    assert spoken(KernelError("conjunct: a = b")) == "there is no such side: a = b"
    assert spoken(LanguageError("rewrite: no")) == "rewrite: no"
    assert spoken(KernelError("x: no rule")) == "x: no rule"
