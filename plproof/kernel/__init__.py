"""The trusted kernel: read thm, rules, normal, combine, gram, then definedness and replay."""
