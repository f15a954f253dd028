"""Statements about over-parameterised models: PL on a ball, convergence near the start."""
