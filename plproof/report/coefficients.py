"""Coefficients of a certificate, written as one fraction: β/(μ − β) rather than β·(1/(μ − β)).

Only the order and grouping of factors change, never what they are; nothing is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.language.printing import Style, show
from plproof.language.terms import Term, as_real, make, number


class Coefficient:
    """A product of a rational number and terms, above and below the line of a fraction."""

    def __init__(self, value: Fraction) -> None:
        self.value = value
        self.above: list[Term] = []
        self.below: list[Term] = []

    def times(self, factors: Sequence[Term]) -> Term:
        """Return the product with factors, of which one may be a vector, as a term."""
        total: Term = number(self.value)
        for t in self.above:
            total = total * as_real(t)
        for t in self.below:
            total = total / as_real(t)
        for t in factors:
            total = make("smul", (total, t)) if t.sort.kind == "Vec" else total * as_real(t)
        return total

    def multiply_whole(self, positive: Term) -> None:
        """Multiply by a term that is not negative, which a sign in front would hide: (−a)."""
        apart = Coefficient(Fraction(1))
        apart.multiply(positive)
        if apart.value < 0:
            self.above.append(positive)
        else:
            self.multiply(positive)

    def multiply(self, t: Term) -> None:
        """Multiply by a term, taken apart at its products, quotients and signs."""
        todo = [(t, False)]
        while todo:
            t, inverted = todo.pop()
            if t.op == "num" and not (inverted and t.data == 0):
                self.value *= 1 / t.data if inverted else t.data
            elif t.op == "neg":
                self.value = -self.value
                todo.append((t.args[0], inverted))
            elif t.op == "mul":
                todo += [(factor, inverted) for factor in reversed(t.args)]
            elif t.op == "div":
                todo += [(t.args[1], not inverted), (t.args[0], inverted)]
            else:
                (self.below if inverted else self.above).append(t)


def written(coefficient: Coefficient, factors: Sequence[str], style: Style) -> tuple[bool, str]:
    """Return whether the product is to be subtracted, and its text without sign."""
    value = abs(coefficient.value)
    pieces = list(factors)
    below = _product(value.denominator, coefficient.below, style, alone=style.latex)
    alone = style.latex and bool(below)
    above = _product(value.numerator, coefficient.above, style, alone)
    if below and style.latex:
        pieces.insert(0, rf"\frac{{{above or '1'}}}{{{below}}}")
    elif below:
        several = len(coefficient.below) + (value.denominator != 1) > 1
        pieces.insert(0, f"{above or '1'}/" + (f"({below})" if several else below))
    elif above or not factors:
        pieces.insert(0, above or "1")
    return coefficient.value < 0, (r" \cdot " if style.latex else "·").join(pieces)


def _product(number: int, terms: Sequence[Term], style: Style, alone: bool) -> str:
    """Return a product; ``alone`` says that one sum on its own needs no parentheses."""
    pieces = [str(number)] if number != 1 else []
    bare = alone and not pieces and len(terms) == 1
    pieces += [show(t, style) if bare else _fenced(t, style) for t in terms]
    return (r"\," if style.latex else "·").join(pieces)


def _fenced(t: Term, style: Style) -> str:
    text = show(t, style)
    while t.op == "real":  # a natural number as a real one is written as it is
        t = t.args[0]
    return style.bracket(text) if t.op in ("add", "neg", "lam") else text
