"""The laboratory: the terms that are proved, evaluated on batches of concrete functions.

From the bottom up, each room importing from those before it:

``recordings``        formulas recorded once and replayed in place, block by block
``arithmetic``        the error model: numbers, derivatives, matrices, subspaces with bounds
``families``          batches of functions with certified constants; a user's own join them
``gradient_descent``  runs on a whole batch at once, and runs with error bounds
``systems``           maps R^m -> R^n with few outputs and many inputs
``meaning``           the numeric meaning of terms and propositions (``evaluate``)
``modelling``         models of a statement: ``models`` realises what ``choices`` proposes, and
                      ``certify`` says on which rows a hypothesis holds, never by sampling
``certification``     suspicions decided in arb or exact rationals; ``estimate`` of constants
``testing``           ``stress``: ``stress_test``, ``refute`` and ``find_model``, which others call;
                      ``counterexamples`` to read and run; ``strategies`` are for tests only
``axioms``            the shipped axioms themselves, tried on random instances
``worst_case``        ``adversary``: how close to equality a claim comes; ``envelope`` for plots
``campaigns``         many units of work in processes, with a journal
``studies``           hardness reductions and saddles, counted in small cases
"""
