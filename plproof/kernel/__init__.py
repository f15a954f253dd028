"""The trusted kernel: read thm, then rules, normal, combine and gram, then calculus and replay."""
