"""The laboratory: the terms that are proved, evaluated on batches of concrete functions."""
