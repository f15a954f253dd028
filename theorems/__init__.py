"""The theorem library: one readable file per statement, its stored proof beside it."""
