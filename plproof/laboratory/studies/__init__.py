"""Small cases of claims about hardness and saddles, counted or decided one by one."""
