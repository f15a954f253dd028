"""Sign questions that a point already answers are not searched for, and no others are dropped."""

from fractions import Fraction

import pytest

from plproof.kernel.normal import NormalForm
from plproof.language import Reals
from plproof.proof.screen import fails_somewhere

a, b, c = Reals("a b c")


def asked(facts, term, strict=False):
    form = NormalForm()
    return fails_somewhere([(form.scalar(t), r) for t, r in facts], form.scalar(term), strict)


@pytest.mark.parametrize(
    ("facts", "term", "strict"),
    [
        ([], a, False),
        ([(a, "le")], a, True),
        ([(a, "lt"), (1 - a, "lt")], a**2 - a, False),
        ([(a, "le"), (b - a, "le"), (1 - b, "lt")], a - b, False),
        ([(c * (1 + a) - b, "eq"), (a, "lt"), (b, "lt")], c - 1, False),
    ],
)
def test_a_point_where_it_fails_is_found(facts, term, strict):
    assert asked(facts, term, strict)


@pytest.mark.parametrize(
    ("facts", "term", "strict"),
    [
        ([(a, "lt")], a, True),
        ([(a, "lt"), (1 - a, "lt")], a - a**2, True),
        ([], a**2 - a + Fraction(1, 4), False),
        ([(c * (1 + a) - b, "eq"), (a, "lt"), (b, "lt")], c, True),
        ([(a - b, "eq"), (b - 1, "eq")], a + b - 2, False),
        ([(-a, "lt"), (a, "lt")], -1 + 0 * a, False),
    ],
)
def test_what_follows_is_never_screened_out(facts, term, strict):
    assert not asked(facts, term, strict)
