"""Claims for every number N of steps.

``claim`` reads them, ``facts`` is what is known of a run, ``numbers`` and ``cut`` make potentials
of proofs at a few N, ``guess`` and ``fit`` read closed forms in the step and in N off these,
``regular`` where multipliers are not unique, and ``proof`` is the induction that the kernel
checks; ``best`` finds rates, and ``lead`` leads.
"""
