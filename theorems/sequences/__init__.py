"""Statements about natural numbers and sequences that proofs about limits use."""
