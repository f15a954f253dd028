"""The trusted kernel: read thm, then rules, normal and combine, then definedness and replay."""
