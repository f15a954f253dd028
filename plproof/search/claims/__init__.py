"""One comparison: ``find`` proves it from instances of what is known.

``offered`` and ``stationary`` say what is known, ``composition`` and ``rates_of_steps`` put steps
together, ``cleared`` and ``given_numbers`` write hypotheses in another way, ``least_rates`` and
``weights`` are numbers and closed forms of multipliers, ``emptiness`` sees contradictions, and
``advice`` says what to do where nothing is found.
"""
