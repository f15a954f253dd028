"""Checking theorem files: found, run apart, replayed here, tested in the laboratory."""
