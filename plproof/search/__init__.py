"""Finding proofs of rates: semidefinite programs, exact rounding, refutation.  [untrusted]

From a statement to a proof: ``premises`` and ``instances`` say what is known at its points,
``parameters`` chooses numbers, ``bridge`` makes a ``program`` of it all, ``solver`` solves that,
``rounding``, ``exact`` and ``fitting`` make certificates exact; ``find`` and ``discover`` lead.
``sampled`` is the loop over numbers for parameters, through which closed forms are read: of
``least_rates``, and by ``weights`` of multipliers; ``weaker`` proves what follows from a best rate.
``norm_squares`` reads ‖v‖² as ⟨v, v⟩, and ``squares`` what is said of lengths.
What has numbers for coefficients is tried before all that: ``reading`` reads terms as numbers,
``templates`` what they say at points, ``generation`` picks inequalities as it needs them,
``faces`` and ``multipliers`` make their weights exact; ``parametric`` puts parameters back into
such proofs, and ``best_rates`` finds rates so.  ``at_numbers`` are their proofs at numbers,
``rational`` functions through them, ``in_units`` those with a unit among the parameters, and
``ends`` squares that are found at the ends of a range.
A claim about many steps may follow from one: ``recursions`` tells the steps of a statement, and
``composition`` proves a lemma about one and puts N together, ``rates_of_steps`` finds the best
factor so; ``powers`` reads q^N.  What is said of x_k, x_{k+1}, … for any k is one of points for
``any_step``, ``induction`` makes rates for all k of it, and ``shifted`` reads x_{N+c} as x_M,
``first_member`` what bounds x₀ as what it bounds.
Numbers with a square root are a field: ``number_field`` reads a statement in it, ``roots`` has the
facts about the root, and ``symbolic_roots`` is for roots of parameters.
Claims for every number N of steps are for ``all_steps``: ``all_steps_claim`` reads them,
``all_steps_facts`` is what is known of a run, ``all_steps_numbers`` and ``all_steps_cut`` make
potentials of proofs at a few N, ``all_steps_guess`` and ``all_steps_fit`` read closed forms in the
step and in N off these, ``all_steps_regular`` where multipliers are not unique, and
``all_steps_proof`` is the induction that the kernel checks; ``all_steps_best`` finds rates, and
``all_steps_why`` says what is seen where nothing is found.
When there is no proof: ``refuting`` gives an exact point of the program, ``witness`` a concrete
function, and ``worst`` is what others call for the worst case of any claim.  For these ``setting``
is the statement with numbers, ``relaxation`` its program, ``low_rank`` and ``several`` find points
in few dimensions, ``functions`` are concrete functions and decide what is true of them,
``unrolled`` is for claims about every number of steps, ``symbols`` names parameters again, and
``kernel_refutation`` shows the kernel that a statement is false, by a ``quadratic_script`` or a
``piecewise_script``.
"""
