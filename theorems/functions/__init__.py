"""Statements about one function: minimisers, smoothness, strong convexity, PL."""
