"""Batches of systems F: R^m -> R^n and their square losses, convex near a solution or not.

``polynomial``, ``networks`` and ``examples`` are systems, ``draw`` makes random ones with
prescribed second derivatives; ``convexity`` looks for negative curvature near a solution and
``training`` runs gradient descent on networks beside the rate that is claimed for it.
"""
