"""False neighbours of the library's theorems, with the originals' scripts, and a worst function.

A library script names its own theorem, as in ``p.have(rate.claim, …)``.  Run for a neighbour as it
is, it would prove the true claim and fail only because that is not the neighbour's; here the name
means the neighbour, so that the false step itself is tried.
"""

import types

from plproof import Space, Theorem


def restated(original, given=None, claim=None):
    """Return the theorem with other hypotheses and another claim, where they are given."""
    theorem = Theorem(
        "false",
        given=original.given if given is None else given,
        claim=original.claim if claim is None else claim,
        expect=original.expect,
        spaces={Space(s): Space.coordinates(int(n[2:])) for s, n in original.spaces.items()},
    )
    script = original.script
    meaning = {**script.__globals__, original.name: theorem}
    theorem.proof(
        types.FunctionType(script.__code__, meaning, script.__name__, None, script.__closure__)
    )
    return theorem


def variant(original, given=None, claim=None):
    """Return the theorem with some hypotheses changed, those that are None left out."""
    changed = original.given | (given or {})
    return restated(original, {n: h for n, h in changed.items() if h is not None}, claim)


def without(theorem, name):
    """Return the hypotheses of a theorem but for one."""
    return {n: h for n, h in theorem.given.items() if n != name}


def huber(slope):
    """Return x²/2 near 0, continued linearly with that slope, and its derivative."""

    def value(x):
        return x * x / 2 if abs(x) <= slope else slope * abs(x) - slope * slope / 2

    return value, lambda x: max(-slope, min(slope, x))
