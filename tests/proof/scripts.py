"""Running a script for a claim, as the tests of proofs do."""

import pytest

from plproof import ProofError, Theorem


def proves(claim, script, **given):
    """Run a script for a claim and return the theorem."""
    theorem = Theorem("claim", given=given, claim=claim)
    theorem.proof(script)
    return theorem.derive().theorem


def fails(claim, script, match, **given):
    """Run a script that must fail with a message and return the error."""
    with pytest.raises(ProofError, match=match) as error:
        proves(claim, script, **given)
    return error.value
