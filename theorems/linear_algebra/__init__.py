"""Statements about linear maps: kernels, ranks, orthogonal vectors."""
