"""Semidefinite programs of a claim, solved in floats and made exact.

``surd`` are numbers with a square root, ``program`` is a claim with its inequalities, ``bridge``
makes it of terms, ``solver`` solves it; ``rounding``, ``exact``, ``refine``, ``presolve`` and
``balance`` make certificates exact, ``low_rank`` finds points in few dimensions, ``fitting`` reads
functions off numbers, ``ends`` finds squares at the ends of a range, and ``refuting`` gives an
exact point at which a claim fails.
"""
