"""From a statement to a proof, a rate or a refutation: what others call.

``script`` is ``searched()``; ``closed_form`` proves claims, ``weaker`` those with room to spare,
``discover`` and ``best_rates`` find rates; ``induction`` is for all k, ``strict`` for A < B,
``worst`` gives the worst case of any claim, ``kernel_refutation`` shows the kernel that a
statement is false, and ``why_not_all_steps`` says what was seen where nothing is found.
"""
