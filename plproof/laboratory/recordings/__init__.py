"""Formulas recorded once and replayed in place on blocks of functions, or on one alone."""
