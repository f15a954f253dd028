"""What floats suspect, decided in ball arithmetic and exact rationals."""
