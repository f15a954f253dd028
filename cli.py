"""Run plproof from a checkout: ``python cli.py check theorems/``."""

from plproof.cli import main

if __name__ == "__main__":
    main()
