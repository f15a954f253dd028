"""Rational numbers: the simplest one in an interval.  [untrusted: the kernel does not use it]"""

from __future__ import annotations

from fractions import Fraction


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the rational of least denominator with low <= it <= high.

    By continued fractions (Stern, 1858).

    >>> simplest_between(Fraction(314, 100), Fraction(315, 100))
    Fraction(22, 7)
    """
    return simplest_ratio(low.numerator, low.denominator, high.numerator, high.denominator)


def simplest_ratio(a: int, b: int, c: int, d: int) -> Fraction:
    """Return the rational of least denominator from a/b to c/d, where a/b <= c/d and b, d > 0.

    Neither has to be in lowest terms.
    """
    if a <= 0 <= c:
        return Fraction(0)
    if c < 0:
        return -simplest_ratio(-c, d, -a, b)
    p, q, r, s = 1, 0, 0, 1  # what was put aside: the rational is (p·z + r)/(q·z + s)
    while True:
        whole = a // b
        if whole * b == a or (whole + 1) * d <= c:
            z = whole if whole * b == a else whole + 1
            return Fraction(p * z + r, q * z + s)
        p, q, r, s = p * whole + r, q * whole + s, p, q
        a, b, c, d = d, c - whole * d, b, a - whole * b
