"""What a statement says at its points, and numbers for its parameters.

``premises`` and ``instances`` say what is known at points, ``squares`` and ``norm_squares`` what of
lengths; ``recursions`` and ``unrolled`` read runs, ``any_step`` makes points of x_k and x_{k+1},
``shifted`` reads x_{N+c} as x_M and ``first_member`` what bounds x_0; ``parameters`` chooses
numbers in the region of the hypotheses, ``units`` and ``powers`` read products.
"""
