"""Numbers and parameters with square roots.

``number_field`` reads a statement in the field of one root, ``roots`` has the facts about a root,
and ``symbolic_roots`` is for roots of parameters.
"""
