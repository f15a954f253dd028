"""Definitions and axioms of the field: what is stated, not what is proved."""
