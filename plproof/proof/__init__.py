"""Writing proofs: theorem objects, steps, and the search for their certificates.  [untrusted]"""
