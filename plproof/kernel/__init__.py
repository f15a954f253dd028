"""The trusted kernel: theorems, rules, normal form, replay.  Imports only the language.

Read in this order: thm (what a theorem is), rules, normal and combine, definedness, replay.
"""
