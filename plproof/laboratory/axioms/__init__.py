"""Trials of the shipped axioms on random instances: what is not proved is at least tried."""
