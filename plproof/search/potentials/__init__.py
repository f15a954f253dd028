"""Claims for every number N of steps by a potential with the step k in it, and no N.

``scaling`` reads the claim as a(N)·A(x_N) ≤ D(x_0), ``windows`` reads one step at numbers, with
``constants`` for numbers alone,
``ansatz`` is the semidefinite program for polynomials in k, ``simple`` finds simple solutions of
it, ``units`` and ``closed`` put the parameters back, ``proof`` is the induction that the kernel
checks, and ``lead`` leads.
"""
