"""The search for the worst function: how close to equality a claim comes."""
