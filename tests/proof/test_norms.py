"""Norms of vectors known to be zero, roots of numbers known to be at most zero, and no others."""

import pytest

from plproof import Lemma, ProofError, Reals, Space, Vectors, eq, norm, sq, sqrt

E = Space("E")
r, s, u = Vectors("r s u", E)
a, b = Reals("a b")


def lemma(claim, script=None, **given):
    made = Lemma("A norm", given=given, claim=claim)
    made.proof(script or (lambda p: p.have(claim, by=p.hypotheses())))
    return made


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
    with pytest.raises(ProofError) as caught:
        NOT[name].closed_theorem()
    text = str(caught.value)
    assert "not found" in text and "‖0‖" not in text and "combine" not in text
