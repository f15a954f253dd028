"""Finding proofs of rates: semidefinite programs, exact rounding, refutation.  [untrusted]"""
