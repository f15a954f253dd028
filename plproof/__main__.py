"""Run plproof as a module: ``python -m plproof check theorems/``."""

from plproof.cli import main

if __name__ == "__main__":
    main()
