"""From a statement to a proof, a rate or a refutation: what others call.

``script`` is ``searched()``; ``found`` proves claims, ``weaker`` those with room to spare, and
``strict`` A < B; ``closed_form`` is of best rates, which ``discover`` and ``best_rates`` find;
``induction`` is for all k, ``worst`` gives the worst case of any claim, ``kernel_refutation``
shows the kernel that a statement is false, and ``why_not_all_steps`` says what was seen where
nothing is found.
"""
