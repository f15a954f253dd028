"""Concrete functions for which a claim is false, or at which it is attained.

``setting`` is a statement with numbers, ``relaxation`` its program; ``several``, ``selections`` and
``sharpened`` find points, ``witness`` makes functions through them, of which ``functions`` decides
what is true; ``falsified`` tries quadratics, ``symbols`` names parameters again, ``evidence`` says
what was seen.  ``quadratic_script`` and ``piecewise_script`` show it to the kernel.
"""
