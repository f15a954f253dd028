"""Models of a statement: functions, constants and runs that satisfy its hypotheses."""
