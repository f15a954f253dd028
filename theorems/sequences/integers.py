"""Integers as differences of natural numbers: sums, negatives, none between 0 and 1."""

from plproof import (
    Definition,
    Lemma,
    Naturals,
    Reals,
    Source,
    eq,
    exists,
    ne,
)
from plproof.language.sorts import NAT
from plproof.language.terms import number

r, s, t = Reals("r s t")
j, k, m, n = Naturals("j k m n")
nothing = number(0, NAT)

#: t is an integer
Integer = Definition(
    "Integer",
    [t],
    exists([m, n], eq(t, m - n)),
    words="{0} is an integer",
    source=Source("Grundlagen der Analysis", "Chapter 4", references=("Landau, 1930",)),
)

zero_is_integer = Lemma("0 is an integer", given=dict(zero=eq(t, 0)), claim=Integer(t))


@zero_is_integer.proof
def _(p):
    inner = p.exhibit(exists(n, eq(t, nothing - n)), nothing, by=p.zero)
    found = p.exhibit(exists([m, n], eq(t, m - n)), nothing, by=inner)
    p.have(Integer(t), by=found)


integer_sum = Lemma(
    "The sum of two integers is an integer",
    given=dict(left=Integer(s), right=Integer(t), total=eq(r, s + t)),
    claim=Integer(r),
)


@integer_sum.proof
def _(p):
    with p.obtain(p.left, m) as some, p.obtain(some, n) as left:
        with p.obtain(p.right, j) as other, p.obtain(other, k) as right:
            inner = p.exhibit(exists(n, eq(r, (m + j) - n)), n + k, by=[p.total, left, right])
            found = p.exhibit(exists([m, n], eq(r, m - n)), m + j, by=inner)
            p.have(Integer(r), by=found)


integer_negative = Lemma(
    "The negative of an integer is an integer",
    given=dict(integer=Integer(t), opposite=eq(s, -t)),
    claim=Integer(s),
)


@integer_negative.proof
def _(p):
    with p.obtain(p.integer, m) as some, p.obtain(some, n) as value:
        inner = p.exhibit(exists(j, eq(s, n - j)), m, by=[p.opposite, value])
        found = p.exhibit(exists([k, j], eq(s, k - j)), n, by=inner)
        p.have(Integer(s), by=found)


integer_square = Lemma(
    "The square of an integer other than 0 is at least 1",
    given=dict(integer=Integer(t), nonzero=ne(t, 0)),
    claim=t**2 >= 1,
)


@integer_square.proof
def _(p):
    with p.obtain(p.integer, m) as some, p.obtain(some, n) as value:
        with p.cases():
            with p.case(m < n) as less:
                below = p.have(t <= -1, by=[value, p.successor(less)])
                p.have(t**2 >= 1, by=[below * below, 2 * below])
            with p.case(n <= m) as most, p.cases():
                with p.case(n < m) as more:
                    above = p.have(t >= 1, by=[value, p.successor(more)])
                    p.have(t**2 >= 1, by=[above * above, 2 * above])
                with p.case(m <= n) as least, p.by_contradiction(t**2 >= 1):
                    p.equal(t, 0, by=([value, least], [value, most]))
                    p.contradiction(p.nonzero)
