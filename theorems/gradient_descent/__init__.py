"""Statements about gradient descent with a constant step."""
