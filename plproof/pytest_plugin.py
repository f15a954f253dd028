"""pytest plugin: collects theorem objects as tests."""
