"""Stress tests of statements, and what is shown of the cases that fail or satisfy them."""
