"""The page of the library lists every theorem file with its first line.

Regenerate it with PLPROOF_REGENERATE=1.
"""

import ast
import os
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent.parent.parent / "theorems"
PAGE = LIBRARY / "README.md"
INTRODUCTION = """# The theorem library

A file for each statement or a few that belong together; what a file is about is its first line.
Proofs are stored beside it and replayed by `python cli.py check theorems/`;
`python cli.py show NAME` prints a theorem with its proof, its axioms and what was tested.
"""
FOLDERS = {
    "functions": "Functions: smoothness, convexity, the PL inequality",
    "gradient_descent": "Gradient descent",
    "rates": "Sharp rates",
    "over_parameterised": "Over-parameterised systems",
    "hardness": "Hardness",
    "linear_algebra": "Linear algebra",
    "sequences": "Sequences and sums",
}


def page() -> str:
    """Return the page as the files give it."""
    lines = [INTRODUCTION]
    for folder, title in FOLDERS.items():
        lines += [f"## {title}", "", "| file | what it is about |", "| --- | --- |"]
        for path in sorted((LIBRARY / folder).glob("*.py")):
            if path.name != "__init__.py":
                text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
                first = " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")
                lines.append(f"| [{path.stem}]({folder}/{path.name}) | {first} |")
        lines.append("")
    return "\n".join(lines)


def test_every_folder_of_the_library_is_on_its_page():
    there = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert there == {*FOLDERS}


def test_the_page_is_what_the_files_say():
    if os.environ.get("PLPROOF_REGENERATE"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_file_says_what_it_is_about():
    for path in LIBRARY.glob("*/*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
