"""Rates of first-order methods, proved by combining interpolation inequalities."""
