"""The laboratory: the terms that are proved, evaluated on batches of concrete functions.

``families`` are batches of functions with certified constants, ``rounding`` and ``total`` the error
model, ``descent`` and ``orbits`` runs of gradient descent.  ``evaluate`` gives terms their numeric
meaning on a ``Model``; ``models``, ``choices`` and ``certify`` make models of a statement and say
on which rows its hypotheses hold, ``quadratics`` for classes a user defines.  Below ``evaluate``,
``terms`` and ``operations`` compute values, ``duals`` derivatives, ``matrices`` and ``spans``
linear algebra; ``decided`` decides definitions by what functions and maps are; ``maps`` makes
values of ``systems`` and ``system_choices`` draws them; ``fitting`` moves functions into classes
whose constants are numbers, ``readings`` reads terms by their form.  ``stress`` is what others
call: ``stress_test``, ``refute`` and ``find_model``; ``cases`` and ``counterexamples`` turn a
failing row into something to read and run, by way of ``simpler`` and ``snippets``.  ``axioms``
tests the shipped axioms themselves.
``systems`` are maps R^m -> R^n with few outputs and many inputs, for claims about non-convexity and
about training; ``partition`` and ``copositive`` decide the small cases of two hardness reductions,
``saddles`` counts the runs of descent that end at a strict saddle.
``certified`` decides a suspected violation in arb or exact rationals (``precise`` are the numbers,
``precise_terms`` the values of terms, ``precise_maps`` maps between spaces and linear algebra,
``nilpotent`` derivatives, ``exact_quadratics`` classes a user defines, ``suspects`` rows below
rounding).  ``adversary``
looks for the worst function (``ratios``, ``shapes``, ``unrolled``, ``bfgs``): in classes of
functions (``problems``) or among maps and numbers that the hypotheses allow (``constrained``,
``barriers``); ``candidates`` says what is certain of an example.  ``envelope`` looks for what there
is to plot.  ``campaign`` hands ``units`` of work to processes and keeps a ``journal``;
``estimate`` brackets the constants of a function by branch and bound over ``jets`` (text is read
by ``expressions`` and ``written``).
``strategies`` needs hypothesis and is for tests; nothing else here imports it.
"""
