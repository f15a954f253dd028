"""Finding proofs of rates: semidefinite programs, exact rounding, refutation.  [untrusted]

From the bottom up, each room importing from those before it:

``programs``         semidefinite programs, solved in floats and made exact
``statements``       what a statement says at its points; numbers for its parameters
``many_points``      claims about many points, fast, and with parameters put back
``fields``           numbers and parameters with square roots
``counterexamples``  concrete functions for which a claim is false
``claims``           one comparison, proved from instances of what is known
``all_steps``        claims for every number of steps
``potentials``       the same, by potentials that do not know how many they are
``finding``          what others call: ``searched()``, the best rate, the worst case
"""
