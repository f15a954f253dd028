"""Concrete functions in exact rational numbers, and what is decided about them.

``polynomials`` are what terms become; ``piecewise`` functions of one variable, ``quadratic`` ones
of several; ``judge`` evaluates terms on them and decides propositions, "for all" included.
"""
