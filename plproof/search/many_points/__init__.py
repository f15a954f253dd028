"""Numbers for coefficients: fast at many points, with parameters put back into such proofs.

``reading`` reads terms as numbers, ``templates`` what they say at points, ``generation`` picks
inequalities as it needs them, ``faces`` and ``multipliers`` make their weights exact.
``at_numbers`` are proofs at numbers for the parameters, ``sampled`` is the loop over these,
``rational`` are functions through them, ``in_units`` those with a unit among the parameters;
``parametric`` makes one proof of it all.
"""
