"""Arithmetic on batches with error bounds: numbers, derivatives, matrices, subspaces."""
