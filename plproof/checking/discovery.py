"""Finding theorem files: Python files that import plproof, in the order of their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SKIPPED = {"__pycache__", ".venv", "venv", "node_modules", "build", "dist", ".git"}


class UsageError(Exception):
    """Something the user asked for is not there or makes no sense; exit code 2."""


@dataclass(frozen=True)
class TheoremFile:
    """A file to check: its path, and how Python imports it (module name, folder to import from)."""

    path: Path
    module: str
    root: Path


def theorem_files(paths: Iterable[str | Path]) -> list[TheoremFile]:
    """Return the theorem files among the files and folders given, each once.

    A file that is named is taken as it is; in a folder, files that import plproof are taken.
    Raises UsageError for a path that does not exist or a folder without theorem files.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_file():
            if path.suffix != ".py":
                raise UsageError(f"{path} is not a Python file: theorem files end in .py")
            found[path.resolve()] = None
        elif path.is_dir():
            inside = [p for p in _python_files(path) if imports_plproof(p)]
            if not inside:
                raise UsageError(
                    f"{path} contains no theorem file: no .py file in it imports plproof. "
                    f"`plproof new {path / 'first.py'}` writes one."
                )
            found.update(dict.fromkeys(p.resolve() for p in inside))
        else:
            raise UsageError(f"{path} does not exist")
    return [as_module(path) for path in found]


def _python_files(folder: Path) -> list[Path]:
    files = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if not any(part in SKIPPED or part.startswith(".") for part in parts):
            files.append(path)
    return files


def imports_plproof(path: Path) -> bool:
    """Say whether a file imports plproof, without running it.

    A file that cannot be parsed counts when it mentions plproof, so that checking reports it.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    if "plproof" not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        if any(name == "plproof" or name.startswith("plproof.") for name in names):
            return True
    return False


def as_module(path: Path) -> TheoremFile:
    """Return how a file is imported: from the folder above its outermost package."""
    path = path.resolve()
    parts = [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__":
        parts = parts[:-1] or ["__init__"]
    return TheoremFile(path, ".".join(parts), folder)


def defined_beside(name: str, files: Iterable[TheoremFile]) -> list[str]:
    """Return the files of the same packages that define a name, as shown; none is run.

    >>> from pathlib import Path
    >>> defined_beside("nothing", [TheoremFile(Path("first.py").resolve(), "first", Path.cwd())])
    []
    """
    defining = re.compile(rf"^(?:def )?{re.escape(name)}\s*[=:(]", re.MULTILINE)
    known = list(files)
    packages = {file.root / file.module.split(".")[0] for file in known if "." in file.module}
    others = {path for package in packages for path in _python_files(package)}
    found = []
    for path in sorted(others - {file.path for file in known}):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        if defining.search(text):
            found.append(shown_path(path))
    return found


def shown_path(path: Path) -> str:
    """Return the path relative to the working directory where it lies inside it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
